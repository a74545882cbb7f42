//! The simulated table beside the oracle: the same requests to both, the same answers expected.
//!
//! The oracle is an embedded emulator that was checked against AWS; here it answers over HTTP on the loopback interface, so that
//! malformed bodies can be compared too. Where the two differ the difference is listed in `explained`, with its reason;
//! anything else fails. Ids and times are not compared, and the items of a `Scan` not by their order.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use dynatour::simulator::{Settings, Simulator, Timestamp};
use serde_json::{Value, json};

/// The oracle on its own thread, and a connection to it.
struct Oracle {
    connection: BufReader<TcpStream>,
}

impl Oracle {
    fn start() -> Self {
        let (sender, receiver) = std::sync::mpsc::channel::<SocketAddr>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                    .await
                    .expect("a free port");
                sender
                    .send(listener.local_addr().expect("bound"))
                    .expect("the test waits");
                let database = dynoxide::Database::memory().expect("an empty database");
                dynoxide::server::serve_on(listener, database).await;
            });
        });
        let address = receiver.recv().expect("the oracle started");
        let connection = TcpStream::connect(address).expect("the oracle listens");
        connection.set_nodelay(true).expect("a socket");
        Self {
            connection: BufReader::new(connection),
        }
    }

    fn call(&mut self, operation: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n\
             X-Amz-Target: DynamoDB_20120810.{operation}\r\nX-Amz-Date: 20260101T000000Z\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let stream = self.connection.get_mut();
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(body).expect("sent");
        let mut line = String::new();
        self.connection.read_line(&mut line).expect("a status line");
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status");
        let mut length = 0;
        loop {
            let mut header = String::new();
            self.connection.read_line(&mut header).expect("a header");
            let header = header.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.connection.read_exact(&mut body).expect("a body");
        (status, body)
    }
}

struct Both {
    oracle: Oracle,
    simulator: Simulator,
    compared: usize,
    differences: Vec<String>,
}

impl Both {
    fn new() -> Self {
        Self {
            oracle: Oracle::start(),
            simulator: Simulator::new(Settings::default()),
            compared: 0,
            differences: Vec::new(),
        }
    }

    fn call(&mut self, operation: &str, request: &Value) -> Value {
        self.raw(operation, request.to_string().as_bytes())
    }

    fn raw(&mut self, operation: &str, body: &[u8]) -> Value {
        let (status, answer) = self.oracle.call(operation, body);
        let reply = self
            .simulator
            .call(operation, body, Timestamp::from_millis(1_767_225_600_000));
        assert!(self.simulator.trace(&reply.request_id).is_some());
        let theirs = normal(
            operation,
            serde_json::from_slice(&answer).unwrap_or(Value::Null),
        );
        let ours = normal(
            operation,
            serde_json::from_slice(&reply.body).unwrap_or(Value::Null),
        );
        self.compared += 1;
        let request = String::from_utf8_lossy(body).into_owned();
        if (status, &theirs) != (reply.status, &ours)
            && explained(operation, &request, &ours, &theirs).is_none()
        {
            let short: String = request.chars().take(600).collect();
            self.differences.push(format!(
                "{operation} {short}\n  ours   {} {ours}\n  theirs {status} {theirs}",
                reply.status
            ));
        }
        ours
    }

    fn finish(self, at_least: usize) {
        assert!(self.compared >= at_least, "{} requests", self.compared);
        assert!(
            self.differences.is_empty(),
            "{} of {} differ:\n{}",
            self.differences.len(),
            self.compared,
            self.differences.join("\n")
        );
    }
}

