//! The two transactions: their members, one action at a time with all that may be wrong with it, and several together.

use serde_json::{Value, json};

use super::both::Both;
use super::{pets, simple};

/// Why two answers to a transaction may differ, or nothing where they may not.
pub(crate) fn explained(
    operation: &str,
    request: &str,
    theirs: &str,
    ours_full: &Value,
    theirs_full: &Value,
) -> Option<&'static str> {
    if !operation.starts_with("Transact") {
        return None;
    }
    let ours = ours_full.to_string();
    let mut without_metrics = ours_full.clone();
    let metrics = without_metrics
        .as_object_mut()
        .and_then(|answer| answer.remove("ItemCollectionMetrics"));
    if metrics.is_some() && without_metrics == *theirs_full {
        return Some(
            "a transaction tells item collections (API_TransactWriteItems); the oracle doesn't",
        );
    }
    if operation == "TransactGetItems"
        && theirs.contains("ExpressionAttributeNames unused in expressions")
        && !request.contains("ProjectionExpression")
    {
        return Some(
            "names without a projection are left alone (observed by ExtendDB); the oracle refuses them",
        );
    }
    if ours.contains("This attribute is part of the key") {
        return Some(
            "a transaction that would change a key is cancelled, as DynamoDB Local does; the oracle changes it",
        );
    }
    if ours.contains("Transaction payload size cannot exceed") {
        return Some(
            "ScyllaDB's suite observed what the size of the payload cannot do; the oracle has its own words",
        );
    }
    if ours.contains("cannot contain an empty string value. Key: ")
        && theirs.contains("The update expression attempted to update a secondary index key")
    {
        return Some("two things wrong at once: keys are judged before updates are carried out");
    }
    if is_the_first_misfit_alone(ours_full, theirs_full) {
        return Some("a key that doesn't fit is told alone (observed by ScyllaDB's suite)");
    }
    if operation == "TransactWriteItems" && is_index_misfit_alone(ours_full) {
        return Some(
            "what the request alone tells of an index's key comes before conditions and updates (observed)",
        );
    }
    if ours.contains("ExpressionAttributeValues must not be empty") {
        return Some("observed by moto's tests that were verified against AWS");
    }
    if operation == "TransactGetItems"
        && request.contains("\"ProjectionExpression\":\"kind\"")
        && theirs_full["Responses"][0]["Item"]["kind"] == ours_full["Responses"][0]["Item"]["kind"]
    {
        return Some("a projection returns what it names; the oracle adds the key");
    }
    if ours_full["__type"] == "com.amazon.coral.service#SerializationException"
        && [
            "sequence",
            "Supplied AttributeValue is empty",
            "Unexpected field type",
            "Start of structure",
            "Invalid Request",
        ]
        .iter()
        .any(|start| theirs.starts_with(start))
    {
        return Some("the oracle passes its parser's words on; ours are the Java reader's");
    }
    None
}

/// Whether one action is told not to fit an index, and nothing of the others.
fn is_index_misfit_alone(ours: &Value) -> bool {
    let reasons = ours["CancellationReasons"].as_array();
    let told = |reason: &&Value| reason["Code"] != "None";
    let of_index = |reason: &Value| {
        reason["Message"]
            .as_str()
            .is_some_and(|message| message.contains("Type mismatch for Index Key "))
    };
    reasons.is_some_and(|reasons| {
        let mut told = reasons.iter().filter(told);
        told.next().is_some_and(of_index) && told.next().is_none()
    })
}

/// Whether we give the first validation error among the reasons of theirs, and nothing else.
fn is_the_first_misfit_alone(ours: &Value, theirs: &Value) -> bool {
    let (Some(ours), Some(theirs)) = (
        ours["CancellationReasons"].as_array(),
        theirs["CancellationReasons"].as_array(),
    ) else {
        return false;
    };
    let is_misfit = |reason: &Value| reason["Code"] == "ValidationError";
    theirs.iter().position(is_misfit).is_some_and(|first| {
        let alone = |(at, reason): (usize, &Value)| {
            reason["Code"]
                == if at == first {
                    "ValidationError"
                } else {
                    "None"
                }
        };
        ours.iter().enumerate().all(alone)
    })
}

