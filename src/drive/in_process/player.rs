//! The player, and what it sets up for a case.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::act::Actor;
use super::visitor::Site;
use crate::drive::adapters::filled;
use crate::drive::org::{self, SpFacts};
use crate::drive::placeholders::Placeholders;
use crate::env::Env;
use crate::idp::{self, Org, SignParts};
use crate::keys::SigningKey;
use crate::observation::{Observation, StepObservation, Trouble};
use crate::plan::Case;
use crate::reference::{Fault, ReferenceOptions, ReferenceSp};
use crate::sp::{Configuration, MetadataSource, SpProfile};

/// What an [`InProcess`] plays with.
#[derive(Clone, Debug)]
pub struct InProcessOptions {
    /// The signing key of the main org.
    pub main: SigningKey,
    /// The signing key of any other.
    pub other: SigningKey,
    /// A key that no SP is told of.
    pub stranger: SigningKey,
    /// What the IdP signs.
    pub signed: SignParts,
    /// What the SP does wrong, if anything.
    pub fault: Option<Fault>,
}

/// Plays cases on instances of one profile's reference SP, without sockets.
#[derive(Clone, Debug)]
pub struct InProcess {
    profile: Arc<SpProfile>,
    options: InProcessOptions,
}

/// What stands ready for one case.
pub(super) struct Stage {
    pub(super) env: Env,
    pub(super) profile: Arc<SpProfile>,
    pub(super) sp: ReferenceSp,
    pub(super) site: Site,
    pub(super) orgs: BTreeMap<String, Org>,
    pub(super) stranger: SigningKey,
    /// `{idp.ORG.metadata_url}`: the metadata itself, which the SP is given instead.
    places: Placeholders,
}

impl InProcess {
    /// A player of this profile's cases, which has to be of a reference SP.
    pub fn new(profile: Arc<SpProfile>, options: InProcessOptions) -> Self {
        Self { profile, options }
    }

    /// Plays a case and writes down what is seen, as [`crate::drive::drive`] does. The exchanges are
    /// left out.
    ///
    /// Links, API keys, replays and changes of the IdP's keys are not played:
    /// [`Observation::trouble`] says so.
    pub async fn drive(&self, case: &Case, env: &Env) -> Observation {
        let mut steps = Vec::with_capacity(case.steps.len());
        let trouble = match self.set(case, env).await {
            Ok(mut stage) => play(case, &mut stage, &mut steps).await.err(),
            Err(trouble) => Some(trouble),
        };
        Observation { steps, trouble }
    }

    async fn set(&self, case: &Case, env: &Env) -> Result<Stage, Trouble> {
        let options = ReferenceOptions {
            fault: self.options.fault,
            race: Duration::ZERO,
            ..ReferenceOptions::new(env.clone())
        };
        let sp = ReferenceSp::start(SpProfile::clone(&self.profile), options)
            .map_err(|error| Trouble::Launch(error.to_string()))?;
        let mut orgs = self.orgs(case, env)?;
        if org::takes_encrypted(case) {
            let encryption = org::encryption(&sp.metadata())?;
            orgs.values_mut().for_each(|of| org::encrypt(of, Some(&encryption)));
        }
        let stage = Stage {
            env: env.clone(),
            profile: Arc::clone(&self.profile),
            site: Site::new(&sp),
            sp,
            places: places(&orgs),
            orgs,
            stranger: self.options.stranger.clone(),
        };
        match stage.configure(&case.configuration).await {
            Ok(()) => Ok(stage),
            Err(why) => Err(Trouble::ConfigurationRefused(why)),
        }
    }

    fn orgs(&self, case: &Case, env: &Env) -> Result<BTreeMap<String, Org>, Trouble> {
        let sp = SpFacts {
            label: self.profile.name.clone(),
            entity_id: self.profile.entity_id.clone(),
            acs: self.profile.acs.clone(),
            name_id_format: self.profile.name_id_format.clone(),
        };
        let mut orgs = BTreeMap::new();
        for (number, of) in case.orgs.iter().enumerate() {
            let base_url = format!("https://{}.okta.com", of.subdomain);
            let key = if number == 0 { &self.options.main } else { &self.options.other };
            let mut org = org::org(of, &base_url, &sp, vec![key.clone()], env)?;
            org::sign(&mut org, self.options.signed);
            for person in case.people.values().filter(|person| person.org == of.name) {
                org::add_person(&mut org, person, env);
            }
            orgs.insert(of.name.clone(), org);
        }
        Ok(orgs)
    }
}

impl Stage {
    /// Hands the SP a configuration; it may refuse it, in these words.
    pub(super) async fn configure(&self, to: &Configuration) -> Result<(), String> {
        let mut configuration = filled(to, &self.places);
        for entry in &mut configuration.entries {
            if let MetadataSource::Url(text) = &mut entry.metadata {
                entry.metadata = MetadataSource::Xml(std::mem::take(text));
            }
        }
        let told = self.sp.configure(configuration).await;
        told.map_err(|problems| {
            let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
            problems.join("; ")
        })
    }
}

async fn play(
    case: &Case,
    stage: &mut Stage,
    steps: &mut Vec<StepObservation>,
) -> Result<(), Trouble> {
    let mut before = Some(stage.sp.state());
    let mut actor = Actor::new(case, stage);
    for step in &case.steps {
        let attempts = actor.act(&step.action).await?;
        let after = Some(actor.state());
        steps.push(StepObservation { before, after: after.clone(), attempts });
        before = after;
    }
    Ok(())
}

fn places(orgs: &BTreeMap<String, Org>) -> Placeholders {
    let of_first = |org: &Org| idp::metadata(org, org.apps.first()?, None).ok();
    let shown = orgs.iter().filter_map(|(name, org)| Some((name, of_first(org)?)));
    shown.fold(Placeholders::default(), |places, (name, xml)| {
        places.with(&format!("idp.{name}.metadata_url"), xml)
    })
}