/// The differences that stay, each with its reason.
fn explained(operation: &str, request: &str, ours: &Value, theirs: &Value) -> Option<&'static str> {
    let (ours_full, theirs_full) = (ours, theirs);
    let failed = |answer: &Value| answer.get("__type").is_some();
    let said = |answer: &Value| {
        ["message", "Message"]
            .iter()
            .find_map(|name| answer[name].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let (ours, theirs) = (said(ours), said(theirs));
    if ours.contains("is not offered by the simulated table") {
        return Some("indexes, streams and legacy parameters are not offered yet, and say so");
    }
    if operation == "CreateTable"
        && ours.contains("must both be specified when BillingMode is PROVISIONED")
        && !request.contains("BillingMode")
    {
        return Some(
            "the API reference: the billing mode is PROVISIONED unless stated, and then the throughput is required",
        );
    }
    if theirs.starts_with("invalid base64")
        || (theirs.starts_with("TRUE_VALUE") && ours.starts_with("NUMBER_VALUE"))
    {
        return Some(
            "the oracle passes its parser's words on, or guesses the token; ours are the Java reader's",
        );
    }
    if ours == format!("ExpressionAttributeValues contains invalid value: {theirs} for key :v") {
        return Some(
            "a value without exactly one type is named by its key on every operation, as AWS was observed to by several emulators' suites",
        );
    }
    if theirs.starts_with("expected array for")
        || theirs.starts_with("expected object for")
        || (theirs.starts_with("TRUE_VALUE") && ours.starts_with("Unrecognized collection"))
    {
        return Some("the oracle passes its parser's words on; ours are the Java reader's");
    }
    if !failed(ours_full)
        && theirs_full["__type"] == "com.amazon.coral.service#SerializationException"
    {
        return Some(
            "a member that the operation doesn't have is ignored whatever its type; the oracle reads the members of all operations",
        );
    }
    if ours.contains("Invalid attribute type name found") {
        return Some(
            "attribute_type with a word that is no type is refused before the item is looked at, as the developer guide says",
        );
    }
    if ours.starts_with("Invalid KeyConditionExpression: ")
        && theirs.contains("KeyConditionExpression")
        && (theirs.starts_with("Unexpected"))
    {
        return Some("the oracle's own words for an operator that key conditions don't have");
    }
    if ours == format!("Invalid KeyConditionExpression: {theirs}") {
        return Some(
            "every complaint about the expression itself begins with which expression it is",
        );
    }
    if operation == "Query"
        && failed(theirs_full)
        && (ours.starts_with("Invalid ProjectionExpression: ")
            || ours.starts_with("Invalid FilterExpression: "))
    {
        return Some(
            "two things wrong at once: expressions are judged whole before the table is looked up",
        );
    }
    if ours.starts_with("Invalid ProjectionExpression: Syntax error")
        && theirs.contains("Expected attribute name")
    {
        return Some("the oracle's own words for a syntax error");
    }
    if ours.contains("not allowed to be used this way in an expression; function: size") {
        return Some("size alone is no condition; the oracle calls it a syntax error");
    }
    if operation == "Scan"
        && request.contains("Limit")
        && !failed(ours_full)
        && !failed(theirs_full)
    {
        return Some("each scans in the order of its own hash, so a limit leaves other items");
    }
    if request.contains("\"BillingMode\":null")
        || (operation == "DeleteTable" && ours.contains("Table: other not found"))
    {
        return Some("the table that only the oracle made without a throughput");
    }
    if operation == "UpdateItem"
        && request.contains("ALL_OLD")
        && ours_full.get("Attributes").is_none()
    {
        return Some(
            "an item that the update made had no attributes before; the oracle returns the key it was given",
        );
    }
    if operation == "Scan" && ours.starts_with("Invalid FilterExpression: ") && failed(theirs_full)
    {
        return Some(
            "a value that is not defined is a fault of the filter, found before the projection and named with it",
        );
    }
    let only_the_list = |answer: &Value| {
        answer["Attributes"]
            .as_object()
            .is_some_and(|attributes| attributes.keys().eq(["l"]))
    };
    if request.contains("\"UPDATED_")
        && request.contains(" l[")
        && ours_full.get("Attributes").is_none()
        && only_the_list(theirs_full)
    {
        return Some(
            "a list element that was not there is not among the updated attributes; the oracle shows the list around it",
        );
    }
    if operation == "NoSuchOperation" {
        return Some("a body that is no JSON object is refused before the target is looked at");
    }
    if operation == "Scan" && request.contains("Segment") && theirs.is_empty() {
        return Some("segments are ranges of each one's own hash");
    }
    None
}

/// What can't be equal is taken out, and what has no order is sorted.
fn normal(operation: &str, mut answer: Value) -> Value {
    for name in ["TableDescription", "Table"] {
        if let Some(table) = answer.get_mut(name).and_then(Value::as_object_mut) {
            for member in ["TableId", "TableArn", "CreationDateTime", "WarmThroughput"] {
                table.remove(member);
            }
            if let Some(summary) = table
                .get_mut("BillingModeSummary")
                .and_then(Value::as_object_mut)
            {
                summary.remove("LastUpdateToPayPerRequestDateTime");
            }
        }
    }
    if let Some(names) = answer.get_mut("TableNames").and_then(Value::as_array_mut) {
        names.sort_by_key(Value::to_string);
    }
    let mut answer = sorted(answer, operation == "Scan");
    if operation == "Scan"
        && let Some(items) = answer.get_mut("Items").and_then(Value::as_array_mut)
    {
        items.sort_by_key(Value::to_string);
    }
    answer
}

/// Members by name; for a `Scan` also number sets, which AWS and the oracle return in the order of a Java hash set there.
fn sorted(value: Value, number_sets: bool) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members
                .into_iter()
                .map(|(name, value)| {
                    let mut value = sorted(value, number_sets);
                    if let ("NS", true, Value::Array(set)) =
                        (name.as_str(), number_sets, &mut value)
                    {
                        set.sort_by_key(Value::to_string);
                    }
                    (name, value)
                })
                .collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(elements) => elements
            .into_iter()
            .map(|element| sorted(element, number_sets))
            .collect(),
        other => other,
    }
}

