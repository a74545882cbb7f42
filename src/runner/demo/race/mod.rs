//! Query or scan: a table as large as the dial says, and one question asked both ways, to the last page.
//!
//! ```text
//!   memory ok? ── CreateTable ── load, chunk by chunk ── UpdateTable for each index ──┐
//!        a table with the same items is taken as it is, with the indexes it has ──────┴─ left side, right side
//! ```
//!
//! Invariant: a table that was not finished is thrown away; one that was is read as often as questions come.

pub mod elsewhere;
pub mod growth;
mod items;
mod read;

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{Watch, bytes, create_table, refusal, scratch};
use crate::app::effect::{Answer, RequestId};
use crate::app::race::run::{RaceReport, RaceRun, SideReport};
use crate::lesson::ask::{Ask, IndexKey, Requests};
use crate::lesson::model::{Place, RaceDemo};
use crate::runner::{Outside, RunError, Runner, blocking};
use crate::simulator::trace::Provenance;
use crate::target::Target;
use crate::target::exchange::TargetName;

/// Items a demonstration's table may have.
pub const MOST_ITEMS: u64 = 1_000_000;
/// How many items go in between two looks at whether to stop.
const CHUNK: u64 = 5_000;

/// The table of the last race, for the next question to it.
#[derive(Default)]
pub struct Scratch(Mutex<Option<Built>>);

struct Built {
    /// What it was built for, with the indexes it has.
    run: RaceRun,
    indexes: Vec<IndexKey>,
    target: Target,
}

impl Built {
    /// Whether a race with this data can be run on it.
    fn serves(&self, demo: &RaceDemo) -> bool {
        let shape = |demo: &RaceDemo| RaceDemo {
            id: String::new(),
            questions: Vec::new(),
            round_trip: 0,
            place: Place::default(),
            ..demo.clone()
        };
        shape(&self.run.demo) == shape(demo)
    }
}

impl Runner {
    /// See [`run_race`]. Where the program talks to a server, what is seen here is the model of what happens there.
    pub(in crate::runner) async fn race(
        &self,
        id: RequestId,
        run: &RaceRun,
        report: &(dyn Fn(Answer) + Send + Sync),
    ) -> Result<Answer, RunError> {
        let stop = || self.is_cancelled(id);
        let watch = Watch {
            report,
            stop: &stop,
        };
        let mut done = run_race(run, &self.scratch, &self.outside, watch).await?;
        if *self.target().await.name() != TargetName::Simulated {
            mark_modelled(&mut done);
        }
        Ok(Answer::Race(Box::new(done)))
    }
}

/// Says of every page that it was computed here, and not recorded where the question is really asked.
pub fn mark_modelled(report: &mut RaceReport) {
    for side in [&mut report.left, &mut report.right] {
        for page in side.rounds.iter_mut().flatten() {
            page.trace.provenance = Provenance::Modelled;
        }
    }
}

/// Builds the table unless it is there already, and asks the question both ways, to the last page.
///
/// # Errors
/// [`RunError::Stopped`] when it was cancelled; text that can't be sent; a table or an index that can't be built, or is too
/// large for this machine. A read that the service refuses is in the report.
pub async fn run_race(
    run: &RaceRun,
    scratch: &Scratch,
    outside: &Outside,
    watch: Watch<'_>,
) -> Result<RaceReport, RunError> {
    let attributes = run.demo.attributes();
    let requests = |ask: &Ask| ask.requests(&run.demo.table, &attributes);
    let (left, right) = (requests(&run.left)?, requests(&run.right)?);
    let mut held = scratch.0.lock().await;
    check_size(run, held.as_ref(), outside)?;
    let there = held.take().filter(|built| built.serves(&run.demo));
    let built = if let Some(there) = there {
        held.insert(there)
    } else {
        let target = build(&run.demo, outside, watch).await?;
        held.insert(Built {
            run: run.clone(),
            indexes: Vec::new(),
            target,
        })
    };
    for key in run.indexes() {
        if !built.indexes.contains(&key) {
            build_index(&run.demo, &key, &built.target, watch).await?;
            built.indexes.push(key);
        }
    }
    let target = built.target.clone();
    drop(held);
    let mut report = RaceReport {
        left: side(&target, left, &run.demo, watch).await?,
        right: SideReport::default(),
    };
    if report.left.refusal.is_none() {
        report.right = side(&target, right, &run.demo, watch).await?;
    }
    Ok(report)
}

