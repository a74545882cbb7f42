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
//! map that knows ranks), [`partition`], [`store`] (partitions side by side), [`page`] (what one read examines), [`index`], [`expiry`], and here
//! the table: a store of items, and one of entries for each secondary index.
//!
//! Invariant: the stores of the indexes hold what [`index`] says they hold for the items of the table.

pub mod address;
pub mod collection;
pub mod definition;
pub mod description;
pub mod expiry;
pub mod hash;
pub mod index;
pub mod lag;
pub mod page;
pub mod partition;
pub mod sorted;
pub mod store;
pub mod throughput;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::simulator::Timestamp;
use crate::simulator::capacity::TableMeter;
use crate::simulator::item::{Attributes, KeyValue, Stored, Text};
use crate::simulator::trace::{PartitionId, VisitedKey, Way};

use address::Address;
use collection::{Collections, Growth};
use definition::{Definition, KeyAttribute, SplitAt};
use expiry::TimeToLiveStatus;
use hash::HashChoice;
use index::{Index, IndexChange, IndexKind};
use lag::{Delays, Lag, Seen};
use partition::Partition;
use store::{Spot, Store};

/// Longest partition key, in bytes.
pub const PARTITION_KEY_BYTES: u64 = 2048;
/// Longest sort key, in bytes.
pub const SORT_KEY_BYTES: u64 = 1024;

/// One table.
#[derive(Debug)]
pub struct Table {
    /// Shared with the reads that have left the table's lock and are at their reply.
    definition: Arc<Definition>,
    items: Store,
    /// One for each index of the definition, in its order.
    entries: Vec<Store>,
    /// Of a table with local indexes.
    collections: Option<Collections>,
    /// Of a table with time to live.
    expiring: Option<expiry::Queue>,
    /// What readers who lag behind see; nothing while nobody does.
    lag: Option<Box<Lag>>,
    /// What it may serve; nothing while capacity is not simulated.
    pub(crate) meter: Option<Mutex<TableMeter>>,
    /// Set when the table was deleted while somebody still held on to it.
    pub(crate) gone: bool,
}

impl Table {
    #[must_use]
    pub fn new(definition: Definition, hash: HashChoice) -> Self {
        let entries = definition
            .indexes
            .iter()
            .map(|index| Store::new(hash, partitions_of(&definition, index)))
            .collect();
        let mut table = Self {
            items: Store::new(hash, definition.partitions),
            entries,
            definition: Arc::new(definition),
            collections: None,
            expiring: None,
            lag: None,
            meter: None,
            gone: false,
        };
        table.follow_splits();
        table.queue_expiring();
        table.count_collections();
        table
    }

    /// Split what the definition says was split. Splits that were made already are at boundaries, and change nothing.
    pub(crate) fn follow_splits(&mut self) {
        for split in self.definition.splits.clone() {
            self.split(&split);
        }
    }

    /// Split a partition of the table, with those of its local indexes, or of a global index.
    fn split(&mut self, split: &SplitAt) {
        if split.index.is_none() {
            self.items.split(&split.at);
            if let Some(lag) = &mut self.lag {
                lag.split(None, &split.at);
            }
        }
        for (place, index) in self.definition.indexes.iter().enumerate() {
            let follows = match &split.index {
                None => !index.is_global(),
                Some(name) => *name == index.name,
            };
            if !follows {
                continue;
            }
            self.entries[place].split(&split.at);
            if let Some(lag) = &mut self.lag {
                lag.split(Some(place), &split.at);
            }
        }
    }

    /// Let readers lag behind from now on, or no longer.
    pub(crate) fn set_delays(&mut self, delays: Delays) {
        self.lag = (!delays.is_zero()).then(|| {
            let indexes = self.definition.indexes.iter().zip(&self.entries);
            Box::new(Lag::new(delays, &self.items, indexes))
        });
    }

