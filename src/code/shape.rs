//! What the parameters of each operation are made of.
//!
//! A request is JSON, and JSON does not say whether `"S"` is a type tag, a name a learner chose or a
//! member of the API. The languages need to know: in Rust a key type is an enum, in Ruby `KeySchema`
//! becomes `key_schema` but an attribute called `KeySchema` stays as it is. These tables are the
//! API's own model, cut down to the operations a lesson may use (source: the DynamoDB API reference
//! and the service model that ships with botocore): `parameters` has what stands at the top of a
//! request, `structures` what stands inside.
//!
//! Invariant: a table lists only what the service has; what is not listed is reported as unknown
//! and each language has an answer to it.

mod parameters;
mod structures;

use serde_json::Value as Json;

pub(super) use parameters::parameters;

/// What stands at one place of a request.
#[derive(Debug)]
pub(super) enum Shape {
    Text,
    /// A whole number of 32 bits, such as `Limit`.
    Integer,
    /// A whole number of 64 bits, such as capacity units.
    Long,
    Flag,
    /// The Rust type, and the values that its SDK knows.
    Enumeration(&'static str, &'static [&'static str]),
    /// One attribute value, `{"S": "…"}`.
    Value,
    List(&'static Shape),
    /// Keys are the learner's own words: attribute names, `#n`, `:v`.
    Map(&'static Shape),
    Structure(&'static Structure),
}

/// A structure of the API.
#[derive(Debug)]
pub(super) struct Structure {
    /// The name of its Rust type.
    pub name: &'static str,
    /// Whether its Rust builder can refuse to build, because a member is required.
    pub fallible: bool,
    pub members: &'static [(&'static str, Shape)],
}

/// The shape of the member `name`, where the API has one.
pub(super) fn member(
    members: &'static [(&'static str, Shape)],
    name: &str,
) -> Option<&'static Shape> {
    members
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, shape)| shape)
}

/// Whether a request says only what its operation knows, in the kinds of JSON it knows it in.
pub(super) fn fits_request(operation: &str, request: &Json) -> bool {
    match (parameters(operation), request) {
        (Some(members), Json::Object(request)) => request
            .iter()
            .all(|(name, json)| member(members, name).is_some_and(|shape| fits(shape, json))),
        _ => false,
    }
}

/// Whether `json` is of the kind that `shape` asks for, all the way down.
pub(super) fn fits(shape: &Shape, json: &Json) -> bool {
    match (shape, json) {
        (Shape::Text | Shape::Enumeration(..), Json::String(_)) | (Shape::Flag, Json::Bool(_)) => {
            true
        }
        (Shape::Integer, Json::Number(number)) => {
            number.as_i64().is_some_and(|n| i32::try_from(n).is_ok())
        }
        (Shape::Long, Json::Number(number)) => number.is_i64(),
        (Shape::Value, json) => super::value::Value::parse(json).is_some(),
        (Shape::List(element), Json::Array(list)) => list.iter().all(|json| fits(element, json)),
        (Shape::Map(element), Json::Object(map)) => map.values().all(|json| fits(element, json)),
        (Shape::Structure(structure), Json::Object(map)) => map.iter().all(|(name, json)| {
            member(structure.members, name).is_some_and(|shape| fits(shape, json))
        }),
        _ => false,
    }
}
