//! `TransactGetItems`: up to 100 items of any tables as they all were at one moment.
//!
//! Every wrong key is a reason to cancel, also an empty one, which refuses a whole `TransactWriteItems` (observed).
//!
//! Invariant: all tables are held until the last item is read, so no write falls between two reads.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::simulator::expression::Projection;
use crate::simulator::item::{Item, Stored};
use crate::simulator::json::Json;
use crate::simulator::table::Table;
use crate::simulator::table::address::Address;
use crate::simulator::trace::{CapacityUnits, Recording};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::{
    Axis, Consumption, Report, consumed_in_transaction, read_units,
};
use crate::simulator::wire::error::{Answer, Reason, ServiceError};
use crate::simulator::wire::java::{Shown, Structure};
use crate::simulator::wire::member::{self, given, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::transaction::{self, MAX_BYTES, Tables};
use super::write::Rate;
use super::{Call, NO_ATTRIBUTES, Response, admission, get_item, given_back, key, write_within};

const SHAPES: &[(&str, Shape)] = &[
    (
        "TransactItems",
        Shape::List(&Shape::Structure {
            class: "TransactGetItem",
            members: &[(
                "Get",
                Shape::Structure {
                    class: "Get",
                    members: &[
                        ("Key", shape::ATTRIBUTES),
                        ("TableName", Shape::String),
                        ("ProjectionExpression", Shape::String),
                        ("ExpressionAttributeNames", shape::NAMES),
                    ],
                },
            )],
        }),
    ),
    ("ReturnConsumedCapacity", Shape::String),
];

/// How an element of the list is shown, as observed.
const SHOWN: Structure = Structure {
    class: "TransactGetItem",
    fields: &[(
        "get",
        "Get",
        Shown::Structure(&Structure {
            class: "Get",
            fields: &[
                ("key", "Key", Shown::Attributes),
                ("tableName", "TableName", Shown::Text),
                ("projectionExpression", "ProjectionExpression", Shown::Text),
                (
                    "expressionAttributeNames",
                    "ExpressionAttributeNames",
                    Shown::Texts,
                ),
                ("workloadProfileName", "", Shown::Text),
            ],
        }),
    )],
};

const REQUIRED: [(&str, &str); 2] = [("Key", "key"), ("TableName", "tableName")];

/// One `Get`, read as far as it can be without its table.
struct Get<'a> {
    table: &'a str,
    key: Item,
    projection: Option<Projection>,
}

/// What one `Get` found.
struct Read {
    stored: Option<Stored>,
    units: CapacityUnits,
}

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let items = transaction::items(members, &SHOWN)?.unwrap_or_default();
    for key in items
        .iter()
        .filter_map(|item| item.get("Get")?.get("Key")?.as_object())
    {
        Item::check_shape(key).map_err(|error| ServiceError::serialization(error.to_string()))?;
    }
    let report = check_members(members, items)?;
    let gets = parse(items)?;

    let tables = Tables::find(call, gets.iter().map(|get| get.table))?;
    call.trace.table = tables.only().unwrap_or_default().into();
    let locked = tables.lock(|handle| handle.read())?;
    let places: Vec<usize> = gets.iter().map(|get| tables.place(get.table)).collect();
    let addresses = find(&gets, &places, &locked)?;
    let mut reasons = Vec::with_capacity(addresses.len());
    for (address, place) in addresses.iter().zip(&places) {
        let admitted =
            admission::admit_read(call.trace, &locked[*place], None, address.bytes(), call.now);
        reasons.push(match admitted {
            Ok(()) => Reason::none(),
            Err(throttled) => Reason::from_error(&throttled),
        });
    }
    transaction::check(reasons)?;
    let mut reads = Vec::with_capacity(addresses.len());
    for (address, place) in addresses.iter().zip(&places) {
        let table = &locked[*place];
        let mut part = Recording::new(&call.trace.operation);
        part.table = table.definition().name.as_str().into();
        let stored = get_item::read(&mut part, table, address);
        // Charged for the whole item, whatever the projection leaves of it, and twice: for an item that isn't there too.
        let bytes = stored.map_or(0, Stored::size);
        part.read = Rate::Transaction.of(read_units(bytes, true));
        admission::charge_read(table, None, &part.visits, part.read, call.now);
        reads.push(Read {
            stored: stored.cloned(),
            units: part.read,
        });
        call.trace.read = call.trace.read + part.read;
        call.trace.parts.push(part.told());
    }
    drop(locked);
    let bytes: u64 = reads
        .iter()
        .filter_map(|read| read.stored.as_ref())
        .map(Stored::size)
        .sum();
    if bytes > MAX_BYTES {
        return Err(ServiceError::validation(text::TRANSACTION_READ_TOO_LARGE));
    }
    Ok(reply(report, &gets, &reads))
}

