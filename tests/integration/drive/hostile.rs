//! An SP that does not answer as it should: what is seen, and what comes of it.

use std::time::Duration;

use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use samlproof::observation::{End, Party, Trouble};

use super::shop::{Manner, Shop, html};
use super::{FIRST_LOGIN, Played, external, options};

#[tokio::test]
async fn an_honest_sp_passes() {
    let shop = Shop::open().await;
    let played = Played::on(&shop.profile(), FIRST_LOGIN).await;
    played.passes();
    let attempt = &played.steps()[0].attempts[0];
    assert_eq!(attempt.end, End::Sp { status: 200, refusal: false });
    assert_eq!(attempt.sent.len(), 1);
    assert_eq!(attempt.sent[0].acs, format!("{}/acs", shop.server.uri()));
    let parties: Vec<Party> = attempt.exchanges.iter().map(|exchange| exchange.party).collect();
    assert_eq!(parties.last(), Some(&Party::Sp));
    assert!(parties.contains(&Party::Idp));
}

#[tokio::test]
async fn an_sp_that_hangs_proves_nothing() {
    let shop = Shop::open().await;
    shop.hangs("POST", "/acs").await;
    let mut options = options();
    options.timeout = Duration::from_secs(2);
    let played = Played::with(&shop.profile(), FIRST_LOGIN, options).await;
    let url = format!("{}/acs", shop.server.uri());
    let end = &played.steps()[0].attempts[0].end;
    assert_eq!(*end, End::Nowhere(Trouble::TimedOut { url: url.clone(), seconds: 2 }));
    assert_eq!(played.inconclusive(), format!("{url} gave no answer within 2 s"));
}

#[tokio::test]
async fn an_sp_whose_adapters_hang_proves_nothing() {
    for (verb, at) in [("GET", "/whoami"), ("GET", "/state"), ("PUT", "/configure")] {
        let shop = Shop::open().await;
        shop.hangs(verb, at).await;
        let mut options = options();
        options.timeout = Duration::from_secs(2);
        let played = Played::with(&shop.profile(), FIRST_LOGIN, options).await;
        let url = format!("{}{at}", shop.server.uri());
        assert_eq!(played.inconclusive(), format!("{url} gave no answer within 2 s"));
    }
}

/// Takes connections, reads what is asked and answers none of it.
async fn resetting() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.readable().await;
            stream.set_zero_linger().unwrap();
        }
    });
    format!("http://{addr}")
}

#[tokio::test]
async fn an_sp_that_resets_the_connection_proves_nothing() {
    let base = resetting().await;
    let profile = external(&base, "", None);
    let scenario = "[users.jane]\n[[steps]]\nlogin = \"jane\"\n";
    let played = Played::on(&profile, scenario).await;
    let attempt = &played.steps()[0].attempts[0];
    let End::Nowhere(Trouble::Unreachable { url, cause }) = &attempt.end else {
        panic!("{attempt:#?}");
    };
    assert_eq!(url, &format!("{base}/acs"));
    assert!(cause.contains("broke off"), "{cause}");
    assert!(played.inconclusive().contains(&format!("{base}/acs cannot be reached")));
    let last = attempt.exchanges.last().unwrap();
    assert_eq!((last.status, last.failure.is_some()), (None, true));
}

#[tokio::test]
async fn an_sp_that_is_not_there_proves_nothing() {
    let addr = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let profile = external(&format!("http://{addr}"), "", None);
    let scenario = "[users.jane]\n[[steps]]\nlogin = \"jane\"\n";
    let reason = Played::on(&profile, scenario).await.inconclusive();
    assert!(reason.contains(&format!("http://{addr}/acs cannot be reached")), "{reason}");
}

#[tokio::test]
async fn an_sp_that_redirects_in_a_circle_is_a_finding() {
    let shop = Shop::open().await;
    let to = |at: &str| ResponseTemplate::new(302).append_header("location", at);
    shop.instead("GET", "/", to("/round")).await;
    shop.instead("GET", "/round", to("/")).await;
    shop.instead("GET", "/whoami", ResponseTemplate::new(401)).await;
    let played = Played::on(&shop.profile(), FIRST_LOGIN).await;
    let attempt = &played.steps()[0].attempts[0];
    assert!(
        matches!(&attempt.end, End::Nowhere(Trouble::Loop { url, hops: 20 }) if url.starts_with(&shop.server.uri())),
        "{:?}",
        attempt.end
    );
    assert_eq!(attempt.exchanges.len(), 20);
    let findings = played.findings();
    assert_eq!(findings[0].actual, "server-error", "{findings:#?}");
}

#[tokio::test]
async fn a_long_way_that_ends_is_no_circle() {
    let shop = Shop::open().await;
    let to = |at: &str| ResponseTemplate::new(302).append_header("location", at);
    shop.instead("GET", "/", to("/1")).await;
    for hop in 1..8 {
        shop.instead("GET", &format!("/{hop}"), to(&format!("/{}", hop + 1))).await;
    }
    shop.instead("GET", "/8", html(200, "at last")).await;
    Played::on(&shop.profile(), FIRST_LOGIN).await.passes();
}

