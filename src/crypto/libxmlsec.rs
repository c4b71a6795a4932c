//! The second engine: libxmlsec1 on libxml2 and OpenSSL.
//!
//! It canonicalises, digests, signs and verifies by itself; the form of a signature is checked before
//! it is asked ([`super::form`]), so it never sees a file reference or a transform that it would
//! follow. Its objects belong to one thread and live for one call. It reports trouble on standard
//! error as well, which the safe bindings cannot turn off.

use libxml::parser::{Parser, ParserOptions};
use libxml::tree::{Document, Node};
use libxml::xpath::Context;
use xmlsec::{XmlSecDocumentExt as _, XmlSecKey, XmlSecKeyFormat, XmlSecSignatureContext};

use super::document::DSIG;
use super::form::Found;
use super::sign::{Job, SignError, Values};
use super::template;
use crate::keys::Certificate;

/// Computes the values of a signature that is to stand at a position of the document.
pub(super) fn values(xml: &str, place: usize, job: &Job<'_>) -> Result<Values, SignError> {
    let failed = |step: &str| SignError::Libxmlsec(format!("{step} of #{}", job.id));
    let mut context = XmlSecSignatureContext::new();
    let key = XmlSecKey::from_memory(job.key.key_pem().as_bytes(), XmlSecKeyFormat::Pem, None)
        .map_err(|error| SignError::Libxmlsec(error.to_string()))?;
    context.insert_key(key);
    let (before, after) = xml.split_at(place);
    let open = template::open();
    let empty = template::signed_info(job.id, job.profile, "");
    let with_template = [before, &open, &empty, &template::close("", None), after].concat();
    let document = parsed(&with_template).ok_or_else(|| failed("reading"))?;
    let signature =
        signature_in(&document, job.id).ok_or_else(|| failed("finding the template"))?;
    context
        .sign_node(&signature)
        .map_err(|error| SignError::Libxmlsec(format!("#{}: {error}", job.id)))?;
    let value = |name: &str| text_in(&document, job.id, name).ok_or_else(|| failed(name));
    let digest = value("ds:SignedInfo/ds:Reference/ds:DigestValue")?;
    Ok(Values { digest: template::digest_text(&digest), signature: value("ds:SignatureValue")? })
}

/// The first trusted certificate that verifies a signature, by its index. Each attempt gets a fresh
/// document and a context that knows one key, which libxmlsec1 then uses without looking at KeyInfo.
pub(super) fn verified_by(xml: &str, found: &Found, trusted: &[Certificate]) -> Option<usize> {
    trusted.iter().position(|certificate| holds(xml, found, certificate).unwrap_or(false))
}

fn holds(xml: &str, found: &Found, certificate: &Certificate) -> Option<bool> {
    let mut context = XmlSecSignatureContext::new();
    let key = XmlSecKey::from_memory(certificate.der(), XmlSecKeyFormat::CertDer, None).ok()?;
    context.insert_key(key);
    let document = parsed(xml)?;
    let signature = signature_in(&document, &found.id)?;
    context.verify_node(&signature).ok()
}

/// Reads a document and tells libxml2 that `ID` is an ID.
fn parsed(xml: &str) -> Option<Document> {
    let options = ParserOptions {
        recover: false,
        no_error: true,
        no_warning: true,
        no_net: true,
        encoding: Some("UTF-8"),
        ..ParserOptions::default()
    };
    let document = Parser::default().parse_string_with_options(xml, options).ok()?;
    document.specify_idattr("//*[@ID]", "ID", None).ok()?;
    Some(document)
}

/// The signature that is a child of the element with an ID, which is of a plain alphabet.
fn signature_in(document: &Document, id: &str) -> Option<Node> {
    found_in(document, &format!("//*[@ID='{id}']/ds:Signature"))
}

fn text_in(document: &Document, id: &str, path: &str) -> Option<String> {
    let node = found_in(document, &format!("//*[@ID='{id}']/ds:Signature/{path}"))?;
    let text: String = node.get_content().split_whitespace().collect();
    (!text.is_empty()).then_some(text)
}

fn found_in(document: &Document, path: &str) -> Option<Node> {
    let context = Context::new(document).ok()?;
    context.register_namespace("ds", DSIG).ok()?;
    context.evaluate(path).ok()?.get_nodes_as_vec().into_iter().next()
}
