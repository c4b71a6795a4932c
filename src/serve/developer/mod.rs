//! The developer's view: what became of each login and why, and the apps of the org.
//!
//! | Address | What it shows |
//! |---|---|
//! | GET `/_samlproof/` | the latest attempts to log in, refused ones too |
//! | GET `/_samlproof/logins/{number}` | one of them: the request, the response, its signatures, attributes and times, and why an attribute is absent |
//! | GET `/_samlproof/apps` | the apps, with what an SP is told of them |
//! | GET `/_samlproof/apps/new` | a form for a new app, filled by `?preset=` with what a vendor's page says ([`crate::idp::Preset`]) |
//! | POST `/_samlproof/apps` | makes it, or shows the form again with all that is wrong |
//!
//! The form's fields: `preset`, `label`, `acs`, `entity_id`, `name_id_format`, `token`, `x5c`, `assign`
//! (`everyone`, `users`, `groups`) with `assignees`, and as often as there are rows `attribute_name` with
//! `attribute_value` and `attribute_format`, and `group_name` with `group_filter`, `group_value` and
//! `group_format`. With `more` nothing is made, and the form comes back with more rows. Only the org's own
//! pages may send it ([`super::origin`]).
//!
//! Nothing of this is Okta's. Like everything here it is open to whoever reaches the org.

mod ago;
mod app_form;
mod apps;
mod field;
mod login;
mod logins;
mod pretty;
mod routes;
mod statement_row;

pub(super) use routes::routes;
