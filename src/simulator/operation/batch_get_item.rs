//! `BatchGetItem`: up to 100 items of any tables by their whole primary keys, 16 MB at most.
//!
//! ```text
//!   members ─ names ─ projections, keys, duplicates of each table ─ tables are there ─ keys fit them
//!   read, table by table, until 16 MB are reached: the other keys come back as UnprocessedKeys
//! ```
//!
//! Each item is a read of its own: admitted, charged and rounded on its own, and nothing holds two tables as they were at one
//! moment. Keys of a throttled partition are unprocessed too; if all are, the answer is the throttling (API reference). The texts
//! and the order of most checks were seen on AWS in October 2026 (by way of the tests of nubo-db/dynoxide).
//!
//! Invariant: every key of the request is answered: by its item, by nothing where there is none, or as unprocessed.

use serde_json::{Map, Value};

use crate::simulator::catalogue::Handle;
use crate::simulator::expression::Projection;
use crate::simulator::item::{Item, Stored};
use crate::simulator::json::{Arena, Json, Object};
use crate::simulator::table::address::Address;
use crate::simulator::trace::{CapacityUnits, Recording};
use crate::simulator::wire::arn;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::{Consumption, Report, consumed, read_units};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::java;
use crate::simulator::wire::member::{self, flag, given, has_name_pattern, list, object};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::{Call, Response, admission, get_item, given_back, index_key, key, write, write_within};

const SHAPES: &[(&str, Shape)] = &[
    (
        "RequestItems",
        Shape::Map(&Shape::Structure {
            class: "KeysAndAttributes",
            members: &[
                ("ExpressionAttributeNames", shape::NAMES),
                ("Keys", Shape::List(&shape::ATTRIBUTES)),
                ("AttributesToGet", Shape::List(&Shape::String)),
                ("ProjectionExpression", Shape::String),
                ("ConsistentRead", Shape::Boolean),
            ],
        }),
    ),
    ("ReturnConsumedCapacity", Shape::String),
];

/// Keys of one request (API reference).
const MOST_KEYS: usize = 100;
/// Sizes of all items of one answer together (API reference).
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// What is asked of one table.
struct Block<'a> {
    table: &'a str,
    members: &'a Members<'a>,
    keys: Vec<(&'a Json<'a>, Item)>,
    projection: Option<Projection>,
    consistent: bool,
}

/// What one table answered.
#[derive(Default)]
struct Answered {
    /// As JSON.
    items: Vec<Vec<u8>>,
    consumed: CapacityUnits,
    unprocessed: Vec<Value>,
}

/// How far the whole request has come.
#[derive(Default)]
struct Progress {
    bytes: u64,
    /// An item did not fit.
    full: bool,
    /// The first refusal for want of capacity.
    throttled: Option<ServiceError>,
}

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let blocks = object(members, "RequestItems");
    for key in blocks
        .into_iter()
        .flat_map(Object::values)
        .flat_map(keys_in)
    {
        if let Json::Object(key) = key {
            Item::check_shape(key)
                .map_err(|error| ServiceError::serialization(error.to_string()))?;
        }
    }
    let report = check_members(members, blocks)?;
    let blocks = parse(blocks)?;
    if let [only] = blocks.as_slice() {
        call.trace.table = only.table.into();
    }

    let handles = blocks
        .iter()
        .map(|block| call.simulator.active(block.table, call.now))
        .collect::<Answer<Vec<_>>>()?;
    let addresses = blocks
        .iter()
        .zip(&handles)
        .map(|(block, handle)| addresses_of(block, handle))
        .collect::<Answer<Vec<_>>>()?;
    let mut progress = Progress::default();
    let answered: Vec<Answered> = blocks
        .iter()
        .zip(&handles)
        .zip(&addresses)
        .map(|((block, handle), addresses)| read(call, block, handle, addresses, &mut progress))
        .collect();
    if let Some(throttled) = progress.throttled
        && call.trace.parts.is_empty()
    {
        return Err(throttled);
    }
    Ok(reply(report, &blocks, answered))
}

/// `Keys` of a block, whatever they are.
fn keys_in<'a>(block: &Json<'a>) -> &'a [Json<'a>] {
    block
        .get("Keys")
        .and_then(Json::as_array)
        .unwrap_or_default()
}

