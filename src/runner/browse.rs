//! Looks into tables for the browser and the small grid under a step.
//!
//! The simulated table is looked into from the side, which costs nothing and leaves no trace. A server's
//! tables are read with ordinary requests, and its partitions can't be seen.

use serde_json::{Value, json};

use super::requests::{body, table_names};
use super::{RunError, Runner};
use crate::app::effect::{GridView, ItemsView, StoredItem, TableView};
use crate::simulator::trace::PartitionId;
use crate::simulator::{Simulator, TableSummary, Timestamp};
use crate::target::Target;
use crate::target::exchange::Outcome;

impl Runner {
    /// All tables, by name.
    pub async fn tables(&self) -> Result<Vec<TableView>, RunError> {
        let target = self.target().await;
        let now = (self.outside.clock)();
        if let Some(simulator) = target.simulator() {
            return Ok(simulator.tables(now).into_iter().map(view).collect());
        }
        let mut tables = Vec::new();
        for name in table_names(&target).await? {
            if let Some(table) = described(&target, &name).await? {
                tables.push(table);
            }
        }
        Ok(tables)
    }

    /// A stretch of one partition, in stored order.
    pub async fn items(
        &self,
        table: &str,
        partition: u32,
        first_rank: u64,
        count: usize,
    ) -> Result<ItemsView, RunError> {
        let target = self.target().await;
        let Some(simulator) = target.simulator() else {
            return Err(RunError::SimulatedOnly("looking into a partition"));
        };
        let browsed = simulator.items_in(table, PartitionId(partition), first_rank, count);
        let items = browsed.map_or_else(Vec::new, |browsed| {
            browsed
                .items
                .into_iter()
                .map(|one| StoredItem {
                    hash: one.hash,
                    bytes: one.bytes,
                    item: one.item,
                })
                .collect()
        });
        Ok(ItemsView {
            table: table.to_owned(),
            partition,
            first_rank,
            items,
        })
    }

    /// The first items of a table, in the order a scan would give them.
    pub async fn grid(&self, table: &str, count: usize) -> Result<GridView, RunError> {
        let target = self.target().await;
        let now = (self.outside.clock)();
        if let Some(simulator) = target.simulator() {
            return simulated_grid(simulator, table, count, now)
                .ok_or_else(|| RunError::Unanswered(format!("there is no table {table}")));
        }
        let described = described(&target, table).await?;
        let described =
            described.ok_or_else(|| RunError::Unanswered(format!("there is no table {table}")))?;
        let request = json!({ "TableName": table, "Limit": count.max(1) });
        let answer = target.send("Scan", &body(&request)).await;
        let items = match answer.outcome {
            Outcome::Success => answer
                .response_json()
                .and_then(|body| Some(body.get("Items")?.as_array()?.clone()))
                .unwrap_or_default(),
            Outcome::ServiceError { code, message } => {
                return Err(RunError::Unanswered(format!("{code}: {message}")));
            }
            Outcome::Unanswered { why } | Outcome::NotSent { why } => {
                return Err(RunError::Unanswered(why));
            }
        };
        // A server counts its items every few hours at best; what was just seen is never fewer.
        let total = described.items.max(items.len() as u64);
        Ok(GridView {
            table: table.to_owned(),
            keys: keys(&described.partition_key, described.sort_key.as_ref()),
            items,
            total,
        })
    }
}

fn simulated_grid(
    simulator: &Simulator,
    table: &str,
    count: usize,
    now: Timestamp,
) -> Option<GridView> {
    let summary = simulator.describe(table, now)?;
    let mut items = Vec::new();
    for partition in &summary.partitions {
        let left = count.saturating_sub(items.len());
        if left == 0 {
            break;
        }
        if let Some(browsed) = simulator.items_in(table, partition.id, 0, left) {
            items.extend(browsed.items.into_iter().map(|one| one.item));
        }
    }
    Some(GridView {
        table: table.to_owned(),
        keys: keys(&summary.partition_key, summary.sort_key.as_ref()),
        items,
        total: summary.items,
    })
}

fn keys(partition: &(String, String), sort: Option<&(String, String)>) -> Vec<String> {
    std::iter::once(partition)
        .chain(sort)
        .map(|(name, _)| name.clone())
        .collect()
}

fn view(summary: TableSummary) -> TableView {
    TableView {
        name: summary.name,
        partition_key: summary.partition_key,
        sort_key: summary.sort_key,
        items: summary.items,
        bytes: summary.bytes,
        partitions: summary.partitions,
    }
}

/// A server's description of a table; `None` when it went away meanwhile.
async fn described(target: &Target, name: &str) -> Result<Option<TableView>, RunError> {
    let answer = target
        .send("DescribeTable", &body(&json!({ "TableName": name })))
        .await;
    match answer.outcome {
        Outcome::Success => {}
        Outcome::ServiceError { .. } => return Ok(None),
        Outcome::Unanswered { ref why } | Outcome::NotSent { ref why } => {
            return Err(RunError::Unanswered(why.clone()));
        }
    }
    let description = answer.response_json().unwrap_or_default();
    let Some(table) = description.get("Table") else {
        return Ok(None);
    };
    let count = |member: &str| table.get(member).and_then(Value::as_u64).unwrap_or(0);
    Ok(key(table, "HASH").map(|partition_key| TableView {
        name: name.to_owned(),
        partition_key,
        sort_key: key(table, "RANGE"),
        items: count("ItemCount"),
        bytes: count("TableSizeBytes"),
        partitions: Vec::new(),
    }))
}

/// Name and type of a key attribute in a table description.
fn key(table: &Value, kind: &str) -> Option<(String, String)> {
    let named = |list: &str, member: &str, value: &str| -> Option<Value> {
        table
            .get(list)?
            .as_array()?
            .iter()
            .find(|one| one.get(member).and_then(Value::as_str) == Some(value))
            .cloned()
    };
    let schema = named("KeySchema", "KeyType", kind)?;
    let name = schema.get("AttributeName")?.as_str()?.to_owned();
    let definition = named("AttributeDefinitions", "AttributeName", &name)?;
    let kind = definition.get("AttributeType")?.as_str()?.to_owned();
    Some((name, kind))
}
