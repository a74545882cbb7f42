//! What a session may spend, and what it has spent.
//!
//! ```text
//!   hold(most) ── would pass the ceiling: refused
//!       │ held
//!       ↓
//!   settle(held, spent)      what the answer told, or the most where nobody told
//!       │ spent the most, before anybody told
//!       ↓
//!   correct(spent, told)     what the answer told later
//! ```
//!
//! Requests may run side by side, so what one of them can cost at most is held back while it is under way. Where nobody may be left to
//! hear the answer, it is counted as spent before, and corrected after.
//! Invariant: spent + held never passes the ceiling, but for answers that tell of more than their request could cost.

use std::sync::{Mutex, PoisonError};

use crate::target::exchange::Picodollars;

/// What a session has spent, for the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spending {
    pub spent: Picodollars,
    pub ceiling: Picodollars,
}

/// A session's money.
#[derive(Debug)]
pub struct Budget {
    ceiling: Picodollars,
    purse: Mutex<Purse>,
}

#[derive(Debug, Default)]
struct Purse {
    spent: Picodollars,
    held: Picodollars,
}

impl Budget {
    #[must_use]
    pub fn new(ceiling: Picodollars) -> Self {
        Self {
            ceiling,
            purse: Mutex::default(),
        }
    }

    #[must_use]
    pub fn spending(&self) -> Spending {
        Spending {
            spent: self.purse().spent,
            ceiling: self.ceiling,
        }
    }

    /// Holds back the most that a request can cost.
    ///
    /// # Errors
    /// Where the ceiling could be passed, in words.
    pub fn hold(&self, most: Picodollars) -> Result<(), String> {
        let mut purse = self.purse();
        let after = purse.spent.0.checked_add(purse.held.0);
        let after = after.and_then(|sum| sum.checked_add(most.0));
        if most.0 > 0 && after.is_none_or(|sum| sum > self.ceiling.0) {
            let Purse { spent, held } = *purse;
            let held = if held.0 == 0 {
                String::new()
            } else {
                format!(", and {held} is held for what is under way")
            };
            return Err(format!(
                "it can cost {most}, and this session has spent {spent} of {}{held}. To go on, start with a higher ceiling: --max-cost",
                self.ceiling
            ));
        }
        purse.held = purse.held + most;
        Ok(())
    }

    /// What was held is free again, and this was spent.
    pub fn settle(&self, held: Picodollars, spent: Picodollars) {
        let mut purse = self.purse();
        purse.held = Picodollars(purse.held.0.saturating_sub(held.0));
        purse.spent = purse.spent + spent;
    }

    /// What was counted as spent turned out to be this.
    pub fn correct(&self, counted: Picodollars, spent: Picodollars) {
        let mut purse = self.purse();
        purse.spent = purse.spent.corrected(counted, spent);
    }

    fn purse(&self) -> std::sync::MutexGuard<'_, Purse> {
        // Both sums are replaced one after the other; a holder does nothing in between that could die.
        self.purse.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ceiling_is_reached_but_not_passed() {
        let budget = Budget::new(Picodollars(100));
        budget.hold(Picodollars(60)).unwrap();
        let words = budget.hold(Picodollars(41)).unwrap_err();
        assert!(words.contains("--max-cost"), "{words}");
        budget.hold(Picodollars(40)).unwrap();
        budget.settle(Picodollars(60), Picodollars(10));
        assert_eq!(budget.spending().spent, Picodollars(10));
        budget.hold(Picodollars(50)).unwrap();
        assert!(budget.hold(Picodollars(1)).is_err());
        // What costs nothing is never in the way: deleting is always possible.
        budget.settle(Picodollars(90), Picodollars(1000));
        budget.hold(Picodollars(0)).unwrap();
        assert!(budget.hold(Picodollars(u64::MAX)).is_err());
    }

    #[test]
    fn what_turned_out_to_cost_less_is_free_again() {
        let budget = Budget::new(Picodollars(100));
        budget.hold(Picodollars(90)).unwrap();
        budget.settle(Picodollars(90), Picodollars(90));
        assert_eq!(budget.spending().spent, Picodollars(90));
        assert!(budget.hold(Picodollars(11)).is_err());
        budget.correct(Picodollars(90), Picodollars(7));
        assert_eq!(budget.spending().spent, Picodollars(7));
        budget.hold(Picodollars(93)).unwrap();
    }

    proptest! {
        #[test]
        fn whatever_comes_the_ceiling_holds(
            ceiling in 0_u64..1_000,
            requests in proptest::collection::vec((0_u64..200, 0_u64..=100, any::<bool>()), 0..50),
        ) {
            let budget = Budget::new(Picodollars(ceiling));
            let mut under_way = Vec::new();
            for (most, part, waits) in requests {
                if budget.hold(Picodollars(most)).is_ok() {
                    under_way.push((most, most * part / 100));
                }
                if !waits && let Some((held, spent)) = under_way.pop() {
                    budget.settle(Picodollars(held), Picodollars(spent));
                }
                prop_assert!(budget.spending().spent.0 <= ceiling);
            }
            for (held, spent) in under_way {
                budget.settle(Picodollars(held), Picodollars(spent));
            }
            prop_assert!(budget.spending().spent.0 <= ceiling);
        }
    }
}
