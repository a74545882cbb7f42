//! The simulated table beside the oracle: the same requests to both, the same answers expected.
//!
//! The oracle is an embedded emulator that was checked against AWS; here it answers over HTTP on the loopback interface, so that
//! malformed bodies can be compared too. Where the two differ the difference is listed in [`explained`], with its reason;
//! anything else fails. Ids and times are not compared, and the items of a `Scan` not by their order.

mod both;
mod explained;
mod generated;
mod items;
mod legacy;
mod server;
mod tables;
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
