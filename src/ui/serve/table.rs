//! The partitions of the table that is shown, the newest items in them, and those on their way.
//!
//! Invariant: an item is either on its way or in its box; boxes that don't fit become lines, and what does not fit is counted.

use std::sync::Arc;

use ratatui::layout::Rect;

use super::{Canvas, heat, lately, share};
use crate::app::paper::{Line, Role, cut, width};
use crate::app::serve::ServeScreen;
use crate::scene::hash::column;
use crate::scene::serve::{Flight, Frame, Partition, Resident, Table};
use crate::scene::{bytes, count, plural};
use crate::simulator::trace::PartitionId;
use crate::ui::partitions::{Grid, Range, Ruler, bar, between, draw_box, resident_line};
use crate::ui::theme::glyph;

/// With fewer rows there is no room for a box.
pub(super) const LEAST_ROWS: u16 = 7;
/// From so many items on, a column of the ruler has a heap.
const DENSE: usize = 60;
/// Columns of a partition's line.
const COLUMN: u16 = 36;

/// The row below the picture is returned.
pub(super) fn draw(
    screen: &ServeScreen,
    frame: &Frame<'_>,
    area: Rect,
    canvas: &mut Canvas<'_>,
) -> u16 {
    let Some(table) = frame.table else {
        let words = "There is no table yet: CreateTable makes one.";
        canvas.line(&Line::of(Role::Text, words), area.x, area.y, area.width);
        return area.y + 2;
    };
    canvas.line(
        &head(screen, frame, table, area.width),
        area.x,
        area.y,
        area.width,
    );
    let items: usize = table.partitions.iter().map(|one| one.residents.len()).sum();
    let heap = u16::from(items > DENSE && area.height >= LEAST_ROWS + 4);
    let below = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    let ruler = Ruler::new(heap, below);
    let ranges = table.partitions.iter().map(|partition| Range {
        state: &partition.state,
        spoken_of: frame.touches(partition.state.id),
    });
    ruler.draw(ranges, &density(table, ruler.inner()), canvas);
    draw_pointer(frame, table, &ruler, below.y, canvas);
    let boxes = Rect {
        y: ruler.label(),
        height: area.bottom().saturating_sub(ruler.label()),
        ..area
    };
    let Some(grid) = Grid::new(table.partitions.len(), area.height, boxes) else {
        return draw_list(frame, table, boxes, canvas);
    };
    for (index, partition) in table.partitions.iter().enumerate() {
        draw_partition(frame, table, partition, grid.cell(index), canvas);
    }
    for flight in frame.flights.iter().rev() {
        draw_flight(table, flight, &ruler, &grid, canvas);
    }
    grid.bottom()
}

/// Which table it is, why, and what was done in it in the last seconds.
fn head(screen: &ServeScreen, frame: &Frame<'_>, table: &Table, columns: u16) -> Line {
    let tail = Line::of(Role::Text, lately(&table.busy(frame.now)));
    let room = columns.saturating_sub(tail.width() + 2);
    let mut line = Line::of(Role::Strong, cut(&table.name, room.min(40)));
    if let Some(attribute) = &table.attribute {
        line = line.push(Role::Dim, format!("  keyed by {}", cut(attribute, 20)));
    }
    if frame.world.tables().len() > 1 {
        line = line.push(
            Role::Dim,
            format!(
                " · {} of {} tables",
                screen.following(),
                count(frame.world.tables().len() as u64)
            ),
        );
    }
    let figures = format!(
        " · {} · {}",
        plural(table.items(), "item"),
        bytes(table.bytes())
    );
    if line.width() + width(&figures) <= room {
        line = line.push(Role::Dim, figures);
    }
    if line.width() > room {
        line = Line::of(Role::Strong, cut(&table.name, room));
    }
    line.right(columns, tail)
}

/// The newest items in each column of the ruler.
fn density(table: &Table, columns: usize) -> Vec<Option<(u64, PartitionId)>> {
    let mut parts = vec![None; columns];
    for partition in &table.partitions {
        for one in &partition.residents {
            let part = &mut parts[column(one.hash, columns)];
            let items = part.map_or(0, |(items, _)| items);
            *part = Some((items + 1, partition.state.id));
        }
    }
    parts
}

/// Where the key of the current request lies.
fn draw_pointer(frame: &Frame<'_>, table: &Table, ruler: &Ruler, y: u16, canvas: &mut Canvas<'_>) {
    let Some(entry) = frame.current else {
        return;
    };
    let touches = entry.arrival.touches.iter();
    let here = touches.filter(|touch| touch.table == table.name && touch.index.is_none());
    for (_, hash) in here.filter_map(|touch| touch.key.as_ref()) {
        canvas.text(Role::Accent, "▼", ruler.column(*hash), y);
    }
}

