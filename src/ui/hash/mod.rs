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
//!   way                                  with columns and rows to spare: larger boxes, and below them
//!   ruler, boxes                         where each item went, and the table with what can be changed
//!   words
//!   log                          table
//!
//!   way                                  two tables: below the one way stand two rulers with their boxes, side by side
//!   ruler, boxes  ruler, boxes
//!   words
//! ```
//!
//! Invariant: it is drawn inside the body only, at any size from 60×18 on.

mod foot;
mod log;
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
use foot::Foot;

/// Wider than this, the eye loses the way from the ruler to the boxes.
const WIDEST: u16 = 180;
/// From so many columns and rows on there is room for both tables at once.
const LARGE: (u16, u16) = (160, 44);
/// Between two tables, and between the parts of the foot.
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
    let large = body.width >= LARGE.0 && body.height >= LARGE.1;
    let second = picture.other.as_ref().filter(|_| screen.beside != large);
    let way = way::height(&frame, body.height);
    let gap = u16::from(body.height > 18);
    let other = second.map(|other| other.frame(screen.position()));
    let (frames, columns) = match &other {
        None => (vec![&frame], body.width),
        Some(other) => (vec![&frame, other], half(body.width)),
    };
    // Each of two tables has its name above it.
    let named = u16::from(other.is_some());
    let needed = table::least(&frames, columns) + named;
    let taken = way + needed + gap + words::height(picture, true) + 1;
    let foot = Foot::new(screen, picture, &frame, body, taken);
    let words_height = words::height(picture, foot.is_some());
    let below = foot.as_ref().map_or(0, |foot| foot.rows + 1);
    way::draw(screen, picture, &frame, body, canvas);
    let above = Rect {
        y: body.y + way,
        height: body.height.saturating_sub(way + gap + words_height + below),
        ..body
    };
    let most = table::tallest(&frames, columns);
    let wanted = table::wanted(&frames, most, columns, above.height) + named;
    let air = Air::new(above.height.saturating_sub(wanted));
    let above = Rect {
        y: above.y + air.between,
        height: above.height.saturating_sub(air.between),
        ..above
    };
    let bottom = match &other {
        None => table::draw(&frame, most + air.boxes, above, canvas),
        Some(other) => draw_two([&frame, other], most + air.boxes, above, canvas),
    };
    // Where the picture needs less than there is, its words stay near it.
    let last = body.bottom().saturating_sub(words_height + below);
    let words = Rect {
        y: last.min(bottom + 1 + air.between),
        height: words_height,
        ..body
    };
    words::draw(screen, picture, &frame, words, foot.is_some(), canvas);
    let below =
        (words.bottom() + 1 + air.between).min(body.bottom().saturating_sub(below.max(1) - 1));
    let rest = Rect {
        y: below,
        height: body.bottom().saturating_sub(below),
        ..body
    };
    match foot {
        Some(foot) => foot.draw(&frame, rest, canvas),
        None => log::draw(&frame, rest, canvas),
    }
}

/// What becomes of the rows that nothing needs: boxes higher than they have to be, and room between the parts, so that the
/// picture does not stand under the upper edge of a large terminal.
struct Air {
    boxes: u16,
    between: u16,
}

impl Air {
    /// Of so many rows; what is left stays free at the bottom.
    fn new(rows: u16) -> Self {
        let boxes = (rows / 3).min(8);
        let between = ((rows - boxes) / 4).min(2);
        Self { boxes, between }
    }
}

/// Columns of one of two tables.
const fn half(columns: u16) -> u16 {
    columns.saturating_sub(GUTTER) / 2
}

/// Two tables side by side, each under its name; the row below both is returned.
fn draw_two(frames: [&Frame<'_>; 2], most: u16, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let width = half(area.width);
    let mut bottom = area.y;
    for (frame, x) in frames.into_iter().zip([area.x, area.right() - width]) {
        let partitions = plural(frame.partitions.len() as u64, "partition");
        let name = Line::of(Role::Strong, cut(frame.table, width / 2));
        let long = name
            .clone()
            .push(Role::Dim, format!("  {partitions} of its own"));
        let title = if long.width() <= width {
            long
        } else {
            name.push(Role::Dim, format!("  {partitions}"))
        };
        canvas.line(&title, x, area.y, width);
        let below = Rect {
            x,
            y: area.y + 1,
            width,
            height: area.height.saturating_sub(1),
        };
        bottom = bottom.max(table::draw(frame, most, below, canvas));
    }
    bottom
}

#[cfg(test)]
mod tests;
