//! The two subjects and what they are asked: the same items, the same requests, each in its own form.

use std::collections::HashMap;

use dynatour::simulator::item::{Item, Number, Value};
use dynatour::simulator::{Settings, Simulator, Timestamp};
use dynoxide::{AttributeValue, Database, ImportOptions};
use serde_json::json;

pub const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// Items under one partition key.
pub const COLLECTION: usize = 1_000;
const NOTE: &str = "found asleep on the second shelf of the third cupboard, behind the good plates, and would not be moved";

/// `CreateTable` for a table of pets: `owner` and `n`.
fn create(table: &str) -> serde_json::Value {
    json!({
        "TableName": table, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "owner", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]
    })
}

fn owner(number: usize) -> String {
    format!("owner-{:06}", number / COLLECTION)
}

/// One of seven.
fn kind(number: usize) -> &'static str {
    [
        "cat", "dog", "parrot", "tortoise", "rabbit", "pony", "goldfish",
    ][number % 7]
}

/// The n-th item, about 200 bytes.
pub fn item(number: usize) -> Item {
    let text = |text: &str| Value::S(text.into());
    let whole = |whole: usize| Value::N(Number::from(whole as u64));
    [
        ("owner", text(&owner(number))),
        ("n", whole(number % COLLECTION)),
        ("kind", text(kind(number))),
        ("name", text(&format!("pet number {number}"))),
        ("age", whole(number % 31)),
        ("vaccinated", Value::Bool(number.is_multiple_of(3))),
        ("note", text(NOTE)),
    ]
    .into_iter()
    .map(|(name, value)| (name.into(), value))
    .collect()
}

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

/// The bodies of requests.
pub fn put(number: usize) -> Vec<u8> {
    json!({"TableName": "pets", "Item": item(number).to_json()})
        .to_string()
        .into_bytes()
}

pub fn get(number: usize) -> Vec<u8> {
    let key = json!({"owner": {"S": owner(number)}, "n": {"N": (number % COLLECTION).to_string()}});
    json!({"TableName": "pets", "Key": key})
        .to_string()
        .into_bytes()
}

/// Ten items of a thousand.
pub fn query(number: usize) -> Vec<u8> {
    let from = number % (COLLECTION - 10);
    json!({
        "TableName": "pets",
        "KeyConditionExpression": "#owner = :owner AND n BETWEEN :from AND :to",
        "ExpressionAttributeNames": {"#owner": "owner"},
        "ExpressionAttributeValues": {
            ":owner": {"S": owner(number)},
            ":from": {"N": from.to_string()},
            ":to": {"N": (from + 9).to_string()}
        }
    })
    .to_string()
    .into_bytes()
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
