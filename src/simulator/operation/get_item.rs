//! `GetItem`: one item by its whole primary key.

use crate::simulator::expression::Projection;
use crate::simulator::item::{Item, Stored};
use crate::simulator::table::Table;
use crate::simulator::table::address::Address;
use crate::simulator::table::store::Store;
use crate::simulator::trace::{ItemVisit, Recording};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::{Consumption, Report, consumed, read_units};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{self, flag, list, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::{Call, Response, admission, given_back, index_key, key};

const SHAPES: &[(&str, Shape)] = &[
    ("Key", shape::ATTRIBUTES),
    ("ExpressionAttributeNames", shape::NAMES),
    ("AttributesToGet", Shape::List(&Shape::String)),
    ("TableName", Shape::String),
    ("ReturnConsumedCapacity", Shape::String),
    ("ProjectionExpression", Shape::String),
    ("ConsistentRead", Shape::Boolean),
];

/// What is to be read of the item.
struct Asked<'m> {
    table: &'m str,
    projection: Option<Projection>,
    consistent: bool,
    report: Report,
}

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    let mut given = key::Given::default();
    // A plain request with a right key, as most are, has nothing in which to look for faults.
    if let Some(plain) = member::plain(members, "Key")
        && given.read_right(plain.subject).is_some()
    {
        call.trace.table.assign(plain.table);
        let asked = Asked {
            table: plain.table,
            projection: None,
            consistent: plain.consistent,
            report: plain.report,
        };
        return get(call, &given, &asked);
    }
    shape::check(members, SHAPES)?;
    if let Some(key) = member::object(members, "Key") {
        Item::check_shape(key).map_err(|error| ServiceError::serialization(error.to_string()))?;
    }
    let (name, report) = options(members)?;
    call.trace.table.assign(name);
    given.read(members, Style::Read)?;
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
    let asked = Asked {
        table: name,
        projection,
        consistent: flag(members, "ConsistentRead") == Some(true),
        report,
    };
    get(call, &given, &asked)
}

/// Look it up, and answer.
fn get(call: &mut Call<'_>, given: &key::Given<'_>, asked: &Asked<'_>) -> Answer<Response> {
    let name = asked.table;
    let handle = call.simulator.handle(name)?;
    let table = call.simulator.reading(&handle, name, call.now)?;
    let (partition, sort) = given.fitting(table.definition())?;
    if let Some(projection) = &asked.projection {
        index_key::check_scalars(table.definition(), projection.paths())?;
    }
    let address = Address::new(table.items().hash(), partition, sort);
    admission::admit_read(call.trace, &table, None, address.bytes(), call.now)?;
    let seen = table.seen(None, asked.consistent, call.now);
    let seen = seen.expect("a table always has items");
    let found = read_from(call.trace, &table, &seen, &address);
    let bytes = found.map_or(0, Stored::size);
    // Charged for the whole item, whatever the projection leaves of it.
    call.trace.read = read_units(bytes, asked.consistent);
    admission::charge_read(&table, None, &call.trace.visits, call.trace.read, call.now);

    let mut response = Response::default();
    if let Some(found) = found {
        response.put_text("Item", &given_back(found, asked.projection.as_ref()));
    }
    response.put(
        "ConsumedCapacity",
        consumed(asked.report, name, &Consumption::of_table(call.trace.read)),
    );
    Ok(response)
}

/// Look one item up as it is now, and write down in the trace what that took.
pub(super) fn read<'t>(
    trace: &mut Recording,
    table: &'t Table,
    address: &Address,
) -> Option<&'t Stored> {
    read_from(trace, table, table.items(), address)
}

/// The same in a table's items as a reader sees them.
pub(super) fn read_from<'i>(
    trace: &mut Recording,
    table: &Table,
    items: &'i Store,
    address: &Address,
) -> Option<&'i Stored> {
    let spot = items.spot(address.bytes());
    let home = items.around(spot);
    let found = items.at(spot);
    if let Some(found) = found {
        found.fetch();
    }
    let shown = found.map(|stored| ItemVisit {
        key: table.visited_key(address),
        bytes: stored.size(),
        returned: true,
    });
    trace.visit_one(home.state(), items.rank(spot), shown);
    trace.way = Some(table.way(address, home.id()));
    table.items().tell_states(&mut trace.partitions);
    found
}

/// The table's name and the capacity report, with `GetItem`'s member errors: the key's before the name's.
fn options<'m>(members: &'m Members<'_>) -> Answer<(&'m str, Report)> {
    let name = string(members, "TableName");
    let name_error = member::table_name_error(name);
    if let (Some(""), Some(error)) = (name, &name_error) {
        return Err(ServiceError::enveloped(error));
    }
    let report = member::report(members);
    let has_key = member::given(members, "Key");
    let asks_for_none = list(members, "AttributesToGet").is_some_and(<[_]>::is_empty);
    match (name, name_error, report) {
        (Some(name), None, Ok(report)) if has_key && !asks_for_none => Ok((name, report)),
        (_, name_error, report) => {
            let key_error = (!has_key).then(|| text::must_not_be_null("key"));
            let list_error = asks_for_none
                .then(|| text::constraint("[]", "attributesToGet", &text::length_at_least(1)));
            let errors = [key_error, name_error, report.err(), list_error];
            let shown: Vec<&str> = errors.iter().flatten().map(String::as_str).collect();
            Err(ServiceError::validation(text::envelope(&shown)))
        }
    }
}
