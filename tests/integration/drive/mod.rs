//! Playing cases: on somebody else's SP, honest or not, and on the reference SP.

mod adapters;
mod commands;
mod discovery;
mod findings;
mod hostile;
mod launch;
mod repeatable;
mod shop;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use samlproof::crypto::Engine;
use samlproof::drive::{Target, TargetKeys, TargetOptions, drive};
use samlproof::env::Env;
use samlproof::keys::{SigningKey, test_only};
use samlproof::observation::{Observation, StepObservation, Trouble};
use samlproof::plan::{Case, resolve};
use samlproof::scenario::{Source, parse_profile};
use samlproof::sp::SpProfile;
use samlproof::verdict::{CaseOutcome, Finding, Verdict, judge, outcomes};

use crate::scenario::{scenario_as, with_head};

/// Jane logs in and is new.
const FIRST_LOGIN: &str = r#"
[sp]
[users.jane]
groups = ["ml-team"]
[[steps]]
login  = "jane"
expect = "created"
"#;

fn options() -> TargetOptions {
    let key = |name| -> SigningKey { test_only::signing(name).unwrap() };
    TargetOptions {
        engine: Engine::default(),
        authority: Arc::new(test_only::tls_authority()),
        keys: TargetKeys {
            main: vec![key("okta-1"), key("okta-2")],
            other: vec![key("other-org"), key("okta-2")],
            stranger: key("other"),
        },
        timeout: Duration::from_secs(20),
        fault: None,
    }
}

/// Somebody else's SP, with these adapters, in this folder.
fn external(base: &str, target: &str, folder: Option<&Path>) -> Arc<SpProfile> {
    let text = format!(
        r#"name           = "shop"
entity_id      = "{base}"
acs            = "{base}/acs"
name_id_format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
[[app.attribute]]
name   = "groups"
groups = {{ starts_with = "ml-" }}
[target]
kind = "external"
{target}"#
    );
    let source = Source::new("profile.toml", text);
    Arc::new(parse_profile(&source, folder).unwrap_or_else(|e| panic!("{}", e.render(false))))
}

/// A scenario that expects nothing is of grade `undefined`.
fn case(scenario: &str, profile: &Arc<SpProfile>) -> Case {
    let expects = scenario.contains("expect");
    let text = with_head(scenario);
    let text = if expects { text } else { text.replace("\"stated\"", "\"undefined\"") };
    let scenario = scenario_as("drive/example", &text);
    let scenario = scenario.unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    resolve(&scenario, Arc::clone(profile), "seed").unwrap()
}

/// A case with all that came of it.
#[derive(Debug)]
struct Played {
    case: Case,
    observation: Observation,
}

impl Played {
    async fn on(profile: &Arc<SpProfile>, scenario: &str) -> Self {
        Self::with(profile, scenario, options()).await
    }

    async fn with(profile: &Arc<SpProfile>, scenario: &str, options: TargetOptions) -> Self {
        let case = case(scenario, profile);
        let target = Target::start(Arc::clone(profile), options).await.unwrap();
        let observation = drive(&case, &target, &Env::real()).await;
        target.stop().await;
        Self { case, observation }
    }

    fn verdict(&self) -> Verdict {
        judge(&self.case, &self.observation)
    }

    fn outcome(&self) -> CaseOutcome {
        outcomes(&self.case, &self.observation)
    }

    /// What became of each attempt, in words.
    fn words(&self) -> Vec<String> {
        let outcome = self.outcome();
        let attempts = outcome.steps.iter().flat_map(|step| &step.attempts);
        attempts.map(|attempt| attempt.outcome.to_string()).collect()
    }

    fn steps(&self) -> &[StepObservation] {
        &self.observation.steps
    }

    /// What kept the case from being played to its end.
    fn trouble(&self) -> &Trouble {
        self.observation.trouble.as_ref().unwrap_or_else(|| panic!("no trouble: {self:#?}"))
    }

    /// Why the case proves nothing.
    fn inconclusive(&self) -> String {
        match self.verdict() {
            Verdict::Inconclusive(reason) => reason,
            other => panic!("{other:?} {self:#?}"),
        }
    }

    fn findings(&self) -> Vec<Finding> {
        match self.verdict() {
            Verdict::Fail(findings) => findings,
            other => panic!("{other:?} {self:#?}"),
        }
    }

    #[track_caller]
    fn passes(&self) {
        assert_eq!(self.verdict(), Verdict::Pass, "{:#?}", self.observation);
    }
}
