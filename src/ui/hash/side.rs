//! Beside the picture, where there is room: the table, its shares, and what a server said.
//!
//! ```text
//!   TABLE pets                        what can be changed, with its key
//!   partition key   name · S      T
//!   …
//!   SHARES
//!   ● P0  ████████▏                 12 · 24 %
//! ```
//!
//! Invariant: bars are shares of all items, so that they can be compared with the mark of an even share.

use ratatui::layout::Rect;

use super::{Canvas, words};
use crate::app::hash::{HashScreen, Picture};
use crate::app::paper::{Line, Role, cut, wrap_text};
use crate::scene::hash::{Frame, Shares, idle};
use crate::scene::{count, percent, plural};
use crate::simulator::trace::{PartitionState, Provenance};
use crate::ui::partitions::bar;
use crate::ui::theme::glyph;

/// With fewer rows it would be cut in its middle.
pub(super) const LEAST_ROWS: u16 = 28;
/// Columns of a bar for all items.
const BAR: u16 = 14;

pub(super) fn draw(
    screen: &HashScreen,
    picture: &Picture,
    frame: &Frame<'_>,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let mut lines = table(picture, area.width);
    lines.push(Line::new());
    let rest = usize::from(area.height).saturating_sub(lines.len());
    let shares = shares(frame, rest.min(usize::from(area.height / 2)), area.width);
    lines.extend(shares);
    // What it teaches would give the answer away.
    if let Some(preset) = picture.preset
        && screen.question().is_none()
    {
        lines.push(Line::new());
        lines.push(Line::of(Role::Dim, preset.title().to_uppercase()));
        lines.extend(wrap_text(Role::Text, preset.teaches(), area.width));
    }
    if frame.provenance == Provenance::Modelled {
        lines.push(Line::new());
        lines.extend(measured(picture, area.width));
    }
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        canvas.line(line, area.x, y, area.width);
    }
}

/// What the table is; every line but the first is an input, and ends in its key.
fn table(picture: &Picture, width: u16) -> Vec<Line> {
    let table = &picture.run.table;
    let input = |name: &str, value: &str, key: &str| {
        let value = cut(&crate::printable::line(value), width.saturating_sub(20));
        Line::of(Role::Dim, name)
            .to_column(15)
            .push(Role::Text, value)
            .right(width, Line::of(Role::Accent, key))
    };
    vec![
        Line::of(Role::Dim, "TABLE ").push(Role::Strong, cut(&table.name, width.saturating_sub(7))),
        input(
            "partition key",
            &format!("{} · {}", table.attribute, table.key_type.name()),
            "K",
        ),
        input("sort key", table.sort_key.as_deref().unwrap_or("none"), "s"),
        input("partitions", &count(table.partitions.into()), "+ −"),
        input("function", table.function.title(), "f"),
        input("puts", &count(picture.script.keys().len() as u64), "e d"),
    ]
}

/// A bar for each partition, as many as fit.
fn shares(frame: &Frame<'_>, rows: usize, width: u16) -> Vec<Line> {
    let states = frame.states();
    let mut lines = vec![Line::of(Role::Dim, "SHARES")];
    let room = rows.saturating_sub(4).max(1);
    let total = frame.items();
    let shown = if states.len() > room {
        room - 1
    } else {
        states.len()
    };
    lines.extend(
        states
            .iter()
            .take(shown)
            .map(|state| share(state, total, width)),
    );
    if shown < states.len() {
        let hidden = (states.len() - shown) as u64;
        lines.push(Line::of(Role::Dim, format!("and {} more", count(hidden))));
    }
    match Shares::of(&states) {
        None => lines.push(Line::of(Role::Dim, "no items yet")),
        // As below the picture where there is no side.
        Some(_) if words::too_few(frame) => {
            lines.push(Line::of(Role::Dim, "too few items to tell how even"));
        }
        Some(shares) => {
            lines.push(
                Line::of(Role::Dim, "largest ")
                    .append(words::partition_name(shares.largest.id))
                    .push(
                        Role::Text,
                        format!(
                            " {}, {} times even",
                            shares.largest_share(),
                            shares.times_even()
                        ),
                    ),
            );
            let even = format!("even is {}", shares.even_share());
            lines.push(Line::of(
                Role::Dim,
                match idle(&states) {
                    Some(idle) => format!("{even}; {idle}"),
                    None => even,
                },
            ));
        }
    }
    lines
}

fn share(state: &PartitionState, total: u64, width: u16) -> Line {
    let id = state.id;
    Line::of(Role::Partition(id.0), format!("{} ", glyph(id)))
        .push(Role::Text, format!("P{}", id.0))
        .to_column(8)
        .push(Role::Partition(id.0), bar(state.items, total, BAR))
        .right(
            width,
            Line::of(
                Role::Text,
                format!("{} · {}", count(state.items), percent(state.items, total)),
            ),
        )
}

/// What a server said; the rest of the picture is modelled.
fn measured(picture: &Picture, width: u16) -> Vec<Line> {
    let mut lines = vec![Line::of(Role::Warning, "MODELLED")];
    lines.extend(wrap_text(
        Role::Dim,
        "No API shows where a server keeps an item. The partitions are those of a simulated table.",
        width,
    ));
    let Some(measured) = &picture.measured else {
        return lines;
    };
    lines.push(Line::new());
    lines.push(Line::of(Role::Dim, "MEASURED ").push(Role::Strong, &measured.server));
    if let Some(why) = &measured.trouble {
        lines.extend(wrap_text(Role::Warning, why, width));
    }
    if measured.puts > 0 {
        lines.push(Line::of(
            Role::Text,
            format!("{}, {} WCU", plural(measured.puts, "put"), measured.written),
        ));
    }
    if measured.pages > 0 {
        lines.push(Line::of(
            Role::Text,
            format!(
                "Scan: {}, {} RCU",
                plural(measured.scanned, "item"),
                measured.read
            ),
        ));
        lines.extend(wrap_text(
            Role::Text,
            &format!("They came {}:", words::followed(measured)),
            width,
        ));
        let order: Vec<String> = measured
            .order
            .iter()
            .take(12)
            .map(|key| cut(&crate::printable::line(&key.to_string()), 20))
            .collect();
        lines.extend(wrap_text(Role::Dim, &order.join(", "), width));
    }
    if measured.throttled > 0 {
        lines.push(Line::of(
            Role::Warning,
            format!("× {} throttled", plural(measured.throttled, "put")),
        ));
    }
    if measured.left_out > 0 {
        lines.push(Line::of(
            Role::Dim,
            format!("{} were not put there", plural(measured.left_out, "key")),
        ));
    }
    lines
}
