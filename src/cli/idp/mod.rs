//! `samlproof idp`: serves mock Okta orgs.

mod args;
mod failure;
mod log;
mod output;
mod prepared;
mod serving;

pub(crate) use args::IdpArgs;
pub(crate) use serving::execute;
