//! XML signatures: canonicalise, digest, sign, verify; and encryption of assertions.
//!
//! Two engines stand behind one set of functions ([`Engine`]): the default one is made of Rust and
//! aws-lc, the other is libxmlsec1. An engine says only what DigestValue and SignatureValue are; the
//! bytes of a signed document are written here, so that both finish the same document.
//!
//! [`verify`] is for hostile input. It reads a document under hard limits, accepts one form of
//! signature and nothing else, trusts pinned certificates and never what the document brings along,
//! and hands back the very bytes that were signed. Its rules are listed there.
//!
//! [`canonicalize`], [`digest`], [`sign_bytes`] and [`verify_bytes`] are the steps on their own, for
//! those who need a signature of another form.
//!
//! [`encrypt_assertion`] and [`decrypt_assertion`] are aws-lc's alone. An assertion that was decrypted
//! is verified like any other, by whichever engine ([`verify_assertion`]).
//!
//! Everything here is synchronous and bounded in time. The libxmlsec1 engine is not made for async
//! threads: call it from a blocking one.

mod canonical;
mod cipher;
mod decrypt;
mod document;
mod encrypt;
mod encrypted_form;
mod engine;
mod form;
#[cfg(feature = "xmlsec")]
mod libxmlsec;
mod native;
mod policy;
mod primitive;
mod query;
mod sign;
mod strict;
mod template;
mod verify;

pub use canonical::{CanonicalError, canonicalize};
pub use decrypt::{DecryptError, decrypt_assertion};
pub use encrypt::{EncryptError, EncryptionProfile, encrypt_assertion, encrypted_assertion};
pub use engine::{Engine, UnknownEngine};
pub use policy::AlgorithmPolicy;
pub use primitive::{digest, sign_bytes, verify_bytes};
pub use query::{QuerySignature, sign_query, verify_query};
pub use sign::{SignError, SignatureProfile, sign_enveloped};
pub use verify::{verify, verify_assertion, verify_message};
