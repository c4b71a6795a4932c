//! Somebody else's SP: one mock org for all cases, one case at a time.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};
use url::Url;

use super::adapters::{Configured, Ports, filled};
use super::browser::Parties;
use super::launch::Running;
use super::org::{self, SpFacts};
use super::placeholders::Placeholders;
use super::stage::{Stage, url};
use super::target::{TargetError, TargetOptions};
use crate::env::Env;
use crate::idp::SignParts;
use crate::keys::SigningKey;
use crate::net::{Bind, Bound, Client, ClientOptions, HostMap, HostServer, Limits, TlsIdentity};
use crate::observation::Trouble;
use crate::plan::{Case, CaseOrg};
use crate::saml::{AcsUrl, EntityId};
use crate::serve::{MetadataMode, OrgService};
use crate::sp::{Configure, ExternalTarget, IdpScheme, Launch, SpProfile, TargetKind};

/// The name that the mock IdP has for an external SP.
const IDP_HOST: &str = "localhost";

/// An external SP and its IdP.
#[derive(Debug)]
pub(super) struct External {
    profile: Arc<SpProfile>,
    target: ExternalTarget,
    org: OrgService,
    server: HostServer,
    client: Client,
    stranger: SigningKey,
    /// Everything that a profile's texts may name, but the port and the case's files.
    places: Placeholders,
    idp: Url,
    folder: TempDir,
    /// The running SP; held while a case is played.
    running: Mutex<Option<Running>>,
}

/// The stage of one case.
#[derive(Debug)]
pub(super) struct ExternalSet<'a> {
    pub(super) stage: Stage,
    running: MutexGuard<'a, Option<Running>>,
}

impl ExternalSet<'_> {
    pub(super) fn explain(&mut self, trouble: Trouble) -> Trouble {
        match self.running.as_mut().map(Running::said) {
            Some(said) if !said.is_empty() => Trouble::Launch(format!("{trouble}{said}")),
            _ => trouble,
        }
    }
}

impl External {
    /// Starts the IdP. The SP is launched by its first case.
    pub(super) async fn start(
        profile: Arc<SpProfile>,
        options: TargetOptions,
    ) -> Result<Self, TargetError> {
        let TargetKind::External(target) = profile.target.clone() else {
            return Err(TargetError::Sp(Trouble::Launch("the profile has no external SP".into())));
        };
        let scheme = target.launch.as_ref().map_or(IdpScheme::Https, |launch| launch.idp);
        let bound = Bound::new(Bind::AnyPort).await?;
        let base = match scheme {
            IdpScheme::Http => format!("http://{IDP_HOST}:{}", bound.addr().port()),
            IdpScheme::Https => format!("https://{IDP_HOST}:{}", bound.addr().port()),
        };
        let env = Env::real();
        let sp = sp_facts(&profile, &Placeholders::default());
        let main =
            CaseOrg { name: "main".into(), subdomain: "samlproof".into(), attributes: Vec::new() };
        let org = org::org(&main, &base, &sp, options.keys.main, &env).map_err(TargetError::Sp)?;
        let places = idp_places(&org);
        let service = OrgService::new(org, env, options.engine);

        let identity = match scheme {
            IdpScheme::Http => None,
            IdpScheme::Https => {
                let identity = options.authority.server_identity(&[IDP_HOST, "127.0.0.1"])?;
                Some(TlsIdentity::new(identity)?)
            }
        };
        let router = service.router();
        let names = vec![(IDP_HOST.to_owned(), router.clone()), ("127.0.0.1".to_owned(), router)];
        let server = bound.serve(identity, names, Limits::default())?;

        let folder = TempDir::new()?;
        let ca_file = folder.path().join("idp-ca.pem");
        std::fs::write(&ca_file, options.authority.certificate().to_pem())?;
        let places = places.with("idp.ca_file", ca_file.to_string_lossy());
        let client = client(&target, &options.authority, options.timeout, server.addr())?;
        let idp = url(&base).map_err(TargetError::Sp)?;
        Ok(Self {
            profile,
            target: *target,
            org: service,
            server,
            client,
            stranger: options.keys.stranger,
            places,
            idp,
            folder,
            running: Mutex::new(None),
        })
    }

