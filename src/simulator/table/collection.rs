//! Sizes of item collections, where a table has local indexes.
//!
//! ```text
//!   collection of pk "a"      items        a/1  a/2  a/3
//!                             local index  a/x  a/y           the sum of all their sizes
//! ```
//!
//! Such a collection stays in one partition, and so can't become larger than what a partition holds. Its size is kept as it changes: to
//! walk a collection for each write would make large ones slow.
//!
//! Invariant: the size of a collection is the sum of the sizes of its items and of their entries in the table's local indexes; one
//! without items is not kept.

use std::collections::HashMap;

use super::definition::Definition;
use super::index::IndexChange;

/// The sizes in bytes, by the addresses' common prefix.
#[derive(Debug, Default)]
pub struct Collections(HashMap<Box<[u8]>, u64>);

/// By how much a write changes the size of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Growth {
    pub gone: u64,
    pub come: u64,
}

impl Growth {
    /// Of a write that replaces an item of `old` bytes by one of `new` bytes, and changes indexes so.
    #[must_use]
    pub fn of(
        definition: &Definition,
        old: Option<u64>,
        new: Option<u64>,
        changes: &[IndexChange],
    ) -> Self {
        let local = changes
            .iter()
            .filter(|change| !definition.indexes[change.index].is_global());
        let mut growth = Self {
            gone: old.unwrap_or(0),
            come: new.unwrap_or(0),
        };
        for change in local {
            growth.gone += change.old.as_ref().map_or(0, |(_, bytes)| *bytes);
            growth.come += change.new.as_ref().map_or(0, |(_, entry)| entry.size());
        }
        growth
    }

    /// Of two changes together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            gone: self.gone + other.gone,
            come: self.come + other.come,
        }
    }

    /// What a collection of so many bytes comes to.
    #[must_use]
    pub const fn from(self, bytes: u64) -> u64 {
        bytes.saturating_sub(self.gone).saturating_add(self.come)
    }
}

impl Collections {
    /// Bytes of a collection.
    #[must_use]
    pub fn bytes(&self, prefix: &[u8]) -> u64 {
        self.0.get(prefix).copied().unwrap_or(0)
    }

    /// A write happened in a collection.
    pub fn note(&mut self, prefix: &[u8], growth: Growth) {
        let bytes = growth.from(self.bytes(prefix));
        if bytes == 0 {
            self.0.remove(prefix);
        } else if let Some(kept) = self.0.get_mut(prefix) {
            *kept = bytes;
        } else {
            self.0.insert(prefix.into(), bytes);
        }
    }
}
