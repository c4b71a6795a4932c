//! What an expression says, as plain data.

use super::Function;

/// One part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// `1234`.
    Int(i64),
    /// `3.141`; always finite.
    Num(f64),
    /// `"text"` or `'text'`.
    Text(String),
    /// `{10, 20}`.
    List(Vec<Node>),
    /// `{'group.id': "00g…"}`; never empty.
    Map(Vec<(String, Node)>),
    /// `user.firstName`.
    Reference {
        /// Whose property.
        root: Root,
        /// Which.
        name: String,
        /// Where it stands.
        at: Column,
    },
    /// `String.append(a, b)`.
    Call {
        /// What is called; its arguments are as many as it takes.
        function: Function,
        /// With what.
        arguments: Vec<Node>,
        /// Where it stands.
        at: Column,
    },
    /// `getManagerUser("active_directory").email`.
    Property {
        /// Of what.
        of: Box<Node>,
        /// Which.
        name: String,
    },
    /// `user.getGroups({…}).![name]`: that property of each element.
    Select {
        /// Of what.
        of: Box<Node>,
        /// Which.
        name: String,
    },
    /// `!a`.
    Not(Box<Node>),
    /// `a + b + c`: operators of one rank, from left to right. `rest` is never empty; comparisons do
    /// not chain.
    Chain {
        /// The leftmost operand.
        first: Box<Node>,
        /// The others, with the operator in front of each.
        rest: Vec<(Operator, Node)>,
    },
    /// `a ? b : c`.
    Ternary {
        /// The condition.
        condition: Box<Node>,
        /// The value if it holds.
        yes: Box<Node>,
        /// The value if it does not.
        no: Box<Node>,
    },
    /// `a ?: b`.
    Elvis {
        /// The value, unless it is null or empty.
        value: Box<Node>,
        /// The value otherwise.
        otherwise: Box<Node>,
    },
}

/// Whose property a reference names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// `user`: the Okta user profile.
    User,
    /// `source`: the profile that is mapped from, which here is the Okta user's.
    Source,
    /// `appuser`: the user's profile at the app.
    AppUser,
    /// `app`: the app itself.
    App,
    /// `org`.
    Org,
    /// `session`.
    Session,
    /// The name of an app: the user's profile at that one.
    Named(String),
}

impl Root {
    /// The root of this name; one that is none of the language's is an app's.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "user" => Self::User,
            "source" => Self::Source,
            "appuser" => Self::AppUser,
            "app" => Self::App,
            "org" => Self::Org,
            "session" => Self::Session,
            other => Self::Named(other.to_owned()),
        }
    }

    /// As it is written.
    pub fn name(&self) -> &str {
        match self {
            Self::User => "user",
            Self::Source => "source",
            Self::AppUser => "appuser",
            Self::App => "app",
            Self::Org => "org",
            Self::Session => "session",
            Self::Named(name) => name,
        }
    }
}

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `OR`, `||`.
    Or,
    /// `AND`, `&&`.
    And,
    /// `==`.
    Equal,
    /// `!=`.
    Unequal,
    /// `<`.
    Less,
    /// `>`.
    Greater,
    /// `<=`.
    AtMost,
    /// `>=`.
    AtLeast,
    /// `+`: the sum of numbers, otherwise the texts joined.
    Plus,
}

impl Operator {
    /// How tightly it binds.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal
            | Self::Unequal
            | Self::Less
            | Self::Greater
            | Self::AtMost
            | Self::AtLeast => 3,
            Self::Plus => 4,
        }
    }

    /// As Okta's documents write it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "OR",
            Self::And => "AND",
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::Greater => ">",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::Plus => "+",
        }
    }
}

/// Where something stands: a byte offset into the text. It is no part of what an expression says:
/// any two are equal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Column(pub usize);

impl PartialEq for Column {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Column {}

impl Node {
    /// Makes `user.profile.x` to `user.x`, and the same of `appuser`, wherever they stand.
    pub(super) fn shorten_profiles(&mut self) {
        if let Self::Property { of, name } = self
            && let Self::Reference { root: root @ (Root::User | Root::AppUser), name: profile, at } =
                &**of
            && profile == "profile"
        {
            *self = Self::Reference { root: root.clone(), name: std::mem::take(name), at: *at };
        }
        self.children_mut().into_iter().for_each(Self::shorten_profiles);
    }

    fn children_mut(&mut self) -> Vec<&mut Node> {
        match self {
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Num(_) | Self::Text(_) => vec![],
            Self::Reference { .. } => vec![],
            Self::List(items) => items.iter_mut().collect(),
            Self::Map(entries) => entries.iter_mut().map(|(_, node)| node).collect(),
            Self::Call { arguments, .. } => arguments.iter_mut().collect(),
            Self::Property { of, .. } | Self::Select { of, .. } | Self::Not(of) => vec![of],
            Self::Chain { first, rest } => {
                std::iter::once(&mut **first).chain(rest.iter_mut().map(|(_, node)| node)).collect()
            }
            Self::Ternary { condition, yes, no } => vec![condition, yes, no],
            Self::Elvis { value, otherwise } => vec![value, otherwise],
        }
    }

    /// The parts directly below.
    pub(super) fn children(&self) -> Vec<&Node> {
        match self {
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Num(_) | Self::Text(_) => vec![],
            Self::Reference { .. } => vec![],
            Self::List(items) => items.iter().collect(),
            Self::Map(entries) => entries.iter().map(|(_, node)| node).collect(),
            Self::Call { arguments, .. } => arguments.iter().collect(),
            Self::Property { of, .. } | Self::Select { of, .. } | Self::Not(of) => vec![of],
            Self::Chain { first, rest } => {
                std::iter::once(&**first).chain(rest.iter().map(|(_, node)| node)).collect()
            }
            Self::Ternary { condition, yes, no } => vec![condition, yes, no],
            Self::Elvis { value, otherwise } => vec![value, otherwise],
        }
    }
}
