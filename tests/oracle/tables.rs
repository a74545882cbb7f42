//! Table operations.

use serde_json::{Value, json};

use super::both::Both;
use super::pets;

#[test]
#[expect(clippy::too_many_lines, reason = "a list of requests")]
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
