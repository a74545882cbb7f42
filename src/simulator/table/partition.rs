//! One partition: a range of addresses and the items that fall into it.
//!
//! The range begins and ends at a hash, or, where a collection was split by sort key, at an address inside it.
//! Invariant: every address in it lies in `from..to`; its state says how many items it has, and the sum of their sizes.

use std::cmp::Ordering;

use crate::simulator::item::Stored;
use crate::simulator::item::bytes::Bytes;
use crate::simulator::trace::{PartitionId, PartitionState};

use super::address::{HASH_BYTES, hash_in};
use super::sorted::{Position, Sorted};

/// A contiguous range of addresses, and its items in the order of their addresses.
#[derive(Debug)]
pub struct Partition {
    /// The first address, inclusive: a hash, or more where the range begins inside a collection.
    from: Box<[u8]>,
    /// The first address after it; nothing for the last partition.
    to: Option<Box<[u8]>>,
    items: Sorted<Stored>,
    /// What is told of it: every trace has one of each partition.
    state: PartitionState,
}

impl Partition {
    #[must_use]
    pub fn new(id: PartitionId, from: Box<[u8]>, to: Option<Box<[u8]>>) -> Self {
        Self::of(id, from, to, Sorted::default(), 0)
    }

    /// With items that are in its range, and the sum of their sizes.
    fn of(
        id: PartitionId,
        from: Box<[u8]>,
        to: Option<Box<[u8]>>,
        items: Sorted<Stored>,
        bytes: u64,
    ) -> Self {
        let hash = |edge: &[u8]| hash_in(edge).expect("a boundary begins with a hash");
        let is_inside = |edge: &[u8]| edge.len() > HASH_BYTES;
        let ends_inside = to.as_deref().is_some_and(is_inside);
        let state = PartitionState {
            id,
            first_hash: hash(&from),
            last_hash: match &to {
                None => u64::MAX,
                Some(to) => hash(to) - u64::from(!ends_inside),
            },
            items: items.len() as u64,
            bytes,
            begins_inside: is_inside(&from),
            ends_inside,
            heat: None,
        };
        Self {
            from,
            to,
            items,
            state,
        }
    }

    /// The same range with the same items, which both share.
    pub(super) fn copied(&self) -> Self {
        Self {
            from: self.from.clone(),
            to: self.to.clone(),
            items: self.items.clone(),
            state: self.state.clone(),
        }
    }

    #[must_use]
    pub const fn id(&self) -> PartitionId {
        self.state.id
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
        self.state.first_hash
    }

    /// Whether its range begins at an address or below it.
    pub(super) fn begins_at_or_below(&self, address: &[u8], hash: u64) -> bool {
        match self.state.first_hash.cmp(&hash) {
            Ordering::Less => true,
            Ordering::Equal => self.from() <= address,
            Ordering::Greater => false,
        }
    }

    /// The last hash of its range, or the one it ends inside.
    #[must_use]
    pub const fn last_hash(&self) -> u64 {
        self.state.last_hash
    }

    /// Cut it in two at an address inside its range; the upper part comes back as a new partition.
    pub(super) fn split_off(&mut self, at: &[u8], id: PartitionId) -> Self {
        let items = self.items.split_off(at);
        let bytes = items.values().map(Stored::size).sum();
        let upper = Self::of(id, at.into(), self.to.take(), items, bytes);
        let (from, lower) = (self.from.clone(), std::mem::take(&mut self.items));
        let left = self.bytes() - bytes;
        *self = Self::of(self.id(), from, Some(at.into()), lower, left);
        upper
    }

    #[must_use]
    pub const fn items(&self) -> u64 {
        self.state.items
    }

    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.state.bytes
    }

    #[must_use]
    pub const fn state(&self) -> &PartitionState {
        &self.state
    }

    pub(super) fn sorted(&self) -> &Sorted<Stored> {
        &self.items
    }

    #[must_use]
    pub fn get(&self, address: &[u8]) -> Option<&Stored> {
        self.items.get(address)
    }

    /// Put an item at the place that [`Sorted::find`] gives its address.
    pub(super) fn put(
        &mut self,
        place: (Position, bool),
        address: &Bytes,
        stored: Stored,
    ) -> Option<Stored> {
        self.state.bytes += stored.size();
        let old = self.items.insert_at(place, address, stored);
        match &old {
            Some(old) => self.state.bytes -= old.size(),
            None => self.state.items += 1,
        }
        old
    }

    pub(super) fn remove(&mut self, place: (Position, bool)) -> Option<Stored> {
        let old = self.items.remove_at(place)?;
        self.state.bytes -= old.size();
        self.state.items -= 1;
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
