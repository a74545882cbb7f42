//! One partition: a range of addresses and the items that fall into it.
//!
//! The range begins and ends at a hash, or, where a collection was split by sort key, at an address inside it.
//! Invariant: every address in it lies in `from..to`; `bytes` is the sum of its items' sizes.

use std::cmp::Ordering;

use crate::simulator::trace::{PartitionId, PartitionState};

use super::address::{HASH_BYTES, hash_in};
use super::sorted::{Position, Sorted};
use crate::simulator::item::Stored;

/// A contiguous range of addresses, and its items in the order of their addresses.
#[derive(Debug)]
pub struct Partition {
    id: PartitionId,
    /// The first address, inclusive: a hash, or more where the range begins inside a collection.
    from: Box<[u8]>,
    /// The hash in it.
    from_hash: u64,
    /// The first address after it; nothing for the last partition.
    to: Option<Box<[u8]>>,
    items: Sorted<Stored>,
    bytes: u64,
}

impl Partition {
    #[must_use]
    pub fn new(id: PartitionId, from: Box<[u8]>, to: Option<Box<[u8]>>) -> Self {
        Self {
            id,
            from_hash: hash_in(&from).expect("a boundary begins with a hash"),
            from,
            to,
            items: Sorted::default(),
            bytes: 0,
        }
    }

    /// The same range with the same items, which both share.
    pub(super) fn copied(&self) -> Self {
        let mut items = Sorted::default();
        for (address, stored) in self.from_rank(0) {
            items.insert(address, stored.clone());
        }
        Self {
            id: self.id,
            from: self.from.clone(),
            from_hash: self.from_hash,
            to: self.to.clone(),
            items,
            bytes: self.bytes,
        }
    }

    #[must_use]
    pub const fn id(&self) -> PartitionId {
        self.id
    }

    #[must_use]
    pub const fn from(&self) -> &[u8] {
        &self.from
    }

    #[must_use]
    pub fn to(&self) -> Option<&[u8]> {
        self.to.as_deref()
    }

    /// The hash its range begins at, or inside.
    #[must_use]
    pub const fn first_hash(&self) -> u64 {
        self.from_hash
    }

    /// Whether its range begins at an address or below it.
    pub(super) fn begins_at_or_below(&self, address: &[u8], hash: u64) -> bool {
        match self.from_hash.cmp(&hash) {
            Ordering::Less => true,
            Ordering::Equal => self.from() <= address,
            Ordering::Greater => false,
        }
    }

    /// The last hash of its range, or the one it ends inside.
    #[must_use]
    pub fn last_hash(&self) -> u64 {
        let Some(to) = &self.to else { return u64::MAX };
        let hash = hash_in(to).expect("a boundary begins with a hash");
        if to.len() > HASH_BYTES {
            hash
        } else {
            hash - 1
        }
    }

    /// Cut it in two at an address inside its range; the upper part comes back as a new partition.
    pub(super) fn split_off(&mut self, at: &[u8], id: PartitionId) -> Self {
        let items = self.items.split_off(at);
        let bytes = items.values().map(Stored::size).sum();
        self.bytes -= bytes;
        let to = self.to.replace(at.into());
        Self {
            id,
            from: at.into(),
            from_hash: hash_in(at).expect("a boundary begins with a hash"),
            to,
            items,
            bytes,
        }
    }

    #[must_use]
    pub fn items(&self) -> u64 {
        self.items.len() as u64
    }

    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    #[must_use]
    pub fn state(&self) -> PartitionState {
        PartitionState {
            id: self.id,
            first_hash: self.first_hash(),
            last_hash: self.last_hash(),
            items: self.items(),
            bytes: self.bytes,
            begins_inside: self.from.len() > HASH_BYTES,
            ends_inside: self.to.as_ref().is_some_and(|to| to.len() > HASH_BYTES),
            heat: None,
        }
    }

    pub(super) fn sorted(&self) -> &Sorted<Stored> {
        &self.items
    }

    #[must_use]
    pub fn get(&self, address: &[u8]) -> Option<&Stored> {
        self.items.get(address)
    }

    /// Put an item at the place that [`Sorted::seek`] gives its address.
    pub(super) fn put(
        &mut self,
        place: (Position, bool),
        address: &[u8],
        stored: Stored,
    ) -> Option<Stored> {
        self.bytes += stored.size();
        let old = self.items.insert_at(place, address, stored);
        if let Some(old) = &old {
            self.bytes -= old.size();
        }
        old
    }

    pub(super) fn remove(&mut self, place: (Position, bool)) -> Option<Stored> {
        let old = self.items.remove_at(place)?;
        self.bytes -= old.size();
        Some(old)
    }

    /// How many items of a collection it has.
    pub(super) fn items_in_collection(&self, prefix: &[u8]) -> u64 {
        let (first, past) = self.items.around(prefix);
        self.items.between(first, past)
    }

    /// The place of a stored item in what the partition has of its collection, from 0, and how many items that is.
    pub(super) fn place_in_collection(&self, position: Position, prefix: &[u8]) -> (u64, u64) {
        let (first, past) = self.items.around_at(position, prefix);
        (
            self.items.between(first, position),
            self.items.between(first, past),
        )
    }

    /// All items in stored order.
    pub fn stored(&self) -> impl Iterator<Item = &Stored> {
        self.items.values()
    }

    /// Items in stored order from a rank on, with their addresses.
    pub fn from_rank(&self, rank: u64) -> impl Iterator<Item = (&[u8], &Stored)> {
        let mut position: Position = self.items.nth(rank);
        std::iter::from_fn(move || {
            let entry = self.items.at(position)?;
            position = self.items.next(position);
            Some((&**entry.0, entry.1))
        })
    }
}
