use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::simulator::{Settings, Simulator, Timestamp};
use crate::target::Target;

fn plain(operation: &str, request: &Value) -> u64 {
    let bytes = request.to_string();
    most(operation, bytes.as_bytes(), |_| Known::default()).0
}

#[test]
fn the_most_of_each_operation() {
    let key = json!({ "id": { "S": "1" } });
    let put = json!({ "TableName": "pets", "Item": key });
    let write = 400 * 625_000;
    for (operation, request, picodollars) in [
        ("PutItem", put.clone(), write),
        (
            "UpdateItem",
            json!({ "TableName": "pets", "Key": key }),
            write,
        ),
        (
            "DeleteItem",
            json!({ "TableName": "pets", "Key": key }),
            write,
        ),
        (
            "GetItem",
            json!({ "TableName": "pets", "Key": key }),
            50 * 125_000,
        ),
        (
            "GetItem",
            json!({ "TableName": "pets", "Key": key, "ConsistentRead": true }),
            100 * 125_000,
        ),
        ("Scan", json!({ "TableName": "pets" }), 178 * 125_000),
        (
            "Query",
            json!({ "TableName": "pets", "ConsistentRead": true }),
            356 * 125_000,
        ),
        (
            "BatchWriteItem",
            json!({ "RequestItems": { "pets": [1, 2], "visits": [3] } }),
            3 * write,
        ),
        (
            "BatchWriteItem",
            json!({ "RequestItems": { "pets": vec![1; 99] } }),
            25 * write,
        ),
        (
            "BatchGetItem",
            json!({ "RequestItems": { "pets": { "Keys": [1, 2] } } }),
            200 * 125_000,
        ),
        (
            "TransactWriteItems",
            json!({ "TransactItems": [{ "Put": put }, { "Update": put }] }),
            4 * write,
        ),
        (
            "TransactGetItems",
            json!({ "TransactItems": [{ "Get": put }] }),
            200 * 125_000,
        ),
        ("CreateTable", json!({ "TableName": "pets" }), 0),
        ("DeleteTable", json!({ "TableName": "pets" }), 0),
        ("ListTables", json!({}), 0),
        ("CreateBackup", json!({}), u64::MAX),
    ] {
        assert_eq!(
            plain(operation, &request),
            picodollars,
            "{operation} {request}"
        );
    }
    assert_eq!(most("PutItem", b"{", |_| Known::default()), Picodollars(0));
}

#[test]
fn indexes_are_written_too_and_other_regions_cost_more() {
    let indexes = Indexes {
        global: 2,
        local: 1,
    };
    let known = |name: &str| match name {
        "pets" => Known {
            indexes,
            spent: Picodollars(1_000),
        },
        _ => Known::default(),
    };
    let put = br#"{"TableName": "pets"}"#;
    assert_eq!(most("PutItem", put, known), written(400 + 3 * 800));
    assert_eq!(
        most_in("eu-west-1", "PutItem", put, known),
        written(400 + 3 * 800) * 2
    );
    let update = br#"{"TableName": "pets", "GlobalSecondaryIndexUpdates": [{"Create": {}}, {"Delete": {}}, {"Create": {}}]}"#;
    assert_eq!(most("UpdateTable", update, known), Picodollars(2_000));
    let local = br#"{"TableName": "pets", "IndexName": "i", "Limit": 3}"#;
    assert_eq!(most("Query", local, known), read(PAGE + 300, false));
    let all = br#"{"TableName": "pets", "IndexName": "i"}"#;
    assert_eq!(most("Query", all, known), read(PAGE + ENTRIES, false));
}

#[derive(Debug, Clone)]
enum Ask {
    Put {
        id: u8,
        kilobytes: usize,
        indexed: bool,
    },
    Update {
        id: u8,
        kilobytes: usize,
    },
    Delete {
        id: u8,
    },
    Get {
        id: u8,
        consistent: bool,
    },
    Scan {
        consistent: bool,
    },
    Batch {
        ids: Vec<u8>,
        kilobytes: usize,
    },
    Transact {
        ids: Vec<u8>,
        kilobytes: usize,
    },
    BatchGet {
        ids: Vec<u8>,
    },
}

fn ask() -> impl Strategy<Value = Ask> {
    let size = prop_oneof![Just(0), Just(1), Just(30), Just(390)];
    let ids =
        || proptest::collection::btree_set(0_u8..6, 1..5).prop_map(|ids| ids.into_iter().collect());
    prop_oneof![
        (0_u8..6, size.clone(), any::<bool>()).prop_map(|(id, kilobytes, indexed)| Ask::Put {
            id,
            kilobytes,
            indexed
        }),
        (0_u8..6, size.clone()).prop_map(|(id, kilobytes)| Ask::Update { id, kilobytes }),
        (0_u8..6).prop_map(|id| Ask::Delete { id }),
        (0_u8..6, any::<bool>()).prop_map(|(id, consistent)| Ask::Get { id, consistent }),
        any::<bool>().prop_map(|consistent| Ask::Scan { consistent }),
        (ids(), size.clone()).prop_map(|(ids, kilobytes)| Ask::Batch { ids, kilobytes }),
        (ids(), size).prop_map(|(ids, kilobytes)| Ask::Transact { ids, kilobytes }),
        ids().prop_map(|ids| Ask::BatchGet { ids }),
    ]
}

