//! The figures of a way that have been told by now, at the side of its data.
//!
//! Invariant: sums are of what has happened in the picture, not of what will.

use ratatui::layout::Rect;

use crate::app::figures::money;
use crate::app::paper::{Line, Role, cut};
use crate::scene::workshop::{Frame, Moment, Place, figures, time};
use crate::simulator::trace::CapacityUnits;
use crate::target::exchange::Picodollars;
use crate::ui::partitions::Canvas;

/// Columns of a figure's name.
const NAMES: u16 = 12;

pub(super) fn draw(frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let lines = lines(frame, area.width);
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        canvas.line(line, area.x, y, area.width);
    }
}

fn figure(name: &str, value: impl AsRef<str>) -> Line {
    Line::of(Role::Dim, name)
        .to_column(NAMES)
        .push(Role::Text, value)
}

fn lines(frame: &Frame<'_>, columns: u16) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(run) = frame
        .way
        .run
        .as_ref()
        .filter(|_| frame.passed(Moment::Event))
    {
        lines.push(Line::of(Role::Strong, "Lambda"));
        let ended = frame.passed(Moment::Returned);
        for (name, value) in figures(run) {
            if ended || matches!(name, "cold" | "start") {
                lines.push(figure(name, value));
            }
        }
        lines.push(Line::new());
    }
    lines.extend(exchanges(frame, columns));
    if let (Some(latency), true) = (frame.way.latency, frame.passed(Moment::Reply)) {
        lines.push(figure("the client", format!("waited {}", time(latency))));
    }
    lines
}

fn exchanges(frame: &Frame<'_>, columns: u16) -> Vec<Line> {
    let mut lines = Vec::new();
    let Some(known) = &frame.way.exchanges else {
        if frame.way.place == Place::Account && frame.passed(Moment::Event) {
            lines.push(Line::of(Role::Strong, "DynamoDB"));
            lines.push(Line::of(
                Role::Dim,
                cut("what it was asked is not told", columns),
            ));
            lines.push(Line::new());
        }
        return lines;
    };
    let answered = &known.exchanges[..frame.answered.min(known.exchanges.len())];
    if answered.is_empty() {
        return lines;
    }
    let read: CapacityUnits = answered.iter().map(|one| one.arrival.read).sum();
    let written: CapacityUnits = answered.iter().map(|one| one.arrival.written).sum();
    let price: u64 = answered.iter().filter_map(|one| one.picodollars).sum();
    lines.push(Line::of(Role::Strong, "DynamoDB"));
    lines.push(figure("requests", answered.len().to_string()));
    if read > CapacityUnits::ZERO {
        lines.push(figure("read", format!("{read} RCU")));
    }
    if written > CapacityUnits::ZERO {
        lines.push(figure("written", format!("{written} WCU")));
    }
    if price > 0 {
        lines.push(figure("would cost", money(Picodollars(price))));
    }
    lines.push(Line::new());
    lines
}
