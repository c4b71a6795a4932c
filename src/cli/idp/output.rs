//! What `samlproof idp` prints.

use std::path::{Path, PathBuf};

use samlproof::idp::{App, Org};
use samlproof::serve::{AppAddresses, OrgData, OrgServer};
use serde_json::{Value, json};

use super::args::IdpArgs;
use super::prepared::OrgFile;

/// The version of the JSON line. 1 was an org on its own.
const VERSION: u8 = 2;

pub(super) fn warn(args: &IdpArgs) {
    if !args.bind.is_loopback() {
        anstream::eprintln!(
            "warning: listening on {}: everybody who reaches this machine can sign in, and the \
             passwords are those of the org file",
            args.bind
        );
        if args.host.is_empty() && args.bind.is_unspecified() {
            anstream::eprintln!(
                "warning: the org's addresses say 127.0.0.1; `--host NAME` has them say another"
            );
        }
    }
    if args.keys.is_none() && args.data.is_none() {
        anstream::eprintln!(
            "note: the signing keys are made for this process only; `--keys DIR` or `--data DIR` \
             keeps them, so that an SP's stored trust survives a restart"
        );
    }
}

/// One line of JSON for all orgs.
pub(super) fn json_line(orgs: &[(Org, &OrgFile)], ca_file: Option<&Path>, data: Option<&Path>) {
    let orgs: Vec<Value> = orgs.iter().map(|(org, file)| json_org(org, file, data)).collect();
    let ca_file = ca_file.map(|path| path.display().to_string());
    anstream::println!("{}", json!({ "version": VERSION, "ca_file": ca_file, "orgs": orgs }));
}

fn json_org(org: &Org, file: &OrgFile, data: Option<&Path>) -> Value {
    let data_file = data.map(|folder| OrgData::path_in(folder, &org.subdomain));
    let apps = org.apps.iter().map(|app| {
        let at = AppAddresses::of(org, app);
        json!({
            "label": at.label, "name": at.name, "entity_id": at.entity_id,
            "metadata_url": at.metadata_url, "sso_url": at.sso_url, "embed_url": at.embed_url,
            "key_file": key_file(org, app, file).map(|path| path.display().to_string()),
        })
    });
    let users = org.users.iter().map(|user| json!({ "login": user.login }));
    json!({
        "subdomain": org.subdomain, "base_url": org.base_url,
        "sign_in_url": format!("{}/", org.base_url),
        "health_url": format!("{}{}", org.base_url, OrgServer::HEALTH_PATH),
        "api_url": format!("{}/api/v1", org.base_url), "api_token": org.api_token,
        "developer_url": format!("{}/_samlproof/", org.base_url),
        "control_url": format!("{}/_samlproof/api", org.base_url),
        "data_file": data_file.map(|path| path.display().to_string()),
        "apps": apps.collect::<Vec<_>>(), "users": users.collect::<Vec<_>>(),
    })
}

/// The same for people.
pub(super) fn text(orgs: &[(Org, &OrgFile)], ca_file: Option<&Path>) {
    for (org, file) in orgs {
        anstream::println!(
            "{}, an Okta org with {} users\n  sign in   {base}/\n  logins    {base}/_samlproof/\n  \
             API       {base}/api/v1\n  token     {}",
            org.name,
            org.users.len(),
            org.api_token,
            base = org.base_url,
        );
        if let Some(path) = ca_file {
            anstream::println!("  CA        {}", path.display());
        }
        for app in &org.apps {
            text_app(org, app, file);
        }
        anstream::println!("");
    }
    anstream::println!("Ctrl-C stops it.");
}

fn text_app(org: &Org, app: &App, file: &OrgFile) {
    let at = AppAddresses::of(org, app);
    anstream::println!(
        "\n{}\n  metadata  {}\n  SSO       {}\n  embed     {}\n  issuer    {}",
        at.label,
        at.metadata_url,
        at.sso_url,
        at.embed_url,
        at.entity_id
    );
    if let Some(path) = key_file(org, app, file) {
        anstream::println!("  key       {}", path.display());
    }
}

/// The key file of an app that stands in the org file.
fn key_file(org: &Org, app: &App, file: &OrgFile) -> Option<PathBuf> {
    let draft = file.draft.apps.iter().find(|draft| draft.id_in(org) == app.id)?;
    file.key_file(draft)
}
