//! The two subjects and what they are asked: the same items, the same requests, each in its own form.

use std::collections::HashMap;
use std::time::Duration;

use dynatour::simulator::{Settings, Simulator, Timestamp};
use dynoxide::{AttributeValue, Database, ImportOptions};
use serde_json::json;

use super::measure::time;
pub use super::pets::{COLLECTION, get, item, put, query};
use super::pets::{NOTE, create, kind, owner};

pub const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// The same item as the oracle has it.
pub fn oracle_item(number: usize) -> HashMap<String, AttributeValue> {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let whole = |whole: usize| AttributeValue::N(whole.to_string());
    [
        ("owner", text(&owner(number))),
        ("n", whole(number % COLLECTION)),
        ("kind", text(kind(number))),
        ("name", text(&format!("pet number {number}"))),
        ("age", whole(number % 31)),
        ("vaccinated", AttributeValue::BOOL(number.is_multiple_of(3))),
        ("note", text(NOTE)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// A simulator with an empty table `pets`.
pub fn simulator() -> Simulator {
    let simulator = Simulator::new(Settings::default());
    ask(
        &simulator,
        "CreateTable",
        create("pets").to_string().as_bytes(),
    );
    simulator
}

/// The same with its first items.
pub fn filled(items: usize) -> Simulator {
    let simulator = simulator();
    simulator
        .load("pets", (0..items).map(item), NOW)
        .expect("well-formed items");
    simulator
}

/// An oracle in memory with an empty table `pets`.
pub fn oracle() -> Database {
    let oracle = Database::memory().expect("an oracle in memory");
    let request = serde_json::from_value(create("pets")).expect("a request of the oracle's");
    oracle.create_table(request).expect("a new table");
    oracle
}

pub fn fill_oracle(oracle: &Database, items: usize) {
    // Its own settings for speed; they stay on, which is to its advantage.
    oracle.enable_bulk_loading().expect("settings of SQLite");
    for from in (0..items).step_by(50_000) {
        let some = (from..items.min(from + 50_000)).map(oracle_item).collect();
        oracle
            .import_items("pets", some, ImportOptions::default())
            .expect("well-formed items");
    }
}

/// Requests one behind the other in memory, as they are where they come in, and not all over a heap that a large table was put into.
pub struct Bodies {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl FromIterator<Vec<u8>> for Bodies {
    fn from_iter<I: IntoIterator<Item = Vec<u8>>>(bodies: I) -> Self {
        let mut made = Self {
            bytes: Vec::new(),
            ends: Vec::new(),
        };
        for body in bodies {
            made.bytes.extend(body);
            made.ends.push(made.bytes.len());
        }
        made
    }
}

impl Bodies {
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins
            .zip(&self.ends)
            .map(|(begin, end)| &self.bytes[begin..*end])
    }
}

/// How long all but the first calls take, one after the other. The first, `warm` of them, are made before the clock starts: whoever had
/// a turn before has left nothing of theirs in the caches.
pub fn time_warm<T>(
    warm: usize,
    requests: impl IntoIterator<Item = T>,
    mut call: impl FnMut(T),
) -> Duration {
    let mut requests = requests.into_iter();
    requests.by_ref().take(warm).for_each(&mut call);
    time(|| requests.for_each(call)).0
}

/// A call that must succeed.
pub fn ask(simulator: &Simulator, operation: &str, body: &[u8]) -> Vec<u8> {
    let reply = simulator.call(operation, body, NOW);
    assert_eq!(
        reply.status,
        200,
        "{}",
        String::from_utf8_lossy(&reply.body)
    );
    reply.body
}

/// A counting scan with a filter that about a seventh passes.
pub fn scan(start: Option<serde_json::Value>) -> Vec<u8> {
    let mut request = json!({
        "TableName": "pets",
        "Select": "COUNT",
        "FilterExpression": "kind = :kind",
        "ExpressionAttributeValues": {":kind": {"S": "parrot"}}
    });
    if let Some(start) = start {
        request["ExclusiveStartKey"] = start;
    }
    request.to_string().into_bytes()
}
