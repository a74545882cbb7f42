//! The growth plot: what both sides cost as the table grows, on two logarithmic axes.
//!
//! ```text
//!       1,000 ┤                          ▼     ▽   ▽
//!         100 ┤               ▼
//!          10 ┤      ▼                                    ● ▼ measured
//!           1 ┤ ●    ●        ●          ●     ○   ○      ○ ▽ extrapolated
//!             └────────────────────────────────────
//!               10   1,000    100,000    10 million
//! ```
//!
//! Invariant: a filled mark was measured on a table that was really built, a hollow one was not.

use ratatui::layout::Rect;

use super::{Canvas, figures, nouns, progress, role};
use crate::app::paper::{Line, Role, width, wrap_text};
use crate::app::race::{Race, RaceScreen};
use crate::scene::count;
use crate::scene::race::Side;
use crate::scene::race::growth::{Growth, Point, grouped};
use crate::simulator::trace::CapacityUnits;
use crate::target::price;

/// Columns of the axis at the left.
const AXIS: u16 = 14;
/// Rows below the plot: axis, sizes, a blank, words.
const BELOW: u16 = 8;
const TALLEST: u16 = 24;

/// A side's mark.
const fn mark(side: Side, measured: bool) -> &'static str {
    match (side, measured) {
        (Side::Left, true) => "●",
        (Side::Left, false) => "○",
        (Side::Right, true) => "▼",
        (Side::Right, false) => "▽",
    }
}

pub fn draw(screen: &RaceScreen, race: &Race, body: Rect, canvas: &mut Canvas<'_>) {
    let growth = &screen.growing.growth;
    let roles = Side::BOTH.map(|side| role(race.run.ask(side)));
    draw_legend(race, roles, body, canvas);
    let plot = Rect {
        x: body.x + AXIS,
        y: body.y + 3,
        width: body.width.saturating_sub(AXIS + 8).min(120),
        height: body.height.saturating_sub(BELOW + 3).clamp(3, TALLEST),
    };
    draw_axes(growth, plot, body, canvas);
    let mut under: Vec<(u16, u16)> = Vec::new();
    for dot in growth.dots(plot.width, plot.height) {
        let at = (dot.column, dot.row);
        let role = match dot.side {
            Side::Left => roles[0],
            Side::Right => roles[1],
        };
        // Where both cost the same, both marks are seen, side by side.
        let shift = u16::from(under.contains(&at));
        under.push(at);
        let x = plot.x + dot.column + shift;
        let y = plot.bottom() - 1 - dot.row;
        canvas.line(&Line::of(role, mark(dot.side, dot.measured)), x, y, 1);
    }
    let rest = Rect {
        y: plot.bottom() + 3,
        height: body.bottom().saturating_sub(plot.bottom() + 3),
        ..body
    };
    draw_words(screen, growth, rest, canvas);
}

fn draw_legend(race: &Race, roles: [Role; 2], body: Rect, canvas: &mut Canvas<'_>) {
    let nouns = nouns(race);
    let unit = Line::of(Role::Dim, "read units a question   ");
    let mut line = Line::new();
    for (index, side) in Side::BOTH.into_iter().enumerate() {
        line.add(
            roles[index],
            format!("{}{} ", mark(side, true), mark(side, false)),
        );
        line.add(Role::Text, format!("{}   ", nouns[index]));
    }
    let both = "filled: measured   hollow: extrapolated";
    let room = body.width.saturating_sub(line.width());
    // What is not extrapolated is measured.
    let words = if width(both) <= room {
        both
    } else {
        "hollow: extrapolated"
    };
    line.add(Role::Dim, words);
    // The words below the plot name the unit, too.
    if unit.width() + line.width() <= body.width {
        line = unit.append(line);
    }
    canvas.line(&line, body.x, body.y + 1, body.width);
}

fn draw_axes(growth: &Growth, plot: Rect, body: Rect, canvas: &mut Canvas<'_>) {
    for y in plot.y..plot.bottom() {
        canvas.line(&Line::of(Role::Rule, "│"), plot.x - 2, y, 1);
    }
    let mut last = None;
    for decade in growth.decades() {
        let row = growth.row(CapacityUnits::whole(decade), plot.height);
        if last.is_some_and(|last| row <= last) {
            continue;
        }
        last = Some(row);
        let y = plot.bottom() - 1 - row;
        let label = count(decade);
        let x = (plot.x - 3).saturating_sub(width(&label)).max(body.x);
        canvas.line(&Line::of(Role::Dim, &label), x, y, plot.x - 2 - x);
        canvas.line(&Line::of(Role::Rule, "┤"), plot.x - 2, y, 1);
    }
    let floor = format!("└{}", "─".repeat(usize::from(plot.width + 2)));
    canvas.line(
        &Line::of(Role::Rule, floor),
        plot.x - 2,
        plot.bottom(),
        plot.width + 3,
    );
    let mut free = 0;
    for point in growth.points() {
        let label = size(point.items);
        let x = plot.x + growth.column(point.items, plot.width);
        let x = x.min(body.right().saturating_sub(width(&label)));
        if x < free {
            continue;
        }
        free = x + width(&label) + 1;
        let role = if point.measured {
            Role::Text
        } else {
            Role::Dim
        };
        canvas.line(&Line::of(role, &label), x, plot.bottom() + 1, width(&label));
    }
}

/// A size on the axis: `1,000`, `10 M`, `1,000 M`.
fn size(items: u64) -> String {
    const MILLION: u64 = 1_000_000;
    if items >= MILLION && items.is_multiple_of(MILLION) {
        format!("{} M", count(items / MILLION))
    } else {
        count(items)
    }
}

fn draw_words(screen: &RaceScreen, growth: &Growth, area: Rect, canvas: &mut Canvas<'_>) {
    let mut lines: Vec<Line> = Vec::new();
    if let Some(work) = &screen.work {
        lines.push(progress(work, area.width));
        lines.push(Line::new());
    }
    if let Some(why) = &screen.problem {
        lines.extend(wrap_text(Role::Error, why, area.width));
    }
    // The table comes with the room for it; the sentences say the ends of it.
    let points = growth.points();
    if usize::from(area.height) > lines.len() + points.len() + 2 {
        lines.extend(table(points));
        lines.push(Line::new());
    }
    for sentence in growth.sentences() {
        lines.extend(wrap_text(Role::Text, &sentence, area.width.min(100)));
    }
    for (line, y) in lines.iter().zip(area.y..area.bottom()) {
        canvas.line(line, area.x, y, area.width);
    }
}

fn table(points: &[Point]) -> Vec<Line> {
    let head = format!(
        "{:>14}{:>16}{:>16}{:>18}{:>18}",
        "items", "left RCU", "right RCU", "a million left", "a million right"
    );
    let mut lines = vec![Line::of(Role::Dim, head)];
    for point in points {
        let million = |side| {
            let read = point.side(side).read;
            figures::dollars_for_a_million(price::read_units(read))
        };
        let row = format!(
            "{:>14}{:>16}{:>16}{:>18}{:>18}",
            count(point.items),
            grouped(point.left.read),
            grouped(point.right.read),
            million(Side::Left),
            million(Side::Right)
        );
        let role = if point.measured {
            Role::Text
        } else {
            Role::Dim
        };
        let mark = if point.measured {
            ""
        } else {
            "   extrapolated"
        };
        lines.push(Line::of(role, row).push(Role::Dim, mark));
    }
    lines
}
