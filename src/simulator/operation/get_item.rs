//! `GetItem`: one item by its whole primary key.

use crate::simulator::item::{Item, Stored};
use crate::simulator::table::address::Address;
use crate::simulator::table::store::Store;
use crate::simulator::table::{Key, Table};
use crate::simulator::trace::{ItemVisit, Trace, Visit};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::{Consumption, Report, consumed, read_units};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{self, flag, list, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::{Call, Response, admission, index_key, key, write};

const SHAPES: &[(&str, Shape)] = &[
    ("Key", shape::ATTRIBUTES),
    ("ExpressionAttributeNames", shape::NAMES),
    ("AttributesToGet", Shape::List(&Shape::String)),
    ("TableName", Shape::String),
    ("ReturnConsumedCapacity", Shape::String),
    ("ProjectionExpression", Shape::String),
    ("ConsistentRead", Shape::Boolean),
];

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    if let Some(key) = member::object(members, "Key") {
        Item::check_shape(key).map_err(|error| ServiceError::serialization(error.to_string()))?;
    }
    let (name, report) = options(members)?;
    call.trace.table = name.into();
    let given = expressions::attributes(members, "Key", Style::Read)?;
    expressions::refuse_empty_names(members, &["Key"], Style::Read)?;
    let mut parameters = expressions::parameters(
        members,
        &["AttributesToGet"],
        &["ProjectionExpression"],
        Style::Read,
    )?;
    let legacy = expressions::attributes_to_get(members)?;
    let projection = parameters.projection(members)?.or(legacy);
    parameters.all_used()?;

    let handle = call.simulator.active(name, call.now)?;
    let table = handle.read();
    write::check_present(&table)?;
    let key = key::of_key(table.definition(), &given)?;
    if let Some(projection) = &projection {
        index_key::check_scalars(table.definition(), projection.paths())?;
    }
    let address = table.address(&key);
    admission::admit_read(call.trace, &table, None, address.bytes(), call.now)?;
    let consistent = flag(members, "ConsistentRead") == Some(true);
    let seen = table.seen(None, consistent, call.now);
    let seen = seen.expect("a table always has items");
    let found = read_from(call.trace, &table, &seen, &key, &address);
    let bytes = found.map_or(0, Stored::size);
    // Charged for the whole item, whatever the projection leaves of it.
    call.trace.read = read_units(bytes, consistent);
    admission::charge_read(&table, None, &call.trace.visits, call.trace.read, call.now);

    let mut response = Response::default();
    if let Some(found) = found {
        match &projection {
            Some(projection) => response.put_item("Item", &projection.apply(&found.item())),
            None => response.put_text("Item", found.text()),
        }
    }
    response.put(
        "ConsumedCapacity",
        consumed(report, name, &Consumption::of_table(call.trace.read)),
    );
    Ok(response)
}

/// Look one item up as it is now, and write down in the trace what that took.
pub(super) fn read<'t>(
    trace: &mut Trace,
    table: &'t Table,
    key: &Key,
    address: &Address,
) -> Option<&'t Stored> {
    read_from(trace, table, table.items(), key, address)
}

/// The same in a table's items as a reader sees them.
pub(super) fn read_from<'i>(
    trace: &mut Trace,
    table: &Table,
    items: &'i Store,
    key: &Key,
    address: &Address,
) -> Option<&'i Stored> {
    let spot = items.spot(address.bytes());
    let home = items.around(spot);
    let found = items.at(spot);
    let bytes = found.map_or(0, Stored::size);
    let shown = found.map(|_| table.visited_key(address));
    trace.visits.push(Visit {
        partition: home.id(),
        examined: u64::from(found.is_some()),
        returned: u64::from(found.is_some()),
        bytes,
        first_rank: items.rank(spot),
        partition_items: home.items(),
        items: shown
            .map(|key| ItemVisit {
                key,
                bytes,
                returned: true,
            })
            .into_iter()
            .collect(),
        hits: Vec::new(),
    });
    trace.key = Some(table.key_trace(key, address, home.id()));
    trace.partitions = table.items().states();
    found
}

/// The table's name and the capacity report, with `GetItem`'s member errors: the key's before the name's.
fn options<'m>(members: &'m Members<'_>) -> Answer<(&'m str, Report)> {
    let name = string(members, "TableName");
    let name_error = member::table_name_error(name);
    if let (Some(""), Some(error)) = (name, &name_error) {
        return Err(ServiceError::enveloped(error));
    }
    let mut errors = Vec::new();
    if !member::given(members, "Key") {
        errors.push(text::must_not_be_null("key"));
    }
    errors.extend(name_error);
    let report = member::report(members);
    errors.extend(report.clone().err());
    if list(members, "AttributesToGet").is_some_and(<[_]>::is_empty) {
        errors.push(text::constraint(
            "[]",
            "attributesToGet",
            &text::length_at_least(1),
        ));
    }
    match (name, report) {
        (Some(name), Ok(report)) if errors.is_empty() => Ok((name, report)),
        _ => {
            let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
            Err(ServiceError::validation(text::envelope(&shown)))
        }
    }
}
