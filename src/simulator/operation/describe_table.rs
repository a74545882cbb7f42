//! `DescribeTable`.

use serde_json::Value;

use crate::simulator::table::description::Description;
use crate::simulator::wire::arn;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{has_name_pattern, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

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

/// The table's name, in the words that `DescribeTable` and `DeleteTable` share.
pub(super) fn read_name<'m>(members: &'m Members<'_>) -> Answer<&'m str> {
    shape::check(members, &[("TableName", Shape::String)])?;
    let name = string(members, "TableName")
        .ok_or_else(|| ServiceError::validation(text::TABLE_NAME_REQUIRED))?;
    if arn::of_table(name).is_some() {
        return Ok(name);
    }
    if !(3..=255).contains(&name.len()) {
        return Err(ServiceError::validation(text::TABLE_NAME_LENGTH));
    }
    if !has_name_pattern(name) {
        return Err(ServiceError::enveloped(text::constraint(
            name,
            "tableName",
            text::NAME_PATTERN,
        )));
    }
    Ok(name)
}
