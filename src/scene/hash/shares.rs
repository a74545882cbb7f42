//! Places in the hash range, and how evenly a table spreads.
//!
//! Invariant: whole numbers decide; a double is only ever a place on a screen.

use super::super::words::{percent, plural};
use crate::simulator::trace::PartitionState;

/// How far along the range a hash is: `62.2 %`.
#[must_use]
pub fn share_of_range(hash: u64) -> String {
    // In whole numbers: a double could not hold the last hash and would call it 2⁶⁴ anyway.
    let tenths = (u128::from(hash) * 1000 + (1 << 63)) >> 64;
    if tenths.is_multiple_of(10) {
        format!("{} %", tenths / 10)
    } else {
        format!("{}.{} %", tenths / 10, tenths % 10)
    }
}

/// How far along the range a hash is, from 0 to 1.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a place on a screen")]
pub fn fraction(hash: u64) -> f64 {
    hash as f64 / 18_446_744_073_709_551_616.0
}

/// Which of `columns` equal parts of the range a hash is in.
#[must_use]
pub fn column(hash: u64, columns: usize) -> usize {
    let at = (u128::from(hash) * columns as u128) >> 64;
    usize::try_from(at).expect("less than the columns")
}

/// How evenly the items lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// The largest partition holds less than one and a half even shares.
    Even,
    Uneven,
    /// The largest partition holds at least four fifths of all.
    OneHasNearlyAll,
}

impl Spread {
    pub const ALL: [Self; 3] = [Self::Even, Self::Uneven, Self::OneHasNearlyAll];

    /// As a choice says it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Even => "about an even share",
            Self::Uneven => "clearly more",
            Self::OneHasNearlyAll => "nearly everything",
        }
    }
}

/// The largest partition beside an even share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares<'a> {
    /// Of equal ones the first.
    pub largest: &'a PartitionState,
    pub items: u64,
    pub partitions: u64,
}

impl<'a> Shares<'a> {
    /// `None` without items.
    #[must_use]
    pub fn of(partitions: &'a [PartitionState]) -> Option<Self> {
        let items: u64 = partitions.iter().map(|state| state.items).sum();
        let largest = partitions.iter().rev().max_by_key(|state| state.items)?;
        (items > 0).then_some(Self {
            largest,
            items,
            partitions: partitions.len() as u64,
        })
    }

    #[must_use]
    pub fn spread(&self) -> Spread {
        let largest = u128::from(self.largest.items);
        let (items, partitions) = (u128::from(self.items), u128::from(self.partitions));
        if largest * partitions * 2 < items * 3 {
            Spread::Even
        } else if largest * 5 >= items * 4 {
            Spread::OneHasNearlyAll
        } else {
            Spread::Uneven
        }
    }

    /// How many even shares the largest is: `2.4`.
    #[must_use]
    pub fn times_even(&self) -> String {
        let (items, partitions) = (u128::from(self.items), u128::from(self.partitions));
        let tenths = (u128::from(self.largest.items) * partitions * 10 + items / 2) / items;
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    /// `50 %`.
    #[must_use]
    pub fn largest_share(&self) -> String {
        percent(self.largest.items, self.items)
    }

    #[must_use]
    pub fn even_share(&self) -> String {
        percent(1, self.partitions)
    }
}

/// The largest share of items beside an even one, in words.
#[must_use]
pub fn shares(partitions: &[PartitionState]) -> String {
    let Some(shares) = Shares::of(partitions) else {
        return "no items yet".to_owned();
    };
    format!(
        "largest share P{} {}, even would be {}: {} times",
        shares.largest.id.0,
        shares.largest_share(),
        shares.even_share(),
        shares.times_even()
    )
}

/// The same where there is little room: `P2 50 %, 2.0 × even`.
#[must_use]
pub fn shares_in_short(partitions: &[PartitionState]) -> String {
    let Some(shares) = Shares::of(partitions) else {
        return "no items yet".to_owned();
    };
    format!(
        "P{} {}, {} × even",
        shares.largest.id.0,
        shares.largest_share(),
        shares.times_even()
    )
}

/// How many partitions have no item at all: `3 partitions are empty`; nothing when none is.
#[must_use]
pub fn idle(partitions: &[PartitionState]) -> Option<String> {
    let idle = partitions.iter().filter(|state| state.items == 0).count() as u64;
    let verb = if idle == 1 { "is" } else { "are" };
    (idle > 0).then(|| format!("{} {verb} empty", plural(idle, "partition")))
}
