//! `BatchWriteItem`: up to 25 puts and deletions in any tables, without conditions.
//!
//! ```text
//!   members ─ names ─ one request in each entry, its values, its size ─ tables are there
//!   each key against its table, none twice ─ commit
//! ```
//!
//! Each of the writes stands alone: those whose partition is throttled come back as `UnprocessedItems`, and if all are, the answer is
//! the throttling (API reference). What is carried out, the journal takes in one record while the batch holds its tables. That is
//! more than AWS promises, so whoever relies on AWS's promise can rely on it here. The texts and the order of most checks were seen on AWS in
//! October 2026 (by way of the tests of nubo-db/dynoxide). The limit of 16 MB can't be reached: 25 items have 10 MB at most.
//!
//! Invariant: nothing is written of a request that is refused.

use std::collections::HashSet;
use std::ops::Deref;

use serde_json::{Map, Value, json};

use crate::simulator::item::{Attributes, Item, Name, Stored};
use crate::simulator::json::{Json, Object};
use crate::simulator::table::Table;
use crate::simulator::table::definition::Definition;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::{Consumption, Report, consumed};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::java::{self, Shown, Structure};
use crate::simulator::wire::member::{self, given, object, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::batch_get_item::is_table_name;
use super::expressions::{self, Style};
use super::transaction::Tables;
use super::write::{self, Action, Intent, Plan, Rate, Refused};
use super::{Call, ITEM_BYTES, Response, admission, key};

const SHAPES: &[(&str, Shape)] = &[
    (
        "RequestItems",
        Shape::Map(&Shape::List(&Shape::Structure {
            class: "WriteRequest",
            members: &[
                (
                    "DeleteRequest",
                    Shape::Structure {
                        class: "DeleteRequest",
                        members: &[("Key", shape::ATTRIBUTES)],
                    },
                ),
                (
                    "PutRequest",
                    Shape::Structure {
                        class: "PutRequest",
                        members: &[("Item", shape::ATTRIBUTES)],
                    },
                ),
            ],
        })),
    ),
    ("ReturnConsumedCapacity", Shape::String),
    ("ReturnItemCollectionMetrics", Shape::String),
];

/// How an entry is shown in a message, as observed.
const SHOWN: Structure = Structure {
    class: "WriteRequest",
    fields: &[
        (
            "putRequest",
            "PutRequest",
            Shown::Structure(&Structure {
                class: "PutRequest",
                fields: &[
                    ("item", "Item", Shown::Attributes),
                    ("workloadProfileName", "", Shown::Text),
                ],
            }),
        ),
        (
            "deleteRequest",
            "DeleteRequest",
            Shown::Structure(&Structure {
                class: "DeleteRequest",
                fields: &[
                    ("key", "Key", Shown::Attributes),
                    ("workloadProfileName", "", Shown::Text),
                ],
            }),
        ),
    ],
};

/// Writes of one request (API reference).
const MOST_WRITES: usize = 25;

/// The two kinds of write: their member, and the member in it, with the words of messages.
const KINDS: [(&str, &str, &str); 2] = [
    ("DeleteRequest", "Key", "deleteRequest.key"),
    ("PutRequest", "Item", "putRequest.item"),
];

/// One write, and the table it goes to.
struct Write<'a> {
    table: &'a str,
    /// As it was sent.
    entry: &'a Members<'a>,
    intent: Intent,
}

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let tables = object(members, "RequestItems");
    let nothing = Object::default();
    let entries: Vec<(&str, &Members)> = tables
        .into_iter()
        .flatten()
        .flat_map(|(table, list)| {
            let list = list.as_array().unwrap_or_default();
            list.iter().map(move |one| (table, one))
        })
        .map(|(table, one)| (table, one.as_object().unwrap_or(&nothing)))
        .collect();
    for (_, entry) in &entries {
        for (kind, member, _) in KINDS {
            if let Some(map) = object(entry, kind).and_then(|one| object(one, member)) {
                Item::check_shape(map)
                    .map_err(|error| ServiceError::serialization(error.to_string()))?;
            }
        }
    }
    let report = check_members(members, tables)?;
    let writes = parse(&entries)?;

    let tables = Tables::find(call, writes.iter().map(|write| write.table))?;
    call.trace.table = tables.only().unwrap_or_default().into();
    let mut locked = tables.lock(|handle| handle.write())?;
    let mut seen = HashSet::new();
    let mut found = Vec::with_capacity(writes.len());
    for write in &writes {
        let place = tables.place(write.table);
        let table = &locked[place];
        check_key(table.definition(), &write.intent.action)?;
        let one = write::find(table, &write.intent.action).map_err(refusal)?;
        if !seen.insert((place, one.address().to_vec())) {
            return Err(ServiceError::validation(text::DUPLICATE_KEYS));
        }
        found.push((place, one));
    }
    let mut plans = Vec::with_capacity(writes.len());
    for (write, (place, found)) in writes.iter().zip(found) {
        let plan = write::plan_found(&locked[place], found, &write.intent, Rate::Single);
        plans.push((place, plan.map_err(refusal)?));
    }
    let admitted = admit(call, &locked, &writes, plans)?;
    let applied = write::commit(call, &mut locked, admitted.plans)?;
    drop(locked);

    let mut response = Response::one("UnprocessedItems", Value::Object(admitted.unprocessed));
    if string(members, "ReturnItemCollectionMetrics") == Some("SIZE") {
        let tables = admitted.writes.iter().map(|write| write.table);
        let collections = write::collections(tables.zip(&applied));
        response.put("ItemCollectionMetrics", collections);
    }
    let mut consumption: Vec<(&str, Consumption)> = Vec::new();
    for (write, applied) in admitted.writes.into_iter().zip(applied) {
        match consumption
            .iter_mut()
            .find(|(name, _)| *name == write.table)
        {
            Some((_, sum)) => *sum = std::mem::take(sum).and(applied.consumption),
            None => consumption.push((write.table, applied.consumption)),
        }
    }
    if report != Report::None {
        let capacity: Vec<_> = consumption
            .iter()
            .filter_map(|(table, sum)| consumed(report, table, sum))
            .collect();
        response.put("ConsumedCapacity", Some(capacity));
    }
    Ok(response)
}

