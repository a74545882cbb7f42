use proptest::prelude::*;

use super::*;
use crate::account::body;

const RUN: RunId = RunId::from_number(7);

fn sent(operation: &str, request: &Value) -> Result<Value, String> {
    let bytes = request.to_string().into_bytes();
    let members = body::read(&bytes).unwrap();
    rewrite(operation, &bytes, members, RUN, "arn:me")
        .map(|bytes| serde_json::from_slice(&bytes).unwrap())
}

fn with(base: &Value, member: &str, value: Value) -> Value {
    let mut request = base.clone();
    request[member] = value;
    request
}

#[test]
fn a_new_table_is_on_demand_limited_and_tagged() {
    let index = json!({ "IndexName": "i", "KeySchema": [], "Projection": {} });
    let request = json!({ "TableName": "pets", "GlobalSecondaryIndexes": [index],
        "Tags": [{ "Key": "course", "Value": "6" }], "OnDemandThroughput": { "MaxWriteRequestUnits": 5 } });
    let table = sent("CreateTable", &request).unwrap();
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(
        table["OnDemandThroughput"],
        json!({ "MaxWriteRequestUnits": 5, "MaxReadRequestUnits": MAX_READS })
    );
    assert_eq!(
        table["GlobalSecondaryIndexes"][0]["OnDemandThroughput"],
        json!({ "MaxReadRequestUnits": MAX_READS, "MaxWriteRequestUnits": MAX_WRITES })
    );
    let tags = table["Tags"].as_array().unwrap();
    assert_eq!(tags.len(), 4);
    assert_eq!(tags[0]["Key"], "course");
    assert_eq!(tag::origin(tags).run, Some(RUN));
    // What says nothing is nothing.
    let request =
        json!({ "TableName": "pets", "Tags": null, "WarmThroughput": null, "BillingMode": null });
    assert!(sent("CreateTable", &request).is_ok());
}

