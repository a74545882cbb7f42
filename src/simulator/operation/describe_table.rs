//! `DescribeTable`.

use serde_json::Value;

use crate::simulator::table::description::Description;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::string;
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::table_definition::member_errors::MemberErrors;
use super::{Call, Response};

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    let name = read_name(members)?;
    call.trace.table = name.into();
    let table = call
        .simulator
        .find(name, call.now)
        .ok_or_else(|| ServiceError::not_found(text::table_not_found(name)))?;
    let table = table.read();
    call.trace.partitions = table.items().states();
    let description = Description::of(&table, call.now).into_json();
    Ok(Response::one("Table", Value::Object(description)))
}

/// The table's name. It is judged before anything else, and alone.
///
/// The words are those of October 2026 (ack-api-quirks, findings 14 and 448, the latter in us-east-1); until some years ago, all but
/// `CreateTable` had words of their own for a name that is too short or too long.
pub(super) fn read_name<'m>(members: &'m Members<'_>) -> Answer<&'m str> {
    shape::check(members, &[("TableName", Shape::String)])?;
    let name = string(members, "TableName")
        .ok_or_else(|| ServiceError::validation(text::TABLE_NAME_REQUIRED))?;
    let mut errors = MemberErrors::default();
    errors.table_name(name);
    errors.settle()?;
    Ok(name)
}
