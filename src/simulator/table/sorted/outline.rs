//! What is known of chunks without a look into them: the first key of each, and how many entries lie before it.
//!
//! ```text
//!   firsts    k0 k64 k100 …  (64 of them)  │ k3412 k3469 …  │ …      a chunk is found by its first key;
//!   heads     h0 h64 h100 …                │ h3412 h3469 …  │ …      among many by eight bytes of it, of addresses the hash,
//!   tops            h0                     │     h3412      │ …      which are looked for in one group
//!   lengths   64 36 41 …                   │ 57 64 …        │ …      a rank is a sum of lengths,
//!   sums           3412                    │     3104       │ …      most of which were added before
//! ```
//!
//! Of many thousand chunks a few short stretches of memory are met, the first of which many searches share.
//!
//! Invariant: `firsts`, `heads` and `lengths` have one for each chunk, `tops[i]` is `heads[GROUP * i]`, and `sums[i]` the sum of
//! `lengths[GROUP * i..]`, as many as a group has.

use crate::simulator::item::bytes::Bytes;

use super::sought::{Sought, head_of};

/// Chunks in a group.
const GROUP: usize = 64;

/// The first keys and lengths of chunks, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Outline {
    firsts: Vec<Bytes>,
    heads: Vec<u64>,
    tops: Vec<u64>,
    lengths: Vec<u32>,
    sums: Vec<u32>,
}

fn sum(lengths: &[u32]) -> u64 {
    lengths.iter().map(|&length| u64::from(length)).sum()
}

impl Outline {
    /// Group anew what begins with a chunk or lies behind it.
    fn group_from(&mut self, chunk: usize) {
        let group = chunk / GROUP;
        let from = group * GROUP;
        self.tops.truncate(group);
        let groups = self.heads[from..].chunks(GROUP);
        self.tops.extend(groups.map(|group| group[0]));
        self.sums.truncate(group);
        let groups = self.lengths[from..].chunks(GROUP);
        self.sums
            .extend(groups.map(|group| group.iter().sum::<u32>()));
    }

    pub(super) fn set_length(&mut self, chunk: usize, length: u32) {
        let sum = &mut self.sums[chunk / GROUP];
        *sum = *sum - self.lengths[chunk] + length;
        self.lengths[chunk] = length;
    }

    pub(super) fn set_first(&mut self, chunk: usize, first: &Bytes) {
        self.heads[chunk] = head_of(first);
        if chunk.is_multiple_of(GROUP) {
            self.tops[chunk / GROUP] = self.heads[chunk];
        }
        self.firsts[chunk].clone_from(first);
    }

    pub(super) fn insert(&mut self, chunk: usize, first: Bytes, length: u32) {
        self.heads.insert(chunk, head_of(&first));
        self.firsts.insert(chunk, first);
        self.lengths.insert(chunk, length);
        self.group_from(chunk);
    }

    pub(super) fn remove(&mut self, chunk: usize) {
        self.heads.remove(chunk);
        self.firsts.remove(chunk);
        self.lengths.remove(chunk);
        self.group_from(chunk);
    }

    /// The chunk whose entries a key belongs among; nothing if it is below all of them.
    pub(super) fn chunk_of(&self, sought: &Sought<'_>) -> Option<usize> {
        let (from, firsts) = if self.firsts.len() <= GROUP {
            (0, &*self.firsts)
        } else {
            self.with_head(sought.head())
        };
        let reached = firsts.partition_point(|first| sought.order_of(first).is_le());
        (from + reached).checked_sub(1)
    }

    /// How many first keys have a lower head, and those that have this one.
    fn with_head(&self, head: u64) -> (usize, &[Bytes]) {
        let is_below = |other: &u64| *other < head;
        let group = self.tops.partition_point(is_below).saturating_sub(1);
        let from = group * GROUP;
        let group = &self.heads[from..self.heads.len().min(from + GROUP)];
        // All of a group are compared, so that its memory comes at once.
        let below = from + group.iter().filter(|other| is_below(other)).count();
        let equal = &self.heads[below..];
        // They are few, unless nearly all are.
        let few = &equal[..equal.len().min(GROUP)];
        let equal = if few.last() == Some(&head) {
            equal
        } else {
            few
        };
        let equal = equal.partition_point(|other| *other == head);
        let firsts = &self.firsts[below..below + equal];
        // Two of them lie in a line of memory.
        Bytes::fetch(firsts.iter().step_by(2).take(GROUP / 2));
        (below, firsts)
    }

