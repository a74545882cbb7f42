//! Which items lie in a partition at any moment, in stored order.
//!
//! ```text
//!   stored order    Ada   Luno   Rachel/Beeba   Rachel/kitten        by hash, then by sort key
//!   first put         7      4              0               2        slots keep their order for ever:
//!   put again                               5                        what is not there yet is only skipped
//! ```
//!
//! The order within an item collection is the traces' own (`KeyTrace::place`), so it is that of the storage for
//! any type of sort key.
//! Invariant: a slot's first put decides when it appears, its last put so far is what it holds.

use std::collections::BTreeMap;

use super::record::Arrival;
use crate::simulator::trace::{Effect, KeyTrace, PartitionId};

/// The puts of one primary key, by index, in their order.
type Slot = Vec<usize>;

/// The slots of one partition.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Shelf {
    /// In stored order.
    slots: Vec<Slot>,
    /// Put after put: its index, and items and bytes after it.
    levels: Vec<(usize, u64, u64)>,
}

/// A stretch of a partition's items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Indices of puts.
    pub arrivals: Vec<usize>,
    /// How many items come before and after it.
    pub before: u64,
    pub after: u64,
}

impl Shelf {
    /// One for each partition, in the order of `partitions`.
    pub(super) fn of_all(partitions: &[PartitionId], arrivals: &[Arrival]) -> Vec<Self> {
        type Collection<'a> = (u64, &'a str, &'a [u8]);
        let mut collections: BTreeMap<(PartitionId, Collection<'_>), Vec<Slot>> = BTreeMap::new();
        let mut levels: BTreeMap<PartitionId, Vec<(usize, u64, u64)>> = BTreeMap::new();
        for (index, put) in arrivals.iter().enumerate() {
            let KeyTrace {
                hash,
                key_type,
                bytes,
                partition,
                place,
                ..
            } = &put.key;
            levels
                .entry(*partition)
                .or_default()
                .push((index, put.items, put.bytes));
            let slots = collections
                .entry((*partition, (*hash, key_type, bytes)))
                .or_default();
            let at = place.map_or(usize::MAX, |(at, _)| {
                usize::try_from(at).unwrap_or(usize::MAX)
            });
            match slots.get_mut(at) {
                Some(slot) if put.effect == Effect::Replaced => slot.push(index),
                _ => slots.insert(at.min(slots.len()), vec![index]),
            }
        }
        let mut shelves: BTreeMap<PartitionId, Self> = BTreeMap::new();
        for ((partition, _), slots) in collections {
            shelves.entry(partition).or_default().slots.extend(slots);
        }
        partitions
            .iter()
            .map(|partition| Self {
                levels: levels.remove(partition).unwrap_or_default(),
                ..shelves.remove(partition).unwrap_or_default()
            })
            .collect()
    }

    /// Items and bytes after the first `landed` puts of the table.
    pub(super) fn level(&self, landed: usize) -> (u64, u64) {
        let passed = self.levels.partition_point(|(index, ..)| *index < landed);
        passed
            .checked_sub(1)
            .map_or((0, 0), |last| (self.levels[last].1, self.levels[last].2))
    }

    /// What a slot holds after the first `landed` puts.
    fn holds(slot: &Slot, landed: usize) -> Option<usize> {
        // Nearly every slot has one put.
        slot.iter().rev().copied().find(|index| *index < landed)
    }

    /// The put of every item that is there after the first `landed` puts, in stored order.
    pub(super) fn items(&self, landed: usize) -> impl Iterator<Item = usize> {
        self.slots
            .iter()
            .filter_map(move |slot| Self::holds(slot, landed))
    }

    /// At most `most` neighbouring items, `newest` about in their middle when it is here.
    pub(super) fn stretch(&self, landed: usize, newest: Option<usize>, most: usize) -> Stretch {
        let (items, _) = self.level(landed);
        let items = usize::try_from(items).unwrap_or(usize::MAX);
        let newest = newest.and_then(|newest| self.items(landed).position(|put| put == newest));
        let first = newest
            .map_or(0, |at| at.saturating_sub(most / 2))
            .min(items.saturating_sub(most));
        let arrivals: Vec<usize> = self.items(landed).skip(first).take(most).collect();
        Stretch {
            before: first as u64,
            after: (items.saturating_sub(first + arrivals.len())) as u64,
            arrivals,
        }
    }
}
