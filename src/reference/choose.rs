//! Choosing the entry whose keys have to verify a response.

use std::sync::Arc;

use super::entries::Entries;
use super::metadata::Trust;
use super::page::Refusal;
use crate::saml::Response;
use crate::sp::{Claim, EntryName, Reason};

/// An entry, and what its IdP is trusted with.
pub(super) type Chosen = (EntryName, Arc<Trust>);

/// The entry whose IdP a response names as its issuer.
///
/// The issuer is not believed, it is only looked up: the keys of the entry it leads to have to
/// verify. Where one IdP serves several entries the subject's domain picks among them, likewise only
/// to be looked up; [`Claim::settle`] judges it from signed bytes (D12).
pub(super) async fn choose(entries: &Entries, response: &Response) -> Result<Chosen, Refusal> {
    let assertion = response.assertions.first();
    let issuer = assertion.map(|assertion| &assertion.issuer).or(response.issuer.as_ref());
    let Some(issuer) = issuer else {
        return Err(Refusal::new("G1", Reason::BadIssuer, "the response names no issuer"));
    };
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut troubles = Vec::new();
    for name in entries.names() {
        match entries.trust(&name).await {
            Ok(trust) if trust.entity_id == *issuer => chosen.push((name, trust)),
            Ok(_) | Err(None) => {}
            Err(Some(error)) => troubles.push(format!("entry {}: {error}", name.0)),
        }
    }
    if chosen.is_empty() {
        return Err(match troubles.is_empty() {
            true => {
                let detail = format!("no entry has an IdP `{issuer}`");
                Refusal::new("G1", Reason::BadIssuer, detail)
            }
            false => Refusal::new("G2", Reason::MetadataUnavailable, troubles.join("; ")),
        });
    }
    let claimed = assertion
        .and_then(|assertion| Claim::of_email(&assertion.name_id.value))
        .and_then(|claim| entries.owner(&claim));
    let place = chosen
        .iter()
        .position(|(name, _)| claimed.as_ref().is_some_and(|owner| owner.entry == *name))
        .unwrap_or(0);
    Ok(chosen.swap_remove(place))
}