#[test]
fn what_costs_otherwise_or_hinders_cleaning_up_is_refused() {
    let table = json!({ "TableName": "pets" });
    for (member, value) in [
        (
            "ProvisionedThroughput",
            json!({ "ReadCapacityUnits": 1, "WriteCapacityUnits": 1 }),
        ),
        ("BillingMode", json!("PROVISIONED")),
        ("BillingMode", json!(23)),
        ("TableThroughputMode", json!("PROVISIONED")),
        ("WarmThroughput", json!({ "ReadUnitsPerSecond": 40_000 })),
        ("StreamSpecification", json!({ "StreamEnabled": true })),
        (
            "SSESpecification",
            json!({ "Enabled": true, "SSEType": "KMS" }),
        ),
        ("TableClass", json!("STANDARD_INFREQUENT_ACCESS")),
        ("DeletionProtectionEnabled", json!(true)),
        ("ResourcePolicy", json!("{}")),
        ("GlobalTableSourceArn", json!("arn")),
        ("SomethingNew", json!({})),
        ("OnDemandThroughput", json!({ "MaxReadRequestUnits": -1 })),
        ("OnDemandThroughput", json!({ "MaxWriteRequestUnits": 101 })),
        ("OnDemandThroughput", json!({ "MaxWriteRequestUnits": 1.5 })),
        ("OnDemandThroughput", json!({ "Other": 1 })),
        ("OnDemandThroughput", json!([])),
        (
            "Tags",
            json!([{ "Key": "dynatour:run", "Value": "0000000000000001" }]),
        ),
        ("Tags", json!("x")),
        (
            "GlobalSecondaryIndexes",
            json!([{ "IndexName": "i", "ProvisionedThroughput": {} }]),
        ),
        (
            "GlobalSecondaryIndexes",
            json!([{ "IndexName": "i", "WarmThroughput": {} }]),
        ),
        (
            "GlobalSecondaryIndexes",
            json!([{ "IndexName": "i", "OnDemandThroughput": { "MaxReadRequestUnits": 4000 } }]),
        ),
    ] {
        let why = sent("CreateTable", &with(&table, member, value.clone()));
        assert!(why.is_err(), "CreateTable {member} {value}");
    }
    for (member, value) in [
        ("BillingMode", json!("PROVISIONED")),
        ("ProvisionedThroughput", json!({})),
        (
            "OnDemandThroughput",
            json!({ "MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1 }),
        ),
        ("WarmThroughput", json!({})),
        ("ReplicaUpdates", json!([])),
        ("StreamSpecification", json!({})),
        ("TableClass", json!("STANDARD")),
        ("DeletionProtectionEnabled", json!(true)),
        (
            "GlobalSecondaryIndexUpdates",
            json!([{ "Update": { "IndexName": "i", "ProvisionedThroughput": {} } }]),
        ),
        (
            "GlobalSecondaryIndexUpdates",
            json!([{ "Update": { "IndexName": "i", "OnDemandThroughput": { "MaxReadRequestUnits": -1 } } }]),
        ),
        (
            "GlobalSecondaryIndexUpdates",
            json!([{ "Create": { "IndexName": "i", "WarmThroughput": {} } }]),
        ),
        ("GlobalSecondaryIndexUpdates", json!([{ "Other": {} }])),
    ] {
        let why = sent("UpdateTable", &with(&table, member, value.clone()));
        assert!(why.is_err(), "UpdateTable {member} {value}");
    }
    let words = sent(
        "CreateTable",
        &with(&table, "ProvisionedThroughput", json!({})),
    )
    .unwrap_err();
    assert!(words.contains("by the hour"), "{words}");
}

#[test]
fn indexes_may_come_and_go_with_limits() {
    let request = json!({ "TableName": "pets", "AttributeDefinitions": [],
        "GlobalSecondaryIndexUpdates": [{ "Create": { "IndexName": "i" } }, { "Delete": { "IndexName": "j" } }] });
    let sent = sent("UpdateTable", &request).unwrap();
    assert_eq!(
        sent["GlobalSecondaryIndexUpdates"][0]["Create"]["OnDemandThroughput"],
        json!({ "MaxReadRequestUnits": MAX_READS, "MaxWriteRequestUnits": MAX_WRITES })
    );
    assert!(sent.get("OnDemandThroughput").is_none());
}

#[test]
fn our_tags_stay() {
    let arn = json!("arn");
    let tag = |key: &str| json!({ "ResourceArn": arn, "Tags": [{ "Key": key, "Value": "x" }] });
    assert!(sent("TagResource", &tag("course")).is_ok());
    for key in [
        "dynatour:run",
        "dynatour:made-by",
        "dynatour:by",
        "dynatour:anything",
    ] {
        assert!(sent("TagResource", &tag(key)).unwrap_err().contains(key));
        let untag = json!({ "ResourceArn": arn, "TagKeys": ["course", key] });
        assert!(sent("UntagResource", &untag).unwrap_err().contains(key));
    }
    assert!(
        sent(
            "UntagResource",
            &json!({ "ResourceArn": arn, "TagKeys": ["course"] })
        )
        .is_ok()
    );
}

#[test]
fn what_was_consumed_is_asked_for_and_bytes_stay_where_it_is() {
    let put = json!({ "TableName": "pets", "Item": {} });
    assert_eq!(
        sent("PutItem", &put).unwrap()["ReturnConsumedCapacity"],
        "TOTAL"
    );
    let bytes = br#"{ "TableName":   "pets", "ReturnConsumedCapacity": "INDEXES" }"#;
    let members = body::read(bytes).unwrap();
    let same = rewrite("Scan", bytes, members, RUN, "arn:me").unwrap();
    assert_eq!(same, bytes);
    for operation in [
        "DescribeTable",
        "ListTables",
        "DeleteTable",
        "UpdateTimeToLive",
    ] {
        assert_eq!(sent(operation, &put).unwrap(), put);
    }
}

fn member() -> impl Strategy<Value = (String, Value)> {
    let names = [
        "TableName",
        "BillingMode",
        "TableThroughputMode",
        "ProvisionedThroughput",
        "OnDemandThroughput",
        "Tags",
        "GlobalSecondaryIndexes",
        "TableClass",
        "DeletionProtectionEnabled",
        "WarmThroughput",
        "Other",
    ];
    let limits = json!({ "MaxReadRequestUnits": 50 });
    let values = vec![
        json!(null),
        json!("PAY_PER_REQUEST"),
        json!("PROVISIONED"),
        json!("STANDARD"),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!(-1),
        limits.clone(),
        json!({ "MaxWriteRequestUnits": -1 }),
        json!([{ "Key": "a", "Value": "b" }]),
        json!([{ "Key": "dynatour:run", "Value": "b" }]),
        json!([{ "IndexName": "i" }]),
        json!([{ "IndexName": "i", "OnDemandThroughput": limits }]),
        json!([{ "IndexName": "i", "WarmThroughput": {} }]),
        json!(["x", 3]),
    ];
    (
        proptest::sample::select(names.to_vec()),
        proptest::sample::select(values),
    )
        .prop_map(|(name, value)| (name.to_owned(), value))
}

fn is_limited(value: &Value) -> bool {
    [
        ("MaxReadRequestUnits", MAX_READS),
        ("MaxWriteRequestUnits", MAX_WRITES),
    ]
    .iter()
    .all(|(name, most)| {
        value["OnDemandThroughput"][*name]
            .as_i64()
            .is_some_and(|units| (1..=*most).contains(&units))
    })
}

proptest! {
    #[test]
    fn whatever_is_written_a_table_that_goes_out_is_cheap_and_ours(
        members in proptest::collection::vec(member(), 0..6),
    ) {
        let request = Value::Object(members.into_iter().collect());
        let Ok(sent) = sent("CreateTable", &request) else { return Ok(()); };
        let modes = [&sent["BillingMode"], &sent["TableThroughputMode"]];
        prop_assert!(modes.iter().any(|mode| *mode == "PAY_PER_REQUEST"));
        prop_assert!(modes.iter().all(|mode| *mode == "PAY_PER_REQUEST" || mode.is_null()));
        prop_assert!(is_limited(&sent));
        let indexes = sent["GlobalSecondaryIndexes"].as_array();
        for index in indexes.into_iter().flatten().filter(|index| index.is_object()) {
            prop_assert!(is_limited(index));
            prop_assert!(index["WarmThroughput"].is_null());
        }
        for member in ["ProvisionedThroughput", "WarmThroughput", "Other"] {
            prop_assert!(sent[member].is_null());
        }
        prop_assert_ne!(&sent["DeletionProtectionEnabled"], &Value::Bool(true));
        let tags = sent["Tags"].as_array().unwrap();
        let ours: Vec<&Value> = tags.iter().filter(|tag| tag["Key"] == tag::RUN).collect();
        prop_assert_eq!(ours.len(), 1);
        prop_assert_eq!(&ours[0]["Value"], "0000000000000007");
    }
}
