//! Changes that take their time.

use std::time::Duration;

use serde_json::{Value, json};

use crate::simulator::{Settings, Simulator, Timestamp};

/// A simulator in which every change takes ten seconds, with a table that is there since second 10.
struct Slow(Simulator);

impl Slow {
    fn with(definition: &Value) -> Self {
        let slow = Self(Simulator::new(Settings {
            table_delay: Duration::from_secs(10),
            ..Settings::default()
        }));
        slow.accepts("CreateTable", definition, 0);
        slow
    }

    fn call(&self, operation: &str, request: &Value, second: u64) -> (u16, Value) {
        let now = Timestamp::from_millis(1_767_225_600_000 + 1_000 * second);
        let reply = self.0.call(operation, request.to_string().as_bytes(), now);
        let body = serde_json::from_slice(&reply.body).expect("a body is JSON");
        (reply.status, body)
    }

    fn accepts(&self, operation: &str, request: &Value, second: u64) -> Value {
        let (status, body) = self.call(operation, request, second);
        assert_eq!(status, 200, "{operation} at {second}: {body}");
        body
    }

    fn refuses(&self, operation: &str, request: &Value, second: u64, why: &str) {
        let (status, body) = self.call(operation, request, second);
        assert_eq!(status, 400, "{operation} at {second}: {body}");
        let class = body["__type"].as_str().expect("a class");
        let class = class.rsplit('#').next().expect("a name");
        let message = body["message"].as_str().expect("a message");
        assert_eq!(format!("{class}: {message}"), why, "at {second}");
    }

    fn table(&self, second: u64) -> Value {
        self.accepts("DescribeTable", &json!({"TableName": "pets"}), second)["Table"].clone()
    }

    /// The table's status, and its index's with `Backfilling`.
    fn statuses(&self, second: u64) -> (Value, Value, Value) {
        let table = self.table(second);
        let index = &table["GlobalSecondaryIndexes"][0];
        (
            table["TableStatus"].clone(),
            index["IndexStatus"].clone(),
            index["Backfilling"].clone(),
        )
    }
}

fn pets() -> Value {
    json!({
        "TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
    })
}

fn add(index: &str) -> Value {
    json!({
        "TableName": "pets",
        "AttributeDefinitions": [{"AttributeName": "age", "AttributeType": "N"}],
        "GlobalSecondaryIndexUpdates": [{"Create": {
            "IndexName": index, "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [{"AttributeName": "age", "KeyType": "HASH"}]
        }}]
    })
}