fn draw_partition(
    frame: &Frame<'_>,
    table: &Table,
    partition: &Partition,
    cell: Rect,
    canvas: &mut Canvas<'_>,
) {
    let id = partition.state.id;
    let inner = cell.width.saturating_sub(2);
    let room = inner.saturating_sub(2);
    let figures = figures(partition, room);
    draw_box(id, frame.touches(id), &figures, cell, canvas);
    let mut y = cell.y + 1;
    let bottom = cell.bottom() - 1;
    // A box of one row is for an item, and one of a few has one row for both: then what could not be served comes first.
    if bottom > y + 1 {
        let cold = throttled(frame, partition, room);
        let both = cold.is_some() && bottom > y + 3;
        let warm = warmth(frame, partition, room);
        let first = if both { None } else { cold.clone() };
        canvas.line(&first.unwrap_or(warm), cell.x + 2, y, room);
        y += 1;
        if let Some(cold) = cold.filter(|_| both) {
            canvas.line(&cold, cell.x + 2, y, room);
            y += 1;
        }
    }
    let landed: Vec<&Resident> = partition
        .residents
        .iter()
        .filter(|one| !on_way(frame, table, one))
        .collect();
    let rows = usize::from(bottom.saturating_sub(y));
    let all = partition.state.items;
    let known = landed.len().min(rows);
    let shown = if all > known as u64 && known == rows {
        rows.saturating_sub(1)
    } else {
        known
    };
    let current = frame.current.map(|entry| entry.order);
    let mut lines: Vec<Line> = landed
        .iter()
        .take(shown)
        .map(|one| resident_line(&one.name, Some(one.hash), Some(one.order) == current, room))
        .collect();
    let coming = partition.residents.len() - landed.len();
    let rest = all.saturating_sub((shown + coming) as u64);
    if rest > 0 {
        lines.push(Line::of(Role::Dim, format!("+ {} more", count(rest))));
    }
    for (line, y) in lines.iter().zip(y..bottom) {
        canvas.line(line, cell.x + 2, y, room + 1);
    }
}

/// Whether an item has not come to its box yet.
fn on_way(frame: &Frame<'_>, table: &Table, one: &Resident) -> bool {
    frame.flights.iter().any(|flight| {
        let key = flight.touch.key.as_ref();
        flight.order == one.order
            && flight.touch.table == table.name
            && key.is_some_and(|(name, hash)| *hash == one.hash && Arc::ptr_eq(name, &one.name))
    })
}

/// `3 · 171 B`.
fn figures(partition: &Partition, room: u16) -> Line {
    let state = &partition.state;
    let mut text = format!(" {}", count(state.items));
    let more = format!(" · {}", bytes(state.bytes));
    if state.items > 0 && width(&text) + width(&more) < room {
        text.push_str(&more);
    }
    text.push(' ');
    let role = if state.items == 0 {
        Role::Dim
    } else {
        Role::Text
    };
    Line::of(role, text)
}

/// What a partition could not serve in the last seconds.
fn throttled(frame: &Frame<'_>, partition: &Partition, room: u16) -> Option<Line> {
    let requests = partition.busy(frame.now).throttled;
    let short = format!("× {}", count(requests));
    let whole = format!("{short} throttled");
    let text = if width(&whole) <= room { whole } else { short };
    (requests > 0).then(|| Line::of(Role::Warning, text))
}

/// How much of what it may serve a partition served in the last seconds, as a bar and as a share.
fn warmth(frame: &Frame<'_>, partition: &Partition, room: u16) -> Line {
    let permille = heat(partition, frame.now);
    let tail = share(permille);
    if permille == 0 {
        return Line::new();
    }
    let cells = room.saturating_sub(8);
    let filled = bar(permille.min(1000), 1000, cells);
    Line::of(Role::Partition(partition.state.id.0), filled).right(room, Line::of(Role::Text, tail))
}

/// An item between its place on the ruler and its box.
fn draw_flight(
    table: &Table,
    flight: &Flight<'_>,
    ruler: &Ruler,
    grid: &Grid,
    canvas: &mut Canvas<'_>,
) {
    let home = |one: &Partition| one.state.id == flight.touch.partition;
    let (Some(index), Some((name, hash))) =
        (table.partitions.iter().position(home), &flight.touch.key)
    else {
        return;
    };
    let cell = grid.cell(index);
    let room = cell.width.saturating_sub(4);
    let landing = (cell.y + 2).min(cell.bottom().saturating_sub(2));
    let start = ruler
        .column(*hash)
        .min(cell.right().saturating_sub(room + 2))
        .max(cell.x + 2);
    let x = between(start, cell.x + 2, flight.progress);
    // From above the ruler, where the key's place is pointed at.
    let y = between(ruler.label().saturating_sub(2), landing, flight.progress);
    if y > cell.y {
        // In the box nothing else stands in its row.
        canvas.text(Role::Text, &" ".repeat(usize::from(room)), cell.x + 2, y);
    }
    canvas.line(&Line::of(Role::Accent, cut(name, room)), x, y, room);
}

/// Partitions as lines in columns; the row below the last one is returned.
fn draw_list(frame: &Frame<'_>, table: &Table, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let columns = (area.width / COLUMN).max(1);
    let capacity = usize::from(columns) * usize::from(area.height);
    let all = table.partitions.len();
    let shown = if all > capacity {
        capacity.saturating_sub(1)
    } else {
        all
    };
    let place = |index: usize| {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        (area.x + index % columns * COLUMN, area.y + index / columns)
    };
    for (index, partition) in table.partitions.iter().take(shown).enumerate() {
        let (x, y) = place(index);
        let id = partition.state.id;
        let spoken_of = frame.touches(id);
        let line = Line::of(Role::Accent, if spoken_of { "▸" } else { " " })
            .push(Role::Partition(id.0), format!("{} ", glyph(id)))
            .push(
                if spoken_of { Role::Strong } else { Role::Text },
                format!("P{}", id.0),
            )
            .to_column(8)
            .append(figures(partition, 14))
            .to_column(22)
            .append(
                throttled(frame, partition, COLUMN - 24)
                    .unwrap_or_else(|| warmth(frame, partition, COLUMN - 24)),
            );
        canvas.line(&line, x, y, COLUMN - 1);
    }
    if shown < all && area.height > 0 {
        let (x, y) = place(shown);
        let hidden = count((all - shown) as u64);
        canvas.line(
            &Line::of(Role::Dim, format!("  and {hidden} more")),
            x,
            y,
            COLUMN - 1,
        );
    }
    let lines = u16::try_from(shown.saturating_add(usize::from(shown < all))).unwrap_or(u16::MAX);
    (area.y + lines.div_ceil(columns)).min(area.bottom())
}
