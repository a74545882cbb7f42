//! A request's way through API Gateway, Lambda and DynamoDB, on cells.
//!
//! ```text
//!   ┌ client ──────┐     ┌ API Gateway ─┐     ╔ Lambda ══════╗     ┌ DynamoDB ────┐
//!   │ GET          │────▸│ GET          │────▸║ get-pet      ║──●  │ pets         │
//!   │ /pets/2      │     │ /pets/{id}   │     ║ cold 312 ms  ║     │              │
//!   │              │     │ event 260 B  │     ║              ║     │              │
//!   │              │     │              │     ║              ║     │              │
//!   └──────────────┘     └──────────────┘     ╚══════════════╝     └──────────────┘
//!
//!   what happens, in words
//!
//!   its data: the event, an exchange, the log, …                    figures at the side from 110 columns on
//!
//!   1  API Gateway  what happened so far                             with rows to spare
//! ```
//!
//! Invariant: it is drawn inside the body only, at any size from 60×18 on; a station that was not reached is empty, and nothing is
//! said by colour alone.

mod side;
pub(super) mod stations;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Shared;
use crate::app::paper::{Line, Role, cut, span, wrap, wrap_text};
use crate::app::workshop::parts::{sentence, status_role};
use crate::app::workshop::way::WayScreen;
use crate::scene::workshop::{Frame, status};
use crate::ui::middle;
use crate::ui::partitions::Canvas;
use crate::ui::theme::Theme;

/// Wider than this, the stations are too far from each other.
const WIDEST: u16 = 150;
/// From so many columns on figures stand at the side of the data.
const SIDE_FROM: u16 = 106;
const SIDE: u16 = 36;
const GUTTER: u16 = 4;
/// Rows that the data keep before what happened so far is told below them, and columns before its words.
const FOR_DATA: u16 = 9;
const STATIONS: u16 = 18;
/// Columns of sentences.
const PROSE: u16 = 76;

pub fn draw(screen: &WayScreen, shared: &Shared, theme: Theme, buffer: &mut Buffer) {
    let body = middle(shared, WIDEST, buffer);
    let canvas = &mut Canvas { theme, buffer };
    let frame = screen.frame();
    let top = Rect {
        y: body.y + u16::from(body.height >= 30),
        ..body
    };
    let mut y = stations::draw(&frame, top, body.height >= 18, canvas) + 1;
    for line in words(screen, &frame, body.width.min(PROSE)) {
        if y >= body.bottom() {
            return;
        }
        canvas.line(&line, body.x, y, body.width);
        y += 1;
    }
    y += 1;
    let mut below = Rect {
        y,
        height: body.bottom().saturating_sub(y),
        ..body
    };
    if let Some(story) = story(&frame, below) {
        below.height -= story.height + 1;
        draw_story(&frame, story, canvas);
    }
    if body.width >= SIDE_FROM {
        let main = Rect {
            width: below.width - SIDE - GUTTER,
            ..below
        };
        data(screen, main, canvas);
        let side = Rect {
            x: main.right() + GUTTER,
            width: SIDE,
            ..below
        };
        side::draw(&frame, side, canvas);
    } else {
        data(screen, below, canvas);
    }
}

/// Where there is room below the data, its last rows: what has happened so far.
fn story(frame: &Frame<'_>, below: Rect) -> Option<Rect> {
    let rows = u16::try_from(frame.story().len()).unwrap_or(u16::MAX);
    let height = rows.min(below.height.saturating_sub(FOR_DATA + 1));
    (height >= 3).then(|| Rect {
        y: below.bottom() - height,
        height,
        ..below
    })
}

/// The newest of them, of more than fit.
fn draw_story(frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let story = frame.story();
    let skipped = story.len().saturating_sub(usize::from(area.height));
    let last = story.len() - 1;
    for ((index, (station, words)), y) in story.enumerate().skip(skipped).zip(area.y..) {
        let role = if index == last { Role::Text } else { Role::Dim };
        let line = Line::of(Role::Dim, format!("{:>3}  ", index + 1))
            .push(role, station.name())
            .to_column(STATIONS)
            .push(role, cut(&words, area.width.saturating_sub(STATIONS)));
        canvas.line(&line, area.x, y, area.width);
    }
}

/// What happens; at the end what the client got instead, and what the check found.
fn words(screen: &WayScreen, frame: &Frame<'_>, columns: u16) -> Vec<Line> {
    let failed = frame.failed.is_some();
    let role = if failed { Role::Error } else { Role::Text };
    let mut narration = frame.narration();
    if failed {
        narration.insert_str(0, "✗ ");
    }
    let mut lines = wrap_text(role, &narration, columns);
    if let (true, Ok(reply)) = (failed, &frame.way.reply) {
        let line = Line::of(Role::Dim, "The client got ")
            .push(status_role(reply.status), status(reply.status))
            .push(Role::Dim, " instead.");
        lines.push(line);
    }
    if let Some(remark) = screen.remark.as_ref().filter(|_| screen.at_end()) {
        let spans = [
            span(Role::Warning, format!("{} ", remark.verdict())),
            span(Role::Text, sentence(&remark.words)),
        ];
        lines.extend(wrap(&spans, columns, 0));
    }
    lines
}

/// The data of the moment, as much of it as fits.
fn data(screen: &WayScreen, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height == 0 {
        return;
    }
    let paper = screen.details(area.width);
    let fits = paper.height() <= area.height;
    let shown = if fits { area.height } else { area.height - 1 };
    for (line, y) in paper.lines.iter().zip(area.y..area.y + shown) {
        canvas.line(line, area.x, y, area.width);
    }
    if !fits {
        let more = paper.height() - shown;
        let line = Line::of(Role::Dim, format!("… {more} more: "))
            .push(Role::Accent, "Enter")
            .push(Role::Dim, " opens all of it");
        canvas.line(&line, area.x, area.bottom() - 1, area.width);
    }
}

#[cfg(test)]
mod tests;
