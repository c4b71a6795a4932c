//! Embedded SPs: every case gets an IdP and a reference SP of its own, under their real host names.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use url::Url;

use super::adapters::{Configured, Ports};
use super::browser::Parties;
use super::org::{self, SpFacts};
use super::placeholders::Placeholders;
use super::stage::{Stage, url};
use super::target::TargetOptions;
use crate::env::Env;
use crate::idp::SignParts;
use crate::net::{Bind, Bound, Client, ClientOptions, HostMap, HostServer, Limits, TlsIdentity};
use crate::observation::Trouble;
use crate::plan::Case;
use crate::reference::{ReferenceOptions, ReferenceSp};
use crate::serve::OrgService;
use crate::sp::{Encryption, SpProfile};

/// Makes instances of one profile's reference SP.
#[derive(Debug)]
pub(super) struct Maker {
    profile: Arc<SpProfile>,
    options: TargetOptions,
    signed: SignParts,
}

/// A stage with the servers that keep it standing.
#[derive(Debug)]
pub(super) struct EmbeddedSet {
    pub(super) stage: Stage,
    public: HostServer,
    admin: HostServer,
}

impl EmbeddedSet {
    /// Stops the servers.
    pub(super) async fn strike(self) {
        tokio::join!(self.public.stop(), self.admin.stop());
    }
}

impl Maker {
    pub(super) fn new(profile: Arc<SpProfile>, options: TargetOptions) -> Self {
        Self { profile, options, signed: SignParts::Both }
    }

    /// Has every org sign these parts.
    pub(super) fn sign(&mut self, parts: SignParts) {
        self.signed = parts;
    }

    /// Starts the orgs and the SP of a case, and gives the SP its configuration.
    pub(super) async fn set(&self, case: &Case, env: &Env) -> Result<EmbeddedSet, Trouble> {
        let bound = Bound::new(Bind::AnyPort).await.map_err(failed)?;
        let admin = Bound::new(Bind::AnyPort).await.map_err(failed)?;
        let admin_url = format!("http://127.0.0.1:{}", admin.addr().port());

        let orgs = self.orgs(case, env)?;
        let acs = url(self.profile.acs.as_str())?;
        let names = names(&orgs, &acs)?;
        let wire = self.wire(&names, bound.addr());
        let client = Client::new(&wire).map_err(failed)?;
        let options = ReferenceOptions {
            client: wire,
            engine: self.options.engine,
            fault: self.options.fault,
            ..ReferenceOptions::new(env.clone())
        };
        let sp = ReferenceSp::start(self.profile_for(case), options)
            .map_err(|error| Trouble::Launch(error.to_string()))?;

        let host = |url: &Url| url.host_str().unwrap_or_default().to_owned();
        let mut routers = vec![(host(&acs), sp.public_router())];
        for service in orgs.values() {
            routers.push((host(&url(&service.org().base_url)?), service.router()));
        }
        let public = bound.serve(Some(self.identity(&names)?), routers, Limits::default());
        let admin_names = vec![("127.0.0.1".to_owned(), sp.admin_router())];
        let admin = admin.serve(None, admin_names, Limits::default()).map_err(failed)?;

        let idps = orgs.values().filter_map(|service| url(&service.org().base_url).ok());
        let stage = Stage {
            parties: Parties { idp: idps.collect(), sp: vec![acs.clone()] },
            login_start: self.profile.login_start.clone(),
            ports: Ports {
                adapters: sp.adapters(&admin_url),
                client: client.clone(),
                places: places(&orgs),
                folder: PathBuf::new(),
                env: BTreeMap::new(),
                sp: acs,
            },
            orgs,
            client,
            stranger: self.options.keys.stranger.clone(),
            env: env.clone(),
        };
        let set = EmbeddedSet { stage, public: public.map_err(failed)?, admin };
        set.stage.encrypt(case, self.profile.metadata.as_deref()).await?;
        match set.stage.configure(&case.configuration).await? {
            Configured::Taken => Ok(set),
            Configured::Refused(why) => Err(Trouble::ConfigurationRefused(why)),
        }
    }

    /// The profile. Where an entry of the case takes encrypted assertions and the profile as such
    /// does not, the SP needs a key all the same.
    fn profile_for(&self, case: &Case) -> SpProfile {
        let mut profile = SpProfile::clone(&self.profile);
        let of_entries = case.configuration.entries.iter().map(|entry| entry.rules.encryption);
        let mut wanted = of_entries.filter(|wanted| *wanted != Encryption::None);
        if let (Encryption::None, Some(wanted)) = (profile.rules.encryption, wanted.next()) {
            profile.rules.encryption = wanted;
        }
        profile
    }

    fn orgs(&self, case: &Case, env: &Env) -> Result<BTreeMap<String, OrgService>, Trouble> {
        let sp = SpFacts {
            label: self.profile.name.clone(),
            entity_id: self.profile.entity_id.clone(),
            acs: self.profile.acs.clone(),
            name_id_format: self.profile.name_id_format.clone(),
        };
        let mut services = BTreeMap::new();
        for (number, of) in case.orgs.iter().enumerate() {
            let base_url = format!("https://{}.okta.com", of.subdomain);
            let keys = if number == 0 { &self.options.keys.main } else { &self.options.keys.other };
            let mut org = org::org(of, &base_url, &sp, keys.clone(), env)?;
            org::sign(&mut org, self.signed);
            for person in case.people.values().filter(|person| person.org == of.name) {
                org::add_person(&mut org, person, env);
            }
            let service = OrgService::new(org, env.clone(), self.options.engine);
            services.insert(of.name.clone(), service);
        }
        Ok(services)
    }

    /// How everybody on the stage reaches the others.
    fn wire(&self, names: &[String], to: SocketAddr) -> ClientOptions {
        let hosts = names.iter().fold(HostMap::new(), |hosts, name| hosts.with(name, 443, to));
        let roots = vec![self.options.authority.certificate().der().to_vec()];
        ClientOptions { roots, hosts, timeout: self.options.timeout, ..ClientOptions::default() }
    }

    fn identity(&self, names: &[String]) -> Result<TlsIdentity, Trouble> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let identity = self.options.authority.server_identity(&names);
        let identity = identity.map_err(|error| Trouble::Launch(error.to_string()))?;
        TlsIdentity::new(identity).map_err(failed)
    }
}

/// Every host name on the stage.
fn names(orgs: &BTreeMap<String, OrgService>, acs: &Url) -> Result<Vec<String>, Trouble> {
    let mut names = vec![acs.host_str().unwrap_or_default().to_owned()];
    for service in orgs.values() {
        names.push(url(&service.org().base_url)?.host_str().unwrap_or_default().to_owned());
    }
    Ok(names)
}

/// `{idp.ORG.metadata_url}` for each org.
fn places(orgs: &BTreeMap<String, OrgService>) -> Placeholders {
    let mut places = Placeholders::default();
    for (name, service) in orgs {
        let org = service.org();
        if let Some(app) = org.apps.first() {
            let metadata = format!("{}{}", org.base_url, app.metadata_path());
            places = places.with(&format!("idp.{name}.metadata_url"), metadata);
        }
    }
    places
}

fn failed(error: crate::net::NetError) -> Trouble {
    Trouble::Launch(error.to_string())
}
