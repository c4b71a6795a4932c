//! Okta's own SDKs for Python against the org: what they configure is what a login then says.

use std::path::Path;
use std::process::Command;

use http::StatusCode;
use samlproof::crypto::{AlgorithmPolicy, Engine, verify};
use samlproof::env::Env;
use samlproof::idp::Org;
use samlproof::keys::Certificate;
use samlproof::net::{Answer, Client, ClientOptions, Jar};
use samlproof::saml::SignatureVerdict;
use samlproof::serve::{Listen, OrgServer, OrgService};
use serde_json::{Value, json};

use crate::serve::{Browser, posted, values};

/// What the script of an SDK made; `None` where the SDK is not there.
fn configure(sdk: &str, org: &Org) -> Option<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdks").join(sdk);
    let python = folder.join(".venv/bin/python");
    if !python.exists() {
        crate::left_out(&format!("{sdk} has no .venv"), "tests/run makes it");
        return None;
    }
    let output = Command::new(python)
        .arg(folder.join("configure.py"))
        .args([&org.base_url, &org.api_token])
        .env("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        // Nothing of whoever runs the tests: the SDKs read ~/.okta/okta.yaml.
        .env("HOME", tempfile::tempdir().unwrap().path())
        .output()
        .unwrap();
    let (out, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{errors}");
    Some(serde_json::from_str(out.lines().last().unwrap()).unwrap())
}

async fn is_configured_by(sdk: &'static str) -> Option<(OrgServer, Value)> {
    let env = Env::real();
    let service = OrgService::new(Org::new("acme", "", &env), env, Engine::Native);
    let server = OrgServer::start(&Listen::default(), service).await.unwrap();
    let org = server.service().org();
    let made = tokio::task::spawn_blocking(move || configure(sdk, &org)).await.unwrap();
    let made = made?;
    assert_eq!(made["user_name"], "jane.at.sp@one.test");
    assert_eq!((&made["users"], &made["pages"]), (&json!(250), &json!(3)), "{made}");
    assert_eq!(made["log"], json!(["app.keys.rotate"]));
    assert_eq!(made["keys"].as_array().unwrap().len(), 2);
    assert!(made["error"].as_str().unwrap().contains("0oanone"), "{made}");

    // A person logs in at the app over HTTP.
    let org = server.service().org();
    let app = org.app_by_id(made["app"].as_str().unwrap()).unwrap();
    assert_eq!(app.active_key().unwrap().kid, made["kid"].as_str().unwrap());
    let posted = posted(&log_in(&server, &made, "jane@one.test").await);
    let assertion = &posted.response.assertions[0];
    assert_eq!(assertion.name_id.value, "jane.at.sp@one.test");
    assert_eq!(values(&posted, "mail"), ["JANE@ONE.TEST"]);
    assert_eq!(values(&posted, "groups"), ["ml-team"]);
    // By the key that the SDK was told of, and by no other.
    let key = Certificate::from_base64(made["certificate"].as_str().unwrap()).unwrap();
    let verdict = verify(Engine::Native, &posted.xml, &[key], &AlgorithmPolicy::default());
    assert!(matches!(verdict, SignatureVerdict::Valid(parts) if parts.len() == 2));
    let first = app.keys[0].key().unwrap().certificate().clone();
    let verdict = verify(Engine::Native, &posted.xml, &[first], &AlgorithmPolicy::default());
    assert!(!matches!(verdict, SignatureVerdict::Valid(_)));
    Some((server, made))
}

/// What an app's page answers to somebody who signs in on the way.
async fn log_in(server: &OrgServer, made: &Value, login: &str) -> Answer {
    let org = server.service().org();
    let app = org.app_by_id(made["app"].as_str().unwrap()).unwrap();
    let client = Client::new(&ClientOptions::default()).unwrap().with_jar(Jar::new());
    let embed = format!("{}{}", org.base_url, app.embed_path());
    Browser(client).log_in(&embed, login, "right").await
}

#[tokio::test(flavor = "multi_thread")]
async fn version_2_of_the_python_sdk_configures_an_app() {
    is_configured_by("okta-2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn version_3_of_the_python_sdk_configures_an_app() {
    let Some((server, made)) = is_configured_by("okta-3").await else { return };
    // Its policy keeps a member of both groups out; its claim is sent beside the statements.
    assert_eq!(made["rules"], json!(["Guests", "Catch-all Rule"]));
    assert_eq!(made["csrs"], json!(["RSA"]));
    let refused = log_in(&server, &made, made["guest"].as_str().unwrap()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let said = "You do not have permission to perform the requested action.";
    assert!(refused.text().contains(said), "{}", refused.text());
    let entered = posted(&log_in(&server, &made, "jane@one.test").await);
    assert_eq!(values(&entered, "claimed"), ["Doe"]);
}