    /// Sets the stage for a case: its people, its attributes, its configuration.
    pub(super) async fn set(&self, case: &Case, env: &Env) -> Result<ExternalSet<'_>, Trouble> {
        let mut running = self.running.lock().await;
        if let Some(earlier) = running.take().filter(|_| self.target.launch.is_some()) {
            earlier.stop().await;
        }
        let files = self.files(case).map_err(|cause| {
            Trouble::Launch(format!("cannot make the files of a case: {cause}"))
        })?;
        let token = case.configuration.entries.iter().find_map(|entry| entry.token.clone());
        let places = self.places.clone().with("token", token.unwrap_or_default());
        let places = places.with("data", files.data).with("config", files.config.clone());
        let places = match &self.target.launch {
            Some(_) => places.with("port", free_port().await?.to_string()),
            None => places,
        };
        let configuration = filled(&case.configuration, &places);
        let stage = self.stage(case, &places, env)?;
        if let Some(launch) = &self.target.launch {
            let written = serde_json::to_vec(&configuration).map_err(io::Error::other);
            written.and_then(|json| std::fs::write(&files.config, json)).map_err(|cause| {
                Trouble::Launch(format!("cannot write the SP's configuration: {cause}"))
            })?;
            *running = Some(Running::start(launch, &stage.ports.env, &places, &self.client).await?);
        }
        let metadata = self.profile.metadata.as_ref().map(|url| places.fill(url));
        stage.encrypt(case, metadata.as_deref()).await?;
        if let (Configure::Through(_), true) = (&self.target.adapters.configure, case.configures)
            && let Configured::Refused(why) = stage.configure(&configuration).await?
        {
            return Err(Trouble::ConfigurationRefused(why));
        }
        Ok(ExternalSet { stage, running })
    }

    /// Has the org sign these parts.
    pub(super) fn sign(&self, parts: SignParts) {
        self.org.update(|org| org::sign(org, parts));
    }

    /// Ends the SP and its IdP.
    pub(super) async fn stop(self) {
        if let Some(running) = self.running.into_inner() {
            running.stop().await;
        }
        self.server.stop().await;
    }

    fn stage(&self, case: &Case, places: &Placeholders, env: &Env) -> Result<Stage, Trouble> {
        let sp = sp_facts(&self.profile, places);
        let main =
            case.orgs.first().ok_or_else(|| Trouble::Launch("the case has no org".into()))?;
        let statements = org::statements(&main.attributes)?;
        // What an earlier case changed at the IdP is not this one's.
        self.org.set_metadata(MetadataMode::Up);
        self.org.update(|org| {
            for app in &mut org.apps {
                app.sign_on.sso_acs_url = sp.acs.clone();
                app.sign_on.recipient = sp.acs.clone();
                app.sign_on.destination = sp.acs.clone();
                app.sign_on.audience = sp.entity_id.clone();
                app.sign_on.attribute_statements.clone_from(&statements);
                (app.signing, app.published) = (0, vec![0]);
            }
            for person in case.people.values() {
                org::add_person(org, person, env);
            }
        });
        let login_start = self.profile.login_start.as_ref().map(|start| places.fill(start));
        let acs = url(sp.acs.as_str())?;
        let starts = login_start.iter().filter_map(|start| url(start).ok());
        let parties =
            Parties { idp: vec![self.idp.clone()], sp: starts.chain([acs.clone()]).collect() };
        let launch = self.target.launch.as_ref();
        let env_of = |launch: &Launch| -> BTreeMap<String, String> {
            launch.env.iter().map(|(key, text)| (key.clone(), places.fill(text))).collect()
        };
        Ok(Stage {
            orgs: BTreeMap::from([(main.name.clone(), self.org.clone())]),
            login_start,
            parties,
            client: self.client.clone(),
            ports: Ports {
                adapters: self.target.adapters.clone(),
                client: self.client.clone(),
                places: places.clone(),
                folder: self.target.folder.clone(),
                env: launch.map(env_of).unwrap_or_default(),
                sp: acs,
            },
            stranger: self.stranger.clone(),
            env: env.clone(),
        })
    }

    /// A fresh folder for the SP's data, and the path of its configuration.
    fn files(&self, case: &Case) -> io::Result<Files> {
        let folder = self.folder.path().join(case.id.0.replace('/', "-"));
        let data = folder.join("data");
        std::fs::create_dir_all(&data)?;
        let text = |path: &Path| path.to_string_lossy().into_owned();
        Ok(Files { data: text(&data), config: text(&folder.join("config.json")) })
    }
}

struct Files {
    data: String,
    config: String,
}

/// What the IdP's app is told of the SP.
fn sp_facts(profile: &SpProfile, places: &Placeholders) -> SpFacts {
    SpFacts {
        label: profile.name.clone(),
        entity_id: EntityId::new(places.fill(profile.entity_id.as_str())),
        acs: AcsUrl::new(places.fill(profile.acs.as_str())),
        name_id_format: profile.name_id_format.clone(),
    }
}

/// What a profile may say of the IdP.
fn idp_places(org: &crate::idp::Org) -> Placeholders {
    let places = Placeholders::default();
    let Some(app) = org.apps.first() else { return places };
    let metadata = format!("{}{}", org.base_url, app.metadata_path());
    places
        .with("idp.metadata_url", metadata.clone())
        .with("idp.main.metadata_url", metadata)
        .with("idp.sso_url", format!("{}{}", org.base_url, app.sso_path()))
        .with("idp.entity_id", app.issuer().as_str())
}

fn client(
    target: &ExternalTarget,
    authority: &crate::keys::TlsAuthority,
    timeout: std::time::Duration,
    idp: SocketAddr,
) -> Result<Client, TargetError> {
    let mut hosts = HostMap::new().with(IDP_HOST, idp.port(), idp);
    for (name, addr) in &target.resolve {
        hosts.insert_text(name, &addr.to_string())?;
    }
    let roots = vec![authority.certificate().der().to_vec()];
    let mut options = ClientOptions { roots, hosts, timeout, ..ClientOptions::default() };
    if let Some(ca) = &target.tls_ca {
        let pem = std::fs::read_to_string(ca).map_err(|cause| {
            io::Error::new(cause.kind(), format!("[target.tls] ca = {}: {cause}", ca.display()))
        })?;
        options = options.trust_pem(&pem)?;
    }
    Ok(Client::new(&options)?)
}

/// A port that is free now. Another program may take it before the SP does; the SP then says so.
async fn free_port() -> Result<u16, Trouble> {
    let bound = Bound::new(Bind::AnyPort).await;
    bound.map(|bound| bound.addr().port()).map_err(|error| Trouble::Launch(error.to_string()))
}
