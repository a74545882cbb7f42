//! The operations against a naive model, and against bytes that mean harm.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::simulator::{Settings, Simulator, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn call(simulator: &Simulator, operation: &str, request: &Value) -> Value {
    let reply = simulator.call(operation, request.to_string().as_bytes(), NOW);
    let body: Value = serde_json::from_slice(&reply.body).expect("every answer is JSON");
    assert_eq!(reply.status, 200, "{operation} {request}: {body}");
    body
}

fn table(partitions: u32) -> Simulator {
    let simulator = Simulator::new(Settings {
        partitions_on_demand: partitions,
        ..Settings::default()
    });
    let request = json!({
        "TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "owner", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
    });
    call(&simulator, "CreateTable", &request);
    simulator
}

/// Owner and number; the model is a list of these with a payload.
type Pet = (u8, i16, u16);

fn item((owner, n, size): Pet) -> Value {
    // By name, as items come back.
    json!({"n": {"N": n.to_string()}, "note": {"S": "x".repeat(usize::from(size))}, "owner": {"S": format!("owner {owner}")}})
}

fn key(owner: u8, n: i16) -> Value {
    json!({"owner": {"S": format!("owner {owner}")}, "n": {"N": n.to_string()}})
}

/// All pages of a read, and how many items each examined.
fn pages(simulator: &Simulator, operation: &str, request: &Value) -> (Vec<Value>, Vec<u64>) {
    let mut request = request.clone();
    let (mut items, mut examined) = (Vec::new(), Vec::new());
    loop {
        let mut answer = call(simulator, operation, &request);
        examined.push(answer["ScannedCount"].as_u64().expect("a count"));
        items.extend(answer["Items"].as_array().cloned().expect("items"));
        match answer["LastEvaluatedKey"].take() {
            Value::Null => return (items, examined),
            last => request["ExclusiveStartKey"] = last,
        }
    }
}

#[derive(Debug, Clone)]
enum Change {
    Put(Pet),
    Delete(u8, i16),
    Update(u8, i16, u16),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let owner = 0u8..5;
    let n = -40i16..40;
    proptest::collection::vec(
        prop_oneof![
            4 => (owner.clone(), n.clone(), 0u16..300).prop_map(Change::Put),
            1 => (owner.clone(), n.clone()).prop_map(|(owner, n)| Change::Delete(owner, n)),
            1 => (owner, n, 0u16..300).prop_map(|(owner, n, size)| Change::Update(owner, n, size)),
        ],
        0..120,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn reads_return_what_was_written(changes in changes(), partitions in 1u32..9, limit in 1u64..50, forward: bool, segments in 1u64..6) {
        let simulator = table(partitions);
        let mut model: Vec<Pet> = Vec::new();
        for change in changes {
            match change {
                Change::Put(pet) => {
                    let request = json!({"TableName": "pets", "Item": item(pet), "ReturnValues": "ALL_OLD"});
                    let old = model.iter().position(|one| (one.0, one.1) == (pet.0, pet.1)).map(|at| model.remove(at));
                    let answer = call(&simulator, "PutItem", &request);
                    let old = old.map(item);
                    prop_assert_eq!(answer.get("Attributes"), old.as_ref());
                    model.push(pet);
                }
                Change::Delete(owner, n) => {
                    model.retain(|one| (one.0, one.1) != (owner, n));
                    call(&simulator, "DeleteItem", &json!({"TableName": "pets", "Key": key(owner, n)}));
                }
                Change::Update(owner, n, size) => {
                    model.retain(|one| (one.0, one.1) != (owner, n));
                    model.push((owner, n, size));
                    let note = "x".repeat(usize::from(size));
                    call(&simulator, "UpdateItem", &json!({"TableName": "pets", "Key": key(owner, n), "UpdateExpression": "SET note = :n", "ExpressionAttributeValues": {":n": {"S": note}}}));
                }
            }
        }
        for pet in &model {
            let answer = call(&simulator, "GetItem", &json!({"TableName": "pets", "Key": key(pet.0, pet.1)}));
            prop_assert_eq!(&answer["Item"], &item(*pet));
        }
        model.sort_by_key(|pet| (pet.0, pet.1));
        for owner in 0..5 {
            let mut expected: Vec<Value> = model.iter().filter(|pet| pet.0 == owner && pet.1 >= -7).copied().map(item).collect();
            if !forward { expected.reverse(); }
            let (items, examined) = pages(&simulator, "Query", &json!({
                "TableName": "pets", "KeyConditionExpression": "#o = :o AND n >= :n", "ExpressionAttributeNames": {"#o": "owner"},
                "ExpressionAttributeValues": {":o": {"S": format!("owner {owner}")}, ":n": {"N": "-7"}}, "ScanIndexForward": forward, "Limit": limit,
            }));
            prop_assert_eq!(items, expected);
            prop_assert!(examined.iter().all(|&count| count <= limit));
        }
        let by_text = |items: &mut Vec<Value>| items.sort_by_key(Value::to_string);
        let mut expected: Vec<Value> = model.iter().copied().map(item).collect();
        by_text(&mut expected);
        let (mut scanned, _) = pages(&simulator, "Scan", &json!({"TableName": "pets", "Limit": limit}));
        by_text(&mut scanned);
        prop_assert_eq!(&scanned, &expected);
        let mut parts = Vec::new();
        for segment in 0..segments {
            parts.extend(pages(&simulator, "Scan", &json!({"TableName": "pets", "Limit": limit, "Segment": segment, "TotalSegments": segments})).0);
        }
        by_text(&mut parts);
        prop_assert_eq!(&parts, &expected);
        // What the browser and the snapshot show is the same again, and restores to the same.
        let again = Simulator::new(Settings::default());
        again.restore(simulator.snapshot()).expect("a snapshot restores");
        prop_assert_eq!(again.snapshot(), simulator.snapshot());
        prop_assert_eq!(again.tables(NOW), simulator.tables(NOW));
    }

    #[test]
    fn any_bytes_get_an_answer(operation in 0usize..10, body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let reply = table(4).call(OPERATIONS[operation], &body, NOW);
        prop_assert!([200, 400].contains(&reply.status));
    }

    #[test]
    fn mutated_requests_get_an_answer(operation in 0usize..10, cut in any::<prop::sample::Index>(), paste in "[\\PC]{0,6}", length in 0usize..12) {
        let request = json!({
            "TableName": "pets", "Item": item((1, 2, 3)), "Key": key(1, 2), "KeyConditionExpression": "#o = :o", "UpdateExpression": "SET a = :o",
            "ConditionExpression": "attribute_not_exists(#o)", "FilterExpression": "size(note) > :o", "ProjectionExpression": "note, a[0].b",
            "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": "x"}, ":n": {"N": "1e3"}}, "Limit": 3, "ExclusiveStartKey": key(1, 1),
        }).to_string();
        let mut characters: Vec<char> = request.chars().collect();
        let at = cut.index(characters.len());
        let end = (at + length).min(characters.len());
        characters.splice(at..end, paste.chars());
        let body: String = characters.into_iter().collect();
        let reply = table(4).call(OPERATIONS[operation], body.as_bytes(), NOW);
        prop_assert!([200, 400].contains(&reply.status));
        prop_assert!(serde_json::from_slice::<Value>(&reply.body).is_ok());
    }
}

