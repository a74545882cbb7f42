//! Tables with limits and delays against tables and histories without.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Realism;
use crate::simulator::capacity::Limits;
use crate::simulator::journal::{Change, Journal, JournalError};
use crate::simulator::{Settings, Simulator, Timestamp};

const START: u64 = 1_800_000_000_000;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

fn with(realism: Realism) -> Simulator {
    Simulator::new(Settings {
        realism,
        ..Settings::default()
    })
}

fn call(simulator: &Simulator, operation: &str, body: &Value, now: Timestamp) -> Value {
    let reply = simulator.call(operation, body.to_string().as_bytes(), now);
    let answer: Value = serde_json::from_slice(&reply.body).expect("an answer is JSON");
    assert_eq!(reply.status, 200, "{operation} {body}: {answer}");
    answer
}

/// Partitions that hold next to nothing and serve anything; with a local index, as much as the largest collection.
fn tiny(local: bool) -> Realism {
    Realism {
        capacity: Some(Limits {
            partition_read: 1_000_000,
            partition_write: 1_000_000,
            partition_bytes: if local { 1_500 } else { 120 },
            ..Limits::default()
        }),
        ..Realism::default()
    }
}

fn create(simulator: &Simulator, local: bool) {
    let mut body = json!({
        "TableName": "log", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "host", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
            {"AttributeName": "level", "AttributeType": "N"},
        ],
        "KeySchema": [
            {"AttributeName": "host", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-level",
            "KeySchema": [{"AttributeName": "level", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }],
    });
    if local {
        body["LocalSecondaryIndexes"] = json!([{
            "IndexName": "of-host",
            "KeySchema": [
                {"AttributeName": "host", "KeyType": "HASH"},
                {"AttributeName": "level", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }]);
    }
    call(simulator, "CreateTable", &body, at(0));
}

/// The items of a table by their keys, and their levels.
type State = BTreeMap<(u8, u8), u8>;

/// A write: of which item, and its level, or nothing to delete it.
type Write = ((u8, u8), Option<u8>);

fn writes(most: usize) -> impl Strategy<Value = Vec<Write>> {
    proptest::collection::vec(
        ((0u8..5, 0u8..30), proptest::option::weighted(0.8, 0u8..3)),
        1..most,
    )
}

fn write(simulator: &Simulator, ((host, moment), level): Write, now: Timestamp) {
    let key = json!({"host": {"S": format!("h{host}")}, "at": {"N": moment.to_string()}});
    let Some(level) = level else {
        call(
            simulator,
            "DeleteItem",
            &json!({"TableName": "log", "Key": key}),
            now,
        );
        return;
    };
    let mut item = key;
    item["level"] = json!({"N": level.to_string()});
    call(
        simulator,
        "PutItem",
        &json!({"TableName": "log", "Item": item}),
        now,
    );
}

/// All pages of a read, and what they have together.
fn pages(simulator: &Simulator, operation: &str, request: &Value, now: Timestamp) -> Vec<Value> {
    let mut request = request.clone();
    let mut pages = Vec::new();
    loop {
        let page = call(simulator, operation, &request, now);
        let last = page["LastEvaluatedKey"].clone();
        pages.push(page);
        if last.is_null() {
            return pages;
        }
        request["ExclusiveStartKey"] = last;
    }
}

/// Keeps what it is given.
#[derive(Default)]
struct Kept(Mutex<Vec<Change>>);

impl Journal for Kept {
    fn record(&self, changes: &[Change]) -> Result<(), JournalError> {
        self.0
            .lock()
            .expect("no test panics here")
            .extend_from_slice(changes);
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A table whose partitions split all the time answers as one whose partitions never do: the same pages, the same
    /// `LastEvaluatedKey`s, in both directions, of the table and of its index.
    #[test]
    fn splits_are_not_seen_in_answers(writes in writes(120), limit in 1u32..9, local in any::<bool>()) {
        let whole = with(Realism::default());
        let split = with(tiny(local));
        for simulator in [&whole, &split] {
            create(simulator, local);
            for (one, now) in writes.iter().zip(1..) {
                write(simulator, *one, at(now));
            }
        }
        let now = at(1_000_000);
        let mut reads = vec![("Scan", json!({"TableName": "log", "Limit": limit}))];
        for host in 0..5 {
            for forward in [true, false] {
                reads.push(("Query", json!({
                    "TableName": "log", "Limit": limit, "ScanIndexForward": forward,
                    "KeyConditionExpression": "host = :h",
                    "ExpressionAttributeValues": {":h": {"S": format!("h{host}")}},
                })));
            }
        }
        for (operation, request) in &reads {
            prop_assert_eq!(
                pages(&whole, operation, request, now),
                pages(&split, operation, request, now),
                "{} {}", operation, request
            );
        }
        for partition in split.describe("log", now).expect("the table is there").partitions {
            prop_assert!(partition.bytes <= if local { 1_500 } else { 120 }, "{:?} should have been split", partition);
        }
        let items: u64 = split.describe("log", now).expect("the table is there").partitions.iter()
            .map(|partition| partition.items).sum();
        prop_assert_eq!(items, whole.describe("log", now).expect("the table is there").items);
    }

    /// What the journal kept, and what a snapshot has, both bring back the same partitions with the same items.
    #[test]
    fn splits_survive_a_restart(writes in writes(120), local in any::<bool>()) {
        let kept = Arc::new(Kept::default());
        let simulator = Simulator::new(Settings {
            realism: tiny(local),
            journal: Some(Arc::<Kept>::clone(&kept)),
            ..Settings::default()
        });
        create(&simulator, local);
        for (one, now) in writes.iter().zip(1..) {
            write(&simulator, *one, at(now));
        }
        let now = at(1_000_000);
        let partitions = simulator.describe("log", now).expect("the table is there").partitions;
        let journal = kept.0.lock().expect("no test panics here").clone();
        for changes in [journal, simulator.snapshot()] {
            let restored = Simulator::new(Settings::default());
            restored.restore(changes).expect("a journal can be read");
            let again = restored.describe("log", now).expect("the table is there").partitions;
            prop_assert_eq!(&again, &partitions);
        }
    }

    /// With any delays, what a reader sees at a moment is what was there the delay ago, and a consistent reader sees all.
    #[test]
    fn readers_see_what_was_there_the_delay_ago(
        steps in proptest::collection::vec((0u64..4_000, proptest::option::weighted(0.7, ((0u8..3, 0u8..3), proptest::option::weighted(0.8, 0u8..3)))), 1..60),
        stale in 0u64..5_000,
        index in 0u64..5_000,
    ) {
        let simulator = with(Realism {
            stale_reads: Duration::from_millis(stale),
            index_delay: Duration::from_millis(index),
            ..Realism::default()
        });
        create(&simulator, false);
        // Every state there was, and since when.
        let mut history: Vec<(u64, State)> = vec![(0, State::new())];
        let mut now = 0;
        for (pause, step) in steps {
            now += pause;
            if let Some(one) = step {
                let mut state = history.last().expect("there is a first").1.clone();
                match one.1 {
                    Some(level) => state.insert(one.0, level),
                    None => state.remove(&one.0),
                };
                history.push((now, state));
                write(&simulator, one, at(now));
                continue;
            }
            let past = |delay: u64| {
                let seen = history.iter().rfind(|(since, _)| since + delay <= now);
                seen.map(|(_, state)| state.clone()).unwrap_or_default()
            };
            let handle = simulator.find("log", at(now)).expect("the table is there");
            let table = handle.read();
            let count = |index: Option<&str>, consistent| {
                table.seen(index, consistent, at(now)).expect("there is such a store").items()
            };
            prop_assert_eq!(count(None, true), past(0).len() as u64);
            prop_assert_eq!(count(None, false), past(stale).len() as u64);
            prop_assert_eq!(count(Some("by-level"), false), past(index).len() as u64);
            for host in 0..3u8 {
                for moment in 0..3u8 {
                    for (consistent, delay) in [(true, 0), (false, stale)] {
                        let answer = call(&simulator, "GetItem", &json!({
                            "TableName": "log", "ConsistentRead": consistent,
                            "Key": {"host": {"S": format!("h{host}")}, "at": {"N": moment.to_string()}},
                        }), at(now));
                        let level = past(delay).get(&(host, moment)).map(ToString::to_string);
                        prop_assert_eq!(answer["Item"]["level"]["N"].as_str(), level.as_deref());
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_simulated_can_be_switched_while_tables_are_in_use() {
    let simulator = with(Realism::default());
    create(&simulator, false);
    write(&simulator, ((0, 0), Some(1)), at(0));
    let get = |now| {
        let key = json!({"host": {"S": "h0"}, "at": {"N": "0"}});
        let answer = call(
            &simulator,
            "GetItem",
            &json!({"TableName": "log", "Key": key}),
            now,
        );
        answer["Item"]["level"]["N"].as_str().map(str::to_owned)
    };
    simulator.set_realism(Realism {
        stale_reads: Duration::from_secs(10),
        ..Realism::default()
    });
    assert_eq!(
        get(at(1_000)).as_deref(),
        Some("1"),
        "what was there is seen"
    );
    write(&simulator, ((0, 0), Some(2)), at(2_000));
    assert_eq!(get(at(11_999)).as_deref(), Some("1"));
    assert_eq!(get(at(12_000)).as_deref(), Some("2"));
    write(&simulator, ((0, 0), Some(0)), at(13_000));
    simulator.set_realism(Realism::default());
    assert_eq!(get(at(13_000)).as_deref(), Some("0"));
}

#[test]
fn what_is_refused_changes_nothing_and_says_so_in_the_trace() {
    let simulator = with(Realism {
        capacity: Some(Limits::scaled(1_000)),
        ..Realism::default()
    });
    create(&simulator, false);
    write(&simulator, ((0, 0), Some(1)), at(0));
    let body = json!({"TableName": "log", "Item": {"host": {"S": "h0"}, "at": {"N": "1"}}});
    let reply = simulator.call("PutItem", body.to_string().as_bytes(), at(1));
    assert_eq!(reply.status, 400);
    let trace = simulator.trace(&reply.request_id).expect("a trace");
    assert_eq!(trace.throttles.len(), 1);
    assert_eq!(
        trace.throttles[0].reason,
        "TableWriteKeyRangeThroughputExceeded"
    );
    assert_eq!(trace.written.halves(), 0);
    assert!(trace.partitions.iter().all(|state| state.heat.is_some()));
    assert_eq!(
        simulator.describe("log", at(1)).map(|table| table.items),
        Some(1)
    );
}
