//! How items are written: by one operation that writes one item, by a batch, by a transaction.
//!
//! ```text
//!   Intent   what is to be done, validated as far as it can be without a table
//!     │ plan     against a locked table: key, condition, sizes, index keys; nothing is changed
//!   Plan     what is there, what will be there, what the indexes will have, what it costs
//!     │ commit   the journal takes the changes of all plans at once; then all are applied
//!   Applied  what was there and what it consumed; the trace says what was really done
//! ```
//!
//! Between plan and commit the tables stay locked and nothing has happened yet: whoever has a reason to refuse a write
//! that is well formed, such as a partition without capacity, refuses it there, knowing its units for each partition.
//!
//! Invariant: nothing is applied that the journal has not taken, all plans of a commit are applied or none, and
//! traces are taken under the same lock.

mod options;

use std::collections::BTreeMap;
use std::ops::DerefMut;

use serde_json::{Value, json};

use crate::simulator::Timestamp;
use crate::simulator::capacity::{Access, Demand};
use crate::simulator::expression::{Condition, Update};
use crate::simulator::item::{Item, Stored};
use crate::simulator::journal::Change;
use crate::simulator::table::address::Address;
use crate::simulator::table::collection::Growth;
use crate::simulator::table::definition::Definition;
use crate::simulator::table::index::IndexChange;
use crate::simulator::table::store::Spot;
use crate::simulator::table::{Key, Table};
use crate::simulator::trace::{
    CapacityUnits, Effect, IndexWrite, ItemVisit, PartitionId, Recording, Way,
};
use crate::simulator::wire::capacity::{Consumption, consumed, write_units};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::text;

use super::{Call, ITEM_BYTES, Response, admission, index_key, key};

pub(super) use options::{
    Options, ReturnValues, check_shapes, check_value_shapes, metrics_error, options, update_options,
};

/// What is to be done to one item.
#[derive(Debug)]
pub(super) enum Action {
    /// An item that is not larger than [`ITEM_BYTES`].
    Put(Stored),
    /// A `Key` as it was given; without an update the item is only made sure of.
    Update {
        key: Item,
        update: Option<Update>,
    },
    Delete {
        key: Item,
    },
    /// Only the condition, for transactions.
    Check {
        key: Item,
    },
}

/// One write as it was asked for.
#[derive(Debug)]
pub(super) struct Intent {
    pub(super) action: Action,
    pub(super) condition: Option<Condition>,
    /// `ReturnValuesOnConditionCheckFailure` is `ALL_OLD`.
    pub(super) old_on_failure: bool,
}

impl Intent {
    /// Without a condition, as batches have them.
    pub(super) const fn unconditional(action: Action) -> Self {
        Self {
            action,
            condition: None,
            old_on_failure: false,
        }
    }
}

/// What the table's part of a write costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rate {
    Single,
    /// Twice: each item is prepared and committed. The indexes' part stays as it is (observed).
    Transaction,
}

impl Rate {
    pub(super) fn of(self, units: CapacityUnits) -> CapacityUnits {
        match self {
            Self::Single => units,
            Self::Transaction => units + units,
        }
    }
}

/// The item that a write is about, as it is stored now.
#[derive(Debug)]
pub(super) struct Found {
    address: Address,
    /// Where its address is, as long as no other write of the same commit has been carried out.
    spot: Spot,
    pub(super) old: Option<Stored>,
}

impl Found {
    /// The same for two writes of one table exactly where they mean the same item.
    pub(super) fn address(&self) -> &[u8] {
        self.address.bytes()
    }

    fn old_size(&self) -> Option<u64> {
        self.old.as_ref().map(Stored::size)
    }

    /// Where its address is now.
    fn spot_now(&self, table: &Table) -> Spot {
        table.items().spot_near(self.address.bytes(), self.spot)
    }
}

/// What becomes of the item.
#[derive(Debug)]
enum Outcome {
    Put(Stored),
    Remove,
    /// Nothing to do, and nothing to write down.
    Nothing,
}

/// A write that can be carried out.
#[derive(Debug)]
pub(super) struct Plan {
    found: Found,
    outcome: Outcome,
    effect: Effect,
    changes: Vec<IndexChange>,
    /// The partition of the item.
    pub(super) partition: PartitionId,
    /// Where the entries of indexes lie that it writes, and what that costs; in the order of the table's indexes.
    pub(super) index_writes: Vec<IndexWrite>,
    pub(super) consumption: Consumption,
}

