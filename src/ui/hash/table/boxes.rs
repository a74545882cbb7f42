//! Partitions as boxes side by side, and the item that falls into one.
//!
//! Invariant: only the partition that owns the key on its way has a double border.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::super::side::bar;
use super::ruler::Ruler;
use super::{Canvas, between, figures, is_dense, residents};
use crate::app::paper::{Line, Role, cut};
use crate::scene::hash::{Frame, Journey, PartitionFrame, Stage};
use crate::ui::theme::glyph;

/// A box that holds a name of ten letters.
const NARROWEST_BOX: u16 = 14;

/// Rows of a box that holds what it will hold, and doesn't look like a corridor.
fn box_height(frame: &Frame<'_>) -> u16 {
    const LEAST: u16 = 10;
    const MOST: u16 = 24;
    // The borders, and room for what the learner may add; a collection has a line for its partition key.
    let lines = if frame.sorted {
        frame.fullest.saturating_mul(2)
    } else {
        frame.fullest
    };
    let wanted = u16::try_from(lines).unwrap_or(u16::MAX);
    wanted.saturating_add(4).clamp(LEAST, MOST)
}

/// Boxes side by side, in as few rows as they fit.
pub(super) struct Grid {
    area: Rect,
    columns: u16,
    rows: u16,
    height: u16,
}

impl Grid {
    /// `None` when there is no room for a box with one item each.
    pub(super) fn new(frame: &Frame<'_>, area: Rect) -> Option<Self> {
        let boxes = u16::try_from(frame.partitions.len())
            .ok()
            .filter(|boxes| *boxes > 0)?;
        let most = ((area.width + 1) / (NARROWEST_BOX + 1)).max(1);
        let rows = boxes.div_ceil(most);
        let height = (area.height / rows).min(box_height(frame));
        (height >= 3).then(|| Self {
            area,
            columns: boxes.div_ceil(rows),
            rows,
            height,
        })
    }

    /// The row below the last box.
    pub(super) fn bottom(&self) -> u16 {
        self.area.y + self.rows * self.height
    }

    pub(super) fn cell(&self, index: usize) -> Rect {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let (row, column) = (index / self.columns, index % self.columns);
        // The whole width is shared out, so that the last box ends where the ruler's legend does.
        let edge = |column: u16| {
            let total =
                u32::from(self.area.width + 1) * u32::from(column) / u32::from(self.columns);
            self.area.x + u16::try_from(total).unwrap_or(u16::MAX)
        };
        Rect {
            x: edge(column),
            y: self.area.y + row * self.height,
            width: edge(column + 1) - edge(column) - 1,
            height: self.height,
        }
    }
}

const SINGLE: [&str; 6] = ["┌", "─", "┐", "│", "└", "┘"];
const DOUBLE: [&str; 6] = ["╔", "═", "╗", "║", "╚", "╝"];

pub(super) fn draw(
    frame: &Frame<'_>,
    partition: &PartitionFrame<'_>,
    cell: Rect,
    canvas: &mut Canvas<'_>,
) {
    let id = partition.state.id;
    let role = Role::Partition(id.0);
    let [top_left, flat, top_right, side, low_left, low_right] =
        if partition.owner { DOUBLE } else { SINGLE };
    let inner = cell.width.saturating_sub(2);
    let border = flat.repeat(usize::from(inner));
    let bottom = cell.bottom() - 1;
    canvas.text(
        role,
        &format!("{top_left}{border}{top_right}"),
        cell.x,
        cell.y,
    );
    canvas.text(
        role,
        &format!("{low_left}{border}{low_right}"),
        cell.x,
        bottom,
    );
    for y in cell.y + 1..bottom {
        canvas.cell(role, side, cell.x, y);
        canvas.cell(role, side, cell.right() - 1, y);
    }
    let title =
        Line::of(role, format!(" {} ", glyph(id))).push(Role::Strong, format!("P{} ", id.0));
    canvas.line(&title, cell.x + 1, cell.y, inner);
    let figures = figures(partition, frame.items(), inner.saturating_sub(2));
    canvas.line(&figures, cell.x + 1, bottom, inner);
    if partition.owner {
        // The border only: inside, weight is the newest item's.
        for edge in [
            Rect { height: 1, ..cell },
            Rect {
                y: bottom,
                height: 1,
                ..cell
            },
            Rect { width: 1, ..cell },
            Rect {
                x: cell.right() - 1,
                width: 1,
                ..cell
            },
        ] {
            canvas.add_modifier(edge, Modifier::BOLD);
        }
    }

    let mut first = cell.y + 1;
    let room = inner.saturating_sub(2);
    if is_dense(frame) && bottom > first + 1 {
        let bar = bar(partition.state.items, frame.items(), room);
        canvas.line(&Line::of(role, bar), cell.x + 2, first, room);
        first += 1;
    }
    let rows = usize::from(bottom - first);
    for (y, line) in (first..bottom).zip(residents::lines(frame, partition, rows, room)) {
        canvas.line(&line, cell.x + 2, y, inner.saturating_sub(1));
    }
}

/// The item on its way from the ruler into its box.
pub(super) fn draw_fall(frame: &Frame<'_>, ruler: &Ruler, grid: &Grid, canvas: &mut Canvas<'_>) {
    let Some(journey) = frame.journey.as_ref().filter(|journey| falls(journey)) else {
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
    let landed = u16::try_from(frame.partitions[index].residents.len())
        .unwrap_or(u16::MAX)
        .min(rows - 1);
    let room = cell.width.saturating_sub(4);
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

/// Whether the item is between ruler and box.
fn falls(journey: &Journey<'_>) -> bool {
    journey.stage == Stage::Lands && journey.progress < 1.0
}
