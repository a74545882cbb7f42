//! What the storage really did for one call: the source of every picture.
//!
//! ```text
//!   hash range  0 ├────────┼────────┼────────┼────────┤ 2⁶⁴
//!   partitions        P0       P1       P2       P3        PartitionState, one each
//!   visits                     ●●●░░                       Visit: examined, returned, bytes
//! ```
//!
//! A trace is bounded: for each page and partition it has counts and bytes;
//! single items only up to [`MAX_ITEMS`], and behind those the places of what a filter let through.
//! Invariant: in a `Measured` trace nothing is derived from what the picture would like to show.

mod recording;

use std::collections::BTreeSet;
use std::time::Duration;

use super::item::bytes::Bytes;
use super::item::{KeyRef, KeyType, KeyValue, Text};
use super::table::Key;
use super::table::address::{self, Address, KeyTypes};
use super::table::hash::HashChoice;
use super::table::index::IndexKey;

pub(super) use recording::{Recording, Way};

/// At most this many single items are kept in one trace, over all its visits.
pub const MAX_ITEMS: usize = 256;

/// Where a trace comes from; the screen says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Provenance {
    /// Recorded by the simulated table as it worked.
    #[default]
    Measured,
    /// Computed from a response, for targets whose storage can't be seen.
    Modelled,
}

/// Consumed capacity in half units, so that 0.5 RCU is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct CapacityUnits(u64);

impl CapacityUnits {
    pub const ZERO: Self = Self(0);

    #[must_use]
    pub const fn from_halves(halves: u64) -> Self {
        Self(halves)
    }

    #[must_use]
    pub const fn whole(units: u64) -> Self {
        Self(units * 2)
    }

    #[must_use]
    pub const fn halves(self) -> u64 {
        self.0
    }

    /// As the wire has it: 128.5.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "no single response comes near 2^52 units"
    )]
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 2.0
    }
}

impl std::ops::Add for CapacityUnits {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for CapacityUnits {
    fn sum<I: Iterator<Item = Self>>(units: I) -> Self {
        units.fold(Self::ZERO, |total, one| total + one)
    }
}

impl std::fmt::Display for CapacityUnits {
    /// `1` or `128.5`, without a unit.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_multiple_of(2) {
            write!(f, "{}", self.0 / 2)
        } else {
            write!(f, "{}.5", self.0 / 2)
        }
    }
}

/// Partition number within its table, in order of hash range at creation: P0, P1, …
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartitionId(pub u32);

/// One partition as it stood after the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionState {
    pub id: PartitionId,
    /// First hash of its range, inclusive.
    pub first_hash: u64,
    /// Last hash of its range, inclusive.
    pub last_hash: u64,
    pub items: u64,
    /// Sum of the items' DynamoDB sizes.
    pub bytes: u64,
    /// Its range begins inside an item collection, which was split by sort key.
    pub begins_inside: bool,
    /// Its range ends inside an item collection.
    pub ends_inside: bool,
    /// What it consumes against its limits; nothing while capacity is not simulated.
    pub heat: Option<Box<PartitionHeat>>,
}

/// Consumption against a limit, in units a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// In the second that runs, so far.
    pub consumed: CapacityUnits,
    /// In the second before.
    pub before: CapacityUnits,
    /// For each second: a partition's limit, what was provisioned, or an on-demand maximum.
    pub limit: CapacityUnits,
    /// What can be consumed now: of the second, or with what was saved for bursts. A debt shows as nothing.
    pub left: CapacityUnits,
}

/// How busy a partition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionHeat {
    pub read: Rate,
    pub write: Rate,
}

/// The capacity of a table or of one global index as it stood after the call, while capacity is simulated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacityState {
    /// The global index, or nothing for the table.
    pub index: Option<String>,
    /// Nothing for on-demand capacity without a maximum: only partitions limit it.
    pub read: Option<Rate>,
    pub write: Option<Rate>,
}

