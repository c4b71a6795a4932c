//! What the people of a case do, one action at a time.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use jiff::SignedDuration;
use url::Url;

use super::adapters::Configured;
use super::browser::{Browser, Journey, Person};
use super::org::{PASSWORD, overrides};
use super::stage::{Stage, unknown, url};
use crate::net::Request;
use crate::observation::{Attempt, End, Exchange, Identity, Party, SentResponse, Trouble};
use crate::plan::Initiated;
use crate::plan::{Action, Case, CasePerson, IdpEdit, Send};
use crate::sp::Configuration;

/// The password that people choose at a reset link.
const CHOSEN_PASSWORD: &str = "a new and rather long password";

/// A SAML message as a browser posted it, or would have.
#[derive(Clone, Debug)]
struct Posted {
    action: Url,
    fields: Vec<(String, String)>,
    /// Whether it reached the SP.
    delivered: bool,
}

/// The people of a case with what they hold.
pub(super) struct Actor<'a> {
    case: &'a Case,
    stage: &'a Stage,
    browsers: BTreeMap<String, Browser>,
    /// The last message each person's browser posted to the SP.
    posted: BTreeMap<String, Posted>,
    /// API keys by person.
    keys: BTreeMap<String, String>,
}

impl<'a> Actor<'a> {
    pub(super) fn new(case: &'a Case, stage: &'a Stage) -> Self {
        let (browsers, posted, keys) = Default::default();
        Self { case, stage, browsers, posted, keys }
    }

    /// Plays one action; attempts to enter are observations, whatever becomes of them.
    pub(super) async fn act(&mut self, action: &Action) -> Result<Vec<Attempt>, Trouble> {
        match action {
            Action::Login { people, initiated, send, delivered } => {
                self.login(people, *initiated, send, *delivered).await
            }
            Action::Replay { person, browser } => {
                self.replay(person, browser).await.map(by(browser))
            }
            Action::PasswordLogin { person, browser, password } => {
                self.password_login(person, browser, password).await.map(by(browser))
            }
            Action::ResetLink { person, browser } => {
                let call = self.stage.ports.adapters.reset_link.clone();
                self.link("reset link", call, person, browser).await.map(by(browser))
            }
            Action::Invite { person, browser } => {
                let call = self.stage.ports.adapters.invite.clone();
                self.link("invitation", call, person, browser).await.map(by(browser))
            }
            Action::ApiKey { person } => self.api_key(person).await.map(|attempt| vec![attempt]),
            Action::Logout { person, browser } => {
                self.logout(person, browser).await.map(by(browser))
            }
            Action::Probe { person, browser } => {
                let (person, asking) = (self.person(person)?, self.browser(browser));
                let journey = Journey::default();
                self.attempt(person, &asking, journey).await.map(by(browser))
            }
            Action::Change { sp, idp } => self.change(sp.as_ref(), idp).await,
            Action::Advance(by) => {
                self.advance(*by).await;
                Ok(Vec::new())
            }
        }
    }

    /// SAML logins, all at once. Each starts signed out of the SP, as with a new window.
    async fn login(
        &mut self,
        people: &[(String, String)],
        initiated: Initiated,
        send: &Send,
        delivered: bool,
    ) -> Result<Vec<Attempt>, Trouble> {
        for (person, _) in people {
            if let Some(overrides) = overrides(send, &self.stage.stranger) {
                let email = &self.person(person)?.email;
                self.stage.org_of(self.case, person)?.next_login(email, overrides);
            }
        }
        let mut walks = Vec::new();
        for (name, browser) in people {
            let mut browser_of = self.browser(browser);
            browser_of.leave_sp();
            self.browsers.insert(browser.clone(), browser_of.clone());
            walks.push((self.person(name)?, browser.as_str(), browser_of));
        }
        let this = &*self;
        let played = try_join_all(walks.into_iter().map(|(person, name, browser)| async move {
            let first = this.first_request(person, initiated)?;
            let types =
                Person::SignsIn { username: person.email.clone(), password: PASSWORD.into() };
            let journey = match delivered {
                true => browser.walk(first, &types).await,
                false => browser.walk_up_to_message(first, &types).await,
            };
            let posted = journey.posted.last().cloned();
            let posted = posted.map(|(action, fields)| Posted { action, fields, delivered });
            let mut attempt = this.attempt(person, &browser, journey).await?;
            attempt.browser = name.to_owned();
            Ok::<_, Trouble>((person.name.clone(), posted, attempt))
        }))
        .await?;
        let mut attempts = Vec::new();
        for (person, posted, attempt) in played {
            if let Some(posted) = posted {
                self.posted.insert(person, posted);
            }
            attempts.push(attempt);
        }
        Ok(attempts)
    }

