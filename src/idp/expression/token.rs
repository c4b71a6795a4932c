//! An expression's words.

use winnow::Parser;
use winnow::ascii::multispace0;
use winnow::combinator::{alt, delimited, not, opt, peek, preceded, repeat};
use winnow::error::EmptyError;
use winnow::stream::{LocatingSlice, Location, Stream};
use winnow::token::{any, one_of, take_while};

use super::ExpressionFault;

/// A word and the byte it begins at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) at: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'a> {
    /// `user`, `String`, `AND`.
    Name(&'a str),
    /// `fn:toLowerCase`, without the prefix.
    Prefixed(&'a str),
    /// Digits, perhaps with a fraction and an exponent.
    Number(&'a str),
    /// What stands between quotes, doubled ones taken for one.
    Text(String),
    /// Everything else.
    Symbol(&'static str),
}

type Input<'a> = LocatingSlice<&'a str>;
type Lexed<T> = Result<T, EmptyError>;

/// All words of a text, or the byte where no word begins and why.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, (usize, ExpressionFault)> {
    let mut input = LocatingSlice::new(text);
    let mut found = vec![];
    loop {
        space(&mut input);
        if input.is_empty() {
            return Ok(found);
        }
        let at = input.current_token_start();
        match kind(&mut input) {
            Ok(kind) => found.push(Token { kind, at }),
            Err(EmptyError) => return Err((at, fault(&text[at..]))),
        }
    }
}

fn space(input: &mut Input<'_>) {
    let skipped: Lexed<&str> = multispace0.parse_next(input);
    debug_assert!(skipped.is_ok(), "no space at all is space enough");
}

fn fault(rest: &str) -> ExpressionFault {
    match rest.chars().next() {
        Some('"') => ExpressionFault::Unterminated { what: "a text", closing: "a `\"`" },
        Some('\'') => ExpressionFault::Unterminated { what: "a text", closing: "a `'`" },
        found => ExpressionFault::Character { found: found.unwrap_or(' ') },
    }
}

fn kind<'a>(input: &mut Input<'a>) -> Lexed<Kind<'a>> {
    alt((
        preceded("fn:", name).map(Kind::Prefixed),
        name.map(Kind::Name),
        number.map(Kind::Number),
        quoted('"').map(Kind::Text),
        quoted('\'').map(Kind::Text),
        symbol.map(Kind::Symbol),
    ))
    .parse_next(input)
}

/// A letter, then letters, digits, `_`, and hyphens inside: there is no minus between values.
fn name<'a>(input: &mut Input<'a>) -> Lexed<&'a str> {
    let word = |input: &mut Input<'a>| {
        take_while(1.., |c: char| c.is_ascii_alphanumeric() || c == '_').parse_next(input)
    };
    let first = one_of(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = preceded('-', word).void();
    (peek(first), word, repeat::<_, _, (), _, _>(0.., rest)).take().parse_next(input)
}

fn number<'a>(input: &mut Input<'a>) -> Lexed<&'a str> {
    let digits =
        |input: &mut Input<'a>| take_while(1.., |c: char| c.is_ascii_digit()).parse_next(input);
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digits);
    (digits, opt(('.', digits)), opt(exponent)).take().parse_next(input)
}

fn quoted<'a>(quote: char) -> impl Parser<Input<'a>, String, EmptyError> {
    let doubled = (quote, quote).value(quote);
    let plain = preceded(not(quote), any);
    delimited(quote, repeat(0.., alt((doubled, plain))), (quote, not(quote)))
}

/// Longer ones stand before those they begin with.
const SYMBOLS: [&str; 23] = [
    ".![", "?:", "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "?", ":", "(", ")",
    "{", "}", "]", ",", ".", "[",
];

fn symbol(input: &mut Input<'_>) -> Lexed<&'static str> {
    let found = SYMBOLS.iter().find(|symbol| input.starts_with(**symbol)).ok_or(EmptyError)?;
    let taken = input.next_slice(found.len());
    debug_assert_eq!(taken, *found, "that is where it was found");
    Ok(found)
}