/// A limit that refused a request, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Throttle {
    /// As the error has it: `TableWriteKeyRangeThroughputExceeded`, …
    pub reason: String,
    /// The global index whose limit it was, or nothing for the table.
    pub index: Option<String>,
    /// Where the request went.
    pub partition: PartitionId,
    /// What was consumed against the limit when it was refused.
    pub rate: Rate,
}

/// Why a partition was split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitCause {
    /// It held more than a partition holds.
    Size,
    /// It stayed at its limit.
    Heat,
    /// The table is to serve more than its partitions can: more was provisioned, or a new peak was reached.
    Growth,
}

/// A partition that became two: it kept the lower part of its range, and a new one has the upper part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The global index, or nothing for the table (and its local indexes with it).
    pub index: Option<String>,
    pub partition: PartitionId,
    pub upper: PartitionId,
    /// First hash of the upper part; where a collection was split, the collection's.
    pub at_hash: u64,
    /// Whether an item collection was split by sort key.
    pub inside: bool,
    pub cause: SplitCause,
}

/// The way of one partition key to its partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyTrace {
    /// Attribute name of the partition key.
    pub attribute: Text,
    /// `S`, `N` or `B`.
    pub key_type: &'static str,
    /// The key as a person would write it (text, number, or base64).
    pub text: Text,
    /// The bytes that are hashed, without the type tag.
    pub bytes: Bytes,
    pub hash: u64,
    pub partition: PartitionId,
    /// The sort key, where the table has one and the call gave one; of an index's several attributes all, as one text.
    pub sort: Option<KeyValue>,
    /// Of a write: the item's place in sort-key order among the items with the same partition key (from 0) and how many those are,
    /// after the call; `None` where no item is there, and of reads, which move nothing.
    pub place: Option<(u64, u64)>,
}

impl KeyTrace {
    /// The sort key as a person would write it.
    #[must_use]
    pub fn sort_text(&self) -> Option<Text> {
        self.sort.as_ref().map(KeyValue::person)
    }
}

/// The key of an examined item. It is read and printed as a person would write it, `partition` or `partition / sort`, when somebody
/// looks: a trace has many, and most are never seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VisitedKey {
    /// Of a table's item: its address.
    Item { address: Bytes, types: KeyTypes },
    /// Of an index's entry: its key there, and the primary key.
    Entry(Box<(IndexKey, Key)>),
}

impl From<&str> for VisitedKey {
    /// A partition key of type S, alone.
    fn from(partition: &str) -> Self {
        let key = KeyRef::S(partition.as_bytes().into());
        let address = Address::new(HashChoice::default(), &key, None);
        Self::Item {
            address: address.bytes().clone(),
            types: KeyTypes {
                partition: KeyType::S,
                sort: None,
            },
        }
    }
}

impl std::fmt::Display for VisitedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Item { address, types } => {
                f.write_str(&address::key_in(address, *types).person())
            }
            Self::Entry(keys) => {
                let (index, base) = &**keys;
                write!(f, "{} → {}", index.person(), base.person())
            }
        }
    }
}

/// What became of one examined item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemVisit {
    pub key: VisitedKey,
    pub bytes: u64,
    /// False when a filter threw it away: paid for, not returned.
    pub returned: bool,
}

/// What a page did in one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub partition: PartitionId,
    pub examined: u64,
    pub returned: u64,
    pub bytes: u64,
    /// Rank in the partition of the first examined item (from 0), so that a picture can place the stretch.
    pub first_rank: u64,
    /// Items the partition held at the time.
    pub partition_items: u64,
    /// The single items, up to [`MAX_ITEMS`] in the whole trace.
    pub items: Vec<ItemVisit>,
    /// Where the returned ones stand among the examined items that are not listed, counted from `first_rank`. Empty
    /// where all examined items were returned.
    pub hits: Vec<u32>,
}

