//! JSON as a lesson may hold it: what `serde_json` reads, without duplicate keys.
//!
//! A key written twice would silently drop half of a request, so it is an error here.
//!
//! Invariant: every error points into the excerpt the JSON came from.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::error::Problems;
use super::source::Excerpt;

/// Reads one JSON value; errors go to `problems`.
pub(crate) fn read(excerpt: &Excerpt, what: &str, problems: &mut Problems) -> Option<Value> {
    let error = match serde_json::from_str::<Strict>(excerpt.text()) {
        Ok(Strict(value)) => return Some(value),
        Err(error) => error,
    };
    let at = offset(excerpt.text(), error.line(), error.column());
    let said = error.to_string();
    let said = said
        .rsplit_once(" at line ")
        .map_or(said.as_str(), |(said, _)| said);
    if let Some(key) = said.strip_prefix(TWICE) {
        let start = key_start(excerpt.text(), at, key);
        problems.report(
            &excerpt.span(start..at + 1),
            format!("{what} has the key {key} twice in one object"),
            "keep one of them; DynamoDB would only see the last",
        );
        return None;
    }
    problems.report(
        &excerpt.span(at..at + 1),
        format!("{what} is not valid JSON: {said}"),
        "write it as the API takes it, with keys in double quotes and no comma after the last entry",
    );
    None
}

/// As [`read`], and only an object will do.
pub(crate) fn read_object(excerpt: &Excerpt, what: &str, problems: &mut Problems) -> Option<Value> {
    let value = read(excerpt, what, problems)?;
    if value.is_object() {
        return Some(value);
    }
    let end = excerpt.text().trim_end().len();
    let start = excerpt.text().len() - excerpt.text().trim_start().len();
    problems.report(
        &excerpt.span(start..end),
        format!("{what} must be a JSON object"),
        r#"begin it with {, as in { "TableName": "pets" }"#,
    );
    None
}

/// How the visitor marks its own error; the key follows in quotes.
const TWICE: &str = "duplicate key ";

/// The byte offset of a line and column as `serde_json` counts them (bytes, from 1; column 0 is the end of a line).
fn offset(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let at = (line_start + column.saturating_sub(1)).min(text.len().saturating_sub(1));
    text.floor_char_boundary(at)
}

/// Where the key begins whose reading ended around `at`.
fn key_start(text: &str, at: usize, key: &str) -> usize {
    let end = text.ceil_char_boundary((at + 1).min(text.len()));
    text[..end].rfind(key).unwrap_or(at)
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
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

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(value)) = values.next_element()? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(de::Error::custom(format!("{TWICE}{key:?}")));
            }
            let Strict(value) = entries.next_value()?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::SourceFile;
    use super::*;

    fn error_of(text: &str) -> String {
        let file = SourceFile::new("a.md", text);
        let mut problems = Problems::new(&file);
        read_object(&Excerpt::copied(text, 0), "the request", &mut problems);
        let errors = problems.into_errors();
        errors.first().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn a_key_twice_is_underlined() {
        insta::assert_snapshot!(error_of("{\n  \"TableName\": \"pets\",\n  \"Item\": { \"id\": 1, \"id\": 2 }\n}"), @r#"
error: the request has the key "id" twice in one object
 --> a.md:3:22
  |
3 |   "Item": { "id": 1, "id": 2 }
  |                      ^^^^
  = help: keep one of them; DynamoDB would only see the last
"#);
    }

    #[test]
    fn a_comma_too_many() {
        insta::assert_snapshot!(error_of("{\n  \"TableName\": \"pets\",\n}"), @r#"
error: the request is not valid JSON: trailing comma
 --> a.md:3:1
  |
3 | }
  | ^
  = help: write it as the API takes it, with keys in double quotes and no comma after the last entry
"#);
    }

    #[test]
    fn cut_short_and_not_an_object() {
        insta::assert_snapshot!(error_of("{ \"TableName\": "), @r#"
error: the request is not valid JSON: EOF while parsing a value
 --> a.md:1:15
  |
1 | { "TableName": 
  |               ^
  = help: write it as the API takes it, with keys in double quotes and no comma after the last entry
"#);
        insta::assert_snapshot!(error_of("[1]"), @r#"
error: the request must be a JSON object
 --> a.md:1:1
  |
1 | [1]
  | ^^^
  = help: begin it with {, as in { "TableName": "pets" }
"#);
    }
}
