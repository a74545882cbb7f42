//! `DescribeTimeToLive`.

use serde_json::{Value, json};

use crate::simulator::table::definition::Status;
use crate::simulator::table::expiry::TimeToLiveStatus;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::text;

use super::describe_table::read_name;
use super::{Call, Response};

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    let name = read_name(members)?;
    call.trace.table = name.into();
    let handle = call
        .simulator
        .find(name, call.now)
        .ok_or_else(|| ServiceError::not_found(text::table_not_found(name)))?;
    let table = handle.read();
    let definition = table.definition();
    let state = definition.status(call.now);
    if matches!(state, Status::Creating | Status::Deleting) {
        return Err(ServiceError::validation(text::time_to_live_in_state(
            state.name(),
        )));
    }
    let status = definition.time_to_live(call.now);
    let mut description = json!({"TimeToLiveStatus": status.name()});
    // Of a table without it, nothing tells which attribute it once was (observed).
    if let Some(time_to_live) = &definition.time_to_live
        && status != TimeToLiveStatus::Disabled
    {
        description["AttributeName"] = Value::from(time_to_live.attribute.as_str());
    }
    Ok(Response::one("TimeToLiveDescription", description))
}
