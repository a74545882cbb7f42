//! A step on its page: the request before it was run, and what came of it.
//!
//! ```text
//!   ▸ PutItem  pets                                  plain ⇄ typed  t
//!     { "id": "2", "name": "Mike" }
//!
//!   You said      it is refused
//!   DynamoDB did  accepted                     1 WCU   $0.000000625
//!                                              0.4 ms  33 bytes
//! ```
//!
//! Invariant: figures come from the exchange, never from the lesson.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::app::effect::{GridView, StepReport};
use crate::app::figures;
use crate::app::grid;
use crate::app::json;
use crate::app::key::Action;
use crate::app::lesson::keys;
use crate::app::lesson::question::SAID;
use crate::app::paper::{Hit, Line, Paper, Role, Span, cut, width, wrap};
use crate::lesson::model::Request;
use crate::simulator::trace::Effect;
use crate::target::exchange::{Exchange, Happening, Outcome};

/// Lines of a response that the page shows; `x` shows all of it.
const RESPONSE_LINES: usize = 8;
/// Columns that capacity, price, time and bytes take at the right.
const COST: u16 = 27;

/// The table a request is about, where it is about one alone.
#[must_use]
pub fn table(request: &Request) -> Option<&str> {
    match request.tables()[..] {
        [table] => Some(table),
        _ => None,
    }
}

fn head(request: &Request) -> Line {
    Line::of(Role::Accent, "▸ ")
        .push(Role::Title, &request.operation)
        .push(Role::Text, "  ")
        .push(Role::Text, request.tables().join(", "))
}

fn shown(request: &Request, typed: bool) -> Value {
    if typed {
        request.body.clone()
    } else {
        meant(&request.body)
    }
}

/// The request on one line, cut where the room ends, with the key that unfolds it.
#[must_use]
pub fn request_line(request: &Request, typed: bool, columns: u16) -> Line {
    let unfold = Line::of(Role::Dim, "whole").push(Role::Accent, "  t");
    let head = head(request).push(Role::Text, "  ");
    let room = columns.saturating_sub(head.width() + unfold.width() + 2);
    let body = json::one_line(&shown(request, typed));
    let body = if body.width() <= room {
        body
    } else {
        Line::of(Role::Dim, cut(&body.plain(), room))
    };
    head.append(body)
        .right(columns, unfold)
        .hit(Hit::Do(Action::ToggleTyped))
}

/// The request, plain or typed.
#[must_use]
pub fn request(request: &Request, typed: bool, columns: u16) -> Paper {
    let mut paper = Paper::new();
    let head = head(request);
    let (plain, full) = if typed {
        (Role::Dim, Role::Strong)
    } else {
        (Role::Strong, Role::Dim)
    };
    let switch = Line::of(plain, "plain")
        .push(Role::Dim, " ⇄ ")
        .push(full, "typed")
        .push(Role::Accent, "  t");
    paper.add(
        head.right(columns, switch)
            .hit(Hit::Do(Action::ToggleTyped)),
    );
    for line in json::lines(&shown(request, typed), columns.saturating_sub(2)) {
        paper.add(Line::of(Role::Text, "  ").append(line));
    }
    paper
}

/// A body without what stands in the line above it and without the wish for capacity; attribute values plain.
fn meant(body: &Value) -> Value {
    let plain = json::plain_body(body);
    let Value::Object(members) = plain else {
        return plain;
    };
    let kept: Map<String, Value> = members
        .into_iter()
        .filter(|(name, _)| name != "TableName" && name != "ReturnConsumedCapacity")
        .collect();
    match kept.iter().next() {
        Some((name, value)) if kept.len() == 1 && (name == "Item" || name == "Key") => {
            value.clone()
        }
        _ => Value::Object(kept),
    }
}

