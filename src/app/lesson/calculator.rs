//! The capacity calculator: four fields, and what they come to, live.
//!
//! Rounding is DynamoDB's: a read unit pays for 4 KB (a half for an eventually consistent read), a write unit
//! for 1 KB, each item rounded up. Prices are those of the built-in price table.
//! Invariant: any digits that fit in a field give a result; nothing overflows.

use crate::app::editor::Editor;
use crate::app::figures::money;
use crate::app::key::Key;
use crate::app::paper::{Hit, Line, Paper, Role};
use crate::lesson::model::Calculator;
use crate::scene::count;
use crate::target::exchange::Picodollars;
use crate::target::price::Load;

/// Lines it takes.
pub const ROWS: u16 = 11;
/// Digits of a field: a thousand million is more than any table sees.
const DIGITS: usize = 9;
/// DynamoDB's largest item, 400 KB.
const LARGEST_ITEM: u64 = 400 * 1024;

/// Fields, in their order on the screen; the last one is a switch.
pub const FIELDS: usize = 4;
const CONSISTENCY: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalculatorWork {
    values: [Editor; 3],
    pub strong: bool,
    /// The field that has the focus, while one has.
    pub focus: Option<usize>,
    /// The field was only just entered: what is typed takes the place of what stands there.
    fresh: bool,
}

/// What the fields come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// In half units, so that eventually consistent reads are exact.
    pub read_halves: u64,
    pub write_units: u64,
    pub provisioned: Picodollars,
    pub on_demand: Picodollars,
}

impl CalculatorWork {
    #[must_use]
    pub fn new(start: &Calculator) -> Self {
        let field = |value: u64| Editor::field(&value.to_string());
        Self {
            values: [
                field(start.item_bytes),
                field(start.reads_per_second),
                field(start.writes_per_second),
            ],
            strong: start.strongly_consistent,
            focus: None,
            fresh: false,
        }
    }

    /// Digits, editing keys, and a blank for the switch.
    pub fn key(&mut self, key: Key) -> bool {
        match (self.focus, key) {
            (Some(CONSISTENCY), Key::Char(' ') | Key::Left | Key::Right) => {
                self.strong = !self.strong;
            }
            (Some(CONSISTENCY) | None, _) => return false,
            (Some(field), Key::Char(digit)) => {
                if self.fresh && digit.is_ascii_digit() {
                    self.values[field] = Editor::field("");
                    self.fresh = false;
                }
                if digit.is_ascii_digit() && self.values[field].text().len() < DIGITS {
                    self.values[field].key(key);
                }
            }
            (Some(field), Key::Backspace | Key::Delete) if self.fresh => {
                self.values[field] = Editor::field("");
                self.fresh = false;
            }
            (Some(field), key) => {
                let used = self.values[field].key(key);
                self.fresh &= !used;
                return used;
            }
        }
        true
    }

    pub fn paste(&mut self, text: &str) {
        for digit in text.chars().filter(char::is_ascii_digit).take(DIGITS) {
            self.key(Key::Char(digit));
        }
    }

    pub fn next(&mut self) {
        self.enter(self.focus.map_or(0, |field| (field + 1) % FIELDS));
    }

    pub fn previous(&mut self) {
        self.enter(self.focus.map_or(0, |field| (field + FIELDS - 1) % FIELDS));
    }

    /// Moves the focus to a field.
    pub fn enter(&mut self, field: usize) {
        self.focus = Some(field % FIELDS);
        self.fresh = true;
    }

    /// What stands in a field.
    #[must_use]
    pub fn text(&self, field: usize) -> String {
        self.values
            .get(field)
            .map_or_else(String::new, Editor::text)
    }

