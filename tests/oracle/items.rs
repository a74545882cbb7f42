//! Item operations, with values and members that they may and may not have.

use serde_json::{Value, json};

use super::both::Both;
use super::{pets, simple};

#[test]
#[expect(clippy::too_many_lines, reason = "a list of requests")]
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
#[expect(clippy::too_many_lines, reason = "a list of requests")]
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
