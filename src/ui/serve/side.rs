//! Beside the picture, where there is room: the request that was chosen, who asks for how much, the tables, and all together.
//!
//! Invariant: the largest consumers come first, and those that have no room are counted.

use ratatui::layout::Rect;

use super::Canvas;
use crate::app::paper::{Line, Role, cut, wrap_text};
use crate::app::serve::ServeScreen;
use crate::scene::serve::{Entry, Frame, words};
use crate::scene::{count, plural};
use crate::ui::partitions::bar;

/// Rows of the totals.
const TOTALS: usize = 8;
/// Consumers at the most.
const MOST: usize = 16;
/// Columns of a bar for all units.
const BAR: u16 = 8;

pub(super) fn draw(screen: &ServeScreen, frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let mut lines = Vec::new();
    if let Some(entry) = frame.current.filter(|_| frame.chosen.is_some()) {
        lines.extend(request(entry, area.width));
        let before = super::before_newest(frame);
        lines.extend(
            before
                .iter()
                .flat_map(|words| wrap_text(Role::Dim, words, area.width)),
        );
        lines.push(Line::new());
    }
    let left = usize::from(area.height).saturating_sub(lines.len() + TOTALS + 1);
    lines.extend(consumers(
        frame,
        left.saturating_sub(8).clamp(4, MOST),
        area.width,
    ));
    lines.push(Line::new());
    lines.extend(totals(frame, area.width));
    let left = usize::from(area.height).saturating_sub(lines.len() + 1);
    if left >= 3 {
        lines.push(Line::new());
        lines.extend(tables(screen, frame, left, area.width));
    }
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        canvas.line(line, area.x, y, area.width);
    }
}

/// What the chosen request did.
fn request(entry: &Entry, columns: u16) -> Vec<Line> {
    let arrival = &entry.arrival;
    let mut lines = vec![Line::of(Role::Dim, "THIS REQUEST")];
    let operation = if arrival.operation.is_empty() {
        "none"
    } else {
        &arrival.operation
    };
    lines.push(
        Line::of(Role::Strong, cut(operation, columns))
            .push(Role::Dim, " by ")
            .push(Role::Text, cut(&arrival.client, 20)),
    );
    for sentence in words::told(arrival) {
        lines.extend(wrap_text(Role::Text, &sentence, columns));
    }
    lines
}

/// Who asks for how much, the largest first.
fn consumers(frame: &Frame<'_>, most: usize, columns: u16) -> Vec<Line> {
    let head = Line::of(Role::Dim, "LARGEST CONSUMERS")
        .right(columns, Line::of(Role::Dim, "REQUESTS   UNITS"));
    let mut lines = vec![head];
    let largest = frame.world.consumers(most);
    let whole = frame.world.totals.all.units().halves();
    for (name, client) in &largest {
        let filled = bar(client.units().halves(), whole, BAR);
        let mut line = Line::of(Role::Text, cut(name, 11)).to_column(12);
        line.add(Role::Query, filled);
        let refused = client.throttled + client.refused;
        if refused > 0 {
            line = line.to_column(21).push(Role::Warning, "×");
        }
        lines.push(
            line.right(columns - 8, Line::of(Role::Text, count(client.requests)))
                .right(
                    columns,
                    Line::of(Role::Strong, words::amount(client.units())),
                ),
        );
    }
    let rest = frame.world.clients().saturating_sub(largest.len() as u64);
    if rest > 0 {
        lines.push(Line::of(Role::Dim, format!("and {} more", count(rest))));
    }
    lines
}

fn totals(frame: &Frame<'_>, columns: u16) -> Vec<Line> {
    let totals = &frame.world.totals;
    let figure = |name: &str, value: String, role: Role| {
        Line::of(Role::Dim, name).right(columns, Line::of(role, value))
    };
    // What is bad is warned of once there is some of it.
    let bad = |name: &str, number: u64| {
        let role = if number > 0 {
            Role::Warning
        } else {
            Role::Text
        };
        figure(name, count(number), role)
    };
    vec![
        Line::of(Role::Dim, "TOGETHER"),
        figure("requests", count(totals.all.requests), Role::Text),
        figure(
            "written",
            format!("{} WCU", words::amount(totals.all.written)),
            Role::Text,
        ),
        figure(
            "read",
            format!("{} RCU", words::amount(totals.all.read)),
            Role::Text,
        ),
        bad("× throttled", totals.all.throttled),
        bad(
            "✗ refused",
            totals.all.refused.saturating_sub(totals.turned_away),
        ),
        bad("✗ turned away", totals.turned_away),
        figure(
            "in the last 5 s",
            plural(totals.busy(frame.now).requests, "request"),
            Role::Text,
        ),
    ]
}

/// The tables, the one that is shown marked.
fn tables(screen: &ServeScreen, frame: &Frame<'_>, rows: usize, columns: u16) -> Vec<Line> {
    let all = frame.world.tables().len();
    let shown = frame.table.map(|table| &table.name);
    let at = frame
        .world
        .tables()
        .position(|table| Some(&table.name) == shown);
    let room = rows.saturating_sub(1);
    let room = if all > room {
        room.saturating_sub(1)
    } else {
        all
    };
    let first = at
        .map_or(0, |at| at.saturating_sub(room / 2))
        .min(all - room);
    let head = Line::of(Role::Dim, "TABLES").right(
        columns,
        Line::of(Role::Accent, "f ").push(Role::Dim, format!("{} is shown", screen.following())),
    );
    let mut lines = vec![head];
    for table in frame.world.tables().skip(first).take(room) {
        let here = Some(&table.name) == shown;
        let role = if here { Role::Strong } else { Role::Text };
        lines.push(
            Line::of(Role::Accent, if here { "▸ " } else { "  " })
                .push(role, cut(&table.name, columns.saturating_sub(18)))
                .right(columns, Line::of(Role::Text, plural(table.items(), "item"))),
        );
    }
    if room < all {
        lines.push(Line::of(
            Role::Dim,
            format!("  and {} more", count((all - room) as u64)),
        ));
    }
    lines
}
