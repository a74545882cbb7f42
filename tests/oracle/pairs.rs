//! Two members changed at once: which of two faults is told, and in whose words. Every member's values beside every other's.

use serde_json::{Value, json};

use super::both::Both;
use super::{indexed, pets};

/// Each request that comes of changing one or two members.
fn changed(request: &Value, changes: &[(&str, Value)]) -> Vec<Value> {
    let with = |request: &Value, (member, value): &(&str, Value)| {
        let mut request = request.clone();
        request[*member] = value.clone();
        request
    };
    let mut requests: Vec<Value> = changes.iter().map(|one| with(request, one)).collect();
    for (at, first) in changes.iter().enumerate() {
        let others = changes[at + 1..].iter().filter(|other| other.0 != first.0);
        requests.extend(others.map(|second| with(&with(request, first), second)));
    }
    requests
}

#[test]
fn members_of_parallel_scans_answer_alike() {
    let mut both = Both::new();
    both.prepare("CreateTable", &indexed("indexed"));
    let changes = [
        ("Segment", json!(-1)),
        ("Segment", json!(0)),
        ("Segment", json!(3)),
        ("Segment", json!(4)),
        ("Segment", json!(999_999)),
        ("Segment", json!(1_000_000)),
        ("Segment", json!("0")),
        ("TotalSegments", json!(0)),
        ("TotalSegments", json!(4)),
        ("TotalSegments", json!(1_000_000)),
        ("TotalSegments", json!(1_000_001)),
        ("TotalSegments", json!(true)),
        ("Limit", json!(0)),
        ("Limit", json!(-3)),
        ("Select", json!("EVERYTHING")),
        ("Select", json!("SPECIFIC_ATTRIBUTES")),
        ("Select", json!("ALL_PROJECTED_ATTRIBUTES")),
        ("IndexName", json!("nowhere")),
        ("IndexName", json!("hash")),
        ("ConsistentRead", json!(true)),
        ("ProjectionExpression", json!("a, a")),
        ("ReturnConsumedCapacity", json!("ALL")),
        ("TableName", json!("")),
        ("TableName", json!("a!")),
        ("TableName", json!("nowhere")),
        ("ExclusiveStartKey", json!({"p": {"S": "x"}})),
        ("ConditionalOperator", json!("AND")),
    ];
    for request in changed(&json!({"TableName": "indexed"}), &changes) {
        both.call("Scan", &request);
    }
    both.finish(300);
}

