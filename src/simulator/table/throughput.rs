//! Capacity as a table or a global index has it: provisioned, on demand, warm.
//!
//! Invariant: what is here passed validation: provisioned units are at least one, limits of on-demand throughput too.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::simulator::Timestamp;

/// Who chooses the capacity of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Billing {
    PayPerRequest,
    Provisioned { read: u64, write: u64 },
}

impl Billing {
    /// `(read, write)`, zero on demand, as descriptions show it.
    #[must_use]
    pub const fn units(self) -> (u64, u64) {
        match self {
            Self::PayPerRequest => (0, 0),
            Self::Provisioned { read, write } => (read, write),
        }
    }
}

const DAY: u64 = 24 * 60 * 60 * 1000;
const HOUR: u64 = 60 * 60 * 1000;
/// Decreases that are allowed at any time of a day, UTC; after them one an hour (service quotas).
const FREE_DECREASES: u64 = 4;

/// When provisioned throughput changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Changes {
    pub last_increase: Option<Timestamp>,
    pub last_decrease: Option<Timestamp>,
    /// On the day of `last_decrease`.
    decreases: u64,
}

impl Changes {
    /// `NumberOfDecreasesToday`; days are those of UTC.
    #[must_use]
    pub fn decreases_today(&self, now: Timestamp) -> u64 {
        match self.last_decrease {
            Some(last) if last.millis() / DAY == now.millis() / DAY => self.decreases,
            _ => 0,
        }
    }

    /// Whether another decrease is allowed: four a day, and beyond them one where there was none in the past hour.
    #[must_use]
    pub fn may_decrease(&self, now: Timestamp) -> bool {
        self.decreases_today(now) < FREE_DECREASES
            || self
                .last_decrease
                .is_none_or(|last| now.millis().saturating_sub(last.millis()) >= HOUR)
    }

    /// Note a change from one `(read, write)` to another.
    pub fn note(&mut self, old: (u64, u64), new: (u64, u64), now: Timestamp) {
        if new.0 > old.0 || new.1 > old.1 {
            self.last_increase = Some(now);
        }
        if new.0 < old.0 || new.1 < old.1 {
            self.decreases = self.decreases_today(now) + 1;
            self.last_decrease = Some(now);
        }
    }

    /// `ProvisionedThroughputDescription`.
    #[must_use]
    pub fn describe(&self, (read, write): (u64, u64), now: Timestamp) -> Value {
        let mut described = json!({
            "NumberOfDecreasesToday": self.decreases_today(now),
            "ReadCapacityUnits": read,
            "WriteCapacityUnits": write,
        });
        if let Some(last) = self.last_increase {
            described["LastIncreaseDateTime"] = last.seconds().into();
        }
        if let Some(last) = self.last_decrease {
            described["LastDecreaseDateTime"] = last.seconds().into();
        }
        described
    }
}

/// `OnDemandThroughput`: the most that a table or an index on demand may use, where it is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OnDemand {
    pub read: Option<u64>,
    pub write: Option<u64>,
}

impl OnDemand {
    /// Nothing, where nothing is limited.
    #[must_use]
    pub fn describe(&self) -> Option<Value> {
        let mut described = json!({});
        if let Some(read) = self.read {
            described["MaxReadRequestUnits"] = read.into();
        }
        if let Some(write) = self.write {
            described["MaxWriteRequestUnits"] = write.into();
        }
        (self.read.is_some() || self.write.is_some()).then_some(described)
    }
}

/// `WarmThroughput`: units a second that are served at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warm {
    pub read: u64,
    pub write: u64,
}

impl Warm {
    /// What a new table or index on demand serves at once (warm-throughput page).
    pub const ON_DEMAND: Self = Self {
        read: 12_000,
        write: 4_000,
    };

    /// What is served at once where nothing was asked for: what is provisioned, or what a new on-demand table serves.
    #[must_use]
    pub const fn without_asking(billing: Billing) -> Self {
        match billing {
            Billing::PayPerRequest => Self::ON_DEMAND,
            Billing::Provisioned { read, write } => Self { read, write },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_decreases_a_day_and_then_one_an_hour() {
        let at = |hours: u64, minutes: u64| {
            Timestamp::from_millis(20_000 * DAY + hours * HOUR + minutes * 60_000)
        };
        let mut changes = Changes::default();
        for minute in 0..4 {
            assert!(changes.may_decrease(at(1, minute)));
            changes.note((9, 9), (8, 9), at(1, minute));
        }
        assert_eq!(changes.decreases_today(at(1, 5)), 4);
        assert!(!changes.may_decrease(at(1, 5)));
        assert!(!changes.may_decrease(at(2, 2)));
        assert!(changes.may_decrease(at(2, 3)));
        changes.note((8, 9), (7, 9), at(2, 3));
        assert_eq!(changes.decreases_today(at(2, 3)), 5);
        assert!(!changes.may_decrease(at(3, 2)));
        assert_eq!(changes.decreases_today(at(24, 0)), 0);
        assert!(changes.may_decrease(at(24, 0)));
    }

    #[test]
    fn one_change_can_be_both_an_increase_and_a_decrease() {
        let now = Timestamp::from_millis(5 * DAY);
        let mut changes = Changes::default();
        changes.note((5, 5), (6, 4), now);
        assert_eq!(changes.last_increase, Some(now));
        assert_eq!(changes.last_decrease, Some(now));
    }
}
