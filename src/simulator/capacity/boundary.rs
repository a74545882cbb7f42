//! Where a partition is cut in two.
//!
//! ```text
//!   addresses   a a b │ c c c │ c c d d          each letter a collection, left to right in the partition
//!                     ↑       ↑
//!              between two    inside a collection, by sort key: only where neither
//!              collections    a local index nor an ever-rising sort key forbids it
//! ```
//!
//! Of all places where it may be cut, the one that halves best what is too much: the traffic for heat, the bytes for size. A
//! cut between collections is taken if it leaves a quarter to each side, otherwise the better one of both kinds.
//!
//! Invariant: an address that comes back lies inside the partition and not at its beginning, so both parts have something of what
//! the choice was made by.

use std::cmp::Reverse;

use super::Access;
use super::heat::Touch;

/// Bytes of the hash at the front of an address.
const HASH_BYTES: usize = 8;

/// The hash part of an address: where a collection begins.
fn collection(address: &[u8]) -> &[u8] {
    &address[..HASH_BYTES.min(address.len())]
}

/// The best cuts met so far, of both kinds.
#[derive(Default)]
struct Best {
    /// What the smaller side has, and where to cut.
    between: Option<(u64, Box<[u8]>)>,
    inside: Option<(u64, Box<[u8]>)>,
}

impl Best {
    /// Consider a cut before `next`, whose neighbour on the left is `previous`.
    fn consider(&mut self, previous: &[u8], next: &[u8], left: u64, total: u64) {
        if previous == next {
            return;
        }
        let smaller = left.min(total - left);
        let (best, at) = if collection(previous) == collection(next) {
            (&mut self.inside, next)
        } else {
            (&mut self.between, collection(next))
        };
        if best.as_ref().is_none_or(|(most, _)| smaller > *most) {
            *best = Some((smaller, at.into()));
        }
    }

    fn choose(self, total: u64) -> Option<Box<[u8]>> {
        match (self.between, self.inside) {
            (Some((smaller, at)), _) if smaller.saturating_mul(4) >= total => Some(at),
            (between, inside) => [inside, between]
                .into_iter()
                .flatten()
                .filter(|(smaller, _)| *smaller > 0)
                .min_by_key(|(smaller, _)| Reverse(*smaller))
                .map(|(_, at)| at),
        }
    }
}

/// Where to cut a hot partition, from its last requests, oldest first; nothing where no cut would cool it.
///
/// `by_sort_key` says whether collections may be cut at all (never where the table has a local secondary index).
pub fn of_heat<'a>(
    touched: impl Iterator<Item = &'a Touch>,
    by_sort_key: bool,
) -> Option<Box<[u8]>> {
    let touched: Vec<&Touch> = touched.collect();
    let mut addresses: Vec<&[u8]> = touched.iter().map(|touch| &*touch.address).collect();
    addresses.sort_unstable();
    let total = addresses.len() as u64;
    let mut best = Best::default();
    for (pair, left) in addresses.windows(2).zip(1..) {
        let inside = collection(pair[0]) == collection(pair[1]);
        if inside && (!by_sort_key || only_rises(&touched, collection(pair[0]))) {
            continue;
        }
        best.consider(pair[0], pair[1], left, total);
    }
    best.choose(total)
}

/// Whether the writes to a collection come in the order of its sort keys. A cut would leave all that follow on one side, so
/// `DynamoDB` does not make it (AWS Database Blog, part 3).
fn only_rises(touched: &[&Touch], of: &[u8]) -> bool {
    let mut here = touched
        .iter()
        .filter(|touch| collection(&touch.address) == of);
    let writes: Vec<&[u8]> = here
        .clone()
        .filter(|touch| touch.access == Access::Write)
        .map(|touch| &*touch.address)
        .collect();
    let most_write = writes.len() * 2 > here.by_ref().count();
    most_write && writes.windows(2).all(|pair| pair[0] <= pair[1])
}

