//! Items in partitions: what a table keeps its items in, and each index its entries.
//!
//! ```text
//!   address  0├──────────┼──────────┼────────┬─────┼──────────┤
//!             │    P0    │    P1    │   P2   │ P4  │    P3    │     P2 was split, and P4 has the upper part
//!             └──────────┴──────────┴────────┴─────┴──────────┘
//! ```
//!
//! A boundary is an address: eight bytes of hash, or a longer one where a collection was split by sort key.
//!
//! Invariant: the partitions cover all addresses without a gap and without an overlap, in order; every item is in the one
//! whose range holds its address.

use std::sync::Arc;

use crate::simulator::trace::{PartitionId, PartitionState};

use super::Stored;
use super::address::Address;
use super::hash::{self, HashChoice};
use super::partition::Partition;

/// Partitions in the order of their ranges.
#[derive(Debug)]
pub struct Store {
    hash: HashChoice,
    partitions: Vec<Partition>,
}

impl Store {
    /// Empty, with `partitions` equal ranges of the hash.
    #[must_use]
    pub fn new(hash: HashChoice, partitions: u32) -> Self {
        let edge = |hash: u64| hash.to_be_bytes().into();
        let partitions = hash::ranges(partitions)
            .into_iter()
            .zip(0..)
            .map(|(range, id)| {
                let to = range.end().checked_add(1).map(edge);
                Partition::new(PartitionId(id), edge(*range.start()), to)
            })
            .collect();
        Self { hash, partitions }
    }

    /// The same partitions with the same items, which both stores share.
    #[must_use]
    pub fn copied(&self) -> Self {
        Self {
            hash: self.hash,
            partitions: self.partitions.iter().map(Partition::copied).collect(),
        }
    }

    /// The function that places its keys.
    #[must_use]
    pub const fn hash(&self) -> HashChoice {
        self.hash
    }

    #[must_use]
    pub fn partitions(&self) -> &[Partition] {
        &self.partitions
    }

    #[must_use]
    pub fn partition(&self, id: PartitionId) -> Option<&Partition> {
        self.partitions
            .iter()
            .find(|partition| partition.id() == id)
    }

    /// The partition whose range begins at an address.
    #[must_use]
    pub fn starting_at(&self, address: &[u8]) -> Option<&Partition> {
        self.partitions
            .iter()
            .find(|partition| partition.from() == address)
    }

    /// Items in all partitions.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.partitions.iter().map(Partition::items).sum()
    }

    /// Sizes of all items.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.partitions.iter().map(Partition::bytes).sum()
    }

    #[must_use]
    pub fn states(&self) -> Vec<PartitionState> {
        self.partitions.iter().map(Partition::state).collect()
    }

    /// Place of the partition whose range holds an address.
    pub(super) fn place_of(&self, address: &[u8]) -> usize {
        self.partitions
            .partition_point(|partition| partition.from() <= address)
            .checked_sub(1)
            .expect("the first range begins at the lowest hash")
    }

    #[must_use]
    pub fn home(&self, address: &Address) -> &Partition {
        self.holding(address.bytes())
    }

    /// The partition whose range holds an address in bytes.
    #[must_use]
    pub fn holding(&self, address: &[u8]) -> &Partition {
        &self.partitions[self.place_of(address)]
    }

    /// The place of a stored item in its collection, from 0, and how many items that has, in all partitions it was split into.
    #[must_use]
    pub fn place_in_collection(&self, address: &Address) -> Option<(u64, u64)> {
        let home = self.home(address);
        let prefix = address.prefix();
        let (place, here) = home.place_in_collection(address)?;
        // A collection that no split went through is all in one partition.
        if home.from() <= prefix && home.to().is_none_or(|to| !to.starts_with(prefix)) {
            return Some((place, here));
        }
        let (mut before, mut all) = (0, 0);
        for partition in &self.partitions[self.place_of(prefix)..] {
            if partition.from() > prefix && !partition.from().starts_with(prefix) {
                break;
            }
            let items = partition.items_in_collection(prefix);
            all += items;
            if partition.from() < home.from() {
                before += items;
            }
        }
        Some((before + place, all))
    }

    /// The last partition that has addresses below `to`, or of all.
    #[must_use]
    pub fn ending_below(&self, to: Option<&[u8]>) -> &Partition {
        let beyond = to.map_or(self.partitions.len(), |to| {
            self.partitions
                .partition_point(|partition| partition.from() < to)
        });
        &self.partitions[beyond.saturating_sub(1)]
    }

    #[must_use]
    pub fn get(&self, address: &Address) -> Option<&Arc<Stored>> {
        self.home(address).get(address.bytes())
    }

    /// Put an item at its address; what was there comes back.
    pub fn put(&mut self, address: &Address, stored: Arc<Stored>) -> Option<Arc<Stored>> {
        let home = self.place_of(address.bytes());
        self.partitions[home].put(address.bytes(), stored)
    }

    pub fn remove(&mut self, address: &[u8]) -> Option<Arc<Stored>> {
        let home = self.place_of(address);
        self.partitions[home].remove(address)
    }

    /// Cut a partition in two at an address; the new one has everything from there on. Nothing happens at a boundary.
    pub fn split(&mut self, at: &[u8]) -> Option<PartitionId> {
        let home = self.place_of(at);
        if self.partitions[home].from() == at {
            return None;
        }
        let id = PartitionId(
            self.partitions
                .iter()
                .map(|partition| partition.id().0 + 1)
                .max()
                .unwrap_or(0),
        );
        let upper = self.partitions[home].split_off(at, id);
        self.partitions.insert(home + 1, upper);
        Some(id)
    }
}
