//! The most that a request can cost, before anything is known of its answer.
//!
//! Only DynamoDB's own limits count: an item is 400 KB at most, a page of a Query or Scan examines 1 MB, a transaction has 100
//! actions. An old item that a put replaces is paid for, too, if it is the larger one, and nobody knows it beforehand: so every write
//! may be one of 400 KB.
//!
//! | request | on-demand units at most |
//! |---|---|
//! | a write | 400, and 2 × 400 for each secondary index (the old entry and the new one) |
//! | a write in a transaction | twice the table's part |
//! | a read of an item | 100, half of that eventually consistent, twice in a transaction |
//! | a Query or Scan | a page of 1 MB and the item that crosses it; with a local index that lacks attributes, an item for each entry |
//! | a new index | what all writes to the table have cost so far |
//! | what only defines or describes | none |
//!
//! Storage is not counted: the first 25 GB of an account are free, and a lesson's tables hold kilobytes.
//! Invariant: what DynamoDB charges for a request is never more, as long as `indexes` knows the table's.
//! Sources: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>,
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html>.

use serde_json::{Map, Value};

use super::body;
use super::ledger::Indexes;
use super::region::times_the_price;
use crate::simulator::trace::CapacityUnits;
use crate::target::exchange::Picodollars;
use crate::target::price;

/// Write units of the largest item.
const WRITE: u64 = 400;
/// Strongly consistent read units of the largest item.
const READ: u64 = 100;
/// Strongly consistent read units of a page: 1 MB, and the item that crosses the limit.
const PAGE: u64 = 256 + READ;
/// Entries of a local index in a page of 1 MB: each has three keys, and none of their names and values is shorter than a byte.
const ENTRIES: u64 = 1_048_576 / 6;
const MOST_PUTS: usize = 25;
const MOST_KEYS: usize = 100;
const MOST_ACTIONS: usize = 100;

/// What is known of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    pub indexes: Indexes,
    /// What it has cost so far.
    pub spent: Picodollars,
}

/// The most that one try of a request costs, at the prices of the course's region. `known` tells what is known of a table that
/// the request names, by name or ARN as it stands there.
#[must_use]
pub fn most(operation: &str, bytes: &[u8], known: impl Fn(&str) -> Known) -> Picodollars {
    // What can't be read is not carried out.
    let Ok(body) = body::read(bytes) else {
        return Picodollars(0);
    };
    let table = |members: &Map<String, Value>| {
        members
            .get("TableName")
            .and_then(Value::as_str)
            .map(&known)
            .unwrap_or_default()
    };
    let consistent = body.get("ConsistentRead") == Some(&Value::Bool(true));
    match operation {
        "CreateTable" | "DescribeTable" | "ListTables" | "DeleteTable" | "UpdateTimeToLive"
        | "DescribeTimeToLive" | "TagResource" | "UntagResource" | "ListTagsOfResource" => {
            Picodollars(0)
        }
        "UpdateTable" => table(&body).spent * new_indexes(&body),
        "PutItem" | "UpdateItem" | "DeleteItem" => {
            written(WRITE + of_indexes(table(&body).indexes))
        }
        "BatchWriteItem" => written(
            request_items(&body)
                .map(|(name, requests)| {
                    let one = WRITE + of_indexes(known(name).indexes);
                    one * length(Some(requests), MOST_PUTS)
                })
                .sum(),
        ),
        "TransactWriteItems" => written(
            actions(&body)
                .map(|action| 2 * WRITE + of_indexes(table(action).indexes))
                .sum(),
        ),
        "GetItem" => read(READ, consistent),
        "BatchGetItem" => read(
            request_items(&body)
                .map(|(_, keys)| READ * length(keys.get("Keys"), MOST_KEYS))
                .sum(),
            true,
        ),
        "TransactGetItems" => read(actions(&body).map(|_| 2 * READ).sum(), true),
        "Query" | "Scan" => {
            let fetched = if body.contains_key("IndexName") && table(&body).indexes.local > 0 {
                let limit = body.get("Limit").and_then(Value::as_u64);
                limit.map_or(ENTRIES, |limit| limit.saturating_mul(READ).min(ENTRIES))
            } else {
                0
            };
            read(PAGE + fetched, consistent)
        }
        // Nothing else is sent.
        _ => Picodollars(u64::MAX),
    }
}

/// The same in any region. Where no session knows the tables, give [`Known::default`] for each: tables without indexes.
#[must_use]
pub fn most_in(
    region: &str,
    operation: &str,
    bytes: &[u8],
    known: impl Fn(&str) -> Known,
) -> Picodollars {
    most(operation, bytes, known) * times_the_price(region)
}

fn written(units: u64) -> Picodollars {
    price::write_units(CapacityUnits::whole(units))
}

fn read(strongly: u64, consistent: bool) -> Picodollars {
    let halves = if consistent { 2 * strongly } else { strongly };
    price::read_units(CapacityUnits::from_halves(halves))
}

fn of_indexes(indexes: Indexes) -> u64 {
    u64::from(indexes.global + indexes.local) * 2 * WRITE
}

fn new_indexes(body: &Map<String, Value>) -> u64 {
    let updates = body.get("GlobalSecondaryIndexUpdates");
    let updates = updates.and_then(Value::as_array).into_iter().flatten();
    updates
        .filter(|update| update.get("Create").is_some())
        .count() as u64
}

fn request_items(body: &Map<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    let tables = body.get("RequestItems").and_then(Value::as_object);
    tables
        .into_iter()
        .flatten()
        .map(|(name, requests)| (name.as_str(), requests))
}

/// The actions of a transaction, whatever they are called.
fn actions(body: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let actions = body.get("TransactItems").and_then(Value::as_array);
    actions
        .into_iter()
        .flatten()
        .take(MOST_ACTIONS)
        .filter_map(Value::as_object)
        .filter_map(|action| action.values().find_map(Value::as_object))
}

fn length(list: Option<&Value>, most: usize) -> u64 {
    list.and_then(Value::as_array)
        .map_or(0, |list| list.len().min(most) as u64)
}

#[cfg(test)]
mod tests;
