//! Entries in key order that know their rank: the inside of one partition.
//!
//! A picture needs to know *where* in a partition a stretch of items lies, so besides looking up, inserting and walking,
//! the rank of an entry must be cheap. Entries lie in chunks; a rank is the sum of the lengths of the chunks before,
//! plus the place in the chunk.
//!
//! ```text
//!   chunks   [ k0 … k63 ] [ k64 … k99 ] [ k100 … ]        each at most CHUNK entries, sorted, none empty
//!   lengths       64            36          …             summed for a rank: 4 bytes a chunk
//!   firsts        k0            k64         …             a chunk is found without a look into the others
//! ```
//!
//! Invariant: keys rise strictly over all chunks; no chunk is empty; `lengths[i]` is the length of `chunks[i]` and `firsts[i]`
//! its first key.

mod key;

use std::cmp::Ordering;

use key::{Key, Sought, head};

/// A chunk that grows beyond this is halved. Small enough that a search in one that is in no cache meets few of its lines and making
/// room moves at most two kilobytes, large enough that a million entries are some ten thousand chunks.
const CHUNK: usize = 64;
/// Room that a full chunk gets: doubling it would leave much of it unused.
const ROOM: usize = 8;

#[derive(Debug, Clone)]
struct Entry<V> {
    key: Key,
    value: V,
}

/// A sorted map from bytes to `V`, with ranks.
#[derive(Debug, Clone)]
pub struct Sorted<V> {
    chunks: Vec<Vec<Entry<V>>>,
    lengths: Vec<u32>,
    firsts: Vec<Key>,
    len: usize,
}

/// A place between or at entries: chunk and offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    chunk: usize,
    offset: usize,
}

impl<V> Default for Sorted<V> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            lengths: Vec::new(),
            firsts: Vec::new(),
            len: 0,
        }
    }
}

impl<V> Sorted<V> {
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The chunk whose entries `key` belongs among; nothing if it is below all of them.
    fn chunk_of(&self, key: &Sought<'_>) -> Option<usize> {
        self.firsts
            .partition_point(|first| key.order_of(first).is_le())
            .checked_sub(1)
    }

    /// The first place whose key is not below `key`, and whether its key is `key`.
    #[must_use]
    pub fn seek(&self, key: &[u8]) -> (Position, bool) {
        let key = Sought::new(key);
        let Some(chunk) = self.chunk_of(&key) else {
            return (self.start(), false);
        };
        match self.chunks[chunk].binary_search_by(|entry| key.order_of(&entry.key)) {
            Ok(offset) => (Position { chunk, offset }, true),
            Err(offset) => (self.normal(Position { chunk, offset }), false),
        }
    }

    /// What [`Sorted::seek`] says, quickly where the key is at or right before a place that it was at or before earlier.
    #[must_use]
    pub fn seek_near(&self, key: &[u8], earlier: Position) -> (Position, bool) {
        let sought = Sought::new(key);
        let order = |place: Position| {
            let entry = self.chunks.get(place.chunk)?.get(place.offset)?;
            Some(sought.order_of(&entry.key))
        };
        match order(earlier) {
            Some(Ordering::Equal) => return (earlier, true),
            Some(Ordering::Less) => {}
            None if earlier != self.end() => {}
            Some(Ordering::Greater) | None => {
                let before = self.previous(earlier).and_then(order);
                if before.is_none_or(Ordering::is_lt) {
                    return (earlier, false);
                }
            }
        }
        self.seek(key)
    }

    /// Where the keys begin that begin with `prefix`, and where they end.
    #[must_use]
    pub fn around(&self, prefix: &[u8]) -> (Position, Position) {
        self.around_head(prefix)
            .unwrap_or_else(|| (self.seek(prefix).0, self.seek_past(prefix)))
    }