const OPERATIONS: [&str; 10] = [
    "CreateTable",
    "DescribeTable",
    "ListTables",
    "DeleteTable",
    "PutItem",
    "GetItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
];

#[test]
fn depth_bombs_are_refused() {
    let simulator = table(4);
    for levels in [30, 40, 70, 200, 1_500, 100_000] {
        let value = format!(
            "{}{{\"S\":\"x\"}}{}",
            "{\"L\":[".repeat(levels),
            "]}".repeat(levels)
        );
        let body = format!(
            r#"{{"TableName":"pets","Item":{{"owner":{{"S":"a"}},"n":{{"N":"1"}},"deep":{value}}}}}"#
        );
        let reply = simulator.call("PutItem", body.as_bytes(), NOW);
        assert_eq!(
            reply.status,
            if levels == 30 { 200 } else { 400 },
            "{levels}"
        );
        let text = String::from_utf8(reply.body).expect("JSON is UTF-8");
        if (40..2_000).contains(&levels) {
            assert!(
                text.contains("Nesting Levels have exceeded supported limits"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_page_ends_with_the_item_that_reaches_a_megabyte() {
    let simulator = table(1);
    for n in 0..30 {
        let pet = json!({"owner": {"S": "a"}, "n": {"N": n.to_string()}, "note": {"S": "x".repeat(100_000)}});
        call(
            &simulator,
            "PutItem",
            &json!({"TableName": "pets", "Item": pet}),
        );
    }
    let answer = call(
        &simulator,
        "Query",
        &json!({
            "TableName": "pets", "KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": {"#o": "owner"}, "ExpressionAttributeValues": {":o": {"S": "a"}},
            "FilterExpression": "attribute_not_exists(note)", "ReturnConsumedCapacity": "TOTAL",
        }),
    );
    assert_eq!(answer["Count"], 0);
    assert_eq!(answer["ScannedCount"], 11);
    assert_eq!(answer["LastEvaluatedKey"], key_of("a", 10));
    // 11 × 100,014 or so bytes, in 4 KB, halved.
    assert_eq!(answer["ConsumedCapacity"]["CapacityUnits"], 134.5);
}

fn key_of(owner: &str, n: i16) -> Value {
    json!({"owner": {"S": owner}, "n": {"N": n.to_string()}})
}
