//! The parameters that expressions replaced.

use serde_json::{Value, json};

use super::both::Both;
use super::pets;

fn filled() -> Both {
    let mut both = Both::new();
    both.call("CreateTable", &pets("pets"));
    for (n, rest) in [
        (
            1,
            json!({"a": {"N": "1"}, "s": {"S": "Rachel"}, "t": {"SS": ["x", "y"]}}),
        ),
        (
            2,
            json!({"a": {"N": "2"}, "s": {"S": "Ra"}, "l": {"L": [{"S": "x"}]}}),
        ),
        (
            3,
            json!({"a": {"S": "1"}, "flag": {"BOOL": true}, "m": {"M": {"x": {"S": "y"}}}}),
        ),
        (
            4,
            json!({"b": {"B": "AQI="}, "nothing": {"NULL": true}, "ns": {"NS": ["1", "2"]}}),
        ),
    ] {
        let mut item = rest;
        item["owner"] = json!({"S": "R"});
        item["n"] = json!({"N": n.to_string()});
        both.call("PutItem", &json!({"TableName": "pets", "Item": item}));
    }
    both
}

/// Operators with value lists that fit them and that don't.
fn conditions() -> Vec<Value> {
    let lists = [
        json!([]),
        json!([{"N": "1"}]),
        json!([{"S": "Ra"}]),
        json!([{"S": "x"}]),
        json!([{"B": "AQI="}]),
        json!([{"BOOL": true}]),
        json!([{"NULL": true}]),
        json!([{"SS": ["x", "y"]}]),
        json!([{"L": [{"S": "x"}]}]),
        json!([{"M": {"x": {"S": "y"}}}]),
        json!([{"N": "1"}, {"N": "2"}]),
        json!([{"N": "1"}, {"N": "2"}, {"N": "3"}]),
    ];
    let operators = [
        "EQ",
        "NE",
        "LT",
        "LE",
        "GT",
        "GE",
        "BETWEEN",
        "IN",
        "BEGINS_WITH",
        "CONTAINS",
        "NOT_CONTAINS",
        "NULL",
        "NOT_NULL",
        "eq",
        "",
    ];
    let mut conditions = Vec::new();
    for operator in operators {
        conditions.push(json!({"ComparisonOperator": operator}));
        for list in &lists {
            conditions.push(json!({"ComparisonOperator": operator, "AttributeValueList": list}));
        }
    }
    for value in [
        json!({}),
        json!({"S": "a", "N": "1"}),
        json!({"N": "x"}),
        json!({"SS": []}),
        json!({"SS": ["a", "a"]}),
        json!({"S": 3}),
        json!({"NULL": false}),
        json!(3),
        json!("x"),
    ] {
        conditions.push(json!({"ComparisonOperator": "EQ", "AttributeValueList": [value]}));
    }
    conditions.extend([
        json!({}),
        json!({"AttributeValueList": [{"N": "1"}]}),
        json!({"ComparisonOperator": 3}),
        json!({"ComparisonOperator": "EQ", "AttributeValueList": {"N": "1"}}),
        json!([]),
        json!(3),
    ]);
    conditions
}

#[test]
fn conditions_and_filters_answer_alike() {
    let mut both = filled();
    let key = json!({"KeyConditions": {"owner": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "R"}]}}});
    for condition in conditions() {
        for attribute in ["a", "s", "t", "l", "m", "b", "flag", "nothing"] {
            let mut query = key.clone();
            query["TableName"] = json!("pets");
            query["QueryFilter"] = json!({attribute: condition});
            both.call("Query", &query);
            both.call(
                "Scan",
                &json!({"TableName": "pets", "ScanFilter": {attribute: condition}}),
            );
            if attribute != "a" {
                continue;
            }
            both.call("PutItem", &json!({"TableName": "pets", "Item": {"owner": {"S": "R"}, "n": {"N": "1"}, "a": {"N": "1"}, "s": {"S": "Rachel"}, "t": {"SS": ["x", "y"]}}, "Expected": {attribute: condition}}));
            both.call("DeleteItem", &json!({"TableName": "pets", "Key": {"owner": {"S": "R"}, "n": {"N": "9"}}, "Expected": {attribute: condition}}));
            both.call("UpdateItem", &json!({"TableName": "pets", "Key": {"owner": {"S": "R"}, "n": {"N": "2"}}, "Expected": {attribute: condition}, "AttributeUpdates": {"u": {"Value": {"N": "1"}}}, "ReturnValues": "ALL_NEW"}));
        }
        for attribute in ["owner", "n", "zzz"] {
            let mut conditions = key["KeyConditions"].clone();
            conditions[attribute] = condition.clone();
            both.call(
                "Query",
                &json!({"TableName": "pets", "KeyConditions": conditions}),
            );
            both.call(
                "Query",
                &json!({"TableName": "missing", "KeyConditions": conditions}),
            );
        }
    }
    both.finish(3_000);
}

