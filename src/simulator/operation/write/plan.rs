//! What a write would do, worked out against a locked table; nothing is changed.
//!
//! Invariant: a plan is of a write that fits: it can be carried out as long as the table stays locked.

use crate::simulator::capacity::{Access, Demand};
use crate::simulator::expression::{Path, Update};
use crate::simulator::item::{Item, Stored};
use crate::simulator::table::collection::Growth;
use crate::simulator::table::definition::Definition;
use crate::simulator::table::index::IndexChange;
use crate::simulator::table::{Key, Table};
use crate::simulator::trace::{CapacityUnits, Effect, IndexWrite, PartitionId};
use crate::simulator::wire::capacity::{Consumption, write_units};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::text;

use super::super::{ITEM_BYTES, index_key, key};
use super::{Action, Found, Intent, Rate, Refused};

/// What becomes of the item.
#[derive(Debug)]
pub(super) enum Outcome {
    Put(Stored),
    Remove,
    /// Nothing to do, and nothing to write down.
    Nothing,
}

/// A write that can be carried out.
#[derive(Debug)]
pub(in super::super) struct Plan {
    pub(super) found: Found,
    pub(super) outcome: Outcome,
    pub(super) effect: Effect,
    pub(super) changes: Vec<IndexChange>,
    /// The partition of the item.
    pub(in super::super) partition: PartitionId,
    /// Where the entries of indexes lie that it writes, and what that costs; in the order of the table's indexes.
    pub(in super::super) index_writes: Vec<IndexWrite>,
    pub(in super::super) consumption: Consumption,
}

/// The item that a write is about.
pub(in super::super) fn find(table: &Table, action: &Action) -> Result<Found, Refused> {
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
pub(in super::super) fn plan(table: &Table, intent: &Intent, rate: Rate) -> Result<Plan, Refused> {
    let found = find(table, &intent.action)?;
    plan_found(table, found, intent, rate)
}

/// As [`plan`], of an item that [`find`] found.
pub(in super::super) fn plan_found(
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
pub(in super::super) fn check_index_keys(table: &Table, action: &Action) -> Result<(), Refused> {
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
pub(in super::super) fn plan_fitting(
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
    // Of an item that is there only what the update names is taken apart.
    let before = match &found.old {
        Some(old) => old.some(update.paths().into_iter().map(Path::name)),
        None => from_key(),
    };
    let after = update
        .apply(&before)
        .map_err(|error| ServiceError::validation(error.to_string()))?;
    index_key::check_updated(definition, &before, &after)?;
    let stored = match &found.old {
        Some(old) => old.with(&before, &after),
        None => Stored::new(&after),
    };
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

impl Plan {
    /// What it costs where another item of its transaction cancels it.
    pub(in super::super) fn demand_if_cancelled(&self, table: &Table, rate: Rate) -> Demand<'_> {
        self.found.demand(table, rate)
    }

    /// What it needs of each partition, the table's first; local indexes spend the table's capacity, in the item's partition.
    pub(in super::super) fn demands(&self) -> Vec<Demand<'_>> {
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
}
