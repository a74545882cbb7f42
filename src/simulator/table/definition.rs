//! What a table is apart from its items: keys, billing, protection, life.
//!
//! ```text
//!   CreateTable ──→ CREATING ──delay──→ ACTIVE ──DeleteTable──→ DELETING ──delay──→ gone
//! ```
//!
//! The states are not stored: they follow from the times at which they end and from `now`, so nothing has to wake up to
//! change them. A definition is also what the journal keeps, so it holds everything that brings the table back,
//! the number of its partitions included.
//!
//! Invariant: a definition has passed `CreateTable`'s validation: every key attribute is defined, once.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::simulator::Timestamp;
use crate::simulator::item::KeyType;

use super::index::Index;

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

/// Who chooses the capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Billing {
    PayPerRequest,
    Provisioned { read: u64, write: u64 },
}

/// `TableStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Creating,
    Active,
    Deleting,
}

impl Status {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Deleting => "DELETING",
        }
    }
}

/// Everything about a table but its items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    pub name: String,
    /// A UUID, as AWS gives it.
    pub id: String,
    pub arn: String,
    /// `AttributeDefinitions` in the order the request gave them.
    pub attribute_order: Vec<String>,
    pub key: KeySchema,
    /// Local and global, in the order they were made.
    #[serde(default)]
    pub indexes: Vec<Index>,
    pub billing: Billing,
    /// How many partitions the table began with.
    pub partitions: u32,
    /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`, where the request named one.
    pub class: Option<String>,
    /// Where the request said so, either way.
    pub deletion_protection: Option<bool>,
    /// `SSEDescription`, where the request had an `SSESpecification`.
    pub encryption: Option<Value>,
    pub tags: Vec<(String, String)>,
    pub created: Timestamp,
    pub active_at: Timestamp,
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
        } else {
            Status::Active
        }
    }

    /// The type of a key attribute, of the table or an index.
    fn type_of(&self, name: &str) -> &'static str {
        self.key
            .attributes()
            .chain(self.indexes.iter().flat_map(|index| index.key.attributes()))
            .find(|attribute| attribute.name == name)
            .map_or("S", |attribute| attribute.key_type.name())
    }

    /// `TableDescription` as the API gives it; DynamoDB refreshes the counts about every six hours, here they
    /// are always true.
    #[must_use]
    pub fn describe(&self, status: Status, items: u64, bytes: u64) -> Map<String, Value> {
        let mut table = Map::new();
        let mut put = |name: &str, value: Value| table.insert(name.to_owned(), value);
        put(
            "AttributeDefinitions",
            self.attribute_order
                .iter()
                .map(|name| json!({"AttributeName": name, "AttributeType": self.type_of(name)}))
                .collect(),
        );
        put("TableName", self.name.as_str().into());
        put(
            "KeySchema",
            self.key
                .attributes()
                .zip(["HASH", "RANGE"])
                .map(|(attribute, role)| json!({"AttributeName": attribute.name, "KeyType": role}))
                .collect(),
        );
        put("TableStatus", status.name().into());
        put("CreationDateTime", self.created.seconds().into());
        let (read, write) = match self.billing {
            Billing::PayPerRequest => (0, 0),
            Billing::Provisioned { read, write } => (read, write),
        };
        put(
            "ProvisionedThroughput",
            json!({"NumberOfDecreasesToday": 0, "ReadCapacityUnits": read, "WriteCapacityUnits": write}),
        );
        put("TableSizeBytes", bytes.into());
        put("ItemCount", items.into());
        put("TableArn", self.arn.as_str().into());
        put("TableId", self.id.as_str().into());
        if self.billing == Billing::PayPerRequest {
            let mut summary = json!({"BillingMode": "PAY_PER_REQUEST"});
            if status == Status::Active {
                summary["LastUpdateToPayPerRequestDateTime"] = self.created.seconds().into();
            }
            put("BillingModeSummary", summary);
            put(
                "TableThroughputModeSummary",
                json!({"TableThroughputMode": "PAY_PER_REQUEST"}),
            );
        }
        // What a new table serves at once: 12,000 and 4,000 units on demand, else what was provisioned.
        let (warm_read, warm_write) = match self.billing {
            Billing::PayPerRequest => (12_000, 4_000),
            Billing::Provisioned { read, write } => (read, write),
        };
        put(
            "WarmThroughput",
            json!({
                "ReadUnitsPerSecond": warm_read,
                "WriteUnitsPerSecond": warm_write,
                "Status": if status == Status::Creating { "UPDATING" } else { "ACTIVE" },
            }),
        );
        if let Some(encryption) = &self.encryption {
            put("SSEDescription", encryption.clone());
        }
        if let Some(class) = &self.class {
            put("TableClassSummary", json!({"TableClass": class}));
        }
        // CreateTable's own answer has this only where the request said so (observed).
        if status != Status::Creating || self.deletion_protection.is_some() {
            put(
                "DeletionProtectionEnabled",
                self.deletion_protection.unwrap_or(false).into(),
            );
        }
        table
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