    fn number(&self, field: usize) -> u64 {
        self.values[field].text().parse().unwrap_or(0)
    }

    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let figures = Load {
            item_bytes: self.number(0),
            reads_per_second: self.number(1),
            writes_per_second: self.number(2),
            strongly_consistent: self.strong,
        }
        .figures();
        Outcome {
            read_halves: figures.reads.halves(),
            write_units: figures.writes.halves() / 2,
            provisioned: figures.provisioned_month,
            on_demand: figures.on_demand_month,
        }
    }

    #[must_use]
    pub fn paper(&self) -> Paper {
        const LABEL: u16 = 24;
        let mut paper = Paper::new();
        let fields = [
            ("item size", "bytes"),
            ("reads a second", ""),
            ("writes a second", ""),
        ];
        for (index, (label, unit)) in fields.into_iter().enumerate() {
            let focused = self.focus == Some(index);
            let text = self.values[index].text();
            let mut line = label_of(label, focused, LABEL);
            if focused && self.fresh && !text.is_empty() {
                let value = Line::of(Role::Cursor, count(self.number(index)));
                line = line.right(LABEL + 11, value);
            } else if focused {
                let value = self.values[index]
                    .view(1, 12, true)
                    .into_iter()
                    .next()
                    .unwrap_or_default();
                line = line
                    .to_column(LABEL + 11 - u16::try_from(text.len()).unwrap_or(0))
                    .append(value);
            } else {
                line = line.right(
                    LABEL + 11,
                    Line::of(Role::Strong, count(self.number(index))),
                );
            }
            paper.add(
                line.to_column(LABEL + 13)
                    .push(Role::Dim, unit)
                    .hit(Hit::Entry(index)),
            );
        }
        let focused = self.focus == Some(CONSISTENCY);
        let (eventual, strong) = if self.strong {
            (Role::Dim, Role::Strong)
        } else {
            (Role::Strong, Role::Dim)
        };
        paper.add(
            label_of("reads are", focused, LABEL)
                .to_column(LABEL)
                .push(
                    eventual,
                    if self.strong {
                        "  eventual"
                    } else {
                        "▸ eventual"
                    },
                )
                .push(
                    strong,
                    if self.strong {
                        " ▸ strong"
                    } else {
                        "   strong"
                    },
                )
                .push(Role::Dim, if focused { "   space" } else { "" })
                .hit(Hit::Entry(CONSISTENCY)),
        );
        paper.gap();
        self.add_outcome(&mut paper);
        paper
    }

    fn add_outcome(&self, paper: &mut Paper) {
        let outcome = self.outcome();
        let item = self.number(0);
        let half = if outcome.read_halves % 2 == 1 {
            ".5"
        } else {
            ""
        };
        if item > LARGEST_ITEM {
            // Of an item that no table takes, nothing is worked out.
            for label in ["read capacity", "write capacity"] {
                paper.add(figure(label, "–", "", ""));
            }
            paper.gap();
            for label in ["provisioned, a month", "on-demand, a month"] {
                paper.add(figure(label, "–", "", ""));
            }
            paper.add(Line::of(
                Role::Warning,
                "No item can be larger than 400 KB (409,600 bytes).",
            ));
            return;
        }
        let reads = format!("{}{half}", count(outcome.read_halves / 2));
        let per_read = item.div_ceil(4096).max(1);
        let why = if self.strong {
            format!("{} each", count(per_read))
        } else {
            format!("{} × 0.5 each", count(per_read))
        };
        paper.add(figure("read capacity", &reads, "RCU", &why));
        let per_write = item.div_ceil(1024).max(1);
        paper.add(figure(
            "write capacity",
            &count(outcome.write_units),
            "WCU",
            &format!("{} each", count(per_write)),
        ));
        paper.gap();
        paper.add(figure(
            "provisioned, a month",
            &dollars(outcome.provisioned),
            "",
            "just this much, around the clock",
        ));
        paper.add(figure(
            "on-demand, a month",
            &dollars(outcome.on_demand),
            "",
            "if every second is as busy as this",
        ));
    }
}

