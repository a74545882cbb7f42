//! Traffic: ten minutes of requests against the limits of a scratch table.
//!
//! ```text
//!   time of the table   0:00 created, orders to read put ── 5:00 a burst's worth saved ── traffic ── 15:00
//!                                                              │ a slice of 5 s: its requests, each at its moment
//!                                                              └─ traces ─ fold ─→ one slice of the record
//! ```
//!
//! Time is an argument of the simulated table, so ten minutes pass as fast as it answers. Its times are AWS's (300 seconds of
//! burst, five minutes of heat until a split); what a partition serves is divided by a scale, and what it holds by another.
//! The requests go straight to the simulated table and not through the SDK: there are tens of thousands of them.
//! Invariant: every figure of the record comes from the traces of these requests, and the same run gives the same record.

mod orders;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Watch, bytes, create_table};
use crate::app::effect::{Answer, RequestId, TrafficRun};
use crate::lesson::traffic::{Access, Design, Load};
use crate::runner::{RunError, Runner, blocking};
use crate::scene::traffic::{Fold, Record, Setup, Units};
use crate::simulator::capacity::Limits;
use crate::simulator::trace::Trace;
use crate::simulator::{Realism, Reply, Settings, Simulator, Timestamp};
use orders::{CUSTOMERS, Customers, Dice, Order, sort_type};

/// Of one slice.
const SLICE_SECONDS: u64 = 5;
/// Of a whole run.
const SLICES: u64 = 120;
/// Bytes a partition of the scratch table holds before it is split; AWS's hold 10 GB.
const PARTITION_BYTES: u64 = 3 * 1024 * 1024;
/// Orders that each customer has placed before there is anything to read.
const EACH: u64 = 4;
/// The same traffic every time.
const SEED: u64 = 6;
/// When the table is created: a whole second.
const CREATED: u64 = 1_773_480_000_000;

impl Runner {
    /// See [`run_traffic`].
    pub(in crate::runner) async fn traffic(
        &self,
        id: RequestId,
        run: &TrafficRun,
        report: &(dyn Fn(Answer) + Send + Sync),
    ) -> Result<Answer, RunError> {
        let stop = || self.is_cancelled(id);
        let watch = Watch {
            report,
            stop: &stop,
        };
        let record = run_traffic(run, watch).await?;
        Ok(Answer::Traffic(Box::new(record)))
    }
}

/// Sends all the traffic to a scratch table made for it.
///
/// # Errors
/// A load beyond [`Access::range`]; [`RunError::Stopped`] when it was cancelled; a table that can't be created so.
pub async fn run_traffic(run: &TrafficRun, watch: Watch<'_>) -> Result<Record, RunError> {
    check(&run.load)?;
    watch.at(0, SLICES, "slices of traffic")?;
    let mut sending = Sending::new(run)?;
    for slice in 0..SLICES {
        sending = blocking(move || sending.slice(slice)).await?;
        watch.at(slice + 1, SLICES, "slices of traffic")?;
    }
    Ok(sending.fold.finish())
}

pub fn check(load: &Load) -> Result<(), RunError> {
    let range = load.access.range();
    let beyond = std::iter::once(load.rate)
        .chain(load.provisioned)
        .find(|figure| !range.contains(figure));
    match beyond {
        None => Ok(()),
        Some(asked) => Err(RunError::Rate {
            asked,
            what: load.access.word(),
            least: *range.start(),
            most: *range.end(),
        }),
    }
}

/// A table and who sends what to it.
struct Sending {
    simulator: Arc<Simulator>,
    fold: Fold,
    table: String,
    design: Design,
    load: Load,
    customers: Customers,
    /// Which of a customer's orders is read.
    dice: Dice,
    /// Requests sent so far.
    sent: u64,
    /// When the traffic begins.
    start: u64,
}

