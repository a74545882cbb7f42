//! What was asked, served and refused, and what it cost: sums up to now.
//!
//! Invariant: the numbers of a pane line up at their last digit.

use super::{Canvas, LABELS, PAIRED, Pane, Rows};
use crate::app::paper::{Line, Role};
use crate::app::traffic;
use crate::lesson::traffic::Load;
use crate::scene::traffic::{Side, share};
use crate::scene::{count, plural};

/// Columns of a number.
const NUMBER: usize = 11;
/// With fewer columns there is no room for a number and its share.
const NARROW: u16 = 30;

/// Where the second one of two figures on a row begins.
const SECOND: u16 = 31;

pub fn draw(side: &Side<'_>, load: Load, pane: &Pane, rows: &Rows, canvas: &mut Canvas<'_>) {
    let totals = &side.totals;
    let figure = |label: &str, value: String, role: Role| {
        Line::of(Role::Dim, label)
            .to_column(LABELS)
            .push(role, format!("{value:>NUMBER$}"))
    };
    let refused = if totals.throttled > 0 && pane.width < NARROW {
        // Half a share would be another share.
        Line::of(Role::Dim, "refused")
            .to_column(LABELS)
            .push(Role::Warning, "× ")
            .push(Role::Strong, share(totals))
    } else if totals.throttled > 0 {
        figure("refused", count(totals.throttled), Role::Warning)
            .push(Role::Warning, " × ")
            .push(Role::Strong, share(totals))
    } else {
        figure("refused", "0".to_owned(), Role::Strong)
    };
    let splits = match totals.splits {
        0 => String::new(),
        some => format!(", {}", plural(some as u64, "split")),
    };
    let partitions = plural(totals.partitions as u64, "partition");
    let asked = figure("asked", count(totals.asked), Role::Strong);
    let served = figure("served", count(totals.served()), Role::Strong);
    // Half a word of the splits would be none.
    let (blank, room) = match rows.numbers {
        PAIRED => ("  ", pane.width.saturating_sub(SECOND)),
        _ => ("   ", pane.width),
    };
    let long = Line::of(Role::Dim, format!("{blank}{partitions}{splits}"));
    let served = if served.width() + long.width() <= room {
        served.append(long)
    } else {
        served.push(Role::Dim, format!("{blank}{partitions}"))
    };
    let cost = figure("cost", traffic::cost(side, load).to_string(), Role::Strong);
    let shown = match rows.numbers {
        0 => Vec::new(),
        1 => vec![refused],
        PAIRED => vec![
            asked.to_column(SECOND).append(served),
            refused.to_column(SECOND).append(cost),
        ],
        _ => vec![asked, served, refused, cost],
    };
    for (line, y) in shown.iter().zip(rows.figures..rows.words) {
        canvas.line(line, pane.x, y, pane.width);
    }
}
