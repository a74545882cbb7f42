//! `Query`: the items of one partition key, in sort-key order, either way.
//!
//! ```text
//!   #pk = :pk            ├▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪┤   one collection in one partition
//!   … AND sk >= :from            ├▪▪▪▪▪▪▪▪▪▪▪▪▪┤   one stretch of it: nothing outside is touched
//! ```

use std::ops::Bound;

use crate::simulator::expression::key_condition::{KeyAttribute, Unbound};
use crate::simulator::expression::{KeyCondition, Kind, SortCondition};
use crate::simulator::item::{Item, KeyValue};
use crate::simulator::table::Key;
use crate::simulator::table::address::Address;
use crate::simulator::table::definition::{self, Definition};
use crate::simulator::table::page::Stretched;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::Report;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{self, flag, integer, object, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::read::{self, Judge};
use super::{Call, Response};

const SHAPES: &[(&str, Shape)] = &[
    ("KeyConditions", shape::CONDITIONS),
    ("QueryFilter", shape::CONDITIONS),
    ("ExclusiveStartKey", shape::ATTRIBUTES),
    ("ExpressionAttributeNames", shape::NAMES),
    ("ExpressionAttributeValues", shape::ATTRIBUTES),
    ("AttributesToGet", Shape::List(&Shape::String)),
    ("TableName", Shape::String),
    ("IndexName", Shape::String),
    ("ReturnConsumedCapacity", Shape::String),
    ("ConditionalOperator", Shape::String),
    ("Select", Shape::String),
    ("FilterExpression", Shape::String),
    ("KeyConditionExpression", Shape::String),
    ("ProjectionExpression", Shape::String),
    ("Limit", Shape::Integer),
    ("ScanIndexForward", Shape::Boolean),
    ("ConsistentRead", Shape::Boolean),
];

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    for name in ["ExclusiveStartKey", "ExpressionAttributeValues"] {
        if let Some(map) = object(members, name) {
            Item::check_shape(map)
                .map_err(|error| ServiceError::serialization(error.to_string()))?;
        }
    }
    expressions::check_legacy_shapes(members)?;
    let (name, report) = options(members)?;
    name.clone_into(&mut call.trace.table);
    expressions::refuse_empty_names(members, &["ExclusiveStartKey"], Style::Read)?;
    let mut parameters = expressions::parameters(
        members,
        &[
            "AttributesToGet",
            "QueryFilter",
            "ConditionalOperator",
            "KeyConditions",
        ],
        &[
            "ProjectionExpression",
            "FilterExpression",
            "KeyConditionExpression",
        ],
        Style::Read,
    )?;
    if let Some(error) = read::select_error(members) {
        return Err(ServiceError::enveloped(error));
    }
    let join = expressions::join(members, "QueryFilter", Style::Read)?;
    let legacy_filter = expressions::legacy_filter(members, "QueryFilter", join)?;
    let legacy_condition = expressions::legacy_key_conditions(members)?;
    let legacy_projection = expressions::attributes_to_get(members)?;
    let start = read::start_attributes(members, false)?;
    let filter = parameters.condition(members, Kind::Filter)?;
    if string(members, "ProjectionExpression") == Some("") {
        return Err(ServiceError::validation(text::expression_empty(
            "ProjectionExpression",
        )));
    }
    read::check_select(members)?;
    let condition = parameters.key_condition(members)?.or(legacy_condition);
    let projection = parameters.projection(members)?.or(legacy_projection);

    let handle = call.simulator.active(name, call.now)?;
    let condition = condition.ok_or_else(|| ServiceError::validation(text::NO_KEY_CONDITION))?;
    read::check_index(members)?;
    let table = handle.read();
    let definition = table.definition().clone();
    let start = start
        .map(|start| read::start_key(&definition, &start))
        .transpose()?;
    let condition = bind(&condition, &definition)?;
    if let Some(start) = &start {
        check_start(&definition, &condition, start)?;
    }
    if let Some(name) = object(members, "QueryFilter")
        .and_then(|filter| filter.keys().find(|name| definition.key.has(name)))
    {
        return Err(ServiceError::validation(text::query_filter_on_key(name)));
    }
    if let Some(filter) = &filter {
        let keys: Vec<&str> = definition
            .key
            .attributes()
            .map(|attribute| attribute.name.as_str())
            .collect();
        filter
            .check_no_key(&keys)
            .map_err(|error| expressions::misfit(&error))?;
    }
    parameters.all_used()?;

    let key = Key {
        partition: condition.partition.clone(),
        sort: match &condition.sort {
            Some(SortCondition::Equal(sort)) => Some(sort.clone()),
            _ => None,
        },
    };
    let address = table.address(&key);
    let range = Stretched {
        forward: flag(members, "ScanIndexForward").unwrap_or(true),
        limit: integer(members, "Limit").and_then(|limit| u64::try_from(limit.value).ok()),
        ..stretch(&address, condition.sort.as_ref())
    };
    let range = continued(range, start.map(|start| table.address(&start)).as_ref());
    let page = table.items().read(&range);
    call.trace.key = Some(table.key_trace(&key, &address));
    call.trace.partitions = table.items().states();
    drop(table);

    let judge = Judge {
        table: name,
        filter: filter.or(legacy_filter),
        projection,
        count_only: string(members, "Select") == Some("COUNT"),
        consistent: read::consistent(members),
        report,
    };
    Ok(read::reply(call, &definition, &page, &judge))
}

