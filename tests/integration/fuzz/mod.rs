//! Fuzzing: worlds, the oracle, the laws, and the scenario that a finding becomes.

mod engine;
mod laws;
mod oracle;
mod scripts;
mod values;

use std::sync::Arc;

use jiff::Timestamp;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use samlproof::drive::{InProcess, InProcessOptions};
use samlproof::env::Env;
use samlproof::fuzz::{Cast, Person, Played, Script, World, attribute};
use samlproof::idp::SignParts;
use samlproof::keys::test_only;
use samlproof::reference::Fault;
use samlproof::saml::{AttributeValue, Attributes};
use samlproof::sp::SpProfile;

pub(crate) use crate::plan::embedded_profile;

const BEGINNING: Timestamp = Timestamp::constant(1_767_607_200, 0);

/// Plays worlds on the embedded SP of a profile.
pub(crate) struct Ground {
    pub(crate) profile: Arc<SpProfile>,
    player: InProcess,
    runtime: tokio::runtime::Runtime,
}

impl Ground {
    pub(crate) fn new(profile: &str, fault: Option<Fault>) -> Self {
        Self::on(embedded_profile(profile), fault)
    }

    pub(crate) fn on(profile: Arc<SpProfile>, fault: Option<Fault>) -> Self {
        let key = |name| test_only::signing(name).unwrap();
        let options = InProcessOptions {
            main: key("okta-1"),
            other: key("other-org"),
            stranger: key("other"),
            signed: SignParts::Assertion,
            fault,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { player: InProcess::new(profile.clone(), options), profile, runtime }
    }

    pub(crate) fn script(&self, world: &World) -> Script {
        Script::of(world, &self.profile, "seed").unwrap_or_else(|e| panic!("{e}\n{world:#?}"))
    }

    pub(crate) fn play(&self, script: &Script) -> Played {
        let env = Env::fixed(BEGINNING, &script.case.seed);
        let seen = self.runtime.block_on(self.player.drive(&script.case, &env));
        Played::of(script, &seen).unwrap_or_else(|| panic!("{:?}", seen.trouble))
    }
}

/// The same `count` values at each call.
pub(crate) fn sample<S: Strategy>(strategy: S, count: usize) -> Vec<S::Value> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng);
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// A person of the main entry with these groups.
pub(crate) fn person(name: &str, groups: &[&str]) -> Person {
    let known = Cast::ALL.into_iter().find(|one| one.name == name);
    let address = known.map_or_else(|| format!("{name}@{{domain}}"), |one| one.address.into());
    let values = groups.iter().map(|group| AttributeValue::Text((*group).into())).collect();
    let attributes = Attributes(match groups {
        [] => vec![],
        _ => vec![attribute("groups", None, values)],
    });
    Person { name: name.into(), address, attributes }
}
