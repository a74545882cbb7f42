//! The program's clocks. Everything else is told the time.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::simulator::{Stopwatch, Timestamp};
use crate::transport::in_process::Clock;

/// Wall-clock time.
pub fn clock() -> Clock {
    Arc::new(now)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the system for the time of day"
)]
pub fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Time that only goes forwards, for measuring the simulated table's work.
#[expect(
    clippy::disallowed_methods,
    reason = "the stopwatch that the simulated table is given"
)]
pub fn stopwatch() -> Stopwatch {
    let start = Instant::now();
    Arc::new(move || start.elapsed())
}
