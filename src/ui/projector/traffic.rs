//! Traffic, for a wall: the share of requests that was refused, and when.
//!
//! ```text
//!   2,000 writes a second, all customers alike                     on demand
//!   key status / order   4 partitions, 1 split             of 1,200,000 asked
//!   ▛▘ ▟▖▙   %                         refused so far, in large figures
//!   ▇▇▇▇▇▇▇▇▇▅▅▅▅▅▃▃▃····              refused over the ten minutes
//!   5:00  P0 is split …
//! ```
//!
//! The same traffic on two keys has two such figures, one below the other.
//! Invariant: both figures have one size and both strips one scale.

use ratatui::layout::Rect;

use super::figures::{Figure, Size};
use super::{Canvas, sentence};
use crate::app::demo::choices;
use crate::app::paper::{Line, Role, cut};
use crate::app::traffic::settings::keys;
use crate::app::traffic::{CHOICES, Shown, TrafficScreen};
use crate::lesson::traffic::Design;
use crate::scene::traffic::{Picture, Side, Totals, clock};
use crate::scene::{count, percent, plural};
use crate::ui::traffic::load_line;

/// Rows of a side besides its figure: its label and its strip.
const AROUND: u16 = 2;
/// Shares of refused requests, in eighths of a cell; the first is none at all.
const STEPS: [&str; 9] = ["·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

pub fn draw(screen: &TrafficScreen, area: Rect, canvas: &mut Canvas<'_>) {
    let two = screen
        .shown
        .as_ref()
        .is_some_and(|shown| shown.before.is_some());
    // The question about the same traffic on a better key needs the line for its answers.
    if !(two && screen.asking()) {
        let load = load_line(screen.run().load, area.width);
        canvas.line(&load, area.x, area.y, area.width);
    }
    let Some(shown) = &screen.shown else {
        let words = match (&screen.problem, &screen.work) {
            (Some(why), _) => sentence(Role::Error, why, area.width),
            (None, Some(work)) => {
                let share = percent(work.done.min(work.total), work.total);
                vec![Line::of(
                    Role::Text,
                    format!("Ten minutes of requests are being sent: {share}"),
                )]
            }
            (None, None) => Vec::new(),
        };
        let below = Rect {
            y: area.y + 2,
            height: area.height.saturating_sub(2),
            ..area
        };
        return canvas.words(&words, below);
    };
    let picture = shown.script.picture(screen.position());
    let words = words(screen, &picture, area.width);
    let rows = u16::try_from(words.len()).unwrap_or(1).max(1);
    let sides = sides(shown, &picture);
    let number = u16::try_from(sides.len()).unwrap_or(1).max(1);
    let room = area.height.saturating_sub(1 + rows + number * AROUND) / number;
    let size = figure_size(area.width, room, canvas.ascii);
    let height = AROUND + size.rows(LONGEST);
    let gap = (area.height.saturating_sub(1 + rows + number * height) / (number + 1)).min(3);
    let mut y = area.y + 1 + gap;
    for (name, design, side) in sides {
        let label = label(name, design, side, area.width);
        canvas.line(&label, area.x, y, area.width);
        let refused = refused(&side.totals);
        let figure = Figure::fitting(&refused, size, area.width, room, canvas.ascii);
        let role = if side.totals.throttled > 0 {
            Role::Warning
        } else {
            Role::Good
        };
        canvas.figure(&figure, role, area.x, y + 1);
        canvas.line(&strip(side, area.width), area.x, y + height - 1, area.width);
        y += height + gap;
    }
    let below = Rect {
        y: y.min(area.bottom().saturating_sub(rows)),
        height: rows,
        ..area
    };
    canvas.words(&words, below);
}

/// The longest share there is.
const LONGEST: &str = "99.9 %";

fn figure_size(columns: u16, rows: u16, ascii: bool) -> Size {
    Figure::fitting(LONGEST, Size::Times(3), columns, rows, ascii).size()
}

/// What is shown, the run that is spoken of last.
fn sides<'p, 'a>(
    shown: &Shown,
    picture: &'p Picture<'a>,
) -> Vec<(&'static str, Design, &'p Side<'a>)> {
    let after = shown.run.design;
    match (&picture.before, shown.before) {
        (Some(before), Some(design)) => {
            vec![("before", design, before), ("after", after, &picture.after)]
        }
        _ => vec![("key", after, &picture.after)],
    }
}

/// `0 %` only where nothing was refused.
fn refused(totals: &Totals) -> String {
    let share = percent(totals.throttled, totals.asked);
    if totals.throttled > 0 && share == "0 %" {
        return "<0.1 %".to_owned();
    }
    share
}

fn label(name: &str, design: Design, side: &Side<'_>, columns: u16) -> Line {
    let totals = &side.totals;
    let tail = format!(
        "{} asked · {}",
        count(totals.asked),
        plural(totals.partitions as u64, "partition")
    );
    let tail = Line::of(Role::Text, tail);
    let head = Line::of(Role::Text, format!("refused, {name} "));
    let room = columns.saturating_sub(head.width() + tail.width() + 2);
    head.push(Role::Strong, cut(&keys(design), room))
        .right(columns, tail)
}

/// The share that was refused, from the first second to the last.
fn strip(side: &Side<'_>, columns: u16) -> Line {
    let cells = usize::from(columns);
    let mut line = Line::new();
    for cell in 0..cells {
        let span = side.span(cell, cells);
        // On a wide wall a slice of time is more than one cell.
        let end = span.end.max(span.start + 1);
        match side.refused(span.start..end) {
            None => line.add(Role::Rule, " "),
            Some(0) => line.add(Role::Rule, STEPS[0]),
            Some(permille) => {
                let step = usize::try_from(permille.div_ceil(125)).unwrap_or(8).min(8);
                line.add(Role::Warning, STEPS[step]);
            }
        }
    }
    line
}

fn words(screen: &TrafficScreen, picture: &Picture<'_>, columns: u16) -> Vec<Line> {
    if let Some(work) = &screen.work {
        let share = percent(work.done.min(work.total), work.total);
        return vec![Line::of(
            Role::Text,
            format!("Ten minutes of requests are being sent: {share}"),
        )];
    }
    if let Some(why) = &screen.problem {
        return sentence(Role::Error, why, columns);
    }
    if screen.asking() {
        let question = "How many of the requests of ten minutes will be refused?";
        let answers: Vec<Line> = CHOICES
            .iter()
            .map(|choice| Line::of(Role::Text, choice))
            .collect();
        let mut lines = vec![Line::of(Role::Strong, question)];
        lines.extend(choices(&answers, columns));
        return lines;
    }
    let told = format!("{}  {}", clock(picture.seconds), picture.narration);
    sentence(Role::Strong, &told, columns)
}
