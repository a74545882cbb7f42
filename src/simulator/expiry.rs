//! Expired items go when their table is next touched.
//!
//! There is no sweeper: the clock is the call's, and whoever looks a table up (`Simulator::find`) first has
//! removed what has expired by then, as a deletion in the journal and without capacity. AWS too deletes in the
//! background and charges nothing.
//!
//! Invariant: what a call does about expired items is bounded by [`AT_ONCE`] and follows from the items and `now` alone.

use super::catalogue::Handle;
use super::journal::Change;
use super::table::Table;
use super::{Simulator, Timestamp};

/// Items removed by one call. More than this stay readable until the next one, as on AWS expired items do for a while.
const AT_ONCE: usize = 256;

impl Simulator {
    /// Whether there is something to remove.
    pub(super) fn has_expired(&self, table: &Table, now: Timestamp) -> bool {
        !table.gone && table.expires() && table.expired(now, self.expiry_delay()).next().is_some()
    }

    /// Remove items that have expired. Those the journal does not take stay, and are tried again.
    pub(super) fn expire(&self, handle: &Handle, now: Timestamp) {
        let mut table = handle.write();
        if table.gone {
            return;
        }
        let due: Vec<Vec<u8>> = table
            .expired(now, self.expiry_delay())
            .take(AT_ONCE)
            .map(<[u8]>::to_vec)
            .collect();
        let taken = self.record(|| {
            due.iter()
                .map(|address| Change::DeleteItem {
                    table: table.definition().name.clone(),
                    key: address.clone(),
                })
                .collect()
        });
        if taken.is_err() {
            return;
        }
        for address in due {
            table.remove(&address, now);
        }
    }
}

#[cfg(test)]
mod tests;
