//! Splitting partitions, after the call that made it necessary.
//!
//! ```text
//!   call ─▶ answer ─▶ tend ─┬ larger than a partition may be    cut where its bytes halve     ┐ a cut is in the journal,
//!                           ├ hot for long                      cut where its traffic halves  │ in the table's definition,
//!                           └ more is to be served              the widest range is halved    ┘ before it is made
//! ```
//!
//! A cut moves a range of addresses to a new partition; no item changes its place in the order. Collections are cut only
//! where the table has no local secondary index.
//!
//! Invariant: a call leaves at most [`AT_ONCE`] cuts, and none that the journal has not taken.

use std::sync::{Mutex, PoisonError};

use crate::simulator::item::Text;
use crate::simulator::table::Table;
use crate::simulator::table::definition::SplitAt;
use crate::simulator::table::hash::MAX_PARTITIONS;
use crate::simulator::table::store::Store;
use crate::simulator::trace::{PartitionId, Split, SplitCause, Trace};
use crate::simulator::{Simulator, Timestamp};

use super::{TableMeter, boundary};

/// A large number of splits goes on with the next call.
const AT_ONCE: usize = 32;

/// Bytes of an address that lies between two collections: its hash alone.
const HASH_BYTES: usize = 8;

/// A cut that should be made.
struct Cut {
    index: Option<String>,
    partition: PartitionId,
    at: Box<[u8]>,
    cause: SplitCause,
}

impl Simulator {
    /// Split what a call has made too large or too hot, and add to its trace what capacity is like now.
    pub(in crate::simulator) fn tend(&self, trace: &mut Trace, now: Timestamp) {
        let names = tables_of(trace);
        for name in names {
            let Some(handle) = self.find(&name, now) else {
                continue;
            };
            if needs_cut(&handle.read(), now) {
                let mut table = handle.write();
                for _ in 0..AT_ONCE {
                    let Some(cut) = next_cut(&mut table, now) else {
                        break;
                    };
                    let Some(split) = self.cut(&mut table, cut) else {
                        break;
                    };
                    trace.splits.push(split);
                }
            }
            describe(&handle.read(), trace, now);
        }
    }

    /// Make a cut, once the journal has it; without the journal, it is tried again later.
    fn cut(&self, table: &mut Table, cut: Cut) -> Option<Split> {
        let split = SplitAt {
            index: cut.index.clone(),
            at: cut.at,
        };
        let mut definition = table.definition().clone();
        definition.splits.push(split.clone());
        self.redefine(table, definition).ok()?;
        let upper = store(table, cut.index.as_deref())?
            .starting_at(&split.at)?
            .id();
        if let Some(meter) =
            exclusive(table).and_then(|meter| meter.meter_mut(cut.index.as_deref()))
        {
            meter.forget_heat(cut.partition);
        }
        let at_hash = split.at.first_chunk().map(|hash| u64::from_be_bytes(*hash));
        Some(Split {
            index: cut.index,
            partition: cut.partition,
            upper,
            at_hash: at_hash.unwrap_or_default(),
            inside: split.at.len() > HASH_BYTES,
            cause: cut.cause,
        })
    }
}

fn exclusive(table: &mut Table) -> Option<&mut TableMeter> {
    let meter: &mut Mutex<TableMeter> = table.meter.as_mut()?;
    Some(meter.get_mut().unwrap_or_else(PoisonError::into_inner))
}

/// The tables that a call worked on, once each.
fn tables_of(trace: &Trace) -> Vec<Text> {
    let parts = trace.parts.iter().map(|part| &part.table);
    let mut names: Vec<Text> = std::iter::once(&trace.table)
        .chain(parts)
        .filter(|name| !name.is_empty())
        .cloned()
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The stores whose partitions are split: the table's, whose local indexes follow, and those of the global indexes.
fn stores(table: &Table) -> impl Iterator<Item = (Option<&str>, &Store)> {
    std::iter::once((None, table.items())).chain(
        table
            .indexes()
            .filter(|(index, _)| index.is_global())
            .map(|(index, store)| (Some(index.name.as_str()), store)),
    )
}

fn store<'a>(table: &'a Table, index: Option<&str>) -> Option<&'a Store> {
    match index {
        None => Some(table.items()),
        Some(name) => table.index(name).map(|(_, store)| store),
    }
}

/// Whether collections of the table's or a global index's may be cut by sort key: never the table's where it has a local index.
fn may_cut_collections(table: &Table, index: Option<&str>) -> bool {
    index.is_some() || table.indexes().all(|(index, _)| index.is_global())
}

