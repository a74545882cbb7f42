//! The race on a server: on a table that is made for it, with figures from the responses alone.
//!
//! ```text
//!   CreateTable ── BatchWriteItem … ── the left side ── the right side ── DeleteTable
//!        └ refused where the name is taken: what is there is somebody's
//! ```
//!
//! Invariant: only the table that was created here is written to, and whatever happens after that it is deleted.

use serde_json::{Value, json};

use super::super::refusal;
use super::read::{Answered, Read, read};
use super::{create_request, items};
use crate::app::effect::{Answer, RequestId};
use crate::app::race::run::{Measured, MeasuredSide, RaceRun};
use crate::lesson::ask::Ask;
use crate::runner::demo::{Watch, bytes};
use crate::runner::requests::send_bytes;
use crate::runner::{RunError, Runner};
use crate::simulator::trace::CapacityUnits;
use crate::target::Target;
use crate::target::exchange::{Outcome, TargetName};

/// Items that a race makes on a server.
pub const MOST_ITEMS_ELSEWHERE: u64 = 100_000;
/// What one `BatchWriteItem` takes.
const BATCH: u64 = 25;
/// How often a server may leave items of a batch unprocessed in a row.
const PATIENCE: u32 = 20;

impl Runner {
    /// See [`measure`].
    pub(in crate::runner) async fn measure(
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
        let target = self.target().await;
        measure(run, &target, watch).await.map(Answer::MeasuredRace)
    }
}

/// Makes the table, asks both ways, and deletes the table.
///
/// # Errors
/// A target that is no server, a name that is taken, a refusal, an answer that does not come, a cancelled work.
pub async fn measure(
    run: &RaceRun,
    target: &Target,
    watch: Watch<'_>,
) -> Result<Measured, RunError> {
    let TargetName::Endpoint(server) = target.name() else {
        return Err(RunError::NoServer);
    };
    if !(1..=MOST_ITEMS_ELSEWHERE).contains(&run.demo.items) {
        return Err(RunError::ItemsElsewhere {
            asked: run.demo.items,
            most: MOST_ITEMS_ELSEWHERE,
        });
    }
    let table = &run.demo.table;
    let create = create_request(&run.demo, &run.indexes());
    let created = send_bytes(target, "CreateTable", &bytes(&create)).await;
    match created.outcome {
        Outcome::Success => {}
        Outcome::ServiceError { code, .. } if code == "ResourceInUseException" => {
            return Err(RunError::Foreign {
                table: table.clone(),
                server: server.clone(),
            });
        }
        other => return Err(refused(&other)),
    }
    let measured = fill_and_read(run, target, watch).await;
    let delete = bytes(&json!({ "TableName": table }));
    let deleted = send_bytes(target, "DeleteTable", &delete).await;
    let measured = measured?;
    match refusal(&deleted.outcome) {
        None => Ok(measured),
        Some(why) => Err(RunError::Refused(format!(
            "the race was run, but its table {table} could not be deleted on {server}: {why}"
        ))),
    }
}

fn refused(outcome: &Outcome) -> RunError {
    RunError::Refused(refusal(outcome).unwrap_or_default())
}

async fn fill_and_read(
    run: &RaceRun,
    target: &Target,
    watch: Watch<'_>,
) -> Result<Measured, RunError> {
    let written = fill(run, target, watch).await?;
    let left = side(run, &run.left, target, watch).await?;
    let right = side(run, &run.right, target, watch).await?;
    Ok(Measured {
        left,
        right,
        written,
    })
}

async fn fill(run: &RaceRun, target: &Target, watch: Watch<'_>) -> Result<CapacityUnits, RunError> {
    let demo = &run.demo;
    let mut written = CapacityUnits::ZERO;
    let mut put = 0;
    while put < demo.items {
        watch.at(put, demo.items, "items put")?;
        let last = demo.items.min(put + BATCH);
        let puts: Vec<Value> = (put..last)
            .map(|number| json!({ "PutRequest": { "Item": items::item(demo, number).to_json() } }))
            .collect();
        put = last;
        let mut asked = json!({ demo.table.as_str(): puts });
        for _ in 0..PATIENCE {
            let request = json!({ "RequestItems": asked, "ReturnConsumedCapacity": "TOTAL" });
            let answer = target.send("BatchWriteItem", &bytes(&request)).await;
            if !answer.succeeded() {
                return Err(refused(&answer.outcome));
            }
            written = written + answer.written;
            let left_over = answer
                .response_json()
                .and_then(|mut body| body.get_mut("UnprocessedItems").map(Value::take));
            asked = left_over.unwrap_or_default();
            if asked.as_object().is_none_or(serde_json::Map::is_empty) {
                break;
            }
        }
        if asked.as_object().is_some_and(|left| !left.is_empty()) {
            return Err(RunError::Refused(
                "the server left items of a batch unprocessed again and again".to_owned(),
            ));
        }
    }
    watch.at(demo.items, demo.items, "items put")?;
    Ok(written)
}

async fn side(
    run: &RaceRun,
    ask: &Ask,
    target: &Target,
    watch: Watch<'_>,
) -> Result<MeasuredSide, RunError> {
    let requests = ask.requests(&run.demo.table, &run.demo.attributes())?;
    let Read {
        rounds, refusal, ..
    } = read(target, requests, run.demo.items, watch).await?;
    if let Some(why) = refusal {
        return Err(RunError::Refused(why));
    }
    let pages = || rounds.iter().flatten();
    let sum = |what: fn(&Answered) -> u64| pages().map(what).sum();
    let slowest = rounds
        .iter()
        .filter_map(|round| round.iter().map(|page| page.elapsed).max());
    Ok(MeasuredSide {
        examined: sum(|page| page.examined),
        returned: sum(|page| page.returned),
        pages: pages().count() as u64,
        read: pages().map(|page| page.read).sum(),
        elapsed: slowest.sum(),
    })
}
