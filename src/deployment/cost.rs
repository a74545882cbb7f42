//! What a deployment can cost.
//!
//! | what | at most |
//! |---|---|
//! | making it | three items put into the table; every other call is free |
//! | a request | API Gateway and data transfer for the largest answer, Lambda for a cold start and its whole time, a log of 1 MB, and at the table what the handler did when it was tried |
//! | an hour of strangers | as many requests as the stage lets through to each route; AWS calls that limit a target, so it is no most |
//! | while it stands | the table's and the logs' storage: by the kilobyte, and lines are deleted after a day |
//!
//! What a handler prints nobody limits; a request that prints more than [`LOG`] costs more than its most.
//! Invariant: nothing that is free only for a while counts as free.

use crate::account::region::times_the_price;
use crate::account::service::RATE;
use crate::target::exchange::Picodollars;
use crate::target::price::Invocation;

/// Megabytes of a function.
pub const MEMORY: u32 = 256;
/// Seconds that a handler may take.
pub const TIMEOUT: u32 = 3;
/// Seconds that loading it may take before; they are billed as well.
const INIT: u32 = 10;
/// The most that API Gateway takes, and that a function answers, in bytes
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const REQUEST: u64 = 10 * 1024 * 1024;
const ANSWER: u64 = 6 * 1024 * 1024;
/// The stage's limit holds for each of them
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html>).
const ROUTES: u64 = 3;
/// Bytes of a log that are reckoned with for one request.
pub const LOG: u64 = 1024 * 1024;

/// Sums, each the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// To make what is missing.
    pub making: Picodollars,
    /// One request to each route, in the order of the goals.
    pub requests: [Picodollars; 3],
    /// About what it comes to if strangers who know the URL send the dearest request as often as it is let through.
    pub hour_of_strangers: Picodollars,
}

/// The most of a request, beside what its handler does at the table.
pub(super) fn of_invocation(region: &str) -> Picodollars {
    let most = Invocation {
        request: REQUEST,
        answer: ANSWER,
        milliseconds: u64::from(TIMEOUT + INIT) * 1000,
        memory: u64::from(MEMORY),
        log: LOG,
    };
    most.price() * times_the_price(region)
}

impl Cost {
    /// `at_table` is the most of each handler's requests there, at the prices of the course's region.
    pub(super) fn new(region: &str, making: Picodollars, at_table: [Picodollars; 3]) -> Self {
        let requests = at_table.map(|most| of_invocation(region) + most * times_the_price(region));
        let dearest = requests.iter().copied().max().unwrap_or_default();
        Self {
            making,
            requests,
            hour_of_strangers: dearest * (ROUTES * u64::from(RATE) * 3600),
        }
    }

    /// Making it, and each request once.
    #[must_use]
    pub fn all(&self) -> Picodollars {
        self.requests
            .iter()
            .fold(self.making, |sum, one| sum + *one)
    }
}
