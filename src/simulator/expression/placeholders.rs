//! `ExpressionAttributeNames` and `ExpressionAttributeValues` of one request.
//!
//! Invariant: once every expression of the request has been parsed, what was never looked up is unused, and
//! [`Placeholders::check_all_used`] refuses the request for it.

use super::{PlaceholderError, Reason};
use crate::simulator::item::{ErrorClass, ItemError, MAX_NESTING, Name, Text, Value};
use crate::simulator::json::{Arena, Json, Object};

const NAMES: &str = "ExpressionAttributeNames";
const VALUES: &str = "ExpressionAttributeValues";
/// The longest placeholder, with its sign (developer guide: limits on expression parameters).
const MAX_KEY_BYTES: usize = 255;

/// The placeholders of one request, which remembers those its expressions used.
#[derive(Debug, Default)]
pub struct Placeholders {
    names: Entries<Name>,
    values: Entries<Value>,
}

/// What placeholders stand for, in the order of their keys: most requests have a handful, or none.
#[derive(Debug)]
struct Entries<T>(Vec<Entry<T>>);

#[derive(Debug)]
struct Entry<T> {
    key: Text,
    content: T,
    used: bool,
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Entries<T> {
    /// Each of them not used yet; an object has no key twice.
    fn read<'a>(
        object: &Object<'a>,
        content: impl Fn(&'a str, &'a Json<'a>) -> Result<T, PlaceholderError>,
    ) -> Result<Self, PlaceholderError> {
        let mut entries = Vec::with_capacity(object.len());
        for (key, json) in object {
            entries.push(Entry {
                key: key.into(),
                content: content(key, json)?,
                used: false,
            });
        }
        entries.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        Ok(Self(entries))
    }

    fn place(&self, key: &str) -> Option<usize> {
        let by_key = |entry: &Entry<T>| entry.key.as_bytes().cmp(key.as_bytes());
        self.0.binary_search_by(by_key).ok()
    }

    fn get(&self, key: &str) -> Option<&T> {
        Some(&self.0[self.place(key)?].content)
    }

    /// The same, which counts as used from then on.
    fn use_up(&mut self, key: &str) -> Option<&T> {
        let place = self.place(key)?;
        let entry = &mut self.0[place];
        entry.used = true;
        Some(&entry.content)
    }

    fn unused(&self) -> Vec<String> {
        let unused = self.0.iter().filter(|entry| !entry.used);
        unused.map(|entry| entry.key.to_string()).collect()
    }
}

impl Placeholders {
    /// Reads both parameters as they stand in the request; an absent one is `None`.
    ///
    /// # Errors
    /// Names come before values, as AWS checks them. The error's class says which exception it is.
    pub fn new(
        names: Option<&Object<'_>>,
        values: Option<&Object<'_>>,
    ) -> Result<Self, PlaceholderError> {
        Self::read(names, values, MAX_NESTING)
    }

    /// As [`Placeholders::new`], of an item of a transaction: its values may nest one level more than what is stored (observed).
    ///
    /// # Errors
    /// The same.
    pub fn of_transaction(
        names: Option<&Object<'_>>,
        values: Option<&Object<'_>>,
    ) -> Result<Self, PlaceholderError> {
        Self::read(names, values, MAX_NESTING + 1)
    }

    fn read(
        names: Option<&Object<'_>>,
        values: Option<&Object<'_>>,
        levels: usize,
    ) -> Result<Self, PlaceholderError> {
        let mut read = Self::default();
        if let Some(names) = names {
            check_keys(NAMES, '#', names)?;
            read.names = Entries::read(names, |_, json| {
                let name = json.as_str().ok_or_else(|| shape_of_a_name(json))?;
                Ok(Name::new(name))
            })?;
        }
        if let Some(values) = values {
            check_keys(VALUES, ':', values)?;
            read.values = Entries::read(values, |key, json| {
                Value::read_within(json, levels).map_err(|error| match error.class() {
                    ErrorClass::Validation => PlaceholderError::NamedValue {
                        error,
                        key: key.to_owned(),
                    },
                    _ => PlaceholderError::Value(error),
                })
            })?;
        }
        Ok(read)
    }

    /// DynamoDB size of all values, without the names that stand for them.
    #[must_use]
    pub fn value_bytes(&self) -> u64 {
        self.values.0.iter().map(|entry| entry.content.size()).sum()
    }

    /// The same from parameters as `serde_json` has them; an absent one is anything but an object.
    ///
    /// # Errors
    /// As [`Placeholders::new`].
    pub fn of(
        names: &serde_json::Value,
        values: &serde_json::Value,
    ) -> Result<Self, PlaceholderError> {
        let arena = Arena::new();
        let names = names.as_object().map(|names| Object::of(names, &arena));
        let values = values.as_object().map(|values| Object::of(values, &arena));
        Self::new(names.as_ref(), values.as_ref())
    }