impl Sending {
    fn new(run: &TrafficRun) -> Result<Self, RunError> {
        let Load { access, .. } = run.load;
        let scale = access.scale();
        let limits = Limits {
            partition_bytes: PARTITION_BYTES,
            ..Limits::scaled(scale)
        };
        let simulator = Simulator::new(Settings {
            realism: Realism {
                capacity: Some(limits),
                ..Realism::default()
            },
            seed: SEED,
            ..Settings::default()
        });
        let refused = |why: String| RunError::Seed {
            table: run.table.clone(),
            why,
        };
        let created = Timestamp::from_millis(CREATED);
        let reply = simulator.call("CreateTable", &bytes(&table(run)), created);
        if reply.status != 200 {
            return Err(refused(words(&reply)));
        }
        if access == Access::Reads {
            let orders = (0..CUSTOMERS * EACH).map(|number| {
                let customer = number % CUSTOMERS;
                Order { number, customer }.item(run.design)
            });
            let loaded = simulator.load(&run.table, orders, created);
            loaded.map_err(|error| refused(error.to_string()))?;
        }
        let start = created.later(Duration::max(limits.burst, Duration::from_secs(1)));
        let setup = Setup {
            units: match access {
                Access::Reads => Units::Read,
                Access::Writes => Units::Write,
            },
            scale,
            seconds: SLICE_SECONDS,
            holds: PARTITION_BYTES,
        };
        let look = bytes(&json!({ "TableName": run.table }));
        let reply = simulator.call("DescribeTable", &look, start);
        let attribute = run.design.keys()[0];
        let fold = trace(&simulator, &reply)
            .and_then(|trace| Fold::new(&trace, attribute, setup))
            .ok_or_else(|| refused("it shows no limits".to_owned()))?;
        Ok(Self {
            simulator: Arc::new(simulator),
            fold,
            table: run.table.clone(),
            design: run.design,
            load: run.load,
            customers: Customers::new(run.load.spread, SEED),
            dice: Dice::new(SEED + 1),
            sent: 0,
            start: start.millis(),
        })
    }

    /// Milliseconds after the start at which a request is sent: all of them evenly spaced.
    fn moment(&self, request: u64) -> u64 {
        request * 1000 * self.load.access.scale() / self.load.rate
    }

    fn slice(mut self, slice: u64) -> Self {
        let end = (slice + 1) * SLICE_SECONDS * 1000;
        while self.moment(self.sent) < end {
            let millis = self.moment(self.sent);
            let (operation, body) = self.next();
            let now = Timestamp::from_millis(self.start + millis);
            let reply = self.simulator.call(operation, &bytes(&body), now);
            if let Some(trace) = trace(&self.simulator, &reply) {
                self.fold.take(&trace, millis);
            }
        }
        self.fold.close();
        self
    }

    fn next(&mut self) -> (&'static str, Value) {
        let customer = self.customers.next();
        let number = self.sent;
        self.sent += 1;
        match self.load.access {
            Access::Writes => {
                let item = Order { number, customer }.item_json(self.design);
                ("PutItem", json!({ "TableName": self.table, "Item": item }))
            }
            Access::Reads => {
                let number = self.dice.below(EACH) * CUSTOMERS + customer;
                let key = Order { number, customer }.key_json(self.design);
                (
                    "GetItem",
                    json!({ "TableName": self.table, "Key": key, "ConsistentRead": true }),
                )
            }
        }
    }
}

/// A refusal in the service's own words.
fn words(reply: &Reply) -> String {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let code = text("__type");
    let code = code.rsplit('#').next().unwrap_or_default();
    format!("{code}: {}", text("message"))
}

fn trace(simulator: &Simulator, reply: &Reply) -> Option<Trace> {
    simulator.trace(&reply.request_id)
}

/// On demand, or with provisioned capacity by the scale; the units that are not asked for are as few as can be.
fn table(run: &TrafficRun) -> Value {
    let [partition, sort] = run.design.keys().map(str::to_owned);
    let sort_type = sort_type(run.design).to_owned();
    let mut body = create_table(
        &run.table,
        &[(&partition, &"S".to_owned()), (&sort, &sort_type)],
    );
    if let Some(provisioned) = run.load.provisioned {
        let units = (provisioned / run.load.access.scale()).max(1);
        let (read, write) = match run.load.access {
            Access::Reads => (units, 1),
            Access::Writes => (1, units),
        };
        body["BillingMode"] = json!("PROVISIONED");
        body["ProvisionedThroughput"] =
            json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": write });
    }
    body
}

#[cfg(test)]
mod tests;
