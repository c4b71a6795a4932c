//! A small honest SP, and what it can be made to do instead.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use samlproof::saml::{Response, decode_post};
use samlproof::sp::{Configuration, Grant, GrantSource, Resource, Role, SpProfile, State, User};
use serde_json::{Value, json};
use url::form_urlencoded;
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::external;

/// What the shop does with a login beside, or in place of, what is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Manner {
    #[default]
    Honest,
    /// It says no with this status, and means it.
    Refuses(u16),
    /// It says no, and keeps a row.
    RefusesAndKeeps,
    /// It also gives somebody else a team.
    TouchesOthers,
    /// It makes a user at every login.
    Doubles,
    /// It logs somebody else in.
    Confuses,
}

/// An SP that creates whoever has a group, and keeps their groups as teams.
pub(super) struct Shop {
    pub(super) server: MockServer,
    books: Arc<Mutex<Books>>,
}

#[derive(Debug, Default)]
struct Books {
    manner: Manner,
    state: State,
    /// Passwords by address.
    passwords: BTreeMap<String, String>,
    /// Addresses by session cookie.
    sessions: BTreeMap<String, String>,
    /// Everything it was told, in order.
    configured: Vec<Configuration>,
    made: usize,
}

impl Shop {
    pub(super) async fn open() -> Self {
        Self::with(Manner::Honest).await
    }

    pub(super) async fn with(manner: Manner) -> Self {
        let server = MockServer::start().await;
        let books = Arc::new(Mutex::new(Books { manner, ..Books::default() }));
        let desk = Desk { base: server.uri(), books: Arc::clone(&books) };
        Mock::given(any()).respond_with(desk).with_priority(5).mount(&server).await;
        Self { server, books }
    }

    /// Answers this one request otherwise from now on.
    pub(super) async fn instead(&self, verb: &str, at: &str, answer: impl Respond + 'static) {
        let mock = Mock::given(method(verb)).and(path(at));
        mock.respond_with(answer).with_priority(1).mount(&self.server).await;
    }

    /// Gives this one request no answer within any time that a test waits.
    pub(super) async fn hangs(&self, verb: &str, at: &str) {
        let never = ResponseTemplate::new(200).set_delay(Duration::from_secs(600));
        self.instead(verb, at, never).await;
    }

    /// The profile that tells of all its adapters.
    pub(super) fn profile(&self) -> Arc<SpProfile> {
        self.profile_with("")
    }

    pub(super) fn profile_with(&self, more: &str) -> Arc<SpProfile> {
        let base = self.server.uri();
        let adapters = format!(
            r#"[target.configure]
kind = "http"
url  = "{base}/configure"
[target.observe]
whoami = {{ url = "{base}/whoami" }}
state  = {{ url = "{base}/state", headers = {{ Authorization = "Bearer observer" }} }}
[target.password_login]
url  = "{base}/password"
form = {{ login = "{{email}}", secret = "{{password}}" }}
[target.logout]
url = "{base}/logout"
[target.reset_link]
url    = "{base}/reset"
method = "POST"
[target.invite]
url    = "{base}/invite"
method = "POST"
[target.api_key]
issue = {{ url = "{base}/keys", method = "POST" }}
call  = {{ url = "{base}/api", headers = {{ X-Key = "{{key}}" }} }}
{more}"#
        );
        external(&base, &adapters, None)
    }

    pub(super) fn configured(&self) -> Vec<Configuration> {
        self.books.lock().unwrap().configured.clone()
    }
}

/// Who answers.
struct Desk {
    base: String,
    books: Arc<Mutex<Books>>,
}

impl Respond for Desk {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut books = self.books.lock().unwrap();
        let verb = request.method.as_str();
        match (verb, request.url.path()) {
            ("PUT", "/configure") => books.configure(request),
            ("GET", "/state") => books.state(request),
            ("GET", "/whoami") => books.whoami(request),
            ("POST", "/acs") => books.saml(request),
            ("POST", "/password") => books.password(request),
            ("GET", "/logout") => books.logout(request),
            ("POST", "/reset" | "/invite") => self.link(&mut books, request),
            ("GET", "/choose") => choose(request),
            ("POST", "/choose") => books.chosen(request),
            ("POST", "/keys") => books.key(request),
            ("GET", "/api") => books.api(request),
            ("GET", "/") => html(200, "<h1>Shop</h1>"),
            _ => html(404, "no such page"),
        }
    }
}

impl Desk {
    /// A link for somebody who is known.
    fn link(&self, books: &mut Books, request: &Request) -> ResponseTemplate {
        let email = told(request)["email"].as_str().unwrap_or_default().to_owned();
        match books.state.users_of(&email).next() {
            None => ResponseTemplate::new(404),
            Some(_) => {
                let query = form_urlencoded::Serializer::new(String::new())
                    .append_pair("email", &email)
                    .finish();
                let link = format!("{}/choose?{query}", self.base);
                ResponseTemplate::new(200).set_body_json(json!({ "link": link }))
            }
        }
    }
}

impl Books {
    fn configure(&mut self, request: &Request) -> ResponseTemplate {
        let told: Configuration = serde_json::from_slice(&request.body).unwrap();
        for user in &told.users {
            let row = self.row(&user.email);
            row.roles = user.roles.clone();
            row.has_password = user.password.is_some();
            if let Some(password) = &user.password {
                self.passwords.insert(user.email.clone(), password.clone());
            }
        }
        self.state.resources = told.resources.clone();
        self.configured.push(told);
        ResponseTemplate::new(204)
    }

