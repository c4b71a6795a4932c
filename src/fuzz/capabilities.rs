//! What a target can do, so that nothing else is asked of it.

use crate::sp::{
    AttributeSource, Configure, Selector, SpProfile, SyncWhen, TargetKind, Vocabulary,
};

/// What a target can do and which words mean something to it. The strategies for worlds make
/// nothing that it could not play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The SP can be given an entry and users before the first action.
    pub configure: bool,
    /// It can be given others while it runs.
    pub reconfigure: bool,
    /// It can have a second entry.
    pub second_entry: bool,
    /// Its stored state can be read.
    pub observe: bool,
    /// It says who is logged in.
    pub whoami: bool,
    /// Its clock can be set.
    pub clock: bool,
    /// A password login can be tried.
    pub password_login: bool,
    /// There is a logout.
    pub logout: bool,
    /// Logins may start at the SP.
    pub sp_initiated: bool,
    /// Logins may start at the IdP.
    pub idp_initiated: bool,
    /// Its longest cache in seconds: what an advance has to straddle.
    pub cache_seconds: u32,
    /// Attribute names that the SP looks at, the usual one first; never empty.
    pub attributes: Vec<String>,
    /// The attribute whose values become teams, if that can be.
    pub teams: Option<String>,
    /// What its configuration can say.
    pub vocabulary: Vocabulary,
}

impl Capabilities {
    /// What a target of this profile can do.
    pub fn of(profile: &SpProfile) -> Self {
        let sent = profile.app.attributes.iter();
        let groups = sent
            .filter(|attribute| matches!(attribute.source, AttributeSource::Groups(_)))
            .map(|attribute| attribute.name.clone());
        let mut attributes: Vec<String> = groups.collect();
        if attributes.is_empty() {
            attributes.push("groups".into());
        }
        let timing = &profile.timing;
        let caches = [timing.settings_cache, timing.mapping_cache, timing.domain_cache];
        let longest = caches.iter().map(|cache| cache.as_secs()).max().unwrap_or_default();
        let by_domain = profile.rules.selector == Selector::EmailDomain;
        let reference = Self {
            configure: true,
            reconfigure: true,
            second_entry: by_domain,
            observe: true,
            whoami: true,
            clock: true,
            password_login: true,
            logout: true,
            sp_initiated: profile.login_start.is_some(),
            idp_initiated: profile.rules.idp_initiated,
            cache_seconds: u32::try_from(longest).unwrap_or(u32::MAX),
            teams: (profile.rules.sync == SyncWhen::Never).then(|| attributes[0].clone()),
            attributes,
            vocabulary: Vocabulary::default(),
        };
        let TargetKind::External(target) = &profile.target else { return reference };
        let adapters = &target.adapters;
        Self {
            configure: adapters.configure != Configure::Fixed,
            reconfigure: matches!(adapters.configure, Configure::Through(_)),
            second_entry: false,
            observe: adapters.state.is_some(),
            whoami: adapters.whoami.is_some(),
            clock: false,
            password_login: adapters.password_login.is_some(),
            logout: adapters.logout.is_some(),
            vocabulary: adapters.vocabulary.clone(),
            ..reference
        }
    }
}
