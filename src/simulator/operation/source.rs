//! What a `Query` or `Scan` reads: a table, or one of its secondary indexes.
//!
//! ```text
//!   table            key: partition, sort                          order: sort
//!   local index      key: the table's partition, sort              order: sort, then the table's sort key
//!   global index     key: 1–4 partition, 0–4 sort attributes       order: sort …, then the table's key
//! ```
//!
//! To the two operations all three are an ordered store with a key; this is where they differ: which key that is, where its
//! addresses lie, what a `LastEvaluatedKey` has, which attributes are there to be read, and who pays.
//!
//! Invariant: a source whose index is read was ready to be read when it was found, and a consistent read is never of a
//! global index.

mod metered;
mod projected;
mod start;

use std::ops::Bound;
use std::sync::Arc;

use crate::simulator::Timestamp;
use crate::simulator::expression::{KeyCondition, SortCondition};
use crate::simulator::item::bytes::Bytes;
use crate::simulator::item::{KeyRef, KeyValue, Name, Stored, Text};
use crate::simulator::table::address::{Address, END, hashed_bytes, push_escaped};
use crate::simulator::table::definition::{Definition, KeyAttribute, Status};
use crate::simulator::table::hash::HashChoice;
use crate::simulator::table::index::{Index, IndexKey};
use crate::simulator::table::page::{PAGE_BYTES, Page, Stretched};
use crate::simulator::table::sorted::successor;
use crate::simulator::table::store::Store;
use crate::simulator::table::{Key, Table};
use crate::simulator::trace::{CapacityUnits, KeyTrace, PartitionState, Recording, VisitedKey};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::{Consumption, read_units};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{flag, string};
use crate::simulator::wire::text;

use super::write_within;

pub(super) use start::Position;

/// A table, or one of its indexes. It outlives the table's lock.
#[derive(Debug, Clone)]
pub(super) struct Source {
    definition: Arc<Definition>,
    /// Place among the definition's indexes.
    index: Option<usize>,
}

/// What was read: the page, and for entries of a local index the table's items where those were needed.
pub(super) struct Reading {
    pub(super) page: Page,
    fetched: Option<Vec<Stored>>,
}

/// How a page is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) now: Timestamp,
    pub(super) consistent: bool,
    /// The table's items are needed as well.
    pub(super) fetch: bool,
}

impl Reading {
    /// The item at a place of the page, as the request sees it.
    pub(super) fn item(&self, place: usize) -> &Stored {
        match &self.fetched {
            Some(fetched) => &fetched[place],
            None => &self.page.items[place],
        }
    }
}

impl Source {
    /// What the request's `IndexName` says.
    pub(super) fn of(table: &Table, members: &Members, now: Timestamp) -> Answer<Self> {
        let definition = table.shared_definition();
        let Some(name) = string(members, "IndexName") else {
            return Ok(Self {
                definition,
                index: None,
            });
        };
        let place = definition.indexes.iter().position(|one| one.name == name);
        let missing = || ServiceError::validation(text::no_such_index(name));
        let index = place.ok_or_else(missing)?;
        match definition.indexes[index].status(now) {
            Status::Deleting => return Err(missing()),
            Status::Creating => {
                return Err(ServiceError::validation(text::index_backfilling(name)));
            }
            Status::Active | Status::Updating => {}
        }
        if definition.indexes[index].is_global() && flag(members, "ConsistentRead") == Some(true) {
            return Err(ServiceError::validation(text::GLOBAL_INDEX_CONSISTENT));
        }
        Ok(Self {
            definition,
            index: Some(index),
        })
    }

    pub(super) fn definition(&self) -> &Definition {
        &self.definition
    }

    pub(super) fn index(&self) -> Option<&Index> {
        self.index.map(|place| &self.definition.indexes[place])
    }

