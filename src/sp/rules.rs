//! The knobs: what documents leave open, declared by a profile and never assumed
//! (facts/service-provider-semantics.md, the U rows and section 5).

use serde::{Deserialize, Serialize};

/// Every knob of one SP. `Default` is what the Arize reference declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// How the SP finds the entry of an assertion.
    pub selector: Selector,
    /// When roles of existing users are synced: the entry's switch says so (T4, T5), at every login
    /// (Grafana, GitLab), or never (K8; Snowflake), where the switch has no meaning.
    pub sync: SyncWhen,
    /// A new user whom no mapping matches (T2, T3).
    pub no_match_new: NoMatchNew,
    /// An existing user, sync on, defaults on, SAML-only off, no match (T7).
    pub existing_no_match: NoMatchExisting,
    /// The same with sync off and SAML-only on (T8).
    pub existing_no_match_enforced_sync_off: NoMatchExisting,
    /// An existing user, sync on, defaults off, no match (T10).
    pub existing_no_match_defaults_off: NoMatchExisting,
    /// An existing user, sync off, defaults off, no match (T11).
    pub existing_no_match_sync_off: ExistingNoMatch,
    /// What sync removes (Y2, Y3).
    pub sync_scope: SyncScope,
    /// Whether an account admin who no longer matches is demoted (Y4).
    pub admin_revocable: AdminRevocable,
    /// Whether the last account admin who no longer matches is demoted (Y5).
    pub last_admin: LastAdmin,
    /// Several mappings match with different organization roles for one organization (P11).
    pub multi_org: Multi,
    /// The same for built-in space roles (P8).
    pub multi_space: Multi,
    /// The same for custom space roles and project roles (P9).
    pub multi_custom: Multi,
    /// Whether defaults are added to a match (T1 says no for Arize).
    pub defaults_combine: DefaultsCombine,
    /// What `*` means in a mapping, as the value of a pair and as the name of a target.
    pub wildcard: Wildcard,
    /// A mapping's target that does not exist (P21, K10).
    pub targets: Targets,
    /// Several `<Attribute>` elements of one name (P4).
    pub repeated_attribute: RepeatedAttribute,
    /// White space around a value (P6).
    pub white_space: WhiteSpace,
    /// A mapping without a single pair (P2).
    pub empty_conditions: EmptyConditions,
    /// Which domains are the configured one (D11).
    pub domain_match: DomainMatch,
    /// Whether an absent attribute means "no groups" (P22).
    pub absent_attribute: AbsentAttribute,
    /// An assertion for an e-mail domain that staff have not confirmed (D2).
    pub domain_unvalidated: DomainUnvalidated,
    /// Whether an unsolicited response is accepted (E10).
    pub idp_initiated: bool,
    /// Whether a user who never logged in may be provisioned by an SP-initiated login (K17).
    pub sp_initiated_provisions: bool,
    /// Whether people may be invited to an account that has an entry (K20).
    pub invites: bool,
    /// Attribute names an assertion must carry (K1).
    pub required_attributes: Vec<String>,
    /// Group names that are ignored (K13: `Everyone`).
    pub ignored_groups: Vec<String>,
    /// Whether a default organization needs a default space in it (D22); an SP without spaces has
    /// none to give.
    pub default_space: bool,
    /// The project that stands in where no default is configured (K25).
    pub default_project: Option<String>,
    /// Whether assertions are encrypted (facts trap 22).
    pub encryption: Encryption,
    /// Tolerated clock difference in seconds on every instant of an assertion.
    pub skew_seconds: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            selector: Selector::EmailDomain,
            sync: SyncWhen::Flag,
            no_match_new: NoMatchNew::Defaults,
            existing_no_match: NoMatchExisting::ApplyDefaults,
            existing_no_match_enforced_sync_off: NoMatchExisting::DefaultsIfNoMembership,
            existing_no_match_defaults_off: NoMatchExisting::Reject,
            existing_no_match_sync_off: ExistingNoMatch::AllowUnchanged,
            sync_scope: SyncScope::ReplaceAll,
            admin_revocable: AdminRevocable::Yes,
            last_admin: LastAdmin::Demote,
            multi_org: Multi::MostPermissive,
            multi_space: Multi::MostPermissive,
            multi_custom: Multi::First,
            defaults_combine: DefaultsCombine::OnlyIfNoMatch,
            wildcard: Wildcard::None,
            targets: Targets::IgnoreUnknown,
            repeated_attribute: RepeatedAttribute::Merge,
            white_space: WhiteSpace::Exact,
            empty_conditions: EmptyConditions::Refuse,
            domain_match: DomainMatch::Exact,
            absent_attribute: AbsentAttribute::NoGroups,
            domain_unvalidated: DomainUnvalidated::Reject,
            idp_initiated: true,
            sp_initiated_provisions: true,
            invites: true,
            required_attributes: Vec::new(),
            ignored_groups: Vec::new(),
            default_space: true,
            default_project: None,
            encryption: Encryption::None,
            skew_seconds: 60,
        }
    }
}

/// Declares a knob whose values are written in kebab-case.
macro_rules! knob {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$value_doc])* $value),+ }
    };
}

