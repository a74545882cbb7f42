//! How long a partition has been at its limit, and which addresses its traffic went to.
//!
//! ```text
//!   seconds   …  ░  ▓  ▓  ▓  ░  ▓  ▓  ▓  ▓  …        ▓ at the limit, or refused
//!                   └──────── one streak ────┘       a single second without heat does not end it
//!   touched   [addr, addr, addr, … ]                 the last 128 requests, oldest first
//! ```
//!
//! Invariant: memory is bounded: one streak and at most [`KEPT`] addresses, whatever the traffic.

use std::collections::VecDeque;
use std::time::Duration;

use crate::simulator::Timestamp;

use super::Access;

/// So many addresses are remembered of a partition.
pub const KEPT: usize = 128;
/// Requests that are fewer than these say little about where a partition is hot.
pub const ENOUGH: usize = 8;

/// A request that came to a partition, admitted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// Where it went: an item's address, or where a page began.
    pub address: Box<[u8]>,
    pub access: Access,
    /// Second since 1970.
    pub second: u64,
}

/// What is remembered of a partition's heat.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heat {
    /// First and last hot second of the streak.
    streak: Option<(u64, u64)>,
    touched: VecDeque<Touch>,
}

impl Heat {
    pub fn touch(&mut self, address: &[u8], access: Access, now: Timestamp) {
        if self.touched.len() >= KEPT {
            self.touched.pop_front();
        }
        self.touched.push_back(Touch {
            address: address.into(),
            access,
            second: now.millis() / 1000,
        });
    }

    /// Note that the second of `now` is hot.
    pub fn note(&mut self, now: Timestamp) {
        let second = now.millis() / 1000;
        self.streak = Some(match self.streak {
            Some((first, last)) if second <= last.saturating_add(2) => (first, last.max(second)),
            _ => (second, second),
        });
    }

    /// For how long it has been hot without a break.
    #[must_use]
    pub fn lasted(&self) -> Duration {
        let (first, last) = self.streak.unwrap_or_default();
        Duration::from_secs(last - first)
    }

    /// Whether it has been hot for so long that it should be split.
    #[must_use]
    pub fn is_due(&self, after: Duration) -> bool {
        self.streak.is_some() && self.lasted() >= after && self.touched.len() >= ENOUGH
    }

    /// The last requests of the streak, oldest first.
    pub fn touched(&self) -> impl Iterator<Item = &Touch> {
        let first = self.streak.map_or(0, |(first, _)| first);
        self.touched
            .iter()
            .filter(move |touch| touch.second >= first)
    }

    /// Begin anew, after a split or where none helps.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_streak_bears_one_cool_second_and_no_two() {
        let mut heat = Heat::default();
        for second in [10, 11, 13, 14] {
            heat.note(Timestamp::from_millis(second * 1000));
        }
        assert_eq!(heat.lasted(), Duration::from_secs(4));
        heat.note(Timestamp::from_millis(17_000));
        assert_eq!(heat.lasted(), Duration::ZERO);
    }

    #[test]
    fn addresses_from_before_the_streak_say_nothing_of_it() {
        let mut heat = Heat::default();
        heat.touch(b"before", Access::Read, Timestamp::from_millis(1_000));
        heat.note(Timestamp::from_millis(9_000));
        heat.touch(b"hot", Access::Read, Timestamp::from_millis(9_500));
        let kept: Vec<&[u8]> = heat.touched().map(|touch| &*touch.address).collect();
        assert_eq!(kept, [b"hot"]);
    }

    #[test]
    fn only_the_last_addresses_are_kept() {
        let mut heat = Heat::default();
        for n in 0..10_000u32 {
            heat.touch(&n.to_be_bytes(), Access::Write, Timestamp::default());
        }
        let kept: Vec<_> = heat.touched().collect();
        assert_eq!(kept.len(), KEPT);
        assert_eq!(*kept[KEPT - 1].address, 9_999u32.to_be_bytes());
    }
}
