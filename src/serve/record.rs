//! What was really sent.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::idp::Issued;
use crate::saml::{AuthnRequest, encode_post};

/// A response that went out in an auto-post page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Whose login it was: the user's login as the org writes it.
    pub login: String,
    /// `exk…` of the app.
    pub external_key: String,
    /// The response.
    pub issued: Issued,
    /// The request that it answers; `None` for an IdP-initiated login.
    pub request: Option<AuthnRequest>,
    /// `RelayState` as posted; empty if there was none.
    pub relay_state: String,
}

impl Sent {
    /// The fields that a browser posts to [`Issued::acs`]: `SAMLResponse` and `RelayState`.
    pub fn form(&self) -> [(&'static str, String); 2] {
        [("SAMLResponse", encode_post(&self.issued.xml)), ("RelayState", self.relay_state.clone())]
    }
}

/// The latest responses, oldest first.
#[derive(Debug, Default)]
pub(super) struct Record(VecDeque<Arc<Sent>>);

impl Record {
    /// How many are kept, so that a long-lived org stays within some tens of megabytes.
    const KEPT: usize = 4096;

    pub(super) fn push(&mut self, sent: Arc<Sent>) {
        if self.0.len() == Self::KEPT {
            self.0.pop_front();
        }
        self.0.push_back(sent);
    }

    pub(super) fn all(&self) -> Vec<Sent> {
        self.0.iter().map(|sent| Sent::clone(sent)).collect()
    }

    /// The latest that is this document.
    pub(super) fn find(&self, xml: &str) -> Option<Sent> {
        self.0.iter().rev().find(|sent| sent.issued.xml == xml).map(|sent| Sent::clone(sent))
    }

    pub(super) fn take_for(&mut self, login: &str) -> Vec<Sent> {
        let login = login.to_lowercase();
        let (taken, left): (Vec<Arc<Sent>>, Vec<Arc<Sent>>) =
            self.0.drain(..).partition(|sent| sent.login.to_lowercase() == login);
        self.0 = left.into();
        taken.into_iter().map(Arc::unwrap_or_clone).collect()
    }
}
