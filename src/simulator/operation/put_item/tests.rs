use serde_json::{Value, json};

use crate::simulator::{Settings, Simulator, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

fn call(simulator: &Simulator, operation: &str, request: &str) -> (u16, String) {
    let reply = simulator.call(operation, request.as_bytes(), NOW);
    let body = String::from_utf8(reply.body).expect("a body is text");
    (reply.status, body)
}

fn with_pets() -> Simulator {
    let simulator = Simulator::new(Settings::default());
    let request = json!({
        "TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "owner", "AttributeType": "S"}, {"AttributeName": "name", "AttributeType": "S"},
            {"AttributeName": "age", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "name", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-age", "KeySchema": [{"AttributeName": "age", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }],
    });
    let made = call(&simulator, "CreateTable", &request.to_string());
    assert_eq!(made.0, 200, "{}", made.1);
    simulator
}

/// Items of every kind of right and wrong.
fn items() -> Vec<Value> {
    let with = |name: &str, value: Value| {
        let mut item = json!({"owner": {"S": "Rachel"}, "name": {"S": "Rex"}});
        item[name] = value;
        item
    };
    vec![
        with("age", json!({"N": "007"})),
        with("good", json!({"BOOL": true})),
        with("good", json!({"BOOL": "true"})),
        with("good", json!({"NULL": true})),
        with("good", json!({"NULL": false})),
        with("tags", json!({"SS": ["a", "a"]})),
        with("tags", json!({"L": [{"M": {"": {"S": "x"}}}]})),
        with("", json!({"S": "x"})),
        with(&"n".repeat(70_000), json!({"S": "x"})),
        with("note", json!({"S": "x".repeat(409_600 - 100)})),
        with("note", json!({"S": "x".repeat(409_600)})),
        with("note", json!({"S": "x", "N": "1"})),
        with("note", json!({"S": 1})),
        with("note", json!({})),
        with("note", json!("x")),
        with("note", Value::Null),
        with("age", json!({"S": "old"})),
        with("age", json!({"N": "old"})),
        with("age", json!({"N": "1e200"})),
        with("age", json!({"N": 7})),
        with("name", json!({"S": ""})),
        with("name", json!({"S": "x".repeat(1_025)})),
        with("name", json!({"N": "1"})),
        with("name", Value::Null),
        with("owner", json!({"S": "x".repeat(2_049)})),
        json!({"owner": {"S": "Rachel"}}),
        json!({}),
        json!([]),
        json!("Rex"),
        Value::Null,
    ]
}

#[test]
fn a_request_with_nothing_else_is_answered_as_one_that_says_the_defaults() {
    let (bare, said) = (with_pets(), with_pets());
    let tables = [
        json!("pets"),
        json!("cats"),
        json!("p"),
        json!("p ts"),
        json!(""),
        json!(7),
        Value::Null,
    ];
    let right = items().swap_remove(0);
    let of_pets = items().into_iter().map(|item| (json!("pets"), item));
    for (table, item) in of_pets.chain(tables.map(|table| (table, right.clone()))) {
        let request = format!(r#"{{"TableName":{table},"Item":{item}}}"#);
        let defaults = r#","ReturnValues":"NONE","ReturnConsumedCapacity":"NONE","ReturnItemCollectionMetrics":"NONE"}"#;
        let open = request
            .strip_suffix('}')
            .expect("a request ends with a brace");
        let longer = format!("{open}{defaults}");
        let shown = &request[..request.len().min(200)];
        assert_eq!(
            call(&bare, "PutItem", &request),
            call(&said, "PutItem", &longer),
            "{shown}"
        );
        let scan = r#"{"TableName":"pets"}"#;
        assert_eq!(
            call(&bare, "Scan", scan),
            call(&said, "Scan", scan),
            "{shown}"
        );
    }
    let kept = bare.describe("pets", NOW).expect("it was made");
    assert_eq!(kept.items, 1);
}
