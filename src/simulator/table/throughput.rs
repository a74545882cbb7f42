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

    /// Whether another decrease is allowed: four a day, and beyond them one an hour after the last.
    ///
    /// # Errors
    /// When the next one is allowed: after the hour, or when the next day begins.
    pub fn may_decrease(&self, now: Timestamp) -> Result<(), Timestamp> {
        let Some(last) = self.last_decrease else {
            return Ok(());
        };
        let next = last.millis() + HOUR;
        if self.decreases_today(now) < FREE_DECREASES || now.millis() >= next {
            return Ok(());
        }
        let midnight = (now.millis() / DAY + 1) * DAY;
        Err(Timestamp::from_millis(next.min(midnight)))
    }

    /// Note a change from one `(read, write)` to another. Only when it is over it counts as a decrease (observed); what
    /// descriptions show until then comes back.
    #[must_use]
    pub fn note(
        &mut self,
        old: (u64, u64),
        new: (u64, u64),
        now: Timestamp,
        over: Timestamp,
    ) -> Self {
        let mut until_then = *self;
        if new.0 > old.0 || new.1 > old.1 {
            until_then.last_increase = Some(now);
            self.last_increase = Some(over);
        }
        if new.0 < old.0 || new.1 < old.1 {
            self.decreases = self.decreases_today(now) + 1;
            until_then.decreases = self.decreases - 1;
            until_then.last_decrease = Some(now);
            self.last_decrease = Some(over);
        }
        until_then
    }

    /// What descriptions show while a table goes over to on-demand capacity: as if its throughput decreased (observed).
    #[must_use]
    pub fn given_up(&self, now: Timestamp) -> Self {
        Self {
            last_decrease: Some(now),
            decreases: self.decreases_today(now),
            ..*self
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

    /// The greater of both, of each.
    #[must_use]
    pub fn or_more(self, other: Self) -> Self {
        Self {
            read: self.read.max(other.read),
            write: self.write.max(other.write),
        }
    }
}

/// The warm throughput of a table or index. It only ever grows: it is the most that was asked for or provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WarmHistory {
    most: Option<Warm>,
    /// What it was before the growth that lasts until then.
    before: Option<(Warm, Timestamp)>,
}

impl WarmHistory {
    /// Of a new table or index, with what was asked for.
    #[must_use]
    pub const fn new(asked: Option<Warm>) -> Self {
        Self {
            most: asked,
            before: None,
        }
    }

    /// Whether a request named it; until then it follows from the billing.
    #[must_use]
    pub const fn was_asked_for(&self) -> bool {
        self.most.is_some()
    }

    /// What is there once all growth is over.
    #[must_use]
    pub fn grown(&self, billing: Billing) -> Warm {
        let own = Warm::without_asking(billing);
        self.most.map_or(own, |most| most.or_more(own))
    }

    /// What is there at `now`.
    #[must_use]
    pub fn at(&self, billing: Billing, now: Timestamp) -> Warm {
        match self.before {
            Some((before, until)) if now < until => before,
            _ => self.grown(billing),
        }
    }

    /// Remember what `billing` gives, before it changes.
    pub fn remember(&mut self, billing: Billing) {
        self.most = Some(self.grown(billing));
    }

    /// Grow to `asked` until then.
    pub fn grow(&mut self, asked: Warm, billing: Billing, now: Timestamp, until: Timestamp) {
        self.before = Some((self.at(billing, now), until));
        self.most = Some(self.grown(billing).or_more(asked));
    }

    /// `WarmThroughputDescription`; `growing` where it is shown so whatever the time is: in the answer that began it.
    #[must_use]
    pub fn describe(&self, billing: Billing, growing: bool, now: Timestamp) -> Value {
        let (warm, growing) = match self.before {
            Some((before, until)) if growing || now < until => (before, true),
            _ => (self.grown(billing), growing),
        };
        json!({
            "ReadUnitsPerSecond": warm.read,
            "WriteUnitsPerSecond": warm.write,
            "Status": if growing { "UPDATING" } else { "ACTIVE" },
        })
    }
}

/// A change of a table or index that lasts a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Updating {
    pub what: Updated,
    pub until: Timestamp,
    /// The throughput, and when it changed, as descriptions show them until then.
    pub before: Option<((u64, u64), Changes)>,
}

/// What a change that lasts a while changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Updated {
    Throughput,
    BillingMode,
    TableClass,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: u64, minutes: u64) -> Timestamp {
        Timestamp::from_millis(20_000 * DAY + hours * HOUR + minutes * 60_000)
    }

    fn decrease(changes: &mut Changes, now: Timestamp) {
        let _ = changes.note((9, 9), (8, 9), now, now);
    }

    #[test]
    fn four_decreases_a_day_and_then_one_an_hour() {
        let mut changes = Changes::default();
        for minute in 0..4 {
            assert_eq!(changes.may_decrease(at(1, minute)), Ok(()));
            decrease(&mut changes, at(1, minute));
        }
        assert_eq!(changes.decreases_today(at(1, 5)), 4);
        assert_eq!(changes.may_decrease(at(1, 5)), Err(at(2, 3)));
        assert_eq!(changes.may_decrease(at(2, 2)), Err(at(2, 3)));
        assert_eq!(changes.may_decrease(at(2, 3)), Ok(()));
        decrease(&mut changes, at(2, 3));
        assert_eq!(changes.decreases_today(at(2, 3)), 5);
        assert_eq!(changes.may_decrease(at(3, 2)), Err(at(3, 3)));
        assert_eq!(changes.decreases_today(at(24, 0)), 0);
        assert_eq!(changes.may_decrease(at(24, 0)), Ok(()));
    }

    #[test]
    fn a_new_day_may_come_before_the_hour_is_over() {
        let mut changes = Changes::default();
        for minute in 50..54 {
            decrease(&mut changes, at(23, minute));
        }
        assert_eq!(changes.may_decrease(at(23, 55)), Err(at(24, 0)));
    }

    #[test]
    fn one_change_can_be_both_an_increase_and_a_decrease() {
        let mut changes = Changes::default();
        let until_then = changes.note((5, 5), (6, 4), at(0, 0), at(0, 1));
        assert_eq!(changes.last_increase, Some(at(0, 1)));
        assert_eq!(changes.last_decrease, Some(at(0, 1)));
        assert_eq!(changes.decreases_today(at(0, 1)), 1);
        assert_eq!(until_then.last_increase, Some(at(0, 0)));
        assert_eq!(until_then.decreases_today(at(0, 1)), 0);
    }

    #[test]
    fn warm_throughput_only_grows() {
        let small = Billing::Provisioned { read: 5, write: 5 };
        let large = Billing::Provisioned { read: 9, write: 1 };
        let mut warm = WarmHistory::default();
        assert_eq!(warm.at(small, at(0, 0)), Warm { read: 5, write: 5 });
        warm.remember(small);
        assert_eq!(warm.at(large, at(0, 0)), Warm { read: 9, write: 5 });
        warm.remember(large);
        warm.grow(
            Warm {
                read: 50,
                write: 50,
            },
            small,
            at(0, 0),
            at(0, 1),
        );
        assert_eq!(warm.at(small, at(0, 0)), Warm { read: 9, write: 5 });
        assert_eq!(
            warm.at(small, at(0, 1)),
            Warm {
                read: 50,
                write: 50
            }
        );
    }
}
