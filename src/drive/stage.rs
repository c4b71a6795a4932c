//! A stage: everything that stands ready while a case is played.

use std::collections::BTreeMap;

use url::Url;

use super::adapters::{Configured, Ports};
use super::browser::{Browser, Parties};
use super::org;
use crate::env::Env;
use crate::keys::SigningKey;
use crate::net::Client;
use crate::observation::Trouble;
use crate::plan::IdpChange;
use crate::plan::{Case, IdpEdit};
use crate::serve::{MetadataMode, OrgService};
use crate::sp::{Configuration, Configure, Encryption, Entry};

/// Everything that stands ready while a case is played.
#[derive(Debug)]
pub(super) struct Stage {
    /// The orgs, by their names in the scenario.
    pub(super) orgs: BTreeMap<String, OrgService>,
    /// Where an SP-initiated login starts; `{email}` is still in it.
    pub(super) login_start: Option<String>,
    /// Whose address is whose.
    pub(super) parties: Parties,
    /// For the browsers.
    pub(super) client: Client,
    /// The SP's adapters.
    pub(super) ports: Ports,
    /// A key that the SP has never heard of.
    pub(super) stranger: SigningKey,
    /// The case's clock and ids.
    pub(super) env: Env,
}

impl Stage {
    /// A new browser.
    pub(super) fn browser(&self) -> Browser {
        Browser::new(&self.client, self.parties.clone())
    }

    /// The org of a person.
    pub(super) fn org_of(&self, case: &Case, person: &str) -> Result<&OrgService, Trouble> {
        let org = &case.people.get(person).ok_or_else(|| unknown("person", person))?.org;
        self.orgs.get(org).ok_or_else(|| unknown("org", org))
    }

    /// Hands the SP a configuration, by whatever adapter it has.
    pub(super) async fn configure(&self, to: &Configuration) -> Result<Configured, Trouble> {
        match &self.ports.adapters.configure {
            Configure::Through(adapter) => self.ports.configure(adapter, to).await,
            // The plan skips scenarios that change an SP of these kinds on the way.
            Configure::Fixed | Configure::Launch => Ok(Configured::Taken),
        }
    }

    /// Changes something at the IdP.
    pub(super) fn edit_idp(&self, case: &Case, edit: &IdpEdit) -> Result<(), Trouble> {
        match edit {
            IdpEdit::Groups { person, groups } => {
                let email =
                    &case.people.get(person).ok_or_else(|| unknown("person", person))?.email;
                self.org_of(case, person)?.update(|org| org.set_groups(email, groups, &self.env));
            }
            IdpEdit::Profile { person, key, value } => {
                let email =
                    &case.people.get(person).ok_or_else(|| unknown("person", person))?.email;
                self.org_of(case, person)?.update(|org| {
                    if let Some(user) = org.user_by_login_mut(email) {
                        user.set(key, value);
                    }
                });
            }
            IdpEdit::Assigned { person, assigned } => {
                let email =
                    &case.people.get(person).ok_or_else(|| unknown("person", person))?.email;
                self.org_of(case, person)?.update(|org| org::assign(org, email, *assigned));
            }
            IdpEdit::Org { org, change } => {
                let service = self.orgs.get(org).ok_or_else(|| unknown("org", org))?;
                if let IdpChange::MetadataUp(up) = change {
                    let mode = if *up { MetadataMode::Up } else { MetadataMode::Down };
                    service.set_metadata(mode);
                }
                service.update(|org| org::change_keys(org, change));
            }
        }
        Ok(())
    }

    /// Lets the IdP's app encrypt to the certificate in the SP's metadata, where an entry of the case
    /// takes encrypted assertions; otherwise it does not.
    pub(super) async fn encrypt(&self, case: &Case, metadata: Option<&str>) -> Result<(), Trouble> {
        let takes = |entry: &Entry| entry.rules.encryption != Encryption::None;
        let encryption = match case.configuration.entries.iter().any(takes) {
            false => None,
            true => {
                let url = metadata.map(url).transpose()?;
                let url = url.ok_or_else(|| {
                    Trouble::Launch(
                        "the profile takes encrypted assertions, and has no `metadata` \
                                     to read the certificate from"
                            .into(),
                    )
                })?;
                let answer = self.client.get(&url).await;
                let answer = answer.map_err(|error| Trouble::Launch(error.to_string()))?;
                Some(org::encryption(&answer.text())?)
            }
        };
        for service in self.orgs.values() {
            service.update(|org| {
                for app in &mut org.apps {
                    app.sign_on.assertion_encryption.clone_from(&encryption);
                }
            });
        }
        Ok(())
    }

    /// Where a browser starts a login of this person at the IdP.
    pub(super) fn embed_link(&self, case: &Case, person: &str) -> Result<Url, Trouble> {
        let org = self.org_of(case, person)?.org();
        let app = org.apps.first().ok_or_else(|| unknown("app", "of the SP"))?;
        url(&format!("{}{}", org.base_url, app.embed_path()))
    }
}

pub(super) fn unknown(what: &str, name: &str) -> Trouble {
    Trouble::Launch(format!("the case names the {what} `{name}`, which it does not have"))
}

pub(super) fn url(text: &str) -> Result<Url, Trouble> {
    crate::net::parse_url(text).map_err(|error| Trouble::Launch(error.to_string()))
}
