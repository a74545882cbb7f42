//! The capacity of one table, or of one global index.
//!
//! ```text
//!   Meter ─┬ supply       provisioned: two buckets      on demand: two windows against the owner's maxima
//!          ├ partitions   for each: a window of reads, one of writes, its heat
//!          └ peak         the busiest minute so far
//! ```
//!
//! Invariant: a request is admitted exactly if its partition and the supply have something left; what it costs is then taken
//! from both, even if it is more than that.

use std::collections::BTreeMap;

use crate::simulator::Timestamp;
use crate::simulator::trace::{CapacityUnits, PartitionHeat, PartitionId, Rate};

use super::bucket::Bucket;
use super::heat::{Heat, Touch};
use super::micro::Micro;
use super::window::Window;
use super::{Access, Limits};

/// What the owner gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    /// Units a second.
    Provisioned { read: u64, write: u64 },
    /// `OnDemandThroughput`, where set: units a second.
    OnDemand {
        most_read: Option<u64>,
        most_write: Option<u64>,
    },
}

/// Which limit a request met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LimitKind {
    /// A partition's.
    KeyRange,
    /// What was provisioned, and all that was saved for bursts.
    Provisioned,
    /// The maximum that the owner set for an on-demand table.
    MaxOnDemand,
}

/// Why a request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    pub limit: LimitKind,
    /// What the second that runs had consumed, and may.
    pub rate: Rate,
}

/// Reads and writes apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Both<T> {
    read: T,
    write: T,
}

impl<T> Both<T> {
    const fn of(&self, access: Access) -> &T {
        match access {
            Access::Read => &self.read,
            Access::Write => &self.write,
        }
    }

