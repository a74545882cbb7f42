//! `DeleteTable`.

use serde_json::Value;

use crate::simulator::trace::Effect;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::Answer;

use super::describe_table::read_name;
use super::{Call, Response};

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    let name = read_name(members)?;
    call.trace.table = name.into();
    let description = call.simulator.delete(name, call.now)?;
    call.trace.effect = Effect::TableDeleted;
    Ok(Response::one(
        "TableDescription",
        Value::Object(description),
    ))
}
