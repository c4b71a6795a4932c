//! Federated claims: what Okta offers in place of attribute statements (facts/okta.md 4.2).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::idp::expression::{Expression, ExpressionError, Place, Schema};
use crate::idp::{App, AttributeSource, AttributeStatement, Org};

/// A claim of an app. It is sent behind the attribute statements, with the NameFormat unspecified
/// (graded M).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FederatedClaim {
    /// `ofc…`.
    pub id: String,
    /// Its expression as it was written.
    pub expression: String,
    /// What it sends.
    pub statement: AttributeStatement,
    /// `created`.
    pub created: Timestamp,
    /// `lastUpdated`.
    pub last_updated: Timestamp,
}

impl FederatedClaim {
    /// A claim of this app.
    ///
    /// # Errors
    /// What is wrong with the expression. It is one of Identity Engine's language, of which what is
    /// here is the classic one with `user.profile.x` for `user.x`.
    pub fn new(
        (id, name): (&str, &str),
        expression: &str,
        (org, app): (&Org, &App),
        now: Timestamp,
    ) -> Result<Self, ExpressionError> {
        let parsed = Expression::parse_with_profiles(expression)?;
        Schema::of(org, Place::AttributeStatement, Some(&app.id)).check(&parsed, expression)?;
        Ok(Self {
            id: id.to_owned(),
            expression: expression.to_owned(),
            statement: AttributeStatement {
                name: name.to_owned(),
                format: Default::default(),
                source: AttributeSource::Expression(parsed),
            },
            created: now,
            last_updated: now,
        })
    }
}

impl App {
    /// All that it says of its users: attribute statements, then federated claims.
    pub fn statements(&self) -> impl Iterator<Item = &AttributeStatement> {
        let claims = self.federated_claims.iter().map(|claim| &claim.statement);
        self.sign_on.attribute_statements.iter().chain(claims)
    }
}
