//! Entries in key order that know their rank: the inside of one partition.
//!
//! A picture needs to know *where* in a partition a stretch of items lies, so besides looking up, inserting and walking,
//! the rank of an entry must be cheap. Entries lie in chunks; a rank is the sum of the lengths of the chunks before,
//! plus the place in the chunk.
//!
//! ```text
//!   chunks   [ k0 … k99 ] [ k100 … k211 ] [ k212 … ]       each of at most 128 entries, sorted, none empty
//!   outline    k0, 100      k100, 112      k212, …         the first key and the length of each
//! ```
//!
//! A million entries are in no cache, so what counts is how many lines of memory a search meets: a few of the outline, which many searches
//! share, one or two with the marks of a chunk, and the entry. Where a key that is missing would be is guessed from its hash, and looked
//! for from there.
//!
//! Invariant: keys rise strictly over all chunks; no chunk is empty; the outline says of each chunk what is in it.

mod marks;
mod outline;
mod sought;

use std::cmp::Ordering;

use crate::simulator::item::bytes::Bytes;

use marks::Marks;
use outline::Outline;
use sought::{Sought, mark_of};

/// A chunk that grows beyond this is halved. Small enough that making room in one moves at most six kilobytes, large enough that the
/// outline of a million entries, some eight thousand chunks, stays in a processor's nearer caches.
const CHUNK: usize = 128;
/// Entries to either side of a likely place whose memory is asked for.
const AROUND: usize = 8;
/// Room that a full chunk gets: doubling it would leave much of it unused.
const ROOM: usize = 8;

/// A key and what is under it.
#[derive(Debug, Clone)]
pub struct Entry<V> {
    pub key: Bytes,
    pub value: V,
}

/// Entries in a row, and their marks.
#[derive(Debug, Clone)]
struct Chunk<V> {
    marks: Marks,
    entries: Vec<Entry<V>>,
}

impl<V> From<Vec<Entry<V>>> for Chunk<V> {
    fn from(entries: Vec<Entry<V>>) -> Self {
        Self {
            marks: Marks::of(&entries),
            entries,
        }
    }
}

/// A sorted map from bytes to `V`, with ranks.
#[derive(Debug, Clone)]
pub struct Sorted<V> {
    chunks: Vec<Chunk<V>>,
    outline: Outline,
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
        Self::of(Vec::new())
    }
}

