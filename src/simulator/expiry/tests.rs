use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::journal::{Change, Journal, JournalError};
use super::super::{Settings, Simulator, Timestamp};
use super::AT_ONCE;

const START: u64 = 1_767_225_600_000;
const FIVE_YEARS: u64 = 1_826 * 86_400_000;

fn call(simulator: &Simulator, operation: &str, request: &Value, now: u64) -> (u16, Value) {
    let now = Timestamp::from_millis(now);
    let reply = simulator.call(operation, request.to_string().as_bytes(), now);
    let body = serde_json::from_slice(&reply.body).expect("a body is JSON");
    (reply.status, body)
}

fn done(simulator: &Simulator, operation: &str, request: &Value, now: u64) -> Value {
    let (status, body) = call(simulator, operation, request, now);
    assert_eq!(status, 200, "{operation} {request}: {body}");
    body
}

fn create(simulator: &Simulator, now: u64) {
    let request = json!({
        "TableName": "sessions", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}, {"AttributeName": "user", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{"IndexName": "by-user", "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}],
    });
    done(simulator, "CreateTable", &request, now);
}

fn specify(simulator: &Simulator, enabled: bool, now: u64) {
    let request = json!({"TableName": "sessions", "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": "until"}});
    done(simulator, "UpdateTimeToLive", &request, now);
}

fn put(simulator: &Simulator, id: u64, until: Option<&Value>, now: u64) {
    let mut item = json!({"id": {"N": id.to_string()}, "user": {"S": "Rachel"}});
    if let Some(until) = until {
        item["until"] = until.clone();
    }
    done(
        simulator,
        "PutItem",
        &json!({"TableName": "sessions", "Item": item}),
        now,
    );
}

/// The ids in the table, and that the index has as many entries.
fn ids(simulator: &Simulator, now: u64) -> Vec<u64> {
    let scanned = done(simulator, "Scan", &json!({"TableName": "sessions"}), now);
    let items = scanned["Items"].as_array().expect("items");
    let mut ids: Vec<u64> = items
        .iter()
        .map(|item| {
            let id = item["id"]["N"].as_str().expect("a number");
            id.parse().expect("a whole number")
        })
        .collect();
    ids.sort_unstable();
    let handle = simulator
        .find("sessions", Timestamp::from_millis(now))
        .expect("it is there");
    let table = handle.read();
    let (_, entries) = table.index("by-user").expect("it has this index");
    assert_eq!(entries.items(), ids.len() as u64);
    ids
}

/// What an item's attribute may be.
#[derive(Debug, Clone)]
enum Until {
    /// Milliseconds from the beginning.
    At(i64),
    YearsAgo(u64),
    Text,
    Absent,
}

#[derive(Debug, Clone)]
enum Step {
    Put(u64, Until),
    Delete(u64),
    Wait(u64),
    Specify(bool),
    /// Another simulator goes on with what the journal would have.
    Restart,
}

fn until() -> impl Strategy<Value = Until> {
    prop_oneof![
        6 => (-20_000_i64..40_000).prop_map(Until::At),
        1 => (4_u64..7).prop_map(Until::YearsAgo),
        1 => Just(Until::Text),
        1 => Just(Until::Absent),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0_u64..12, until()).prop_map(|(id, until)| Step::Put(id, until)),
        1 => (0_u64..12).prop_map(Step::Delete),
        4 => (0_u64..9_000).prop_map(Step::Wait),
        1 => any::<bool>().prop_map(Step::Specify),
        1 => Just(Step::Restart),
    ]
}

/// A list of items and the time at which each expires.
#[derive(Default)]
struct Model {
    items: BTreeMap<u64, Option<u64>>,
    enabled: bool,
    delay: u64,
}

impl Model {
    fn touch(&mut self, now: u64) {
        let gone = |time: u64| time + self.delay < now && time + FIVE_YEARS >= now;
        if self.enabled {
            self.items.retain(|_, time| !time.is_some_and(gone));
        }
    }
}

