//! Which function places a partition key, and the ranges it is placed in.
//!
//! AWS does not publish DynamoDB's function. Here it is SipHash-2-4 with a fixed key, over the type tag of the
//! partition key (`S`, `N` or `B`) and its canonical bytes, so the string `"1"` and the number `1` are different keys:
//!
//! ```text
//!   ┌─────┬──────────────────────────────┐
//!   │ 'S' │ UTF-8 bytes                  │
//!   │ 'N' │ the canonical number's ASCII │ ──SipHash-2-4──→ 64 bits
//!   │ 'B' │ raw bytes                    │
//!   └─────┴──────────────────────────────┘
//! ```
//!
//! The other choice is the order in which real tables have been seen to return string keys from a Scan: that of
//! MD5 over `Outliers` and the key's bytes, of a number those of [`pair_bytes`](crate::simulator::item::Number::pair_bytes). It was
//! observed, by dynalite among others, and is documented nowhere.
//!
//! A partition is a contiguous range of those 64 bits. More partitions come from halving the widest range, never from
//! shuffling keys:
//!
//! ```text
//!   1   0├───────────────────────────────┤2⁶⁴-1
//!   2    ├───────────────┼───────────────┤
//!   3    ├───────┼───────┼───────────────┤
//!   4    ├───────┼───────┼───────┼───────┤
//! ```
//!
//! Invariant: the ranges of a table cover all 64-bit hashes, without a gap and without an overlap.

use std::ops::RangeInclusive;

use md5::{Digest as _, Md5};
use siphasher::sip::SipHasher24;

/// At most this many partitions for one table.
pub const MAX_PARTITIONS: u32 = 1024;

/// Bytes of a key that is hashed without memory of its own.
const PIECE: usize = 63;

/// The function that places partition keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashChoice {
    /// SipHash-2-4 with a fixed 128-bit key.
    SipHash24([u8; 16]),
    /// The first 64 bits of MD5 over `Outliers` and the key's bytes, without its type.
    Md5Outliers,
}

impl HashChoice {
    /// SipHash-2-4 with the key that tables have where nobody chooses.
    pub const SIPHASH: Self = Self::SipHash24(*b"dynatour places ");
}

impl Default for HashChoice {
    fn default() -> Self {
        Self::SIPHASH
    }
}

impl HashChoice {
    /// The hash of a partition key: `tag` is `S`, `N` or `B`, `bytes` are canonical.
    #[must_use]
    pub fn hash(self, tag: u8, bytes: &[u8]) -> u64 {
        match self {
            Self::SipHash24(key) => {
                let hasher = SipHasher24::new_with_key(&key);
                // In one piece, which most keys are short enough for, it is quicker.
                let mut piece = [tag; 1 + PIECE];
                if let Some(room) = piece[1..].get_mut(..bytes.len()) {
                    room.copy_from_slice(bytes);
                    return hasher.hash(&piece[..=bytes.len()]);
                }
                hasher.hash(&[&[tag], bytes].concat())
            }
            Self::Md5Outliers => {
                let digest = Md5::new()
                    .chain_update(b"Outliers")
                    .chain_update(bytes)
                    .finalize();
                digest[..8]
                    .iter()
                    .fold(0, |hash, byte| hash << 8 | u64::from(*byte))
            }
        }
    }
}

/// The ranges of `partitions` partitions (1 to [`MAX_PARTITIONS`]), in order.
#[must_use]
pub fn ranges(partitions: u32) -> Vec<RangeInclusive<u64>> {
    let wanted = partitions.clamp(1, MAX_PARTITIONS) as usize;
    let mut ranges = vec![0..=u64::MAX];
    while ranges.len() < wanted {
        // The first of the widest: halving goes through the table from the left, level by level.
        let widest = (0..ranges.len())
            .max_by_key(|&n| (ranges[n].end() - ranges[n].start(), usize::MAX - n))
            .expect("there is always a range");
        let (first, last) = (*ranges[widest].start(), *ranges[widest].end());
        let middle = first + (last - first) / 2;
        ranges[widest] = first..=middle;
        ranges.insert(widest + 1, middle + 1..=last);
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn four_partitions_are_quarters() {
        assert_eq!(
            ranges(4),
            [
                0..=0x3fff_ffff_ffff_ffff,
                0x4000_0000_0000_0000..=0x7fff_ffff_ffff_ffff,
                0x8000_0000_0000_0000..=0xbfff_ffff_ffff_ffff,
                0xc000_0000_0000_0000..=u64::MAX,
            ]
        );
    }

    #[test]
    fn the_tag_is_part_of_the_key() {
        let hash = HashChoice::default();
        assert_ne!(hash.hash(b'S', b"1"), hash.hash(b'N', b"1"));
        assert_eq!(hash.hash(b'S', b"1"), hash.hash(b'S', b"1"));
    }

    #[test]
    fn the_function_is_siphash_2_4() {
        // The test vector of the paper: key 00…0f, message 00…0e.
        let key: [u8; 16] = std::array::from_fn(|n| u8::try_from(n).expect("below 16"));
        let message: Vec<u8> = (0..15).collect();
        assert_eq!(
            HashChoice::SipHash24(key).hash(message[0], &message[1..]),
            0xa129_ca61_49be_45e5
        );
    }

    #[test]
    fn keys_of_every_length_are_hashed_with_their_tag_before_them() {
        for length in 0..2 * PIECE {
            let bytes = vec![7; length];
            let whole = [b"S", &*bytes].concat();
            let HashChoice::SipHash24(key) = HashChoice::SIPHASH else {
                unreachable!("it is SipHash");
            };
            assert_eq!(
                HashChoice::SIPHASH.hash(b'S', &bytes),
                SipHasher24::new_with_key(&key).hash(&whole),
                "{length}"
            );
        }
    }

    /// As any MD5 tool prints it: `printf OutliersBeeba | md5sum`.
    #[test]
    fn the_observed_order_is_that_of_md5() {
        let md5 = HashChoice::Md5Outliers;
        assert_eq!(md5.hash(b'S', b"Beeba"), 0xb97c_c771_4dd6_7cf6);
        assert_eq!(md5.hash(b'B', b"Beeba"), md5.hash(b'S', b"Beeba"));
    }

    proptest! {
        #[test]
        fn ranges_cover_everything_once(partitions in 1u32..=MAX_PARTITIONS) {
            let ranges = ranges(partitions);
            prop_assert_eq!(ranges.len(), partitions as usize);
            prop_assert_eq!(*ranges[0].start(), 0);
            prop_assert_eq!(*ranges[ranges.len() - 1].end(), u64::MAX);
            for pair in ranges.windows(2) {
                prop_assert_eq!(pair[0].end() + 1, *pair[1].start());
            }
        }
    }
}
