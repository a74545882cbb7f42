use serde_json::{Value, json};

use crate::simulator::{Settings, Simulator, Timestamp};

fn call(simulator: &Simulator, operation: &str, request: &Value) -> (u16, Value) {
    let now = Timestamp::from_millis(1_767_225_600_000);
    let reply = simulator.call(operation, request.to_string().as_bytes(), now);
    let body = serde_json::from_slice(&reply.body).expect("a body is JSON");
    (reply.status, body)
}

fn with_tables() -> Simulator {
    let simulator = Simulator::new(Settings::default());
    for table in ["one", "two"] {
        let request = json!({
            "TableName": table, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        });
        assert_eq!(call(&simulator, "CreateTable", &request).0, 200);
    }
    simulator
}

fn keys(range: std::ops::Range<usize>) -> Value {
    range.map(|n| json!({"id": {"N": n.to_string()}})).collect()
}

#[test]
fn a_hundred_keys_over_all_tables_and_not_one_more() {
    let simulator = with_tables();
    let (status, body) = call(
        &simulator,
        "BatchGetItem",
        &json!({"RequestItems": {"one": {"Keys": keys(0..60)}, "two": {"Keys": keys(0..40)}}}),
    );
    assert_eq!(
        (status, &body["Responses"]),
        (200, &json!({"one": [], "two": []}))
    );
    for (blocks, expected) in [
        (
            json!({"one": {"Keys": keys(0..101)}}),
            "1 validation error detected: Value at 'RequestItems.one.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100",
        ),
        (
            json!({"one": {"Keys": keys(0..100)}, "two": {"Keys": keys(0..1)}}),
            "Too many items requested for the BatchGetItem call",
        ),
    ] {
        let (status, body) = call(&simulator, "BatchGetItem", &json!({"RequestItems": blocks}));
        assert_eq!((status, body["message"].as_str()), (400, Some(expected)));
    }
}

/// 42 items of 400,000 bytes are more than 16 MB: 41 come, and the rest of the request comes back as it was asked.
#[test]
fn an_answer_has_sixteen_megabytes_at_most() {
    let simulator = with_tables();
    for n in 0..45 {
        let item = json!({"id": {"N": n.to_string()}, "text": {"S": "x".repeat(399_990)}});
        let put = json!({"TableName": "one", "Item": item});
        assert_eq!(call(&simulator, "PutItem", &put).0, 200);
    }
    let small = json!({"TableName": "two", "Item": {"id": {"N": "7"}}});
    assert_eq!(call(&simulator, "PutItem", &small).0, 200);
    let one = json!({
        "Keys": keys(0..45), "ConsistentRead": true, "ProjectionExpression": "#i",
        "ExpressionAttributeNames": {"#i": "id"},
    });
    let (status, body) = call(
        &simulator,
        "BatchGetItem",
        &json!({"RequestItems": {"one": one, "two": {"Keys": keys(7..8)}}, "ReturnConsumedCapacity": "TOTAL"}),
    );
    assert_eq!(status, 200);
    assert_eq!(body["Responses"]["one"], keys(0..41));
    assert_eq!(body["Responses"]["two"], json!([]));
    assert_eq!(
        body["UnprocessedKeys"],
        json!({
            "one": {
                "Keys": keys(41..45), "ConsistentRead": true, "ProjectionExpression": "#i",
                "ExpressionAttributeNames": {"#i": "id"},
            },
            "two": {"Keys": keys(7..8)},
        })
    );
    // 98 for each of 400,000 bytes.
    assert_eq!(
        body["ConsumedCapacity"],
        json!([{"TableName": "one", "CapacityUnits": 4018.0}])
    );
    let (_, rest) = call(
        &simulator,
        "BatchGetItem",
        &json!({"RequestItems": body["UnprocessedKeys"]}),
    );
    assert_eq!(rest["Responses"]["one"], keys(41..45));
    assert_eq!(rest["Responses"]["two"], keys(7..8));
    assert_eq!(rest["UnprocessedKeys"], json!({}));
}

#[test]
fn every_item_has_its_part_in_the_trace() {
    let simulator = with_tables();
    let put = json!({"TableName": "one", "Item": {"id": {"N": "1"}}});
    assert_eq!(call(&simulator, "PutItem", &put).0, 200);
    let request =
        json!({"RequestItems": {"one": {"Keys": keys(0..3)}, "two": {"Keys": keys(0..2)}}});
    let reply = simulator.call(
        "BatchGetItem",
        request.to_string().as_bytes(),
        Timestamp::from_millis(1_767_225_600_000),
    );
    let trace = simulator.trace(&reply.request_id).expect("a trace");
    let parts: Vec<(&str, u64)> = trace
        .parts
        .iter()
        .map(|part| (part.table.as_str(), part.returned()))
        .collect();
    assert_eq!(
        parts,
        [("one", 0), ("one", 1), ("one", 0), ("two", 0), ("two", 0)]
    );
    assert_eq!(trace.read.to_string(), "2.5");
    assert!(trace.visits.is_empty() && trace.table.is_empty());
}
