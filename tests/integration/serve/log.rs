//! The person is told little; the log says which problem it was.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::Started;

/// Keeps every event at warning level as a line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("samlproof") && *metadata.level() <= tracing::Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

// One thread, so that the server's tasks log to the subscriber of this test.
#[tokio::test]
async fn the_log_says_what_is_wrong_with_a_request() {
    let lines = Lines::default();
    let _guard = tracing::subscriber::set_default(lines.clone());
    let started = Started::new().await;
    let browser = started.browser();
    browser.follow(&started.start(&super::request("_g"), None)).await;
    assert_eq!(lines.0.lock().unwrap().len(), 0);
    for (query, says) in [
        ("SAMLRequest=%25", "not base64"),
        ("SAMLRequest=aGVsbG8%3D", "cannot be inflated"),
        ("SAMLRequest=a&SAMLRequest=b", "more than once"),
    ] {
        browser.open(&format!("{}?{query}", started.sso())).await;
        let line = lines.0.lock().unwrap().pop().unwrap();
        assert!(line.contains("Bad SAML request") && line.contains(says), "{line}");
        assert!(line.contains("acme_onesp_1"), "{line}");
    }
}
