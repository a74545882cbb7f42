//! `Scan`: every item, partition by partition, in the order of the hash.
//!
//! A parallel scan's segment is a range of hashes of its own, so segments of a table never overlap, whatever its partitions are.

use crate::simulator::expression::Kind;
use crate::simulator::table::page::Stretched;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::Report;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{self, Integer, integer, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::read::{self, Judge};
use super::source::{How, Source, just_after};
use super::{Call, Response, index_key};

const SHAPES: &[(&str, Shape)] = &[
    ("ScanFilter", shape::CONDITIONS),
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
    ("ProjectionExpression", Shape::String),
    ("Limit", Shape::Integer),
    ("Segment", Shape::Integer),
    ("TotalSegments", Shape::Integer),
    ("ConsistentRead", Shape::Boolean),
];

const MAX_SEGMENTS: i64 = 1_000_000;

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    read::check_shapes(members, SHAPES)?;
    let (name, report) = options(members)?;
    call.trace.table = name.into();
    expressions::refuse_empty_names(members, &["ExclusiveStartKey"], Style::Read)?;
    let mut parameters = expressions::parameters(
        members,
        &["AttributesToGet", "ScanFilter", "ConditionalOperator"],
        &["ProjectionExpression", "FilterExpression"],
        Style::Read,
    )?;
    let join = expressions::join(members, "ScanFilter", Style::Read)?;
    let legacy_filter = expressions::legacy_filter(members, "ScanFilter", join)?;
    let legacy_projection = expressions::attributes_to_get(members)?;
    let start = read::start_attributes(members, true)?;
    let filter = parameters.condition(members, Kind::Filter)?;
    let projection = parameters.projection(members)?.or(legacy_projection);
    if let Some(error) = read::select_error(members) {
        return Err(ServiceError::enveloped(error));
    }
    read::check_select(members)?;
    let segment = segment(members)?;

    let handle = call.simulator.handle(name)?;
    let table = call.simulator.reading(&handle, name, call.now)?;
    let source = Source::of(&table, members, call.now)?;
    call.trace.index = source.index().map(|index| index.name.clone());
    source.check_all_attributes(members)?;
    let hash = table.items().hash();
    let start = match start {
        None => None,
        Some(start) => {
            source.check_start_types(&start)?;
            Some(source.address(hash, &source.start(&start)?))
        }
    };
    let segment = segment.unwrap_or(Segment { number: 0, of: 1 });
    let (first, last) = segment.hashes();
    if let Some(start) = &start
        && !(first..=last).contains(&start.hash)
    {
        return Err(ServiceError::validation(text::start_key_in_other_segment(
            segment.of,
            segment.number,
        )));
    }
    let definition = source.definition();
    if let Some(projection) = &projection {
        index_key::check_scalars(definition, projection.paths())?;
    }
    if let Some(filter) = &filter {
        index_key::check_scalars(definition, filter.paths())?;
    }
    let how = How {
        now: call.now,
        consistent: read::consistent(members),
        fetch: source.fetches(members, projection.as_ref())?,
    };
    parameters.all_used()?;

    let range = Stretched {
        from: start.map_or(first.to_be_bytes().to_vec(), |start| {
            just_after(start.bytes().to_vec())
        }),
        to: last.checked_add(1).map(|end| end.to_be_bytes().to_vec()),
        forward: true,
        limit: read::limit(members),
    };
    let reading = source.read_metered(call, &table, &range, how)?;
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

/// The table's name and the capacity report, with `Scan`'s member errors in their stages.
fn options<'m>(members: &'m Members<'_>) -> Answer<(&'m str, Report)> {
    let name = string(members, "TableName");
    let report = member::report(members);
    let limit = integer(members, "Limit");
    let segment = integer(members, "Segment");
    let total = integer(members, "TotalSegments");
    let coerced = [limit, segment, total]
        .into_iter()
        .flatten()
        .any(|given| given.coerced);
    let missing = expressions::missing_operators(members, "ScanFilter", "scanFilter");
    if name.is_none() || coerced || !missing.is_empty() {
        let echoed = |given: Option<Integer>, path: &str, least: i64, most: i64| {
            outside(given, least, most)
                .map(|(value, why)| text::constraint(&value.to_string(), path, &why))
        };
        let mut errors: Vec<String> = read::select_error(members).into_iter().collect();
        errors.extend(echoed(total, "totalSegments", 1, MAX_SEGMENTS));
        errors.extend(report.clone().err());
        match name {
            None => errors.push(text::must_not_be_null("tableName")),
            Some("") => errors.push(text::constraint("", "tableName", &text::length_at_least(1))),
            Some(_) => {}
        }
        errors.extend(expressions::conditional_operator_error(members));
        errors.extend(missing);
        errors.extend(read::attributes_to_get_error(members));
        errors.extend(echoed(segment, "segment", 0, MAX_SEGMENTS - 1));
        errors.extend(read::echoed_limit_error(limit));
        read::all(&errors)?;
    }
    let unechoed = |given: Option<Integer>, member: &str, least: i64, most: i64| {
        outside(given, least, most).map(|(_, why)| text::constraint_unechoed(member, &why))
    };
    let mut errors: Vec<String> = read::unechoed_limit_error(limit).into_iter().collect();
    errors.extend(unechoed(segment, "Segment", 0, MAX_SEGMENTS - 1));
    errors.extend(unechoed(total, "TotalSegments", 1, MAX_SEGMENTS));
    if name == Some("") {
        errors.extend(member::table_name_error(name));
    }
    read::all(&errors)?;
    let mut errors: Vec<String> = member::table_name_error(name).into_iter().collect();
    errors.extend(report.clone().err());
    errors.extend(read::attributes_to_get_error(members));
    read::all(&errors)?;
    Ok((name.unwrap_or_default(), report.unwrap_or_default()))
}

