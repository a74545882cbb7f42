//! `dynatour serve` from outside: a real process, real sockets, real clients, and what a hostile or unlucky one does.
//!
//! ```text
//!   load      a thousand connections, slow readers, half requests, floods       ─╮
//!   counter   64 clients and one number                                          │
//!   odd       requests that two readers could read differently                   ├─▶ bytes ─▶ [`process::Server`]
//!   class     the right join code, and wrong ones                                │              a port of the system's choice,
//!   durable   `kill -9` in the middle of writes; a file that is locked, damaged ─╯              loopback, its memory watched
//!   start     a port that is taken
//!   screen    what a client does, on the live screen in a terminal
//!   clients   the AWS CLI, boto3, the SDKs of Node and Rust
//! ```

mod class;
mod clients;
mod connection;
mod counter;
mod durable;
mod load;
mod odd;
mod process;
mod screen;
mod start;

use serde_json::{Value, json};

use connection::Connection;

/// `CreateTable` for items that a number tells apart.
fn table(name: &str) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
    })
}

fn key(id: usize) -> Value {
    json!({"id": {"N": id.to_string()}})
}

/// Every item of a table, over all pages.
fn scan(connection: &mut Connection, name: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut request = json!({"TableName": name, "ConsistentRead": true});
    loop {
        let mut page = connection.ask("Scan", &request);
        if let Value::Array(more) = page["Items"].take() {
            items.extend(more);
        }
        match page["LastEvaluatedKey"].take() {
            Value::Null => return items,
            last => request["ExclusiveStartKey"] = last,
        }
    }
}