fn pets(name: &str) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "owner", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]
    })
}

fn simple(name: &str, key_type: &str) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": key_type}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
    })
}

#[test]
fn table_operations_answer_alike() {
    let mut both = Both::new();
    both.call("CreateTable", &pets("pets"));
    both.call("CreateTable", &pets("pets"));
    both.call("DescribeTable", &json!({"TableName": "pets"}));
    let changes = [
        ("TableName", json!("a")),
        ("TableName", json!("a!")),
        ("TableName", json!("")),
        ("TableName", Value::Null),
        ("TableName", json!(23)),
        ("TableName", json!("x".repeat(256))),
        ("TableName", json!("bad name")),
        ("BillingMode", json!("FREE")),
        ("BillingMode", json!(true)),
        ("BillingMode", Value::Null),
        ("BillingMode", json!("PROVISIONED")),
        ("KeySchema", Value::Null),
        ("KeySchema", json!([])),
        ("KeySchema", json!("x")),
        ("KeySchema", json!({})),
        ("KeySchema", json!([3])),
        ("KeySchema", json!([[]])),
        (
            "KeySchema",
            json!([{"AttributeName": "owner", "KeyType": "RANGE"}]),
        ),
        (
            "KeySchema",
            json!([{"AttributeName": "owner", "KeyType": "HASH"}]),
        ),
        (
            "KeySchema",
            json!([{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "owner", "KeyType": "RANGE"}]),
        ),
        (
            "KeySchema",
            json!([{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "HASH"}]),
        ),
        (
            "KeySchema",
            json!([{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}, {"AttributeName": "x", "KeyType": "RANGE"}]),
        ),
        (
            "KeySchema",
            json!([{"AttributeName": "nowhere", "KeyType": "HASH"}]),
        ),
        (
            "KeySchema",
            json!([{"AttributeName": "owner", "KeyType": "KEY"}]),
        ),
        ("KeySchema", json!([{"KeyType": "HASH"}])),
        ("KeySchema", json!([{}])),
        (
            "KeySchema",
            json!([{"AttributeName": 3, "KeyType": "HASH"}]),
        ),
        ("AttributeDefinitions", Value::Null),
        ("AttributeDefinitions", json!([])),
        ("AttributeDefinitions", json!([{}])),
        ("AttributeDefinitions", json!([1])),
        (
            "AttributeDefinitions",
            json!([{"AttributeName": "owner", "AttributeType": "BOOL"}]),
        ),
        (
            "AttributeDefinitions",
            json!([{"AttributeName": "owner", "AttributeType": "S"}]),
        ),
        (
            "ProvisionedThroughput",
            json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}),
        ),
        ("ProvisionedThroughput", json!({})),
        ("ProvisionedThroughput", json!([])),
        (
            "ProvisionedThroughput",
            json!({"ReadCapacityUnits": 0, "WriteCapacityUnits": -1}),
        ),
        (
            "ProvisionedThroughput",
            json!({"ReadCapacityUnits": "x", "WriteCapacityUnits": 1}),
        ),
        ("LocalSecondaryIndexes", json!([])),
        ("GlobalSecondaryIndexes", json!([])),
        ("GlobalSecondaryIndexes", json!({})),
        ("LocalSecondaryIndexes", json!("x")),
        ("TableClass", json!("GOLD")),
        (
            "StreamSpecification",
            json!({"StreamEnabled": false, "StreamViewType": "NEW_IMAGE"}),
        ),
    ];
    for (member, value) in changes {
        let mut request = pets("other");
        request[member] = value;
        both.call("CreateTable", &request);
        both.call("DeleteTable", &json!({"TableName": "other"}));
    }
    let mut provisioned = pets("provisioned");
    provisioned["BillingMode"] = json!("PROVISIONED");
    provisioned["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 6});
    provisioned["DeletionProtectionEnabled"] = json!(true);
    provisioned["TableClass"] = json!("STANDARD_INFREQUENT_ACCESS");
    both.call("CreateTable", &provisioned);
    both.call("DescribeTable", &json!({"TableName": "provisioned"}));
    both.call("DeleteTable", &json!({"TableName": "provisioned"}));
    for name in [
        json!("pe"),
        json!("p!ts"),
        json!("pets2"),
        json!(5),
        Value::Null,
        json!(""),
        json!(["x"]),
        json!("y".repeat(300)),
    ] {
        both.call("DescribeTable", &json!({"TableName": name}));
        both.call("DeleteTable", &json!({"TableName": name}));
        both.call("ListTables", &json!({"ExclusiveStartTableName": name}));
    }
    for limit in [
        json!(0),
        json!(1),
        json!(100),
        json!(101),
        json!("x"),
        json!(true),
        json!(-3),
        json!([]),
    ] {
        both.call("ListTables", &json!({"Limit": limit}));
    }
    for body in ["", "{", "[]", "null", "3", "{\"TableName\":}", "{}"] {
        for operation in [
            "CreateTable",
            "DescribeTable",
            "ListTables",
            "PutItem",
            "Query",
            "NoSuchOperation",
        ] {
            if !matches!(body, "[]" | "null" | "3") || operation == "NoSuchOperation" {
                both.raw(operation, body.as_bytes());
            }
        }
    }
    both.call("DeleteTable", &json!({"TableName": "pets"}));
    both.call("DescribeTable", &json!({"TableName": "pets"}));
    both.finish(140);
}

