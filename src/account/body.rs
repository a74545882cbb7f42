//! A request's body, read so that we and the service can't mean two different things by it.
//!
//! Of a member that is given twice, one reader takes the first and another one the last; then what was looked at would not be
//! what is done. Such a body is refused, and so is one that is no JSON.
//! Invariant: a body that was read has each member once, at any depth.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The members of a body.
///
/// # Errors
/// Why it is none, in words for the learner.
pub fn read(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Once
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err("the request is no JSON object: it begins with { and ends with }".to_owned()),
        Err(error) => Err(format!("the request can't be read as JSON: {error}")),
    }
}

/// Reads a value whose objects have each member once.
#[derive(Clone, Copy)]
struct Once;

impl<'de> DeserializeSeed<'de> for Once {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self)?;
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("{name:?} is given twice")));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_two_could_read_differently_is_refused() {
        for (text, part) in [
            (
                r#"{"TableName": "mine", "TableName": "theirs"}"#,
                "\"TableName\" is given twice",
            ),
            (
                r#"{"Item": {"a": {"S": "1", "S": "2"}}}"#,
                "\"S\" is given twice",
            ),
            (r#"[{"a": 1}]"#, "no JSON object"),
            (r#""pets""#, "no JSON object"),
            ("", "can't be read"),
            ("{", "can't be read"),
            ("{} {}", "can't be read"),
            ("{'TableName': 'pets'}", "can't be read"),
            ("{\"a\": NaN}", "can't be read"),
        ] {
            let why = read(text.as_bytes()).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
        assert!(read(b"\xff\xfe{}").is_err());
        assert!(read("[".repeat(10_000).as_bytes()).is_err());
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(".{0,4}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn anything_else_is_read_as_it_is(value in json()) {
            let bytes = serde_json::to_vec(&value).unwrap();
            match value {
                Value::Object(members) => prop_assert_eq!(read(&bytes), Ok(members)),
                _ => prop_assert!(read(&bytes).is_err()),
            }
        }
    }
}