/// The members' constraints: an item without its `Get` first, together with the request's own.
fn check_members(members: &Members, items: &[Json<'_>]) -> Answer<Report> {
    let mut errors = Vec::new();
    if !given(members, "TransactItems") {
        errors.push(text::must_not_be_null("transactItems"));
    }
    for (place, item) in items.iter().enumerate() {
        match item.get("Get").and_then(Json::as_object) {
            Some(get) => errors.extend(transaction::missing(place, "get", get, &REQUIRED)),
            None => errors.push(text::must_not_be_null(&format!(
                "transactItems.{}.member.get",
                place + 1
            ))),
        }
    }
    let report = member::report(members);
    errors.extend(report.clone().err());
    transaction::all(&errors)?;
    report.map_err(ServiceError::enveloped)
}

fn table_of<'m>(get: &'m Members<'_>) -> &'m str {
    string(get, "TableName").unwrap_or_default()
}

/// The Gets: each check is made for all of them before the next is made for any.
fn parse<'m>(items: &'m [Json<'_>]) -> Answer<Vec<Get<'m>>> {
    let gets: Vec<&Members> = items
        .iter()
        .filter_map(|item| item.get("Get")?.as_object())
        .collect();
    let errors: Vec<String> = gets
        .iter()
        .enumerate()
        .flat_map(|(place, get)| {
            let path = transaction::path(place, "get", "tableName");
            transaction::table_name_errors(table_of(get), &path)
        })
        .collect();
    transaction::all(&errors)?;
    for get in &gets {
        expressions::refuse_empty_names(get, &["Key"], Style::Older)?;
    }
    let keys = gets
        .iter()
        .map(|get| expressions::attributes(get, "Key", Style::Older))
        .collect::<Answer<Vec<_>>>()?;
    gets.iter()
        .zip(keys)
        .map(|(get, key)| {
            let mut parameters = expressions::older_parameters(get)?;
            let projection = parameters.projection(get)?;
            // Names without a projection are left alone, as a write's are (observed by ExtendDB).
            if projection.is_some() {
                parameters.all_used()?;
            }
            Ok(Get {
                table: table_of(get),
                key,
                projection,
            })
        })
        .collect()
}

/// The keys against their tables: the first wrong one is the reason to cancel, as it is for writes, and no item may be asked for
/// twice.
fn find<T: std::ops::Deref<Target = Table>>(
    gets: &[Get<'_>],
    places: &[usize],
    tables: &[T],
) -> Answer<Vec<Address>> {
    let mut addresses = Vec::with_capacity(gets.len());
    for (at, (get, place)) in gets.iter().zip(places).enumerate() {
        let table = &tables[*place];
        let address = key::address(table, &get.key)
            .map_err(|refusal| transaction::cancelled_by(at, &refusal.into(), gets.len()))?;
        addresses.push(address);
    }
    let mut seen = HashSet::new();
    if addresses
        .iter()
        .zip(places)
        .all(|(address, place)| seen.insert((*place, &**address.bytes())))
    {
        return Ok(addresses);
    }
    Err(ServiceError::validation(text::SAME_ITEM))
}

fn reply(report: Report, gets: &[Get<'_>], reads: &[Read]) -> Response {
    let mut response = Response::default();
    if report != Report::None {
        let mut tables: Vec<(&str, CapacityUnits)> = Vec::new();
        for (get, read) in gets.iter().zip(reads) {
            match tables.binary_search_by_key(&get.table, |(name, _)| name) {
                Ok(at) => tables[at].1 = tables[at].1 + read.units,
                Err(at) => tables.insert(at, (get.table, read.units)),
            }
        }
        let consumed: Vec<_> = tables
            .iter()
            .filter_map(|(table, units)| {
                let consumption = Consumption::of_table(*units);
                consumed_in_transaction(report, Axis::Read, table, consumption)
            })
            .collect();
        response.put("ConsumedCapacity", Some(consumed));
    }
    let responses: Vec<_> = gets
        .iter()
        .zip(reads)
        .map(|(get, read)| {
            let mut one = Response::default();
            if let Some(item) = shown(get, read) {
                one.put_text("Item", &item);
            }
            one.into_body()
        })
        .collect();
    response.put_with("Responses", |body| write_within(*b"[]", &responses, body));
    response
}

/// The item that a Get returns, as JSON: none where nothing is stored, or where the projection finds nothing in it (observed).
fn shown<'r>(get: &Get<'_>, read: &'r Read) -> Option<Cow<'r, [u8]>> {
    let item = given_back(read.stored.as_ref()?, get.projection.as_ref());
    (get.projection.is_none() || *item != *NO_ATTRIBUTES).then_some(item)
}
