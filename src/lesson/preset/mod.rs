//! Keys to compare: how a table is keyed decides how evenly it spreads.
//!
//! ```text
//!   status       ██████████████ ▏ ▎ ·        four values: four places at most
//!   user id      ████ ████ ████ ████         many values: even
//! ```
//!
//! Each preset is a table's key and any number of keys for it, made from a number and a date alone, so that the
//! same keys fall on every machine.
//! Invariant: key `n` of a preset never changes, however many are asked for.

mod generate;

use super::key::{HashFunction, HashTable, KeyText, KeyType};

/// Items a preset puts where nobody says how many.
pub const USUAL_ITEMS: u64 = 1_000;

/// A way to key a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    UserId,
    Uuid,
    Status,
    Today,
    Country,
    Device,
    DeviceDay,
    Sharded,
    Number,
    Binary,
    NoKey,
}

impl Preset {
    pub const ALL: [Self; 11] = [
        Self::UserId,
        Self::Uuid,
        Self::Status,
        Self::Today,
        Self::Country,
        Self::Device,
        Self::DeviceDay,
        Self::Sharded,
        Self::Number,
        Self::Binary,
        Self::NoKey,
    ];

    /// As a lesson and the command line write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UserId => "user-id",
            Self::Uuid => "uuid",
            Self::Status => "status",
            Self::Today => "date",
            Self::Country => "country",
            Self::Device => "device",
            Self::DeviceDay => "device-day",
            Self::Sharded => "sharded",
            Self::Number => "number",
            Self::Binary => "binary",
            Self::NoKey => "no-key",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// As a list shows it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::UserId => "user id",
            Self::Uuid => "UUID",
            Self::Status => "status",
            Self::Today => "today's date",
            Self::Country => "country",
            Self::Device => "device id",
            Self::DeviceDay => "device id + day",
            Self::Sharded => "date + suffix",
            Self::Number => "number",
            Self::Binary => "binary",
            Self::NoKey => "no key at all",
        }
    }

    /// What it shows about key design.
    #[must_use]
    pub const fn teaches(self) -> &'static str {
        match self {
            Self::UserId => {
                "One key for each user. The ids are in order, and yet the hash scatters them: an even spread."
            }
            Self::Uuid => {
                "Random ids spread no better than ids in order: the hash does the scattering either way."
            }
            Self::Status => {
                "Four values have four places at most, and most orders are shipped: one partition gets nearly everything."
            }
            Self::Today => {
                "All that is written today has one key. One partition does all the work while the others wait for another day."
            }
            Self::Country => {
                "A few large countries have most of the users, and one key's items begin in one partition: the spread is theirs."
            }
            Self::Device => {
                "Forty devices that write alike spread fairly evenly. But each one's collection grows as long as the device lives."
            }
            Self::DeviceDay => {
                "A day in the key ends a collection every night and makes more keys: a finer spread, and old days can rest."
            }
            Self::Sharded => {
                "Today's date with a suffix from 1 to 16: sixteen keys instead of one share the writes. A reader asks sixteen times."
            }
            Self::Number => {
                "Numbers in order are scattered, too. 19.0 is the number 19 once more, so its item is replaced: there are fewer items than puts."
            }
            Self::Binary => {
                "The bytes are hashed as they are. Base64 is only how they travel in JSON."
            }
            Self::NoKey => {
                "An item without its key is refused, in DynamoDB's own words. Everything else may be missing."
            }
        }
    }

    /// The table it is for.
    #[must_use]
    pub fn table(self, partitions: u32) -> HashTable {
        use KeyType::{B, N, S};
        let (name, attribute, key_type, sort_key) = match self {
            Self::UserId => ("users", "user_id", S, None),
            Self::Uuid => ("orders", "order_id", S, None),
            Self::Status => ("orders", "status", S, Some("order_id")),
            Self::Today => ("events", "day", S, Some("event_id")),
            Self::Country => ("users", "country", S, Some("user_id")),
            Self::Device => ("readings", "device_id", S, Some("minute")),
            Self::DeviceDay => ("readings", "device_day", S, Some("minute")),
            Self::Sharded => ("events", "day_suffix", S, Some("event_id")),
            Self::Number => ("invoices", "number", N, None),
            Self::Binary => ("files", "digest", B, None),
            Self::NoKey => ("pets", "name", S, None),
        };
        HashTable {
            name: name.to_owned(),
            attribute: attribute.to_owned(),
            key_type,
            sort_key: sort_key.map(str::to_owned),
            partitions,
            function: HashFunction::default(),
        }
    }

    /// The first `items` keys; `today` as `2026-11-25`.
    #[must_use]
    pub fn keys(self, items: u64, today: &str) -> Vec<KeyText> {
        if self == Self::NoKey {
            return vec![KeyText::default()];
        }
        (0..items)
            .map(|number| generate::key(self, number, today))
            .collect()
    }
}

/// The date (in UTC, as table designs have it) at so many milliseconds since the epoch: `2026-11-25`.
#[must_use]
pub fn date(millis: u64) -> String {
    let millis = i64::try_from(millis).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
        .to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const TODAY: &str = "2026-11-25";

    #[test]
    fn every_preset_has_its_name_and_its_words() {
        for preset in Preset::ALL {
            assert_eq!(Preset::named(preset.name()), Some(preset));
            assert!(preset.teaches().ends_with('.'), "{preset:?}");
            assert!(preset.teaches().chars().count() <= 140, "{preset:?}");
        }
        assert_eq!(Preset::named("nothing"), None);
    }

    #[test]
    fn the_first_keys_are_these() {
        let shown: Vec<String> = Preset::ALL
            .into_iter()
            .map(|preset| {
                let keys: Vec<String> = preset
                    .keys(3, TODAY)
                    .iter()
                    .map(KeyText::to_string)
                    .collect();
                format!("{:<11} {}", preset.name(), keys.join(" | "))
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn more_keys_begin_with_the_same_ones() {
        for preset in Preset::ALL {
            let many = preset.keys(300, TODAY);
            let few = preset.keys(7, TODAY);
            assert_eq!(few[..], many[..few.len()], "{preset:?}");
        }
    }

    /// Only the numbers repeat a key, since that is what they teach.
    #[test]
    fn no_item_replaces_another() {
        for preset in Preset::ALL {
            let keys = preset.keys(10_000, TODAY);
            let different: BTreeSet<String> = keys.iter().map(KeyText::to_string).collect();
            assert_eq!(different.len(), keys.len(), "{preset:?}");
            let sorted = preset.table(4).sort_key.is_some();
            for key in keys.iter().filter(|_| preset != Preset::NoKey) {
                assert!(key.partition.is_some());
                assert_eq!(key.sort.is_some(), sorted, "{preset:?}");
            }
        }
    }

    /// A wrong clock gives odd dates, never a panic.
    #[test]
    fn any_text_may_be_the_date() {
        for today in ["", "yesterday", "1970-01-01", "-009999-01-01"] {
            for preset in Preset::ALL {
                assert!(!preset.keys(100, today).is_empty());
            }
        }
    }
}
