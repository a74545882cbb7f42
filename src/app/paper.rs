//! Text with meaning instead of colour: what a screen says before anybody decides how it looks.
//!
//! A [`Paper`] is a list of lines; a line is a list of spans, each with a [`Role`]. `update` measures
//! papers (how far may one scroll, what was clicked), `ui` paints the very same ones, so both always agree.
//! Invariant: spans hold no control characters ([`Line::push`] sees to it), and no line made by [`wrap`] is wider than asked.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::app::key::Action;

/// What a piece of text is; the theme gives each one its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Role {
    #[default]
    Text,
    /// Already said, or of no weight.
    Dim,
    /// What can be acted on.
    Accent,
    Title,
    /// A title in large letters, which takes [`LARGE_ROWS`] lines of its paper.
    Large,
    Strong,
    Emphasis,
    Code,
    Link,
    Term,
    /// A rule or a thin border.
    Rule,
    JsonKey,
    JsonString,
    JsonNumber,
    JsonMark,
    Query,
    Scan,
    /// Throttled, or costs money.
    Warning,
    Error,
    Good,
    /// The entry the cursor is on.
    Selected,
    /// What was typed into a field.
    Field,
    /// The cell under the text cursor.
    Cursor,
    /// A partition's own hue, by its number.
    Partition(u32),
}

/// Lines that large letters take: the one they are on, and blank ones below it.
pub const LARGE_ROWS: u16 = 4;
/// Columns of a large letter.
pub const LARGE_COLUMNS: u16 = 4;

/// The glyphs of partitions, by number: the same on every screen, so that no meaning hangs on colour alone.
pub const GLYPHS: [char; 8] = ['●', '▲', '■', '◆', '★', '✚', '▼', '◉'];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    pub role: Role,
}

/// A text in its role.
#[must_use]
pub fn span(role: Role, text: impl Into<String>) -> Span {
    Span {
        text: text.into(),
        role,
    }
}

/// What a click on a line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    Do(Action),
    /// The entry with this index of the screen's list.
    Entry(usize),
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    pub spans: Vec<Span>,
    pub hit: Option<Hit>,
    /// The entry the cursor is on; painted over its whole width.
    pub selected: bool,
}

/// Cells a text takes.
#[must_use]
pub fn width(text: &str) -> u16 {
    if text.is_ascii() {
        return u16::try_from(text.len()).unwrap_or(u16::MAX);
    }
    // Cells are filled a grapheme at a time; the width of a whole text can be less, where characters join across graphemes.
    let cells = text
        .graphemes(true)
        .map(UnicodeWidthStr::width)
        .sum::<usize>();
    u16::try_from(cells).unwrap_or(u16::MAX)
}

/// The start of a text that fits into `columns`, with `…` where it was cut.
#[must_use]
pub fn cut(text: &str, columns: u16) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let next = width(grapheme);
        if used + next + 1 > columns {
            break;
        }
        used += next;
        kept.push_str(grapheme);
    }
    if columns > 0 {
        kept.push('…');
    }
    kept
}

impl Line {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One span.
    #[must_use]
    pub fn of(role: Role, text: impl AsRef<str>) -> Self {
        Self::new().push(role, text)
    }

    /// Adds a span, with control characters made visible.
    #[must_use]
    pub fn push(mut self, role: Role, text: impl AsRef<str>) -> Self {
        self.add(role, text);
        self
    }

    /// As [`Line::push`], in place.
    pub fn add(&mut self, role: Role, text: impl AsRef<str>) {
        let text = crate::printable::line(text.as_ref());
        if text.is_empty() {
            return;
        }
        match self.spans.last_mut() {
            Some(last) if last.role == role => last.text.push_str(&text),
            _ => self.spans.push(Span {
                text: text.into_owned(),
                role,
            }),
        }
    }

