//! The ruler for a wall: the whole range of the hash, the partitions with their names below it, and where a key falls.
//!
//! ```text
//!                ▼                                         ▼
//!   ├─────────┼━━━━━━━━━┼─────────┤        ▒▒▒▒▒▒▒▒▒ █████████ ▒▒▒▒▒▒▒▒▒     with rows to spare
//!      ● P0      ▲ P1      ■ P2            ▒▒▒▒▒▒▒▒▒ █████████ ▒▒▒▒▒▒▒▒▒
//!                                            ● P0      ▲ P1      ■ P2
//! ```
//!
//! Invariant: a name stands below its partition's own range.

use ratatui::layout::Rect;

use super::Canvas;
use crate::app::paper::{Line, Role};
use crate::scene::hash::fraction;
use crate::simulator::trace::{PartitionId, PartitionState};
use crate::ui::theme::glyph;

/// The pointer, the line, the names of the partitions.
pub const ROWS: u16 = 3;
/// Rows more that make a line into a band that is seen from the last row of a room.
pub const BAND: u16 = 2;

/// A column of a line, for a place between 0 and 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a column between two columns"
)]
fn column(area: Rect, place: f64) -> u16 {
    let last = f64::from(area.width.saturating_sub(1));
    area.x + (last * place).round().clamp(0.0, last) as u16
}

/// The first and the last column of a partition's range.
pub fn range(state: &PartitionState, area: Rect) -> (u16, u16) {
    let at = |hash: u64| column(area, fraction(hash));
    (at(state.first_hash), at(state.last_hash))
}

/// Partitions, each with whether it is spoken of, and the place of a key between 0 and 1: a band where there is room for one.
pub fn draw<'s>(
    partitions: impl Iterator<Item = (&'s PartitionState, bool)> + Clone,
    place: Option<f64>,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let line = area.y + 1;
    if let Some(place) = place {
        canvas.line(&Line::of(Role::Accent, "▼"), column(area, place), area.y, 1);
    }
    if area.height >= ROWS + BAND {
        for (state, spoken_of) in partitions {
            draw_band(state, spoken_of, area, canvas);
        }
        return;
    }
    for (state, spoken_of) in partitions.clone() {
        let (role, dash) = if spoken_of {
            (Role::Partition(state.id.0), "━")
        } else {
            (Role::Text, "─")
        };
        let (from, to) = range(state, area);
        let cells = (to + 1).saturating_sub(from);
        let dashes = Line::of(role, dash.repeat(usize::from(cells)));
        canvas.line(&dashes, from, line, cells);
        draw_name(state.id, spoken_of, (from, to), area.y + 2, area, canvas);
    }
    for (state, _) in partitions.skip(1) {
        let edge = column(area, fraction(state.first_hash));
        canvas.line(&Line::of(Role::Text, "┼"), edge, line, 1);
    }
    canvas.line(&Line::of(Role::Text, "├"), area.x, line, 1);
    canvas.line(&Line::of(Role::Text, "┤"), area.right() - 1, line, 1);
}

/// A partition's part of the range in its hue, full where it is spoken of; a gap of a column is where the next one begins.
fn draw_band(state: &PartitionState, spoken_of: bool, area: Rect, canvas: &mut Canvas<'_>) {
    let (from, to) = range(state, area);
    // The last column of a range is the first one of the next.
    let shared = if state.last_hash < u64::MAX { 2 } else { 0 };
    let cells = (to + 1).saturating_sub(from + shared).max(1);
    let fill = if spoken_of { "█" } else { "▒" };
    let band = Line::of(Role::Partition(state.id.0), fill.repeat(usize::from(cells)));
    let names = area.y + ROWS + BAND - 1;
    for y in area.y + 1..names {
        canvas.line(&band, from, y, cells);
    }
    draw_name(state.id, spoken_of, (from, to), names, area, canvas);
}

/// The partition's glyph and number under its range; where the ranges are too short, the owner's alone.
fn draw_name(
    id: PartitionId,
    owner: bool,
    (from, to): (u16, u16),
    y: u16,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let role = if owner { Role::Strong } else { Role::Text };
    let name =
        Line::of(Role::Partition(id.0), glyph(id).to_string()).push(role, format!(" P{}", id.0));
    let room = (to + 1).saturating_sub(from);
    if name.width() + 2 > room && !owner {
        return;
    }
    let middle = from + room / 2;
    let last = area.right().saturating_sub(name.width()).max(area.x);
    let x = middle.saturating_sub(name.width() / 2).clamp(area.x, last);
    canvas.line(&name, x, y, name.width());
}
