//! What was sent: requests to the public URL, the newest first, and below them the calls that made what answers there, in their order.
//!
//! Invariant: a request of which more becomes known stays one entry.

use crate::scene::workshop::Way;
use crate::target::exchange::Exchange;

/// Requests and calls that are kept, the newest of each.
const REQUESTS: usize = 60;
const CALLS: usize = 600;

/// A call that was made.
#[derive(Debug)]
pub(super) struct Entry {
    pub service: &'static str,
    pub exchange: Exchange,
}

#[derive(Debug, Default)]
pub(super) struct List {
    pub came: Vec<Way>,
    pub log: Vec<Entry>,
    /// Counts the requests, then the calls.
    pub selected: usize,
}

/// What the cursor is on.
pub(super) enum Chosen<'l> {
    Request(&'l Way),
    Call(&'l Exchange),
}

impl List {
    /// Something is made anew: calls of before are of no interest.
    pub fn begin(&mut self) {
        self.log.clear();
        self.selected = self.came.len();
    }

    /// Keeps a call; the cursor goes along where it was on the last entry.
    pub fn keep(&mut self, service: &'static str, exchange: &Exchange) {
        let follows = self.selected >= self.len().saturating_sub(1);
        if self.log.len() == CALLS {
            self.log.remove(0);
        }
        self.log.push(Entry {
            service,
            exchange: exchange.clone(),
        });
        if follows {
            self.selected = self.len() - 1;
        }
    }

    /// Keeps a request to the URL, in the place of the same one of which less was known.
    pub fn keep_way(&mut self, way: &Way, more_comes: bool) {
        let same = |one: &Way| one.run.is_none() && one.sent == way.sent && one.reply == way.reply;
        if let Some(index) = self.came.iter().position(same).filter(|_| !more_comes) {
            self.came[index] = way.clone();
            return;
        }
        self.came.insert(0, way.clone());
        self.came.truncate(REQUESTS);
        self.selected = 0;
    }

    fn len(&self) -> usize {
        self.came.len() + self.log.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn select(&mut self, down: bool) {
        self.selected = if down {
            (self.selected + 1).min(self.len().saturating_sub(1))
        } else {
            self.selected.saturating_sub(1)
        };
    }

    pub fn chosen(&self) -> Option<Chosen<'_>> {
        if let Some(way) = self.came.get(self.selected) {
            return Some(Chosen::Request(way));
        }
        let entry = self.log.get(self.selected - self.came.len())?;
        Some(Chosen::Call(&entry.exchange))
    }
}
