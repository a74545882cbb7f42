//! The members that `PutItem`, `UpdateItem` and `DeleteItem` share.
//!
//! Invariant: an [`Options`] is of a request whose members are of their types and within their constraints.

use crate::simulator::item::Item;
use crate::simulator::wire::arn;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::Report;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{self, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::super::expressions::{self, Style};

/// `ReturnValues`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum ReturnValues {
    None,
    AllOld,
    UpdatedOld,
    AllNew,
    UpdatedNew,
}

impl ReturnValues {
    /// Nothing for a word that the API doesn't have.
    fn named(name: Option<&str>) -> Option<Self> {
        Some(match name {
            None | Some("NONE") => Self::None,
            Some("ALL_OLD") => Self::AllOld,
            Some("UPDATED_OLD") => Self::UpdatedOld,
            Some("ALL_NEW") => Self::AllNew,
            Some("UPDATED_NEW") => Self::UpdatedNew,
            Some(_) => return None,
        })
    }
}

/// The members that all three writes have, read.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Options<'a> {
    pub(in super::super) table: &'a str,
    pub(in super::super) returned: ReturnValues,
    pub(in super::super) report: Report,
    /// `ReturnValuesOnConditionCheckFailure` is `ALL_OLD`.
    pub(in super::super) old_on_failure: bool,
    /// `ReturnItemCollectionMetrics` is `SIZE`.
    pub(in super::super) collection: bool,
}

impl<'a> Options<'a> {
    /// Of a request that has none of the members but these.
    pub(in super::super) const fn plain(table: &'a str, report: Report) -> Self {
        Self {
            table,
            returned: ReturnValues::None,
            report,
            old_on_failure: false,
            collection: false,
        }
    }
}

/// The scalar members that all three writes have.
pub(in super::super) const SCALARS: [(&str, Shape); 8] = [
    ("TableName", Shape::String),
    ("ReturnConsumedCapacity", Shape::String),
    ("ReturnValues", Shape::String),
    ("ReturnItemCollectionMetrics", Shape::String),
    ("ReturnValuesOnConditionCheckFailure", Shape::String),
    ("ConditionalOperator", Shape::String),
    ("ConditionExpression", Shape::String),
    ("UpdateExpression", Shape::String),
];

/// Check the members' types: `own` are the operation's, before the ones all writes have.
pub(in super::super) fn check_shapes(members: &Members, own: &[(&str, Shape)]) -> Answer<()> {
    shape::check(members, own)?;
    shape::check(
        members,
        &[
            ("ExpressionAttributeNames", shape::NAMES),
            ("ExpressionAttributeValues", shape::ATTRIBUTES),
            ("Expected", shape::EXPECTED),
        ],
    )?;
    shape::check(members, &SCALARS)
}

/// An enum member outside its values.
fn enum_error(
    members: &Members,
    member: &str,
    path: &str,
    values: &[&str],
    shown: &str,
) -> Option<String> {
    string(members, member)
        .filter(|given| !values.contains(given))
        .map(|given| text::constraint(given, path, &text::one_of(shown)))
}

fn on_failure_error(members: &Members) -> Option<String> {
    enum_error(
        members,
        "ReturnValuesOnConditionCheckFailure",
        "returnValuesOnConditionCheckFailure",
        &["ALL_OLD", "NONE"],
        "ALL_OLD, NONE",
    )
}

/// `ReturnItemCollectionMetrics` outside its values.
pub(in super::super) fn metrics_error(members: &Members) -> Option<String> {
    enum_error(
        members,
        "ReturnItemCollectionMetrics",
        "returnItemCollectionMetrics",
        &["SIZE", "NONE"],
        "SIZE, NONE",
    )
}

/// The options of `PutItem` and `DeleteItem`, whose member errors come all together; `subject` is `Item` or `Key`. `DeleteItem`
/// reports a `ReturnValues` that it doesn't honour among them (observed).
pub(in super::super) fn options<'a>(
    members: &'a Members,
    subject: &str,
    style: Style,
) -> Answer<Options<'a>> {
    if style == Style::Older {
        return older_options(members, subject);
    }
    let name = string(members, "TableName");
    let name_error = member::table_name_error(name);
    if let (Some(""), Some(error)) = (name, &name_error) {
        return Err(ServiceError::enveloped(error));
    }
    let mut errors: Vec<String> = name_error.into_iter().collect();
    if !member::given(members, subject) {
        errors.push(text::must_not_be_null(&subject.to_ascii_lowercase()));
    }
    let report = member::report(members);
    errors.extend(report.clone().err());
    let returned = ReturnValues::named(string(members, "ReturnValues"));
    if returned.is_none() {
        errors.push(text::RETURN_VALUES_ENUM.to_owned());
    }
    errors.extend(metrics_error(members));
    errors.extend(on_failure_error(members));
    if subject == "Key" && member::given(members, subject) && !honoured(returned) {
        errors.push(text::RETURN_VALUES_NOT_HONOURED.to_owned());
    }
    // Where it is the only fault it has other words (seen in tests that were made from AWS's answers).
    if errors.len() == 1 && metrics_error(members).is_some() {
        return Err(ServiceError::enveloped(text::METRICS_UNKNOWN));
    }
    let (Some(table), Ok(report), Some(returned), true) =
        (name, report, returned, errors.is_empty())
    else {
        let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
        return Err(ServiceError::validation(text::envelope(&shown)));
    };
    Ok(read(members, table, returned, report))
}

