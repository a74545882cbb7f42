//! `kill -9` in the middle of writes: what was acknowledged is there, nothing is half there.
//!
//! The child is this test binary again, running the ignored test below until it is killed.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use dynatour::learner::progress::{Change, Given, Note};
use dynatour::learner::store::Store;
use dynatour::simulator::journal::Journal;
use dynatour::simulator::{Settings, Simulator, Timestamp};

const STATE: &str = "DYNATOUR_TEST_STATE";
const LESSON: &str = "06-dynamodb";
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn simulator(store: &Arc<Store>) -> Simulator {
    let simulator = Simulator::new(Settings {
        journal: Some(Arc::clone(store) as Arc<dyn Journal>),
        ..Settings::default()
    });
    simulator.restore(store.contents().unwrap().tables).unwrap();
    simulator
}

fn call(simulator: &Simulator, operation: &str, body: &str) -> String {
    let reply = simulator.call(operation, body.as_bytes(), NOW);
    let text = String::from_utf8(reply.body).unwrap();
    assert_eq!(reply.status, 200, "{operation}: {text}");
    text
}

#[test]
#[ignore = "the child of the test below; it never ends by itself"]
fn writes_until_it_is_killed() {
    let state = std::env::var(STATE).unwrap();
    let store = Arc::new(Store::open(Path::new(&state)).unwrap());
    let simulator = simulator(&store);
    let tables = call(&simulator, "ListTables", "{}");
    if !tables.contains("pets") {
        call(
            &simulator,
            "CreateTable",
            r#"{"TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}"#,
        );
    }
    for number in count(&store) + 1.. {
        let put = format!(r#"{{"TableName": "pets", "Item": {{"id": {{"N": "{number}"}}}}}}"#);
        call(&simulator, "PutItem", &put);
        let answer = Change::Answered {
            question: format!("q{number}"),
            given: Given::Choice(1),
        };
        store.keep(LESSON, &answer).unwrap();
        let note = Change::Note(Note {
            id: number,
            text: format!("note {number}"),
            place: None,
            written: number,
        });
        store.keep(LESSON, &note).unwrap();
        println!("acknowledged {number}");
    }
}

/// Notes so far.
fn count(store: &Store) -> u64 {
    store.progress(LESSON).unwrap().notes.len() as u64
}

#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let mut before = 0;
    for rounds in [1_usize, 3, 10, 2, 25] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "kill::writes_until_it_is_killed",
                "--exact",
                "--ignored",
                "--nocapture",
            ])
            .env(STATE, directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut acknowledged = before;
        let mut seen = 0;
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // What the child still wrote while it was being killed counts as acknowledged too.
        while let Some(Ok(line)) = lines.next() {
            // The test harness writes on the same line before the first one.
            if let Some((_, number)) = line.rsplit_once("acknowledged ") {
                acknowledged = number.parse().unwrap();
                seen += 1;
                if seen == rounds {
                    child.kill().unwrap();
                }
            }
        }
        child.wait().unwrap();
        assert!(seen >= rounds, "the child ended by itself");

        let store = Arc::new(Store::open(directory.path()).unwrap());
        let progress = store.progress(LESSON).unwrap();
        for number in 1..=acknowledged {
            assert_eq!(progress.notes[&number].text, format!("note {number}"));
            assert!(progress.answers.contains_key(&format!("q{number}")));
        }
        // The write that was under way may be there as a whole, and no more than that one.
        let notes = progress.notes.len() as u64;
        assert!((acknowledged..=acknowledged + 1).contains(&notes));
        let simulator = simulator(&store);
        let scan = call(
            &simulator,
            "Scan",
            r#"{"TableName": "pets", "Select": "COUNT"}"#,
        );
        let scan: serde_json::Value = serde_json::from_str(&scan).unwrap();
        let items = scan["Count"].as_u64().unwrap();
        assert!(
            (acknowledged..=acknowledged + 1).contains(&items),
            "{items}"
        );
        before = notes;
    }
}
