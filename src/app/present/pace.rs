//! How many minutes a class has spent, section by section, beside those that were planned.
//!
//! ```text
//!   section 5   ──3 min──┐         ┌──4 min──        spent: 7 min of 22
//!   section 6            └──2 min──┘                        2 min of 15
//! ```
//!
//! Time away from a section does not count for it: a class that looks something up comes back to where its clock stood.
//! Invariant: what is spent never shrinks, and time is told, never asked for.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::app::state::Moment;

/// The clock of a class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pace {
    begun: Option<Moment>,
    /// The section the class is in, and since when.
    here: Option<(usize, Moment)>,
    /// What was spent in sections that were left.
    spent: BTreeMap<usize, Duration>,
}

impl Pace {
    /// The class is in this section (by its index) now, or in none.
    pub fn note(&mut self, section: Option<usize>, now: Moment) {
        self.begun.get_or_insert(now);
        if self.here.map(|(section, _)| section) == section {
            return;
        }
        if let Some((before, since)) = self.here {
            *self.spent.entry(before).or_default() += now.running.saturating_sub(since.running);
        }
        self.here = section.map(|section| (section, now));
    }

    /// Since the class began.
    #[must_use]
    pub fn elapsed(&self, now: Moment) -> Duration {
        self.begun.map_or(Duration::ZERO, |begun| {
            now.running.saturating_sub(begun.running)
        })
    }

    /// Spent in a section, the visit under way included.
    #[must_use]
    pub fn in_section(&self, section: usize, now: Moment) -> Duration {
        let before = self.spent.get(&section).copied().unwrap_or_default();
        match self.here {
            Some((here, since)) if here == section => {
                before + now.running.saturating_sub(since.running)
            }
            _ => before,
        }
    }

    /// The section the class is in.
    #[must_use]
    pub fn section(&self) -> Option<usize> {
        self.here.map(|(section, _)| section)
    }

    /// When the class began, in milliseconds since the epoch; 0 before it did.
    #[must_use]
    pub fn begun_at(&self) -> u64 {
        self.begun.map_or(0, |begun| begun.wall)
    }

    /// When the class would have entered the section it is in, had it not been elsewhere meanwhile. It stands still
    /// while the section is the same, so that a listener can count on from it.
    #[must_use]
    pub fn section_begun_at(&self) -> Option<u64> {
        let (section, since) = self.here?;
        let before = self.spent.get(&section).copied().unwrap_or_default();
        let before = u64::try_from(before.as_millis()).unwrap_or(u64::MAX);
        Some(since.wall.saturating_sub(before))
    }

    /// How long until a number of minutes changes, of the class or of its section.
    #[must_use]
    pub fn until_next_minute(&self, now: Moment) -> Duration {
        const MINUTE: Duration = Duration::from_mins(1);
        let left = |spent: Duration| {
            let into = u64::try_from(spent.as_millis() % MINUTE.as_millis()).unwrap_or(0);
            MINUTE.saturating_sub(Duration::from_millis(into))
        };
        let all = left(self.elapsed(now));
        match self.here {
            Some((section, _)) => all.min(left(self.in_section(section, now))),
            None => all,
        }
    }
}

/// Whole minutes: `7 of 22 min`, `7 min` where none are planned.
#[must_use]
pub fn minutes(spent: Duration, planned: Option<u32>) -> String {
    let spent = spent.as_secs() / 60;
    match planned {
        Some(planned) => format!("{spent} of {planned} min"),
        None => format!("{spent} min"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment {
            running: Duration::from_secs(seconds),
            wall: 1_700_000_000_000 + seconds * 1000,
        }
    }

    #[test]
    fn time_away_from_a_section_does_not_count_for_it() {
        let mut pace = Pace::default();
        pace.note(Some(4), at(10));
        pace.note(Some(5), at(190));
        pace.note(Some(4), at(310));
        let now = at(550);
        assert_eq!(pace.elapsed(now), Duration::from_mins(9));
        assert_eq!(pace.in_section(4, now), Duration::from_mins(7));
        assert_eq!(pace.in_section(5, now), Duration::from_mins(2));
        assert_eq!(pace.section_begun_at(), Some(at(130).wall));
        assert_eq!(minutes(pace.in_section(4, now), Some(22)), "7 of 22 min");
    }

    #[test]
    fn the_next_minute_is_the_earlier_of_both() {
        let mut pace = Pace::default();
        pace.note(None, at(0));
        pace.note(Some(0), at(50));
        assert_eq!(pace.until_next_minute(at(55)), Duration::from_secs(5));
        assert_eq!(pace.until_next_minute(at(65)), Duration::from_secs(45));
        assert_eq!(pace.until_next_minute(at(120)), Duration::from_secs(50));
    }

    proptest! {
        #[test]
        fn sections_never_take_more_than_the_class(moves in prop::collection::vec((prop::option::of(0usize..4), 0u64..500), 1..20)) {
            let mut pace = Pace::default();
            let mut now = 0;
            for (section, wait) in moves {
                pace.note(section, at(now));
                now += wait;
            }
            let spent: Duration = (0..4).map(|section| pace.in_section(section, at(now))).sum();
            prop_assert!(spent <= pace.elapsed(at(now)));
            prop_assert!(pace.until_next_minute(at(now)) > Duration::ZERO);
        }
    }
}
