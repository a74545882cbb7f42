//! Traffic against a table's limits: partitions over time, and what was refused.
//!
//! ```text
//!   traces ──Fold──→ Record ──┐        one slice of time is one moment of the picture
//!                    (Record) ├─ Script ── Position ──→ Picture: one side, or two side by side
//!                             ┘
//!             0:00                    5:00                   10:00
//!   ● P0      ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
//!   ▲ P1      ××××××××××××××××××××××××▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅      × something was refused
//!   ★ P4                              ▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅      born of a split
//! ```
//!
//! Two sides are the same traffic on two key designs.
//! Invariant: what is drawn at a position are the slices before it and no later one, whatever way led there.

pub mod record;
mod words;

pub use record::{Fold, Lane, Record, Setup, Slice, SplitAt, Units};

use std::ops::Range;

use super::playhead::{Beat, Position, Timeline};
use crate::simulator::trace::{CapacityUnits, PartitionId, Rate};

/// How long a slice takes on the screen, in milliseconds: ten minutes pass in eighteen seconds.
const SLICE_MILLIS: u32 = 150;

/// What is shown: one run, or two of the same traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    before: Option<Record>,
    after: Record,
    timeline: Timeline,
}

/// Everything there is to see at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture<'a> {
    /// Since the traffic began.
    pub seconds: u64,
    pub before: Option<Side<'a>>,
    /// The run that is spoken of.
    pub after: Side<'a>,
    /// What is happening, in one or two sentences.
    pub narration: String,
}

/// One run at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side<'a> {
    pub record: &'a Record,
    /// Slices that have passed.
    pub done: usize,
    pub totals: Totals,
}

/// Sums of the slices that have passed, in real units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub asked: u64,
    pub throttled: u64,
    pub consumed: CapacityUnits,
    /// Partitions there are now.
    pub partitions: usize,
    pub splits: usize,
}

impl Totals {
    #[must_use]
    pub const fn served(&self) -> u64 {
        self.asked - self.throttled
    }
}

/// Some slices of one partition, as one cell of a strip shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Thousandths of what the partition may serve.
    pub permille: u64,
    /// Requests that came to the simulated table's partition.
    pub asked: u64,
    /// Those of them that were refused.
    pub throttled: u64,
    /// The partition came into being here.
    pub born: bool,
}

impl Cell {
    /// Whether so much was refused that one should see it: a fiftieth of what was asked of the partition.
    #[must_use]
    pub const fn noticeable(&self) -> bool {
        self.throttled * 50 >= self.asked && self.throttled > 0
    }
}

impl Script {
    #[must_use]
    pub fn new(before: Option<Record>, after: Record) -> Self {
        let slices = before
            .iter()
            .chain([&after])
            .map(|record| record.slices.len())
            .max()
            .unwrap_or(0);
        let beat = Beat {
            motion: SLICE_MILLIS,
            hold: 0,
        };
        Self {
            before,
            after,
            timeline: Timeline::new(vec![beat; slices]),
        }
    }

    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    #[must_use]
    pub fn before(&self) -> Option<&Record> {
        self.before.as_ref()
    }

    #[must_use]
    pub fn after(&self) -> &Record {
        &self.after
    }

    /// The picture at a position. A slice is drawn as soon as it begins: it was folded as a whole.
    #[must_use]
    pub fn picture(&self, position: Position) -> Picture<'_> {
        let stop = position.current();
        Picture {
            seconds: stop as u64 * self.after.setup.seconds,
            before: self.before.as_ref().map(|record| Side::new(record, stop)),
            after: Side::new(&self.after, stop),
            narration: words::sentence(&self.after, stop.min(self.after.slices.len())),
        }
    }
}

impl<'a> Side<'a> {
    fn new(record: &'a Record, stop: usize) -> Self {
        let done = stop.min(record.slices.len());
        let passed = &record.slices[..done];
        let scale = record.setup.scale;
        let sum = |of: fn(&Slice) -> u64| passed.iter().map(of).sum::<u64>().saturating_mul(scale);
        let totals = Totals {
            asked: sum(|slice| slice.asked),
            throttled: sum(Slice::throttled),
            consumed: record.real(passed.iter().map(Slice::consumed).sum()),
            partitions: passed
                .last()
                .map_or(record.start.len(), |last| last.lanes.len()),
            splits: passed.iter().map(|slice| slice.splits.len()).sum(),
        };
        Self {
            record,
            done,
            totals,
        }
    }

