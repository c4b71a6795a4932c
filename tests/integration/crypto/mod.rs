//! Signatures and encryption: both engines, hostile documents, outside judges.

mod ciphertext;
mod encryption;
mod engines;
mod fixture;
mod hostile;
mod judges;
mod limits;
mod primitives;
mod property;
mod query;
mod wrapping;
