//! Requests, a line each, in the order of their answers, the newest last.
//!
//! Invariant: what was throttled, refused or turned away has a glyph and a word of its own; the chosen request is in sight.

use std::sync::Arc;

use ratatui::layout::Rect;

use super::Canvas;
use crate::app::paper::{Line, Role, cut, width};
use crate::scene::serve::{Arrival, Entry, Frame, Outcome, words};
use crate::simulator::trace::PartitionId;
use crate::ui::theme::glyph;

/// Glyphs of partitions that one request touched, at most.
const MOST_GLYPHS: usize = 4;

/// Where the columns begin.
struct Columns {
    operation: u16,
    /// Nothing on a narrow terminal.
    table: Option<u16>,
    /// The columns behind units and time.
    units: u16,
    time: u16,
    place: u16,
}

impl Columns {
    fn new(columns: u16) -> Self {
        // Room for names grows with the terminal.
        let (who, operation, table) = match columns {
            0..=69 => (10, 15, 0),
            70..=99 => (10, 15, 10),
            100..=139 => (18, 20, 20),
            _ => (24, 20, 28),
        };
        let operation_at = 2 + who;
        let table_at = operation_at + operation;
        let units = table_at + table + 9;
        let time = units + 8;
        Self {
            operation: operation_at,
            table: (table > 0).then_some(table_at),
            units,
            time,
            place: time + 2,
        }
    }
}

pub(super) fn draw(frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let columns = Columns::new(area.width);
    let head = u16::from(area.height >= 4);
    if head > 0 {
        canvas.line(&titles(&columns), area.x, area.y, area.width);
    }
    let rows = usize::from(area.height.saturating_sub(head));
    let all = frame.entries.len();
    let last = all.saturating_sub(rows);
    let first = match frame.chosen {
        Some(chosen) => chosen.saturating_sub(rows / 2).min(last),
        None => last,
    };
    let shown = frame.entries.iter().enumerate().skip(first).take(rows);
    for ((index, entry), y) in shown.zip(area.y + head..) {
        let chosen = frame.chosen == Some(index);
        let line = row(entry, chosen, &columns, area.width).select(chosen);
        canvas.line(&line, area.x, y, area.width);
    }
}

fn titles(columns: &Columns) -> Line {
    let line = Line::of(Role::Dim, "  WHO")
        .to_column(columns.operation)
        .push(Role::Dim, "OPERATION");
    let line = match columns.table {
        Some(at) => line.to_column(at).push(Role::Dim, "TABLE"),
        None => line,
    };
    line.right(columns.units, Line::of(Role::Dim, "UNITS"))
        .right(columns.time, Line::of(Role::Dim, "TIME"))
        .to_column(columns.place)
        .push(Role::Dim, "WHERE, WHAT")
}

/// The glyph and the word for what was not served.
const fn mark(arrival: &Arrival) -> Option<(&'static str, &'static str, Role)> {
    match arrival.outcome {
        Outcome::Served => None,
        Outcome::Throttled { .. } => Some(("×", "throttled", Role::Warning)),
        Outcome::Refused { status, .. } if status >= 500 => Some(("✗", "failed", Role::Error)),
        Outcome::Refused { .. } => Some(("✗", "refused", Role::Error)),
        Outcome::TurnedAway { .. } => Some(("✗", "", Role::Error)),
    }
}

fn row(entry: &Entry, chosen: bool, columns: &Columns, room: u16) -> Line {
    let arrival = &entry.arrival;
    let mark = mark(arrival);
    let head = match mark {
        Some((glyph, _, role)) => Line::of(role, glyph),
        None => Line::of(Role::Accent, if chosen { "▸" } else { " " }),
    };
    let who = cut(&arrival.client, columns.operation.saturating_sub(3));
    let line = head
        .to_column(2)
        .push(Role::Text, who)
        .to_column(columns.operation);
    if let Outcome::TurnedAway { why } = &arrival.outcome {
        let left = room.saturating_sub(columns.operation + 13);
        return line
            .push(Role::Error, "turned away  ")
            .push(Role::Text, cut(why, left));
    }
    let next = columns.table.unwrap_or(columns.units.saturating_sub(9));
    let operation = cut(
        &arrival.operation,
        (next - columns.operation).saturating_sub(1),
    );
    let mut line = line.push(Role::Strong, operation);
    if let (Some(at), Some(table)) = (columns.table, &arrival.table) {
        let left = (columns.units - 9 - at).saturating_sub(1);
        let name = match &arrival.index {
            Some(index) => format!("{table}/{index}"),
            None => table.to_string(),
        };
        line = line.to_column(at).push(Role::Text, cut(&name, left));
    }
    let units = match mark {
        Some((_, word, role)) => Line::of(role, word),
        None => Line::of(Role::Text, words::units(arrival)),
    };
    let line = line
        .right(columns.units, units)
        .right(
            columns.time,
            Line::of(Role::Dim, words::time(arrival.elapsed)),
        )
        .to_column(columns.place)
        .append(place(arrival));
    let gap = if line.width() > columns.place {
        "  "
    } else {
        ""
    };
    let left = room.saturating_sub(line.width() + width(gap));
    let what = words::short(arrival);
    if width(&what) == 0 || left == 0 {
        return line;
    }
    let role = if mark.is_some() {
        Role::Dim
    } else {
        Role::Text
    };
    // That it was refused stands before it; what was the matter is in the rest of the name.
    let what = match what.strip_suffix("Exception") {
        Some(shorter) if width(&what) > left => shorter,
        _ => &what,
    };
    line.push(Role::Text, gap).push(role, cut(what, left))
}

/// The partitions that a request touched: `■ P2`, of several their glyphs.
pub(in crate::ui) fn place(arrival: &Arrival) -> Line {
    let mut places: Vec<(&Arc<str>, PartitionId)> = arrival
        .touches
        .iter()
        .map(|touch| (&touch.table, touch.partition))
        .collect();
    places.sort_unstable();
    places.dedup();
    let mut line = Line::new();
    match places.as_slice() {
        [] => {}
        [(_, id)] => {
            line.add(Role::Partition(id.0), format!("{} ", glyph(*id)));
            line.add(Role::Text, format!("P{}", id.0));
        }
        many => {
            for (index, (_, id)) in many.iter().take(MOST_GLYPHS).enumerate() {
                let gap = if index > 0 { " " } else { "" };
                line.add(Role::Partition(id.0), format!("{gap}{}", glyph(*id)));
            }
            if many.len() > MOST_GLYPHS {
                line.add(Role::Dim, format!(" +{}", many.len() - MOST_GLYPHS));
            }
        }
    }
    line
}
