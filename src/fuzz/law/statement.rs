//! The laws by name.

use super::{invariants, values, variants};
use crate::fuzz::{Judged, Played, Script, World};

/// A law.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// The law in one sentence.
    pub sentence: &'static str,
    /// A scenario that shows it.
    pub scenario: &'static str,
    /// How it is held.
    pub kind: LawKind,
}

/// How a law is held.
#[derive(Clone, Copy, Debug)]
pub enum LawKind {
    /// It is about one played world.
    Invariant(fn(&Script, &Played) -> Judged),
    /// It is about two that differ in one respect.
    Metamorphic {
        /// The other world; `None` where the law says nothing of this one. The number chooses among
        /// several.
        variant: fn(&Script, u64) -> Option<World>,
        /// Compares the world with the other one. A disagreement is about the other one's actions.
        compare: fn(Side<'_>, Side<'_>) -> Judged,
    },
}

/// One of two worlds that are compared. They may be of different seeds: people are compared by
/// name.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What was to be played.
    pub script: &'a Script,
    /// What was seen.
    pub played: &'a Played,
}

impl Law {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "refusal-leaves-no-trace",
            sentence: "Where everybody is refused, what is stored stays as it is.",
            scenario: "sync/reject-is-atomic",
            kind: LawKind::Invariant(invariants::refusal_leaves_no_trace),
        },
        Self {
            name: "bystanders-stay",
            sentence: "Nobody but who acts is changed.",
            scenario: "sync/bystanders-unchanged",
            kind: LawKind::Invariant(invariants::bystanders_stay),
        },
        Self {
            name: "sync-off-leaves-existing",
            sentence: "With sync off, a login leaves an existing user as they are.",
            scenario: "sync/off-existing-unchanged",
            kind: LawKind::Invariant(invariants::sync_off_leaves_existing),
        },
        Self {
            name: "unknown-value-gives-nothing",
            sentence: "Values that no mapping names give nothing beyond the defaults.",
            scenario: "map/prefix-lookalike",
            kind: LawKind::Invariant(invariants::unknown_value_gives_nothing),
        },
        Self {
            name: "order-of-values",
            sentence: "The order of an attribute's values is irrelevant.",
            scenario: "map/multivalue-each-position",
            kind: LawKind::Metamorphic {
                variant: values::shuffled_values,
                compare: variants::the_same_in_any_order,
            },
        },
        Self {
            name: "unreferenced-attribute",
            sentence: "An attribute that no mapping names is irrelevant.",
            scenario: "law/unreferenced-attribute",
            kind: LawKind::Metamorphic {
                variant: values::unreferenced_attribute,
                compare: variants::the_same_with_more,
            },
        },
        Self {
            name: "added-pair-narrows",
            sentence: "A pair that is added to a mapping never creates a match.",
            scenario: "map/and-of-two",
            kind: LawKind::Metamorphic {
                variant: variants::added_pair,
                compare: variants::new_users_get_no_more,
            },
        },
        Self {
            name: "order-of-mappings",
            sentence: "Where the profile takes the most permissive role, the order of mappings changes no built-in, organization or admin role.",
            scenario: "map/builtin-order-invariance",
            kind: LawKind::Metamorphic {
                variant: variants::shuffled_mappings,
                compare: variants::the_same_built_in_roles,
            },
        },
        Self {
            name: "login-twice",
            sentence: "Logging in twice leaves what logging in once leaves.",
            scenario: "sp/second-login",
            kind: LawKind::Metamorphic {
                variant: variants::login_twice,
                compare: variants::the_same_in_the_end,
            },
        },
        Self {
            name: "new-and-existing-converge",
            sentence: "Where sync replaces everything, a new user and an existing one end alike.",
            scenario: "law/new-and-existing-converge",
            kind: LawKind::Metamorphic {
                variant: variants::known_before,
                compare: variants::the_same_after_first_login,
            },
        },
        Self {
            name: "saml-only-shrinks-passwords",
            sentence: "Allowing only SAML lets no password in that was refused before.",
            scenario: "enf/password",
            kind: LawKind::Metamorphic {
                variant: variants::saml_only,
                compare: variants::no_more_passwords,
            },
        },
    ];

    /// The law of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|law| law.name == name)
    }
}
