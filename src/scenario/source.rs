//! A text with a name, and what is wrong with it.

use std::fmt;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::Span;

/// A file's text and the name it goes by in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as the user gave it, or the path inside the embedded catalogue.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// Files above this many bytes are refused unread: no scenario or profile comes near it.
    pub const MAX_BYTES: usize = 1 << 20;

    /// Names a text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// Line and column of a byte offset, both from 1; the column counts characters. An offset past
    /// the end or inside a character counts as the character boundary before it.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..floor_boundary(&self.text, offset)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }
}

/// One thing that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as byte offsets.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What would be right, where that can be said.
    pub hint: Option<String>,
}

impl Problem {
    /// Line and column, from 1, of its beginning.
    pub fn line_column(&self, source: &Source) -> (usize, usize) {
        source.line_column(self.span.start)
    }
}

/// Everything that is wrong with one file, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseErrors {
    /// The file.
    pub source: Source,
    /// Never empty; at most [`ParseErrors::MAX_PROBLEMS`].
    pub problems: Vec<Problem>,
}

impl ParseErrors {
    /// Problems beyond this number are not collected: the file is something else altogether.
    pub const MAX_PROBLEMS: usize = 100;

    /// The problems with the lines they stand in, as people know it from compilers.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let shown: Vec<_> = self.problems.iter().map(|p| self.show(&renderer, p)).collect();
        shown.join("\n\n")
    }

    fn show(&self, renderer: &Renderer, problem: &Problem) -> String {
        let title = Level::ERROR.primary_title(problem.message.as_str());
        let (line, column) = problem.line_column(&self.source);
        let (excerpt, span) = excerpt(&self.source.text, &problem.span);
        let mut group = if excerpt.len() <= LONGEST_EXCERPT {
            let at = AnnotationKind::Primary.span(span);
            let path = Some(self.source.name.as_str());
            title.element(Snippet::source(excerpt).line_start(line).path(path).annotation(at))
        } else {
            title.element(Origin::path(self.source.name.as_str()).line(line).char_column(column))
        };
        if let Some(hint) = &problem.hint {
            group = group.element(Level::HELP.message(hint.as_str()));
        }
        renderer.render(&[group])
    }
}

impl fmt::Display for ParseErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for ParseErrors {}

/// Longer lines are named by number alone.
const LONGEST_EXCERPT: usize = 1000;

/// The line that a span begins in, and the span inside that line.
fn excerpt<'a>(text: &'a str, span: &Span) -> (&'a str, Span) {
    let start = floor_boundary(text, span.start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = floor_boundary(text, span.end.clamp(start, line_end)).max(start);
    (&text[line_start..line_end], start - line_start..end - line_start)
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
