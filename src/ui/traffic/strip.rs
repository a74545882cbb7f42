//! The strips of a side: a lane for each partition, and below them what was refused and what is saved.
//!
//! ```text
//!   a cell, at one row      ▁ … █  share of what the partition may serve      ×  refused, at its limit
//!           at three rows   the same, eight steps a row, with × at the top
//! ```
//!
//! Invariant: a cell is empty exactly where its time has not passed or its partition was not there.

use super::{Canvas, LABELS, Pane, Rows, unit};
use crate::app::paper::{Line, Role};
use crate::scene::count;
use crate::scene::traffic::{Cell, Side, Slice, clock};
use crate::simulator::trace::PartitionId;
use crate::ui::theme::glyph;

const STEPS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const REFUSED: &str = "×";
const IDLE: &str = "·";
const BORN: &str = "╰";
/// From so many cells on, there is room for the time of both ends of the axis.
const ENDS: u16 = 10;
/// From so many cells on, there is room for a time in the middle of the axis.
const MINUTES: u16 = 18;
/// From so many columns on, there is room for words behind a strip.
const WORDY: u16 = 30;

pub fn draw(side: &Side<'_>, pane: &Pane, rows: &Rows, canvas: &mut Canvas<'_>) {
    let lanes = side.lanes(rows.shown);
    for (slot, id) in (0u16..).zip(lanes) {
        let y = rows.lanes + slot * rows.pitch;
        draw_lane(side, id, pane, y, rows.tall, canvas);
    }
    let spans = Spans::new(side, pane);
    let refused: Vec<Option<u64>> = spans.map(|span| side.refused(span));
    let now = side.now().map_or(0, Slice::throttled);
    let now = side.record.requests_a_second(now);
    let label = Line::of(Role::Warning, REFUSED).push(Role::Dim, " refused");
    draw_row(
        &label,
        &refused,
        Role::Warning,
        now,
        pane,
        rows.refused,
        canvas,
    );
    if let Some(y) = rows.saved
        && side.record.saved.is_some()
    {
        let saved: Vec<Option<u64>> = spans.map(|span| side.saved(span));
        let left = side
            .now()
            .map_or(side.record.saved, |slice| slice.table)
            .map_or(0, |rate| side.record.real(rate.left).halves() / 2);
        let label = Line::of(Role::Dim, "  saved");
        draw_row(&label, &saved, Role::Accent, left, pane, y, canvas);
    }
    draw_axis(side, pane, rows.axis, canvas);
}

/// How the cells of a strip share the slices.
struct Spans<'s, 'a> {
    side: &'s Side<'a>,
    cells: usize,
}

impl<'s, 'a> Spans<'s, 'a> {
    fn new(side: &'s Side<'a>, pane: &Pane) -> Self {
        let slices = side.record.slices.len().max(1);
        Self {
            side,
            cells: usize::from(pane.cells()).min(slices),
        }
    }

    fn map<T>(&self, of: impl Fn(std::ops::Range<usize>) -> T) -> Vec<T> {
        (0..self.cells)
            .map(|cell| of(self.side.span(cell, self.cells)))
            .collect()
    }
}

fn draw_lane(
    side: &Side<'_>,
    id: PartitionId,
    pane: &Pane,
    y: u16,
    tall: u16,
    canvas: &mut Canvas<'_>,
) {
    let name = Line::of(Role::Partition(id.0), format!("{} ", glyph(id)))
        .push(Role::Text, format!("P{}", id.0));
    canvas.line(&name, pane.x, y + tall - 1, LABELS);
    let cells = Spans::new(side, pane).map(|span| side.cell(id, span));
    for row in 0..tall {
        let mut line = Line::new();
        for (index, cell) in cells.iter().enumerate() {
            let (role, symbol) = match cell {
                Some(cell) => symbol(cell, id, tall - 1 - row, tall),
                None if row + 1 == tall && born_next(&cells, index) => (Role::Accent, BORN),
                None => (Role::Text, " "),
            };
            line.add(role, symbol);
        }
        canvas.line(&line, pane.strip(), y + row, pane.cells());
    }
    let x = pane.x + pane.width - pane.tail;
    canvas.line(&consumption(side, id, pane), x, y + tall - 1, pane.tail);
}

