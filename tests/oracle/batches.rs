//! Batches, tags and time to live, with members they may and may not have.

use serde_json::{Value, json};

use super::both::Both;
use super::{pets, simple};

const ARN: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/";

/// Why two answers of these operations may differ.
pub(crate) fn explained(
    operation: &str,
    request: &str,
    ours: &Value,
    theirs: &Value,
) -> Option<&'static str> {
    let said = |answer: &Value| {
        let message = answer.get("message").or(answer.get("Message"));
        message.and_then(Value::as_str).unwrap_or("").to_owned()
    };
    let (we_said, they_said) = (said(ours), said(theirs));
    let is_batch = matches!(operation, "BatchGetItem" | "BatchWriteItem");
    if matches!(operation, "TagResource" | "UntagResource")
        && ours.is_null()
        && *theirs == json!({})
    {
        return Some(
            "a success without a body, says the API reference; the oracle sends an empty object",
        );
    }
    if operation == "ListTagsOfResource" && sorted_tags(ours).is_some() {
        return (sorted_tags(ours) == sorted_tags(theirs))
            .then_some("tags have no order; the oracle sorts them");
    }
    if operation == "UpdateTimeToLive" && request.contains("\"TimeToLiveSpecification\":[]") {
        return we_said
            .starts_with("Unrecognized collection type class")
            .then_some("dynalite's suite observed these words for a list in place of a structure");
    }
    if is_batch && they_said.starts_with("missing field `") {
        return we_said
            .contains("failed to satisfy constraint: Member must not be null")
            .then_some("the oracle passes its parser's words on");
    }
    if operation == "BatchGetItem"
        && they_said == "Requested resource not found"
        && request.contains("ProjectionExpression")
        && (we_said.contains("ProjectionExpression")
            || we_said.contains("ExpressionAttributeNames"))
    {
        return Some("expressions are judged before the table is looked up, as GetItem's are");
    }
    let cast = they_said.starts_with("class sun.reflect.generics")
        || they_said == "Unexpected value type in payload";
    if is_batch
        && cast
        && (we_said.starts_with("Unrecognized collection type")
            || we_said == "Start of structure or map found where not expected")
    {
        return Some(
            "dynalite's suite observed these words for a list in place of a map and the reverse",
        );
    }
    None
}

fn sorted_tags(answer: &Value) -> Option<Vec<String>> {
    let tags = answer.get("Tags")?.as_array()?;
    let mut tags: Vec<String> = tags.iter().map(Value::to_string).collect();
    tags.sort_unstable();
    Some(tags)
}

fn prepared() -> Both {
    let mut both = Both::new();
    both.prepare("CreateTable", &pets("pets"));
    both.prepare("CreateTable", &simple("simple", "S"));
    both.prepare("CreateTable", &simple("binary", "B"));
    both.prepare("CreateTable", &simple("numbers", "N"));
    both
}

/// Values that an attribute may and may not have.
fn values() -> Vec<Value> {
    vec![
        json!({"S": ""}),
        json!({"S": "a"}),
        json!({"N": "12.50"}),
        json!({"N": "abc"}),
        json!({"N": ""}),
        json!({"N": "1e126"}),
        json!({"N": "1e-131"}),
        json!({"N": "1".repeat(39)}),
        json!({"N": 5}),
        json!({"B": "AAE="}),
        json!({"B": ""}),
        json!({"B": "x"}),
        json!({"BOOL": true}),
        json!({"NULL": false}),
        json!({"SS": []}),
        json!({"SS": ["b", "a", "b"]}),
        json!({"NS": ["1", "1.0"]}),
        json!({"NS": ["1", "x"]}),
        json!({"BS": ["AA==", "AA=="]}),
        json!({"L": [{"S": "x"}]}),
        json!({"M": {"": {"S": "x"}}}),
        json!({}),
        json!({"S": "a", "N": "1"}),
        json!({"X": "a"}),
        json!("S"),
        json!([]),
        json!({"S": 3}),
        json!({"SS": "x"}),
        json!({"L": {}}),
    ]
}