#[test]
fn item_operations_answer_alike() {
    let mut both = Both::new();
    both.call("CreateTable", &pets("pets"));
    both.call("CreateTable", &simple("simple", "S"));
    both.call("CreateTable", &simple("binary", "B"));
    let big = "x".repeat(409_600);
    let values = [
        json!({"S": ""}),
        json!({"S": "é😺"}),
        json!({"N": "12.50"}),
        json!({"N": "-0.00"}),
        json!({"N": "1e125"}),
        json!({"N": "1e126"}),
        json!({"N": "abc"}),
        json!({"N": ""}),
        json!({"N": "1e-131"}),
        json!({"N": "1".repeat(39)}),
        json!({"N": 5}),
        json!({"B": "AAE="}),
        json!({"B": "x"}),
        json!({"BOOL": true}),
        json!({"BOOL": "yes"}),
        json!({"BOOL": "perhaps"}),
        json!({"BOOL": 1}),
        json!({"NULL": true}),
        json!({"NULL": false}),
        json!({"SS": ["b", "a"]}),
        json!({"SS": []}),
        json!({"SS": ["a", "b", "a"]}),
        json!({"NS": ["2", "1.0", "10"]}),
        json!({"NS": ["1", "1.0"]}),
        json!({"NS": []}),
        json!({"BS": ["AA==", "AQ=="]}),
        json!({"BS": []}),
        json!({"BS": ["AA==", "AA=="]}),
        json!({"L": [{"S": "x"}, {"N": "1"}]}),
        json!({"L": []}),
        json!({"M": {"a": {"M": {}}}}),
        json!({"M": {"": {"S": "x"}}}),
        json!({}),
        json!({"S": "a", "N": "1"}),
        json!({"X": "a"}),
        json!(null),
        json!("S"),
        json!([]),
        json!({"S": 3}),
        json!({"S": ["x"]}),
        json!({"SS": "x"}),
        json!({"L": {}}),
        json!({"M": []}),
        json!({"S": null}),
    ];
    for value in &values {
        both.call("PutItem", &json!({"TableName": "simple", "Item": {"id": {"S": "k"}, "v": value}, "ReturnConsumedCapacity": "TOTAL", "ReturnValues": "ALL_OLD"}));
        both.call("GetItem", &json!({"TableName": "simple", "Key": {"id": {"S": "k"}}, "ReturnConsumedCapacity": "INDEXES"}));
        both.call(
            "PutItem",
            &json!({"TableName": "simple", "Item": {"id": value}}),
        );
        both.call(
            "GetItem",
            &json!({"TableName": "simple", "Key": {"id": value}}),
        );
        both.call(
            "DeleteItem",
            &json!({"TableName": "simple", "Key": {"id": value}, "ReturnValues": "ALL_OLD"}),
        );
        both.call("UpdateItem", &json!({"TableName": "simple", "Key": {"id": {"S": "u"}}, "UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": value}, "ReturnValues": "ALL_NEW"}));
        both.call("PutItem", &json!({"TableName": "simple", "Item": {"id": {"S": "c"}}, "ConditionExpression": "v <> :v", "ExpressionAttributeValues": {":v": value}}));
        both.call("Query", &json!({"TableName": "simple", "KeyConditionExpression": "id = :v", "ExpressionAttributeValues": {":v": value}}));
        both.call("Scan", &json!({"TableName": "simple", "FilterExpression": "v = :v", "ExpressionAttributeValues": {":v": value}, "ReturnConsumedCapacity": "TOTAL"}));
    }
    let keys = [
        json!({}),
        json!({"owner": {"S": "a"}}),
        json!({"n": {"N": "1"}}),
        json!({"owner": {"S": "a"}, "n": {"S": "1"}}),
        json!({"owner": {"N": "1"}, "n": {"N": "1"}}),
        json!({"owner": {"S": ""}, "n": {"N": "1"}}),
        json!({"owner": {"S": "a"}, "n": {"N": "1"}, "x": {"S": "y"}}),
        json!({"owner": {"S": "k".repeat(2049)}, "n": {"N": "1"}}),
        json!({"owner": {"S": "k".repeat(2048)}, "n": {"N": "1"}}),
        json!({"owner": {"BOOL": true}, "n": {"N": "1"}}),
        json!("x"),
        json!([]),
        json!(null),
        json!({"": {"S": "x"}}),
        json!({"owner": {"S": "a"}, "n": {"N": "1.00"}}),
    ];
    for key in &keys {
        for table in ["pets", "missing", "a", "a!", "", "bad name"] {
            both.call("GetItem", &json!({"TableName": table, "Key": key}));
            both.call("DeleteItem", &json!({"TableName": table, "Key": key}));
            both.call("UpdateItem", &json!({"TableName": table, "Key": key, "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}, "ReturnValues": "UPDATED_NEW"}));
            both.call(
                "PutItem",
                &json!({"TableName": table, "Item": key, "ReturnValues": "ALL_OLD"}),
            );
        }
    }
    both.call(
        "PutItem",
        &json!({"TableName": "simple", "Item": {"id": {"S": "1"}, "v": {"S": big}}}),
    );
    both.call("PutItem", &json!({"TableName": "simple", "Item": {"id": {"S": "1"}, "v": {"S": &big[..409_596]}}, "ReturnConsumedCapacity": "TOTAL"}));
    both.call("UpdateItem", &json!({"TableName": "simple", "Key": {"id": {"S": "1"}}, "UpdateExpression": "SET w = :w", "ExpressionAttributeValues": {":w": {"S": "more"}}}));
    both.call("GetItem", &json!({"TableName": "simple", "Key": {"id": {"S": "1"}}, "ReturnConsumedCapacity": "TOTAL", "ConsistentRead": true, "ProjectionExpression": "id"}));
    both.call(
        "PutItem",
        &json!({"TableName": "binary", "Item": {"id": {"B": ""}}}),
    );
    both.call(
        "PutItem",
        &json!({"TableName": "pets", "Item": {"owner": {"S": "x"}}, "ReturnValues": "ALL_NEW"}),
    );
    members(&mut both);
    both.finish(700);
}

/// The members of each operation, one by one, with values they may and may not have.
fn members(both: &mut Both) {
    let bad = [
        json!("WRONG"),
        json!(""),
        json!(3),
        json!(2.5),
        json!(true),
        json!([]),
        json!({}),
        Value::Null,
    ];
    let names = json!({"#o": "owner"});
    let bases = [
        (
            "PutItem",
            json!({"TableName": "pets", "Item": {"owner": {"S": "m"}, "n": {"N": "1"}}}),
        ),
        (
            "GetItem",
            json!({"TableName": "pets", "Key": {"owner": {"S": "m"}, "n": {"N": "1"}}}),
        ),
        (
            "DeleteItem",
            json!({"TableName": "pets", "Key": {"owner": {"S": "m"}, "n": {"N": "1"}}}),
        ),
        (
            "UpdateItem",
            json!({"TableName": "pets", "Key": {"owner": {"S": "m"}, "n": {"N": "1"}}}),
        ),
        (
            "Query",
            json!({"TableName": "pets", "KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": names, "ExpressionAttributeValues": {":o": {"S": "m"}}}),
        ),
        ("Scan", json!({"TableName": "pets"})),
    ];
    let scalar = [
        "TableName",
        "ReturnConsumedCapacity",
        "ReturnValues",
        "ReturnItemCollectionMetrics",
        "ReturnValuesOnConditionCheckFailure",
        "Select",
        "ConsistentRead",
        "ScanIndexForward",
        "Limit",
        "Segment",
        "TotalSegments",
        "ConditionExpression",
        "FilterExpression",
        "ProjectionExpression",
        "UpdateExpression",
        "KeyConditionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "ExclusiveStartKey",
        "Key",
        "Item",
        "IndexName",
    ];
    for (operation, base) in &bases {
        for member in scalar {
            for value in &bad {
                let mut request = base.clone();
                request[member] = value.clone();
                both.call(operation, &request);
            }
            let mut request = base.clone();
            request.as_object_mut().expect("an object").remove(member);
            both.call(operation, &request);
        }
        for value in [
            "NONE",
            "TOTAL",
            "INDEXES",
            "ALL_OLD",
            "ALL_NEW",
            "UPDATED_OLD",
            "UPDATED_NEW",
            "SIZE",
            "COUNT",
            "ALL_ATTRIBUTES",
            "SPECIFIC_ATTRIBUTES",
            "ALL_PROJECTED_ATTRIBUTES",
        ] {
            for member in [
                "ReturnConsumedCapacity",
                "ReturnValues",
                "ReturnItemCollectionMetrics",
                "ReturnValuesOnConditionCheckFailure",
                "Select",
            ] {
                let mut request = base.clone();
                request[member] = json!(value);
                both.call(operation, &request);
            }
        }
        for (member, value) in [
            ("Limit", json!(0)),
            ("Limit", json!(-1)),
            ("Limit", json!(1.5)),
            ("Limit", json!(5_000_000_000_i64)),
            ("Segment", json!(0)),
            ("TotalSegments", json!(2)),
            ("Segment", json!(-1)),
            ("TotalSegments", json!(0)),
            ("TotalSegments", json!(1_000_001)),
            ("AttributesToGet", json!(["a"])),
            ("Expected", json!({})),
            ("AttributesToGet", json!([])),
        ] {
            let mut request = base.clone();
            request[member] = value;
            both.call(operation, &request);
        }
    }
}

/// A small generator: the same requests every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.roll(choices.len())]
    }
}