    /// The slice that has passed last.
    #[must_use]
    pub fn now(&self) -> Option<&'a Slice> {
        self.done
            .checked_sub(1)
            .map(|last| &self.record.slices[last])
    }

    /// Whether a partition is there by now.
    #[must_use]
    pub fn has(&self, partition: PartitionId) -> bool {
        match self.now() {
            Some(slice) => slice.lane(partition).is_some(),
            None => self.record.start.iter().any(|state| state.id == partition),
        }
    }

    /// The slices that a cell out of so many stands for; together the cells cover all slices, each once.
    #[must_use]
    pub fn span(&self, cell: usize, cells: usize) -> Range<usize> {
        let slices = self.record.slices.len();
        let at = |cell: usize| cell * slices / cells.max(1);
        at(cell)..at(cell + 1)
    }

    /// What a partition did in some slices, as far as they have passed and it was there.
    #[must_use]
    pub fn cell(&self, partition: PartitionId, span: Range<usize>) -> Option<Cell> {
        let passed = span.start.min(self.done)..span.end.min(self.done);
        let lanes = || {
            let slices = self.record.slices[passed.clone()].iter();
            slices.filter_map(|slice| slice.lane(partition))
        };
        let limit = self.record.limit.halves() * self.record.setup.seconds;
        let whole = limit.saturating_mul(lanes().count() as u64);
        if whole == 0 {
            return None;
        }
        let consumed: u64 = lanes().map(|lane| lane.consumed.halves()).sum();
        let born = self.record.slices[passed.clone()]
            .iter()
            .flat_map(|slice| &slice.splits)
            .any(|at| at.split.upper == partition);
        Some(Cell {
            permille: consumed.saturating_mul(1000) / whole,
            asked: lanes().map(|lane| lane.served + lane.throttled).sum(),
            throttled: lanes().map(|lane| lane.throttled).sum(),
            born,
        })
    }

    /// Thousandths of the requests that were refused in some slices, as far as they have passed.
    #[must_use]
    pub fn refused(&self, span: Range<usize>) -> Option<u64> {
        let passed = &self.record.slices[span.start.min(self.done)..span.end.min(self.done)];
        let asked: u64 = passed.iter().map(|slice| slice.asked).sum();
        let refused: u64 = passed.iter().map(Slice::throttled).sum();
        (asked > 0).then(|| refused * 1000 / asked)
    }

    /// Thousandths of the burst that are left at the end of some slices that have passed; nothing where nothing is saved.
    #[must_use]
    pub fn saved(&self, span: Range<usize>) -> Option<u64> {
        let last = span.end.min(self.done);
        if span.start >= last {
            return None;
        }
        let full = self.record.saved?.left.halves().max(1);
        let rate: Rate = self.record.slices[last - 1].table?;
        Some((rate.left.halves() * 1000 / full).min(1000))
    }

    /// The partitions that are there by now, those first that the whole run asks the most; as many as there is room for, in
    /// order of the hash range. What will come of a split has no place before: it would give the answer away.
    #[must_use]
    pub fn lanes(&self, room: usize) -> Vec<PartitionId> {
        let mut all = self.record.partitions();
        all.retain(|(id, _)| self.has(*id));
        let busy = |id: PartitionId| -> u64 {
            let lanes = self.record.slices.iter().filter_map(|slice| slice.lane(id));
            lanes
                .map(|lane| lane.consumed.halves() + lane.throttled * 2)
                .sum()
        };
        let mut busiest: Vec<(u64, PartitionId)> =
            all.iter().map(|(id, _)| (busy(*id), *id)).collect();
        busiest.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        busiest.truncate(room);
        all.into_iter()
            .map(|(id, _)| id)
            .filter(|id| busiest.iter().any(|(_, kept)| kept == id))
            .collect()
    }
}

pub use words::{clock, narrate, outcome, share};

#[cfg(test)]
pub(crate) mod tests;
