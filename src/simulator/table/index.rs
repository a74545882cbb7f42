//! Secondary indexes: their definitions, and what a write to the table does to their entries.
//!
//! ```text
//!   item {pk, sk, city, street, age}        index  city / age, INCLUDE street
//!        │ projection                        entry  {pk, sk, city, age, street}
//!        ▼
//!   no city, or no age  →  no entry          (a sparse index)
//!   old entry = new entry →  nothing to write, nothing to pay
//!   same index key        →  one write: the entry is replaced
//!   another index key     →  two writes: one entry goes, another comes
//! ```
//!
//! A global index has partitions of its own, by the hash of its own partition key. A local one shares the table's
//! partition key, and so lies where the table's items lie.
//!
//! Invariant: an index holds an entry for exactly those items of its table that have all attributes of its key, and the
//! entry is the item seen through the projection.

use serde::{Deserialize, Serialize};

use crate::simulator::Timestamp;
use crate::simulator::item::{Attributes, KeyValue, Stored};

use super::address::Address;
use super::definition::{Definition, KeyAttribute, Status};
use super::hash::HashChoice;
use super::throughput::{Billing, Changes, OnDemand, Updating, WarmHistory};
use super::{Key, PARTITION_KEY_BYTES, SORT_KEY_BYTES};

/// At most this many attributes in each part of a global index's key (secondary indexes with multi-attribute keys).
pub const MAX_KEY_ATTRIBUTES: usize = 4;

/// The key of an index: attributes that together are the partition key, and those that are the sort key, in order.
///
/// A local index has one of each, a global one up to [`MAX_KEY_ATTRIBUTES`] of each and perhaps no sort key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexKeySchema {
    /// Never empty.
    pub partition: Vec<KeyAttribute>,
    pub sort: Vec<KeyAttribute>,
}

impl IndexKeySchema {
    /// Partition key attributes first, in order.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.partition.iter().chain(&self.sort)
    }

    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }
}

/// `Projection`: which attributes an entry has besides the keys of the index and of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Projected {
    All,
    KeysOnly,
    /// `NonKeyAttributes`, in the request's order.
    Include(Vec<String>),
}

/// What only a global index has: capacity and a life of its own.
///
/// ```text
///   CreateTable ──→ CREATING ──────────────────────────→ ACTIVE      together with its table
///   UpdateTable ──→ CREATING ──→ CREATING, backfilling ──→ ACTIVE ──→ DELETING ──→ gone
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalLife {
    /// `(read, write)` where the table is provisioned.
    pub throughput: Option<(u64, u64)>,
    /// When its provisioned throughput changed.
    #[serde(default)]
    pub throughput_changes: Changes,
    #[serde(default)]
    pub on_demand: OnDemand,
    #[serde(default)]
    pub warm: WarmHistory,
    /// How many partitions it began with.
    pub partitions: u32,
    /// Until then it is `CREATING`.
    pub active_at: Timestamp,
    /// Where `UpdateTable` added it: from then on the table's items are brought in, and it is `Backfilling`.
    pub backfill_from: Option<Timestamp>,
    /// The change of its capacity that began last.
    #[serde(default)]
    pub updating: Option<Updating>,
    /// Set when `UpdateTable` deletes it: until then it is `DELETING`.
    pub gone_at: Option<Timestamp>,
}

impl GlobalLife {
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        if self.gone_at.is_some() {
            Status::Deleting
        } else if now < self.active_at {
            Status::Creating
        } else if self.updating.is_some_and(|update| now < update.until) {
            Status::Updating
        } else {
            Status::Active
        }
    }

    /// How it is billed: as its table, with units of its own.
    #[must_use]
    pub fn billing(&self) -> Billing {
        self.throughput
            .map_or(Billing::PayPerRequest, |(read, write)| {
                Billing::Provisioned { read, write }
            })
    }

    /// Whether `UpdateTable` added it and it gets its partitions: only then the table's items are brought in.
    #[must_use]
    pub fn is_allocating(&self, now: Timestamp) -> bool {
        self.status(now) == Status::Creating && self.backfill_from.is_some_and(|from| now < from)
    }

    /// Whether `UpdateTable` added it and it has not all items yet.
    #[must_use]
    pub fn is_backfilling(&self, now: Timestamp) -> bool {
        self.status(now) == Status::Creating && self.backfill_from.is_some_and(|from| from <= now)
    }
}

/// Local or global.
#[expect(
    clippy::large_enum_variant,
    reason = "a table has at most a few indexes"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexKind {
    Local,
    Global(GlobalLife),
}

/// One secondary index of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub name: String,
    pub kind: IndexKind,
    pub key: IndexKeySchema,
    pub projected: Projected,
}

/// The key of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKey {
    pub partition: Vec<KeyValue>,
    pub sort: Vec<KeyValue>,
}

