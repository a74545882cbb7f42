use std::sync::Mutex;

use serde_json::{Value, json};

use super::item::Item;
use super::journal::{Change, JournalError};
use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

fn call(simulator: &Simulator, operation: &str, request: &Value, now: Timestamp) -> (u16, Value) {
    let reply = simulator.call(operation, request.to_string().as_bytes(), now);
    let body = serde_json::from_slice(&reply.body).expect("a body is JSON");
    (reply.status, body)
}

fn pets() -> Value {
    json!({
        "TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
    })
}

fn pet(id: &str, age: u64) -> Item {
    let members = json!({"id": {"S": id}, "age": {"N": age.to_string()}});
    Item::from_json(members.as_object().expect("an object")).expect("an item")
}

/// Takes changes until it is told to refuse.
#[derive(Default)]
struct Notebook {
    kept: Mutex<Vec<Change>>,
    full: Mutex<bool>,
}

impl Journal for Notebook {
    fn record(&self, changes: &[Change]) -> Result<(), JournalError> {
        if *self.full.lock().unwrap() {
            return Err(JournalError("The disk is full.".to_owned()));
        }
        self.kept.lock().unwrap().extend_from_slice(changes);
        Ok(())
    }
}

#[test]
fn what_the_journal_refuses_is_not_done() {
    let notebook = Arc::new(Notebook::default());
    let simulator = Simulator::new(Settings {
        journal: Some(Arc::clone(&notebook) as Arc<dyn Journal>),
        ..Settings::default()
    });
    assert_eq!(call(&simulator, "CreateTable", &pets(), NOW).0, 200);
    let beeba = json!({"TableName": "pets", "Item": {"id": {"S": "Beeba"}, "age": {"N": "3"}}});
    assert_eq!(call(&simulator, "PutItem", &beeba, NOW).0, 200);
    let before = simulator.snapshot();
    assert_eq!(notebook.kept.lock().unwrap().len(), 2);

    *notebook.full.lock().unwrap() = true;
    let mut other = pets();
    other["TableName"] = json!("other");
    let key = json!({"TableName": "pets", "Key": {"id": {"S": "Beeba"}}});
    let mut update = key.clone();
    update["UpdateExpression"] = json!("SET age = age + age");
    for (operation, request) in [
        (
            "PutItem",
            &json!({"TableName": "pets", "Item": {"id": {"S": "Carlos"}}}),
        ),
        (
            "PutItem",
            &json!({"TableName": "pets", "Item": {"id": {"S": "Beeba"}}}),
        ),
        ("UpdateItem", &update),
        ("DeleteItem", &key),
        ("CreateTable", &other),
        ("DeleteTable", &json!({"TableName": "pets"})),
    ] {
        let (status, body) = call(&simulator, operation, request, NOW);
        assert_eq!(
            (status, body),
            (
                500,
                json!({
                    "__type": "com.amazonaws.dynamodb.v20120810#InternalServerError",
                    "message": "The disk is full."
                })
            ),
            "{operation}"
        );
        assert_eq!(simulator.snapshot(), before, "{operation}");
    }
    let refused = simulator.load("pets", [pet("Rachel", 1)], NOW).unwrap_err();
    assert_eq!(refused.number, 0);
    assert_eq!(simulator.snapshot(), before);
    assert_eq!(notebook.kept.lock().unwrap().len(), 2);

    // Nothing to delete is nothing to write down.
    let nobody = json!({"TableName": "pets", "Key": {"id": {"S": "nobody"}}});
    assert_eq!(call(&simulator, "DeleteItem", &nobody, NOW).0, 200);
}

