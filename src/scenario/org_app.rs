//! `[[apps]]` of an org file.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use super::app::{read_app_attributes, read_plain};
use super::decode::{Item, Table};
use super::org::{People, read_texts};
use super::org_access::read_access_rules;
use super::org_sign_on::SignOnWords;
use super::profile::{is_http, read_format};
use super::words::{quote, suggest};
use crate::idp::expression::Place;
use crate::idp::{AppDraft, AssertionEncryption, Assigned, AttributeStatement};
use crate::saml::{AcsUrl, DigestAlgorithm, SignatureAlgorithm};

/// Reads the apps, whose labels must stay apart in addresses and file names.
pub(super) fn read_apps(item: &Item<'_>, people: &People) -> Vec<AppDraft> {
    let mut labels = BTreeMap::new();
    let read = |table| read_app(table, people, &mut labels);
    item.tables().into_iter().filter_map(read).collect()
}

fn read_app(
    table: Table<'_>,
    people: &People,
    labels: &mut BTreeMap<String, String>,
) -> Option<AppDraft> {
    let label = table.required("label").and_then(|item| read_label(&item, labels));
    let acs = table.required("acs").and_then(|item| read_address(&item));
    let entity_id = table.required("entity_id").and_then(|item| read_exact(&item));
    let recipient = table.item("recipient").map(|item| read_address(&item));
    let destination = table.item("destination").map(|item| read_address(&item));
    let format = table.item("name_id_format").map(|item| read_format(&item));
    let signed = read_signed(&table);
    let signature = table.item("signature_algorithm").map(|item| read_signature(&item));
    let digest = table.item("digest_algorithm").map(|item| read_digest(&item));
    let encryption = table.item("assertion_encryption").map(|item| read_encryption(&item));
    let relay_state = table.item("default_relay_state").map(|item| read_plain(&item));
    let assigned = table.item("assign").map(|item| read_assigned(&item, people));
    let attributes = table.item("attribute").map(|item| read_statements(&item, people));
    let template =
        |key, place| table.item(key).map(|item: Item<'_>| item.expressions(&people.schema(place)));
    let name_id = template("name_id_template", Place::SubjectNameId);
    let user_name = template("username_template", Place::UserName);
    let issuer = template("issuer", Place::Issuer);
    let unlisted = table
        .item("unlisted_acs")
        .map(|item| Some(item.choice(&["ignore", "refuse"])? == "refuse"));
    let implicit = table.item("implicit_assignment").map(|item| item.flag());
    let access = table.item("access_rules").map(|item| read_access_rules(&item, people));
    let words = SignOnWords::read(&table);
    table.finish();
    let mut app = AppDraft::new(label?, acs?, entity_id?);
    let (response, assertion) = signed?;
    let sign_on = &mut app.sign_on;
    sign_on.response_signed = response;
    sign_on.assertion_signed = assertion;
    sign_on.attribute_statements = attributes.unwrap_or_default();
    given(&mut sign_on.recipient, recipient.map(|url| url.map(AcsUrl::new)))?;
    given(&mut sign_on.destination, destination.map(|url| url.map(AcsUrl::new)))?;
    given(&mut sign_on.subject_name_id_format, format)?;
    given(&mut sign_on.signature_algorithm, signature)?;
    given(&mut sign_on.digest_algorithm, digest)?;
    given(&mut sign_on.assertion_encryption, encryption)?;
    given(&mut sign_on.default_relay_state, relay_state)?;
    given(&mut sign_on.subject_name_id_template, name_id)?;
    given(&mut sign_on.idp_issuer, issuer.map(|issuer| issuer.map(|it| it.to_string())))?;
    given(&mut app.user_name_template, user_name)?;
    given(&mut app.refuses_unlisted_acs, unlisted)?;
    given(&mut app.implicit_assignment, implicit)?;
    given(&mut app.assigned, assigned)?;
    given(&mut app.access_rules, access)?;
    words.apply(&mut app)?;
    Some(app)
}

/// Takes a value that was given; `None` if it was given wrongly.
pub(super) fn given<T>(field: &mut T, value: Option<Option<T>>) -> Option<()> {
    if let Some(value) = value {
        *field = value?;
    }
    Some(())
}

fn read_label(item: &Item<'_>, labels: &mut BTreeMap<String, String>) -> Option<String> {
    let label = item.sentence()?;
    let slug = AppDraft::new(&label, "", "").slug();
    if slug.is_empty() || label.chars().count() > 100 || label.chars().any(char::is_control) {
        let hint = "at most 100 characters, a letter or digit of ASCII among them: they become \
                    part of the app's addresses";
        item.problem(format!("{} cannot be a label", quote(&label)), Some(hint.into()));
        return None;
    }
    if let Some(other) = labels.get(&slug) {
        let hint = format!("both come down to `{slug}` in addresses and in the names of keys");
        let hint = if *other == label { "each app has a label of its own".into() } else { hint };
        item.problem(format!("another app has the label {}", quote(other)), Some(hint));
        return None;
    }
    labels.insert(slug, label.clone());
    Some(label)
}

/// A text that is compared byte for byte.
pub(super) fn read_exact(item: &Item<'_>) -> Option<String> {
    let text = read_plain(item)?;
    if text.is_empty() || text.trim() != text {
        let hint = "it is compared byte for byte: what you see must be all there is".to_owned();
        let what = if text.is_empty() { "is empty" } else { "begins or ends with white space" };
        item.problem(format!("{} {what}", quote(item.key)), Some(hint));
        return None;
    }
    Some(text)
}

pub(super) fn read_address(item: &Item<'_>) -> Option<String> {
    let url = read_exact(item)?;
    is_http(item, &url).then_some(url)
}

/// `response_signed` and `assertion_signed`.
fn read_signed(table: &Table<'_>) -> Option<(bool, bool)> {
    let response = table.item("response_signed");
    let assertion = table.item("assertion_signed");
    let flag = |item: &Option<Item<'_>>| item.as_ref().map_or(Some(true), Item::flag);
    let signed = (flag(&response), flag(&assertion));
    if let ((Some(false), Some(false)), Some(item)) = (signed, &assertion) {
        let hint = "Okta signs the response, the assertion or both: leave one of the two out, or \
                    say `true`";
        item.problem("nothing at all would be signed", Some(hint.into()));
        return None;
    }
    Some((signed.0?, signed.1?))
}

fn read_signature(item: &Item<'_>) -> Option<SignatureAlgorithm> {
    read_algorithm(item, &SIGNATURES)
}

fn read_digest(item: &Item<'_>) -> Option<DigestAlgorithm> {
    read_algorithm(item, &["SHA256", "SHA384", "SHA512", "SHA1"])
}

fn read_algorithm<T: DeserializeOwned>(item: &Item<'_>, known: &[&str]) -> Option<T> {
    item.choice(known)?;
    item.word()
}

/// `{ x5c = "MII…", key_transport_algorithm = "RSA_OAEP", encryption_algorithm = "AES256_CBC" }`;
/// `enabled = false` keeps the rest for later.
fn read_encryption(item: &Item<'_>) -> Option<Option<AssertionEncryption>> {
    let table = item.table()?;
    let enabled = table.item("enabled").map(|item| item.flag());
    let certificate = table.required("x5c").and_then(|item| read_x5c(&item));
    let transport = table.item("key_transport_algorithm").map(|item| item.word());
    let content = table.item("encryption_algorithm").map(|item| item.word());
    table.finish();
    let (transport, content) = (transport.unwrap_or_else(word), content.unwrap_or_else(word));
    let encryption = certificate?.with(transport?, content?);
    Some(enabled.unwrap_or(Some(true))?.then_some(encryption))
}

/// What stands where nothing is said.
fn word<T: Default>() -> Option<T> {
    Some(T::default())
}

fn read_x5c(item: &Item<'_>) -> Option<AssertionEncryption> {
    let read = AssertionEncryption::from_x5c(item.text()?);
    read.map_err(|error| {
        let hint = "the SP's encryption certificate: PEM, or its base64 without the BEGIN line";
        item.problem(error.to_string(), Some(hint.into()));
    })
    .ok()
}

const SIGNATURES: [&str; 7] = [
    "RSA_SHA256",
    "RSA_SHA384",
    "RSA_SHA512",
    "ECDSA_SHA256",
    "ECDSA_SHA384",
    "ECDSA_SHA512",
    "RSA_SHA1",
];

/// `"everyone"`, a list of users, or `{ groups = […] }`.
fn read_assigned(item: &Item<'_>, people: &People) -> Option<Assigned> {
    if item.is_list() {
        let items = item.list()?;
        // All are read before one that is wrong spoils the list.
        let logins: Vec<_> = items.iter().map(|item| read_assignee(item, people)).collect();
        return logins.into_iter().collect::<Option<_>>().map(Assigned::Logins);
    }
    if item.is_table() {
        let table = item.table()?;
        let groups = table.required("groups").map(|item| read_assigned_groups(&item, people));
        table.finish();
        return groups?.map(Assigned::Groups);
    }
    if item.as_text() == Some("everyone") {
        return Some(Assigned::Everyone);
    }
    let hint = "`\"everyone\"`, `[\"jane\"]` or `{ groups = [\"ml-team\"] }`".to_owned();
    item.problem("`assign` says who may use the app", Some(hint));
    None
}

pub(super) fn read_assignee(item: &Item<'_>, people: &People) -> Option<String> {
    let text = item.text()?;
    let login = people.login(text);
    if login.is_none() && !item.is_unheard() {
        let none = || Some("the file has no users".to_owned());
        let hint = suggest(text, people.names()).or_else(none);
        item.problem(format!("there is no user {}", quote(text)), hint);
    }
    login.map(str::to_owned)
}

pub(super) fn read_assigned_groups(item: &Item<'_>, people: &People) -> Option<BTreeSet<String>> {
    let names = read_texts(item);
    let known: Vec<&String> = people.groups().iter().collect();
    let mut good = item.is_list();
    for name in names.iter().filter(|name| !people.groups().contains(*name)) {
        good = false;
        if !item.is_unheard() {
            item.problem(format!("nobody is in a group {}", quote(name)), suggest(name, &known));
        }
    }
    good.then(|| names.into_iter().collect())
}

fn read_statements(item: &Item<'_>, people: &People) -> Vec<AttributeStatement> {
    let schema = people.schema(Place::AttributeStatement);
    let read = read_app_attributes(item, &[], &schema).into_iter();
    // A filter or expression that is none was reported when it was read.
    read.filter_map(|attribute| AttributeStatement::try_from(attribute).ok()).collect()
}
