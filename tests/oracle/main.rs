//! The simulated table beside the oracle: the same requests to both, the same answers expected.
//!
//! The oracle is an embedded emulator that was checked against AWS; here it answers over HTTP on the loopback interface, so that
//! malformed bodies can be compared too. Where the two differ the difference is listed in [`explained`], with its reason;
//! anything else fails. Ids and times are not compared, and the items of a `Scan` not by their order.

mod batches;
mod both;
mod definitions;
mod dice;
mod explained;
mod expressions;
mod generated;
mod indexed;
mod indexes;
mod items;
mod legacy;
mod mutated;
mod pairs;
mod ranges;
mod server;
mod tables;
mod transacted;
mod transactions;

use serde_json::{Value, json};

/// A table with a sort key.
fn pets(name: &str) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "owner", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]
    })
}

/// A table with a partition key `id` alone.
fn simple(name: &str, key_type: &str) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": key_type}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
    })
}

/// A table with a local and two global indexes, one of each projection.
fn indexed(name: &str) -> Value {
    let defined = |name: &str, kind: &str| json!({"AttributeName": name, "AttributeType": kind});
    let key = |hash: &str, range: &str| json!([{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}]);
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [defined("p", "S"), defined("s", "N"), defined("g", "S"), defined("l", "N"), defined("h", "B")],
        "KeySchema": key("p", "s"),
        "LocalSecondaryIndexes": [{"IndexName": "local", "KeySchema": key("p", "l"), "Projection": {"ProjectionType": "KEYS_ONLY"}}],
        "GlobalSecondaryIndexes": [
            {"IndexName": "global", "KeySchema": key("g", "s"), "Projection": {"ProjectionType": "ALL"}},
            {"IndexName": "hash", "KeySchema": [{"AttributeName": "h", "KeyType": "HASH"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"]}}
        ]
    })
}
