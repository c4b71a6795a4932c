//! Where chance comes from: one seed that is printed, and one for each case that follows from it.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use thiserror::Error;

/// Attempts of one strategy to draw something that it does not throw away itself.
const LOCAL_REJECTS: u32 = 65_536;

/// What one case is drawn from. The same seed makes the same world as long as the strategies stay
/// as they are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseSeed([u8; 32]);

/// A text that is no case's seed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no seed of a case: it has 64 hexadecimal digits")]
pub struct NoCaseSeed(String);

impl CaseSeed {
    /// The seed of the case of this number in a run: it depends on nothing that was drawn before it,
    /// nor on how many cases are played at once.
    pub fn of(run: &str, case: u64) -> Self {
        let hash = digest(&SHA256, format!("{run}\0{case}").as_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(hash.as_ref());
        Self(bytes)
    }

    /// A runner that draws from this seed alone.
    pub fn runner(self) -> TestRunner {
        // `Config::default` reads `PROPTEST_*` from the environment. What is not set here does not
        // reach `new_tree`; it is taken from there because other features have other fields.
        let config = Config {
            cases: 1,
            max_local_rejects: LOCAL_REJECTS,
            max_global_rejects: 1024,
            max_flat_map_regens: 1_000_000,
            failure_persistence: None,
            source_file: None,
            test_name: None,
            max_shrink_time: 0,
            max_shrink_iters: u32::MAX,
            max_default_size_range: 100,
            verbose: 0,
            rng_algorithm: RngAlgorithm::ChaCha,
            ..Config::default()
        };
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &self.0))
    }
}

impl fmt::Display for CaseSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CaseSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CaseSeed({self})")
    }
}

impl FromStr for CaseSeed {
    type Err = NoCaseSeed;

    fn from_str(text: &str) -> Result<Self, NoCaseSeed> {
        let wrong = || NoCaseSeed(text.to_owned());
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            let digits = &text[2 * place..2 * place + 2];
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}
