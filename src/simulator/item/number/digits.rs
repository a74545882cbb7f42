//! Whole numbers as text without the formatter, which costs several times what the digits do: every item that is read or shown
//! has some.
//!
//! Invariant: the text is ASCII and what `to_string` gives.

/// The most bytes that an `i64` takes: a sign and nineteen digits.
const LONGEST: usize = 20;

/// The text of a whole number; it ends at the end of the bytes.
pub(super) struct Digits {
    bytes: [u8; LONGEST],
    from: usize,
}

impl Digits {
    pub(super) fn of(whole: i64) -> Self {
        let mut bytes = [b'0'; LONGEST];
        let mut from = LONGEST;
        let mut left = whole.unsigned_abs();
        loop {
            from -= 1;
            bytes[from] += u8::try_from(left % 10).expect("a digit");
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if whole < 0 {
            from -= 1;
            bytes[from] = b'-';
        }
        Self { bytes, from }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.from..]
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("digits and a sign are ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_written_as_the_formatter_writes_them() {
        for whole in [0, 7, -7, 10, 999, 1_000, 4_096, i64::MAX, i64::MIN] {
            assert_eq!(Digits::of(whole).as_str(), whole.to_string());
        }
    }
}
