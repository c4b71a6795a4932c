//! The assertion consumer service: the gates G1 to G8 of facts 1, in order.

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response as Reply};
use axum_extra::extract::cookie::CookieJar;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::audit::{Audit, Refused};
use super::fault::domains::Claimed;
use super::metadata::Trust;
use super::open::{Opened, open};
use super::page::{Refusal, see_home};
use super::server::Sp;
use super::store::{Book, Entrance};
use super::{cookie, fault};
use crate::saml::{Assertion, Attributes, MessageId, SignatureVerdict, decode_post};
use crate::sp::{
    Check, CheckName, Claim, Decision, Entry, Expected, Explanation, Reason, Received, Session,
    User, UserStatus, admit, refusal, spare_last_admin,
};

/// What a browser posts.
#[derive(Debug, Deserialize)]
pub(super) struct Posted {
    #[serde(rename = "SAMLResponse")]
    saml_response: Option<String>,
}

/// Takes a response. `RelayState` is not looked at: everybody goes to the front page.
pub(super) async fn consume(
    State(sp): State<Arc<Sp>>,
    jar: CookieJar,
    Form(posted): Form<Posted>,
) -> Reply {
    let mut audit = Audit {
        at: sp.env.clock.now(),
        email: None,
        entry: None,
        checks: Vec::new(),
        decision: None,
        refused: None,
    };
    let outcome = enter(&sp, &jar, &posted, &mut audit).await;
    audit.refused = outcome.as_ref().err().map(Refused::from);
    sp.trail.add(audit);
    match outcome {
        Ok(value) => (jar.add(cookie::session(value, sp.paths.secure)), see_home()).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// Everything there is to know of a login before the store is looked at.
struct Login {
    entry: Entry,
    trust: Arc<Trust>,
    received: Received,
    verdict: SignatureVerdict,
    claim: Claimed,
    was_new: bool,
    browser: Option<String>,
    left: Option<String>,
    now: Timestamp,
}

/// Lets somebody in and gives the value of the session's cookie.
async fn enter(
    sp: &Sp,
    jar: &CookieJar,
    posted: &Posted,
    audit: &mut Audit,
) -> Result<String, Refusal> {
    let unreadable = |cause: String| Refusal::new("G1", Reason::Unreadable, cause);
    let encoded = posted.saml_response.as_deref();
    let encoded = encoded.ok_or_else(|| unreadable("the form has no SAMLResponse".into()))?;
    let xml = decode_post(encoded).map_err(|error| unreadable(error.to_string()))?;

    let opened = open(sp, xml).await?;
    let Opened { entry: name, trust, verdict, mut received } = opened;
    audit.entry = Some(name.clone());
    fault::life::identify(sp.fault, &mut received);
    let gone = || Refusal::new("G3", Reason::UnknownDomain, "the entry was removed just now");
    let entry = sp.entries.whole(&name).ok_or_else(gone)?;
    let claim = claim(sp, &entry, &received);
    let (entry, claim) = fault::domains::settled(sp, entry, claim);
    let subject = received.assertions.first().map(|assertion| assertion.name_id.value.as_str());
    let was_new = fault::life::was_new(sp, subject).await;
    let login = Login {
        entry,
        trust,
        received,
        verdict,
        claim,
        was_new,
        browser: cookie::browser_of(jar).map(str::to_owned),
        left: cookie::session_of(jar).map(str::to_owned),
        now: audit.at,
    };
    let entered = sp.store.enter(login.now, |book| login.decide(sp, book, audit));
    match &entered {
        Err(_) => fault::life::refused(sp, audit),
        Ok((cookie, session)) => {
            fault::life::entered(sp, audit, session);
            if let Some(assertion) = login.received.assertions.first() {
                fault::session::opened(sp, cookie, &login.entry.name, &assertion.attributes);
            }
        }
    }
    entered.map(|(cookie, _)| cookie)
}

/// The entry that the signed assertion claims, as the cache has it.
fn claim(sp: &Sp, entry: &Entry, received: &Received) -> Claimed {
    let assertion = received.assertions.first().ok_or(Reason::Unreadable)?;
    let name_id = assertion.name_id.value.as_str();
    let claim = Claim::of(entry.rules.selector, name_id, &assertion.attributes)?;
    let owner = sp.entries.owner(&claim);
    Ok((claim, owner))
}

impl Login {
    /// G1 to G6 against what is stored, and what G7 and G8 are to write.
    fn decide(&self, sp: &Sp, book: &Book, audit: &mut Audit) -> Result<Entrance, Refusal> {
        let assertion = self.accepted(sp, book, audit)?;
        let email = assertion.name_id.value.as_str();
        audit.email = Some(email.to_owned());

        let users = fault::life::users(sp.fault, book, email, self.was_new);
        let unless_overlooked =
            |refusal: Refusal| match fault::life::overlooks(sp.fault, &users, refusal.reason) {
                true => Ok(()),
                false => Err(refusal),
            };
        self.settle().or_else(unless_overlooked)?;
        if users.len() > 1 {
            return Err(at("G5", Reason::Ambiguous));
        }
        let user = users.first().map(|stored| &stored.user);
        let request = self.request(assertion);
        let admitted = admit(&self.entry, user, request.is_some());
        admitted.map_err(|reason| at("G5", reason)).or_else(unless_overlooked)?;

        let why = self.explain(sp, book, user, &assertion.attributes);
        audit.decision = Some(why.clone());
        let (user, resources) = stored(sp, book, &self.entry, (user, email), why)?;
        Ok(Entrance {
            session: self.session(sp, &user, assertion),
            user,
            resources,
            used: Some((assertion.id.clone(), self.forgotten(assertion))),
            answered: self.browser.clone().zip(request.cloned()),
            left: self.left.clone(),
        })
    }

    /// G3 and G4: the entry that is claimed is the one whose IdP has signed.
    fn settle(&self) -> Result<(), Refusal> {
        let (claim, owner) = self.claim.as_ref().map_err(|reason| at("G3", *reason))?;
        claim.settle(&self.entry, owner.as_ref()).map_err(|reason| match reason {
            Reason::IssuerDomainMismatch => at("G4", reason),
            other => at("G3", other),
        })
    }

    /// G6.
    fn explain(
        &self,
        sp: &Sp,
        book: &Book,
        user: Option<&User>,
        attributes: &Attributes,
    ) -> Explanation {
        let existing = book.existing();
        let why = fault::decision::explained(sp.fault, &self.entry, &existing, user, attributes);
        let knob = fault::decision::last_admin(sp.fault, self.entry.rules.last_admin);
        let is_last = user.is_some_and(|user| book.is_last_admin(user));
        spare_last_admin(why, user, is_last, knob)
    }

    /// G1 and G2: every check, and the one assertion if all have passed.
    fn accepted(&self, sp: &Sp, book: &Book, audit: &mut Audit) -> Result<&Assertion, Refusal> {
        let used = self.received.assertions.iter().map(|assertion| &assertion.id);
        let expected = Expected {
            issuer: self.trust.entity_id.clone(),
            audience: self.entry.entity_id.clone(),
            acs: self.entry.acs.clone(),
            name_id_format: self.entry.name_id_format.clone(),
            outstanding: self
                .browser
                .as_deref()
                .map_or_else(Vec::new, |browser| book.outstanding(browser, self.now)),
            idp_initiated: self.entry.rules.idp_initiated,
            encryption: self.entry.rules.encryption,
            skew_seconds: self.entry.rules.skew_seconds,
            seen: used.filter(|id| book.seen.contains_key(id)).cloned().collect(),
        };
        let verdict = self.verdict.clone();
        audit.checks =
            fault::binding::accepted(sp.fault, (expected, book), &self.received, verdict, self.now);
        match (refusal(&audit.checks), self.received.assertions.as_slice()) {
            (None, [assertion]) => Ok(assertion),
            (Some((reason, check)), _) => Err(refused(reason, check)),
            (None, _) => Err(at("G1", Reason::Unreadable)),
        }
    }

    /// The request of this browser that is answered, if it was asked for.
    fn request<'a>(&'a self, assertion: &'a Assertion) -> Option<&'a MessageId> {
        assertion.confirmations.iter().find_map(|confirmation| confirmation.in_response_to.as_ref())
    }

    /// C5, C10: a session holds the roles it was opened with, and no longer than the SP or the IdP
    /// lets it.
    fn session(&self, sp: &Sp, user: &User, assertion: &Assertion) -> (String, Session) {
        let statement = assertion.authn_statement.as_ref();
        let limit = statement.and_then(|statement| statement.session_not_on_or_after);
        sp.session_of(user, self.now, limit)
    }

    /// When the assertion could not be used again anyway.
    fn forgotten(&self, assertion: &Assertion) -> Timestamp {
        let skew = SignedDuration::from_secs(self.entry.rules.skew_seconds.max(0));
        let confirmed = assertion.confirmations.iter().filter_map(|one| one.not_on_or_after);
        let window = assertion.conditions.as_ref().and_then(|window| window.not_on_or_after);
        let end = confirmed.chain(window).max().unwrap_or(Timestamp::MAX);
        end.checked_add(skew).unwrap_or(Timestamp::MAX)
    }
}

/// G6 as a user to store, with the resources that have to be created. D17: who enters is active.
fn stored(
    sp: &Sp,
    book: &Book,
    entry: &Entry,
    (user, email): (Option<&User>, &str),
    why: Explanation,
) -> Result<(User, Vec<crate::sp::Resource>), Refusal> {
    let (roles, resources) = match (why.decision, user) {
        (Decision::Reject(reason), _) => {
            return Err(Refusal::new("G6", reason, format_args!("row {}", why.row)));
        }
        (Decision::Create { roles, resources } | Decision::Update { roles, resources }, _) => {
            (roles, resources)
        }
        (Decision::Unchanged, user) => {
            (user.map(|user| user.roles.clone()).unwrap_or_default(), Vec::new())
        }
    };
    let status = UserStatus::Active;
    let user = match user {
        Some(user) => User { roles, status, ..user.clone() },
        None => {
            let user = fault::life::new_user(sp, entry, email, roles);
            fault::life::returned(sp.fault, book, user)
        }
    };
    Ok((user, resources))
}

fn at(gate: &'static str, reason: Reason) -> Refusal {
    Refusal::new(gate, reason, "")
}

/// A failed check at its gate: G2 is signature, time and replay, G1 all other bindings.
fn refused(reason: Reason, check: &Check) -> Refusal {
    let gate = match check.name {
        CheckName::Signature | CheckName::Window | CheckName::Replay => "G2",
        _ => "G1",
    };
    let detail = match &check.result {
        crate::sp::CheckResult::Failed(_, detail) => detail.as_str(),
        crate::sp::CheckResult::Passed => "",
    };
    Refusal::new(gate, reason, format_args!("{detail} ({})", check.rule))
}