fn tables() -> Both {
    let mut both = Both::new();
    both.call("CreateTable", &pets("pets"));
    both.call("CreateTable", &simple("simple", "S"));
    both.call("CreateTable", &simple("binary", "B"));
    both.prepare("CreateTable", &indexed());
    for (id, kind) in [("a", "cat"), ("b", "dog"), ("large", "horse")] {
        let note = "x".repeat(if id == "large" { 9_000 } else { 1 });
        both.call(
            "PutItem",
            &json!({"TableName": "simple", "Item": {"id": {"S": id}, "kind": {"S": kind}, "n": {"N": "1"}, "note": {"S": note}}}),
        );
    }
    both
}

fn indexed() -> Value {
    json!({
        "TableName": "indexed", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "city", "AttributeType": "S"}, {"AttributeName": "age", "AttributeType": "N"}
        ],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            {"IndexName": "by-city", "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}, {"AttributeName": "age", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}
        ]
    })
}

fn write(items: Value) -> Value {
    with(json!({}), "TransactItems", items)
}

fn with(mut request: Value, name: &str, value: Value) -> Value {
    request[name] = value;
    request
}

fn put(id: &str) -> Value {
    json!({"Put": {"TableName": "simple", "Item": {"id": {"S": id}, "kind": {"S": "new"}}}})
}

