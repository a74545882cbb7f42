//! Where an item lives, on cells.
//!
//! ```text
//!   key     "Beeba"                                        pet · S · 5 bytes    one table at 80×24
//!   bytes   42 65 65 62 61
//!   hash    9f3c 21d4 77ab 0e15                                  SipHash-2-4
//!                                            ▼
//!   0 ├───────●───────┼────────▲──────┼━━━━━━━━━━━━━━━┼───────◆───────┤ 2⁶⁴
//!                    25 %            50 %    ╰ 62.2 %
//!   ┌ ● P0 ─────────┐ ┌ ▲ P1 ─────────┐ ╔ ■ P2 ═════════╗ ┌ ◆ P3 ────────┐
//!   │ Ada           │ │ Milo          │ ║ Beeba       ◂ ║ │ Rex          │
//!   └ 1 · 55 B ─────┘ └ 1 · 56 B ─────┘ ╚ 1 · 57 B ═════╝ └ 1 · 55 B ────┘
//!
//!   what happens, in words
//!   what was predicted                                     the largest share
//!
//!   way                        side      from 110 columns on: the table, its shares, what was measured
//!   ruler, boxes               …
//!   words                      …         with rows to spare: where each item went
//!   log
//!
//!   way                                  two tables: below the one way stand two rulers with their boxes, side by side
//!   ruler, boxes  ruler, boxes
//!   words
//! ```
//!
//! Invariant: it is drawn inside the body only, at any size from 60×18 on.

mod log;
mod side;
mod table;
mod way;
mod words;

pub(super) use words::{partition_name, said, waiting};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Shared;
use crate::app::hash::{HashScreen, Picture};
use crate::app::paper::{Line, Role, cut, wrap_text};
use crate::scene::hash::Frame;
use crate::scene::plural;
use crate::ui::partitions::Canvas;
use crate::ui::theme::Theme;
use crate::ui::{middle, paint};

/// Wider than this, the eye loses the way from the ruler to the boxes.
const WIDEST: u16 = 180;
/// From so many columns on there is a side, if one table is shown, …
const SIDE_FROM: u16 = 106;
/// … and from so many with two tables.
const SIDE_FROM_WITH_TWO: u16 = 160;
/// From so many rows on a wide terminal has room for both tables at once.
const LARGE_ROWS: u16 = 44;
const SIDE: u16 = 36;
/// Between two tables, and before the side.
const GUTTER: u16 = 4;

pub fn draw(screen: &HashScreen, shared: &Shared, theme: Theme, buffer: &mut Buffer) {
    let body = middle(shared, WIDEST, buffer);
    let canvas = &mut Canvas { theme, buffer };
    if let Some(picture) = &screen.picture {
        draw_picture(screen, picture, body, canvas);
    } else {
        let (role, text) = match &screen.problem {
            Some(why) => (Role::Error, why.clone()),
            None => (Role::Dim, waiting(screen)),
        };
        let lines = wrap_text(role, &text, body.width);
        for (line, y) in lines.iter().zip(body.top()..body.bottom()) {
            canvas.line(line, body.x, y, body.width);
        }
    }
    if let Some(picker) = screen.picker {
        let view = picker.view(shared.columns, shared.rows);
        paint::view(&view, theme, canvas.buffer);
    }
}

fn draw_picture(screen: &HashScreen, picture: &Picture, body: Rect, canvas: &mut Canvas<'_>) {
    let frame = picture.script.frame(screen.position());
    // On a large terminal both tables are there from the beginning, and the key takes the second one away.
    let large = body.width >= SIDE_FROM_WITH_TWO && body.height >= LARGE_ROWS;
    let second = picture.other.as_ref().filter(|_| screen.beside != large);
    let side_from = if second.is_some() {
        SIDE_FROM_WITH_TWO
    } else {
        SIDE_FROM
    };
    let (body, side) = if body.width >= side_from && body.height >= side::LEAST_ROWS {
        let width = body.width - SIDE - GUTTER;
        let side = Rect {
            x: body.x + width + GUTTER,
            width: SIDE,
            ..body
        };
        (Rect { width, ..body }, Some(side))
    } else {
        (body, None)
    };
    if let Some(side) = side {
        side::draw(screen, picture, &frame, side, canvas);
    }
    let words_height = words::height(picture, side.is_some());
    let words = Rect {
        y: body.bottom().saturating_sub(words_height),
        height: words_height,
        ..body
    };
    let way = way::height(&frame, body.height);
    way::draw(screen, picture, &frame, body, canvas);
    let above = Rect {
        y: body.y + way,
        height: body
            .height
            .saturating_sub(way + words_height + u16::from(body.height > 18)),
        ..body
    };
    let bottom = match second {
        None => table::draw(&frame, above, canvas),
        Some(other) => {
            let other = other.frame(screen.position());
            draw_two([&frame, &other], above, canvas)
        }
    };
    // Where the picture needs less than there is, its words stay near it.
    let words = Rect {
        y: words.y.min(bottom + 1),
        ..words
    };
    words::draw(screen, picture, &frame, words, side.is_some(), canvas);
    let below = words.bottom() + 1;
    let log = Rect {
        y: below,
        height: body.bottom().saturating_sub(below),
        ..body
    };
    log::draw(&frame, log, canvas);
}

/// Two tables side by side, each under its name; the row below both is returned.
fn draw_two(frames: [&Frame<'_>; 2], area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let width = area.width.saturating_sub(GUTTER) / 2;
    let mut bottom = area.y;
    for (frame, x) in frames.into_iter().zip([area.x, area.right() - width]) {
        let partitions = plural(frame.partitions.len() as u64, "partition");
        let title = Line::of(Role::Strong, cut(frame.table, width / 2))
            .push(Role::Dim, format!("  {partitions} of its own"));
        canvas.line(&title, x, area.y, width);
        let below = Rect {
            x,
            y: area.y + 1,
            width,
            height: area.height.saturating_sub(1),
        };
        bottom = bottom.max(table::draw(frame, below, canvas));
    }
    bottom
}

#[cfg(test)]
mod tests;
