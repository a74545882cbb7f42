//! Reads through secondary indexes: the requests of the scripts, to both.

use serde_json::Value;

use super::both::Both;

/// Why two answers about an index may differ.
pub(crate) fn explained(
    operation: &str,
    request: &str,
    ours: &Value,
    theirs: &Value,
) -> Option<&'static str> {
    let message = ours["message"].as_str().unwrap_or_default();
    if message.contains(" does not project ") {
        return Some(
            "observed on AWS by several projects (localstack's issue 478); the oracle returns or judges what the index hasn't",
        );
    }
    if message.contains("Key attributes must be scalars") {
        return Some(
            "dynalite's suite observed it for projections, updates and the keys of any index",
        );
    }
    if message.starts_with("Filter Expression can only contain")
        || message.contains("Select type ALL_ATTRIBUTES is not supported")
    {
        return Some("two things wrong at once, in the order that dynalite's suite observed");
    }
    if operation == "Query" && message.contains(" value. IndexName: ") {
        return Some(
            "no key is empty, so AWS refuses to look for one, in an index as in a table (DynamoDB Local's words)",
        );
    }
    if message.contains("Please use ExclusiveStartKey with correct Segment") {
        return Some("which segment a key is in follows from the hash, and the oracle has another");
    }
    if message.starts_with("The table does not have the specified index: ") {
        return Some("two things wrong at once: the index is looked up before how to read it");
    }
    let both_read = ours.get("Items").is_some() && theirs.get("Items").is_some();
    if both_read && request.contains("local-") && fetches(request) {
        return Some(
            "what a local index hasn't is fetched, and paid for item by item (LSI.ThroughputConsiderations)",
        );
    }
    if operation == "Scan"
        && without(ours, "ConsumedCapacity") == without(theirs, "ConsumedCapacity")
    {
        return request.contains("local-").then_some(
            "a scan of a local index is the index's share; the oracle calls it the table's",
        );
    }
    None
}

fn fetches(request: &str) -> bool {
    request.contains("ALL_ATTRIBUTES")
        || request.contains("ProjectionExpression")
        || request.contains("AttributesToGet")
}

fn without(answer: &Value, member: &str) -> Value {
    let mut answer = answer.clone();
    if let Some(members) = answer.as_object_mut() {
        members.remove(member);
    }
    answer
}

#[test]
fn scripts_of_indexes_answer_alike() {
    let scripts = [
        include_str!("../../src/simulator/operation/testscripts/query_index.txt"),
        include_str!("../../src/simulator/operation/testscripts/scan_index.txt"),
    ];
    for script in scripts {
        let mut both = Both::new();
        for line in script.lines() {
            let Some((operation, body)) = line.split_once(' ') else {
                continue;
            };
            let request = body
                .replace("index1", "local-1")
                .replace("index2", "local-2");
            match operation {
                "CreateTable" => {
                    both.prepare(operation, &serde_json::from_str(&request).expect("JSON"));
                }
                "PutItem" | "Query" | "Scan" => {
                    both.raw(operation, request.as_bytes());
                }
                _ => {}
            }
        }
        both.finish(20);
    }
}