#[test]
fn a_journal_replayed_is_the_same_state() {
    let notebook = Arc::new(Notebook::default());
    let simulator = Simulator::new(Settings {
        journal: Some(Arc::clone(&notebook) as Arc<dyn Journal>),
        ..Settings::default()
    });
    call(&simulator, "CreateTable", &pets(), NOW);
    let loaded = (0..600).map(|n| pet(&format!("pet {n}"), n));
    assert_eq!(simulator.load("pets", loaded, NOW), Ok(600));
    call(
        &simulator,
        "DeleteItem",
        &json!({"TableName": "pets", "Key": {"id": {"S": "pet 7"}}}),
        NOW,
    );
    let by_age = json!({
        "TableName": "pets",
        "AttributeDefinitions": [{"AttributeName": "age", "AttributeType": "N"}],
        "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "by-age",
            "KeySchema": [{"AttributeName": "age", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]
    });
    assert_eq!(call(&simulator, "UpdateTable", &by_age, NOW).0, 200);
    let protected = json!({"TableName": "pets", "DeletionProtectionEnabled": true});
    assert_eq!(call(&simulator, "UpdateTable", &protected, NOW).0, 200);

    let again = Simulator::new(Settings::default());
    again
        .restore(notebook.kept.lock().unwrap().clone())
        .expect("it was recorded");
    assert_eq!(again.snapshot(), simulator.snapshot());
    assert_eq!(again.tables(NOW)[0].items, 599);
    let oldest = json!({
        "TableName": "pets", "IndexName": "by-age", "KeyConditionExpression": "age = :a",
        "ExpressionAttributeValues": {":a": {"N": "599"}}
    });
    let (_, found) = call(&again, "Query", &oldest, NOW);
    assert_eq!(found["Items"][0]["id"]["S"], "pet 599", "{found}");
}

#[test]
fn a_saved_item_with_another_key_is_refused() {
    let simulator = Simulator::new(Settings::default());
    call(&simulator, "CreateTable", &pets(), NOW);
    for (id, why) in [
        (
            json!({"N": "1"}),
            "its primary key is missing or of another type",
        ),
        (
            json!({"S": "x".repeat(70_000)}),
            "its primary key is too large",
        ),
    ] {
        let saved = Change::PutItem {
            table: "pets".to_owned(),
            key: Vec::new(),
            item: json!({ "id": id }),
        };
        let refused = simulator.restore([saved]).unwrap_err();
        let expected = format!("A saved item of the table pets can't be read: {why}.");
        assert_eq!(refused, JournalError(expected));
    }
    assert_eq!(simulator.tables(NOW)[0].items, 0);
}

#[test]
fn loading_stops_at_the_item_that_does_not_fit() {
    let simulator = Simulator::new(Settings::default());
    call(&simulator, "CreateTable", &pets(), NOW);
    let nameless = Item::from_json(json!({"age": {"N": "1"}}).as_object().unwrap()).unwrap();
    let items = (0..300)
        .map(|n| pet(&format!("pet {n}"), n))
        .chain([nameless]);
    let refused = simulator.load("pets", items, NOW).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "item 300: One or more parameter values were invalid: Missing the key id in the item"
    );
    // Batches before it are in, its own is not.
    assert_eq!(simulator.tables(NOW)[0].items, 256);
    let missing = simulator.load("nowhere", [pet("x", 1)], NOW).unwrap_err();
    assert_eq!(missing.to_string(), "item 0: Requested resource not found");

    let found = call(
        &simulator,
        "GetItem",
        &json!({"TableName": "pets", "Key": {"id": {"S": "pet 9"}}}),
        NOW,
    );
    assert_eq!(
        found,
        (
            200,
            json!({"Item": {"age": {"N": "9"}, "id": {"S": "pet 9"}}})
        )
    );
}

#[test]
fn tables_take_their_time() {
    let simulator = Simulator::new(Settings {
        table_delay: Duration::from_secs(10),
        ..Settings::default()
    });
    let later = |seconds| NOW.later(Duration::from_secs(seconds));
    let name = json!({"TableName": "pets"});
    let status = |now| {
        let (_, body) = call(&simulator, "DescribeTable", &name, now);
        body["Table"]["TableStatus"].clone()
    };
    let refused = |operation, request: &Value, now| {
        let (code, body) = call(&simulator, operation, request, now);
        assert_eq!(code, 400, "{operation}: {body}");
        let class = body["__type"].as_str().expect("a class");
        let class = class.rsplit('#').next().expect("a name").to_owned();
        (
            class,
            body["message"].as_str().expect("a message").to_owned(),
        )
    };
    let in_use = |doing: &str| {
        (
            "ResourceInUseException".to_owned(),
            format!(
                "Attempt to change a resource which is still in use: Table is being {doing}: pets"
            ),
        )
    };
    let not_found = |what: &str| ("ResourceNotFoundException".to_owned(), what.to_owned());
    let requests = [
        (
            "PutItem",
            json!({"TableName": "pets", "Item": {"id": {"S": "a"}}}),
        ),
        (
            "GetItem",
            json!({"TableName": "pets", "Key": {"id": {"S": "a"}}}),
        ),
        (
            "UpdateItem",
            json!({"TableName": "pets", "Key": {"id": {"S": "a"}}}),
        ),
        (
            "DeleteItem",
            json!({"TableName": "pets", "Key": {"id": {"S": "a"}}}),
        ),
        (
            "Query",
            json!({"TableName": "pets", "KeyConditionExpression": "id = :v", "ExpressionAttributeValues": {":v": {"S": "a"}}}),
        ),
        ("Scan", name.clone()),
    ];

    let exists = || {
        (
            "ResourceInUseException".to_owned(),
            "Table already exists: pets".to_owned(),
        )
    };

    let (_, created) = call(&simulator, "CreateTable", &pets(), NOW);
    assert_eq!(created["TableDescription"]["TableStatus"], "CREATING");
    assert_eq!(status(later(9)), "CREATING");
    for (operation, request) in &requests {
        assert_eq!(
            refused(operation, request, later(9)),
            not_found("Requested resource not found")
        );
    }
    assert_eq!(refused("DeleteTable", &name, later(9)), in_use("created"));
    assert_eq!(refused("CreateTable", &pets(), later(9)), in_use("created"));

    assert_eq!(status(later(10)), "ACTIVE");
    for (operation, request) in &requests {
        assert_eq!(call(&simulator, operation, request, later(10)).0, 200);
    }
    assert_eq!(refused("CreateTable", &pets(), later(10)), exists());

    let (_, deleted) = call(&simulator, "DeleteTable", &name, later(20));
    assert_eq!(deleted["TableDescription"]["TableStatus"], "DELETING");
    assert_eq!(status(later(29)), "DELETING");
    assert_eq!(
        call(&simulator, "ListTables", &json!({}), later(29)).1,
        json!({"TableNames": ["pets"]})
    );
    for (operation, request) in &requests {
        assert_eq!(
            refused(operation, request, later(29)),
            not_found("Requested resource not found")
        );
    }
    assert_eq!(refused("DeleteTable", &name, later(29)), in_use("deleted"));
    assert_eq!(refused("CreateTable", &pets(), later(29)), exists());

    let gone = not_found("Requested resource not found: Table: pets not found");
    assert_eq!(refused("DescribeTable", &name, later(30)), gone);
    assert_eq!(refused("DeleteTable", &name, later(30)), gone);
    assert_eq!(
        call(&simulator, "ListTables", &json!({}), later(30)).1,
        json!({"TableNames": []})
    );
    assert_eq!(call(&simulator, "CreateTable", &pets(), later(30)).0, 200);
}