impl<V> Sorted<V> {
    /// Of chunks in their order.
    fn of(chunks: Vec<Chunk<V>>) -> Self {
        Self {
            outline: chunks.iter().map(described).collect(),
            len: chunks.iter().map(|chunk| chunk.entries.len()).sum(),
            chunks,
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The first place whose key is not below `key`, and whether its key is `key`.
    #[must_use]
    pub fn seek(&self, key: &[u8]) -> (Position, bool) {
        self.place_of(&Sought::new(key))
    }

    /// The same of a key as an entry has it.
    #[must_use]
    pub fn find(&self, key: &Bytes) -> (Position, bool) {
        self.place_of(&Sought::of(key))
    }

    fn place_of(&self, key: &Sought<'_>) -> (Position, bool) {
        let Some(chunk) = self.outline.chunk_of(key) else {
            return (self.start(), false);
        };
        let Chunk { marks, entries } = &self.chunks[chunk];
        let is_key = |place| {
            let entry: Option<&Entry<V>> = entries.get(place);
            entry.is_some_and(|entry| key.order_of(&entry.key).is_eq())
        };
        if let Some(offset) = marks.find(key.mark(), is_key) {
            return (Position { chunk, offset }, true);
        }
        let likely = self.outline.likely(chunk, key.head(), entries.len());
        let offset = match likely {
            Some(likely) => below(entries, key, likely),
            None => entries.partition_point(|entry| key.order_of(&entry.key).is_lt()),
        };
        (self.normal(Position { chunk, offset }), false)
    }

    /// What [`Sorted::seek`] gives for a key that is not below the one at `from`, quickly where it is near; `from` for one that is.
    #[must_use]
    pub fn seek_from(&self, from: Position, key: &[u8]) -> Position {
        let Position { chunk, offset } = from;
        let sought = Sought::new(key);
        if !self.outline.begins_beyond(chunk + 1, &sought) {
            return self.seek(key).0;
        }
        let Some(entries) = self.chunks.get(chunk).map(|chunk| &chunk.entries[offset..]) else {
            return from;
        };
        let offset = offset + below(entries, &sought, 0);
        self.normal(Position { chunk, offset })
    }

    /// What [`Sorted::seek`] says, quickly where the key is at or right before a place that it was at or before earlier.
    #[must_use]
    pub fn seek_near(&self, key: &Bytes, earlier: Position) -> (Position, bool) {
        let sought = Sought::of(key);
        let order = |place: Position| self.at(place).map(|(key, _)| sought.order_of(key));
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
        self.place_of(&sought)
    }

    /// Where the keys begin that begin with `prefix`, and where they end.
    #[must_use]
    pub fn around(&self, prefix: &[u8]) -> (Position, Position) {
        (self.seek(prefix).0, self.seek_past(prefix))
    }

    /// The same of a prefix that the key at `place` begins with: without a search where it is the only one, as in most tables.
    #[must_use]
    pub fn around_at(&self, place: Position, prefix: &[u8]) -> (Position, Position) {
        let begins = |place| {
            let entry = self.at(place);
            entry.is_some_and(|(key, _)| key.starts_with(prefix))
        };
        let next = self.next(place);
        let first = match self.previous(place) {
            Some(before) if begins(before) => self.seek(prefix).0,
            _ => place,
        };
        (
            first,
            if begins(next) {
                self.seek_past(prefix)
            } else {
                next
            },
        )
    }

    /// The first place whose key does not begin with `prefix` or lie below it.
    #[must_use]
    pub fn seek_past(&self, prefix: &[u8]) -> Position {
        match successor(prefix) {
            Some(above) => self.seek(&above).0,
            None => self.end(),
        }
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
            Some(chunk) if position.offset >= chunk.entries.len() => Position {
                chunk: position.chunk + 1,
                offset: 0,
            },
            _ => position,
        }
    }

    #[must_use]
    pub fn at(&self, position: Position) -> Option<(&Bytes, &V)> {
        let entry = self
            .chunks
            .get(position.chunk)?
            .entries
            .get(position.offset)?;
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
            offset: self.chunks[chunk].entries.len() - 1,
        })
    }

    /// How many entries lie before a place.
    #[must_use]
    pub fn rank(&self, position: Position) -> u64 {
        self.outline.before(position.chunk) + position.offset as u64
    }

    /// What lies between two places, the second of which is not before the first, a chunk's entries at a time.
    #[must_use = "an iterator does nothing until it is used"]
    pub fn pieces(
        &self,
        from: Position,
        to: Position,
    ) -> impl DoubleEndedIterator<Item = &[Entry<V>]> {
        (from.chunk..=to.chunk).map(move |chunk| {
            let entries = self
                .chunks
                .get(chunk)
                .map_or(&[][..], |chunk| &chunk.entries);
            let end = if chunk == to.chunk {
                to.offset
            } else {
                entries.len()
            };
            let start = if chunk == from.chunk { from.offset } else { 0 };
            &entries[start..end]
        })
    }

    /// How many entries lie between two places, the second of which is not before the first.
    #[must_use]
    pub fn between(&self, from: Position, to: Position) -> u64 {
        self.outline.between(from.chunk, to.chunk) + to.offset as u64 - from.offset as u64
    }

    /// The place with `rank` entries before it; the end when there are not that many.
    #[must_use]
    pub fn nth(&self, rank: u64) -> Position {
        match self.outline.holding(rank) {
            Some((chunk, offset)) => Position { chunk, offset },
            None => self.end(),
        }
    }

    /// Put an entry; the value it replaces comes back.
    pub fn insert(&mut self, key: &[u8], value: V) -> Option<V> {
        let place = self.seek(key);
        self.insert_at(place, &key.into(), value)
    }

    /// Put an entry at the place that [`Sorted::find`] gives its key.
    pub fn insert_at(&mut self, place: (Position, bool), key: &Bytes, value: V) -> Option<V> {
        let (Position { chunk, offset }, found) = place;
        if found {
            let entry = &mut self.chunks[chunk].entries[offset];
            return Some(std::mem::replace(&mut entry.value, value));
        }
        let entry = Entry {
            key: key.clone(),
            value,
        };
        self.len += 1;
        if self.chunks.is_empty() {
            *self = Self::of(vec![vec![entry].into()]);
        } else if let (Some(before), 0) = (chunk.checked_sub(1), offset) {
            // Between two chunks it goes to the end of the first, so that rising keys fill it.
            self.add(before, self.chunks[before].entries.len(), entry);
        } else {
            self.add(chunk, offset, entry);
        }
        None
    }

    fn add(&mut self, chunk: usize, offset: usize, entry: Entry<V>) {
        let last = chunk + 1 == self.chunks.len();
        let Chunk { marks, entries } = &mut self.chunks[chunk];
        if entries.len() == entries.capacity() {
            entries.reserve_exact(ROOM);
        }
        let mark = mark_of(&entry.key);
        entries.insert(offset, entry);
        if offset == 0 {
            self.outline.set_first(chunk, &entries[0].key);
        }
        if entries.len() <= CHUNK {
            marks.insert(offset, mark);
        } else {
            // Keys that only rise would leave every chunk half empty if it were cut in the middle.
            let kept = if last { CHUNK * 7 / 8 } else { CHUNK / 2 };
            let rest = entries.split_off(kept);
            entries.shrink_to(kept + ROOM);
            *marks = Marks::of(entries);
            let rest = rest.into();
            let (first, length) = described(&rest);
            self.outline.insert(chunk + 1, first, length);
            self.chunks.insert(chunk + 1, rest);
        }
        let length = length_of(&self.chunks[chunk].entries);
        self.outline.set_length(chunk, length);
    }

    /// Take an entry out.
    pub fn remove(&mut self, key: &[u8]) -> Option<V> {
        let place = self.seek(key);
        self.remove_at(place)
    }

    /// Take out the entry at the place that [`Sorted::find`] gives its key; nothing where it found none.
    pub fn remove_at(&mut self, place: (Position, bool)) -> Option<V> {
        let (Position { chunk, offset }, true) = place else {
            return None;
        };
        let Chunk { marks, entries } = &mut self.chunks[chunk];
        let removed = entries.remove(offset);
        marks.remove(offset);
        self.len -= 1;
        match entries.first() {
            None => {
                self.chunks.remove(chunk);
                self.outline.remove(chunk);
            }
            Some(first) => {
                if offset == 0 {
                    self.outline.set_first(chunk, &first.key);
                }
                self.outline.set_length(chunk, length_of(entries));
            }
        }
        Some(removed.value)
    }

    /// Take out everything from `key` on.
    #[must_use]
    pub fn split_off(&mut self, key: &[u8]) -> Self {
        let Position { chunk, offset } = self.seek(key).0;
        if chunk >= self.chunks.len() {
            return Self::default();
        }
        let mut upper = self.chunks.split_off(chunk);
        if offset > 0 {
            let mut lower = std::mem::take(&mut upper[0].entries);
            upper[0] = lower.split_off(offset).into();
            self.chunks.push(lower.into());
        }
        *self = Self::of(std::mem::take(&mut self.chunks));
        Self::of(upper)
    }

    /// The values in key order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        let entries = self.chunks.iter().flat_map(|chunk| &chunk.entries);
        entries.map(|entry| &entry.value)
    }
}

