//! Partitions as boxes side by side.
//!
//! Invariant: only a partition that is spoken of has a double border.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::Canvas;
use crate::app::paper::{Line, Role, cut};
use crate::simulator::trace::PartitionId;
use crate::ui::theme::glyph;

/// A box that holds a name of ten letters.
const NARROWEST_BOX: u16 = 14;

/// Boxes side by side, in as few rows as they fit.
pub struct Grid {
    area: Rect,
    columns: u16,
    rows: u16,
    height: u16,
}

impl Grid {
    /// Boxes of at most so many rows; `None` when there is no room for a box with one item each.
    pub fn new(partitions: usize, most_rows: u16, area: Rect) -> Option<Self> {
        let boxes = u16::try_from(partitions).ok().filter(|boxes| *boxes > 0)?;
        let rows = Self::rows(boxes, area.width);
        let height = (area.height / rows).min(most_rows);
        (height >= 3).then(|| Self {
            area,
            columns: boxes.div_ceil(rows),
            rows,
            height,
        })
    }

    /// In how many rows so many boxes stand.
    fn rows(boxes: u16, width: u16) -> u16 {
        let most = ((width + 1) / (NARROWEST_BOX + 1)).max(1);
        boxes.div_ceil(most)
    }

    /// In how many rows the boxes of so many partitions stand.
    pub fn box_rows(partitions: usize, width: u16) -> u16 {
        Self::rows(u16::try_from(partitions).unwrap_or(u16::MAX), width)
    }

    /// Columns of one of so many boxes.
    pub fn box_width(partitions: usize, width: u16) -> u16 {
        let boxes = u16::try_from(partitions).unwrap_or(u16::MAX).max(1);
        let columns = boxes.div_ceil(Self::rows(boxes, width));
        ((width + 1) / columns).saturating_sub(1)
    }

    /// The row below the last box.
    pub fn bottom(&self) -> u16 {
        self.area.y + self.rows * self.height
    }

    /// Rows and columns that every box has inside its border, with a blank column at both sides.
    pub fn room(&self) -> (u16, u16) {
        let narrowest = (self.area.width + 1) / self.columns;
        (
            self.height.saturating_sub(2),
            narrowest.saturating_sub(1 + 4),
        )
    }

    pub fn cell(&self, index: usize) -> Rect {
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

/// A partition's box with its name and, in its lower border, a few figures. Whose partition is spoken of has a double border.
pub fn draw_box(
    id: PartitionId,
    spoken_of: bool,
    figures: &Line,
    cell: Rect,
    canvas: &mut Canvas<'_>,
) {
    let role = Role::Partition(id.0);
    canvas.border(role, spoken_of, cell);
    let inner = cell.width.saturating_sub(2);
    let bottom = cell.bottom() - 1;
    let title =
        Line::of(role, format!(" {} ", glyph(id))).push(Role::Strong, format!("P{} ", id.0));
    canvas.line(&title, cell.x + 1, cell.y, inner);
    canvas.line(figures, cell.x + 1, bottom, inner);
    if spoken_of {
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
}

/// An item in its box: its name, the start of its hash where there is room for it, and an arrow on the newest.
pub fn resident_line(name: &str, hash: Option<u64>, newest: bool, room: u16) -> Line {
    let role = if newest { Role::Strong } else { Role::Text };
    let tail = match hash.filter(|_| room >= 24) {
        Some(hash) => Line::of(Role::Dim, format!(" {:04x}… ", hash >> 48))
            .push(Role::Accent, if newest { "◂" } else { " " }),
        None if newest => Line::of(Role::Accent, "◂"),
        None => return Line::of(role, cut(name, room)),
    };
    Line::of(role, cut(name, room.saturating_sub(tail.width()))).right(room, tail)
}
