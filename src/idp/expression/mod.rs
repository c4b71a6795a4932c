//! Okta's expression language: the classic one, a subset of SpEL (facts/okta.md 4.4).
//!
//! [`Expression::parse`] and [`Template::parse`] say what is wrong and in which column;
//! [`Schema::check`] knows which names a place has; [`evaluate`] sees nothing but a [`Scope`]. All
//! of them are total: text, depth, memory and time are bounded whatever comes in.
//!
//! What the facts leave open is chosen here:
//!
//! - A text that is null counts as `""` for functions, and as `null` for `+` (as in SpEL), which is
//!   what Elvis `?:` is for. Elvis takes its right side for `""` too (SpEL).
//! - Conditions take booleans, the texts `true` and `false`, and null as `false`. Numbers compare by
//!   value, texts by characters, null is less than anything; other pairs are unequal and have no order.
//! - A property of null is null: `getManagerUser("active_directory").email` is left out in an org that
//!   has no such directory.
//! - Positions and lengths of text count characters and are moved into range, so that
//!   `String.substring(user.firstName, 0, 1)` holds for an empty name. An element that an array does
//!   not have is null, and so is a country that ISO 3166 does not have.
//! - `substringBefore` and `substringAfter` of what does not occur are `""`.
//! - A regular expression matches a whole group name, and has neither look-around nor back-references.
//! - A quote inside a literal is doubled, as in SpEL; a backslash is a backslash. Operators written
//!   as words may have any case. `<=` and `>=` are there beside `<` and `>`. There is no arithmetic
//!   but `+`, no assignment, no `T(…)`, no `new`.
//! - An app's name may hold hyphens: `acme-1_crm_1.userName` is one reference.

mod array;
mod ast;
mod budget;
mod check;
mod convert;
mod directory;
mod error;
mod evaluate;
mod function;
mod group;
mod kept;
mod operator;
mod parser;
mod print;
mod scope;
mod template;
mod text;
mod time;
mod token;
mod value;

pub use ast::{Column, Node, Operator, Root};
pub use check::{Place, Schema};
pub use error::{EvaluationError, ExpressionError, ExpressionFault};
pub use evaluate::evaluate;
pub use function::Function;
pub use parser::Expression;
pub use scope::Scope;
pub use template::{Part, Template};
pub use value::Value;
