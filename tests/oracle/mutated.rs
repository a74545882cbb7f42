//! Valid requests of every operation, each with one thing in it changed: a member left out, of another type, empty, too long,
//! of a value that isn't known, or one that no operation has.

use serde_json::{Map, Value, json};

use super::both::Both;
use super::dice::Dice;
use super::{indexed, pets, simple};

/// What a value may become.
fn replacements(dice: &mut Dice) -> Value {
    dice.of(&[
        Value::Null,
        json!(""),
        json!("x"),
        json!("INVALID"),
        json!("a!b"),
        json!(0),
        json!(-1),
        json!(3.5),
        json!(5_000_000_000_i64),
        json!(true),
        json!([]),
        json!({}),
        json!([1]),
        json!({"S": "x"}),
        json!({"N": "x"}),
        json!({"x": {"S": "y"}}),
        json!("y".repeat(300)),
    ])
    .clone()
}

/// How many places in a value a change can be made at: itself and everything in it.
fn places(value: &Value) -> usize {
    1 + match value {
        Value::Object(members) => members.values().map(places).sum(),
        Value::Array(elements) => elements.iter().map(places).sum(),
        _ => 0,
    }
}

/// Changes the value at one place, counted as [`places`] counts.
fn change_at(value: &mut Value, place: usize, dice: &mut Dice) {
    if place == 0 {
        match (dice.roll(4), &mut *value) {
            (0, Value::Object(members)) => {
                members.insert("Unknown".to_owned(), json!("x"));
            }
            (1, Value::Object(members)) if !members.is_empty() => {
                let name = members.keys().nth(dice.roll(members.len())).cloned();
                members.remove(&name.expect("a place among the members"));
            }
            (0, Value::Array(elements)) if !elements.is_empty() => {
                elements.push(elements[0].clone());
            }
            _ => *value = replacements(dice),
        }
        return;
    }
    let mut left = place - 1;
    let inside: Box<dyn Iterator<Item = &mut Value>> = match value {
        Value::Object(members) => Box::new(members.values_mut()),
        Value::Array(elements) => Box::new(elements.iter_mut()),
        _ => Box::new(std::iter::empty()),
    };
    for one in inside {
        let here = places(one);
        if left < here {
            change_at(one, left, dice);
            return;
        }
        left -= here;
    }
}

fn mutated(request: &Value, dice: &mut Dice) -> Value {
    let mut request = request.clone();
    // The whole request itself stays an object: what isn't one is tested elsewhere.
    let place = 1 + dice.roll(places(&request) - 1);
    if dice.roll(12) == 0 {
        let members: &mut Map<String, Value> = request.as_object_mut().expect("a request");
        let name = members.keys().nth(dice.roll(members.len())).cloned();
        members.remove(&name.expect("a place among the members"));
    } else {
        change_at(&mut request, place, dice);
    }
    request
}

/// Sends each request as it is, then `times` changed ones of it.
fn send(both: &mut Both, dice: &mut Dice, operation: &str, valid: &[Value], times: usize) {
    for request in valid {
        both.call(operation, request);
        for _ in 0..times {
            both.call(operation, &mutated(request, dice));
        }
    }
}

fn prepared() -> Both {
    let mut both = Both::new();
    both.call("CreateTable", &pets("pets"));
    both.call("CreateTable", &simple("other", "S"));
    both.call("CreateTable", &indexed("indexed"));
    for n in 0..5 {
        both.call("PutItem", &json!({"TableName": "pets", "Item": {"owner": {"S": "Rachel"}, "n": {"N": n.to_string()}, "a": {"N": "7"}}}));
    }
    both
}

