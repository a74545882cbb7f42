//! What one `Query` or `Scan` call examines: a page.
//!
//! ```text
//!   start ──→ ▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪▪  until  1 MB has been examined (the item that reaches it included),
//!             P1              P2                   or Limit items were,  or the range is at its end
//! ```
//!
//! A page is collected under the table's read lock and judged (filter, projection) after it was released, so a
//! writer waits for no more than the collecting.
//! Invariant: the page lists exactly the items that were examined, each under the partition it was found in.

use std::ops::Range;

use crate::simulator::item::Stored;
use crate::simulator::item::bytes::Bytes;
use crate::simulator::trace::PartitionId;

use super::partition::Partition;
use super::sorted::Entry;
use super::store::Store;

/// Bytes after which a page ends.
pub const PAGE_BYTES: u64 = 1024 * 1024;

/// A stretch of one partition that a page walked.
#[derive(Debug, Clone)]
pub struct Stretch {
    pub partition: PartitionId,
    /// Rank in the partition of the first item examined, or where it would be.
    pub first_rank: u64,
    /// How many items the partition held.
    pub partition_items: u64,
    /// Which of the page's items it is.
    pub items: Range<usize>,
    pub bytes: u64,
}

/// What was examined.
#[derive(Debug, Default)]
pub struct Page {
    pub items: Vec<Stored>,
    /// The address of each.
    pub addresses: Vec<Bytes>,
    pub stretches: Vec<Stretch>,
    pub bytes: u64,
    /// The page ended at `Limit` or at 1 MB, so there is a `LastEvaluatedKey`.
    pub stopped: bool,
}

/// Which stretch of addresses is read: from `from` (inclusive) to `to` (exclusive), in either direction.
#[derive(Debug, Clone)]
pub struct Stretched {
    pub from: Vec<u8>,
    pub to: Option<Vec<u8>>,
    pub forward: bool,
    /// Examined items at most; `None` leaves it to the 1 MB.
    pub limit: Option<u64>,
}

impl Page {
    /// Take entries until it is full, and say whether it is.
    fn take<'e>(
        &mut self,
        entries: impl Iterator<Item = &'e Entry<Stored>> + Clone,
        limit: Option<u64>,
    ) -> bool {
        // Sizes and the beginnings of all items first: the looks at what is in no cache go to memory side by side, while each sharing of
        // an item waits for the one before. Nearly every page is shown or filtered, which needs all of it.
        let mut taken = 0;
        for entry in entries.clone() {
            taken += 1;
            entry.value.fetch();
            self.bytes += entry.value.size();
            let items = (self.items.len() + taken) as u64;
            self.stopped = self.bytes >= PAGE_BYTES || limit.is_some_and(|limit| items >= limit);
            if self.stopped {
                break;
            }
        }
        let taken = entries.take(taken);
        self.addresses
            .extend(taken.clone().map(|entry| entry.key.clone()));
        self.items.extend(taken.map(|entry| entry.value.clone()));
        self.stopped
    }

    /// End it after the first items that were collected: it is full with them.
    pub fn cut(&mut self, items: usize) {
        self.stopped = true;
        self.items.truncate(items);
        self.addresses.truncate(items);
        self.stretches.retain(|stretch| stretch.items.start < items);
        if let Some(last) = self.stretches.last_mut() {
            last.items.end = items;
            let left = &self.items[last.items.clone()];
            last.bytes = left.iter().map(Stored::size).sum();
        }
        self.bytes = self.stretches.iter().map(|stretch| stretch.bytes).sum();
    }
}

impl Store {
    /// Read a page of a stretch, through the partitions it meets, in the direction it goes.
    #[must_use]
    pub fn read(&self, range: &Stretched) -> Page {
        let mut page = Page::default();
        let first = self.place_of(&range.from);
        let last = match &range.to {
            None => self.partitions().len() - 1,
            Some(to) => self
                .partitions()
                .partition_point(|partition| partition.from() < to.as_slice())
                .saturating_sub(1)
                .max(first),
        };
        let met = &self.partitions()[first..=last];
        let visit = |partition: &Partition, page: &mut Page| {
            walk(partition, range, page);
            page.stopped
        };
        if range.forward {
            let _ = met.iter().any(|partition| visit(partition, &mut page));
        } else {
            let _ = met
                .iter()
                .rev()
                .any(|partition| visit(partition, &mut page));
        }
        page
    }
}

/// Adds what a partition has of the stretch, until the page is full.
fn walk(partition: &Partition, range: &Stretched, page: &mut Page) {
    let sorted = partition.sorted();
    let low = sorted.seek(&range.from).0;
    let high = match &range.to {
        Some(to) => sorted.seek_from(low, to),
        None => sorted.end(),
    };
    let already = page.items.len();
    let before = page.bytes;
    let mut pieces = sorted.pieces(low, high);
    if range.forward {
        let _ = pieces.any(|piece| page.take(piece.iter(), range.limit));
    } else {
        let _ = pieces
            .rev()
            .any(|piece| page.take(piece.iter().rev(), range.limit));
    }
    let first = if range.forward || low == high {
        sorted.rank(low)
    } else {
        sorted.rank(high) - 1
    };
    page.stretches.push(Stretch {
        partition: partition.id(),
        first_rank: first,
        partition_items: partition.items(),
        items: already..page.items.len(),
        bytes: page.bytes - before,
    });
}
