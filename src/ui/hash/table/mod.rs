//! A table: the ruler of the whole hash range, and the partitions below it.
//!
//! ```text
//!                       ▼
//!          ▂▃▁▂▅▂▃▃▂▁▄▃▂▂▁▃▅▂▃▁▂▃▂▄▂▁▃▂▃▁▂▃▂▁▂▃▂▁        of many items: how many fall into a column
//!   0 ├─●───────────┼───▲─────────┼──■──────────┼─────────────┤ 2⁶⁴
//!                 25 %  ╰ 31.2 % 50 %          75 %
//! ```
//!
//! Invariant: every item stands on the ruler where its hash is, with its partition's hue and glyph; of many, their number.

mod boxes;
mod list;
mod residents;
mod ruler;

use ratatui::layout::Rect;

use super::Canvas;
use crate::app::paper::{Line, Role, width};
use crate::scene::hash::{Frame, PartitionFrame};
use crate::scene::{bytes, count, percent};
use crate::ui::partitions::Grid;

/// Rows that a table needs before anything else may have some: a ruler, and boxes as high as on a small terminal.
pub(super) fn least(frames: &[&Frame<'_>], width: u16) -> u16 {
    const ALONE: u16 = 10;
    const STACKED: u16 = 8;
    let rows = |frame: &&Frame<'_>| {
        let boxes = match Grid::box_rows(frame.partitions.len(), width) {
            1 => ALONE,
            rows => rows.saturating_mul(STACKED),
        };
        ruler::LEAST_ROWS + boxes
    };
    frames.iter().map(rows).max().unwrap_or(0)
}

/// Rows of a box, at most, of tables that have so many columns each: of the narrowest box, for what the fullest one holds.
pub(super) fn tallest(frames: &[&Frame<'_>], width: u16) -> u16 {
    let columns = frames
        .iter()
        .map(|frame| Grid::box_width(frame.partitions.len(), width))
        .min()
        .unwrap_or(width);
    frames
        .iter()
        .map(|frame| boxes::box_height(frame, columns))
        .max()
        .unwrap_or(0)
}

/// Rows of the ruler and of boxes of so many rows, in an area that is so large.
pub(super) fn wanted(frames: &[&Frame<'_>], most: u16, width: u16, height: u16) -> u16 {
    let area = Rect::new(0, 0, width, height);
    let rows = |frame: &&Frame<'_>| {
        let boxes = Grid::box_rows(frame.partitions.len(), width);
        ruler::new(frame, area).height() + boxes.saturating_mul(most)
    };
    frames.iter().map(rows).max().unwrap_or(0)
}

/// The ruler and the boxes below it, which have at most so many rows; the row below them is returned.
pub(super) fn draw(frame: &Frame<'_>, most: u16, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let ruler = ruler::new(frame, area);
    ruler::draw(frame, &ruler, area, canvas);
    let boxes = Rect {
        y: area.y + ruler.height(),
        height: area.height.saturating_sub(ruler.height()),
        ..area
    };
    let Some(grid) = Grid::new(frame.partitions.len(), most, boxes) else {
        return list::draw(frame, boxes, canvas);
    };
    let pitch = residents::pitch(frame, grid.room());
    for (index, partition) in frame.partitions.iter().enumerate() {
        boxes::draw(frame, partition, pitch, grid.cell(index), canvas);
    }
    boxes::draw_fall(frame, &ruler, &grid, pitch, canvas);
    grid.bottom()
}

/// Whether there will be so many items that a column of the ruler stands for several.
pub(super) fn is_dense(frame: &Frame<'_>) -> bool {
    frame.in_all > 2 * crate::scene::hash::FEW as u64
}

/// `3 · 171 B · 37.5 %`, with as much of it as fits.
fn figures(partition: &PartitionFrame<'_>, total: u64, room: u16) -> Line {
    let state = &partition.state;
    let items = format!(" {}", count(state.items));
    let bytes = format!(" · {}", bytes(state.bytes));
    let share = format!(" · {}", percent(state.items, total));
    let mut text = items;
    for more in [bytes, share] {
        if state.items > 0 && width(&text) + width(&more) < room {
            text.push_str(&more);
        }
    }
    text.push(' ');
    let role = if state.items == 0 {
        Role::Dim
    } else {
        Role::Text
    };
    Line::of(role, text)
}
