//! The ruler with the key on its way, and the shares where partitions meet.
//!
//! Invariant: two items with the same hash stand in the same column, in any table of the same width.

use ratatui::layout::Rect;

use super::{Canvas, is_dense};
use crate::app::paper::{Role, width};
use crate::scene::hash::{Frame, Stage, share_of_range};
use crate::ui::partitions::{Range, Ruler, between};

/// Pointer, line and shares.
pub(super) const LEAST_ROWS: u16 = 3;

pub(super) fn new(frame: &Frame<'_>, area: Rect) -> Ruler {
    let heap = match area.height {
        _ if !is_dense(frame) => 0,
        0..=15 => 1,
        16..=29 => 2,
        _ => 3,
    };
    Ruler::new(heap, area)
}

pub(super) fn draw(frame: &Frame<'_>, ruler: &Ruler, area: Rect, canvas: &mut Canvas<'_>) {
    let ranges = frame.partitions.iter().map(|partition| Range {
        state: &partition.state,
        spoken_of: partition.owner,
    });
    ruler.draw(ranges, &frame.density(ruler.inner()), canvas);
    let taken = draw_pointer(frame, ruler, area, canvas);
    draw_boundaries(frame, ruler, ruler.label(), &taken, canvas);
}

/// The key on its way along the ruler, and how far that is; the columns of the words are returned.
fn draw_pointer(
    frame: &Frame<'_>,
    ruler: &Ruler,
    area: Rect,
    canvas: &mut Canvas<'_>,
) -> std::ops::Range<u16> {
    let (marks, label) = (area.y, ruler.label());
    let Some(journey) = frame
        .journey
        .as_ref()
        .filter(|journey| journey.reached(Stage::Place) && !journey.flock)
    else {
        return 0..0;
    };
    let goal = ruler.column(journey.key.hash);
    let at = between(ruler.column(0), goal, journey.part(Stage::Place));
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
    taken: &std::ops::Range<u16>,
    canvas: &mut Canvas<'_>,
) {
    const ROOM: usize = 9;
    if frame.partitions.len() * ROOM > ruler.inner() + 2 {
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
