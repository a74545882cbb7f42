//! A byte for each key of a chunk, which tells most others from the sought one.
//!
//! ```text
//!   entries   k0  k1  k2  …  k127       48 bytes each: a search by halves meets another line of memory with nearly every step
//!   marks     7f  02  c4  …  1b         two lines for all of them; only where a mark is the sought key's, the key is looked at
//! ```
//!
//! So who asks for a key that is there, as most do, finds it with about one look into the entries, which in a large table are in no cache.
//!
//! Invariant: there is a mark for each entry of the chunk, in the entries' order, and it is that of its key; behind them are zeros.

use super::sought::mark_of;
use super::{CHUNK, Entry};

/// The lowest bit of each byte, and the highest.
const LOW: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = LOW << 7;

/// The marks of a chunk.
#[derive(Debug, Clone)]
pub(super) struct Marks([u8; CHUNK]);

impl Marks {
    /// Of as many entries as a chunk may have.
    pub(super) fn of<V>(entries: &[Entry<V>]) -> Self {
        let mut marks = [0; CHUNK];
        for (mark, entry) in marks.iter_mut().zip(entries) {
            *mark = mark_of(&entry.key);
        }
        Self(marks)
    }

    /// An entry with this mark was put before the one at `place`, and the chunk is not too long for it.
    pub(super) fn insert(&mut self, place: usize, mark: u8) {
        self.0.copy_within(place..CHUNK - 1, place + 1);
        self.0[place] = mark;
    }

    /// The entry at `place` was taken out.
    pub(super) fn remove(&mut self, place: usize) {
        self.0.copy_within(place + 1.., place);
        self.0[CHUNK - 1] = 0;
    }

    /// The places that have a mark, and perhaps some others, also behind the last entry.
    pub(super) fn places(&self, mark: u8) -> impl Iterator<Item = usize> {
        let (eights, _) = self.0.as_chunks();
        let sought = LOW * u64::from(mark);
        (0..).step_by(8).zip(eights).flat_map(move |(from, eight)| {
            let differing = u64::from_le_bytes(*eight) ^ sought;
            // The highest bit of each byte that is zero; a borrow can also set that of a byte above such a one.
            let mut found = differing.wrapping_sub(LOW) & !differing & HIGH;
            std::iter::from_fn(move || {
                let place = (found != 0).then(|| from + found.trailing_zeros() as usize / 8)?;
                found &= found - 1;
                Some(place)
            })
        })
    }
}
