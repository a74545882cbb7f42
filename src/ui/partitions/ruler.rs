//! The ruler: the whole hash range on one line, cut where partitions meet.
//!
//! Invariant: two items with the same hash stand in the same column, in any table of the same width.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::{Canvas, between};
use crate::app::paper::Role;
use crate::scene::hash::{column, fraction};
use crate::simulator::trace::{PartitionId, PartitionState};
use crate::ui::theme::glyph;

/// A partition's part of the ruler.
#[derive(Debug, Clone, Copy)]
pub struct Range<'a> {
    pub state: &'a PartitionState,
    pub spoken_of: bool,
}

/// The columns of the whole hash range.
pub struct Ruler {
    x: u16,
    width: u16,
    /// The row of its line.
    line: u16,
    /// Rows above the line that show how many items fall into a column.
    heap: u16,
}

impl Ruler {
    /// At the top of an area, with so many rows for heaps.
    pub fn new(heap: u16, area: Rect) -> Self {
        // `0 ` before it and ` 2⁶⁴` behind it.
        Self {
            x: area.x + 2,
            width: area.width.saturating_sub(6).max(4),
            line: area.y + 1 + heap,
            heap,
        }
    }

    /// Rows of pointer, heap, line and shares.
    pub fn height(&self) -> u16 {
        self.heap + 3
    }

    /// The row of the shares below the line.
    pub fn label(&self) -> u16 {
        self.line + 1
    }

    /// Columns between the two ends.
    pub fn inner(&self) -> usize {
        usize::from(self.width - 2)
    }

    /// Inside the two ends.
    pub fn column(&self, hash: u64) -> u16 {
        self.x + 1 + u16::try_from(column(hash, self.inner())).unwrap_or(0)
    }

    /// The column of the boundary before a partition.
    pub fn edge(&self, first_hash: u64) -> u16 {
        between(self.x, self.x + self.width - 1, fraction(first_hash))
    }

    /// The line with its ranges, and above it the items in each column: alone, or of many a heap.
    pub fn draw<'s>(
        &self,
        ranges: impl Iterator<Item = Range<'s>> + Clone,
        items: &[Option<(u64, PartitionId)>],
        canvas: &mut Canvas<'_>,
    ) {
        let line = self.line;
        let end = self.x + self.width - 1;
        canvas.text(Role::Dim, "0", self.x - 2, line);
        canvas.text(Role::Dim, "2⁶⁴", end + 2, line);
        for Range { state, spoken_of } in ranges.clone() {
            let role = Role::Partition(state.id.0);
            let from = self.edge(state.first_hash);
            let to = self.edge(state.last_hash);
            let dash = if spoken_of { "━" } else { "─" };
            let dashes = dash.repeat(usize::from((to + 1).saturating_sub(from)));
            canvas.text(role, &dashes, from, line);
            if spoken_of {
                canvas.add_modifier(Rect::new(from, line, to - from, 1), Modifier::BOLD);
            }
        }
        for Range { state, .. } in ranges.skip(1) {
            canvas.text(Role::Dim, "┼", self.edge(state.first_hash), line);
        }
        canvas.text(Role::Dim, "├", self.x, line);
        canvas.text(Role::Dim, "┤", end, line);
        self.draw_items(items, canvas);
    }

    /// Each item above line and boundaries, so that it is never hidden; of many, a heap in each column.
    fn draw_items(&self, parts: &[Option<(u64, PartitionId)>], canvas: &mut Canvas<'_>) {
        const LEVELS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
        let most = parts
            .iter()
            .flatten()
            .map(|(items, _)| *items)
            .max()
            .unwrap_or(1);
        for (part, x) in parts.iter().zip(self.x + 1..) {
            let Some((items, id)) = part else {
                continue;
            };
            let role = Role::Partition(id.0);
            if self.heap == 0 {
                canvas.cell(role, &glyph(*id).to_string(), x, self.line);
                canvas.add_modifier(Rect::new(x, self.line, 1, 1), Modifier::BOLD);
                continue;
            }
            let eighths = (u64::from(self.heap) * 8 * items / most).max(1);
            for row in 0..self.heap {
                let here = eighths.saturating_sub(u64::from(row) * 8).min(8);
                let level = LEVELS[usize::try_from(here).unwrap_or(8)];
                if here > 0 {
                    canvas.cell(role, level, x, self.line - 1 - row);
                }
            }
        }
    }
}
