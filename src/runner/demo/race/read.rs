//! One side read to its last page: page after page, or a page of each segment at once.
//!
//! ```text
//!   round 1   segment 0 ──page──▶   segment 1 ──page──▶        sent together
//!   round 2   segment 0 ──page──▶   (segment 1 had no more)
//! ```
//!
//! Invariant: a side ends with its last page, with a refusal in the service's words, or because it was stopped.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::super::{Watch, bytes, refusal};
use crate::app::race::run::{Page, SideReport};
use crate::lesson::ask::Requests;
use crate::runner::RunError;
use crate::simulator::trace::{CapacityUnits, Trace};
use crate::target::Target;
use crate::target::exchange::{Exchange, Picodollars};

/// What is needed of an answer; items are read over.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
struct Body {
    last_evaluated_key: Option<Value>,
    scanned_count: Option<u64>,
    count: Option<u64>,
    item: Option<serde::de::IgnoredAny>,
}

/// A page as any target answers it.
#[derive(Debug, Clone)]
pub(super) struct Answered {
    pub trace: Option<Trace>,
    pub examined: u64,
    pub returned: u64,
    pub read: CapacityUnits,
    pub price: Picodollars,
    pub elapsed: Duration,
}

/// All pages of one side as any target answers them.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// What was sent for the first page.
    pub request: String,
    pub rounds: Vec<Vec<Answered>>,
    pub refusal: Option<String>,
}

/// Sends the requests again and again until no segment has a further page. `items` is what a whole table has, for the watch.
pub(super) async fn read(
    target: &Target,
    requests: Requests,
    items: u64,
    watch: Watch<'_>,
) -> Result<Read, RunError> {
    let mut done = Read {
        request: requests
            .bodies
            .first()
            .map_or_else(String::new, Value::to_string),
        ..Read::default()
    };
    let mut examined = 0;
    let mut bodies = requests.bodies;
    while !bodies.is_empty() {
        watch.at(examined, items.max(examined), "items read")?;
        let mut under_way = Vec::with_capacity(bodies.len());
        for body in bodies {
            let target = target.clone();
            let operation = requests.operation;
            // Segments are sent side by side, as workers of their own would.
            under_way.push(tokio::spawn(async move {
                let exchange = target.send(operation, &bytes(&body)).await;
                (body, exchange)
            }));
        }
        let mut round = Vec::with_capacity(under_way.len());
        bodies = Vec::new();
        for one in under_way {
            let (mut body, exchange) = one
                .await
                .map_err(|error| RunError::Ended(error.to_string()))?;
            if let Some(why) = refusal(&exchange.outcome) {
                done.refusal = Some(why);
                return Ok(done);
            }
            let (answered, next) = answered(exchange);
            examined += answered.examined;
            round.push(answered);
            if let Some(next) = next {
                body["ExclusiveStartKey"] = next;
                bodies.push(body);
            }
        }
        done.rounds.push(round);
    }
    Ok(done)
}

/// The page in an answer, and where to go on.
fn answered(exchange: Exchange) -> (Answered, Option<Value>) {
    let body: Body = exchange
        .response
        .as_ref()
        .and_then(|response| serde_json::from_slice(&response.body).ok())
        .unwrap_or_default();
    let found = u64::from(body.item.is_some());
    let answered = Answered {
        examined: body.scanned_count.unwrap_or(found),
        returned: body.count.unwrap_or(found),
        read: exchange.read,
        price: exchange.price,
        elapsed: exchange.elapsed,
        trace: exchange.trace,
    };
    (answered, body.last_evaluated_key)
}

impl Read {
    /// As the screen has it; a page without a trace is no page of the simulated table.
    pub(super) fn into_report(self) -> SideReport {
        let page = |answered: Answered| {
            Some(Page {
                trace: answered.trace?,
                read: answered.read,
                price: answered.price,
                elapsed: answered.elapsed,
            })
        };
        SideReport {
            request: self.request,
            rounds: self
                .rounds
                .into_iter()
                .map(|round| round.into_iter().filter_map(page).collect())
                .collect(),
            refusal: self.refusal,
        }
    }
}
