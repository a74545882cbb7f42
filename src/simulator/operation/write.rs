//! What `PutItem`, `UpdateItem` and `DeleteItem` share: their members, and how a change is made.
//!
//! ```text
//!   lock table ─ key ─ condition ─ journal takes the change ─ apply ─ trace ─ unlock ─ reply
//! ```
//!
//! Invariant: nothing is applied that the journal has not taken, and the trace is taken under the same lock.

use std::sync::Arc;

use serde_json::Value;

use crate::simulator::expression::Condition;
use crate::simulator::item::Item;
use crate::simulator::journal::Change;
use crate::simulator::table::address::Address;
use crate::simulator::table::index::IndexChange;
use crate::simulator::table::{Key, Stored, Table};
use crate::simulator::trace::{Effect, IndexWrite, ItemVisit, PartitionId, Visit};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::{Consumption, Report, consumed, write_units};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{self, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::{Call, Response, expressions};

/// `ReturnValues`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReturnValues {
    None,
    AllOld,
    UpdatedOld,
    AllNew,
    UpdatedNew,
}

impl ReturnValues {
    /// Nothing for a word that the API doesn't have.
    fn named(name: Option<&str>) -> Option<Self> {
        Some(match name {
            None | Some("NONE") => Self::None,
            Some("ALL_OLD") => Self::AllOld,
            Some("UPDATED_OLD") => Self::UpdatedOld,
            Some("ALL_NEW") => Self::AllNew,
            Some("UPDATED_NEW") => Self::UpdatedNew,
            Some(_) => return None,
        })
    }
}

/// The members that all three writes have, read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options<'a> {
    pub(super) table: &'a str,
    pub(super) returned: ReturnValues,
    pub(super) report: Report,
    /// `ReturnValuesOnConditionCheckFailure` is `ALL_OLD`.
    pub(super) old_on_failure: bool,
}

/// The scalar members that all three writes have.
pub(super) const SCALARS: [(&str, Shape); 8] = [
    ("TableName", Shape::String),
    ("ReturnConsumedCapacity", Shape::String),
    ("ReturnValues", Shape::String),
    ("ReturnItemCollectionMetrics", Shape::String),
    ("ReturnValuesOnConditionCheckFailure", Shape::String),
    ("ConditionalOperator", Shape::String),
    ("ConditionExpression", Shape::String),
    ("UpdateExpression", Shape::String),
];

/// Check the members' types: `own` are the operation's, before the ones all writes have.
pub(super) fn check_shapes(members: &Members, own: &[(&str, Shape)]) -> Answer<()> {
    shape::check(members, own)?;
    shape::check(
        members,
        &[
            ("ExpressionAttributeNames", shape::NAMES),
            ("ExpressionAttributeValues", shape::ATTRIBUTES),
            ("Expected", shape::EXPECTED),
        ],
    )?;
    shape::check(members, &SCALARS)
}

/// An enum member outside its values.
fn enum_error(
    members: &Members,
    member: &str,
    path: &str,
    values: &[&str],
    shown: &str,
) -> Option<String> {
    string(members, member)
        .filter(|given| !values.contains(given))
        .map(|given| text::constraint(given, path, &text::one_of(shown)))
}

fn on_failure_error(members: &Members) -> Option<String> {
    enum_error(
        members,
        "ReturnValuesOnConditionCheckFailure",
        "returnValuesOnConditionCheckFailure",
        &["ALL_OLD", "NONE"],
        "ALL_OLD, NONE",
    )
}

fn metrics_error(members: &Members) -> Option<String> {
    enum_error(
        members,
        "ReturnItemCollectionMetrics",
        "returnItemCollectionMetrics",
        &["SIZE", "NONE"],
        "SIZE, NONE",
    )
}

