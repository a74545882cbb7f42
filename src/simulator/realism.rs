//! What a lesson may make visible: limits of capacity, and readers that lag behind.
//!
//! All of it is off by default, and a table then carries nothing for it. It can be switched while tables are in use.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Simulator;
use super::capacity::{Limits, TableMeter};
use super::table::Table;
use super::table::lag::Delays;

/// How much of what happens in a data centre is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Realism {
    /// Throttling, and splits of partitions; nothing leaves both out.
    pub capacity: Option<Limits>,
    /// How old the state is that eventually consistent reads see; DynamoDB's usually is milliseconds.
    pub stale_reads: Duration,
    /// How long global indexes follow their table later.
    pub index_delay: Duration,
    /// How long tables and indexes are CREATING, UPDATING and DELETING, where it is longer than the settings say.
    pub table_delay: Duration,
    /// How long expired items are still read, where it is longer than the settings say.
    pub expiry_delay: Duration,
}

impl Realism {
    /// Make a table behave so.
    pub(super) fn apply(&self, table: &mut Table) {
        table.meter = self
            .capacity
            .map(|limits| Mutex::new(TableMeter::new(limits)));
        table.set_delays(Delays {
            stale_reads: self.stale_reads,
            global_indexes: self.index_delay,
        });
    }
}

impl Simulator {
    /// How long tables and indexes are CREATING, UPDATING and DELETING.
    pub(super) fn table_delay(&self) -> Duration {
        self.settings.table_delay.max(self.realism().table_delay)
    }

    /// How long expired items are still read.
    pub(super) fn expiry_delay(&self) -> Duration {
        self.settings.expiry_delay.max(self.realism().expiry_delay)
    }

    /// What is simulated now.
    #[must_use]
    pub fn realism(&self) -> Realism {
        *self.realism.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Simulate other things from here on, in all tables. What was counted until then is forgotten, as if nobody had used the
    /// tables; splits stay.
    pub fn set_realism(&self, realism: Realism) {
        let mut current = self.realism.write().unwrap_or_else(PoisonError::into_inner);
        if *current == realism {
            return;
        }
        *current = realism;
        self.metered
            .store(realism.capacity.is_some(), Ordering::Relaxed);
        for handle in self.handles() {
            realism.apply(&mut handle.write());
        }
    }
}

#[cfg(test)]
mod tests;
