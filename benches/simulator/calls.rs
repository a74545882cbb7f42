//! `PutItem`, `GetItem` and `Query` on a small table, beside the oracle.

use std::hint::black_box;
use std::time::Duration;

use dynatour::simulator::Simulator;
use dynoxide::Database;
use serde::de::DeserializeOwned;

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

pub fn run(sizes: Sizes, Sides { simulator, oracle }: &Sides, table: &mut Table) {
    // Puts come last: what they add is under other partition keys, but would make the tables larger.
    for (operation, body) in [
        ("GetItem", sides::get as fn(usize) -> Vec<u8>),
        ("Query", sides::query),
        ("PutItem", sides::put),
    ] {
        let bodies = |round: usize| -> Bodies {
            let calls = sizes.warm + sizes.calls;
            (0..calls)
                .map(|call| match operation {
                    "PutItem" => body(COLLECTION * (2 + round * calls + call) + call),
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
        let what = match operation {
            "Query" => "Query, 10 items of 1,000".to_owned(),
            other => other.to_owned(),
        };
        let (fast, slow) = turns(sizes, ours, |round| {
            oracle_typed(oracle, operation, sizes.warm, &bodies(round))
        });
        table.faster(&what, fast, slow, Some(&Target::AtLeast(10.0)));
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