#[test]
fn expectations_answer_alike() {
    let mut both = filled();
    let one = json!({"N": "1"});
    let entries = [
        json!({"Exists": true}),
        json!({"Exists": false}),
        json!({"Exists": "true"}),
        json!({"Exists": 1}),
        json!({"Exists": false, "Value": one}),
        json!({"Exists": true, "Value": one}),
        json!({"Value": one}),
        json!({"Value": {"N": "2"}}),
        json!({"Value": null}),
        json!({"Value": {}}),
        json!({"Value": one, "ComparisonOperator": "LT"}),
        json!({"Value": one, "ComparisonOperator": "NULL"}),
        json!({"Value": one, "ComparisonOperator": "IN"}),
        json!({"Value": one, "ComparisonOperator": "BETWEEN"}),
        json!({"Exists": true, "ComparisonOperator": "EQ", "Value": one}),
        json!({"Value": one, "AttributeValueList": [one]}),
        json!({"Value": one, "AttributeValueList": [one], "ComparisonOperator": "EQ"}),
        json!({"AttributeValueList": [one]}),
    ];
    for entry in &entries {
        for attribute in ["a", "missing", "owner"] {
            let expected = json!({attribute: entry});
            both.call("PutItem", &json!({"TableName": "pets", "Item": {"owner": {"S": "R"}, "n": {"N": "1"}, "a": one}, "Expected": expected, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}));
            both.call("PutItem", &json!({"TableName": "missing", "Item": {"owner": {"S": "R"}, "n": {"N": "1"}, "a": one}, "Expected": expected}));
            both.call("DeleteItem", &json!({"TableName": "pets", "Key": {"owner": {"S": "R"}, "n": {"N": "8"}}, "Expected": expected}));
            both.call("UpdateItem", &json!({"TableName": "pets", "Key": {"owner": {"S": "R"}, "n": {"N": "1"}}, "Expected": expected, "ReturnValues": "ALL_OLD"}));
        }
    }
    // Joined, and the operator where there is nothing to join.
    let holds = json!({"Value": one});
    let fails = json!({"Exists": false});
    for operator in [
        json!(null),
        json!("AND"),
        json!("OR"),
        json!("XOR"),
        json!("and"),
        json!(3),
    ] {
        for expected in [
            json!(null),
            json!({}),
            json!({"a": holds}),
            json!({"a": holds, "owner": fails}),
            json!({"a": fails, "owner": fails}),
            json!({"a": holds, "zzz": fails}),
        ] {
            let put = json!({"TableName": "pets", "Item": {"owner": {"S": "R"}, "n": {"N": "1"}, "a": one}, "Expected": expected, "ConditionalOperator": operator});
            both.call("PutItem", &put);
            let write = json!({"TableName": "pets", "Key": {"owner": {"S": "R"}, "n": {"N": "7"}}, "Expected": expected, "ConditionalOperator": operator});
            both.call("DeleteItem", &write);
            both.call("UpdateItem", &write);
            let filter = |joined: &Value| match joined {
                Value::Object(entries) => Value::Object(
                    entries
                        .keys()
                        .map(|name| (format!("{name}x"), json!({"ComparisonOperator": "NULL"})))
                        .collect(),
                ),
                other => other.clone(),
            };
            both.call("Scan", &json!({"TableName": "pets", "ScanFilter": filter(&expected), "ConditionalOperator": operator}));
            both.call("Query", &json!({"TableName": "pets", "KeyConditions": {"owner": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "R"}]}}, "QueryFilter": filter(&expected), "ConditionalOperator": operator}));
        }
    }
    both.finish(300);
}

