//! Errors in Okta's form (facts/okta.md 5.1).

use http::StatusCode;
use serde_json::{Value, json};

use crate::env::Ids;
use crate::idp::{AssignmentError, GroupRuleError, LifecycleError};

/// An error of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) summary: String,
    /// All that is wrong, each on its own.
    pub(super) causes: Vec<String>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, summary: impl Into<String>) -> Self {
        Self { status, code, summary: summary.into(), causes: vec![] }
    }

    /// E0000001: what a body asks for cannot be.
    pub(super) fn invalid(what: &str, causes: Vec<String>) -> Self {
        let summary = format!("Api validation failed: {what}");
        Self { causes, ..Self::new(StatusCode::BAD_REQUEST, "E0000001", summary) }
    }

    /// E0000003: a body that is no JSON object.
    pub(super) fn malformed(cause: impl Into<String>) -> Self {
        let summary = "The request body was not well-formed.";
        let error = Self::new(StatusCode::BAD_REQUEST, "E0000003", summary);
        Self { causes: vec![cause.into()], ..error }
    }

    /// E0000003 with 413: a body of more bytes than are read. Okta's own answer is not known.
    pub(super) fn too_large(limit: usize) -> Self {
        let cause = format!("the body has more than {limit} bytes");
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, ..Self::malformed(cause) }
    }

    /// E0000004: a wrong password, an unknown user.
    pub(super) fn authentication() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "E0000004", "Authentication failed")
    }

    /// E0000005: no session.
    pub(super) fn session() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "E0000005", "Invalid session")
    }

    /// E0000006: not for whoever asks.
    pub(super) fn forbidden() -> Self {
        let summary = "You do not have permission to perform the requested action";
        Self::new(StatusCode::FORBIDDEN, "E0000006", summary)
    }

    /// E0000007: there is no such thing.
    pub(super) fn not_found(id: &str, kind: &str) -> Self {
        let summary = format!("Not found: Resource not found: {id} ({kind})");
        Self::new(StatusCode::NOT_FOUND, "E0000007", summary)
    }

    /// E0000008: there is no such address.
    pub(super) fn no_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "E0000008", "The requested path was not found")
    }

    /// E0000009: our own fault.
    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "E0000009", "Internal Server Error")
    }

    /// E0000011: no token, or a wrong one.
    pub(super) fn token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "E0000011", "Invalid token provided")
    }

    /// E0000022: the address is there, but not for this method.
    pub(super) fn method() -> Self {
        let summary = "The endpoint does not support the provided HTTP method";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "E0000022", summary)
    }

    /// E0000031: a filter or search that cannot be read (the code is graded M).
    pub(super) fn search(cause: String) -> Self {
        let error = Self::new(StatusCode::BAD_REQUEST, "E0000031", "Invalid search criteria.");
        Self { causes: vec![cause], ..error }
    }

    /// E0000047: too many requests.
    pub(super) fn rate_limit() -> Self {
        let summary = "API call exceeded rate limit due to too many requests.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "E0000047", summary)
    }

    /// E0000056: an app that is to be deleted is active.
    pub(super) fn active_app() -> Self {
        Self::new(StatusCode::FORBIDDEN, "E0000056", "Delete application forbidden.")
    }

    /// E0000060 with 501: Okta has it and samlproof does not (the code is graded M).
    pub(super) fn unimplemented(what: &str) -> Self {
        let summary = format!("Unsupported operation: samlproof does not implement {what}");
        Self::new(StatusCode::NOT_IMPLEMENTED, "E0000060", summary)
    }

    /// A code that the org's model names, with what it says as the cause.
    fn of_model(code: &'static str, what: &str, cause: String) -> Self {
        let (status, summary) = match code {
            "E0000016" => {
                let summary = "Activation failed because the user is already active";
                (StatusCode::FORBIDDEN, summary.to_owned())
            }
            "E0000032" => {
                let summary = "Unlock is not allowed for this user.";
                (StatusCode::FORBIDDEN, summary.to_owned())
            }
            "E0000038" => {
                let summary = "This operation is not allowed in the user's current status.";
                (StatusCode::FORBIDDEN, summary.to_owned())
            }
            _ => return Self::invalid(what, vec![cause]),
        };
        Self { causes: vec![cause], ..Self::new(status, code, summary) }
    }

    /// The body.
    pub(super) fn body(&self, ids: &Ids) -> Value {
        let causes = self.causes.iter().map(|cause| json!({ "errorSummary": cause }));
        json!({
            "errorCode": self.code,
            "errorSummary": self.summary,
            "errorLink": self.code,
            "errorId": ids.error(),
            "errorCauses": causes.collect::<Vec<_>>(),
        })
    }
}

impl From<LifecycleError> for ApiError {
    fn from(error: LifecycleError) -> Self {
        match &error {
            LifecycleError::NoUser { id } => Self::not_found(id, "User"),
            LifecycleError::Login { login } if login.is_empty() => {
                Self::invalid("login", vec!["login: The field cannot be left blank".to_owned()])
            }
            LifecycleError::Login { .. } => Self::invalid("login", vec![LOGIN_TAKEN.to_owned()]),
            other => Self::of_model(other.okta_code(), "user", error.to_string()),
        }
    }
}

/// The cause that Okta gives for a login that is another's.
pub(super) const LOGIN_TAKEN: &str =
    "login: An object with this field already exists in the current organization";

impl From<AssignmentError> for ApiError {
    fn from(error: AssignmentError) -> Self {
        match &error {
            AssignmentError::NotFound { kind, id } => Self::not_found(id, kind),
            other => Self::of_model(other.okta_code(), "credentials", error.to_string()),
        }
    }
}

impl From<GroupRuleError> for ApiError {
    fn from(error: GroupRuleError) -> Self {
        match &error {
            GroupRuleError::NotFound { kind, id } => Self::not_found(id, kind),
            GroupRuleError::GroupKind { id, kind } => {
                let cause = format!(
                    "the group {id} is of type {}: nobody chooses who is in it",
                    kind.name()
                );
                Self::invalid("group", vec![cause])
            }
            other => Self::of_model(other.okta_code(), "GroupRule", error.to_string()),
        }
    }
}
