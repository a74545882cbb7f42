//! `ListTagsOfResource`: all tags of a table. Fifty fit into one answer, so there is never a `NextToken`.

use serde_json::{Value, json};

use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::Answer;
use crate::simulator::wire::shape::{self, Shape};

use super::{Call, Response, tags};

const SHAPES: &[(&str, Shape)] = &[tags::RESOURCE_ARN, ("NextToken", Shape::String)];

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let resource = tags::resource(call, members, None)?;
    let handle = tags::find(call, resource)?;
    let table = handle.read();
    let tags = table
        .definition()
        .tags
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    Ok(Response::one("Tags", Value::Array(tags)))
}
