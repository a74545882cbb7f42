//! A small editor for several lines of JSON, and the one-line field made of it.
//!
//! The cursor moves by graphemes, so that an emoji or an accent is one step. A new line takes over the
//! indent of the one before.
//! Invariant: there is always at least one line, the cursor is always on a line and never inside a grapheme, and no
//! line holds a control character.

use unicode_segmentation::UnicodeSegmentation;

use crate::app::key::Key;
use crate::app::paper::{Line, Role, width};

/// More than this much text is not taken; a request of DynamoDB is at most 16 MB, a learner's far below this.
const MOST_BYTES: usize = 64 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    lines: Vec<String>,
    row: usize,
    /// In graphemes.
    column: usize,
    /// One line only: line feeds become blanks.
    single: bool,
}

impl Editor {
    /// Several lines, the cursor at the start.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = crate::printable::block(text);
        let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        Self {
            lines,
            row: 0,
            column: 0,
            single: false,
        }
    }

    /// One line, the cursor at its end.
    #[must_use]
    pub fn field(text: &str) -> Self {
        let line = crate::printable::line(&text.replace('\n', " ")).into_owned();
        let column = line.graphemes(true).count();
        Self {
            lines: vec![line],
            row: 0,
            column,
            single: true,
        }
    }

    #[must_use]
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.trim().is_empty())
    }

    #[must_use]
    pub fn height(&self) -> usize {
        self.lines.len()
    }

    /// Takes a key; false when it has no meaning here.
    pub fn key(&mut self, key: Key) -> bool {
        match key {
            Key::Char(character) => self.insert(character.encode_utf8(&mut [0; 4])),
            Key::Enter if !self.single => self.break_line(),
            Key::Tab if !self.single => self.insert("  "),
            Key::Backspace => self.backspace(),
            Key::Delete => self.delete(),
            Key::Left => self.left(),
            Key::Right => self.right(),
            Key::Up if !self.single => self.vertical(self.row.saturating_sub(1)),
            Key::Down if !self.single => self.vertical((self.row + 1).min(self.lines.len() - 1)),
            Key::Home | Key::Ctrl('a') => self.column = 0,
            Key::End | Key::Ctrl('e') => self.column = self.graphemes(),
            Key::Ctrl('u') => self.delete_to_start(),
            Key::Ctrl('w') => self.delete_word(),
            _ => return false,
        }
        true
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        if self.single {
            return self.insert(text.replace('\n', " ").trim());
        }
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.split_line();
            }
            self.insert(line);
        }
    }

    fn graphemes(&self) -> usize {
        self.lines[self.row].graphemes(true).count()
    }

    /// Byte offset of a grapheme in the cursor's line.
    fn offset(&self, column: usize) -> usize {
        let line = &self.lines[self.row];
        line.grapheme_indices(true)
            .nth(column)
            .map_or(line.len(), |(offset, _)| offset)
    }

    fn insert(&mut self, text: &str) {
        let size: usize = self.lines.iter().map(String::len).sum();
        if size + text.len() > MOST_BYTES {
            return;
        }
        let safe = crate::printable::line(text);
        let offset = self.offset(self.column);
        self.lines[self.row].insert_str(offset, &safe);
        // An accent joins the grapheme before it, so the cursor is found by bytes.
        let end = offset + safe.len();
        self.column = self.lines[self.row]
            .grapheme_indices(true)
            .take_while(|(start, _)| *start < end)
            .count();
    }

    fn break_line(&mut self) {
        let before = &self.lines[self.row][..self.offset(self.column)];
        let indent: String = before
            .chars()
            .take_while(|&character| character == ' ')
            .collect();
        self.split_line();
        self.insert(&indent);
    }

    fn split_line(&mut self) {
        let offset = self.offset(self.column);
        let rest = self.lines[self.row].split_off(offset);
        self.row += 1;
        self.lines.insert(self.row, rest);
        self.column = 0;
    }

    fn backspace(&mut self) {
        if self.column > 0 {
            let (start, end) = (self.offset(self.column - 1), self.offset(self.column));
            self.lines[self.row].replace_range(start..end, "");
            self.column -= 1;
        } else if self.row > 0 {
            let line = self.lines.remove(self.row);
            self.row -= 1;
            self.column = self.graphemes();
            self.lines[self.row].push_str(&line);
        }
    }

    fn delete(&mut self) {
        if self.column < self.graphemes() {
            let (start, end) = (self.offset(self.column), self.offset(self.column + 1));
            self.lines[self.row].replace_range(start..end, "");
        } else if self.row + 1 < self.lines.len() {
            let line = self.lines.remove(self.row + 1);
            self.lines[self.row].push_str(&line);
        }
    }

    fn delete_to_start(&mut self) {
        let offset = self.offset(self.column);
        self.lines[self.row].replace_range(..offset, "");
        self.column = 0;
    }

    fn delete_word(&mut self) {
        let offset = self.offset(self.column);
        let before = self.lines[self.row][..offset].trim_end();
        let start = before.rfind(' ').map_or(0, |blank| blank + 1);
        self.lines[self.row].replace_range(start..offset, "");
        self.column = self.lines[self.row][..start].graphemes(true).count();
    }

    fn left(&mut self) {
        if self.column > 0 {
            self.column -= 1;
        } else if self.row > 0 {
            self.row -= 1;
            self.column = self.graphemes();
        }
    }

    fn right(&mut self) {
        if self.column < self.graphemes() {
            self.column += 1;
        } else if self.row + 1 < self.lines.len() {
            self.row += 1;
            self.column = 0;
        }
    }

    fn vertical(&mut self, row: usize) {
        self.row = row;
        self.column = self.column.min(self.graphemes());
    }

    /// The lines that fit, with the cursor among them when `focused`; long lines are shifted so that it can be seen.
    #[must_use]
    pub fn view(&self, rows: usize, columns: u16, focused: bool) -> Vec<Line> {
        let first = if focused {
            (self.row + 1).saturating_sub(rows.max(1))
        } else {
            0
        };
        self.lines
            .iter()
            .enumerate()
            .skip(first)
            .take(rows)
            .map(|(row, line)| {
                let cursor = (focused && row == self.row).then_some(self.column);
                shown(line, cursor, columns, self.single)
            })
            .collect()
    }
}