#[tokio::test]
async fn html_where_json_was_promised_is_shown() {
    let page = || html(200, "<h1>Welcome, please log in</h1>");
    for (adapter, verb, at) in [("whoami", "GET", "/whoami"), ("state", "GET", "/state")] {
        let shop = Shop::open().await;
        shop.instead(verb, at, page()).await;
        let played = Played::on(&shop.profile(), FIRST_LOGIN).await;
        let Trouble::Adapter { adapter: named, found, wanted } = played.trouble() else {
            panic!("{played:#?}");
        };
        assert_eq!(named, &format!("{adapter} ({}{at})", shop.server.uri()));
        assert_eq!(
            found,
            "status 200 with text/html; charset=utf-8: \"<h1>Welcome, please log in</h1>\""
        );
        assert_eq!(wanted, "JSON");
        played.inconclusive();
    }
}

#[tokio::test]
async fn a_configure_adapter_that_does_not_exist_is_shown() {
    let shop = Shop::open().await;
    shop.instead("PUT", "/configure", html(404, "<h1>Not Found</h1>")).await;
    let played = Played::on(&shop.profile(), FIRST_LOGIN).await;
    let reason = played.inconclusive();
    assert!(reason.contains("configure ("), "{reason}");
    assert!(reason.contains("status 404 with text/html"), "{reason}");
    assert!(reason.contains("expected 2xx, or 400, 409 or 422 to refuse"), "{reason}");
    assert!(played.steps().is_empty(), "nothing was played");
}

#[tokio::test]
async fn json_of_another_shape_is_shown() {
    let cases = [
        ("whoami", "/whoami", serde_json::json!({ "user": "jane" }), "missing field `email`"),
        ("whoami", "/whoami", serde_json::json!([1, 2]), "invalid"),
        (
            "state",
            "/state",
            serde_json::json!({ "users": [{ "email": "a@b" }] }),
            "missing field `id`",
        ),
        ("state", "/state", serde_json::json!("nothing"), "invalid type"),
    ];
    for (adapter, at, answer, cause) in cases {
        let shop = Shop::open().await;
        shop.instead("GET", at, ResponseTemplate::new(200).set_body_json(&answer)).await;
        let played = Played::on(&shop.profile(), FIRST_LOGIN).await;
        let Trouble::Adapter { adapter: named, found, wanted } = played.trouble() else {
            panic!("{played:#?}");
        };
        assert_eq!(named, &format!("{adapter} ({}{at})", shop.server.uri()));
        assert!(found.starts_with("JSON of another shape") && found.contains(cause), "{found}");
        assert!(wanted.starts_with("{\""), "{wanted}");
        played.inconclusive();
    }
}

#[tokio::test]
async fn a_state_without_permission_is_shown() {
    let shop = Shop::open().await;
    shop.instead("GET", "/state", ResponseTemplate::new(401)).await;
    let reason = Played::on(&shop.profile(), FIRST_LOGIN).await.inconclusive();
    assert!(reason.contains("status 401 with no content type"), "{reason}");
}

/// The scenario in which Jane is to be refused.
const REFUSED: &str = r#"
[sp]
[users.jane]
groups = ["ml-team"]
[[steps]]
login  = "jane"
expect = "rejected"
users  = 0
"#;

#[tokio::test]
async fn a_500_is_a_crash_unless_the_profile_says_that_it_means_no() {
    let shop = Shop::with(Manner::Refuses(500)).await;
    let crashed = Played::on(&shop.profile(), REFUSED).await;
    assert_eq!(crashed.words(), ["server-error"]);
    assert_eq!(crashed.findings()[0].actual, "server-error");

    let said = "[target.outcome]\nrejected = [{ status = 500, body = \"Permission Denied\" }]\n";
    let refused = Played::on(&shop.profile_with(said), REFUSED).await;
    assert_eq!(refused.words(), ["rejected"]);
    refused.passes();

    // Another 500 of the same SP is a crash all the same.
    let other = "[target.outcome]\nrejected = [{ status = 500, body = \"Go away\" }]\n";
    let crashed = Played::on(&shop.profile_with(other), REFUSED).await;
    assert_eq!(crashed.words(), ["server-error"]);
}

#[tokio::test]
async fn a_refusal_may_say_why() {
    let shop = Shop::open().await;
    let no = html(403, "no").append_header("x-why", "BadSignature");
    shop.instead("POST", "/acs", no).await;
    let profile = shop.profile_with("[target.outcome]\nreason_header = \"x-why\"\n");
    let wanted = REFUSED.replace("\"rejected\"", "\"rejected BadSignature\"");
    Played::on(&profile, &wanted).await.passes();
    let other = REFUSED.replace("\"rejected\"", "\"rejected BadAudience\"");
    let findings = Played::on(&profile, &other).await.findings();
    assert_eq!(findings[0].actual, "rejected BadSignature");
}
