//! One number, 64 clients: every increment is there, and each was told a number of its own.

use serde_json::json;

use super::process::Server;
use super::{key, table};

const CLIENTS: usize = 64;

/// What the counter ends at when each client adds one so many times.
fn count(server: &Server, times: usize) {
    server.connect().ask("CreateTable", &table("counters"));
    let add = json!({
        "TableName": "counters", "Key": key(1), "UpdateExpression": "ADD hits :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}}, "ReturnValues": "UPDATED_NEW"
    });
    let mut told: Vec<usize> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let mut connection = server.connect();
                let add = &add;
                scope.spawn(move || {
                    let added = (0..times).map(|_| {
                        let answer = connection.ask("UpdateItem", add);
                        let hits = answer["Attributes"]["hits"]["N"].as_str();
                        hits.unwrap().parse().unwrap()
                    });
                    added.collect::<Vec<usize>>()
                })
            })
            .collect();
        let told = clients.into_iter().map(|client| client.join().unwrap());
        told.flatten().collect()
    });
    told.sort_unstable();
    assert_eq!(told, (1..=CLIENTS * times).collect::<Vec<_>>());
    let get = json!({"TableName": "counters", "Key": key(1), "ConsistentRead": true});
    let item = server.connect().ask("GetItem", &get);
    assert_eq!(
        item["Item"]["hits"]["N"],
        (CLIENTS * times).to_string().as_str()
    );
}

#[test]
fn a_counter_ends_at_the_exact_sum() {
    count(&Server::start(), 40);
}

#[test]
fn a_counter_that_is_kept_ends_at_the_exact_sum_and_is_there_afterwards() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::keeping(data.path());
    count(&server, 5);
    server.kill();
    let get = json!({"TableName": "counters", "Key": key(1)});
    let item = Server::keeping(data.path()).connect().ask("GetItem", &get);
    assert_eq!(
        item["Item"]["hits"]["N"],
        (CLIENTS * 5).to_string().as_str()
    );
}
