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

impl Number {
    /// At most 22 bytes; see the module for their layout.
    #[must_use]
    pub fn order_bytes(self) -> Vec<u8> {
        if self.is_zero() {
            return vec![0x80];
        }
        let magnitude = u8::try_from(self.magnitude() - MIN_MAGNITUDE)
            .expect("magnitudes run from -130 to 125: 256 of them");
        let mut digits = self.digits().unsigned_abs();
        if self.digit_count() % 2 == 1 {
            digits *= 10;
        }
        let mut pairs = Vec::with_capacity(22);
        while digits > 0 {
            pairs.push(u8::try_from(digits % 100).expect("a remainder below 100") + 1);
            digits /= 100;
        }
        pairs.push(magnitude);
        pairs.push(0xc0);
        pairs.reverse();
        if self.is_negative() {
            // The complement of C0 is 3F: below zero's 80, and larger magnitudes come first.
            for byte in &mut pairs {
                *byte = !*byte;
            }
            pairs.push(0xff);
        }
        pairs
    }
}