/// Writes that have their capacity, each with its plan at the same place, and the others as `UnprocessedItems`.
#[derive(Default)]
struct Admitted<'w> {
    writes: Vec<&'w Write<'w>>,
    plans: Vec<(usize, Plan)>,
    unprocessed: Map<String, Value>,
}

/// Take the capacity that the writes need.
fn admit<'w, T: Deref<Target = Table>>(
    call: &mut Call<'_>,
    tables: &[T],
    writes: &'w [Write<'w>],
    plans: Vec<(usize, Plan)>,
) -> Answer<Admitted<'w>> {
    let mut admitted = Admitted::default();
    let mut first = None;
    for (write, (place, plan)) in writes.iter().zip(plans) {
        let demands = || plan.demands();
        match admission::admit_write(call.trace, &tables[place], demands, call.now) {
            Ok(()) => {
                admitted.writes.push(write);
                admitted.plans.push((place, plan));
            }
            Err(throttled) => {
                first.get_or_insert(throttled);
                let left = &mut admitted.unprocessed;
                let left = left.entry(write.table).or_insert_with(|| json!([]));
                if let Value::Array(left) = left {
                    left.push(write.entry.to_value());
                }
            }
        }
    }
    match first {
        Some(throttled) if admitted.plans.is_empty() => Err(throttled),
        _ => Ok(admitted),
    }
}

/// A batch has no conditions, so whatever refuses one of its writes refuses the request.
fn refusal(refused: Refused) -> ServiceError {
    match refused {
        Refused::Request(error) | Refused::Misfit(error) => error,
        Refused::Condition(_) => ServiceError::condition_failed(None),
    }
}

