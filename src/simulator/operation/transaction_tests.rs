//! Transactions against a naive model, and many at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::simulator::journal::{Change, Journal, JournalError};
use crate::simulator::{Settings, Simulator, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn call(simulator: &Simulator, operation: &str, request: &Value, now: Timestamp) -> (u16, Value) {
    let reply = simulator.call(operation, request.to_string().as_bytes(), now);
    let body = serde_json::from_slice(&reply.body).expect("every answer is JSON");
    (reply.status, body)
}

fn tables(settings: Settings) -> Simulator {
    let simulator = Simulator::new(settings);
    for table in ["left", "right"] {
        let request = json!({
            "TableName": table, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}, {"AttributeName": "n", "AttributeType": "N"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "GlobalSecondaryIndexes": [{"IndexName": "by-n", "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}],
        });
        assert_eq!(call(&simulator, "CreateTable", &request, NOW).0, 200);
    }
    simulator
}

/// One action: its table, its item, what it does.
#[derive(Debug, Clone)]
struct Step {
    right: bool,
    id: u8,
    does: Does,
}

#[derive(Debug, Clone)]
enum Does {
    Put(i64),
    /// Put only if there is none.
    Create(i64),
    Add(i64),
    /// Of an item that is there and has at least as much.
    Take(i64),
    Delete,
    Check(i64),
    /// To an attribute that is no number.
    AddToNote,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let does = prop_oneof![
        4 => (0i64..9).prop_map(Does::Put),
        3 => (0i64..9).prop_map(Does::Create),
        4 => (0i64..9).prop_map(Does::Add),
        3 => (0i64..9).prop_map(Does::Take),
        2 => Just(Does::Delete),
        2 => (0i64..9).prop_map(Does::Check),
        1 => Just(Does::AddToNote),
    ];
    let step = (any::<bool>(), 0u8..5, does).prop_map(|(right, id, does)| Step { right, id, does });
    proptest::collection::vec(step, 1..5)
}

type Model = BTreeMap<(bool, u8), i64>;

fn table(right: bool) -> &'static str {
    if right { "right" } else { "left" }
}

fn item(id: u8, n: i64) -> Value {
    json!({"id": {"N": id.to_string()}, "n": {"N": n.to_string()}, "note": {"S": "x"}})
}

fn action(step: &Step) -> Value {
    let table = table(step.right);
    let key = json!({"id": {"N": step.id.to_string()}});
    let values = |n: i64| json!({":n": {"N": n.to_string()}});
    match step.does {
        Does::Put(n) => json!({"Put": {"TableName": table, "Item": item(step.id, n)}}),
        Does::Create(n) => {
            json!({"Put": {"TableName": table, "Item": item(step.id, n), "ConditionExpression": "attribute_not_exists(id)"}})
        }
        Does::Add(n) => {
            json!({"Update": {"TableName": table, "Key": key, "UpdateExpression": "ADD n :n SET note = :x", "ExpressionAttributeValues": {":n": {"N": n.to_string()}, ":x": {"S": "x"}}}})
        }
        Does::Take(n) => {
            json!({"Update": {"TableName": table, "Key": key, "UpdateExpression": "SET n = n - :n", "ConditionExpression": "n >= :n", "ExpressionAttributeValues": values(n)}})
        }
        Does::Delete => json!({"Delete": {"TableName": table, "Key": key}}),
        Does::Check(n) => {
            json!({"ConditionCheck": {"TableName": table, "Key": key, "ConditionExpression": "n >= :n", "ExpressionAttributeValues": values(n)}})
        }
        Does::AddToNote => {
            json!({"Update": {"TableName": table, "Key": key, "UpdateExpression": "SET n = note + :n", "ConditionExpression": "attribute_exists(id)", "ExpressionAttributeValues": values(1)}})
        }
    }
}

/// The reasons a transaction is cancelled for, or nothing and the model has changed.
fn play(model: &mut Model, steps: &[Step]) -> Option<Vec<&'static str>> {
    let mut next = model.clone();
    let reasons: Vec<&str> = steps
        .iter()
        .map(|step| {
            let place = (step.right, step.id);
            let old = next.get(&place).copied();
            match step.does {
                Does::Create(_) if old.is_some() => return "ConditionalCheckFailed",
                Does::Take(n) | Does::Check(n) if old.is_none_or(|old| old < n) => {
                    return "ConditionalCheckFailed";
                }
                Does::AddToNote if old.is_none() => return "ConditionalCheckFailed",
                Does::AddToNote => return "ValidationError",
                Does::Put(n) | Does::Create(n) => drop(next.insert(place, n)),
                Does::Add(n) => drop(next.insert(place, old.unwrap_or(0) + n)),
                Does::Take(n) => drop(next.insert(place, old.unwrap_or(0) - n)),
                Does::Delete => drop(next.remove(&place)),
                Does::Check(_) => {}
            }
            "None"
        })
        .collect();
    if reasons.iter().any(|reason| *reason != "None") {
        return Some(reasons);
    }
    *model = next;
    None
}

fn stored(simulator: &Simulator) -> Model {
    let mut model = Model::new();
    for right in [false, true] {
        let request = json!({"TableName": table(right)});
        let (_, answer) = call(simulator, "Scan", &request, NOW);
        let mut indexed = call(
            simulator,
            "Scan",
            &json!({"TableName": table(right), "IndexName": "by-n"}),
            NOW,
        )
        .1;
        let read = |answer: &Value| -> Model {
            let items = answer["Items"].as_array().expect("items").iter();
            items
                .map(|item| {
                    let number = |name: &str| -> i64 {
                        let text = item[name]["N"].as_str().expect("a number");
                        text.parse().expect("a whole number")
                    };
                    let id = u8::try_from(number("id")).expect("a small number");
                    ((right, id), number("n"))
                })
                .collect()
        };
        let items = read(&answer);
        if indexed.get("Items").is_some() {
            assert_eq!(read(&indexed.take()), items, "the index holds the same");
        }
        model.extend(items);
    }
    model
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn all_or_nothing(transactions in proptest::collection::vec((steps(), 0u8..12), 1..20)) {
        let simulator = tables(Settings::default());
        let mut model = Model::new();
        let mut done: BTreeMap<u8, Vec<Step>> = BTreeMap::new();
        for (mut steps, token) in transactions {
            let repeated = done.get(&token).cloned();
            if let Some(before) = &repeated && token % 2 == 0 {
                steps.clone_from(before);
            }
            let request = json!({
                "TransactItems": steps.iter().map(action).collect::<Vec<_>>(), "ClientRequestToken": token.to_string(), "ReturnConsumedCapacity": "TOTAL",
            });
            let (status, answer) = call(&simulator, "TransactWriteItems", &request, NOW);
            let distinct: std::collections::BTreeSet<_> = steps.iter().map(|step| (step.right, step.id)).collect();
            match repeated {
                Some(before) if request["TransactItems"] == before.iter().map(action).collect::<Value>() => {
                    prop_assert_eq!(status, 200, "{}", answer);
                    prop_assert!(answer["ConsumedCapacity"][0]["ReadCapacityUnits"].as_f64().is_some());
                }
                Some(_) => prop_assert_eq!(&answer["__type"], "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException"),
                None if distinct.len() < steps.len() => {
                    prop_assert_eq!(&answer["message"], "Transaction request cannot include multiple operations on one item");
                }
                None => {
                    if let Some(reasons) = play(&mut model, &steps) {
                        let codes: Vec<&str> = answer["CancellationReasons"].as_array().expect("reasons").iter().map(|reason| reason["Code"].as_str().expect("a code")).collect();
                        prop_assert_eq!(codes, reasons);
                    } else {
                        prop_assert_eq!(status, 200, "{}", answer);
                        let units: f64 = answer["ConsumedCapacity"].as_array().expect("tables").iter().map(|table| table["WriteCapacityUnits"].as_f64().expect("units")).sum();
                        prop_assert!(units >= 2.0 * f64::from(u8::try_from(steps.len()).expect("few")));
                        done.insert(token, steps);
                    }
                }
            }
            prop_assert_eq!(stored(&simulator), model.clone());
        }
    }
}

#[test]
fn a_token_is_forgotten_after_ten_minutes() {
    let simulator = tables(Settings::default());
    let request = json!({
        "ClientRequestToken": "t",
        "TransactItems": [{"Update": {"TableName": "left", "Key": {"id": {"N": "1"}}, "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}}],
    });
    let n = |after: u64| {
        let now = NOW.later(Duration::from_secs(after));
        assert_eq!(call(&simulator, "TransactWriteItems", &request, now).0, 200);
        let get = json!({"TableName": "left", "Key": {"id": {"N": "1"}}});
        call(&simulator, "GetItem", &get, now).1["Item"]["n"]["N"].clone()
    };
    assert_eq!(n(0), "1");
    assert_eq!(n(599), "1");
    assert_eq!(n(600), "2");
    assert_eq!(n(1199), "2");
    assert_eq!(n(1200), "3");
}

/// Takes what it is given, or nothing of it.
#[derive(Default)]
struct Book {
    taken: std::sync::Mutex<Vec<usize>>,
    refuses: std::sync::atomic::AtomicBool,
}

impl Journal for Book {
    fn record(&self, changes: &[Change]) -> Result<(), JournalError> {
        if self.refuses.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(JournalError("full".to_owned()));
        }
        let mut taken = self.taken.lock().expect("no panic");
        taken.push(changes.len());
        Ok(())
    }
}

#[test]
fn the_journal_takes_a_transaction_at_once_or_not_at_all() {
    let book = Arc::new(Book::default());
    let journal: Arc<dyn Journal> = Arc::clone(&book) as _;
    let simulator = tables(Settings {
        journal: Some(journal),
        ..Settings::default()
    });
    let request = |id: u8| {
        json!({"ClientRequestToken": id.to_string(), "TransactItems": [
            {"Put": {"TableName": "right", "Item": item(id, 1)}},
            {"ConditionCheck": {"TableName": "right", "Key": {"id": {"N": "99"}}, "ConditionExpression": "attribute_not_exists(id)"}},
            {"Put": {"TableName": "left", "Item": item(id, 2)}},
        ]})
    };
    assert_eq!(
        call(&simulator, "TransactWriteItems", &request(1), NOW).0,
        200
    );
    assert_eq!(book.taken.lock().expect("no panic").as_slice(), [1, 1, 2]);
    book.refuses
        .store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(
        call(&simulator, "TransactWriteItems", &request(2), NOW).0,
        500
    );
    assert_eq!(stored(&simulator).len(), 2);
    // What failed left its token free.
    book.refuses
        .store(false, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(
        call(&simulator, "TransactWriteItems", &request(2), NOW).0,
        200
    );
    assert_eq!(stored(&simulator).len(), 4);
}

/// Accounts in each table.
const ACCOUNTS: u8 = 4;
const START: i64 = 100;

fn sum(simulator: &Simulator) -> i64 {
    let gets: Vec<Value> = [false, true]
        .into_iter()
        .flat_map(|right| (0..ACCOUNTS).map(move |id| (right, id)))
        .map(|(right, id)| json!({"Get": {"TableName": table(right), "Key": {"id": {"N": id.to_string()}}}}))
        .collect();
    let (status, answer) = call(
        simulator,
        "TransactGetItems",
        &json!({"TransactItems": gets}),
        NOW,
    );
    assert_eq!(status, 200, "{answer}");
    let responses = answer["Responses"].as_array().expect("responses").iter();
    responses
        .map(|one| {
            let n = one["Item"]["n"]["N"].as_str().expect("a number");
            n.parse::<i64>().expect("a whole number")
        })
        .sum()
}

#[test]
fn money_that_moves_between_tables_stays_as_much() {
    let simulator = tables(Settings::default());
    for right in [false, true] {
        for id in 0..ACCOUNTS {
            let put = json!({"TableName": table(right), "Item": item(id, START)});
            assert_eq!(call(&simulator, "PutItem", &put, NOW).0, 200);
        }
    }
    let whole = i64::from(ACCOUNTS) * 2 * START;
    std::thread::scope(|scope| {
        for mover in 0..4u32 {
            let simulator = &simulator;
            scope.spawn(move || {
                let mut state = mover + 1;
                let mut next = |below: u32| {
                    // A small generator of its own for each thread, so that the test needs no randomness.
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 16) % below
                };
                for _ in 0..300 {
                    let account = |n: u32| (n.is_multiple_of(2), u8::try_from(n / 2 % u32::from(ACCOUNTS)).expect("small"));
                    let from = account(next(u32::from(ACCOUNTS) * 2));
                    let to = account(next(u32::from(ACCOUNTS) * 2));
                    let amount = i64::from(next(60));
                    let step = |(right, id): (bool, u8), does: Does| action(&Step { right, id, does });
                    let request = json!({"TransactItems": [step(from, Does::Take(amount)), step(to, Does::Add(amount))]});
                    let (status, answer) = call(simulator, "TransactWriteItems", &request, NOW);
                    if from == to {
                        assert_eq!(answer["message"], "Transaction request cannot include multiple operations on one item");
                    } else if status != 200 {
                        assert_eq!(answer["CancellationReasons"][0]["Code"], "ConditionalCheckFailed", "{answer}");
                        assert_eq!(answer["CancellationReasons"][1]["Code"], "None");
                    }
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..200 {
                    assert_eq!(sum(&simulator), whole);
                }
            });
        }
        // Single writes, and a table that comes and goes.
        scope.spawn(|| {
            for n in 0..200 {
                let update = json!({"TableName": "left", "Key": {"id": {"N": "0"}}, "UpdateExpression": "SET seen = :n", "ExpressionAttributeValues": {":n": {"N": n.to_string()}}});
                assert_eq!(call(&simulator, "UpdateItem", &update, NOW).0, 200);
                let table = json!({
                    "TableName": "middle", "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                });
                assert_eq!(call(&simulator, "CreateTable", &table, NOW).0, 200);
                assert_eq!(call(&simulator, "DeleteTable", &json!({"TableName": "middle"}), NOW).0, 200);
            }
        });
        scope.spawn(|| {
            for n in 0..200u8 {
                let request = json!({"TransactItems": [
                    {"Put": {"TableName": "middle", "Item": {"id": {"N": n.to_string()}}}},
                    {"ConditionCheck": {"TableName": "right", "Key": {"id": {"N": "0"}}, "ConditionExpression": "attribute_exists(id)"}},
                ]});
                let (status, answer) = call(&simulator, "TransactWriteItems", &request, NOW);
                assert!(status == 200 || answer["message"] == "Requested resource not found", "{answer}");
            }
        });
    });
    assert_eq!(sum(&simulator), whole);
}

#[test]
fn of_many_calls_with_one_token_one_is_carried_out() {
    let simulator = tables(Settings::default());
    let request = json!({
        "ClientRequestToken": "the same",
        "TransactItems": [{"Update": {"TableName": "left", "Key": {"id": {"N": "1"}}, "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}}],
    });
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let (status, answer) = call(&simulator, "TransactWriteItems", &request, NOW);
                    assert!(
                        status == 200
                            || answer["message"]
                                == "Transaction from previous request is still in progress",
                        "{answer}"
                    );
                }
            });
        }
    });
    assert_eq!(stored(&simulator), Model::from([((false, 1), 1)]));
}
