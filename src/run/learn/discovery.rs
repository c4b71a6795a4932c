//! Asks the questions, one scenario after another, and stops asking what has been answered.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::block::rules_block;
use super::probe::{Kind, Probe, Wording};
use super::read::{findings, syncs};
use super::record::{Asked, LearnRecord, Learnt, Login, Question};
use super::seen::{About, login};
use crate::drive::{Target, drive};
use crate::env::Env;
use crate::observation::{Observation, Trouble};
use crate::plan::{Action, Case, Initiated, Plan, Selection, plan};
use crate::run::RunError;
use crate::run::conductor::target_options;
use crate::run::options::RunOptions;
use crate::run::play::{BEGINNING, millis};
use crate::scenario::{Catalogue, LoadedScenario};
use crate::sp::{AttributeSource, Configure, SpProfile, TargetKind};
use crate::verdict::outcomes;

/// No discovery makes more logins than these.
pub const MOST_LOGINS: usize = 14;

/// What a discovery tells while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum LearnProgress<'a> {
    /// A login was made.
    Asked(&'a Login),
}

/// Finds out the knobs of an SP by at most [`MOST_LOGINS`] logins.
///
/// Of `options`, the engine, the time-out, the keys, the seed and the fault count. What the SP does
/// is in the record; where the first login is refused or the SP gives no answer, so is that.
/// Dropping the future ends everything that was started.
///
/// # Errors
/// If keys cannot be had, or the profile's own words cannot be put into a scenario.
pub async fn learn(
    options: &RunOptions,
    profile: Arc<SpProfile>,
    progress: impl Fn(LearnProgress<'_>),
) -> Result<LearnRecord, RunError> {
    let clock = Env::real().clock;
    let started = clock.now();
    let target = target_options(&profile.target, options)?;
    let declared = profile.rules.clone();
    let name = profile.name.clone();
    let (asked, stopped) = match Target::start(Arc::clone(&profile), target).await {
        Err(error) => (Asked::default(), Some(error.to_string())),
        Ok(target) => {
            let seed = options.selection.seed.clone();
            let mut discovery = Discovery::new(profile, target, seed, &progress);
            let stopped = discovery.all().await?;
            let asked = discovery.asked;
            discovery.target.stop().await;
            (asked, stopped)
        }
    };
    let findings = findings(&asked);
    Ok(LearnRecord {
        version: LearnRecord::VERSION,
        samlproof: env!("CARGO_PKG_VERSION").into(),
        profile: name,
        duration_ms: millis(started, clock.now()),
        rules: rules_block(&findings, &declared),
        findings,
        asked,
        stopped,
    })
}

/// How a probe went.
enum Answer {
    /// Every login of it was made.
    Made,
    /// It was not played: the SP does not take its configuration, the profile cannot meet what it
    /// needs, or there are no logins left.
    Not(String),
    /// The SP gave no answer.
    Silence(String),
}

/// Why a discovery ends before its end; nothing if it does not.
type Ended = Option<String>;

struct Discovery<'a, P> {
    profile: Arc<SpProfile>,
    target: Target,
    seed: String,
    wording: Wording,
    asked: Asked,
    probes: usize,
    progress: &'a P,
}

