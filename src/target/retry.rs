//! When a request is worth another try, and how long is waited before it.
//!
//! The SDK's own retries are off: they are hidden, and a lesson shows what happens.
//!
//! | what happened | another try |
//! |---|---|
//! | it came too fast; no connection could be made | for every operation |
//! | the service failed (5xx) | for every operation but those that change or delete a thing: by then it may be another one |
//! | no answer in time; the connection broke | where twice does no harm |
//! | anything else | no |
//!
//! Waits double from the first on, and a seed decides which part of the second half of each is waited, so that many learners
//! who were refused together do not come back together.
//! Invariant: at most [`TRIES`] tries, and nobody waits longer than [`LONGEST`] for the next.

use std::sync::Arc;
use std::time::Duration;

use super::exchange::{Attempt, Exchange, Happening};
use super::guard::{Later, Watch};

/// Tries of one request, the first included.
pub const TRIES: u32 = 5;
const FIRST: Duration = Duration::from_millis(200);
pub const LONGEST: Duration = Duration::from_secs(5);

/// How long somebody who leaves has to wait for that.
const SLICE: Duration = Duration::from_millis(100);

/// Operations that change nothing, so that a request that arrives twice does no harm.
const READS: [&str; 9] = [
    "DescribeTable",
    "ListTables",
    "DescribeTimeToLive",
    "ListTagsOfResource",
    "GetItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "TransactGetItems",
];

/// Whether an operation only reads.
#[must_use]
pub fn only_reads(operation: &str) -> bool {
    READS.contains(&operation)
}

/// What may happen where a request arrives twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twice {
    /// Nothing: it only reads, or the second has the same result or is refused.
    Harmless,
    /// Something, but the service that failed did not carry it out, as far as is known.
    AfterFailure,
    /// Something that can't be undone: by then it may be about another thing, or make a second one.
    Never,
}

impl Twice {
    /// For an operation of DynamoDB.
    #[must_use]
    pub fn of(operation: &str) -> Self {
        match operation {
            "UpdateTable" | "DeleteTable" => Self::Never,
            operation if only_reads(operation) => Self::Harmless,
            _ => Self::AfterFailure,
        }
    }
}

/// Waits; given from outside, so that a test waits for nothing.
pub type Waits = Arc<dyn Fn(Duration) -> Later<'static, ()> + Send + Sync>;

/// Waits for real.
#[must_use]
pub fn real_waits() -> Waits {
    Arc::new(|duration| Box::pin(tokio::time::sleep(duration)))
}

/// How a try ended, as far as the next one depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Settled, or nothing that a second try would change.
    Finally,
    /// Refused because it came too fast.
    TooFast(String),
    /// The service or something before it failed.
    Failed(String),
    /// Nothing was sent.
    NoConnection(String),
    /// It was sent, and no answer came.
    Silent(String),
    /// It was sent, and what came is no answer.
    Unreadable,
}

impl Ended {
    /// Whether the request may have been carried out though nobody said so.
    #[must_use]
    pub fn unsettled(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Silent(_) | Self::Unreadable)
    }

    /// Why it is worth another try, if it is.
    fn again(self, twice: Twice) -> Option<String> {
        match self {
            Self::TooFast(why) | Self::NoConnection(why) => Some(why),
            Self::Failed(why) if twice != Twice::Never => Some(why),
            Self::Silent(why) if twice == Twice::Harmless => Some(why),
            Self::Finally | Self::Failed(_) | Self::Silent(_) | Self::Unreadable => None,
        }
    }
}

/// The wait before the try after `tries` of them.
#[must_use]
pub fn backoff(seed: u64, tries: u32) -> Duration {
    let full = FIRST
        .saturating_mul(
            1_u32
                .checked_shl(tries.saturating_sub(1))
                .unwrap_or(u32::MAX),
        )
        .min(LONGEST);
    let half = full / 2;
    half + half.mul_f64(part(seed.wrapping_add(u64::from(tries))))
}

/// A number from 0 to 1 that follows from a seed (`SplitMix64`).
#[expect(
    clippy::cast_precision_loss,
    reason = "53 bits fit, and it only spreads waits"
)]
fn part(seed: u64) -> f64 {
    let mut mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^= mixed >> 31;
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// Waits in slices; returns early, and `false`, when nobody waits any more.
pub async fn wait(waits: &Waits, duration: Duration, watch: Watch<'_>) -> bool {
    let mut left = duration;
    while !left.is_zero() {
        if (watch.left)() {
            return false;
        }
        let slice = left.min(SLICE);
        waits(slice).await;
        left -= slice;
    }
    !(watch.left)()
}

/// Tries until it is settled, or no other try is worth it, allowed or waited for. `again` is asked before each try but the first.
pub async fn tries<F: Future<Output = (Exchange, Ended)>>(
    twice: Twice,
    waits: &Waits,
    seed: u64,
    watch: Watch<'_>,
    mut again: impl FnMut() -> Result<(), String>,
    mut one: impl FnMut() -> F,
) -> Exchange {
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut attempt = 1;
    loop {
        let (mut exchange, ended) = one().await;
        let unsettled = ended.unsettled();
        exchange.unsettled = unsettled;
        let another = ended.again(twice).filter(|_| attempt < TRIES);
        let Some(why) = another else {
            return with(exchange, attempts);
        };
        if let Err(words) = again() {
            exchange.remark(&words);
            return with(exchange, attempts);
        }
        let pause = backoff(seed, attempt);
        (watch.tell)(Happening::Retrying {
            attempt: attempt + 1,
            of: TRIES,
            why: why.clone(),
            wait: pause,
        });
        if !wait(waits, pause, watch).await {
            exchange.remark("You left before it was tried again.");
            return with(exchange, attempts);
        }
        attempts.push(Attempt {
            why,
            waited: pause,
            unsettled,
        });
        attempt += 1;
    }
}

fn with(mut exchange: Exchange, attempts: Vec<Attempt>) -> Exchange {
    exchange.attempts = attempts;
    exchange
}

#[cfg(test)]
mod tests;