/// How many of the entries, which are in order, are below a key, quickly where they are about `likely` of them: twice as far from there
/// with every step, and back into the last one.
fn below<V>(entries: &[Entry<V>], key: &Sought<'_>, likely: usize) -> usize {
    let is_below = |entry: &Entry<V>| key.order_of(&entry.key).is_lt();
    Bytes::fetch(
        entries[likely.saturating_sub(AROUND)..]
            .iter()
            .take(2 * AROUND)
            .map(|entry| &entry.key),
    );
    let up = farthest(|step| entries.get(likely + step - 1).is_some_and(is_below));
    let (from, to) = if up > 0 {
        (likely + up, likely + 2 * up)
    } else {
        let down = farthest(|step| step <= likely && !is_below(&entries[likely - step]));
        (likely.saturating_sub(2 * down), likely - down)
    };
    from + entries[from..to.min(entries.len())].partition_point(is_below)
}

/// The last of the steps 1, 2, 4, … before the first for which something doesn't hold; 0 if it doesn't for 1.
fn farthest(holds: impl Fn(usize) -> bool) -> usize {
    let steps = std::iter::successors(Some(1), |step| Some(step * 2));
    steps.take_while(|step| holds(*step)).last().unwrap_or(0)
}

fn length_of<V>(chunk: &[Entry<V>]) -> u32 {
    u32::try_from(chunk.len()).expect("a chunk is never longer than CHUNK + 1")
}

