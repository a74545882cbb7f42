//! The pets that every bench is about: their items of about 200 bytes, and the requests for them as JSON.

use dynatour::simulator::item::{Item, Number, Value};
use serde_json::json;

/// Items under one partition key.
pub const COLLECTION: usize = 1_000;
pub const NOTE: &str = "found asleep on the second shelf of the third cupboard, behind the good plates, and would not be moved";

/// `CreateTable` for a table of pets: `owner` and `n`.
pub fn create(table: &str) -> serde_json::Value {
    json!({
        "TableName": table, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "owner", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]
    })
}

pub fn owner(number: usize) -> String {
    format!("owner-{:06}", number / COLLECTION)
}

/// One of seven.
pub fn kind(number: usize) -> &'static str {
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
