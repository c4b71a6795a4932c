//! Reading XML that nobody vouches for, with hard limits.
//!
//! [`read`] makes a small tree of a document that has no DTD and stays within [`Limits`]; all message
//! and metadata parsers work on that tree through [`Place`], which knows where in the source it is.

mod document;
mod element;
mod error;

pub use document::Limits;
pub use error::{ReadError, ReadErrorKind};

pub(super) use document::read;
pub(super) use element::{Namespace, Place};
