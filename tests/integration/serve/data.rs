//! An org that is kept in a folder.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::idp::{
    AppCsr, AppDraft, AppKey, ArrayAttributes, AttributeSource, AttributeStatement, FederatedClaim,
    Group, GroupFilter, GroupRuleDraft, InlineHookDraft, Org, OrgFeatures, Pipeline, ProfileValue,
    SignInPage, Sown, UserDraft, UserStatus,
};
use samlproof::keys::{KeyKind, RequestSubject, SigningRequest, test_only};
use samlproof::scenario::Source;
use samlproof::serve::{AppKeys, DataError, OrgData, OrgService};

fn env() -> Env {
    Env::fixed("2026-03-04T05:06:07.089Z".parse().unwrap(), "data")
}

fn open(folder: &Path) -> OrgData {
    OrgData::open(OrgData::path_in(folder, "acme")).unwrap()
}

fn kept(org: Org, folder: &Path) -> OrgService {
    OrgService::kept(org, env(), Engine::Native, AppKeys::Fresh, open(folder)).unwrap()
}

/// An org with something of everything.
fn full() -> Org {
    let env = env();
    let mut org = Org::new("acme", "http://127.0.0.1:1", &env);
    org.name = "Acme, Inc. \u{1F600}".into();
    org.api_token = "00another".into();
    org.sign_in_page = SignInPage::Personas;
    org.features =
        OrgFeatures { pipeline: Pipeline::Identity, array_attributes: ArrayAttributes::Joined };
    org.profile_attributes.insert("level".into());
    org.attribute_definitions.insert("level".into(), serde_json::json!({ "type": "integer" }));
    let hook = InlineHookDraft {
        uri: "http://127.0.0.1:9/hook".into(),
        headers: vec![("x-from".into(), "acme".into())],
        auth: Some(("Authorization".into(), "secret".into())),
        timeout: std::time::Duration::from_secs(1),
    };
    org.inline_hooks.push(hook.registered("cal1", "hook", env.clock.now()));
    for name in ["zoe", "jane", "ann"] {
        let draft = UserDraft::new(format!("{name}@one.test")).groups(["ml", "Ops & \"more\""]);
        draft.with("level", ProfileValue::Int(3)).with("tags", list(&["a", ""])).add_to(&mut org);
    }
    org.users[1].status = UserStatus::Suspended;
    org.users[1].profile.insert("ratio".into(), ProfileValue::Num(0.25));
    let manager = org.users[0].id.clone();
    org.users[2].linked.insert("manager".into(), manager);
    let app = AppDraft::new("My SP", "https://sp.test/acs", "https://sp.test")
        .attribute("first", "String.toUpperCase(user.firstName) + \"!\"")
        .attribute("fixed", "a literal")
        .statement(AttributeStatement::groups("groups", GroupFilter::regex("m.*|a\\d").unwrap()));
    app.add_to(&mut org, test_only::signing("okta-1").unwrap());
    let encrypting = app.add_to(&mut org, test_only::signing("okta-2").unwrap());
    encrypting.keys.push(AppKey::from(test_only::signing("ecdsa-p256").unwrap()));
    encrypting.published = vec![0, 1];
    encrypting.refuses_unlisted_acs = true;
    encrypting.preset = Some("k6-cloud".into());
    encrypting.sign_on.sp_certificate =
        Some(test_only::signing("other").unwrap().certificate().clone());
    encrypting.sign_on.allow_acs_endpoints([samlproof::saml::AcsUrl::new("https://sp.test/2")]);
    org.groups.push(Group::new(env.ids.okta("00g"), "empty", env.clock.now()));
    let draft = GroupRuleDraft {
        name: "rule".into(),
        condition: "user.level == 3".into(),
        groups: [org.groups.last().unwrap().id.clone()].into(),
        ..GroupRuleDraft::default()
    };
    let rule = org.add_group_rule(&draft, &env).unwrap().id.clone();
    org.activate_group_rule(&rule, env.clock.now()).unwrap();
    org.settle(env.clock.now());
    org
}

fn list(values: &[&str]) -> ProfileValue {
    ProfileValue::List(values.iter().map(|value| (*value).to_owned()).collect())
}