    fn state(&self, request: &Request) -> ResponseTemplate {
        match header(request, "authorization") {
            "Bearer observer" => ResponseTemplate::new(200).set_body_json(&self.state),
            _ => ResponseTemplate::new(401),
        }
    }

    fn whoami(&self, request: &Request) -> ResponseTemplate {
        match self.session(request).and_then(|email| self.state.users_of(email).next()) {
            None => ResponseTemplate::new(401),
            Some(user) => {
                let me = json!({ "email": user.email, "roles": user.roles });
                ResponseTemplate::new(200).set_body_json(me)
            }
        }
    }

    /// Whoever has a group gets in.
    fn saml(&mut self, request: &Request) -> ResponseTemplate {
        let fields = fields(request);
        let response = Response::parse(&decode_post(&fields["SAMLResponse"]).unwrap()).unwrap();
        let assertion = &response.assertions[0];
        let email = assertion.name_id.value.clone();
        let groups: Vec<&str> = assertion.attributes.values("groups").collect();
        match self.manner {
            Manner::Refuses(status) => return html(status, "Permission Denied"),
            Manner::RefusesAndKeeps => {
                self.row(&email);
                return html(403, "no");
            }
            Manner::Confuses => return self.enter("boss@shop.example"),
            Manner::Doubles => {
                let row = self.new_row(&email);
                self.state.users.push(row);
            }
            Manner::TouchesOthers => {
                let others = self.state.users.iter_mut().filter(|user| user.email != email);
                others.for_each(|user| join(user, "strangers"));
            }
            Manner::Honest => {}
        }
        if groups.is_empty() {
            return html(403, "no group");
        }
        let row = self.row(&email);
        row.roles.grants.clear();
        groups.iter().for_each(|group| join(row, group));
        self.enter(&email)
    }

    fn password(&mut self, request: &Request) -> ResponseTemplate {
        let fields = fields(request);
        let known = self.passwords.get(&fields["login"]);
        match known == Some(&fields["secret"]) {
            true => self.enter(&fields["login"].clone()),
            false => html(401, "wrong"),
        }
    }

    fn logout(&mut self, request: &Request) -> ResponseTemplate {
        self.sessions.remove(sid(request));
        html(200, "bye").append_header("set-cookie", "sid=; Max-Age=0; Path=/")
    }

    /// A password was chosen: whoever did is in.
    fn chosen(&mut self, request: &Request) -> ResponseTemplate {
        let fields = fields(request);
        let email = fields["email"].clone();
        self.passwords.insert(email.clone(), fields["password"].clone());
        self.row(&email).has_password = true;
        self.enter(&email)
    }

    fn key(&self, request: &Request) -> ResponseTemplate {
        let email = told(request)["email"].as_str().unwrap_or_default().to_owned();
        match self.state.users_of(&email).next() {
            Some(_) => ResponseTemplate::new(201).set_body_json(json!({ "key": "k-1" })),
            None => ResponseTemplate::new(403),
        }
    }

    fn api(&self, request: &Request) -> ResponseTemplate {
        let known = header(request, "x-key") == "k-1";
        ResponseTemplate::new(if known { 200 } else { 401 })
    }

    fn enter(&mut self, email: &str) -> ResponseTemplate {
        self.row(email);
        self.made += 1;
        let sid = format!("s{}", self.made);
        self.sessions.insert(sid.clone(), email.to_owned());
        let cookie = format!("sid={sid}; Path=/; HttpOnly");
        ResponseTemplate::new(303)
            .append_header("location", "/")
            .append_header("set-cookie", cookie)
    }

    fn session(&self, request: &Request) -> Option<&String> {
        self.sessions.get(sid(request))
    }

    /// The row of an address, made if there is none.
    fn row(&mut self, email: &str) -> &mut User {
        if self.state.users_of(email).next().is_none() {
            let row = self.new_row(email);
            self.state.users.push(row);
        }
        self.state.users.iter_mut().find(|user| user.email == email).unwrap()
    }

    fn new_row(&self, email: &str) -> User {
        let id = self.state.users.len() + 1;
        serde_json::from_value(json!({ "id": id.to_string(), "email": email })).unwrap()
    }
}

fn join(user: &mut User, team: &str) {
    user.roles.set(Grant {
        resource: Resource::Team(team.to_owned()),
        role: Role::try_from("member".to_owned()).unwrap(),
        source: GrantSource::Manual,
    });
}

/// The page behind a link.
fn choose(request: &Request) -> ResponseTemplate {
    let (_, email) = request.url.query_pairs().find(|(name, _)| name == "email").unwrap();
    let form = format!(
        "<form method='post' action='/choose'><input type='hidden' name='email' value='{email}'>\
         <input type='password' name='password'></form>"
    );
    html(200, &form)
}

pub(super) fn html(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.to_owned(), "text/html; charset=utf-8")
}

fn told(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap_or_default()
}

fn fields(request: &Request) -> BTreeMap<String, String> {
    form_urlencoded::parse(&request.body).into_owned().collect()
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn sid(request: &Request) -> &str {
    let cookies = header(request, "cookie").split("; ");
    cookies.into_iter().find_map(|pair| pair.strip_prefix("sid=")).unwrap_or_default()
}
