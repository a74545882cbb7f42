//! Who waits for whom at a table, and how much a call looks at: counted, without a clock.

use std::thread;

use serde_json::{Value, json};

use super::item::Item;
use super::table::page::{PAGE_BYTES, Stretched};
use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);
/// Items under one partition key.
const COLLECTION: usize = 1_000;

/// A table of `items` items of about a thousand bytes.
fn log(items: usize) -> Simulator {
    let simulator = Simulator::new(Settings::default());
    let create = json!({
        "TableName": "log", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "host", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "host", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
    });
    answer(&simulator, "CreateTable", &create);
    let entries = (0..items).map(|n| {
        let entry = json!({
            "host": {"S": format!("h{}", n / COLLECTION)}, "at": {"N": (n % COLLECTION).to_string()},
            "text": {"S": "x".repeat(1_000)}
        });
        Item::from_json(entry.as_object().expect("an object")).expect("an item")
    });
    simulator.load("log", entries, NOW).expect("good items");
    simulator
}

/// The answer to a call that must succeed, and its trace.
fn traced(simulator: &Simulator, operation: &str, request: &Value) -> (Value, Trace) {
    let reply = simulator.call(operation, request.to_string().as_bytes(), NOW);
    let body = serde_json::from_slice(&reply.body).expect("a body is JSON");
    assert_eq!(reply.status, 200, "{body}");
    let trace = simulator.trace(&reply.request_id).expect("its trace");
    (body, trace)
}

fn answer(simulator: &Simulator, operation: &str, request: &Value) -> Value {
    traced(simulator, operation, request).0
}

fn get(host: &str, at: usize) -> Value {
    json!({"TableName": "log", "Key": {"host": {"S": host}, "at": {"N": at.to_string()}}})
}

fn ten(host: &str) -> Value {
    json!({
        "TableName": "log",
        "KeyConditionExpression": "host = :host AND #at BETWEEN :from AND :to",
        "ExpressionAttributeNames": {"#at": "at"},
        "ExpressionAttributeValues": {":host": {"S": host}, ":from": {"N": "500"}, ":to": {"N": "509"}}
    })
}

#[test]
fn readers_are_at_a_table_together() {
    let simulator = log(2_000);
    let handle = simulator.active("log", NOW).expect("it is there");
    // A reader that stays. If others had to wait for it, this test would never end.
    let staying = handle.read();
    thread::scope(|scope| {
        for request in [get("h0", 7), get("h1", 8)] {
            scope.spawn(|| answer(&simulator, "GetItem", &{ request }));
        }
        scope.spawn(|| answer(&simulator, "Query", &ten("h0")));
        scope.spawn(|| answer(&simulator, "Scan", &json!({"TableName": "log"})));
    });
    assert_eq!(staying.items().items(), 2_000);
}

#[test]
fn a_page_is_judged_without_the_table() {
    let simulator = log(2_000);
    let handle = simulator.active("log", NOW).expect("it is there");
    let everything = Stretched {
        from: vec![0; 8],
        to: None,
        forward: true,
        limit: None,
    };
    // What is held for a page ends with this line; what was read needs the table no more.
    let page = handle.read().items().read(&everything);
    // So a writer that comes now changes what no page shows yet, and what this one keeps.
    let first = page.items[0].clone();
    let key = json!({"host": {"S": "h0"}, "at": {"N": "0"}});
    answer(
        &simulator,
        "DeleteItem",
        &json!({"TableName": "log", "Key": key}),
    );
    let mut table = handle.write();
    let gone: Vec<Vec<u8>> = table
        .items()
        .partitions()
        .iter()
        .flat_map(|partition| partition.from_rank(0).map(|(address, _)| address.to_vec()))
        .collect();
    for address in gone {
        table.remove(&address, NOW);
    }
    assert_eq!(table.items().items(), 0);
    assert_eq!(page.items[0], first);
    // The table was held for one megabyte, and the item that reached it.
    let last = page.items.last().expect("a page of many").size();
    assert!(page.bytes >= PAGE_BYTES && page.bytes - last < PAGE_BYTES);
}

#[test]
fn a_writer_gets_in_between_two_pages() {
    let simulator = log(3_000);
    let scan = |start: Option<&Value>| {
        let mut request = json!({"TableName": "log", "Select": "COUNT"});
        if let Some(start) = start {
            request["ExclusiveStartKey"] = start.clone();
        }
        answer(&simulator, "Scan", &request)
    };
    let count = |page: &Value| page["Count"].as_u64().expect("a count");
    let first = scan(None);
    let mut seen = count(&first);
    let mut next = first.get("LastEvaluatedKey").cloned();
    // Everything that is still to come goes away, and the next page knows.
    let host = |page: &Value| {
        page["LastEvaluatedKey"]["host"]["S"]
            .as_str()
            .map(str::to_owned)
    };
    let reached = host(&first).expect("more pages");
    for other in ["h0", "h1", "h2"]
        .into_iter()
        .filter(|other| *other != reached)
    {
        for at in 0..COLLECTION {
            let key = get(other, at)["Key"].take();
            answer(
                &simulator,
                "DeleteItem",
                &json!({"TableName": "log", "Key": key}),
            );
        }
    }
    while let Some(start) = next {
        let page = scan(Some(&start));
        seen += count(&page);
        next = page.get("LastEvaluatedKey").cloned();
    }
    assert!(seen < 3_000, "{seen} were seen of what was there at once");
    let left = scan(None);
    assert!(count(&left) <= COLLECTION as u64);
}

/// What must not grow with the table: what a read examines, and the partitions it enters.
#[test]
fn reads_examine_as_much_in_a_large_table_as_in_a_small_one() {
    for items in [COLLECTION, 20 * COLLECTION] {
        let simulator = log(items);
        let (_, trace) = traced(&simulator, "GetItem", &get("h0", 999));
        assert_eq!((trace.examined(), trace.visits.len()), (1, 1));
        let (body, trace) = traced(&simulator, "Query", &ten("h0"));
        assert_eq!(body["Count"], 10);
        assert_eq!((trace.examined(), trace.visits.len()), (10, 1));
        let mut examined = 0;
        let mut start = None;
        loop {
            let mut request = json!({"TableName": "log", "Select": "COUNT"});
            if let Some(start) = start {
                request["ExclusiveStartKey"] = start;
            }
            let (body, trace) = traced(&simulator, "Scan", &request);
            examined += trace.examined();
            start = body.get("LastEvaluatedKey").cloned();
            if start.is_none() {
                break;
            }
        }
        assert_eq!(examined, items as u64, "each item once");
    }
}