#[test]
fn no_query_looks_for_an_empty_key() {
    let simulator = Simulator::new(Settings::default());
    call(&simulator, "CreateTable", &pets(), NOW);
    for request in [
        json!({"TableName": "pets", "KeyConditionExpression": "id = :v", "ExpressionAttributeValues": {":v": {"S": ""}}}),
        json!({"TableName": "pets", "KeyConditions": {"id": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": ""}]}}}),
    ] {
        let (status, body) = call(&simulator, "Query", &request, NOW);
        assert_eq!(status, 400);
        assert_eq!(
            body["message"],
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"
        );
    }
}

#[test]
fn a_key_of_too_many_bytes_is_refused_by_whatever_takes_a_key() {
    let simulator = Simulator::new(Settings::default());
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let key = |hash: &str, range: &str| json!([{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}]);
    let table = json!({
        "TableName": "long", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute("p"), attribute("s"), attribute("g"), attribute("l")], "KeySchema": key("p", "s"),
        "LocalSecondaryIndexes": [{"IndexName": "local", "KeySchema": key("p", "l"), "Projection": {"ProjectionType": "ALL"}}],
        "GlobalSecondaryIndexes": [{"IndexName": "global", "KeySchema": key("g", "s"), "Projection": {"ProjectionType": "ALL"}}]
    });
    assert_eq!(call(&simulator, "CreateTable", &table, NOW).0, 200);
    let refusal = |operation: &str, request: &Value| {
        let (_, body) = call(&simulator, operation, request, NOW);
        let reason = body.pointer("/CancellationReasons/0/Message");
        let message = reason.or_else(|| body.get("message"))?;
        message.as_str().map(str::to_owned)
    };
    let too_long = |name: &str| match name {
        "p" | "g" => wire::text::PARTITION_KEY_TOO_LARGE,
        _ => wire::text::SORT_KEY_TOO_LARGE,
    };
    // An é has two bytes.
    for (name, most) in [("p", 2048), ("s", 1024), ("g", 2048), ("l", 1024)] {
        for (text, refused) in [("é".repeat(most / 2), false), ("x".repeat(most + 1), true)] {
            let expected = refused.then(|| too_long(name).to_owned());
            let mut item = json!({"p": {"S": "p"}, "s": {"S": "s"}});
            item[name] = json!({"S": text});
            let put = json!({"TableName": "long", "Item": item});
            assert_eq!(refusal("PutItem", &put), expected, "{name}");
            let batch = json!({"RequestItems": {"long": [{"PutRequest": {"Item": item}}]}});
            assert_eq!(refusal("BatchWriteItem", &batch), expected, "{name}");
            let transaction = json!({"TransactItems": [{"Put": put}]});
            assert_eq!(refusal("TransactWriteItems", &transaction), expected);
            if matches!(name, "g" | "l") {
                continue;
            }
            let of_key = json!({"TableName": "long", "Key": item});
            for operation in ["GetItem", "UpdateItem", "DeleteItem"] {
                assert_eq!(refusal(operation, &of_key), expected, "{operation}");
            }
            let batch = json!({"RequestItems": {"long": {"Keys": [item]}}});
            assert_eq!(refusal("BatchGetItem", &batch), expected, "{name}");
            let transaction = json!({"TransactItems": [{"Get": of_key}]});
            assert_eq!(refusal("TransactGetItems", &transaction), expected);
            let query = json!({"TableName": "long", "KeyConditionExpression": "p = :p AND s = :s",
                "ExpressionAttributeValues": {":p": item["p"], ":s": item["s"]}});
            assert_eq!(refusal("Query", &query), expected, "{name}");
        }
    }
}
