//! The SAML assertion inline hook, `com.okta.saml.tokens.transform`: somebody outside is asked about
//! each assertion of an app and may change it. Payloads and rules are those of Okta's developer
//! documentation ("SAML assertion inline hook", "Inline hooks").
//!
//! What is here is pure: what is asked ([`HookCall`]) and what an answer does to the assertion
//! ([`Unsigned::answered`](crate::idp::Unsigned::answered)). Who asks it over HTTP is `serve`.

mod answer;
mod assertion;
mod call;
mod model;
mod pointer;

pub use answer::HookFault;
pub use call::HookCall;
pub use model::{InlineHook, InlineHookDraft, InlineHookStatus};