#[test]
fn changed_writes_answer_alike() {
    let mut both = prepared();
    let mut dice = Dice::new(1);
    let item = json!({"owner": {"S": "Rachel"}, "n": {"N": "3"}, "a": {"N": "1"}, "t": {"SS": ["x", "y"]}, "m": {"M": {"x": {"L": [{"BOOL": true}, {"NULL": true}]}}}, "b": {"B": "AAEC"}});
    let key = json!({"owner": {"S": "Rachel"}, "n": {"N": "3"}});
    let valid = [
        json!({"TableName": "pets", "Item": item}),
        json!({"TableName": "pets", "Item": item, "ReturnValues": "ALL_OLD", "ReturnConsumedCapacity": "TOTAL", "ReturnItemCollectionMetrics": "NONE"}),
        json!({"TableName": "pets", "Item": item, "ConditionExpression": "#a = :v OR attribute_not_exists(q)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            "ExpressionAttributeNames": {"#a": "a"}, "ExpressionAttributeValues": {":v": {"N": "1"}}}),
    ];
    send(&mut both, &mut dice, "PutItem", &valid, 150);
    let valid = [
        json!({"TableName": "pets", "Key": key, "UpdateExpression": "SET #a = :v, c = if_not_exists(c, :l) ADD t :s", "ReturnValues": "ALL_NEW", "ReturnConsumedCapacity": "TOTAL",
            "ExpressionAttributeNames": {"#a": "a"}, "ExpressionAttributeValues": {":v": {"N": "1"}, ":l": {"L": [{"S": "x"}]}, ":s": {"SS": ["z"]}}}),
        json!({"TableName": "pets", "Key": key, "UpdateExpression": "SET a = :v", "ConditionExpression": "a = :v", "ReturnValues": "UPDATED_OLD",
            "ReturnValuesOnConditionCheckFailure": "NONE", "ExpressionAttributeValues": {":v": {"N": "1"}}}),
    ];
    send(&mut both, &mut dice, "UpdateItem", &valid, 150);
    let valid = [
        json!({"TableName": "pets", "Key": key, "ReturnValues": "ALL_OLD", "ReturnConsumedCapacity": "INDEXES", "ConditionExpression": "attribute_exists(a)"}),
        json!({"TableName": "pets", "Key": key, "ConditionExpression": "#a < :v", "ExpressionAttributeNames": {"#a": "a"}, "ExpressionAttributeValues": {":v": {"N": "1"}}}),
    ];
    send(&mut both, &mut dice, "DeleteItem", &valid, 150);
    both.finish(1_000);
}

#[test]
fn changed_reads_answer_alike() {
    let mut both = prepared();
    let mut dice = Dice::new(2);
    let key = json!({"owner": {"S": "Rachel"}, "n": {"N": "3"}});
    let valid = [
        json!({"TableName": "pets", "Key": key, "ConsistentRead": true, "ReturnConsumedCapacity": "TOTAL"}),
        json!({"TableName": "pets", "Key": key, "ProjectionExpression": "#a, n", "ExpressionAttributeNames": {"#a": "a"}}),
        json!({"TableName": "pets", "Key": key, "AttributesToGet": ["a", "n"]}),
    ];
    send(&mut both, &mut dice, "GetItem", &valid, 150);
    let valid = [
        json!({"TableName": "pets", "KeyConditionExpression": "#o = :o AND n BETWEEN :x AND :y", "FilterExpression": "a = :a", "ProjectionExpression": "a, n",
            "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": "Rachel"}, ":x": {"N": "1"}, ":y": {"N": "3"}, ":a": {"N": "7"}},
            "Limit": 2, "ScanIndexForward": false, "ConsistentRead": true, "ReturnConsumedCapacity": "TOTAL"}),
        json!({"TableName": "pets", "KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": "Rachel"}},
            "Select": "COUNT", "ExclusiveStartKey": key}),
        json!({"TableName": "pets", "KeyConditions": {"owner": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "Rachel"}]}},
            "QueryFilter": {"a": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "1"}]}}, "Select": "ALL_ATTRIBUTES"}),
    ];
    send(&mut both, &mut dice, "Query", &valid, 150);
    let valid = [
        json!({"TableName": "pets", "FilterExpression": "#a = :a", "ProjectionExpression": "#a", "ExpressionAttributeNames": {"#a": "a"}, "ExpressionAttributeValues": {":a": {"N": "7"}},
            "ReturnConsumedCapacity": "TOTAL", "ConsistentRead": false, "Select": "SPECIFIC_ATTRIBUTES"}),
        json!({"TableName": "pets", "Segment": 0, "TotalSegments": 1, "Select": "COUNT"}),
        json!({"TableName": "pets", "ScanFilter": {"a": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "1"}]}}, "AttributesToGet": ["a"]}),
    ];
    send(&mut both, &mut dice, "Scan", &valid, 150);
    both.finish(1_300);
}

