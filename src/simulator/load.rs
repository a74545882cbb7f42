//! Many items at once, for demonstrations with large scratch tables.
//!
//! What `PutItem` checks of an item is checked here too; there is no JSON, no trace and no reply for each.
//! Invariant: a batch is applied as a whole or not at all, so what was loaded before an error is well formed.

use super::item::{Item, Stored};
use super::journal::Change;
use super::operation::{self, ITEM_BYTES};
use super::wire::error::ServiceError;
use super::wire::text;
use super::{Simulator, Timestamp};

/// Items that go in under one lock: readers wait for no more than these.
const BATCH: usize = 256;

/// Why loading stopped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("item {number}: {}", .error.message().unwrap_or("refused"))]
pub struct LoadError {
    /// Of the item that was refused, or the first of its batch, from 0.
    pub number: u64,
    pub error: ServiceError,
}

impl Simulator {
    /// Put items until the iterator ends, which is also how to cancel; how many were put comes back.
    ///
    /// # Errors
    /// The service error `PutItem` would have answered, and for which item.
    pub fn load(
        &self,
        table: &str,
        items: impl IntoIterator<Item = Item>,
        now: Timestamp,
    ) -> Result<u64, LoadError> {
        let mut items = items.into_iter();
        let mut loaded = 0;
        loop {
            let batch: Vec<Item> = items.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return Ok(loaded);
            }
            loaded += self.load_batch(table, batch, loaded, now)?;
        }
    }

    fn load_batch(
        &self,
        name: &str,
        batch: Vec<Item>,
        first: u64,
        now: Timestamp,
    ) -> Result<u64, LoadError> {
        let failed = |number| move |error| LoadError { number, error };
        let handle = self.active(name, now).map_err(failed(first))?;
        let mut table = handle.write();
        let mut ready = Vec::with_capacity(batch.len());
        for (item, number) in batch.into_iter().zip(first..) {
            let stored = Stored::new(&item);
            if stored.size() > ITEM_BYTES {
                return Err(failed(number)(ServiceError::validation(
                    text::ITEM_TOO_LARGE,
                )));
            }
            let address = operation::key::address_of(&table, &stored)
                .map_err(|refusal| failed(number)(refusal.into()))?;
            ready.push((address, stored));
        }
        self.record(|| {
            ready
                .iter()
                .map(|(address, stored)| Change::PutItem {
                    table: name.to_owned(),
                    key: address.bytes().to_vec(),
                    item: stored.to_json(),
                })
                .collect()
        })
        .map_err(failed(first))?;
        let count = ready.len() as u64;
        for (address, stored) in ready {
            table.put(&address, stored);
        }
        Ok(count)
    }
}
