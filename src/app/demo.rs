//! What both demonstrations share: a field for one line of text, a prediction, and running time.
//!
//! Invariant: a prediction is committed before the result can be seen, and is never changed afterwards.

use std::time::Duration;

use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;

use crate::app::key::{Action, Key};
use crate::app::paper::{Line, Role, width};
use crate::app::state::{Shared, Standing};
use crate::scene::{Playhead, Speed, Timeline};

/// What a learner committed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// Index of the choice.
    Choice(usize),
    DontKnow,
}

/// One line of text that has the focus.
#[derive(Debug, Clone, Default)]
pub struct Field {
    input: Input,
}

impl Field {
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            input: Input::new(text.to_owned()),
        }
    }

    #[must_use]
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Takes a key; false if the field has no use for it.
    pub fn key(&mut self, key: Key) -> bool {
        let request = match key {
            Key::Char(character) => InputRequest::InsertChar(character),
            Key::Backspace => InputRequest::DeletePrevChar,
            Key::Delete => InputRequest::DeleteNextChar,
            Key::Left => InputRequest::GoToPrevChar,
            Key::Right => InputRequest::GoToNextChar,
            Key::Home | Key::Ctrl('a') => InputRequest::GoToStart,
            Key::End | Key::Ctrl('e') => InputRequest::GoToEnd,
            Key::Ctrl('w') => InputRequest::DeletePrevWord,
            Key::Ctrl('u') => InputRequest::DeleteLine,
            Key::Ctrl('k') => InputRequest::DeleteTillEnd,
            _ => return false,
        };
        self.input.handle(request);
        true
    }

    /// Inserts text at the cursor.
    pub fn insert(&mut self, text: &str) {
        for character in text.chars() {
            self.input.handle(InputRequest::InsertChar(character));
        }
    }

    /// The field as a line of at most `columns` cells, with the cursor in sight.
    #[must_use]
    pub fn line(&self, columns: u16) -> Line {
        let text = self.text();
        let at = text
            .char_indices()
            .nth(self.input.cursor())
            .map_or(text.len(), |(index, _)| index);
        let (before, after) = text.split_at(at);
        let under = after.graphemes(true).next().unwrap_or(" ");
        let rest = after.get(under.len()..).unwrap_or("");
        let before = crate::printable::line(before);
        let room = columns.saturating_sub(width(&crate::printable::line(under)));
        // What is left of the cursor gives way, so that the cursor stays in sight.
        let mut start = 0;
        while width(&before[start..]) > room {
            let step = before[start..].graphemes(true).next().map_or(1, str::len);
            start += step;
        }
        Line::of(Role::Field, &before[start..])
            .push(Role::Cursor, under)
            .push(Role::Field, rest)
    }
}

/// A playhead that follows the program's running time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clocked {
    pub playhead: Playhead,
    /// When it last moved; `None` while it rests.
    last: Option<Duration>,
}

impl Clocked {
    #[must_use]
    pub fn new(reduced_motion: bool) -> Self {
        Self {
            playhead: Playhead::new(reduced_motion),
            last: None,
        }
    }

    /// Remembers when a motion began; to be called after whatever may have begun one.
    pub fn note(&mut self, now: Duration) {
        if !self.playhead.moves() {
            self.last = None;
        } else if self.last.is_none() {
            self.last = Some(now);
        }
    }

    /// What the header says of the playing: `▶ 2×` while it plays, `2×` where that is not the normal speed.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let speed = self.playhead.speed();
        if self.playhead.plays() {
            Some(format!("▶ {speed}"))
        } else if speed == Speed::default() {
            None
        } else {
            Some(speed.to_string())
        }
    }

    /// Lets the time since the last call pass.
    pub fn tick(&mut self, timeline: &Timeline, now: Duration, gate: Option<usize>) {
        let elapsed = self
            .last
            .map_or(Duration::ZERO, |last| now.saturating_sub(last));
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        self.playhead.advance(timeline, micros, gate);
        self.last = self.playhead.moves().then_some(now);
    }
}

/// What can't be done in a picture now: go on while its question is open or when all has happened, or back when nothing has.
#[must_use]
pub fn idle(asking: bool, at_start: bool, at_end: bool) -> Vec<Action> {
    let mut idle = Vec::new();
    if asking {
        idle.extend([Action::StepForward, Action::Play, Action::LastFrame]);
    }
    if at_end {
        idle.extend([Action::StepForward, Action::LastFrame]);
    }
    if at_start {
        idle.extend([Action::StepBack, Action::FirstFrame]);
    }
    idle
}

/// The name of a picture's table for the header, with the speed; a small terminal has no room for the name.
#[must_use]
pub fn note(clock: &Clocked, table: &str, shared: &Shared) -> Option<String> {
    let room = if shared.standing == Standing::Kept {
        76
    } else {
        96
    };
    match (clock.words(), shared.columns >= room) {
        (Some(words), true) => Some(format!("{words} ── {table}")),
        (Some(words), false) => Some(words),
        (None, true) => Some(table.to_owned()),
        (None, false) => None,
    }
}

/// The choices of a prediction on as few lines as fit, each with its key, “I don't know” last.
#[must_use]
pub fn choices(choices: &[Line], columns: u16) -> Vec<Line> {
    let entry = |key: usize, words: Line| {
        Line::of(Role::Accent, key.to_string())
            .push(Role::Text, " ")
            .append(words)
    };
    let entries = choices
        .iter()
        .enumerate()
        .map(|(index, words)| entry(index + 1, words.clone()))
        .chain(std::iter::once(entry(
            0,
            Line::of(Role::Text, "I don't know"),
        )));
    let mut lines = vec![Line::new()];
    for next in entries {
        let line = lines.last_mut().expect("the list starts with a line");
        if line.spans.is_empty() {
            *line = next;
        } else if line.width() + 3 + next.width() <= columns {
            *line = std::mem::take(line).push(Role::Text, "   ").append(next);
        } else {
            lines.push(next);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_its_cursor_in_sight() {
        let mut field = Field::new("0123456789");
        assert_eq!(field.line(6).plain(), "56789 ");
        field.key(Key::Home);
        assert_eq!(
            field.line(6).plain(),
            "0123456789",
            "the painter cuts at the right"
        );
        field.key(Key::Char('x'));
        assert_eq!(field.text(), "x0123456789");
    }

    #[test]
    fn any_text_can_be_typed() {
        let mut field = Field::default();
        field.insert("e\u{301}👩‍👩‍👧\u{1b}");
        assert_eq!(field.text(), "e\u{301}👩‍👩‍👧\u{1b}");
        assert!(!field.line(10).plain().contains('\u{1b}'));
        for _ in 0..12 {
            field.key(Key::Left);
            assert!(field.line(3).width() > 0);
        }
        assert!(!field.key(Key::Enter));
    }

    #[test]
    fn choices_break_onto_a_second_line() {
        let words: Vec<Line> = ["one", "two", "three"]
            .iter()
            .map(|word| Line::of(Role::Text, word))
            .collect();
        let lines: Vec<String> = choices(&words, 20).iter().map(Line::plain).collect();
        assert_eq!(lines, ["1 one   2 two", "3 three", "0 I don't know"]);
    }
}
