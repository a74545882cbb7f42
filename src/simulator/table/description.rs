//! `TableDescription`, the form in which every table operation answers.
//!
//! Descriptions follow from a table and a time. The answer of the operation that changed the table shows the state that
//! begins with it (`CREATING`, `UPDATING`, `DELETING`) even where the change is over at once.
//!
//! Invariant: a description never changes the table, and has the members that DynamoDB's has in that state.

use serde_json::{Map, Value, json};

use crate::simulator::Timestamp;

use super::Table;
use super::definition::{Definition, Status};
use super::index::{GlobalLife, Index, IndexKind, Projected};
use super::throughput::{Billing, Warm};

/// How much there is in a table or an index. `DynamoDB` refreshes these about every six hours; here they are always true.
#[derive(Debug, Clone, Copy, Default)]
struct Figures {
    items: u64,
    bytes: u64,
}

/// A description on its way: the answer of an operation corrects its states before it is written.
#[derive(Debug)]
pub struct Description<'a> {
    definition: &'a Definition,
    figures: Figures,
    status: Status,
    indexes: Vec<(&'a Index, Figures, Status)>,
    /// The answer of `CreateTable` itself.
    created_now: bool,
    now: Timestamp,
}

impl<'a> Description<'a> {
    /// A table as it is.
    #[must_use]
    pub fn of(table: &'a Table, now: Timestamp) -> Self {
        let definition = table.definition();
        Self {
            definition,
            figures: Figures {
                items: table.items().items(),
                bytes: table.items().bytes(),
            },
            status: definition.status(now),
            indexes: table
                .indexes()
                .map(|(index, entries)| {
                    let figures = Figures {
                        items: entries.items(),
                        bytes: entries.bytes(),
                    };
                    (index, figures, index.status(now))
                })
                .collect(),
            created_now: false,
            now,
        }
    }

    /// A table that is being made.
    #[must_use]
    pub fn of_new(definition: &'a Definition, now: Timestamp) -> Self {
        Self {
            definition,
            figures: Figures::default(),
            status: Status::Creating,
            indexes: definition
                .indexes
                .iter()
                .map(|index| (index, Figures::default(), Status::Creating))
                .collect(),
            created_now: true,
            now,
        }
    }

    /// With another `TableStatus`.
    #[must_use]
    pub fn with_status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// With another `IndexStatus` of one index.
    #[must_use]
    pub fn with_index_status(mut self, name: &str, status: Status) -> Self {
        for one in self.indexes.iter_mut().filter(|one| one.0.name == name) {
            one.2 = status;
        }
        self
    }

    /// The JSON of the API.
    #[must_use]
    pub fn into_json(self) -> Map<String, Value> {
        let definition = self.definition;
        let mut table = Map::new();
        let mut put = |name: &str, value: Value| table.insert(name.to_owned(), value);
        put(
            "AttributeDefinitions",
            definition
                .attribute_order
                .iter()
                .map(
                    |name| json!({"AttributeName": name, "AttributeType": definition.type_of(name)}),
                )
                .collect(),
        );
        put("TableName", definition.name.as_str().into());
        put(
            "KeySchema",
            definition
                .key
                .attributes()
                .zip(["HASH", "RANGE"])
                .map(|(attribute, role)| json!({"AttributeName": attribute.name, "KeyType": role}))
                .collect(),
        );
        put("TableStatus", self.status.name().into());
        put("CreationDateTime", definition.created.seconds().into());
        // While an update lasts, the old capacity is shown.
        let billing = match definition.billing_before {
            Some(before) if self.status == Status::Updating => before,
            _ => definition.billing,
        };
        put(
            "ProvisionedThroughput",
            definition
                .throughput_changes
                .describe(billing.units(), self.now),
        );
        put("TableSizeBytes", self.figures.bytes.into());
        put("ItemCount", self.figures.items.into());
        put("TableArn", definition.arn.as_str().into());
        put("TableId", definition.id.as_str().into());
        if let Some(since) = definition.on_demand_since {
            let mode = match definition.billing {
                Billing::PayPerRequest => "PAY_PER_REQUEST",
                Billing::Provisioned { .. } => "PROVISIONED",
            };
            let mut summary = json!({"BillingMode": mode});
            if self.status != Status::Creating {
                summary["LastUpdateToPayPerRequestDateTime"] = since.seconds().into();
            }
            put("BillingModeSummary", summary);
            put(
                "TableThroughputModeSummary",
                json!({"TableThroughputMode": mode}),
            );
        }
        let described = |local: bool| -> Vec<Value> {
            self.indexes
                .iter()
                .filter(|(index, ..)| index.is_global() != local)
                .map(|&(index, figures, status)| self.index(index, figures, status))
                .collect()
        };
        for (member, local) in [
            ("LocalSecondaryIndexes", true),
            ("GlobalSecondaryIndexes", false),
        ] {
            let list = described(local);
            if !list.is_empty() {
                put(member, list.into());
            }
        }
        if let Some(on_demand) = definition.on_demand.describe() {
            put("OnDemandThroughput", on_demand);
        }
        put(
            "WarmThroughput",
            warm(
                definition.warm,
                definition.billing,
                if self.status == Status::Creating {
                    "UPDATING"
                } else {
                    "ACTIVE"
                },
            ),
        );
        if let Some(encryption) = &definition.encryption {
            put("SSEDescription", encryption.clone());
        }
        if let Some(class) = &definition.class {
            put("TableClassSummary", json!({"TableClass": class}));
        }
        // CreateTable's own answer has this only where the request said so (observed).
        if !self.created_now || definition.deletion_protection.is_some() {
            put(
                "DeletionProtectionEnabled",
                definition.deletion_protection.unwrap_or(false).into(),
            );
        }
        table
    }

