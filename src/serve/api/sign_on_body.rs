//! Reading `settings.signOn` (facts/okta.md 4.1): every key does what it says or is refused.

use super::fields::Fields;
use super::sign_on_json::{DIGESTS, ENCRYPTIONS, KEY_TRANSPORTS, SIGNATURES};
use super::statement_body;
use crate::idp::expression::{Place, Schema, Template};
use crate::idp::{AcsEndpoint, AssertionEncryption, Org, ParticipateSlo, SignOn, SingleLogout};
use crate::keys::Certificate;
use crate::net::parse_url;
use crate::saml::{AcsUrl, Binding, EntityId, NameIdFormat};

/// The longest address and the longest text, in characters.
const LONGEST: usize = 1024;

/// The last one is misspelt at Okta (facts/okta.md 4.1).
const CONTEXT_CLASSES: [&str; 7] = [
    SignOn::PASSWORD_PROTECTED_TRANSPORT,
    "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:X509",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified",
    "urn:federation:authentication:windows",
    "oasis:names:tc:SAML:2.0:ac:classes:Kerberos",
];

/// What an app's `settings.signOn` is to be, as far as it can be read; what is wrong is noted. `app`
/// is the id of the app if it is there already.
pub(super) fn read(org: &Org, app: Option<&str>, fields: &Fields<'_>) -> SignOn {
    let acs = address(fields, "ssoAcsUrl", true).unwrap_or_default();
    let audience = text(fields, "audience", true).unwrap_or_default();
    let mut on = SignOn::new(AcsUrl::new(acs), EntityId::new(audience));
    on.recipient = AcsUrl::new(address(fields, "recipient", true).unwrap_or_default());
    on.destination = AcsUrl::new(address(fields, "destination", true).unwrap_or_default());
    on.default_relay_state = text(fields, "defaultRelayState", false).unwrap_or_default();
    read_subject(&mut on, org, app, fields);
    read_signing(&mut on, fields);
    read_endpoints(&mut on, fields);
    on.attribute_statements = statement_body::read(org, app, fields);
    on.assertion_encryption = read_encryption(&fields.child("assertionEncryption"));
    read_requests(&mut on, fields);
    read_logout(&mut on, fields);
    read_hooks(&mut on, fields);
    read_overrides(&mut on, fields);
    on.saml_assertion_lifetime_seconds = fields.number("samlAssertionLifetimeSeconds", 1..=86_400);
    on
}

fn text(fields: &Fields<'_>, name: &str, required: bool) -> Option<String> {
    let text = if required { fields.required(name) } else { fields.text(name) }?;
    if text.chars().nth(LONGEST).is_some() {
        fields.note(name, format_args!("it has more than {LONGEST} characters"));
    }
    Some(text.to_owned())
}

/// An address of http or https, kept byte for byte.
fn address(fields: &Fields<'_>, name: &str, required: bool) -> Option<String> {
    let text = text(fields, name, required)?;
    if parse_url(&text).is_err() {
        fields.note(name, "a URL of http or https is due");
    }
    Some(text)
}

/// A template that names what there is.
pub(super) fn template(fields: &Fields<'_>, name: &str, schema: &Schema) -> Option<Template> {
    let text = fields.text(name)?;
    match schema.template(text) {
        Ok(_) if text.trim().is_empty() => {
            fields.note(name, "The field cannot be left blank");
            None
        }
        Ok(template) => Some(template),
        Err(error) => {
            fields.note(name, error.okta_cause(text));
            None
        }
    }
}

fn read_subject(on: &mut SignOn, org: &Org, app: Option<&str>, fields: &Fields<'_>) {
    let schema = |place| Schema::of(org, place, app);
    let name = "subjectNameIdTemplate";
    if let Some(template) = template(fields, name, &schema(Place::SubjectNameId)) {
        on.subject_name_id_template = template;
    }
    let formats = SignOn::NAME_ID_FORMATS.map(|format| (format, format));
    if let Some(format) = fields.choice("subjectNameIdFormat", &formats) {
        on.subject_name_id_format = NameIdFormat::new(format);
    }
    if template(fields, "idpIssuer", &schema(Place::Issuer)).is_some()
        && let Some(issuer) = text(fields, "idpIssuer", false).filter(|issuer| !issuer.is_empty())
    {
        on.idp_issuer = issuer;
    }
    let classes = CONTEXT_CLASSES.map(|class| (class, class));
    if let Some(class) = fields.choice("authnContextClassRef", &classes) {
        class.clone_into(&mut on.authn_context_class_ref);
    }
}

fn read_signing(on: &mut SignOn, fields: &Fields<'_>) {
    on.response_signed = fields.flag("responseSigned").unwrap_or(on.response_signed);
    on.assertion_signed = fields.flag("assertionSigned").unwrap_or(on.assertion_signed);
    if !on.response_signed && !on.assertion_signed {
        fields.note("responseSigned", "the response or the assertion has to be signed");
    }
    let signature = fields.choice("signatureAlgorithm", &SIGNATURES);
    on.signature_algorithm = signature.unwrap_or(on.signature_algorithm);
    on.digest_algorithm = fields.choice("digestAlgorithm", &DIGESTS).unwrap_or(on.digest_algorithm);
    on.honor_force_authn = fields.flag("honorForceAuthn").unwrap_or(on.honor_force_authn);
    on.request_compressed = fields.flag("requestCompressed").unwrap_or_default();
}

