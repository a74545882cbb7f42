//! The parameters that expressions replaced: `Expected`, `QueryFilter`, `ScanFilter`, `KeyConditions`, `AttributeUpdates`, `AttributesToGet`.
//!
//! ```text
//!   {"age": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "3"}]}}     age > :v       the same condition
//!   {"tag": {"Action": "ADD", "Value": {"SS": ["x"]}}}                            ADD tag :v     the same update
//! ```
//!
//! AWS still takes them, so they are read into the same trees that expressions are parsed into, and nothing after that knows the
//! difference. Attributes are named as they are, without placeholders, and only at the top level. Where several entries are wrong the
//! first by name is reported, since AWS's own choice follows a hash map.
//! Invariant: a value was checked as any other value of a request before it is in a tree, and an operator has as many values as it takes.

mod conditions;
mod expected;
mod updates;

pub use conditions::{conditions, key_conditions, missing_operators};
pub use expected::expected;
pub use updates::attribute_updates;

use super::{Path, Projection};
use crate::simulator::item::{ErrorClass, ItemError, Name, Type, Value};
use crate::simulator::json::{Json, Object};

/// A legacy parameter that is refused before any item is looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LegacyError {
    #[error(transparent)]
    Value(#[from] ItemError),
    #[error("One or more parameter values were invalid: {0}")]
    Parameter(Fault),
    #[error(
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
    )]
    BetweenReversed,
    // The stray quote is AWS's own.
    #[error("Member must satisfy enum value set: [ADD, DELETE, PUT]' for Action")]
    Action,
}

/// What follows `One or more parameter values were invalid:`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("Invalid comparison operator")]
    Operator,
    #[error("Invalid number of argument(s) for the {0} ComparisonOperator")]
    Arguments(&'static str),
    #[error("ComparisonOperator {operator} is not valid for {found} AttributeValue type")]
    OperandType { operator: &'static str, found: Type },
    #[error("AttributeValues inside AttributeValueList must be of same type")]
    MixedTypes,
    #[error("Exists and ComparisonOperator cannot be used together for Attribute: {0}")]
    ExistsWithOperator(String),
    #[error("Value and AttributeValueList cannot be used together for Attribute: {0}")]
    ValueWithList(String),
    #[error("AttributeValueList can only be used with a ComparisonOperator for Attribute: {0}")]
    ListWithoutOperator(String),
    #[error(
        "Value or AttributeValueList must be used with ComparisonOperator: {operator} for Attribute: {name}"
    )]
    OperatorWithoutValue {
        operator: &'static str,
        name: String,
    },
    /// `exists` is `true` or `null`, as the request has it.
    #[error("Value must be provided when Exists is {exists} for Attribute: {name}")]
    ValueMissing { exists: &'static str, name: String },
    #[error("Value cannot be used when Exists is false for Attribute: {0}")]
    ValueUnexpected(String),
    #[error("Duplicate value in attribute name: {0}")]
    Duplicate(String),
    #[error("Only DELETE action is allowed when no attribute value is specified")]
    OnlyDelete,
    #[error("DELETE action with value is not supported for the type {0}")]
    DeleteType(Type),
    #[error("ADD action is not supported for the type {0}")]
    AddType(Type),
}

impl LegacyError {
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Value(error) => error.class(),
            Self::Parameter(Fault::OnlyDelete | Fault::DeleteType(_) | Fault::AddType(_)) => {
                ErrorClass::Validation
            }
            _ => ErrorClass::RequestValidation,
        }
    }
}

impl From<Fault> for LegacyError {
    fn from(fault: Fault) -> Self {
        Self::Parameter(fault)
    }
}

/// Looks at the shapes of the values in a legacy parameter, which are read before anything is judged.
///
/// # Errors
/// Only errors of class `Serialization`.
pub fn check_shapes(parameter: &Object<'_>) -> Result<(), ItemError> {
    parameter
        .values()
        .flat_map(values)
        .try_for_each(Value::check_shape)
}

/// The attribute values in one entry of a legacy parameter.
pub fn values<'j, 'a>(entry: &'j Json<'a>) -> impl Iterator<Item = &'j Json<'a>> {
    let list = entry.get("AttributeValueList").and_then(Json::as_array);
    let value = entry.get("Value").filter(|value| !value.is_null());
    value.into_iter().chain(list.into_iter().flatten())
}

/// The text of a member, if the entry has it.
fn text<'e>(entry: &'e Json, member: &str) -> Option<&'e str> {
    entry.get(member).and_then(Json::as_str)
}

/// `AttributeValueList`, if the entry has it.
fn value_list(entry: &Json<'_>) -> Result<Option<Vec<Value>>, ItemError> {
    entry
        .get("AttributeValueList")
        .and_then(Json::as_array)
        .map(|list| list.iter().map(Value::read).collect())
        .transpose()
}

/// The path to a top-level attribute, whatever characters its name has.
fn attribute(name: &str) -> Path {
    Path::new(Name::new(name), Box::default())
}

/// `AttributesToGet`: names, of which none may come twice.
///
/// # Errors
/// Names the first that does.
pub fn attributes_to_get(names: &[Json<'_>]) -> Result<Projection, LegacyError> {
    let names: Vec<&str> = names.iter().filter_map(Json::as_str).collect();
    for (at, name) in names.iter().enumerate() {
        if names[..at].contains(name) {
            return Err(Fault::Duplicate((*name).to_owned()).into());
        }
    }
    Ok(Projection::of(names.into_iter().map(attribute).collect()))
}

#[cfg(test)]
mod tests;
