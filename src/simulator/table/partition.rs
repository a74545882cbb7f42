//! One partition: a range of addresses and the items that fall into it.
//!
//! The range begins and ends at a hash, or, where a collection was split by sort key, at an address inside it.
//! Invariant: every address in it lies in `from..to`; `bytes` is the sum of its items' sizes.

use std::sync::Arc;

use crate::simulator::trace::{PartitionId, PartitionState};

use super::Stored;
use super::address::{Address, hash_in};
use super::sorted::{Position, Sorted};

/// Bytes of the hash at the front of an address.
const HASH_BYTES: usize = 8;

/// A contiguous range of addresses, and its items in the order of their addresses.
#[derive(Debug)]
pub struct Partition {
    id: PartitionId,
    /// The first address, inclusive: a hash, or more where the range begins inside a collection.
    from: Box<[u8]>,
    /// The first address after it; nothing for the last partition.
    to: Option<Box<[u8]>>,
    items: Sorted<Arc<Stored>>,
    bytes: u64,
}

impl Partition {
    #[must_use]
    pub fn new(id: PartitionId, from: Box<[u8]>, to: Option<Box<[u8]>>) -> Self {
        Self {
            id,
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
            items.insert(address, Arc::clone(stored));
        }
        Self {
            id: self.id,
            from: self.from.clone(),
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
    pub fn first_hash(&self) -> u64 {
        hash_in(&self.from).expect("a boundary begins with a hash")
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
        let bytes = items.values().map(|stored| stored.size()).sum();
        self.bytes -= bytes;
        let to = self.to.replace(at.into());
        Self {
            id,
            from: at.into(),
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

    pub(super) fn sorted(&self) -> &Sorted<Arc<Stored>> {
        &self.items
    }

    #[must_use]
    pub fn get(&self, address: &[u8]) -> Option<&Arc<Stored>> {
        self.items.get(address)
    }

    pub(super) fn put(&mut self, address: &[u8], stored: Arc<Stored>) -> Option<Arc<Stored>> {
        self.bytes += stored.size();
        let old = self.items.insert(address, stored);
        if let Some(old) = &old {
            self.bytes -= old.size();
        }
        old
    }

    pub(super) fn remove(&mut self, address: &[u8]) -> Option<Arc<Stored>> {
        let old = self.items.remove(address)?;
        self.bytes -= old.size();
        Some(old)
    }

    /// The item at an address, if there is one, and the rank of the first item at or after it.
    #[must_use]
    pub fn look(&self, address: &[u8]) -> (Option<&Arc<Stored>>, u64) {
        let (position, found) = self.items.seek(address);
        let stored = self.items.at(position).map(|(_, stored)| stored);
        (stored.filter(|_| found), self.items.rank(position))
    }

    /// Rank of the first item at or after an address.
    #[must_use]
    pub fn rank(&self, address: &[u8]) -> u64 {
        self.items.rank(self.items.seek(address).0)
    }

    /// How many items of a collection it has.
    #[must_use]
    pub fn items_in_collection(&self, prefix: &[u8]) -> u64 {
        self.items
            .between(self.items.seek(prefix).0, self.items.seek_past(prefix))
    }

    /// The place of a stored item in what the partition has of its collection, from 0, and how many items that is.
    #[must_use]
    pub fn place_in_collection(&self, address: &Address) -> Option<(u64, u64)> {
        let (position, true) = self.items.seek(address.bytes()) else {
            return None;
        };
        if address.is_collection() {
            return Some((0, 1));
        }
        let (first, _) = self.items.seek(address.prefix());
        let place = self.items.between(first, position);
        let past = self.items.seek_past(address.prefix());
        Some((place, place + self.items.between(position, past)))
    }

    /// All items in stored order.
    pub fn stored(&self) -> impl Iterator<Item = &Arc<Stored>> {
        self.items.values()
    }

    /// Items in stored order from a rank on, with their addresses.
    pub fn from_rank(&self, rank: u64) -> impl Iterator<Item = (&[u8], &Arc<Stored>)> {
        let mut position: Position = self.items.nth(rank);
        std::iter::from_fn(move || {
            let entry = self.items.at(position)?;
            position = self.items.next(position);
            Some(entry)
        })
    }
}