impl<'a, P: Fn(LearnProgress<'_>)> Discovery<'a, P> {
    fn new(profile: Arc<SpProfile>, target: Target, seed: String, progress: &'a P) -> Self {
        let groups = profile.app.attributes.iter().find_map(|attribute| match attribute.source {
            AttributeSource::Groups(_) => Some(attribute.name.clone()),
            _ => None,
        });
        let wording = Wording {
            groups: groups.unwrap_or_default(),
            kind: Kind::Teams,
            admins: true,
            new_from_idp: false,
        };
        let asked = Asked::default();
        Self { profile, target, seed, wording, asked, probes: 0, progress }
    }

    /// Everything, in the order of the facts as far as one answer allows the next question.
    async fn all(&mut self) -> Result<Ended, RunError> {
        if let Some(missing) = self.missing() {
            self.give_up(&missing);
            if self.can_ask_bare() {
                return self.bare().await;
            }
            return Ok(None);
        }
        if let Some(ended) = self.first().await? {
            return Ok(Some(ended));
        }
        for part in [Part::Existing, Part::NoMatch, Part::Several, Part::Admin, Part::Lives] {
            let ended = match part {
                Part::Existing => self.existing().await?,
                Part::NoMatch => self.no_match().await?,
                Part::Several => self.several().await?,
                Part::Admin => self.last_admin().await?,
                Part::Lives => self.lives().await?,
            };
            if ended.is_some() {
                return Ok(ended);
            }
        }
        Ok(None)
    }

    /// What the profile lacks for nearly every question.
    fn missing(&self) -> Option<String> {
        let TargetKind::External(target) = &self.profile.target else { return None };
        if target.adapters.whoami.is_none() {
            return Some("needs `observe.whoami`: nothing tells who got in".into());
        }
        if target.adapters.configure == Configure::Fixed {
            return Some("needs `configure`: nobody knows what this SP maps".into());
        }
        None
    }

    /// Without a configuration, only where a login may start can be asked.
    fn can_ask_bare(&self) -> bool {
        match &self.profile.target {
            TargetKind::External(target) => target.adapters.whoami.is_some(),
            TargetKind::Reference => true,
        }
    }

    fn give_up(&mut self, why: &str) {
        for question in Question::ALL {
            self.asked.unasked.entry(question).or_insert_with(|| why.to_owned());
        }
    }

    async fn bare(&mut self) -> Result<Ended, RunError> {
        let from_sp = self.profile.login_start.is_some();
        if let Answer::Silence(why) =
            self.ask(Probe::bare(Question::NewMatch, &self.wording)).await?
        {
            return Ok(Some(why));
        }
        if from_sp {
            let refused = !self.entered(Question::NewMatch);
            let again = if refused { Question::NewMatchFromIdp } else { Question::IdpInitiated };
            if let Answer::Silence(why) = self.ask(Probe::bare(again, &self.wording)).await? {
                return Ok(Some(why));
            }
        }
        Ok(self.first_refused())
    }

    /// The control, on whatever this SP can be told to give roles on.
    async fn first(&mut self) -> Result<Ended, RunError> {
        if self.wording.groups.is_empty() {
            self.give_up("needs an attribute of groups in `[[app.attribute]]`");
            return self.bare().await;
        }
        let mut refusals = Vec::new();
        for kind in Kind::SIMPLE {
            self.wording.kind = kind;
            self.asked.held_on = kind.noun().into();
            match self.ask(Probe::first(Question::NewMatch, &self.wording)).await? {
                Answer::Made => break,
                Answer::Silence(why) => return Ok(Some(why)),
                Answer::Not(why) => refusals.push(why),
            }
        }
        if refusals.len() == Kind::SIMPLE.len() {
            return Ok(Some(refusals.swap_remove(0)));
        }
        if !self.entered(Question::NewMatch) && self.profile.login_start.is_some() {
            let again = Probe::first(Question::NewMatchFromIdp, &self.wording);
            if let Answer::Silence(why) = self.ask(again).await? {
                return Ok(Some(why));
            }
            self.wording.new_from_idp = self.entered(Question::NewMatchFromIdp);
        }
        Ok(self.first_refused())
    }

    fn first_refused(&self) -> Ended {
        let entered = self.entered(Question::NewMatch) || self.entered(Question::NewMatchFromIdp);
        let outcome = self.asked.login(Question::NewMatch).ok()?.outcome.to_string();
        (!entered).then(|| {
            format!("the first login was {outcome}: where nobody gets in, nothing can be learnt")
        })
    }

    async fn existing(&mut self) -> Result<Ended, RunError> {
        let why = match self.ask(Probe::existing(&self.wording)).await? {
            Answer::Made => return Ok(None),
            Answer::Silence(why) => return Ok(Some(why)),
            Answer::Not(why) => why,
        };
        // Perhaps this SP has no account admins.
        self.wording.admins = false;
        self.asked.unasked.insert(Question::LastAdmin, why);
        let probe = Probe::existing(&self.wording);
        Ok(silence(self.ask(probe).await?))
    }

    /// What an existing user without a match gets, setting by setting.
    async fn no_match(&mut self) -> Result<Ended, RunError> {
        use Question::{Absent, AbsentContrast, Enforced, EnforcedEmpty, None, NoneEmpty, SyncOff};
        if syncs(&self.asked) == Some(false) {
            return Ok(Option::None);
        }
        for question in [NoneEmpty, Absent, AbsentContrast, SyncOff, Enforced, EnforcedEmpty] {
            let needed = match question {
                // Only a user without roles tells these apart.
                NoneEmpty => self.is_undecided("existing_no_match", None),
                EnforcedEmpty => self.is_undecided("existing_no_match_enforced_sync_off", Enforced),
                AbsentContrast => self.is_undecided("absent_attribute", Absent),
                _ => true,
            };
            if needed {
                let probe = Probe::without(question, &self.wording);
                if let Some(ended) = silence(self.ask(probe).await?) {
                    return Ok(Some(ended));
                }
            }
        }
        Ok(Option::None)
    }

    /// Whether what was asked leaves several values of a knob.
    fn is_undecided(&self, knob: &str, asked: Question) -> bool {
        let findings = findings(&self.asked);
        let finding = findings.iter().find(|finding| finding.name == knob);
        self.asked.login(asked).is_ok()
            && finding.is_some_and(|finding| matches!(finding.learnt, Learnt::OneOf(_)))
    }

    /// Two groups with the same targets, and with them where a login may start.
    async fn several(&mut self) -> Result<Ended, RunError> {
        let (mut played, mut refusal) = (Vec::new(), String::new());
        let all = Kind::SETTLED.as_slice();
        match self.ask(Probe::several(Question::Several, all, &self.wording)).await? {
            Answer::Silence(why) => return Ok(Some(why)),
            Answer::Made => played.push(all),
            Answer::Not(why) => {
                refusal = why;
                for kind in all.chunks(1) {
                    match self.ask(Probe::several(Question::Several, kind, &self.wording)).await? {
                        Answer::Silence(why) => return Ok(Some(why)),
                        Answer::Made => played.push(kind),
                        Answer::Not(_) => {}
                    }
                }
            }
        }
        if played.is_empty() {
            // The first refusal, of all kinds together, says most.
            self.asked.unasked.insert(Question::Several, refusal);
        }
        let refused = !self.entered(Question::Several);
        if refused && self.profile.login_start.is_some() && !self.wording.new_from_idp {
            if let Some(kinds) = played.first() {
                let probe = Probe::several(Question::SeveralFromSp, kinds, &self.wording);
                return Ok(silence(self.ask(probe).await?));
            }
            let probe = Probe::first(Question::IdpInitiated, &self.wording);
            return Ok(silence(self.ask(probe).await?));
        }
        Ok(None)
    }

    async fn last_admin(&mut self) -> Result<Ended, RunError> {
        let findings = findings(&self.asked);
        let revocable = findings.iter().find(|finding| finding.name == "admin_revocable");
        match revocable.map(|finding| &finding.learnt) {
            Some(Learnt::Is(Value::String(revocable))) if revocable == "yes" => {
                let probe = Probe::last_admin(&self.wording);
                Ok(silence(self.ask(probe).await?))
            }
            Some(Learnt::Is(_)) => {
                let why = "has no effect here: no admin is ever demoted".to_owned();
                self.asked.unasked.insert(Question::LastAdmin, why);
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// Users who were deactivated or deleted.
    async fn lives(&mut self) -> Result<Ended, RunError> {
        for probe in [Probe::deactivated(&self.wording), Probe::deleted(&self.wording)] {
            if let Some(ended) = silence(self.ask(probe).await?) {
                return Ok(Some(ended));
            }
        }
        Ok(None)
    }

    fn entered(&self, question: Question) -> bool {
        let mut logins = self.asked.logins.iter();
        logins.any(|login| login.question == question && login.entered())
    }

    /// Plays a probe, if there are logins left for it, and writes down what was seen.
    async fn ask(&mut self, probe: Probe) -> Result<Answer, RunError> {
        if self.asked.logins.len() + probe.asks.len() > MOST_LOGINS {
            let why = format!("the {MOST_LOGINS} logins are spent");
            return Ok(self.not(&probe, why));
        }
        self.probes += 1;
        let case = match self.case(&probe)? {
            Ok(case) => case,
            Err(reason) => return Ok(self.not(&probe, format!("needs another profile: {reason}"))),
        };
        let env = match self.target.has_clock() {
            true => Env::fixed(BEGINNING, &case.seed),
            false => Env::real(),
        };
        let observation = drive(&case, &self.target, &env).await;
        self.write_down(&case, &probe, &observation);
        Ok(match observation.trouble {
            None => Answer::Made,
            // A program that does not start with a configuration refuses it in its own way.
            Some(trouble @ (Trouble::ConfigurationRefused(_) | Trouble::Launch(_)))
                if observation.steps.is_empty() =>
            {
                let said = trouble.to_string();
                let said = said.lines().last().unwrap_or_default().trim();
                self.not(&probe, format!("needs an SP that can be configured so; it said: {said}"))
            }
            Some(trouble) => Answer::Silence(trouble.to_string()),
        })
    }

    fn not(&mut self, probe: &Probe, why: String) -> Answer {
        for question in &probe.asks {
            self.asked.unasked.insert(*question, why.clone());
        }
        Answer::Not(why)
    }

    /// The probe as a case on this profile, or why the profile cannot meet it.
    fn case(&self, probe: &Probe) -> Result<Result<Case, String>, RunError> {
        let scenario = match probe.scenario(self.probes) {
            Ok(scenario) => scenario,
            Err(errors) => return Ok(Err(errors.to_string())),
        };
        let file = format!("{}.toml", scenario.id);
        let catalogue = Catalogue {
            scenarios: vec![LoadedScenario { scenario, root: None, file }],
            profiles: vec![Arc::clone(&self.profile)],
            other_ids: BTreeSet::new(),
        };
        let selection = Selection { seed: self.seed.clone(), ..Selection::default() };
        let Plan { cases, skipped } = plan(&catalogue, &selection)?;
        let reason = skipped.into_iter().next().map(|skipped| skipped.reason);
        Ok(cases.into_iter().next().ok_or_else(|| reason.unwrap_or_default()))
    }

    fn write_down(&mut self, case: &Case, probe: &Probe, seen: &Observation) {
        let outcome = outcomes(case, seen);
        let steps = case.steps.iter().zip(&seen.steps).zip(&outcome.steps);
        let mut asks = probe.asks.iter();
        for ((step, seen), outcome) in steps {
            let Action::Login { initiated, .. } = step.action else { continue };
            let (Some(question), Some(silent)) = (asks.next(), seen.attempts.first()) else {
                continue;
            };
            if silent.end.silence().is_some() {
                continue;
            }
            self.asked.unasked.remove(question);
            let number = self.asked.logins.len() + 1;
            let from_idp = initiated == Initiated::Idp;
            let about =
                About { number, question: *question, from_idp, groups: &self.wording.groups };
            if let Some(login) = login(case, seen, outcome, &about) {
                (self.progress)(LearnProgress::Asked(&login));
                self.asked.logins.push(login);
            }
        }
    }
}

/// The parts of a discovery after its control.
#[derive(Clone, Copy)]
enum Part {
    Existing,
    NoMatch,
    Several,
    Admin,
    Lives,
}

fn silence(answer: Answer) -> Ended {
    match answer {
        Answer::Silence(why) => Some(why),
        Answer::Made | Answer::Not(_) => None,
    }
}