knob! {
    /// How the SP finds the entry that an assertion belongs to.
    Selector {
        /// By the domain of the subject's e-mail address (Arize).
        EmailDomain,
        /// By the attribute `token` (k6, K2).
        Token,
        /// There is one entry.
        Single,
    }
}

knob! {
    /// When roles of existing users follow the assertion.
    SyncWhen {
        /// Where the entry's switch `sync_user_roles` is on.
        Flag,
        /// At every login, whatever the switch says.
        Always,
        /// At no login but the first, whatever the switch says.
        Never,
    }
}

knob! {
    /// What a new user without a match gets.
    NoMatchNew {
        /// The defaults where they are on, and a refusal where they are off.
        Defaults,
        /// A refusal, also where the defaults are on.
        Reject,
        /// The defaults where they are on, and where they are off an account without any role.
        BareMember,
    }
}

knob! {
    /// What an existing user without a match gets.
    NoMatchExisting {
        /// Nothing changes.
        Unchanged,
        /// The defaults, under the sync scope.
        ApplyDefaults,
        /// The defaults, if the user has no membership at all.
        DefaultsIfNoMembership,
        /// All memberships are removed; under [`SyncScope::LinkedTargets`] those that a mapping names.
        Strip,
        /// The login is refused.
        Reject,
    }
}

knob! {
    /// Whether an existing user without a match may enter when nothing would be synced anyway.
    ExistingNoMatch {
        /// Enters, unchanged.
        AllowUnchanged,
        /// Refused.
        Reject,
    }
}

knob! {
    /// What a sync removes.
    SyncScope {
        /// Everything the assertion does not give.
        ReplaceAll,
        /// Only what an earlier sync gave.
        ManagedOnly,
        /// What some mapping of the entry could give, and nothing else: a target that no mapping
        /// names is never touched, so that members stay when its last mapping goes. Who holds a
        /// role on such a target keeps it, also where the defaults would give another.
        LinkedTargets,
        /// Nothing: roles are only added or replaced.
        Additive,
    }
}

knob! {
    /// Where `*` in a mapping stands for all there is; elsewhere it is a name like any other.
    Wildcard {
        /// Nowhere.
        None,
        /// As the value of a pair, which every assertion then fulfils, with or without the attribute.
        AnySource,
        /// As the name of an organization, project or team: all of them that exist.
        AllTargets,
        /// Both.
        Both,
    }
}

knob! {
    /// What becomes of a mapping's target that does not exist.
    Targets {
        /// It is left out; where nothing else is given the mapping is no match.
        IgnoreUnknown,
        /// A login that would give a role on it is refused.
        MustExist,
        /// It is made.
        AutoCreate,
    }
}

knob! {
    /// Whether sync takes an account-admin role back.
    AdminRevocable {
        /// It does.
        Yes,
        /// It does not.
        No,
    }
}

knob! {
    /// What becomes of the last account admin whom no mapping makes one any more.
    LastAdmin {
        /// They are demoted like anybody else.
        Demote,
        /// They stay admin; their other roles are synced.
        Keep,
        /// The login is refused.
        Reject,
    }
}

knob! {
    /// Which role wins where several mappings name one resource.
    Multi {
        /// The most powerful built-in role.
        MostPermissive,
        /// The first in configuration order.
        First,
        /// The last in configuration order.
        Last,
    }
}

knob! {
    /// How defaults combine with a match.
    DefaultsCombine {
        /// Only where nothing matched.
        OnlyIfNoMatch,
        /// Always.
        OnTop,
    }
}

knob! {
    /// Which of several `<Attribute>` elements of one name is heard.
    RepeatedAttribute {
        /// All of them.
        Merge,
        /// The first in document order.
        First,
        /// The last in document order.
        Last,
    }
}

knob! {
    /// What white space around a value does.
    WhiteSpace {
        /// It is part of the value.
        Exact,
        /// It is nothing, in the assertion and in the mapping.
        Trim,
    }
}

knob! {
    /// What a mapping without a single pair does.
    EmptyConditions {
        /// It is refused when it is saved, and matches nobody if it is there all the same.
        Refuse,
        /// It is stored and matches nobody.
        MatchNobody,
        /// It is stored and matches everybody.
        MatchAll,
    }
}

knob! {
    /// Which domains are the configured one; case never matters.
    DomainMatch {
        /// The very same.
        Exact,
        /// The same, and all below it.
        Suffix,
    }
}

knob! {
    /// What the absence of an attribute means.
    AbsentAttribute {
        /// No groups, as if it were empty.
        NoGroups,
        /// Nothing is said; sync leaves the user alone.
        Keep,
    }
}

knob! {
    /// What an unconfirmed e-mail domain may do.
    DomainUnvalidated {
        /// Nobody of it enters.
        Reject,
        /// Everybody enters.
        Allow,
    }
}

knob! {
    /// Whether the SP takes encrypted assertions, and plain ones.
    Encryption {
        /// Plain ones alone: the SP publishes no certificate to encrypt to.
        None,
        /// Both.
        Optional,
        /// Encrypted ones alone.
        Required,
    }
}
