//! What is said before anything is sent to an account: the request as it goes out, where to, and the most it can cost.
//!
//! ```text
//!   Enter sends it to AWS 123456789012 us-east-1, at most $0.000000625
//!   Before it, 3 items are put there.
//! ```
//!
//! Invariant: the first line is on the screen when a request leaves for an account; the lesson's screen scrolls to it first.

use serde_json::Value;

use crate::app::account::most::Most;
use crate::app::figures::{money, plural};
use crate::app::paper::{Line, Role, Span, wrap};
use crate::app::state::Shared;
use crate::lesson::model::Request;
use crate::target::exchange::Picodollars;

/// A request on its way to an account.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// As it goes out.
    pub request: Request,
    /// What of it was added on the way, in words.
    pub added: Vec<String>,
    /// Why it will not be sent.
    pub refused: Option<String>,
}

/// The request as it goes out; as it is where nothing goes to an account.
#[must_use]
pub fn outgoing(request: &Request, shared: &Shared) -> Outgoing {
    let mut outgoing = Outgoing {
        request: request.clone(),
        added: Vec::new(),
        refused: None,
    };
    let Some(reckoning) = shared.reckoning() else {
        return outgoing;
    };
    match reckoning.as_sent(&request.operation, request.body.to_string().as_bytes()) {
        Ok(body) => {
            if let Ok(body) = serde_json::from_slice(&body) {
                outgoing.added = added(&request.body, &body);
                outgoing.request.body = body;
            }
        }
        Err(why) => outgoing.refused = Some(why),
    }
    outgoing
}

/// Members of the second body that are not in the first, or are otherwise there.
fn added(before: &Value, after: &Value) -> Vec<String> {
    let members = after.as_object().into_iter().flatten();
    members
        .filter(|(name, value)| before.get(name.as_str()) != Some(value))
        .map(|(name, value)| described(name, value))
        .collect()
}

/// `Tags (dynatour:run, dynatour:made-by)`, `OnDemandThroughput (10 reads, 10 writes a second)`, or the name alone.
fn described(name: &str, value: &Value) -> String {
    let units = |member: &str| value.get(member).and_then(Value::as_u64);
    let (reads, writes) = (units("MaxReadRequestUnits"), units("MaxWriteRequestUnits"));
    if let (Some(reads), Some(writes)) = (reads, writes) {
        return format!("{name} ({reads} reads, {writes} writes a second)");
    }
    let parts: Vec<&str> = match value {
        Value::Array(tags) => tags
            .iter()
            .filter_map(|tag| tag.get("Key")?.as_str())
            .collect(),
        Value::String(text) => vec![text],
        _ => Vec::new(),
    };
    if parts.is_empty() {
        name.to_owned()
    } else {
        format!("{name} ({})", parts.join(", "))
    }
}

/// The lines above Enter; none where nothing goes to an account. `key` is what sends it, `Enter` or `Ctrl-R`.
#[must_use]
pub fn lines(
    key: &str,
    most: Most,
    outgoing: Option<&Outgoing>,
    shared: &Shared,
    columns: u16,
) -> Vec<Line> {
    let Some(place) = shared.place() else {
        return Vec::new();
    };
    let span = |role, text: String| Span { text, role };
    let price = if most.price == Picodollars(0) {
        span(Role::Dim, ", free of charge".to_owned())
    } else {
        span(Role::Warning, format!(", at most {}", money(most.price)))
    };
    let spans = [
        span(Role::Accent, key.to_owned()),
        span(Role::Dim, " sends it to ".to_owned()),
        span(Role::Warning, place.to_string()),
        price,
    ];
    let mut lines = wrap(&spans, columns, 0);
    let mut more = Vec::new();
    if most.seeds > 0 {
        let are = if most.seeds == 1 { "is" } else { "are" };
        let items = plural(most.seeds as u64, "item");
        more.push(format!("Before it, {items} {are} put there."));
    }
    if most.looks > 0 {
        let looks = plural(most.looks as u64, "look");
        more.push(format!("After it, {looks} at what it did."));
    }
    let added = outgoing.map_or(&[][..], |outgoing| &outgoing.added);
    if !added.is_empty() {
        more.push(format!(
            "dynatour adds {}; t shows it as it is sent.",
            listed(added)
        ));
    }
    if !more.is_empty() {
        lines.extend(wrap(&[span(Role::Dim, more.join(" "))], columns, 0));
    }
    if let Some(there) = outgoing.and_then(|outgoing| there_already(&outgoing.request, shared)) {
        let words = format!("{there} is there already, made by this program: → goes on.");
        lines.extend(wrap(&[span(Role::Warning, words)], columns, 0));
    }
    if let Some(why) = outgoing.and_then(|outgoing| outgoing.refused.as_ref()) {
        let spans = [
            span(Role::Warning, "! It would not be sent: ".to_owned()),
            span(Role::Text, why.clone()),
        ];
        lines.extend(wrap(&spans, columns, 2));
    }
    lines
}

/// The table that a request would make, where this program made it before.
fn there_already(request: &Request, shared: &Shared) -> Option<String> {
    if request.operation != "CreateTable" {
        return None;
    }
    let there = |table: &&str| shared.left_here().any(|one| one.name == **table);
    let tables = request.tables();
    tables.into_iter().find(there).map(str::to_owned)
}

/// `Tags`, `Tags and BillingMode`, `Tags, BillingMode and OnDemandThroughput`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}