#[test]
fn changed_tables_answer_alike() {
    let mut both = prepared();
    let mut dice = Dice::new(3);
    let throughput = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5});
    let mut provisioned = indexed("fresh");
    provisioned["BillingMode"] = json!("PROVISIONED");
    provisioned["ProvisionedThroughput"] = throughput.clone();
    for index in provisioned["GlobalSecondaryIndexes"]
        .as_array_mut()
        .expect("a list")
    {
        index["ProvisionedThroughput"] = throughput.clone();
    }
    for valid in [pets("fresh"), indexed("fresh"), provisioned] {
        for turn in 0..150 {
            let request = if turn == 0 {
                valid.clone()
            } else {
                mutated(&valid, &mut dice)
            };
            both.call("CreateTable", &request);
            if let Some(name) = request["TableName"].as_str().filter(|name| *name != "pets") {
                both.clear(name);
            }
        }
    }
    for (operation, valid) in [
        ("DescribeTable", json!({"TableName": "indexed"})),
        (
            "ListTables",
            json!({"Limit": 10, "ExclusiveStartTableName": "a_table"}),
        ),
        ("DescribeTimeToLive", json!({"TableName": "indexed"})),
        (
            "UpdateTimeToLive",
            json!({"TableName": "indexed", "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": true}}),
        ),
        (
            "TagResource",
            json!({"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/indexed", "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": ""}]}),
        ),
        (
            "ListTagsOfResource",
            json!({"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/indexed"}),
        ),
        (
            "UntagResource",
            json!({"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/indexed", "TagKeys": ["a", "c"]}),
        ),
    ] {
        send(&mut both, &mut dice, operation, &[valid], 60);
        if operation == "TagResource" {
            // What only one of the two took is in its list: both begin again.
            both.clear("indexed");
            both.prepare("CreateTable", &indexed("indexed"));
        }
    }
    both.finish(850);
}

#[test]
fn changed_transactions_answer_alike() {
    let mut both = prepared();
    let mut dice = Dice::new(4);
    let key = json!({"owner": {"S": "Rachel"}, "n": {"N": "3"}});
    let other = json!({"owner": {"S": "Rachel"}, "n": {"N": "4"}});
    let valid = [
        json!({"TransactItems": [
            {"Put": {"TableName": "other", "Item": {"id": {"S": "x"}, "a": {"N": "1"}}, "ConditionExpression": "attribute_not_exists(#q)", "ExpressionAttributeNames": {"#q": "q"}}},
            {"Update": {"TableName": "pets", "Key": key, "UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}}},
            {"ConditionCheck": {"TableName": "pets", "Key": other, "ConditionExpression": "a > :v", "ExpressionAttributeValues": {":v": {"N": "1"}}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}
        ], "ReturnConsumedCapacity": "TOTAL"}),
        json!({"TransactItems": [
            {"Delete": {"TableName": "other", "Key": {"id": {"S": "y"}}, "ConditionExpression": "attribute_not_exists(id)", "ReturnValuesOnConditionCheckFailure": "NONE"}}
        ], "ReturnItemCollectionMetrics": "NONE"}),
    ];
    send(&mut both, &mut dice, "TransactWriteItems", &valid, 150);
    let valid = [json!({"TransactItems": [
        {"Get": {"TableName": "pets", "Key": key, "ProjectionExpression": "#a, n", "ExpressionAttributeNames": {"#a": "a"}}},
        {"Get": {"TableName": "other", "Key": {"id": {"S": "x"}}}}
    ], "ReturnConsumedCapacity": "INDEXES"})];
    send(&mut both, &mut dice, "TransactGetItems", &valid, 150);
    both.finish(450);
}

#[test]
fn changed_batches_answer_alike() {
    let mut both = prepared();
    let mut dice = Dice::new(5);
    let key = json!({"owner": {"S": "Rachel"}, "n": {"N": "3"}});
    let other = json!({"owner": {"S": "Rachel"}, "n": {"N": "4"}});
    let valid = [
        json!({"RequestItems": {
            "pets": {"Keys": [key, other], "ConsistentRead": true, "ProjectionExpression": "#a, n", "ExpressionAttributeNames": {"#a": "a"}},
            "other": {"Keys": [{"id": {"S": "x"}}]}
        }, "ReturnConsumedCapacity": "TOTAL"}),
        json!({"RequestItems": {"pets": {"Keys": [key], "AttributesToGet": ["a", "n"]}}}),
    ];
    send(&mut both, &mut dice, "BatchGetItem", &valid, 150);
    let valid = [json!({"RequestItems": {
        "pets": [{"PutRequest": {"Item": {"owner": {"S": "Rachel"}, "n": {"N": "3"}, "a": {"N": "7"}}}}, {"DeleteRequest": {"Key": other}}],
        "other": [{"PutRequest": {"Item": {"id": {"S": "x"}, "s": {"SS": ["a", "b"]}}}}]
    }, "ReturnConsumedCapacity": "INDEXES", "ReturnItemCollectionMetrics": "SIZE"})];
    send(&mut both, &mut dice, "BatchWriteItem", &valid, 150);
    both.finish(450);
}
