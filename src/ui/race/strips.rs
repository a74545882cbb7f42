//! The strips of both sides: one for each partition, in stored order.
//!
//! Invariant: all strips of a picture have the same scale, so their lengths can be compared.

use super::{Canvas, LABELS, Panes, READ, RETURNED, Rows, TAIL, UNREAD};
use crate::app::paper::{Line, Role};
use crate::scene::race::{Frame, Lane, SideFrame};
use crate::scene::{count, plural};
use crate::ui::theme::glyph;

/// How many items one cell of a strip stands for, and how many columns a cell takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scale {
    per_cell: u64,
    columns: u16,
}

impl Scale {
    /// The same for all strips of a picture: the longest partition just fits.
    fn new(lanes: &[Lane], strip: u16, rows: u16) -> Self {
        let longest = lanes
            .iter()
            .map(|lane| lane.items)
            .max()
            .unwrap_or(0)
            .max(1);
        let cells = u64::from(strip) * u64::from(rows);
        // Few items stand apart, so that each can be counted.
        let apart = u64::from(strip / 2) * u64::from(rows);
        if longest <= apart {
            Self {
                per_cell: 1,
                columns: 2,
            }
        } else {
            Self {
                per_cell: longest.div_ceil(cells.max(1)),
                columns: 1,
            }
        }
    }
}

pub fn draw(frame: &Frame, panes: &Panes, rows: &Rows, canvas: &mut Canvas<'_>) {
    let lanes = &frame.scan.lanes;
    let scale = Scale::new(lanes, panes.strip(), rows.strip);
    let first = first_lane(&frame.scan, rows.shown);
    for (slot, (query, scan)) in frame
        .query
        .lanes
        .iter()
        .zip(lanes)
        .skip(first)
        .take(rows.shown)
        .enumerate()
    {
        let y = rows.lanes + u16::try_from(slot).unwrap_or(u16::MAX) * rows.pitch;
        let id = scan.partition;
        let name = Line::of(Role::Partition(id.0), format!("{} ", glyph(id)))
            .push(Role::Text, format!("P{}", id.0));
        canvas.line(&name, panes.labels, y, LABELS);
        draw_strip(
            query,
            Role::Query,
            scale,
            panes.query,
            y,
            panes.strip(),
            rows.strip,
            canvas,
        );
        draw_strip(
            scan,
            Role::Scan,
            scale,
            panes.scan,
            y,
            panes.strip(),
            rows.strip,
            canvas,
        );
    }
    if let Some(y) = rows.legend {
        let hidden = lanes.len() - rows.shown.min(lanes.len());
        let line = if hidden > 0 {
            Line::of(
                Role::Dim,
                format!("and {} more", plural(hidden as u64, "partition")),
            )
        } else {
            legend(scale)
        };
        // Below the strips where it fits, else from the left edge on.
        let end = panes.scan + panes.width;
        let x = if panes.query + line.width() <= end {
            panes.query
        } else {
            panes.labels
        };
        canvas.line(&line, x, y, end - x);
    }
}

fn legend(scale: Scale) -> Line {
    let line = Line::of(Role::Strong, RETURNED)
        .push(Role::Dim, " returned   ")
        .push(Role::Scan, READ)
        .push(Role::Dim, " paid for, not returned   ")
        .push(Role::Dim, UNREAD)
        .push(Role::Dim, " not read");
    if scale.per_cell > 1 {
        line.push(
            Role::Dim,
            format!("   a cell is {}", plural(scale.per_cell, "item")),
        )
    } else {
        line
    }
}

/// The first partition shown, where not all of them fit: the scan's present place stays in sight.
fn first_lane(scan: &SideFrame, shown: usize) -> usize {
    let present = scan
        .lanes
        .iter()
        .rposition(|lane| !lane.examined.is_empty())
        .unwrap_or(0);
    (present + 1)
        .saturating_sub(shown)
        .min(scan.lanes.len().saturating_sub(shown))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Unread,
    Read,
    Returned,
}

/// What became of the items of one cell.
fn cell(lane: &Lane, scale: Scale, index: u64) -> Cell {
    let (from, to) = (index * scale.per_cell, (index + 1) * scale.per_cell);
    if lane.hits.iter().any(|rank| (from..to).contains(rank)) {
        Cell::Returned
    } else if lane
        .examined
        .iter()
        .any(|stretch| stretch.from < to && from < stretch.to)
    {
        Cell::Read
    } else {
        Cell::Unread
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "a strip is placed by its corner and its size"
)]
fn draw_strip(
    lane: &Lane,
    role: Role,
    scale: Scale,
    x: u16,
    y: u16,
    columns: u16,
    rows: u16,
    canvas: &mut Canvas<'_>,
) {
    if lane.items == 0 {
        canvas.line(&Line::of(Role::Dim, "empty"), x, y, columns);
        return;
    }
    let cells = lane.items.div_ceil(scale.per_cell);
    let per_row = u64::from(columns / scale.columns).max(1);
    let blank = if scale.columns == 2 { " " } else { "" };
    for row in 0..rows {
        let from = u64::from(row) * per_row;
        let mut cells_here = Line::new();
        for index in from..cells.min(from + per_row) {
            let (symbol, role) = match cell(lane, scale, index) {
                Cell::Unread => (UNREAD, Role::Dim),
                Cell::Read => (READ, role),
                Cell::Returned => (RETURNED, Role::Strong),
            };
            cells_here = cells_here.push(role, symbol).push(Role::Text, blank);
        }
        canvas.line(&cells_here, x, y + row, columns);
    }
    if lane.returned > 0 {
        let tail = Line::of(Role::Strong, count(lane.returned));
        canvas.line(
            &tail,
            (x + columns + TAIL - 1).saturating_sub(tail.width()),
            y,
            TAIL,
        );
    }
}