/// Whether the partition comes into being in the cell after this one.
fn born_next(cells: &[Option<Cell>], index: usize) -> bool {
    cells
        .get(index + 1)
        .is_some_and(|next| next.is_some_and(|cell| cell.born))
}

/// What stands in a cell of a lane, `height` rows above its bottom.
fn symbol(cell: &Cell, id: PartitionId, height: u16, tall: u16) -> (Role, &'static str) {
    if height + 1 == tall && cell.noticeable() {
        return (Role::Warning, REFUSED);
    }
    let steps = (cell.permille * 8 * u64::from(tall)).div_ceil(1000);
    if steps == 0 && height == 0 {
        return (Role::Dim, IDLE);
    }
    let here = steps.saturating_sub(u64::from(height) * 8).min(8);
    let symbol = usize::try_from(here).map_or(" ", |step| STEPS[step]);
    (Role::Partition(id.0), symbol)
}

/// What a partition consumes now: `1,000`, with `×` where it refuses, and in words where there is room.
fn consumption(side: &Side<'_>, id: PartitionId, pane: &Pane) -> Line {
    let Some(partition) = side.now().and_then(|slice| slice.lane(id)) else {
        return Line::new();
    };
    let record = side.record;
    let consumed = count(record.a_second(partition.consumed));
    let refused = record.requests_a_second(partition.throttled);
    let (role, mark) = if refused > 0 {
        (Role::Warning, REFUSED)
    } else {
        (Role::Text, " ")
    };
    let line = Line::of(Role::Strong, format!("{consumed:>7}")).push(role, mark);
    if pane.tail < WORDY {
        return line;
    }
    let limit = count(record.limit_a_second());
    let line = line.push(Role::Dim, format!(" of {limit} {}", unit(record)));
    if refused > 0 {
        line.push(Role::Warning, format!("  {} refused", count(refused)))
    } else {
        line
    }
}

fn draw_row(
    label: &Line,
    permille: &[Option<u64>],
    role: Role,
    now: u64,
    pane: &Pane,
    y: u16,
    canvas: &mut Canvas<'_>,
) {
    canvas.line(label, pane.x, y, LABELS + 1);
    let mut line = Line::new();
    for share in permille {
        let step = share.map_or(0, |share| (share * 8).div_ceil(1000).min(8));
        line.add(role, usize::try_from(step).map_or(" ", |step| STEPS[step]));
    }
    canvas.line(&line, pane.strip(), y, pane.cells());
    let tail = Line::of(Role::Strong, format!("{:>7}", count(now)));
    canvas.line(&tail, pane.x + pane.width - pane.tail, y, pane.tail);
}

/// The minutes under the strips, and what the numbers behind them are.
fn draw_axis(side: &Side<'_>, pane: &Pane, y: u16, canvas: &mut Canvas<'_>) {
    let slices = side.record.slices.len();
    let cells = u16::try_from(Spans::new(side, pane).cells).unwrap_or(u16::MAX);
    let end = clock(slices as u64 * side.record.setup.seconds);
    let middle = clock(slices as u64 * side.record.setup.seconds / 2);
    let at_end = cells.saturating_sub(u16::try_from(end.len()).unwrap_or(0));
    let mut line = Line::new();
    if cells >= ENDS {
        line = line.push(Role::Dim, clock(0));
    }
    if cells >= MINUTES {
        line = line.to_column(cells / 2 - 2).push(Role::Dim, middle);
    }
    let line = line.to_column(at_end).push(Role::Dim, end);
    canvas.line(&line, pane.strip(), y, pane.cells());
    let unit = Line::of(Role::Dim, format!("{:>7}", unit(side.record)));
    canvas.line(&unit, pane.x + pane.width - pane.tail, y, pane.tail);
}

pub fn legend(side: &Side<'_>) -> Line {
    let record = side.record;
    let limit = record.limit_a_second();
    Line::of(Role::Text, "▄")
        .push(
            Role::Dim,
            format!(
                " served, of {} {} a second   ",
                count(limit),
                record.setup.units.name()
            ),
        )
        .push(Role::Warning, REFUSED)
        .push(Role::Dim, " 2 % or more refused   ")
        .push(Role::Accent, BORN)
        .push(Role::Dim, " split")
}
