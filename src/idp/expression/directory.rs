//! Functions that look other people up, and what of the user is no profile attribute.

use super::function::{Arity, Call, Definition};
use super::{EvaluationError, Value};
use crate::idp::User;

type Made = Result<Value, EvaluationError>;

/// There are no directories and no Workday behind this org, so everybody's manager and assistant is
/// null and nobody is assigned there.
pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new("getManagerUser", Arity::Exactly(1), nobody),
    Definition::new("getManagerAppUser", Arity::Exactly(2), nobody),
    Definition::new("getAssistantUser", Arity::Exactly(1), nobody),
    Definition::new("getAssistantAppUser", Arity::Exactly(2), nobody),
    Definition::new("hasDirectoryUser", Arity::Exactly(0), no),
    Definition::new("hasWorkdayUser", Arity::Exactly(0), no),
    Definition::new("findDirectoryUser", Arity::Exactly(0), nobody),
    Definition::new("findWorkdayUser", Arity::Exactly(0), nobody),
    Definition::new("user.getLinkedUser", Arity::Exactly(1), linked),
    Definition::new("user.getLinkedObject", Arity::Exactly(1), linked),
    Definition::new("user.getInternalProperty", Arity::Exactly(1), internal),
];

/// What `user.getInternalProperty` knows.
pub(super) const INTERNAL: [&str; 2] = ["id", "status"];

fn nobody(_: &mut Call<'_, '_>) -> Made {
    Ok(Value::Null)
}

fn no(_: &mut Call<'_, '_>) -> Made {
    Ok(Value::Bool(false))
}

/// The user at the other end of a linked object; null if there is none.
fn linked(call: &mut Call<'_, '_>) -> Made {
    let name = call.text(0)?;
    let id = call.scope.user.linked.get(&name);
    let user = id.and_then(|id| call.scope.org.users.iter().find(|user| user.id == *id));
    Ok(user.map_or(Value::Null, record))
}

fn record(user: &User) -> Value {
    let profile = user.profile.iter().map(|(name, value)| (name.clone(), Value::from(value)));
    let login = ("login".to_owned(), Value::from(user.login.as_str()));
    Value::Record(profile.chain([login]).collect())
}

fn internal(call: &mut Call<'_, '_>) -> Made {
    let user = call.scope.user;
    match call.text(0)?.as_str() {
        "id" => Ok(Value::from(user.id.as_str())),
        "status" => Ok(Value::from(user.status.name())),
        other => Err(EvaluationError::unreadable(call.name, other, "id or status")),
    }
}
