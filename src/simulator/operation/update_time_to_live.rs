//! `UpdateTimeToLive`: the attribute that says when items expire, or that they don't.
//!
//! AWS was seen (October 2026, ack-api-quirks, findings 143 to 147) to complain in this order: the members; the table; what the change
//! would come to; that the last change was not long ago. Any attribute will do, a key's too.

use serde_json::json;

use crate::simulator::table::definition::{Definition, Status};
use crate::simulator::table::expiry::{TimeToLive, TimeToLiveStatus};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{flag, object, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::describe_table::read_name;
use super::{Call, Response};

const SPECIFICATION: &str = "TimeToLiveSpecification";
const SHAPES: &[(&str, Shape)] = &[
    (
        SPECIFICATION,
        Shape::Structure {
            class: "TimeToLiveSpecification",
            members: &[
                ("AttributeName", Shape::String),
                ("Enabled", Shape::Boolean),
            ],
        },
    ),
    ("TableName", Shape::String),
];
const MOST_CHARACTERS: usize = 255;

/// `TimeToLiveSpecification`.
#[derive(Debug, Clone, Copy)]
struct Specification<'a> {
    attribute: &'a str,
    enabled: bool,
}

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let name = read_name(members)?;
    call.trace.table = name.into();
    let specification = read(members)?;

    let missing = || ServiceError::not_found(text::table_not_found(name));
    let handle = call.simulator.find(name, call.now).ok_or_else(missing)?;
    let mut table = handle.write();
    let state = table.definition().status(call.now);
    if state == Status::Creating {
        return Err(ServiceError::in_use(text::time_to_live_while_created(name)));
    }
    check(table.definition(), specification, call)?;
    // What is said of a table that is being deleted is taken (observed), and gone with it.
    if state != Status::Deleting {
        if table.gone {
            return Err(missing());
        }
        let mut definition = table.definition().clone();
        definition.time_to_live = Some(TimeToLive {
            attribute: specification.attribute.to_owned(),
            enabled: specification.enabled,
            settled_at: call.now.later(call.settings().time_to_live_delay),
        });
        call.simulator.redefine(&mut table, definition)?;
    }
    Ok(Response::one(
        SPECIFICATION,
        json!({"AttributeName": specification.attribute, "Enabled": specification.enabled}),
    ))
}

fn read<'m>(members: &'m Members<'_>) -> Answer<Specification<'m>> {
    let path = |member: &str| format!("timeToLiveSpecification.{member}");
    let Some(given) = object(members, SPECIFICATION) else {
        return Err(ServiceError::enveloped(text::must_not_be_null(
            "timeToLiveSpecification",
        )));
    };
    let attribute = string(given, "AttributeName");
    let enabled = flag(given, "Enabled");
    let mut errors = Vec::new();
    match attribute {
        None => errors.push(text::must_not_be_null(&path("attributeName"))),
        Some("") => errors.push(text::constraint(
            "",
            &path("attributeName"),
            &text::length_at_least(1),
        )),
        Some(name) if name.chars().count() > MOST_CHARACTERS => errors.push(text::constraint(
            name,
            &path("attributeName"),
            &text::length_at_most(MOST_CHARACTERS),
        )),
        Some(_) => {}
    }
    if enabled.is_none() {
        errors.push(text::must_not_be_null(&path("enabled")));
    }
    match (attribute, enabled) {
        (Some(attribute), Some(enabled)) if errors.is_empty() => {
            Ok(Specification { attribute, enabled })
        }
        _ => {
            let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
            Err(ServiceError::validation(text::envelope(&shown)))
        }
    }
}

/// Whether the change may follow on what the table has.
fn check(definition: &Definition, specification: Specification<'_>, call: &Call<'_>) -> Answer<()> {
    let refuse = |why: &str| Err(ServiceError::validation(why));
    let before = definition.time_to_live.as_ref();
    match (before, definition.time_to_live(call.now)) {
        (
            Some(before),
            TimeToLiveStatus::Enabling | TimeToLiveStatus::Enabled | TimeToLiveStatus::Disabling,
        ) if before.attribute != specification.attribute => {
            return refuse(&text::time_to_live_elsewhere(&before.attribute));
        }
        (_, TimeToLiveStatus::Enabling | TimeToLiveStatus::Enabled) if specification.enabled => {
            return refuse(text::TIME_TO_LIVE_ENABLED);
        }
        (_, TimeToLiveStatus::Disabling | TimeToLiveStatus::Disabled) if !specification.enabled => {
            return refuse(text::TIME_TO_LIVE_DISABLED);
        }
        (Some(before), _) if call.now < before.settled_at => {
            return refuse(text::TIME_TO_LIVE_CHANGED);
        }
        _ => {}
    }
    Ok(())
}
