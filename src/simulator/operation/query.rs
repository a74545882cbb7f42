//! `Query`: the items of one partition key, in sort-key order, either way.
//!
//! ```text
//!   #pk = :pk            ├▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪┤   one collection in one partition
//!   … AND sk >= :from            ├▪▪▪▪▪▪▪▪▪▪▪▪▪┤   one stretch of it: nothing outside is touched
//! ```

use crate::simulator::expression::key_condition::{KeyAttribute, Unbound};
use crate::simulator::expression::{ExpressionError, KeyCondition, Kind};
use crate::simulator::table::definition;
use crate::simulator::table::page::Stretched;
use crate::simulator::table::{PARTITION_KEY_BYTES, SORT_KEY_BYTES};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::Report;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{self, flag, given, integer, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::read::{self, Judge};
use super::source::{How, Source, continued};
use super::{Call, Response, index_key};

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
    read::check_shapes(members, SHAPES)?;
    let (name, report) = options(members)?;
    call.trace.table = name.into();
    expressions::refuse_empty_names(members, &["ExclusiveStartKey"], Style::Read)?;
    // KeyConditions goes with the other expressions, only not with KeyConditionExpression (observed).
    let legacy = [
        "AttributesToGet",
        "QueryFilter",
        "ConditionalOperator",
        "KeyConditions",
    ];
    let count = legacy.len() - usize::from(!given(members, "KeyConditionExpression"));
    let mut parameters = expressions::parameters(
        members,
        &legacy[..count],
        &[
            "ProjectionExpression",
            "FilterExpression",
            "KeyConditionExpression",
        ],
        Style::Read,
    )?;
    let join = expressions::join(members, "QueryFilter", Style::Read)?;
    if let Some(error) = read::select_error(members) {
        return Err(ServiceError::enveloped(error));
    }
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

    let handle = call.simulator.handle(name)?;
    let table = call.simulator.reading(&handle, name, call.now)?;
    let condition = condition.ok_or_else(|| ServiceError::validation(text::NO_KEY_CONDITION))?;
    let source = Source::of(&table, members, call.now)?;
    call.trace.index = source.index().map(|index| index.name.clone());
    let start = start.map(|start| source.start(&start)).transpose()?;
    let condition = bind(&condition, &source)?;
    if let Some(start) = &start {
        source.check_within(&condition, start)?;
    }
    let definition = source.definition();
    if let Some(projection) = &projection {
        index_key::check_scalars(definition, projection.paths())?;
    }
    source.check_filter_not_on_key(members, filter.as_ref())?;
    source.check_filter_projected(members, filter.as_ref())?;
    source.check_all_attributes(members)?;
    if let Some(filter) = &filter {
        index_key::check_scalars(definition, filter.paths())?;
    }
    let how = How {
        now: call.now,
        consistent: read::consistent(members),
        fetch: source.fetches(members, projection.as_ref())?,
    };
    parameters.all_used()?;

    let hash = table.items().hash();
    let range = Stretched {
        forward: flag(members, "ScanIndexForward").unwrap_or(true),
        limit: read::limit(members),
        ..source.stretch(hash, &condition)
    };
    let start = start.map(|start| source.address(hash, &start));
    let range = continued(range, start.as_ref());
    let reading = source.read_metered(call, &table, &range, how)?;
    source.trace_key(call.trace, &table, &condition);
    call.trace.partitions = source.partitions(&table);
    drop(table);

    let judge = Judge {
        table: name,
        filter: filter.or(legacy_filter),
        projection,
        count_only: string(members, "Select") == Some("COUNT"),
        consistent: how.consistent,
        report,
    };
    Ok(read::reply(call, &source, &reading, &judge))
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
        errors.extend(read::attributes_to_get_error(members));
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
    errors.extend(read::attributes_to_get_error(members));
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

fn bind(condition: &Unbound, source: &Source) -> Answer<KeyCondition> {
    fn attributes(attributes: &[definition::KeyAttribute]) -> Vec<KeyAttribute<'_>> {
        attributes
            .iter()
            .map(|attribute| KeyAttribute {
                name: &attribute.name,
                key_type: attribute.key_type,
            })
            .collect()
    }
    let bound = condition
        .bind(
            &attributes(source.partition_key()),
            &attributes(source.sort_key()),
        )
        .map_err(|error| match (error, source.index()) {
            (ExpressionError::EmptyKey { kind, name }, Some(index)) => {
                ServiceError::validation(text::empty_index_key(kind, &index.name, &name))
            }
            (error, _) => expressions::misfit(&error),
        })?;
    if bound
        .partition
        .iter()
        .any(|key| key.size() > PARTITION_KEY_BYTES)
    {
        return Err(ServiceError::validation(text::PARTITION_KEY_TOO_LARGE));
    }
    if bound.sort_values().any(|key| key.size() > SORT_KEY_BYTES) {
        return Err(ServiceError::validation(text::SORT_KEY_TOO_LARGE));
    }
    Ok(bound)
}
