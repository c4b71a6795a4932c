//! The adapters of a target, ready to be called.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use http::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use super::browser::{Browser, trouble};
use super::command::Program;
use super::placeholders::Placeholders;
use crate::excerpt;
use crate::net::{Answer, Client, Request, parse_url};
use crate::observation::{Identity, Trouble, Whoami};
use crate::saml::{AcsUrl, EntityId};
use crate::sp::{Adapter, Adapters, Configuration, HttpCall, MetadataSource, State};

/// How long an adapter's program may take.
const PROGRAM_WITHIN: Duration = Duration::from_secs(60);

/// What an SP said to a new configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Configured {
    /// It took it.
    Taken,
    /// It refused it, in these words.
    Refused(String),
}

/// The adapters of a started SP.
#[derive(Clone, Debug)]
pub(super) struct Ports {
    pub(super) adapters: Adapters,
    pub(super) client: Client,
    pub(super) places: Placeholders,
    /// Where programs run, and with which environment.
    pub(super) folder: PathBuf,
    pub(super) env: BTreeMap<String, String>,
    /// The SP's own address: whose cookies a who-am-I carries, wherever it is asked.
    pub(super) sp: Url,
}

impl Ports {
    /// Hands a configuration over by the profile's `configure` adapter.
    pub(super) async fn configure(
        &self,
        adapter: &Adapter,
        configuration: &Configuration,
    ) -> Result<Configured, Trouble> {
        let body = serde_json::to_value(filled(configuration, &self.places))
            .expect("a configuration holds nothing that JSON cannot");
        match adapter {
            Adapter::Command(command) => {
                self.program(command).run(&body).await.map(|_| Configured::Taken)
            }
            Adapter::Http(call) => {
                let answer = self.send(call, Some(body), &self.places).await?;
                match answer.status.as_u16() {
                    200..300 => Ok(Configured::Taken),
                    400 | 409 | 422 => Ok(Configured::Refused(answer.text().into_owned())),
                    _ => Err(unexpected("configure", &answer, "2xx, or 400, 409 or 422 to refuse")),
                }
            }
        }
    }

    /// Reads the stored state, if the SP can be asked.
    pub(super) async fn state(&self) -> Result<Option<State>, Trouble> {
        let (value, from) = match &self.adapters.state {
            None => return Ok(None),
            Some(Adapter::Command(command)) => {
                let program = self.program(command);
                (program.run(&Value::Null).await?, program.command.join(" "))
            }
            Some(Adapter::Http(call)) => {
                let answer = self.send(call, None, &self.places).await?;
                (json_of("state", &answer)?, answer.url.to_string())
            }
        };
        let wanted = "{\"users\": [{\"id\", \"email\", …}], …}";
        shaped(value, &format!("state ({from})"), wanted).map(Some)
    }

    /// Asks who is logged in, with a browser's cookies.
    pub(super) async fn whoami(&self, browser: &Browser) -> Result<Identity, Trouble> {
        let Some(call) = &self.adapters.whoami else { return Ok(Identity::Unknown) };
        let answer = self.send_as(browser, call).await?;
        match answer.status.as_u16() {
            300..=399 | 401 | 403 | 404 => Ok(Identity::Nobody),
            200..300 => match json_of("whoami", &answer)? {
                Value::Null => Ok(Identity::Nobody),
                value => {
                    let wanted = "{\"email\": …, \"roles\": …}, or null for nobody";
                    shaped::<Whoami>(value, &format!("whoami ({})", answer.url), wanted)
                        .map(Identity::User)
                }
            },
            _ => {
                Err(unexpected("whoami", &answer, "2xx, or 401, 403, 404 or a redirect for nobody"))
            }
        }
    }

    /// Logs a browser out.
    pub(super) async fn logout(&self, call: &HttpCall, browser: &Browser) -> Result<(), Trouble> {
        self.send_as(browser, call).await.map(|answer| {
            browser.sp_jar().store(&self.sp, &answer.headers);
        })
    }

