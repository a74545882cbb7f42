//! A fenced block as it stands in the file: its info string in words, and its body.
//!
//! Invariant: every word's span is that word in the file, and the body's excerpt leads back to the
//! body's lines even where the fence is indented.

use std::ops::Range;

use super::super::source::{Excerpt, Span};

/// Languages a fenced block may be in without being a directive.
pub(super) const LANGUAGES: [&str; 13] = [
    "json",
    "js",
    "javascript",
    "ruby",
    "python",
    "rust",
    "sh",
    "bash",
    "text",
    "console",
    "http",
    "toml",
    "yaml",
];

/// One word of an info string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A fenced block.
#[derive(Debug)]
pub(crate) struct Fence {
    /// The words after the backticks; the first is the directive or the language.
    pub(crate) words: Vec<Word>,
    /// The first word, or the backticks where there is none.
    pub(crate) opening: Span,
    pub(crate) body: Excerpt,
    pub(super) closed: bool,
}

impl Fence {
    pub(super) fn new(excerpt: &Excerpt, range: &Range<usize>, span: &Span, body: Excerpt) -> Self {
        let text = &excerpt.text()[range.clone()];
        let mark = text.chars().next().unwrap_or('`');
        let marks = text.len() - text.trim_start_matches(mark).len();
        let first_line = text.lines().next().unwrap_or("");
        let words = words(excerpt, first_line, marks, range.start);
        let opening = words
            .first()
            .map_or_else(|| span.start..span.start + marks, |word| word.span.clone());
        let last_line = text.trim_end().lines().skip(1).last().unwrap_or("");
        let closing = last_line.trim_start_matches([' ', '\t', '>']);
        let closed = closing.len() >= marks && closing.chars().all(|it| it == mark);
        Self {
            words,
            opening,
            body,
            closed,
        }
    }
}

fn words(excerpt: &Excerpt, line: &str, marks: usize, line_start: usize) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = marks.min(line.len());
    while let Some(rest) = line.get(at..) {
        let start = at + (rest.len() - rest.trim_start().len());
        let Some(word) = line[start..].split_whitespace().next() else {
            break;
        };
        at = start + word.len();
        words.push(Word {
            text: word.to_owned(),
            span: excerpt.span(line_start + start..line_start + at),
        });
    }
    words
}
