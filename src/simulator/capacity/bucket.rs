//! The provisioned capacity of a table or a global index, for reads or for writes.
//!
//! ```text
//!   300 s of rate ┤──────────── full: more is lost
//!                 │
//!            left │▒▒▒▒▒▒▒▒▒▒▒▒   ← filled at `rate`, by `now`
//!               0 ┼────────────
//!            owed │▒▒▒           ← a request that cost more than was left
//! ```
//!
//! Invariant: it never holds more than the burst's worth of its rate, and what was taken is never forgotten.

use std::time::Duration;

use crate::simulator::Timestamp;

use super::micro::Micro;

/// A token bucket that refills as `now` moves on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Units a second.
    rate: u64,
    left: Micro,
    at: Timestamp,
}

impl Bucket {
    /// Begins with one second's worth: nothing was left unused yet.
    #[must_use]
    pub fn new(rate: u64, now: Timestamp) -> Self {
        Self {
            rate,
            left: Micro::units(rate),
            at: now,
        }
    }

    #[must_use]
    pub const fn rate(&self) -> u64 {
        self.rate
    }

    /// Fill it for the time since the last look; a clock that went back fills nothing.
    pub fn refill(&mut self, now: Timestamp, burst: Duration) {
        let elapsed = now.millis().saturating_sub(self.at.millis());
        self.at = self.at.max(now);
        // Without any burst there is still the second that runs.
        let kept = u64::try_from(burst.as_millis())
            .unwrap_or(u64::MAX)
            .max(1000);
        let full = Micro::in_millis(self.rate, kept);
        self.left = (self.left + Micro::in_millis(self.rate, elapsed)).min(full);
    }

    /// Another rate from now on. What was saved stays, up to what the new rate may save.
    pub fn set_rate(&mut self, rate: u64, now: Timestamp, burst: Duration) {
        self.refill(now, burst);
        self.rate = rate;
        self.refill(now, burst);
    }

    /// Whether there is anything left, as of the last refill.
    #[must_use]
    pub fn admits(&self) -> bool {
        self.left.is_positive()
    }

    /// May leave a debt.
    pub fn take(&mut self, cost: Micro) {
        self.left = self.left - cost;
    }

    /// Negative where more was taken than there was.
    #[must_use]
    pub const fn left(&self) -> Micro {
        self.left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BURST: Duration = Duration::from_mins(5);

    #[test]
    fn five_minutes_of_unused_capacity_can_be_spent_at_once() {
        let mut bucket = Bucket::new(10, Timestamp::from_millis(0));
        bucket.refill(Timestamp::from_millis(3_600_000), BURST);
        let mut served = 0;
        while bucket.admits() {
            bucket.take(Micro::units(1));
            served += 1;
        }
        assert_eq!(served, 3_000);
        bucket.refill(Timestamp::from_millis(3_600_100), BURST);
        assert!(bucket.admits(), "a tenth of a second brings one unit");
    }

    #[test]
    fn a_debt_is_paid_before_anything_is_served() {
        let mut bucket = Bucket::new(1, Timestamp::from_millis(0));
        bucket.take(Micro::units(5));
        bucket.refill(Timestamp::from_millis(4_000), BURST);
        assert!(!bucket.admits());
        bucket.refill(Timestamp::from_millis(4_001), BURST);
        assert!(bucket.admits());
    }

    #[test]
    fn a_lower_rate_keeps_less() {
        let mut bucket = Bucket::new(100, Timestamp::from_millis(0));
        bucket.refill(Timestamp::from_millis(1_000_000), BURST);
        bucket.set_rate(1, Timestamp::from_millis(1_000_000), BURST);
        assert_eq!(bucket.left(), Micro::units(300));
    }

    proptest! {
        /// Over any stretch, what is served is at most what was provisioned for it, the saved burst and one overdraft.
        #[test]
        fn no_more_is_served_than_was_provisioned(
            rate in 1u64..50,
            asks in proptest::collection::vec((0u64..5_000, 1u64..40), 1..200),
        ) {
            let mut bucket = Bucket::new(rate, Timestamp::from_millis(0));
            let mut now = 0;
            let mut served = 0;
            for (wait, cost) in asks {
                now += wait;
                bucket.refill(Timestamp::from_millis(now), BURST);
                if bucket.admits() {
                    bucket.take(Micro::units(cost));
                    served += cost;
                }
                prop_assert!(served * 1000 <= rate * (now + 1000) + 40 * 1000);
                prop_assert!(bucket.left() <= Micro::units(rate * 300));
            }
        }
    }
}
