//! What one partition serves in one second, of reads or of writes.
//!
//! ```text
//!   second     41          42          43
//!   spent   ▒▒▒▒▒▒▒▒▒▒│▒▒▒▒▒▒▒▒▒▒▒▒│▒▒
//!   limit   ──────────┼──────────┼──────────
//!                       └ over it ─▶ owed in second 43
//! ```
//!
//! A partition saves nothing up: each second begins at zero, but for what the second before took too much. ("It accesses a
//! partition that has reached its limits during that second", AWS Database Blog.)
//!
//! Invariant: over any number of whole seconds no more is admitted than the limit, and the overdraft of the last request.

use crate::simulator::Timestamp;

use super::micro::Micro;

/// The second that runs, and the one before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Window {
    /// Seconds since 1970.
    second: u64,
    spent: Micro,
    /// From the seconds before.
    owed: Micro,
    before: Micro,
}

impl Window {
    /// Turn to the second of `now`; a clock that went back changes nothing.
    pub fn turn(&mut self, now: Timestamp, limit: u64) {
        let second = now.millis() / 1000;
        let passed = second.saturating_sub(self.second);
        if passed == 0 {
            return;
        }
        self.before = if passed == 1 { self.spent } else { Micro::ZERO };
        let paid = Micro::in_millis(limit, passed.saturating_mul(1000));
        self.owed = (self.owed + self.spent - paid).max(Micro::ZERO);
        self.spent = Micro::ZERO;
        self.second = second;
    }

    /// Whether the second has something left.
    #[must_use]
    pub fn admits(&self, limit: u64) -> bool {
        self.left(limit).is_positive()
    }

    /// Negative where more was taken than there was.
    #[must_use]
    pub fn left(&self, limit: u64) -> Micro {
        Micro::units(limit) - self.owed - self.spent
    }

    pub fn take(&mut self, cost: Micro) {
        self.spent = self.spent + cost;
    }

    /// Consumed in the second that runs.
    #[must_use]
    pub const fn spent(&self) -> Micro {
        self.spent
    }

    /// Consumed in the second before it.
    #[must_use]
    pub const fn before(&self) -> Micro {
        self.before
    }

    /// Whether the second that runs is at its limit, or nearly (nine tenths).
    #[must_use]
    pub fn is_hot(&self, limit: u64) -> bool {
        self.spent + self.owed >= Micro::units(limit).share(9, 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_second_begins_anew() {
        let mut window = Window::default();
        for second in 0..3 {
            window.turn(Timestamp::from_millis(second * 1000 + 500), 10);
            let mut served = 0;
            while window.admits(10) {
                window.take(Micro::units(1));
                served += 1;
            }
            assert_eq!(served, 10);
        }
        assert_eq!(window.before(), Micro::units(10));
        window.turn(Timestamp::from_millis(60_000), 10);
        assert_eq!(window.before(), Micro::ZERO);
    }

    #[test]
    fn an_overdraft_is_owed_in_the_next_seconds() {
        let mut window = Window::default();
        window.take(Micro::units(25));
        window.turn(Timestamp::from_millis(1_000), 10);
        assert!(!window.admits(10), "15 are owed");
        window.turn(Timestamp::from_millis(2_000), 10);
        assert_eq!(window.left(10), Micro::units(5));
    }

    proptest! {
        #[test]
        fn no_more_is_admitted_than_the_limit_and_one_overdraft(
            limit in 1u64..20,
            asks in proptest::collection::vec((0u64..1_500, 1u64..30), 1..200),
        ) {
            let mut window = Window::default();
            let mut now = 0;
            let mut served = 0;
            for (wait, cost) in asks {
                now += wait;
                window.turn(Timestamp::from_millis(now), limit);
                if window.admits(limit) {
                    window.take(Micro::units(cost));
                    served += cost;
                }
                prop_assert!(served <= limit * (now / 1000 + 1) + 30);
            }
        }
    }
}