    /// The same where all keys that have the prefix's head have the prefix, as addresses with one hash nearly always do: heads are
    /// compared in a step.
    fn around_head(&self, prefix: &[u8]) -> Option<(Position, Position)> {
        let head = head(prefix);
        let first_chunk = self.firsts.partition_point(|first| first.head() < head);
        let first = match first_chunk.checked_sub(1) {
            None => self.start(),
            Some(chunk) => {
                let offset = self.chunks[chunk].partition_point(|entry| entry.key.head() < head);
                self.normal(Position { chunk, offset })
            }
        };
        let chunk = self
            .firsts
            .partition_point(|first| first.head() <= head)
            .checked_sub(1)?;
        let offset = self.chunks[chunk].partition_point(|entry| entry.key.head() <= head);
        let past = self.normal(Position { chunk, offset });
        let with_prefix = |place: Position| {
            self.at(place)
                .is_some_and(|(key, _)| key.starts_with(prefix))
        };
        (prefix.len() >= 8 && with_prefix(first) && with_prefix(self.previous(past)?))
            .then_some((first, past))
    }

    /// The first place whose key does not begin with `prefix` or lie below it.
    #[must_use]
    pub fn seek_past(&self, prefix: &[u8]) -> Position {
        let before = |key: &[u8]| key <= prefix || key.starts_with(prefix);
        let after = self.firsts.partition_point(|first| before(first));
        let Some(chunk) = after.checked_sub(1) else {
            return self.start();
        };
        let offset = self.chunks[chunk].partition_point(|entry| before(&entry.key));
        self.normal(Position { chunk, offset })
    }

    #[must_use]
    pub const fn start(&self) -> Position {
        Position {
            chunk: 0,
            offset: 0,
        }
    }

    /// The place after the last entry.
    #[must_use]
    pub fn end(&self) -> Position {
        Position {
            chunk: self.chunks.len(),
            offset: 0,
        }
    }

    /// A place past the end of its chunk is the start of the next one.
    fn normal(&self, position: Position) -> Position {
        match self.chunks.get(position.chunk) {
            Some(chunk) if position.offset >= chunk.len() => Position {
                chunk: position.chunk + 1,
                offset: 0,
            },
            _ => position,
        }
    }

    #[must_use]
    pub fn at(&self, position: Position) -> Option<(&[u8], &V)> {
        let entry = self.chunks.get(position.chunk)?.get(position.offset)?;
        Some((&entry.key, &entry.value))
    }

    #[must_use]
    pub fn get(&self, key: &[u8]) -> Option<&V> {
        match self.seek(key) {
            (position, true) => self.at(position).map(|(_, value)| value),
            _ => None,
        }
    }

    #[must_use]
    pub fn next(&self, position: Position) -> Position {
        self.normal(Position {
            chunk: position.chunk,
            offset: position.offset + 1,
        })
    }

    /// The place before, or `None` at the start.
    #[must_use]
    pub fn previous(&self, position: Position) -> Option<Position> {
        if let Some(offset) = position.offset.checked_sub(1) {
            return Some(Position {
                chunk: position.chunk,
                offset,
            });
        }
        let chunk = position.chunk.checked_sub(1)?;
        Some(Position {
            chunk,
            offset: self.chunks[chunk].len() - 1,
        })
    }

    /// How many entries lie before a place.
    #[must_use]
    pub fn rank(&self, position: Position) -> u64 {
        let before: u64 = self.lengths[..position.chunk.min(self.lengths.len())]
            .iter()
            .map(|&length| u64::from(length))
            .sum();
        before + position.offset as u64
    }

    /// How many entries lie between two places, the second of which is not before the first. Cheaper than the difference of their ranks.
    #[must_use]
    pub fn between(&self, from: Position, to: Position) -> u64 {
        let chunks: u64 = self.lengths[from.chunk..to.chunk]
            .iter()
            .map(|&length| u64::from(length))
            .sum();
        chunks + to.offset as u64 - from.offset as u64
    }

    /// The place with `rank` entries before it; the end when there are not that many.
    #[must_use]
    pub fn nth(&self, rank: u64) -> Position {
        let mut left = rank;
        for (chunk, &length) in self.lengths.iter().enumerate() {
            if left < u64::from(length) {
                let offset = usize::try_from(left).expect("below a chunk's length");
                return Position { chunk, offset };
            }
            left -= u64::from(length);
        }
        self.end()
    }