    fn first_request(&self, person: &CasePerson, initiated: Initiated) -> Result<Request, Trouble> {
        let start = match (initiated, &self.stage.login_start) {
            (Initiated::Sp, Some(start)) => {
                let email: String =
                    url::form_urlencoded::byte_serialize(person.email.as_bytes()).collect();
                url(&start.replace("{email}", &email))?
            }
            (Initiated::Sp, None) => return Err(unknown("login start", "of the SP")),
            (Initiated::Idp, _) => self.stage.embed_link(self.case, &person.name)?,
        };
        Ok(Request::get(start))
    }

    async fn replay(&mut self, person: &str, browser: &str) -> Result<Attempt, Trouble> {
        let posted = self.posted.get_mut(person).ok_or_else(|| unknown("earlier login", person))?;
        let Posted { action, fields, delivered } = posted.clone();
        posted.delivered = true;
        let (person, mut browser) = (self.person(person)?, self.browser(browser));
        // One that was held back may be what this browser waits for: its request stays.
        if delivered {
            browser.leave_sp();
        }
        let journey = browser.walk(Request::form(action, fields), &Person::Passive).await;
        self.attempt(person, &browser, journey).await
    }

    async fn password_login(
        &mut self,
        person: &str,
        name: &str,
        password: &str,
    ) -> Result<Attempt, Trouble> {
        let ports = &self.stage.ports;
        let form = ports.adapters.password_login.as_ref();
        let form = form.ok_or_else(|| unknown("password login", "of the SP"))?;
        let mut browser = self.browser(name);
        browser.leave_sp();
        self.browsers.insert(name.to_owned(), browser.clone());
        let person = self.person(person)?;
        let places = ports.places.clone().with("email", &person.email).with("password", password);
        let fields: Vec<(String, String)> =
            form.form.iter().map(|(field, text)| (field.clone(), places.fill(text))).collect();
        let request = Request::form(url(&places.fill(&form.url))?, fields);
        let journey = browser.walk(request, &Person::Passive).await;
        self.attempt(person, &browser, journey).await
    }

    /// A link is made and opened in a browser that is signed in nowhere.
    async fn link(
        &mut self,
        what: &str,
        call: Option<crate::sp::HttpCall>,
        person: &str,
        browser: &str,
    ) -> Result<Attempt, Trouble> {
        let call = call.ok_or_else(|| unknown(what, "of the SP"))?;
        let (person, mut browser) = (self.person(person)?, self.browser(browser));
        browser.leave_sp();
        let link = self.stage.ports.made("link", &call, &person.email).await?;
        let journey = match link {
            Some(link) => {
                let types = Person::Chooses { password: CHOSEN_PASSWORD.into() };
                browser.walk(Request::get(url(&link)?), &types).await
            }
            // The SP makes no link: nothing to open.
            None => Journey::default(),
        };
        self.attempt(person, &browser, journey).await
    }

    async fn api_key(&mut self, person: &str) -> Result<Attempt, Trouble> {
        let ports = &self.stage.ports;
        let api = ports.adapters.api_key.clone().ok_or_else(|| unknown("API key", "of the SP"))?;
        let email = self.person(person)?.email.clone();
        if !self.keys.contains_key(person)
            && let Some(key) = ports.made("key", &api.issue, &email).await?
        {
            self.keys.insert(person.to_owned(), key);
        }
        let mut attempt = blank(&email, "API");
        if let Some(key) = self.keys.get(person) {
            let places = ports.places.clone().with("email", &email).with("key", key);
            let answer = ports.send(&api.call, None, &places).await?;
            let status = answer.status.as_u16();
            // A redirect, to a sign-in page say, is not a call that worked.
            let refusal = matches!(status, 300..400) || self.refuses(status, &answer.text());
            attempt.end = End::Sp { status, refusal };
        }
        Ok(attempt)
    }

    async fn logout(&mut self, person: &str, browser: &str) -> Result<Attempt, Trouble> {
        let call = self.stage.ports.adapters.logout.clone();
        let call = call.ok_or_else(|| unknown("logout", "of the SP"))?;
        let browser = self.browser(browser);
        self.stage.ports.logout(&call, &browser).await?;
        self.attempt(self.person(person)?, &browser, Journey::default()).await
    }

