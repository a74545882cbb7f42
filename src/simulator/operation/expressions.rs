//! The expression parameters of a request, in the order in which DynamoDB objects to them.
//!
//! ```text
//!   legacy and expressions mixed → names or values without an expression → the placeholders themselves
//!   → each expression → placeholders that none of them used
//! ```
//!
//! Writes put the request-validation family into the envelope (`1 validation error detected: …`), reads don't; that is
//! all [`Style`] is for. The legacy parameters (`Expected`, `QueryFilter`, …) that expressions replaced are read into the same
//! conditions, updates and projections, each where its operation reads it.

use crate::simulator::json::{Json, Object};

use crate::simulator::expression::{
    Condition, ExpressionError, Join, Kind, LegacyError, PlaceholderError, Placeholders,
    Projection, Update, condition, key_condition, legacy, projection, update,
};
use crate::simulator::item::{
    ErrorClass, Item, ItemError, MAX_NESTING, Stored, Value, older_words,
};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{given, list, object, string};
use crate::simulator::wire::shape::as_flag;
use crate::simulator::wire::text;

use super::layer;

/// Whose words errors come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `PutItem`, `UpdateItem` and `DeleteItem`.
    Write,
    /// `GetItem`, `Query` and `Scan`.
    Read,
    /// The batches' writes and the transactions, and single writes that the newer layer can't read: an older layer validates them,
    /// without the envelope, and values in words of its own.
    Older,
}

impl Style {
    pub(super) fn refuse(self, message: impl AsRef<str>) -> ServiceError {
        match self {
            Self::Write => ServiceError::enveloped(message),
            Self::Read | Self::Older => ServiceError::validation(message.as_ref()),
        }
    }

    pub(super) fn value_error(self, error: &ItemError) -> ServiceError {
        let message = error.to_string();
        match error.class() {
            ErrorClass::Serialization => ServiceError::serialization(message),
            ErrorClass::Validation => ServiceError::validation(message),
            ErrorClass::RequestValidation => self.refuse(message),
        }
    }

    fn legacy_error(self, error: &LegacyError) -> ServiceError {
        match error.class() {
            ErrorClass::Serialization => ServiceError::serialization(error.to_string()),
            ErrorClass::Validation => ServiceError::validation(error.to_string()),
            ErrorClass::RequestValidation => self.refuse(error.to_string()),
        }
    }

    /// The older layer adds how long a condition is that is too long, of updates and projections it doesn't (observed).
    fn condition_error(self, error: &ExpressionError, text: &str) -> ServiceError {
        if self == Self::Older && error.is_too_long() {
            return self.refuse(format!("{error} expression size: {}", text.len()));
        }
        if self == Self::Write
            && let Some(newer) = error.in_newer_words()
        {
            return self.refuse(newer);
        }
        self.expression_error(error)
    }

    fn expression_error(self, error: &ExpressionError) -> ServiceError {
        self.refuse(error.to_string())
    }

    fn placeholder_error(self, error: &PlaceholderError) -> ServiceError {
        match error {
            PlaceholderError::Shape(error) | PlaceholderError::Value(error) => {
                self.value_error(error)
            }
            PlaceholderError::NamedValue { .. } => ServiceError::validation(error.to_string()),
            _ => self.refuse(error.to_string()),
        }
    }
}

/// The attributes of a member that was found to be there, and the shapes in it right: an item or a key.
pub(super) fn attributes(members: &Members, name: &str, style: Style) -> Answer<Item> {
    read_attributes(members, name, style, Item::read_checked)
}

/// The same in the form that `read` gives.
pub(super) fn read_attributes<T>(
    members: &Members,
    name: &str,
    style: Style,
    read: impl FnOnce(&Members) -> Result<T, ItemError>,
) -> Answer<T> {
    let map = object(members, name).copied().unwrap_or_default();
    read(&map).map_err(|error| {
        if style == Style::Older && error.class() != ErrorClass::Serialization {
            return ServiceError::validation(older_words(&error, &members[name]));
        }
        // In a key an empty set stays outside the envelope (observed).
        if name == "Key" && is_empty_set(&error) {
            return ServiceError::validation(error.to_string());
        }
        style.value_error(&error)
    })
}

/// The item of a request, `sent`, in which nothing can be wrong: see [`Stored::of_plain`].
pub(super) fn plain_item(map: &Members, sent: &[u8]) -> Option<Stored> {
    has_right_names(map).then(|| Stored::of_plain(map, sent))?
}

/// Whether an item's or a key's own attributes have names that attributes may have.
pub(super) fn has_right_names(map: &Members) -> bool {
    map.keys().all(|name| name_fault(name).is_none())
}

