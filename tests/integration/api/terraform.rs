//! The calls of Terraform's provider okta/okta 6.12 for `okta_app_saml`, in its order (facts/okta.md
//! 5.4), with the body of a recording (4.3).

use http::{Method, Request};
use samlproof::idp::Pipeline;
use serde_json::json;

use super::{Api, Reply};

/// What the provider sends for `testAcc_574762019`, byte for byte.
const CREATE: &str = r#"{"label":"testAcc_574762019","signOnMode":"SAML_2_0","accessibility":{"selfService":false},"visibility":{"autoSubmitToolbar":false,"hide":{"iOS":false,"web":false}},"credentials":{"userNameTemplate":{"template":"${source.login}","type":"BUILT_IN"}},"settings":{"app":{},"implicitAssignment":false,"notes":{"admin":null,"enduser":null},"signOn":{"ssoAcsUrl":"http://google.com","recipient":"http://here.com","destination":"http://its-about-the-journey.com","audience":"http://audience.com","subjectNameIdTemplate":"${source.login}","subjectNameIdFormat":"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified","responseSigned":true,"assertionSigned":true,"signatureAlgorithm":"RSA_SHA1","digestAlgorithm":"SHA1","honorForceAuthn":true,"authnContextClassRef":"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport","allowMultipleAcsEndpoints":true,"acsEndpoints":[{"index":0,"url":"https://example.com"}],"attributeStatements":[],"samlSignedRequestEnabled":false,"slo":{"enabled":false},"audienceOverride":"","destinationOverride":"","recipientOverride":"","ssoAcsUrlOverride":"","defaultRelayState":""}}}"#;

/// What Okta answers in `settings`, byte for byte.
const SETTINGS: &str = r#"{"app":{},"notifications":{"vpn":{"network":{"connection":"DISABLED"},"message":null,"helpUrl":null}},"manualProvisioning":false,"implicitAssignment":false,"notes":{"admin":null,"enduser":null},"signOn":{"defaultRelayState":"","ssoAcsUrl":"http://google.com","idpIssuer":"http://www.okta.com/${org.externalKey}","audience":"http://audience.com","recipient":"http://here.com","destination":"http://its-about-the-journey.com","subjectNameIdTemplate":"${source.login}","subjectNameIdFormat":"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified","responseSigned":true,"assertionSigned":true,"signatureAlgorithm":"RSA_SHA1","digestAlgorithm":"SHA1","honorForceAuthn":true,"authnContextClassRef":"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport","spIssuer":null,"requestCompressed":false,"attributeStatements":[],"inlineHooks":[],"assertionEncryption":{"enabled":false},"allowMultipleAcsEndpoints":true,"acsEndpoints":[{"url":"https://example.com","index":0}],"samlSignedRequestEnabled":false,"slo":{"enabled":false}}}"#;

const BLOCKS: &str = r#"{"accessibility":{"selfService":false,"errorRedirectUrl":null,"loginRedirectUrl":null},"visibility":{"autoLaunch":false,"autoSubmitToolbar":false,"hide":{"iOS":false,"web":false},"appLinks":{"acme_testacc574762019_1_link":true}},"features":[],"signOnMode":"SAML_2_0"}"#;

async fn metadata(api: &Api, app: &str, kid: &str) -> Reply {
    let path = format!("/api/v1/apps/{app}/sso/saml/metadata?kid={kid}");
    let token = format!("SSWS {}", samlproof::idp::Org::API_TOKEN);
    let request = Request::get(path).header("authorization", token);
    let request = request.header("accept", "application/xml");
    api.raw(request.body(axum::body::Body::empty()).unwrap()).await.is(200)
}

