//! What `Query` and `Scan` share: judging the items of a page, its trace, and the answer.
//!
//! ```text
//!   page ──→ filter ──→ projection ──→ Items, Count
//!     └── ScannedCount, capacity (before the filter), LastEvaluatedKey (of the last one examined)
//! ```
//!
//! Invariant: `ScannedCount` is the number of items in the page, and the trace's visits account for every one of them.

use crate::simulator::expression::{Condition, Projection};
use crate::simulator::item::{Item, ItemError};
use crate::simulator::trace::{ItemVisit, MAX_ITEMS, Visit};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::{Report, consumed};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{self, flag, given, integer, list, object, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::source::{Reading, Source};
use super::{Call, Response, given_back};

/// How a page becomes an answer.
pub(super) struct Judge<'a> {
    pub(super) table: &'a str,
    pub(super) filter: Option<Condition>,
    pub(super) projection: Option<Projection>,
    /// `Select` is `COUNT`: no items are returned.
    pub(super) count_only: bool,
    pub(super) consistent: bool,
    pub(super) report: Report,
}

/// `Select` outside its values.
pub(super) fn select_error(members: &Members) -> Option<String> {
    const VALUES: [&str; 4] = [
        "SPECIFIC_ATTRIBUTES",
        "COUNT",
        "ALL_ATTRIBUTES",
        "ALL_PROJECTED_ATTRIBUTES",
    ];
    string(members, "Select")
        .filter(|select| !VALUES.contains(select))
        .map(|select| text::constraint(select, "select", &text::one_of(&VALUES.join(", "))))
}

/// `AttributesToGet` that asks for nothing.
pub(super) fn attributes_to_get_error(members: &Members) -> Option<String> {
    list(members, "AttributesToGet")
        .filter(|names| names.is_empty())
        .map(|_| text::constraint("[]", "attributesToGet", &text::length_at_least(1)))
}

/// `Select` against the projection and the index.
pub(super) fn check_select(members: &Members) -> Answer<()> {
    let Some(select) = string(members, "Select") else {
        return Ok(());
    };
    let projected = ["AttributesToGet", "ProjectionExpression"]
        .into_iter()
        .find(|member| given(members, member));
    let message = match (select, projected) {
        ("SPECIFIC_ATTRIBUTES", None) => text::SPECIFIC_WITHOUT_PROJECTION.to_owned(),
        ("SPECIFIC_ATTRIBUTES", Some(_)) => return Ok(()),
        (select, Some(member)) => text::projection_with_select(member, select),
        ("ALL_PROJECTED_ATTRIBUTES", None) if !given(members, "IndexName") => {
            text::PROJECTED_WITHOUT_INDEX.to_owned()
        }
        _ => return Ok(()),
    };
    Err(ServiceError::enveloped(message))
}

/// The members' types, which are read before anything is judged.
pub(super) fn check_shapes(members: &Members, shapes: &[(&str, Shape)]) -> Answer<()> {
    shape::check(members, shapes)?;
    for name in ["ExclusiveStartKey", "ExpressionAttributeValues"] {
        if let Some(map) = object(members, name) {
            Item::check_shape(map)
                .map_err(|error| ServiceError::serialization(error.to_string()))?;
        }
    }
    expressions::check_legacy_shapes(members)
}

/// `Limit`, which is at least 1.
pub(super) fn limit(members: &Members) -> Option<u64> {
    integer(members, "Limit").and_then(|limit| u64::try_from(limit.value).ok())
}

pub(super) fn consistent(members: &Members) -> bool {
    flag(members, "ConsistentRead") == Some(true)
}

