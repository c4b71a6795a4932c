//! The org, its metadata and its responses.

mod encryption;
mod fixture;
mod judges;
mod metadata;
mod org;
mod overrides;
mod responses;
mod statements;
