//! The strips of both sides: one for each partition, in stored order.
//!
//! Invariant: all strips of a picture have the same scale, so their lengths can be compared.

use super::{Canvas, LABELS, MIXED, Panes, READ, RETURNED, Rows, TAIL, UNREAD};
use crate::app::paper::{Line, Role};
use crate::scene::race::{Frame, Lane, Side, SideFrame, Stretch};
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
    fn new(frame: &Frame, strip: u16, rows: u16) -> Self {
        let lanes = frame.left.lanes.iter().chain(&frame.right.lanes);
        let longest = lanes.map(|lane| lane.items).max().unwrap_or(0).max(1);
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

/// How many partitions the taller side has.
pub fn most_lanes(frame: &Frame) -> usize {
    frame.left.lanes.len().max(frame.right.lanes.len())
}

/// Draws the strips; `roles` are the colours of the two sides.
pub fn draw(frame: &Frame, roles: [Role; 2], panes: &Panes, rows: &Rows, canvas: &mut Canvas<'_>) {
    let scale = Scale::new(frame, panes.strip(), rows.strip);
    let lanes = most_lanes(frame);
    let first = first_lane(frame, rows.shown);
    for (slot, index) in (first..lanes).take(rows.shown).enumerate() {
        let y = rows.lanes + u16::try_from(slot).unwrap_or(u16::MAX) * rows.pitch;
        let sides = [
            (Side::Left, roles[0], panes.left),
            (Side::Right, roles[1], panes.right),
        ];
        let mut named = false;
        for (side, role, x) in sides {
            let Some(lane) = frame.side(side).lanes.get(index) else {
                continue;
            };
            if !named {
                let id = lane.partition;
                let name = Line::of(Role::Partition(id.0), format!("{} ", glyph(id)))
                    .push(Role::Text, format!("P{}", id.0));
                canvas.line(&name, panes.labels, y, LABELS);
                named = true;
            }
            let strip = Strip {
                x,
                y,
                columns: panes.strip(),
                rows: rows.strip,
                role,
            };
            strip.draw(lane, scale, canvas);
        }
    }
    if let Some(y) = rows.legend {
        let hidden = lanes - rows.shown.min(lanes);
        let line = if hidden > 0 {
            Line::of(
                Role::Dim,
                format!("and {} more", plural(hidden as u64, "partition")),
            )
        } else {
            legend(scale, roles)
        };
        // Below the strips where it fits, else from the left edge on.
        let end = panes.right + panes.width;
        let x = if panes.left + line.width() <= end {
            panes.left
        } else {
            panes.labels
        };
        canvas.line(&line, x, y, end - x);
    }
}

fn legend(scale: Scale, roles: [Role; 2]) -> Line {
    let mut line = Line::of(Role::Strong, RETURNED).push(Role::Dim, " returned  ");
    if scale.per_cell > 1 {
        line = line.push(Role::Strong, MIXED).push(Role::Dim, " some  ");
    }
    let line = line
        .push(roles[1], READ)
        .push(Role::Dim, " paid for, not returned  ")
        .push(Role::Dim, UNREAD)
        .push(Role::Dim, " not read");
    if scale.per_cell > 1 {
        line.push(
            Role::Dim,
            format!("  a cell: {}", plural(scale.per_cell, "item")),
        )
    } else {
        line
    }
}

/// The first partition shown, where not all of them fit: the present place of the side that reads on stays in sight.
fn first_lane(frame: &Frame, shown: usize) -> usize {
    let present = |side: &SideFrame| {
        side.lanes
            .iter()
            .rposition(|lane| !lane.examined.is_empty())
            .unwrap_or(0)
    };
    let side = if frame.right.finished && !frame.left.finished {
        &frame.left
    } else {
        &frame.right
    };
    (present(side) + 1)
        .saturating_sub(shown)
        .min(side.lanes.len().saturating_sub(shown))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Unread,
    /// Read, and thrown away by a filter.
    Read,
    /// Some of what was read here was returned.
    Mixed,
    /// All that was read here was returned.
    Returned,
}

/// What became of the items of each cell: one pass over what was read, however many items that is.
fn cells(lane: &Lane, scale: Scale) -> Vec<Cell> {
    let count = usize::try_from(lane.items.div_ceil(scale.per_cell)).unwrap_or(0);
    let items_in = |stretches: &[Stretch]| {
        let mut items = vec![0; count];
        for stretch in stretches {
            let mut rank = stretch.from;
            while rank < stretch.to {
                let index = rank / scale.per_cell;
                let next = stretch.to.min((index + 1) * scale.per_cell);
                if let Some(cell) = items.get_mut(usize::try_from(index).unwrap_or(usize::MAX)) {
                    *cell += next - rank;
                }
                rank = next;
            }
        }
        items
    };
    items_in(&lane.examined)
        .into_iter()
        .zip(items_in(&lane.hits))
        .map(|(read, returned)| match (read, returned) {
            (0, _) => Cell::Unread,
            (_, 0) => Cell::Read,
            (read, returned) if returned < read => Cell::Mixed,
            _ => Cell::Returned,
        })
        .collect()
}

/// Where a strip stands, and how it looks.
struct Strip {
    x: u16,
    y: u16,
    columns: u16,
    rows: u16,
    role: Role,
}

impl Strip {
    fn draw(&self, lane: &Lane, scale: Scale, canvas: &mut Canvas<'_>) {
        if lane.items == 0 {
            canvas.line(&Line::of(Role::Dim, "empty"), self.x, self.y, self.columns);
            return;
        }
        let cells = cells(lane, scale);
        let per_row = usize::from(self.columns / scale.columns).max(1);
        let blank = if scale.columns == 2 { " " } else { "" };
        for (row, cells) in (self.y..self.y + self.rows).zip(cells.chunks(per_row)) {
            let mut painted = Line::new();
            for cell in cells {
                let (symbol, role) = match cell {
                    Cell::Unread => (UNREAD, Role::Dim),
                    Cell::Read => (READ, self.role),
                    Cell::Mixed => (MIXED, Role::Strong),
                    Cell::Returned => (RETURNED, Role::Strong),
                };
                painted = painted.push(role, symbol).push(Role::Text, blank);
            }
            canvas.line(&painted, self.x, row, self.columns);
        }
        if lane.returned > 0 {
            let tail = Line::of(Role::Strong, count(lane.returned));
            let end = self.x + self.columns + TAIL - 1;
            canvas.line(&tail, end.saturating_sub(tail.width()), self.y, TAIL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::trace::PartitionId;

    fn lane(items: u64, examined: &[(u64, u64)], hits: &[(u64, u64)]) -> Lane {
        let stretches = |pairs: &[(u64, u64)]| {
            let stretch = |&(from, to)| Stretch { from, to };
            pairs.iter().map(stretch).collect()
        };
        Lane {
            partition: PartitionId(0),
            items,
            examined: stretches(examined),
            hits: stretches(hits),
            returned: 0,
        }
    }

    #[test]
    fn what_was_thrown_away_stays_to_be_seen_beside_what_was_returned() {
        use Cell::{Mixed, Read, Returned, Unread};
        let tens = Scale {
            per_cell: 10,
            columns: 1,
        };
        let scan = lane(45, &[(0, 30)], &[(12, 13), (20, 30)]);
        assert_eq!(cells(&scan, tens), [Read, Mixed, Returned, Unread, Unread]);
        // A query that took three of ten items read nothing else.
        let query = lane(45, &[(12, 15)], &[(12, 15)]);
        assert_eq!(
            cells(&query, tens),
            [Unread, Returned, Unread, Unread, Unread]
        );
        assert_eq!(cells(&lane(0, &[], &[]), tens), []);
    }
}
