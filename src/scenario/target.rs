//! `[target]`: where an SP is and how it is handled.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use super::decode::{Item, Table};
use super::profile::{LAUNCH, launch_and, read_url};
use super::vocabulary::read_vocabulary;
use super::words::quote;
use crate::sp::{
    Adapter, Adapters, ApiKey, Configure, ExternalTarget, HttpCall, IdpScheme, Launch,
    PasswordLogin, RejectedForm, TargetKind, Vocabulary,
};

/// Reads `[target]`.
pub(super) fn read_target(item: &Item<'_>, folder: PathBuf) -> Option<TargetKind> {
    let table = item.table()?;
    let kind = table.required("kind").and_then(|item| item.choice(&["reference", "external"]));
    let target = match kind {
        Some("external") => Some(TargetKind::External(Box::new(read_external(&table, &folder)?))),
        Some(_) => Some(TargetKind::Reference),
        // Which keys belong here is not known then.
        None => return None,
    };
    table.finish();
    target
}

fn read_external(table: &Table<'_>, folder: &Path) -> Option<ExternalTarget> {
    let launch = table.item("launch").map(|item| read_launch(&item, folder));
    let resolve = table.item("resolve").map(|item| read_resolve(&item)).unwrap_or_default();
    let tls_ca = table.item("tls").map(|item| read_tls(&item, folder));
    let configure = table.item("configure").map(|item| read_configure(&item));
    let (configure, vocabulary) = configure.unzip();
    let launched = launch.is_some();
    if let (Some(Some(Configure::Launch)), false) = (&configure, launched) {
        let hint = "there is no `[target.launch]` to start it again by".to_owned();
        table.problem("`configure` cannot be `launch`", Some(hint));
    }
    let (whoami, state) = table.item("observe").map(|i| read_observe(&i)).unwrap_or_default();
    let (rejected, reason_header) =
        table.item("outcome").map(|i| read_outcome(&i)).unwrap_or_default();
    let call = |key, more: &[&'static str]| {
        table.item(key).and_then(|item| read_call(&item, &launch_and(more)))
    };
    let adapters = Adapters {
        configure: configure.unwrap_or(Some(Configure::Fixed))?,
        vocabulary: vocabulary.unwrap_or_default(),
        whoami,
        state,
        rejected,
        reason_header,
        password_login: table.item("password_login").and_then(|item| read_password(&item)),
        logout: call("logout", &[]),
        reset_link: call("reset_link", &["email"]),
        invite: call("invite", &["email"]),
        api_key: table.item("api_key").and_then(|item| read_api_key(&item)),
    };
    Some(ExternalTarget {
        folder: folder.to_path_buf(),
        launch: launch.map_or(Some(None), |launch| launch.map(Some))?,
        resolve,
        tls_ca: tls_ca.flatten(),
        adapters,
    })
}

fn read_launch(item: &Item<'_>, folder: &Path) -> Option<Launch> {
    let table = item.table()?;
    let command = table.required("command").and_then(|item| read_command(&item));
    let env = table.item("env").map(|item| read_map(&item, &LAUNCH)).unwrap_or_default();
    let ready = table.required("ready").and_then(|item| read_url(&item, &LAUNCH));
    let ready_within = table.item("ready_within").map(|item| item.span_of_time());
    let idp = table.item("idp").map(|item| item.word::<IdpScheme>());
    table.finish();
    Some(Launch {
        command: command?,
        directory: folder.to_path_buf(),
        env,
        ready: ready?,
        ready_within: ready_within.unwrap_or(Some(SignedDuration::from_secs(30)))?,
        idp: idp.unwrap_or(Some(IdpScheme::Https))?,
    })
}

fn read_command(item: &Item<'_>) -> Option<Vec<String>> {
    let command = item.templates(&LAUNCH)?;
    if command.first().is_none_or(|program| program.is_empty()) {
        let hint = "`[\"python\", \"serve.py\"]`: the program, then each argument".to_owned();
        item.problem("the command names no program", Some(hint));
        return None;
    }
    Some(command)
}

fn read_map<S: AsRef<str>>(item: &Item<'_>, known: &[S]) -> BTreeMap<String, String> {
    let items = item.table().map(|table| table.items()).unwrap_or_default();
    items.iter().filter_map(|item| Some((item.key.to_owned(), item.template(known)?))).collect()
}

fn read_resolve(item: &Item<'_>) -> Vec<(String, SocketAddr)> {
    let items = item.table().map(|table| table.items()).unwrap_or_default();
    let read = |item: &Item<'_>| {
        let port = item.key.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        if port.is_none() {
            let hint = "`\"app.example.com:443\" = \"127.0.0.1:8443\"`".to_owned();
            item.key_problem(format!("{} is not `host:port`", quote(item.key)), Some(hint));
        }
        let text = item.text()?;
        let address = text.parse::<SocketAddr>().ok();
        if address.is_none() {
            let hint = "an IP address and a port: `127.0.0.1:8443`, `[::1]:8443`".to_owned();
            item.problem(format!("{} is not an address", quote(text)), Some(hint));
        }
        port.and(address).map(|address| (item.key.to_owned(), address))
    };
    items.iter().filter_map(read).collect()
}

