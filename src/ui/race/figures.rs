//! What both sides examined, returned and cost, in two columns of figures, and page by page where there is room.
//!
//! Invariant: the numbers of a column line up at the point.

use super::{Canvas, LABELS, Panes, Rows};
use crate::app::figures;
use crate::app::paper::{Line, Role, width};
use crate::app::race::Race;
use crate::lesson::ask::Way;
use crate::scene::race::growth::grouped;
use crate::scene::race::{Frame, Side};
use crate::scene::{bytes, count, plural};
use crate::simulator::trace::{CapacityUnits, Trace};
use crate::target::exchange::Picodollars;

/// The value of a side that has read no page yet.
const NOTHING: &str = "–";

/// Rows of figures with nothing left out that fits into another row.
pub const ALL: u16 = 12;
/// Rows where some stand together.
pub const COMPACT: u16 = 9;

/// A value with its number apart from the rest, so that numbers line up at the point.
fn aligned(value: &str, column: u16) -> Line {
    if value == NOTHING {
        return Line::new()
            .to_column(column.saturating_sub(1))
            .push(Role::Dim, value);
    }
    let whole = value
        .char_indices()
        .find(|(at, character)| {
            !(character.is_ascii_digit()
                || *character == '$'
                // A comma within a number, not one behind it.
                || *character == ',' && value[at + 1..].starts_with(|next: char| next.is_ascii_digit()))
        })
        .map_or(value.len(), |(index, _)| index);
    let (number, rest) = value.split_at(whole);
    let blanks = column.saturating_sub(width(number));
    let line = Line::of(Role::Text, " ".repeat(usize::from(blanks))).push(Role::Strong, number);
    // Digits after the point belong to the number, the unit does not.
    let fraction = rest.find([' ', ',']).unwrap_or(rest.len());
    line.push(Role::Strong, &rest[..fraction])
        .push(Role::Dim, &rest[fraction..])
}

/// A value without its last words where there is no room for them: none is cut in the middle.
fn fitting(value: &str, column: u16, columns: u16) -> Line {
    let short = value.rsplit_once(", ").map_or(value, |(first, _)| first);
    let least = short.split(' ').next().unwrap_or(short);
    [value, short, least]
        .map(|value| aligned(value, column))
        .into_iter()
        .find(|line| line.width() <= columns)
        .unwrap_or_else(|| aligned(least, column))
}

/// One row of figures.
struct Row {
    label: String,
    values: [String; 2],
    /// Lower ones stay longer where there is little room.
    weight: u8,
}

pub fn draw(
    race: &Race,
    frame: &Frame,
    stop: usize,
    round_trip: u64,
    panes: &Panes,
    rows: &Rows,
    canvas: &mut Canvas<'_>,
) {
    let most = usize::from(rows.most_figures);
    let mut table = table(race, frame, stop, round_trip, rows.most_figures >= ALL);
    while table.len() > most {
        let Some(heaviest) = table.iter().map(|row| row.weight).max() else {
            break;
        };
        table.retain(|row| row.weight != heaviest);
    }
    // Where the units digit stands, with room for a million items.
    let column = 9.min(panes.width / 2);
    for (row, y) in table.iter().zip(rows.figures..) {
        canvas.line(&Line::of(Role::Dim, &row.label), panes.labels, y, LABELS);
        for (value, x) in row.values.iter().zip([panes.left, panes.right]) {
            canvas.line(&fitting(value, column, panes.width), x, y, panes.width);
        }
    }
}

