//! Single logout with an SP that is not ours: pysaml2 asks and answers, and xmlsec1 verifies.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::idp::{self, ParticipateSlo, SingleLogout};
use samlproof::keys::test_only;
use samlproof::net::{Answer, Request};
use samlproof::saml::{Binding, EntityId};
use samlproof::serve::OrgService;
use serde_json::{Value, json};

use crate::net::{tls_server, url};
use crate::serve::{Browser, ORG, Posted, Started, attribute, field, posted, query};

const ENTITY_ID: &str = "https://sp.test";
const SLO_URL: &str = "https://sp.test/slo";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// Jane, signed in at the org and at its app, and what pysaml2 knows of both.
struct Site {
    started: Started,
    browser: Browser,
    sent: Posted,
    folder: tempfile::TempDir,
}

/// Whether pysaml2 and what it needs are there.
fn is_there() -> bool {
    let remedy = "tests/run makes it";
    if !python().exists() {
        crate::left_out(
            "the Django service provider, with which pysaml2 comes, has no .venv",
            remedy,
        );
        return false;
    }
    true
}

fn python() -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sps/django-saml2-auth");
    folder.join(".venv/bin/python")
}

impl Site {
    /// pysaml2 has a clock of its own, so this org has the real one.
    async fn new(binding: Binding) -> Self {
        let env = Env::real();
        let mut org = crate::serve::org(ORG, &env);
        let key = test_only::signing("okta-2").unwrap();
        let sign_on = &mut org.apps[0].sign_on;
        sign_on.sp_certificate = Some(key.certificate().clone());
        sign_on.slo =
            Some(SingleLogout { issuer: EntityId::new(ENTITY_ID), logout_url: SLO_URL.to_owned() });
        sign_on.participate_slo = Some(ParticipateSlo {
            logout_request_url: SLO_URL.to_owned(),
            session_index_required: true,
            binding,
        });
        let service = OrgService::new(org, env.clone(), Engine::Native);
        let server = tls_server(vec![("acme.okta.com", service.router())]).await;
        let started = Started { service, env, server };
        let browser = started.browser();
        let page = browser.log_in(&started.embed(), "jane@one.test", "right").await;
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("key", key.key_pem()), ("cert", &key.certificate().to_pem())] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self { sent: posted(&page), started, browser, folder }
    }

    /// Has pysaml2 do something.
    fn asks(&self, more: Value) -> Value {
        let org = self.started.service.org();
        let mut asked = json!({
            "entity_id": ENTITY_ID,
            "slo_url": SLO_URL,
            "key_file": self.folder.path().join("key"),
            "cert_file": self.folder.path().join("cert"),
            "metadata": idp::metadata(&org, &org.apps[0], None).unwrap(),
        });
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sps/pysaml2/logout.py");
        let mut child = Command::new(python())
            .arg(script)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{errors}"))
    }

    /// The LogoutRequest of pysaml2 for jane's session.
    fn request(&self, binding: &str, name_id: &str) -> Value {
        let assertion = &self.sent.response.assertions[0];
        let index = assertion.authn_statement.as_ref().unwrap().session_index.as_ref().unwrap();
        let made = self.asks(json!({
            "do": "request",
            "binding": binding,
            "name_id": name_id,
            "name_id_format": assertion.name_id.format.as_ref().unwrap().as_str(),
            "session_index": index,
        }));
        assert_eq!(made["refused"], Value::Null, "{made}");
        made
    }

    /// Brings a message of pysaml2 to where it says.
    async fn bring(&self, message: &Value, parameter: &str) -> Answer {
        let text = |name: &str| message[name].as_str().unwrap_or_else(|| panic!("{message}"));
        match message.get("location") {
            Some(_) => self.browser.open(text("location")).await,
            None => {
                let form = [(parameter, text("message")), ("RelayState", "")];
                self.browser.0.send(Request::form(url(text("action")), form)).await.unwrap()
            }
        }
    }

    /// What pysaml2 reads in the page of a LogoutResponse.
    fn reads(&self, page: &Answer) -> Value {
        let html = page.text();
        assert_eq!(attribute(&html, "form", "action"), SLO_URL);
        self.asks(json!({ "do": "read_response", "message": field(&html, "SAMLResponse") }))
    }

    async fn is_signed_in(&self) -> bool {
        !self.browser.follow(&self.started.embed()).await.text().contains("signin-form")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pysaml2_ends_the_session_at_the_org_by_either_binding() {
    if !is_there() {
        return;
    }
    for binding in ["REDIRECT", "POST"] {
        let site = Site::new(Binding::HttpPost).await;
        let name_id = site.sent.response.assertions[0].name_id.value.clone();
        assert!(site.is_signed_in().await);
        // Another name ends nothing, and pysaml2 is told so.
        let other = site.request(binding, "joe@one.test");
        let read = site.reads(&site.bring(&other, "SAMLRequest").await);
        assert!(read["refused"].as_str().unwrap().contains("AuthnFailed"), "{read}");
        assert!(site.is_signed_in().await);

        let request = site.request(binding, &name_id);
        let read = site.reads(&site.bring(&request, "SAMLRequest").await);
        let issuer = site.started.service.org().apps[0].issuer().to_string();
        let wanted =
            json!({ "in_response_to": request["id"], "issuer": issuer, "status": SUCCESS });
        assert_eq!(read, wanted);
        assert!(!site.is_signed_in().await, "{binding}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pysaml2_is_asked_by_the_org_and_its_answer_ends_the_sign_out() {
    if !is_there() {
        return;
    }
    for (name, binding) in [("POST", Binding::HttpPost), ("REDIRECT", Binding::HttpRedirect)] {
        let site = Site::new(binding).await;
        let page = site.browser.open(&format!("{ORG}/login/signout")).await;
        let message = match name {
            "POST" => {
                let html = page.text();
                assert_eq!(attribute(&html, "form", "action"), SLO_URL);
                json!({ "message": field(&html, "SAMLRequest") })
            }
            _ => {
                let location = page.location().unwrap().unwrap();
                let value = |name| query(&location, name);
                json!({
                    "message": value("SAMLRequest"),
                    "sigalg": value("SigAlg"),
                    "signature": value("Signature"),
                })
            }
        };
        let asked = |message: Value| {
            let mut asked = json!({ "do": "answer", "binding": name });
            asked.as_object_mut().unwrap().extend(message.as_object().unwrap().clone());
            site.asks(asked)
        };
        // What is not signed like this is refused: pysaml2 looks.
        let mut forged = message.clone();
        match name {
            "POST" => {
                let xml = samlproof::saml::decode_post(message["message"].as_str().unwrap());
                let forgery = xml.unwrap().replace("jane@one.test", "evil@one.test");
                forged["message"] = json!(samlproof::saml::encode_post(&forgery));
            }
            _ => forged["relay_state"] = json!("another"),
        }
        let refused = asked(forged);
        let why = refused["refused"].as_str().unwrap_or_default();
        assert!(
            why.starts_with("SignatureError") || why.starts_with("IncorrectlySigned"),
            "{refused}"
        );

        let answer = asked(message);
        assert_eq!(answer["name_id"], "jane@one.test", "{answer}");
        let assertion = &site.sent.response.assertions[0];
        let index = assertion.authn_statement.as_ref().unwrap().session_index.clone();
        assert_eq!(answer["session_index"], json!([index]));
        // It answers where the metadata says, which is not the callback.
        let end = site.bring(&answer, "SAMLResponse").await;
        let location = end.location().unwrap().unwrap();
        assert!(location.as_str().contains("/login/login.htm?signedOut=true"), "{location}");
        assert!(!site.is_signed_in().await);
    }
}