/// What the outline says of a chunk.
fn described<V>(chunk: &Chunk<V>) -> (Bytes, u32) {
    (chunk.entries[0].key.clone(), length_of(&chunk.entries))
}

/// The least key above all that begin with a prefix, if there is one.
#[must_use]
pub fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|&byte| byte != u8::MAX)?;
    let mut above = prefix[..=last].to_vec();
    above[last] += 1;
    Some(above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn the_successor_is_above_all_continuations() {
        assert_eq!(successor(&[1, 2]), Some(vec![1, 3]));
        assert_eq!(successor(&[1, 0xff, 0xff]), Some(vec![2]));
        assert_eq!(successor(&[0xff]), None);
    }

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
                prop_assert_eq!(sorted.at(position), Some((&Bytes::from(key.as_slice()), value)));
                prop_assert_eq!(sorted.rank(position), rank as u64);
                prop_assert_eq!(sorted.nth(rank as u64), position);
                prop_assert_eq!(sorted.seek(key), (position, true));
                prop_assert_eq!(sorted.seek_near(&key[..].into(), sorted.nth(cut.into())), (position, true));
                let next = sorted.next(position);
                prop_assert_eq!(sorted.previous(next), Some(position));
                position = next;
            }
            prop_assert_eq!(position, sorted.end());
            for key in 0..=1000u16 {
                let key = key.to_be_bytes();
                let (place, found) = sorted.seek(&key);
                prop_assert_eq!(sorted.seek_near(&key[..].into(), place), (place, found));
                prop_assert_eq!(sorted.seek_near(&key[..].into(), sorted.nth(cut.into())), (place, found));
            }
            let middle = sorted.nth(cut.into());
            let from = usize::from(cut).min(sorted.len());
            for to in (from..=sorted.len()).step_by(7) {
                let place = sorted.nth(to as u64);
                let key = sorted.at(place).map_or(&[0xff; 3][..], |(key, _)| key);
                for key in [key.to_vec(), [key, &[0]].concat()] {
                    prop_assert_eq!(sorted.seek_from(middle, &key), sorted.seek(&key).0);
                }
                let pieces = sorted.pieces(middle, place);
                let values = pieces.flatten().map(|entry| &entry.value);
                prop_assert!(values.eq(sorted.values().take(to).skip(from)));
            }
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

        /// Keys whose heads are anywhere, rise, or are few: a likely place is right, far off, or unknown.
        #[test]
        fn a_key_that_is_missing_has_its_place(heads in proptest::collection::vec(prop_oneof![any::<u64>(), 0u64..900, Just(7), Just(u64::MAX)], 0..700), sought in any::<u64>()) {
            let key = |place: usize, head: u64| [&head.to_be_bytes()[..], &place.to_be_bytes()].concat();
            let mut sorted = Sorted::default();
            let mut model = BTreeMap::new();
            for (place, &head) in heads.iter().enumerate() {
                sorted.insert(&key(place, head), place);
                model.insert(key(place, head), place);
            }
            prop_assert!(sorted.values().eq(model.values()));
            let beside = heads.iter().flat_map(|&head| [head.wrapping_sub(1), head, head.wrapping_add(1)]);
            for head in beside.chain([sought]) {
                for key in [key(heads.len() / 2, head), key(usize::MAX, head)] {
                    let before = model.range(..key.clone()).count() as u64;
                    prop_assert_eq!(sorted.rank(sorted.seek(&key).0), before);
                }
            }
        }

        /// Beginnings from a small set, so that many keys share one.
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
                for rank in sorted.rank(first)..sorted.rank(past) {
                    prop_assert_eq!(sorted.around_at(sorted.nth(rank), prefix), (first, past));
                }
            }
        }
    }
}