fn table(race: &Race, frame: &Frame, stop: usize, round_trip: u64, roomy: bool) -> Vec<Row> {
    let figures_of = |side| frame.side(side).figures;
    let row = |label: &str, weight: u8, value: &dyn Fn(Side) -> String| Row {
        label: label.to_owned(),
        values: Side::BOTH.map(|side| {
            if figures_of(side).pages == 0 {
                NOTHING.to_owned()
            } else {
                value(side)
            }
        }),
        weight,
    };
    // A GetItem has one item or none, and counts nothing.
    let counted = |side| race.run.ask(side).way != Way::Get;
    let pages = |side| {
        let (figures, of) = (figures_of(side), frame.side(side).pages);
        let mut pages = count(figures.pages);
        if !frame.side(side).finished {
            pages = format!("{pages} of {}", count(of));
        }
        if !roomy && figures.round_trips < figures.pages {
            pages = format!("{pages} in {}", plural(figures.round_trips, "trip"));
        }
        pages
    };
    let here = |side| figures::time(race.elapsed(side, stop));
    let modelled = |side| {
        let milliseconds = figures_of(side).round_trips.saturating_mul(round_trip);
        figures::time(std::time::Duration::from_millis(milliseconds))
    };
    let mut rows = vec![
        row("examined", 0, &|side| {
            let said = if counted(side) { " ScannedCount" } else { "" };
            format!("{}{said}", count(figures_of(side).examined))
        }),
        row("returned", 1, &|side| {
            let so_far = if frame.side(side).finished {
                ""
            } else {
                " so far"
            };
            let said = if counted(side) { " Count" } else { "" };
            format!("{}{said}{so_far}", count(figures_of(side).returned))
        }),
        row("read", 5, &|side| bytes(figures_of(side).bytes)),
        row("partitions", 6, &|side| {
            let of = race.script.partitions(side);
            format!("{} of {of}", count(figures_of(side).partitions))
        }),
        row("pages", 7, &pages),
    ];
    if roomy {
        rows.push(row("round trips", 9, &|side| {
            count(figures_of(side).round_trips)
        }));
        rows.push(row("last page", 10, &|side| units(figures_of(side).last)));
    }
    rows.push(row("cost", 2, &|side| {
        let figures = figures_of(side);
        if !roomy && figures.pages > 1 {
            format!("{}, last {}", units(figures.read), grouped(figures.last))
        } else {
            units(figures.read)
        }
    }));
    if let Some(measured) = &race.measured {
        rows.push(Row {
            label: "measured".to_owned(),
            values: Side::BOTH.map(|side| {
                let side = measured.side(side);
                let time = figures::time(side.elapsed);
                if roomy {
                    let pages = plural(side.pages, "page");
                    let (examined, returned) = (count(side.examined), count(side.returned));
                    format!(
                        "{}, {pages}, {returned} of {examined}, {time}",
                        units(side.read)
                    )
                } else {
                    format!("{}, {time}", units(side.read))
                }
            }),
            weight: 2,
        });
    }
    rows.push(row("price", 8, &|side| race.price(side, stop).to_string()));
    rows.push(row("a million", 3, &|side| {
        dollars_for_a_million(race.price(side, stop))
    }));
    let at = format!("at {round_trip} ms");
    if roomy {
        rows.push(row("time here", 4, &here));
        rows.push(row(&at, 4, &modelled));
    } else {
        rows.push(row(&at, 4, &|side| {
            format!("{}, here {}", modelled(side), here(side))
        }));
    }
    rows
}

fn units(read: CapacityUnits) -> String {
    format!("{} RCU", grouped(read))
}

/// The last pages of both sides, each with what it examined, returned and cost.
pub fn draw_ledger(
    race: &Race,
    stop: usize,
    panes: &Panes,
    y: u16,
    rows: u16,
    canvas: &mut Canvas<'_>,
) {
    let head = format!("{:>9}{:>9}{:>10}", "examined", "returned", "RCU");
    canvas.line(&Line::of(Role::Dim, "each page"), panes.labels, y, LABELS);
    for (side, x) in [(Side::Left, panes.left), (Side::Right, panes.right)] {
        canvas.line(
            &Line::of(Role::Dim, format!("page{head}")),
            x,
            y,
            panes.width,
        );
        let rounds = race.script.rounds(side);
        let came: Vec<&Trace> = rounds.iter().take(stop).flatten().collect();
        let first = came
            .len()
            .saturating_sub(usize::from(rows.saturating_sub(1)));
        for (number, y) in (first..came.len()).zip(y + 1..) {
            let page = came[number];
            let cells = format!(
                "{:>9}{:>9}{:>10}",
                count(page.examined()),
                count(page.returned()),
                page.read.to_string()
            );
            let line = Line::of(Role::Dim, format!("{:>4}", number + 1)).push(Role::Text, cells);
            canvas.line(&line, x, y, panes.width);
        }
    }
}

/// What a million of these requests cost: `$12.69`, with more digits below a cent.
pub fn dollars_for_a_million(price: Picodollars) -> String {
    // A picodollar a million times is a microdollar.
    let micros = price.0;
    if micros == 0 {
        return "$0".to_owned();
    }
    if micros < 10_000 {
        return format!("${}.{:06}", micros / 1_000_000, micros % 1_000_000);
    }
    let cents = (micros + 5_000) / 10_000;
    format!("${}.{:02}", count(cents / 100), cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_requests_are_priced_in_dollars() {
        assert_eq!(dollars_for_a_million(Picodollars(62_500)), "$0.06");
        assert_eq!(dollars_for_a_million(Picodollars(12_687_500)), "$12.69");
        assert_eq!(dollars_for_a_million(Picodollars(9_999)), "$0.009999");
        assert_eq!(
            dollars_for_a_million(Picodollars(1_234_567_890_000)),
            "$1,234,567.89"
        );
        assert_eq!(dollars_for_a_million(Picodollars(0)), "$0");
    }

    #[test]
    fn numbers_line_up_at_the_point() {
        for value in [
            "3",
            "4,127",
            "101.5 RCU",
            "$12.69",
            "1 of 2",
            "15 ms, here 3.1 ms",
            "38 ms, 5 ms",
        ] {
            let text = aligned(value, 6).plain();
            let number = text.trim_start();
            let end = number.find(['.', ' ']).unwrap_or(number.len());
            assert_eq!(text.len() - number.len() + end, 6, "{text}");
        }
    }
}
