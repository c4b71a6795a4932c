//! From text to expression.

use super::token::{Kind, Token, tokens};
use super::{Column, ExpressionError, ExpressionFault, Function, Node, Operator, Root};

/// An expression that can be evaluated.
///
/// ```
/// use samlproof::idp::expression::Expression;
///
/// let expression = Expression::parse("user.firstName + ' ' + user.lastName").unwrap();
/// assert_eq!(expression.to_string(), r#"user.firstName + " " + user.lastName"#);
/// let error = Expression::parse("String.toLower(user.login)").unwrap_err();
/// assert_eq!(error.column, 1);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Expression(Node);

impl Expression {
    /// The longest expression, in characters. Attribute statements take fewer (facts/okta.md 4.2).
    pub const MAX_LENGTH: usize = 4096;
    /// How deep brackets, calls and operators may stand inside each other.
    pub const MAX_DEPTH: usize = 64;

    /// Parses an expression. Functions, the number of their arguments and regular expressions are
    /// checked here; whether properties exist is asked of a [`super::Schema`].
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        Self::parse_at(text, text, 0)
    }

    /// As [`Expression::parse`], and `user.profile.x` is `user.x`, `appuser.profile.x` is `appuser.x`:
    /// so the newer language of Identity Engine writes them.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn parse_with_profiles(text: &str) -> Result<Self, ExpressionError> {
        let Self(mut node) = Self::parse(text)?;
        node.shorten_profiles();
        Ok(Self(node))
    }

    /// Parses a part of a text, whose errors are told by the column in the whole.
    pub(super) fn parse_at(whole: &str, part: &str, at: usize) -> Result<Self, ExpressionError> {
        let parsed = parse(part, at).map_err(|(inside, fault)| error(whole, at + inside, fault))?;
        Ok(Self(parsed))
    }

    /// What it says.
    pub fn root(&self) -> &Node {
        &self.0
    }

    /// Every part of it, in no order that matters.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        let mut waiting = vec![&self.0];
        std::iter::from_fn(move || {
            let node = waiting.pop()?;
            waiting.extend(node.children());
            Some(node)
        })
    }
}

/// An error by the byte it stands at.
pub(super) fn error(whole: &str, at: usize, fault: ExpressionFault) -> ExpressionError {
    let before = whole.get(..at).unwrap_or(whole);
    ExpressionError { column: before.chars().count() + 1, fault }
}

type Failure = (usize, ExpressionFault);

/// `offset` is where the text begins in what columns are told of.
fn parse(text: &str, offset: usize) -> Result<Node, Failure> {
    let (length, most) = (text.chars().count(), Expression::MAX_LENGTH);
    if length > most {
        return Err((0, ExpressionFault::TooLong { length, most }));
    }
    let tokens = tokens(text)?;
    let end = text.len();
    let mut parser = Parser { tokens: &tokens, next: 0, end, offset, depth: 0, postfixes: 0 };
    let node = parser.expression()?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser<'t> {
    tokens: &'t [Token<'t>],
    next: usize,
    end: usize,
    offset: usize,
    depth: usize,
    /// How many properties are taken of calls and brackets, all in all: each makes the tree deeper.
    postfixes: usize,
}

impl<'t> Parser<'t> {
    /// A ternary, Elvis, or what binds tighter.
    fn expression(&mut self) -> Result<Node, Failure> {
        self.deeper()?;
        let first = self.chain(1)?;
        let node = if self.take("?:") {
            Node::Elvis { value: Box::new(first), otherwise: Box::new(self.expression()?) }
        } else if self.take("?") {
            let yes = Box::new(self.expression()?);
            self.expect(":", "`:` and the other value")?;
            let no = Box::new(self.expression()?);
            Node::Ternary { condition: Box::new(first), yes, no }
        } else {
            first
        };
        self.depth -= 1;
        Ok(node)
    }

