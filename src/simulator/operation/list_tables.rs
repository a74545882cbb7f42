//! `ListTables`: names in order, at most 100 a page.

use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{has_name_pattern, integer, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::{Call, Response};

const SHAPES: &[(&str, Shape)] = &[
    ("ExclusiveStartTableName", Shape::String),
    ("Limit", Shape::Integer),
];
const MOST: usize = 100;

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let start = string(members, "ExclusiveStartTableName");
    let limit = integer(members, "Limit").map(|limit| limit.value);
    let errors = member_errors(start, limit);
    if !errors.is_empty() {
        let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
        return Err(ServiceError::validation(text::envelope(&shown)));
    }
    let most = limit
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(MOST);
    let mut names = call.simulator.names_after(start, call.now);
    let more = names.len() > most;
    names.truncate(most);
    let last = names.last().filter(|_| more).cloned();
    let mut response = Response::one("TableNames", names);
    response.put("LastEvaluatedTableName", last);
    Ok(response)
}

fn member_errors(start: Option<&str>, limit: Option<i64>) -> Vec<String> {
    let mut errors = Vec::new();
    if let Some(name) = start {
        let path = "exclusiveStartTableName";
        if !has_name_pattern(name) {
            errors.push(text::constraint(name, path, text::NAME_PATTERN));
        }
        if name.len() < 3 {
            errors.push(text::constraint(name, path, &text::length_at_least(3)));
        }
        if name.len() > 255 {
            errors.push(text::constraint(name, path, &text::length_at_most(255)));
        }
    }
    if let Some(limit) = limit {
        let shown = limit.to_string();
        if limit < 1 {
            errors.push(text::constraint(&shown, "limit", &text::value_at_least(1)));
        }
        if limit > 100 {
            errors.push(text::constraint(&shown, "limit", &text::value_at_most(100)));
        }
    }
    errors
}