fn remove(index: &str) -> Value {
    json!({"TableName": "pets", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": index}}]})
}

const ONE_AT_A_TIME: &str = "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
const BUSY_INDEXES: &str = "ResourceInUseException: Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, updated, or deleted.";

#[test]
fn an_index_is_allocated_and_filled_and_goes() {
    let slow = Slow::with(&pets());
    let table = json!({"TableName": "pets"});
    let beeba = json!({"TableName": "pets", "Item": {"id": {"S": "Beeba"}, "age": {"N": "3"}}});
    let by_age = json!({
        "TableName": "pets", "IndexName": "by-age", "KeyConditionExpression": "age = :a",
        "ExpressionAttributeValues": {":a": {"N": "3"}}
    });
    slow.refuses(
        "UpdateTable",
        &add("by-age"),
        9,
        "ResourceInUseException: Attempt to change a resource which is still in use: Table is being created: pets",
    );
    slow.accepts("PutItem", &beeba, 10);

    let answer = slow.accepts("UpdateTable", &add("by-age"), 20);
    let answer = &answer["TableDescription"];
    assert_eq!(answer["TableStatus"], "UPDATING");
    let index = &answer["GlobalSecondaryIndexes"][0];
    assert_eq!(index["IndexStatus"], "CREATING");
    let creating = |status: &str, filling: bool| (json!(status), json!("CREATING"), json!(filling));
    assert_eq!(slow.statuses(29), creating("UPDATING", false));
    slow.refuses(
        "UpdateTable",
        &remove("by-age"),
        29,
        "ResourceInUseException: Attempt to change a resource which is still in use: Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is active. Table: pets Index: by-age",
    );
    slow.refuses("UpdateTable", &add("other"), 29, ONE_AT_A_TIME);
    slow.refuses("DeleteTable", &table, 29, BUSY_INDEXES);
    let provisioned = json!({
        "TableName": "pets", "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    });
    slow.refuses(
        "UpdateTable",
        &provisioned,
        29,
        "ResourceInUseException: Attempt to change a resource which is still in use: Can't change table IOPS when an index is being created. Table: pets Indexes: [by-age]",
    );

    assert_eq!(slow.statuses(30), creating("ACTIVE", true));
    slow.refuses("UpdateTable", &add("other"), 39, ONE_AT_A_TIME);
    slow.refuses("DeleteTable", &table, 39, BUSY_INDEXES);
    assert_eq!(slow.call("Query", &by_age, 39).0, 400);

    let active = (json!("ACTIVE"), json!("ACTIVE"), Value::Null);
    assert_eq!(slow.statuses(40), active);
    assert_eq!(slow.accepts("Query", &by_age, 40)["Count"], 1);

    slow.accepts("UpdateTable", &remove("by-age"), 50);
    let deleting = (json!("UPDATING"), json!("DELETING"), Value::Null);
    assert_eq!(slow.statuses(59), deleting);
    assert_eq!(
        slow.table(59)["AttributeDefinitions"][0]["AttributeName"],
        "age"
    );
    slow.refuses("UpdateTable", &add("other"), 59, ONE_AT_A_TIME);
    slow.refuses("DeleteTable", &table, 59, BUSY_INDEXES);
    let after = slow.table(60);
    assert_eq!(after["TableStatus"], "ACTIVE");
    assert_eq!(after.get("GlobalSecondaryIndexes"), None);
    assert_eq!(
        after["AttributeDefinitions"],
        json!([{"AttributeName": "id", "AttributeType": "S"}])
    );
    slow.accepts("UpdateTable", &add("by-age"), 60);
}

#[test]
fn an_index_that_is_being_filled_can_go() {
    let slow = Slow::with(&pets());
    slow.accepts("UpdateTable", &add("by-age"), 10);
    slow.accepts("UpdateTable", &remove("by-age"), 25);
    assert_eq!(slow.statuses(34).1, "DELETING");
    assert_eq!(slow.table(35).get("GlobalSecondaryIndexes"), None);
    slow.accepts("DeleteTable", &json!({"TableName": "pets"}), 35);
}

#[test]
fn throughput_changes_when_the_change_is_over() {
    let units =
        |read: u64, write: u64| json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write});
    let mut provisioned = pets();
    provisioned["BillingMode"] = json!("PROVISIONED");
    provisioned["ProvisionedThroughput"] = units(5, 6);
    let slow = Slow::with(&provisioned);
    let more = json!({"TableName": "pets", "ProvisionedThroughput": units(10, 5)});
    let shown = |second| {
        let table = slow.table(second);
        let throughput = &table["ProvisionedThroughput"];
        (
            table["TableStatus"].clone(),
            throughput["ReadCapacityUnits"].clone(),
            throughput["WriteCapacityUnits"].clone(),
            throughput["NumberOfDecreasesToday"].clone(),
        )
    };
    let status = |status: &str, read: u64, write: u64, decreases: u64| {
        (json!(status), json!(read), json!(write), json!(decreases))
    };
    let answer = slow.accepts("UpdateTable", &more, 10);
    assert_eq!(answer["TableDescription"]["TableStatus"], "UPDATING");
    assert_eq!(shown(19).0, "UPDATING");
    assert_eq!((shown(19).1, shown(19).2), (json!(5), json!(6)));
    slow.refuses(
        "UpdateTable",
        &json!({"TableName": "pets", "ProvisionedThroughput": units(11, 11)}),
        19,
        "ResourceInUseException: Attempt to change a resource which is still in use: Table IOPS are currently being updated. Table: pets",
    );
    slow.refuses(
        "DeleteTable",
        &json!({"TableName": "pets"}),
        19,
        "ResourceInUseException: Attempt to change a resource which is still in use: Table: pets is in the process of being updated.",
    );
    assert_eq!(shown(20), status("ACTIVE", 10, 5, 1));
    let table = slow.table(20);
    for member in ["LastIncreaseDateTime", "LastDecreaseDateTime"] {
        assert!(
            table["ProvisionedThroughput"][member].is_number(),
            "{table}"
        );
    }
    slow.refuses(
        "UpdateTable",
        &more,
        20,
        "ValidationException: The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: 10. Requested ReadCapacityUnits: 10. Current WriteCapacityUnits provisioned for the table: 5. Requested WriteCapacityUnits: 5. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
    );
}

#[test]
fn a_table_counts_as_being_in_the_mode_it_leaves() {
    let mut provisioned = pets();
    provisioned["BillingMode"] = json!("PROVISIONED");
    let units = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
    provisioned["ProvisionedThroughput"] = units.clone();
    let slow = Slow::with(&provisioned);
    let on_demand = json!({"TableName": "pets", "BillingMode": "PAY_PER_REQUEST"});
    let back = json!({
        "TableName": "pets", "BillingMode": "PROVISIONED", "ProvisionedThroughput": units
    });
    let limited = json!({"TableName": "pets", "OnDemandThroughput": {"MaxReadRequestUnits": 100}});
    let busy = "ResourceInUseException: Attempt to change a resource which is still in use: Table IOPS are currently being updated. Table: pets";
    slow.accepts("UpdateTable", &on_demand, 10);
    slow.refuses("UpdateTable", &on_demand, 19, busy);
    slow.refuses("UpdateTable", &back, 19, busy);
    slow.refuses(
        "UpdateTable",
        &limited,
        19,
        "ValidationException: One or more parameter values were invalid: MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED",
    );
    slow.accepts("UpdateTable", &back, 20);
    slow.refuses(
        "UpdateTable",
        &limited,
        29,
        "ResourceInUseException: Attempt to change a resource which is still in use: OnDemandThroughput cannot be updated while BillingMode update is in progress",
    );
    slow.accepts("UpdateTable", &on_demand, 29);
    let table = slow.table(30);
    assert_eq!(table["ProvisionedThroughput"]["ReadCapacityUnits"], 1);
}

#[test]
fn a_limit_waits_for_the_table_class() {
    let slow = Slow::with(&pets());
    let class = json!({"TableName": "pets", "TableClass": "STANDARD_INFREQUENT_ACCESS"});
    let limited = json!({"TableName": "pets", "OnDemandThroughput": {"MaxReadRequestUnits": 100}});
    slow.accepts("UpdateTable", &class, 10);
    slow.refuses(
        "UpdateTable",
        &limited,
        19,
        "ResourceInUseException: Attempt to change a resource which is still in use: OnDemandThroughput cannot be updated while TableClass update is in progress. TableClassUpdateInProgress: STANDARD_INFREQUENT_ACCESS",
    );
    slow.accepts("UpdateTable", &limited, 20);
}