/// One line of text, coloured as JSON unless it is a plain field, with the cursor's cell marked.
fn shown(text: &str, cursor: Option<usize>, columns: u16, plain: bool) -> Line {
    let roles = if plain {
        vec![Role::Field; text.len()]
    } else {
        json_roles(text)
    };
    let graphemes: Vec<(usize, &str)> = text.grapheme_indices(true).collect();
    let mut first = 0;
    if let Some(cursor) = cursor {
        let mut used: u16 = graphemes
            .iter()
            .take(cursor)
            .map(|(_, grapheme)| width(grapheme))
            .sum::<u16>()
            + 1;
        while used > columns && first < cursor {
            used -= width(graphemes[first].1);
            first += 1;
        }
    }
    let mut line = Line::new();
    for (index, &(offset, grapheme)) in graphemes.iter().enumerate().skip(first) {
        if line.width() + width(grapheme) > columns {
            break;
        }
        let role = if cursor == Some(index) {
            Role::Cursor
        } else {
            roles[offset]
        };
        line.add(role, grapheme);
    }
    if cursor.is_some_and(|cursor| cursor >= graphemes.len()) {
        line.add(Role::Cursor, " ");
    }
    line
}

/// A role for each byte: enough JSON to colour by, whether the text is valid or not.
fn json_roles(text: &str) -> Vec<Role> {
    let mut roles = vec![Role::JsonMark; text.len()];
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let mut end = at + 1;
                while end < bytes.len() && bytes[end] != b'"' {
                    end += if bytes[end] == b'\\' { 2 } else { 1 };
                }
                let end = (end + 1).min(bytes.len());
                let key = text[ceil(text, end)..].trim_start().starts_with(':');
                let role = if key { Role::JsonKey } else { Role::JsonString };
                roles[at..end].fill(role);
                at = end;
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.' => {
                roles[at] = Role::JsonNumber;
                at += 1;
            }
            _ => at += 1,
        }
    }
    roles
}

/// The next character boundary, because an escape may have stepped into a character.
fn ceil(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset += 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Editor {
        let mut editor = Editor::new("");
        for character in text.chars() {
            editor.key(if character == '\n' {
                Key::Enter
            } else {
                Key::Char(character)
            });
        }
        editor
    }

    #[test]
    fn a_new_line_takes_over_the_indent() {
        assert_eq!(
            typed("{\n  \"a\": 1,\n\"b\": 2").text(),
            "{\n  \"a\": 1,\n  \"b\": 2"
        );
    }

    #[test]
    fn an_emoji_is_one_step() {
        let mut editor = typed("a👩‍👩‍👧b");
        editor.key(Key::Left);
        editor.key(Key::Backspace);
        assert_eq!(editor.text(), "ab");
    }

    #[test]
    fn lines_join_and_split() {
        let mut editor = Editor::new("one\ntwo");
        editor.key(Key::End);
        editor.key(Key::Delete);
        assert_eq!(editor.text(), "onetwo");
        editor.paste("x\ny");
        assert_eq!(editor.text(), "onex\nytwo");
        editor.key(Key::Home);
        editor.key(Key::Backspace);
        assert_eq!(editor.text(), "onexytwo");
    }

    #[test]
    fn a_field_stays_one_line() {
        let mut field = Editor::field("why");
        assert!(!field.key(Key::Enter));
        field.paste(" a\nb ");
        assert_eq!(field.text(), "whya b");
    }

    #[test]
    fn the_cursor_is_seen_at_the_end_of_a_long_line() {
        let field = Editor::field("abcdefghij");
        assert_eq!(field.view(1, 5, true)[0].plain(), "ghij ");
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_it_stays_sound(keys in proptest::collection::vec(0u8..14, 0..60), columns in 1u16..30) {
            let mut editor = Editor::new("{ \"a\\\\é\": 1 }");
            for key in keys {
                let key = match key {
                    0 => Key::Left, 1 => Key::Right, 2 => Key::Up, 3 => Key::Down, 4 => Key::Enter, 5 => Key::Backspace,
                    6 => Key::Delete, 7 => Key::Char('\u{301}'), 8 => Key::Char('語'), 9 => Key::Char('"'), 10 => Key::Char('\\'),
                    11 => Key::Ctrl('w'), 12 => Key::Ctrl('u'), _ => Key::Tab,
                };
                editor.key(key);
                for line in editor.view(3, columns, true) {
                    proptest::prop_assert!(line.width() <= columns + 1);
                }
            }
            proptest::prop_assert!(editor.height() > 0);
        }
    }
}