/// Why there is no plan.
#[derive(Debug)]
pub(super) enum Refused {
    /// The request is wrong whatever is stored; only a transaction tells this from a misfit.
    Request(ServiceError),
    /// The write doesn't fit the table, or its item.
    Misfit(ServiceError),
    /// The condition does not hold for the item that is there.
    Condition(Box<Found>),
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        Self::Misfit(error)
    }
}

impl From<index_key::Refusal> for Refused {
    fn from(refusal: index_key::Refusal) -> Self {
        match refusal {
            index_key::Refusal::Empty(_) => Self::Request(refusal.into()),
            _ => Self::Misfit(refusal.into()),
        }
    }
}

/// The item that a write is about.
pub(super) fn find(table: &Table, action: &Action) -> Result<Found, Refused> {
    let address = match action {
        Action::Put(stored) => key::address_of(table, stored)?,
        Action::Update { key, .. } | Action::Delete { key } | Action::Check { key } => {
            key::address(table, key)?
        }
    };
    let spot = table.items().spot(address.bytes());
    let old = table.items().at(spot).cloned();
    Ok(Found { address, spot, old })
}

/// Work out what a write would do, and change nothing.
pub(super) fn plan(table: &Table, intent: &Intent, rate: Rate) -> Result<Plan, Refused> {
    let found = find(table, &intent.action)?;
    plan_found(table, found, intent, rate)
}

/// As [`plan`], of an item that [`find`] found.
pub(super) fn plan_found(
    table: &Table,
    found: Found,
    intent: &Intent,
    rate: Rate,
) -> Result<Plan, Refused> {
    check_index_keys(table, &intent.action)?;
    if let Action::Update {
        update: Some(update),
        ..
    } = &intent.action
        && matches!(rate, Rate::Single)
        && update.charge() > ITEM_BYTES
    {
        return Err(ServiceError::validation(text::UPDATED_ITEM_TOO_LARGE).into());
    }
    plan_fitting(table, found, intent, rate)
}

/// What the request alone tells of index keys comes before the condition (observed).
pub(super) fn check_index_keys(table: &Table, action: &Action) -> Result<(), Refused> {
    let definition = table.definition();
    match action {
        Action::Put(stored) => index_key::check_put(definition, stored)?,
        Action::Update {
            update: Some(update),
            ..
        } => index_key::check_update(definition, update)?,
        _ => {}
    }
    Ok(())
}

/// As [`plan_found`], where [`check_index_keys`] found nothing wrong.
pub(super) fn plan_fitting(
    table: &Table,
    found: Found,
    intent: &Intent,
    rate: Rate,
) -> Result<Plan, Refused> {
    if let Some(condition) = &intent.condition {
        let holds = match &found.old {
            Some(old) => condition.holds(old),
            None => condition.holds(&Item::new()),
        };
        if !holds {
            return Err(Refused::Condition(Box::new(found)));
        }
    }
    let (outcome, effect) = match (&intent.action, &found.old) {
        (Action::Put(stored), old) => (
            Outcome::Put(stored.clone()),
            old.as_ref().map_or(Effect::Created, |_| Effect::Replaced),
        ),
        (
            Action::Update {
                update: Some(update),
                ..
            },
            None,
        ) if update.only_takes_away() => (Outcome::Nothing, Effect::None),
        (Action::Update { update, .. }, old) => (
            Outcome::Put(updated(table, update.as_ref(), &found)?),
            old.as_ref().map_or(Effect::Created, |_| Effect::Updated),
        ),
        (Action::Delete { .. }, Some(_)) => (Outcome::Remove, Effect::Deleted),
        (Action::Delete { .. }, None) | (Action::Check { .. }, _) => {
            (Outcome::Nothing, Effect::None)
        }
    };
    let changes = match &outcome {
        Outcome::Put(new) => table.index_changes(&found.address, found.old.as_ref(), Some(new)),
        Outcome::Remove => table.index_changes(&found.address, found.old.as_ref(), None),
        Outcome::Nothing => Vec::new(),
    };
    let index_writes: Vec<IndexWrite> = changes
        .iter()
        .map(|change| index_write(table, change))
        .collect();
    let new_size = match &outcome {
        Outcome::Put(new) => Some(new.size()),
        Outcome::Remove | Outcome::Nothing => None,
    };
    check_collection(table, &found, new_size, &changes)?;
    let units = rate.of(write_units(found.old_size(), new_size));
    Ok(Plan {
        partition: table.items().around(found.spot).id(),
        consumption: Consumption::of_write(units, &index_writes),
        found,
        outcome,
        effect,
        changes,
        index_writes,
    })
}

