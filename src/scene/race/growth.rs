//! What the two sides cost as the table grows: measured where tables were really built, extrapolated beyond.
//!
//! ```text
//!   RCU │                        ▽        ▼ ▽  right: measured, extrapolated
//!       │               ▼   ▽             ● ○  left
//!       │      ▼
//!       │ ●    ●    ●   ○   ○    ○
//!       └──────────────────────────  items
//! ```
//!
//! Both axes are logarithmic: a step to the right is ten times the items, a step up ten times the cost.
//! Invariant: an extrapolated point lies on the line through the two largest measured ones, and says that it is none itself.

use super::super::words::{count, plural};
use super::{Figures, Side};
use crate::simulator::trace::CapacityUnits;

/// Tables that no laptop holds.
pub const BEYOND: [u64; 3] = [10_000_000, 100_000_000, 1_000_000_000];

/// What one side did at one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    pub read: CapacityUnits,
    pub examined: u64,
    pub round_trips: u64,
}

impl From<Figures> for Cost {
    fn from(figures: Figures) -> Self {
        Self {
            read: figures.read,
            examined: figures.examined,
            round_trips: figures.round_trips,
        }
    }
}

/// Both sides at one size of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    pub items: u64,
    pub left: Cost,
    pub right: Cost,
    /// A table of this size was really read.
    pub measured: bool,
}

impl Point {
    #[must_use]
    pub fn side(&self, side: Side) -> Cost {
        match side {
            Side::Left => self.left,
            Side::Right => self.right,
        }
    }
}

/// The points of one question, in the order of their sizes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Growth {
    points: Vec<Point>,
}

/// A point of a plot: column and row from the lower left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dot {
    pub column: u16,
    pub row: u16,
    pub side: Side,
    pub measured: bool,
}

impl Growth {
    /// Measured points in any order; one size once, the last one wins. What lies beyond follows from the two largest.
    #[must_use]
    pub fn new(measured: &[Point]) -> Self {
        let mut points: Vec<Point> = Vec::new();
        for point in measured {
            points.retain(|one| one.items != point.items);
            points.push(*point);
        }
        points.sort_by_key(|point| point.items);
        if let [.., smaller, larger] = points.as_slice() {
            let (smaller, larger) = (*smaller, *larger);
            let beyond = BEYOND.into_iter().filter(|items| *items > larger.items);
            points.extend(beyond.map(|items| extrapolated(smaller, larger, items)));
        }
        Self { points }
    }

    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The growth in words.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let mut measured = self.points.iter().filter(|point| point.measured);
        let (Some(first), Some(last)) = (measured.next(), measured.next_back()) else {
            return vec!["One size is no growth yet: another one has to be run.".to_owned()];
        };
        let moved = |side: Side| {
            let (from, to) = (first.side(side).read, last.side(side).read);
            if from == to {
                format!("stays at {} RCU", grouped(to))
            } else {
                format!("goes from {} to {} RCU", grouped(from), grouped(to))
            }
        };
        let mut sentences = vec![format!(
            "From {} to {}, the left side {} and the right side {}: measured.",
            plural(first.items, "item"),
            count(last.items),
            moved(Side::Left),
            moved(Side::Right),
        )];
        if let Some(point) = self.points.iter().rfind(|point| !point.measured) {
            sentences.push(format!(
                "At {} it would be {} and {} RCU, extrapolated: no such table was built.",
                plural(point.items, "item"),
                reckoned(point.left.read),
                reckoned(point.right.read),
            ));
        }
        sentences
    }

    /// The points on a grid of cells; where two meet, the right side comes later.
    #[must_use]
    pub fn dots(&self, columns: u16, rows: u16) -> Vec<Dot> {
        let most = self.most();
        self.points
            .iter()
            .flat_map(|point| {
                Side::BOTH.map(|side| Dot {
                    column: self.column(point.items, columns),
                    row: place(halves(point.side(side)), 1, most, rows),
                    side,
                    measured: point.measured,
                })
            })
            .collect()
    }

    /// Where a size stands on the axis below.
    #[must_use]
    pub fn column(&self, items: u64, columns: u16) -> u16 {
        let first = self.points.first().map_or(1, |point| point.items);
        let last = self.points.last().map_or(1, |point| point.items);
        place(items, first, last, columns)
    }

    /// Where a cost stands on the axis at the left.
    #[must_use]
    pub fn row(&self, read: CapacityUnits, rows: u16) -> u16 {
        place(read.halves().max(1), 1, self.most(), rows)
    }

    /// The powers of ten, in RCU, that the plot reaches.
    #[must_use]
    pub fn decades(&self) -> Vec<u64> {
        std::iter::successors(Some(1u64), |decade| decade.checked_mul(10))
            .take_while(|decade| decade.saturating_mul(2) <= self.most())
            .collect()
    }

    fn most(&self) -> u64 {
        let costs = self
            .points
            .iter()
            .flat_map(|point| Side::BOTH.map(|side| halves(point.side(side))));
        costs.max().unwrap_or(1).max(2)
    }
}

