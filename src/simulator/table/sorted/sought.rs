//! What a search in a sorted map looks for.
//!
//! A search compares keys of many entries, so short keys, which addresses of short primary keys are, lie inside their entries
//! ([`Bytes`]), and two of them are compared as two large numbers and their lengths:
//!
//! ```text
//!   bytes    0 ──────────────── 16
//!                             14 ──────────────── 30      the numbers overlap, which does no harm once the first are equal
//! ```
//!
//! Invariant: the order is that of the bytes. Where the zeros of a shorter key make it equal to a longer one, the lengths decide.

use std::cmp::Ordering;

use crate::simulator::item::bytes::{Bytes, SHORT};

/// What tells nearly all keys apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) first: u8,
    pub(super) second: u8,
}

/// The first and the last sixteen bytes as numbers, which overlap: together they are in the order of the bytes.
fn halves(bytes: &[u8; SHORT]) -> (u128, u128) {
    let first = bytes.first_chunk().expect("30 bytes have 16");
    let last = bytes.last_chunk().expect("30 bytes have 16");
    (u128::from_be_bytes(*first), u128::from_be_bytes(*last))
}

/// The first eight bytes of a key as a number, with zeros for those it doesn't have: the lower of two keys has no higher head.
pub(super) fn head_of(key: &[u8]) -> u64 {
    let mut head = [0; 8];
    let length = key.len().min(head.len());
    head[..length].copy_from_slice(&key[..length]);
    u64::from_be_bytes(head)
}

/// Two bytes that every bit of a key has a part in.
pub(super) fn mark_of(key: &Bytes) -> Mark {
    match key {
        Bytes::Short { bytes, .. } => {
            let (first, last) = halves(bytes);
            mark_of_halves(first, last)
        }
        Bytes::Long(key) => mark_of_long(key),
    }
}

fn mark_of_halves(first: u128, last: u128) -> Mark {
    highest(mix(mix(0, first), last))
}

fn mark_of_long(key: &[u8]) -> Mark {
    let sixteens = key.chunks(16).map(|some| {
        let mut sixteen = [0; 16];
        sixteen[..some.len()].copy_from_slice(some);
        u128::from_be_bytes(sixteen)
    });
    highest(sixteens.fold(0, mix))
}

fn highest(mixed: u64) -> Mark {
    let [first, second, ..] = mixed.to_be_bytes();
    Mark { first, second }
}

/// Another sixteen bytes into a number whose highest bits all others reach.
fn mix(mixed: u64, sixteen: u128) -> u64 {
    /// Odd, with bits all over it: 2⁶⁴ over the golden ratio.
    const MANY_BITS: u64 = 0x9e37_79b9_7f4a_7c15;
    let bytes = sixteen.to_be_bytes();
    let (eights, _) = bytes.as_chunks();
    eights.iter().fold(mixed, |mixed, eight| {
        (mixed ^ u64::from_be_bytes(*eight)).wrapping_mul(MANY_BITS)
    })
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
        let short = Bytes::short(key).map(|(bytes, length)| {
            let (first, last) = halves(&bytes);
            (first, last, length)
        });
        Self { key, short }
    }

    /// Of a key that has the form of those it is compared with.
    pub(super) fn of(key: &'k Bytes) -> Self {
        let short = match key {
            Bytes::Short { length, bytes } => {
                let (first, last) = halves(bytes);
                Some((first, last, *length))
            }
            Bytes::Long(_) => None,
        };
        Self { key, short }
    }

    /// What [`head_of`] says of it.
    pub(super) fn head(&self) -> u64 {
        head_of(self.key)
    }

    /// What [`mark_of`] says of it.
    pub(super) fn mark(&self) -> Mark {
        match self.short {
            Some((first, last, _)) => mark_of_halves(first, last),
            None => mark_of_long(self.key),
        }
    }

    /// How a key stands to this one.
    #[inline]
    pub(super) fn order_of(&self, key: &Bytes) -> Ordering {
        match (key, self.short) {
            (Bytes::Short { length, bytes }, Some((first, last, sought))) => {
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
            let (key, entry) = (Bytes::from(&*b), Bytes::from(&*a));
            prop_assert_eq!(Sought::new(&b).order_of(&entry), a.cmp(&b));
            prop_assert_eq!(Sought::of(&key).order_of(&entry), a.cmp(&b));
            prop_assert!(head_of(&a) <= head_of(&b) || a > b);
        }

        #[test]
        fn a_key_has_one_mark(key in bytes()) {
            let bytes = Bytes::from(&*key);
            prop_assert_eq!(Sought::new(&key).mark(), mark_of(&bytes));
            prop_assert_eq!(Sought::of(&bytes).mark(), mark_of(&bytes));
        }
    }
}
