//! Role mappings, defaults, whole entries: such as an SP takes.

use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::option;
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Just, Strategy};

use super::{attribute_name, fitting, value};
use crate::fuzz::{Capabilities, WorldEntry};
use crate::sp::{BuiltinRole, EntryName, GroupTeams, MappingId, Resource, Role, RoleMapping};

/// The ids of mappings. More than an entry has, so that some are left for a mapping that is added.
pub(super) const IDS: [&str; 8] =
    ["researchers", "operators", "heads", "guests", "writers", "readers", "helpers", "others"];

/// One to four mappings of different ids, of an SP that looks at `groups` and `department`.
pub fn mappings() -> impl Strategy<Value = Vec<RoleMapping>> + Clone {
    mappings_named(&["groups".to_owned(), "department".to_owned()])
}

/// One to four mappings of different ids; `usual` are the attribute names that an SP looks at.
///
/// One in three has the conditions of the one before, and both give a role on one thing: which of
/// them wins is what half of the rules are about, and hardly ever happens by chance.
pub fn mappings_named(usual: &[String]) -> impl Strategy<Value = Vec<RoleMapping>> + Clone + use<> {
    vec((mapping(usual), option::weighted(0.3, rivals())), 1..=4).prop_map(|drawn| {
        let mut mappings: Vec<RoleMapping> = Vec::new();
        for ((mapping, rivals), id) in drawn.into_iter().zip(IDS) {
            let mut mapping = RoleMapping { id: MappingId(id.into()), ..mapping };
            if let (Some((on, first, second)), Some(before)) = (rivals, mappings.last_mut()) {
                mapping.when.clone_from(&before.when);
                before.roles = vec![(on.clone(), first)];
                mapping.roles = vec![(on, second)];
            }
            mappings.push(mapping);
        }
        mappings
    })
}

/// Two roles on one thing.
fn rivals() -> impl Strategy<Value = (Resource, Role, Role)> + Clone {
    let org = select(&["research", "sales"][..]).prop_map(|org| Resource::Org(org.into()));
    let open = select(&[("research", "vision"), ("sales", "desk")][..]).prop_map(space);
    let kept = select(&[("research", "lab"), ("sales", "vault")][..]).prop_map(space);
    let project = Just(Resource::Project("checkout".into()));
    prop_oneof![
        2 => (prop_oneof![org, open], builtin(), builtin()),
        3 => (prop_oneof![kept, project], custom(), custom()),
    ]
}

/// A mapping with one to three pairs.
pub fn mapping(usual: &[String]) -> impl Strategy<Value = RoleMapping> + Clone + use<> {
    let pairs = prop_oneof![
        70 => vec(pair(usual), 1),
        30 => vec(pair(usual), 1..=3),
    ];
    (select(&IDS[..]), pairs, weighted(0.15), roles()).prop_map(
        |(id, when, account_admin, roles)| RoleMapping {
            id: MappingId(id.into()),
            when,
            account_admin,
            roles,
        },
    )
}

fn pair(usual: &[String]) -> impl Strategy<Value = (String, String)> + Clone + use<> {
    (attribute_name(usual), value())
}

/// Up to three roles on different resources, without what an SP refuses: a space has one kind of
/// role (facts P14), and an admin of an organization none on its spaces (facts P16).
pub fn roles() -> impl Strategy<Value = Vec<(Resource, Role)>> + Clone {
    prop_oneof![
        60 => vec(role(), 1),
        10 => vec(role(), 0..=1),
        30 => vec(role(), 1..=3),
    ]
    .prop_map(|roles| {
        let mut kept: Vec<(Resource, Role)> = Vec::new();
        for (resource, role) in roles {
            let same = kept.iter().any(|(known, _)| *known == resource);
            let led = |org: &Resource, role: &Role, space: &Resource| {
                *role == Role::Builtin(BuiltinRole::Admin) && space.parent().as_ref() == Some(org)
            };
            let pointless = kept
                .iter()
                .any(|(known, held)| led(known, held, &resource) || led(&resource, &role, known));
            if !same && !pointless {
                kept.push((resource, role));
            }
        }
        kept
    })
}

/// A role on one of the resources of all worlds.
pub(super) fn role() -> impl Strategy<Value = (Resource, Role)> + Clone {
    prop_oneof![
        40 => (select(&["research", "sales"][..]), builtin())
            .prop_map(|(org, role)| (Resource::Org(org.into()), role)),
        30 => (select(&[("research", "vision"), ("research", "audio"), ("sales", "desk")][..]), builtin())
            .prop_map(|(space, role)| (self::space(space), role)),
        18 => (select(&[("research", "lab"), ("sales", "vault")][..]), custom())
            .prop_map(|(space, role)| (self::space(space), role)),
        12 => (select(&["checkout", "search"][..]), prop_oneof![builtin(), custom()])
            .prop_map(|(project, role)| (Resource::Project(project.into()), role)),
    ]
}

fn space((org, space): (&str, &str)) -> Resource {
    Resource::Space { org: org.into(), space: space.into() }
}

fn builtin() -> impl Strategy<Value = Role> + Clone {
    use BuiltinRole::{Admin, Annotator, Member, ReadOnly};
    select(&[Member, ReadOnly, Admin, Annotator][..]).prop_map(Role::Builtin)
}

fn custom() -> impl Strategy<Value = Role> + Clone {
    select(&["reader", "writer"][..]).prop_map(|name| Role::Custom(name.into()))
}

/// Default roles: none, or an organization together with a space of it (facts D22).
pub(super) fn defaults() -> impl Strategy<Value = Vec<(Resource, Role)>> + Clone {
    let spaces = [("research", "vision"), ("sales", "desk"), ("lobby", "hall")];
    let given =
        (select(spaces.to_vec()), builtin(), builtin()).prop_map(|(name, of_org, of_space)| {
            vec![(Resource::Org(name.0.into()), of_org), (space(name), of_space)]
        });
    prop_oneof![Just(Vec::new()), given]
}

/// An entry that an SP takes.
pub fn entry(name: &'static str, can: &Capabilities) -> BoxedStrategy<WorldEntry> {
    let teams = match &can.teams {
        Some(attribute) => {
            let attribute = attribute.clone();
            let given = weighted(0.5).prop_map(move |auto_create| GroupTeams {
                attribute: attribute.clone(),
                auto_create,
            });
            option::weighted(0.5, given).boxed()
        }
        None => Just(None).boxed(),
    };
    let jit = prop_oneof![19 => Just(true), 1 => Just(false)];
    let switches = (weighted(0.35), weighted(0.65), jit);
    let words = can.vocabulary.clone();
    (switches, mappings_named(&can.attributes), defaults(), teams)
        .prop_map(move |((enforce_saml, sync_user_roles, jit), mappings, defaults, teams)| {
            let name = EntryName(name.into());
            let entry =
                WorldEntry { name, enforce_saml, sync_user_roles, jit, mappings, defaults, teams };
            fitting::entry(entry, &words)
        })
        .boxed()
}
