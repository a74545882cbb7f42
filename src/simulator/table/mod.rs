//! A table: its definition and its items, kept in partitions.
//!
//! ```text
//!   hash    0├──────────┼──────────┼──────────┼──────────┤2⁶⁴-1
//!            │    P0    │    P1    │    P2    │    P3    │      each an ordered map of
//!            └──────────┴────┬─────┴──────────┴──────────┘      address → item
//!                            │
//!        (hash, "walk the dog")  0001 … 0002 … 0003             one item collection, in sort-key order
//! ```
//!
//! Bottom up: [`hash`] (the function and the ranges), [`address`] (the bytes that order items), [`sorted`] (the ordered
//! map that knows ranks), [`partition`], [`page`] (what one read examines), and here the table.
//!
//! Invariant: every item is in the one partition whose range holds the hash of its partition key, and `items()` and `bytes()`
//! are the sums over the partitions.

pub mod address;
pub mod definition;
pub mod hash;
pub mod page;
pub mod partition;
pub mod sorted;

use std::sync::Arc;

use crate::simulator::item::{Item, KeyValue};
use crate::simulator::trace::{KeyTrace, PartitionId, PartitionState};

use address::{Address, hash_in, hashed_bytes};
use definition::Definition;
use hash::HashChoice;
use partition::Partition;

/// An item as it is stored: with its size, so that a page need not measure it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub item: Item,
    size: u32,
}

impl Stored {
    #[must_use]
    pub fn new(item: Item) -> Self {
        let size = u32::try_from(item.size()).unwrap_or(u32::MAX);
        Self { item, size }
    }

    /// `DynamoDB` size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        u64::from(self.size)
    }
}

/// One table.
#[derive(Debug)]
pub struct Table {
    definition: Definition,
    hash: HashChoice,
    partitions: Vec<Partition>,
    /// Set when the table was deleted while somebody still held on to it.
    pub(crate) gone: bool,
}

impl Table {
    #[must_use]
    pub fn new(definition: Definition, hash: HashChoice) -> Self {
        let partitions = hash::ranges(definition.partitions)
            .into_iter()
            .zip(0..)
            .map(|(range, id)| Partition::new(PartitionId(id), range))
            .collect();
        Self {
            definition,
            hash,
            partitions,
            gone: false,
        }
    }

    #[must_use]
    pub const fn definition(&self) -> &Definition {
        &self.definition
    }

    pub(crate) fn definition_mut(&mut self) -> &mut Definition {
        &mut self.definition
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
    pub fn partition_states(&self) -> Vec<PartitionState> {
        self.partitions.iter().map(Partition::state).collect()
    }

    #[must_use]
    pub fn address(&self, key: &Key) -> Address {
        Address::new(self.hash, &key.partition, key.sort.as_ref())
    }

    /// Index of the partition whose range holds a hash.
    fn index_of(&self, hash: u64) -> usize {
        self.partitions
            .partition_point(|partition| partition.first_hash() <= hash)
            .checked_sub(1)
            .expect("the first range begins at 0")
    }

    #[must_use]
    pub fn home(&self, address: &Address) -> &Partition {
        &self.partitions[self.index_of(address.hash)]
    }

    #[must_use]
    pub fn get(&self, address: &Address) -> Option<&Arc<Stored>> {
        self.home(address).get(address.bytes())
    }

    /// Put an item at its address; what was there comes back.
    pub fn put(&mut self, address: &Address, stored: Arc<Stored>) -> Option<Arc<Stored>> {
        let home = self.index_of(address.hash);
        self.partitions[home].put(address.bytes(), stored)
    }

    pub fn remove(&mut self, address: &[u8]) -> Option<Arc<Stored>> {
        let home = self.index_of(hash_in(address)?);
        self.partitions[home].remove(address)
    }

    /// The way of a key to its partition, and the item's place in its collection if it is stored.
    #[must_use]
    pub fn key_trace(&self, key: &Key, address: &Address) -> KeyTrace {
        let home = self.home(address);
        KeyTrace {
            attribute: self.definition.key.partition.name.clone(),
            key_type: key.partition.key_type().name().to_owned(),
            text: key.partition.person(),
            bytes: hashed_bytes(&key.partition),
            hash: address.hash,
            partition: home.id(),
            sort_text: key.sort.as_ref().map(KeyValue::person),
            place: home.place_in_collection(address),
        }
    }

    /// The primary key of a stored item.
    ///
    /// # Panics
    /// Never for an item of this table: it was put under its key.
    #[must_use]
    pub fn key_of(&self, item: &Item) -> Key {
        Key::in_item(&self.definition, item).expect("a stored item has its key")
    }
}

/// A primary key's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub partition: KeyValue,
    pub sort: Option<KeyValue>,
}

impl Key {
    /// The key in an item, or nothing where it is missing or of a type that no key has.
    #[must_use]
    pub fn in_item(definition: &Definition, item: &Item) -> Option<Self> {
        let partition = KeyValue::of(item.get(&definition.key.partition.name)?)?;
        let sort = match &definition.key.sort {
            Some(sort) => Some(KeyValue::of(item.get(&sort.name)?)?),
            None => None,
        };
        Some(Self { partition, sort })
    }

    /// As a person would write it: `partition` or `partition / sort`.
    #[must_use]
    pub fn person(&self) -> String {
        match &self.sort {
            Some(sort) => format!("{} / {}", self.partition.person(), sort.person()),
            None => self.partition.person(),
        }
    }
}