/// The request's members, before anything of a table is looked at. An empty map or list and too many keys are each reported
/// alone, the rest together.
fn check_members(members: &Members, blocks: Option<&Members>) -> Answer<Report> {
    let path = |table: &str| format!("RequestItems.{table}.member.Keys");
    let alone = |path: &str, constraint: &str| {
        Err(ServiceError::enveloped(text::constraint_unechoed(
            path, constraint,
        )))
    };
    let mut errors = Vec::new();
    match blocks {
        None => errors.push(text::must_not_be_null("requestItems")),
        Some(blocks) => {
            if blocks.is_empty() {
                return alone("RequestItems", &text::length_at_least(1));
            }
            for (table, block) in blocks {
                if block.as_object().is_some_and(|block| given(block, "Keys"))
                    && keys_in(block).is_empty()
                {
                    return alone(&path(table), &text::length_at_least(1));
                }
            }
            if blocks.keys().all(is_table_name) {
                if let Some((table, _)) = blocks
                    .iter()
                    .find(|(_, block)| keys_in(block).len() > MOST_KEYS)
                {
                    return alone(&path(table), &text::length_at_most(MOST_KEYS));
                }
            } else {
                errors.push(text::constraint(
                    &shown(blocks),
                    "requestItems",
                    text::MAP_KEYS,
                ));
            }
            for (table, block) in blocks {
                errors.extend(block_errors(table, block));
            }
        }
    }
    let report = member::report(members);
    errors.extend(report.clone().err());
    match report {
        Ok(report) if errors.is_empty() => Ok(report),
        _ => {
            let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
            Err(ServiceError::validation(text::envelope(&shown)))
        }
    }
}

fn block_errors(table: &str, block: &Json<'_>) -> Vec<String> {
    let path = |member: &str| format!("requestItems.{table}.member.{member}");
    let nothing = Object::default();
    let block = block.as_object().unwrap_or(&nothing);
    let mut errors = Vec::new();
    if !given(block, "Keys") {
        errors.push(text::must_not_be_null(&path("keys")));
    }
    if list(block, "AttributesToGet").is_some_and(<[_]>::is_empty) {
        errors.push(text::constraint(
            "[]",
            &path("attributesToGet"),
            &text::length_at_least(1),
        ));
    }
    errors
}

/// Whether a name may be a table's.
pub(super) fn is_table_name(name: &str) -> bool {
    (3..=255).contains(&name.len()) && has_name_pattern(name) || arn::of_table(name).is_some()
}

