//! Members of a request, read after [`super::shape::check`], and the constraints several operations share.
//!
//! Invariant: nothing here can fail on a JSON type; that was settled before.

use crate::simulator::json::Json;

use super::arn;
use super::body::Members;
use super::capacity::Report;
use super::text;

/// A string member, `None` when absent or null.
#[must_use]
pub fn string<'a>(members: &'a Members, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Json::as_str)
}

#[must_use]
pub fn flag(members: &Members, name: &str) -> Option<bool> {
    members.get(name).and_then(super::shape::as_flag)
}

#[must_use]
pub fn object<'m, 'a>(members: &'m Members<'a>, name: &str) -> Option<&'m Members<'a>> {
    members.get(name).and_then(Json::as_object)
}

#[must_use]
pub fn list<'m, 'a>(members: &'m Members<'a>, name: &str) -> Option<&'m [Json<'a>]> {
    members.get(name).and_then(Json::as_array)
}

/// Whether a member is there at all; JSON null counts as absent.
#[must_use]
pub fn given(members: &Members, name: &str) -> bool {
    members.get(name).is_some_and(|value| !value.is_null())
}

/// A 64-bit whole number; a fraction is cut off and what doesn't fit goes to the nearer end.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a float cast saturates, which is what DynamoDB's reader does"
)]
pub fn long(members: &Members, name: &str) -> Option<i64> {
    let number = members.get(name)?.as_number()?;
    number
        .as_i64()
        .or_else(|| number.as_u64().map(|_| i64::MAX))
        .or_else(|| number.as_f64().map(|float| float as i64))
}

/// A 32-bit whole number as DynamoDB reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integer {
    pub value: i64,
    /// It lost a fraction or was moved to the nearer end of 32 bits: such a request is validated by an older
    /// layer, which words things differently (observed).
    pub coerced: bool,
}

#[must_use]
pub fn integer(members: &Members, name: &str) -> Option<Integer> {
    let wide = long(members, name)?;
    let value = wide.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
    let fraction = members
        .get(name)
        .and_then(Json::as_f64)
        .is_some_and(|float| float.fract() != 0.0);
    Some(Integer {
        value,
        coerced: value != wide || fraction,
    })
}

/// `ReturnConsumedCapacity`, or what is wrong with it.
///
/// # Errors
/// The member error, without its envelope.
pub fn report(members: &Members) -> Result<Report, String> {
    match string(members, "ReturnConsumedCapacity") {
        None | Some("NONE") => Ok(Report::None),
        Some("TOTAL") => Ok(Report::Total),
        Some("INDEXES") => Ok(Report::Indexes),
        Some(other) => Err(text::constraint(
            other,
            "returnConsumedCapacity",
            &text::one_of("INDEXES, TOTAL, NONE"),
        )),
    }
}

/// Whether a name has only the characters that table and index names may have.
#[must_use]
pub fn has_name_pattern(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// What is wrong with the table name of an item operation, in the newer layer's words: one error for each
/// name, length before pattern. The ARN of a table is right.
#[must_use]
pub fn table_name_error(name: Option<&str>) -> Option<String> {
    let Some(name) = name else {
        return Some(text::must_not_be_null("tableName"));
    };
    name_error(name).filter(|_| arn::of_table(name).is_none())
}

/// A request of an item or a key, without expressions and what they replaced.
#[derive(Debug, Clone, Copy)]
pub struct Plain<'m, 'a> {
    pub table: &'a str,
    /// The item or the key, in which anything may be wrong.
    pub subject: &'m Members<'a>,
    pub consistent: bool,
    pub report: Report,
}

/// The request as a plain one: of the table's name, `name` and, if there, `ConsistentRead` and `ReturnConsumedCapacity`, all of them
/// right but for what is in `name`, and of nothing else. Most requests are so; in members that are not there no faults need to be
/// looked for.
#[must_use]
pub fn plain<'m, 'a>(members: &'m Members<'a>, name: &str) -> Option<Plain<'m, 'a>> {
    if members.len() > 4 {
        return None;
    }
    let mut table = None;
    let mut subject = None;
    let mut consistent = false;
    for (member, value) in members {
        match member {
            "TableName" => table = Some(value.as_str()?),
            "ConsistentRead" => consistent = value.as_bool()?,
            // Its value is judged below.
            "ReturnConsumedCapacity" => {
                value.as_str()?;
            }
            other if other == name => subject = Some(value.as_object()?),
            _ => return None,
        }
    }
    let plain = Plain {
        table: table?,
        subject: subject?,
        consistent,
        report: report(members).ok()?,
    };
    table_name_error(Some(plain.table))
        .is_none()
        .then_some(plain)
}

fn name_error(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some(text::constraint_unechoed(
            "TableName",
            &text::length_at_least(1),
        ));
    }
    if name.len() < 3 {
        return Some(text::constraint(
            name,
            "tableName",
            &text::length_at_least(3),
        ));
    }
    if name.len() > 255 {
        return Some(text::constraint(
            name,
            "tableName",
            &text::length_at_most(255),
        ));
    }
    (!has_name_pattern(name)).then(|| text::constraint(name, "tableName", text::NAME_PATTERN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn members(value: Value) -> Members<'static> {
        match value.into() {
            Json::Object(members) => members,
            other => unreachable!("{other:?} is no object"),
        }
    }

    #[test]
    fn numbers_are_read_into_their_bits() {
        let request =
            members(json!({"Limit": 3.7, "Far": 5_000_000_000_i64, "Fine": 7, "Huge": 1e30}));
        assert_eq!(
            integer(&request, "Limit"),
            Some(Integer {
                value: 3,
                coerced: true
            })
        );
        assert_eq!(
            integer(&request, "Far").map(|n| (n.value, n.coerced)),
            Some((2_147_483_647, true))
        );
        assert_eq!(
            integer(&request, "Fine"),
            Some(Integer {
                value: 7,
                coerced: false
            })
        );
        assert_eq!(long(&request, "Huge"), Some(i64::MAX));
        assert_eq!(integer(&request, "Absent"), None);
    }

    #[test]
    fn a_short_name_is_reported_before_its_pattern() {
        let error = table_name_error(Some("a!")).expect("too short");
        assert!(error.ends_with("greater than or equal to 3"), "{error}");
        assert_eq!(table_name_error(Some("pets")), None);
    }
}
