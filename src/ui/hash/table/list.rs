//! Partitions as lines in columns, where there are too many for boxes.
//!
//! Invariant: the partition that owns the key on its way is marked, and what does not fit is counted.

use ratatui::layout::Rect;

use super::{Canvas, figures};
use crate::app::paper::{Line, Role};
use crate::scene::count;
use crate::scene::hash::Frame;
use crate::ui::theme::glyph;

/// Columns of one partition.
const COLUMN: u16 = 28;

/// The row below the last line is returned.
pub(super) fn draw(frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let columns = (area.width / COLUMN).max(1);
    let capacity = usize::from(columns) * usize::from(area.height);
    let shown = if frame.partitions.len() > capacity {
        capacity.saturating_sub(1)
    } else {
        frame.partitions.len()
    };
    let place = |index: usize| {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        (area.x + index % columns * COLUMN, area.y + index / columns)
    };
    for (index, partition) in frame.partitions.iter().take(shown).enumerate() {
        let (x, y) = place(index);
        let id = partition.state.id;
        let mark = if partition.owner { "▸" } else { " " };
        let line = Line::of(Role::Accent, mark)
            .push(Role::Partition(id.0), format!("{} ", glyph(id)))
            .push(
                if partition.owner {
                    Role::Strong
                } else {
                    Role::Text
                },
                format!("P{}", id.0),
            )
            .to_column(8)
            .append(figures(partition, frame.items(), COLUMN - 9));
        canvas.line(&line, x, y, COLUMN - 1);
    }
    if shown < frame.partitions.len() && area.height > 0 {
        let (x, y) = place(shown);
        let hidden = (frame.partitions.len() - shown) as u64;
        canvas.line(
            &Line::of(Role::Dim, format!("  and {} more", count(hidden))),
            x,
            y,
            COLUMN - 1,
        );
    }
    let lines = u16::try_from(shown.saturating_add(1)).unwrap_or(u16::MAX);
    (area.y + lines.div_ceil(columns)).min(area.bottom())
}