/// All there is to an org but its address, as text: keys by their whole PEM.
fn said(org: &Org) -> String {
    let keys = org.apps.iter().flat_map(|app| &app.keys);
    let pems: Vec<String> = keys.map(|key| key.key().unwrap().to_pem()).collect();
    format!("{:#?}\n{pems:#?}", Org { base_url: String::new(), ..org.clone() })
}

#[tokio::test]
async fn everything_of_an_org_comes_back_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let org = full();
    let service = kept(org.clone(), folder.path());
    service.flushed().await.unwrap();
    drop(service);
    let mut back = open(folder.path()).load().unwrap().unwrap();
    assert_eq!(back.base_url, "");
    assert_eq!(back.users, org.users);
    assert_eq!(back.groups, org.groups);
    assert_eq!(back.apps[0].assignments, org.apps[0].assignments);
    assert_eq!(back.apps[1].sign_on, org.apps[1].sign_on);
    // Where a name stands in the text of a condition is not kept.
    assert_eq!(back.group_rules[0].condition.to_string(), org.group_rules[0].condition.to_string());
    back.group_rules = org.group_rules.clone();
    assert_eq!(said(&back), said(&org));
}

/// What is read here was written by an earlier build as well as by this one. Where this snapshot
/// changes, `OrgData::FORMAT` has to, or files of before are read wrongly or not at all.
#[tokio::test]
async fn the_format_is_what_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut org = full();
    org.users.truncate(2);
    org.apps.remove(0);
    org.apps[0].assignments.retain(|user, _| *user == org.users[0].id);
    let service = kept(org, folder.path());
    service.flushed().await.unwrap();
    drop(service);
    let records: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");
    let database = Database::open(OrgData::path_in(folder.path(), "acme")).unwrap();
    let table = database.begin_read().unwrap().open_table(records).unwrap();
    let mut lines = vec![format!("format {}", OrgData::FORMAT)];
    for entry in table.iter().unwrap() {
        let (key, json) = entry.unwrap();
        let mut json: serde_json::Value = serde_json::from_slice(json.value()).unwrap();
        without_pem(&mut json);
        lines.push(format!("{}\n  {json}", key.value()));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn what_format_2_did_not_say_is_read_as_usual() {
    let folder = tempfile::tempdir().unwrap();
    let service = kept(full(), folder.path());
    service.flushed().await.unwrap();
    drop(service);
    let records: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");
    let meta: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
    let database = Database::open(OrgData::path_in(folder.path(), "acme")).unwrap();
    let transaction = database.begin_write().unwrap();
    {
        let mut table = transaction.open_table(records).unwrap();
        let all: Vec<(String, Vec<u8>)> = table
            .iter()
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|(key, json)| (key.value().to_owned(), json.value().to_owned()))
            .collect();
        let mut older = 0;
        for (key, json) in all {
            let mut json: serde_json::Value = serde_json::from_slice(&json).unwrap();
            let record = if json.get("it").is_some() { &mut json["it"] } else { &mut json };
            let record = record.as_object_mut().unwrap();
            for later in ["preset", "refuses_unlisted_acs", "features"] {
                older += usize::from(record.remove(later).is_some());
            }
            let json = serde_json::to_vec(&json).unwrap();
            table.insert(key.as_str(), json.as_slice()).unwrap();
        }
        assert_eq!(older, 5, "two of each app, one of the org");
        transaction.open_table(meta).unwrap().insert("format", 2).unwrap();
    }
    transaction.commit().unwrap();
    drop(database);
    let back = open(folder.path()).load().unwrap().unwrap();
    assert_eq!(back.features, OrgFeatures::default());
    let mut apps = full().apps;
    (apps[1].preset, apps[1].refuses_unlisted_acs) = (None, false);
    assert_eq!(format!("{:?}", back.apps), format!("{apps:?}"));
}

