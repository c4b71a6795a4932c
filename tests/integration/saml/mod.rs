//! Messages, bindings and metadata: what is written reads back, what is hostile is refused.

mod bindings;
mod hostile;
mod instants;
mod logouts;
mod metadata;
mod requests;
mod responses;
pub(crate) mod text;
