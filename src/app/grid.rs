//! Items as a small grid: keys first, then the other attributes, values plain.
//!
//! Invariant: the grid is never wider than asked; what doesn't fit is cut with `…` and columns that are left out are counted.

use serde_json::Value;

use crate::app::json::{one_line, plain_value};
use crate::app::paper::{Line, Role, cut, width};

const GAP: u16 = 2;
/// Narrower than this a column says nothing.
const NARROWEST: u16 = 6;
const WIDEST: u16 = 28;

/// Items (typed JSON) as lines: a header and one line each, `rows` at most; `keys` are the key attributes.
#[must_use]
pub fn lines(items: &[Value], keys: &[String], total: u64, rows: usize, columns: u16) -> Vec<Line> {
    if items.is_empty() {
        return vec![Line::of(Role::Dim, "no items")];
    }
    let names = attributes(items, keys);
    let shown: Vec<&Value> = items.iter().take(rows).collect();
    let widths: Vec<u16> = names
        .iter()
        .map(|name| {
            let values = shown.iter().map(|item| width(&cell(item, name).0));
            values
                .chain([width(name)])
                .max()
                .unwrap_or(0)
                .clamp(1, WIDEST)
        })
        .collect();
    let widths = fit(widths, columns);
    let mut lines = vec![header(&names, &widths, keys)];
    for item in &shown {
        lines.push(row(item, &names, &widths, keys));
    }
    let more = total.saturating_sub(shown.len() as u64);
    if more > 0 {
        lines.push(Line::of(
            Role::Dim,
            format!("… and {}", crate::app::figures::plural(more, "more item")),
        ));
    }
    lines
}

/// Key attributes first, then the others in order of their first appearance.
fn attributes(items: &[Value], keys: &[String]) -> Vec<String> {
    let mut names: Vec<String> = keys.to_vec();
    for item in items {
        for name in item
            .as_object()
            .into_iter()
            .flat_map(|attributes| attributes.keys())
        {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    names
}

/// As many columns as have room, the widest ones narrowed first.
fn fit(mut widths: Vec<u16>, columns: u16) -> Vec<u16> {
    loop {
        let gaps = GAP * u16::try_from(widths.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let total = widths.iter().copied().fold(gaps, u16::saturating_add);
        if total <= columns || widths.is_empty() {
            return widths;
        }
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => {
                widths.pop();
            }
        }
    }
}

fn header(names: &[String], widths: &[u16], keys: &[String]) -> Line {
    let mut line = Line::new();
    let mut column = 0;
    for (name, &room) in names.iter().zip(widths) {
        let role = if keys.contains(name) {
            Role::Accent
        } else {
            Role::Dim
        };
        line = line.to_column(column).push(role, cut(name, room));
        column += room + GAP;
    }
    let hidden = names.len() - widths.len();
    if hidden > 0 {
        line = line.push(Role::Dim, format!(" +{hidden}"));
    }
    line
}

fn row(item: &Value, names: &[String], widths: &[u16], keys: &[String]) -> Line {
    let mut line = Line::new();
    let mut column = 0;
    for (name, &room) in names.iter().zip(widths) {
        let (text, number) = cell(item, name);
        let text = cut(&text, room);
        let start = if number {
            column + room.saturating_sub(width(&text))
        } else {
            column
        };
        if !text.is_empty() {
            let role = if keys.contains(name) {
                Role::Strong
            } else {
                Role::Text
            };
            line = line.to_column(start).push(role, text);
        }
        column += room + GAP;
    }
    line
}

/// A value as text, and whether it is a number (numbers end at one column).
fn cell(item: &Value, name: &str) -> (String, bool) {
    match item.get(name) {
        None => (String::new(), false),
        Some(typed) => match plain_value(typed) {
            Value::String(text) => (
                crate::printable::line(&text).into_owned(),
                typed.get("N").is_some(),
            ),
            plain @ Value::Number(_) => (plain.to_string(), true),
            plain => (one_line(&plain).plain(), false),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(columns: u16, rows: usize) -> String {
        let items = [
            json!({ "name": { "S": "Rachel" }, "id": { "S": "1" }, "grams": { "N": "2100" } }),
            json!({ "id": { "S": "2" }, "address": { "S": "1234 Turing Ln." }, "grams": { "N": "38" } }),
        ];
        let lines = lines(&items, &["id".to_owned()], 2, rows, columns);
        lines.iter().map(Line::plain).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn keys_come_first_and_numbers_end_at_one_column() {
        insta::assert_snapshot!(shown(72, 5), @r"
        id  name    grams  address
        1   Rachel   2100
        2              38  1234 Turing Ln.
        ");
    }

    #[test]
    fn what_has_no_room_is_counted() {
        insta::assert_snapshot!(shown(20, 1), @r"
        id  name    grams +1
        1   Rachel   2100
        … and 1 more item
        ");
    }
}