#[tokio::test]
async fn an_app_is_created_read_and_destroyed_as_terraform_does_it() {
    let api = Api::new();
    // What was recorded was: in a Classic org the provider leaves policies alone.
    api.service.update(|org| org.features.pipeline = Pipeline::Identity);
    for _ in 0..2 {
        api.get("/api/v1/users/me").await.is(200);
    }
    // Create, with `key_name`.
    let made = api.send(Method::POST, "/api/v1/apps?activate=true", CREATE).await.is(200);
    assert_eq!(made.body["settings"].to_string(), SETTINGS);
    for (name, block) in
        serde_json::from_str::<serde_json::Value>(BLOCKS).unwrap().as_object().unwrap()
    {
        assert_eq!(made.body[name].to_string(), block.to_string());
    }
    let id = made.id();
    let path = format!("/api/v1/apps/{id}");
    let generate = format!("{path}/credentials/keys/generate?validityYears=3");
    let kid = api.bare(Method::POST, &generate).await.is(201).body["kid"].clone();
    let mut with_key: serde_json::Value = serde_json::from_str(CREATE).unwrap();
    with_key["name"] = made.body["name"].clone();
    with_key["credentials"]["signing"] = json!({ "kid": kid });
    let keyed = api.put(&path, with_key).await.is(200);
    assert_eq!(keyed.body["credentials"]["signing"]["kid"], kid);

    let organization = api.get("/.well-known/okta-organization").await.is(200);
    assert_eq!(organization.body["pipeline"], "idx");
    let policies = api.get("/api/v1/policies?type=ACCESS_POLICY").await.is(200);
    let policies = policies.body.as_array().unwrap().clone();
    let system: Vec<_> = policies.iter().filter(|policy| policy["system"] == true).collect();
    let [policy] = system[..] else { panic!("{policies:?}") };
    let policy = policy["id"].as_str().unwrap();
    api.bare(Method::PUT, &format!("{path}/policies/{policy}")).await.is(204);

    // Read.
    let read = api.get(&path).await.is(200);
    assert!(read.body["_links"]["accessPolicy"]["href"].as_str().unwrap().ends_with(policy));
    let kid = kid.as_str().unwrap();
    let document = metadata(&api, &id, kid).await;
    for wanted in
        ["<md:IDPSSODescriptor ", "bindings:HTTP-POST\" Location=\"", "<ds:X509Certificate>"]
    {
        assert!(document.text.contains(wanted), "{}", document.text);
    }
    let keys = api.get(&format!("{path}/credentials/keys")).await.is(200);
    assert!(keys.each("/kid").contains(&kid));
    // What is read is what was written: nothing to be changed.
    assert_eq!(read.body["settings"].to_string(), SETTINGS);

    // Destroy.
    api.bare(Method::POST, &format!("{path}/lifecycle/deactivate")).await.is(200);
    api.bare(Method::DELETE, &path).await.is(204);
    api.get(&path).await.fails(404, "E0000007");
}

/// `okta_user`, `okta_group`, `okta_group_memberships`, `okta_app_group_assignments`, `okta_app_user`
/// and the data source of an app.
#[tokio::test]
async fn users_groups_and_assignments_are_made_as_terraform_does_it() {
    let api = Api::new();
    let user = api.post("/api/v1/users?activate=false", super::user("jane")).await.is(200).id();
    let user_path = format!("/api/v1/users/{user}");
    for path in [user_path.clone(), format!("{user_path}/roles"), format!("{user_path}/groups")] {
        api.get(&path).await.is(200);
    }
    api.bare(Method::POST, &format!("{user_path}/lifecycle/activate?sendEmail=false"))
        .await
        .is(200);
    let group = api.group("ml-team").await;
    api.bare(Method::PUT, &format!("/api/v1/groups/{group}/users/{user}")).await.is(204);
    let members = api.get(&format!("/api/v1/groups/{group}/users?limit=200")).await;
    assert_eq!(members.each("/id"), [user.as_str()]);
    let app = api.send(Method::POST, "/api/v1/apps?activate=true", CREATE).await.is(200).id();
    let body = json!({ "priority": 0, "profile": {} });
    api.put(&format!("/api/v1/apps/{app}/groups/{group}"), body).await.is(200);
    let groups = api.get(&format!("/api/v1/apps/{app}/groups?limit=200")).await;
    assert_eq!(groups.each("/id"), [group.as_str()]);
    let body =
        json!({ "id": user, "scope": "USER", "credentials": { "userName": "jane@one.test" } });
    api.post(&format!("/api/v1/apps/{app}/users"), body).await.is(200);
    api.get(&format!("/api/v1/apps/{app}/users/{user}")).await.is(200);
    let found = api.get("/api/v1/apps?filter=status%20eq%20%22ACTIVE%22&limit=200&q=testAcc").await;
    assert_eq!(found.each("/id"), [app.as_str()]);

    api.bare(Method::DELETE, &format!("/api/v1/apps/{app}/users/{user}")).await.is(204);
    api.bare(Method::DELETE, &format!("/api/v1/apps/{app}/groups/{group}")).await.is(204);
    api.bare(Method::DELETE, &format!("/api/v1/groups/{group}")).await.is(204);
    for _ in 0..2 {
        api.bare(Method::DELETE, &user_path).await.is(204);
    }
}