    /// Marks the entry the cursor is on.
    #[must_use]
    pub fn select(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    #[must_use]
    pub fn hit(mut self, hit: Hit) -> Self {
        self.hit = Some(hit);
        self
    }

    #[must_use]
    pub fn width(&self) -> u16 {
        self.spans
            .iter()
            .map(|span| width(&span.text))
            .fold(0, u16::saturating_add)
    }

    /// Blanks up to a column, so that what follows starts there; at least one blank if the line is longer.
    #[must_use]
    pub fn to_column(mut self, column: u16) -> Self {
        let blanks = column
            .saturating_sub(self.width())
            .max(u16::from(self.width() >= column && column > 0));
        self.add(Role::Text, " ".repeat(usize::from(blanks)));
        self
    }

    /// Appends spans so that they end at `column`.
    #[must_use]
    pub fn right(mut self, column: u16, tail: Line) -> Self {
        let start = column.saturating_sub(tail.width());
        self = self.to_column(start);
        for span in tail.spans {
            self.add(span.role, span.text);
        }
        self
    }

    #[must_use]
    pub fn append(mut self, tail: Line) -> Self {
        for span in tail.spans {
            self.add(span.role, span.text);
        }
        self
    }

    /// As much of it as fits, with `…` where something is left out.
    #[must_use]
    pub fn cut(self, columns: u16) -> Self {
        if self.width() <= columns {
            return self;
        }
        let mut line = Self {
            spans: Vec::new(),
            ..self
        };
        let mut used = 0;
        for span in self.spans {
            let long = width(&span.text);
            if used + long >= columns {
                // More follows, or has no room here.
                let text = cut(&format!("{}…", span.text), columns - used);
                line.add(span.role, text);
                return line;
            }
            line.add(span.role, span.text);
            used += long;
        }
        line
    }

    /// The text alone.
    #[must_use]
    pub fn plain(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// Lines one below the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paper {
    pub lines: Vec<Line>,
}

impl Paper {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn height(&self) -> u16 {
        u16::try_from(self.lines.len()).unwrap_or(u16::MAX)
    }

    pub fn add(&mut self, line: Line) {
        self.lines.push(line);
    }

    pub fn extend(&mut self, lines: impl IntoIterator<Item = Line>) {
        self.lines.extend(lines);
    }

    /// One empty line, unless the paper is empty or ends with one.
    pub fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.spans.is_empty()) {
            self.lines.push(Line::new());
        }
    }

    /// The line that is shown at a row when the paper is scrolled down by `offset` lines.
    #[must_use]
    pub fn at(&self, row: u16, offset: u16) -> Option<&Line> {
        self.lines.get(usize::from(row) + usize::from(offset))
    }

    /// How far the paper can be scrolled in a window of this height.
    #[must_use]
    pub fn scroll_limit(&self, window: u16) -> u16 {
        self.height().saturating_sub(window)
    }
}

/// Breaks styled text into lines of at most `columns` cells: at blanks where it can, between graphemes
/// where a word alone is wider. A `\n` in a span breaks the line. Following lines start with `indent` blanks.
#[must_use]
pub fn wrap(spans: &[Span], columns: u16, indent: u16) -> Vec<Line> {
    let columns = columns.max(indent + 1);
    let mut wrapper = Wrapper {
        lines: Vec::new(),
        line: Line::new(),
        used: 0,
        blank: None,
        columns,
        indent,
    };
    let mut word: Vec<(Role, String)> = Vec::new();
    for span in spans {
        for piece in span.text.split_word_bounds() {
            if piece == "\n" {
                wrapper.place(&mut word);
                wrapper.break_line();
            } else if piece.chars().all(|character| character == ' ') {
                wrapper.place(&mut word);
                wrapper.blank = Some((span.role, piece.len()));
            } else {
                // Made safe here, so that what is measured is what is shown.
                word.push((span.role, crate::printable::line(piece).into_owned()));
            }
        }
    }
    wrapper.place(&mut word);
    wrapper.lines.push(wrapper.line);
    wrapper.lines
}

struct Wrapper {
    lines: Vec<Line>,
    line: Line,
    used: u16,
    /// Blanks seen since the last word, with the role they came in.
    blank: Option<(Role, usize)>,
    columns: u16,
    indent: u16,
}

impl Wrapper {
    fn break_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
        self.line
            .add(Role::Text, " ".repeat(usize::from(self.indent)));
        self.used = self.indent;
        self.blank = None;
    }

    fn place(&mut self, word: &mut Vec<(Role, String)>) {
        if word.is_empty() {
            return;
        }
        let long: u16 = word
            .iter()
            .map(|(_, text)| width(text))
            .fold(0, u16::saturating_add);
        let blank = self.blank.take();
        let blanks = blank.map_or(0, |(_, count)| u16::try_from(count).unwrap_or(1));
        let fresh = self.used <= self.indent && !self.lines.is_empty() || self.used == 0;
        if !fresh && self.used.saturating_add(blanks).saturating_add(long) > self.columns {
            self.break_line();
        } else if let Some((role, count)) = blank {
            self.line.add(role, " ".repeat(count));
            self.used += blanks;
        }
        // An address that is longer than a line is broken between its parts, if it can be.
        let breaks = self.used.saturating_add(long) > self.columns;
        let mut part_ends = false;
        for (role, text) in word.drain(..) {
            if breaks && part_ends && self.used.saturating_add(width(&text)) > self.columns {
                self.break_line();
            }
            part_ends = text.ends_with(['/', '-', '?', '&']);
            for grapheme in text.graphemes(true) {
                let next = width(grapheme);
                if self.used + next > self.columns && self.used > self.indent {
                    self.break_line();
                }
                self.line.add(role, grapheme);
                self.used += next;
            }
        }
    }
}

