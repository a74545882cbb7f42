//! Runs the demonstrations on scratch tables.
//!
//! ```text
//!   hash     a fresh simulated DynamoDB with the demonstration's partitions: CreateTable, then a PutItem for each key
//!   race     a scratch table as large as the dial says, kept for the next question; Query and Scan, page after page
//!   traffic  a scratch table with limits; minutes of requests to it, folded into a record
//! ```
//!
//! The requests that are shown go through the SDK as every step does; only the thousands of items that
//! make a table large are loaded beside it. A scratch table is never saved and never seen by a lesson.
//! Invariant: what comes back was measured on a table that really held the items; a table that was not finished is thrown away.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Outside, RunError};
use crate::app::effect::Answer;
use crate::simulator::{Settings, Simulator};
use crate::target::Target;

pub mod hash;
pub mod race;
pub mod traffic;

/// Partitions a demonstration may have.
pub const MOST_PARTITIONS: u32 = 1024;

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
    if !(1..=MOST_PARTITIONS).contains(&partitions) {
        return Err(RunError::Partitions { asked: partitions });
    }
    let simulator = Arc::new(Simulator::new(Settings {
        partitions_on_demand: partitions,
        seed: (outside.clock)().millis(),
        stopwatch: outside.stopwatch.clone(),
        ..Settings::default()
    }));
    let target = Target::simulated(Arc::clone(&simulator), Arc::clone(&outside.clock));
    Ok((simulator, target))
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

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members: Map<String, Value> = members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Value::Object(members)
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
    use crate::simulator::trace::Trace;
    use crate::target::exchange::Exchange;

    pub fn outside() -> Outside {
        Outside {
            clock: Arc::new(|| Timestamp::from_millis(1_760_000_000_000)),
            stopwatch: None,
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

    pub fn traces(exchanges: &[Exchange]) -> Vec<Trace> {
        exchanges
            .iter()
            .filter_map(|exchange| exchange.trace.clone())
            .collect()
    }
}
