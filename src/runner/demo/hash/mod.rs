//! Where an item lives: a table of its own, and a `PutItem` for each key.
//!
//! ```text
//!   keys ─→ CreateTable, PutItem, PutItem, …  on a fresh simulated table  ─→ traces ─→ Record
//!        └→ the same for the second table, which has partitions of its own
//!        └→ on a server: the first few once more, there                   ─→ Measured
//! ```
//!
//! Every picture of partitions comes from a simulated table, since no server shows its own; on a server the records say
//! that they are modelled.
//! Invariant: a record has one arrival for each key that was not refused, in the order of the keys.

mod measure;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Watch, bytes, create_table, simulator};
use crate::app::effect::{Answer, HashReport, HashRun, Refused, RequestId};
pub use crate::app::hash::MOST_KEYS;
use crate::lesson::key::{HashFunction, HashTable, KeyText};
use crate::runner::{Outside, RunError, Runner, blocking};
use crate::scene::hash::Record;
use crate::simulator::{HashChoice, Reply, Simulator, Timestamp};
use crate::target::exchange::TargetName;

/// How many keys go in between two looks at whether to stop.
const CHUNK: usize = 250;

impl Runner {
    /// See [`run_hash`].
    pub(in crate::runner) async fn hash(
        &self,
        id: RequestId,
        run: &HashRun,
        report: &(dyn Fn(Answer) + Send + Sync),
    ) -> Result<Answer, RunError> {
        let stop = || self.is_cancelled(id);
        let watch = Watch {
            report,
            stop: &stop,
        };
        let mut done = run_hash(run, &self.outside, watch).await?;
        let target = self.target.read().await.clone();
        let measured = match target.name() {
            // On an account nothing is sent but what the lesson's own pages show.
            TargetName::Simulated | TargetName::Account(_) => None,
            TargetName::Endpoint(server) => {
                let (refused, outside) = (&done.refused, &self.outside);
                Some(measure::measure(run, refused, server, &target, outside, watch).await?)
            }
        };
        if *target.name() != TargetName::Simulated {
            done = HashReport {
                record: done.record.modelled(),
                other: done.other.map(Record::modelled),
                measured,
                ..done
            };
        }
        Ok(Answer::Hash(Box::new(done)))
    }
}

/// Creates the demonstration's tables on simulated tables and puts one item for each key.
///
/// # Errors
/// [`RunError::Stopped`] when it was cancelled; more keys or partitions than a demonstration has; a table that can't be created.
pub async fn run_hash(
    run: &HashRun,
    outside: &Outside,
    watch: Watch<'_>,
) -> Result<HashReport, RunError> {
    if run.keys.len() > MOST_KEYS {
        return Err(RunError::Keys {
            asked: run.keys.len(),
        });
    }
    let (record, refused) = fill(&run.table, &run.keys, outside, watch).await?;
    let other = match &run.other {
        Some(table) => Some(fill(table, &run.keys, outside, watch).await?.0),
        None => None,
    };
    Ok(HashReport {
        record,
        other,
        refused,
        measured: None,
    })
}

const fn choice(function: HashFunction) -> HashChoice {
    match function {
        HashFunction::SipHash => HashChoice::SIPHASH,
        HashFunction::Md5 => HashChoice::Md5Outliers,
    }
}

fn create(table: &HashTable, name: &str) -> Value {
    let key_type = table.key_type.name().to_owned();
    let string = "S".to_owned();
    let mut keys = vec![(&table.attribute, &key_type)];
    keys.extend(table.sort_key.as_ref().map(|sort| (sort, &string)));
    create_table(name, &keys)
}

/// An item that is nothing but its key.
fn put(table: &HashTable, name: &str, key: &KeyText) -> Value {
    let mut item = Map::new();
    if let Some(partition) = &key.partition {
        item.insert(
            table.attribute.clone(),
            json!({ table.key_type.name(): partition }),
        );
    }
    if let (Some(attribute), Some(sort)) = (&table.sort_key, &key.sort) {
        item.insert(attribute.clone(), json!({ "S": sort }));
    }
    json!({ "TableName": name, "Item": item, "ReturnConsumedCapacity": "TOTAL" })
}

/// A scratch table with an item for each key, and the keys that were refused.
async fn fill(
    table: &HashTable,
    keys: &[KeyText],
    outside: &Outside,
    watch: Watch<'_>,
) -> Result<(Record, Vec<Refused>), RunError> {
    let simulator = simulator(table.partitions, choice(table.function), outside)?;
    let now = (outside.clock)();
    let created = call(&simulator, "CreateTable", &create(table, &table.name), now);
    let failed = |why: String| RunError::Seed {
        table: table.name.clone(),
        why,
    };
    let trace = simulator.trace(&created.request_id);
    let mut record = match (refused(&created), trace.as_ref().and_then(Record::begin)) {
        (None, Some(record)) => record,
        (Some(why), _) => return Err(failed(why)),
        (None, None) => return Err(failed("the table left no trace".to_owned())),
    };
    let mut left_out = Vec::new();
    let total = keys.len() as u64;
    for (chunk, some) in keys.chunks(CHUNK).enumerate() {
        let first = chunk * CHUNK;
        watch.at(first as u64, total, "items put")?;
        let (shared, table, some) = (Arc::clone(&simulator), table.clone(), some.to_vec());
        (record, left_out) = blocking(move || {
            for (index, key) in some.iter().enumerate() {
                let reply = call(&shared, "PutItem", &put(&table, &table.name, key), now);
                let stored = shared
                    .trace(&reply.request_id)
                    .is_some_and(|trace| record.put(trace));
                if !stored {
                    let why = refused(&reply).unwrap_or_else(|| "the put left no trace".to_owned());
                    left_out.push(Refused {
                        index: first + index,
                        why,
                    });
                }
            }
            (record, left_out)
        })
        .await?;
    }
    Ok((record, left_out))
}

fn call(simulator: &Simulator, operation: &str, request: &Value, now: Timestamp) -> Reply {
    simulator.call(operation, &bytes(request), now)
}

/// Code and message of an answer that is an error, in the service's words.
fn refused(reply: &Reply) -> Option<String> {
    if reply.status == 200 {
        return None;
    }
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let code = text("__type").map_or("", |code| code.rsplit('#').next().unwrap_or(code));
    // `SerializationException` spells its message with a capital, as AWS does.
    let message = text("message").or_else(|| text("Message")).unwrap_or("");
    Some(format!("{code}: {message}"))
}

#[cfg(test)]
mod tests;