fn read_endpoints(on: &mut SignOn, fields: &Fields<'_>) {
    on.allow_multiple_acs_endpoints = fields.flag("allowMultipleAcsEndpoints").unwrap_or_default();
    let endpoints = fields.children("acsEndpoints");
    if endpoints.len() > SignOn::MAX_ACS_ENDPOINTS {
        let most = SignOn::MAX_ACS_ENDPOINTS;
        return fields.note("acsEndpoints", format_args!("there are more than {most}"));
    }
    for endpoint in endpoints {
        let url = address(&endpoint, "url", true);
        let index = endpoint.number("index", 0..=u32::from(u16::MAX));
        if endpoint.value("index").is_none() {
            endpoint.note("index", "The field cannot be left blank");
        }
        let index = index.and_then(|index| u16::try_from(index).ok());
        let (Some(url), Some(index)) = (url, index) else { continue };
        if on.acs_endpoints.iter().any(|known| known.index == index) {
            endpoint.note("index", format_args!("{index} is there twice"));
        }
        on.acs_endpoints.push(AcsEndpoint { url: AcsUrl::new(url), index });
    }
}

/// One certificate of `x5c`, as base64 or PEM. Okta takes a list and uses the first.
fn certificate(fields: &Fields<'_>) -> Option<Certificate> {
    let texts = fields.texts("x5c")?;
    let [text, ..] = texts[..] else {
        fields.note("x5c", "The field cannot be left blank");
        return None;
    };
    let read = match text.contains("-----BEGIN") {
        true => Certificate::from_pem(text),
        false => Certificate::from_base64(text),
    };
    read.map_err(|error| fields.note("x5c", error)).ok()
}

fn read_encryption(fields: &Fields<'_>) -> Option<AssertionEncryption> {
    if !fields.flag("enabled").unwrap_or_default() {
        return None;
    }
    let key_transport = fields.choice("keyTransportAlgorithm", &KEY_TRANSPORTS);
    let encryption = fields.choice("encryptionAlgorithm", &ENCRYPTIONS);
    if fields.value("x5c").is_none() {
        fields.note("x5c", "The field cannot be left blank");
    }
    let made = AssertionEncryption::new(certificate(fields)?);
    let made = made.map_err(|error| fields.note("x5c", error)).ok()?;
    Some(made.with(key_transport.unwrap_or_default(), encryption.unwrap_or_default()))
}

fn read_requests(on: &mut SignOn, fields: &Fields<'_>) {
    on.sp_certificate = certificate(&fields.child("spCertificate"));
    on.saml_signed_request_enabled = fields.flag("samlSignedRequestEnabled").unwrap_or_default();
    on.sp_issuer = text(fields, "spIssuer", false).filter(|issuer| !issuer.is_empty());
    if on.saml_signed_request_enabled && fields.value("spCertificate").is_none() {
        fields
            .note("spCertificate", "signed requests need the certificate that they are signed by");
    }
}

fn read_logout(on: &mut SignOn, fields: &Fields<'_>) {
    let slo = fields.child("slo");
    if slo.flag("enabled").unwrap_or_default() {
        let issuer = text(&slo, "issuer", true);
        let logout_url = address(&slo, "logoutUrl", true);
        if fields.value("spCertificate").is_none() {
            fields.note("spCertificate", "single logout needs the certificate of the SP");
        }
        if let (Some(issuer), Some(logout_url)) = (issuer, logout_url) {
            on.sp_issuer = Some(issuer.clone());
            on.slo = Some(SingleLogout { issuer: EntityId::new(issuer), logout_url });
        }
    }
    let participate = fields.child("participateSlo");
    if participate.flag("enabled").unwrap_or_default() {
        let bindings = [("POST", true), ("REDIRECT", false)];
        let post = participate.choice("bindingType", &bindings).unwrap_or(true);
        let session_index_required = participate.flag("sessionIndexRequired").unwrap_or_default();
        let url = address(&participate, "logoutRequestUrl", true);
        on.participate_slo = url.map(|logout_request_url| ParticipateSlo {
            logout_request_url,
            session_index_required,
            binding: if post { Binding::HttpPost } else { Binding::HttpRedirect },
        });
    }
}

/// What goes before the usual addresses, in apps of Okta's catalogue; empty where it does not.
fn read_overrides(on: &mut SignOn, fields: &Fields<'_>) {
    let wanted = |name: &str| fields.text(name).is_some_and(|text| !text.is_empty());
    let url = |name: &str| address(fields, name, false).filter(|_| wanted(name)).map(AcsUrl::new);
    for (name, slot) in [
        ("ssoAcsUrlOverride", &mut on.sso_acs_url_override),
        ("recipientOverride", &mut on.recipient_override),
        ("destinationOverride", &mut on.destination_override),
    ] {
        if wanted(name) {
            *slot = url(name);
        }
    }
    if wanted("audienceOverride") {
        on.audience_override = text(fields, "audienceOverride", false).map(EntityId::new);
    }
}

/// Whether there are such hooks is a question of [`super::hooks::check`].
fn read_hooks(on: &mut SignOn, fields: &Fields<'_>) {
    let hooks = fields.children("inlineHooks");
    if hooks.len() > 1 {
        fields.note("inlineHooks", "an app takes one at most");
    }
    on.inline_hooks =
        hooks.iter().filter_map(|hook| hook.required("id")).map(str::to_owned).collect();
}
