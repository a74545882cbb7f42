//! What both sides examined, returned and cost, in two columns of figures.
//!
//! Invariant: the numbers of a column line up at the point.

use super::{Canvas, LABELS, Panes, Rows, race_partitions};
use crate::app::paper::{Line, Role, width};
use crate::app::race::Race;
use crate::scene::race::{Frame, SideFrame, Way};
use crate::scene::{bytes, count};
use crate::target::exchange::Picodollars;

/// The value of a side that has read no page yet.
const NOTHING: &str = "–";

/// A value with its number apart from the rest, so that numbers line up at the point.
fn aligned(value: &str, column: u16) -> Line {
    if value == NOTHING {
        return Line::new()
            .to_column(column.saturating_sub(1))
            .push(Role::Dim, value);
    }
    let whole = value
        .char_indices()
        .find(|(_, character)| !character.is_ascii_digit() && !matches!(character, ',' | '$'))
        .map_or(value.len(), |(index, _)| index);
    let (number, rest) = value.split_at(whole);
    let blanks = column.saturating_sub(width(number));
    let line = Line::of(Role::Text, " ".repeat(usize::from(blanks))).push(Role::Strong, number);
    // Digits after the point belong to the number, the unit does not.
    let fraction = rest.find(' ').unwrap_or(rest.len());
    line.push(Role::Strong, &rest[..fraction])
        .push(Role::Dim, &rest[fraction..])
}

pub fn draw(
    race: &Race,
    frame: &Frame,
    stop: usize,
    panes: &Panes,
    rows: &Rows,
    canvas: &mut Canvas<'_>,
) {
    let partitions = race_partitions(race);
    let values = |way: Way, side: &SideFrame| -> [String; 7] {
        let figures = side.figures;
        let trips = if side.finished {
            count(figures.pages)
        } else {
            format!("{} of {}", count(figures.pages), count(side.pages))
        };
        if figures.pages == 0 {
            return [NOTHING; 7].map(str::to_owned);
        }
        [
            count(figures.examined),
            format!(
                "{}{}",
                count(figures.returned),
                if side.finished { "" } else { " so far" }
            ),
            bytes(figures.bytes),
            format!("{} RCU", figures.read),
            dollars_for_a_million(race.price(way, stop)),
            trips,
            format!("{} of {partitions}", count(figures.partitions)),
        ]
    };
    let labels = [
        "examined",
        "returned",
        "read",
        "cost",
        "a million",
        "pages",
        "partitions",
    ];
    let query = values(Way::Query, &frame.query);
    let scan = values(Way::Scan, &frame.scan);
    // Where the units digit stands, with room for a million items.
    let column = 9.min(panes.width / 2);
    for (index, y) in (0..labels.len()).zip(rows.figures..rows.figures + rows.most_figures) {
        canvas.line(&Line::of(Role::Dim, labels[index]), panes.labels, y, LABELS);
        canvas.line(&aligned(&query[index], column), panes.query, y, panes.width);
        canvas.line(&aligned(&scan[index], column), panes.scan, y, panes.width);
    }
}

/// What a million of these requests cost: `$12.69`, with more digits below a cent.
fn dollars_for_a_million(price: Picodollars) -> String {
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
        for value in ["3", "4,127", "101.5 RCU", "$12.69", "1 of 2"] {
            let text = aligned(value, 6).plain();
            let number = text.trim_start();
            let end = number.find(['.', ' ']).unwrap_or(number.len());
            assert_eq!(text.len() - number.len() + end, 6, "{text}");
        }
    }
}
