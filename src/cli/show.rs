//! JSON, capacity and time as a person reads them in a terminal of any width.

use std::time::Duration;

use serde_json::Value;

use crate::printable;
use crate::simulator::trace::CapacityUnits;
use crate::target::exchange::Exchange;

/// More lines of one message than this are counted instead of shown.
const MOST_LINES: usize = 60;

/// JSON over several lines where it does not fit into `width` columns.
pub fn json(value: &Value, width: usize) -> String {
    let mut text = String::new();
    push(&mut text, value, 0, 0, width);
    shortened(&printable::block(&text))
}

/// A body as it crossed the wire: laid out where it is JSON, as text where not.
pub fn body(bytes: &[u8], width: usize) -> String {
    match serde_json::from_slice(bytes) {
        Ok(value) => json(&value, width),
        Err(_) => shortened(&printable::block(&String::from_utf8_lossy(bytes))),
    }
}

/// `column` is where the value begins, `indent` where its closing bracket stands.
fn push(text: &mut String, value: &Value, column: usize, indent: usize, width: usize) {
    let flat = flat(value);
    if column + flat.chars().count() <= width {
        text.push_str(&flat);
        return;
    }
    let inner = indent + 2;
    let pad = " ".repeat(inner);
    match value {
        Value::Object(members) => {
            text.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                let name = Value::from(name.as_str()).to_string();
                let comma = if index == 0 { "\n" } else { ",\n" };
                text.extend([comma, &pad, &name, ": "]);
                let column = inner + name.chars().count() + 2;
                push(text, member, column, inner, width);
            }
            text.extend(["\n", &" ".repeat(indent), "}"]);
        }
        Value::Array(elements) => {
            text.push('[');
            for (index, element) in elements.iter().enumerate() {
                text.extend([if index == 0 { "\n" } else { ",\n" }, &pad]);
                push(text, element, inner, inner, width);
            }
            text.extend(["\n", &" ".repeat(indent), "]"]);
        }
        _ => text.push_str(&flat),
    }
}

/// On one line, with the spaces that people write.
fn flat(value: &Value) -> String {
    match value {
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, member)| format!("{}: {}", Value::from(name.as_str()), flat(member)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Array(elements) if elements.is_empty() => "[]".to_owned(),
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(flat).collect();
            format!("[{}]", elements.join(", "))
        }
        other => other.to_string(),
    }
}

fn shortened(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() <= MOST_LINES {
        return lines.join("\n");
    }
    let left = lines.len() - MOST_LINES;
    format!("{}\n… {left} more lines", lines[..MOST_LINES].join("\n"))
}

/// What a request cost, on one line: `0.5 RCU  $0.0000000625  0.4 ms`.
pub fn cost(exchange: &Exchange) -> String {
    let mut parts = Vec::new();
    if exchange.read != CapacityUnits::ZERO {
        parts.push(format!("{} RCU", exchange.read));
    }
    if exchange.written != CapacityUnits::ZERO {
        parts.push(format!("{} WCU", exchange.written));
    }
    if exchange.price_is_most {
        parts.push(format!("at most {}", exchange.price.rounded_up()));
    } else if !parts.is_empty() {
        parts.push(exchange.price.to_string());
    }
    parts.push(milliseconds(exchange.elapsed));
    parts.join("   ")
}

/// `0.4 ms`, `12 ms`, `1.3 s`.
pub fn milliseconds(time: Duration) -> String {
    let micros = time.as_micros();
    match micros {
        0..10_000 => format!("{}.{} ms", micros / 1000, micros % 1000 / 100),
        10_000..1_000_000 => format!("{} ms", micros / 1000),
        _ => format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json as value;

    use super::*;

    #[test]
    fn json_is_flat_where_it_fits_and_safe_to_print() {
        let request = value!({
            "TableName": "pets",
            "Item": {"id": {"S": "1"}, "name": {"S": "a\u{9b}31m"}, "pets": {"L": [{"S": "Beeba"}]}},
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        });
        insta::assert_snapshot!(json(&request, 60), @r#"
        {
          "TableName": "pets",
          "Item": {
            "id": { "S": "1" },
            "name": { "S": "a⟨U+009B⟩31m" },
            "pets": { "L": [{ "S": "Beeba" }] }
          },
          "AttributeDefinitions": [
            { "AttributeName": "id", "AttributeType": "S" }
          ]
        }
        "#);
        assert_eq!(json(&value!({}), 10), "{}");
    }

    #[test]
    fn a_long_message_is_cut_and_counted() {
        let list = value!((0..100).collect::<Vec<_>>());
        let text = json(&list, 10);
        assert_eq!(text.lines().count(), MOST_LINES + 1);
        assert!(text.ends_with("… 42 more lines"), "{text}");
    }

    #[test]
    fn times_have_the_digits_that_mean_something() {
        for (micros, text) in [
            (0, "0.0 ms"),
            (417, "0.4 ms"),
            (12_345, "12 ms"),
            (1_300_000, "1.3 s"),
        ] {
            assert_eq!(milliseconds(Duration::from_micros(micros)), text);
        }
    }
}