    async fn change(
        &mut self,
        sp: Option<&Configuration>,
        idp: &[IdpEdit],
    ) -> Result<Vec<Attempt>, Trouble> {
        let mut attempts = Vec::new();
        if let Some(configuration) = sp {
            let mut attempt = blank("the configuration", "admin");
            attempt.end = match self.stage.configure(configuration).await? {
                Configured::Taken => End::Sp { status: 200, refusal: false },
                Configured::Refused(why) => {
                    attempt.reason = Some(why);
                    End::Sp { status: 422, refusal: true }
                }
            };
            attempts.push(attempt);
        }
        for edit in idp {
            self.stage.edit_idp(self.case, edit)?;
        }
        Ok(attempts)
    }

    /// Sets the clock, or waits.
    async fn advance(&self, by: SignedDuration) {
        if !self.stage.env.clock.advance(by) {
            tokio::time::sleep(by.try_into().unwrap_or_default()).await;
        }
    }

    /// Asks who is logged in, and puts the attempt together.
    async fn attempt(
        &self,
        person: &CasePerson,
        browser: &Browser,
        journey: Journey,
    ) -> Result<Attempt, Trouble> {
        let identity = match &journey.trouble {
            Some(_) => Identity::Unknown,
            None => self.stage.ports.whoami(browser).await?,
        };
        let sent = self.sent(person, &journey)?;
        Ok(Attempt {
            email: person.email.clone(),
            browser: String::new(),
            sent,
            end: self.end(&journey),
            identity,
            reason: self.reason(&journey),
            exchanges: journey.exchanges,
        })
    }

    /// The IdP's own record of what the browser posted.
    fn sent(&self, person: &CasePerson, journey: &Journey) -> Result<Vec<SentResponse>, Trouble> {
        let org = self.stage.org_of(self.case, &person.name)?;
        let posted = journey.documents();
        Ok(posted
            .filter_map(|(document, acs)| {
                let issued = org.sent_as(&document)?.issued;
                Some(SentResponse {
                    xml: document,
                    clear: issued.clear,
                    name_id: issued.name_id,
                    attributes: issued.attributes,
                    acs: acs.to_string(),
                })
            })
            .collect())
    }

    fn end(&self, journey: &Journey) -> End {
        if let Some(trouble) = &journey.trouble {
            return End::Nowhere(trouble.clone());
        }
        let Some(last) = &journey.last else { return End::Sp { status: 204, refusal: false } };
        let status = last.status.as_u16();
        match self.stage.parties.of(&last.url) {
            Party::Idp => End::Idp { status },
            Party::Sp => End::Sp { status, refusal: self.refuses(status, &last.text()) },
            Party::Other => End::Elsewhere { url: last.url.to_string() },
        }
    }

    /// Whether a response is one by which this SP says no.
    fn refuses(&self, status: u16, body: &str) -> bool {
        self.stage.ports.adapters.rejected.iter().any(|form| {
            form.status.is_none_or(|wanted| wanted == status)
                && form.body.as_ref().is_none_or(|text| body.contains(text.as_str()))
        })
    }

    fn reason(&self, journey: &Journey) -> Option<String> {
        let header = self.stage.ports.adapters.reason_header.as_deref()?;
        let last = journey.from_sp.last()?;
        last.header(header).map(ToOwned::to_owned)
    }

    fn person(&self, name: &str) -> Result<&'a CasePerson, Trouble> {
        self.case.people.get(name).ok_or_else(|| unknown("person", name))
    }

    fn browser(&mut self, name: &str) -> Browser {
        let new = || self.stage.browser();
        self.browsers.entry(name.to_owned()).or_insert_with(new).clone()
    }
}

/// The only attempt of a step, made with this browser.
fn by(browser: &str) -> impl Fn(Attempt) -> Vec<Attempt> {
    move |attempt| vec![Attempt { browser: browser.to_owned(), ..attempt }]
}

/// An attempt that no browser made, and nothing came of yet: who is logged in is not the question.
fn blank(email: &str, browser: &str) -> Attempt {
    Attempt {
        email: email.to_owned(),
        browser: browser.to_owned(),
        exchanges: Vec::<Exchange>::new(),
        sent: Vec::new(),
        end: End::Sp { status: 403, refusal: true },
        identity: Identity::Unknown,
        reason: None,
    }
}
