//! The JSON shapes of the API's members, and what DynamoDB says when one has another type.
//!
//! DynamoDB reads a request into typed members before it validates anything, so `"TableName": 23` is a
//! `SerializationException` ahead of every other complaint. Its words are those of the Java reader
//! behind it: `NUMBER_VALUE cannot be converted to String`, `Unrecognized collection type class …`.
//!
//! Invariant: the shapes are no deeper than written here, so a check never recurses with its input.

use crate::simulator::json::Json;

use super::body::Members;
use super::error::{Answer, ServiceError};

const STRUCTURE_UNEXPECTED: &str = "Start of structure or map found where not expected";
const FIELD_UNEXPECTED: &str = "Unexpected field type";
const VALUE_UNEXPECTED: &str = "Unexpected value type in payload";
const TOKEN_UNEXPECTED: &str = "Unexpected token received from parser";
/// What Java itself says where its reader takes the list or map in a list or map for a class.
const CAST: &str = "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of loader 'bootstrap')";
/// The package of the service's own classes, as its messages spell it.
const PACKAGE: &str = "com.amazonaws.dynamodb.v20120810";

/// The type of one member.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    String,
    /// 32 bits.
    Integer,
    /// 64 bits.
    Long,
    /// JSON `true` or `false`, or a string that DynamoDB takes for one.
    Boolean,
    List(&'static Shape),
    /// A map with names that the request chooses.
    Map(&'static Shape),
    Structure {
        class: &'static str,
        members: &'static [(&'static str, Shape)],
    },
    /// An attribute value: here only that it is a JSON object; the item room reads what is in it.
    AttributeValue,
}

impl Shape {
    /// The Java class as the messages name it.
    fn class(self) -> String {
        match self {
            Self::String => "java.lang.String".to_owned(),
            Self::Integer => "java.lang.Integer".to_owned(),
            Self::Long => "java.lang.Long".to_owned(),
            Self::Boolean => "java.lang.Boolean".to_owned(),
            Self::List(element) => format!("java.util.List<{}>", element.class()),
            Self::Map(value) => {
                format!("java.util.Map<java.lang.String, {}>", value.class())
            }
            Self::Structure { class, .. } => format!("{PACKAGE}.{class}"),
            Self::AttributeValue => format!("{PACKAGE}.AttributeValue"),
        }
    }
}

/// Check the members of a request against their shapes, in the order the shapes are listed.
///
/// Members that the API doesn't have are ignored, and so is a `null`, as on AWS.
///
/// # Errors
/// `SerializationException` in the words of DynamoDB's reader.
pub fn check(members: &Members, shapes: &[(&str, Shape)]) -> Answer<()> {
    for &(name, shape) in shapes {
        if let Some(value) = members.get(name).filter(|value| !value.is_null()) {
            check_value(value, shape, Place::Member)?;
        }
    }
    Ok(())
}

/// Where a value stands: a scalar in place of a structure is worded differently in a list or map.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Member,
    Element,
}

fn check_value(value: &Json<'_>, shape: Shape, place: Place) -> Answer<()> {
    match shape {
        Shape::String if value.is_string() => Ok(()),
        Shape::Integer | Shape::Long if value.is_number() => Ok(()),
        Shape::Boolean if as_flag(value).is_some() => Ok(()),
        Shape::String | Shape::Integer | Shape::Long | Shape::Boolean => {
            Err(ServiceError::serialization(scalar_refusal(value, shape)))
        }
        Shape::List(element) => {
            let Json::Array(list) = value else {
                return refuse(match value {
                    Json::Object(_) => STRUCTURE_UNEXPECTED,
                    _ if place == Place::Element => CAST,
                    _ => FIELD_UNEXPECTED,
                });
            };
            for one in list.iter().filter(|one| !one.is_null()) {
                check_value(one, *element, Place::Element)?;
            }
            Ok(())
        }
        Shape::Map(inner) => {
            let Json::Object(map) = value else {
                return collection_refusal(value, shape, place);
            };
            for one in map.values().filter(|one| !one.is_null()) {
                check_value(one, *inner, Place::Element)?;
            }
            Ok(())
        }
        Shape::Structure { members, .. } => match value {
            Json::Object(map) => check(map, members),
            _ => collection_refusal(value, shape, place),
        },
        Shape::AttributeValue => match value {
            Json::Object(_) => Ok(()),
            _ => collection_refusal(value, shape, place),
        },
    }
}

fn refuse(message: &str) -> Answer<()> {
    Err(ServiceError::serialization(message))
}

/// Something else where a map or structure belongs.
fn collection_refusal(value: &Json<'_>, shape: Shape, place: Place) -> Answer<()> {
    match value {
        Json::Array(_) => Err(ServiceError::serialization(format!(
            "Unrecognized collection type {}{}",
            if matches!(shape, Shape::Map(_)) {
                ""
            } else {
                "class "
            },
            shape.class()
        ))),
        _ if place == Place::Member => refuse(FIELD_UNEXPECTED),
        _ if matches!(shape, Shape::Map(_)) => refuse(CAST),
        _ => refuse(VALUE_UNEXPECTED),
    }
}

