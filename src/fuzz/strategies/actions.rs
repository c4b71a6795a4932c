//! What happens, in pieces of one to a few actions that belong together.

use proptest::collection::vec;
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Just, Strategy, Union};

use super::entries::{IDS, defaults, role};
use super::{attributes_named, fitting, mapping};
use crate::fuzz::{Action, Capabilities, Cast, Switch};
use crate::scenario::Initiated;
use crate::sp::{EntryName, MappingId, RoleMapping};

type Piece = BoxedStrategy<Vec<Action>>;

/// One to five pieces, one after another.
pub(super) fn actions(can: &Capabilities) -> BoxedStrategy<Vec<Action>> {
    let piece = Union::new_weighted(pieces(can));
    let words = can.vocabulary.clone();
    vec(piece, 1..=5)
        .prop_map(move |pieces| {
            let all = pieces.into_iter().flatten();
            all.filter_map(|action| fitting::action(action, &words)).collect()
        })
        .boxed()
}

/// The pieces that a target can play with their weights, the simplest first.
fn pieces(can: &Capabilities) -> Vec<(u32, Piece)> {
    let mut pieces: Vec<(u32, Piece)> = vec![(35, login(can).prop_map(|one| vec![one]).boxed())];
    pieces.push((25, attributes_and_login(can)));
    if can.clock {
        pieces.push((4, advance(can).prop_map(|one| vec![one]).boxed()));
    }
    if can.logout {
        let logout = person(can).prop_map(|person| vec![Action::Logout { person }]);
        pieces.push((2, logout.boxed()));
    }
    if can.whoami {
        pieces.push((2, person(can).prop_map(|person| vec![Action::Probe { person }]).boxed()));
    }
    if can.password_login {
        let password = person(can).prop_map(|person| vec![Action::PasswordLogin { person }]);
        pieces.push((6, password.boxed()));
    }
    if can.reconfigure {
        pieces.push((20, change(can)));
        pieces.push((3, gone(can)));
        pieces.push((5, put_back(can)));
    }
    pieces
}

/// People whom the target can know.
pub(super) fn cast(can: &Capabilities) -> Vec<Cast> {
    Cast::ALL.into_iter().filter(|one| can.second_entry || one.entry == "main").collect()
}

fn person(can: &Capabilities) -> BoxedStrategy<String> {
    let all: Vec<String> = cast(can).iter().map(|one| one.name.to_owned()).collect();
    prop_oneof![3 => Just(all[0].clone()), 1 => select(all)].boxed()
}

fn login(can: &Capabilities) -> BoxedStrategy<Action> {
    let mut starts = Vec::new();
    if can.idp_initiated || !can.sp_initiated {
        starts.push((3, Just(Initiated::Idp)));
    }
    if can.sp_initiated {
        starts.push((1, Just(Initiated::Sp)));
    }
    let at_once = prop_oneof![19 => Just(1), 1 => Just(2)];
    (person(can), Union::new_weighted(starts), at_once)
        .prop_map(|(person, initiated, at_once)| Action::Login { person, initiated, at_once })
        .boxed()
}

/// A person may log in, then the IdP sends something else of them, and they log in again.
fn attributes_and_login(can: &Capabilities) -> Piece {
    let initiated = if can.idp_initiated { Initiated::Idp } else { Initiated::Sp };
    (person(can), attributes_named(&can.attributes), proptest::bool::ANY)
        .prop_map(move |(person, attributes, before)| {
            let login = Action::Login { person: person.clone(), initiated, at_once: 1 };
            let first = before.then(|| login.clone());
            let set = Action::SetAttributes { person, attributes };
            first.into_iter().chain([set, login]).collect()
        })
        .boxed()
}

fn advance(can: &Capabilities) -> BoxedStrategy<Action> {
    let cache = can.cache_seconds;
    let waits = vec![cache.saturating_add(1), 1, cache.saturating_sub(1).max(1), 90, 86_401];
    select(waits).prop_map(|seconds| Action::Advance { seconds }).boxed()
}

/// Three of four changes are left alone until every cache has forgotten what was before.
fn settle(can: &Capabilities) -> BoxedStrategy<Vec<Action>> {
    if !can.clock || can.cache_seconds == 0 {
        return Just(Vec::new()).boxed();
    }
    let seconds = can.cache_seconds.saturating_add(1);
    prop_oneof![3 => Just(vec![Action::Advance { seconds }]), 1 => Just(Vec::new())].boxed()
}

/// Changes, the time they take, and mostly somebody who meets what has changed.
fn settled(changes: Piece, can: &Capabilities) -> Piece {
    let logins = prop_oneof![
        4 => login(can).prop_map(|one| vec![one]),
        1 => Just(Vec::new()),
    ];
    (changes, settle(can), logins)
        .prop_map(|(mut actions, wait, logins)| {
            actions.extend(wait);
            actions.extend(logins);
            actions
        })
        .boxed()
}

fn entry_name(can: &Capabilities) -> BoxedStrategy<EntryName> {
    let main = Just(EntryName("main".into()));
    match can.second_entry {
        true => prop_oneof![9 => main, 1 => Just(EntryName("other".into()))].boxed(),
        false => main.boxed(),
    }
}

/// The id of a mapping, mostly of one that is there: entries number theirs from the first.
fn id() -> impl Strategy<Value = MappingId> + Clone {
    prop_oneof![4 => select(&IDS[..2]), 1 => select(&IDS[..])].prop_map(|id| MappingId(id.into()))
}

/// The configuration changes.
fn change(can: &Capabilities) -> Piece {
    let entry = || entry_name(can);
    let switch = select(&[Switch::SyncUserRoles, Switch::EnforceSaml, Switch::Jit][..]);
    let changes = prop_oneof![
        4 => (entry(), switch, proptest::bool::ANY)
            .prop_map(|(entry, switch, on)| Action::SetSwitch { entry, switch, on }),
        6 => (entry(), id(), role())
            .prop_map(|(entry, id, (resource, role))| Action::SetRole { entry, id, resource, role }),
        2 => (entry(), id()).prop_map(|(entry, id)| Action::RemoveMapping { entry, id }),
        3 => (entry(), mapping(&can.attributes))
            .prop_map(|(entry, mapping)| Action::SetMapping { entry, mapping }),
        2 => (entry(), defaults())
            .prop_map(|(entry, roles)| Action::SetDefaults { entry, roles }),
        4 => role().prop_map(|(resource, _)| Action::RemoveResource { resource }),
        1 => (entry(), mapping(&can.attributes)).prop_map(|(entry, mapping)| {
            // One that nothing has to match: an SP refuses it (facts P2).
            let mapping = RoleMapping { when: Vec::new(), ..mapping };
            Action::SetMapping { entry, mapping }
        }),
    ];
    settled(changes.prop_map(|one| vec![one]).boxed(), can)
}

/// A user is deleted or deactivated.
fn gone(can: &Capabilities) -> Piece {
    let changes =
        (person(can), proptest::bool::ANY).prop_map(|(person, inactive)| match inactive {
            false => vec![Action::Delete { person }],
            true => vec![Action::Deactivate { person }],
        });
    settled(changes.boxed(), can)
}

/// A mapping is removed and put back, which makes it the last one (facts P20).
fn put_back(can: &Capabilities) -> Piece {
    let changes = (entry_name(can), id()).prop_map(|(entry, id)| {
        vec![
            Action::RemoveMapping { entry: entry.clone(), id: id.clone() },
            Action::RestoreMapping { entry, id },
        ]
    });
    settled(changes.boxed(), can)
}
