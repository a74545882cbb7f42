//! A screen as text with its styles, for snapshots that a person can read.
//!
//! ```text
//!   ┌ ● P0 ───┐
//!     |aaaaaaaa|       below: one letter for each style, explained at the end
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::app::State;
use crate::app::state::{Background, Standing, Start};
use crate::lesson::model::Lesson;
use crate::simulator::trace::Trace;
use crate::target::exchange::{Exchange, Message, Outcome, Picodollars, TargetName};
use crate::ui::draw_buffer;
use crate::ui::theme::{Depth, Theme};

/// The characters alone, a line for each row, without blanks at the ends.
#[must_use]
pub fn text(buffer: &Buffer) -> String {
    let mut lines = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut line = String::new();
        let mut covered = 0;
        for x in buffer.area.left()..buffer.area.right() {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            let symbol = buffer[(x, y)].symbol();
            covered = crate::app::paper::width(symbol).saturating_sub(1);
            line.push_str(symbol);
        }
        lines.push_str(line.trim_end());
        lines.push('\n');
    }
    lines
}

/// The characters, and below them a map of the styles: a letter for each style, `.` for none.
#[must_use]
pub fn styled(buffer: &Buffer) -> String {
    let mut letters: BTreeMap<String, char> = BTreeMap::new();
    let mut map = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut line = String::new();
        for x in buffer.area.left()..buffer.area.right() {
            let cell = &buffer[(x, y)];
            let name = name(cell.fg, cell.bg, cell.modifier);
            // A blank without background looks the same in any colour.
            if name.is_empty() || cell.symbol() == " " && cell.bg == Color::Reset {
                line.push('.');
                continue;
            }
            let next = letters.len();
            let letter = letters
                .entry(name)
                .or_insert_with(|| char::from(b"abcdefghijklmnopqrstuvwxyz"[next % 26]));
            line.push(*letter);
        }
        map.push_str(line.trim_end_matches('.'));
        map.push('\n');
    }
    let mut all = text(buffer);
    all.push_str("-- styles\n");
    all.push_str(&map);
    for (name, letter) in letters {
        let _ = writeln!(all, "{letter} = {name}");
    }
    all
}

fn name(fg: Color, bg: Color, modifier: Modifier) -> String {
    let mut parts = Vec::new();
    if fg != Color::Reset {
        parts.push(format!("{fg}"));
    }
    if bg != Color::Reset {
        parts.push(format!("on {bg}"));
    }
    if !modifier.is_empty() {
        parts.push(format!("{modifier:?}"));
    }
    parts.join(" ")
}

/// The program at its first screen, with a lesson that has no pages.
#[must_use]
pub fn state(columns: u16, rows: u16) -> State {
    let lesson = Lesson {
        id: "06-dynamodb".to_owned(),
        session: "06".to_owned(),
        title: "DynamoDB".to_owned(),
        summary: String::new(),
        course: String::new(),
        region: "us-east-1".to_owned(),
        links: BTreeMap::new(),
        goals: Vec::new(),
        sections: Vec::new(),
    };
    State::new(Start {
        lessons: vec![lesson],
        lesson: 0,
        progress: BTreeMap::new(),
        glossary: Vec::new(),
        target: TargetName::Simulated,
        standing: Standing::default(),
        background: Background::Dark,
        reduced_motion: false,
        columns,
        rows,
    })
}

/// What came back with a trace.
#[must_use]
pub fn exchange(trace: Trace) -> Exchange {
    Exchange {
        target: TargetName::Simulated,
        operation: trace.operation.to_string(),
        request: Message::default(),
        response: None,
        outcome: Outcome::Success,
        request_id: None,
        read: trace.read,
        written: trace.written,
        price: Picodollars(0),
        elapsed: Duration::ZERO,
        trace: Some(trace),
        price_is_most: false,
        attempts: Vec::new(),
        unsettled: false,
        remark: None,
        already_done: false,
    }
}

/// The whole screen.
#[must_use]
pub fn draw(state: &State, depth: Depth) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, state.shared.columns, state.shared.rows));
    let theme = Theme {
        depth,
        background: state.shared.background,
    };
    draw_buffer(state, theme, &mut buffer);
    buffer
}

/// The same as text, with its styles.
#[must_use]
pub fn draw_styled(state: &State) -> String {
    styled(&draw(state, Depth::True))
}

/// The same without colour, as text.
#[must_use]
pub fn draw_plain(state: &State) -> String {
    text(&draw(state, Depth::None))
}