fn item(id: u8, kilobytes: usize, indexed: bool) -> Value {
    let mut item =
        json!({ "id": { "S": id.to_string() }, "payload": { "S": "x".repeat(kilobytes * 1024) } });
    if indexed {
        item["a"] = json!({ "S": kilobytes.to_string() });
        item["b"] = json!({ "S": id.to_string() });
    }
    item
}

fn key(id: u8) -> Value {
    json!({ "id": { "S": id.to_string() } })
}

fn request(ask: &Ask) -> (&'static str, Value) {
    let table = |mut request: Value| {
        request["TableName"] = json!("table");
        request["ReturnConsumedCapacity"] = json!("TOTAL");
        request
    };
    match ask {
        Ask::Put {
            id,
            kilobytes,
            indexed,
        } => (
            "PutItem",
            table(json!({ "Item": item(*id, *kilobytes, *indexed) })),
        ),
        Ask::Update { id, kilobytes } => (
            "UpdateItem",
            table(
                json!({ "Key": key(*id), "UpdateExpression": "SET payload = :b, a = :a",
                "ExpressionAttributeValues": { ":b": { "S": "y".repeat(kilobytes * 1024) }, ":a": { "S": "k" } } }),
            ),
        ),
        Ask::Delete { id } => ("DeleteItem", table(json!({ "Key": key(*id) }))),
        Ask::Get { id, consistent } => (
            "GetItem",
            table(json!({ "Key": key(*id), "ConsistentRead": consistent })),
        ),
        Ask::Scan { consistent } => ("Scan", table(json!({ "ConsistentRead": consistent }))),
        Ask::Batch { ids, kilobytes } => {
            let puts: Vec<Value> = ids
                .iter()
                .map(|id| json!({ "PutRequest": { "Item": item(*id, *kilobytes, true) } }))
                .collect();
            (
                "BatchWriteItem",
                json!({ "RequestItems": { "table": puts }, "ReturnConsumedCapacity": "TOTAL" }),
            )
        }
        Ask::Transact { ids, kilobytes } => {
            let puts: Vec<Value> = ids
                .iter()
                .map(|id| json!({ "Put": { "TableName": "table", "Item": item(*id, *kilobytes, true) } }))
                .collect();
            (
                "TransactWriteItems",
                json!({ "TransactItems": puts, "ReturnConsumedCapacity": "TOTAL" }),
            )
        }
        Ask::BatchGet { ids } => {
            let keys: Vec<Value> = ids.iter().map(|id| key(*id)).collect();
            (
                "BatchGetItem",
                json!({ "RequestItems": { "table": { "Keys": keys } }, "ReturnConsumedCapacity": "TOTAL" }),
            )
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// The simulated table charges as DynamoDB does; nothing that it charges is more than the bound.
    #[test]
    fn nothing_costs_more_than_its_most(asks in proptest::collection::vec(ask(), 1..12), global in 0_u32..3) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let simulator = Arc::new(Simulator::new(Settings::default()));
            let now = Timestamp::from_millis(1_800_000_000_000);
            let target = Target::simulated(simulator, Arc::new(move || now));
            let attributes: Vec<&str> = ["a", "b"].into_iter().take(global as usize).collect();
            let string = |name: &&str| json!({ "AttributeName": name, "AttributeType": "S" });
            let mut create = json!({ "TableName": "table", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": attributes.iter().chain(&["id"]).map(string).collect::<Vec<_>>(),
                "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }] });
            if global > 0 {
                create["GlobalSecondaryIndexes"] = attributes.iter().map(|name| json!({
                    "IndexName": format!("by-{name}"), "Projection": { "ProjectionType": "ALL" },
                    "KeySchema": [{ "AttributeName": name, "KeyType": "HASH" }] })).collect();
            }
            assert!(target.send("CreateTable", create.to_string().as_bytes()).await.succeeded());
            let known = |_: &str| Known { indexes: Indexes { global, local: 0 }, spent: Picodollars(0) };
            for ask in &asks {
                let (operation, request) = request(ask);
                let bytes = request.to_string();
                let exchange = target.send(operation, bytes.as_bytes()).await;
                assert!(exchange.succeeded(), "{ask:?}: {:?}", exchange.outcome);
                let most = most(operation, bytes.as_bytes(), known);
                assert!(exchange.price <= most, "{ask:?}: {} > {most}", exchange.price);
                assert!(exchange.price > Picodollars(0));
            }
        });
    }
}
