//! A server's clients, on cells.
//!
//! ```text
//!   http://127.0.0.1:8000   i how to join                12 requests · 2 clients      80×24
//!   pets  keyed by id · the busiest          in 5 s  12 requests · 12 WCU · 0 RCU
//!                                                     ▼
//!   0 ├──●────────────┼───────▲───────┼───────────────■──────────◆────┤ 2⁶⁴
//!   ┌ ● P0 ─────────┐ ┌ ▲ P1 ─────────┐ ╔ ■ P2 ═════════╗ ┌ ◆ P3 ────────┐
//!   │ ▏       0.1 % │ │ ▏       0.1 % │ ║ ▏       0.1 % ║ │ ▏      0.1 % │      of what it may serve
//!   │ Ada           │ │ Milo          │ ║ Beeba       ◂ ║ │ Rex          │      the newest on top
//!   └ 1 · 55 B ─────┘ └ 1 · 56 B ─────┘ ╚ 1 · 57 B ═════╝ └ 1 · 55 B ────┘
//!     WHO       OPERATION        TABLE          UNITS     TIME  WHERE, WHAT
//!     ana       PutItem          pets           1 WCU   0.4 ms  ■ P2  Beeba created
//!   × ben       PutItem          pets       throttled   0.1 ms  ■ P2  …
//!   largest  ana 8 WCU · ben 4 WCU
//! ```
//!
//! From 118 columns on, consumers, totals and the request that was chosen stand at the side.
//! Invariant: it is drawn inside the body only, at any size from 60×18 on, and nothing is said by colour alone.

mod join;
mod log;
mod side;
mod table;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Shared;
use crate::app::paper::{Line, Role, cut, whole_sentences, width};
use crate::app::serve::ServeScreen;
use crate::scene::serve::{Frame, Partition, SECONDS, Sums, words};
use crate::scene::{count, plural};
use crate::ui::middle;
use crate::ui::partitions::Canvas;
use crate::ui::theme::Theme;
pub(super) use log::place;

/// Wider than this, the eye loses the way from the ruler to the boxes.
const WIDEST: u16 = 180;
/// From so many columns and rows on there is a side.
const SIDE_FROM: (u16, u16) = (114, 24);
const SIDE: u16 = 38;
/// Before the side.
const GUTTER: u16 = 4;
/// From so many rows on there is a line for the largest consumers.
const ROOMY: u16 = 18;

pub fn draw(screen: &ServeScreen, shared: &Shared, theme: Theme, buffer: &mut Buffer) {
    let body = middle(shared, WIDEST, buffer);
    let canvas = &mut Canvas { theme, buffer };
    let frame = screen.frame(shared);
    if screen.live.is_empty() || screen.inviting {
        return join::draw(screen, &frame, body, canvas);
    }
    draw_clients(screen, &frame, body, canvas);
}

fn draw_clients(screen: &ServeScreen, frame: &Frame<'_>, body: Rect, canvas: &mut Canvas<'_>) {
    canvas.line(
        &status(screen, frame, body.width),
        body.x,
        body.y,
        body.width,
    );
    let below = Rect {
        y: body.y + 1,
        height: body.height.saturating_sub(1),
        ..body
    };
    let (main, side) = if body.width >= SIDE_FROM.0 && body.height >= SIDE_FROM.1 {
        let width = below.width - SIDE - GUTTER;
        let side = Rect {
            x: below.x + width + GUTTER,
            y: below.y + 1,
            width: SIDE,
            height: below.height.saturating_sub(1),
        };
        (Rect { width, ..below }, Some(side))
    } else {
        (below, None)
    };
    let words = if side.is_some() {
        Vec::new()
    } else {
        words_below(frame, main)
    };
    let rows = u16::try_from(words.len()).unwrap_or(0);
    let room = main.height.saturating_sub(rows);
    let picture = Rect {
        height: picture_rows(room),
        ..main
    };
    let bottom = table::draw(screen, frame, picture, canvas);
    let log = Rect {
        y: bottom,
        height: (main.y + room).saturating_sub(bottom),
        ..main
    };
    log::draw(frame, log, canvas);
    let below = Rect {
        y: main.bottom() - rows,
        height: rows,
        ..main
    };
    for (line, y) in words.iter().zip(below.top()..below.bottom()) {
        canvas.line(line, below.x, y, below.width);
    }
    if let Some(side) = side {
        side::draw(screen, frame, side, canvas);
    }
}