/// `ExclusiveStartKey` as attributes, before the table is known. `Scan` puts a prefix before some refusals where `Query`
/// doesn't (observed).
pub(super) fn start_attributes(members: &Members, prefix_all: bool) -> Answer<Option<Item>> {
    let Some(map) = object(members, "ExclusiveStartKey") else {
        return Ok(None);
    };
    Item::read(map).map(Some).map_err(|error| {
        let prefixed = match error {
            ItemError::Empty | ItemError::SeveralTypes => true,
            ItemError::NullNotTrue
            | ItemError::EmptyStringSet
            | ItemError::EmptyBinarySet
            | ItemError::TooDeep => prefix_all,
            _ => false,
        };
        if prefixed {
            return ServiceError::validation(format!("{}: {error}", text::START_KEY_INVALID));
        }
        Style::Read.value_error(&error)
    })
}

/// Filter and project a page, write its trace, and answer.
pub(super) fn reply(
    call: &mut Call<'_>,
    source: &Source,
    reading: &Reading,
    judge: &Judge<'_>,
) -> Response {
    let page = &reading.page;
    let mut items = Vec::with_capacity(if judge.count_only {
        0
    } else {
        page.items.len()
    });
    let mut count = 0u64;
    let mut listed = 0;
    for stretch in &page.stretches {
        let examined = &page.items[stretch.items.clone()];
        let key = |place: usize| source.visited_key(&page.addresses[place], &page.items[place]);
        let room = examined.len().min(MAX_ITEMS - listed);
        let mut visit = Visit {
            partition: stretch.partition,
            examined: examined.len() as u64,
            returned: 0,
            bytes: stretch.bytes,
            first_rank: stretch.first_rank,
            partition_items: stretch.partition_items,
            items: Vec::with_capacity(room),
            hits: Vec::new(),
        };
        for (offset, (place, stored)) in (0u32..).zip(stretch.items.clone().zip(examined)) {
            let item = reading.item(place);
            let returned = judge
                .filter
                .as_ref()
                .is_none_or(|filter| filter.holds(item));
            if returned {
                visit.returned += 1;
                if !judge.count_only {
                    items.push(given_back(item, judge.projection.as_ref()));
                }
            }
            if listed < MAX_ITEMS {
                listed += 1;
                visit.items.push(ItemVisit {
                    key: key(place),
                    bytes: stored.size(),
                    returned,
                });
            } else if returned && judge.filter.is_some() {
                visit.hits.push(offset);
            }
        }
        if visit.returned == visit.examined {
            visit.hits = Vec::new();
        }
        count += visit.returned;
        call.trace.visits.push(visit);
    }
    call.trace.unlisted = (page.items.len() - listed) as u64;
    call.trace.more = page.stopped;
    let consumption = source.consumption(reading, judge.consistent);
    call.trace.read = consumption.total();

    let mut response = Response::default();
    if !judge.count_only {
        let bytes = if items.is_empty() { 0 } else { page.bytes };
        response.put_items("Items", &items, bytes);
    }
    response.put("Count", Some(count));
    response.put("ScannedCount", Some(page.items.len()));
    if let Some(last) = page.items.last().filter(|_| page.stopped) {
        response.put_with("LastEvaluatedKey", |body| source.write_key_of(last, body));
    }
    response.put(
        "ConsumedCapacity",
        consumed(judge.report, judge.table, &consumption),
    );
    response
}

/// `Limit` below 1, in the older layer's wording that echoes it.
pub(super) fn echoed_limit_error(limit: Option<member::Integer>) -> Option<String> {
    limit
        .filter(|limit| limit.value < 1)
        .map(|limit| text::constraint(&limit.value.to_string(), "limit", &text::value_at_least(1)))
}

pub(super) fn unechoed_limit_error(limit: Option<member::Integer>) -> Option<String> {
    limit
        .filter(|limit| limit.value < 1)
        .map(|_| text::constraint_unechoed("Limit", &text::value_at_least(1)))
}

/// Several member errors as one answer, if there are any.
pub(super) fn all(errors: &[String]) -> Answer<()> {
    if errors.is_empty() {
        return Ok(());
    }
    let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
    Err(ServiceError::validation(text::envelope(&shown)))
}
