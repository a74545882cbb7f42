//! `PutItem`, `GetItem` and `Query` on a small table, beside the oracle: first with nothing but what they must have, then with what
//! they often have besides.

use std::hint::black_box;
use std::time::Duration;

use dynatour::simulator::Simulator;
use dynoxide::Database;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Sizes;
use super::measure::{Table, Target, median};
use super::sides::{self, Bodies, COLLECTION, ask, fill_oracle, time_warm};

/// The medians of two that take turns, for one call.
fn turns(
    sizes: Sizes,
    mut one: impl FnMut(usize) -> Duration,
    mut other: impl FnMut(usize) -> Duration,
) -> (Duration, Duration) {
    // A round that doesn't count, for caches and branch predictors.
    let _ = (one(0), other(0));
    let rounds = (1..=sizes.rounds).map(|round| (one(round), other(round)));
    let (ones, others) = rounds.unzip();
    let each = u32::try_from(sizes.calls).expect("a few thousand calls");
    (median(ones) / each, median(others) / each)
}

/// Which item a call of a round is about: all over the table, in no order that a cache would like.
pub fn pick(round: usize, call: usize, items: usize) -> usize {
    (round * 7_919 + call * 104_729) % items
}

fn typed<R: DeserializeOwned>(body: &[u8]) -> R {
    serde_json::from_slice(body).expect("a request of the oracle's")
}

/// Both with the small table.
pub struct Sides {
    simulator: Simulator,
    oracle: Database,
}

pub fn fill(sizes: Sizes) -> Sides {
    let oracle = sides::oracle();
    fill_oracle(&oracle, sizes.small);
    Sides {
        simulator: sides::filled(sizes.small),
        oracle,
    }
}

/// Requests that are asked in rounds.
struct Asked {
    operation: &'static str,
    /// What they have besides what they must have.
    with: Option<&'static str>,
    body: fn(usize) -> Vec<u8>,
}

const ASKED: [Asked; 6] = [
    Asked {
        operation: "GetItem",
        with: None,
        body: sides::get,
    },
    Asked {
        operation: "GetItem",
        with: Some("ReturnConsumedCapacity"),
        body: |number| {
            with(
                &sides::get(number),
                &json!({"ReturnConsumedCapacity": "TOTAL"}),
            )
        },
    },
    Asked {
        operation: "GetItem",
        with: Some("a projection of two attributes"),
        body: |number| {
            with(
                &sides::get(number),
                &json!({"ProjectionExpression": "age, kind"}),
            )
        },
    },
    Asked {
        operation: "Query",
        with: None,
        body: sides::query,
    },
    // Puts come last: what they add is under other partition keys, but would make the tables larger.
    Asked {
        operation: "PutItem",
        with: None,
        body: sides::put,
    },
    Asked {
        operation: "PutItem",
        with: Some("a condition"),
        body: |number| {
            let condition = json!({
                "ConditionExpression": "attribute_not_exists(#owner)",
                "ExpressionAttributeNames": {"#owner": "owner"},
            });
            with(&sides::put(number), &condition)
        },
    },
];

/// A request with more members.
fn with(body: &[u8], more: &Value) -> Vec<u8> {
    let mut request: Value = serde_json::from_slice(body).expect("a request is JSON");
    for (name, value) in more.as_object().expect("members") {
        request[name] = value.clone();
    }
    request.to_string().into_bytes()
}

pub fn run(sizes: Sizes, Sides { simulator, oracle }: &Sides, table: &mut Table) {
    for asked in ASKED {
        let Asked {
            operation,
            with,
            body,
        } = asked;
        let bodies = |round: usize| -> Bodies {
            let calls = sizes.warm + sizes.calls;
            // No item is put twice, whoever puts.
            let new = (usize::from(with.is_some()) * 2_000 * sizes.rounds + round) * calls;
            (0..calls)
                .map(|call| match operation {
                    "PutItem" => body(COLLECTION * (2 + new + call) + call),
                    _ => body(pick(round, call, sizes.small)),
                })
                .collect()
        };
        let ours = |round: usize| {
            let bodies = bodies(round);
            time_warm(sizes.warm, bodies.iter(), |body| {
                black_box(ask(simulator, operation, body));
            })
        };
        let what = match (operation, with) {
            ("Query", _) => "Query, 10 items of 1,000".to_owned(),
            (_, Some(with)) => format!("  … with {with}: {operation}"),
            (other, None) => other.to_owned(),
        };
        let (fast, slow) = turns(sizes, ours, |round| {
            oracle_typed(oracle, operation, sizes.warm, &bodies(round))
        });
        let target = with.is_none().then_some(Target::AtLeast(10.0));
        table.faster(&what, fast, slow, target.as_ref());
        if with.is_some() {
            continue;
        }
        let offset = 1_000 * sizes.rounds;
        let (fast, slow) = turns(
            sizes,
            |round| ours(offset + round),
            |round| oracle_json(oracle, operation, sizes.warm, &bodies(offset + round)),
        );
        table.faster(&format!("  … JSON for both: {what}"), fast, slow, None);
    }
}

/// The oracle's time for typed requests, which are made before the clock starts.
fn oracle_typed(oracle: &Database, operation: &str, warm: usize, bodies: &Bodies) -> Duration {
    fn all<R: DeserializeOwned, A>(
        warm: usize,
        bodies: &Bodies,
        call: impl Fn(R) -> A,
    ) -> Duration {
        let requests: Vec<R> = bodies.iter().map(typed).collect();
        time_warm(warm, requests, |request| {
            black_box(call(request));
        })
    }
    match operation {
        "GetItem" => all(warm, bodies, |request| {
            oracle.get_item(request).expect("an answer")
        }),
        "Query" => all(warm, bodies, |request| {
            oracle.query(request).expect("an answer")
        }),
        _ => all(warm, bodies, |request| {
            oracle.put_item(request).expect("an answer")
        }),
    }
}

/// The oracle's time from bytes to bytes.
fn oracle_json(oracle: &Database, operation: &str, warm: usize, bodies: &Bodies) -> Duration {
    time_warm(warm, bodies.iter(), |body| {
        black_box(match operation {
            "GetItem" => serde_json::to_vec(&oracle.get_item(typed(body)).expect("an answer")),
            "Query" => serde_json::to_vec(&oracle.query(typed(body)).expect("an answer")),
            _ => serde_json::to_vec(&oracle.put_item(typed(body)).expect("an answer")),
        })
        .expect("an answer is JSON");
    })
}
