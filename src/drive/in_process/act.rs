//! What people do, one action at a time, without sockets.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::player::Stage;
use super::visitor::{Answer, Cookies};
use crate::crypto::Engine;
use crate::drive::org;
use crate::drive::stage::unknown;
use crate::idp::{self, AuthnRequestFacts, Issue, Issued, Overrides};
use crate::observation::{Attempt, End, Identity, SentResponse, Trouble};
use crate::plan::{Action, Case, CasePerson, IdpEdit, Initiated, Send};
use crate::reference::{LOGOUT, PASSWORD};
use crate::saml::{AuthnRequest, decode_redirect_param, encode_post};
use crate::sp::{Configuration, State};

/// The status of an SP that says no.
const REFUSED: u16 = 403;
/// Bytes of a form around the encoded response.
const FORM_ROOM: usize = 64;

/// The people of a case with their browsers.
pub(super) struct Actor<'a> {
    case: &'a Case,
    stage: &'a mut Stage,
    browsers: BTreeMap<String, Cookies>,
}

impl<'a> Actor<'a> {
    pub(super) fn new(case: &'a Case, stage: &'a mut Stage) -> Self {
        Self { case, stage, browsers: BTreeMap::new() }
    }

    /// What the SP has stored.
    pub(super) fn state(&self) -> State {
        self.stage.sp.state()
    }

    /// Plays one action.
    pub(super) async fn act(&mut self, action: &Action) -> Result<Vec<Attempt>, Trouble> {
        match action {
            Action::Login { people, initiated, send, delivered: true } => {
                self.login(people, *initiated, send).await
            }
            Action::PasswordLogin { person, browser, password } => {
                let email = &self.person(person)?.email;
                let mut form = Serializer::new(String::new());
                form.append_pair("email", email).append_pair("password", password);
                let mut cookies = Cookies::default();
                let answer = self.stage.site.post(PASSWORD, form.finish(), &mut cookies).await?;
                self.browsers.insert(browser.clone(), cookies);
                self.asked(person, browser, end(&answer), answer.reason).await
            }
            Action::Logout { person, browser } => {
                let mut cookies = self.cookies(browser);
                self.stage.site.post(LOGOUT, String::new(), &mut cookies).await?;
                self.browsers.insert(browser.clone(), cookies);
                self.asked(person, browser, entered(), None).await
            }
            Action::Probe { person, browser } => self.asked(person, browser, entered(), None).await,
            Action::Change { sp, idp } => self.change(sp.as_ref(), idp).await,
            Action::Advance(by) => {
                self.stage.env.clock.advance(*by);
                Ok(Vec::new())
            }
            Action::Login { delivered: false, .. }
            | Action::Replay { .. }
            | Action::ResetLink { .. }
            | Action::Invite { .. }
            | Action::ApiKey { .. } => Err(Trouble::Launch(
                "links, API keys and replays are not played in process; play this over HTTP".into(),
            )),
        }
    }

    /// SAML logins, all at once, each signed out of the SP at first.
    async fn login(
        &mut self,
        people: &[(String, String)],
        initiated: Initiated,
        send: &Send,
    ) -> Result<Vec<Attempt>, Trouble> {
        let this = &*self;
        let overrides = org::overrides(send, &this.stage.stranger).unwrap_or_default();
        let walks = people.iter().map(async |(person, browser)| {
            let mut cookies = Cookies::default();
            let person = this.person(person)?;
            let mut attempt = this.walk(person, initiated, &overrides, &mut cookies).await?;
            attempt.browser.clone_from(browser);
            Ok::<_, Trouble>((attempt, cookies))
        });
        let played = try_join_all(walks).await?;
        let mut attempts = Vec::with_capacity(played.len());
        for (attempt, cookies) in played {
            self.browsers.insert(attempt.browser.clone(), cookies);
            attempts.push(attempt);
        }
        Ok(attempts)
    }

    /// One login from its start to the SP's own page.
    async fn walk(
        &self,
        person: &CasePerson,
        initiated: Initiated,
        overrides: &Overrides,
        cookies: &mut Cookies,
    ) -> Result<Attempt, Trouble> {
        let mut attempt = blank(&person.email);
        let request = match initiated {
            Initiated::Idp => None,
            Initiated::Sp => {
                let answer = self.start(person, cookies).await?;
                match request_of(&answer) {
                    Some(request) => Some(request),
                    None => {
                        (attempt.end, attempt.reason) = (end(&answer), answer.reason);
                        attempt.identity = self.stage.site.whoami(cookies).await?;
                        return Ok(attempt);
                    }
                }
            }
        };
        let Some(issued) = self.issue(person, request.as_ref(), overrides)? else {
            attempt.end = End::Idp { status: REFUSED };
            attempt.identity = Identity::Nobody;
            return Ok(attempt);
        };
        let encoded = encode_post(&issued.xml);
        let mut form = Serializer::new(String::with_capacity(encoded.len() + FORM_ROOM));
        form.append_pair("SAMLResponse", &encoded);
        let path = path_of(issued.acs.as_str()).to_owned();
        let answer = self.stage.site.post(&path, form.finish(), cookies).await?;
        (attempt.end, attempt.reason) = (end(&answer), answer.reason);
        attempt.identity = self.stage.site.whoami(cookies).await?;
        attempt.sent.push(sent(issued));
        Ok(attempt)
    }

