//! What a table is apart from its items: keys, billing, protection, life.
//!
//! ```text
//!   CreateTable ──→ CREATING ──delay──→ ACTIVE ──DeleteTable──→ DELETING ──delay──→ gone
//!                                        │  ↑
//!                            UpdateTable ↓  │ delay
//!                                      UPDATING
//! ```
//!
//! The states are not stored: they follow from the times at which they end and from `now`, so nothing has to wake up to
//! change them. A definition is also what the journal keeps, so it holds everything that brings the table back,
//! the number of its partitions included.
//!
//! Invariant: a definition has passed `CreateTable`'s validation: every key attribute is defined, once.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::simulator::Timestamp;
use crate::simulator::item::KeyType;

use super::expiry::{TimeToLive, TimeToLiveStatus};
use super::index::Index;
use super::throughput::{Billing, Changes, OnDemand, Updating, WarmHistory};

/// One attribute of the primary key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAttribute {
    pub name: String,
    #[serde(with = "type_name")]
    pub key_type: KeyType,
}

/// A key's type in a journal, by its name.
mod type_name {
    use super::KeyType;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub fn serialize<S: Serializer>(key_type: &KeyType, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(key_type.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<KeyType, D::Error> {
        let name = String::deserialize(from)?;
        KeyType::named(&name).ok_or_else(|| D::Error::custom(format!("{name} is no key type")))
    }
}

/// The primary key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySchema {
    pub partition: KeyAttribute,
    pub sort: Option<KeyAttribute>,
}

impl KeySchema {
    /// Partition key first.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.partition).chain(self.sort.as_ref())
    }

    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }

    /// How many attributes it has: one or two.
    #[must_use]
    pub fn width(&self) -> usize {
        1 + usize::from(self.sort.is_some())
    }
}

/// `TableStatus`, and `IndexStatus` of a global index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Creating,
    Updating,
    Active,
    Deleting,
}

impl Status {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Updating => "UPDATING",
            Self::Active => "ACTIVE",
            Self::Deleting => "DELETING",
        }
    }
}

/// Where a partition was split: the upper part begins at the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitAt {
    /// The global index whose partition it was; nothing for the table and its local indexes.
    pub index: Option<String>,
    #[serde(with = "in_hex")]
    pub at: Box<[u8]>,
}

/// An address in a journal, as hexadecimal text.
mod in_hex {
    use std::fmt::Write;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(address: &[u8], to: S) -> Result<S::Ok, S::Error> {
        let mut digits = String::with_capacity(address.len() * 2);
        for byte in address {
            write!(digits, "{byte:02x}").expect("a string takes everything");
        }
        to.serialize_str(&digits)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Box<[u8]>, D::Error> {
        let text = String::deserialize(from)?;
        let digits: Vec<u8> = text
            .chars()
            .map(|digit| {
                digit
                    .to_digit(16)
                    .and_then(|digit| u8::try_from(digit).ok())
            })
            .collect::<Option<_>>()
            .filter(|digits: &Vec<u8>| digits.len() >= 16 && digits.len().is_multiple_of(2))
            .ok_or_else(|| D::Error::custom(format!("{text:?} is no address")))?;
        Ok(digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect())
    }
}

/// Everything about a table but its items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    pub name: String,
    /// A UUID, as AWS gives it.
    pub id: String,
    pub arn: String,
    /// The names in `AttributeDefinitions`, in the order they came; descriptions sort them.
    pub attribute_order: Vec<String>,
    pub key: KeySchema,
    /// Local and global, in the order they were made.
    #[serde(default)]
    pub indexes: Vec<Index>,
    pub billing: Billing,
    /// When its provisioned throughput changed.
    #[serde(default)]
    pub throughput_changes: Changes,
    /// When it last became a table on demand, or will have become one.
    #[serde(default)]
    pub on_demand_since: Option<Timestamp>,
    #[serde(default)]
    pub on_demand: OnDemand,
    #[serde(default)]
    pub warm: WarmHistory,
    /// How many partitions the table began with.
    pub partitions: u32,
    /// How they and those of the global indexes were split since, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub splits: Vec<SplitAt>,
    /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`, where the request named one.
    pub class: Option<String>,
    /// When `UpdateTable` changed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub class_changes: Vec<Timestamp>,
    /// Where the request said so, either way.
    pub deletion_protection: Option<bool>,
    /// `SSEDescription`, where the request had an `SSESpecification`.
    pub encryption: Option<Value>,
    pub tags: Vec<(String, String)>,
    /// Where `UpdateTimeToLive` was ever called.
    #[serde(default)]
    pub time_to_live: Option<TimeToLive>,
    pub created: Timestamp,
    pub active_at: Timestamp,
    /// The change that `UpdateTable` began last.
    #[serde(default)]
    pub updating: Option<Updating>,
    /// Set by `DeleteTable`: when the table will be gone.
    pub gone_at: Option<Timestamp>,
}

impl Definition {
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        if self.gone_at.is_some() {
            Status::Deleting
        } else if now < self.active_at {
            Status::Creating
        } else if self.update_in_progress(now).is_some()
            || self.indexes.iter().any(|index| index.holds_its_table(now))
        {
            Status::Updating
        } else {
            Status::Active
        }
    }

    /// The change that `UpdateTable` began, while it lasts.
    #[must_use]
    pub fn update_in_progress(&self, now: Timestamp) -> Option<&Updating> {
        self.updating.as_ref().filter(|update| now < update.until)
    }

    /// Whether an index is over, and only waits to be forgotten.
    #[must_use]
    pub fn has_gone_index(&self, now: Timestamp) -> bool {
        self.indexes.iter().any(|index| index.is_gone(now))
    }

    /// Forget indexes that are over, and the definitions of attributes that were only in their keys.
    pub fn forget_gone_indexes(&mut self, now: Timestamp) {
        self.indexes.retain(|index| !index.is_gone(now));
        let (key, indexes) = (&self.key, &self.indexes);
        self.attribute_order
            .retain(|name| key.has(name) || indexes.iter().any(|index| index.key.has(name)));
    }

    #[must_use]
    pub fn time_to_live(&self, now: Timestamp) -> TimeToLiveStatus {
        self.time_to_live
            .as_ref()
            .map_or(TimeToLiveStatus::Disabled, |time| time.status(now))
    }

    /// The type of a key attribute, of the table or an index.
    #[must_use]
    pub fn type_of(&self, name: &str) -> &'static str {
        self.key
            .attributes()
            .chain(self.indexes.iter().flat_map(|index| index.key.attributes()))
            .find(|attribute| attribute.name == name)
            .map_or("S", |attribute| attribute.key_type.name())
    }
}

/// Partitions of a new provisioned table: about one for each 3,000 RCU and 1,000 WCU (HowItWorks.Partitions).
#[must_use]
pub fn provisioned_partitions(read: u64, write: u64) -> u32 {
    // ceil(r / 3000 + w / 1000) without fractions.
    let partitions = read.saturating_add(write.saturating_mul(3)).div_ceil(3_000);
    u32::try_from(partitions).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provisioned_tables_begin_with_what_they_need() {
        assert_eq!(provisioned_partitions(5, 5), 1);
        assert_eq!(provisioned_partitions(3_000, 1_000), 2);
        assert_eq!(provisioned_partitions(12_000, 4_000), 8);
        assert_eq!(provisioned_partitions(u64::MAX, 1), u32::MAX);
    }
}
