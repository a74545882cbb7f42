//! Which tables of a server may be changed: those that were created in this run, and no others.
//!
//! A learner may point the tool at a server that holds something of theirs under the name of a lesson's table.
//! Invariant: a request that writes reaches a server only for a table that this run created there.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// Operations that change a table or what is in it.
const WRITES: [&str; 10] = [
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "UpdateTable",
    "DeleteTable",
    "UpdateTimeToLive",
    "TagResource",
    "UntagResource",
];

/// The tables created through one target.
#[derive(Debug, Clone, Default)]
pub struct Ownership(Arc<Mutex<BTreeSet<String>>>);

impl Ownership {
    /// Why a request must not be sent, if it must not.
    #[must_use]
    pub fn refuses(&self, operation: &str, body: &[u8]) -> Option<String> {
        if !WRITES.contains(&operation) {
            return None;
        }
        // A body that names no table can't change one; the service says what is wrong with it.
        let owned = self.lock();
        let table = tables(body)
            .into_iter()
            .find(|table| !owned.contains(table))?;
        Some(format!(
            "{table} was not created by this run of dynatour, so nothing in it is changed. Create it in the lesson first; if the server has a table of that name already, delete that yourself or use an empty server"
        ))
    }

    /// Takes note of a request that succeeded.
    pub fn succeeded(&self, operation: &str, body: &[u8]) {
        for table in tables(body) {
            match operation {
                "CreateTable" => {
                    self.lock().insert(table);
                }
                "DeleteTable" => {
                    self.lock().remove(&table);
                }
                _ => {}
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        // One name goes in or out at a time, so the set is whole even if a holder died.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every table a body names, whatever the operation: by `TableName`, as a key of `RequestItems`, inside `TransactItems`, as
/// `ResourceArn`. Of an ARN, the name at its end.
fn tables(body: &[u8]) -> Vec<String> {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return Vec::new();
    };
    let table_of = |request: &Value| request.get("TableName")?.as_str().map(str::to_owned);
    let mut names: Vec<String> = table_of(&body).into_iter().collect();
    names.extend(
        body.get("ResourceArn")
            .and_then(Value::as_str)
            .map(str::to_owned),
    );
    if let Some(Value::Object(tables)) = body.get("RequestItems") {
        names.extend(tables.keys().cloned());
    }
    if let Some(Value::Array(actions)) = body.get("TransactItems") {
        let actions = actions.iter().filter_map(Value::as_object);
        names.extend(actions.flat_map(|action| action.values().filter_map(table_of)));
    }
    for name in &mut names {
        if let Some(at) = name.rfind('/') {
            name.drain(..=at);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_created_here_may_be_changed() {
        let body = br#"{"TableName": "pets"}"#;
        let arn = br#"{"TableName": "arn:aws:dynamodb:us-east-1:123456789012:table/pets"}"#;
        let ownership = Ownership::default();
        assert!(ownership.refuses("Scan", body).is_none());
        for operation in WRITES {
            assert!(ownership.refuses(operation, body).is_some());
            assert!(ownership.refuses(operation, arn).is_some());
        }
        ownership.succeeded("CreateTable", body);
        assert!(ownership.refuses("PutItem", body).is_none());
        assert!(ownership.refuses("PutItem", arn).is_none());
        assert!(ownership.refuses("PutItem", b"{").is_none());
        let batch = br#"{"RequestItems": {"pets": [], "others": []}}"#;
        assert!(ownership.refuses("BatchGetItem", batch).is_none());
        assert!(
            ownership
                .refuses("BatchWriteItem", batch)
                .is_some_and(|why| why.contains("others"))
        );
        let transaction = br#"{"TransactItems": [{"Put": {"TableName": "pets"}}, {"ConditionCheck": {"TableName": "others"}}]}"#;
        assert!(
            ownership
                .refuses("TransactWriteItems", transaction)
                .is_some()
        );
        let mine = br#"{"TransactItems": [{"Put": {"TableName": "pets"}}]}"#;
        assert!(ownership.refuses("TransactWriteItems", mine).is_none());
        let tag = br#"{"ResourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/others"}"#;
        assert!(ownership.refuses("TagResource", tag).is_some());
        ownership.succeeded("DeleteTable", body);
        assert!(ownership.refuses("PutItem", body).is_some());
    }
}