fn read_tls(item: &Item<'_>, folder: &Path) -> Option<PathBuf> {
    let table = item.table()?;
    let ca = table.required("ca").and_then(|item| item.sentence());
    table.finish();
    Some(folder.join(ca?))
}

fn read_configure(item: &Item<'_>) -> (Option<Configure>, Vocabulary) {
    let Some(table) = item.table() else { return Default::default() };
    let vocabulary = table.item("vocabulary").map(|item| read_vocabulary(&item));
    let configure = read_configure_kind(table);
    (configure, vocabulary.unwrap_or_default())
}

fn read_configure_kind(table: Table<'_>) -> Option<Configure> {
    let kinds = ["fixed", "launch", "http", "command"];
    // Which keys belong here is not known without it.
    let configure = match table.required("kind").and_then(|item| item.choice(&kinds))? {
        "fixed" => Some(Configure::Fixed),
        "launch" => Some(Configure::Launch),
        "http" => {
            let call = read_call_keys(&table, &LAUNCH, "PUT");
            call.map(|call| Configure::Through(Adapter::Http(call)))
        }
        _ => {
            let command = table.required("command").and_then(|item| read_command(&item));
            command.map(|command| Configure::Through(Adapter::Command(command)))
        }
    };
    table.finish();
    configure
}

fn read_observe(item: &Item<'_>) -> (Option<HttpCall>, Option<Adapter>) {
    let Some(table) = item.table() else { return (None, None) };
    let whoami = table.item("whoami").and_then(|item| read_call(&item, &LAUNCH));
    let state = table.item("state").and_then(|item| {
        let table = item.table()?;
        let adapter = match table.item("command") {
            Some(command) => read_command(&command).map(Adapter::Command),
            None => read_call_keys(&table, &LAUNCH, "GET").map(Adapter::Http),
        };
        table.finish();
        adapter
    });
    table.finish();
    (whoami, state)
}

fn read_outcome(item: &Item<'_>) -> (Vec<RejectedForm>, Option<String>) {
    let Some(table) = item.table() else { return (Vec::new(), None) };
    let forms = table.item("rejected").map(|item| item.tables()).unwrap_or_default();
    let rejected = forms.into_iter().filter_map(read_rejected).collect();
    let reason_header = table.item("reason_header").and_then(|item| item.sentence());
    table.finish();
    (rejected, reason_header)
}

fn read_rejected(table: Table<'_>) -> Option<RejectedForm> {
    let status = table.item("status").and_then(|item| {
        let status = item.number()?;
        let known = u16::try_from(status).ok().filter(|status| (100..=599).contains(status));
        if known.is_none() {
            item.problem(format!("{status} is not an HTTP status"), None);
        }
        known
    });
    let body = table.item("body").and_then(|item| item.sentence());
    if !table.has("status") && !table.has("body") {
        let hint = "`{ status = 500, body = \"Permission Denied\" }`".to_owned();
        table.problem("this form would fit every response", Some(hint));
    }
    table.finish();
    Some(RejectedForm { status, body })
}

fn read_password(item: &Item<'_>) -> Option<PasswordLogin> {
    let table = item.table()?;
    let url = table.required("url").and_then(|item| read_url(&item, &LAUNCH));
    let known = launch_and(&["email", "password"]);
    let form = table.required("form").map(|item| read_map(&item, &known));
    table.finish();
    Some(PasswordLogin { url: url?, form: form? })
}

fn read_api_key(item: &Item<'_>) -> Option<ApiKey> {
    let table = item.table()?;
    let read = |key, more: &[&'static str]| {
        table.required(key).and_then(|item: Item<'_>| read_call(&item, &launch_and(more)))
    };
    let issue = read("issue", &["email"]);
    let call = read("call", &["key", "email"]);
    table.finish();
    Some(ApiKey { issue: issue?, call: call? })
}

fn read_call(item: &Item<'_>, known: &[&'static str]) -> Option<HttpCall> {
    let table = item.table()?;
    let call = read_call_keys(&table, known, "GET");
    table.finish();
    call
}

fn read_call_keys(table: &Table<'_>, known: &[&'static str], method: &str) -> Option<HttpCall> {
    let url = table.required("url").and_then(|item| read_url(&item, known));
    let given = table.item("method").map(|item| item.choice(&METHODS));
    let headers = table.item("headers").map(|item| read_map(&item, known)).unwrap_or_default();
    Some(HttpCall { method: given.unwrap_or(Some(method))?.to_owned(), url: url?, headers })
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