    fn index(&self, index: &Index, figures: Figures, status: Status) -> Value {
        let element = |role: &'static str| move |attribute: &super::definition::KeyAttribute| json!({"AttributeName": attribute.name, "KeyType": role});
        let key: Vec<Value> = index
            .key
            .partition
            .iter()
            .map(element("HASH"))
            .chain(index.key.sort.iter().map(element("RANGE")))
            .collect();
        let mut described = json!({
            "IndexName": index.name,
            "KeySchema": key,
            "Projection": projection(&index.projected),
        });
        if let IndexKind::Global(life) = &index.kind {
            self.global(life, status, &mut described);
        }
        described["IndexSizeBytes"] = figures.bytes.into();
        described["ItemCount"] = figures.items.into();
        described["IndexArn"] = format!("{}/index/{}", self.definition.arn, index.name).into();
        if let IndexKind::Global(life) = &index.kind {
            if let Some(on_demand) = life.on_demand.describe() {
                described["OnDemandThroughput"] = on_demand;
            }
            let billing = life
                .throughput
                .map_or(Billing::PayPerRequest, |(read, write)| {
                    Billing::Provisioned { read, write }
                });
            described["WarmThroughput"] = warm(
                life.warm,
                billing,
                if status == Status::Creating {
                    "UPDATING"
                } else {
                    "ACTIVE"
                },
            );
        }
        described
    }

    /// What only a global index has.
    fn global(&self, life: &GlobalLife, status: Status, described: &mut Value) {
        described["IndexStatus"] = status.name().into();
        if status == Status::Creating && life.backfill_from.is_some() {
            described["Backfilling"] = life.is_backfilling(self.now).into();
        }
        let throughput = match life.throughput_before {
            Some(before) if status == Status::Updating => Some(before),
            _ => life.throughput,
        };
        described["ProvisionedThroughput"] = life
            .throughput_changes
            .describe(throughput.unwrap_or((0, 0)), self.now);
    }
}

fn projection(projected: &Projected) -> Value {
    match projected {
        Projected::All => json!({"ProjectionType": "ALL"}),
        Projected::KeysOnly => json!({"ProjectionType": "KEYS_ONLY"}),
        Projected::Include(names) => {
            json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": names})
        }
    }
}

/// What is served at once is never less than what is provisioned.
fn warm(asked: Option<Warm>, billing: Billing, status: &str) -> Value {
    let own = Warm::without_asking(billing);
    let asked = asked.unwrap_or(own);
    json!({
        "ReadUnitsPerSecond": own.read.max(asked.read),
        "WriteUnitsPerSecond": own.write.max(asked.write),
        "Status": status,
    })
}