fn scalar_refusal(value: &Json<'_>, shape: Shape) -> String {
    let class = shape.class();
    let short = class.rsplit('.').next().unwrap_or(&class);
    let token = match value {
        Json::Array(_) => return format!("Unrecognized collection type class {class}"),
        Json::Object(_) => return STRUCTURE_UNEXPECTED.to_owned(),
        Json::Null => return FIELD_UNEXPECTED.to_owned(),
        Json::String(_) if matches!(shape, Shape::Boolean) => return TOKEN_UNEXPECTED.to_owned(),
        Json::String(_) => "STRING_VALUE",
        Json::Bool(true) => "TRUE_VALUE",
        Json::Bool(false) => "FALSE_VALUE",
        Json::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Json::Number(_) => "NUMBER_VALUE",
    };
    format!("{token} cannot be converted to {short}")
}

/// A boolean as DynamoDB's reader takes it: also the strings `true`, `t`, `yes`, `y`, `1` and their
/// opposites, in any case (observed).
#[must_use]
pub fn as_flag(value: &Json<'_>) -> Option<bool> {
    const TRUE: [&str; 5] = ["true", "t", "yes", "y", "1"];
    const FALSE: [&str; 5] = ["false", "f", "no", "n", "0"];
    match value {
        Json::Bool(flag) => Some(*flag),
        Json::String(text) if TRUE.iter().any(|word| text.eq_ignore_ascii_case(word)) => Some(true),
        Json::String(text) if FALSE.iter().any(|word| text.eq_ignore_ascii_case(word)) => {
            Some(false)
        }
        _ => None,
    }
}

// The structures that several operations share.

/// A map of attribute values: an item, a key, the expression's values.
pub const ATTRIBUTES: Shape = Shape::Map(&Shape::AttributeValue);
/// `ExpressionAttributeNames`.
pub const NAMES: Shape = Shape::Map(&Shape::String);

/// One entry of the legacy `Expected`.
pub const EXPECTED: Shape = Shape::Map(&Shape::Structure {
    class: "ExpectedAttributeValue",
    members: &[
        ("Value", Shape::AttributeValue),
        ("Exists", Shape::Boolean),
        ("ComparisonOperator", Shape::String),
        ("AttributeValueList", Shape::List(&Shape::AttributeValue)),
    ],
});

/// One entry of the legacy `QueryFilter`, `ScanFilter` and `KeyConditions`.
pub const CONDITIONS: Shape = Shape::Map(&Shape::Structure {
    class: "Condition",
    members: &[
        ("ComparisonOperator", Shape::String),
        ("AttributeValueList", Shape::List(&Shape::AttributeValue)),
    ],
});

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn said(value: &Value, shape: Shape) -> Option<String> {
        let request = json!({"Member": value});
        let members = request.as_object().expect("an object was written");
        check(&members.into(), &[("Member", shape)])
            .err()
            .and_then(|error| error.message().map(str::to_owned))
    }

    #[test]
    fn wrong_types_are_named_as_the_java_reader_names_them() {
        let cases = [
            (
                json!(23),
                Shape::String,
                "NUMBER_VALUE cannot be converted to String",
            ),
            (
                json!(2.5),
                Shape::String,
                "DECIMAL_VALUE cannot be converted to String",
            ),
            (
                json!(true),
                Shape::String,
                "TRUE_VALUE cannot be converted to String",
            ),
            (
                json!(["a"]),
                Shape::String,
                "Unrecognized collection type class java.lang.String",
            ),
            (json!({}), Shape::String, STRUCTURE_UNEXPECTED),
            (
                json!("5"),
                Shape::Integer,
                "STRING_VALUE cannot be converted to Integer",
            ),
            (json!("maybe"), Shape::Boolean, TOKEN_UNEXPECTED),
            (
                json!(1),
                Shape::Boolean,
                "NUMBER_VALUE cannot be converted to Boolean",
            ),
            (
                json!([]),
                ATTRIBUTES,
                "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>",
            ),
            (json!("a"), ATTRIBUTES, FIELD_UNEXPECTED),
            (json!(["a"]), Shape::List(&ATTRIBUTES), CAST),
            (
                json!({"a": 23}),
                Shape::Map(&Shape::List(&ATTRIBUTES)),
                CAST,
            ),
            (
                json!({"a": {}}),
                Shape::Map(&Shape::List(&ATTRIBUTES)),
                STRUCTURE_UNEXPECTED,
            ),
            (json!({"a": "b"}), ATTRIBUTES, VALUE_UNEXPECTED),
            (
                json!({"a": []}),
                ATTRIBUTES,
                "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue",
            ),
        ];
        for (value, shape, expected) in cases {
            assert_eq!(said(&value, shape).as_deref(), Some(expected), "{value}");
        }
    }

    #[test]
    fn null_is_absence() {
        assert_eq!(said(&Value::Null, Shape::String), None);
        assert_eq!(said(&json!("YES"), Shape::Boolean), None);
    }
}
