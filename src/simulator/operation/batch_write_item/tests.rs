use std::sync::{Arc, Mutex};

use super::*;
use crate::simulator::journal::{Change, Journal, JournalError};
use crate::simulator::{Settings, Simulator, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

fn call(simulator: &Simulator, operation: &str, request: &Value) -> (u16, Value) {
    let reply = simulator.call(operation, request.to_string().as_bytes(), NOW);
    let body = serde_json::from_slice(&reply.body).expect("a body is JSON");
    (reply.status, body)
}

fn create(simulator: &Simulator) {
    for table in ["one", "two"] {
        let request = json!({
            "TableName": table, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        });
        assert_eq!(call(simulator, "CreateTable", &request).0, 200);
    }
}

fn puts(range: std::ops::Range<usize>, size: usize) -> Value {
    range
        .map(|n| json!({"PutRequest": {"Item": {"id": {"N": n.to_string()}, "t": {"S": "x".repeat(size)}}}}))
        .collect()
}

#[test]
fn twenty_five_writes_over_all_tables_and_not_one_more() {
    let simulator = Simulator::new(Settings::default());
    create(&simulator);
    let write = |one, two| {
        let request = json!({"RequestItems": {"one": puts(0..one, 1), "two": puts(0..two, 1)}});
        call(&simulator, "BatchWriteItem", &request)
    };
    assert_eq!(write(20, 5), (200, json!({"UnprocessedItems": {}})));
    let (status, body) = write(20, 6);
    let message = body["message"].as_str().expect("a message");
    assert_eq!(status, 400);
    assert!(
        message.starts_with("1 validation error detected: Value '{one=[WriteRequest(putRequest=PutRequest(item={t=AttributeValue(s=x, n=null,")
            && message.ends_with("}, workloadProfileName=null), deleteRequest=null)]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]"),
        "{message}"
    );
}

#[test]
fn an_item_that_is_too_large_is_refused_before_its_table_is_looked_for() {
    let simulator = Simulator::new(Settings::default());
    create(&simulator);
    // The name and the key have 5 bytes.
    let write = |table: &str, size| {
        let request = json!({"RequestItems": {table: puts(1..2, size)}});
        let (status, body) = call(&simulator, "BatchWriteItem", &request);
        (status, body["message"].as_str().map(str::to_owned))
    };
    let too_large = (400, Some(text::ITEM_TOO_LARGE.to_owned()));
    assert_eq!(write("one", 409_600 - 5), (200, None));
    assert_eq!(write("one", 409_600 - 4), too_large);
    assert_eq!(write("nowhere", 409_600 - 4), too_large);
    let not_found = (400, Some(text::NOT_FOUND.to_owned()));
    assert_eq!(write("nowhere", 409_600 - 5), not_found);
}

#[derive(Default)]
struct Notebook(Mutex<Vec<Vec<Change>>>);

impl Journal for Notebook {
    fn record(&self, changes: &[Change]) -> Result<(), JournalError> {
        let mut kept = self.0.lock().expect("nobody panics");
        if kept.len() == 3 {
            return Err(JournalError("The disk is full.".to_owned()));
        }
        kept.push(changes.to_vec());
        Ok(())
    }
}

#[test]
fn a_batch_is_one_record_and_what_the_journal_refuses_is_not_done() {
    let notebook = Arc::new(Notebook::default());
    let simulator = Simulator::new(Settings {
        journal: Some(Arc::clone(&notebook) as Arc<dyn Journal>),
        ..Settings::default()
    });
    create(&simulator);
    let mut both = json!({"RequestItems": {"one": puts(0..3, 1), "two": puts(0..2, 1)}});
    assert_eq!(call(&simulator, "BatchWriteItem", &both).0, 200);
    let names: Vec<String> = notebook.0.lock().expect("nobody panics")[2]
        .iter()
        .map(|change| match change {
            Change::PutItem { table, .. } => table.clone(),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["one", "one", "one", "two", "two"]);
    let before = simulator.snapshot();
    both["RequestItems"]["one"] = puts(1..9, 1);
    assert_eq!(call(&simulator, "BatchWriteItem", &both).0, 500);
    assert_eq!(simulator.snapshot(), before);
}
