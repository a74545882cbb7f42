//! JSON as a learner reads it: on one line where it fits, lightly coloured, and plain or typed.
//!
//! ```text
//!   typed   { "id": { "S": "1" }, "grams": { "N": "2100" } }      what is sent
//!   plain   { "id": "1", "grams": 2100 }                         what is meant
//! ```
//!
//! Invariant: what is shown as typed is the value itself, unchanged; plain is for reading only.

use serde_json::{Map, Value};

use crate::app::paper::{Line, Role, cut, width};

/// Members of requests and responses that hold attribute values by name, wherever they stand.
const VALUE_MAPS: [&str; 7] = [
    "Item",
    "Key",
    "ExpressionAttributeValues",
    "ExclusiveStartKey",
    "LastEvaluatedKey",
    "Attributes",
    "ItemCollectionKey",
];

/// A request or response body with its attribute values untyped.
#[must_use]
pub fn plain_body(body: &Value) -> Value {
    let members = match body {
        Value::Object(members) => members,
        Value::Array(elements) => return elements.iter().map(plain_body).collect(),
        other => return other.clone(),
    };
    let items = |items: &Value| match items {
        Value::Array(items) => items.iter().map(plain_item).collect(),
        other => other.clone(),
    };
    let mut plain = Map::new();
    for (name, value) in members {
        let value = match (name.as_str(), value) {
            ("Items" | "Keys", value) => items(value),
            // What a batch found, by table.
            ("Responses", Value::Object(tables)) => tables
                .iter()
                .map(|(table, found)| (table.clone(), items(found)))
                .collect(),
            (name, value) if VALUE_MAPS.contains(&name) => plain_item(value),
            // Batches and transactions have their items further inside.
            (_, value) => plain_body(value),
        };
        plain.insert(name.clone(), value);
    }
    Value::Object(plain)
}

/// An item with its attribute values untyped.
#[must_use]
pub fn plain_item(item: &Value) -> Value {
    match item {
        Value::Object(attributes) => attributes
            .iter()
            .map(|(name, value)| (name.clone(), plain_value(value)))
            .collect(),
        other => other.clone(),
    }
}

/// One attribute value, untyped; what isn't one stays as it is, so that a learner's mistake stays visible.
#[must_use]
pub fn plain_value(value: &Value) -> Value {
    let Value::Object(members) = value else {
        return value.clone();
    };
    let (Some((kind, inner)), 1) = (members.iter().next(), members.len()) else {
        return value.clone();
    };
    match (kind.as_str(), inner) {
        ("S" | "B" | "BOOL" | "SS" | "BS", inner) => inner.clone(),
        ("NULL", _) => Value::Null,
        ("N", Value::String(digits)) => number(digits),
        ("NS", Value::Array(numbers)) => numbers
            .iter()
            .map(|entry| entry.as_str().map_or_else(|| entry.clone(), number))
            .collect(),
        ("L", Value::Array(list)) => list.iter().map(plain_value).collect(),
        ("M", map) => plain_item(map),
        _ => value.clone(),
    }
}

/// A number that JSON can say exactly, else its digits as text: 38 digits must not be rounded for show.
fn number(digits: &str) -> Value {
    match serde_json::from_str::<Value>(digits) {
        Ok(Value::Number(number)) if number.to_string() == digits => Value::Number(number),
        _ => Value::String(digits.to_owned()),
    }
}

/// JSON in lines of at most `columns` cells where its texts allow it; longer texts are cut with `…`.
#[must_use]
pub fn lines(value: &Value, columns: u16) -> Vec<Line> {
    let mut lines = vec![Line::new()];
    layout(value, 0, 0, columns, &mut lines);
    lines
}

/// JSON on one line.
#[must_use]
pub fn one_line(value: &Value) -> Line {
    let mut line = Line::new();
    flat(value, &mut line);
    line
}