/// The legacy parameters that are maps with values in them.
pub(super) const LEGACY: [&str; 5] = [
    "Expected",
    "AttributeUpdates",
    "QueryFilter",
    "ScanFilter",
    "KeyConditions",
];

/// The shapes of the values in legacy parameters, which are read before anything is judged.
pub(super) fn check_legacy_shapes(members: &Members) -> Answer<()> {
    LEGACY
        .iter()
        .filter_map(|name| object(members, name))
        .try_for_each(legacy::check_shapes)
        .map_err(|error| ServiceError::serialization(error.to_string()))
}

/// How a legacy parameter's entries are joined; `ConditionalOperator` is refused where there is nothing to join.
pub(super) fn join(members: &Members, parameter: &str, style: Style) -> Answer<Join> {
    let Some(operator) = string(members, "ConditionalOperator") else {
        return Ok(Join::And);
    };
    match (object(members, parameter).map_or(0, Members::len), operator) {
        (0, _) => Err(style.refuse(text::OPERATOR_WITHOUT_CONDITIONS)),
        (1, _) => Err(style.refuse(text::OPERATOR_WITH_ONE_CONDITION)),
        (_, "AND") => Ok(Join::And),
        (_, "OR") => Ok(Join::Or),
        _ => Err(style.refuse(text::CONDITIONAL_OPERATOR_ENUM)),
    }
}

/// `ConditionalOperator` outside its values, in the older layer's wording.
pub(super) fn conditional_operator_error(members: &Members) -> Option<String> {
    string(members, "ConditionalOperator")
        .filter(|operator| !["AND", "OR"].contains(operator))
        .map(|operator| text::constraint(operator, "conditionalOperator", &text::one_of("OR, AND")))
}

/// The condition that `Expected` makes.
pub(super) fn expected(members: &Members, join: Join, style: Style) -> Answer<Option<Condition>> {
    object(members, "Expected")
        .map(|entries| legacy::expected(entries, join, as_flag))
        .transpose()
        .map_err(|error| style.legacy_error(&error))
}

/// The update that `AttributeUpdates` makes.
pub(super) fn attribute_updates(members: &Members, style: Style) -> Answer<Option<Update>> {
    object(members, "AttributeUpdates")
        .map(legacy::attribute_updates)
        .transpose()
        .map_err(|error| style.legacy_error(&error))
}

/// The condition that `QueryFilter` or `ScanFilter` makes.
pub(super) fn legacy_filter(
    members: &Members,
    parameter: &str,
    join: Join,
) -> Answer<Option<Condition>> {
    object(members, parameter)
        .map(|entries| legacy::conditions(entries, join))
        .transpose()
        .map_err(|error| Style::Read.legacy_error(&error))
}

pub(super) fn legacy_key_conditions(members: &Members) -> Answer<Option<key_condition::Unbound>> {
    object(members, "KeyConditions")
        .filter(|conditions| !conditions.is_empty())
        .map(legacy::key_conditions)
        .transpose()
        .map_err(|error| Style::Read.legacy_error(&error))
}

/// The projection that `AttributesToGet` makes.
pub(super) fn attributes_to_get(members: &Members) -> Answer<Option<Projection>> {
    list(members, "AttributesToGet")
        .map(legacy::attributes_to_get)
        .transpose()
        .map_err(|error| Style::Read.legacy_error(&error))
}

/// The member errors for entries of a legacy filter that have no operator; `path` is the member as messages spell it.
pub(super) fn missing_operators(members: &Members, parameter: &str, path: &str) -> Vec<String> {
    object(members, parameter)
        .into_iter()
        .flat_map(legacy::missing_operators)
        .map(|name| text::must_not_be_null(&format!("{path}.{name}.member.comparisonOperator")))
        .collect()
}

/// The most bytes of an attribute's name; one more and it is refused (observed, where the guide says 64 KB).
const MAX_NAME_BYTES: usize = 65_535;

/// What is wrong with an attribute name, if anything.
fn name_fault(name: &str) -> Option<&'static str> {
    match name.len() {
        0 => Some(text::EMPTY_NAME),
        length if length > MAX_NAME_BYTES => Some(text::NAME_TOO_LONG),
        _ => None,
    }
}

/// Refuse an empty name, or one that is too long, among those of an item's or a key's own attributes.
pub(super) fn refuse_empty_own_names(members: &Members, map: &str, style: Style) -> Answer<()> {
    let mut names = object(members, map).into_iter().flat_map(Members::keys);
    match names.find_map(name_fault) {
        Some(fault) => Err(style.refuse(fault)),
        None => Ok(()),
    }
}

