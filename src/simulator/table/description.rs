//! `TableDescription`, the form in which every table operation answers.
//!
//! Descriptions follow from a table and a time. The answer of the operation that changed the table shows the state that
//! begins with it (`CREATING`, `UPDATING`, `DELETING`) even where the change is over at once.
//!
//! Which members there are in which state was observed: attribute definitions and projected attributes come sorted by
//! name; a table that is going has lost its keys and indexes; the answer of `CreateTable` has warm throughput only where it
//! was asked for, and the answer that makes a table one on demand doesn't say since when.
//!
//! Invariant: a description never changes the table.

use serde_json::{Map, Value, json};

use crate::simulator::Timestamp;

use super::Table;
use super::definition::{Definition, KeyAttribute, Status};
use super::index::{GlobalLife, Index, IndexKind, Projected};
use super::throughput::{Billing, Changes, Updated, Updating};

/// How much there is in a table or an index. `DynamoDB` refreshes these about every six hours; here they are always true.
#[derive(Debug, Clone, Copy, Default)]
struct Figures {
    items: u64,
    bytes: u64,
}

/// An index as it is described.
#[derive(Debug)]
struct Described<'a> {
    index: &'a Index,
    figures: Figures,
    status: Status,
    warming: bool,
}

/// A description on its way: the answer of an operation corrects it before it is written.
#[derive(Debug)]
pub struct Description<'a> {
    definition: &'a Definition,
    figures: Figures,
    status: Status,
    indexes: Vec<Described<'a>>,
    /// The answer of `CreateTable`.
    created_now: bool,
    /// The answer to a change of the billing mode.
    billed_now: bool,
    /// Its warm throughput began to grow with this answer.
    warming: bool,
    now: Timestamp,
}

impl<'a> Description<'a> {
    /// A table as it is.
    #[must_use]
    pub fn of(table: &'a Table, now: Timestamp) -> Self {
        let definition = table.definition();
        let indexes = table
            .indexes()
            .map(|(index, entries)| Described {
                index,
                figures: Figures {
                    items: entries.items(),
                    bytes: entries.bytes(),
                },
                status: index.status(now),
                warming: false,
            })
            .collect();
        Self {
            definition,
            figures: Figures {
                items: table.items().items(),
                bytes: table.items().bytes(),
            },
            status: definition.status(now),
            indexes,
            created_now: false,
            billed_now: false,
            warming: false,
            now,
        }
    }

    /// A table that is being made.
    #[must_use]
    pub fn of_new(definition: &'a Definition, now: Timestamp) -> Self {
        let indexes = definition
            .indexes
            .iter()
            .map(|index| Described {
                index,
                figures: Figures::default(),
                status: Status::Creating,
                warming: false,
            })
            .collect();
        Self {
            definition,
            figures: Figures::default(),
            status: Status::Creating,
            indexes,
            created_now: true,
            billed_now: false,
            warming: false,
            now,
        }
    }

    /// With another `TableStatus`.
    #[must_use]
    pub fn with_status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// As the answer to a change of the billing mode.
    #[must_use]
    pub fn billed_now(mut self) -> Self {
        self.billed_now = true;
        self
    }

    /// With warm throughput that begins to grow.
    #[must_use]
    pub fn warming(mut self) -> Self {
        self.warming = true;
        self
    }

    /// With another `IndexStatus` of one index.
    #[must_use]
    pub fn with_index_status(mut self, name: &str, status: Status) -> Self {
        for one in self.indexes.iter_mut().filter(|one| one.index.name == name) {
            one.status = status;
        }
        self
    }

    /// With warm throughput of one index that begins to grow.
    #[must_use]
    pub fn index_warming(mut self, name: &str) -> Self {
        for one in self.indexes.iter_mut().filter(|one| one.index.name == name) {
            one.warming = true;
        }
        self
    }

    /// The JSON of the API.
    #[must_use]
    pub fn into_json(self) -> Map<String, Value> {
        let mut table = Map::new();
        self.put_state(&mut table);
        self.put_billing(&mut table);
        if self.status != Status::Deleting {
            self.put_indexes(&mut table);
        }
        self.put_options(&mut table);
        table
    }

    /// `AttributeDefinitions`, sorted.
    fn attributes(&self) -> Value {
        let definition = self.definition;
        let mut names: Vec<&str> = definition
            .attribute_order
            .iter()
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        names
            .into_iter()
            .map(|name| json!({"AttributeName": name, "AttributeType": definition.type_of(name)}))
            .collect()
    }

    fn put_state(&self, table: &mut Map<String, Value>) {
        let definition = self.definition;
        let going = self.status == Status::Deleting;
        let mut put = |name: &str, value: Value| table.insert(name.to_owned(), value);
        if !going {
            put("AttributeDefinitions", self.attributes());
        }
        put("TableName", definition.name.as_str().into());
        if !going {
            let attributes = definition.key.attributes().zip(["HASH", "RANGE"]);
            let key = attributes.map(|(attribute, role)| element(attribute, role));
            put("KeySchema", key.collect());
        }
        put("TableStatus", self.status.name().into());
        if !going {
            put("CreationDateTime", definition.created.seconds().into());
        }
        put(
            "ProvisionedThroughput",
            throughput(
                definition.billing.units(),
                &definition.throughput_changes,
                definition.updating.as_ref(),
                self.status == Status::Updating,
                self.now,
            ),
        );
        put("TableSizeBytes", self.figures.bytes.into());
        put("ItemCount", self.figures.items.into());
        put("TableArn", definition.arn.as_str().into());
        put("TableId", definition.id.as_str().into());
    }

