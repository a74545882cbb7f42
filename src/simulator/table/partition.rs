//! One partition: a range of hashes and the items whose partition keys fall into it.
//!
//! Invariant: every address in it begins with a hash of its range; `bytes` is the sum of its items' sizes.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::simulator::trace::{PartitionId, PartitionState};

use super::Stored;
use super::address::Address;
use super::sorted::{Position, Sorted};

/// A contiguous range of the hash, and its items in the order of their addresses.
#[derive(Debug)]
pub struct Partition {
    id: PartitionId,
    range: RangeInclusive<u64>,
    items: Sorted<Arc<Stored>>,
    bytes: u64,
}

impl Partition {
    #[must_use]
    pub fn new(id: PartitionId, range: RangeInclusive<u64>) -> Self {
        Self {
            id,
            range,
            items: Sorted::default(),
            bytes: 0,
        }
    }

    #[must_use]
    pub const fn id(&self) -> PartitionId {
        self.id
    }

    #[must_use]
    pub const fn first_hash(&self) -> u64 {
        *self.range.start()
    }

    #[must_use]
    pub const fn last_hash(&self) -> u64 {
        *self.range.end()
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
        let old = self.items.insert(address.into(), stored);
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

    /// Rank of the first item at or after an address.
    #[must_use]
    pub fn rank(&self, address: &[u8]) -> u64 {
        self.items.rank(self.items.seek(address).0)
    }

    /// The place of a stored item in its collection, from 0, and how many items that has.
    #[must_use]
    pub fn place_in_collection(&self, address: &Address) -> Option<(u64, u64)> {
        let (position, true) = self.items.seek(address.bytes()) else {
            return None;
        };
        let first = self.items.rank(self.items.seek(address.prefix()).0);
        let past = self.items.rank(self.items.seek_past(address.prefix()));
        Some((self.items.rank(position) - first, past - first))
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
