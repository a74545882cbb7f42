//! Numbers as bytes that sort as the numbers do.
//!
//! ```text
//!   zero       80
//!   positive   C0  magnitude+130  pairs of digits, each + 1
//!   negative   3F  the same, every byte complemented  FF
//! ```
//!
//! Pairs (base 100) start at the first significant digit and trailing zeros are never written, so a text that goes on is a
//! larger magnitude; the closing FF turns that round for negative numbers.
//! Invariant: `a < b` as numbers exactly when `a.order_bytes() < b.order_bytes()`.

use super::{MIN_MAGNITUDE, Number};
use crate::simulator::item::bytes::Bytes;

/// The most bytes: a sign, a magnitude, nineteen pairs and, of negative numbers, an end.
const LONGEST: usize = 22;

impl Number {
    /// The form in which real tables have been seen to hash numbers: an exponent of 100, then pairs of digits, each + 1.
    ///
    /// ```text
    ///   zero       80
    ///   positive   C0 + exponent         pairs aligned to the point, each + 1
    ///   negative   complement of it      101 - pair each   66
    /// ```
    #[must_use]
    pub fn pair_bytes(self) -> Vec<u8> {
        if self.is_zero() {
            return vec![0x80];
        }
        let point = self.magnitude() + 1;
        // Pairs begin at the point, so the first one may have one digit alone, and so may the last.
        let lone = point.rem_euclid(2) == 1;
        let text = self.digits().unsigned_abs().to_string();
        let digits: Vec<u8> = lone
            .then_some(0)
            .into_iter()
            .chain(text.bytes().map(|digit| digit - b'0'))
            .collect();
        let exponent = u8::try_from(0xc0 + i64::midpoint(point, i64::from(lone)))
            .expect("magnitudes run from -130 to 125");
        let mut bytes = vec![exponent];
        bytes.extend(digits.chunks(2).map(|pair| match *pair {
            [tens, ones] => tens * 10 + ones + 1,
            [tens] => tens * 10 + 1,
            _ => unreachable!("pairs have one or two digits"),
        }));
        if self.is_negative() {
            bytes[0] = !bytes[0];
            for pair in &mut bytes[1..] {
                *pair = 102 - *pair;
            }
            // Nineteen pairs and an end are what there is room for.
            if bytes.len() <= 20 {
                bytes.push(102);
            }
        }
        bytes
    }

    /// At most 22 bytes; see the module for their layout.
    #[must_use]
    pub fn order_bytes(self) -> Bytes {
        if self.is_zero() {
            return [0x80][..].into();
        }
        let magnitude = u8::try_from(self.magnitude() - MIN_MAGNITUDE)
            .expect("magnitudes run from -130 to 125: 256 of them");
        let mut digits = self.digits().unsigned_abs();
        if self.digit_count() % 2 == 1 {
            digits *= 10;
        }
        let mut bytes = [0; LONGEST];
        let mut from = LONGEST;
        let mut push = |byte: u8| {
            from -= 1;
            bytes[from] = byte;
        };
        if self.is_negative() {
            // Complemented with the rest.
            push(0);
        }
        // Only long numbers need the wide division, and only for their first digits.
        while digits > u128::from(u64::MAX) {
            let rest = u64::try_from(digits % 100).expect("below 100");
            push(pair(rest));
            digits /= 100;
        }
        let mut digits = u64::try_from(digits).expect("what is left of the wide digits");
        while digits > 0 {
            push(pair(digits % 100));
            digits /= 100;
        }
        push(magnitude);
        push(0xc0);
        let bytes = &mut bytes[from..];
        if self.is_negative() {
            // The complement of C0 is 3F: below zero's 80, and larger magnitudes come first.
            for byte in &mut *bytes {
                *byte = !*byte;
            }
        }
        (&*bytes).into()
    }

    /// The number that has these bytes.
    ///
    /// # Panics
    /// Of bytes that no number has.
    #[must_use]
    pub fn of_order(bytes: &[u8]) -> Self {
        const MADE: &str = "they were made by `order_bytes`";
        let negative = bytes[0] < 0x80;
        let complemented;
        let bytes = if negative {
            let (_, rest) = bytes.split_last().expect(MADE);
            complemented = rest.iter().map(|byte| !byte).collect::<Vec<u8>>();
            &complemented
        } else {
            bytes
        };
        let [_, magnitude, pairs @ ..] = bytes else {
            return Self::ZERO;
        };
        let digits = pairs
            .iter()
            .fold(0, |digits, pair| digits * 100 + i128::from(pair - 1));
        let behind_the_first = 2 * i64::try_from(pairs.len()).expect(MADE) - 1;
        let exponent = i64::from(*magnitude) + MIN_MAGNITUDE - behind_the_first;
        Self::from_parts(if negative { -digits } else { digits }, exponent).expect(MADE)
    }
}

fn pair(digits: u64) -> u8 {
    u8::try_from(digits).expect("two digits") + 1
}
