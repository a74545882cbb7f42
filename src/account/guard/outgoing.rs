//! A request as it goes out to an account, or why it never does. Pure.
//!
//! | request | what becomes of it |
//! |---|---|
//! | `CreateTable` | on-demand, with small maxima for the table and each global index, and our tags |
//! | `UpdateTable` | may make and delete indexes, with the same maxima; anything that is paid for otherwise is refused |
//! | `TagResource`, `UntagResource` | not the tags that prove what is ours |
//! | what reads or writes items | asks for what it consumed, where it does not say |
//!
//! What may stand in a definition is listed here, and anything else is refused: what AWS adds one day may cost something.
//! Invariant: a table that is made from what goes out is paid for by the request, at most at [`MAX_READS`] and [`MAX_WRITES`] a
//! second, and carries the run's tags.

use serde_json::{Map, Value, json};

use crate::account::tag::{self, RunId};

/// The maxima of a table and each of its global indexes, in units a second. At this speed for a whole hour, a table's writes cost
/// less than 25 cents.
pub const MAX_READS: i64 = 300;
pub const MAX_WRITES: i64 = 100;

type Members = Map<String, Value>;

/// What an answer tells of what was consumed.
const CONSUMING: [&str; 10] = [
    "PutItem",
    "GetItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
];

/// The body of a request as it goes out. `bytes` are those that `members` were read from; they go out as they are where nothing
/// has to be added. `by` is the caller as a tag has it.
///
/// # Errors
/// Why it is not sent, in words for the learner.
pub fn rewrite(
    operation: &str,
    bytes: &[u8],
    members: Members,
    run: RunId,
    by: &str,
) -> Result<Vec<u8>, String> {
    let changed = match operation {
        "CreateTable" => create_table(members, run, by)?,
        "UpdateTable" => update_table(members)?,
        "TagResource" | "UntagResource" => {
            tags_stay(operation, &members)?;
            return Ok(bytes.to_vec());
        }
        operation
            if CONSUMING.contains(&operation)
                && given(&members, "ReturnConsumedCapacity").is_none() =>
        {
            let mut members = members;
            members.insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
            members
        }
        _ => return Ok(bytes.to_vec()),
    };
    serde_json::to_vec(&Value::Object(changed)).map_err(|error| error.to_string())
}

/// A member that says something; the service takes `null` for nothing.
fn given<'m>(members: &'m Members, name: &str) -> Option<&'m Value> {
    members.get(name).filter(|value| !value.is_null())
}

/// Why members that cost something or give others a right are refused; for those that are not allowed and not listed here either,
/// one sentence serves.
fn refusal(member: &str) -> String {
    let why = match member {
        "ProvisionedThroughput" => {
            "provisioned capacity is paid for by the hour, whether it is used or not. On an account, tables are on-demand: leave it out, with \"BillingMode\": \"PAY_PER_REQUEST\""
        }
        "WarmThroughput" => "warm throughput is paid for at once, when it is set: leave it out",
        "StreamSpecification" => {
            "a stream is another thing that would have to be cleaned up: leave it out"
        }
        "SSESpecification" => {
            "a key of your own is paid for by the month: leave it out, then DynamoDB's own key is used, which costs nothing"
        }
        "TableClass" => "another table class has other prices: leave it out",
        "DeletionProtectionEnabled" => "a protected table could not be cleaned up: leave it out",
        "ResourcePolicy" => "it would give others a right to the table: leave it out",
        "ReplicaUpdates"
        | "GlobalTableWitnessUpdates"
        | "MultiRegionConsistency"
        | "GlobalTableSourceArn"
        | "GlobalTableSettingsReplicationMode" => {
            "copies in other regions are paid for, too, and would have to be cleaned up there: leave it out"
        }
        "BillingMode" | "TableThroughputMode" => {
            "provisioned capacity is paid for by the hour, whether it is used or not. On an account, tables are on-demand: \"PAY_PER_REQUEST\""
        }
        _ => "lessons do without it, and what it costs is not known here: leave it out",
    };
    format!("{member} is not sent to an account: {why}")
}

/// Refuses each member that is not listed.
fn only(members: &Members, allowed: &[&str]) -> Result<(), String> {
    let other = members
        .iter()
        .find(|(name, value)| !value.is_null() && !allowed.contains(&name.as_str()));
    match other {
        Some((name, _)) => Err(refusal(name)),
        None => Ok(()),
    }
}

