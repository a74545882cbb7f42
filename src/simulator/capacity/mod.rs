//! Capacity: what tables, indexes and partitions may serve, and what they do when more is asked for.
//!
//! ```text
//!   a request
//!     │  admission   may the table, its global indexes and the partitions serve one more?   ──no──→ throttled
//!     ▼
//!   the work itself
//!     │  charge      what it cost: known only now, and perhaps more than there was left
//!     ▼
//!   the next request waits for it           tend   a partition that is too large, or stays hot, is split
//! ```
//!
//! ```text
//!   provisioned   bucket of the table: refilled every millisecond, up to 300 seconds' worth unused   ┐ both must
//!   on demand     no bucket; perhaps a maximum that the owner set                                    │ have something
//!   either        each partition: 3,000 read and 1,000 write units in each second, never saved up    ┘ left
//! ```
//!
//! A provisioned table's capacity is one bucket for all its partitions: what the others leave, a hot partition may use
//! at once, up to its own limit. That is adaptive capacity; nothing else is needed for it. Reads and writes have capacity
//! apart from each other. A global index has its own; a local one spends the table's, in the same partitions.
//!
//! Bottom up: [`micro`] (the unit), [`bucket`], [`window`] (one second of a partition), [`heat`] (how long a partition is hot,
//! and where), [`meter`] (a table or a global index), [`boundary`] (where to split), and with tables: `admission`, `tend`.
//! All but the last two are pure; `now` is an argument everywhere, and nothing refills by itself.
//!
//! Sources: `HowItWorks.Partitions`, `burst-adaptive-capacity`, `on-demand-capacity-mode`, `throttling-diagnosing-workflow`
//! in the developer guide; "Scaling DynamoDB: How partitions, hot keys, and split for heat impact performance" (AWS Database
//! Blog), parts 1 to 3. AWS gives no figures for how long a partition must be hot; see [`Limits::heat`].
//!
//! Invariant: with no [`Limits`], nothing is counted and nothing refused.

mod admission;
pub mod boundary;
pub mod bucket;
pub mod heat;
pub mod meter;
pub mod micro;
mod tend;
pub mod window;

use std::time::Duration;

pub(super) use admission::Demand;
pub use admission::TableMeter;

/// Reads and writes are metered apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    Read,
    Write,
}

/// What a partition serves and holds, and how long things take. AWS's figures by default; smaller ones let a lesson show with a few
/// items what takes AWS millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Read units a partition serves in a second; AWS's serve 3,000.
    pub partition_read: u64,
    /// Write units a partition serves in a second; AWS's serve 1,000.
    pub partition_write: u64,
    /// Bytes a partition holds before it is split; AWS's hold 10 GB.
    pub partition_bytes: u64,
    /// How much unused provisioned capacity is kept; AWS keeps 300 seconds of it.
    pub burst: Duration,
    /// How long a partition stays at its limit before it is split. AWS only says that it takes sustained traffic; its blog's
    /// experiments saw splits after several minutes.
    pub heat: Duration,
    /// How long after a new peak an on-demand table can serve the double of it; the guide tells to space growth over 30 minutes.
    pub growth: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            partition_read: 3_000,
            partition_write: 1_000,
            partition_bytes: 10 * 1024 * 1024 * 1024,
            burst: Duration::from_mins(5),
            heat: Duration::from_mins(5),
            growth: Duration::from_mins(30),
        }
    }
}

impl Limits {
    /// A partition's figures divided by `scale` (at least 1): at 100, 30 read and 10 write units a second and 107 MB. Times
    /// stay as they are.
    #[must_use]
    pub fn scaled(scale: u64) -> Self {
        let aws = Self::default();
        let part = |whole: u64| (whole / scale.max(1)).max(1);
        Self {
            partition_read: part(aws.partition_read),
            partition_write: part(aws.partition_write),
            partition_bytes: part(aws.partition_bytes),
            ..aws
        }
    }

    /// Units a partition serves in a second.
    #[must_use]
    pub const fn of_partition(&self, access: Access) -> u64 {
        match access {
            Access::Read => self.partition_read,
            Access::Write => self.partition_write,
        }
    }

    /// Partitions that serve so many units a second: `ceil(read / 3,000 + write / 1,000)` (`HowItWorks.Partitions`).
    #[must_use]
    pub fn partitions_for(&self, read: u64, write: u64) -> u64 {
        let (per_read, per_write) = (
            u128::from(self.partition_read.max(1)),
            u128::from(self.partition_write.max(1)),
        );
        let needed = (u128::from(read) * per_write + u128::from(write) * per_read)
            .div_ceil(per_read * per_write);
        u64::try_from(needed).unwrap_or(u64::MAX).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_makes_partitions_smaller_and_times_no_shorter() {
        let small = Limits::scaled(100);
        assert_eq!((small.partition_read, small.partition_write), (30, 10));
        assert_eq!(small.burst, Duration::from_mins(5));
        let least = Limits::scaled(u64::MAX);
        assert_eq!((least.partition_read, least.partition_write), (1, 1));
        assert_eq!(Limits::scaled(0), Limits::default());
    }

    #[test]
    fn partitions_follow_from_throughput() {
        let aws = Limits::default();
        assert_eq!(aws.partitions_for(5, 5), 1);
        assert_eq!(aws.partitions_for(12_000, 4_000), 8);
        assert_eq!(aws.partitions_for(0, 0), 1);
        assert_eq!(Limits::scaled(100).partitions_for(0, 100), 10);
    }
}
