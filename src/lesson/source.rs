//! A lesson's files, and texts taken out of them that remember where they stood.
//!
//! ```text
//!   file     +++ … ```predict id=a ⏎ question = "…" ⏎ ``` …
//!   excerpt                          question = "…"           pieces: (0 → offset in the file)
//!   excerpt of the excerpt                      …             pieces: (0 → offset in the file)
//! ```
//!
//! Invariant: a `Span` counts bytes of a file, never of an excerpt; whatever offset it is asked
//! for, `SourceFile::place` answers with a place inside the file.

use std::ops::Range;

use super::model::Place;

/// A range of bytes in a file.
pub(crate) type Span = Range<usize>;

/// One Markdown file of a lesson, already read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Below the lessons directory, with forward slashes: `06-dynamodb/01-setup.md`.
    pub path: String,
    pub text: String,
}

impl SourceFile {
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    /// Line and column of a byte offset, both from 1; columns count characters.
    pub(crate) fn place(&self, offset: usize) -> Place {
        let offset = self.boundary(offset);
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place {
            file: self.path.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// The line (from 1) without its end; empty beyond the file.
    pub(crate) fn line(&self, number: usize) -> &str {
        self.text
            .lines()
            .nth(number.saturating_sub(1))
            .unwrap_or("")
    }

    /// How many characters of the span stand on the line where it begins; at least one.
    pub(crate) fn width(&self, span: &Span) -> usize {
        let start = self.boundary(span.start);
        let end = self.boundary(span.end.max(start));
        let text = &self.text[start..end];
        let first = text.lines().next().unwrap_or("");
        first.chars().count().max(1)
    }

    /// The nearest character boundary at or before an offset.
    fn boundary(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset.min(self.text.len()))
    }
}

/// A text out of a file, with the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    text: String,
    way_back: WayBack,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum WayBack {
    /// Stretches that were copied as they are: where each begins here and in the file.
    Pieces(Vec<(usize, usize)>),
    /// The text was unescaped on its way, so every place in it is this span of the file.
    Pinned(Span),
}

impl Excerpt {
    pub(crate) fn empty() -> Self {
        Self {
            text: String::new(),
            way_back: WayBack::Pieces(Vec::new()),
        }
    }

    /// A stretch that stands in the file at `offset` exactly as it is.
    pub(crate) fn copied(text: &str, offset: usize) -> Self {
        let mut excerpt = Self::empty();
        excerpt.push(text, offset);
        excerpt
    }

    /// A text that stands somewhere in `span`, but not letter by letter.
    pub(crate) fn pinned(text: &str, span: Span) -> Self {
        Self {
            text: text.to_owned(),
            way_back: WayBack::Pinned(span),
        }
    }

    /// Adds a stretch that stands in the file at `offset`.
    pub(crate) fn push(&mut self, text: &str, offset: usize) {
        if let WayBack::Pieces(pieces) = &mut self.way_back {
            pieces.push((self.text.len(), offset));
        }
        self.text.push_str(text);
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The span in the file of a range of this text.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        let start = self.offset(range.start);
        let end = if range.end > range.start {
            self.offset(range.end - 1) + 1
        } else {
            start
        };
        match &self.way_back {
            WayBack::Pinned(span) => span.clone(),
            WayBack::Pieces(_) => start..end.max(start),
        }
    }

    /// A range of this text as an excerpt of its own.
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        let text = self.text[range.clone()].to_owned();
        let way_back = match &self.way_back {
            WayBack::Pinned(span) => WayBack::Pinned(span.clone()),
            WayBack::Pieces(pieces) => {
                let mut inside = vec![(0, self.offset(range.start))];
                for &(here, file) in pieces {
                    if here > range.start && here < range.end {
                        inside.push((here - range.start, file));
                    }
                }
                WayBack::Pieces(inside)
            }
        };
        Self { text, way_back }
    }

    fn offset(&self, at: usize) -> usize {
        match &self.way_back {
            WayBack::Pinned(span) => span.start,
            WayBack::Pieces(pieces) => {
                let next = pieces.partition_point(|&(here, _)| here <= at);
                match next.checked_sub(1).and_then(|index| pieces.get(index)) {
                    Some(&(here, file)) => file + (at - here),
                    None => at,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_from_one() {
        let file = SourceFile::new("a.md", "eins\nzwölf drei\n");
        let place = file.place(file.text.find("drei").unwrap());
        assert_eq!((place.line, place.column), (2, 7));
        assert_eq!(file.place(usize::MAX).line, 3);
    }

    #[test]
    fn an_excerpt_of_pieces_finds_its_way_back() {
        let mut excerpt = Excerpt::copied("ab\n", 10);
        excerpt.push("cd\n", 20);
        assert_eq!(excerpt.span(3..5), 20..22);
        assert_eq!(excerpt.part(1..5).span(2..4), 20..22);
        assert_eq!(excerpt.part(1..5).text(), "b\ncd");
        assert_eq!(Excerpt::pinned("xy", 4..9).span(1..2), 4..9);
    }
}
