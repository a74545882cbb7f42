//! Exact addition and subtraction, for `SET a = a + :n` and `ADD`.
//!
//! DynamoDB doesn't round: a result with more than 38 significant digits is refused.

use super::{Number, NumberError};

impl Number {
    /// The exact sum.
    ///
    /// # Errors
    /// When the sum has more than 38 significant digits or leaves the range.
    pub fn checked_add(self, other: Self) -> Result<Self, NumberError> {
        if other.is_zero() {
            return Ok(self);
        }
        if self.is_zero() {
            return Ok(other);
        }
        let (high, low) = if self.exponent >= other.exponent {
            (self, other)
        } else {
            (other, self)
        };
        let gap = u32::from(high.exponent.abs_diff(low.exponent));
        // The lowest digit of `low` isn't zero and nothing of `high` reaches it, so the sum is written down to that digit. Where
        // `high` doesn't fit when written that far, it is over 3.4 × 10^38 and `low` under 10^38: the sum has 39 digits or more.
        let aligned = 10_u128
            .checked_pow(gap)
            .and_then(|power| high.digits().unsigned_abs().checked_mul(power))
            .ok_or(NumberError::TooManyDigits)?;
        let small = low.digits().unsigned_abs();
        let (negative, magnitude) = if high.is_negative() == low.is_negative() {
            (
                high.is_negative(),
                aligned
                    .checked_add(small)
                    .ok_or(NumberError::TooManyDigits)?,
            )
        } else if aligned >= small {
            (high.is_negative(), aligned - small)
        } else {
            (low.is_negative(), small - aligned)
        };
        // Where both had the same exponent the sum may be a little too large for an i128 and still end in a zero.
        let (magnitude, exponent) = if magnitude.is_multiple_of(10) {
            (magnitude / 10, i64::from(low.exponent) + 1)
        } else {
            (magnitude, i64::from(low.exponent))
        };
        let signed = i128::try_from(magnitude).map_err(|_| NumberError::TooManyDigits)?;
        Self::from_parts(if negative { -signed } else { signed }, exponent)
    }

    /// The exact difference.
    ///
    /// # Errors
    /// As [`Number::checked_add`].
    pub fn checked_sub(self, other: Self) -> Result<Self, NumberError> {
        self.checked_add(other.negated())
    }

    /// The same magnitude with the other sign; zero stays zero.
    #[must_use]
    pub fn negated(self) -> Self {
        Self {
            digits: (-self.digits()).to_ne_bytes(),
            exponent: self.exponent,
        }
    }
}
