//! The management API, as Okta's tools see it.

mod apps;
mod conventions;
mod csrs;
mod federated_claims;
mod groups;
mod hooks;
mod hostile;
mod keys;
mod logs;
mod policies;
mod sessions;
mod sign_on;
mod terraform;
mod users;

use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::idp::Org;
use samlproof::serve::OrgService;
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const BASE: &str = "http://127.0.0.1:1";

/// An org whose router is called as a service.
pub(crate) struct Api {
    pub(crate) service: OrgService,
    pub(crate) env: Env,
    token: String,
}

/// What a call answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Api {
    pub(crate) fn new() -> Self {
        let env = Env::fixed("2026-03-04T05:06:07.089Z".parse().unwrap(), "api");
        let org = Org::new("acme", BASE, &env);
        let service = OrgService::new(org, env.clone(), Engine::Native);
        Self { service, env, token: format!("SSWS {}", Org::API_TOKEN) }
    }

    pub(crate) async fn raw(&self, request: Request<Body>) -> Reply {
        let response = self.service.router().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 24).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Reply { status: head.status, headers: head.headers, body, text }
    }

    /// A call with the token and this body.
    pub(crate) async fn send(&self, method: Method, path: &str, body: impl Into<Body>) -> Reply {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", &self.token);
        self.raw(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, body.to_string()).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, body.to_string()).await
    }

    /// POST and PUT without a body, DELETE.
    pub(crate) async fn bare(&self, method: Method, path: &str) -> Reply {
        self.send(method, path, Body::empty()).await
    }

    /// Adds a user with a password, and says the id.
    pub(crate) async fn user(&self, name: &str) -> String {
        let reply = self.post("/api/v1/users", user(name)).await.is(200);
        reply.id()
    }

    pub(crate) async fn group(&self, name: &str) -> String {
        let body = json!({ "profile": { "name": name, "description": "made by a test" } });
        self.post("/api/v1/groups", body).await.is(200).id()
    }
}

/// What Okta says with a code, where that is always the same (facts/okta.md 5.1).
const SUMMARIES: [(&str, &str); 12] = [
    ("E0000003", "The request body was not well-formed."),
    ("E0000004", "Authentication failed"),
    ("E0000005", "Invalid session"),
    ("E0000006", "You do not have permission to perform the requested action"),
    ("E0000008", "The requested path was not found"),
    ("E0000009", "Internal Server Error"),
    ("E0000011", "Invalid token provided"),
    ("E0000016", "Activation failed because the user is already active"),
    ("E0000022", "The endpoint does not support the provided HTTP method"),
    ("E0000038", "This operation is not allowed in the user's current status."),
    ("E0000047", "API call exceeded rate limit due to too many requests."),
    ("E0000056", "Delete application forbidden."),
];

impl Reply {
    /// Says that the status is this one.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Says that it is an error of this status and code, in Okta's form.
    #[track_caller]
    pub(crate) fn fails(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status.as_u16(), &self.body["errorCode"]),
            (status, &json!(code)),
            "{}",
            self.text
        );
        let names: Vec<&String> = self.body.as_object().unwrap().keys().collect();
        assert_eq!(names, ["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"]);
        assert_eq!(self.body["errorLink"], code);
        if let Some((_, summary)) = SUMMARIES.iter().find(|(known, _)| *known == code) {
            assert_eq!(self.body["errorSummary"], *summary, "{code}");
        }
        assert!(self.body["errorId"].as_str().unwrap().starts_with("oae"));
        self
    }

    pub(crate) fn causes(&self) -> Vec<&str> {
        let causes = self.body["errorCauses"].as_array().unwrap();
        causes.iter().map(|cause| cause["errorSummary"].as_str().unwrap()).collect()
    }

    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }

    /// The values at a path of each item of a list.
    pub(crate) fn each(&self, path: &str) -> Vec<&str> {
        let items = self.body.as_array().unwrap_or_else(|| panic!("no list: {}", self.text));
        items.iter().map(|item| item.pointer(path).unwrap().as_str().unwrap()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }

    /// `path?query` of the `next` link, which has to be the last header of its name.
    pub(crate) fn next(&self) -> Option<String> {
        let mut links = self.headers.get_all("link").iter().map(|link| link.to_str().unwrap());
        let last = links.next_back().unwrap();
        let (url, relation) = last.split_once('>').unwrap();
        let path = url.trim_start_matches('<').strip_prefix(BASE).unwrap();
        (relation == "; rel=\"next\"").then(|| path.to_owned())
    }
}

pub(crate) fn user(name: &str) -> Value {
    json!({
        "profile": {
            "firstName": name,
            "lastName": "Doe",
            "email": format!("{name}@one.test"),
            "login": format!("{name}@one.test"),
        },
        "credentials": { "password": { "value": "right" } },
    })
}

/// A SAML app as facts/okta.md 4.3 has it, with statements.
pub(crate) fn app(label: &str) -> Value {
    json!({
        "label": label,
        "signOnMode": "SAML_2_0",
        "accessibility": { "selfService": false },
        "visibility": { "autoSubmitToolbar": false, "hide": { "iOS": false, "web": true } },
        "credentials": { "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" } },
        "settings": {
            "app": {},
            "implicitAssignment": false,
            "notes": { "admin": "ours", "enduser": null },
            "signOn": {
                "ssoAcsUrl": "http://sp.test/acs",
                "recipient": "http://sp.test/acs",
                "destination": "http://sp.test/acs",
                "audience": "http://sp.test",
                "subjectNameIdTemplate": "${source.login}",
                "subjectNameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
                "responseSigned": true,
                "assertionSigned": true,
                "signatureAlgorithm": "RSA_SHA256",
                "digestAlgorithm": "SHA256",
                "honorForceAuthn": true,
                "authnContextClassRef":
                    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
                "attributeStatements": [
                    {
                        "type": "EXPRESSION",
                        "name": "email",
                        "namespace": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
                        "values": ["user.email"],
                    },
                    {
                        "type": "GROUP",
                        "name": "groups",
                        "namespace": "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
                        "filterType": "REGEX",
                        "filterValue": "ml-.*",
                    },
                ],
            },
        },
    })
}
