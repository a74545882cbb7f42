//! The ruler: the whole hash range on one line, cut where partitions meet.
//!
//! Invariant: two items with the same hash stand in the same column, in any table of the same width.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::{Canvas, between, is_dense};
use crate::app::paper::{Role, width};
use crate::scene::hash::{Frame, Stage, column, fraction, share_of_range};
use crate::ui::theme::glyph;

/// The columns of the whole hash range.
pub(super) struct Ruler {
    x: u16,
    width: u16,
    /// The row of its line.
    line: u16,
    /// Rows above the line that show how many items fall into a column.
    heap: u16,
}

impl Ruler {
    pub(super) fn new(frame: &Frame<'_>, area: Rect) -> Self {
        let heap = match area.height {
            _ if !is_dense(frame) => 0,
            0..=15 => 1,
            16..=29 => 2,
            _ => 3,
        };
        // `0 ` before it and ` 2⁶⁴` behind it.
        Self {
            x: area.x + 2,
            width: area.width.saturating_sub(6).max(4),
            line: area.y + 1 + heap,
            heap,
        }
    }

    /// Rows of pointer, heap, line and shares.
    pub(super) fn height(&self) -> u16 {
        self.heap + 3
    }

    /// The row of the shares below the line.
    pub(super) fn label(&self) -> u16 {
        self.line + 1
    }

    /// Columns between the two ends.
    fn inner(&self) -> usize {
        usize::from(self.width - 2)
    }

    /// Inside the two ends.
    pub(super) fn column(&self, hash: u64) -> u16 {
        self.x + 1 + u16::try_from(column(hash, self.inner())).unwrap_or(0)
    }

    /// The column of the boundary before a partition.
    fn edge(&self, first_hash: u64) -> u16 {
        between(self.x, self.x + self.width - 1, fraction(first_hash))
    }
}

pub(super) fn draw(frame: &Frame<'_>, ruler: &Ruler, area: Rect, canvas: &mut Canvas<'_>) {
    let line = ruler.line;
    let end = ruler.x + ruler.width - 1;
    canvas.text(Role::Dim, "0", area.x, line);
    canvas.text(Role::Dim, "2⁶⁴", end + 2, line);
    for partition in &frame.partitions {
        let role = Role::Partition(partition.state.id.0);
        let from = ruler.edge(partition.state.first_hash);
        let to = ruler.edge(partition.state.last_hash);
        let dash = if partition.owner { "━" } else { "─" };
        let dashes = dash.repeat(usize::from((to + 1).saturating_sub(from)));
        canvas.text(role, &dashes, from, line);
        if partition.owner {
            canvas.add_modifier(Rect::new(from, line, to - from, 1), Modifier::BOLD);
        }
    }
    for partition in frame.partitions.iter().skip(1) {
        canvas.text(Role::Dim, "┼", ruler.edge(partition.state.first_hash), line);
    }
    canvas.text(Role::Dim, "├", ruler.x, line);
    canvas.text(Role::Dim, "┤", end, line);
    draw_items(frame, ruler, canvas);
    let taken = draw_pointer(frame, ruler, area, canvas);
    draw_boundaries(frame, ruler, ruler.label(), &taken, canvas);
}

/// Each item above line and boundaries, so that it is never hidden; of many, a heap in each column.
fn draw_items(frame: &Frame<'_>, ruler: &Ruler, canvas: &mut Canvas<'_>) {
    const LEVELS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    let parts = frame.density(ruler.inner());
    let most = parts
        .iter()
        .flatten()
        .map(|(items, _)| *items)
        .max()
        .unwrap_or(1);
    for (part, x) in parts.iter().zip(ruler.x + 1..) {
        let Some((items, id)) = part else {
            continue;
        };
        let role = Role::Partition(id.0);
        if ruler.heap == 0 {
            canvas.cell(role, &glyph(*id).to_string(), x, ruler.line);
            canvas.add_modifier(Rect::new(x, ruler.line, 1, 1), Modifier::BOLD);
            continue;
        }
        let eighths = (u64::from(ruler.heap) * 8 * items / most).max(1);
        for row in 0..ruler.heap {
            let here = eighths.saturating_sub(u64::from(row) * 8).min(8);
            let level = LEVELS[usize::try_from(here).unwrap_or(8)];
            if here > 0 {
                canvas.cell(role, level, x, ruler.line - 1 - row);
            }
        }
    }
}

/// The key on its way along the ruler, and how far that is; the columns of the words are returned.
fn draw_pointer(
    frame: &Frame<'_>,
    ruler: &Ruler,
    area: Rect,
    canvas: &mut Canvas<'_>,
) -> Range<u16> {
    let (marks, label) = (area.y, ruler.label());
    let Some(journey) = frame
        .journey
        .as_ref()
        .filter(|journey| journey.reached(Stage::Place) && !journey.flock)
    else {
        return 0..0;
    };
    let goal = ruler.column(journey.key.hash);
    let at = between(ruler.x + 1, goal, journey.part(Stage::Place));
    canvas.text(Role::Accent, "▼", at, marks);
    if !journey.passed(Stage::Place) {
        return 0..0;
    }
    let share = share_of_range(journey.key.hash);
    let right = format!("╰ {share}");
    let (words, x) = if at + width(&right) <= area.right() {
        (right, at)
    } else {
        let left = format!("{share} ╯");
        let x = (at + 1).saturating_sub(width(&left));
        (left, x)
    };
    canvas.text(Role::Accent, &words, x, label);
    x..x + width(&words)
}

/// Where one partition ends and the next begins, unless the pointer's words stand there or there is no room for all.
fn draw_boundaries(
    frame: &Frame<'_>,
    ruler: &Ruler,
    y: u16,
    taken: &Range<u16>,
    canvas: &mut Canvas<'_>,
) {
    const ROOM: usize = 9;
    if frame.partitions.len() * ROOM > usize::from(ruler.width) {
        return;
    }
    for partition in frame.partitions.iter().skip(1) {
        let share = share_of_range(partition.state.first_hash);
        let columns = width(&share);
        let x = ruler
            .edge(partition.state.first_hash)
            .saturating_sub(columns / 2);
        if taken.is_empty() || x > taken.end || x + columns < taken.start {
            canvas.text(Role::Dim, &share, x, y);
        }
    }
}