/// Refuse an empty attribute name or one that is too long, wherever the request has one; `maps` are its members with attributes.
pub(super) fn refuse_empty_names(members: &Members, maps: &[&str], style: Style) -> Answer<()> {
    let in_maps = maps
        .iter()
        .filter_map(|name| object(members, name))
        .find_map(fault_in_map);
    // Most requests name attributes nowhere else.
    if in_maps.is_none() && !members.keys().any(names_attributes) {
        return Ok(());
    }
    let in_legacy = || LEGACY.iter().find_map(|name| legacy_fault(members, name));
    let in_list = || {
        list(members, "AttributesToGet")?
            .iter()
            .filter_map(Json::as_str)
            .find_map(name_fault)
    };
    if let Some(fault) = in_maps.or_else(in_legacy).or_else(in_list) {
        return Err(style.refuse(fault));
    }
    let names = object(members, "ExpressionAttributeNames");
    let faulty = names
        .into_iter()
        .flatten()
        .filter_map(|(placeholder, name)| Some((placeholder, name_fault(name.as_str()?)?)))
        .min_by_key(|(placeholder, _)| *placeholder);
    if let Some((placeholder, fault)) = faulty {
        return Err(style.refuse(text::bad_placeholder_value(
            "ExpressionAttributeNames",
            fault,
            placeholder,
        )));
    }
    let values = object(members, "ExpressionAttributeValues");
    let mut values: Vec<_> = values.into_iter().flatten().collect();
    if style == Style::Older {
        values.sort_unstable_by_key(|(placeholder, _)| *placeholder);
    }
    for (placeholder, value) in values {
        let Some(fault) = fault_in_value(value) else {
            continue;
        };
        return Err(if style == Style::Older {
            style.refuse(text::bad_placeholder_value(
                "ExpressionAttributeValues",
                fault,
                placeholder,
            ))
        } else {
            style.refuse(fault)
        });
    }
    Ok(())
}

/// Whether a member has names of attributes in it, besides an item and a key.
fn names_attributes(member: &str) -> bool {
    matches!(
        member,
        "AttributesToGet" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
    ) || LEGACY.contains(&member)
}

fn fault_in_map(map: &Members) -> Option<&'static str> {
    map.iter()
        .find_map(|(name, value)| name_fault(name).or_else(|| fault_in_value(value)))
}

/// The same for the values of a legacy parameter; the names of its entries may be empty in filters (observed).
fn legacy_fault(members: &Members, parameter: &str) -> Option<&'static str> {
    let named = !matches!(parameter, "QueryFilter" | "ScanFilter" | "KeyConditions");
    object(members, parameter)?
        .iter()
        .find_map(|(name, entry)| {
            name_fault(name)
                .filter(|_| named || !name.is_empty())
                .or_else(|| legacy::values(entry).find_map(fault_in_value))
        })
}