/// Refuse what makes a collection grow beyond its limit, where it has one: shrinking is always possible.
fn check_collection(
    table: &Table,
    found: &Found,
    new_size: Option<u64>,
    changes: &[IndexChange],
) -> Answer<()> {
    let Some(bytes) = table.collection_bytes(&found.address) else {
        return Ok(());
    };
    let growth = Growth::of(table.definition(), found.old_size(), new_size, changes);
    let after = growth.from(bytes);
    // What a write that does nothing leaves is the item that is there.
    if new_size.is_some() && after > bytes && after > table.largest_collection() {
        return Err(ServiceError::collection_too_large());
    }
    Ok(())
}

/// The item as an update leaves it.
fn updated(table: &Table, update: Option<&Update>, found: &Found) -> Result<Stored, Refused> {
    let definition = table.definition();
    let from_key = || key_item(definition, &table.key_at(&found.address));
    let Some(update) = update else {
        return Ok(match &found.old {
            Some(old) => old.clone(),
            None => Stored::new(&from_key()),
        });
    };
    let before = match &found.old {
        Some(old) => old.item(),
        None => from_key(),
    };
    let after = update
        .apply(&before)
        .map_err(|error| ServiceError::validation(error.to_string()))?;
    index_key::check_updated(definition, &before, &after)?;
    let stored = Stored::new(&after);
    if stored.size() > ITEM_BYTES {
        return Err(ServiceError::validation(text::UPDATED_ITEM_TOO_LARGE).into());
    }
    Ok(stored)
}

/// The item that an update starts from when there is none: its key alone.
fn key_item(definition: &Definition, key: &Key) -> Item {
    let values = std::iter::once(&key.partition).chain(key.sort.as_ref());
    definition
        .key
        .attributes()
        .zip(values)
        .map(|(attribute, value)| (attribute.name.as_str().into(), value.to_value()))
        .collect()
}

/// What a change to an index's entry is in a trace, before it is carried out.
fn index_write(table: &Table, change: &IndexChange) -> IndexWrite {
    let (index, entries) = table
        .indexes()
        .nth(change.index)
        .expect("a change is of one of the table's indexes");
    let old = change
        .old
        .as_ref()
        .map(|(address, bytes)| (entries.home(address).id(), *bytes));
    let new = change
        .new
        .as_ref()
        .map(|(address, entry)| (entries.home(address).id(), entry.size()));
    let bytes = |place: Option<(PartitionId, u64)>| place.map(|(_, bytes)| bytes);
    let written = if old.is_some() && new.is_some() && !change.in_place() {
        write_units(bytes(old), None) + write_units(None, bytes(new))
    } else {
        write_units(bytes(old), bytes(new))
    };
    IndexWrite {
        index: index.name.clone(),
        global: index.is_global(),
        old,
        new,
        written,
    }
}

impl Found {
    /// What a write that its condition refuses costs, and where.
    pub(super) fn demand(&self, table: &Table, rate: Rate) -> Demand<'_> {
        Demand {
            index: None,
            partition: table.items().around(self.spot).id(),
            access: Access::Write,
            address: self.address(),
            units: rate.of(write_units(self.old_size(), None)).into(),
        }
    }
}

