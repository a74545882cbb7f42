//! Where the items went and which come next, one line each, where the picture leaves room below.
//!
//! ```text
//!   PUT   KEY            BYTES            HASH                   PLACE   PARTITION
//!     1   "Beeba"        42 65 65 62 61   9f3c 21d4 77ab 0e15   62.2 %   ■ P2
//! ▸   2   "Rex"          52 65 78         e100 0000 0000 0001                        on its way
//!     3   "Milo"                                                                     comes next
//! ```
//!
//! Invariant: puts stand in their order, and of one that is on its way only what has been seen of it.

use ratatui::layout::Rect;

use super::Canvas;
use super::way::grouped;
use super::words::partition_name;
use crate::app::paper::{Line, Role, cut, width};
use crate::scene::hash::{Arrival, Frame, Stage, quoted, share_of_range};
use crate::scene::{count, hex};
use crate::simulator::trace::Effect;

/// With fewer rows it says too little for the room it takes.
const LEAST_ROWS: u16 = 4;
/// With fewer columns for key and bytes the key takes all of them.
const NARROW: u16 = 40;
/// Columns of number, hash, place and partition, with the air between them.
const FIXED: u16 = 54;
/// With room for a short key.
pub(super) const LEAST_COLUMNS: u16 = FIXED + 16;

pub(super) fn draw(frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height < LEAST_ROWS || area.width < LEAST_COLUMNS || frame.puts() == 0 {
        return;
    }
    let room = area.width - FIXED;
    // Bytes cut to a few say nothing.
    let raw = if room < NARROW { 0 } else { (room / 2).min(48) };
    let key = (room - raw).min(34);
    let columns = [7, 7 + key, 7 + key + raw];
    let names = ["KEY", if raw > 0 { "BYTES" } else { "" }, "HASH"];
    let head = names
        .iter()
        .zip(columns)
        .filter(|(name, _)| !name.is_empty())
        .fold(Line::of(Role::Dim, "  PUT"), |line, (name, column)| {
            line.to_column(column).push(Role::Dim, name)
        });
    let end = columns[2] + 29;
    let head = head
        .right(end, Line::of(Role::Dim, "PLACE"))
        .push(Role::Dim, "   PARTITION");
    canvas.line(&head, area.x, area.y, area.width);
    let rows = usize::from(area.height - 1);
    for ((index, put), y) in frame.around(rows).zip(area.y + 1..) {
        let line = row(frame, index, put, columns, end);
        canvas.line(&line, area.x, y, area.width);
    }
}

fn row(frame: &Frame<'_>, index: usize, put: &Arrival, columns: [u16; 3], end: u16) -> Line {
    let key = &put.key;
    let [at_key, at_bytes, at_hash] = columns;
    let journey = frame.journey.as_ref();
    let journey = journey.filter(|journey| journey.arrival == index);
    let landed = frame.has_landed(index);
    let seen = |stage| landed || journey.is_some_and(|journey| journey.passed(stage));
    let on_its_way = journey.is_some() && !landed;
    let role = match (on_its_way, landed) {
        (true, _) => Role::Strong,
        (_, true) => Role::Text,
        _ => Role::Dim,
    };
    let number = count(index as u64 + 1);
    let number = format!(
        "{}{number}",
        " ".repeat(usize::from(4_u16.saturating_sub(width(&number))))
    );
    let mark = if on_its_way { "▸" } else { " " };
    let mut name = quoted(key);
    if let Some(sort) = key.sort_text() {
        let start: String = sort.chars().take(100).collect();
        name = format!("{name} / {}", crate::printable::line(&start));
    }
    let name = cut(&name, at_bytes - at_key - 2);
    let mut line = Line::of(Role::Accent, mark)
        .push(Role::Dim, number)
        .to_column(at_key)
        .push(role, name);
    if at_hash > at_bytes && seen(Stage::Bytes) {
        let fit = usize::from((at_hash - at_bytes - 4) / 3);
        line = line
            .to_column(at_bytes)
            .push(Role::Dim, hex(&key.bytes, fit));
    }
    if seen(Stage::Hash) {
        line = line.to_column(at_hash).push(role, grouped(key.hash));
    }
    if seen(Stage::Place) {
        line = line.right(end, Line::of(role, share_of_range(key.hash)));
    }
    if seen(Stage::Owner) {
        line = line
            .push(Role::Text, "   ")
            .append(partition_name(key.partition));
    }
    if landed && put.effect == Effect::Replaced {
        line.push(Role::Dim, "  replaced")
    } else {
        line
    }
}
