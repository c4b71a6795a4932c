//! A login that starts at the SP: an AuthnRequest by redirect (P 4.1.4.1).

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response as Reply};
use axum_extra::extract::cookie::CookieJar;
use http::{StatusCode, header};
use serde::Deserialize;

use super::cookie;
use super::page::Refusal;
use super::server::Sp;
use crate::crypto::sign_query;
use crate::keys::{KeyAlgorithm, SigningKey};
use crate::saml::{
    AuthnRequest, Binding, MessageId, NameIdPolicy, SamlParam, SignatureAlgorithm, redirect_url,
};
use crate::sp::{Claim, Entry, EntryName, Reason, Selector};

/// What comes back with the response. Nobody is sent anywhere because of it.
const RELAY_STATE: &str = "/";

/// Who wants to log in.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    email: Option<String>,
}

/// Sends a browser to the IdP of its user.
pub(super) async fn start(
    State(sp): State<Arc<Sp>>,
    jar: CookieJar,
    Query(asked): Query<Asked>,
) -> Reply {
    let email = asked.email.unwrap_or_default();
    match request(&sp, &email).await {
        Err(refusal) => refusal.into_response(),
        Ok((id, location)) => {
            let now = sp.env.clock.now();
            let known = cookie::browser_of(&jar);
            let browser = sp.store.write(|book| {
                let known = known.filter(|known| book.requests.contains_key(*known));
                let browser = known.map_or_else(|| sp.env.ids.secret(), str::to_owned);
                book.ask(&browser, id, now);
                browser
            });
            let jar = jar.add(cookie::browser(browser, sp.paths.secure));
            let redirect = (StatusCode::FOUND, [(header::LOCATION, location)]);
            (jar, redirect).into_response()
        }
    }
}

/// The request of a user's entry, and the address that carries it to the IdP.
async fn request(sp: &Sp, email: &str) -> Result<(MessageId, String), Refusal> {
    let no_route = || Refusal::new("G3", Reason::UnknownDomain, "no entry for this address");
    let name = entry_of(sp, email).ok_or_else(no_route)?;
    let entry = sp.entries.settings(&name).ok_or_else(no_route)?;
    let unavailable = |detail: String| Refusal::new("G3", Reason::MetadataUnavailable, detail);
    let trust = sp.entries.trust(&name).await.map_err(|error| match error {
        Some(error) => unavailable(error.to_string()),
        None => no_route(),
    })?;
    let Some(sso) = &trust.sso else {
        return Err(unavailable("the IdP takes no AuthnRequest by redirect".into()));
    };
    let request = authn_request(sp, &entry, sso);
    let url = redirect_url(sso, SamlParam::Request, &request.to_xml(), Some(RELAY_STATE));
    let url = match (&sp.signing_key, entry.settings.sign_authn) {
        (Some(key), true) => signed(&url, sso, key).map_err(unavailable)?,
        _ => url,
    };
    Ok((request.id, url))
}

fn authn_request(sp: &Sp, entry: &Entry, sso: &str) -> AuthnRequest {
    let id = MessageId::new(sp.env.ids.message());
    let format = entry.name_id_format.clone();
    AuthnRequest {
        destination: Some(sso.to_owned()),
        acs_url: Some(entry.acs.clone()),
        protocol_binding: Some(Binding::HttpPost),
        name_id_policy: Some(NameIdPolicy { format, allow_create: None }),
        ..AuthnRequest::new(id, sp.env.clock.now(), entry.entity_id.clone())
    }
}

/// The entry of an address: by its domain, or, where domains say nothing, by the account of the user
/// who has it, or because there is only one.
fn entry_of(sp: &Sp, email: &str) -> Option<EntryName> {
    if let Some(owner) = Claim::of_email(email).and_then(|claim| sp.entries.owner(&claim)) {
        return Some(owner.entry);
    }
    let account = sp.account_of(email);
    let open: Vec<Arc<Entry>> = sp
        .entries
        .names()
        .iter()
        .filter_map(|name| sp.entries.settings(name))
        .filter(|entry| entry.rules.selector != Selector::EmailDomain)
        .collect();
    let own = open.iter().find(|entry| Some(&entry.account) == account.as_ref());
    match (own, open.as_slice()) {
        (Some(entry), _) => Some(entry.name.clone()),
        (None, [only]) => Some(only.name.clone()),
        _ => None,
    }
}

/// B 3.4.4.1: the signature covers the parameters of the message alone, whatever query the endpoint
/// has of its own.
fn signed(url: &str, endpoint: &str, key: &SigningKey) -> Result<String, String> {
    let algorithm = match key.kind().algorithm() {
        KeyAlgorithm::Rsa => SignatureAlgorithm::RsaSha256,
        KeyAlgorithm::Ecdsa => SignatureAlgorithm::EcdsaSha256,
    };
    let start = url.find("SAMLRequest=").ok_or_else(|| format!("{endpoint} takes no query"))?;
    let query = sign_query(&url[start..], key, algorithm).map_err(|error| error.to_string())?;
    Ok(format!("{}{query}", &url[..start]))
}
