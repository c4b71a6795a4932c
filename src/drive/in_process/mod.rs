//! A case played without sockets: the reference SP's public router is called as a service.
//!
//! [`InProcess::drive`] makes of a case the same [`crate::observation::Observation`] as
//! [`super::drive`] does, without the HTTP exchanges in it. Of the IdP there is the org alone: its
//! pages, its sessions and its metadata URL are left out, so that nearly all time goes into what is
//! being tested.

mod act;
mod player;
mod visitor;

pub use player::{InProcess, InProcessOptions};
