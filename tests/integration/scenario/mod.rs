//! Reading scenarios, profiles and catalogues.

mod accepted;
mod catalogue;
mod expressions;
mod hostile;
mod matrix;
mod org;
mod org_sign_on;
mod refused;
mod said;

use samlproof::scenario::{ParseErrors, Scenario, ScenarioId, Source, parse_profile};
use samlproof::sp::SpProfile;

pub(crate) fn scenario(text: &str) -> Result<Scenario, ParseErrors> {
    scenario_as("jit/example", text)
}

pub(crate) fn scenario_as(id: &str, text: &str) -> Result<Scenario, ParseErrors> {
    let source = Source::new(format!("scenarios/{id}.toml"), text);
    Scenario::parse(ScenarioId::parse(id).unwrap(), &source)
}

pub(crate) fn profile(text: &str) -> Result<SpProfile, ParseErrors> {
    parse_profile(&Source::new("sp/profile.toml", text), Some("sp".as_ref()))
}

/// A scenario with the usual head and these further lines.
pub(crate) fn with_head(rest: &str) -> String {
    format!(
        r#"title       = "A user with a group is created"
requirement = "A new user MUST be created with the roles of the mapping that matches."
source      = "facts T1"
grade       = "stated"
{rest}"#
    )
}
