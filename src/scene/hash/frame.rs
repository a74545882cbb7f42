//! What there is to see at a moment, as plain data.
//!
//! Invariant: a frame borrows from its script and changes nothing; of many items it holds a sample and the numbers.

use super::{Arrival, Script, Stage, column};
use crate::simulator::trace::{Effect, KeyTrace, PartitionId, PartitionState, Provenance};

/// An item that has landed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resident<'a> {
    pub key: &'a KeyTrace,
    /// Index of the put that brought it.
    pub arrival: usize,
}

/// One partition at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionFrame<'a> {
    pub state: PartitionState,
    /// The items in it, in stored order: by hash, then by sort key. Of many, [`SAMPLE`](super::SAMPLE) neighbours with the newest among them.
    pub residents: Vec<Resident<'a>>,
    /// How many items come before and after those.
    pub before: u64,
    pub after: u64,
    /// The partition that the key on its way belongs to, from [`Stage::Owner`] on.
    pub owner: bool,
}

/// The key on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey<'a> {
    pub key: &'a KeyTrace,
    /// Index of its put.
    pub arrival: usize,
    /// The last stage that has happened or is happening.
    pub stage: Stage,
    /// How far that stage has moved, 0 to 1, eased; 1 once it has happened.
    pub progress: f64,
    pub effect: Effect,
    /// The last one of a flock: it has arrived, and nobody watched it.
    pub flock: bool,
}

impl Journey<'_> {
    /// Whether a stage has begun.
    #[must_use]
    pub fn reached(&self, stage: Stage) -> bool {
        self.stage >= stage
    }

    /// Whether a stage has happened.
    #[must_use]
    pub fn passed(&self, stage: Stage) -> bool {
        self.stage > stage || (self.stage == stage && self.progress >= 1.0)
    }

    /// Whether the item is between ruler and box.
    #[must_use]
    pub fn falls(&self) -> bool {
        self.stage == Stage::Lands && self.progress < 1.0
    }

    /// How much of a stage has happened, 0 to 1.
    #[must_use]
    pub fn part(&self, stage: Stage) -> f64 {
        match self.stage.cmp(&stage) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => self.progress,
            std::cmp::Ordering::Greater => 1.0,
        }
    }
}

/// Everything there is to see at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame<'a> {
    pub table: &'a str,
    pub provenance: Provenance,
    /// `None` before the first key.
    pub journey: Option<Journey<'a>>,
    pub partitions: Vec<PartitionFrame<'a>>,
    /// Items in the fullest partition at the end, so that its place is there from the beginning.
    pub fullest: u64,
    /// Items in all partitions at the end.
    pub in_all: u64,
    /// Whether the table has a sort key.
    pub sorted: bool,
    /// What is happening, in one or two sentences.
    pub narration: String,
    pub(super) script: &'a Script,
    /// How many puts have landed.
    pub(super) landed: usize,
}

impl Frame<'_> {
    /// Items in all partitions.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.partitions
            .iter()
            .map(|partition| partition.state.items)
            .sum()
    }

    /// Bytes in all partitions.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.partitions
            .iter()
            .map(|partition| partition.state.bytes)
            .sum()
    }

    /// The partitions as they are.
    #[must_use]
    pub fn states(&self) -> Vec<PartitionState> {
        self.partitions
            .iter()
            .map(|partition| partition.state.clone())
            .collect()
    }

    /// How many puts there are in all.
    #[must_use]
    pub fn puts(&self) -> usize {
        self.script.record.arrivals().len()
    }

    /// Some of the puts around the one that is on its way or was the last to land, at most so many, each with its index, in their
    /// order; the one behind it is among them.
    pub fn around(&self, most: usize) -> impl Iterator<Item = (usize, &Arrival)> {
        let puts = self.script.record.arrivals();
        let next = self.journey.as_ref().map_or(0, |now| now.arrival + 1);
        let to = (next + 1).max(most).min(puts.len());
        let from = to.saturating_sub(most);
        (from..).zip(&puts[from..to])
    }

    /// Whether a put has landed.
    #[must_use]
    pub fn has_landed(&self, put: usize) -> bool {
        put < self.landed
    }

    /// Items in each of `columns` equal parts of the range, with the partition of the last of them.
    #[must_use]
    pub fn density(&self, columns: usize) -> Vec<Option<(u64, PartitionId)>> {
        let mut parts = vec![None; columns];
        for (shelf, partition) in self.script.shelves.iter().zip(&self.partitions) {
            for arrival in shelf.items(self.landed) {
                let hash = self.script.record.arrivals()[arrival].key.hash;
                let part = &mut parts[column(hash, columns)];
                let items = part.map_or(0, |(items, _)| items);
                *part = Some((items + 1, partition.state.id));
            }
        }
        parts
    }
}
