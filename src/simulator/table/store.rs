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

use crate::simulator::item::bytes::Bytes;
use crate::simulator::trace::{PartitionId, PartitionState};

use super::Stored;
use super::address::{Address, hash_in};
use super::hash::{self, HashChoice};
use super::partition::Partition;
use super::sorted::Position;

/// Where in a store an address is, or would be: it holds until the store changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Among the partitions in the order of their ranges.
    partition: usize,
    place: (Position, bool),
}

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
        let mut states = Vec::with_capacity(self.partitions.len());
        self.tell_states(&mut states);
        states
    }

    /// The same for a list that is there already.
    pub fn tell_states(&self, states: &mut Vec<PartitionState>) {
        states.clear();
        states.extend(self.partitions.iter().map(Partition::state).cloned());
    }

    /// Place of the partition whose range holds an address.
    pub(super) fn place_of(&self, address: &[u8]) -> usize {
        let hash = hash_in(address).expect("an address begins with a hash");
        self.partitions
            .partition_point(|partition| partition.begins_at_or_below(address, hash))
            .checked_sub(1)
            .expect("the first range begins at the lowest hash")
    }

    /// Where an address is, or would be.
    #[must_use]
    pub fn spot(&self, address: &Bytes) -> Spot {
        let partition = self.place_of(address);
        let place = self.partitions[partition].sorted().find(address);
        Spot { partition, place }
    }

    /// The same, quickly where little has changed since `earlier` was found.
    #[must_use]
    pub fn spot_near(&self, address: &Bytes, earlier: Spot) -> Spot {
        let partition = self.place_of(address);
        let sorted = self.partitions[partition].sorted();
        let place = if partition == earlier.partition {
            sorted.seek_near(address, earlier.place.0)
        } else {
            sorted.find(address)
        };
        Spot { partition, place }
    }

    /// The partition of a spot.
    #[must_use]
    pub fn around(&self, spot: Spot) -> &Partition {
        &self.partitions[spot.partition]
    }

    /// The item at a spot.
    #[must_use]
    pub fn at(&self, spot: Spot) -> Option<&Stored> {
        let (position, true) = spot.place else {
            return None;
        };
        let (_, stored) = self.around(spot).sorted().at(position)?;
        Some(stored)
    }

    /// How many items of its partition lie before a spot.
    #[must_use]
    pub fn rank(&self, spot: Spot) -> u64 {
        self.around(spot).sorted().rank(spot.place.0)
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

    /// The place of the item at a spot in its collection, from 0, and how many items that has, in all partitions it was split into.
    #[must_use]
    pub fn place_in_collection(&self, spot: Spot, address: &Address) -> Option<(u64, u64)> {
        let (position, true) = spot.place else {
            return None;
        };
        if address.is_collection() {
            return Some((0, 1));
        }
        let home = self.around(spot);
        let prefix = address.prefix();
        let (place, here) = home.place_in_collection(position, prefix);
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
    pub fn get(&self, address: &Address) -> Option<&Stored> {
        self.home(address).get(address.bytes())
    }

    /// Put an item at its address; what was there comes back.
    pub fn put(&mut self, address: &Bytes, stored: Stored) -> Option<Stored> {
        let spot = self.spot(address);
        self.put_at(spot, address, stored)
    }

    /// The same at the spot of its address.
    pub fn put_at(&mut self, spot: Spot, address: &Bytes, stored: Stored) -> Option<Stored> {
        self.partitions[spot.partition].put(spot.place, address, stored)
    }

    pub fn remove(&mut self, address: &Bytes) -> Option<Stored> {
        self.remove_at(self.spot(address))
    }

    /// Remove what is at a spot.
    pub fn remove_at(&mut self, spot: Spot) -> Option<Stored> {
        self.partitions[spot.partition].remove(spot.place)
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
