//! One run of a race: what is asked for, and what comes back.
//!
//! Invariant: a report holds the pages of both sides as they were read; a side that was refused says so in the service's words.

use std::time::Duration;

use crate::lesson::ask::{Ask, IndexKey, Way};
use crate::lesson::model::RaceDemo;
use crate::scene::race::{Rounds, Side};
use crate::simulator::trace::{CapacityUnits, Trace};
use crate::target::exchange::Picodollars;
use crate::target::price;

/// Bytes of memory for one stored item, measured with a million of them.
const ITEM_MEMORY: u64 = 520;
/// The same for an entry of an index, which shares its values with the item.
const ENTRY_MEMORY: u64 = 200;
/// What an item has besides its key's own text, at most.
const ITEM_BYTES: u64 = 256;

/// What a race is run with.
#[derive(Debug, Clone, PartialEq)]
pub struct RaceRun {
    /// With the table as it stands on the screen.
    pub demo: RaceDemo,
    pub left: Ask,
    pub right: Ask,
}

impl RaceRun {
    /// A question of the demonstration; the first one where there is no such number.
    #[must_use]
    pub fn of(demo: RaceDemo, question: usize) -> Self {
        let asked = demo.questions.get(question).or(demo.questions.first());
        let (left, right) = match asked {
            Some(question) => (question.left.clone(), question.right.clone()),
            None => (
                Ask::about(Way::Query, &demo, &demo.key),
                Ask::about(Way::Scan, &demo, &demo.key),
            ),
        };
        Self { demo, left, right }
    }

    #[must_use]
    pub fn ask(&self, side: Side) -> &Ask {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }

    /// The question in words, where it is one of the author's.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        let mut questions = self.demo.questions.iter();
        questions
            .find(|question| question.left == self.left && question.right == self.right)
            .map(|question| question.text.as_str())
    }

    /// Whether the same is asked in the same ways, whatever the table's size.
    #[must_use]
    pub fn asks_as(&self, other: &Self) -> bool {
        self.left == other.left && self.right == other.right
    }

    /// The global indexes that are queried.
    #[must_use]
    pub fn indexes(&self) -> Vec<IndexKey> {
        let asked = [&self.left, &self.right];
        let mut keys: Vec<IndexKey> = asked
            .into_iter()
            .filter(|ask| ask.way == Way::Index)
            .map(|ask| ask.index.clone())
            .collect();
        keys.dedup();
        keys
    }

    /// Bytes of memory that the table takes, about.
    #[must_use]
    pub fn memory(&self) -> u64 {
        let indexes = self.indexes().len() as u64;
        self.demo
            .items
            .saturating_mul(ITEM_MEMORY + indexes * ENTRY_MEMORY)
    }

    /// The most that making the table on a server costs: a write for each item and for each entry of an index.
    #[must_use]
    pub fn most_written(&self) -> CapacityUnits {
        let names: usize = self.demo.attributes().iter().map(String::len).sum();
        let bytes = ITEM_BYTES + (names + self.demo.key.len()) as u64;
        let each = bytes.div_ceil(1024) * (1 + self.indexes().len() as u64);
        CapacityUnits::whole(self.demo.items.saturating_mul(each))
    }
}

/// One page as it came back.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub trace: Trace,
    /// Consumed capacity as the response says.
    pub read: CapacityUnits,
    pub price: Picodollars,
    /// From sending it until its answer.
    pub elapsed: Duration,
}

/// All pages of one side.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SideReport {
    /// What was sent for the first page.
    pub request: String,
    /// Pages that were under way together stand together.
    pub rounds: Vec<Vec<Page>>,
    /// Why it did not come to its end.
    pub refusal: Option<String>,
}

impl SideReport {
    #[must_use]
    pub fn traces(&self) -> Rounds {
        self.rounds
            .iter()
            .map(|round| round.iter().map(|page| page.trace.clone()).collect())
            .collect()
    }

    /// What its pages cost.
    #[must_use]
    pub fn price(&self) -> Picodollars {
        self.rounds.iter().flatten().map(|page| page.price).sum()
    }

    /// How long it took; pages that were under way together count once.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        elapsed(&self.rounds)
    }
}

/// How long these round trips took.
#[must_use]
pub fn elapsed(rounds: &[Vec<Page>]) -> Duration {
    let slowest = |round: &Vec<Page>| round.iter().map(|page| page.elapsed).max();
    rounds.iter().filter_map(slowest).sum()
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RaceReport {
    pub left: SideReport,
    pub right: SideReport,
}

impl RaceReport {
    #[must_use]
    pub fn side(&self, side: Side) -> &SideReport {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }

    /// The first refusal of either side.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        self.left
            .refusal
            .as_deref()
            .or(self.right.refusal.as_deref())
    }
}

/// What a server said of one side; there is no trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MeasuredSide {
    /// `ScannedCount`; of a get, whether there was an item.
    pub examined: u64,
    /// `Count`.
    pub returned: u64,
    pub pages: u64,
    pub read: CapacityUnits,
    pub elapsed: Duration,
}

/// The race as a server ran it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measured {
    pub left: MeasuredSide,
    pub right: MeasuredSide,
    /// What making the table consumed there.
    pub written: CapacityUnits,
}

impl Measured {
    #[must_use]
    pub fn side(&self, side: Side) -> &MeasuredSide {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }
}

/// The most that a race on a server costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MostCost {
    /// Of making the table.
    pub written: CapacityUnits,
    /// What both sides are expected to read.
    pub read: CapacityUnits,
    /// Of both, on demand.
    pub price: Picodollars,
}

impl MostCost {
    #[must_use]
    pub fn of(run: &RaceRun, report: &RaceReport) -> Self {
        let read = Side::BOTH
            .iter()
            .flat_map(|side| report.side(*side).rounds.iter().flatten())
            .map(|page| page.read)
            .sum();
        let written = run.most_written();
        Self {
            written,
            read,
            price: price::write_units(written) + price::read_units(read),
        }
    }
}
