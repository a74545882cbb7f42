//! Sums over the last few seconds.
//!
//! ```text
//!   second      41   42   43   44   45          now is in second 45
//!   cell         1    2    3    4    0          second modulo their number
//!               ╰── all five count ──╯          what is older is as if it had never been
//! ```
//!
//! Invariant: a sum is a function of what was added and of the second that is asked about; asking changes nothing.

use std::time::Duration;

use crate::simulator::trace::CapacityUnits;

/// How many seconds are summed up: long enough to be read, short enough to be called now.
pub const SECONDS: u64 = CELLS as u64;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    pub requests: u64,
    pub throttled: u64,
    pub read: CapacityUnits,
    pub written: CapacityUnits,
}

impl Sums {
    /// Read and written units together, in halves: for an order, not for a person.
    #[must_use]
    pub const fn weight(&self) -> u64 {
        self.read.halves().saturating_add(self.written.halves())
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.throttled += other.throttled;
        self.read = self.read + other.read;
        self.written = self.written + other.written;
    }
}

/// One for each of the seconds.
const CELLS: usize = 5;

/// What was done in each of the last seconds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Window {
    cells: [(u64, Sums); CELLS],
}

impl Window {
    /// Adds what was done in a second; one that is long gone is left out.
    pub(super) fn add(&mut self, second: u64, sums: &Sums) {
        let index = usize::try_from(second % SECONDS).unwrap_or(0);
        let (of, cell) = &mut self.cells[index];
        match second.cmp(of) {
            std::cmp::Ordering::Less => return,
            std::cmp::Ordering::Greater => {
                *of = second;
                *cell = Sums::default();
            }
            std::cmp::Ordering::Equal => {}
        }
        cell.add(sums);
    }

    /// The sum of the last seconds, the one that runs among them.
    pub(super) fn sum(&self, now: Duration) -> Sums {
        let now = now.as_secs();
        let mut sum = Sums::default();
        for (second, cell) in &self.cells {
            if *second <= now && now - second < SECONDS {
                sum.add(cell);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Sums {
        Sums {
            requests: 1,
            written: CapacityUnits::whole(3),
            ..Sums::default()
        }
    }

    #[test]
    fn what_is_older_than_the_window_does_not_count() {
        let mut window = Window::default();
        for second in [10, 10, 12, 14] {
            window.add(second, &one());
        }
        let requests = |second| window.sum(Duration::from_secs(second)).requests;
        assert_eq!(requests(14), 4);
        assert_eq!(requests(15), 2, "second 10 is over");
        assert_eq!(requests(18), 1);
        assert_eq!(requests(19), 0);
        assert_eq!(window.sum(Duration::from_secs(14)).written.halves(), 24);
    }

    #[test]
    fn a_cell_is_used_again_and_a_late_one_is_left_out() {
        let mut window = Window::default();
        window.add(3, &one());
        window.add(8, &one());
        window.add(3, &one());
        assert_eq!(window.sum(Duration::from_secs(8)).requests, 1);
        assert_eq!(window.sum(Duration::from_secs(7)).requests, 0);
    }
}
