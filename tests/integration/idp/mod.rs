//! The org, its metadata and its responses.

mod assignment;
mod encryption;
mod expression;
pub(crate) mod fixture;
mod group_rule;
mod inline_hook;
mod judges;
mod key_credentials;
mod lifecycle;
mod metadata;
mod org;
mod overrides;
mod preset;
mod responses;
mod seed;
mod statements;