    /// Operators of this rank and those that bind tighter.
    fn chain(&mut self, rank: u8) -> Result<Node, Failure> {
        if rank > Operator::Plus.rank() {
            return self.unary();
        }
        let first = self.chain(rank + 1)?;
        let mut rest = vec![];
        while let Some(operator) = self.operator().filter(|operator| operator.rank() == rank) {
            if rank == Operator::Equal.rank() && !rest.is_empty() {
                return Err(self.unexpected("`AND` or a bracket (comparisons do not chain)"));
            }
            self.next += 1;
            rest.push((operator, self.chain(rank + 1)?));
        }
        Ok(if rest.is_empty() { first } else { Node::Chain { first: Box::new(first), rest } })
    }

    fn operator(&self) -> Option<Operator> {
        Some(match self.peek()? {
            Kind::Name(name) if name.eq_ignore_ascii_case("or") => Operator::Or,
            Kind::Name(name) if name.eq_ignore_ascii_case("and") => Operator::And,
            Kind::Symbol("||") => Operator::Or,
            Kind::Symbol("&&") => Operator::And,
            Kind::Symbol("==") => Operator::Equal,
            Kind::Symbol("!=") => Operator::Unequal,
            Kind::Symbol("<") => Operator::Less,
            Kind::Symbol(">") => Operator::Greater,
            Kind::Symbol("<=") => Operator::AtMost,
            Kind::Symbol(">=") => Operator::AtLeast,
            Kind::Symbol("+") => Operator::Plus,
            _ => return None,
        })
    }

    fn unary(&mut self) -> Result<Node, Failure> {
        let is_word = matches!(self.peek(), Some(Kind::Name(n)) if n.eq_ignore_ascii_case("not"));
        if is_word || self.peek() == Some(&Kind::Symbol("!")) {
            self.next += 1;
            self.deeper()?;
            let node = Node::Not(Box::new(self.unary()?));
            self.depth -= 1;
            return Ok(node);
        }
        let mut node = self.primary()?;
        loop {
            let select = self.take(".![");
            if !select && !self.take(".") {
                return Ok(node);
            }
            self.postfixes += 1;
            if self.postfixes > Expression::MAX_DEPTH {
                return Err((self.at(), ExpressionFault::TooDeep));
            }
            let name = self.name("the name of a property")?.to_owned();
            let of = Box::new(node);
            node = if select {
                self.expect("]", "`]`")?;
                Node::Select { of, name }
            } else {
                Node::Property { of, name }
            };
        }
    }

    fn primary(&mut self) -> Result<Node, Failure> {
        let at = self.at();
        let Some(kind) = self.peek() else { return Err(self.unexpected(VALUE)) };
        self.next += 1;
        match kind {
            Kind::Text(text) => Ok(Node::Text(text.clone())),
            Kind::Number(digits) => number(at, digits, false),
            Kind::Symbol("-") => match self.peek() {
                Some(Kind::Number(digits)) => {
                    self.next += 1;
                    number(at, digits, true)
                }
                _ => Err(self.unexpected("a number after `-`")),
            },
            Kind::Symbol("(") => {
                let node = self.expression()?;
                self.expect(")", "`)`")?;
                Ok(node)
            }
            Kind::Symbol("{") => self.braces(),
            Kind::Prefixed(name) => self.call(at, &format!("fn:{name}"), Some(name)),
            Kind::Name(name) => self.named(at, name),
            Kind::Symbol(_) => {
                self.next -= 1;
                Err(self.unexpected(VALUE))
            }
        }
    }

    /// What begins with a name.
    fn named(&mut self, at: usize, name: &str) -> Result<Node, Failure> {
        match name.to_ascii_lowercase().as_str() {
            "null" => return Ok(Node::Null),
            "true" => return Ok(Node::Bool(true)),
            "false" => return Ok(Node::Bool(false)),
            _ => {}
        }
        if self.peek() == Some(&Kind::Symbol("(")) {
            return self.call(at, name, None);
        }
        if !self.take(".") {
            return Err((at, ExpressionFault::BareName { name: name.to_owned() }));
        }
        let property = self.name("the name of a property")?;
        if self.peek() == Some(&Kind::Symbol("(")) {
            return self.call(at, &format!("{name}.{property}"), None);
        }
        Ok(Node::Reference {
            root: Root::of(name),
            name: property.to_owned(),
            at: Column(self.offset + at),
        })
    }

