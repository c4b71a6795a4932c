//! What `[[apps]]` of an org file says of signed requests, further addresses, logout, lifetimes,
//! the inline hook and errors.

use std::time::Duration;

use super::app::read_plain;
use super::decode::{Item, Table};
use super::org_app::{given, read_address, read_exact};
use super::words::quote;
use crate::idp::{
    AcsEndpoint, App, AppDraft, AppStatus, InlineHook, InlineHookDraft, ParticipateSlo, SignOn,
    SingleLogout,
};
use crate::saml::{AcsUrl, Binding, EntityId};

/// A value that was given, and read unless it was wrong.
type Given<T> = Option<Option<T>>;

/// The words, as they were read.
pub(super) struct SignOnWords {
    acs_endpoints: Given<Vec<AcsEndpoint>>,
    honor_force_authn: Given<bool>,
    class_ref: Given<String>,
    signed_requests: Given<bool>,
    certificate: Given<String>,
    slo: Given<SingleLogout>,
    participate_slo: Given<ParticipateSlo>,
    compressed: Given<bool>,
    lifetime: Given<u32>,
    hook: Given<InlineHookDraft>,
    error_redirect_url: Given<String>,
    status: Given<AppStatus>,
}

impl SignOnWords {
    /// Reads the words of an app.
    pub(super) fn read(table: &Table<'_>) -> Self {
        let flag = |key| table.item(key).map(|item: Item<'_>| item.flag());
        let words = Self {
            acs_endpoints: table.item("acs_endpoints").map(|item| read_endpoints(&item)),
            honor_force_authn: flag("honor_force_authn"),
            class_ref: table.item("authn_context_class_ref").map(|item| read_exact(&item)),
            signed_requests: flag("signed_requests"),
            certificate: table.item("sp_certificate").map(|item| read_certificate(&item)),
            slo: table.item("slo").map(|item| read_slo(&item)),
            participate_slo: table.item("participate_slo").map(|item| read_participate(&item)),
            compressed: flag("request_compressed"),
            lifetime: table.item("assertion_lifetime_seconds").map(|item| read_lifetime(&item)),
            hook: table.item("inline_hook").map(|item| read_hook(&item)),
            error_redirect_url: table.item("error_redirect_url").map(|item| read_redirect(&item)),
            status: table.item("status").map(|item| item.word()),
        };
        if words.certificate.is_none() {
            let asking = [
                table.item("signed_requests").filter(|_| words.signed_requests == Some(Some(true))),
                table.item("slo"),
            ];
            for item in asking.into_iter().flatten() {
                let hint = "add `sp_certificate`: the SP's certificate, as PEM or base64";
                let message = format!("{} has nothing to verify signatures with", quote(item.key));
                item.key_problem(message, Some(hint.to_owned()));
            }
        }
        words
    }

    /// Says the same of a draft; `None` if something was wrong.
    pub(super) fn apply(self, app: &mut AppDraft) -> Option<()> {
        let sign_on = &mut app.sign_on;
        sign_on.allow_multiple_acs_endpoints = self.acs_endpoints.is_some();
        given(&mut sign_on.acs_endpoints, self.acs_endpoints)?;
        given(&mut sign_on.honor_force_authn, self.honor_force_authn)?;
        given(&mut sign_on.authn_context_class_ref, self.class_ref)?;
        given(&mut sign_on.saml_signed_request_enabled, self.signed_requests)?;
        if let Some(text) = self.certificate {
            sign_on.set_sp_certificate(&text?).ok()?;
        }
        let asks = sign_on.saml_signed_request_enabled || self.slo.is_some();
        given(&mut sign_on.slo, some(self.slo))?;
        if asks && sign_on.sp_certificate.is_none() {
            return None;
        }
        sign_on.sp_issuer = sign_on.slo.as_ref().map(|slo| slo.issuer.to_string());
        given(&mut sign_on.participate_slo, some(self.participate_slo))?;
        given(&mut sign_on.request_compressed, self.compressed)?;
        given(&mut sign_on.saml_assertion_lifetime_seconds, some(self.lifetime))?;
        given(&mut app.inline_hook, some(self.hook))?;
        given(&mut app.error_redirect_url, some(self.error_redirect_url))?;
        given(&mut app.status, some(self.status))
    }
}

/// A value for a field that may be without one.
fn some<T>(value: Given<T>) -> Given<Option<T>> {
    value.map(|value| value.map(Some))
}

/// An address that people are sent to.
fn read_redirect(item: &Item<'_>) -> Option<String> {
    let url = read_address(item)?;
    if !App::is_redirect_url(&url) {
        let hint = "what is not ASCII has to be percent-encoded".to_owned();
        item.problem(format!("{} cannot stand in a header", quote(&url)), Some(hint));
        return None;
    }
    Some(url)
}

/// `[{ url = "https://sp.test/acs2", index = 1 }]`.
fn read_endpoints(item: &Item<'_>) -> Option<Vec<AcsEndpoint>> {
    let most = SignOn::MAX_ACS_ENDPOINTS;
    if item.len() > most {
        item.problem(format!("there are more than {most} `acs_endpoints`"), None);
        return None;
    }
    let mut taken: Vec<u16> = vec![];
    let read = item.tables().into_iter().map(|table| {
        let url = table.required("url").and_then(|item| read_address(&item));
        let index = table.required("index").and_then(|item| {
            let index = read_index(&item)?;
            if taken.contains(&index) {
                item.problem(format!("another endpoint has the index {index}"), None);
                return None;
            }
            taken.push(index);
            Some(index)
        });
        table.finish();
        Some(AcsEndpoint { url: AcsUrl::new(url?), index: index? })
    });
    // All are read before one that is wrong spoils the list.
    let read: Vec<_> = read.collect();
    item.is_list().then(|| read.into_iter().collect())?
}

fn read_index(item: &Item<'_>) -> Option<u16> {
    let number = item.number()?;
    let index = u16::try_from(number).ok();
    if index.is_none() {
        item.problem(format!("{number} is no index"), Some("a number from 0 to 65535".into()));
    }
    index
}

/// The text of a certificate that can be read.
fn read_certificate(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    let mut anybodys = SignOn::new(AcsUrl::new(""), EntityId::new(""));
    let read = anybodys.set_sp_certificate(text).map_err(|error| {
        let hint = "the SP's signing certificate: PEM, or its base64 without the BEGIN line";
        item.problem(error.to_string(), Some(hint.into()));
    });
    read.ok().map(|()| text.to_owned())
}

/// `{ issuer = "https://sp.test", logout_url = "https://sp.test/slo" }`.
fn read_slo(item: &Item<'_>) -> Option<SingleLogout> {
    let table = item.table()?;
    let issuer = table.required("issuer").and_then(|item| read_exact(&item));
    let url = table.required("logout_url").and_then(|item| read_address(&item));
    table.finish();
    Some(SingleLogout { issuer: EntityId::new(issuer?), logout_url: url? })
}

/// `{ logout_request_url = "https://sp.test/slo", binding = "POST", session_index_required = true }`.
fn read_participate(item: &Item<'_>) -> Option<ParticipateSlo> {
    let table = item.table()?;
    let url = table.required("logout_request_url").and_then(|item| read_address(&item));
    let index = table.item("session_index_required").map(|item| item.flag());
    let binding = table.item("binding").map(|item| item.choice(&["POST", "REDIRECT"]));
    table.finish();
    let binding = match binding.unwrap_or(Some("POST"))? {
        "REDIRECT" => Binding::HttpRedirect,
        _ => Binding::HttpPost,
    };
    Some(ParticipateSlo {
        logout_request_url: url?,
        session_index_required: index.unwrap_or(Some(false))?,
        binding,
    })
}

fn read_lifetime(item: &Item<'_>) -> Option<u32> {
    const YEAR: i64 = 366 * 24 * 60 * 60;
    let number = item.number()?;
    let seconds = u32::try_from(number).ok().filter(|_| (1..=YEAR).contains(&number));
    if seconds.is_none() {
        let hint = format!("from 1 to {YEAR} seconds; Okta's own is 300");
        item.problem(format!("an assertion cannot last {number} seconds"), Some(hint));
    }
    seconds
}

/// `{ url = "http://127.0.0.1:9000/hook", auth = { header = "Authorization", secret = "x" } }`.
fn read_hook(item: &Item<'_>) -> Option<InlineHookDraft> {
    let table = item.table()?;
    let uri = table.required("url").and_then(|item| read_hook_address(&item));
    let headers = table.item("headers").map(|item| read_headers(&item));
    let auth = table.item("auth").map(|item| read_auth(&item));
    let timeout = table.item("timeout_ms").map(|item| read_timeout(&item));
    table.finish();
    Some(InlineHookDraft {
        uri: uri?,
        headers: headers.unwrap_or(Some(vec![]))?,
        auth: some(auth).unwrap_or(Some(None))?,
        timeout: timeout.unwrap_or(Some(InlineHook::TIMEOUT))?,
    })
}

/// A hook is called in plain HTTP: the org trusts no roots.
fn read_hook_address(item: &Item<'_>) -> Option<String> {
    let url = read_address(item)?;
    if url.starts_with("https://") {
        let hint = "a hook is called over plain http, for instance on 127.0.0.1".to_owned();
        item.problem(format!("{} would never be reached", quote(&url)), Some(hint));
        return None;
    }
    Some(url)
}

fn read_headers(item: &Item<'_>) -> Option<Vec<(String, String)>> {
    let items = item.table()?.items();
    let read = items
        .iter()
        .map(|value| Some((read_header_name(value, value.key)?, read_header_value(value)?)));
    let read: Vec<_> = read.collect();
    read.into_iter().collect()
}

fn read_auth(item: &Item<'_>) -> Option<(String, String)> {
    let table = item.table()?;
    let name = table.item("header").map(|item| read_header_name(&item, item.text()?));
    let secret = table.required("secret").and_then(|item| read_header_value(&item));
    table.finish();
    Some((name.unwrap_or_else(|| Some("Authorization".to_owned()))?, secret?))
}

fn read_header_name(item: &Item<'_>, name: &str) -> Option<String> {
    let inside = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let good = !name.is_empty() && name.chars().all(inside);
    if !good {
        item.problem(format!("{} cannot be the name of a header", quote(name)), None);
    }
    good.then(|| name.to_owned())
}

fn read_header_value(item: &Item<'_>) -> Option<String> {
    let value = read_plain(item)?;
    let good = value.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    if !good {
        let hint = "printable ASCII on one line".to_owned();
        item.problem(format!("{} cannot stand in a header", quote(&value)), Some(hint));
    }
    good.then_some(value)
}

fn read_timeout(item: &Item<'_>) -> Option<Duration> {
    let number = item.number()?;
    let millis = u64::try_from(number).ok().filter(|millis| (1..=60_000).contains(millis));
    if millis.is_none() {
        let hint = "from 1 to 60000; Okta's own is 3000".to_owned();
        item.problem(format!("a hook cannot be waited for {number} ms"), Some(hint));
    }
    millis.map(Duration::from_millis)
}