fn halves(cost: Cost) -> u64 {
    cost.read.halves().max(1)
}

/// A value between two others on a logarithmic axis of so many cells.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the place of a dot, to the cell"
)]
fn place(value: u64, from: u64, to: u64, cells: u16) -> u16 {
    let last = cells.saturating_sub(1);
    let (value, from, to) = (value as f64, from.max(1) as f64, to.max(1) as f64);
    if to <= from || value <= from {
        return 0;
    }
    let share = (value / from).ln() / (to / from).ln();
    ((share * f64::from(last)).round() as u16).min(last)
}

fn extrapolated(smaller: Point, larger: Point, items: u64) -> Point {
    let on_line = |small: u64, large: u64| -> u64 {
        let rise = u128::from(large.saturating_sub(small));
        let run = u128::from(larger.items - smaller.items).max(1);
        let further = u128::from(items - larger.items);
        u64::try_from(u128::from(large) + rise * further / run).unwrap_or(u64::MAX)
    };
    let cost = |side: Side| {
        let (small, large) = (smaller.side(side), larger.side(side));
        Cost {
            read: CapacityUnits::from_halves(on_line(small.read.halves(), large.read.halves())),
            examined: on_line(small.examined, large.examined),
            round_trips: on_line(small.round_trips, large.round_trips),
        }
    };
    Point {
        items,
        left: cost(Side::Left),
        right: cost(Side::Right),
        measured: false,
    }
}

/// Units with their thousands apart.
#[must_use]
pub fn grouped(units: CapacityUnits) -> String {
    let whole = count(units.halves() / 2);
    if units.halves().is_multiple_of(2) {
        whole
    } else {
        format!("{whole}.5")
    }
}

/// Units that nobody has measured, with no more digits than mean something: `about 17.9 million`.
fn reckoned(units: CapacityUnits) -> String {
    const MILLION: u64 = 1_000_000;
    let whole = units.halves() / 2;
    if whole < MILLION {
        return grouped(units);
    }
    let tenths = whole.saturating_add(MILLION / 20) / (MILLION / 10);
    format!("about {}.{} million", count(tenths / 10), tenths % 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point(items: u64, left: u64, right: u64) -> Point {
        let cost = |halves| Cost {
            read: CapacityUnits::from_halves(halves),
            examined: halves,
            round_trips: halves.div_ceil(257),
        };
        Point {
            items,
            left: cost(left),
            right: cost(right),
            measured: true,
        }
    }

    #[test]
    fn what_is_extrapolated_has_few_digits() {
        let text = |halves| reckoned(CapacityUnits::from_halves(halves));
        assert_eq!(text(1), "0.5");
        assert_eq!(text(1_999_999), "999,999.5");
        assert_eq!(text(35_833_331), "about 17.9 million");
        assert_eq!(text(u64::MAX), "about 9,223,372,036,854.8 million");
    }

    #[test]
    fn a_query_stays_and_a_scan_rises() {
        let growth = Growth::new(&[
            point(100_000, 1, 4_000),
            point(10, 1, 1),
            point(10_000, 1, 400),
        ]);
        insta::assert_snapshot!(growth.sentences().join("\n"), @r##"
From 10 items to 100,000, the left side stays at 0.5 RCU and the right side goes from 0.5 to 2,000 RCU: measured.
At 1,000,000,000 items it would be 0.5 and about 20.0 million RCU, extrapolated: no such table was built.
"##);
        let beyond: Vec<(u64, u64, bool)> = growth
            .points()
            .iter()
            .map(|point| {
                (
                    point.left.read.halves(),
                    point.right.read.halves(),
                    point.measured,
                )
            })
            .collect();
        assert_eq!(
            beyond[3..],
            [
                (1, 400_000, false),
                (1, 4_000_000, false),
                (1, 40_000_000, false)
            ]
        );
    }

    #[test]
    fn one_size_is_no_growth() {
        let growth = Growth::new(&[point(10, 1, 1), point(10, 1, 2)]);
        assert_eq!(growth.points().len(), 1);
        assert!(growth.sentences()[0].contains("no growth yet"));
        assert!(Growth::default().dots(10, 10).is_empty());
    }

    proptest! {
        #[test]
        fn dots_stay_on_the_plot(
            sizes in prop::collection::vec((1u64..2_000_000, 0u64..500_000, 0u64..500_000), 0..6),
            columns in 1u16..200,
            rows in 1u16..60,
        ) {
            let points: Vec<Point> = sizes.iter().map(|(items, left, right)| point(*items, *left, *right)).collect();
            let growth = Growth::new(&points);
            let mut last = 0;
            for dots in growth.dots(columns, rows).chunks(2) {
                prop_assert!(dots.iter().all(|dot| dot.column < columns && dot.row < rows));
                prop_assert!(dots[0].column >= last, "sizes stand in their order");
                last = dots[0].column;
            }
            for pair in growth.points().windows(2) {
                if !pair[1].measured {
                    prop_assert!(pair[1].right.read >= pair[0].right.read);
                }
            }
            let _ = (growth.sentences(), growth.decades());
        }
    }
}