    /// Starts a login at the SP.
    async fn start(&self, person: &CasePerson, cookies: &mut Cookies) -> Result<Answer, Trouble> {
        let start = self.stage.profile.login_start.as_ref();
        let start = start.ok_or_else(|| unknown("login start", "of the SP"))?;
        let email: String = byte_serialize(person.email.as_bytes()).collect();
        let url = start.replace("{email}", &email);
        self.stage.site.get(path_of(&url), cookies).await
    }

    /// The response for a person; none if the app is not theirs.
    fn issue(
        &self,
        person: &CasePerson,
        request: Option<&AuthnRequestFacts>,
        overrides: &Overrides,
    ) -> Result<Option<Issued>, Trouble> {
        let org = self.stage.orgs.get(&person.org).ok_or_else(|| unknown("org", &person.org))?;
        let app = org.apps.first().ok_or_else(|| unknown("app", "of the SP"))?;
        let user = org.user_by_login(&person.email);
        let user = user.ok_or_else(|| unknown("user", &person.email))?;
        if !org.is_assigned(app, user) {
            return Ok(None);
        }
        let authn_instant = self.stage.env.clock.now();
        let issue = Issue { org, app, user, request, authn_instant, overrides };
        let issued = idp::issue(&issue, Engine::Native, &self.stage.env);
        issued.map(Some).map_err(|error| Trouble::Launch(error.to_string()))
    }

    async fn change(
        &mut self,
        sp: Option<&Configuration>,
        edits: &[IdpEdit],
    ) -> Result<Vec<Attempt>, Trouble> {
        let mut attempts = Vec::new();
        if let Some(configuration) = sp {
            let mut attempt = Attempt { browser: "admin".into(), ..blank("the configuration") };
            attempt.identity = Identity::Unknown;
            match self.stage.configure(configuration).await {
                Ok(()) => attempt.end = entered(),
                Err(why) => {
                    attempt.end = End::Sp { status: 422, refusal: true };
                    attempt.reason = Some(why);
                }
            }
            attempts.push(attempt);
        }
        for edit in edits {
            self.edit(edit)?;
        }
        Ok(attempts)
    }

    fn edit(&mut self, edit: &IdpEdit) -> Result<(), Trouble> {
        let person = match edit {
            IdpEdit::Groups { person, .. }
            | IdpEdit::Profile { person, .. }
            | IdpEdit::Assigned { person, .. } => self.person(person)?,
            IdpEdit::Org { .. } => {
                let why = "the IdP's keys are not changed in process; play this over HTTP";
                return Err(Trouble::Launch(why.into()));
            }
        };
        let Stage { orgs, env, .. } = &mut *self.stage;
        let org = orgs.get_mut(&person.org).ok_or_else(|| unknown("org", &person.org))?;
        match edit {
            IdpEdit::Groups { groups, .. } => {
                org.set_groups(&person.email, groups, env);
            }
            IdpEdit::Profile { key, value, .. } => {
                if let Some(user) = org.user_by_login_mut(&person.email) {
                    user.set(key, value);
                }
            }
            IdpEdit::Assigned { assigned, .. } => org::assign(org, &person.email, *assigned),
            IdpEdit::Org { .. } => {}
        }
        Ok(())
    }

    /// An attempt that ends with the question who is logged in.
    async fn asked(
        &self,
        person: &str,
        browser: &str,
        end: End,
        reason: Option<String>,
    ) -> Result<Vec<Attempt>, Trouble> {
        let identity = self.stage.site.whoami(&self.cookies(browser)).await?;
        let email = &self.person(person)?.email;
        let browser = browser.to_owned();
        Ok(vec![Attempt { browser, end, identity, reason, ..blank(email) }])
    }

    fn person(&self, name: &str) -> Result<&'a CasePerson, Trouble> {
        self.case.people.get(name).ok_or_else(|| unknown("person", name))
    }

    fn cookies(&self, browser: &str) -> Cookies {
        self.browsers.get(browser).cloned().unwrap_or_default()
    }
}

fn blank(email: &str) -> Attempt {
    Attempt {
        email: email.to_owned(),
        browser: String::new(),
        exchanges: Vec::new(),
        sent: Vec::new(),
        end: entered(),
        identity: Identity::Unknown,
        reason: None,
    }
}

fn sent(issued: Issued) -> SentResponse {
    let Issued { xml, clear, name_id, attributes, acs, .. } = issued;
    SentResponse { xml, clear, name_id, attributes, acs: acs.as_str().to_owned() }
}

fn entered() -> End {
    End::Sp { status: 200, refusal: false }
}

/// Where a browser is left that follows the redirect to the front page.
fn end(answer: &Answer) -> End {
    match answer.status {
        300..400 => entered(),
        status => End::Sp { status, refusal: status == REFUSED },
    }
}

/// The request that an answer sends to the IdP.
fn request_of(answer: &Answer) -> Option<AuthnRequestFacts> {
    let url = Url::parse(answer.location.as_deref()?).ok()?;
    let (_, message) = url.query_pairs().find(|(name, _)| name == "SAMLRequest")?;
    let request = AuthnRequest::parse(&decode_redirect_param(&message).ok()?).ok()?;
    Some(AuthnRequestFacts::from(&request))
}

/// Path and query of an http URL.
fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("/", |start| &rest[start..])
}
