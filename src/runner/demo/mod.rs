//! Runs the demonstrations on scratch tables.
//!
//! ```text
//!   hash     a fresh simulated DynamoDB with the demonstration's partitions: CreateTable, then a PutItem for each key;
//!            on a server, a table of ours there besides, so that what can be measured is measured
//!   race     a scratch table as large as the dial says, kept for the next question; both ways of it, page after page
//!   traffic  a scratch table with limits; minutes of requests to it, folded into a record
//! ```
//!
//! The requests that are shown, and all that go to a server, go through the SDK as every step does; only the thousands of
//! items that make a scratch table large reach it without. A scratch table is never saved and never seen by a lesson.
//! Invariant: what comes back was measured on a table that really held the items; a table that was not finished is thrown away.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Outside, RunError};
use crate::app::effect::Answer;
pub use crate::app::hash::MOST_PARTITIONS;
use crate::simulator::{HashChoice, Settings, Simulator};
use crate::target::Target;
use crate::target::exchange::Outcome;

pub mod hash;
pub mod race;
pub mod traffic;

/// Where long work says how far it is, and learns whether to stop.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    pub report: &'a (dyn Fn(Answer) + Send + Sync),
    pub stop: &'a (dyn Fn() -> bool + Send + Sync),
}

impl Watch<'_> {
    fn at(&self, done: u64, total: u64, what: &str) -> Result<(), RunError> {
        if (self.stop)() {
            return Err(RunError::Stopped);
        }
        (self.report)(Answer::Working {
            done,
            total,
            what: what.to_owned(),
        });
        Ok(())
    }
}

fn scratch(partitions: u32, outside: &Outside) -> Result<(Arc<Simulator>, Target), RunError> {
    let simulator = simulator(partitions, HashChoice::default(), outside)?;
    let target = Target::simulated(Arc::clone(&simulator), Arc::clone(&outside.clock));
    Ok((simulator, target))
}

/// A fresh simulated DynamoDB whose tables have so many partitions.
fn simulator(
    partitions: u32,
    hash: HashChoice,
    outside: &Outside,
) -> Result<Arc<Simulator>, RunError> {
    if !(1..=MOST_PARTITIONS).contains(&partitions) {
        return Err(RunError::Partitions { asked: partitions });
    }
    Ok(Arc::new(Simulator::new(Settings {
        hash,
        partitions_on_demand: partitions,
        seed: (outside.clock)().millis(),
        stopwatch: outside.stopwatch.clone(),
        ..Settings::default()
    })))
}

/// On-demand; the first key attribute is the partition key, a second one the sort key.
fn create_table(table: &str, keys: &[(&String, &String)]) -> Value {
    let kinds = ["HASH", "RANGE"];
    let schema: Vec<Value> = keys
        .iter()
        .zip(kinds)
        .map(|((name, _), kind)| json!({ "AttributeName": name, "KeyType": kind }))
        .collect();
    let definitions: Vec<Value> = keys
        .iter()
        .map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind }))
        .collect();
    json!({
        "TableName": table,
        "KeySchema": schema,
        "AttributeDefinitions": definitions,
        "BillingMode": "PAY_PER_REQUEST",
    })
}

/// Why a call gave no success, in the service's own words where it said something.
fn refusal(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Success => None,
        Outcome::ServiceError { code, message } => Some(format!("{code}: {message}")),
        Outcome::Unanswered { why } | Outcome::NotSent { why } => Some(why.clone()),
    }
}

fn bytes(body: &Value) -> Vec<u8> {
    body.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    //! What the tests of both demonstrations share.

    use std::sync::Arc;

    use super::Outside;
    use crate::simulator::Timestamp;

    pub fn outside() -> Outside {
        Outside {
            clock: Arc::new(|| Timestamp::from_millis(1_760_000_000_000)),
            stopwatch: None,
            memory: Arc::new(|| None),
            chance: Arc::new(|| Ok([7; 16])),
            exports: std::path::PathBuf::new(),
        }
    }

    pub fn run_now<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(work)
    }
}
