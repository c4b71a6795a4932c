//! The developer's view: what became of each login and why, and the apps of the org.
//!
//! | Address | What it shows |
//! |---|---|
//! | GET `/_samlproof/` | the latest attempts to log in, refused ones too |
//! | GET `/_samlproof/logins/{number}` | one of them: the request, the response, its signatures, attributes and times, and why an attribute is absent |
//! | GET `/_samlproof/apps` | the apps, with what an SP is told of them |
//! | GET `/_samlproof/apps/new` | a form for a new app, filled by `?preset=` with what a vendor's page says ([`crate::idp::Preset`]) |
//! | POST `/_samlproof/apps` | makes it, or shows the form again with all that is wrong |
//! | GET `/_samlproof/apps/{0oa}/edit` | the same form with an app as it is |
//! | POST `/_samlproof/apps/{0oa}` | saves it, likewise |
//! | POST `…/usernames` | has all its users named as the username template says today: Okta's "Update Now" |
//! | POST `…/activate`, `…/deactivate`, `…/delete` | what they say; one that is active is not deleted |
//!
//! The form's fields: `preset` (of a new app), `label`, `acs`, `entity_id`, `name_id_format`, `token`,
//! `x5c`, `users` and `groups` with a name a line, and as often as there are rows `attribute_name` with
//! `attribute_value` and `attribute_format`, and `group_name` with `group_filter`, `group_value` and
//! `group_format`. With `more` nothing is done, and the form comes back with more rows. Only the org's own
//! pages may send these ([`super::origin`]).
//!
//! An app that is saved keeps what the form does not show, and of what it shows all that was left alone,
//! byte for byte and unchecked: apps of org files and of the API may be what no form makes. A token may
//! come later, since a vendor gives it for the metadata of an app that is there.
//!
//! Nothing of this is Okta's. Like everything here it is open to whoever reaches the org.

mod ago;
mod app_check;
mod app_edit;
mod app_form;
mod app_page;
mod apps;
mod assignees;
mod field;
mod login;
mod logins;
mod pretty;
mod routes;
mod statement_row;
mod statements;
mod usernames;

pub(super) use routes::routes;
