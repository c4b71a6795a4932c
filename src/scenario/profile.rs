//! SP profiles.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use super::app::{PROFILE_LITERALS, read_app_attributes};
use super::decode::{Item, Table, decode};
use super::rules::read_rules;
use super::source::{ParseErrors, Source};
use super::target::read_target;
use super::words::{quote, suggest};
use crate::idp::SignOn;
use crate::idp::expression::{Place, Schema};
use crate::saml::{AcsUrl, EntityId, NameIdFormat};
use crate::sp::{AppProfile, Encryption, SpProfile, Timing};

/// Placeholders that the harness fills in once it knows its ports, files and addresses.
pub(super) const LAUNCH: [&str; 8] = [
    "port",
    "data",
    "config",
    "token",
    "idp.metadata_url",
    "idp.sso_url",
    "idp.entity_id",
    "idp.ca_file",
];

/// The same, and more.
pub(super) fn launch_and(more: &[&'static str]) -> Vec<&'static str> {
    more.iter().chain(&LAUNCH).copied().collect()
}

/// Parses an SP profile. Paths in it are relative to `folder`, the profile's own.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_profile(source: &Source, folder: Option<&Path>) -> Result<SpProfile, ParseErrors> {
    let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    decode(source, |root| read_profile(root, folder))
}

fn read_profile(root: Table<'_>, folder: PathBuf) -> Option<SpProfile> {
    let name = root.required("name").and_then(|item| read_name(&item));
    let family = root.item("family").map(|item| read_name(&item));
    let entity_id = root.required("entity_id").and_then(|item| read_exact(&item));
    let acs = root.required("acs").and_then(|item| {
        let acs = read_exact(&item)?;
        is_http(&item, &acs).then_some(acs)
    });
    let metadata = root.item("metadata").and_then(|item| read_exact(&item));
    let name_id_format = root.required("name_id_format").and_then(|item| read_format(&item));
    let login_start =
        root.item("login_start").and_then(|item| read_url(&item, &launch_and(&["email"])));
    let timing = read_timing(root.item("timing"));
    let (rules, declared) = root.item("rules").map(|item| read_rules(&item)).unwrap_or_default();
    let app = root.item("app").map(|item| read_app(&item)).unwrap_or_default();
    let target = root.required("target").and_then(|item| read_target(&item, folder));
    if rules.encryption != Encryption::None && root.item("metadata").is_none() {
        let hint = "an IdP takes the certificate that it encrypts to from the SP's `metadata`";
        root.problem("`encryption` needs `metadata`", Some(hint.into()));
    }
    root.finish();
    let name = name?;
    Some(SpProfile {
        family: family.unwrap_or_else(|| Some(name.clone()))?,
        name,
        entity_id: EntityId::new(entity_id?),
        acs: AcsUrl::new(acs?),
        metadata,
        name_id_format: name_id_format?,
        login_start,
        timing,
        rules,
        declared,
        app,
        target: target?,
    })
}

/// A name that becomes part of paths.
fn read_name(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    let good = !text.is_empty()
        && text.len() <= 80
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
        && !text.starts_with('.');
    if !good {
        let hint = "lower-case letters, digits, `-`, `_` and `.`".to_owned();
        item.problem(format!("{} cannot be a name here", quote(text)), Some(hint));
    }
    good.then(|| text.to_owned())
}

/// A text that is compared byte for byte.
fn read_exact(item: &Item<'_>) -> Option<String> {
    let text = item.template(&LAUNCH)?;
    if text.is_empty() || text.trim() != text {
        let hint = "it is compared byte for byte: what you see must be all there is".to_owned();
        let what = if text.is_empty() { "is empty" } else { "begins or ends with white space" };
        item.problem(format!("{} {what}", quote(item.key)), Some(hint));
        return None;
    }
    Some(text)
}

/// An address, whose placeholders are known.
pub(super) fn read_url<S: AsRef<str>>(item: &Item<'_>, known: &[S]) -> Option<String> {
    let url = item.template(known)?;
    is_http(item, &url).then_some(url)
}

pub(super) fn is_http(item: &Item<'_>, url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let good = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && !url.contains(char::is_whitespace);
    if !good {
        let hint = "`https://sp.example/path`".to_owned();
        item.problem(format!("{} is not an address", quote(url)), Some(hint));
    }
    good
}

/// One of the NameID formats that an Okta app can have.
pub(super) fn read_format(item: &Item<'_>) -> Option<NameIdFormat> {
    let text = item.text()?;
    let known = SignOn::NAME_ID_FORMATS;
    if known.contains(&text) {
        return Some(NameIdFormat::new(text));
    }
    let hint = if text == "urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress" {
        Some(format!("SAML 2.0 kept the name of 1.1: `{}`", NameIdFormat::EMAIL_ADDRESS))
    } else {
        suggest(text, &known)
    };
    item.problem(format!("there is no NameID format {}", quote(text)), hint);
    None
}

fn read_timing(item: Option<Item<'_>>) -> Timing {
    let mut timing = Timing {
        settings_cache: SignedDuration::ZERO,
        mapping_cache: SignedDuration::ZERO,
        domain_cache: SignedDuration::ZERO,
        metadata_cache: SignedDuration::ZERO,
        session: SignedDuration::from_hours(24),
    };
    let Some(table) = item.and_then(|item| item.table()) else { return timing };
    let read = |key, field: &mut SignedDuration| {
        if let Some(given) = table.item(key).and_then(|item| item.span_of_time()) {
            *field = given;
        }
    };
    read("settings_cache", &mut timing.settings_cache);
    read("mapping_cache", &mut timing.mapping_cache);
    read("domain_cache", &mut timing.domain_cache);
    read("metadata_cache", &mut timing.metadata_cache);
    read("session", &mut timing.session);
    table.finish();
    timing
}

fn read_app(item: &Item<'_>) -> AppProfile {
    let Some(table) = item.table() else { return AppProfile::default() };
    let attributes = table
        .item("attribute")
        .map(|item| {
            read_app_attributes(&item, &PROFILE_LITERALS, &Schema::open(Place::AttributeStatement))
        })
        .unwrap_or_default();
    table.finish();
    AppProfile { attributes }
}