/// Fingerprints of an earlier samlproof are not those of today: what people changed would be undone.
#[tokio::test]
async fn an_org_file_that_stayed_the_same_undoes_nothing_in_a_file_of_before() {
    let folder = tempfile::tempdir().unwrap();
    let file = "subdomain = \"acme\"\n[users.jane]\nemail = \"jane@one.test\"\n\
                [[apps]]\nlabel = \"A\"\nacs = \"https://a.test\"\nentity_id = \"a\"\n";
    let draft = samlproof::scenario::parse_org(&Source::new("org.toml", file)).unwrap();
    let key = |_: &AppDraft| Ok::<AppKey, ()>(test_only::signing("okta-1").unwrap().into());
    let now = env().clock.now();
    let mut org = draft.empty_org();
    draft.sow(&mut org, now, key).unwrap();
    org.name = "Renamed".into();
    org.apps[0].label = "Renamed".into();
    org.users.clear();
    let older = |format: u64, org: &Org| {
        let mut json = serde_json::to_value(&org.seed).unwrap();
        for fingerprint in json.as_object_mut().unwrap().values_mut() {
            *fingerprint = format!("of another shape, {format}").into();
        }
        Org { seed: serde_json::from_value(json).unwrap(), ..org.clone() }
    };
    let service = kept(older(2, &org), folder.path());
    service.flushed().await.unwrap();
    drop(service);
    let meta: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
    let path = OrgData::path_in(folder.path(), "acme");
    let set = |format: u64| {
        let database = Database::open(&path).unwrap();
        let transaction = database.begin_write().unwrap();
        transaction.open_table(meta).unwrap().insert("format", format).unwrap();
        transaction.commit().unwrap();
    };
    set(2);
    // Opened twice before anything is written, as by whoever is killed in between.
    drop(open(folder.path()).load().unwrap());
    let mut back = open(folder.path()).load().unwrap().unwrap();
    assert_eq!(draft.sow(&mut back, now, key).unwrap(), Sown::default());
    assert_eq!((&*back.name, &*back.apps[0].label, back.users.len()), ("Renamed", "Renamed", 0));
    // From then on it counts what the file says, and a file of today is none of before.
    let other = file.replace("label = \"A\"", "label = \"A\"\nunlisted_acs = \"refuse\"");
    let other = samlproof::scenario::parse_org(&Source::new("org.toml", other)).unwrap();
    assert_eq!(other.sow(&mut back, now, key).unwrap(), Sown { changed: 1, ..Sown::default() });
    set(3);
    let mut today = open(folder.path()).load().unwrap().unwrap();
    assert_ne!(draft.sow(&mut today, now, key).unwrap(), Sown::default());
}

#[tokio::test]
async fn a_key_that_waits_and_a_claim_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut org = full();
    let subject = RequestSubject { common_name: "SP".to_owned(), ..RequestSubject::default() };
    let request = SigningRequest::generate(KeyKind::EcdsaP256, &subject).unwrap();
    org.apps[0].csrs.push(AppCsr::new(request, &env()));
    let claim = ("ofc1", "mail");
    let claim =
        FederatedClaim::new(claim, "user.profile.email", (&org, &org.apps[0]), env().clock.now());
    org.apps[0].federated_claims.push(claim.unwrap());
    let service = kept(org.clone(), folder.path());
    service.flushed().await.unwrap();
    drop(service);
    let back = open(folder.path()).load().unwrap().unwrap();
    assert_eq!(back.apps[0].csrs, org.apps[0].csrs);
    let shown = |org: &Org| format!("{:?}", org.apps[0].federated_claims[0].expression);
    assert_eq!(shown(&back), shown(&org));
    let source = &back.apps[0].federated_claims[0].statement.source;
    assert!(matches!(source, AttributeSource::Expression(it) if it.to_string() == "user.email"));
}

