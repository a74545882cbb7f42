//! Values to and from the typed JSON of the API: `{"S": "Rachel"}`, `{"N": "1"}`.
//!
//! AWS reads a whole request before it judges any value in it. So reading has two passes: the first looks only at the shapes and is where
//! every `SerializationException` comes from, the second makes the values and is where they are validated.
//! Invariant: neither pass follows a value deeper than [`MAX_NESTING`] levels, however deep the JSON goes.

use super::{Item, ItemError, MAX_NESTING, Name, Number, Value};
use crate::simulator::json::{Arena, Json, Object};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as SerdeJson, json};
use std::collections::BTreeSet;

/// The class names AWS shows where a JSON array or object is in the wrong place.
const ATTRIBUTE_VALUE: &str = "class com.amazonaws.dynamodb.v20120810.AttributeValue";
const ATTRIBUTE_MAP: &str =
    "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>";

impl Value {
    /// Reads `{"S": …}` and the like.
    ///
    /// # Errors
    /// See [`ItemError`]; its class says which exception it is.
    pub fn from_json(json: &SerdeJson) -> Result<Self, ItemError> {
        Self::read(&Json::of(json, &Arena::new()))
    }

    /// Reads the same of a request.
    ///
    /// # Errors
    /// As [`Value::from_json`].
    pub fn read(json: &Json<'_>) -> Result<Self, ItemError> {
        Self::read_within(json, MAX_NESTING)
    }

    /// As [`Value::read`], of at most so many levels.
    ///
    /// # Errors
    /// See [`ItemError`].
    pub fn read_within(json: &Json<'_>, levels: usize) -> Result<Self, ItemError> {
        check_shape(json, levels)?;
        read(json, levels)
    }

    /// Looks at the shapes only: what a request fails with before any of its values is judged.
    ///
    /// # Errors
    /// Only errors of class `Serialization`.
    pub fn check_shape(json: &Json<'_>) -> Result<(), ItemError> {
        check_shape(json, MAX_NESTING)
    }

    #[must_use]
    pub fn to_json(&self) -> SerdeJson {
        match self {
            Self::S(text) => json!({ "S": text }),
            Self::N(number) => json!({ "N": number.to_string() }),
            Self::B(bytes) => json!({ "B": STANDARD.encode(bytes) }),
            Self::Bool(truth) => json!({ "BOOL": truth }),
            Self::Null => json!({ "NULL": true }),
            Self::Ss(set) => json!({ "SS": set }),
            Self::Ns(set) => json!({ "NS": set.iter().map(Number::to_string).collect::<Vec<_>>() }),
            Self::Bs(set) => {
                json!({ "BS": set.iter().map(|one| STANDARD.encode(one)).collect::<Vec<_>>() })
            }
            Self::L(list) => json!({ "L": list.iter().map(Self::to_json).collect::<Vec<_>>() }),
            Self::M(map) => json!({ "M": map.to_json() }),
        }
    }
}

impl Item {
    /// Reads `{"name": {"S": …}, …}`.
    ///
    /// # Errors
    /// See [`ItemError`].
    pub fn from_json(json: &Map<String, SerdeJson>) -> Result<Self, ItemError> {
        Self::read(&Object::of(json, &Arena::new()))
    }

    /// Reads the same of a request.
    ///
    /// # Errors
    /// As [`Item::from_json`].
    pub fn read(json: &Object<'_>) -> Result<Self, ItemError> {
        Self::check_shape(json)?;
        Self::read_checked(json)
    }

    /// The same where [`Item::check_shape`] was asked before.
    ///
    /// # Errors
    /// See [`ItemError`].
    pub fn read_checked(json: &Object<'_>) -> Result<Self, ItemError> {
        read_map(json, MAX_NESTING)
    }

    /// As [`Value::check_shape`], for every attribute.
    ///
    /// # Errors
    /// Only errors of class `Serialization`.
    pub fn check_shape(json: &Object<'_>) -> Result<(), ItemError> {
        json.values()
            .try_for_each(|value| check_shape(value, MAX_NESTING))
    }

    #[must_use]
    pub fn to_json(&self) -> SerdeJson {
        SerdeJson::Object(
            self.iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.to_json()))
                .collect(),
        )
    }
}

