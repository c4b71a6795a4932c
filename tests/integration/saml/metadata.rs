//! Metadata of IdPs and SPs.

use proptest::prelude::*;
use samlproof::saml::{
    AcsEndpoint, AcsUrl, Binding, EntityId, IdpMetadata, NameIdFormat, ReadErrorKind, SpMetadata,
};

use super::text::writable;

const IDP: &str = r#"<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp/" validUntil="2030-01-01T00:00:00Z">
 <IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
  <KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>
    AQ
    ID
  </X509Certificate></X509Data></KeyInfo></KeyDescriptor>
  <KeyDescriptor use="encryption"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>BBBB</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
  <KeyDescriptor><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>BAUG</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
  <NameIDFormat> urn:f </NameIDFormat>
  <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp/r"/>
  <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://idp/s"/>
 </IDPSSODescriptor>
</EntityDescriptor>"#;

#[test]
fn an_idps_metadata_reads_in_full() {
    let metadata = IdpMetadata::parse(IDP).unwrap();
    assert_eq!(metadata.entity_id, EntityId::new("https://idp/"));
    assert_eq!(metadata.valid_until, Some("2030-01-01T00:00:00Z".parse().unwrap()));
    assert!(metadata.want_signed);
    assert_eq!(metadata.certificates, [[1, 2, 3], [4, 5, 6]], "not the one for encryption");
    assert_eq!(metadata.name_id_formats, [NameIdFormat::new("urn:f")]);
    assert_eq!(metadata.sso_location(&Binding::HttpRedirect), Some("https://idp/r"));
    assert_eq!(metadata.sso_location(&Binding::HttpPost), None);
    assert_eq!(metadata.sso.len(), 2);
}

#[test]
fn metadata_of_somebody_else_is_refused() {
    let sp = SpMetadata::new(EntityId::new("e"), AcsUrl::new("a"), NameIdFormat::email_address());
    let error = IdpMetadata::parse(&sp.to_xml()).unwrap_err();
    assert!(matches!(error.kind, ReadErrorKind::MissingElement { child: "IDPSSODescriptor", .. }));
    let error = SpMetadata::parse(IDP).unwrap_err();
    assert!(matches!(error.kind, ReadErrorKind::MissingElement { child: "SPSSODescriptor", .. }));
    let no_service = IDP.replace("SingleSignOnService", "Other");
    assert!(IdpMetadata::parse(&no_service).is_err());
}

#[test]
fn a_certificate_that_is_not_base64_is_refused_with_its_place() {
    let error = IdpMetadata::parse(&IDP.replace("BAUG", "B*UG")).unwrap_err();
    assert_eq!(error.line, 8);
    assert!(error.to_string().contains("expected a certificate in base64"), "{error}");
}

#[test]
fn an_sps_metadata_has_this_form() {
    let sp = SpMetadata::new(
        EntityId::new("https://sp/"),
        AcsUrl::new("https://sp/acs?a&b"),
        NameIdFormat::email_address(),
    );
    assert_eq!(
        sp.to_xml(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><md:EntityDescriptor \
         xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://sp/\">\
         <md:SPSSODescriptor AuthnRequestsSigned=\"false\" WantAssertionsSigned=\"true\" \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><md:NameIDFormat>\
         urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>\
         <md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"https://sp/acs?a&amp;b\" index=\"0\" isDefault=\"true\"/></md:SPSSODescriptor>\
         </md:EntityDescriptor>"
    );
}

#[test]
fn the_default_acs_is_the_one_that_says_so_then_the_one_that_does_not_deny_it() {
    let acs = |index, is_default| AcsEndpoint {
        index,
        url: AcsUrl::new("u"),
        binding: Binding::HttpPost,
        is_default,
    };
    let mut sp =
        SpMetadata::new(EntityId::new("e"), AcsUrl::new("u"), NameIdFormat::email_address());
    for (list, index) in [
        (vec![acs(0, Some(false)), acs(1, None), acs(2, Some(true))], 2),
        (vec![acs(0, Some(false)), acs(1, None), acs(2, None)], 1),
        (vec![acs(0, Some(false)), acs(1, Some(false))], 0),
    ] {
        sp.acs = list;
        assert_eq!(sp.default_acs().unwrap().index, index);
    }
}

prop_compose! {
    fn endpoint()(
        index in any::<u16>(),
        url in writable(),
        binding in writable(),
        is_default in any::<Option<bool>>(),
    ) -> AcsEndpoint {
        AcsEndpoint { index, url: AcsUrl::new(url), binding: Binding::from_urn(&binding), is_default }
    }
}

prop_compose! {
    fn sp()(
        entity_id in writable(),
        acs in prop::collection::vec(endpoint(), 1..4),
        formats in prop::collection::vec("urn:[a-z:&<]{0,12}", 0..3),
        flags in any::<(bool, bool)>(),
        keys in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 0..3),
    ) -> SpMetadata {
        SpMetadata {
            entity_id: EntityId::new(entity_id),
            acs,
            name_id_formats: formats.into_iter().map(NameIdFormat::new).collect(),
            authn_requests_signed: flags.0,
            want_assertions_signed: flags.1,
            encryption_certificates: keys,
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(sp in sp()) {
        prop_assert_eq!(SpMetadata::parse(&sp.to_xml()).unwrap(), sp);
    }
}