    /// What a reader sees at `now` of the items, or of an index by its name.
    ///
    /// Global indexes follow their table after a delay; of the table and its local indexes, only reads that are not `consistent` are
    /// behind. Without delays it is [`Table::items`] or the store of [`Table::index`].
    #[must_use]
    pub fn seen(&self, index: Option<&str>, consistent: bool, now: Timestamp) -> Option<Seen<'_>> {
        let place = match index {
            None => None,
            Some(name) => Some(
                self.definition
                    .indexes
                    .iter()
                    .position(|index| index.name == name)?,
            ),
        };
        let global = place.is_some_and(|place| self.definition.indexes[place].is_global());
        let store = place.map_or(&self.items, |place| &self.entries[place]);
        match &self.lag {
            Some(lag) if global || !consistent => {
                Some(lag.seen(place, now).unwrap_or(Seen::Now(store)))
            }
            _ => Some(Seen::Now(store)),
        }
    }

    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The definition as it is now, for who leaves the table's lock with it.
    #[must_use]
    pub fn shared_definition(&self) -> Arc<Definition> {
        Arc::clone(&self.definition)
    }

    /// Give the table another definition of itself; entries of indexes and the queue of expiring items follow.
    pub(crate) fn redefine(&mut self, mut definition: Definition) {
        let indexes = std::mem::take(&mut definition.indexes);
        definition.indexes.clone_from(&self.definition.indexes);
        let expires = definition.time_to_live != self.definition.time_to_live;
        self.definition = Arc::new(definition);
        if indexes != self.definition.indexes {
            self.set_indexes(indexes);
        }
        if expires {
            self.queue_expiring();
        }
        self.follow_splits();
    }

    /// Count the sizes of all collections anew, where they are kept.
    fn count_collections(&mut self) {
        let has_local = self
            .definition
            .indexes
            .iter()
            .any(|index| !index.is_global());
        self.collections = has_local.then(|| {
            let mut collections = Collections::default();
            for stored in self.items.partitions().iter().flat_map(Partition::stored) {
                let address = self.address(&self.key_of(stored));
                let changes = self.index_changes(&address, None, Some(stored));
                let growth = Growth::of(&self.definition, None, Some(stored.size()), &changes);
                collections.note(address.prefix(), growth);
            }
            collections
        });
    }

    /// Bytes of the collection that an address is in: its items and their entries in local indexes. Nothing for a table without
    /// local indexes, whose collections have no limit.
    #[must_use]
    pub fn collection_bytes(&self, address: &Address) -> Option<u64> {
        let collections = self.collections.as_ref()?;
        Some(collections.bytes(address.prefix()))
    }

    /// What a collection of a table with local indexes may have at most: as much as a partition holds.
    #[must_use]
    pub fn largest_collection(&self) -> u64 {
        let limits = self.meter.as_ref().map(|meter| {
            let meter = meter.lock().unwrap_or_else(PoisonError::into_inner);
            *meter.limits()
        });
        limits.unwrap_or_default().partition_bytes
    }

    /// Make the queue of expiring items anew from all items.
    fn queue_expiring(&mut self) {
        let enabled = self.definition.time_to_live.as_ref();
        let enabled = enabled.filter(|time_to_live| time_to_live.enabled);
        self.expiring = enabled.map(|time_to_live| {
            let mut queue = expiry::Queue::new(time_to_live.attribute.clone());
            for partition in self.items.partitions() {
                for (address, stored) in partition.from_rank(0) {
                    queue.replace(address, None, Some(stored));
                }
            }
            queue
        });
    }

    /// Whether any items may expire.
    #[must_use]
    pub const fn expires(&self) -> bool {
        self.expiring.is_some()
    }

    /// Addresses of expired items that are to be removed at `now`, the longest expired first.
    pub fn expired(&self, now: Timestamp, delay: Duration) -> impl Iterator<Item = &[u8]> {
        let enabled = self.definition.time_to_live(now) == TimeToLiveStatus::Enabled;
        self.expiring
            .iter()
            .filter(move |_| enabled)
            .flat_map(move |queue| queue.due(now, delay))
    }

    /// For everything but the indexes and time to live, which items follow: those change by [`Table::redefine`].
    pub(crate) fn definition_mut(&mut self) -> &mut Definition {
        Arc::make_mut(&mut self.definition)
    }

    /// Where the items are.
    #[must_use]
    pub const fn items(&self) -> &Store {
        &self.items
    }

    pub fn items_mut(&mut self) -> &mut Store {
        &mut self.items
    }

    /// An index and where its entries are, by name.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<(&Index, &Store)> {
        self.definition
            .indexes
            .iter()
            .zip(&self.entries)
            .find(|(index, _)| index.name == name)
    }

    /// All indexes and where their entries are, in the definition's order.
    pub fn indexes(&self) -> impl Iterator<Item = (&Index, &Store)> {
        self.definition.indexes.iter().zip(&self.entries)
    }

    /// Give the table other indexes. Entries of indexes that stay stay; a new one is filled from the items.
    ///
    /// An index that was deleted and comes back under its name with another key or projection is a new one.
    pub fn set_indexes(&mut self, indexes: Vec<Index>) {
        let definition = Arc::make_mut(&mut self.definition);
        let old = std::mem::replace(&mut definition.indexes, indexes);
        let mut entries: Vec<Option<Store>> = std::mem::take(&mut self.entries)
            .into_iter()
            .map(Some)
            .collect();
        let places: Vec<Option<usize>> = definition
            .indexes
            .iter()
            .map(|new| {
                old.iter().position(|old| {
                    old.name == new.name && old.key == new.key && old.projected == new.projected
                })
            })
            .collect();
        // An index that comes back under an old name begins with partitions of its own.
        let stays = |name: &String| {
            let indexes = definition.indexes.iter().zip(&places);
            indexes
                .filter(|(index, _)| index.name == *name)
                .any(|(_, place)| place.is_some())
        };
        definition
            .splits
            .retain(|split| split.index.as_ref().is_none_or(stays));
        let hash = self.items.hash();
        for (index, place) in self.definition.indexes.iter().zip(&places) {
            if let Some(kept) = place.and_then(|place| entries[place].take()) {
                self.entries.push(kept);
                continue;
            }
            let mut entries = Store::new(hash, partitions_of(&self.definition, index));
            for stored in self.items.partitions().iter().flat_map(Partition::stored) {
                if let Some(index_key) = index.key_in(stored) {
                    let key = self.key_of(stored);
                    let address = Address::in_index(hash, index, &index_key, &key);
                    entries.put(address.bytes(), index.entry_of(&self.definition, stored));
                }
            }
            self.entries.push(entries);
        }
        if let Some(lag) = &mut self.lag {
            let indexes = self.definition.indexes.iter().zip(&self.entries);
            lag.set_indexes(&places, indexes);
        }
        self.count_collections();
    }

    #[must_use]
    pub fn address(&self, key: &Key) -> Address {
        Address::of(self.items.hash(), key)
    }

    /// The primary key of the item that has an address.
    #[must_use]
    pub fn key_at(&self, address: &Address) -> Key {
        address::key_in(address.bytes(), (&self.definition.key).into())
    }

    /// What replacing the item at this address by `new`, or removing it, would do to the indexes.
    #[must_use]
    pub fn index_changes(
        &self,
        address: &Address,
        old: Option<&Stored>,
        new: Option<&Stored>,
    ) -> Vec<IndexChange> {
        if self.definition.indexes.is_empty() {
            return Vec::new();
        }
        let key = self.key_at(address);
        index::changes(&self.definition, self.items.hash(), &key, old, new)
    }

    /// Put an item at the spot of its address, or remove what is there, and carry the changes to the indexes out; what was there comes
    /// back. Readers who lag behind see it when its time has come.
    pub fn apply(
        &mut self,
        address: &Address,
        spot: Spot,
        new: Option<Stored>,
        changes: Vec<IndexChange>,
        now: Timestamp,
    ) -> Option<Stored> {
        if let Some(lag) = &mut self.lag {
            lag.note(now, address, new.as_ref(), &changes);
        }
        let entries = self
            .collections
            .as_ref()
            .map(|_| Growth::of(&self.definition, None, None, &changes));
        for change in changes {
            let entries = &mut self.entries[change.index];
            if let Some((old, _)) = change.old {
                entries.remove(old.bytes());
            }
            if let Some((new, entry)) = change.new {
                entries.put(new.bytes(), entry);
            }
        }
        let expiring = self.expiring.is_some().then(|| new.clone());
        let new_size = new.as_ref().map(Stored::size);
        let old = match new {
            Some(stored) => self.items.put_at(spot, address.bytes(), stored),
            None => self.items.remove_at(spot),
        };
        if let (Some(collections), Some(entries)) = (&mut self.collections, entries) {
            let items = Growth {
                gone: old.as_ref().map_or(0, Stored::size),
                come: new_size.unwrap_or(0),
            };
            collections.note(address.prefix(), entries.and(items));
        }
        if let (Some(queue), Some(new)) = (&mut self.expiring, expiring) {
            queue.replace(address.bytes(), old.as_ref(), new.as_ref());
        }
        old
    }

    /// Put an item, with its entries in the indexes; what was there comes back. For readers who lag behind it happens with the
    /// last change before it.
    pub fn put(&mut self, address: &Address, stored: Stored) -> Option<Stored> {
        let spot = self.items.spot(address.bytes());
        let old = self.items.at(spot).cloned();
        let changes = self.index_changes(address, old.as_ref(), Some(&stored));
        self.apply(address, spot, Some(stored), changes, Timestamp::default())
    }

    /// Remove an item by the bytes of its address, with its entries in the indexes. Readers who lag behind see it when its time has come.
    pub fn remove(&mut self, address: &[u8], now: Timestamp) -> Option<Stored> {
        let spot = self.items.spot(&address.into());
        let old = self.items.at(spot).cloned()?;
        let address = self.address(&self.key_of(&old));
        let changes = self.index_changes(&address, Some(&old), None);
        self.apply(&address, spot, None, changes, now)
    }

    /// The way of an item's key to the partition that has its address.
    #[must_use]
    pub(in crate::simulator) fn way(&self, address: &Address, home: PartitionId) -> Way {
        Way {
            attribute: self.definition.key.partition.name.as_str().into(),
            address: address.clone(),
            types: (&self.definition.key).into(),
            function: self.items.hash(),
            partition: home,
            place: None,
        }
    }

    /// The key of an item as a trace has it.
    #[must_use]
    pub fn visited_key(&self, address: &Address) -> VisitedKey {
        VisitedKey::Item {
            address: address.bytes().clone(),
            types: (&self.definition.key).into(),
        }
    }

    /// The primary key of a stored item.
    ///
    /// # Panics
    /// Never for an item of this table: it was put under its key.
    #[must_use]
    pub fn key_of(&self, item: &Stored) -> Key {
        Key::in_item(&self.definition, item).expect("a stored item has its key")
    }
}

