//! Org files: signed requests, further addresses, logout, lifetimes, hooks.

use std::time::Duration;

use samlproof::idp::{
    Access, AccessRuleDraft, AcsEndpoint, AppStatus, InlineHook, OrgDraft, ParticipateSlo,
    SingleLogout,
};
use samlproof::keys::test_only;
use samlproof::saml::{AcsUrl, Binding, EntityId};
use samlproof::scenario::{ParseErrors, Source, parse_org};

const WRONG: &str = r#"subdomain = "acme"

[[apps]]
label           = "One"
acs             = "https://one.test/acs"
entity_id       = "https://one.test"
signed_requests = true
slo             = { issuer = "https://one.test " }
participate_slo = { logout_request_url = "one.test", binding = "SOAP" }
acs_endpoints   = [
  { url = "https://one.test/a", index = 1 },
  { url = "https://one.test/b", index = 1 },
  { url = "one.test/c", index = 70000, is_default = true },
]
honor_force_authn          = "no"
assertion_lifetime_seconds = 0
authn_context_class_ref    = ""
status                     = "DELETED"
error_redirect_url         = "https://one.test/é"
access_rules               = [
  { groups = ["staff"], users = ["jane"] },
  { access = "block", except_groups = "staff", people = [] },
]

[[apps]]
label          = "Two"
acs            = "https://two.test/acs"
entity_id      = "https://two.test"
sp_certificate = "MIIC"
inline_hook    = { url = "https://two.test/hook", headers = { "X Y" = "a" }, auth = { secret = "a\nb" }, timeout_ms = 0 }
"#;

fn right() -> String {
    let pem = test_only::signing("okta-2").unwrap().certificate().to_pem();
    format!(
        r#"subdomain = "acme"

[[apps]]
label           = "One"
acs             = "https://one.test/acs"
entity_id       = "https://one.test"
signed_requests = true
sp_certificate  = """
{pem}"""
slo             = {{ issuer = "https://one.test", logout_url = "https://one.test/slo" }}
participate_slo = {{ logout_request_url = "https://one.test/out", binding = "REDIRECT", session_index_required = true }}
acs_endpoints   = [
  {{ url = "https://one.test/a", index = 0 }},
  {{ url = "https://one.test/b", index = 65535 }},
]
honor_force_authn          = false
request_compressed         = true
assertion_lifetime_seconds = 3600
authn_context_class_ref    = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
status                     = "INACTIVE"
error_redirect_url         = "https://help.test/sso"
access_rules               = [
  {{ access = "deny", groups = ["contractors"], except_users = ["jane"] }},
  {{ access = "allow", users = ["jane"], except_groups = ["Everyone"] }},
  {{ access = "deny" }},
]
inline_hook = {{ url = "http://127.0.0.1:9/hook", headers = {{ X-Tenant = "acme" }}, auth = {{ secret = "s" }}, timeout_ms = 500 }}

[[apps]]
label     = "Two"
acs       = "https://two.test/acs"
entity_id = "https://two.test"
participate_slo = {{ logout_request_url = "https://two.test/out" }}

[users.jane]
email  = "jane@one.test"
groups = ["contractors"]
"#
    )
}

fn org(text: &str) -> Result<OrgDraft, ParseErrors> {
    parse_org(&Source::new("org.toml", text))
}

#[test]
fn all_mistakes_about_sign_on_are_reported_at_once() {
    let errors = org(WRONG).unwrap_err();
    insta::with_settings!({ snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!(errors.render(false));
    });
}