/// The options of `PutItem` and `DeleteItem`, whose member errors come all together; `subject` is `Item` or `Key`.
pub(super) fn options<'a>(members: &'a Members, subject: &str) -> Answer<Options<'a>> {
    let name = string(members, "TableName");
    if let (Some(""), Some(error)) = (name, member::table_name_error(name)) {
        return Err(ServiceError::enveloped(error));
    }
    let mut errors: Vec<String> = member::table_name_error(name).into_iter().collect();
    if !member::given(members, subject) {
        errors.push(text::must_not_be_null(&subject.to_ascii_lowercase()));
    }
    let report = member::report(members);
    errors.extend(report.clone().err());
    let returned = ReturnValues::named(string(members, "ReturnValues"));
    if returned.is_none() {
        errors.push(text::RETURN_VALUES_ENUM.to_owned());
    }
    errors.extend(metrics_error(members));
    errors.extend(on_failure_error(members));
    let (Some(table), Ok(report), Some(returned), true) =
        (name, report, returned, errors.is_empty())
    else {
        let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
        return Err(ServiceError::validation(text::envelope(&shown)));
    };
    Ok(Options {
        table,
        returned,
        report,
        old_on_failure: string(members, "ReturnValuesOnConditionCheckFailure") == Some("ALL_OLD"),
    })
}

/// The options of `UpdateItem`, which reports one error where the others report all, some outside the envelope, and words a
/// request without its key differently (observed).
pub(super) fn update_options(members: &Members) -> Answer<Options<'_>> {
    let name = string(members, "TableName");
    let report = member::report(members);
    let returned_name = string(members, "ReturnValues");
    let returned = ReturnValues::named(returned_name);
    let returned_error = || {
        text::constraint(
            returned_name.unwrap_or_default(),
            "returnValues",
            &text::one_of("ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW"),
        )
    };
    let all = |errors: &[String]| {
        let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
        ServiceError::validation(text::envelope(&shown))
    };
    if !member::given(members, "Key") && name != Some("") {
        let mut errors: Vec<String> = report.err().into_iter().collect();
        if name.is_none() {
            errors.push(text::must_not_be_null("tableName"));
        }
        errors.extend(returned.is_none().then(returned_error));
        errors.extend(on_failure_error(members));
        errors.extend(metrics_error(members));
        errors.push(text::must_not_be_null("key"));
        return Err(all(&errors));
    }
    let Some(table) = name else {
        let mut errors = vec![text::must_not_be_null("tableName")];
        errors.extend(returned.is_none().then(returned_error));
        return Err(all(&errors));
    };
    let mut errors = Vec::new();
    if table.is_empty() {
        errors.extend(member::table_name_error(name));
    } else {
        if !member::has_name_pattern(table) {
            errors.push(text::constraint(table, "tableName", text::NAME_PATTERN));
        }
        if table.len() < 3 {
            errors.push(text::constraint(
                table,
                "tableName",
                &text::length_at_least(3),
            ));
        } else if table.len() > 255 {
            errors.push(text::constraint(
                table,
                "tableName",
                &text::length_at_most(255),
            ));
        }
    }
    if !errors.is_empty() {
        return Err(all(&errors));
    }
    let Some(returned) = returned else {
        return Err(ServiceError::enveloped(text::RETURN_VALUES_ENUM));
    };
    if let Some(error) = on_failure_error(members) {
        return Err(ServiceError::validation(error));
    }
    if let Some(error) = metrics_error(members) {
        return Err(ServiceError::enveloped(error));
    }
    Ok(Options {
        table,
        returned,
        report: report.map_err(ServiceError::validation)?,
        old_on_failure: string(members, "ReturnValuesOnConditionCheckFailure") == Some("ALL_OLD"),
    })
}

/// The shapes inside the values, which are read before anything is judged.
pub(super) fn check_value_shapes(members: &Members, subject: &str) -> Answer<()> {
    expressions::check_legacy_shapes(members)?;
    for name in [subject, "ExpressionAttributeValues"] {
        if let Some(map) = member::object(members, name) {
            Item::check_shape(map)
                .map_err(|error| ServiceError::serialization(error.to_string()))?;
        }
    }
    Ok(())
}

/// A table may have been deleted while the call waited for it.
pub(super) fn check_present(table: &Table) -> Answer<()> {
    if table.gone {
        return Err(ServiceError::not_found(text::NOT_FOUND));
    }
    Ok(())
}

