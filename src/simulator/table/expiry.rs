//! Time to live: which items of a table expire, and when.
//!
//! ```text
//!   item {…, ttl: 1767225600}      seconds since 1970, a number, not negative; a fraction counts
//!
//!   ──────┬───────────┬────────────────────────────────────┬──────→ now
//!        ttl     ttl + delay                         ttl + 5 years
//!   read as ever │ removed when the table is next touched  │ older: never removed
//! ```
//!
//! Nothing wakes up. The items that can expire stand in a queue ordered by their time, and whoever touches the table
//! next removes the ones whose time has come (`Simulator::find`). A table without time to live has no queue, and its
//! writes pay one test for it.
//!
//! Invariant: the queue of a table with time to live holds exactly the items whose attribute is such a number, each at its time.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::simulator::Timestamp;
use crate::simulator::item::{Attributes, Name, Stored, Value};

/// An item whose time is longer past than this is not removed (developer guide, "Using time to live": five years). The guide
/// doesn't say how many days that is; five years have at least one leap day.
const OLDEST: Duration = Duration::from_hours(24 * (5 * 365 + 1));

/// What `UpdateTimeToLive` last said about a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeToLive {
    pub attribute: String,
    pub enabled: bool,
    /// Until then it is `ENABLING` or `DISABLING`, and not changed again.
    pub settled_at: Timestamp,
}

/// `TimeToLiveStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeToLiveStatus {
    Enabling,
    Enabled,
    Disabling,
    Disabled,
}

impl TimeToLiveStatus {
    /// As the wire has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enabling => "ENABLING",
            Self::Enabled => "ENABLED",
            Self::Disabling => "DISABLING",
            Self::Disabled => "DISABLED",
        }
    }
}

impl TimeToLive {
    #[must_use]
    pub fn status(&self, now: Timestamp) -> TimeToLiveStatus {
        match (self.enabled, now < self.settled_at) {
            (true, true) => TimeToLiveStatus::Enabling,
            (true, false) => TimeToLiveStatus::Enabled,
            (false, true) => TimeToLiveStatus::Disabling,
            (false, false) => TimeToLiveStatus::Disabled,
        }
    }
}

/// When an item expires, or nothing where it has no such time.
fn time_of(item: &Stored, attribute: &str) -> Option<Timestamp> {
    match &*item.attribute(&Name::new(attribute))? {
        Value::N(seconds) => seconds.whole_part(3).map(Timestamp::from_millis),
        _ => None,
    }
}

/// The items of a table that have a time, in its order; those of one time in the order of their addresses.
#[derive(Debug)]
pub(super) struct Queue {
    attribute: String,
    items: BTreeSet<(Timestamp, Box<[u8]>)>,
}

impl Queue {
    pub(super) const fn new(attribute: String) -> Self {
        Self {
            attribute,
            items: BTreeSet::new(),
        }
    }

    /// The item at an address is now `new` instead of `old`.
    pub(super) fn replace(&mut self, address: &[u8], old: Option<&Stored>, new: Option<&Stored>) {
        let time = |stored: Option<&Stored>| time_of(stored?, &self.attribute);
        let (old, new) = (time(old), time(new));
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.items.remove(&(old, address.into()));
        }
        if let Some(new) = new {
            self.items.insert((new, address.into()));
        }
    }

    /// Addresses of items that are to be removed at `now`, in order.
    pub(super) fn due(&self, now: Timestamp, delay: Duration) -> impl Iterator<Item = &[u8]> {
        let oldest = now.earlier(OLDEST);
        let latest = now.earlier(delay);
        // An item expires once its time is past, not when it has come. A delay longer than five years keeps everything.
        self.items
            .range((oldest.min(latest), Box::default())..(latest, Box::default()))
            .map(|(_, address)| &**address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::item::Item;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

    fn stored(value: &serde_json::Value) -> Stored {
        let item = json!({"ttl": value});
        Stored::new(&Item::from_json(item.as_object().expect("an object")).expect("an item"))
    }

    fn due(value: &serde_json::Value, delay: Duration) -> bool {
        let mut queue = Queue::new("ttl".to_owned());
        queue.replace(b"a", None, Some(&stored(value)));
        queue.due(NOW, delay).count() == 1
    }

    #[test]
    fn only_numbers_in_the_past_five_years_are_due() {
        for (value, expected) in [
            (json!({"N": "1767225599"}), true),
            (json!({"N": "1767225599.999"}), true),
            (json!({"N": "176722559e1"}), true),
            // Not before the time is past.
            (json!({"N": "1767225600"}), false),
            (json!({"N": "1767225601"}), false),
            (json!({"N": "1609459200"}), true),
            (json!({"N": "1609459199"}), false),
            (json!({"N": "0"}), false),
            (json!({"N": "-5"}), false),
            (json!({"N": "1e40"}), false),
            (json!({"S": "1767225599"}), false),
            (json!({"NS": ["1767225599"]}), false),
        ] {
            assert_eq!(due(&value, Duration::ZERO), expected, "{value}");
        }
    }

    #[test]
    fn a_delay_keeps_what_has_expired() {
        let value = json!({"N": "1767225500"});
        assert!(due(&value, Duration::from_secs(99)));
        assert!(!due(&value, Duration::from_secs(100)));
        assert!(!due(&value, OLDEST * 2));
    }

    #[test]
    fn the_queue_follows_its_items() {
        let mut queue = Queue::new("ttl".to_owned());
        let past = stored(&json!({"N": "1767225000"}));
        let future = stored(&json!({"N": "1777225000"}));
        let none = stored(&json!({"S": "never"}));
        queue.replace(b"a", None, Some(&past));
        queue.replace(b"b", None, Some(&future));
        queue.replace(b"c", None, Some(&none));
        assert_eq!(queue.due(NOW, Duration::ZERO).count(), 1);
        queue.replace(b"a", Some(&past), Some(&future));
        assert_eq!(queue.due(NOW, Duration::ZERO).count(), 0);
        queue.replace(b"a", Some(&future), Some(&none));
        queue.replace(b"b", Some(&future), None);
        queue.replace(b"c", Some(&none), Some(&past));
        assert_eq!(
            queue.due(NOW, Duration::ZERO).collect::<Vec<_>>(),
            [b"c".as_slice()]
        );
        assert_eq!(queue.items.len(), 1);
    }

    #[test]
    fn a_change_settles() {
        let time = |enabled| TimeToLive {
            attribute: "ttl".to_owned(),
            enabled,
            settled_at: NOW,
        };
        let before = Timestamp::from_millis(NOW.millis() - 1);
        assert_eq!(time(true).status(before).name(), "ENABLING");
        assert_eq!(time(true).status(NOW).name(), "ENABLED");
        assert_eq!(time(false).status(before).name(), "DISABLING");
        assert_eq!(time(false).status(NOW).name(), "DISABLED");
    }
}
