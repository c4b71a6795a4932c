//! Knob discovery on somebody else's SP, and on what its profile leaves out.

use std::sync::Arc;

use samlproof::run::{LearnRecord, Learnt, RunOptions, learn};
use samlproof::sp::{Configure, SpProfile, TargetKind};
use serde_json::json;

use super::Played;
use super::shop::{Manner, Shop};

async fn learnt(profile: Arc<SpProfile>) -> LearnRecord {
    let options = RunOptions::embedded().unwrap();
    learn(&options, profile, |_| {}).await.unwrap()
}

/// The profile with other adapters.
fn edited(profile: &SpProfile, edit: impl FnOnce(&mut samlproof::sp::Adapters)) -> Arc<SpProfile> {
    let mut profile = profile.clone();
    let TargetKind::External(target) = &mut profile.target else { panic!("{profile:#?}") };
    edit(&mut target.adapters);
    Arc::new(profile)
}

fn of<'a>(record: &'a LearnRecord, name: &str) -> &'a Learnt {
    &record.findings.iter().find(|finding| finding.name == name).unwrap().learnt
}

/// Everybody with a group gets in, and a group is a team of its name: no mapping counts.
#[tokio::test]
async fn an_sp_that_maps_nothing_is_told_as_it_is() {
    let shop = Shop::open().await;
    let record = learnt(shop.profile()).await;
    assert_eq!(record.stopped, None);
    assert!(matches!(of(&record, "defaults_combine"), Learnt::Other(_)));
    assert_eq!(*of(&record, "idp_initiated"), Learnt::Is(json!(true)));
    assert_eq!(*of(&record, "absent_attribute"), Learnt::Is(json!("no-groups")));
    let Learnt::Nothing(why) = of(&record, "sp_initiated_provisions") else {
        panic!("{record:#?}")
    };
    assert!(why.contains("login_start"), "{why}");
}

#[tokio::test]
async fn without_whoami_nothing_is_learnt() {
    let shop = Shop::open().await;
    let record = learnt(edited(&shop.profile(), |adapters| adapters.whoami = None)).await;
    assert_eq!((record.learnt(), record.asked.logins.len()), (0, 0));
    for finding in &record.findings {
        let Learnt::Nothing(why) = &finding.learnt else { panic!("{finding:?}") };
        assert!(why.contains("needs `observe.whoami`"), "{}: {why}", finding.name);
    }
}

/// Nobody has a group then, and an SP that wants one refuses: that is the end of it.
#[tokio::test]
async fn an_sp_that_cannot_be_configured_is_asked_as_it_is() {
    let shop = Shop::open().await;
    let fixed = |adapters: &mut samlproof::sp::Adapters| adapters.configure = Configure::Fixed;
    let record = learnt(edited(&shop.profile(), fixed)).await;
    assert_eq!(record.asked.logins.len(), 1);
    assert!(record.stopped.as_ref().is_some_and(|why| why.contains("rejected")), "{record:#?}");
    let Learnt::Nothing(why) = of(&record, "sync_scope") else { panic!("{record:#?}") };
    assert!(why.contains("needs `configure`"), "{why}");
}

#[tokio::test]
async fn where_the_first_login_is_refused_nothing_else_is_asked() {
    let shop = Shop::with(Manner::Refuses(403)).await;
    let record = learnt(shop.profile()).await;
    assert_eq!(record.asked.logins.len(), 1);
    let stopped = record.stopped.clone().unwrap();
    assert!(stopped.contains("the first login was rejected"), "{stopped}");
    assert_eq!(*of(&record, "first_login"), Learnt::Is(json!("the person is refused")));
    assert!(matches!(of(&record, "defaults_combine"), Learnt::Nothing(_)));
}

#[tokio::test]
async fn an_sp_that_gives_no_answer_ends_it() {
    let shop = Shop::open().await;
    shop.hangs("POST", "/acs").await;
    let options = RunOptions {
        timeout: std::time::Duration::from_millis(300),
        ..RunOptions::embedded().unwrap()
    };
    let record = learn(&options, shop.profile(), |_| {}).await.unwrap();
    assert!(record.stopped.as_ref().is_some_and(|why| why.contains("no answer")), "{record:#?}");
    assert_eq!(record.learnt(), 0);
}

/// The shop's profile without any way to look behind HTTP.
fn by_http(shop: &Shop) -> Arc<SpProfile> {
    let profile = shop.profile_with("[target.outcome]\nrejected = [{ status = 403 }]\n");
    edited(&profile, |adapters| (adapters.whoami, adapters.state) = (None, None))
}

#[tokio::test]
async fn by_http_alone_a_refusal_is_told_from_a_welcome_and_nothing_more() {
    let shop = Shop::open().await;
    let welcome = |expect: &str| {
        format!(
            "level = \"L0\"\n[sp]\n[users.jane]\ngroups = [\"ml-team\"]\n[[steps]]\n\
             login = \"jane\"\n{expect}"
        )
    };
    let refusal = |expect: &str| welcome(expect).replace("groups = [\"ml-team\"]\n", "");
    let (accepted, rejected) = ("expect = \"accepted\"", "expect = \"rejected\"");
    Played::on(&by_http(&shop), &welcome(accepted)).await.passes();
    Played::on(&by_http(&shop), &refusal(rejected)).await.passes();
    assert!(!Played::on(&by_http(&shop), &welcome(rejected)).await.findings().is_empty());
    assert!(!Played::on(&by_http(&shop), &refusal(accepted)).await.findings().is_empty());

    // The plan would have skipped this one; played all the same, it is not passed.
    let counted = welcome("expect = \"accepted\"\nusers = 1");
    let findings = Played::on(&by_http(&shop), &counted).await.findings();
    assert_eq!(findings[0].actual, "not known");
    Played::on(&shop.profile(), &counted).await.passes();
}