/// `DynamoDB did  …` with the figures at the right, then the service's own words where it refused.
#[must_use]
pub fn result(exchange: &Exchange, expected: bool, columns: u16) -> Paper {
    let mut paper = Paper::new();
    let (role, did, words) = did(exchange, expected);
    let label = Span {
        text: format!("{:<1$}", "DynamoDB did", usize::from(SAID)),
        role: Role::Dim,
    };
    let room = columns.saturating_sub(COST).max(SAID + 12);
    let [first, second] = figures::cost(exchange);
    let longest = did.split_whitespace().map(width).max().unwrap_or(0);
    if SAID + longest > room {
        // The name of an error is not broken: what it cost has the line below.
        paper.extend(wrap(&[label, Span { text: did, role }], columns, SAID));
        let cost = Line::of(Role::Text, " ".repeat(usize::from(SAID)));
        let second = Line::of(Role::Text, "   ").append(second);
        paper.add(cost.append(first).append(second));
    } else {
        let mut lines = wrap(&[label, Span { text: did, role }], room, SAID);
        lines.resize(lines.len().max(2), Line::new());
        for (line, figures) in lines.iter_mut().zip([first, second]) {
            let start = columns.saturating_sub(COST - 2);
            *line = std::mem::take(line).to_column(start).append(figures);
        }
        paper.extend(lines);
    }
    if let Some(words) = words {
        let text = [Span {
            text: format!("“{words}”"),
            role: Role::Text,
        }];
        let indent = Line::of(Role::Text, " ".repeat(usize::from(SAID)));
        for line in wrap(&text, columns.saturating_sub(SAID), 0) {
            paper.add(indent.clone().append(line));
        }
    }
    paper.extend(besides(exchange, columns));
    paper
}

/// What goes on while an answer is waited for.
#[must_use]
pub fn under_way(happening: Option<&Happening>, on_account: bool, columns: u16) -> Vec<Line> {
    let words = match happening {
        None => "sending …".to_owned(),
        Some(Happening::Retrying {
            attempt,
            of,
            why,
            wait,
        }) => format!(
            "{why}: try {attempt} of {of} follows in {}",
            figures::time(*wait)
        ),
        Some(Happening::Waiting {
            table,
            status,
            for_,
        }) => format!("{table} is {status}, {} s …", for_.as_secs()),
    };
    let mut spans = vec![Span {
        text: words,
        role: Role::Warning,
    }];
    if happening.is_none() {
        spans[0].role = Role::Dim;
    }
    if on_account && happening.is_some() {
        spans.push(Span {
            text: "   Esc".to_owned(),
            role: Role::Accent,
        });
        spans.push(Span {
            text: " doesn't wait for it".to_owned(),
            role: Role::Dim,
        });
    }
    wrap(&spans, columns, 0)
}

/// The tries before the last one, and what we have to add to the answer.
#[must_use]
pub fn besides(exchange: &Exchange, columns: u16) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |role, text: String| lines.extend(wrap(&[Span { text, role }], columns, 0));
    if let Some(words) = retries(exchange) {
        add(Role::Warning, words);
    }
    if let Some(remark) = &exchange.remark {
        add(Role::Text, remark.clone());
    }
    lines
}

/// `2 retries: ThrottlingException, waited 0.1 s`
#[must_use]
pub fn retries(exchange: &Exchange) -> Option<String> {
    let mut reasons: Vec<&str> = Vec::new();
    for attempt in &exchange.attempts {
        if !reasons.contains(&attempt.why.as_str()) {
            reasons.push(&attempt.why);
        }
    }
    let waited: Duration = exchange.attempts.iter().map(|one| one.waited).sum();
    let count = match exchange.attempts.len() {
        0 => return None,
        1 => "1 retry".to_owned(),
        more => format!("{more} retries"),
    };
    Some(format!(
        "{count}: {}, waited {}",
        reasons.join("; "),
        figures::time(waited)
    ))
}

/// In a few words, and the service's own words for an error.
fn did(exchange: &Exchange, expected: bool) -> (Role, String, Option<String>) {
    match &exchange.outcome {
        Outcome::Success => (Role::Strong, success(exchange), None),
        Outcome::ServiceError { code, message } => {
            let role = if expected { Role::Strong } else { Role::Error };
            (role, format!("refused: {code}"), Some(message.clone()))
        }
        Outcome::Unanswered { why } => (
            Role::Error,
            "nothing: no answer came".to_owned(),
            Some(why.clone()),
        ),
        Outcome::NotSent { why } => (
            Role::Error,
            "nothing: it was not sent".to_owned(),
            Some(why.clone()),
        ),
    }
}

