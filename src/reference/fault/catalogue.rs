//! Every fault by its number: its name, what it does wrong, the scenarios that have to catch it.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Declares [`Fault`] and what is known of each.
macro_rules! faults {
    ($($id:ident $name:ident $summary:literal [$($scenario:literal)+])+) => {
        /// One thing that an SP may do wrong (facts 4). A reference SP with a fault differs from an
        /// honest one in that alone.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Fault { $(#[doc = concat!($summary, ".")] $name),+ }

        impl Fault {
            /// All of them, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its number: `M39`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => stringify!($id)),+ }
            }

            /// What it does wrong, in one line.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$name => $summary),+ }
            }

            /// The scenarios of which one at least has to go red.
            pub fn scenarios(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($scenario),+]),+ }
            }
        }
    };
}

faults! {
    M01 TrailingSlashIgnored "Compares the audience without its trailing slash"
        ["bind/audience-slash-us" "bind/audience-slash-eu" "bind/audience-slash-k6"]
    M02 OtherRegionsAudience "Expects the US entity id in the EU" ["bind/region-matrix"]
    M03 AudienceUnchecked "Does not look at the audience where the recipient is right"
        ["bind/wrong-audience-right-recipient"]
    M04 RecipientUnchecked "Looks neither at Recipient nor at Destination"
        ["bind/right-audience-wrong-recipient"]
    M05 AnyAudienceRestriction "Takes one audience restriction that holds for all of them"
        ["bind/two-restrictions" "bind/two-audiences-one-restriction"]
    M06 WideTimeWindow "Tolerates a clock difference of ten minutes" ["bind/time-window"]
    M07 ReplayAccepted "Remembers no assertion, so one may be used again" ["bind/replay"]
    M08 AnybodysRequest "Takes an answer to a request of another browser" ["bind/inresponseto-swap"]
    M09 NameIdFormatIgnored "Takes a NameID of any format for an e-mail address"
        ["bind/nameid-format"]
    M10 NoMatchLeavesUser "Creates a user without roles, and then refuses the login"
        ["def/off-new-nomatch"]
    M11 NoMatchEntersWithoutRoles "Lets a new user without a match in, without roles"
        ["def/off-new-nomatch"]
    M12 EnforcementTurnsDefaultsOn "Gives defaults where only SAML is allowed, though they are off"
        ["def/off-enforce-on-nomatch"]
    M13 DefaultsOnTopOfMatch "Adds the defaults to what the mappings give"
        ["def/on-match-excludes-defaults"]
    M14 DefaultSpaceForgotten "Gives the default organization and not the default space"
        ["def/on-new-nomatch"]
    M15 EnforcedDefaultsForgotten "Forgets that only SAML means defaults for an existing user, too"
        ["def/enforce-existing-nomatch"]
    M16 DefaultsOverrideMatch "Sets the default roles over the matched ones of an existing user"
        ["sync/default-not-overriding"]
    M17 AnyPairMatches "Takes one pair of a mapping for all of them" ["map/and-of-two"]
    M18 AllMappingsMustMatch "Gives nothing unless all mappings match"
        ["map/two-mappings-one-matches"]
    M19 FirstValueOnly "Reads the first value of an attribute only" ["map/multivalue-each-position"]
    M20 LastAttributeOnly "Reads the last of several attributes of one name only"
        ["map/repeated-attribute"]
    M21 CommaSplits "Splits attribute values at commas" ["map/comma-in-value"]
    M22 PrefixMatches "Takes a value that begins with the wanted one for it"
        ["map/prefix-lookalike"]
    M23 ValueCaseIgnored "Compares values without regard to case" ["map/value-case"]
    M24 NameLooselyMatched "Finds attributes by FriendlyName and without regard to case"
        ["map/name-case" "map/friendly-name"]
    M25 ValueTrimmed "Trims values before they are compared" ["map/whitespace"]
    M26 FirstBuiltinRoleWins "Takes the first built-in role on a space, not the most permissive"
        ["map/builtin-order-invariance"]
    M27 LastBuiltinRoleWins "Takes the last built-in role on a space, not the most permissive"
        ["map/builtin-order-invariance"]
    M28 LastCustomRoleWins "Takes the last custom role on a resource, not the first"
        ["map/custom-first-wins"]
    M29 FirstMappingOnly "Applies the first mapping that matches, and no other"
        ["map/union-distinct-spaces"]
    M30 EditMovesToEnd "Moves a mapping to the end when it is edited" ["map/edit-keeps-position"]
    M31 ReaddKeepsPosition "Puts a mapping that is added again where it was before"
        ["map/readd-goes-last"]
    M32 AdminFlagLeaks "Reads the admin flag of mappings that do not match, too"
        ["adm/flag-only-when-matched"]
    M33 AllMustMakeAdmin "Makes an admin only if every match says so" ["adm/any-match-suffices"]
    M34 DefaultsMakeAdmin "Makes an admin of whoever enters by defaults"
        ["adm/defaults-never-admin"]
    M35 EmptyMappingMatchesAll "Stores a mapping without pairs, and matches everybody with it"
        ["map/empty-conditions"]
    M36 DanglingTargetMakesAdmin "Makes an admin where a matched target does not exist"
        ["map/dangling-target"]
    M37 SyncsWhenOff "Syncs existing users although sync is off" ["sync/off-existing-unchanged"]
    M38 SyncOffBlocksMappings "Does not read the mappings for new users where sync is off"
        ["jit/sync-off-new-mapped"]
    M39 SyncOnlyAdds "Takes nothing away when it syncs" ["sync/on-group-lost"]
    M40 SyncOnlyInMatchedOrgs "Takes away only within organizations that still match"
        ["sync/on-org-switched"]
    M41 SyncKeepsAdmin "Never takes the admin role back" ["sync/on-admin-lost"]
    M42 AbsentAttributeMistaken "Takes an absent attribute for silence instead of none, and the reverse"
        ["sync/attr-absent" "sync/attr-empty" "sync/attr-blank"]
    M43 EmptyResultNotWritten "Keeps the old roles where no mapping matches any more"
        ["sync/on-all-groups-lost"]
    M44 RefusalCommitsHalf "Takes the roles away, and then refuses the login"
        ["sync/reject-is-atomic"]
    M45 NamesakeSynced "Syncs every user whose address begins alike" ["sync/bystanders-unchanged"]
    M46 LastAdminMistaken "Keeps the last admin where they are to be demoted, and the reverse"
        ["adm/last-admin"]
    M47 UnvalidatedAccepted "Lets users of an unconfirmed domain in"
        ["dom/unvalidated" "dom/unvalidated-declared"]
    M48 FlagSettable "Lets a customer confirm a domain" ["dom/flag-ignored"]
    M49 DomainSuffixMatches "Takes a domain that ends alike for the entry's" ["dom/lookalikes"]
    M50 ForeignIssuerAccepted "Lets the IdP of one tenant speak for the domain of another"
        ["dom/cross-tenant"]
    M51 FileEntryWins "Prefers the entry of the operator's file to the configured one"
        ["dom/overlap-override" "dom/overlap-other-domain"]
    M52 DuplicateDomainStored "Stores a domain that another entry has" ["dom/unique-systemwide"]
    M53 EmailCaseMatters "Makes a second user where the address differs in case" ["life/email-case"]
    M54 EmailAttributeWins "Takes the user from an e-mail attribute, not from the NameID"
        ["life/email-attr-disagrees"]
    M55 LinksForeignAdmin "Links to an admin with a password whose domain is not the entry's"
        ["life/link-foreign-admin"]
    M56 InactiveReactivated "Lets a deactivated user in, and makes them active" ["life/inactive"]
    M57 DeletedKeepsRoles "Gives a deleted user who returns the old id and roles"
        ["life/deleted-returns"]
    M58 InvitedDuplicated "Makes a second user of one who is invited" ["life/invited"]
    M59 PasswordStillWorks "Takes passwords although only SAML is allowed" ["enf/password"]
    M60 LinkGivesSession "Opens links although only SAML is allowed" ["enf/reset-link"]
    M61 PasswordRefusedWhenOff "Refuses passwords although they are allowed" ["enf/off-password-ok"]
    M62 EnforcedEverywhere "Closes every account where one allows SAML only" ["enf/scope"]
    M63 SlidingCache "Extends the life of what is cached with each use" ["cache/busy-entry"]
    M64 LongCache "Caches for five minutes"
        ["cache/warm-metadata" "cache/warm-domain"
         "cache/warm-mapping" "cache/warm-settings"]
    M65 MissRemembered "Remembers that a domain is unknown" ["cache/domain-added-after-miss"]
    M66 ColdEntryDelayed "Waits a minute with every change, also of an entry nobody uses"
        ["cache/cold-immediate"]
    M67 CacheSharedByEntries "Caches the mappings of all entries in one place"
        ["cache/two-entries-interleaved"]
    M68 FirstCertificateOnly "Verifies with the first certificate of the metadata only"
        ["cache/cert-rollover"]
    M69 LastGoodForgotten "Forgets the metadata when it cannot be fetched again"
        ["cache/metadata-url-down"]
    M70 SessionRolesLive "Computes the roles of a session anew at each request"
        ["sess/old-roles-until-login"]
    M71 SessionExtended "Extends a session with each use" ["sess/24h-cap"]
    M72 LogoutKeepsSession "Does not end the session at log-out" ["sess/logout-forces-saml"]
    M73 MappingChangeRevokes "Ends all sessions and keys when a mapping changes"
        ["sess/not-revoked"]
    M74 TokenIgnored "Does not look at the token" ["k6/token-missing" "k6/token-foreign-issuer"]
    M75 DefaultsReapplied "Gives the defaults again at the second login"
        ["k6/second-login-no-change"]
    M76 GroupsReevaluated "Reads the groups again at the second login" ["k6/groups-changed-later"]
    M77 DefaultsRetroactive "Gives changed defaults to existing users" ["k6/defaults-changed"]
    M78 DefaultProjectReadOnly "Gives default projects read-only" ["k6/default-permissions"]
    M79 EveryoneMakesTeam "Makes a team of the group Everyone" ["k6/everyone-ignored"]
    M80 FirstLoginAtSp "Provisions a new user who starts at the SP" ["k6/sp-first-login"]
    M81 OwnerKeepsPassword "Takes an admin's password although only SAML is allowed"
        ["k6/enforced-owner"]
    M82 LowerMembershipWins "Takes the lower of two roles on a team or project"
        ["k6/higher-membership"]
    M83 TeamWithoutProject "Makes a missing team without its project"
        ["k6/autocreate" "k6/autocreate-race"]
    M84 ConcurrentDuplicates "Makes two users of two first logins at once"
        ["jit/concurrent-first-login"]
    M85 PlainAccepted "Takes a plain assertion where an encrypted one is required"
        ["k6/encryption"]
    M86 AdminOnlyIsNoMatch "Takes a mapping that only makes admins for none"
        ["adm/admin-only-mapping"]
}

/// The number, as [`Fault::from_str`] reads it.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// A text that is no fault's number.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no fault `{0}`; they are M01 to M86")]
pub struct NoSuchFault(pub String);

impl FromStr for Fault {
    type Err = NoSuchFault;

    /// Reads a number: `M39`, `m39`.
    fn from_str(text: &str) -> Result<Self, NoSuchFault> {
        let same = |fault: &&Self| fault.id().eq_ignore_ascii_case(text.trim());
        Self::ALL.iter().find(same).copied().ok_or_else(|| NoSuchFault(text.to_owned()))
    }
}