    /// Put an entry; the value it replaces comes back.
    pub fn insert(&mut self, key: &[u8], value: V) -> Option<V> {
        let place = self.seek(key);
        self.insert_at(place, key, value)
    }

    /// Put an entry at the place that [`Sorted::seek`] gives its key.
    pub fn insert_at(&mut self, place: (Position, bool), key: &[u8], value: V) -> Option<V> {
        let (Position { chunk, offset }, found) = place;
        if found {
            let entry = self.chunks[chunk].get_mut(offset).expect("it was found");
            return Some(std::mem::replace(&mut entry.value, value));
        }
        let entry = Entry {
            key: key.into(),
            value,
        };
        self.len += 1;
        if self.chunks.is_empty() {
            self.firsts.push(entry.key.clone());
            self.lengths.push(1);
            self.chunks.push(vec![entry]);
        } else if let (Some(before), 0) = (chunk.checked_sub(1), offset) {
            // Between two chunks it goes to the end of the first, so that rising keys fill it.
            self.add(before, self.chunks[before].len(), entry);
        } else {
            self.add(chunk, offset, entry);
        }
        None
    }

    fn add(&mut self, chunk: usize, offset: usize, entry: Entry<V>) {
        let entries = &mut self.chunks[chunk];
        if entries.len() == entries.capacity() {
            entries.reserve_exact(ROOM);
        }
        entries.insert(offset, entry);
        self.settle(chunk);
    }

    /// Take an entry out.
    pub fn remove(&mut self, key: &[u8]) -> Option<V> {
        let place = self.seek(key);
        self.remove_at(place)
    }

    /// Take out the entry at the place that [`Sorted::seek`] gives its key; nothing where it found none.
    pub fn remove_at(&mut self, place: (Position, bool)) -> Option<V> {
        let (position, true) = place else {
            return None;
        };
        let removed = self.chunks[position.chunk].remove(position.offset);
        self.len -= 1;
        self.settle(position.chunk);
        Some(removed.value)
    }

    /// Take out everything from `key` on.
    #[must_use]
    pub fn split_off(&mut self, key: &[u8]) -> Self {
        let Position { chunk, offset } = self.seek(key).0;
        if chunk >= self.chunks.len() {
            return Self::default();
        }
        let mut chunks = self.chunks.split_off(chunk);
        let upper = chunks[0].split_off(offset);
        let lower = std::mem::replace(&mut chunks[0], upper);
        if !lower.is_empty() {
            self.chunks.push(lower);
        }
        let describe = |chunks: &[Vec<Entry<V>>]| -> (Vec<u32>, Vec<Key>) {
            let each = chunks
                .iter()
                .map(|chunk| (length_of(chunk), chunk[0].key.clone()));
            each.unzip()
        };
        (self.lengths, self.firsts) = describe(&self.chunks);
        let (lengths, firsts) = describe(&chunks);
        let len = chunks.iter().map(Vec::len).sum();
        self.len -= len;
        Self {
            chunks,
            lengths,
            firsts,
            len,
        }
    }

    /// The values in key order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.chunks.iter().flatten().map(|entry| &entry.value)
    }

    /// Restore the invariant after a chunk changed.
    fn settle(&mut self, chunk: usize) {
        let length = self.chunks[chunk].len();
        if length == 0 {
            self.chunks.remove(chunk);
            self.lengths.remove(chunk);
            self.firsts.remove(chunk);
            return;
        }
        if length > CHUNK {
            // Keys that only rise would leave every chunk half empty if it were cut in the middle.
            let last = chunk + 1 == self.chunks.len();
            let kept = if last { length * 7 / 8 } else { length / 2 };
            let rest = self.chunks[chunk].split_off(kept);
            self.chunks[chunk].shrink_to(kept + ROOM);
            self.lengths.insert(chunk + 1, length_of(&rest));
            self.firsts.insert(chunk + 1, rest[0].key.clone());
            self.chunks.insert(chunk + 1, rest);
        }
        self.lengths[chunk] = length_of(&self.chunks[chunk]);
        self.firsts[chunk].clone_from(&self.chunks[chunk][0].key);
    }
}