fn success(exchange: &Exchange) -> String {
    let response = exchange.response_json().unwrap_or(Value::Null);
    let effect = exchange.trace.as_ref().map(|trace| trace.effect);
    let count = |name: &str| response.get(name).and_then(Value::as_u64).unwrap_or(0);
    match (exchange.operation.as_str(), effect) {
        ("PutItem", Some(Effect::Created)) => "stored it: a new item".to_owned(),
        ("PutItem", Some(Effect::Replaced)) => {
            "stored it, in place of the item that was there".to_owned()
        }
        ("PutItem", _) => "stored it".to_owned(),
        ("UpdateItem", Some(Effect::Created)) => "made a new item: there was none".to_owned(),
        ("UpdateItem", _) => "changed the item".to_owned(),
        ("DeleteItem", Some(Effect::None)) => "nothing: there was no such item".to_owned(),
        ("DeleteItem", _) => "deleted the item".to_owned(),
        ("GetItem", _) if response.get("Item").is_some() => "found it".to_owned(),
        ("GetItem", _) => "found nothing: an empty answer".to_owned(),
        ("Query" | "Scan", _) => {
            let (returned, examined) = (count("Count"), count("ScannedCount"));
            let more = if response.get("LastEvaluatedKey").is_some() {
                ", more to come"
            } else {
                ""
            };
            format!(
                "read {}, returned {returned}{more}",
                figures::plural(examined, "item")
            )
        }
        ("CreateTable", _) => "made the table".to_owned(),
        ("UpdateTable", _) => "changed the table".to_owned(),
        ("DeleteTable", _) => "deleted the table, and all in it".to_owned(),
        ("BatchGetItem" | "TransactGetItems", _) => {
            let (found, missing) = found(&response);
            let missing = if missing == 0 {
                String::new()
            } else {
                format!(
                    ", {} left for another request",
                    figures::plural(missing, "key")
                )
            };
            format!("found {}{missing}", figures::plural(found, "item"))
        }
        ("BatchWriteItem", _) => {
            let left = unprocessed(&response, "UnprocessedItems", Value::clone);
            if left == 0 {
                "carried out every write".to_owned()
            } else {
                format!(
                    "left {} for another request",
                    figures::plural(left, "write")
                )
            }
        }
        ("TransactWriteItems", _) => "carried out all of it, as one".to_owned(),
        ("UpdateTimeToLive", _) => "changed which attribute items expire by".to_owned(),
        ("DescribeTimeToLive", _) => "said whether items expire".to_owned(),
        ("TagResource", _) => "tagged the table".to_owned(),
        ("UntagResource", _) => "took the tags away".to_owned(),
        ("ListTagsOfResource", _) => {
            let tags = response.get("Tags").and_then(Value::as_array);
            let tags = tags.map_or(0, Vec::len);
            format!("listed {}", figures::plural(tags as u64, "tag"))
        }
        ("DescribeTable", _) => "described the table".to_owned(),
        ("ListTables", _) => {
            let tables = response
                .get("TableNames")
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            format!("listed {}", figures::plural(tables as u64, "table"))
        }
        _ => "accepted it".to_owned(),
    }
}

/// How many items a batch or transaction found, and how many keys it left.
fn found(response: &Value) -> (u64, u64) {
    let is_item = |one: &&Value| one.get("Item").is_some();
    let found = match response.get("Responses") {
        Some(Value::Object(tables)) => tables
            .values()
            .filter_map(Value::as_array)
            .map(Vec::len)
            .sum(),
        Some(Value::Array(gets)) => gets.iter().filter(is_item).count(),
        _ => 0,
    };
    let keys = |table: &Value| table.get("Keys").cloned().unwrap_or_default();
    (found as u64, unprocessed(response, "UnprocessedKeys", keys))
}

/// What a batch left undone, over all tables.
fn unprocessed(response: &Value, member: &str, list: fn(&Value) -> Value) -> u64 {
    let tables = response.get(member).and_then(Value::as_object);
    let left = tables.into_iter().flat_map(Map::values).map(list);
    left.filter_map(|list| Some(list.as_array()?.len() as u64))
        .sum()
}

/// Why each action of a transaction was cancelled, or that it was not at fault.
fn reasons(exchange: &Exchange, columns: u16) -> Paper {
    let mut paper = Paper::new();
    let body = exchange.response_json().unwrap_or(Value::Null);
    let reasons = body.get("CancellationReasons").and_then(Value::as_array);
    for (number, reason) in (1..).zip(reasons.into_iter().flatten()) {
        let text = |name: &str| reason.get(name).and_then(Value::as_str).unwrap_or_default();
        let head = Line::of(Role::Dim, format!("  action {number}")).to_column(SAID);
        paper.add(match text("Code") {
            "None" => head.push(Role::Dim, "could have been done"),
            code => {
                let words = format!("  {}", text("Message"));
                let room = columns.saturating_sub(SAID + width(code));
                head.push(Role::Strong, code)
                    .push(Role::Text, cut(&words, room))
            }
        });
    }
    paper
}