impl IndexKey {
    /// As a person would write it: `partition / sort`, several attributes joined by ` + `.
    #[must_use]
    pub fn person(&self) -> String {
        let joined = |keys: &[KeyValue]| {
            let shown: Vec<String> = keys.iter().map(|key| key.person().to_string()).collect();
            shown.join(" + ")
        };
        if self.sort.is_empty() {
            return joined(&self.partition);
        }
        format!("{} / {}", joined(&self.partition), joined(&self.sort))
    }
}

impl Index {
    /// `IndexStatus`; a local index is there whenever its table is.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        match &self.kind {
            IndexKind::Local => Status::Active,
            IndexKind::Global(life) => life.status(now),
        }
    }

    /// What only a global index has.
    #[must_use]
    pub const fn life(&self) -> Option<&GlobalLife> {
        match &self.kind {
            IndexKind::Local => None,
            IndexKind::Global(life) => Some(life),
        }
    }

    /// Whether its table is `UPDATING` for its sake: while it gets its partitions, and while it goes.
    #[must_use]
    pub fn holds_its_table(&self, now: Timestamp) -> bool {
        self.life().is_some_and(|life| {
            life.is_allocating(now) || life.gone_at.is_some_and(|gone| now < gone)
        })
    }

    /// Whether its deletion is over.
    #[must_use]
    pub fn is_gone(&self, now: Timestamp) -> bool {
        self.life()
            .and_then(|life| life.gone_at)
            .is_some_and(|gone| gone <= now)
    }

    #[must_use]
    pub const fn is_global(&self) -> bool {
        matches!(self.kind, IndexKind::Global(_))
    }

    /// The index's key in an item; nothing where an attribute is missing, so the item has no entry.
    ///
    /// An attribute that can't be a key (of another type, empty, too long) counts as missing: a write refuses it, but a
    /// backfill meets items from before the index and passes over them.
    #[must_use]
    pub fn key_in(&self, item: &impl Attributes) -> Option<IndexKey> {
        let read = |attributes: &[KeyAttribute], most: u64| {
            attributes
                .iter()
                .map(|attribute| {
                    let key = item.key_value(&attribute.name)?;
                    let fits = key.key_type() == attribute.key_type
                        && !key.is_empty()
                        && key.size() <= most;
                    fits.then(|| key.to_key())
                })
                .collect::<Option<Vec<_>>>()
        };
        Some(IndexKey {
            partition: read(&self.key.partition, PARTITION_KEY_BYTES)?,
            sort: read(&self.key.sort, SORT_KEY_BYTES)?,
        })
    }

    /// The item seen through the projection. An index that projects everything shares the table's own copy.
    #[must_use]
    pub fn entry_of(&self, definition: &Definition, stored: &Stored) -> Stored {
        if self.projected == Projected::All {
            return stored.clone();
        }
        let seen = stored
            .item()
            .into_iter()
            .filter(|(name, _)| self.projects(definition, name.as_str()))
            .collect();
        Stored::new(&seen)
    }

    /// Whether an entry has the attribute, if the item has it.
    #[must_use]
    pub fn projects(&self, definition: &Definition, name: &str) -> bool {
        match &self.projected {
            Projected::All => true,
            _ if self.key.has(name) || definition.key.has(name) => true,
            Projected::KeysOnly => false,
            Projected::Include(names) => names.iter().any(|included| included == name),
        }
    }
}

/// What a write does to one index.
#[derive(Debug, Clone)]
pub struct IndexChange {
    /// Place of the index in its table's definition.
    pub index: usize,
    /// The entry that was there, and its size.
    pub old: Option<(Address, u64)>,
    /// The entry that will be there; at the address of `old` it replaces it.
    pub new: Option<(Address, Stored)>,
}

impl IndexChange {
    /// Whether one entry replaces another at the same place: one write, not two.
    #[must_use]
    pub fn in_place(&self) -> bool {
        matches!((&self.old, &self.new), (Some((old, _)), Some((new, _))) if old == new)
    }
}

/// What replacing `old` by `new` does to the indexes of a table; indexes whose view of the item stays the same are not in it.
#[must_use]
pub fn changes(
    definition: &Definition,
    hash: HashChoice,
    key: &Key,
    old: Option<&Stored>,
    new: Option<&Stored>,
) -> Vec<IndexChange> {
    let mut changes = Vec::new();
    for (at, index) in definition.indexes.iter().enumerate() {
        let entry = |stored: Option<&Stored>| {
            let stored = stored?;
            let index_key = index.key_in(stored)?;
            let address = Address::in_index(hash, index, &index_key, key);
            Some((address, index.entry_of(definition, stored)))
        };
        let before = entry(old);
        let after = entry(new);
        if before == after {
            continue;
        }
        changes.push(IndexChange {
            index: at,
            old: before.map(|(address, entry)| (address, entry.size())),
            new: after,
        });
    }
    changes
}
