//! A browser: cookies, redirects, forms that post themselves, and a person at the sign-in page.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use url::Url;

use super::form::{Form, form};
use crate::net::{Answer, Client, Jar, NetError, Request};
use crate::observation::{Exchange, Party, Trouble};

/// Redirects and forms that are followed before it is called a circle.
const MOST_HOPS: usize = 20;

/// How much of a body is kept for people.
const EXCERPT: usize = 400;

/// Who an address belongs to, told by scheme, host and port.
#[derive(Clone, Debug, Default)]
pub(super) struct Parties {
    pub(super) idp: Vec<Url>,
    pub(super) sp: Vec<Url>,
}

impl Parties {
    pub(super) fn of(&self, url: &Url) -> Party {
        let has = |urls: &[Url]| urls.iter().any(|known| known.origin() == url.origin());
        match () {
            () if has(&self.idp) => Party::Idp,
            () if has(&self.sp) => Party::Sp,
            () => Party::Other,
        }
    }
}

/// Whoever sits at the browser, and what they type when a page asks.
#[derive(Clone, Debug)]
pub(super) enum Person {
    /// Types nothing.
    Passive,
    /// Signs in at the IdP.
    SignsIn {
        /// The login.
        username: String,
        /// The password at the IdP.
        password: String,
    },
    /// Chooses a new password at the SP.
    Chooses {
        /// The password.
        password: String,
    },
}

/// One browser. The IdP's cookies and everybody else's are kept apart, so that a person can leave
/// the SP without leaving the IdP.
#[derive(Clone, Debug)]
pub(super) struct Browser {
    client: Client,
    parties: Parties,
    idp: Jar,
    rest: Jar,
}

/// One walk of a browser, from a first request to where it was left.
#[derive(Clone, Debug, Default)]
pub(super) struct Journey {
    /// Every exchange.
    pub(super) exchanges: Vec<Exchange>,
    /// SAML messages that were posted: where to, and the form.
    pub(super) posted: Vec<(Url, Vec<(String, String)>)>,
    /// The answers of the SP, in order.
    pub(super) from_sp: Vec<Answer>,
    /// The last answer, if there was one.
    pub(super) last: Option<Answer>,
    /// What stopped it.
    pub(super) trouble: Option<Trouble>,
}

impl Journey {
    /// The documents of the SAML responses that were posted.
    pub(super) fn documents(&self) -> impl Iterator<Item = (String, &Url)> {
        self.posted.iter().filter_map(|(action, fields)| {
            let (_, message) = fields.iter().find(|(name, _)| name == "SAMLResponse")?;
            let bytes = BASE64_STANDARD.decode(message).ok()?;
            Some((String::from_utf8(bytes).ok()?, action))
        })
    }
}

impl Browser {
    pub(super) fn new(client: &Client, parties: Parties) -> Self {
        Self { client: client.clone(), parties, idp: Jar::new(), rest: Jar::new() }
    }

    /// Forgets every cookie but the IdP's.
    pub(super) fn leave_sp(&mut self) {
        self.rest = Jar::new();
    }

    /// The cookies that go to everybody but the IdP.
    pub(super) fn sp_jar(&self) -> &Jar {
        &self.rest
    }

    /// Walks until nothing is left to follow. `person` types, once, where a page asks.
    pub(super) async fn walk(&self, first: Request, person: &Person) -> Journey {
        self.walk_while(first, person, true).await
    }

    /// Walks as [`Browser::walk`] does, and stops before a SAML message is posted: it is in
    /// [`Journey::posted`] all the same.
    pub(super) async fn walk_up_to_message(&self, first: Request, person: &Person) -> Journey {
        self.walk_while(first, person, false).await
    }