/// The members of a value's object that count: known type names whose content isn't `null`.
fn members<'a>(object: &Object<'a>) -> impl Iterator<Item = (&'a str, &'a Json<'a>)> + use<'a> {
    let is_type = |name: &str| {
        matches!(
            name,
            "S" | "N" | "B" | "BOOL" | "NULL" | "SS" | "NS" | "BS" | "L" | "M"
        )
    };
    object
        .iter()
        .filter(move |(name, content)| is_type(name) && !content.is_null())
}

fn check_shape(json: &Json<'_>, levels: usize) -> Result<(), ItemError> {
    let Some(below) = levels.checked_sub(1) else {
        return Ok(());
    };
    let object = match json {
        Json::Object(object) => object,
        Json::Null => return Ok(()),
        Json::Array(_) => return Err(ItemError::UnrecognizedCollection(ATTRIBUTE_VALUE)),
        Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            return Err(ItemError::UnexpectedValueType);
        }
    };
    // Nearly all values are a scalar of a type, and right.
    if let Some(("S" | "N", Json::String(_)) | ("BOOL" | "NULL", Json::Bool(_))) = object.only() {
        return Ok(());
    }
    for (name, content) in members(object) {
        match name {
            "S" | "N" => string(content).map(drop)?,
            "B" => binary(content).map(drop)?,
            "BOOL" | "NULL" => truth(content).map(drop)?,
            "SS" | "NS" => there(array(content)?).try_for_each(|one| string(one).map(drop))?,
            "BS" => there(array(content)?).try_for_each(|one| binary(one).map(drop))?,
            "L" => array(content)?
                .iter()
                .try_for_each(|one| check_shape(one, below))?,
            _ => map(content)?
                .values()
                .try_for_each(|one| check_shape(one, below))?,
        }
    }
    Ok(())
}

fn read(json: &Json<'_>, levels: usize) -> Result<Value, ItemError> {
    let Some(below) = levels.checked_sub(1) else {
        return Err(ItemError::TooDeep);
    };
    let object = json.as_object().ok_or(ItemError::Empty)?;
    match object.only() {
        Some(("S", Json::String(text))) => return Ok(Value::S((*text).into())),
        Some(("N", Json::String(text))) => return Ok(Value::N(text.parse()?)),
        _ => {}
    }
    let mut present = members(object);
    let (name, content) = present.next().ok_or(ItemError::Empty)?;
    if present.next().is_some() {
        return Err(several_types(object));
    }
    Ok(match name {
        "S" => Value::S(string(content)?.into()),
        "N" => Value::N(string(content)?.parse()?),
        "B" => Value::B(binary(content)?),
        "BOOL" => Value::Bool(truth(content)?),
        "NULL" => {
            if !truth(content)? {
                return Err(ItemError::NullNotTrue);
            }
            Value::Null
        }
        "SS" => string_set(array(content)?)?,
        "NS" => number_set(array(content)?)?,
        "BS" => binary_set(array(content)?)?,
        "L" => Value::L(
            array(content)?
                .iter()
                .map(|one| read(one, below))
                .collect::<Result<_, _>>()?,
        ),
        _ => Value::M(read_map(map(content)?, below)?),
    })
}

fn read_map(json: &Object<'_>, levels: usize) -> Result<Item, ItemError> {
    let mut attributes = Vec::with_capacity(json.len());
    for (name, value) in json {
        attributes.push((Name::new(name), read(value, levels)?));
    }
    Ok(attributes.into())
}

/// What a value with more than one type is refused for: an empty set, a number or a NULL in it comes first.
fn several_types(object: &Object<'_>) -> ItemError {
    let empty = members(object).find_map(|(name, content)| match (name, content.as_array()) {
        ("SS", Some([])) => Some(ItemError::EmptyStringSet),
        ("NS", Some([])) => Some(ItemError::EmptyNumberSet),
        ("BS", Some([])) => Some(ItemError::EmptyBinarySet),
        _ => None,
    });
    let number = || {
        members(object).find_map(|(name, content)| {
            let texts: &[Json<'_>] = match (name, content) {
                ("N", text) => std::slice::from_ref(text),
                ("NS", Json::Array(texts)) => texts,
                _ => &[],
            };
            texts
                .iter()
                .filter_map(Json::as_str)
                .find_map(|text| text.parse::<Number>().err())
        })
    };
    let null = || {
        object
            .get("NULL")
            .is_some_and(|content| truth(content) == Ok(false))
    };
    match empty {
        Some(error) => error,
        None => match number() {
            Some(error) => error.into(),
            None if null() => ItemError::NullNotTrue,
            None => ItemError::SeveralTypes,
        },
    }
}

fn string<'j>(json: &'j Json<'_>) -> Result<&'j str, ItemError> {
    json.as_str()
        .ok_or_else(|| not_a(json, "String", "class java.lang.String"))
}

fn binary(json: &Json<'_>) -> Result<Box<[u8]>, ItemError> {
    let text = json
        .as_str()
        .ok_or_else(|| not_a(json, "ByteBuffer", "class java.nio.ByteBuffer"))?;
    if !text.len().is_multiple_of(4) {
        return Err(ItemError::Base64Length(text.len()));
    }
    let padding = text
        .bytes()
        .rev()
        .take(2)
        .take_while(|byte| *byte == b'=')
        .count();
    let digits = &text[..text.len() - padding];
    if let Some(bad) = digits
        .chars()
        .find(|one| !one.is_ascii_alphanumeric() && !matches!(one, '+' | '/'))
    {
        return Err(ItemError::Base64Character(bad));
    }
    // What can still be wrong is a last character with bits that no byte takes.
    STANDARD
        .decode(text)
        .map(Vec::into_boxed_slice)
        .map_err(|_| ItemError::Base64LastCharacter)
}

