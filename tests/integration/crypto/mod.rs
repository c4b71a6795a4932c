//! Signatures: both engines, hostile documents, outside judges.

mod engines;
mod fixture;
mod hostile;
mod judges;
mod limits;
mod primitives;
mod property;
mod query;
mod wrapping;
