//! The org over HTTPS, as a browser and an SP see it.

mod attempts;
mod chain;
mod control;
mod data;
mod developer;
mod errors;
mod events;
mod hook;
mod log;
mod login;
#[cfg(feature = "run")]
mod pages;
mod parallel;
mod personas;
mod sign_in;
mod signed;
mod slo;

use http::{StatusCode, header};
use jiff::Timestamp;
use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::idp::{AttributeStatement, GroupFilter, Org, SignOn};
use samlproof::keys::test_only;
use samlproof::net::{Answer, Client, HostServer, Jar, Request};
use samlproof::saml::{
    AcsUrl, AuthnRequest, EntityId, MessageId, Response, SamlParam, decode_post, redirect_url,
};
use samlproof::serve::OrgService;
use url::Url;

use crate::net::{client, tls_server, url};

pub(crate) const ORG: &str = "https://acme.okta.com";
pub(crate) const ACS: &str = "https://sp.test/saml/acs?tenant=1";

/// An org with `jane@one.test` (password `right`) and one app, on TLS under its name.
pub(crate) struct Started {
    pub(crate) service: OrgService,
    pub(crate) env: Env,
    pub(crate) server: HostServer,
}

impl Started {
    pub(crate) async fn new() -> Self {
        Self::with(|_, _| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Org, &Env)) -> Self {
        let env = Env::fixed("2026-03-04T05:06:07.089Z".parse().unwrap(), "serve");
        let mut org = org(ORG, &env);
        change(&mut org, &env);
        let service = OrgService::new(org, env.clone(), Engine::Native);
        let server = tls_server(vec![("acme.okta.com", service.router())]).await;
        Self { service, env, server }
    }

    /// A new browser.
    pub(crate) fn browser(&self) -> Browser {
        Browser(client(&["acme.okta.com"], self.server.addr()).with_jar(Jar::new()))
    }

    pub(crate) fn sso(&self) -> String {
        format!("{ORG}{}", self.service.org().apps[0].sso_path())
    }

    pub(crate) fn embed(&self) -> String {
        format!("{ORG}{}", self.service.org().apps[0].embed_path())
    }

    /// Where an SP sends the browser with this request.
    pub(crate) fn start(&self, request: &AuthnRequest, relay_state: Option<&str>) -> String {
        redirect_url(&self.sso(), SamlParam::Request, &request.to_xml(), relay_state)
    }
}

/// The org of [`Started`], under any base URL.
pub(crate) fn org(base_url: &str, env: &Env) -> Org {
    let mut org = Org::new("acme", base_url, env);
    org.add_user("jane@one.test", "right", env);
    org.set_groups("jane@one.test", &["ml-team"], env);
    let mut sign_on = SignOn::new(AcsUrl::new(ACS), EntityId::new("https://sp.test"));
    let all = GroupFilter::regex("ml-.*").unwrap();
    sign_on.attribute_statements = vec![
        AttributeStatement::expression("email", "user.email"),
        AttributeStatement::groups("groups", all),
    ];
    org.add_app("One SP", sign_on, test_only::signing("okta-1").unwrap(), env);
    org
}

pub(crate) fn request(id: &str) -> AuthnRequest {
    let instant: Timestamp = "2026-03-04T05:06:00Z".parse().unwrap();
    AuthnRequest::new(MessageId::new(id), instant, EntityId::new("https://sp.test"))
}

/// A person's browser: keeps cookies, follows redirects when told.
pub(crate) struct Browser(pub(crate) Client);

impl Browser {
    pub(crate) async fn open(&self, page: &str) -> Answer {
        self.0.get(&url(page)).await.unwrap()
    }

    /// Opens a page and follows redirects to the first page that is none.
    pub(crate) async fn follow(&self, page: &str) -> Answer {
        let mut answer = self.open(page).await;
        for _ in 0..10 {
            match answer.location().unwrap() {
                Some(next) => answer = self.open(next.as_str()).await,
                None => return answer,
            }
        }
        panic!("redirected in a circle, lastly to {}", answer.url);
    }

    /// Fills in the sign-in form that stands on the page, and follows to where it leads.
    pub(crate) async fn sign_in(&self, form: &Answer, login: &str, password: &str) -> Answer {
        let answer = self.submit(form, login, password).await;
        match answer.location().unwrap() {
            Some(next) => self.follow(next.as_str()).await,
            None => answer,
        }
    }

    pub(crate) async fn submit(&self, form: &Answer, login: &str, password: &str) -> Answer {
        let html = form.text();
        assert!(html.contains("signin-form"), "{} {html}", form.status);
        let action = form.url.join(&attribute(&html, "form", "action")).unwrap();
        let from = field(&html, "fromURI");
        let fields = [("fromURI", from.as_str()), ("username", login), ("password", password)];
        self.0.send(Request::form(action, fields)).await.unwrap()
    }

    /// Opens an address and signs in on the way.
    pub(crate) async fn log_in(&self, page: &str, login: &str, password: &str) -> Answer {
        let form = self.follow(page).await;
        self.sign_in(&form, login, password).await
    }
}

/// What an auto-post page would post.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) action: String,
    pub(crate) xml: String,
    pub(crate) response: Response,
    pub(crate) relay_state: String,
}

pub(crate) fn posted(page: &Answer) -> Posted {
    let html = page.text();
    assert_eq!(page.status, StatusCode::OK, "{html}");
    assert_eq!(page.header("content-type"), Some("text/html;charset=utf-8"));
    let xml = decode_post(&field(&html, "SAMLResponse")).unwrap();
    Posted {
        action: attribute(&html, "form", "action"),
        response: Response::parse(&xml).unwrap(),
        xml,
        relay_state: field(&html, "RelayState"),
    }
}

/// Groups and e-mail of the one assertion.
pub(crate) fn values(posted: &Posted, name: &str) -> Vec<String> {
    let assertion = &posted.response.assertions[0];
    assertion.attributes.values(name).map(str::to_owned).collect()
}

/// The value of a form's field, decoded as a browser would.
pub(crate) fn field(html: &str, name: &str) -> String {
    let input = html
        .split("<input ")
        .skip(1)
        .find(|input| input.contains(&format!("name=\"{name}\"")))
        .unwrap_or_else(|| panic!("no field {name} in {html}"));
    quoted(input, "value")
}

pub(crate) fn attribute(html: &str, tag: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("<{tag} ")).unwrap();
    quoted(rest, name)
}

fn quoted(tag: &str, name: &str) -> String {
    let (_, rest) = tag.split_once(&format!("{name}=\"")).unwrap();
    html_decode(rest.split_once('"').unwrap().0)
}

pub(crate) fn html_decode(encoded: &str) -> String {
    let mut decoded = String::new();
    let mut rest = encoded;
    while let Some((before, after)) = rest.split_once('&') {
        let (entity, after) = after.split_once(';').unwrap();
        decoded.push_str(before);
        decoded.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            number => {
                let number = number.strip_prefix('#').unwrap();
                let code = match number.strip_prefix('x') {
                    Some(digits) => u32::from_str_radix(digits, 16),
                    None => number.parse(),
                };
                char::from_u32(code.unwrap()).unwrap()
            }
        });
        rest = after;
    }
    decoded + rest
}

pub(crate) fn set_cookie(answer: &Answer) -> Option<&str> {
    answer.headers.get(header::SET_COOKIE).map(|value| value.to_str().unwrap())
}

pub(crate) fn query(address: &Url, name: &str) -> Option<String> {
    address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
