//! The tests that need neither a server nor another implementation of SAML.

#[path = "../../integration/idp/assignment.rs"]
mod assignment;
#[path = "../../integration/idp/expression/mod.rs"]
mod expression;
#[path = "../../integration/idp/fixture.rs"]
pub(crate) mod fixture;
#[path = "../../integration/idp/group_rule.rs"]
mod group_rule;
#[path = "../../integration/idp/inline_hook.rs"]
mod inline_hook;
#[path = "../../integration/idp/key_credentials.rs"]
mod key_credentials;
#[path = "../../integration/idp/metadata.rs"]
mod metadata;
#[path = "../../integration/idp/org.rs"]
mod org;
#[path = "../../integration/idp/overrides.rs"]
mod overrides;
#[path = "../../integration/idp/seed.rs"]
mod seed;
#[path = "../../integration/idp/statements.rs"]
mod statements;