#[test]
fn attribute_updates_answer_alike() {
    let mut both = filled();
    let values = [
        json!(null),
        json!({"S": "new"}),
        json!({"N": "3"}),
        json!({"SS": ["x", "z"]}),
        json!({"NS": ["2"]}),
        json!({"BS": ["AQ=="]}),
        json!({"L": [{"S": "z"}]}),
        json!({"M": {}}),
        json!({"BOOL": true}),
        json!({"NULL": true}),
        json!({"NULL": false}),
        json!({}),
        json!({"S": "a", "N": "1"}),
        json!({"N": "x"}),
        json!({"SS": []}),
        json!({"SS": ["a", "a"]}),
        json!({"S": 3}),
        json!("x"),
    ];
    for action in [
        json!(null),
        json!("PUT"),
        json!("ADD"),
        json!("DELETE"),
        json!("put"),
        json!(3),
    ] {
        for value in &values {
            for attribute in ["a", "t", "l", "ns", "missing", "n"] {
                both.call("PutItem", &json!({"TableName": "pets", "Item": {"owner": {"S": "U"}, "n": {"N": "1"}, "a": {"N": "1"}, "t": {"SS": ["x"]}, "l": {"L": []}, "ns": {"NS": ["1", "2"]}}}));
                for n in ["1", "5"] {
                    let mut request = json!({"TableName": "pets", "Key": {"owner": {"S": "U"}, "n": {"N": n}}, "AttributeUpdates": {attribute: {"Value": value}}});
                    if !action.is_null() {
                        request["AttributeUpdates"][attribute]["Action"] = action.clone();
                    }
                    request["ReturnValues"] = json!(
                        ["ALL_NEW", "UPDATED_NEW", "UPDATED_OLD"][value.to_string().len() % 3]
                    );
                    both.call("UpdateItem", &request);
                }
                both.call(
                    "DeleteItem",
                    &json!({"TableName": "pets", "Key": {"owner": {"S": "U"}, "n": {"N": "5"}}}),
                );
            }
        }
    }
    for updates in [
        json!({}),
        json!([]),
        json!("x"),
        json!({"a": []}),
        json!({"a": {}}),
        json!({"": {"Value": {"S": "x"}}}),
        json!({"a": {"Value": {"S": "x"}}, "b": {"Action": "DELETE"}, "c": {"Action": "ADD", "Value": {"N": "1"}}}),
    ] {
        let key = json!({"owner": {"S": "U"}, "n": {"N": "1"}});
        both.call("UpdateItem", &json!({"TableName": "pets", "Key": key, "AttributeUpdates": updates, "ReturnValues": "ALL_NEW"}));
        both.call("UpdateItem", &json!({"TableName": "pets", "Key": key, "AttributeUpdates": updates, "UpdateExpression": "REMOVE zz"}));
        both.call("UpdateItem", &json!({"TableName": "pets", "Key": {"owner": {"S": "U"}}, "AttributeUpdates": updates}));
        both.call(
            "UpdateItem",
            &json!({"TableName": "missing", "Key": key, "AttributeUpdates": updates}),
        );
    }
    both.finish(1_900);
}

#[test]
fn attributes_to_get_answer_alike() {
    let mut both = filled();
    let key = json!({"owner": {"S": "R"}, "n": {"N": "1"}});
    for names in [
        json!(null),
        json!([]),
        json!(["a"]),
        json!(["s", "a", "missing"]),
        json!(["a", "a"]),
        json!(["missing"]),
        json!([""]),
        json!(["l[0]", "m.x"]),
        json!("a"),
        json!([3]),
        json!({}),
    ] {
        both.call(
            "GetItem",
            &json!({"TableName": "pets", "Key": key, "AttributesToGet": names}),
        );
        both.call("GetItem", &json!({"TableName": "pets", "Key": key, "AttributesToGet": names, "ProjectionExpression": "a"}));
        both.call("GetItem", &json!({"TableName": "pets", "Key": {"owner": {"S": "no"}, "n": {"N": "1"}}, "AttributesToGet": names}));
        for select in [
            json!(null),
            json!("COUNT"),
            json!("ALL_ATTRIBUTES"),
            json!("SPECIFIC_ATTRIBUTES"),
        ] {
            both.call(
                "Scan",
                &json!({"TableName": "pets", "AttributesToGet": names, "Select": select}),
            );
            both.call("Query", &json!({"TableName": "pets", "KeyConditions": {"owner": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "R"}]}}, "AttributesToGet": names, "Select": select}));
        }
        both.call("Query", &json!({"TableName": "pets", "KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": "R"}}, "AttributesToGet": names}));
        both.call(
            "Query",
            &json!({"TableName": "pets", "KeyConditions": {}, "AttributesToGet": names}),
        );
    }
    both.finish(140);
}
