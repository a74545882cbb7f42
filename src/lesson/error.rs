//! What is wrong in a lesson's file, where, and what to do about it.
//!
//! ~~~text
//!   error: unknown directive `requst`
//!     --> 06-dynamodb/03-structure.md:12:4
//!      |
//!   12 | ```requst PutItem id=put-rachel
//!      |    ^^^^^^
//!      = help: did you mean `request`?
//! ~~~
//!
//! Invariant: an error's place lies within its file, and nothing of the file reaches the terminal
//! unless it passed [`crate::printable`].

use std::fmt;

use unicode_width::UnicodeWidthStr;

use super::model::Place;
use super::source::{SourceFile, Span};
use crate::printable;

/// At most this many cells of a source line are shown.
const LINE_CELLS: usize = 100;

/// One error in a lesson's files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct LessonError {
    pub place: Place,
    /// The line of the file, as it is.
    pub line: String,
    /// How many characters from the column on are meant.
    pub width: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl LessonError {
    /// An error at a place that was read from one of the files, underlining the rest of its line.
    pub(crate) fn at_place(
        files: &[SourceFile],
        place: &Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let line = files
            .iter()
            .find(|file| file.path == place.file)
            .map_or("", |file| file.line(place.line));
        let rest = line.chars().count().saturating_sub(place.column - 1);
        Self {
            place: place.clone(),
            line: line.to_owned(),
            width: rest.max(1),
            message: message.into(),
            help: help.into(),
        }
    }
}

impl fmt::Display for LessonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.place.line.to_string();
        let gutter = " ".repeat(number.len());
        let (line, indent, carets) = self.underlined();
        writeln!(f, "error: {}", printable::line(&self.message))?;
        writeln!(
            f,
            "{gutter}--> {}:{}:{}",
            printable::line(&self.place.file),
            self.place.line,
            self.place.column
        )?;
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{number} | {line}")?;
        writeln!(f, "{gutter} | {}{}", " ".repeat(indent), "^".repeat(carets))?;
        write!(f, "{gutter} = help: {}", printable::line(&self.help))
    }
}

impl LessonError {
    /// The line as it is printed (cut around the place when it is long), and cells before and under the mark.
    fn underlined(&self) -> (String, usize, usize) {
        let (before, rest) = split_chars(&self.line, self.place.column - 1);
        let (marked, after) = split_chars(rest, self.width);
        let before = cut_front(&printable::line(before), LINE_CELLS / 2);
        let marked = cut_back(&printable::line(marked), LINE_CELLS / 2);
        let indent = before.width();
        let carets = marked.width().max(1);
        let left = LINE_CELLS.saturating_sub(indent + carets);
        let after = cut_back(&printable::line(after), left.max(1));
        (format!("{before}{marked}{after}"), indent, carets)
    }
}

fn split_chars(text: &str, count: usize) -> (&str, &str) {
    let at = text
        .char_indices()
        .nth(count)
        .map_or(text.len(), |(at, _)| at);
    text.split_at(at)
}

/// The text with its front cut away so that it takes at most `cells`.
fn cut_front(text: &str, cells: usize) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let start = text
        .char_indices()
        .map(|(at, _)| at)
        .find(|&at| text[at..].width() < cells)
        .unwrap_or(text.len());
    format!("…{}", &text[start..])
}

/// The text with its end cut away so that it takes at most `cells`.
fn cut_back(text: &str, cells: usize) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let end = text
        .char_indices()
        .map(|(at, _)| at)
        .take_while(|&at| text[..at].width() < cells)
        .last()
        .unwrap_or(0);
    format!("{}…", &text[..end])
}

/// Where the readers of one file put what they find.
#[derive(Debug)]
pub(crate) struct Problems<'f> {
    pub(crate) file: &'f SourceFile,
    errors: Vec<LessonError>,
}

impl<'f> Problems<'f> {
    pub(crate) fn new(file: &'f SourceFile) -> Self {
        Self {
            file,
            errors: Vec::new(),
        }
    }

    pub(crate) fn report(
        &mut self,
        span: &Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = self.file.place(span.start);
        self.errors.push(LessonError {
            line: self.file.line(place.line).to_owned(),
            width: self.file.width(span),
            place,
            message: message.into(),
            help: help.into(),
        });
    }

    pub(crate) fn place(&self, span: &Span) -> Place {
        self.file.place(span.start)
    }

    /// In the order of the file.
    pub(crate) fn into_errors(mut self) -> Vec<LessonError> {
        self.errors
            .sort_by_key(|error| (error.place.line, error.place.column));
        self.errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_and_the_caret_stands_under_the_place() {
        let file = SourceFile::new("x.md", "a\u{1b}[2J宽 wrong end\n");
        let mut problems = Problems::new(&file);
        let start = file.text.find("wrong").unwrap();
        problems.report(&(start..start + 5), "bad", "change it");
        let errors = problems.into_errors();
        insta::assert_snapshot!(errors[0], @r#"
error: bad
 --> x.md:1:8
  |
1 | a␛[2J宽 wrong end
  |         ^^^^^
  = help: change it
"#);
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{} here {}", "word ".repeat(60), "tail ".repeat(60));
        let file = SourceFile::new("x.md", text.as_str());
        let mut problems = Problems::new(&file);
        let start = text.find("here").unwrap();
        problems.report(&(start..start + 4), "bad", "change it");
        insta::assert_snapshot!(problems.into_errors()[0], @r#"
error: bad
 --> x.md:1:302
  |
1 | …rd word word word word word word word word word  here tail tail tail tail tail tail tail tail tail…
  |                                                   ^^^^
  = help: change it
"#);
    }
}
