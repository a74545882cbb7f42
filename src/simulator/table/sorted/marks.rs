//! Two bytes for each key of a chunk, which tell nearly all others from the sought one.
//!
//! ```text
//!   entries   k0  k1  k2  …  k127       48 bytes each: a search by halves meets another line of memory with nearly every step
//!   first     7f  02  c4  …  1b         two lines for all of them; where one is as the sought key's,
//!   second    c1  66  0e  …  90         the other is asked, and then the key is looked at
//! ```
//!
//! So who asks for a key that is there, as most do, finds it with one look into the entries, which in a large table are in no cache.
//!
//! Invariant: there is a mark for each entry of the chunk, in the entries' order, and it is that of its key; behind them are zeros.

use super::sought::{Mark, mark_of};
use super::{CHUNK, Entry};

/// The lowest bit of each byte, and the highest.
const LOW: u64 = u64::from_ne_bytes([1; 8]);
const HIGH: u64 = LOW << 7;

/// The marks of a chunk.
#[derive(Debug, Clone)]
pub(super) struct Marks {
    first: [u8; CHUNK],
    second: [u8; CHUNK],
}

impl Marks {
    /// Of as many entries as a chunk may have.
    pub(super) fn of<V>(entries: &[Entry<V>]) -> Self {
        let mut marks = Self {
            first: [0; CHUNK],
            second: [0; CHUNK],
        };
        let bytes = marks.first.iter_mut().zip(&mut marks.second);
        for ((first, second), entry) in bytes.zip(entries) {
            let mark = mark_of(&entry.key);
            (*first, *second) = (mark.first, mark.second);
        }
        marks
    }

    /// An entry with this mark was put before the one at `place`, and the chunk is not too long for it.
    pub(super) fn insert(&mut self, place: usize, mark: Mark) {
        let bytes = [
            (&mut self.first, mark.first),
            (&mut self.second, mark.second),
        ];
        for (bytes, byte) in bytes {
            bytes.copy_within(place..CHUNK - 1, place + 1);
            bytes[place] = byte;
        }
    }

    /// The entry at `place` was taken out.
    pub(super) fn remove(&mut self, place: usize) {
        for bytes in [&mut self.first, &mut self.second] {
            bytes.copy_within(place + 1.., place);
            bytes[CHUNK - 1] = 0;
        }
    }

    /// The first place that has a mark and `is` the sought one, which is also asked of some others, also behind the last entry.
    pub(super) fn find(&self, mark: Mark, is: impl Fn(usize) -> bool) -> Option<usize> {
        let (eights, _) = self.first.as_chunks();
        let sought = LOW * u64::from(mark.first);
        for (from, eight) in (0..).step_by(8).zip(eights) {
            let differing = u64::from_le_bytes(*eight) ^ sought;
            // The highest bit of each byte that is zero; a borrow can also set that of a byte above such a one.
            let mut found = differing.wrapping_sub(LOW) & !differing & HIGH;
            while found != 0 {
                let place = from + found.trailing_zeros() as usize / 8;
                if self.second[place] == mark.second && is(place) {
                    return Some(place);
                }
                found &= found - 1;
            }
        }
        None
    }
}
