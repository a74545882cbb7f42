//! Stores as readers that lag behind see them.
//!
//! ```text
//!   time        ───────────●────●──────●────●──▶ now
//!   changes                a    b      c    d
//!                                 ↑
//!                            now - delay
//!   Lagging     store: a, b applied      pending: c, d
//! ```
//!
//! DynamoDB's eventually consistent reads may be answered by a replica that has not seen the last writes yet, and global
//! indexes follow their table. Usually that takes milliseconds; for teaching it can be made as long as one likes, and always
//! exactly as long. A lagging store is a second store of the same items (shared, not copied) that takes each change over when
//! it is old enough. Partitions are not data: a split is seen at once.
//!
//! Invariant: what a reader sees at `now` is what was there at `now - delay`; but never more than [`PENDING`] changes behind,
//! and never what an earlier reader has already seen undone.

use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::simulator::Timestamp;

use super::Stored;
use super::address::Address;
use super::index::{Index, IndexChange};
use super::store::Store;

/// At most so many changes wait; the oldest are seen early then, so that memory stays bounded.
pub const PENDING: usize = 100_000;

/// A change that a lagging store has still to take over.
#[derive(Debug)]
struct Pending {
    at: Timestamp,
    address: Address,
    /// What is there from then on.
    new: Option<Stored>,
}

/// A store as it was a while ago.
#[derive(Debug)]
pub struct Lagging {
    store: Store,
    delay: Duration,
    pending: VecDeque<Pending>,
}

impl Lagging {
    /// Begins with everything that is in a store.
    #[must_use]
    pub fn behind(store: &Store, delay: Duration) -> Self {
        Self {
            store: store.copied(),
            delay,
            pending: VecDeque::new(),
        }
    }

    /// A change happened. Times are taken to rise: one that is before the last counts as at the same time.
    fn note(&mut self, at: Timestamp, address: Address, new: Option<Stored>) {
        if self.pending.len() >= PENDING {
            self.take_over();
        }
        let last = self.pending.back().map_or(at, |last| last.at);
        self.pending.push_back(Pending {
            at: at.max(last),
            address,
            new,
        });
    }

    fn take_over(&mut self) {
        let Some(oldest) = self.pending.pop_front() else {
            return;
        };
        match oldest.new {
            Some(stored) => self.store.put(oldest.address.bytes(), stored),
            None => self.store.remove(oldest.address.bytes()),
        };
    }

    /// Take over what is old enough by `now`.
    fn follow(&mut self, now: Timestamp) {
        while self
            .pending
            .front()
            .is_some_and(|oldest| oldest.at.later(self.delay) <= now)
        {
            self.take_over();
        }
    }
}

/// How far behind the readers of a table are; zero for readers who aren't.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delays {
    /// Of eventually consistent reads of the table and its local indexes.
    pub stale_reads: Duration,
    /// Of global indexes.
    pub global_indexes: Duration,
}

impl Delays {
    #[must_use]
    pub const fn is_zero(&self) -> bool {
        self.stale_reads.is_zero() && self.global_indexes.is_zero()
    }

    const fn of(&self, index: &Index) -> Duration {
        if index.is_global() {
            self.global_indexes
        } else {
            self.stale_reads
        }
    }
}

/// The lagging stores of a table: of its items, and of each index, where there is a delay.
#[derive(Debug)]
pub struct Lag {
    delays: Delays,
    items: Option<Mutex<Lagging>>,
    entries: Vec<Option<Mutex<Lagging>>>,
}

fn behind(store: &Store, delay: Duration) -> Option<Mutex<Lagging>> {
    (!delay.is_zero()).then(|| Mutex::new(Lagging::behind(store, delay)))
}

fn exclusive(lagging: &mut Option<Mutex<Lagging>>) -> Option<&mut Lagging> {
    Some(
        lagging
            .as_mut()?
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner),
    )
}

impl Lag {
    #[must_use]
    pub fn new<'a>(
        delays: Delays,
        items: &Store,
        indexes: impl Iterator<Item = (&'a Index, &'a Store)>,
    ) -> Self {
        Self {
            delays,
            items: behind(items, delays.stale_reads),
            entries: indexes
                .map(|(index, store)| behind(store, delays.of(index)))
                .collect(),
        }
    }

    /// The indexes became others; those that are `kept` (their former places, in the new order) lag on as they did.
    pub fn set_indexes<'a>(
        &mut self,
        kept: &[Option<usize>],
        indexes: impl Iterator<Item = (&'a Index, &'a Store)>,
    ) {
        let mut old = std::mem::take(&mut self.entries);
        self.entries = indexes
            .zip(kept)
            .map(|((index, store), kept)| match kept {
                Some(place) => old.get_mut(*place).and_then(Option::take),
                None => behind(store, self.delays.of(index)),
            })
            .collect();
    }

    /// An item's change, and what it does to the indexes.
    pub fn note(
        &mut self,
        at: Timestamp,
        address: &Address,
        new: Option<&Stored>,
        changes: &[IndexChange],
    ) {
        if let Some(items) = exclusive(&mut self.items) {
            items.note(at, address.clone(), new.cloned());
        }
        for change in changes {
            let Some(entries) = self.entries.get_mut(change.index).and_then(exclusive) else {
                continue;
            };
            if let Some((old, _)) = &change.old
                && !change.in_place()
            {
                entries.note(at, old.clone(), None);
            }
            if let Some((new, entry)) = &change.new {
                entries.note(at, new.clone(), Some(entry.clone()));
            }
        }
    }

    /// The partitions of the items, or of an index by its place, were split at an address.
    pub fn split(&mut self, index: Option<usize>, at: &[u8]) {
        let lagging = match index {
            None => exclusive(&mut self.items),
            Some(index) => self.entries.get_mut(index).and_then(exclusive),
        };
        if let Some(lagging) = lagging {
            lagging.store.split(at);
        }
    }

    /// What a reader who lags behind sees of the items, or of an index by its place.
    pub fn seen(&self, index: Option<usize>, now: Timestamp) -> Option<Seen<'_>> {
        let lagging = match index {
            None => self.items.as_ref(),
            Some(index) => self.entries.get(index)?.as_ref(),
        }?;
        let mut lagging = lagging.lock().unwrap_or_else(PoisonError::into_inner);
        lagging.follow(now);
        Some(Seen::Behind(lagging))
    }
}

/// A store as a reader sees it.
#[derive(Debug)]
pub enum Seen<'a> {
    /// As it is.
    Now(&'a Store),
    /// As it was.
    Behind(MutexGuard<'a, Lagging>),
}

impl Deref for Seen<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        match self {
            Self::Now(store) => store,
            Self::Behind(lagging) => &lagging.store,
        }
    }
}
