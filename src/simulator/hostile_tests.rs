//! Requests that mean harm, in the ways existing emulators were seen to die of.
//!
//! Each gets an answer of the service, in time and memory that grow no faster than the request.

use serde_json::{Value, json};

use super::{Settings, Simulator, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);
const OPERATIONS: [&str; 20] = [
    "BatchGetItem",
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "DescribeTable",
    "DescribeTimeToLive",
    "GetItem",
    "ListTables",
    "ListTagsOfResource",
    "PutItem",
    "Query",
    "Scan",
    "TagResource",
    "TransactGetItems",
    "TransactWriteItems",
    "UntagResource",
    "UpdateItem",
    "UpdateTable",
    "UpdateTimeToLive",
];

fn pets() -> Simulator {
    let simulator = Simulator::new(Settings::default());
    let request = json!({
        "TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    assert_eq!(send(&simulator, "CreateTable", &request.to_string()).0, 200);
    simulator
}

fn send(simulator: &Simulator, operation: &str, body: &str) -> (u16, Value) {
    let reply = simulator.call(operation, body.as_bytes(), NOW);
    let body = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
    (reply.status, body)
}

fn message(body: &Value) -> &str {
    let message = body.get("message").or_else(|| body.get("Message"));
    message.and_then(Value::as_str).unwrap_or_default()
}

/// The message of a refusal by validation.
fn refused(simulator: &Simulator, operation: &str, request: &Value) -> String {
    let (status, body) = send(simulator, operation, &request.to_string());
    assert_eq!(status, 400, "{operation}");
    let kind = body["__type"].as_str().expect("an error names its type");
    assert!(kind.ends_with("ValidationException"), "{body}");
    message(&body).to_owned()
}

fn scan(filter: &str) -> Value {
    json!({"TableName": "pets", "FilterExpression": filter, "ExpressionAttributeValues": {":v": {"S": "x"}}})
}

#[test]
fn expressions_nested_a_thousand_deep_are_refused() {
    let simulator = pets();
    let parentheses = format!("{}a = :v{}", "(".repeat(1_000), ")".repeat(1_000));
    let nots = format!("{}a = :v", "NOT ".repeat(1_000));
    let sizes = format!("{}a{} = :v", "size(".repeat(600), ")".repeat(600));
    let path = format!("{}a = :v", "a.".repeat(1_000));
    let indexes = format!("a{} = :v", "[0]".repeat(1_000));
    for filter in [parentheses, nots, sizes, path, indexes] {
        assert!(!refused(&simulator, "Scan", &scan(&filter)).is_empty());
    }
    for nested in [
        format!(
            "SET a = {}b{}",
            "if_not_exists(b, ".repeat(230),
            ")".repeat(230)
        ),
        format!(
            "SET a = {}:v{}",
            "list_append(:v, ".repeat(230),
            ")".repeat(230)
        ),
        format!("SET a = {}b{}", "(".repeat(1_500), ")".repeat(1_500)),
    ] {
        let request = json!({"TableName": "pets", "Key": {"id": {"S": "1"}}, "UpdateExpression": nested, "ExpressionAttributeValues": {":v": {"L": []}}});
        assert!(!refused(&simulator, "UpdateItem", &request).is_empty());
    }
}

#[test]
fn an_expression_of_a_megabyte_is_refused_for_its_size() {
    let simulator = pets();
    for part in ["(", "a = :v OR ", "NOT ", "a", "[0]", ":", "\u{1f408}"] {
        let filter = part.repeat((1 << 20) / part.len());
        let why = refused(&simulator, "Scan", &scan(&filter));
        assert!(
            why.contains("Expression size has exceeded the maximum allowed size"),
            "{part}: {why}"
        );
    }
}

#[test]
fn a_member_of_the_wrong_type_is_a_serialization_error() {
    let simulator = pets();
    for operation in OPERATIONS {
        let member = match operation {
            "BatchGetItem" | "BatchWriteItem" => "RequestItems",
            "TransactGetItems" | "TransactWriteItems" => "TransactItems",
            "ListTables" => "ExclusiveStartTableName",
            "TagResource" | "UntagResource" | "ListTagsOfResource" => "ResourceArn",
            _ => "TableName",
        };
        let (status, body) = send(&simulator, operation, &json!({ member: 23 }).to_string());
        assert_eq!(status, 400);
        let kind = body["__type"].as_str().expect("an error names its type");
        assert!(
            kind.ends_with("SerializationException"),
            "{operation}: {body}"
        );
    }
}

#[test]
fn what_is_no_json_is_unreadable_for_every_operation() {
    let simulator = pets();
    let whole =
        json!({"TableName": "pets", "Item": {"id": {"S": "1"}, "n": {"N": "1"}}}).to_string();
    for operation in OPERATIONS {
        for end in 1..whole.len() {
            let (status, body) = send(&simulator, operation, &whole[..end]);
            let kind = body["__type"].as_str().expect("an error names its type");
            assert!(
                status == 400 && kind.ends_with("SerializationException"),
                "{body}"
            );
        }
        let reply = simulator.call(operation, b"{\"TableName\":\"p\xff\xfets\"}", NOW);
        assert_eq!(reply.status, 400, "{operation}");
    }
}

#[test]
fn numbers_of_any_length_are_answered() {
    let simulator = pets();
    let put = |number: &str| {
        let request = json!({"TableName": "pets", "Item": {"id": {"S": "1"}, "n": {"N": number}}});
        send(&simulator, "PutItem", &request.to_string())
    };
    for number in [
        "9".repeat(1_000_000),
        format!("0.{}1", "0".repeat(1_000_000)),
        format!("1e{}", "9".repeat(100_000)),
        "-".repeat(100_000),
    ] {
        let (status, body) = put(&number);
        assert_eq!(status, 400);
        assert!(
            body["__type"]
                .as_str()
                .is_some_and(|kind| kind.ends_with("ValidationException"))
        );
    }
    // However it is written, this is 1.
    assert_eq!(
        put(&format!("{}1.{}", "0".repeat(100_000), "0".repeat(100_000))).0,
        200
    );
    // JSON numbers, where the API has whole ones.
    for limit in [
        "1e400",
        "99999999999999999999999999",
        "-0.0",
        "1.5e3",
        &"9".repeat(100_000),
    ] {
        let body = format!(r#"{{"TableName":"pets","Limit":{limit}}}"#);
        assert!(
            [200, 400].contains(&send(&simulator, "Scan", &body).0),
            "{limit}"
        );
    }
}

#[test]
fn of_members_with_one_name_the_last_counts() {
    let simulator = pets();
    let twice = r#"{"TableName":"nowhere","TableName":"pets","Item":{"id":{"S":"1"},"a":{"S":"x"},"a":{"S":"y"}}}"#;
    assert_eq!(send(&simulator, "PutItem", twice).0, 200);
    let (_, found) = send(
        &simulator,
        "GetItem",
        r#"{"TableName":"pets","Key":{"id":{"S":"1"}}}"#,
    );
    assert_eq!(found["Item"]["a"]["S"], "y");
    let many = (0..100_000)
        .map(|_| r#""TableName":"nowhere","#)
        .collect::<String>();
    let body = format!(r#"{{{many}"TableName":"pets"}}"#);
    assert_eq!(send(&simulator, "DescribeTable", &body).0, 200);
}

#[test]
fn huge_lists_are_refused_or_stored_but_never_walked_twice_for_each_element() {
    let simulator = pets();
    let keys: Vec<Value> = (0..50_000)
        .map(|n| json!({"id": {"S": n.to_string()}}))
        .collect();
    let writes: Vec<Value> = keys
        .iter()
        .map(|key| json!({"DeleteRequest": {"Key": key}}))
        .collect();
    let gets: Vec<Value> = keys
        .iter()
        .map(|key| json!({"Get": {"TableName": "pets", "Key": key}}))
        .collect();
    for (operation, request) in [
        (
            "BatchGetItem",
            json!({"RequestItems": {"pets": {"Keys": keys}}}),
        ),
        ("BatchWriteItem", json!({"RequestItems": {"pets": writes}})),
        ("TransactGetItems", json!({"TransactItems": gets})),
    ] {
        assert!(!refused(&simulator, operation, &request).is_empty());
    }
    let set: Vec<String> = (0..60_000).map(|n| n.to_string()).collect();
    let request = json!({"TableName": "pets", "Item": {"id": {"S": "1"}, "set": {"NS": set}}});
    assert_eq!(send(&simulator, "PutItem", &request.to_string()).0, 200);
    let twice: Vec<&str> = vec!["1"; 60_000];
    let request = json!({"TableName": "pets", "Item": {"id": {"S": "1"}, "set": {"NS": twice}}});
    assert!(refused(&simulator, "PutItem", &request).contains("duplicates"));
}

#[test]
fn deep_lists_are_refused_wherever_a_value_may_stand() {
    let simulator = pets();
    for levels in [40, 500, 3_000, 200_000] {
        let value = format!(
            "{}{{\"S\":\"x\"}}{}",
            "{\"L\":[".repeat(levels),
            "]}".repeat(levels)
        );
        for (operation, body) in [
            (
                "PutItem",
                format!(r#"{{"TableName":"pets","Item":{{"id":{{"S":"1"}},"a":{value}}}}}"#),
            ),
            (
                "GetItem",
                format!(r#"{{"TableName":"pets","Key":{{"id":{value}}}}}"#),
            ),
            (
                "Scan",
                format!(
                    r#"{{"TableName":"pets","FilterExpression":"a = :v","ExpressionAttributeValues":{{":v":{value}}}}}"#
                ),
            ),
            (
                "BatchWriteItem",
                format!(
                    r#"{{"RequestItems":{{"pets":[{{"PutRequest":{{"Item":{{"id":{{"S":"1"}},"a":{value}}}}}}}]}}}}"#
                ),
            ),
            (
                "TransactWriteItems",
                format!(
                    r#"{{"TransactItems":[{{"Put":{{"TableName":"pets","Item":{{"id":{{"S":"1"}},"a":{value}}}}}}}]}}"#
                ),
            ),
        ] {
            let (status, body) = send(&simulator, operation, &body);
            assert_eq!(status, 400, "{operation} {levels}: {body}");
        }
    }
    let brackets = "[".repeat(2_000_000);
    for operation in OPERATIONS {
        assert_eq!(send(&simulator, operation, &brackets).0, 400);
    }
}
