//! A case's Okta org, and what the case changes in it.

use std::collections::BTreeSet;

use crate::env::Env;
use crate::idp::{self, Assignment, AttributeStatement, Overrides, SignOn, SignParts};
use crate::keys::SigningKey;
use crate::observation::Trouble;
use crate::plan::{CaseOrg, CasePerson, Send};
use crate::plan::{IdpChange, SendKey};
use crate::saml::{AcsUrl, EntityId, MessageId, NameIdFormat};
use crate::sp::AppAttribute;

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
    app.keys.extend(keys);
    Ok(org)
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
    let everyone: BTreeSet<_> = org.users.iter().map(|user| user.id.clone()).collect();
    for app in &mut org.apps {
        let mut ids = match &app.assigned {
            Assignment::Users(ids) => ids.clone(),
            _ => everyone.clone(),
        };
        if assigned {
            ids.insert(id.clone());
        } else {
            ids.remove(&id);
        }
        app.assigned = Assignment::Users(ids);
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
    })
}