    /// A call, whose opening bracket comes next. Of `fn:` forms there are those of `String` alone.
    fn call(&mut self, at: usize, name: &str, prefixed: Option<&str>) -> Result<Node, Failure> {
        let full = prefixed.map_or_else(|| name.to_owned(), |name| format!("String.{name}"));
        let Some(function) = Function::named(&full) else {
            let nearest = Function::nearest(&full);
            return Err((at, ExpressionFault::UnknownFunction { name: name.to_owned(), nearest }));
        };
        self.expect("(", "`(` and the arguments")?;
        let arguments = self.list(")", "`,` or `)`")?;
        function.check(&arguments).map_err(|fault| (at, fault))?;
        Ok(Node::Call { function, arguments, at: Column(self.offset + at) })
    }

    /// A list or a map, whose opening brace is taken.
    fn braces(&mut self) -> Result<Node, Failure> {
        let key = self.map_key();
        let Some(key) = key else { return self.list("}", "`,` or `}`").map(Node::List) };
        let mut entries = vec![(key, self.expression()?)];
        while !self.take("}") {
            self.expect(",", "`,` or `}`")?;
            let Some(key) = self.map_key() else {
                return Err(self.unexpected("a quoted key and `:`"));
            };
            entries.push((key, self.expression()?));
        }
        Ok(Node::Map(entries))
    }

    /// A key and its colon, if that is what comes next.
    fn map_key(&mut self) -> Option<String> {
        let [first, second] = self.tokens.get(self.next..self.next + 2)? else { return None };
        let (Kind::Text(key), Kind::Symbol(":")) = (&first.kind, &second.kind) else { return None };
        self.next += 2;
        Some(key.clone())
    }

    /// Expressions with commas between, up to the closing bracket, which is taken.
    fn list(&mut self, close: &'static str, due: &'static str) -> Result<Vec<Node>, Failure> {
        let mut nodes = vec![];
        if self.take(close) {
            return Ok(nodes);
        }
        loop {
            nodes.push(self.expression()?);
            if self.take(close) {
                return Ok(nodes);
            }
            self.expect(",", due)?;
        }
    }

    fn peek(&self) -> Option<&'t Kind<'t>> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |token| token.at)
    }

    fn take(&mut self, symbol: &'static str) -> bool {
        let found = self.peek() == Some(&Kind::Symbol(symbol));
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &'static str, wanted: &'static str) -> Result<(), Failure> {
        if self.take(symbol) { Ok(()) } else { Err(self.unexpected(wanted)) }
    }

    fn name(&mut self, wanted: &'static str) -> Result<&'t str, Failure> {
        match self.peek() {
            Some(Kind::Name(name)) => {
                self.next += 1;
                Ok(name)
            }
            _ => Err(self.unexpected(wanted)),
        }
    }

    fn deeper(&mut self) -> Result<(), Failure> {
        self.depth += 1;
        if self.depth > Expression::MAX_DEPTH {
            return Err((self.at(), ExpressionFault::TooDeep));
        }
        Ok(())
    }

    fn unexpected(&self, wanted: &'static str) -> Failure {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(Kind::Name(name) | Kind::Number(name)) => format!("`{name}`"),
            Some(Kind::Prefixed(name)) => format!("`fn:{name}`"),
            Some(Kind::Text(_)) => "a text".to_owned(),
            Some(Kind::Symbol(symbol)) => format!("`{symbol}`"),
        };
        (self.at(), ExpressionFault::Unexpected { found, wanted })
    }
}

const VALUE: &str = "a value: an attribute, a function, a number or a quoted text";

fn number(at: usize, digits: &str, negative: bool) -> Result<Node, Failure> {
    let text = format!("{}{digits}", if negative { "-" } else { "" });
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    let node = if whole {
        text.parse().ok().map(Node::Int)
    } else {
        text.parse().ok().filter(|number: &f64| number.is_finite()).map(Node::Num)
    };
    node.ok_or((at, ExpressionFault::Number { number: text }))
}