async fn side(
    target: &Target,
    requests: Requests,
    demo: &RaceDemo,
    watch: Watch<'_>,
) -> Result<SideReport, RunError> {
    Ok(read::read(target, requests, demo.items, watch)
        .await?
        .into_report())
}

/// A size that is possible at all, and for which there is memory now or when the table before is gone.
fn check_size(run: &RaceRun, held: Option<&Built>, outside: &Outside) -> Result<(), RunError> {
    let items = run.demo.items;
    if !(1..=MOST_ITEMS).contains(&items) {
        return Err(RunError::Items {
            asked: items,
            most: MOST_ITEMS,
        });
    }
    let freed = held.map_or(0, |built| built.run.memory());
    let needed = run.memory();
    match (outside.memory)() {
        Some(free) if needed > free.saturating_add(freed) => Err(RunError::Memory {
            items,
            needed,
            free,
        }),
        _ => Ok(()),
    }
}

/// `CreateTable` with its indexes.
fn create_request(demo: &RaceDemo, indexes: &[IndexKey]) -> Value {
    let string = "S".to_owned();
    let mut keys = vec![(&demo.partition_key, &string)];
    keys.extend(demo.sort_key.as_ref().map(|sort| (sort, &string)));
    let mut create = create_table(&demo.table, &keys);
    if indexes.is_empty() {
        return create;
    }
    let known: Vec<&String> = keys.iter().map(|(name, _)| *name).collect();
    let mut names: Vec<&String> = indexes
        .iter()
        .flat_map(|key| std::iter::once(&key.partition).chain(&key.sort))
        .filter(|name| !known.contains(name))
        .collect();
    names.sort();
    names.dedup();
    if let Some(definitions) = create["AttributeDefinitions"].as_array_mut() {
        let defined = names.into_iter().map(definition);
        definitions.extend(defined);
    }
    create["GlobalSecondaryIndexes"] = indexes.iter().map(index).collect();
    create
}

fn definition(name: &String) -> Value {
    json!({ "AttributeName": name, "AttributeType": "S" })
}

fn index(key: &IndexKey) -> Value {
    let mut schema = vec![json!({ "AttributeName": key.partition, "KeyType": "HASH" })];
    if let Some(sort) = &key.sort {
        schema.push(json!({ "AttributeName": sort, "KeyType": "RANGE" }));
    }
    json!({
        "IndexName": key.name(),
        "KeySchema": schema,
        "Projection": { "ProjectionType": "ALL" },
    })
}

/// `UpdateTable`, which fills the index with what the table holds.
async fn build_index(
    demo: &RaceDemo,
    key: &IndexKey,
    target: &Target,
    watch: Watch<'_>,
) -> Result<(), RunError> {
    watch.at(0, demo.items, "items into the index")?;
    let definitions: Vec<Value> = std::iter::once(&key.partition)
        .chain(&key.sort)
        .map(definition)
        .collect();
    let update = json!({
        "TableName": demo.table,
        "AttributeDefinitions": definitions,
        "GlobalSecondaryIndexUpdates": [{ "Create": index(key) }],
    });
    let updated = target.send("UpdateTable", &bytes(&update)).await;
    match refusal(&updated.outcome) {
        None => watch.at(demo.items, demo.items, "items into the index"),
        Some(why) => Err(RunError::Index {
            index: key.name(),
            why,
        }),
    }
}

async fn build(demo: &RaceDemo, outside: &Outside, watch: Watch<'_>) -> Result<Target, RunError> {
    let (simulator, target) = scratch(demo.partitions, outside)?;
    let created = target
        .send("CreateTable", &bytes(&create_request(demo, &[])))
        .await;
    let failed = |why| RunError::Seed {
        table: demo.table.clone(),
        why,
    };
    if let Some(why) = refusal(&created.outcome) {
        return Err(failed(why));
    }
    let now = (outside.clock)();
    let shared = Arc::new(demo.clone());
    let mut put = 0;
    while put < demo.items {
        watch.at(put, demo.items, "items put")?;
        let chunk = put..demo.items.min(put + CHUNK);
        put = chunk.end;
        let (simulator, demo) = (Arc::clone(&simulator), Arc::clone(&shared));
        let loaded = blocking(move || {
            let items = chunk.map(|number| items::item(&demo, number));
            simulator
                .load(&demo.table, items, now)
                .map_err(|error| error.to_string())
        })
        .await?;
        loaded.map_err(failed)?;
    }
    watch.at(demo.items, demo.items, "items put")?;
    Ok(target)
}

#[cfg(test)]
mod tests;