/// Follows typed JSON down; a body is never deeper than the reader keeps it.
fn fault_in_value(value: &Json<'_>) -> Option<&'static str> {
    if let Some(("S" | "N" | "BOOL", _)) = value.as_object().and_then(Object::only) {
        return None;
    }
    if let Some(map) = value.get("M").and_then(Json::as_object) {
        return fault_in_map(map);
    }
    value
        .get("L")
        .and_then(Json::as_array)?
        .iter()
        .find_map(fault_in_value)
}

/// The placeholders of a request, and the expressions that use them.
pub(super) struct Parameters {
    placeholders: Placeholders,
    style: Style,
}

/// Read the placeholders; `legacy` and `expressions` are the members of the operation, in the order messages list them.
pub(super) fn parameters(
    members: &Members,
    legacy: &[&str],
    expressions: &[&str],
    style: Style,
) -> Answer<Parameters> {
    let is_parameter = |member: &str| {
        member.starts_with("ExpressionAttribute")
            || legacy.contains(&member)
            || expressions.contains(&member)
    };
    if !members.keys().any(is_parameter) {
        let placeholders = Placeholders::default();
        return Ok(Parameters {
            placeholders,
            style,
        });
    }
    let present = |name: &&&str| given(members, name);
    let old: Vec<&str> = legacy.iter().filter(present).copied().collect();
    let new: Vec<&str> = expressions.iter().filter(present).copied().collect();
    if !old.is_empty() && !new.is_empty() {
        return Err(style.refuse(text::mixed_parameters(&old.join(", "), &new.join(", "))));
    }
    let names = object(members, "ExpressionAttributeNames");
    // GetItem has no ExpressionAttributeValues; what an operation doesn't have is ignored.
    let values = Some(members)
        .filter(|_| expressions != ["ProjectionExpression"])
        .and_then(|members| object(members, "ExpressionAttributeValues"));
    if new.is_empty() && names.is_some() {
        return Err(style.refuse(text::NAMES_WITHOUT_EXPRESSION));
    }
    if new.is_empty() && values.is_some() {
        // The reads name the expressions that are missing, the writes don't (observed).
        let missing: Vec<String> = expressions
            .iter()
            .filter(|name| style == Style::Read && **name != "ProjectionExpression")
            .map(|name| format!("{name} is null"))
            .collect();
        let message = if missing.is_empty() {
            text::VALUES_WITHOUT_EXPRESSION.to_owned()
        } else {
            format!(
                "{}: {}",
                text::VALUES_WITHOUT_EXPRESSION,
                missing.join(" and ")
            )
        };
        return Err(style.refuse(message));
    }
    let placeholders =
        Placeholders::new(names, values).map_err(|error| match (&error, values) {
            (PlaceholderError::Value(refused), Some(values))
                if refused.class() != ErrorClass::Serialization
                    && (style == Style::Older || layer::is_older(members)) =>
            {
                ServiceError::validation(older_name_value(values, refused))
            }
            _ => style.placeholder_error(&error),
        })?;
    Ok(Parameters {
        placeholders,
        style,
    })
}

/// The placeholders of one item of a transaction. Without an expression they are read and then left alone (observed).
pub(super) fn older_parameters(members: &Members) -> Answer<Parameters> {
    let names = object(members, "ExpressionAttributeNames");
    let values = object(members, "ExpressionAttributeValues");
    let placeholders =
        Placeholders::of_transaction(names, values).map_err(|error| match (&error, values) {
            (PlaceholderError::Value(refused), Some(values))
                if refused.class() != ErrorClass::Serialization =>
            {
                ServiceError::validation(older_name_value(values, refused))
            }
            _ => Style::Older.placeholder_error(&error),
        })?;
    Ok(Parameters {
        placeholders,
        style: Style::Older,
    })
}

/// The older layer reports every refused value with its key.
fn older_name_value(values: &Members, error: &ItemError) -> String {
    let refused = values.iter().find(|(_, value)| {
        [MAX_NESTING, MAX_NESTING + 1]
            .into_iter()
            .any(|levels| Value::read_within(value, levels).as_ref().err() == Some(error))
    });
    match refused {
        Some((key, value)) => text::bad_placeholder_value(
            "ExpressionAttributeValues",
            &older_words(error, value),
            key,
        ),
        None => error.to_string(),
    }
}

fn is_empty_set(error: &ItemError) -> bool {
    matches!(
        error,
        ItemError::EmptyStringSet | ItemError::EmptyNumberSet | ItemError::EmptyBinarySet
    )
}

impl Parameters {
    /// A condition or filter, where the request has one.
    pub(super) fn condition(&mut self, members: &Members, kind: Kind) -> Answer<Option<Condition>> {
        string(members, kind.parameter())
            .map(|text| {
                condition::parse(kind, text, &mut self.placeholders)
                    .map_err(|error| self.style.condition_error(&error, text))
            })
            .transpose()
    }

    pub(super) fn projection(&mut self, members: &Members) -> Answer<Option<Projection>> {
        string(members, Kind::Projection.parameter())
            .map(|text| projection::parse(text, &mut self.placeholders))
            .transpose()
            .map_err(|error| self.style.expression_error(&error))
    }

    pub(super) fn update(&mut self, members: &Members) -> Answer<Option<Update>> {
        string(members, Kind::Update.parameter())
            .map(|text| update::parse(text, &mut self.placeholders))
            .transpose()
            .map_err(|error| self.style.expression_error(&error))
    }

    pub(super) fn key_condition(
        &mut self,
        members: &Members,
    ) -> Answer<Option<key_condition::Unbound>> {
        string(members, Kind::KeyCondition.parameter())
            .map(|text| key_condition::parse(text, &mut self.placeholders))
            .transpose()
            .map_err(|error| self.style.expression_error(&error))
    }

    /// DynamoDB size of all values.
    pub(super) fn value_bytes(&self) -> u64 {
        self.placeholders.value_bytes()
    }

    /// To be asked after the last expression.
    pub(super) fn all_used(&self) -> Answer<()> {
        self.placeholders
            .check_all_used()
            .map_err(|error| self.style.placeholder_error(&error))
    }
}

/// An expression that doesn't fit the table it meets; reads only, so without an envelope.
pub(super) fn misfit(error: &ExpressionError) -> ServiceError {
    ServiceError::validation(error.to_string())
}
