//! Millionths of a capacity unit, signed: half a unit and a millisecond's refill of one unit a second are whole numbers.

use crate::simulator::trace::CapacityUnits;

const UNIT: i64 = 1_000_000;
/// No rate above this is told apart from it: a billion units a second, so that 300 seconds of it fit.
const MOST_UNITS: u64 = 1_000_000_000;

/// An amount of capacity, or a debt of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Micro(i64);

impl Micro {
    pub const ZERO: Self = Self(0);

    /// Whole units.
    #[must_use]
    pub fn units(units: u64) -> Self {
        let units = i64::try_from(units.min(MOST_UNITS)).expect("a billion fits");
        Self(units * UNIT)
    }

    /// What `units` a second come to in some milliseconds.
    #[must_use]
    pub fn in_millis(units: u64, millis: u64) -> Self {
        let units = i128::from(units.min(MOST_UNITS));
        let micro = units * i128::from(millis) * i128::from(UNIT / 1000);
        Self(i64::try_from(micro).unwrap_or(i64::MAX))
    }

    #[must_use]
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// This much `numerator / denominator` times, rounded down.
    #[must_use]
    pub fn share(self, numerator: u64, denominator: u64) -> Self {
        let part = i128::from(self.0) * i128::from(numerator) / i128::from(denominator.max(1));
        Self(i64::try_from(part).unwrap_or(i64::MAX))
    }

    /// As half units, rounded down; a debt is nothing.
    #[must_use]
    pub fn to_units(self) -> CapacityUnits {
        CapacityUnits::from_halves(u64::try_from(self.0 / (UNIT / 2)).unwrap_or(0))
    }
}

impl From<CapacityUnits> for Micro {
    fn from(units: CapacityUnits) -> Self {
        let halves = i64::try_from(units.halves()).unwrap_or(i64::MAX);
        Self(halves.saturating_mul(UNIT / 2))
    }
}

impl std::ops::Add for Micro {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Micro {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_and_milliseconds_are_whole() {
        assert_eq!(Micro::from(CapacityUnits::from_halves(1)), Micro(500_000));
        assert_eq!(Micro::in_millis(1, 1), Micro(1_000));
        assert_eq!(Micro::in_millis(u64::MAX, u64::MAX), Micro(i64::MAX));
        assert_eq!(
            (Micro::ZERO - Micro::units(3)).to_units(),
            CapacityUnits::ZERO
        );
        assert_eq!(Micro::units(7).share(1, 2).to_units().to_string(), "3.5");
    }
}
