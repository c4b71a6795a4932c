//! The two operations that Okta takes, on a path as JSON Pointer has it (RFC 6901).

use serde_json::Value;

/// What an operation does at the end of its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// Puts a value where none has to be.
    Add,
    /// Puts a value where one is.
    Replace,
}

/// Does it; `None` if there is no such place.
pub(super) fn set(root: &mut Value, op: Op, path: &str, value: Value) -> Option<()> {
    let (parent, last) = path.rsplit_once('/')?;
    let parent = match parent {
        "" => root,
        parent => root.pointer_mut(parent)?,
    };
    match (parent, op) {
        (Value::Object(members), Op::Add) => {
            members.insert(unescaped(last), value);
        }
        (Value::Object(members), Op::Replace) => {
            *members.get_mut(&unescaped(last))? = value;
        }
        (Value::Array(items), Op::Add) => {
            let index = if last == "-" { items.len() } else { last.parse().ok()? };
            (index <= items.len()).then(|| items.insert(index, value))?;
        }
        (Value::Array(items), Op::Replace) => {
            *items.get_mut(last.parse::<usize>().ok()?)? = value;
        }
        _ => return None,
    }
    Some(())
}

/// A member's name: `~1` is a slash and `~0` a tilde.
fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