#[test]
#[expect(clippy::too_many_lines, reason = "a list of requests")]
fn transactions_members_answer_alike() {
    let mut both = tables();
    let token = "x".repeat(37);
    let long = "a".repeat(256);
    let bogus = json!({"Put": {"TableName": "simple", "Item": {"id": {"S": "x"}}, "ReturnValuesOnConditionCheckFailure": "BOGUS"}});
    let many = |action: &dyn Fn(usize) -> Value| Value::Array((0..101).map(action).collect());
    let full = json!([
        {"ConditionCheck": {"TableName": "simple", "Key": {"id": {"S": "k"}}, "ConditionExpression": "#n = :v", "ExpressionAttributeNames": {"#n": "a"}, "ExpressionAttributeValues": {":v": {"N": "1"}}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
        {"Delete": {"TableName": "simple", "Key": {"id": {"B": "YWI="}}}},
        {"Update": {"TableName": "simple", "Key": {"id": {"S": "k"}}, "UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": {"L": [{"NULL": true}, {"SS": ["b", "a"]}]}}}},
        {"Put": {"TableName": "simple", "Item": {"pk": {"S": "p"}, "b": {"BOOL": true}, "l": {"L": [{"N": "1"}]}, "m": {"M": {"x": {"S": "y"}}}, "ss": {"SS": ["a"]}, "nul": {"NULL": true}, "bin": {"B": "YWJj"}}}}
    ]);
    let mut mixed = full.as_array().expect("a list").clone();
    mixed.extend((0..97).map(|n| put(&n.to_string())));
    let requests = [
        write(json!([])),
        with(write(json!([])), "ReturnConsumedCapacity", json!("BOGUS")),
        write(many(&|n| put(&n.to_string()))),
        write(Value::Array(mixed)),
        with(
            write(json!([put("x")])),
            "ReturnConsumedCapacity",
            json!("BOGUS"),
        ),
        with(
            write(json!([put("x")])),
            "ReturnItemCollectionMetrics",
            json!("BOGUS"),
        ),
        with(
            with(
                write(json!([put("x")])),
                "ReturnItemCollectionMetrics",
                json!("BOGUS"),
            ),
            "ClientRequestToken",
            json!(token),
        ),
        with(
            with(
                write(json!([bogus])),
                "ReturnItemCollectionMetrics",
                json!("BOGUS"),
            ),
            "ClientRequestToken",
            json!(token),
        ),
        write(json!([{}, bogus])),
        write(json!([{}])),
        write(json!([{"Nothing": {}}])),
        write(json!([{}, {"Put": {"TableName": "bad!name", "Item": {"id": {"S": "a"}}}}])),
        write(
            json!([{"Put": {"TableName": "simple", "Item": {"id": {"S": "a"}}}, "Delete": {"TableName": "simple", "Key": {"id": {"S": "a"}}}}]),
        ),
        write(
            json!([{"Put": {"TableName": "a!", "Item": {"id": {"S": "a"}}}}, {"Delete": {"TableName": long, "Key": {"id": {"S": "a"}}}}]),
        ),
        write(
            json!([{"Update": {"TableName": "bad name", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}}}]),
        ),
        write(
            json!([{"ConditionCheck": {"TableName": "bad name", "Key": {"id": {"S": "a"}}, "ConditionExpression": "attribute_exists(id)"}}]),
        ),
        write(json!([{"Put": {"TableName": "nowhere", "Item": {"id": {"S": "a"}}}}])),
        write(json!([put("twice"), put("twice")])),
        write(
            json!([put("twice"), {"ConditionCheck": {"TableName": "simple", "Key": {"id": {"S": "twice"}}, "ConditionExpression": "attribute_exists(id)"}}]),
        ),
        write(
            json!([put("twice"), {"Put": {"TableName": "nowhere", "Item": {"id": {"S": "a"}}}}, put("twice")]),
        ),
        write(
            json!([put("x"), {"Delete": {"TableName": "pets", "Key": {"owner": {"S": "x"}, "n": {"N": "1"}}}}, {"Delete": {"TableName": "pets", "Key": {"n": {"N": "1.0"}, "owner": {"S": "x"}}}}]),
        ),
        json!({"TransactItems": {}}),
        json!({"TransactItems": "x"}),
        json!({"TransactItems": [[]]}),
        json!({"TransactItems": ["x"]}),
        json!({"TransactItems": [{"Put": []}]}),
        json!({"TransactItems": [{"Put": "x"}]}),
        json!({"TransactItems": [{"Put": {"TableName": 23, "Item": {}}}]}),
        json!({"TransactItems": [{"Put": {"TableName": "simple", "Item": []}}]}),
        json!({"TransactItems": [{"Put": {"TableName": "simple", "Item": {"id": "x"}}}]}),
        json!({"TransactItems": [{"Put": {"TableName": "simple", "Item": {"id": {"S": 3}}}}]}),
        json!({"TransactItems": [put("x")], "ClientRequestToken": 3}),
        json!({"TransactItems": [put("x")], "ReturnConsumedCapacity": []}),
    ];
    for request in &requests {
        both.call("TransactWriteItems", request);
    }
    let get = |id: &str| json!({"Get": {"TableName": "simple", "Key": {"id": {"S": id}}}});
    let many = |count: usize| -> Value { (0..count).map(|n| get(&n.to_string())).collect() };
    let mut echoed = many(100);
    echoed.as_array_mut().expect("a list").insert(
        0,
        json!({"Get": {"TableName": "simple", "Key": {"id": {"S": "k"}}, "ProjectionExpression": "#n", "ExpressionAttributeNames": {"#n": "a", "#other": "b"}}}),
    );
    for request in [
        write(json!([])),
        write(many(101)),
        write(many(100)),
        write(echoed),
        write(json!([{}])),
        write(json!([{"Get": null}, get("a")])),
        with(
            write(json!([get("a"), {}])),
            "ReturnConsumedCapacity",
            json!("BOGUS"),
        ),
        with(
            write(json!([get("a")])),
            "ReturnConsumedCapacity",
            json!("BOGUS"),
        ),
        write(
            json!([{"Get": {"TableName": "bad!name", "Key": {"id": {"S": "a"}}}}, {"Get": {"TableName": "a", "Key": {}}}]),
        ),
        write(json!([{"Get": {"TableName": "nowhere", "Key": {"id": {"S": "a"}}}}])),
        write(json!([get("a"), get("a")])),
        write(
            json!([get("a"), get("nothing"), {"Get": {"TableName": "pets", "Key": {"owner": {"S": "a"}, "n": {"N": "1"}}}}]),
        ),
        with(
            write(
                json!([get("a"), get("nothing"), get("large"), {"Get": {"TableName": "pets", "Key": {"owner": {"S": "a"}, "n": {"N": "1"}}}}]),
            ),
            "ReturnConsumedCapacity",
            json!("TOTAL"),
        ),
        with(
            write(json!([get("a"), get("large")])),
            "ReturnConsumedCapacity",
            json!("INDEXES"),
        ),
        json!({"TransactItems": {}}),
        json!({"TransactItems": [{"Get": []}]}),
        json!({"TransactItems": [{"Get": {"TableName": "simple", "Key": {"id": "x"}}}]}),
        json!({"TransactItems": [{"Get": {"TableName": "simple", "Key": {"id": {"S": "x"}}, "ProjectionExpression": 3}}]}),
    ] {
        both.call("TransactGetItems", &request);
    }
    both.finish(45);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a list of requests")]
fn transactions_keys_and_expressions_answer_alike() {
    let mut both = tables();
    let keys = [
        json!({}),
        json!({"id": {"S": ""}}),
        json!({"id": {"N": "1"}}),
        json!({"id": {"L": []}}),
        json!({"id": {"S": "a"}, "more": {"S": "b"}}),
        json!({"other": {"S": "a"}}),
        json!({"id": {"SS": []}}),
        json!({"id": {"SS": ["b", "a", "b"]}}),
        json!({"id": {"NS": ["1", "1.0"]}}),
        json!({"id": {"N": ""}}),
        json!({"id": {"N": "1e126"}}),
        json!({"id": {"N": "1e2147483647"}}),
        json!({"id": {}}),
        json!({"id": {"S": "a", "N": "1"}}),
        json!({"id": {"NULL": false}}),
        json!({"": {"S": "a"}}),
        json!({"id": {"S": "x".repeat(2_049)}}),
    ];
    for key in &keys {
        for action in ["Delete", "Update", "ConditionCheck", "Put"] {
            let mut members = json!({"TableName": "simple"});
            members[if action == "Put" { "Item" } else { "Key" }] = key.clone();
            match action {
                "Update" => members["UpdateExpression"] = json!("SET kind = kind"),
                "ConditionCheck" => {
                    members["ConditionExpression"] = json!("attribute_not_exists(id)");
                }
                _ => {}
            }
            both.call(
                "TransactWriteItems",
                &write(json!([put("other"), {action: members}])),
            );
        }
        both.call(
            "TransactGetItems",
            &write(json!([{"Get": {"TableName": "simple", "Key": {"id": {"S": "a"}}}}, {"Get": {"TableName": "simple", "Key": key}}])),
        );
    }
    let empty = json!({"TableName": "binary", "Key": {"id": {"B": ""}}});
    both.call("TransactWriteItems", &write(json!([{"Delete": empty}])));
    both.call("TransactGetItems", &write(json!([{"Get": empty}])));

    let values = json!({":v": {"S": "x"}, ":n": {"N": "1"}});
    for (condition, update) in [
        ("", "SET a = :v"),
        ("kind = :v", ""),
        ("kind = = :v", "SET a = :v"),
        ("kind = :missing", "SET a = :v"),
        ("kind = :v", "SET a = :n"),
        ("kind = :v", "SET a = :v"),
        ("#k = :v", "SET a = :n"),
        ("attribute_exists(id)", "SET kind = :v, n = n + :n"),
        ("attribute_exists(id)", "SET kind = kind + :n, x = :v"),
        ("attribute_exists(id)", "SET a = missing, x = :v, y = :n"),
        ("attribute_exists(id)", "SET a.b = :v, y = :n"),
        ("attribute_exists(id)", "SET a = :v, a = :n"),
        ("attribute_exists(id)", "ADD kind :n SET a = :v"),
        ("attribute_exists(id)", "SET a = :v SET b = :n"),
        ("attribute_exists(id) AND kind <> :v", "SET a = :n"),
    ] {
        for id in ["a", "nothing"] {
            let update = json!({"Update": {
                "TableName": "simple", "Key": {"id": {"S": id}}, "ConditionExpression": condition, "UpdateExpression": update,
                "ExpressionAttributeValues": values, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
            }});
            both.call(
                "TransactWriteItems",
                &with(
                    write(json!([put("first"), update])),
                    "ReturnConsumedCapacity",
                    json!("INDEXES"),
                ),
            );
        }
    }
    for action in [
        json!({"Put": {"TableName": "simple", "Item": {"id": {"S": "v"}}, "ExpressionAttributeValues": {":v": {"N": "1"}}}}),
        json!({"Put": {"TableName": "simple", "Item": {"id": {"S": "v"}}, "ExpressionAttributeNames": {"#v": "x"}}}),
        json!({"Put": {"TableName": "simple", "Item": {"id": {"S": "v"}}, "ExpressionAttributeValues": {}}}),
        json!({"Put": {"TableName": "simple", "Item": {"id": {"S": "v"}}, "ConditionExpression": "attribute_not_exists(#n0)", "ExpressionAttributeNames": {"#n0": "id"}, "ExpressionAttributeValues": {}}}),
        json!({"Put": {"TableName": "simple", "Item": {"id": {"S": "v"}}, "ConditionExpression": "x = :v", "ExpressionAttributeValues": {":v": {"SS": ["a", "a"]}}}}),
        json!({"Put": {"TableName": "simple", "Item": {"id": {"S": "v"}}, "ConditionExpression": "x = :v", "ExpressionAttributeValues": {":v": {"N": "x"}}}}),
        json!({"Put": {"TableName": "simple", "Item": {"id": {"S": "v"}}, "ConditionExpression": "x = :v", "ExpressionAttributeValues": {":v": {"M": {"": {"S": "x"}}}}}}),
        json!({"Put": {"TableName": "simple", "Item": {"id": {"S": "v"}}, "ConditionExpression": "#v = :v", "ExpressionAttributeNames": {"#v": ""}, "ExpressionAttributeValues": {":v": {"N": "1"}}}}),
        json!({"Put": {"TableName": "simple", "Item": {"id": {"S": "v"}, "big": {"S": "x".repeat(409_600)}}}}),
        json!({"Put": {"TableName": "nowhere", "Item": {"id": {"S": "v"}, "big": {"S": "x".repeat(409_600)}}}}),
        json!({"Update": {"TableName": "simple", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET big = :v", "ExpressionAttributeValues": {":v": {"S": "x".repeat(409_600)}}}}),
        json!({"ConditionCheck": {"TableName": "simple", "Key": {"id": {"S": "a"}}, "ConditionExpression": "kind = :v", "ExpressionAttributeValues": {":v": {"S": "fish"}}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}),
        json!({"ConditionCheck": {"TableName": "simple", "Key": {"id": {"S": "nothing"}}, "ConditionExpression": "attribute_exists(id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}),
        json!({"Put": {"TableName": "indexed", "Item": {"id": {"S": "v"}, "city": {"N": "1"}}}}),
        json!({"Put": {"TableName": "indexed", "Item": {"id": {"S": "v"}, "city": {"S": ""}}}}),
        json!({"Put": {"TableName": "indexed", "Item": {"id": {"S": "v"}, "city": {"L": []}, "age": {"N": "1"}}}}),
        json!({"Update": {"TableName": "indexed", "Key": {"id": {"S": "v"}}, "UpdateExpression": "SET city = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}}}),
        json!({"Update": {"TableName": "indexed", "Key": {"id": {"S": "v"}}, "UpdateExpression": "SET city = :v", "ExpressionAttributeValues": {":v": {"S": ""}}}}),
    ] {
        both.call("TransactWriteItems", &write(json!([put("first"), action])));
        both.call(
            "TransactWriteItems",
            &write(json!([action, {"Delete": {"TableName": "simple", "Key": {"id": {"S": ""}}}}])),
        );
    }
    for projection in [
        "",
        " ",
        "kind",
        "nothing",
        "kind, kind",
        "#n",
        "a..b",
        "id, kind.x",
    ] {
        both.call(
            "TransactGetItems",
            &write(json!([{"Get": {"TableName": "simple", "Key": {"id": {"S": "a"}}, "ProjectionExpression": projection}}])),
        );
    }
    both.call(
        "TransactGetItems",
        &write(json!([{"Get": {"TableName": "simple", "Key": {"id": {"S": "a"}}, "ExpressionAttributeNames": {"#n": "x"}}}])),
    );
    both.call("Scan", &json!({"TableName": "simple"}));
    // Last, because it leaves the oracle with an item under another key than its own.
    let update = json!({"TableName": "simple", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET id = :v", "ExpressionAttributeValues": {":v": {"S": "x"}}});
    both.call(
        "TransactWriteItems",
        &write(json!([put("first"), {"Update": update}])),
    );
    both.finish(150);
}

#[test]
fn transactions_capacity_and_tokens_answer_alike() {
    let mut both = tables();
    let large = "y".repeat(3_000);
    let kinds = [
        json!([put("one"), put("two")]),
        json!([{"Delete": {"TableName": "simple", "Key": {"id": {"S": "nothing"}}}}]),
        json!([{"Delete": {"TableName": "simple", "Key": {"id": {"S": "large"}}}}, {"Put": {"TableName": "pets", "Item": {"owner": {"S": "a"}, "n": {"N": "1"}, "note": {"S": large}}}}]),
        json!([{"ConditionCheck": {"TableName": "pets", "Key": {"owner": {"S": "a"}, "n": {"N": "1"}}, "ConditionExpression": "attribute_exists(n)"}}]),
        json!([{"Update": {"TableName": "simple", "Key": {"id": {"S": "a"}}, "UpdateExpression": "REMOVE note"}}]),
        json!([{"Put": {"TableName": "indexed", "Item": {"id": {"S": "a"}, "city": {"S": "Bern"}, "age": {"N": "1"}}}}, {"Put": {"TableName": "indexed", "Item": {"id": {"S": "b"}}}}]),
        json!([{"Put": {"TableName": "indexed", "Item": {"id": {"S": "a"}, "city": {"S": "Bonn"}, "age": {"N": "1"}}}}, put("three")]),
        json!([{"Put": {"TableName": "indexed", "Item": {"id": {"S": "a"}, "city": {"S": "Bonn"}, "age": {"N": "1"}}}}]),
        json!([{"Update": {"TableName": "indexed", "Key": {"id": {"S": "a"}}, "UpdateExpression": "REMOVE city"}}]),
    ];
    for (n, items) in kinds.iter().enumerate() {
        let request = with(
            write(items.clone()),
            "ClientRequestToken",
            json!(format!("token {n}")),
        );
        for report in ["INDEXES", "TOTAL", "NONE", "INDEXES"] {
            both.call(
                "TransactWriteItems",
                &with(request.clone(), "ReturnConsumedCapacity", json!(report)),
            );
        }
        both.call(
            "TransactWriteItems",
            &with(request.clone(), "TransactItems", json!([put("another")])),
        );
    }
    let failing = with(
        write(
            json!([{"Delete": {"TableName": "simple", "Key": {"id": {"S": "later"}}, "ConditionExpression": "attribute_exists(id)"}}]),
        ),
        "ClientRequestToken",
        json!("failing"),
    );
    both.call("TransactWriteItems", &failing);
    both.call(
        "PutItem",
        &json!({"TableName": "simple", "Item": {"id": {"S": "later"}}}),
    );
    both.call("TransactWriteItems", &failing);
    both.call("TransactWriteItems", &failing);
    both.call("Scan", &json!({"TableName": "simple"}));
    both.call("Scan", &json!({"TableName": "indexed"}));
    let items: Vec<Value> = (0..12)
        .map(|n| json!({"Put": {"TableName": "simple", "Item": {"id": {"S": n.to_string()}, "pad": {"S": "x".repeat(350_000)}}}}))
        .collect();
    both.call(
        "TransactWriteItems",
        &write(items[..11].iter().cloned().collect()),
    );
    both.call("TransactWriteItems", &write(items.into_iter().collect()));
    both.finish(50);
}
