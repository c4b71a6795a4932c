//! The pages that people see: askama templates in `templates/`, one stylesheet, no build step.
//!
//! They load nothing from elsewhere, work without JavaScript, and nothing that is written into them
//! can run.

mod asset;
mod auto_post;
mod encode;
mod error;
mod page;
mod post_message;
mod sign_in;
mod user_home;

pub(super) use asset::routes as assets;
pub(super) use auto_post::auto_post;
pub(super) use encode::encode_attribute;
pub(super) use error::{
    bad_request, bad_saml_request, denied, internal_error, not_assigned, not_found,
    too_many_requests,
};
pub(super) use page::{html, redirect};
pub(super) use post_message::PostMessage;
pub(super) use sign_in::{Notice, Persona, SignIn};
pub(super) use user_home::user_home;