/// Rows of the picture of partitions, out of those it shares with the log.
fn picture_rows(room: u16) -> u16 {
    (room * 3 / 5).clamp(8, 24)
}

/// Where clients find the server, and everything together; while paused, what came meanwhile.
fn status(screen: &ServeScreen, frame: &Frame<'_>, columns: u16) -> Line {
    let totals = &frame.world.totals;
    let mut tail = Line::of(
        Role::Text,
        format!(
            "{} · {}",
            plural(totals.all.requests, "request"),
            plural(frame.world.clients(), "client")
        ),
    );
    if frame.missed > 0 {
        tail = tail.push(Role::Dim, format!(" · {} not shown", count(frame.missed)));
    }
    let room = columns.saturating_sub(tail.width() + 1);
    let head = if frame.chosen.is_some() {
        let came = match frame.more {
            0 => "nothing came since".to_owned(),
            more => format!("{} more came", count(more)),
        };
        Line::of(Role::Warning, "PAUSED  ")
            .push(Role::Strong, came)
            .push(Role::Text, ", ")
            .push(Role::Accent, "space")
            .push(Role::Dim, " goes on")
    } else {
        let address = format!("http://{}", screen.invitation.address);
        let line = Line::of(Role::Strong, cut(&address, 40));
        let line = match &screen.invitation.code {
            Some(code) => line
                .push(Role::Dim, "   join code ")
                .push(Role::Strong, cut(code, 12)),
            None => line,
        };
        let line = line.push(Role::Text, "   ").push(Role::Accent, "i");
        let words = " how to join";
        if line.width() + width(words) <= room {
            line.push(Role::Dim, words)
        } else {
            line.push(Role::Dim, " join")
        }
    };
    if head.width() > room {
        return head;
    }
    head.right(columns, tail)
}

/// Below the log, where there is no side: the largest consumers, or what the chosen request did.
fn words_below(frame: &Frame<'_>, area: Rect) -> Vec<Line> {
    if let Some(entry) = frame.current.filter(|_| frame.chosen.is_some()) {
        let mut told = words::told(&entry.arrival).join(" ");
        if let Some(before) = before_newest(frame) {
            told = format!("{told} {before}");
        }
        let rows = if area.height >= ROOMY { 3 } else { 2 };
        return whole_sentences(Role::Text, &told, area.width, rows);
    }
    if area.height < ROOMY {
        return Vec::new();
    }
    let mut line = Line::of(Role::Dim, "largest");
    for (name, client) in frame.world.consumers(8) {
        let units = words::consumed(client.read, client.written);
        if units.is_empty() {
            break;
        }
        let next = Line::of(Role::Text, format!("   {} ", cut(name, 16))).push(Role::Strong, units);
        if line.width() + next.width() > area.width {
            break;
        }
        line = line.append(next);
    }
    vec![Line::new(), line]
}

/// How long before the newest request that is kept the chosen one came.
fn before_newest(frame: &Frame<'_>) -> Option<String> {
    let (chosen, newest) = frame.current.zip(frame.entries.back())?;
    let millis = newest.arrival.at.saturating_sub(chosen.arrival.at);
    let before = words::time(Duration::from_millis(millis));
    (millis > 0).then(|| format!("It came {before} before the newest."))
}

/// What was done in the last seconds, with its time.
fn lately(sums: &Sums) -> String {
    format!(
        "in {SECONDS} s  {} · {} WCU · {} RCU",
        plural(sums.requests, "request"),
        words::amount(sums.written),
        words::amount(sums.read)
    )
}

/// Thousandths of what a partition may serve that it served in the last seconds, of reads or writes, whichever is more.
fn heat(partition: &Partition, now: Duration) -> u64 {
    let busy = partition.busy(now);
    let (read, written) = partition.limits();
    let permille = |units: u64, limit: u64| {
        let whole = u128::from(limit.max(1)) * u128::from(SECONDS);
        u64::try_from((u128::from(units) * 1000).div_ceil(whole)).unwrap_or(u64::MAX)
    };
    permille(busy.read.halves(), read.halves())
        .max(permille(busy.written.halves(), written.halves()))
}

/// `0.7 %`, `85 %`: of what was done at all, a tenth at least.
fn share(permille: u64) -> String {
    match permille {
        0 => String::new(),
        1..100 => format!("{}.{} %", permille / 10, permille % 10),
        _ => format!("{} %", permille / 10),
    }
}

#[cfg(test)]
pub(crate) mod tests;
