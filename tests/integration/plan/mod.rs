//! Planning: cases, skips, selections.

mod cases;
mod selections;
mod skips;

use std::sync::Arc;

use samlproof::plan::{Case, resolve};
use samlproof::scenario::{Catalogue, LoadedScenario, Scenario};
use samlproof::sp::SpProfile;

use crate::scenario::{profile, scenario_as, with_head};

/// An embedded profile.
pub(crate) fn embedded_profile(name: &str) -> Arc<SpProfile> {
    let catalogue = Catalogue::embedded().unwrap();
    catalogue.profiles.into_iter().find(|profile| profile.name == name).unwrap()
}

fn case(rest: &str, profile: &str) -> Case {
    let scenario = scenario_as("jit/example", &with_head(rest)).unwrap();
    resolve(&scenario, embedded_profile(profile), "seed").unwrap()
}

fn load(scenarios: Vec<Scenario>, profiles: Vec<Arc<SpProfile>>) -> Catalogue {
    let load = |scenario: Scenario| {
        let file = format!("{}.toml", scenario.id);
        LoadedScenario { scenario, root: None, file }
    };
    Catalogue {
        scenarios: scenarios.into_iter().map(load).collect(),
        profiles,
        ..Catalogue::default()
    }
}

/// Somebody else's SP, with these further lines under `[target]`.
fn external(target: &str) -> Arc<SpProfile> {
    let text = format!(
        r#"name           = "shop"
entity_id      = "https://shop.example/saml"
acs            = "https://shop.example/saml/acs"
name_id_format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
[timing]
mapping_cache = "60s"
[target]
kind = "external"
{target}"#
    );
    Arc::new(profile(&text).unwrap())
}
