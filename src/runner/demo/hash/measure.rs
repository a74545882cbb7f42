//! What a server can be asked about where items are: what puts and a Scan consumed, which puts it throttled, and in which order the
//! Scan found the items.
//!
//! The table is made for this and deleted again, under a name that no lesson has; the target lets nothing else be
//! changed (`target::ownership`).
//! Invariant: every figure is from a response of the server; what it did not say is left out.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::{Watch, bytes, refusal};
use super::{choice, create, put};
use crate::app::effect::{HashRun, Measured, Refused};
use crate::lesson::key::{HashFunction, HashTable, KeyText, KeyType};
use crate::runner::requests::send_bytes;
use crate::runner::{Outside, RunError};
use crate::target::Target;

/// Enough to see an order; a put on a server takes its time.
const MOST_PUTS: usize = 200;
/// More pages than so few items fill; a server that repeats itself ends here.
const MOST_PAGES: usize = 100;
/// So many different keys can't be in order by chance (1 in 720).
const TELLING: usize = 6;

pub(super) async fn measure(
    run: &HashRun,
    refused: &[Refused],
    server: &str,
    target: &Target,
    outside: &Outside,
    watch: Watch<'_>,
) -> Result<Measured, RunError> {
    let refused: BTreeSet<usize> = refused.iter().map(|refused| refused.index).collect();
    let keys: Vec<&KeyText> = run
        .keys
        .iter()
        .enumerate()
        .filter(|(index, _)| !refused.contains(index))
        .map(|(_, key)| key)
        .collect();
    let mut measured = Measured {
        server: server.to_owned(),
        left_out: keys.len().saturating_sub(MOST_PUTS) as u64,
        ..Measured::default()
    };
    let name = format!("dynatour-where-items-live-{}", (outside.clock)().millis());
    let created = send_bytes(target, "CreateTable", &bytes(&create(&run.table, &name))).await;
    if let Some(why) = refusal(&created.outcome) {
        measured.trouble = Some(why);
        return Ok(measured);
    }
    let done = ask(run, &keys, &name, target, &mut measured, watch).await;
    let deleted = send_bytes(target, "DeleteTable", &bytes(&json!({ "TableName": name }))).await;
    if let Some(why) = refusal(&deleted.outcome) {
        measured
            .trouble
            .get_or_insert_with(|| format!("the table {name} could not be deleted again: {why}"));
    }
    done.map(|()| measured)
}

/// Puts, then reads everything once.
async fn ask(
    run: &HashRun,
    keys: &[&KeyText],
    name: &str,
    target: &Target,
    measured: &mut Measured,
    watch: Watch<'_>,
) -> Result<(), RunError> {
    let total = keys.len().min(MOST_PUTS) as u64;
    for (done, key) in keys.iter().take(MOST_PUTS).enumerate() {
        watch.at(done as u64, total, "items put on the server")?;
        let exchange = target
            .send("PutItem", &bytes(&put(&run.table, name, key)))
            .await;
        if exchange.outcome.is_throttled() {
            measured.throttled += 1;
            continue;
        }
        if let Some(why) = refusal(&exchange.outcome) {
            measured.trouble = Some(why);
            return Ok(());
        }
        measured.puts += 1;
        measured.written = measured.written + exchange.written;
    }
    let mut request = json!({ "TableName": name, "ReturnConsumedCapacity": "TOTAL" });
    let mut found: Vec<Value> = Vec::new();
    for _ in 0..MOST_PAGES {
        let page = target.send("Scan", &bytes(&request)).await;
        if let Some(why) = refusal(&page.outcome) {
            measured.trouble = Some(why);
            return Ok(());
        }
        measured.pages += 1;
        measured.read = measured.read + page.read;
        let body = page.response_json().unwrap_or_default();
        let items = body.get("Items").and_then(Value::as_array);
        found.extend(items.into_iter().flatten().cloned());
        let Some(next) = body.get("LastEvaluatedKey") else {
            break;
        };
        request["ExclusiveStartKey"] = next.clone();
    }
    measured.scanned = found.len() as u64;
    let table = &run.table;
    measured.follows = HashFunction::ALL
        .into_iter()
        .find(|function| in_order(&found, table, *function));
    measured.order = found
        .iter()
        .filter_map(|item| key_of(item, table))
        .collect();
    Ok(())
}

fn key_of(item: &Value, table: &HashTable) -> Option<KeyText> {
    let partition = item.get(&table.attribute)?.get(table.key_type.name())?;
    let key = KeyText::of(partition.as_str()?);
    let sort = table
        .sort_key
        .as_ref()
        .and_then(|sort| item.get(sort)?.get("S")?.as_str());
    Some(match sort {
        Some(sort) => key.with_sort(sort),
        None => key,
    })
}

/// Whether enough items came in the order of their hash to be told from chance.
fn in_order(items: &[Value], table: &HashTable, function: HashFunction) -> bool {
    // Numbers have been observed with neither function.
    if table.key_type == KeyType::N && function == HashFunction::Md5 {
        return false;
    }
    let hashes: Option<Vec<u64>> = items
        .iter()
        .map(|item| hash(item, table, function))
        .collect();
    let Some(mut hashes) = hashes else {
        return false;
    };
    let sorted = hashes.is_sorted();
    hashes.dedup();
    sorted && hashes.len() >= TELLING
}

fn hash(item: &Value, table: &HashTable, function: HashFunction) -> Option<u64> {
    use base64::Engine as _;
    let text = key_of(item, table)?.partition?;
    let raw = match table.key_type {
        KeyType::B => base64::engine::general_purpose::STANDARD
            .decode(text)
            .ok()?,
        KeyType::S | KeyType::N => text.into_bytes(),
    };
    let tag = table.key_type.name().as_bytes()[0];
    Some(choice(function).hash(tag, &raw))
}