    /// How many of a chunk's `length` entries are likely to lie before a key with this head: hashes lie evenly between the chunk's first
    /// and the next one's. Nothing for a chunk that is the last, or has one hash.
    pub(super) fn likely(&self, chunk: usize, head: u64, length: usize) -> Option<usize> {
        let first = *self.heads.get(chunk)?;
        let next = *self.heads.get(chunk + 1)?;
        let width = next.checked_sub(first).filter(|width| *width > 0)?;
        let share = u128::from(head.saturating_sub(first)) * length as u128 / u128::from(width);
        Some(usize::try_from(share).map_or(length, |share| share.min(length)))
    }

    /// Whether a chunk's first key is not below the sought one, or there is no such chunk.
    pub(super) fn begins_beyond(&self, chunk: usize, sought: &Sought<'_>) -> bool {
        let first = self.firsts.get(chunk);
        first.is_none_or(|first| sought.order_of(first).is_ge())
    }

    /// Entries in the chunks before one.
    pub(super) fn before(&self, chunk: usize) -> u64 {
        let group = chunk / GROUP;
        sum(&self.sums[..group]) + sum(&self.lengths[group * GROUP..chunk])
    }

    /// Entries from one chunk up to another, without those of the other.
    pub(super) fn between(&self, from: usize, to: usize) -> u64 {
        if to - from <= GROUP {
            sum(&self.lengths[from..to])
        } else {
            self.before(to) - self.before(from)
        }
    }

    /// The chunk that has the entry with so many before it, and the entry's place in it.
    pub(super) fn holding(&self, rank: u64) -> Option<(usize, usize)> {
        let mut left = rank;
        let mut within = |length: u32| {
            let within = left < u64::from(length);
            if !within {
                left -= u64::from(length);
            }
            within
        };
        let group = self.sums.iter().position(|&length| within(length))?;
        let from = group * GROUP;
        let chunk = self.lengths[from..]
            .iter()
            .position(|&length| within(length))?;
        let offset = usize::try_from(left).expect("below a chunk's length");
        Some((from + chunk, offset))
    }
}

impl FromIterator<(Bytes, u32)> for Outline {
    fn from_iter<I: IntoIterator<Item = (Bytes, u32)>>(chunks: I) -> Self {
        let (firsts, lengths): (Vec<Bytes>, _) = chunks.into_iter().unzip();
        let mut made = Self {
            heads: firsts.iter().map(|first| head_of(first)).collect(),
            firsts,
            lengths,
            ..Self::default()
        };
        made.group_from(0);
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Of 90 numbers after each other the keys begin alike.
    fn bytes(number: u32) -> Vec<u8> {
        let mut bytes = u64::from(number / 90).to_be_bytes().to_vec();
        bytes.extend(number.to_be_bytes());
        bytes
    }

    fn key(number: u32) -> Bytes {
        bytes(number).into()
    }

    proptest! {
        #[test]
        fn it_says_what_a_plain_list_says(
            start in prop::collection::btree_map(0u32..900, 1u32..9, 0..300),
            changes in prop::collection::vec((0..4, 0u32..900, 1u32..9), 0..40),
        ) {
            let mut outline: Outline = start.iter().map(|(&first, &length)| (key(first), length)).collect();
            let mut plain: Vec<(u32, u32)> = start.into_iter().collect();
            for (change, first, length) in changes {
                match (change, plain.binary_search_by_key(&first, |chunk| chunk.0)) {
                    (0, Err(at)) => {
                        plain.insert(at, (first, length));
                        outline.insert(at, key(first), length);
                    }
                    (1, Ok(at)) => {
                        plain.remove(at);
                        outline.remove(at);
                    }
                    (2, Ok(at)) => {
                        plain[at].1 = length;
                        outline.set_length(at, length);
                    }
                    (3, Err(at)) if at < plain.len() => {
                        plain[at].0 = first;
                        outline.set_first(at, &key(first));
                    }
                    _ => {}
                }
            }
            let mut before = 0;
            for (chunk, &(_, length)) in plain.iter().enumerate() {
                prop_assert_eq!(outline.before(chunk), before);
                prop_assert_eq!(outline.between(0, chunk), before);
                prop_assert_eq!(outline.holding(before), Some((chunk, 0)));
                let last = usize::try_from(length - 1).expect("a few");
                before += u64::from(length);
                prop_assert_eq!(outline.holding(before - 1), Some((chunk, last)));
            }
            prop_assert_eq!(outline.before(plain.len()), before);
            prop_assert_eq!(outline.holding(before), None);
            for sought in 0..900u32 {
                let expected = plain.iter().rposition(|&(first, _)| first <= sought);
                prop_assert_eq!(outline.chunk_of(&Sought::new(&bytes(sought))), expected);
            }
        }
    }
}