#[test]
fn the_words_are_oktas_settings() {
    let draft = org(&right()).unwrap();
    let [one, two] = draft.apps.as_slice() else { panic!("{draft:?}") };
    let sign_on = &one.sign_on;
    let certificate = test_only::signing("okta-2").unwrap().certificate().clone();
    assert!(sign_on.saml_signed_request_enabled && sign_on.allow_multiple_acs_endpoints);
    assert_eq!(sign_on.sp_certificate, Some(certificate));
    assert_eq!(
        sign_on.slo,
        Some(SingleLogout {
            issuer: EntityId::new("https://one.test"),
            logout_url: "https://one.test/slo".into(),
        })
    );
    assert_eq!(sign_on.sp_issuer.as_deref(), Some("https://one.test"));
    assert_eq!(
        sign_on.participate_slo,
        Some(ParticipateSlo {
            logout_request_url: "https://one.test/out".into(),
            session_index_required: true,
            binding: Binding::HttpRedirect,
        })
    );
    let endpoint = |url: &str, index| AcsEndpoint { url: AcsUrl::new(url), index };
    let endpoints = [endpoint("https://one.test/a", 0), endpoint("https://one.test/b", 65535)];
    assert_eq!(sign_on.acs_endpoints, endpoints);
    assert!(!sign_on.honor_force_authn && sign_on.request_compressed);
    assert_eq!(sign_on.saml_assertion_lifetime_seconds, Some(3600));
    assert_eq!(sign_on.authn_context_class_ref, "urn:oasis:names:tc:SAML:2.0:ac:classes:X509");
    let plain = &two.sign_on;
    assert!(plain.honor_force_authn && !plain.allow_multiple_acs_endpoints);
    let participates = plain.participate_slo.as_ref().unwrap();
    assert_eq!(participates.binding, Binding::HttpPost);
    assert!(!participates.session_index_required);

    assert_eq!(one.error_redirect_url.as_deref(), Some("https://help.test/sso"));
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(
        one.access_rules,
        [
            AccessRuleDraft {
                except_users: names(&["jane@one.test"]),
                ..AccessRuleDraft::deny(["contractors"])
            },
            AccessRuleDraft {
                users: names(&["jane@one.test"]),
                except_groups: names(&["Everyone"]),
                ..AccessRuleDraft::allow_everybody()
            },
            AccessRuleDraft::deny_everybody(),
        ]
    );

    let key = |_: &_| Ok::<_, ()>(test_only::signing("okta-1").unwrap());
    let made = draft.to_org(key).unwrap();
    let [own, other] = made.access_policies.as_slice() else { panic!("{made:?}") };
    assert_eq!((own.name.as_str(), other.name.as_str()), ("Default Policy", "One"));
    assert_eq!(made.apps[0].access_policy.as_ref(), Some(&other.id));
    assert_eq!(made.apps[1].access_policy, None);
    let rules: Vec<&str> = other.rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(rules, ["Rule 1", "Rule 2", "Rule 3", "Catch-all Rule"]);
    // The first rule leaves jane out, the second those who are in Everyone: the third is hers.
    let jane = made.user_by_login("jane@one.test").unwrap();
    let (_, rule) = made.access_rule(&made.apps[0], jane).unwrap();
    assert_eq!((rule.name.as_str(), rule.access), ("Rule 3", Access::Deny));
    let (policy, rule) = made.access_rule(&made.apps[1], jane).unwrap();
    assert_eq!((policy.name.as_str(), rule.access), ("Default Policy", Access::Allow));
    assert_eq!(made.apps[0].status, AppStatus::Inactive);
    assert_eq!(made.apps[1].status, AppStatus::Active);
    let hook: &InlineHook = made.inline_hook(&made.apps[0].sign_on.inline_hooks[0]).unwrap();
    assert!(hook.id.starts_with("cal") && hook.id.len() == 20);
    assert_eq!(hook.uri, "http://127.0.0.1:9/hook");
    assert_eq!(hook.headers, [("X-Tenant".into(), "acme".into())]);
    assert_eq!(hook.auth, Some(("Authorization".into(), "s".into())));
    assert_eq!(hook.timeout, Duration::from_millis(500));
    assert!(made.apps[1].sign_on.inline_hooks.is_empty());
}