/// As many whole sentences as have room on so many lines; the first one at least, as far as it goes.
#[must_use]
pub fn whole_sentences(role: Role, text: &str, columns: u16, rows: usize) -> Vec<Line> {
    let mut text = text;
    loop {
        let mut lines = wrap_text(role, text, columns);
        match text.trim_end_matches('.').rfind(". ") {
            Some(end) if lines.len() > rows => text = &text[..=end],
            _ => {
                lines.truncate(rows);
                return lines;
            }
        }
    }
}

/// Wraps one plain text.
#[must_use]
pub fn wrap_text(role: Role, text: &str, columns: u16) -> Vec<Line> {
    wrap(
        &[Span {
            text: text.to_owned(),
            role,
        }],
        columns,
        0,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::plain).collect()
    }

    #[test]
    fn what_has_no_room_is_left_out_by_the_sentence() {
        let told = |rows| {
            let words = "It is split, by sort key. P4 takes the upper part. Each serves 1.5 units.";
            texts(&whole_sentences(Role::Text, words, 30, rows))
        };
        assert_eq!(told(1), ["It is split, by sort key."]);
        assert_eq!(
            told(2),
            ["It is split, by sort key. P4", "takes the upper part."]
        );
        assert_eq!(told(3).len(), 3);
        let long = whole_sentences(Role::Text, "One long sentence alone", 10, 1);
        assert_eq!(texts(&long), ["One long"]);
    }

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(
            texts(&wrap_text(Role::Text, "the quick brown fox", 10)),
            ["the quick", "brown fox"]
        );
    }

    #[test]
    fn a_long_word_breaks_between_graphemes() {
        assert_eq!(
            texts(&wrap_text(Role::Text, "a 👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 5)),
            ["a", "👩‍👩‍👧👩‍👩‍👧", "👩‍👩‍👧"]
        );
    }

    #[test]
    fn an_address_breaks_between_its_parts() {
        let address = "https://docs.example.com/guide/Introduction.html";
        assert_eq!(
            texts(&wrap_text(Role::Text, address, 36)),
            ["https://docs.example.com/guide/", "Introduction.html"]
        );
        assert_eq!(
            texts(&wrap_text(Role::Text, "see https://a.b/long-name", 14)),
            ["see", "https://a.b/", "long-name"]
        );
    }

    #[test]
    fn a_role_change_inside_a_word_is_no_break() {
        let spans = [
            Span {
                text: "one (".into(),
                role: Role::Text,
            },
            Span {
                text: "two".into(),
                role: Role::Code,
            },
            Span {
                text: ") three".into(),
                role: Role::Text,
            },
        ];
        assert_eq!(texts(&wrap(&spans, 9, 2)), ["one (two)", "  three"]);
    }

    #[test]
    fn cutting_counts_cells() {
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn a_line_is_cut_across_its_spans() {
        let line = || Line::of(Role::Text, "one").push(Role::Code, "two");
        assert_eq!(line().cut(6).plain(), "onetwo");
        assert_eq!(line().cut(5).plain(), "onet…");
        assert_eq!(line().cut(4).plain(), "one…");
        assert_eq!(line().cut(3).plain(), "on…");
        assert_eq!(line().cut(1).plain(), "…");
        assert_eq!(line().cut(0).plain(), "");
    }

    #[test]
    fn a_tail_ends_at_its_column() {
        let line = Line::of(Role::Text, "left").right(12, Line::of(Role::Dim, "right"));
        assert_eq!(line.plain(), "left   right");
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in "\\PC{0,80}", columns in 4u16..40) {
            for line in wrap_text(Role::Text, &text, columns) {
                proptest::prop_assert!(line.width() <= columns, "{:?}", line.plain());
            }
        }
    }
}
