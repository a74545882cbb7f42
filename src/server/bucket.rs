//! How often something may happen: so many at once, and then one in each interval.
//!
//! Kept as the one moment at which the bucket is full again, so that no clock has to run for it.
//! Invariant: in any stretch of time no more is granted than the burst and one for each interval in it.

use std::time::Duration;

/// A rate and what may be saved of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) burst: u32,
    pub(super) interval: Duration,
}

impl Rate {
    /// So many a second, and two seconds' worth at once.
    pub(super) fn per_second(number: u32) -> Self {
        Self {
            burst: number.saturating_mul(2).max(1),
            interval: Duration::from_secs(1) / number.max(1),
        }
    }

    fn span(self) -> Duration {
        self.interval.saturating_mul(self.burst)
    }
}

/// What is left of a rate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bucket {
    full_at: Duration,
}

impl Bucket {
    /// How long it is until there is one again; nothing where there is one now.
    pub(super) fn wait(&self, rate: Rate, now: Duration) -> Option<Duration> {
        let after = self.full_at.max(now) + rate.interval;
        let wait = after.saturating_sub(now + rate.span());
        (!wait.is_zero()).then_some(wait)
    }

    /// Take one, whether there is one or not.
    pub(super) fn take(&mut self, rate: Rate, now: Duration) {
        self.full_at = self.full_at.max(now) + rate.interval;
    }

    /// Take one where there is one.
    pub(super) fn try_take(&mut self, rate: Rate, now: Duration) -> bool {
        let there = self.wait(rate, now).is_none();
        if there {
            self.take(rate, now);
        }
        there
    }

    pub(super) fn is_full(&self, now: Duration) -> bool {
        self.full_at <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_burst_and_then_one_in_each_interval() {
        let rate = Rate {
            burst: 3,
            interval: Duration::from_secs(10),
        };
        let mut bucket = Bucket::default();
        let at = Duration::from_secs(100);
        assert!(bucket.is_full(at));
        assert_eq!(
            [(); 4].map(|()| bucket.try_take(rate, at)),
            [true, true, true, false]
        );
        assert_eq!(bucket.wait(rate, at), Some(Duration::from_secs(10)));
        assert!(!bucket.try_take(rate, at + Duration::from_secs(9)));
        assert!(bucket.try_take(rate, at + Duration::from_secs(10)));
        assert!(!bucket.try_take(rate, at + Duration::from_secs(10)));
        assert!(bucket.is_full(at + Duration::from_secs(40)));
    }

    proptest! {
        #[test]
        fn no_more_is_granted_than_the_rate(
            burst in 1_u32..20,
            interval in 1_u64..50,
            steps in proptest::collection::vec(0_u64..30, 1..200),
        ) {
            let rate = Rate { burst, interval: Duration::from_millis(interval) };
            let mut bucket = Bucket::default();
            let (mut now, mut granted) = (0, 0);
            for step in steps {
                now += step;
                granted += u64::from(bucket.try_take(rate, Duration::from_millis(now)));
                prop_assert!(granted <= u64::from(burst) + now / interval);
            }
        }
    }
}
