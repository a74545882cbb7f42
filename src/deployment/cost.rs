//! What a deployment can cost.
//!
//! | what | at most |
//! |---|---|
//! | making it | three items put into the table; every other call is free |
//! | a request | API Gateway and data transfer for the largest answer, Lambda for a cold start and its whole time, a log of 1 MB, and at the table what the handler did when it was tried, or all that the table serves in that time |
//! | the requests that follow | one to each route; a GET up to [`AGAIN`] times more, while AWS spreads what is new |
//! | an hour of strangers | as many requests as the stage lets through to each route, and all that the table serves; AWS calls both limits targets, so it is no most |
//! | while it stands | the table's and the logs' storage: by the kilobyte, and lines are deleted after a day |
//!
//! A handler that follows pages does more at the table the more strangers have put there, so what it did when it was tried is no bound;
//! the table's own limits are, as far as `DynamoDB` keeps to them
//! (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html>).
//! What a handler prints nobody limits; a request that prints more than [`LOG`] costs more than its most, which the plan says.
//! Invariant: nothing that is free only for a while counts as free.

use super::handler::Handler;
use crate::account::guard::outgoing::{MAX_READS, MAX_WRITES};
use crate::account::region::times_the_price;
use crate::account::service::RATE;
use crate::target::exchange::Picodollars;
use crate::target::price::{Invocation, prices};
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Allowance;

/// How often a GET that is answered as if something were missing is sent again, right after something was made or changed.
pub const AGAIN: u32 = 8;
/// Seconds that loading a handler may take before it runs; they are billed as well.
const INIT: u64 = 10;
/// The most that API Gateway takes, and that a function answers, in bytes
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const REQUEST: u64 = 10 * 1024 * 1024;
const ANSWER: u64 = 6 * 1024 * 1024;
/// The stage's limit holds for each of them
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html>).
const ROUTES: u64 = 3;
const HOUR: u64 = 3600;
/// Bytes of a log that are reckoned with for one request.
pub const LOG: u64 = 1024 * 1024;

/// Sums, each the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// To make what is missing.
    pub making: Picodollars,
    /// One request to each route, in the order of the goals.
    pub requests: [Picodollars; 3],
    /// About what it comes to if strangers who know the URL send as much as is let through.
    pub hour_of_strangers: Picodollars,
}

/// The most of a request, beside what its handler does at the table.
pub(super) fn of_invocation(region: &str, allowance: Allowance) -> Picodollars {
    let most = Invocation {
        request: REQUEST,
        answer: ANSWER,
        milliseconds: milliseconds(allowance),
        memory: u64::from(allowance.memory),
        log: LOG,
    };
    most.price() * times_the_price(region)
}

/// What is billed of a cold start whose handler takes all its time.
fn milliseconds(allowance: Allowance) -> u64 {
    (u64::from(allowance.timeout) + INIT) * 1000
}

/// The most that a handler which ran so long has cost at the table, at the prices of the course's region.
pub(super) fn at_table(handler: &Handler, milliseconds: u64) -> Picodollars {
    let served = of_capacity(handler.reads(), handler.writes());
    let in_time = Picodollars(served.0.saturating_mul(milliseconds).div_ceil(1000));
    handler.most.max(in_time)
}

/// What a table serves in a second, of reads and of writes.
fn of_capacity(reads: bool, writes: bool) -> Picodollars {
    let of = |is: bool, one: Picodollars, units: i64| one * (u64::from(is) * units.unsigned_abs());
    of(reads, prices().on_demand_read, MAX_READS) + of(writes, prices().on_demand_write, MAX_WRITES)
}

/// A request that changes nothing, which may be sent again.
fn is_get(goal: Goal) -> bool {
    goal.route_key().starts_with("GET ")
}

impl Cost {
    pub(super) fn new(
        region: &str,
        making: Picodollars,
        handlers: [&Handler; 3],
        allowance: Allowance,
    ) -> Self {
        let (times, invocation) = (times_the_price(region), of_invocation(region, allowance));
        let time = milliseconds(allowance);
        Self {
            making,
            requests: handlers.map(|handler| invocation + at_table(handler, time) * times),
            hour_of_strangers: invocation * (ROUTES * u64::from(RATE) * HOUR)
                + of_capacity(true, true) * HOUR * times,
        }
    }

    /// The requests that `dynatour deploy` sends, each as often as it may be sent.
    #[must_use]
    pub fn following(&self) -> Picodollars {
        let sent = Goal::ALL.into_iter().zip(self.requests);
        sent.map(|(goal, one)| {
            one * if is_get(goal) {
                1 + u64::from(AGAIN)
            } else {
                1
            }
        })
        .sum()
    }

    /// Making it, and the requests that follow.
    #[must_use]
    pub fn all(&self) -> Picodollars {
        self.making + self.following()
    }
}
