//! A mock Okta org for your own `cargo test`.
//!
//! [`MockOkta`] listens on a free port of 127.0.0.1 while it is held. Describe users and apps, give
//! your SP an app's metadata URL, let a browser or HTTP client log in, and look at what was sent.
//!
//! ```
//! use samlproof::mock::{AppDraft, MockOkta, UserDraft};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), samlproof::mock::StartError> {
//! let okta = MockOkta::start().await?;
//! okta.user(UserDraft::new("jane@acme.test").groups(["ml-team"]).with("firstName", "Jane"));
//! let app = AppDraft::new("My SP", "http://127.0.0.1:8000/saml/acs", "http://127.0.0.1:8000");
//! let app = okta.app(app.attribute("first_name", "user.firstName"));
//! // Your SP reads app.metadata_url; a browser opens your SP and signs in as Jane with "password".
//! assert!(app.metadata_url.starts_with(&okta.base_url()));
//! assert!(okta.sent().is_empty(), "nobody has logged in yet");
//! # Ok(())
//! # }
//! ```
//!
//! Responses are signed by a key that is published with this crate, `test_only::signing("okta-1")`, so
//! that starting costs nothing and certificates are the same in every run. [`MockOkta::next_login`]
//! has one response made otherwise: expired, for another audience, by another key, without an
//! attribute.

mod okta;

pub use crate::idp::{AppDraft, Assigned, GroupFilter, Overrides, SignParts, UserDraft};
pub use crate::serve::{AppAddresses, Sent, StartError};
pub use okta::MockOkta;