    /// The attribute name that `#n` stands for.
    pub(super) fn name(&mut self, key: &str) -> Result<Name, Reason> {
        let name = self.names.use_up(key).cloned();
        name.ok_or_else(|| Reason::UndefinedName(key.to_owned()))
    }

    /// The value that `:v` stands for.
    pub(super) fn value(&mut self, key: &str) -> Result<Value, Reason> {
        let value = self.values.use_up(key).cloned();
        value.ok_or_else(|| Reason::UndefinedValue(key.to_owned()))
    }

    /// The value that `:v` stands for, only looked at.
    pub(super) fn peek_value(&self, key: &str) -> Result<&Value, Reason> {
        let value = self.values.get(key);
        value.ok_or_else(|| Reason::UndefinedValue(key.to_owned()))
    }

    /// Whether there is a name for `#n`.
    pub(super) fn check_name(&self, key: &str) -> Result<(), Reason> {
        if self.names.get(key).is_some() {
            return Ok(());
        }
        Err(Reason::UndefinedName(key.to_owned()))
    }

    /// To be asked when all expressions of the request are parsed.
    ///
    /// # Errors
    /// When a name or a value was used by none of them; names come first.
    pub fn check_all_used(&self) -> Result<(), PlaceholderError> {
        let names = self.names.unused();
        let values = self.values.unused();
        match (names.is_empty(), values.is_empty()) {
            (false, _) => Err(PlaceholderError::Unused {
                parameter: NAMES,
                keys: names,
            }),
            (true, false) => Err(PlaceholderError::Unused {
                parameter: VALUES,
                keys: values,
            }),
            (true, true) => Ok(()),
        }
    }
}

fn check_keys(
    parameter: &'static str,
    sign: char,
    entries: &Object<'_>,
) -> Result<(), PlaceholderError> {
    if entries.is_empty() {
        return Err(PlaceholderError::Empty(parameter));
    }
    let valid = |key: &str| {
        key.strip_prefix(sign).is_some_and(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
    };
    if let Some(key) = entries.keys().find(|key| key.len() > MAX_KEY_BYTES) {
        return Err(PlaceholderError::KeyTooLong {
            parameter,
            size: key.len(),
        });
    }
    match entries.keys().find(|key| !valid(key)) {
        Some(key) => Err(PlaceholderError::Key {
            parameter,
            key: key.to_owned(),
        }),
        None => Ok(()),
    }
}

/// A name that isn't a string is refused in the words for any string of a request.
fn shape_of_a_name(json: &Json<'_>) -> PlaceholderError {
    let text = [("S", json.clone())];
    let shape = Value::check_shape(&Json::Object(Object::new(&text)));
    PlaceholderError::Shape(shape.err().unwrap_or(ItemError::UnexpectedFieldType))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn read(names: &Json, values: &Json) -> Result<Placeholders, String> {
        Placeholders::of(names, values).map_err(|error| error.to_string())
    }

    #[test]
    fn refusals_have_the_texts_of_aws() {
        for (names, values, text) in [
            (
                json!({}),
                Json::Null,
                "ExpressionAttributeNames must not be empty",
            ),
            (
                json!({"n": "a"}),
                Json::Null,
                r#"ExpressionAttributeNames contains invalid key: Syntax error; key: "n""#,
            ),
            (
                json!({"#": "a"}),
                Json::Null,
                r##"ExpressionAttributeNames contains invalid key: Syntax error; key: "#""##,
            ),
            (
                json!({"#n": 1}),
                Json::Null,
                "NUMBER_VALUE cannot be converted to String",
            ),
            (
                Json::Null,
                json!({}),
                "ExpressionAttributeValues must not be empty",
            ),
            (
                Json::Null,
                json!({":a-b": {"S": "x"}}),
                r#"ExpressionAttributeValues contains invalid key: Syntax error; key: ":a-b""#,
            ),
            (
                Json::Null,
                json!({":v": {}}),
                "ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes for key :v",
            ),
            (
                Json::Null,
                json!({":v": {"N": "x"}}),
                "The parameter cannot be converted to a numeric value: x",
            ),
        ] {
            assert_eq!(read(&names, &values).unwrap_err(), text);
        }
    }

    #[test]
    fn what_no_expression_used_is_named() {
        let mut placeholders = read(
            &json!({"#b": "x", "#a": "y", "#c": "z"}),
            &json!({":v": {"S": "x"}}),
        )
        .unwrap();
        placeholders.name("#b").unwrap();
        let unused = |placeholders: &Placeholders| {
            placeholders
                .check_all_used()
                .map_err(|error| error.to_string())
        };
        assert_eq!(
            unused(&placeholders).unwrap_err(),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #c}"
        );
        placeholders.name("#a").unwrap();
        placeholders.name("#c").unwrap();
        assert_eq!(
            unused(&placeholders).unwrap_err(),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"
        );
        placeholders.value(":v").unwrap();
        assert_eq!(unused(&placeholders), Ok(()));
    }
}