/// The table's name and the capacity report, with `Query`'s member errors in its order.
fn options<'m>(members: &'m Members<'_>) -> Answer<(&'m str, Report)> {
    let name = string(members, "TableName");
    let limit = integer(members, "Limit");
    let report = member::report(members);
    // Without a name, or with a limit that had to be changed to fit, an older layer reports everything at once.
    if name.is_none() || limit.is_some_and(|limit| limit.coerced) {
        let mut errors: Vec<String> = read::select_error(members).into_iter().collect();
        errors.extend(report.clone().err());
        match name {
            None => errors.push(text::must_not_be_null("tableName")),
            Some("") => errors.push(text::constraint("", "tableName", &text::length_at_least(1))),
            Some(_) => {}
        }
        errors.extend(missing_operators(members));
        errors.extend(read::echoed_limit_error(limit));
        read::all(&errors)?;
    }
    let mut errors: Vec<String> = read::unechoed_limit_error(limit).into_iter().collect();
    if name == Some("") {
        errors.extend(member::table_name_error(name));
    }
    read::all(&errors)?;
    let mut errors: Vec<String> = member::table_name_error(name).into_iter().collect();
    errors.extend(report.clone().err());
    errors.extend(missing_operators(members));
    read::all(&errors)?;
    Ok((name.unwrap_or_default(), report.unwrap_or_default()))
}

fn missing_operators(members: &Members) -> impl Iterator<Item = String> {
    [
        ("KeyConditions", "keyConditions"),
        ("QueryFilter", "queryFilter"),
    ]
    .into_iter()
    .flat_map(|(parameter, path)| expressions::missing_operators(members, parameter, path))
}

fn bind(condition: &Unbound, definition: &Definition) -> Answer<KeyCondition> {
    fn attribute(attribute: &definition::KeyAttribute) -> KeyAttribute<'_> {
        KeyAttribute {
            name: &attribute.name,
            key_type: attribute.key_type,
        }
    }
    condition
        .bind(
            attribute(&definition.key.partition),
            definition.key.sort.as_ref().map(attribute),
        )
        .map_err(|error| expressions::misfit(&error))
}

/// Refuse a starting key that this query could not have given.
fn check_start(definition: &Definition, condition: &KeyCondition, start: &Key) -> Answer<()> {
    let refuse = |message| Err(ServiceError::validation(message));
    if let (Some(sort), Some(key)) = (&condition.sort, &start.sort)
        && !sort.holds(key)
    {
        return refuse(text::START_KEY_NO_RANGE_MATCH);
    }
    if start.partition == condition.partition {
        return Ok(());
    }
    if condition.sort.is_some() {
        return refuse(text::START_KEY_ONE_ROW);
    }
    if definition.key.sort.is_none() {
        return refuse(text::START_KEY_EXCLUSIVE_INVALID);
    }
    refuse(text::START_KEY_OUTSIDE)
}

/// The stretch of addresses that a sort-key condition leaves of a collection.
fn stretch(collection: &Address, condition: Option<&SortCondition>) -> Stretched {
    let at = |key: &KeyValue| collection.with_sort_bytes(&key.order_bytes());
    let (from, to) = match condition {
        None => (collection.prefix().to_vec(), successor(collection.prefix())),
        Some(SortCondition::BeginsWith(prefix)) => {
            let from = at(prefix);
            let to = successor(&from);
            (from, to)
        }
        Some(condition) => {
            let (lower, upper) = condition.range();
            let from = match lower {
                Bound::Unbounded => collection.prefix().to_vec(),
                Bound::Included(key) => at(key),
                Bound::Excluded(key) => just_after(at(key)),
            };
            let to = match upper {
                Bound::Unbounded => successor(collection.prefix()),
                Bound::Included(key) => Some(just_after(at(key))),
                Bound::Excluded(key) => Some(at(key)),
            };
            (from, to)
        }
    };
    Stretched {
        from,
        to,
        forward: true,
        limit: None,
    }
}

/// What is left of a stretch after the key a former page ended at.
fn continued(range: Stretched, start: Option<&Address>) -> Stretched {
    let Some(start) = start else { return range };
    if range.forward {
        let after = just_after(start.bytes().to_vec());
        return Stretched {
            from: after.max(range.from),
            ..range
        };
    }
    let before = start.bytes().to_vec();
    Stretched {
        to: Some(range.to.map_or(before.clone(), |to| to.min(before))),
        ..range
    }
}

/// The least byte string above another.
pub(super) fn just_after(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.push(0);
    bytes
}

/// The least byte string above everything that begins with a prefix, if there is one.
fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|&byte| byte != u8::MAX)?;
    let mut bytes = prefix[..=last].to_vec();
    bytes[last] += 1;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_successor_is_above_all_continuations() {
        assert_eq!(successor(&[1, 2]), Some(vec![1, 3]));
        assert_eq!(successor(&[1, 0xff, 0xff]), Some(vec![2]));
        assert_eq!(successor(&[0xff]), None);
    }
}