/// What a read brought back: items as a grid, anything else as JSON.
#[must_use]
pub fn response(
    exchange: &Exchange,
    keys: &[String],
    typed: bool,
    rows: usize,
    columns: u16,
) -> Paper {
    let mut paper = Paper::new();
    let Some(body) = exchange.response_json() else {
        return paper;
    };
    if !exchange.succeeded() {
        return reasons(exchange, columns);
    }
    match exchange.operation.as_str() {
        "Query" | "Scan" => {
            let items = body
                .get("Items")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            if typed {
                for item in items.iter().take(rows) {
                    paper.add(json::one_line(item));
                }
            } else if items.is_empty() {
                paper.add(Line::of(Role::Dim, "no items"));
            } else {
                let total = items.len() as u64;
                paper.extend(grid::lines(&items, keys, total, rows, columns));
            }
        }
        "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem" => {
            let name = if exchange.operation == "GetItem" {
                "Item"
            } else {
                "Attributes"
            };
            if let Some(item) = body.get(name) {
                let shown = if typed {
                    item.clone()
                } else {
                    json::plain_item(&keys::first(item, keys))
                };
                let mut lines = json::lines(&shown, columns.saturating_sub(SAID)).into_iter();
                let head = Line::of(Role::Dim, name).to_column(SAID);
                paper.extend(lines.next().map(|first| head.append(first)));
                let indent = Line::of(Role::Text, " ".repeat(usize::from(SAID)));
                paper.extend(lines.map(|line| indent.clone().append(line)));
            }
        }
        "DescribeTable" | "ListTables" | "DescribeTimeToLive" | "ListTagsOfResource"
        | "BatchGetItem" | "BatchWriteItem" | "TransactGetItems" => {
            let body = if typed { body } else { json::plain_body(&body) };
            let lines = json::lines(&without_capacity(body), columns);
            let more = lines.len() > RESPONSE_LINES;
            paper.extend(lines.into_iter().take(RESPONSE_LINES));
            if more {
                paper.add(
                    Line::of(Role::Dim, "… ")
                        .push(Role::Accent, "x")
                        .push(Role::Dim, " shows all of it")
                        .hit(Hit::Do(Action::Exchange)),
                );
            }
        }
        _ => {}
    }
    paper
}

/// A body without what stands above it already, and without what a batch left where it left nothing.
fn without_capacity(mut body: Value) -> Value {
    if let Value::Object(members) = &mut body {
        members.shift_remove("ConsumedCapacity");
        members.retain(|name, value| {
            !name.starts_with("Unprocessed") || *value != Value::Object(Map::new())
        });
    }
    body
}

/// The table after a write.
#[must_use]
pub fn table_after(view: &GridView, rows: usize, columns: u16) -> Paper {
    let mut paper = Paper::new();
    paper.add(
        Line::of(Role::Dim, "in ")
            .push(Role::Strong, &view.table)
            .push(Role::Dim, " now"),
    );
    paper.extend(grid::lines(
        &view.items,
        &view.keys,
        view.total,
        rows,
        columns,
    ));
    paper
}

/// Expectations that did not hold.
#[must_use]
pub fn failures(report: &StepReport, columns: u16) -> Paper {
    let mut paper = Paper::new();
    for failure in &report.failures {
        let spans = [
            Span {
                text: "! ".to_owned(),
                role: Role::Error,
            },
            Span {
                text: failure.because.clone(),
                role: Role::Text,
            },
            // What a refusal says stands above, in the service's own words.
            Span {
                text: if report.exchange.succeeded() {
                    format!(" ({})", failure.saw)
                } else {
                    String::new()
                },
                role: Role::Dim,
            },
        ];
        paper.extend(wrap(&spans, columns, 2));
    }
    paper
}

/// Whether a step leaves something behind that a grid can show.
#[must_use]
pub fn writes(operation: &str) -> bool {
    matches!(
        operation,
        "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems"
    )
}
