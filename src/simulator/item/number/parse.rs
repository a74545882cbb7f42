//! Reading a number's text.
//!
//! ```text
//!   sign? digits with at most one point (at least one digit) ( (e|E) sign? digits )?
//! ```
//!
//! Nothing else, and no space anywhere: what AWS was observed to accept. The text may be as long as a request; it is
//! read in one pass and never multiplied out.

use super::{MAX_DIGITS, Number, NumberError, check_magnitude};
use std::str::FromStr;

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        if let Some(number) = plain(text.as_bytes()) {
            return Ok(number);
        }
        let written =
            Written::read(text).ok_or_else(|| NumberError::NotNumeric(text.to_owned()))?;
        let Some(first) = written.coefficient().position(|digit| digit != 0) else {
            // Zero has no magnitude of its own, but AWS checks it as if its last written digit were a 1: `0e126` overflows.
            check_magnitude(written.exponent_of_last())?;
            return Ok(Self::ZERO);
        };
        let trailing = written
            .coefficient()
            .rev()
            .take_while(|digit| *digit == 0)
            .count();
        let significant = written.coefficient().count() - first - trailing;
        if significant > MAX_DIGITS as usize {
            return Err(NumberError::TooManyDigits);
        }
        let digits = written
            .coefficient()
            .skip(first)
            .take(significant)
            .fold(0_i128, |sum, digit| sum * 10 + i128::from(digit));
        let trailing = i64::try_from(trailing).expect("a text is shorter than an i64");
        Self::from_parts(
            if written.negative { -digits } else { digits },
            written.exponent_of_last().saturating_add(trailing),
        )
    }
}

impl Number {
    /// Of a text that is known to be a number's.
    pub(in super::super) fn of_ascii(text: &[u8]) -> Self {
        plain(text).unwrap_or_else(|| {
            let text = std::str::from_utf8(text).expect("numbers are ASCII");
            text.parse().expect("the text is a number's")
        })
    }
}

/// A number of up to 18 digits without point and exponent, as nearly all are: it fits into 64 bits, which are quicker than 128.
fn plain(text: &[u8]) -> Option<Number> {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    if unsigned.is_empty() || unsigned.len() > 18 || !unsigned.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut digits = unsigned
        .iter()
        .fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    if digits == 0 {
        return Some(Number::ZERO);
    }
    let mut exponent = 0;
    while digits % 10 == 0 {
        digits /= 10;
        exponent += 1;
    }
    let negative = unsigned.len() < text.len();
    Some(Number {
        digits: i128::from(if negative { -digits } else { digits }).to_ne_bytes(),
        exponent,
    })
}

/// A text that has the form of a number, in its parts.
struct Written<'t> {
    negative: bool,
    /// Digits with at most one point.
    digits: &'t [u8],
    fraction_digits: usize,
    exponent: i64,
}

impl<'t> Written<'t> {
    fn read(text: &'t str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (negative, unsigned) = match bytes.split_first() {
            Some((b'-', rest)) => (true, rest),
            Some((b'+', rest)) => (false, rest),
            _ => (false, bytes),
        };
        let end = unsigned
            .iter()
            .position(|byte| matches!(byte, b'e' | b'E'))
            .unwrap_or(unsigned.len());
        let digits = &unsigned[..end];
        let point = digits.iter().position(|byte| *byte == b'.');
        let points = usize::from(point.is_some());
        let only_digits = digits.iter().filter(|byte| byte.is_ascii_digit()).count();
        if only_digits == 0 || only_digits + points != digits.len() {
            return None;
        }
        let exponent = match unsigned.get(end + 1..) {
            // AWS reads the exponent as a 64-bit integer; one that doesn't fit is no number rather than an overflow.
            Some(exponent) => std::str::from_utf8(exponent).ok()?.parse().ok()?,
            None => 0,
        };
        let fraction_digits = point.map_or(0, |point| digits.len() - point - 1);
        Some(Self {
            negative,
            digits,
            fraction_digits,
            exponent,
        })
    }

    fn coefficient(&self) -> impl DoubleEndedIterator<Item = u8> {
        self.digits
            .iter()
            .filter(|byte| **byte != b'.')
            .map(|byte| byte - b'0')
    }

    /// The power of ten of the last written digit.
    fn exponent_of_last(&self) -> i64 {
        let fraction = i64::try_from(self.fraction_digits).expect("a text is shorter than an i64");
        self.exponent.saturating_sub(fraction)
    }
}