#[test]
#[expect(clippy::too_many_lines, reason = "a list of requests")]
fn batches_answer_alike() {
    let mut both = prepared();
    let big = "x".repeat(4_100);
    both.call(
        "BatchWriteItem",
        &json!({"RequestItems": {
            "pets": [
                {"PutRequest": {"Item": {"owner": {"S": "Rachel"}, "n": {"N": "1"}, "kind": {"S": "cat"}, "l": {"L": [{"S": "x"}, {"M": {"a": {"N": "1"}}}]}}}},
                {"PutRequest": {"Item": {"owner": {"S": "Rachel"}, "n": {"N": "2"}, "note": {"S": big}}}},
                {"DeleteRequest": {"Key": {"owner": {"S": "nobody"}, "n": {"N": "2"}}}},
            ],
            "simple": [{"PutRequest": {"Item": {"id": {"S": "a"}, "v": {"NS": ["3", "1"]}}}}],
        }}),
    );
    for report in ["NONE", "TOTAL", "INDEXES", "hi"] {
        for consistent in [
            json!(true),
            json!(false),
            json!("yes"),
            json!(null),
            json!(1),
        ] {
            both.call(
                "BatchGetItem",
                &json!({"RequestItems": {"pets": {"Keys": [
                    {"owner": {"S": "Rachel"}, "n": {"N": "1"}}, {"owner": {"S": "Rachel"}, "n": {"N": "9"}},
                    {"owner": {"S": "Rachel"}, "n": {"N": "2.0"}},
                ], "ConsistentRead": consistent}}, "ReturnConsumedCapacity": report}),
            );
        }
        both.call(
            "BatchWriteItem",
            &json!({"RequestItems": {"pets": [
                {"PutRequest": {"Item": {"owner": {"S": "Rachel"}, "n": {"N": "2"}, "note": {"S": big}}}},
                {"PutRequest": {"Item": {"owner": {"S": "Rachel"}, "n": {"N": "3"}}}},
                {"DeleteRequest": {"Key": {"owner": {"S": "Rachel"}, "n": {"N": "4"}}}},
            ]}, "ReturnConsumedCapacity": report, "ReturnItemCollectionMetrics": "SIZE"}),
        );
    }
    both.call(
        "BatchGetItem",
        &json!({"RequestItems": {"pets": {"Keys": [{"owner": {"S": "Rachel"}, "n": {"N": "1"}}]}, "simple": {"Keys": [{"id": {"S": "a"}}, {"id": {"S": "b"}}]}}}),
    );
    for projection in [
        json!({"ProjectionExpression": "kind, n"}),
        json!({"ProjectionExpression": "#k, l[1].a", "ExpressionAttributeNames": {"#k": "kind"}}),
        json!({"ProjectionExpression": "kind", "ExpressionAttributeNames": {"#k": "kind"}}),
        json!({"ProjectionExpression": "#k"}),
        json!({"ProjectionExpression": ""}),
        json!({"ProjectionExpression": "a,"}),
        json!({"ProjectionExpression": "a, a"}),
        json!({"ProjectionExpression": "nothing"}),
        json!({"ProjectionExpression": "kind", "ExpressionAttributeNames": {}}),
        json!({"ProjectionExpression": "kind", "ExpressionAttributeNames": {"k": "kind"}}),
        json!({"ProjectionExpression": "#k", "ExpressionAttributeNames": {"#k": ""}}),
        json!({"ExpressionAttributeNames": {"#k": "kind"}}),
        json!({"AttributesToGet": ["kind", "n"]}),
        json!({"AttributesToGet": ["kind", "kind"]}),
        json!({"AttributesToGet": [""]}),
        json!({"AttributesToGet": ["a"], "ProjectionExpression": "a"}),
        json!({"AttributesToGet": "a"}),
        json!({"ProjectionExpression": 3}),
        json!({"ExpressionAttributeNames": ["a"]}),
        json!({"ExpressionAttributeNames": {"#a": 3}}),
    ] {
        for table in ["pets", "nowhere"] {
            let mut block = projection.clone();
            block["Keys"] = json!([{"owner": {"S": "Rachel"}, "n": {"N": "1"}}]);
            both.call("BatchGetItem", &json!({"RequestItems": {table: block}}));
        }
    }
    for value in values() {
        for table in ["simple", "binary", "numbers", "nowhere"] {
            both.call(
                "BatchGetItem",
                &json!({"RequestItems": {table: {"Keys": [{"id": value}]}}}),
            );
            both.call(
                "BatchWriteItem",
                &json!({"RequestItems": {table: [{"PutRequest": {"Item": {"id": value}}}]}}),
            );
            both.call(
                "BatchWriteItem",
                &json!({"RequestItems": {table: [{"DeleteRequest": {"Key": {"id": value}}}]}}),
            );
        }
        both.call(
            "BatchWriteItem",
            &json!({"RequestItems": {"simple": [{"PutRequest": {"Item": {"id": {"S": "v"}, "v": value}}}]}}),
        );
    }
    let keys = [
        json!({}),
        json!({"owner": {"S": "a"}}),
        json!({"n": {"N": "1"}}),
        json!({"owner": {"S": "a"}, "n": {"S": "1"}}),
        json!({"owner": {"S": ""}, "n": {"N": "1"}}),
        json!({"owner": {"S": "a"}, "n": {"N": "1"}, "x": {"S": "y"}}),
        json!({"owner": {"S": "k".repeat(2049)}, "n": {"N": "1"}}),
        json!({"owner": {"S": "k".repeat(2048)}, "n": {"N": "1"}}),
        json!({"": {"S": "x"}}),
        json!("x"),
        json!([]),
    ];
    for key in &keys {
        for table in ["pets", "nowhere", "a", "a!", "", "bad name"] {
            both.call(
                "BatchGetItem",
                &json!({"RequestItems": {table: {"Keys": [key]}}}),
            );
            both.call(
                "BatchWriteItem",
                &json!({"RequestItems": {table: [{"PutRequest": {"Item": key}}]}}),
            );
            both.call(
                "BatchWriteItem",
                &json!({"RequestItems": {table: [{"DeleteRequest": {"Key": key}}]}}),
            );
        }
    }
    let one = json!({"id": {"S": "one"}});
    let many = |n: usize| -> Value {
        (0..n)
            .map(|n| json!({"id": {"S": n.to_string()}}))
            .collect()
    };
    let puts = |n: usize| -> Value {
        (0..n)
            .map(|n| json!({"PutRequest": {"Item": {"id": {"S": n.to_string()}}}}))
            .collect()
    };
    for request in [
        json!({}),
        json!({"RequestItems": {}}),
        json!({"RequestItems": []}),
        json!({"RequestItems": "simple"}),
        json!({"RequestItems": {"simple": {}}}),
        json!({"RequestItems": {"simple": []}}),
        json!({"RequestItems": {"simple": "x"}}),
        json!({"RequestItems": {"simple": {"Keys": []}}}),
        json!({"RequestItems": {"a!": {"Keys": []}}}),
        json!({"RequestItems": {"simple": {"Keys": {}}}}),
        json!({"RequestItems": {"simple": {"Keys": [one, one]}}}),
        json!({"RequestItems": {"simple": {"Keys": [one, "x"]}}}),
        json!({"RequestItems": {"nowhere": {"Keys": [one, one]}}}),
        json!({"RequestItems": {"simple": {"Keys": many(100)}}}),
        json!({"RequestItems": {"simple": {"Keys": many(101)}}}),
        json!({"RequestItems": {"a!": {"Keys": many(101)}}}),
        json!({"RequestItems": {"a!": {"Keys": [one]}}, "ReturnConsumedCapacity": "hi"}),
        json!({"RequestItems": {"simple": {"Keys": [one]}}, "ReturnConsumedCapacity": 3}),
    ] {
        both.call("BatchGetItem", &request);
    }
    for request in [
        json!({}),
        json!({"RequestItems": {}}),
        json!({"RequestItems": []}),
        json!({"RequestItems": "simple"}),
        json!({"RequestItems": {"simple": {}}}),
        json!({"RequestItems": {"simple": []}}),
        json!({"RequestItems": {"simple": "x"}}),
        json!({"RequestItems": {"simple": [[]]}}),
        json!({"RequestItems": {"simple": [{}]}}),
        json!({"RequestItems": {"simple": [{"PutRequest": []}]}}),
        json!({"RequestItems": {"simple": [{"PutRequest": 3}]}}),
        json!({"RequestItems": {"simple": [{"DeleteRequest": "x"}]}}),
        json!({"RequestItems": {"a!": []}, "ReturnConsumedCapacity": "hi", "ReturnItemCollectionMetrics": "hi"}),
        json!({"RequestItems": {"a!": puts(1)}, "ReturnItemCollectionMetrics": "hi"}),
        json!({"RequestItems": {"a!": puts(2)}}),
        json!({"RequestItems": {"simple": puts(25)}}),
        json!({"RequestItems": {"simple": puts(26)}}),
        json!({"RequestItems": {"simple": [{"PutRequest": {"Item": one}}, {"DeleteRequest": {"Key": one}}]}}),
        json!({"RequestItems": {"nowhere": [{"PutRequest": {"Item": one}}, {"DeleteRequest": {"Key": one}}]}}),
        json!({"RequestItems": {"simple": [{"PutRequest": {"Item": {"id": {"S": "x"}, "v": {"S": "x".repeat(409_600)}}}}]}}),
        json!({"RequestItems": {"nowhere": [{"PutRequest": {"Item": {"id": {"S": "x"}, "v": {"S": "x".repeat(409_600)}}}}]}}),
        json!({"RequestItems": {"simple": puts(1)}, "ReturnItemCollectionMetrics": 3}),
    ] {
        both.call("BatchWriteItem", &request);
    }
    both.call("Scan", &json!({"TableName": "pets"}));
    both.call("Scan", &json!({"TableName": "simple"}));
    both.finish(500);
}

