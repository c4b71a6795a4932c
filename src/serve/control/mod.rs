//! For other people's tests: what the next login does otherwise, and what the last one was.
//!
//! In the library that is [`NextLogin`] and [`OrgService::attempts`](super::OrgService::attempts); over
//! HTTP, in JSON:
//!
//! | Address | What it does |
//! |---|---|
//! | GET `/_samlproof/api` | these addresses |
//! | GET `/_samlproof/api/next-logins` | what is waiting |
//! | POST `/_samlproof/api/next-logins` | has the next login made otherwise; 201 with its `id` |
//! | DELETE `/_samlproof/api/next-logins`, `…/{id}` | takes all of them back, or one |
//! | GET `/_samlproof/api/logins`, `…/last` | attempts to log in, oldest first, or the last one; of one user or app with `?user=` and `?app=`, of one outcome with `?outcome=sent` or `refused`, the latest so many with `?limit=` |
//! | GET `/_samlproof/api/logins/{number}` | one of them |
//!
//! The latest 512 attempts are kept. Each says what the AuthnRequest asked for in vain (`remarks`), what
//! was done otherwise (`altered`) and which statements sent nothing, and why (`absent`).
//!
//! A body says whom it is for (`user`, `app`: everybody and every app without), whether it stays
//! (`sticky`: until it is taken back), and what is done: `expired`, `not_yet_valid`, `age_seconds`,
//! `audience`, `recipient`, `destination`, `issuer`, `name_id`, `in_response_to`, `sign` (`both`,
//! `response`, `assertion`, `nothing`), `other_key`, `without` (attributes that are left out),
//! `attributes` (their values), `delay_ms`, `error` (a page in place of a response: `bad-request`,
//! `not-assigned`, `denied`, `not-found`, `too-many-requests`, `internal-error`). For one user, app and
//! duration there is one at a time: a later one takes its place, which the answer says (`replaces`).
//!
//! No web page of elsewhere can make use of it: a body has to be `application/json`, which a browser asks
//! leave for first and does not get, and whatever says that it comes from another site is refused.

mod api;
mod next_login;
mod shown;
mod upcoming;
mod wish;

pub(super) use api::router;
pub use next_login::{ErrorPage, NextLogin};
pub use upcoming::Upcoming;
pub(super) use upcoming::UpcomingLogins;
