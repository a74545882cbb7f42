//! Requests of a table's name and an item or a key, without expressions, go a shorter way: it must lead to the same answers.

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

/// Keys of every kind of right and wrong.
fn keys() -> Vec<Value> {
    let key = |owner: Value, name: Value| json!({"owner": owner, "name": name});
    let text = |text: &str| json!({"S": text});
    vec![
        key(text("Rachel"), text("Rex")),
        key(text("Rachel"), text("Bello")),
        key(text("Rachel"), text("")),
        key(text(""), text("Rex")),
        key(text("Rachel"), json!({"N": "1"})),
        key(text("Rachel"), json!({"N": "one"})),
        key(text("Rachel"), json!({"B": "UmV4"})),
        key(text("Rachel"), json!({"B": "no base64!"})),
        key(text("Rachel"), json!({"BOOL": true})),
        key(text("Rachel"), json!({"S": "Rex", "N": "1"})),
        key(text("Rachel"), json!({"S": null})),
        key(text("Rachel"), json!({"S": 1})),
        key(text("Rachel"), json!({})),
        key(text("Rachel"), json!("Rex")),
        key(text("Rachel"), Value::Null),
        key(text("Rachel"), text(&"x".repeat(1_025))),
        key(text(&"x".repeat(2_049)), text("Rex")),
        json!({"owner": {"S": "Rachel"}}),
        json!({"owner": {"S": "Rachel"}, "": {"S": "Rex"}}),
        json!({"owner": {"S": "Rachel"}, "n".repeat(70_000): {"S": "Rex"}}),
        json!({"owner": {"S": "Rachel"}, "age": {"N": "7"}}),
        json!({"owner": {"S": "Rachel"}, "name": {"S": "Rex"}, "age": {"N": "7"}}),
        json!({}),
        json!([]),
        json!("Rex"),
        Value::Null,
    ]
}

fn tables() -> [Value; 9] {
    let arn = |account: &str| json!(format!("arn:aws:dynamodb:us-east-1:{account}:table/pets"));
    [
        json!("pets"),
        json!("cats"),
        json!("p"),
        json!("p ts"),
        json!(""),
        json!(7),
        Value::Null,
        arn("123456789012"),
        arn("210987654321"),
    ]
}

/// What else plain requests have, or nearly plain ones.
fn options() -> [Value; 9] {
    [
        json!({}),
        json!({"ConsistentRead": true}),
        json!({"ConsistentRead": "true"}),
        json!({"ConsistentRead": null}),
        json!({"ReturnConsumedCapacity": "TOTAL"}),
        json!({"ReturnConsumedCapacity": "INDEXES", "ConsistentRead": false}),
        json!({"ReturnConsumedCapacity": "total"}),
        json!({"ReturnConsumedCapacity": 1}),
        json!({"Unknown": 1}),
    ]
}

/// The same answers to plain requests about `subject`, and to those with `longer` besides, which says nothing but is not plain.
fn compare(operation: &str, subject: &str, subjects: &[Value], longer: &Value) {
    let (plain, said) = (with_pets(), with_pets());
    let rex = r#"{"TableName":"pets","Item":{"owner":{"S":"Rachel"},"name":{"S":"Rex"}}}"#;
    for simulator in [&plain, &said] {
        assert_eq!(call(simulator, "PutItem", rex).0, 200);
    }
    let request = |table: Value, one: &Value| json!({"TableName": table, subject: one});
    let of_pets = subjects.iter().map(|one| request(json!("pets"), one));
    let of_all = tables().map(|table| request(table, &subjects[0]));
    let requests: Vec<Value> = of_pets.chain(of_all).collect();
    let with = |request: &Value, more: &Value| {
        let mut request = request.clone();
        for (name, value) in more.as_object().expect("members") {
            request[name] = value.clone();
        }
        request
    };
    for (request, option) in options()
        .iter()
        .flat_map(|option| requests.iter().map(move |request| (request, option)))
    {
        let request = with(request, option);
        let longer = with(&request, longer);
        let (request, longer) = (request.to_string(), longer.to_string());
        let shown = &request[..request.len().min(200)];
        assert_eq!(
            call(&plain, operation, &request),
            call(&said, operation, &longer),
            "{shown}"
        );
        let scan = r#"{"TableName":"pets"}"#;
        assert_eq!(
            call(&plain, "Scan", scan),
            call(&said, "Scan", scan),
            "{shown}"
        );
    }
}

#[test]
fn a_plain_put_is_answered_as_one_that_says_the_defaults() {
    let defaults = json!({
        "ReturnValues": "NONE",
        "ReturnItemCollectionMetrics": "NONE",
        "ReturnValuesOnConditionCheckFailure": "NONE",
    });
    compare("PutItem", "Item", &items(), &defaults);
}

#[test]
fn a_plain_get_is_answered_as_one_that_has_a_null_besides() {
    compare(
        "GetItem",
        "Key",
        &keys(),
        &json!({"ProjectionExpression": null}),
    );
}