/// Where to cut a partition that is too large, from all its addresses in order with their bytes.
pub fn of_size<'a>(
    items: impl Iterator<Item = (&'a [u8], u64)>,
    total: u64,
    by_sort_key: bool,
) -> Option<Box<[u8]>> {
    let mut best = Best::default();
    let mut left = 0;
    let mut previous: Option<&[u8]> = None;
    for (address, bytes) in items {
        if let Some(previous) = previous
            && (by_sort_key || collection(previous) != collection(address))
        {
            best.consider(previous, address, left, total);
        }
        left = (left + bytes).min(total);
        previous = Some(address);
    }
    best.choose(total)
}

/// The middle of a range of hashes, for a partition that is cut before it has traffic; nothing where there is no middle.
#[must_use]
pub fn middle(first_hash: u64, last_hash: u64) -> Option<Box<[u8]>> {
    let middle = first_hash + (last_hash - first_hash) / 2 + 1;
    (last_hash > first_hash).then(|| middle.to_be_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address(hash: u64, sort: &[u8]) -> Vec<u8> {
        [&hash.to_be_bytes(), sort].concat()
    }

    fn touches(addresses: &[(u64, u8)], access: Access) -> Vec<Touch> {
        addresses
            .iter()
            .map(|(hash, sort)| Touch {
                address: address(*hash, &[*sort]).into(),
                access,
                second: 0,
            })
            .collect()
    }

    #[test]
    fn heat_is_halved_between_collections() {
        let touched = touches(
            &[(1, 0), (9, 0), (5, 0), (1, 0), (9, 0), (5, 0)],
            Access::Read,
        );
        let at = of_heat(touched.iter(), true).expect("there are three keys");
        assert_eq!(*at, 5u64.to_be_bytes());
    }

    #[test]
    fn one_hot_item_cannot_be_split() {
        let touched = touches(&[(7, 3); 20], Access::Write);
        assert_eq!(of_heat(touched.iter(), true), None);
    }

    #[test]
    fn a_hot_collection_is_split_by_sort_key_unless_something_forbids_it() {
        let spread = touches(&[(7, 4), (7, 1), (7, 3), (7, 2)], Access::Write);
        assert_eq!(
            of_heat(spread.iter(), true).as_deref(),
            Some(&*address(7, &[3]))
        );
        assert_eq!(of_heat(spread.iter(), false), None, "a local index");
        let rising = touches(&[(7, 1), (7, 2), (7, 3), (7, 4)], Access::Write);
        assert_eq!(of_heat(rising.iter(), true), None, "a rising sort key");
        let read = touches(&[(7, 1), (7, 2), (7, 3), (7, 4)], Access::Read);
        assert!(of_heat(read.iter(), true).is_some(), "reads may rise");
    }

    #[test]
    fn size_is_halved_and_one_item_is_never_cut() {
        let items = [address(1, &[1]), address(1, &[2]), address(1, &[3])];
        let sized = || items.iter().map(|address| (&**address, 100));
        assert_eq!(
            of_size(sized(), 300, true).as_deref(),
            Some(&*items[1]),
            "the first of two equal cuts"
        );
        assert_eq!(of_size(sized(), 300, false), None);
        assert_eq!(of_size(sized().take(1), 100, true), None);
    }

    #[test]
    fn a_range_of_one_hash_has_no_middle() {
        assert_eq!(middle(3, 3), None);
        assert_eq!(
            middle(0, u64::MAX).as_deref(),
            Some(&(1u64 << 63).to_be_bytes()[..])
        );
        assert_eq!(middle(4, 5).as_deref(), Some(&5u64.to_be_bytes()[..]));
    }

    proptest! {
        #[test]
        fn both_sides_of_a_cut_have_something(
            touched in proptest::collection::vec((0u64..6, 0u8..6, any::<bool>()), 0..60),
            by_sort_key in any::<bool>(),
        ) {
            let touched: Vec<Touch> = touched
                .into_iter()
                .map(|(hash, sort, write)| Touch {
                    address: address(hash, &[sort]).into(),
                    access: if write { Access::Write } else { Access::Read },
                    second: 0,
                })
                .collect();
            let Some(at) = of_heat(touched.iter(), by_sort_key) else { return Ok(()) };
            prop_assert!(touched.iter().any(|touch| touch.address < at));
            prop_assert!(touched.iter().any(|touch| touch.address >= at));
            prop_assert!(by_sort_key || at.len() == HASH_BYTES);
        }
    }
}