#[test]
fn generated_requests_answer_alike() {
    let mut both = Both::new();
    both.call("CreateTable", &pets("pets"));
    let mut dice = Dice(42);
    let owners = ["Rachel", "Beeba", "Carlos", "é"];
    let conditions = [
        "attribute_exists(a)",
        "attribute_not_exists(#o)",
        "a = :v",
        "a < :v",
        "a BETWEEN :v AND :v",
        "a IN (:v, :s)",
        "contains(t, :s)",
        "begins_with(s, :s)",
        "size(s) > :v",
        "attribute_type(a, :s)",
        "NOT a = :v AND s <> :s",
        "(a = :v",
        "a == :v",
        "name = :v",
        "foo(a)",
        "a = :missing",
        "#missing = :v",
        "((a = :v))",
        "a.b[0] = :v",
        "",
        "a AND",
        "size(a)",
        "begins_with(a, :v)",
    ];
    let updates = [
        "SET a = :v",
        "SET a = a + :v",
        "SET a = if_not_exists(a, :v) + :v, s = :s",
        "REMOVE a",
        "ADD a :v",
        "ADD t :t",
        "DELETE t :t",
        "SET l = list_append(l, :l)",
        "SET m.x = :v",
        "SET #o = :v",
        "REMOVE n",
        "SET a = :v SET b = :v",
        "SET a = b",
        "SET a",
        "",
        "SET a = :v, a.b = :v",
        "ADD a :s",
        "SET l[3] = :v",
        "REMOVE l[0], a",
        "SET a = :v - :v",
        "SET name = :v",
        "SET a = list_append(a, :v)",
    ];
    let key_conditions = [
        "#o = :s",
        "#o = :s AND n = :v",
        "#o = :s AND n > :v",
        "n <= :v AND #o = :s",
        "#o = :s AND n BETWEEN :v AND :v",
        "#o = :s AND begins_with(n, :v)",
        "#o > :s",
        "n = :v",
        "#o = :s OR n = :v",
        "#o = :s AND a = :v",
        "#o = :v",
        "#o = :s AND n = :s",
        "owner = :s",
        "#o = :s AND n <> :v",
        ":s = #o",
        "#o = :s AND #o = :s",
    ];
    for _ in 0..2_500 {
        let owner = *dice.of(&owners);
        let n = dice.roll(12).to_string();
        let key = json!({"owner": {"S": owner}, "n": {"N": n}});
        let v = json!({"N": (dice.roll(12)).to_string()});
        let all = json!({":v": v, ":s": {"S": *dice.of(&owners)}, ":t": {"SS": ["x", "y"]}, ":l": {"L": [v]}});
        let mut request = json!({"TableName": "pets", "ReturnConsumedCapacity": "TOTAL"});
        let operation = *dice.of(&[
            "PutItem",
            "PutItem",
            "UpdateItem",
            "UpdateItem",
            "DeleteItem",
            "GetItem",
            "Query",
            "Query",
            "Scan",
        ]);
        let mut text = String::new();
        match operation {
            "PutItem" => {
                let mut item = key.clone();
                item["a"] = v.clone();
                item["s"] = json!({"S": *dice.of(&["Ra", "Be", "x".repeat(3000).as_str()])});
                if dice.roll(2) == 0 {
                    item["t"] = json!({"SS": ["x", "z"]});
                }
                if dice.roll(2) == 0 {
                    item["l"] = json!({"L": [{"N": "1"}]});
                }
                if dice.roll(2) == 0 {
                    item["m"] = json!({"M": {"x": {"S": "y"}}});
                }
                request["Item"] = item;
                request["ReturnValues"] = json!(dice.of(&["NONE", "ALL_OLD"]));
            }
            "Query" => {
                let condition = *dice.of(&key_conditions);
                request["KeyConditionExpression"] = json!(condition);
                text.push_str(condition);
                request["ScanIndexForward"] = json!(dice.roll(2) == 0);
            }
            "Scan" => {}
            _ => request["Key"] = key.clone(),
        }
        if operation == "UpdateItem" {
            let update = *dice.of(&updates);
            request["UpdateExpression"] = json!(update);
            text.push_str(update);
            request["ReturnValues"] =
                json!(dice.of(&["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]));
        }
        if dice.roll(3) == 0 && operation != "GetItem" {
            let condition = *dice.of(&conditions);
            let member = if matches!(operation, "Query" | "Scan") {
                "FilterExpression"
            } else {
                "ConditionExpression"
            };
            request[member] = json!(condition);
            text.push_str(condition);
            if member == "ConditionExpression" {
                request["ReturnValuesOnConditionCheckFailure"] =
                    json!(dice.of(&["ALL_OLD", "NONE"]));
            }
        }
        if dice.roll(3) == 0 && matches!(operation, "GetItem" | "Query" | "Scan") {
            let projection = *dice.of(&[
                "a, s",
                "#o",
                "m.x, l[0]",
                "a, a",
                "name",
                "a.b, a",
                "n",
                "missing",
                "",
                "a,",
            ]);
            request["ProjectionExpression"] = json!(projection);
            text.push_str(projection);
        }
        if operation == "Query" && dice.roll(3) == 0 {
            request["Limit"] = json!(1 + dice.roll(4));
        }
        if operation == "Query" && dice.roll(4) == 0 {
            request["ExclusiveStartKey"] = key;
        }
        // Mostly what the text uses; now and then one too many.
        let mut values = serde_json::Map::new();
        for (name, value) in all.as_object().expect("an object") {
            if text.contains(name.as_str()) || dice.roll(60) == 0 {
                values.insert(name.clone(), value.clone());
            }
        }
        if !values.is_empty() {
            request["ExpressionAttributeValues"] = values.into();
        }
        if text.contains("#o") || dice.roll(60) == 0 {
            request["ExpressionAttributeNames"] = json!({"#o": "owner"});
        }
        both.call(operation, &request);
    }
    both.finish(2_500);
}