#[test]
fn changes_of_tables_answer_alike() {
    let mut both = Both::new();
    let units =
        |read: u64, write: u64| json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write});
    let new_index = |name: &str, attribute: &str| json!([{"Create": {"IndexName": name, "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]);
    let changes = [
        ("TableName", json!("nowhere")),
        ("TableName", json!("a!")),
        ("TableName", json!("ab")),
        ("TableName", Value::Null),
        ("BillingMode", json!("FREE")),
        ("BillingMode", json!("PROVISIONED")),
        ("BillingMode", json!("PAY_PER_REQUEST")),
        ("ProvisionedThroughput", units(5, 5)),
        ("ProvisionedThroughput", units(0, 5)),
        ("ProvisionedThroughput", json!({"ReadCapacityUnits": 5})),
        ("ProvisionedThroughput", json!("much")),
        ("TableClass", json!("GOLD")),
        ("DeletionProtectionEnabled", json!("maybe")),
        (
            "AttributeDefinitions",
            json!([{"AttributeName": "kind", "AttributeType": "S"}]),
        ),
        (
            "AttributeDefinitions",
            json!([{"AttributeName": "kind", "AttributeType": "X"}]),
        ),
        ("GlobalSecondaryIndexUpdates", json!([])),
        ("GlobalSecondaryIndexUpdates", json!([{}])),
        (
            "GlobalSecondaryIndexUpdates",
            json!([{"Delete": {"IndexName": "nowhere"}}]),
        ),
        ("GlobalSecondaryIndexUpdates", json!([{"Delete": {}}])),
        (
            "GlobalSecondaryIndexUpdates",
            json!([{"Delete": {"IndexName": "x"}}]),
        ),
        (
            "GlobalSecondaryIndexUpdates",
            json!([{"Update": {"IndexName": "nowhere", "ProvisionedThroughput": units(1, 1)}}]),
        ),
        (
            "GlobalSecondaryIndexUpdates",
            new_index("by-nothing", "nothing"),
        ),
        ("GlobalSecondaryIndexUpdates", new_index("n", "kind")),
        (
            "GlobalSecondaryIndexUpdates",
            json!([{"Create": {"IndexName": "by-kind"}}]),
        ),
        (
            "GlobalSecondaryIndexUpdates",
            json!([{"Delete": {"IndexName": "one"}, "Update": {"IndexName": "one", "ProvisionedThroughput": units(1, 1)}}]),
        ),
    ];
    both.prepare("CreateTable", &pets("pets"));
    both.call("UpdateTable", &json!({"TableName": "pets"}));
    for request in changed(&json!({"TableName": "pets"}), &changes) {
        both.call("UpdateTable", &request);
        both.clear("pets");
        both.prepare("CreateTable", &pets("pets"));
    }
    both.finish(200);
}

/// Why the two may tell another fault, or the same one in other words.
pub(crate) fn explained(
    operation: &str,
    (ours, ours_full): (&str, &Value),
    (theirs, theirs_full): (&str, &Value),
) -> Option<&'static str> {
    if operation == "Scan" && ours.contains("Two document paths overlap") {
        return Some(
            "expressions are judged whole before segments, indexes and tables; the oracle looks for overlaps last",
        );
    }
    if operation != "UpdateTable" {
        return None;
    }
    let reasons = [
        (
            "At least one of ProvisionedThroughput, BillingMode",
            "AWS's list of October 2026, with the members that came after the oracle's",
        ),
        (
            "2 validation errors detected",
            "all faults of members are told together; the oracle stops at the first",
        ),
        (
            "1 validation error detected: Value 'x' at 'globalSecondaryIndexUpdates.",
            "the names of indexes are members too, under the list that they stand in",
        ),
        (
            "1 validation error detected: Value 'n' at 'globalSecondaryIndexUpdates.",
            "the names of indexes are members too, under the list that they stand in",
        ),
        (
            "Requested resource not found: Index nowhere for table ",
            "measured on AWS in October 2026; the oracle takes it for a table, or for one on demand only",
        ),
        (
            "One or more parameter values were invalid: Only one global secondary index action is allowed per",
            "measured on AWS in October 2026, ahead of what the table tells",
        ),
        (
            "One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update",
            "measured on AWS in October 2026, ahead of the table's class",
        ),
        (
            "One or more parameter values were invalid: List of GlobalSecondaryIndexUpdates is empty",
            "measured on AWS in October 2026; the oracle takes an empty list for none",
        ),
        (
            "One or more parameter values were invalid: AttributeDefinitions is not specified for index: ",
            "measured on AWS in October 2026; the oracle has CreateTable's words here",
        ),
        (
            "One or more parameter values were invalid: You cannot create or delete index while updating table IOPS",
            "measured on AWS in October 2026, ahead of the billing mode",
        ),
    ];
    if let Some((_, reason)) = reasons.iter().find(|(words, _)| ours.starts_with(words)) {
        return Some(reason);
    }
    if ["unknown variant", "missing field", "invalid type"]
        .iter()
        .any(|words| theirs.starts_with(words))
    {
        return Some("the oracle passes its parser's words on, ahead of the table's name");
    }
    let without_order = |answer: &Value| {
        let mut table = answer["TableDescription"].clone();
        let members = table.as_object_mut()?;
        for member in [
            "AttributeDefinitions",
            "BillingModeSummary",
            "TableThroughputModeSummary",
            "ProvisionedThroughput",
            "TableStatus",
        ] {
            members.remove(member);
        }
        Some(table)
    };
    let (ours, theirs) = (without_order(ours_full)?, without_order(theirs_full)?);
    (ours == theirs).then_some(
        "attributes are listed by name, and a table whose billing changes is being updated and says how it is billed (measured on AWS in October 2026)",
    )
}