impl Plan {
    /// What it costs where another item of its transaction cancels it.
    pub(super) fn demand_if_cancelled(&self, table: &Table, rate: Rate) -> Demand<'_> {
        self.found.demand(table, rate)
    }

    /// What it needs of each partition, the table's first; local indexes spend the table's capacity, in the item's partition.
    pub(super) fn demands(&self) -> Vec<Demand<'_>> {
        let own = Demand {
            index: None,
            partition: self.partition,
            access: Access::Write,
            address: self.found.address(),
            units: self.consumption.of_own_capacity().into(),
        };
        let mut demands = vec![own];
        for (write, change) in self.index_writes.iter().zip(&self.changes) {
            if !write.global {
                continue;
            }
            let mut demand = |partition, address, units| {
                demands.push(Demand {
                    index: Some(&write.index),
                    partition,
                    access: Access::Write,
                    address,
                    units: CapacityUnits::into(units),
                });
            };
            let old = write.old.zip(change.old.as_ref());
            let new = write.new.zip(change.new.as_ref());
            match (old, new) {
                (Some(((from, old), (left, _))), Some(((to, new), (reached, _))))
                    if !change.in_place() =>
                {
                    demand(from, left.bytes(), write_units(Some(old), None));
                    demand(to, reached.bytes(), write_units(None, Some(new)));
                }
                (_, Some(((to, _), (reached, _)))) => demand(to, reached.bytes(), write.written),
                (Some(((from, _), (left, _))), None) => demand(from, left.bytes(), write.written),
                (None, None) => {}
            }
        }
        demands
    }

    /// What the journal has to take.
    fn change(&self, definition: &Definition) -> Option<Change> {
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
    pub(super) fn leave(&self, table: &Table, trace: &mut Recording, rate: Rate) {
        trace.written = rate.of(write_units(self.found.old_size(), None));
        look(trace, table, &self.found, None);
    }

    /// Carry it out, and write down in the trace what was done.
    fn apply(self, table: &mut Table, trace: &mut Recording, now: Timestamp) -> Applied {
        let Self {
            found,
            outcome,
            effect,
            changes,
            index_writes,
            consumption,
            ..
        } = self;
        let spot = found.spot_now(table);
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
pub(super) struct Applied {
    /// The item that was there.
    pub(super) old: Option<Stored>,
    /// The item that is there now, if the write put one.
    pub(super) new: Option<Stored>,
    pub(super) consumption: Consumption,
    /// Of a table with local indexes: what `ItemCollectionMetrics` says of the item's collection.
    pub(super) collection: Option<Value>,
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
pub(super) fn collections<'a>(
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
pub(super) fn commit<T: DerefMut<Target = Table>>(
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
        let one = plan.apply(table, &mut part, call.now);
        call.trace.written = call.trace.written + part.written;
        call.trace.parts.push(part.told());
        applied.push(one);
    }
    Ok(applied)
}

/// The whole of a write of one item: its table is locked, and the call's own trace says what was done.
pub(super) fn one(call: &mut Call<'_>, table: &str, intent: &Intent) -> Answer<Applied> {
    let handle = call.simulator.handle(table)?;
    let mut table = call.simulator.writing(&handle, table, call.now)?;
    let plan = match plan(&table, intent, Rate::Single) {
        Ok(plan) => plan,
        Err(Refused::Request(error) | Refused::Misfit(error)) => return Err(error),
        Err(Refused::Condition(found)) => {
            let demands = || [found.demand(&table, Rate::Single)];
            admission::admit_write(call.trace, &table, demands, call.now)?;
            return Err(condition_failed(
                call.trace,
                &table,
                &found,
                intent,
                Rate::Single,
            ));
        }
    };
    admission::admit_write(call.trace, &table, || plan.demands(), call.now)?;
    call.simulator
        .record(|| plan.change(table.definition()).into_iter().collect())?;
    Ok(plan.apply(&mut table, call.trace, call.now))
}

/// A table may have been deleted while the call waited for it.
pub(super) fn check_present(table: &Table) -> Answer<()> {
    if table.gone {
        return Err(ServiceError::not_found(text::NOT_FOUND));
    }
    Ok(())
}

/// A condition that fails costs what the write would have cost for the item that is there.
pub(super) fn condition_failed(
    trace: &mut Recording,
    table: &Table,
    found: &Found,
    intent: &Intent,
    rate: Rate,
) -> ServiceError {
    trace.written = rate.of(write_units(found.old_size(), None));
    look(trace, table, found, None);
    ServiceError::condition_failed(
        found
            .old
            .as_ref()
            .filter(|_| intent.old_on_failure)
            .map(Stored::to_json),
    )
}

/// Put what a write looked at into the trace: the key's way and the item that was there. A write that was carried out gives the rank
/// that its item had, or would have had, before.
fn look(trace: &mut Recording, table: &Table, found: &Found, rank_before: Option<u64>) {
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

/// The answer: attributes that were asked for, the capacity, and the size of the item's collection.
pub(super) fn reply(
    call: &mut Call<'_>,
    options: Options<'_>,
    applied: Applied,
    attributes: Option<Value>,
) -> Response {
    if attributes.is_some()
        && let Some(visit) = call.trace.visits.last_mut()
    {
        visit.returned = visit.examined;
        for item in &mut visit.items {
            item.returned = true;
        }
    }
    let mut response = Response::default();
    response.put("Attributes", attributes);
    response.put(
        "ConsumedCapacity",
        consumed(options.report, options.table, &applied.consumption),
    );
    response.put(
        "ItemCollectionMetrics",
        applied.collection.filter(|_| options.collection),
    );
    response
}