/// `RequestItems` as a message shows it: JSON, everything in order of name.
fn shown(blocks: &Members) -> String {
    /// A body is never deeper than the reader keeps it.
    fn sorted<'a>(value: &Json<'a>, arena: &'a Arena) -> Json<'a> {
        match value {
            Json::Object(members) => Json::Object(in_order(members, arena)),
            Json::Array(elements) => {
                let elements = elements.iter().map(|element| sorted(element, arena));
                Json::Array(arena.alloc_slice_fill_iter(elements))
            }
            other => other.clone(),
        }
    }
    fn in_order<'a>(members: &Object<'a>, arena: &'a Arena) -> Object<'a> {
        let mut members: Vec<(&str, &Json<'a>)> = members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .collect();
        members.sort_by_key(|(name, _)| *name);
        let members = members
            .into_iter()
            .map(|(name, value)| (name, sorted(value, arena)));
        Object::new(arena.alloc_slice_fill_iter(members))
    }
    java::bounded(Json::Object(in_order(blocks, &Arena::new())).to_string())
}

/// What the request says of each table, checked as far as it can be without the tables.
fn parse<'a>(blocks: Option<&'a Members<'a>>) -> Answer<Vec<Block<'a>>> {
    let blocks: Vec<(&str, &Members)> = blocks
        .into_iter()
        .flatten()
        .filter_map(|(table, block)| Some((table, block.as_object()?)))
        .collect();
    for (_, block) in &blocks {
        refuse_empty_names(block)?;
    }
    // One table's expression and another's legacy parameter don't go together either (observed).
    let any = |member: &str| blocks.iter().any(|(_, block)| given(block, member));
    if any("ProjectionExpression") && any("AttributesToGet") {
        return Err(ServiceError::validation(text::mixed_parameters(
            "AttributesToGet",
            "ProjectionExpression",
        )));
    }
    let mut keys = 0;
    blocks
        .into_iter()
        .map(|(table, members)| {
            let block = parse_block(table, members)?;
            keys += block.keys.len();
            if keys > MOST_KEYS {
                return Err(ServiceError::validation(text::TOO_MANY_KEYS));
            }
            Ok(block)
        })
        .collect()
}

fn refuse_empty_names(block: &Members) -> Answer<()> {
    for key in list(block, "Keys").unwrap_or_default() {
        let wrapped = [("Key", key.clone())];
        expressions::refuse_empty_names(&Object::new(&wrapped), &["Key"], Style::Read)?;
    }
    expressions::refuse_empty_names(block, &[], Style::Read)
}

fn parse_block<'a>(table: &'a str, members: &'a Members<'a>) -> Answer<Block<'a>> {
    let mut parameters = expressions::parameters(
        members,
        &["AttributesToGet"],
        &["ProjectionExpression"],
        Style::Read,
    )?;
    let legacy = expressions::attributes_to_get(members)?;
    let projection = parameters.projection(members)?.or(legacy);
    parameters.all_used()?;
    let mut keys: Vec<(&Json<'_>, Item)> = Vec::new();
    let nothing = Object::default();
    for json in list(members, "Keys").unwrap_or_default() {
        let key = Item::read(json.as_object().unwrap_or(&nothing))
            .map_err(|error| Style::Read.value_error(&error))?;
        keys.push((json, key));
    }
    let repeats = |(at, (_, key)): (usize, &(&Json<'_>, Item))| {
        keys[..at].iter().any(|(_, earlier)| earlier == key)
    };
    if keys.iter().enumerate().any(repeats) {
        return Err(ServiceError::validation(text::DUPLICATE_KEYS));
    }
    Ok(Block {
        table,
        members,
        keys,
        projection,
        consistent: flag(members, "ConsistentRead") == Some(true),
    })
}

/// The keys of a block against its table.
fn addresses_of(block: &Block<'_>, handle: &Handle) -> Answer<Vec<Address>> {
    let table = handle.read();
    write::check_present(&table)?;
    let addresses = block
        .keys
        .iter()
        .map(|(_, given)| Ok(key::address(&table, given)?))
        .collect::<Answer<Vec<_>>>()?;
    if let Some(projection) = &block.projection {
        index_key::check_scalars(table.definition(), projection.paths())?;
    }
    Ok(addresses)
}

/// Read the items of a block, as long as there is capacity, until the answer has all the bytes it may have.
fn read(
    call: &mut Call<'_>,
    block: &Block<'_>,
    handle: &Handle,
    addresses: &[Address],
    progress: &mut Progress,
) -> Answered {
    let table = handle.read();
    let mut answered = Answered::default();
    for ((json, _), address) in block.keys.iter().zip(addresses) {
        if progress.full {
            answered.unprocessed.push(json.to_value());
            continue;
        }
        let admitted = admission::admit_read(call.trace, &table, None, address.bytes(), call.now);
        if let Err(throttled) = admitted {
            progress.throttled.get_or_insert(throttled);
            answered.unprocessed.push(json.to_value());
            continue;
        }
        let mut part = Recording::new(&call.trace.operation);
        part.table = table.definition().name.as_str().into();
        let found = {
            let seen = table.seen(None, block.consistent, call.now);
            let seen = seen.expect("a table always has items");
            get_item::read_from(&mut part, &table, &seen, address).cloned()
        };
        let size = found.as_ref().map_or(0, Stored::size);
        if progress.bytes + size > MOST_BYTES {
            // Nothing more fits from here on, also nothing small.
            progress.full = true;
            answered.unprocessed.push(json.to_value());
            continue;
        }
        progress.bytes += size;
        // Charged for the whole item, whatever the projection leaves of it, and for a look at nothing too.
        part.read = read_units(size, block.consistent);
        admission::charge_read(&table, None, &part.visits, part.read, call.now);
        call.trace.read = call.trace.read + part.read;
        answered.consumed = answered.consumed + part.read;
        call.trace.parts.push(part.told());
        answered
            .items
            .extend(found.map(|found| given_back(&found, block.projection.as_ref()).into_owned()));
    }
    answered
}

/// Everything a block asked for, with the keys that are left.
fn left(block: &Block<'_>, keys: Vec<Value>) -> Value {
    let mut left = Map::new();
    left.insert("Keys".to_owned(), Value::Array(keys));
    for member in [
        "AttributesToGet",
        "ConsistentRead",
        "ProjectionExpression",
        "ExpressionAttributeNames",
    ] {
        if given(block.members, member) {
            left.insert(member.to_owned(), block.members[member].to_value());
        }
    }
    Value::Object(left)
}

/// Append the items of each table, which are JSON already.
fn write_responses(responses: &[(&str, Vec<Vec<u8>>)], to: &mut Vec<u8>) {
    to.push(b'{');
    for (at, (table, items)) in responses.iter().enumerate() {
        if at > 0 {
            to.push(b',');
        }
        // It has no character that JSON escapes: there is a table of that name.
        to.push(b'"');
        to.extend_from_slice(table.as_bytes());
        to.extend_from_slice(b"\":");
        write_within(*b"[]", items, to);
    }
    to.push(b'}');
}

fn reply(report: Report, blocks: &[Block<'_>], answered: Vec<Answered>) -> Response {
    let mut responses = Vec::new();
    let mut unprocessed = Map::new();
    let mut capacity = Vec::new();
    for (block, answered) in blocks.iter().zip(answered) {
        responses.push((block.table, answered.items));
        if !answered.unprocessed.is_empty() {
            unprocessed.insert(block.table.to_owned(), left(block, answered.unprocessed));
        }
        // Every read costs something, so a table without has not been read.
        if answered.consumed > CapacityUnits::ZERO {
            let consumption = Consumption::of_table(answered.consumed);
            capacity.extend(consumed(report, block.table, consumption));
        }
    }
    let mut response = Response::default();
    response.put_with("Responses", |body| write_responses(&responses, body));
    response.put("UnprocessedKeys", Some(Value::Object(unprocessed)));
    if report != Report::None {
        response.put("ConsumedCapacity", Some(capacity));
    }
    response
}

#[cfg(test)]
mod tests;