#[test]
fn tags_and_time_to_live_answer_alike() {
    let mut both = prepared();
    let arn = format!("{ARN}pets");
    let missing = format!("{ARN}nowhere");
    for request in [
        json!({"ResourceArn": arn, "Tags": [{"Key": "b", "Value": "1"}, {"Key": "a", "Value": ""}]}),
        json!({"ResourceArn": arn, "Tags": [{"Key": "b", "Value": "2"}]}),
        json!({"ResourceArn": arn, "Tags": []}),
        json!({"ResourceArn": arn, "Tags": {}}),
        json!({"ResourceArn": arn, "Tags": ["x"]}),
        json!({"ResourceArn": 3}),
        json!({"ResourceArn": ""}),
        json!({}),
        json!({"ResourceArn": format!("{ARN}ab/x"), "Tags": [{"Key": "a", "Value": "1"}]}),
        json!({"ResourceArn": missing, "Tags": []}),
    ] {
        both.call("TagResource", &request);
    }
    both.call("ListTagsOfResource", &json!({"ResourceArn": arn}));
    for request in [
        json!({"ResourceArn": arn, "TagKeys": ["b", "x"]}),
        json!({"ResourceArn": arn, "TagKeys": []}),
        json!({"ResourceArn": arn, "TagKeys": {}}),
        json!({"ResourceArn": ""}),
        json!({}),
    ] {
        both.call("UntagResource", &request);
    }
    for request in [
        json!({"ResourceArn": arn}),
        json!({}),
        json!({"ResourceArn": []}),
    ] {
        both.call("ListTagsOfResource", &request);
    }
    let specify = |enabled: Value, attribute: Value| json!({"TableName": "pets", "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute}});
    for request in [
        specify(json!(true), json!("")),
        specify(json!(true), json!("ttl")),
        specify(json!("x"), json!("ttl")),
        specify(json!(true), json!(3)),
        json!({"TableName": "pets", "TimeToLiveSpecification": []}),
        json!({"TableName": "nowhere", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}}),
        specify(json!(false), json!("ttl")),
    ] {
        both.call("UpdateTimeToLive", &request);
        for name in ["pets", "nowhere", "simple", "a", "bad name"] {
            both.call("DescribeTimeToLive", &json!({"TableName": name}));
        }
    }
    both.call("DescribeTimeToLive", &json!({}));
    both.call("DescribeTimeToLive", &json!({"TableName": 3}));
    both.finish(55);
}
