//! Whole worlds.

use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::option;
use proptest::prop_oneof;
use proptest::strategy::{BoxedStrategy, Just, Strategy};

use super::actions::{actions, cast};
use super::entries::role;
use super::{attributes_named, entry, fitting};
use crate::fuzz::{Capabilities, Cast, Person, StoredUser, World, WorldEntry, attribute};
use crate::saml::{Attribute, AttributeValue, Attributes};
use crate::sp::UserStatus;

/// A world that a target can play.
///
/// It has an entry `main`, one in four a second one of another account, everybody of
/// [`Cast::ALL`], two of five with just what one of the first four mappings asks for, some of them
/// known to the SP before, and up to five pieces of action, each of one login to a few changes with a
/// wait and a login.
pub fn world(can: &Capabilities) -> BoxedStrategy<World> {
    let cast = cast(can);
    let people: Vec<_> = cast.iter().map(|one| person(*one, can)).collect();
    let stored: Vec<_> = cast.iter().map(|one| stored(*one, can)).collect();
    let meant: Vec<_> = cast.iter().map(|_| option::weighted(0.4, 0usize..4)).collect();
    (entries(can), (people, meant), stored, actions(can))
        .prop_map(|(entries, (mut people, meant), stored, actions)| {
            for (person, mapping) in people.iter_mut().zip(meant) {
                let mappings = entries.first().map(|main| main.mappings.as_slice());
                let mapping = mapping.and_then(|place| mappings.unwrap_or_default().get(place));
                if let Some(mapping) = mapping {
                    person.attributes = Attributes(fitting(&mapping.when));
                }
            }
            let stored = stored.into_iter().flatten().collect();
            World { entries, people, stored, actions }.without_strangers()
        })
        .boxed()
}

/// Attributes that all these pairs match.
fn fitting(pairs: &[(String, String)]) -> Vec<Attribute> {
    let mut attributes: Vec<Attribute> = Vec::new();
    for (name, value) in pairs {
        let value = AttributeValue::Text(value.clone());
        match attributes.iter_mut().find(|known| known.name == *name) {
            Some(known) => known.values.push(value),
            None => attributes.push(attribute(name.clone(), None, vec![value])),
        }
    }
    attributes
}

fn entries(can: &Capabilities) -> BoxedStrategy<Vec<WorldEntry>> {
    if !can.configure {
        return Just(Vec::new()).boxed();
    }
    let main = entry("main", can);
    if !can.second_entry {
        return main.prop_map(|main| vec![main]).boxed();
    }
    let other = option::weighted(0.25, entry("other", can));
    (main, other).prop_map(|(main, other)| [main].into_iter().chain(other).collect()).boxed()
}

fn person(of: Cast, can: &Capabilities) -> BoxedStrategy<Person> {
    attributes_named(&can.attributes)
        .prop_map(move |attributes| Person {
            name: of.name.into(),
            address: of.address.into(),
            attributes,
        })
        .boxed()
}

fn stored(of: Cast, can: &Capabilities) -> BoxedStrategy<Option<StoredUser>> {
    if !can.configure {
        return Just(None).boxed();
    }
    let status = prop_oneof![
        17 => Just(UserStatus::Active),
        1 => Just(UserStatus::Invited),
        1 => Just(UserStatus::Expired),
        1 => Just(UserStatus::Inactive),
    ];
    let words = can.vocabulary.clone();
    let user = (status, weighted(0.25), weighted(0.4), vec(role(), 0..=2)).prop_map(
        move |(status, account_admin, has_password, roles)| {
            let mut held: Vec<(crate::sp::Resource, crate::sp::Role)> = Vec::new();
            for (resource, role) in roles {
                if held.iter().all(|(known, _)| *known != resource) {
                    held.push((resource, role));
                }
            }
            let person = of.name.into();
            let user = StoredUser { person, status, account_admin, has_password, roles: held };
            fitting::stored(user, &words)
        },
    );
    option::weighted(0.35, user).boxed()
}
