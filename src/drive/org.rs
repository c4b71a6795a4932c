//! A case's Okta org, and what the case changes in it.

use crate::env::Env;
use crate::idp::{
    self, AppKey, AssertionEncryption, AttributeStatement, Encrypt, Org, Overrides, SignOn,
    SignParts,
};
use crate::keys::{Certificate, SigningKey};
use crate::observation::Trouble;
use crate::plan::{Case, CaseOrg, CasePerson, Send};
use crate::plan::{IdpChange, SendEncryption, SendKey};
use crate::saml::{AcsUrl, EntityId, MessageId, NameIdFormat, SpMetadata};
use crate::sp::{AppAttribute, Encryption};

/// The password of everybody at the mock IdP.
pub(super) const PASSWORD: &str = "correct horse battery staple";

/// What the org's app is told of the SP.
#[derive(Clone, Debug)]
pub(super) struct SpFacts {
    pub(super) label: String,
    pub(super) entity_id: EntityId,
    pub(super) acs: AcsUrl,
    pub(super) name_id_format: NameIdFormat,
}

/// An org with the one app that stands for the SP; `keys` are its current and its next key.
pub(super) fn org(
    of: &CaseOrg,
    base_url: &str,
    sp: &SpFacts,
    keys: Vec<SigningKey>,
    env: &Env,
) -> Result<idp::Org, Trouble> {
    let mut org = idp::Org::new(&of.subdomain, base_url, env);
    let mut sign_on = SignOn::new(sp.acs.clone(), sp.entity_id.clone());
    sign_on.subject_name_id_format = sp.name_id_format.clone();
    sign_on.attribute_statements = statements(&of.attributes)?;
    let mut keys = keys.into_iter();
    let first = keys.next().ok_or_else(|| Trouble::Launch("the org has no key".into()))?;
    let app = org.add_app(&sp.label, sign_on, first, env);
    app.keys.extend(keys.map(AppKey::from));
    Ok(org)
}

/// Has the apps sign these parts.
pub(super) fn sign(org: &mut idp::Org, parts: SignParts) {
    for app in &mut org.apps {
        app.sign_on.response_signed = parts.response();
        app.sign_on.assertion_signed = parts.assertion();
    }
}

/// The attribute statements of a profile or a scenario, as the app has them.
pub(super) fn statements(attributes: &[AppAttribute]) -> Result<Vec<AttributeStatement>, Trouble> {
    let statements = attributes.iter().cloned().map(AttributeStatement::try_from);
    statements.collect::<Result<_, _>>().map_err(|error| Trouble::Launch(error.to_string()))
}

/// Adds a person of the case; everybody is assigned to the app.
pub(super) fn add_person(org: &mut idp::Org, person: &CasePerson, env: &Env) {
    let user = org.add_user(&person.email, PASSWORD, env);
    for (name, value) in &person.profile {
        user.set(name, value);
    }
    org.set_groups(&person.email, &person.groups, env);
}

/// Lets a person use the app, or takes that away; everybody else stays as they are.
pub(super) fn assign(org: &mut idp::Org, login: &str, assigned: bool) {
    let Some(id) = org.user_by_login(login).map(|user| user.id.clone()) else { return };
    for index in 0..org.apps.len() {
        let app = &org.apps[index];
        let users = org.users.iter().filter(|user| org.is_assigned(app, user));
        let others = users.map(|user| user.id.clone()).filter(|other| *other != id);
        let ids: Vec<String> = others.chain(assigned.then(|| id.clone())).collect();
        org.apps[index].assign_to_users(ids);
    }
}

/// Changes the app's keys. Whether metadata can be fetched is the server's business.
pub(super) fn change_keys(org: &mut idp::Org, change: &IdpChange) {
    for app in &mut org.apps {
        match change {
            IdpChange::Publish(numbers) => app.published.clone_from(numbers),
            IdpChange::SignWith(number) => app.signing = *number,
            IdpChange::MetadataUp(_) => {}
        }
    }
}

/// How the app encrypts for an SP, as an IdP's administrator reads it from the SP's metadata.
pub(super) fn encryption(metadata: &SpMetadata) -> Result<AssertionEncryption, Trouble> {
    let first = metadata.encryption_certificates.first();
    let first = first.ok_or_else(|| unusable("it has no certificate to encrypt to".into()))?;
    Certificate::from_der(first)
        .and_then(AssertionEncryption::new)
        .map_err(|error| unusable(error.to_string()))
}

/// An SP's metadata, as it was fetched.
pub(super) fn sp_metadata(text: &str) -> Result<SpMetadata, Trouble> {
    SpMetadata::parse(text).map_err(|error| unusable(error.to_string()))
}

fn unusable(why: String) -> Trouble {
    Trouble::Launch(format!("the SP's metadata: {why}"))
}

/// Whether an entry of the case takes encrypted assertions.
pub(super) fn takes_encrypted(case: &Case) -> bool {
    let mut entries = case.configuration.entries.iter();
    entries.any(|entry| entry.rules.encryption != Encryption::None)
}

/// Lets every app encrypt like this, or not at all.
pub(super) fn encrypt(org: &mut Org, encryption: Option<&AssertionEncryption>) {
    for app in &mut org.apps {
        app.sign_on.assertion_encryption = encryption.cloned();
    }
}

/// What the IdP does differently in a login; `None` if nothing.
pub(super) fn overrides(send: &Send, stranger: &SigningKey) -> Option<Overrides> {
    if *send == Send::default() {
        return None;
    }
    let Send {
        audience,
        restrictions,
        recipient,
        destination,
        issuer,
        name_id,
        name_id_format,
        in_response_to,
        key,
        attributes,
        omit,
        elements,
        encryption,
        age,
    } = send;
    let entity_ids = |all: &Vec<Vec<String>>| -> Vec<Vec<EntityId>> {
        all.iter().map(|one| one.iter().cloned().map(EntityId::new).collect()).collect()
    };
    Some(Overrides {
        audience: audience.clone().map(EntityId::new),
        audience_restrictions: restrictions.as_ref().map(entity_ids),
        recipient: recipient.clone().map(AcsUrl::new),
        destination: destination.clone().map(AcsUrl::new),
        issuer: issuer.clone().map(EntityId::new),
        name_id: name_id.clone(),
        name_id_format: name_id_format.clone().map(NameIdFormat::new),
        in_response_to: in_response_to.clone().map(MessageId::new),
        signing_key: (*key == SendKey::Other).then(|| stranger.clone()),
        attributes: attributes.clone(),
        omit: omit.iter().cloned().collect(),
        elements: elements.clone(),
        age: *age,
        sign: (*key == SendKey::None).then_some(SignParts::Nothing),
        encrypt: match encryption {
            SendEncryption::Own => Encrypt::AsApp,
            SendEncryption::None => Encrypt::Nothing,
            SendEncryption::Stale => Encrypt::To(stale(stranger)),
        },
    })
}

/// Encryption to a key that the SP does not have.
fn stale(stranger: &SigningKey) -> AssertionEncryption {
    AssertionEncryption::new(stranger.certificate().clone())
        .expect("a stranger's key is RSA with 2048 bits")
}
