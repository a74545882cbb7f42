//! Request ids and table ids, in AWS's forms, from a seed.
//!
//! Invariant: the n-th id of a simulator depends on the seed and n alone, so a run can be repeated byte for byte.

use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};

/// The characters of ten bits, the lower five first.
static PAIRS: [[u8; 2]; 1024] = {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";
    let mut pairs = [[0; 2]; 1024];
    let mut bits = 0;
    while bits < pairs.len() {
        pairs[bits] = [ALPHABET[bits % 32], ALPHABET[bits / 32]];
        bits += 1;
    }
    pairs
};

/// A counter and what is made of it.
#[derive(Debug)]
pub(super) struct Ids {
    seed: u64,
    count: AtomicU64,
}

impl Ids {
    pub(super) const fn new(seed: u64) -> Self {
        Self {
            seed,
            count: AtomicU64::new(0),
        }
    }

    /// A source of random-looking bits for the next id.
    fn next(&self) -> SplitMix {
        let n = self.count.fetch_add(1, Ordering::Relaxed);
        let mut mix = SplitMix(self.seed);
        let start = mix.next() ^ n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        SplitMix(start)
    }

    /// 52 capital letters and digits: 256 bits and four of padding, five to a character (RFC 4648's base32hex), as AWS's are.
    pub(super) fn request(&self) -> RequestId {
        let mut mix = self.next();
        let mut id = [0; 60];
        // Twelve characters of five bits fit into 64.
        let (twelves, _) = id.as_chunks_mut::<12>();
        for characters in twelves {
            let mut bits = mix.next();
            let (pairs, _) = characters.as_chunks_mut();
            for pair in pairs {
                let both = usize::try_from(bits % 1024).expect("below 1024");
                *pair = PAIRS[both];
                bits /= 1024;
            }
        }
        let (id, _) = id.split_first_chunk().expect("60 are more than 52");
        RequestId(*id)
    }

    /// A UUID of version 4.
    pub(super) fn table(&self) -> String {
        let mut mix = self.next();
        let high = (mix.next() & 0xffff_ffff_ffff_0fff) | 0x4000;
        let low = (mix.next() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }
}

/// 52 capital letters and digits, to be read as a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId([u8; 52]);

impl Deref for RequestId {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(&self.0).expect("letters and digits are UTF-8")
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// The generator of Steele, Lea and Flood: enough for ids, and it needs no state but a number.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_have_the_forms_of_aws_and_repeat_with_the_seed() {
        let ids = Ids::new(7);
        let again = Ids::new(7);
        let request = ids.request();
        assert_eq!(request, again.request());
        assert_ne!(request, Ids::new(8).request());
        assert_eq!(request.len(), 52);
        assert!(
            request
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        );
        let table = ids.table();
        assert_eq!(table, again.table());
        assert_eq!(table.len(), 36);
        assert_eq!(&table[14..15], "4");
    }

    #[test]
    fn ids_do_not_come_twice() {
        let ids = Ids::new(0);
        let seen: HashSet<_> = (0..10_000).map(|_| ids.request().0).collect();
        assert_eq!(seen.len(), 10_000);
    }
}