fn text_of(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn flat(value: &Value, line: &mut Line) {
    match value {
        Value::Object(members) if members.is_empty() => line.add(Role::JsonMark, "{}"),
        Value::Array(entries) if entries.is_empty() => line.add(Role::JsonMark, "[]"),
        Value::Object(members) => {
            line.add(Role::JsonMark, "{ ");
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    line.add(Role::JsonMark, ", ");
                }
                line.add(Role::JsonKey, text_of(name));
                line.add(Role::JsonMark, ": ");
                flat(value, line);
            }
            line.add(Role::JsonMark, " }");
        }
        Value::Array(entries) => {
            line.add(Role::JsonMark, "[ ");
            for (index, value) in entries.iter().enumerate() {
                if index > 0 {
                    line.add(Role::JsonMark, ", ");
                }
                flat(value, line);
            }
            line.add(Role::JsonMark, " ]");
        }
        Value::String(text) => line.add(Role::JsonString, text_of(text)),
        Value::Number(number) => line.add(Role::JsonNumber, number.to_string()),
        Value::Bool(truth) => line.add(Role::JsonNumber, truth.to_string()),
        Value::Null => line.add(Role::JsonNumber, "null"),
    }
}

/// Appends a value to the last line, breaking where it doesn't fit; `after` cells must stay free behind it.
fn layout(value: &Value, indent: usize, after: u16, columns: u16, lines: &mut Vec<Line>) {
    let used = lines.last().map_or(0, Line::width);
    let one = one_line(value);
    let room = columns.saturating_sub(used + after);
    if one.width() <= room {
        return append(lines, one);
    }
    let inner = indent + 2;
    match value {
        Value::Object(members) if !members.is_empty() => {
            push(lines, Role::JsonMark, "{");
            let last = members.len() - 1;
            for (index, (name, value)) in members.iter().enumerate() {
                lines.push(Line::of(Role::Text, " ".repeat(inner)));
                push(lines, Role::JsonKey, &text_of(name));
                push(lines, Role::JsonMark, ": ");
                layout(value, inner, u16::from(index < last), columns, lines);
                if index < last {
                    push(lines, Role::JsonMark, ",");
                }
            }
            lines.push(Line::of(
                Role::JsonMark,
                format!("{}}}", " ".repeat(indent)),
            ));
        }
        Value::Array(entries) if !entries.is_empty() => {
            push(lines, Role::JsonMark, "[");
            let last = entries.len() - 1;
            for (index, value) in entries.iter().enumerate() {
                lines.push(Line::of(Role::Text, " ".repeat(inner)));
                layout(value, inner, u16::from(index < last), columns, lines);
                if index < last {
                    push(lines, Role::JsonMark, ",");
                }
            }
            lines.push(Line::of(Role::JsonMark, format!("{}]", " ".repeat(indent))));
        }
        Value::String(text) => {
            let quoted = text_of(text);
            let shown = if width(&quoted) > room {
                cut(&quoted, room.max(8))
            } else {
                quoted
            };
            push(lines, Role::JsonString, &shown);
        }
        _ => append(lines, one),
    }
}

fn push(lines: &mut [Line], role: Role, text: &str) {
    if let Some(line) = lines.last_mut() {
        line.add(role, text);
    }
}

fn append(lines: &mut [Line], tail: Line) {
    if let Some(line) = lines.last_mut() {
        for span in tail.spans {
            line.add(span.role, span.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(value: &Value, columns: u16) -> String {
        lines(value, columns)
            .iter()
            .map(Line::plain)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn typed_becomes_plain() {
        let item = json!({ "id": { "S": "1" }, "grams": { "N": "2100" }, "pi": { "N": "3.14159265358979323846" },
            "pets": { "L": [ { "M": { "name": { "S": "Beeba" } } } ] }, "gone": { "NULL": true }, "odd": { "X": 1 } });
        assert_eq!(
            plain_item(&item),
            json!({ "id": "1", "grams": 2100, "pi": "3.14159265358979323846",
                "pets": [ { "name": "Beeba" } ], "gone": null, "odd": { "X": 1 } })
        );
    }

    #[test]
    fn what_fits_stays_on_one_line() {
        insta::assert_snapshot!(text(&json!({ "TableName": "people", "Key": { "id": { "S": "1" } } }), 72),
            @r#"{ "TableName": "people", "Key": { "id": { "S": "1" } } }"#);
        insta::assert_snapshot!(text(&json!({ "TableName": "people", "Key": { "id": { "S": "1" } }, "X": [1, 2] }), 40), @r#"
        {
          "TableName": "people",
          "Key": { "id": { "S": "1" } },
          "X": [ 1, 2 ]
        }
        "#);
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(text(&json!("abcdefghijklmnop"), 10), "\"abcdefgh…");
    }
}