fn attribute(until: &Until) -> (Option<Value>, Option<u64>) {
    match until {
        Until::At(offset) => {
            let millis = START.checked_add_signed(*offset).expect("after 1970");
            let text = format!("{}.{:03}", millis / 1_000, millis % 1_000);
            (Some(json!({"N": text})), Some(millis))
        }
        Until::YearsAgo(years) => {
            let millis = START - years * 365 * 86_400_000;
            (
                Some(json!({"N": (millis / 1_000).to_string()})),
                Some(millis),
            )
        }
        Until::Text => (Some(json!({"S": "1767225600"})), None),
        Until::Absent => (None, None),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_left_is_what_a_naive_sweep_leaves(delay in prop_oneof![Just(0_u64), 1_u64..15_000], steps in prop::collection::vec(step(), 1..60)) {
        let settings = Settings { expiry_delay: Duration::from_millis(delay), ..Settings::default() };
        let mut simulator = Simulator::new(settings.clone());
        let mut model = Model { delay, ..Model::default() };
        let mut now = START;
        create(&simulator, now);
        for step in steps {
            match step {
                Step::Put(id, until) => {
                    let (value, time) = attribute(&until);
                    put(&simulator, id, value.as_ref(), now);
                    model.touch(now);
                    model.items.insert(id, time);
                }
                Step::Delete(id) => {
                    let key = json!({"TableName": "sessions", "Key": {"id": {"N": id.to_string()}}});
                    done(&simulator, "DeleteItem", &key, now);
                    model.touch(now);
                    model.items.remove(&id);
                }
                Step::Wait(millis) => now += millis,
                Step::Specify(enabled) => {
                    if enabled != model.enabled {
                        specify(&simulator, enabled, now);
                        model.touch(now);
                        model.enabled = enabled;
                    }
                }
                Step::Restart => {
                    let again = Simulator::new(settings.clone());
                    again.restore(simulator.snapshot()).expect("a snapshot can be restored");
                    simulator = again;
                }
            }
            model.touch(now);
            prop_assert_eq!(ids(&simulator, now), model.items.keys().copied().collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_call_removes_only_so_many_the_longest_expired_first() {
    let simulator = Simulator::new(Settings::default());
    create(&simulator, START);
    specify(&simulator, true, START);
    let count = AT_ONCE as u64 + 44;
    for id in 0..count {
        // Larger ids expire earlier.
        let until = json!({"N": (START / 1_000 + 1_000 - id).to_string()});
        put(&simulator, id, Some(&until), START);
    }
    let left = |now| {
        let request = json!({"TableName": "sessions", "Select": "COUNT"});
        done(&simulator, "Scan", &request, now)["Count"].clone()
    };
    assert_eq!(left(START), count);
    let later = START + 2_000_000;
    assert_eq!(left(later), 44);
    assert_eq!(ids(&simulator, later), Vec::<u64>::new());
}

/// Takes everything until it is told not to.
#[derive(Default)]
struct Notebook {
    kept: Mutex<Vec<Change>>,
    full: Mutex<bool>,
}

impl Journal for Notebook {
    fn record(&self, changes: &[Change]) -> Result<(), JournalError> {
        if *self.full.lock().expect("nobody panics") {
            return Err(JournalError("The disk is full.".to_owned()));
        }
        let mut kept = self.kept.lock().expect("nobody panics");
        kept.extend_from_slice(changes);
        Ok(())
    }
}

#[test]
fn an_expiry_is_a_deletion_in_the_journal_and_waits_until_it_is_taken() {
    let notebook = Arc::new(Notebook::default());
    let simulator = Simulator::new(Settings {
        journal: Some(Arc::clone(&notebook) as Arc<dyn Journal>),
        ..Settings::default()
    });
    create(&simulator, START);
    specify(&simulator, true, START);
    let until = json!({"N": (START / 1_000 + 10).to_string()});
    put(&simulator, 1, Some(&until), START);
    put(&simulator, 2, None, START);

    *notebook.full.lock().expect("nobody panics") = true;
    assert_eq!(ids(&simulator, START + 20_000), [1, 2]);
    *notebook.full.lock().expect("nobody panics") = false;
    assert_eq!(ids(&simulator, START + 20_000), [2]);
    let kept = notebook.kept.lock().expect("nobody panics").clone();
    assert!(matches!(kept.last(), Some(Change::DeleteItem { table, .. }) if table == "sessions"));

    let again = Simulator::new(Settings::default());
    again.restore(kept).expect("it was recorded");
    assert_eq!(again.snapshot(), simulator.snapshot());
    let time_to_live = done(
        &again,
        "DescribeTimeToLive",
        &json!({"TableName": "sessions"}),
        START,
    );
    assert_eq!(
        time_to_live["TimeToLiveDescription"],
        json!({"TimeToLiveStatus": "ENABLED", "AttributeName": "until"})
    );
}

#[test]
fn a_change_takes_its_time_and_meanwhile_there_is_no_other() {
    let simulator = Simulator::new(Settings {
        time_to_live_delay: Duration::from_hours(1),
        table_delay: Duration::from_secs(5),
        ..Settings::default()
    });
    let second = |seconds: u64| START + seconds * 1_000;
    let status = |now| {
        let (_, body) = call(
            &simulator,
            "DescribeTimeToLive",
            &json!({"TableName": "sessions"}),
            now,
        );
        body["TimeToLiveDescription"].clone()
    };
    let specify = |enabled: bool, attribute: &str, now| {
        let request = json!({"TableName": "sessions", "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute}});
        let (_, body) = call(&simulator, "UpdateTimeToLive", &request, now);
        body["message"].as_str().map(str::to_owned)
    };
    let said = |text: &str| Some(text.to_owned());
    create(&simulator, START);
    let (_, creating) = call(
        &simulator,
        "DescribeTimeToLive",
        &json!({"TableName": "sessions"}),
        START,
    );
    assert_eq!(
        creating["message"],
        "Cannot describe time to live while table is in CREATING state: Current table state is CREATING"
    );
    assert_eq!(
        specify(true, "until", START),
        said("Attempt to change a resource which is still in use: Table sessions is being created")
    );

    assert_eq!(specify(true, "until", second(10)), None);
    assert_eq!(
        status(second(20)),
        json!({"TimeToLiveStatus": "ENABLING", "AttributeName": "until"})
    );
    // What the change would come to is judged before its time.
    assert_eq!(
        specify(true, "until", second(20)),
        said("TimeToLive is already enabled")
    );
    assert_eq!(
        specify(false, "other", second(20)),
        said("TimeToLive is active on a different AttributeName: current AttributeName is until")
    );
    let too_soon = said("Time to live has been modified multiple times within a fixed interval");
    assert_eq!(specify(false, "until", second(20)), too_soon);
    // Nothing expires yet.
    put(
        &simulator,
        1,
        Some(&json!({"N": (START / 1_000).to_string()})),
        second(20),
    );
    assert_eq!(ids(&simulator, second(3_609)), [1]);
    assert_eq!(
        status(second(3_610)),
        json!({"TimeToLiveStatus": "ENABLED", "AttributeName": "until"})
    );
    assert_eq!(ids(&simulator, second(3_610)), Vec::<u64>::new());

    assert_eq!(specify(false, "until", second(4_000)), None);
    assert_eq!(
        status(second(4_001)),
        json!({"TimeToLiveStatus": "DISABLING", "AttributeName": "until"})
    );
    assert_eq!(specify(true, "until", second(4_001)), too_soon);
    assert_eq!(
        specify(false, "until", second(4_001)),
        said("TimeToLive is already disabled")
    );
    assert_eq!(
        status(second(7_600)),
        json!({"TimeToLiveStatus": "DISABLED"})
    );
    assert_eq!(specify(true, "other", second(7_600)), None);

    let (_, deleted) = call(
        &simulator,
        "DeleteTable",
        &json!({"TableName": "sessions"}),
        second(8_000),
    );
    assert_eq!(deleted["TableDescription"]["TableStatus"], "DELETING");
    let (_, deleting) = call(
        &simulator,
        "DescribeTimeToLive",
        &json!({"TableName": "sessions"}),
        second(8_001),
    );
    assert_eq!(
        deleting["message"],
        "Cannot describe time to live while table is in DELETING state: Current table state is DELETING"
    );
}