/// Keys and certificates are long, and change nothing here.
fn without_pem(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::String(text) if text.starts_with("-----BEGIN") => {
            *text = format!("PEM of {} blocks", text.matches("-----BEGIN").count());
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(without_pem),
        serde_json::Value::Object(fields) => {
            fields.iter_mut().for_each(|(_, value)| without_pem(value));
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_change_is_kept_and_what_is_deleted_does_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let service = kept(full(), folder.path());
    let now = env().clock.now();
    service.update(|org| {
        let id = org.users[0].id.clone();
        org.delete_user(&id, now).unwrap();
        org.delete_user(&id, now).unwrap();
        org.users[0].set("title", "Dr");
        org.name = "Renamed".into();
        org.apps.remove(0);
        org.group_rules.clear();
        let env = Env::fixed(now, "later");
        UserDraft::new("new@one.test").add_to(org);
        org.add_group("new", &env);
        org.settle(now);
    });
    let gone = service.org().apps[0].assignments.keys().next().unwrap().clone();
    service.update(|org| {
        org.apps[0].assignments.remove(&gone);
        org.apps[0].keys[0] = AppKey::from(test_only::signing("other").unwrap());
    });
    service.flushed().await.unwrap();
    let org = service.org();
    drop(service);
    let back = open(folder.path()).load().unwrap().unwrap();
    assert_eq!(said(&back), said(&org));
    assert_eq!(back.users.last().unwrap().login, "new@one.test", "at the end, where it was put");
    // And on from there.
    let service = kept(back, folder.path());
    service.update(|org| org.users.truncate(1));
    service.flushed().await.unwrap();
    let org = service.org();
    drop(service);
    assert_eq!(said(&open(folder.path()).load().unwrap().unwrap()), said(&org));
}

#[tokio::test]
async fn a_pending_key_is_made_once_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut org = full();
    let pending = AppKey::pending(3, &env());
    let app = &mut org.apps[0];
    (app.keys, app.signing, app.published) = (vec![pending.clone()], 0, vec![0]);
    let service = kept(org, folder.path());
    let id = service.org().apps[0].id.clone();
    let keyed = service.keyed(service.org().into(), &id).await;
    let key = keyed.apps[0].keys[0].key().unwrap().clone();
    assert_eq!((key.kind(), &keyed.apps[0].keys[0].kid), (KeyKind::Rsa2048, &pending.kid));
    service.flushed().await.unwrap();
    drop(service);
    // Its background task may hold the file for a moment.
    let back = loop {
        match OrgData::open(OrgData::path_in(folder.path(), "acme")) {
            Err(DataError::InUse { .. }) => tokio::task::yield_now().await,
            opened => break opened.unwrap().load().unwrap().unwrap(),
        }
    };
    assert_eq!(back.apps[0].keys[0].key().unwrap().to_pem(), key.to_pem());
}

#[test]
fn a_file_that_cannot_be_used_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = OrgData::path_in(folder.path(), "acme");
    let data = open(folder.path());
    assert!(data.load().unwrap().is_none(), "a new one is empty");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "there are private keys in it");
    let error = OrgData::open(&path).unwrap_err();
    assert!(matches!(error, DataError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("in use by another process"), "{error}");
    drop(data);

    let meta: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
    let records: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");
    let write = |change: &dyn Fn(&redb::WriteTransaction)| {
        let database = Database::open(&path).unwrap();
        let transaction = database.begin_write().unwrap();
        change(&transaction);
        transaction.commit().unwrap();
    };
    write(&|transaction| {
        let json: &[u8] = b"{\"id\": 7}";
        transaction.open_table(records).unwrap().insert("org", json).unwrap();
    });
    let error = open(folder.path()).load().unwrap_err();
    assert!(error.to_string().contains("the record org cannot be read"), "{error}");
    write(&|transaction| {
        transaction.open_table(meta).unwrap().insert("format", OrgData::FORMAT + 1).unwrap();
    });
    let error = OrgData::open(&path).unwrap_err();
    assert!(error.to_string().contains("in format 4; this one knows 3"), "{error}");

    // Cut off anywhere, even before its first byte, it is damaged; it is no new one.
    drop(fs::remove_file(&path));
    let service = kept(full(), folder.path());
    drop(service);
    let whole = fs::read(&path).unwrap();
    for length in [0, 1, 100, 4096, 100_000, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length.min(whole.len() - 1)]).unwrap();
        let error = OrgData::open(&path).and_then(|data| data.load()).unwrap_err();
        assert!(matches!(error, DataError::Damaged { .. }), "{length}: {error:?}");
    }
    fs::write(&path, &whole).unwrap();
    assert!(OrgData::open(&path).unwrap().load().unwrap().is_some());

    // What the store wrote before its format changed is old, and not damaged: nobody is to throw it away.
    let mut old = whole.clone();
    for slot in [64, 192] {
        old[slot] = 2;
    }
    fs::write(&path, &old).unwrap();
    let error = OrgData::open(&path).unwrap_err();
    assert!(matches!(error, DataError::Older { .. }), "{error:?}");

    fs::write(&path, "no data file at all").unwrap();
    let error = OrgData::open(&path).unwrap_err();
    assert!(matches!(error, DataError::Damaged { .. }), "{error:?}");
    let error = OrgData::open("/dev/null/acme.redb").unwrap_err();
    assert!(matches!(error, DataError::File { .. }), "{error:?}");
}