/// The request's members: an empty map alone, then everything but the names of tables together, then those.
fn check_members(members: &Members, tables: Option<&Members>) -> Answer<Report> {
    let report = member::report(members);
    let mut errors = Vec::new();
    match tables {
        None => errors.push(text::must_not_be_null("requestItems")),
        Some(tables) if tables.is_empty() => {
            return Err(ServiceError::validation(text::REQUEST_ITEMS_REQUIRED));
        }
        Some(tables) => {
            let lengths = || {
                let lists = tables.values();
                lists.map(|list| list.as_array().map_or(0, <[_]>::len))
            };
            if lengths().sum::<usize>() > MOST_WRITES || lengths().any(|length| length == 0) {
                errors.push(echoed(tables, text::MAP_VALUES));
            }
            for (table, list) in tables {
                let list = list.as_array().unwrap_or_default();
                errors.extend(missing(table, list));
            }
        }
    }
    errors.extend(report.clone().err());
    errors.extend(write::metrics_error(members));
    let Ok(report) = report else {
        return Err(all(&errors));
    };
    if !errors.is_empty() {
        return Err(all(&errors));
    }
    match tables {
        Some(tables) if !tables.keys().all(is_table_name) => {
            Err(all(&[echoed(tables, text::MAP_KEYS)]))
        }
        _ => Ok(report),
    }
}

fn all(errors: &[String]) -> ServiceError {
    let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
    ServiceError::validation(text::envelope(&shown))
}

fn echoed(tables: &Members, constraint: &str) -> String {
    text::constraint(
        &java::map_of_lists(tables, &SHOWN),
        "requestItems",
        constraint,
    )
}

/// Entries whose request lacks its item or key.
fn missing(table: &str, list: &[Json<'_>]) -> Vec<String> {
    let mut errors = Vec::new();
    for (at, entry) in list.iter().enumerate() {
        for (kind, member, shown) in KINDS {
            let request = entry.get(kind).and_then(Json::as_object);
            if request.is_some_and(|request| !given(request, member)) {
                errors.push(text::must_not_be_null(&format!(
                    "requestItems.{table}.member.{}.member.{shown}",
                    at + 1
                )));
            }
        }
    }
    errors
}

/// The writes, checked as far as they can be without their tables.
fn parse<'a>(entries: &[(&'a str, &'a Members<'a>)]) -> Answer<Vec<Write<'a>>> {
    for (_, entry) in entries {
        for (kind, member, _) in KINDS {
            if let Some(request) = object(entry, kind) {
                expressions::refuse_empty_names(request, &[member], Style::Older)?;
            }
        }
    }
    entries
        .iter()
        .map(|&(table, entry)| {
            let action = match (object(entry, "PutRequest"), object(entry, "DeleteRequest")) {
                (Some(put), None) => {
                    let item = expressions::attributes(put, "Item", Style::Older)?;
                    let stored = Stored::new(&item);
                    if stored.size() > ITEM_BYTES {
                        return Err(ServiceError::validation(text::ITEM_TOO_LARGE));
                    }
                    Action::Put(stored)
                }
                (None, Some(delete)) => Action::Delete {
                    key: expressions::attributes(delete, "Key", Style::Older)?,
                },
                _ => return Err(ServiceError::validation(text::NOT_ONE_REQUEST)),
            };
            Ok(Write {
                table,
                entry,
                intent: Intent::unconditional(action),
            })
        })
        .collect()
}

/// A key that is missing in an item or of another type is worded as one that was given for itself (observed).
fn check_key(definition: &Definition, action: &Action) -> Answer<()> {
    let Action::Put(stored) = action else {
        return Ok(());
    };
    let fits = definition.key.attributes().all(|attribute| {
        let value = stored.attribute(&Name::new(&attribute.name));
        value.is_some_and(|value| key::typed(attribute, &value).is_some())
    });
    if fits {
        return Ok(());
    }
    Err(ServiceError::validation(text::KEY_MISMATCH))
}

#[cfg(test)]
mod tests;
