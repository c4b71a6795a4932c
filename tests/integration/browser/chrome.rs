//! Chromium, driven by chromedriver; each test has both of its own.

use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use futures_util::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const DRIVER: &str = "chromedriver";

/// Without these Chromium looks for hosts of its maker at every start.
const QUIET: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
];

/// How a browser is started.
#[derive(Debug, Default)]
pub(super) struct Browser {
    /// `MAP app.arize.com:443 127.0.0.1:4711`, several divided by commas.
    pub(super) hosts: String,
    pub(super) without_javascript: bool,
}

impl Browser {
    /// Plays a story in a browser and ends it, however the story ends. Of one that fails a picture is
    /// left in cargo's folder for tests. Says nothing where there is no chromedriver.
    pub(super) async fn plays(self, name: &str, story: impl AsyncFnOnce(&Client)) {
        if std::process::Command::new(DRIVER).arg("--version").output().is_err() {
            return crate::left_out("there is no chromedriver", "tests/run installs it");
        }
        let profile = tempfile::tempdir().unwrap();
        let (mut driver, url) = driver().await;
        let capabilities = self.capabilities(profile.path());
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&url)
            .await
            .unwrap();
        let played = AssertUnwindSafe(story(&client)).catch_unwind().await;
        if played.is_err() {
            keep_picture(&client, name).await;
        }
        client.close().await.unwrap();
        driver.kill().await.unwrap();
        if let Err(failure) = played {
            resume_unwind(failure);
        }
    }

    fn capabilities(&self, profile: &Path) -> Map<String, Value> {
        let mut arguments: Vec<String> = QUIET.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        arguments.push(format!("--host-resolver-rules={}", self.hosts));
        let mut options = json!({ "args": arguments });
        if self.without_javascript {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        // The SPs' certificates are made by a CA of the project's own.
        let all = json!({ "acceptInsecureCerts": true, "goog:chromeOptions": options });
        let Value::Object(all) = all else { panic!("an object was written just now") };
        all
    }
}

/// A chromedriver on a port of its own choice, and its address.
async fn driver() -> (Child, String) {
    let mut command = Command::new(DRIVER);
    command.arg("--port=0").stdout(Stdio::piped()).kill_on_drop(true);
    let mut driver = command.spawn().unwrap();
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, port)) = line.rsplit_once("successfully on port ") {
            return (driver, format!("http://127.0.0.1:{}", port.trim_end_matches('.')));
        }
    }
    panic!("chromedriver did not start");
}

async fn keep_picture(client: &Client, name: &str) {
    let Ok(picture) = client.screenshot().await else { return };
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
    if fs::write(&file, picture).is_ok() {
        eprintln!("the browser showed: {}", file.display());
    }
}

/// Waits until the first such element says this. A page may be on its way out when it is looked at,
/// so what is seen is looked at again for a while.
#[track_caller]
pub(super) fn sees(client: &Client, css: &str, expected: &str) -> impl Future<Output = ()> {
    let until = std::panic::Location::caller();
    async move {
        let mut seen = None;
        for _ in 0..300 {
            seen = first_text(client, css).await;
            if seen.as_deref() == Some(expected) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{until}: {css} says {seen:?} and not {expected:?}");
    }
}

/// The text of the first such element that stays while it is read.
pub(super) async fn text(client: &Client, css: &str) -> String {
    for _ in 0..300 {
        if let Some(text) = first_text(client, css).await {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("there is no {css}");
}

async fn first_text(client: &Client, css: &str) -> Option<String> {
    client.find(Locator::Css(css)).await.ok()?.text().await.ok()
}

/// The texts of all elements.
pub(super) async fn texts(client: &Client, css: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for element in client.find_all(Locator::Css(css)).await.unwrap() {
        texts.push(element.text().await.unwrap());
    }
    texts
}

pub(super) async fn click(client: &Client, css: &str) {
    client.wait().for_element(Locator::Css(css)).await.unwrap().click().await.unwrap();
}

pub(super) async fn fill(client: &Client, css: &str, text: &str) {
    client.wait().for_element(Locator::Css(css)).await.unwrap().send_keys(text).await.unwrap();
}

/// Signs in with the form that is shown.
pub(super) async fn sign_in(client: &Client, login: &str, password: &str) {
    fill(client, "#username", login).await;
    fill(client, "#password", password).await;
    click(client, "#signin-form button").await;
}

/// Signs in as somebody with the usual password, and waits for the dashboard.
pub(super) async fn to_dashboard(client: &Client, org: &str, login: &str) {
    client.goto(org).await.unwrap();
    sign_in(client, login, samlproof::mock::UserDraft::PASSWORD).await;
    sees(client, "h1", "My Apps").await;
}
