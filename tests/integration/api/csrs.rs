//! A key whose certificate somebody else makes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use rcgen::{
    CertificateParams, CertificateSigningRequestParams, DnType, Issuer, KeyPair, date_time_ymd,
};
use samlproof::keys::Certificate;
use serde_json::{Value, json};

use super::{Api, Reply, app};

fn wanted() -> Value {
    json!({
        "subject": {
            "countryName": "US",
            "stateOrProvinceName": "California",
            "localityName": "San Francisco",
            "organizationName": "Acme, Inc.",
            "organizationalUnitName": "Dev",
            "commonName": "SP Issuer",
        },
        "subjectAltNames": { "dnsNames": ["dev.acme.test"] },
    })
}

/// What a CA makes of a request: a certificate that ends in the year `until`.
fn certified(csr: &Reply, until: i32) -> rcgen::Certificate {
    let der = STANDARD.decode(csr.body["csr"].as_str().unwrap()).unwrap();
    let mut request = CertificateSigningRequestParams::from_der(&der.into()).unwrap();
    let name = request.params.distinguished_name.get(&DnType::CommonName);
    assert_eq!(name, Some(&"SP Issuer".into()));
    request.params.not_before = date_time_ymd(2026, 1, 1);
    request.params.not_after = date_time_ymd(until, 5, 1);
    let key = KeyPair::generate().unwrap();
    let ca = Issuer::new(CertificateParams::new(vec!["ca.test".to_owned()]).unwrap(), key);
    request.signed_by(&ca).unwrap()
}

#[tokio::test]
async fn a_key_that_a_ca_has_certified_signs_once_the_app_names_it() {
    let api = Api::new();
    api.user("jane").await;
    let made = api.post("/api/v1/apps", app("A")).await.is(200);
    let everyone = api.get("/api/v1/groups").await.each("/id")[0].to_owned();
    let path = format!("/api/v1/apps/{}", made.id());
    api.bare(Method::PUT, &format!("{path}/groups/{everyone}")).await.is(200);
    let csrs = format!("{path}/credentials/csrs");
    let csr = api.post(&csrs, wanted()).await.is(201);
    assert_eq!(csr.body["kty"], "RSA");
    assert!(!csr.text.contains("PRIVATE"), "{}", csr.text);
    assert_eq!(api.get(&format!("{csrs}/{}", csr.id())).await.is(200).body, csr.body);
    assert_eq!(api.get(&csrs).await.is(200).each("/id"), [csr.id()]);

    let publish = format!("{csrs}/{}/lifecycle/publish", csr.id());
    let certificate = certified(&csr, 2028);
    let key = api.send(Method::POST, &publish, certificate.pem()).await.is(201);
    assert_eq!(key.body["x5c"][0], STANDARD.encode(certificate.der()));
    assert_eq!(key.body["expiresAt"], "2028-05-01T00:00:00.000Z");
    assert_eq!(api.get(&csrs).await.is(200).body, json!([]), "it is used up");
    let kid = key.body["kid"].as_str().unwrap();
    let keys = api.get(&format!("{path}/credentials/keys")).await.is(200);
    assert_eq!(keys.body.as_array().unwrap().len(), 2);

    let ca_signed = Certificate::from_der(certificate.der()).unwrap();
    api.log_in(&made.id(), "jane@one.test").await.unwrap();
    let before = api.service.sent().pop().unwrap();
    assert!(!before.issued.xml.contains(&ca_signed.to_okta_base64()));
    let mut body = app("A");
    body["credentials"]["signing"] = json!({ "kid": kid });
    api.put(&path, body).await.is(200);
    api.log_in(&made.id(), "jane@one.test").await.unwrap();
    let after = api.service.sent().pop().unwrap();
    assert!(after.issued.xml.contains(&ca_signed.to_okta_base64()));
}

#[tokio::test]
async fn a_certificate_comes_as_pem_as_der_or_as_base64() {
    let api = Api::new();
    let id = api.post("/api/v1/apps", app("A")).await.is(200).id();
    let csrs = format!("/api/v1/apps/{id}/credentials/csrs");
    for form in 0..3 {
        let csr = api.post(&csrs, wanted()).await.is(201);
        let certificate = certified(&csr, 2028);
        let body = match form {
            0 => certificate.pem().into_bytes(),
            1 => certificate.der().to_vec(),
            _ => STANDARD.encode(certificate.der()).into_bytes(),
        };
        let publish = format!("{csrs}/{}/lifecycle/publish", csr.id());
        let key = api.send(Method::POST, &publish, body).await.is(201);
        assert_eq!(key.body["x5c"][0], STANDARD.encode(certificate.der()));
    }
}

#[tokio::test]
async fn a_certificate_that_is_anothers_or_ends_too_soon_is_refused_and_the_request_stays() {
    let api = Api::new();
    let id = api.post("/api/v1/apps", app("A")).await.is(200).id();
    let csrs = format!("/api/v1/apps/{id}/credentials/csrs");
    let [one, two] =
        [api.post(&csrs, wanted()).await.is(201), api.post(&csrs, wanted()).await.is(201)];
    let publish = format!("{csrs}/{}/lifecycle/publish", one.id());
    for (body, cause) in [
        (certified(&two, 2028).pem(), "the certificate was not made for this private key"),
        (certified(&one, 2026).pem(), "it has to be valid for 90 days at least"),
        ("hello".to_owned(), "the certificate cannot be read"),
        (String::new(), "the certificate cannot be read"),
    ] {
        let reply = api.send(Method::POST, &publish, body).await.fails(400, "E0000001");
        assert!(reply.causes()[0].contains(cause), "{}", reply.text);
    }
    assert_eq!(api.get(&csrs).await.is(200).body.as_array().unwrap().len(), 2);
    api.send(Method::POST, &publish, certified(&one, 2028).pem()).await.is(201);
    api.send(Method::POST, &publish, "x").await.fails(404, "E0000007");
    let other = format!("{csrs}/{}", two.id());
    api.bare(Method::DELETE, &other).await.is(204);
    api.get(&other).await.fails(404, "E0000007");

    let wrong = json!({
        "subject": { "countryName": "USA", "commonName": "x".repeat(65) },
        "subjectAltNames": { "dnsNames": [1] },
    });
    let reply = api.post(&csrs, wrong).await.fails(400, "E0000001");
    assert_eq!(
        reply.causes(),
        [
            "subject.commonName: it has more than 64 characters",
            "subjectAltNames.dnsNames: texts are due, and nothing else",
            "subject.countryName: two letters are due",
        ]
    );
    let foreign = json!({ "subjectAltNames": { "dnsNames": ["é.test"] } });
    api.post(&csrs, foreign).await.fails(400, "E0000001");
    api.post("/api/v1/apps/0oaNobody/credentials/csrs", wanted()).await.fails(404, "E0000007");
}