/// A boolean as AWS reads one: JSON's own, or one of a few words in any case.
fn truth(json: &Json<'_>) -> Result<bool, ItemError> {
    match json {
        Json::Bool(truth) => Ok(*truth),
        Json::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" => Ok(true),
            "false" | "f" | "no" | "n" | "0" => Ok(false),
            _ => Err(ItemError::UnexpectedToken),
        },
        Json::Null => Err(ItemError::UnexpectedToken),
        _ => Err(not_a(json, "Boolean", "class java.lang.Boolean")),
    }
}

fn array<'j, 'a>(json: &'j Json<'a>) -> Result<&'j [Json<'a>], ItemError> {
    match json {
        Json::Array(elements) => Ok(elements),
        Json::Object(_) => Err(ItemError::UnexpectedStructure),
        _ => Err(ItemError::UnexpectedFieldType),
    }
}

fn map<'j, 'a>(json: &'j Json<'a>) -> Result<&'j Object<'a>, ItemError> {
    match json {
        Json::Object(members) => Ok(members),
        Json::Array(_) => Err(ItemError::UnrecognizedCollection(ATTRIBUTE_MAP)),
        _ => Err(ItemError::UnexpectedFieldType),
    }
}

/// How AWS names a JSON value that can't become `wanted`.
fn not_a(json: &Json<'_>, wanted: &'static str, class: &'static str) -> ItemError {
    let found = match json {
        Json::Bool(true) => "TRUE_VALUE",
        Json::Bool(false) => "FALSE_VALUE",
        Json::Number(number) if number.is_f64() => "DECIMAL_VALUE",
        Json::Number(_) => "NUMBER_VALUE",
        Json::Array(_) => return ItemError::UnrecognizedCollection(class),
        Json::Object(_) => return ItemError::UnexpectedStructure,
        Json::Null | Json::String(_) => return ItemError::UnexpectedFieldType,
    };
    ItemError::Conversion { found, wanted }
}

/// The members of a set that aren't `null`: one that is fits the shape, and no set takes it (`ExtendDB`'s tests against us-east-1).
fn there<'j, 'a>(elements: &'j [Json<'a>]) -> impl Iterator<Item = &'j Json<'a>> {
    elements.iter().filter(|element| !element.is_null())
}

fn string_set(elements: &[Json<'_>]) -> Result<Value, ItemError> {
    let texts = there(elements).map(string).collect::<Result<Vec<_>, _>>()?;
    if elements.is_empty() {
        return Err(ItemError::EmptyStringSet);
    }
    if let Some(listed) = with_repeat(&texts) {
        let quoted: Vec<_> = listed
            .iter()
            .map(|text| SerdeJson::from(**text).to_string())
            .collect();
        return Err(ItemError::DuplicateStrings(quoted.join(", ")));
    }
    if texts.len() < elements.len() {
        return Err(ItemError::NullInStringSet);
    }
    let set: BTreeSet<_> = texts.into_iter().collect();
    Ok(Value::Ss(set.into_iter().map(Box::from).collect()))
}

fn number_set(elements: &[Json<'_>]) -> Result<Value, ItemError> {
    if elements.is_empty() {
        return Err(ItemError::EmptyNumberSet);
    }
    let mut set = BTreeSet::new();
    let mut repeated = false;
    for element in elements {
        if element.is_null() {
            return Err(ItemError::Empty);
        }
        repeated |= !set.insert(string(element)?.parse::<Number>()?);
    }
    if repeated {
        return Err(ItemError::DuplicateNumbers);
    }
    Ok(Value::Ns(set.into_iter().collect()))
}

fn binary_set(elements: &[Json<'_>]) -> Result<Value, ItemError> {
    let members = there(elements).map(binary).collect::<Result<Vec<_>, _>>()?;
    if elements.is_empty() {
        return Err(ItemError::EmptyBinarySet);
    }
    if members.len() < elements.len() {
        return Err(ItemError::Empty);
    }
    if let Some(listed) = with_repeat(&members) {
        let quoted: Vec<_> = listed
            .iter()
            .map(|bytes| format!("\"{}\"", STANDARD.encode(bytes)))
            .collect();
        return Err(ItemError::DuplicateBinaries(quoted.join(",")));
    }
    let set: BTreeSet<_> = members.into_iter().collect();
    Ok(Value::Bs(set.into_iter().collect()))
}

/// The members of a set with a repeat, in the order AWS shows them: those read before the repeat sorted, the repeat, the rest as sent.
fn with_repeat<T: Ord>(members: &[T]) -> Option<Vec<&T>> {
    let mut read = BTreeSet::new();
    let at = members.iter().position(|one| !read.insert(one))?;
    Some(read.into_iter().chain(&members[at..]).collect())
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