fn length_of<V>(chunk: &[Entry<V>]) -> u32 {
    u32::try_from(chunk.len()).expect("a chunk is never longer than CHUNK + 1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn it_is_a_sorted_map_with_ranks(changes in proptest::collection::vec((any::<bool>(), 0u16..900), 0..2500), cut in 0u16..1000) {
            let mut sorted = Sorted::default();
            let mut model = BTreeMap::new();
            for (put, key) in changes {
                let bytes = key.to_be_bytes();
                if put {
                    prop_assert_eq!(sorted.insert(&bytes, key), model.insert(bytes, key));
                } else {
                    prop_assert_eq!(sorted.remove(&bytes), model.remove(&bytes));
                }
            }
            prop_assert_eq!(sorted.len(), model.len());
            let mut position = sorted.start();
            for (rank, (key, value)) in model.iter().enumerate() {
                prop_assert_eq!(sorted.at(position), Some((key.as_slice(), value)));
                prop_assert_eq!(sorted.rank(position), rank as u64);
                prop_assert_eq!(sorted.nth(rank as u64), position);
                prop_assert_eq!(sorted.seek(key), (position, true));
                prop_assert_eq!(sorted.seek_near(key, sorted.nth(cut.into())), (position, true));
                let next = sorted.next(position);
                prop_assert_eq!(sorted.previous(next), Some(position));
                position = next;
            }
            prop_assert_eq!(position, sorted.end());
            for key in 0..=1000u16 {
                let key = key.to_be_bytes();
                let (place, found) = sorted.seek(&key);
                prop_assert_eq!(sorted.seek_near(&key, place), (place, found));
                prop_assert_eq!(sorted.seek_near(&key, sorted.nth(cut.into())), (place, found));
            }
            let middle = sorted.nth(cut.into());
            prop_assert_eq!(sorted.between(sorted.start(), middle), sorted.rank(middle));
            prop_assert_eq!(sorted.between(middle, sorted.end()), model.len() as u64 - sorted.rank(middle));
            for prefix in 0u8..4 {
                let past = sorted.rank(sorted.seek_past(&[prefix]));
                let expected = model.keys().filter(|key| key[0] <= prefix).count();
                prop_assert_eq!(past, expected as u64);
            }
            prop_assert!(sorted.values().eq(model.values()));
            let upper = model.split_off(&cut.to_be_bytes());
            let taken = sorted.split_off(&cut.to_be_bytes());
            for (part, expected) in [(&sorted, &model), (&taken, &upper)] {
                prop_assert_eq!(part.len(), expected.len());
                prop_assert!(part.values().eq(expected.values()));
                for (rank, key) in expected.keys().enumerate() {
                    prop_assert_eq!(part.rank(part.seek(key).0), rank as u64);
                }
            }
        }

        /// Heads from a small set, so that some keys share a head and not a prefix.
        #[test]
        fn what_has_a_prefix_is_found_whole(keys in proptest::collection::vec((0u8..4, 0u8..3, 0u16..400), 0..1200), asked in (0u8..4, 0u8..3)) {
            let mut sorted = Sorted::default();
            let key = |head: u8, more: u8| vec![head, 0, 0, 0, 0, 0, 0, 7, more];
            for (head, more, sort) in &keys {
                let mut key = key(*head, *more);
                key.extend(sort.to_be_bytes());
                sorted.insert(&key, ());
            }
            let prefix = key(asked.0, asked.1);
            for prefix in [&prefix[..], &prefix[..8], &prefix[..3]] {
                let (first, past) = sorted.around(prefix);
                prop_assert_eq!(first, sorted.seek(prefix).0);
                prop_assert_eq!(past, sorted.seek_past(prefix));
            }
        }
    }
}