fn label_of(label: &str, focused: bool, column: u16) -> Line {
    let mark = if focused { "▸ " } else { "  " };
    Line::of(Role::Accent, mark)
        .push(if focused { Role::Strong } else { Role::Text }, label)
        .to_column(column - 1)
}

fn figure(label: &str, value: &str, unit: &str, why: &str) -> Line {
    Line::of(Role::Dim, format!("  {label}"))
        .right(35, Line::of(Role::Strong, value))
        .to_column(37)
        .push(Role::Text, unit)
        .to_column(42)
        .push(Role::Dim, why)
}

/// A month's money: to the cent, from a million on in whole dollars, and beyond what can be counted with its bound.
fn dollars(price: Picodollars) -> String {
    const CENT: u64 = 10_000_000_000;
    const DOLLAR: u64 = 100 * CENT;
    if price.0 == u64::MAX {
        return format!(">${} million", price.0 / DOLLAR / 1_000_000);
    }
    if price.0 >= 1_000_000 * DOLLAR {
        return format!("${}", count(price.0.saturating_add(DOLLAR / 2) / DOLLAR));
    }
    let cents = price.0.saturating_add(CENT / 2) / CENT;
    if cents < 100 {
        return format!("$0.{cents:02}");
    }
    money(Picodollars(cents.saturating_mul(CENT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(item: u64, reads: u64, writes: u64, strong: bool) -> Outcome {
        CalculatorWork::new(&Calculator {
            id: "c".into(),
            item_bytes: item,
            reads_per_second: reads,
            writes_per_second: writes,
            strongly_consistent: strong,
            place: crate::lesson::model::Place::default(),
        })
        .outcome()
    }

    #[test]
    fn units_are_rounded_up_for_each_item() {
        let outcome = with(5 * 1024, 10, 10, true);
        assert_eq!((outcome.read_halves, outcome.write_units), (40, 50));
        assert_eq!(with(5 * 1024, 10, 0, false).read_halves, 20);
        assert_eq!(with(2560, 0, 10, false).write_units, 30);
        assert_eq!(with(4096, 1, 1, true).read_halves, 2);
        assert_eq!(with(4097, 1, 1, true).read_halves, 4);
    }

    #[test]
    fn a_month_on_demand_costs_its_requests() {
        // One write unit a second: 2,628,000 in 730 hours, at $0.625 a million.
        assert_eq!(dollars(with(1, 0, 1, false).on_demand), "$1.64");
    }

    #[test]
    fn only_digits_are_taken_and_the_largest_do_not_overflow() {
        let mut work = CalculatorWork::new(&Calculator {
            id: "c".into(),
            item_bytes: 1,
            reads_per_second: 1,
            writes_per_second: 1,
            strongly_consistent: true,
            place: crate::lesson::model::Place::default(),
        });
        for _ in 0..3 {
            work.next();
            work.paste("x9999999999999");
        }
        work.next();
        assert!(work.key(Key::Left));
        assert_eq!(work.number(0), 999_999_999);
        assert!(work.outcome().on_demand.0 > 0);
    }

    #[test]
    fn what_can_not_be_is_not_worked_out_and_what_is_too_much_says_so() {
        let text = |item, reads| {
            let work = CalculatorWork::new(&Calculator {
                id: "c".into(),
                item_bytes: item,
                reads_per_second: reads,
                writes_per_second: 1,
                strongly_consistent: true,
                place: crate::lesson::model::Place::default(),
            });
            let lines: Vec<String> = work.paper().lines.iter().map(Line::plain).collect();
            assert!(lines.len() <= usize::from(ROWS) + 1);
            lines.join("\n")
        };
        let large = text(409_601, 1);
        assert!(
            large.contains("409,600 bytes") && !large.contains('$'),
            "{large}"
        );
        let much = text(409_600, 999_999_999);
        assert!(much.contains(">$18 million"), "{much}");
        let dear = text(4_096, 20_000_000);
        assert!(dear.contains("$6,570,007 "), "{dear}");
    }
}
