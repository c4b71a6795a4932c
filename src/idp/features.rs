//! In what Okta's orgs differ from each other.

use serde::{Deserialize, Serialize};

/// What an org says of itself and does, where Okta has orgs of both kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrgFeatures {
    /// `pipeline` of `/.well-known/okta-organization`.
    pub pipeline: Pipeline,
    /// How an array of a profile is sent.
    pub array_attributes: ArrayAttributes,
}

/// Which engine an org says it runs on (facts/okta.md 1.1). Tools go by it: Terraform's provider leaves
/// access policies alone in an org of `v1`, and `gimme-aws-creds` signs in by `/idp/idx/` in one of
/// `idx`. Pages are those of the Classic engine whatever is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Pipeline {
    /// `v1`: Classic.
    #[default]
    #[serde(rename = "v1")]
    Classic,
    /// `idx`: Identity Engine.
    #[serde(rename = "idx")]
    Identity,
}

impl Pipeline {
    /// Okta's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classic => "v1",
            Self::Identity => "idx",
        }
    }
}

/// What an attribute statement sends of an array (facts/okta.md 3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArrayAttributes {
    /// A value for each element: orgs with `SAML_SUPPORT_ARRAY_ATTRIBUTES`.
    #[default]
    Values,
    /// One value, the elements joined by commas: old orgs.
    Joined,
}
