//! Numbers as DynamoDB has them: a sign, up to 38 decimal digits and an exponent.
//!
//! ```text
//!   -12.5      digits -125, exponent -1        value = digits × 10^exponent
//!   1E+2       digits 1,    exponent 2         printed as 100
//! ```
//!
//! 38 digits fit into an `i128` with its sign, and the whole number into 18 bytes. Binary floating point is never involved: `0.1 + 0.2` is `0.3`.
//! Invariant: `digits` doesn't end in a decimal zero and has at most 38 digits; zero is digits 0, exponent 0. So equal numbers are equal
//! bit by bit. The magnitude is zero or within 1E-130 … 9.99…E+125.

mod arithmetic;
mod digits;
mod order;
mod parse;

use std::cmp::Ordering;
use std::fmt;

use super::Text;
use digits::Digits;

/// Significant decimal digits a number may have.
const MAX_DIGITS: u32 = 38;
/// The power of ten of the first digit of the largest number.
const MAX_MAGNITUDE: i64 = 125;
/// The power of ten of the first digit of the smallest number.
const MIN_MAGNITUDE: i64 = -130;

/// A DynamoDB number: exact, at most 38 significant digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number {
    /// A signed integer in native byte order. Bytes, because the alignment of `i128` would make every value of an item 16 bytes larger.
    digits: [u8; 16],
    exponent: i16,
}

/// Why a text or the result of an addition isn't a number DynamoDB can store. The texts are those observed from AWS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    #[error("The parameter cannot be converted to a numeric value: {0}")]
    NotNumeric(String),
    #[error("Attempting to store more than 38 significant digits in a Number")]
    TooManyDigits,
    #[error(
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    )]
    Overflow,
    #[error(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range"
    )]
    Underflow,
}

impl Number {
    pub const ZERO: Self = Self {
        digits: [0; 16],
        exponent: 0,
    };

    /// `digits × 10^exponent`, brought to its one representation and checked against the limits.
    ///
    /// # Errors
    /// Too many digits first, then too large or too small, as AWS checks them.
    fn from_parts(mut digits: i128, exponent: i64) -> Result<Self, NumberError> {
        if digits == 0 {
            return Ok(Self::ZERO);
        }
        let mut exponent = exponent;
        while digits % 10 == 0 {
            digits /= 10;
            exponent = exponent.saturating_add(1);
        }
        let count = digits.unsigned_abs().ilog10() + 1;
        if count > MAX_DIGITS {
            return Err(NumberError::TooManyDigits);
        }
        let magnitude = exponent.saturating_add(i64::from(count) - 1);
        check_magnitude(magnitude)?;
        let exponent = i16::try_from(exponent)
            .expect("the magnitude is within its limits, so the exponent is within ±200");
        Ok(Self {
            digits: digits.to_ne_bytes(),
            exponent,
        })
    }

