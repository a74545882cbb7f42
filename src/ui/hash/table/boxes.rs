//! Partitions as boxes side by side, and the item that falls into one.
//!
//! Invariant: only the partition that owns the key on its way is spoken of.

use ratatui::layout::Rect;

use super::{Canvas, figures, is_dense, residents};
use crate::app::paper::{Line, Role, cut};
use crate::scene::hash::{Frame, PartitionFrame, Stage};
use crate::ui::partitions::{Grid, Ruler, bar, between, draw_box};

/// Rows of a box so wide that holds what it will hold, is as large as there is room, and doesn't look like a corridor.
pub(super) fn box_height(frame: &Frame<'_>, columns: u16) -> u16 {
    const LEAST: u16 = 10;
    const MOST: u16 = 24;
    // The borders, and room for what the learner may add; a collection has a line for its partition key.
    let lines = if frame.sorted {
        frame.fullest.saturating_mul(2)
    } else {
        frame.fullest
    };
    let wanted = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(4);
    // A row is about twice as high as a column is wide.
    wanted.max(columns * 2 / 3).clamp(LEAST, MOST)
}

pub(super) fn draw(
    frame: &Frame<'_>,
    partition: &PartitionFrame<'_>,
    pitch: usize,
    cell: Rect,
    canvas: &mut Canvas<'_>,
) {
    let id = partition.state.id;
    let inner = cell.width.saturating_sub(2);
    let bottom = cell.bottom() - 1;
    let figures = figures(partition, frame.items(), inner.saturating_sub(2));
    draw_box(id, partition.owner, &figures, cell, canvas);

    let mut first = cell.y + 1;
    let room = inner.saturating_sub(2);
    if is_dense(frame) && bottom > first + 1 {
        let bar = bar(partition.state.items, frame.items(), room);
        canvas.line(
            &Line::of(Role::Partition(id.0), bar),
            cell.x + 2,
            first,
            room,
        );
        first += 1;
    }
    let rows = usize::from(bottom - first);
    let lines = residents::lines(frame, partition, pitch, rows, room);
    for (y, line) in (first..bottom).zip(lines) {
        canvas.line(&line, cell.x + 2, y, inner.saturating_sub(1));
    }
}

/// The item on its way from the ruler into its box.
pub(super) fn draw_fall(
    frame: &Frame<'_>,
    ruler: &Ruler,
    grid: &Grid,
    pitch: usize,
    canvas: &mut Canvas<'_>,
) {
    let Some(journey) = frame.journey.as_ref().filter(|journey| journey.falls()) else {
        return;
    };
    let Some(index) = frame
        .partitions
        .iter()
        .position(|partition| partition.state.id == journey.key.partition)
    else {
        return;
    };
    let cell = grid.cell(index);
    let rows = cell.height.saturating_sub(2).max(1);
    let room = cell.width.saturating_sub(4);
    let line = residents::landing(frame, &frame.partitions[index], pitch, usize::from(rows));
    let landed = u16::try_from(line).unwrap_or(u16::MAX).min(rows - 1);
    let part = journey.part(Stage::Lands);
    let x = between(
        ruler
            .column(journey.key.hash)
            .min(cell.right().saturating_sub(room + 2))
            .max(cell.x + 2),
        cell.x + 2,
        part,
    );
    let y = between(ruler.label(), cell.y + 1 + landed, part);
    let text = Line::of(Role::Accent, cut(&residents::name(journey.key), room));
    canvas.line(&text, x, y, room);
}
