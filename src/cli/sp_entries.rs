//! The entries that `samlproof sp` starts with: one for each IdP, as simple as they can be.

use std::path::Path;
use std::str::FromStr;

use samlproof::sp::{
    BuiltinRole, Configuration, Defaults, EmailDomain, Entry, EntryName, Grant, GrantSource,
    MetadataSource, Resource, Role, Selector, Settings, SpProfile,
};

use super::exit::Exit;

/// `[DOMAIN=]URL|FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdpSource {
    domain: String,
    place: String,
}

impl FromStr for IdpSource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A URL may have a `=` of its own, behind its first `/`.
        let (domain, place) = match text.split_once('=') {
            Some((domain, place)) if !domain.contains(['/', ':']) => (domain, place),
            _ => ("example.com", text),
        };
        match domain.is_empty() || place.is_empty() {
            true => Err("give the address or the file of an IdP's metadata, or DOMAIN=it".into()),
            false => Ok(Self { domain: domain.into(), place: place.into() }),
        }
    }
}

/// An entry for each IdP: no mappings, and defaults for whoever comes.
pub(crate) fn configuration(
    profile: &SpProfile,
    idps: &[IdpSource],
) -> Result<Configuration, (Exit, String)> {
    let grants = defaults(profile);
    let resources = grants.iter().map(|grant| grant.resource.clone()).collect();
    let entries = idps.iter().enumerate().map(|(number, idp)| {
        let name = if number == 0 { "main".to_owned() } else { format!("idp-{}", number + 1) };
        entry(profile, name, idp, grants.clone())
    });
    let entries = entries.collect::<Result<_, _>>()?;
    Ok(Configuration { entries, resources, ..Configuration::default() })
}

fn entry(
    profile: &SpProfile,
    name: String,
    idp: &IdpSource,
    grants: Vec<Grant>,
) -> Result<Entry, (Exit, String)> {
    let rules = profile.rules.clone();
    let by_token = rules.selector == Selector::Token;
    let domain = EmailDomain { domain: idp.domain.clone(), validated: true };
    Ok(Entry {
        account: name.clone(),
        entity_id: profile.entity_id.clone(),
        acs: profile.acs.clone(),
        name_id_format: Some(profile.name_id_format.clone()),
        domains: if by_token { Vec::new() } else { vec![domain] },
        metadata: metadata(&idp.place)?,
        settings: Settings { allow_login_with_defaults: true, ..Settings::default() },
        mappings: Vec::new(),
        defaults: Some(Defaults { grants }),
        token: by_token.then(|| format!("token-of-{name}")),
        group_teams: None,
        rules,
        managed_by_file: false,
        name: EntryName(name),
    })
}

fn metadata(place: &str) -> Result<MetadataSource, (Exit, String)> {
    if place.starts_with("http://") || place.starts_with("https://") {
        return Ok(MetadataSource::Url(place.to_owned()));
    }
    let text = std::fs::read_to_string(Path::new(place));
    text.map(MetadataSource::Xml).map_err(|error| (Exit::Input, format!("{place}: {error}")))
}

/// What everybody gets: a project where the SP has no organizations, else an organization and a
/// space in it.
fn defaults(profile: &SpProfile) -> Vec<Grant> {
    let resources = match profile.rules.selector {
        Selector::Token => vec![Resource::Project("default".into())],
        Selector::EmailDomain | Selector::Single => vec![
            Resource::Org("default".into()),
            Resource::Space { org: "default".into(), space: "default".into() },
        ],
    };
    let grant = |resource| Grant {
        resource,
        role: Role::Builtin(BuiltinRole::Member),
        source: GrantSource::Default,
    };
    resources.into_iter().map(grant).collect()
}