/// Try the condition on what is stored. One that fails costs what the write would have cost for the item that is there.
pub(super) fn check_condition(
    call: &mut Call<'_>,
    table: &Table,
    key: &Key,
    address: &Address,
    existing: Option<&Arc<Stored>>,
    condition: Option<&Condition>,
    options: Options<'_>,
) -> Answer<()> {
    let Some(condition) = condition else {
        return Ok(());
    };
    let nothing = Item::new();
    if condition.holds(existing.map_or(&nothing, |existing| &existing.item)) {
        return Ok(());
    }
    let old_size = existing.map(|existing| existing.size());
    call.trace.written = write_units(old_size, None);
    let rank = table.items().home(address).rank(address.bytes());
    look(call, table, key, address, old_size, rank);
    Err(ServiceError::condition_failed(
        existing
            .filter(|_| options.old_on_failure)
            .map(|existing| existing.item.to_json()),
    ))
}

/// What becomes of the item at an address.
pub(super) enum Outcome {
    Put(Arc<Stored>),
    Remove,
    /// Nothing to do, and nothing to write down.
    Nothing,
}

/// What a change came to.
pub(super) struct Applied {
    /// The item that was there.
    pub(super) old: Option<Arc<Stored>>,
    pub(super) consumption: Consumption,
}

/// Record and apply a change, and fill in the trace.
pub(super) fn apply(
    call: &mut Call<'_>,
    table: &mut Table,
    key: &Key,
    address: &Address,
    outcome: Outcome,
    effect: Effect,
) -> Answer<Applied> {
    match &outcome {
        Outcome::Put(stored) => call.simulator.record(|| {
            vec![Change::PutItem {
                table: table.definition().name.clone(),
                key: address.bytes().to_vec(),
                item: stored.item.to_json(),
            }]
        })?,
        Outcome::Remove => call.simulator.record(|| {
            vec![Change::DeleteItem {
                table: table.definition().name.clone(),
                key: address.bytes().to_vec(),
            }]
        })?,
        Outcome::Nothing => {}
    }
    let first_rank = table.items().home(address).rank(address.bytes());
    let new = match &outcome {
        Outcome::Put(stored) => Some(stored.size()),
        _ => None,
    };
    let stored = match outcome {
        Outcome::Put(stored) => Some(stored),
        Outcome::Remove | Outcome::Nothing => None,
    };
    let changes = table.index_changes(key, table.get(address), stored.as_ref());
    call.trace.index_writes = changes
        .iter()
        .map(|change| index_write(table, change))
        .collect();
    let old = table.apply(address, stored, changes);
    let old_size = old.as_ref().map(|old| old.size());
    let consumption = Consumption::of_write(write_units(old_size, new), &call.trace.index_writes);
    call.trace.written = consumption.total();
    call.trace.effect = effect;
    call.trace.stored = new;
    look(call, table, key, address, old_size, first_rank);
    Ok(Applied { old, consumption })
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

/// Put what a write looked at into the trace: the key's way and the item that was there.
pub(super) fn look(
    call: &mut Call<'_>,
    table: &Table,
    key: &Key,
    address: &Address,
    old_size: Option<u64>,
    first_rank: u64,
) {
    let home = table.items().home(address);
    let shown = old_size.map(|bytes| ItemVisit {
        key: key.person(),
        bytes,
        returned: false,
    });
    call.trace.partitions = table.items().states();
    call.trace.key = Some(table.key_trace(key, address));
    call.trace.visits.push(Visit {
        partition: home.id(),
        examined: u64::from(shown.is_some()),
        returned: 0,
        bytes: old_size.unwrap_or(0),
        first_rank,
        partition_items: home.items(),
        first_key: shown.as_ref().map(|shown| shown.key.clone()),
        last_key: shown.as_ref().map(|shown| shown.key.clone()),
        items: shown.into_iter().collect(),
    });
}

/// The answer: attributes that were asked for, and the capacity.
pub(super) fn reply(
    call: &mut Call<'_>,
    options: Options<'_>,
    consumption: &Consumption,
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
        consumed(options.report, options.table, consumption),
    );
    response
}
