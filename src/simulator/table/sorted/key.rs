//! The key of an entry, small, and what a search looks for.
//!
//! A search compares keys of many entries, so keys of up to 30 bytes, which addresses of short primary keys are, lie inside their
//! entries, filled up with zeros; longer ones are boxed. Two short ones are compared as two large numbers and their lengths:
//!
//! ```text
//!   bytes    0 ──────────────── 16
//!                             14 ──────────────── 30      the numbers overlap, which does no harm once the first are equal
//! ```
//!
//! Invariant: the order is that of the bytes. Where the zeros of a shorter key make it equal to a longer one, the lengths decide.

use std::cmp::Ordering;
use std::ops::Deref;

/// The longest key that needs no allocation, in bytes.
const SHORT: usize = 30;

/// The bytes of a key.
#[derive(Debug, Clone)]
pub(super) enum Key {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Box<[u8]>),
}

impl Key {
    /// The bytes of a short key, filled up with zeros, and its length.
    fn short(key: &[u8]) -> Option<([u8; SHORT], u8)> {
        let mut bytes = [0; SHORT];
        bytes.get_mut(..key.len())?.copy_from_slice(key);
        Some((bytes, u8::try_from(key.len()).ok()?))
    }

    /// The first eight bytes as a number; of a shorter key as if zeros followed.
    pub(super) fn head(&self) -> u64 {
        match self {
            Self::Short { bytes, .. } => first_eight(bytes),
            Self::Long(bytes) => head(bytes),
        }
    }
}

impl Deref for Key {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Short { length, bytes } => &bytes[..usize::from(*length)],
            Self::Long(bytes) => bytes,
        }
    }
}

impl From<&[u8]> for Key {
    fn from(key: &[u8]) -> Self {
        match Self::short(key) {
            Some((bytes, length)) => Self::Short { length, bytes },
            None => Self::Long(key.into()),
        }
    }
}

fn first_eight(bytes: &[u8; SHORT]) -> u64 {
    u64::from_be_bytes(*bytes.first_chunk().expect("a short key has room for 30"))
}

/// The first eight bytes of a key as a number; of a shorter one as if zeros followed. A key that is not above another has no higher one.
pub(super) fn head(key: &[u8]) -> u64 {
    if let Some(eight) = key.first_chunk() {
        return u64::from_be_bytes(*eight);
    }
    let mut bytes = [0; 8];
    bytes[..key.len()].copy_from_slice(key);
    u64::from_be_bytes(bytes)
}

/// The first and the last sixteen bytes as numbers, which overlap: together they are in the order of the bytes.
fn halves(bytes: &[u8; SHORT]) -> (u128, u128) {
    let first = bytes.first_chunk().expect("30 bytes have 16");
    let last = bytes.last_chunk().expect("30 bytes have 16");
    (u128::from_be_bytes(*first), u128::from_be_bytes(*last))
}

/// A key that is looked for, with what is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sought<'k> {
    key: &'k [u8],
    /// Of a short key: its halves and its length.
    short: Option<(u128, u128, u8)>,
}

impl<'k> Sought<'k> {
    pub(super) fn new(key: &'k [u8]) -> Self {
        let short = Key::short(key).map(|(bytes, length)| {
            let (first, last) = halves(&bytes);
            (first, last, length)
        });
        Self { key, short }
    }

    /// How a key stands to this one.
    #[inline]
    pub(super) fn order_of(&self, key: &Key) -> Ordering {
        match (key, self.short) {
            (Key::Short { length, bytes }, Some((first, last, sought))) => {
                let here = halves(bytes);
                here.0
                    .cmp(&first)
                    .then_with(|| here.1.cmp(&last))
                    .then_with(|| length.cmp(&sought))
            }
            _ => (**key).cmp(self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_of_any_length_keep_their_bytes() {
        assert_eq!(size_of::<Key>(), 32);
        for length in [0, 1, 30, 31, 300] {
            let bytes = vec![7; length];
            assert_eq!(*Key::from(&*bytes), *bytes);
        }
    }

    /// Keys that differ late, or only by zeros at the end.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        (0usize..34, prop::collection::vec(0u8..3, 0..5)).prop_map(|(length, end)| {
            let mut bytes = vec![0; length];
            bytes.extend(end);
            bytes
        })
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_the_bytes(a in bytes(), b in bytes()) {
            prop_assert_eq!(Sought::new(&b).order_of(&Key::from(&*a)), a.cmp(&b));
            prop_assert_eq!(Key::from(&*a).head(), head(&a));
            if a <= b {
                prop_assert!(head(&a) <= head(&b));
            }
        }
    }
}
