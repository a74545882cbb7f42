//! Plans carried out: first the journal takes them, then the tables and the traces have them.
//!
//! Invariant: nothing is applied that the journal has not taken.

use std::collections::BTreeMap;
use std::ops::DerefMut;

use serde_json::{Value, json};

use crate::simulator::Timestamp;
use crate::simulator::item::Stored;
use crate::simulator::journal::Change;
use crate::simulator::table::Table;
use crate::simulator::table::definition::Definition;
use crate::simulator::table::store::Spot;
use crate::simulator::trace::{ItemVisit, Recording, Way};
use crate::simulator::wire::capacity::{Consumption, write_units};
use crate::simulator::wire::error::Answer;

use super::super::Call;
use super::plan::{Outcome, Plan};
use super::{Found, Rate};

impl Plan {
    /// What the journal has to take.
    pub(super) fn change(&self, definition: &Definition) -> Option<Change> {
        let table = || definition.name.clone();
        let key = || self.found.address().to_vec();
        match &self.outcome {
            Outcome::Put(stored) => Some(Change::PutItem {
                table: table(),
                key: key(),
                item: stored.to_json(),
            }),
            Outcome::Remove => Some(Change::DeleteItem {
                table: table(),
                key: key(),
            }),
            Outcome::Nothing => None,
        }
    }

    /// Leave it undone: the trace says what was looked at, which was paid for all the same.
    pub(in super::super) fn leave(&self, table: &Table, trace: &mut Recording, rate: Rate) {
        trace.written = rate.of(write_units(self.found.old_size(), None));
        look(trace, table, &self.found, None);
    }

    /// Carry it out where its address is now, and write down in the trace what was done.
    pub(super) fn apply(
        self,
        table: &mut Table,
        spot: Spot,
        trace: &mut Recording,
        now: Timestamp,
    ) -> Applied {
        let Self {
            found,
            outcome,
            effect,
            changes,
            index_writes,
            consumption,
            ..
        } = self;
        let first_rank = table.items().rank(spot);
        let new = match outcome {
            Outcome::Put(stored) => {
                let new = Some(stored.clone());
                table.apply(&found.address, spot, new, changes, now);
                Some(stored)
            }
            Outcome::Remove => {
                table.apply(&found.address, spot, None, changes, now);
                None
            }
            Outcome::Nothing => None,
        };
        trace.written = consumption.total();
        trace.effect = effect;
        trace.stored = new.as_ref().map(Stored::size);
        trace.index_writes = index_writes;
        look(trace, table, &found, Some(first_rank));
        Applied {
            collection: collection(table, &found),
            old: found.old,
            new,
            consumption,
        }
    }
}

/// What a change came to.
#[derive(Debug)]
pub(in super::super) struct Applied {
    /// The item that was there.
    pub(in super::super) old: Option<Stored>,
    /// The item that is there now, if the write put one.
    pub(in super::super) new: Option<Stored>,
    pub(in super::super) consumption: Consumption,
    /// Of a table with local indexes: what `ItemCollectionMetrics` says of the item's collection.
    pub(in super::super) collection: Option<Value>,
}

/// The collection of an item, as a reply has it: its key, and its size in whole gigabytes, rounded down and one more
/// (observed). Where a lesson makes partitions smaller, a gigabyte is the tenth of one all the same.
fn collection(table: &Table, found: &Found) -> Option<Value> {
    let bytes = table.collection_bytes(&found.address)?;
    let attribute = table.definition().key.partition.name.as_str();
    let partition = table.key_at(&found.address).partition;
    let gigabytes = bytes / (table.largest_collection() / 10).max(1);
    let gigabytes = f64::from(u32::try_from(gigabytes).unwrap_or(u32::MAX));
    Some(json!({
        "ItemCollectionKey": {attribute: partition.to_value().to_json()},
        "SizeEstimateRangeGB": [gigabytes, gigabytes + 1.0],
    }))
}

/// The collections that several writes changed, by table: each once, as the last of its writes left it. Nothing where no
/// table has local indexes.
pub(in super::super) fn collections<'a>(
    writes: impl Iterator<Item = (&'a str, &'a Applied)>,
) -> Option<Value> {
    let key = |collection: &Value| collection["ItemCollectionKey"].to_string();
    let mut tables: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for (table, applied) in writes {
        let Some(collection) = &applied.collection else {
            continue;
        };
        let known = tables.entry(table).or_default();
        match known.iter_mut().find(|known| key(known) == key(collection)) {
            Some(known) => *known = collection,
            None => known.push(collection),
        }
    }
    (!tables.is_empty()).then(|| json!(tables))
}

/// Make the plans durable and carry them out, in their order: all of them or, where the journal refuses, none.
///
/// A plan comes with the place of its table in `tables`, which were locked before the plan was made and since. No two
/// plans are for one item. The trace gets the sums and a part for each plan.
pub(in super::super) fn commit<T: DerefMut<Target = Table>>(
    call: &mut Call<'_>,
    tables: &mut [T],
    plans: Vec<(usize, Plan)>,
) -> Answer<Vec<Applied>> {
    call.simulator.record(|| {
        plans
            .iter()
            .filter_map(|(table, plan)| plan.change(tables[*table].definition()))
            .collect()
    })?;
    let operation = call.trace.operation.clone();
    let mut applied = Vec::with_capacity(plans.len());
    for (at, plan) in plans {
        let table = &mut *tables[at];
        let mut part = Recording::new(&operation);
        part.table = table.definition().name.as_str().into();
        let spot = plan.found.spot_now(table);
        let one = plan.apply(table, spot, &mut part, call.now);
        call.trace.written = call.trace.written + part.written;
        call.trace.parts.push(part.told());
        applied.push(one);
    }
    Ok(applied)
}

/// Put what a write looked at into the trace: the key's way and the item that was there. A write that was carried out gives the rank
/// that its item had, or would have had, before.
pub(super) fn look(trace: &mut Recording, table: &Table, found: &Found, rank_before: Option<u64>) {
    let items = table.items();
    let spot = found.spot_now(table);
    let home = items.around(spot);
    let shown = found.old_size().map(|bytes| ItemVisit {
        key: table.visited_key(&found.address),
        bytes,
        returned: false,
    });
    items.tell_states(&mut trace.partitions);
    trace.way = Some(Way {
        place: items.place_in_collection(spot, &found.address),
        ..table.way(&found.address, home.id())
    });
    let rank = rank_before.unwrap_or_else(|| items.rank(spot));
    trace.visit_one(home.state(), rank, shown);
}