    fn store<'t>(&self, table: &'t Table) -> &'t Store {
        self.index
            .and_then(|place| table.indexes().nth(place))
            .map_or(table.items(), |(_, entries)| entries)
    }

    pub(super) fn partitions(&self, table: &Table) -> Vec<PartitionState> {
        self.store(table).states()
    }

    pub(super) fn partition_key(&self) -> &[KeyAttribute] {
        match self.index() {
            Some(index) => &index.key.partition,
            None => std::slice::from_ref(&self.definition.key.partition),
        }
    }

    pub(super) fn sort_key(&self) -> &[KeyAttribute] {
        match self.index() {
            Some(index) => &index.key.sort,
            None => self.definition.key.sort.as_slice(),
        }
    }

    /// The attributes of the key, partition key first.
    pub(super) fn key(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.partition_key().iter().chain(self.sort_key())
    }

    /// The attributes of the key and those of the table's key that are not among them: what finds an entry again.
    fn whole_key(&self) -> impl Iterator<Item = &KeyAttribute> {
        let table = self.definition.key.attributes();
        self.key()
            .chain(table.filter(|attribute| self.key().all(|one| one.name != attribute.name)))
    }

    /// Append the key of an item as JSON, for `LastEvaluatedKey`.
    pub(super) fn write_key_of(&self, item: &Stored, to: &mut Vec<u8>) {
        let attributes = self
            .whole_key()
            .filter_map(|attribute| item.attribute_text(&Name::new(&attribute.name)));
        write_within(*b"{}", attributes, to);
    }

    /// The key of an item; of an entry, its index key and the key of the table's item.
    pub(super) fn visited_key(&self, address: &Bytes, item: &Stored) -> VisitedKey {
        match self.index() {
            None => VisitedKey::Item {
                address: address.clone(),
                types: (&self.definition.key).into(),
            },
            Some(index) => VisitedKey::Entry(Box::new((
                index.key_in(item).expect("an entry has its index key"),
                Key::in_item(&self.definition, item).expect("a stored item has its key"),
            ))),
        }
    }

    /// The stretch of addresses that a key condition leaves, read forward without a limit.
    pub(super) fn stretch(&self, hash: HashChoice, condition: &KeyCondition) -> Stretched {
        // In a table the sort key is the rest of the address, in an index each attribute of it is escaped and ended.
        let indexed = self.index.is_some();
        let open = |before: &[u8], key: &KeyValue| {
            let key = key.order_bytes();
            // A few bytes of room for what ends a value.
            let mut bytes = Vec::with_capacity(before.len() + key.len() + 8);
            bytes.extend_from_slice(before);
            if indexed {
                push_escaped(&mut bytes, &key);
            } else {
                bytes.extend_from_slice(&key);
            }
            bytes
        };
        let closed = |before: &[u8], key: &KeyValue| {
            let mut bytes = open(before, key);
            if indexed {
                bytes.extend_from_slice(&END);
            }
            bytes
        };
        // The least address above all that have this value.
        let past = |address: Vec<u8>| {
            if indexed {
                successor(&address).expect("the end of a value is no 255")
            } else {
                just_after(address)
            }
        };
        let collection = Address::of_index_collection(hash, &condition.partition);
        let equal = condition
            .equal
            .iter()
            .fold(collection.prefix().to_vec(), |before, key| {
                closed(&before, key)
            });
        let one_item = !indexed && !condition.equal.is_empty();
        let end = if one_item {
            Some(past(equal.clone()))
        } else {
            successor(&equal)
        };
        let (from, to) = match &condition.range {
            None => (equal, end),
            Some(SortCondition::BeginsWith(prefix)) => {
                let from = open(&equal, prefix);
                let to = successor(&from);
                (from, to)
            }
            Some(range) => {
                let (lower, upper) = range.range();
                let from = match lower {
                    Bound::Unbounded => equal.clone(),
                    Bound::Included(key) => closed(&equal, key),
                    Bound::Excluded(key) => past(closed(&equal, key)),
                };
                let to = match upper {
                    Bound::Unbounded => end,
                    Bound::Included(key) => Some(past(closed(&equal, key))),
                    Bound::Excluded(key) => Some(closed(&equal, key)),
                };
                (from, to)
            }
        };
        Stretched {
            from,
            to,
            forward: true,
            limit: None,
        }
    }

    /// Put into the trace the way of a key condition's partition key to its partition, and the sort key where one alone was asked for.
    pub(super) fn trace_key(&self, trace: &mut Recording, table: &Table, condition: &KeyCondition) {
        if self.index.is_none()
            && let [partition] = condition.partition.as_slice()
        {
            let sort = condition.equal.first().map(KeyValue::by_ref);
            let hash = table.items().hash();
            let address = Address::new(hash, &partition.by_ref(), sort.as_ref());
            let mut way = table.way(&address, table.items().home(&address).id());
            way.types.sort = sort.as_ref().map(KeyRef::key_type);
            trace.way = Some(way);
        } else {
            trace.key = Some(self.index_key_trace(table, condition));
        }
    }

    /// The same of an index's key.
    fn index_key_trace(&self, table: &Table, condition: &KeyCondition) -> KeyTrace {
        let hash = table.items().hash();
        let collection = Address::of_index_collection(hash, &condition.partition);
        let person = |keys: &[KeyValue]| {
            let shown: Vec<String> = keys.iter().map(|key| key.person().to_string()).collect();
            Text::from(shown.join(" + "))
        };
        let names: Vec<&str> = self
            .partition_key()
            .iter()
            .map(|attribute| attribute.name.as_str())
            .collect();
        let (key_type, bytes) = match condition.partition.as_slice() {
            [only] => (only.key_type().name(), hashed_bytes(hash, only)),
            _ => ("M", collection.partition_key_bytes().into()),
        };
        KeyTrace {
            attribute: names.join(" + ").into(),
            key_type,
            text: person(&condition.partition),
            bytes,
            hash: collection.hash,
            partition: self.store(table).home(&collection).id(),
            sort: match condition.equal.as_slice() {
                equal if equal.len() != self.sort_key().len() => None,
                [] => None,
                [only] => Some(only.clone()),
                several => Some(KeyValue::S(person(several))),
            },
            place: None,
        }
    }

    /// Read a page, as a reader sees it who is that consistent; where the request needs more than a local index has, with the
    /// table's items.
    pub(super) fn read(&self, table: &Table, range: &Stretched, how: How) -> Reading {
        let How {
            now,
            consistent,
            fetch,
        } = how;
        let seen = |index: Option<&str>| {
            table
                .seen(index, consistent, now)
                .expect("the index was found in this table")
        };
        let mut page = seen(self.index().map(|index| index.name.as_str())).read(range);
        if !fetch {
            return Reading {
                page,
                fetched: None,
            };
        }
        // What is fetched counts for the page as well, each item as the 4 KB it is charged as (LSI.ThroughputConsiderations).
        let items = seen(None);
        let mut fetched = Vec::with_capacity(page.items.len());
        let (mut entry_bytes, mut item_bytes) = (0, 0);
        for place in 0..page.items.len() {
            let entry = &page.items[place];
            let address = table.address(&table.key_of(entry));
            let item = items.get(&address).unwrap_or(entry);
            entry_bytes += entry.size();
            item_bytes += up_to_read_unit(item.size());
            fetched.push(item.clone());
            if up_to_read_unit(entry_bytes) + item_bytes >= PAGE_BYTES {
                page.cut(fetched.len());
                break;
            }
        }
        Reading {
            page,
            fetched: Some(fetched),
        }
    }

    /// What a reading consumed: the index's share, and the table's for what was fetched, item by item.
    pub(super) fn consumption(&self, reading: &Reading, consistent: bool) -> Consumption {
        let units = read_units(reading.page.bytes, consistent);
        let Some(index) = self.index() else {
            return Consumption::of_table(units);
        };
        let fetched = reading.fetched.iter().flatten();
        let share = vec![(index.name.clone(), units)];
        let mut consumption = Consumption::of_table(
            fetched
                .map(|item| read_units(item.size(), consistent))
                .sum::<CapacityUnits>(),
        );
        if index.is_global() {
            consumption.global = share;
        } else {
            consumption.local = share;
        }
        consumption
    }

    /// The address of an item that was read.
    fn address_of(&self, table: &Table, stored: &Stored) -> Option<Address> {
        let base = Key::in_item(&self.definition, stored)?;
        match self.index() {
            None => Some(table.address(&base)),
            Some(index) => {
                let key = index.key_in(stored)?;
                Some(Address::in_index(table.items().hash(), index, &key, &base))
            }
        }
    }

    /// The address that a page ended at.
    pub(super) fn address(&self, hash: HashChoice, position: &Position) -> Address {
        let Some(index) = self.index() else {
            return Address::of(hash, &position.base);
        };
        let key = IndexKey {
            partition: position.partition.clone(),
            sort: position.sort.clone(),
        };
        Address::in_index(hash, index, &key, &position.base)
    }
}

/// What is left of a stretch after the address a former page ended at.
pub(super) fn continued(range: Stretched, start: Option<&Address>) -> Stretched {
    let Some(start) = start else { return range };
    if range.forward {
        let after = just_after(start.bytes().to_vec());
        return Stretched {
            from: after.max(range.from),
            ..range
        };
    }
    let before = start.bytes().to_vec();
    Stretched {
        to: Some(range.to.map_or(before.clone(), |to| to.min(before))),
        ..range
    }
}

const fn up_to_read_unit(bytes: u64) -> u64 {
    bytes.div_ceil(4096) * 4096
}

/// The least byte string above another.
pub(super) fn just_after(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.push(0);
    bytes
}