/// A local index lies where the table's items lie.
fn partitions_of(definition: &Definition, index: &Index) -> u32 {
    match &index.kind {
        IndexKind::Local => definition.partitions,
        IndexKind::Global(life) => life.partitions,
    }
}

/// A primary key's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub partition: KeyValue,
    pub sort: Option<KeyValue>,
}

impl Key {
    /// The key in an item, or nothing where it is missing or not of its type.
    #[must_use]
    pub fn in_item(definition: &Definition, item: &impl Attributes) -> Option<Self> {
        let read = |attribute: &KeyAttribute| {
            let key = item.key_value(&attribute.name)?;
            (key.key_type() == attribute.key_type).then(|| key.to_key())
        };
        let partition = read(&definition.key.partition)?;
        let sort = match &definition.key.sort {
            Some(sort) => Some(read(sort)?),
            None => None,
        };
        Some(Self { partition, sort })
    }

    /// Whether a value of it is larger than a key's may be.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.partition.size() > PARTITION_KEY_BYTES
            || self
                .sort
                .as_ref()
                .is_some_and(|sort| sort.size() > SORT_KEY_BYTES)
    }

    /// As a person would write it: `partition` or `partition / sort`.
    #[must_use]
    pub fn person(&self) -> Text {
        let partition = self.partition.person();
        match &self.sort {
            Some(sort) => [&*partition, " / ", &*sort.person()].concat().into(),
            None => partition,
        }
    }
}
