//! How people sign in at the org.

use serde::{Deserialize, Serialize};

/// What the org's sign-in page asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SignInPage {
    /// A username and a password, as Okta does.
    #[default]
    Password,
    /// A click on one of the users: for demos and for trying things by hand. Whoever reaches the
    /// org gets in as anybody. No such thing exists at Okta.
    Personas,
}