/// Whether `PutItem` and `DeleteItem` return what is asked for; an unknown word is another fault.
fn honoured(returned: Option<ReturnValues>) -> bool {
    matches!(
        returned,
        None | Some(ReturnValues::None | ReturnValues::AllOld)
    )
}

/// The options with everything in order.
fn read<'a>(
    members: &Members,
    table: &'a str,
    returned: ReturnValues,
    report: Report,
) -> Options<'a> {
    Options {
        table,
        returned,
        report,
        old_on_failure: string(members, "ReturnValuesOnConditionCheckFailure") == Some("ALL_OLD"),
        collection: string(members, "ReturnItemCollectionMetrics") == Some("SIZE"),
    }
}

/// The options of a request that the older layer reads: all member errors together, each with what was sent; a table's name that
/// is there is looked at only when they are right (observed).
fn older_options<'a>(members: &'a Members, subject: &str) -> Answer<Options<'a>> {
    let name = string(members, "TableName");
    let report = member::report(members);
    let returned_name = string(members, "ReturnValues");
    let returned = ReturnValues::named(returned_name);
    let mut errors: Vec<String> = report.clone().err().into_iter().collect();
    match name {
        None => errors.push(text::must_not_be_null("tableName")),
        Some("") => errors.push(text::constraint("", "tableName", &text::length_at_least(1))),
        Some(_) => {}
    }
    if returned.is_none() {
        errors.push(text::constraint(
            returned_name.unwrap_or_default(),
            "returnValues",
            &text::one_of("ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW"),
        ));
    }
    errors.extend(on_failure_error(members));
    errors.extend(metrics_error(members));
    errors.extend(expressions::conditional_operator_error(members));
    if !member::given(members, subject) {
        errors.push(text::must_not_be_null(&subject.to_ascii_lowercase()));
    }
    if errors.is_empty() {
        errors.extend(member::table_name_error(name));
    }
    let (Some(table), Ok(report), Some(returned), true) =
        (name, report, returned, errors.is_empty())
    else {
        let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
        return Err(ServiceError::validation(text::envelope(&shown)));
    };
    Ok(read(members, table, returned, report))
}

/// The options of `UpdateItem`, which reports one error where the others report all, some outside the envelope, and words a
/// request without its key differently (observed).
pub(in super::super) fn update_options<'m>(
    members: &'m Members<'_>,
    style: Style,
) -> Answer<Options<'m>> {
    if style == Style::Older || !member::given(members, "Key") {
        return older_options(members, "Key");
    }
    let name = string(members, "TableName");
    let report = member::report(members);
    let returned_name = string(members, "ReturnValues");
    let returned = ReturnValues::named(returned_name);
    let returned_error = || {
        text::constraint(
            returned_name.unwrap_or_default(),
            "returnValues",
            &text::one_of("ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW"),
        )
    };
    let all = |errors: &[String]| {
        let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
        ServiceError::validation(text::envelope(&shown))
    };
    let Some(table) = name else {
        let mut errors = vec![text::must_not_be_null("tableName")];
        errors.extend(returned.is_none().then(returned_error));
        return Err(all(&errors));
    };
    let mut errors = Vec::new();
    if table.is_empty() {
        errors.extend(member::table_name_error(name));
    } else if arn::of_table(table).is_none() {
        if !member::has_name_pattern(table) {
            errors.push(text::constraint(table, "tableName", text::NAME_PATTERN));
        }
        if table.len() < 3 {
            errors.push(text::constraint(
                table,
                "tableName",
                &text::length_at_least(3),
            ));
        } else if table.len() > 255 {
            errors.push(text::constraint(
                table,
                "tableName",
                &text::length_at_most(255),
            ));
        }
    }
    if !errors.is_empty() {
        return Err(all(&errors));
    }
    let Some(returned) = returned else {
        return Err(ServiceError::enveloped(text::RETURN_VALUES_ENUM));
    };
    if let Some(error) = on_failure_error(members) {
        return Err(ServiceError::validation(error));
    }
    if let Some(error) = metrics_error(members) {
        return Err(ServiceError::enveloped(error));
    }
    let report = report.map_err(ServiceError::validation)?;
    Ok(read(members, table, returned, report))
}

/// The shapes inside the values, which are read before anything is judged; `maps` are the operation's own members with attributes.
pub(in super::super) fn check_value_shapes(members: &Members, maps: &[&str]) -> Answer<()> {
    expressions::check_legacy_shapes(members)?;
    for name in maps.iter().chain(&["ExpressionAttributeValues"]) {
        if let Some(map) = member::object(members, name) {
            Item::check_shape(map)
                .map_err(|error| ServiceError::serialization(error.to_string()))?;
        }
    }
    Ok(())
}
