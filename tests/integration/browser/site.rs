//! An embedded SP over HTTPS, under its real name as far as the browser can tell.

use axum::Router;
use axum::body::Body;
use http::Request;
use samlproof::env::Env;
use samlproof::idp::AssertionEncryption;
use samlproof::keys::test_only;
use samlproof::mock::{AppDraft, GroupFilter};
use samlproof::net::{Bind, Bound, HostServer, Limits, TlsIdentity};
use samlproof::reference::{ReferenceOptions, ReferenceSp};
use samlproof::saml::NameIdFormat;
use samlproof::scenario::Catalogue;
use samlproof::sp::{
    Configuration, EmailDomain, Entry, EntryName, GroupTeams, MetadataSource, Resource, Selector,
    Settings, SpProfile, State,
};
use tower::ServiceExt;

use crate::reference::world::mapped;

/// The token by which the k6 SP finds its entry.
pub(super) const TOKEN: &str = "t0ken";

pub(super) struct Site {
    pub(super) profile: SpProfile,
    admin: Router,
    host: String,
    server: HostServer,
}

impl Site {
    /// Starts the embedded SP of this profile.
    pub(super) async fn start(profile: &str) -> Self {
        let catalogue = Catalogue::load(&[], &[]).unwrap();
        let mut profiles = catalogue.profiles.into_iter();
        let profile = profiles.find(|one| one.name == profile).unwrap();
        let profile = SpProfile::clone(&profile);
        let options = ReferenceOptions::new(Env::real());
        let sp = ReferenceSp::start(profile.clone(), options).unwrap();
        let host = sp.host().to_owned();
        let identity = test_only::tls_authority().server_identity(&[&host]).unwrap();
        let identity = Some(TlsIdentity::new(identity).unwrap());
        let bound = Bound::new(Bind::AnyPort).await.unwrap();
        let routers = vec![(host.clone(), sp.public_router())];
        let server = bound.serve(identity, routers, Limits::default()).unwrap();
        Self { profile, admin: sp.admin_router(), host, server }
    }

    /// Where the browser finds its host.
    pub(super) fn rule(&self) -> String {
        format!("MAP {}:443 {}", self.host, self.server.addr())
    }

    /// The app that stands for it in an org.
    pub(super) fn app(&self, label: &str) -> AppDraft {
        let SpProfile { acs, entity_id, name_id_format, .. } = &self.profile;
        let mut app = AppDraft::new(label, acs.as_str(), entity_id.as_str());
        app.sign_on.subject_name_id_format = NameIdFormat::new(name_id_format.as_str());
        if self.profile.rules.selector != Selector::Token {
            return app.groups("groups", GroupFilter::starts_with("ml-"));
        }
        let to = test_only::decryption().certificate().clone();
        app.sign_on.assertion_encryption = Some(AssertionEncryption::new(to).unwrap());
        app.attribute("user.email", "user.email")
            .attribute("user.username", "user.login")
            .attribute("user.first_name", "user.firstName")
            .attribute("user.last_name", "user.lastName")
            .attribute("token", &format!("\"{TOKEN}\""))
            .groups("department", GroupFilter::regex(".*").unwrap())
    }

    /// Has it trust an app of an org for `acme.test`: `ml-team` is member of org research at Arize, and
    /// whoever comes to k6 is in the default project.
    pub(super) async fn trusts(&self, metadata_url: &str) {
        let by_token = self.profile.rules.selector == Selector::Token;
        let domain = EmailDomain { domain: "acme.test".into(), validated: true };
        let entry = Entry {
            name: EntryName("main".into()),
            account: "acme".into(),
            entity_id: self.profile.entity_id.clone(),
            acs: self.profile.acs.clone(),
            name_id_format: Some(self.profile.name_id_format.clone()),
            domains: if by_token { vec![] } else { vec![domain] },
            metadata: MetadataSource::Url(metadata_url.into()),
            settings: Settings { allow_login_with_defaults: by_token, ..Settings::default() },
            mappings: if by_token { vec![] } else { vec![mapped("member")] },
            defaults: None,
            token: by_token.then(|| TOKEN.to_owned()),
            group_teams: by_token
                .then(|| GroupTeams { attribute: "department".into(), auto_create: true }),
            rules: self.profile.rules.clone(),
            managed_by_file: false,
        };
        let resources = ["org research", "project default"]
            .map(|name| Resource::try_from(name.to_owned()).unwrap());
        let configuration = Configuration {
            entries: vec![entry],
            resources: resources.into(),
            ..Configuration::default()
        };
        let body = Body::from(serde_json::to_string(&configuration).unwrap());
        let request = Request::put("/config").body(body).unwrap();
        let answer = self.admin.clone().oneshot(request).await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
    }

    /// What it stores of a user, in lines; `None` if it has none of this address.
    pub(super) async fn stored(&self, email: &str) -> Option<Vec<String>> {
        let request = Request::get("/state").body(Body::empty()).unwrap();
        let answer = self.admin.clone().oneshot(request).await.unwrap();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let state: State = serde_json::from_slice(&body).unwrap();
        let user = state.users_of(email).next()?;
        Some(user.roles.lines().into_iter().collect())
    }

    pub(super) async fn stop(self) {
        self.server.stop().await;
    }
}
