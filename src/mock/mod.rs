//! A mock Okta org for your own `cargo test`.
//!
//! [`MockOkta`] listens on a free port of 127.0.0.1 while it is held. Describe users and apps, say which
//! logins you expect, give your SP an app's metadata URL, let a browser or HTTP client log in, and look at
//! what was sent. What is expected is checked when the mock is dropped.
//!
//! ```
//! use samlproof::mock::{AppDraft, Login, MockOkta, UserDraft};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let okta = MockOkta::start().await?;
//! okta.user(UserDraft::new("jane@acme.test").groups(["ml-team"]).with("firstName", "Jane"));
//! let app = AppDraft::new("My SP", "http://127.0.0.1:8000/saml/acs", "http://127.0.0.1:8000");
//! let app = okta.app(app.attribute("first_name", "user.firstName"));
//! okta.expect(Login::of("jane@acme.test").at("My SP").times(1));
//! println!("your SP reads {}, a browser opens {}", app.metadata_url, app.embed_url);
//! let sent = okta.log_in("jane@acme.test", "My SP").await?; // or without a browser,
//! println!("post {:?} to {}", sent.form(), sent.issued.acs); // to your SP's handler
//! # Ok(())
//! # }
//! ```
//!
//! Responses are signed by a key that is published with this crate, `test_only::signing("okta-1")`, so
//! that starting costs nothing and certificates are the same in every run. [`MockOkta::next`] has a login
//! made otherwise ([`NextLogin`]): expired, for another audience, by another key, without an attribute,
//! late, or not at all.

mod expectations;
mod login;
mod okta;

pub use crate::idp::{AppDraft, Assigned, GroupFilter, Overrides, SignParts, UserDraft};
pub use crate::serve::{AppAddresses, ErrorPage, LogInError, NextLogin, Sent, StartError};
pub use login::{Login, Times};
pub use okta::MockOkta;
