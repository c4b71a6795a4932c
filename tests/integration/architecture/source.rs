//! A source file as the laws read it: its tokens, without comments and tests.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// One file under `src`.
#[derive(Debug)]
pub(super) struct Source {
    /// Its path below `src`, with slashes.
    pub(super) path: String,
    /// Everything but comments and items under `#[cfg(test)]`.
    pub(super) tokens: Vec<Token>,
    /// The lines that those tokens stand on.
    pub(super) code_lines: BTreeSet<usize>,
}

/// One token, or one bracket of a group.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) text: String,
    /// Counted from 1.
    pub(super) line: usize,
}

impl Source {
    pub(super) fn parse(path: &str, text: &str) -> Self {
        let stream = text.parse::<TokenStream>().map_err(|error| format!("src/{path}: {error}"));
        let mut source =
            Self { path: path.into(), tokens: Vec::new(), code_lines: BTreeSet::new() };
        source.take(stream.unwrap());
        source
    }

    /// The module path of the file: `sp/entry.rs` is `[sp, entry]`, `sp/mod.rs` is `[sp]`.
    pub(super) fn module(&self) -> Vec<&str> {
        let stem = self.path.trim_end_matches(".rs");
        let stem = stem.strip_suffix("/mod").unwrap_or(stem);
        if matches!(stem, "lib" | "main") { Vec::new() } else { stem.split('/').collect() }
    }

    /// The room the file is in; `lib` and `main` for the two roots.
    pub(super) fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// A breach of a law in this file.
    pub(super) fn breach(&self, line: usize, what: &str) -> String {
        format!("src/{}:{line}: {what}", self.path)
    }

    /// The text of the token at `index`, empty past the end.
    pub(super) fn text(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| token.text.as_str())
    }

    /// Whether these texts stand at `index`.
    pub(super) fn reads(&self, index: usize, texts: &[&str]) -> bool {
        texts.iter().enumerate().all(|(place, text)| self.text(index + place) == *text)
    }

    /// The index after the bracket that closes the one at `index`.
    pub(super) fn after_group(&self, index: usize) -> usize {
        let mut depth = 0_usize;
        for place in index..self.tokens.len() {
            match self.text(place) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return place + 1;
            }
        }
        self.tokens.len()
    }

    fn take(&mut self, stream: TokenStream) {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        let mut place = 0;
        while let Some(tree) = trees.get(place) {
            let attribute = Attribute::at(&trees, place);
            place = match attribute {
                Some(Attribute { kind: Kind::Comment, end }) => end,
                Some(Attribute { kind: Kind::Test, end }) => after_item(&trees, end),
                _ => {
                    self.take_tree(tree);
                    place + 1
                }
            };
        }
    }

    fn take_tree(&mut self, tree: &TokenTree) {
        let span = tree.span();
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = brackets(group);
                self.push(open, group.span_open().start().line);
                self.take(group.stream());
                self.push(close, group.span_close().start().line);
            }
            TokenTree::Literal(literal) => {
                self.push(&literal.to_string(), span.start().line);
                self.code_lines.extend(span.start().line..=span.end().line);
            }
            other => self.push(&other.to_string(), span.start().line),
        }
    }

    fn push(&mut self, text: &str, line: usize) {
        if text.is_empty() {
            return;
        }
        self.code_lines.insert(line);
        // `::` is one word to us; the two colons come as two tokens.
        match self.tokens.last_mut() {
            Some(last) if text == ":" && last.text == ":" => last.text.push(':'),
            _ => self.tokens.push(Token { text: text.into(), line }),
        }
    }
}

fn brackets(group: &Group) -> (&'static str, &'static str) {
    match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

/// An attribute, and the place after it.
struct Attribute {
    kind: Kind,
    end: usize,
}

enum Kind {
    /// `/// …`, which comes as `#[doc = "…"]`.
    Comment,
    /// `#[cfg(test)]`.
    Test,
    Other,
}

impl Attribute {
    fn at(trees: &[TokenTree], place: usize) -> Option<Self> {
        if !is(trees.get(place)?, "#") {
            return None;
        }
        let inner = usize::from(trees.get(place + 1).is_some_and(|tree| is(tree, "!")));
        let TokenTree::Group(group) = trees.get(place + 1 + inner)? else { return None };
        let text = group.stream().to_string();
        let literal = matches!(group.stream().into_iter().last(), Some(TokenTree::Literal(_)));
        let kind = match text.replace(' ', "") {
            text if text.starts_with("doc=") && literal => Kind::Comment,
            text if text == "cfg(test)" => Kind::Test,
            _ => Kind::Other,
        };
        Some(Self { kind, end: place + 2 + inner })
    }
}

/// The place after the item that begins here: after its `;` or its braces.
fn after_item(trees: &[TokenTree], begin: usize) -> usize {
    let ends = |tree: &TokenTree| match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        tree => is(tree, ";"),
    };
    let mut place = begin;
    // `use a::{b, c};` has braces before its end.
    let uses = trees[begin..].iter().take(2).any(|tree| is(tree, "use"));
    while let Some(tree) = trees.get(place) {
        place += 1;
        if if uses { is(tree, ";") } else { ends(tree) } {
            break;
        }
    }
    place
}

fn is(tree: &TokenTree, text: &str) -> bool {
    !matches!(tree, TokenTree::Group(_)) && tree.to_string() == text
}