fn create_table(mut table: Members, run: RunId, by: &str) -> Result<Members, String> {
    on_demand(&table)?;
    if given(&table, "TableClass").is_some_and(|class| class != "STANDARD") {
        return Err(refusal("TableClass"));
    }
    if given(&table, "DeletionProtectionEnabled").is_some_and(|on| on != &Value::Bool(false)) {
        return Err(refusal("DeletionProtectionEnabled"));
    }
    only(
        &table,
        &[
            "TableName",
            "AttributeDefinitions",
            "KeySchema",
            "LocalSecondaryIndexes",
            "GlobalSecondaryIndexes",
            "BillingMode",
            "TableThroughputMode",
            "OnDemandThroughput",
            "Tags",
            "TableClass",
            "DeletionProtectionEnabled",
        ],
    )?;
    if given(&table, "BillingMode").is_none() && given(&table, "TableThroughputMode").is_none() {
        table.insert("BillingMode".to_owned(), json!("PAY_PER_REQUEST"));
    }
    limit(&mut table, "the table")?;
    for index in list(&mut table, "GlobalSecondaryIndexes") {
        new_index(index)?;
    }
    let mut tags = match given(&table, "Tags") {
        None => Vec::new(),
        Some(Value::Array(tags)) => tags.clone(),
        Some(_) => return Err("Tags is no list, so ours can't be added to it".to_owned()),
    };
    let keys = tags.iter().filter_map(|tag| tag.get("Key"));
    ours_are_ours(keys)?;
    tags.extend(tag::of_run(run, by));
    table.insert("Tags".to_owned(), Value::Array(tags));
    Ok(table)
}

fn update_table(mut update: Members) -> Result<Members, String> {
    on_demand(&update)?;
    if given(&update, "DeletionProtectionEnabled").is_some_and(|on| on != &Value::Bool(false)) {
        return Err(refusal("DeletionProtectionEnabled"));
    }
    only(
        &update,
        &[
            "TableName",
            "AttributeDefinitions",
            "GlobalSecondaryIndexUpdates",
            "BillingMode",
            "TableThroughputMode",
            "OnDemandThroughput",
            "DeletionProtectionEnabled",
        ],
    )?;
    // Nothing is added where nothing is said: the table has its limits.
    if given(&update, "OnDemandThroughput").is_some() {
        limit(&mut update, "the table")?;
    }
    for change in list(&mut update, "GlobalSecondaryIndexUpdates") {
        only(change, &["Create", "Update", "Delete"])?;
        if let Some(Value::Object(index)) = change.get_mut("Create") {
            new_index(index)?;
        }
        if let Some(Value::Object(index)) = change.get_mut("Update") {
            only(index, &["IndexName", "OnDemandThroughput"])?;
            limit(index, "the index")?;
        }
    }
    Ok(update)
}

fn new_index(index: &mut Members) -> Result<(), String> {
    only(
        index,
        &["IndexName", "KeySchema", "Projection", "OnDemandThroughput"],
    )?;
    limit(index, "the index")
}

fn on_demand(members: &Members) -> Result<(), String> {
    for mode in ["BillingMode", "TableThroughputMode"] {
        if given(members, mode).is_some_and(|mode| mode != "PAY_PER_REQUEST") {
            return Err(refusal(mode));
        }
    }
    Ok(())
}

/// The objects in a list; what is none the service refuses.
fn list<'m>(members: &'m mut Members, name: &str) -> impl Iterator<Item = &'m mut Members> {
    let list = members.get_mut(name).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}

/// Puts our maxima where there are none; lower ones stay.
fn limit(members: &mut Members, whose: &str) -> Result<(), String> {
    let mut limits = match given(members, "OnDemandThroughput") {
        None => Map::new(),
        Some(Value::Object(limits)) => limits.clone(),
        Some(_) => return Err("OnDemandThroughput is no object".to_owned()),
    };
    for (name, most) in [
        ("MaxReadRequestUnits", MAX_READS),
        ("MaxWriteRequestUnits", MAX_WRITES),
    ] {
        match given(&limits, name).map(Value::as_i64) {
            None => {
                limits.insert(name.to_owned(), json!(most));
            }
            Some(Some(units)) if (1..=most).contains(&units) => {}
            Some(_) => {
                return Err(format!(
                    "the limits of {whose} are not lifted on an account: {name} from 1 to {most}, or leave it out"
                ));
            }
        }
    }
    only(&limits, &["MaxReadRequestUnits", "MaxWriteRequestUnits"])?;
    members.insert("OnDemandThroughput".to_owned(), Value::Object(limits));
    Ok(())
}

fn tags_stay(operation: &str, members: &Members) -> Result<(), String> {
    let list = |member: &str| members.get(member).and_then(Value::as_array);
    let keys: Vec<&Value> = if operation == "TagResource" {
        let tags = list("Tags").into_iter().flatten();
        tags.filter_map(|tag| tag.get("Key")).collect()
    } else {
        list("TagKeys").into_iter().flatten().collect()
    };
    ours_are_ours(keys.into_iter())
}

fn ours_are_ours<'v>(keys: impl Iterator<Item = &'v Value>) -> Result<(), String> {
    let mut keys = keys.filter_map(Value::as_str);
    match keys.find(|key| key.starts_with(tag::PREFIX)) {
        Some(key) => Err(format!(
            "the tag {key} says who made a table, and only then may it be deleted: tags that begin with {} are dynatour's alone. Take another key",
            tag::PREFIX
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