    fn put_billing(&self, table: &mut Map<String, Value>) {
        let definition = self.definition;
        let Some(since) = definition.on_demand_since else {
            return;
        };
        let mode = match definition.billing {
            Billing::PayPerRequest => "PAY_PER_REQUEST",
            Billing::Provisioned { .. } => "PROVISIONED",
        };
        let switching = self.billed_now
            || definition
                .update_in_progress(self.now)
                .is_some_and(|update| update.what == Updated::BillingMode);
        // Two members say the same (observed).
        for (member, name) in [
            ("BillingModeSummary", "BillingMode"),
            ("TableThroughputModeSummary", "TableThroughputMode"),
        ] {
            let mut summary = json!({ name: mode });
            if self.status != Status::Creating && !switching {
                summary["LastUpdateToPayPerRequestDateTime"] = since.seconds().into();
            }
            table.insert(member.to_owned(), summary);
        }
    }

    fn put_indexes(&self, table: &mut Map<String, Value>) {
        for (member, global) in [
            ("LocalSecondaryIndexes", false),
            ("GlobalSecondaryIndexes", true),
        ] {
            let described: Vec<Value> = self
                .indexes
                .iter()
                .filter(|one| one.index.is_global() == global)
                .map(|one| self.index(one))
                .collect();
            if !described.is_empty() {
                table.insert(member.to_owned(), described.into());
            }
        }
    }

    fn put_options(&self, table: &mut Map<String, Value>) {
        let definition = self.definition;
        let mut put = |name: &str, value: Value| table.insert(name.to_owned(), value);
        if self.status != Status::Deleting {
            if let Some(on_demand) = definition.on_demand.describe() {
                put("OnDemandThroughput", on_demand);
            }
            if !self.created_now || definition.warm.was_asked_for() {
                let growing = self.warming || self.status == Status::Creating;
                put(
                    "WarmThroughput",
                    definition
                        .warm
                        .describe(definition.billing, growing, self.now),
                );
            }
            if let Some(encryption) = &definition.encryption {
                put("SSEDescription", encryption.clone());
            }
        }
        if let Some(class) = &definition.class {
            let mut summary = json!({"TableClass": class});
            if let Some(last) = definition.class_changes.last() {
                summary["LastUpdateDateTime"] = last.seconds().into();
            }
            put("TableClassSummary", summary);
        }
        put(
            "DeletionProtectionEnabled",
            definition.deletion_protection.unwrap_or(false).into(),
        );
    }

    fn index(&self, one: &Described<'_>) -> Value {
        let index = one.index;
        let key: Vec<Value> = index
            .key
            .partition
            .iter()
            .map(|attribute| element(attribute, "HASH"))
            .chain(
                index
                    .key
                    .sort
                    .iter()
                    .map(|attribute| element(attribute, "RANGE")),
            )
            .collect();
        let mut described = json!({
            "IndexName": index.name,
            "KeySchema": key,
            "Projection": projection(&index.projected),
        });
        if let IndexKind::Global(life) = &index.kind {
            described["IndexStatus"] = one.status.name().into();
            if one.status == Status::Creating && life.backfill_from.is_some() {
                described["Backfilling"] = life.is_backfilling(self.now).into();
            }
            described["ProvisionedThroughput"] = throughput(
                life.throughput.unwrap_or((0, 0)),
                &life.throughput_changes,
                life.updating.as_ref(),
                one.status == Status::Updating,
                self.now,
            );
        }
        described["IndexSizeBytes"] = one.figures.bytes.into();
        described["ItemCount"] = one.figures.items.into();
        described["IndexArn"] = format!("{}/index/{}", self.definition.arn, index.name).into();
        if let IndexKind::Global(life) = &index.kind {
            self.put_capacity(one, life, &mut described);
        }
        described
    }

    /// What is limited and what is warm of a global index.
    fn put_capacity(&self, one: &Described<'_>, life: &GlobalLife, described: &mut Value) {
        if let Some(on_demand) = life.on_demand.describe() {
            described["OnDemandThroughput"] = on_demand;
        }
        if self.created_now && !life.warm.was_asked_for() {
            return;
        }
        let growing = one.warming || one.status == Status::Creating;
        described["WarmThroughput"] = life.warm.describe(life.billing(), growing, self.now);
    }
}

fn element(attribute: &KeyAttribute, role: &str) -> Value {
    json!({"AttributeName": attribute.name, "KeyType": role})
}

/// While an update lasts, the old throughput is shown.
fn throughput(
    units: (u64, u64),
    changes: &Changes,
    update: Option<&Updating>,
    updating: bool,
    now: Timestamp,
) -> Value {
    match update.and_then(|update| update.before) {
        Some((before, until_then)) if updating => until_then.describe(before, now),
        _ => changes.describe(units, now),
    }
}

fn projection(projected: &Projected) -> Value {
    match projected {
        Projected::All => json!({"ProjectionType": "ALL"}),
        Projected::KeysOnly => json!({"ProjectionType": "KEYS_ONLY"}),
        Projected::Include(names) => {
            let mut names = names.clone();
            names.sort_unstable();
            json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": names})
        }
    }
}