/// What a write did to the entry of its item in one secondary index. An index whose entry stayed as it was has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexWrite {
    pub index: String,
    /// A global index has its own capacity; a local one spends the table's.
    pub global: bool,
    /// Where an entry went away or was replaced, and its DynamoDB size.
    pub old: Option<(PartitionId, u64)>,
    /// Where an entry was put, and its size.
    pub new: Option<(PartitionId, u64)>,
    /// One write for an entry put, replaced or removed; two when it moved to another key.
    pub written: CapacityUnits,
}

/// What the call changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effect {
    /// Nothing: a read, or a call that was refused.
    #[default]
    None,
    Created,
    Replaced,
    Updated,
    Deleted,
    TableCreated,
    TableUpdated,
    TableDeleted,
}

/// One call's record.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trace {
    pub provenance: Provenance,
    pub operation: Text,
    pub table: Text,
    /// The index that was read, if one was.
    pub index: Option<String>,
    /// The table's partitions after the call, in order of their hash range.
    pub partitions: Vec<PartitionState>,
    /// For calls that address one partition key.
    pub key: Option<KeyTrace>,
    /// In the order of the work.
    pub visits: Vec<Visit>,
    pub effect: Effect,
    /// Of the table and its indexes together.
    pub read: CapacityUnits,
    /// Of the table and its indexes together.
    pub written: CapacityUnits,
    /// In the order of the table's indexes.
    pub index_writes: Vec<IndexWrite>,
    /// DynamoDB size of the item as a write left it; `None` for reads, deletions and refusals.
    pub stored: Option<u64>,
    /// For batches and transactions: what was done for each of their items, in the request's order. The trace itself then has
    /// only the sums and no visits.
    pub parts: Vec<Trace>,
    /// The limits that refused the call; the first decides the error.
    pub throttles: Vec<Throttle>,
    /// Partitions that were split after the call, in the order they were.
    pub splits: Vec<Split>,
    /// While capacity is simulated: of the table, and of the global indexes that were used so far.
    pub capacity: Vec<CapacityState>,
    /// More pages follow.
    pub more: bool,
    /// Items that were examined but are not listed one by one.
    pub unlisted: u64,
    /// Time spent in the simulated table; `None` when the caller gave no stopwatch.
    pub elapsed: Option<Duration>,
}

impl Trace {
    /// Of a call that has done nothing yet.
    #[must_use]
    pub fn new(operation: &str) -> Self {
        Self {
            operation: operation.into(),
            ..Self::default()
        }
    }

    /// The visits of the call and of its parts, each with the trace it stands in.
    fn all_visits(&self) -> impl Iterator<Item = (&Self, &Visit)> {
        std::iter::once(self)
            .chain(&self.parts)
            .flat_map(|trace| trace.visits.iter().map(move |visit| (trace, visit)))
    }

    #[must_use]
    pub fn examined(&self) -> u64 {
        self.all_visits().map(|(_, visit)| visit.examined).sum()
    }

    #[must_use]
    pub fn returned(&self) -> u64 {
        self.all_visits().map(|(_, visit)| visit.returned).sum()
    }

    /// Bytes of the item that was stored, or else of all items examined; of a batch or transaction, of all its parts.
    #[must_use]
    pub fn bytes_moved(&self) -> u64 {
        if self.parts.is_empty() {
            return self.stored.unwrap_or_else(|| self.bytes());
        }
        self.parts.iter().map(Self::bytes_moved).sum()
    }

    /// Bytes of all items examined.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.all_visits().map(|(_, visit)| visit.bytes).sum()
    }

    /// In how many partitions something was done, over all tables and indexes.
    #[must_use]
    pub fn partitions_visited(&self) -> usize {
        self.all_visits()
            .map(|(trace, visit)| (&trace.table, &trace.index, visit.partition))
            .collect::<BTreeSet<_>>()
            .len()
    }
}