    async fn walk_while(&self, first: Request, person: &Person, posts: bool) -> Journey {
        let mut journey = Journey::default();
        let mut next = Some(first);
        let mut typed = false;
        for _ in 0..MOST_HOPS {
            let Some(request) = next.take() else { return journey };
            let Some(answer) = self.exchange(request.clone(), &mut journey).await else {
                return journey;
            };
            next = match answer.location() {
                Ok(Some(to)) => Some(redirected(&request, &answer, to)),
                Ok(None) => self.continued(&answer, person, &mut typed, &mut journey),
                Err(error) => {
                    journey.trouble = Some(trouble(&error));
                    None
                }
            };
            journey.last = Some(answer);
            if !posts && !journey.posted.is_empty() {
                return journey;
            }
        }
        if let Some(request) = next {
            let url = request.url.to_string();
            journey.trouble = Some(Trouble::Loop { url, hops: MOST_HOPS });
        }
        journey
    }

    /// The form of a page, if a browser would go on with it.
    fn continued(
        &self,
        answer: &Answer,
        person: &Person,
        typed: &mut bool,
        journey: &mut Journey,
    ) -> Option<Request> {
        let html = answer.header("content-type").is_some_and(|kind| kind.contains("html"));
        let form = html.then(|| form(&answer.text(), &answer.url)).flatten()?;
        let party = self.parties.of(&answer.url);
        match (form, person) {
            (Form::Message { action, fields }, _) => {
                journey.posted.push((action.clone(), fields.clone()));
                Some(Request::form(action, fields))
            }
            // A page that asks again has refused what was typed.
            _ if *typed => None,
            (
                Form::SignIn { action, fields, username, password },
                Person::SignsIn { username: login, password: secret },
            ) if party == Party::Idp => {
                *typed = true;
                Some(filled(action, fields, &[(&username, login), (&password, secret)]))
            }
            (Form::NewPassword { action, fields, passwords }, Person::Chooses { password })
                if party == Party::Sp =>
            {
                *typed = true;
                let typed: Vec<_> = passwords.iter().map(|name| (name, password)).collect();
                Some(filled(action, fields, &typed))
            }
            _ => None,
        }
    }

    async fn exchange(&self, request: Request, journey: &mut Journey) -> Option<Answer> {
        let party = self.parties.of(&request.url);
        let jar = if party == Party::Idp { &self.idp } else { &self.rest };
        let (method, url) = (request.method.to_string(), request.url.to_string());
        let answer = self.client.with_jar(jar.clone()).send(request).await;
        let mut seen = Exchange {
            method,
            url,
            party,
            status: None,
            location: None,
            excerpt: String::new(),
            failure: None,
        };
        match answer {
            Ok(answer) => {
                seen.status = Some(answer.status.as_u16());
                seen.location = answer.header("location").map(ToOwned::to_owned);
                seen.excerpt = answer.text().chars().take(EXCERPT).collect();
                journey.exchanges.push(seen);
                if party == Party::Sp {
                    journey.from_sp.push(answer.clone());
                }
                Some(answer)
            }
            Err(error) => {
                seen.failure = Some(error.to_string());
                journey.exchanges.push(seen);
                journey.trouble = Some(trouble(&error));
                None
            }
        }
    }
}

/// A form with what was typed into it.
fn filled(action: Url, mut fields: Vec<(String, String)>, typed: &[(&String, &String)]) -> Request {
    for (name, value) in &mut fields {
        if let Some((_, text)) = typed.iter().find(|(field, _)| *field == name) {
            value.clone_from(text);
        }
    }
    Request::form(action, fields)
}

/// A redirect as browsers follow it: 307 and 308 repeat the request, the others become a GET.
fn redirected(request: &Request, answer: &Answer, to: Url) -> Request {
    match answer.status.as_u16() {
        307 | 308 => Request { url: to, ..request.clone() },
        _ => Request::get(to),
    }
}

/// What went wrong on the wire, as an observation.
pub(super) fn trouble(error: &NetError) -> Trouble {
    match error {
        NetError::TimedOut { url, after } => {
            Trouble::TimedOut { url: url.clone(), seconds: after.as_secs() }
        }
        NetError::Unreachable { url, cause, .. } | NetError::Tls { url, cause, .. } => {
            Trouble::Unreachable { url: url.clone(), cause: cause.clone() }
        }
        NetError::Interrupted { url, cause } => Trouble::Unreachable {
            url: url.clone(),
            cause: format!("the exchange broke off: {cause}"),
        },
        other => Trouble::Launch(other.to_string()),
    }
}