/// A quick look under the shared lock.
fn needs_cut(table: &Table, now: Timestamp) -> bool {
    let Some(meter) = &table.meter else {
        return false;
    };
    let mut meter = meter.lock().unwrap_or_else(PoisonError::into_inner);
    let largest = meter.limits().partition_bytes;
    meter.has_due()
        || stores(table).any(|(index, store)| {
            let partitions = store.partitions();
            partitions.iter().any(|one| one.bytes() > largest)
                || (partitions.len() as u64)
                    < meter
                        .partitions_wanted(table.definition(), index, now)
                        .min(u64::from(MAX_PARTITIONS))
        })
}

/// The cut that comes next, if there is one that helps.
fn next_cut(table: &mut Table, now: Timestamp) -> Option<Cut> {
    for_size(table)
        .or_else(|| for_heat(table))
        .or_else(|| for_growth(table, now))
}

fn for_size(table: &Table) -> Option<Cut> {
    let largest = {
        let meter = table.meter.as_ref()?;
        let meter = meter.lock().unwrap_or_else(PoisonError::into_inner);
        meter.limits().partition_bytes
    };
    stores(table)
        .filter(|(_, store)| store.partitions().len() < MAX_PARTITIONS as usize)
        .find_map(|(index, store)| {
            store
                .partitions()
                .iter()
                .filter(|partition| partition.bytes() > largest)
                .find_map(|partition| {
                    let items = partition
                        .from_rank(0)
                        .map(|(address, stored)| (address, stored.size()));
                    let by_sort_key = may_cut_collections(table, index);
                    Some(Cut {
                        index: index.map(str::to_owned),
                        partition: partition.id(),
                        at: boundary::of_size(items, partition.bytes(), by_sort_key)?,
                        cause: SplitCause::Size,
                    })
                })
        })
}

fn for_heat(table: &mut Table) -> Option<Cut> {
    while let Some((index, partition)) = exclusive(table)?.next_due() {
        let room = store(table, index.as_deref())
            .is_some_and(|store| store.partitions().len() < MAX_PARTITIONS as usize);
        let by_sort_key = may_cut_collections(table, index.as_deref());
        let Some(meter) = exclusive(table)?.meter_mut(index.as_deref()) else {
            continue;
        };
        let at = boundary::of_heat(meter.touched(partition), by_sort_key);
        if let Some(at) = at.filter(|_| room) {
            return Some(Cut {
                index,
                partition,
                at,
                cause: SplitCause::Heat,
            });
        }
        // No cut would cool it; it is looked at again when it has been hot as long once more.
        meter.forget_heat(partition);
    }
    None
}

fn for_growth(table: &Table, now: Timestamp) -> Option<Cut> {
    let meter = table.meter.as_ref()?;
    let mut meter = meter.lock().unwrap_or_else(PoisonError::into_inner);
    stores(table).find_map(|(index, store)| {
        let wanted = meter
            .partitions_wanted(table.definition(), index, now)
            .min(u64::from(MAX_PARTITIONS));
        if store.partitions().len() as u64 >= wanted {
            return None;
        }
        // As new tables get theirs: the first of the widest ranges.
        let widest = store
            .partitions()
            .iter()
            .rev()
            .max_by_key(|partition| partition.last_hash() - partition.first_hash())?;
        Some(Cut {
            index: index.map(str::to_owned),
            partition: widest.id(),
            at: boundary::middle(widest.first_hash(), widest.last_hash())?,
            cause: SplitCause::Growth,
        })
    })
}

/// Put into a trace what the table's capacity and partitions are like after the call.
fn describe(table: &Table, trace: &mut Trace, now: Timestamp) {
    let Some(meter) = &table.meter else { return };
    let meter = meter.lock().unwrap_or_else(PoisonError::into_inner);
    let name = &table.definition().name;
    for part in &mut trace.parts {
        if part.table == name.as_str() {
            show(table, &meter, part, now);
        }
    }
    if trace.table == name.as_str() {
        show(table, &meter, trace, now);
    }
}

fn show(table: &Table, meter: &TableMeter, trace: &mut Trace, now: Timestamp) {
    let global = trace.index.as_deref().filter(|name| {
        table
            .index(name)
            .is_some_and(|(index, _)| index.is_global())
    });
    let Some(store) = store(table, trace.index.as_deref()) else {
        return;
    };
    trace.partitions = store.states();
    for state in &mut trace.partitions {
        state.heat = meter.heat(global, state.id, now).map(Box::new);
    }
    trace.capacity = meter.states(now);
}