/// A number outside its bounds, and which one it broke.
fn outside(given: Option<Integer>, least: i64, most: i64) -> Option<(i64, String)> {
    let value = given?.value;
    if value < least {
        Some((value, text::value_at_least(least)))
    } else if value > most {
        Some((value, text::value_at_most(most)))
    } else {
        None
    }
}

/// One share of a parallel scan.
#[derive(Debug, Clone, Copy)]
struct Segment {
    number: u64,
    /// At least 1.
    of: u64,
}

impl Segment {
    /// Its first and last hash.
    fn hashes(self) -> (u64, u64) {
        // 2^64 doesn't fit into 64 bits, and the segments must meet without a gap.
        let edge = |number: u64| (u128::from(number) << 64) / u128::from(self.of);
        let first =
            u64::try_from(edge(self.number)).expect("a segment's number is below their count");
        let last = u64::try_from(edge(self.number + 1) - 1).expect("one below an edge of 64 bits");
        (first, last)
    }
}

fn segment(members: &Members) -> Answer<Option<Segment>> {
    let number =
        |name: &str| integer(members, name).and_then(|given| u64::try_from(given.value).ok());
    match (number("Segment"), number("TotalSegments")) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(ServiceError::validation(text::TOTAL_SEGMENTS_REQUIRED)),
        (None, Some(_)) => Err(ServiceError::validation(text::SEGMENT_REQUIRED)),
        (Some(segment), Some(total)) if segment >= total => {
            Err(ServiceError::validation(text::SEGMENT_TOO_LARGE))
        }
        (Some(number), Some(of)) => Ok(Some(Segment { number, of })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_meet_and_cover_all_hashes() {
        for of in [1, 2, 3, 7, 1_000_000] {
            let mut next = Some(0);
            for number in 0..of {
                let (first, last) = Segment { number, of }.hashes();
                assert_eq!(Some(first), next, "segment {number} of {of}");
                next = last.checked_add(1);
            }
            assert_eq!(next, None);
        }
    }
}