    const fn of_mut(&mut self, access: Access) -> &mut T {
        match access {
            Access::Read => &mut self.read,
            Access::Write => &mut self.write,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Partition {
    windows: Both<Window>,
    heat: Heat,
}

/// The busiest minute so far, for growth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Peak {
    minute: u64,
    spent: Both<Micro>,
    /// Units a second, over the busiest minute.
    highest: Both<u64>,
    /// When that minute was over.
    at: Timestamp,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meter {
    supply: Supply,
    /// Only provisioned capacity has them.
    buckets: Option<Both<Bucket>>,
    /// What all partitions together consumed.
    total: Both<Window>,
    partitions: BTreeMap<PartitionId, Partition>,
    peak: Peak,
}

impl Meter {
    #[must_use]
    pub fn new(supply: Supply, now: Timestamp) -> Self {
        Self {
            buckets: buckets(supply, now),
            supply,
            total: Both::default(),
            partitions: BTreeMap::new(),
            peak: Peak::default(),
        }
    }

    /// Take another supply over; saved capacity stays as far as the new one may save it.
    pub fn resupply(&mut self, supply: Supply, now: Timestamp, limits: &Limits) {
        if supply == self.supply {
            return;
        }
        self.supply = supply;
        match (&mut self.buckets, supply) {
            (Some(buckets), Supply::Provisioned { read, write }) => {
                buckets.read.set_rate(read, now, limits.burst);
                buckets.write.set_rate(write, now, limits.burst);
            }
            (none, supply) => *none = buckets(supply, now),
        }
    }

    /// Bring everything that this request needs to `now`.
    fn turn(&mut self, partition: PartitionId, access: Access, now: Timestamp, limits: &Limits) {
        if let Some(buckets) = &mut self.buckets {
            buckets.of_mut(access).refill(now, limits.burst);
        }
        let most = self.most(access).unwrap_or(u64::MAX);
        self.total.of_mut(access).turn(now, most);
        self.partitions
            .entry(partition)
            .or_default()
            .windows
            .of_mut(access)
            .turn(now, limits.of_partition(access));
    }

    /// What the owner allows an on-demand table.
    const fn most(&self, access: Access) -> Option<u64> {
        match (self.supply, access) {
            (Supply::OnDemand { most_read, .. }, Access::Read) => most_read,
            (Supply::OnDemand { most_write, .. }, Access::Write) => most_write,
            (Supply::Provisioned { .. }, _) => None,
        }
    }

    /// Why a request to a partition can't be served now; empty when it can. `address` is where it went.
    pub fn admit(
        &mut self,
        partition: PartitionId,
        access: Access,
        address: &[u8],
        now: Timestamp,
        limits: &Limits,
    ) -> Vec<Refusal> {
        self.turn(partition, access, now, limits);
        let mut refusals = Vec::new();
        let most = limits.of_partition(access);
        let home = self.partitions.entry(partition).or_default();
        home.heat.touch(address, access, now);
        let window = home.windows.of(access);
        if !window.admits(most) {
            refusals.push(Refusal {
                limit: LimitKind::KeyRange,
                rate: rate(window, most),
            });
            home.heat.note(now);
        }
        let total = self.total.of(access);
        if let Some(buckets) = &self.buckets {
            let bucket = buckets.of(access);
            if !bucket.admits() {
                refusals.push(Refusal {
                    limit: LimitKind::Provisioned,
                    rate: Rate {
                        left: bucket.left().to_units(),
                        ..rate(total, bucket.rate())
                    },
                });
            }
        }
        if let Some(most) = self.most(access)
            && !self.total.of(access).admits(most)
        {
            refusals.push(Refusal {
                limit: LimitKind::MaxOnDemand,
                rate: rate(self.total.of(access), most),
            });
        }
        refusals
    }

    /// Note another address that a request went to.
    pub fn touch(
        &mut self,
        partition: PartitionId,
        address: &[u8],
        access: Access,
        now: Timestamp,
    ) {
        let home = self.partitions.entry(partition).or_default();
        home.heat.touch(address, access, now);
    }

    /// Take what a request cost.
    pub fn charge(
        &mut self,
        partition: PartitionId,
        access: Access,
        cost: Micro,
        now: Timestamp,
        limits: &Limits,
    ) {
        self.turn(partition, access, now, limits);
        if let Some(buckets) = &mut self.buckets {
            buckets.of_mut(access).take(cost);
        }
        self.total.of_mut(access).take(cost);
        self.peak.count(access, cost, now);
        let home = self.partitions.entry(partition).or_default();
        home.windows.of_mut(access).take(cost);
        if home.windows.of(access).is_hot(limits.of_partition(access)) {
            home.heat.note(now);
        }
    }

    /// Whether a partition stayed at its limit so long that it should be split.
    #[must_use]
    pub fn is_due(&self, partition: PartitionId, limits: &Limits) -> bool {
        self.partitions
            .get(&partition)
            .is_some_and(|partition| partition.heat.is_due(limits.heat))
    }

    /// The last requests to a partition since it is hot, oldest first.
    pub fn touched(&self, partition: PartitionId) -> impl Iterator<Item = &Touch> {
        self.partitions
            .get(&partition)
            .into_iter()
            .flat_map(|partition| partition.heat.touched())
    }

    /// Begin to watch a partition anew: it was split, or no split would help.
    pub fn forget_heat(&mut self, partition: PartitionId) {
        if let Some(partition) = self.partitions.get_mut(&partition) {
            partition.heat.forget();
        }
    }

    /// How many partitions it should have by `now`: for what is provisioned, or for the double of the peak.
    #[must_use]
    pub fn partitions_wanted(&self, now: Timestamp, limits: &Limits) -> u64 {
        match self.supply {
            Supply::Provisioned { read, write } => limits.partitions_for(read, write),
            Supply::OnDemand { .. } if now < self.peak.at.later(limits.growth) => 1,
            Supply::OnDemand { .. } => {
                let double = |access| self.peak.highest.of(access).saturating_mul(2);
                let needed = |access| double(access).div_ceil(limits.of_partition(access).max(1));
                needed(Access::Read).max(needed(Access::Write)).max(1)
            }
        }
    }

    /// What a partition consumes and may, for pictures; zeroes for one that nobody asked.
    #[must_use]
    pub fn heat(&self, partition: PartitionId, now: Timestamp, limits: &Limits) -> PartitionHeat {
        let mut windows = self
            .partitions
            .get(&partition)
            .map(|partition| partition.windows.clone())
            .unwrap_or_default();
        let mut shown = |access| {
            let limit = limits.of_partition(access);
            let window = windows.of_mut(access);
            window.turn(now, limit);
            rate(window, limit)
        };
        PartitionHeat {
            read: shown(Access::Read),
            write: shown(Access::Write),
        }
    }

    /// What all of it consumes and may, and how much is left with what was saved. On-demand capacity without a maximum has no limit
    /// of its own: nothing.
    #[must_use]
    pub fn rate(&self, access: Access, now: Timestamp, limits: &Limits) -> Option<Rate> {
        let mut total = self.total.of(access).clone();
        if let Some(buckets) = &self.buckets {
            let mut bucket = buckets.of(access).clone();
            bucket.refill(now, limits.burst);
            total.turn(now, u64::MAX);
            return Some(Rate {
                left: bucket.left().to_units(),
                ..rate(&total, bucket.rate())
            });
        }
        let most = self.most(access)?;
        total.turn(now, most);
        Some(rate(&total, most))
    }
}

fn buckets(supply: Supply, now: Timestamp) -> Option<Both<Bucket>> {
    match supply {
        Supply::Provisioned { read, write } => Some(Both {
            read: Bucket::new(read, now),
            write: Bucket::new(write, now),
        }),
        Supply::OnDemand { .. } => None,
    }
}

fn rate(window: &Window, limit: u64) -> Rate {
    Rate {
        consumed: window.spent().to_units(),
        before: window.before().to_units(),
        limit: CapacityUnits::whole(limit),
        left: window.left(limit).to_units(),
    }
}

impl Peak {
    fn count(&mut self, access: Access, cost: Micro, now: Timestamp) {
        let minute = now.millis() / 60_000;
        if minute > self.minute {
            self.close();
            self.minute = minute;
        }
        let spent = self.spent.of_mut(access);
        *spent = *spent + cost;
    }

    /// The minute is over.
    fn close(&mut self) {
        for access in [Access::Read, Access::Write] {
            let spent = std::mem::take(self.spent.of_mut(access));
            let average = spent.to_units().halves().div_ceil(2 * 60);
            if average > *self.highest.of(access) {
                *self.highest.of_mut(access) = average;
                self.at = Timestamp::from_millis((self.minute + 1) * 60_000);
            }
        }
    }
}

#[cfg(test)]
mod tests;