    const fn digits(self) -> i128 {
        i128::from_ne_bytes(self.digits)
    }

    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.digits() == 0
    }

    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.digits() < 0
    }

    /// The number where it is whole and no larger than an `i64`, as most are.
    fn as_whole(self) -> Option<i64> {
        let digits = i64::try_from(self.digits()).ok()?;
        if self.exponent == 0 {
            return Some(digits);
        }
        let power = 10_i64.checked_pow(u32::try_from(self.exponent).ok()?)?;
        digits.checked_mul(power)
    }

    /// Append the text that [`fmt::Display`] prints.
    pub fn write(self, to: &mut Vec<u8>) {
        match self.as_whole() {
            Some(whole) => to.extend_from_slice(Digits::of(whole).as_bytes()),
            None => to.extend_from_slice(self.to_string().as_bytes()),
        }
    }

    /// Whether a text is the one that [`fmt::Display`] prints; of a number that is not whole or beyond 64 bits, no for every text.
    #[must_use]
    pub fn is_written_as(self, text: &str) -> bool {
        self.as_whole()
            .is_some_and(|whole| Digits::of(whole).as_str() == text)
    }

    /// The text that [`fmt::Display`] prints.
    #[must_use]
    pub fn text(self) -> Text {
        match self.as_whole() {
            Some(whole) => Digits::of(whole).as_str().into(),
            None => self.to_string().into(),
        }
    }

    /// How many significant digits; zero has none.
    fn digit_count(self) -> u32 {
        match self.digits().unsigned_abs() {
            0 => 0,
            digits => u64::try_from(digits).map_or_else(|_| digits.ilog10(), u64::ilog10) + 1,
        }
    }

    /// The power of ten of the first significant digit.
    fn magnitude(self) -> i64 {
        i64::from(self.exponent) + i64::from(self.digit_count()) - 1
    }

    /// The whole part of the number times `10^places`; nothing where it is negative or doesn't fit.
    #[must_use]
    pub fn whole_part(self, places: i16) -> Option<u64> {
        if self.is_negative() {
            return None;
        }
        if self.is_zero() {
            return Some(0);
        }
        let exponent = self.exponent.saturating_add(places);
        let power = 10_i128.checked_pow(u32::from(exponent.unsigned_abs()));
        let whole = match (power, exponent >= 0) {
            (Some(power), true) => self.digits().checked_mul(power)?,
            (Some(power), false) => self.digits() / power,
            (None, true) => return None,
            // Divided by more than it has digits.
            (None, false) => 0,
        };
        u64::try_from(whole).ok()
    }

    /// What the number adds to an item's size, in bytes: 1, one for each two significant digits before the point and one for each two
    /// after it (each rounded up), and 1 if it is negative. Measured against AWS by others; the guide's "about" is only near.
    #[must_use]
    pub fn size(self) -> u64 {
        let count = i64::from(self.digit_count());
        let integer = (count + i64::from(self.exponent)).clamp(0, count);
        let fraction = count - integer;
        let pairs = (integer + 1) / 2 + (fraction + 1) / 2;
        1 + pairs.unsigned_abs() + u64::from(self.is_negative())
    }
}

fn check_magnitude(magnitude: i64) -> Result<(), NumberError> {
    if magnitude > MAX_MAGNITUDE {
        return Err(NumberError::Overflow);
    }
    if magnitude < MIN_MAGNITUDE {
        return Err(NumberError::Underflow);
    }
    Ok(())
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (self.digits(), other.digits());
        if a.signum() != b.signum() || a == 0 {
            return a.signum().cmp(&b.signum());
        }
        let magnitudes = self.magnitude().cmp(&other.magnitude()).then_with(|| {
            // The same power of ten in front: with as many digits each, the digits alone decide.
            let widen = |digits: u128, count| digits * 10_u128.pow(MAX_DIGITS - count);
            widen(a.unsigned_abs(), self.digit_count())
                .cmp(&widen(b.unsigned_abs(), other.digit_count()))
        });
        if a < 0 {
            magnitudes.reverse()
        } else {
            magnitudes
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    /// The text AWS returns: plain digits without exponent, leading or trailing zeros, whatever the form that was sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(whole) = self.as_whole() {
            return f.write_str(Digits::of(whole).as_str());
        }
        if self.is_negative() {
            f.write_str("-")?;
        }
        let digits = self.digits().unsigned_abs().to_string();
        if let Ok(zeros) = usize::try_from(self.exponent) {
            return write!(f, "{digits}{:0<zeros$}", "");
        }
        let fraction = usize::from(self.exponent.unsigned_abs());
        match digits.len().checked_sub(fraction) {
            Some(integer) if integer > 0 => {
                write!(f, "{}.{}", &digits[..integer], &digits[integer..])
            }
            _ => write!(f, "0.{digits:0>fraction$}"),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self::from_parts(i128::from(integer), 0).expect("an i64 has at most 19 digits")
    }
}

impl From<u64> for Number {
    fn from(integer: u64) -> Self {
        Self::from_parts(i128::from(integer), 0).expect("a u64 has at most 20 digits")
    }
}

#[cfg(test)]
mod tests;