    /// A text that an adapter makes for an address: a link, a key.
    pub(super) async fn made(
        &self,
        what: &str,
        call: &HttpCall,
        email: &str,
    ) -> Result<Option<String>, Trouble> {
        let places = self.places.clone().with("email", email);
        let answer = self.send(call, Some(json!({ "email": email })), &places).await?;
        match answer.status.as_u16() {
            200..300 => {
                let value = json_of(what, &answer)?;
                let made = value.get(what).and_then(Value::as_str).map(ToOwned::to_owned);
                made.map(Some)
                    .ok_or_else(|| unexpected(what, &answer, &format!("{{\"{what}\": …}}")))
            }
            400..500 => Ok(None),
            _ => Err(unexpected(what, &answer, "2xx with a result, or 4xx to refuse")),
        }
    }

    /// Calls an adapter with a browser's cookies.
    async fn send_as(&self, browser: &Browser, call: &HttpCall) -> Result<Answer, Trouble> {
        let mut request = self.request(call, None, &self.places)?;
        if let Some(cookies) = browser.sp_jar().header(&self.sp) {
            request.headers.insert(http::header::COOKIE, cookies);
        }
        self.client.send(request).await.map_err(|error| trouble(&error))
    }

    /// Calls an adapter.
    pub(super) async fn send(
        &self,
        call: &HttpCall,
        body: Option<Value>,
        places: &Placeholders,
    ) -> Result<Answer, Trouble> {
        let request = self.request(call, body, places)?;
        self.client.send(request).await.map_err(|error| trouble(&error))
    }

    fn request(
        &self,
        call: &HttpCall,
        body: Option<Value>,
        places: &Placeholders,
    ) -> Result<Request, Trouble> {
        let wrong = |error: crate::net::NetError| Trouble::Launch(error.to_string());
        let url = parse_url(&places.fill(&call.url)).map_err(wrong)?;
        let method = Method::from_bytes(call.method.as_bytes())
            .map_err(|_| Trouble::Launch(format!("`{}` is not an HTTP method", call.method)))?;
        let sends = method != Method::GET && method != Method::HEAD;
        let mut request = match body.filter(|_| sends) {
            Some(body) => Request::json(method, url, &body),
            None => Request::new(method, url),
        };
        for (name, value) in &call.headers {
            request = request.header(name, &places.fill(value)).map_err(wrong)?;
        }
        Ok(request)
    }

    fn program(&self, command: &[String]) -> Program<'_> {
        let command = command.iter().map(|part| self.places.fill(part)).collect();
        Program { command, folder: &self.folder, env: &self.env, within: PROGRAM_WITHIN }
    }
}

/// A configuration with its placeholders filled: the SP's own names and the addresses of the IdP.
pub(super) fn filled(configuration: &Configuration, places: &Placeholders) -> Configuration {
    let mut configuration = configuration.clone();
    for entry in &mut configuration.entries {
        entry.entity_id = EntityId::new(places.fill(entry.entity_id.as_str()));
        entry.acs = AcsUrl::new(places.fill(entry.acs.as_str()));
        match &mut entry.metadata {
            MetadataSource::Url(text) | MetadataSource::Xml(text) => *text = places.fill(text),
        }
    }
    configuration
}

fn json_of(adapter: &str, answer: &Answer) -> Result<Value, Trouble> {
    if !answer.status.is_success() {
        return Err(unexpected(adapter, answer, "2xx with JSON"));
    }
    serde_json::from_slice(&answer.body).map_err(|_| unexpected(adapter, answer, "JSON"))
}

fn shaped<T: DeserializeOwned>(value: Value, adapter: &str, wanted: &str) -> Result<T, Trouble> {
    serde_json::from_value(value).map_err(|cause| Trouble::Adapter {
        adapter: adapter.to_owned(),
        found: format!("JSON of another shape ({cause})"),
        wanted: wanted.to_owned(),
    })
}

fn unexpected(adapter: &str, answer: &Answer, wanted: &str) -> Trouble {
    let kind = answer.header("content-type").unwrap_or("no content type");
    let text = answer.text();
    let beginning = excerpt::head(text.trim(), 120);
    Trouble::Adapter {
        adapter: format!("{adapter} ({})", answer.url),
        found: format!("status {} with {kind}: {beginning:?}", answer.status.as_u16()),
        wanted: wanted.into(),
    }
}
