//! Which tables of a server may be changed: those that were created in this run, and no others.
//!
//! A learner may point the tool at a server that holds something of theirs under the name of a lesson's table.
//! Invariant: a request that writes reaches a server only for a table that this run created there.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// The tables created through one target.
#[derive(Debug, Clone, Default)]
pub struct Ownership(Arc<Mutex<BTreeSet<String>>>);

impl Ownership {
    /// Why a request must not be sent, if it must not.
    #[must_use]
    pub fn refuses(&self, operation: &str, body: &[u8]) -> Option<String> {
        if !matches!(
            operation,
            "PutItem" | "UpdateItem" | "DeleteItem" | "DeleteTable"
        ) {
            return None;
        }
        // A body that names no table can't change one; the service says what is wrong with it.
        let table = table(body)?;
        if self.lock().contains(&table) {
            return None;
        }
        Some(format!(
            "{table} was not created by this run of dynatour, so nothing in it is changed. Create it in the lesson first; if the server has a table of that name already, delete that yourself or use an empty server"
        ))
    }

    /// Takes note of a request that succeeded.
    pub fn succeeded(&self, operation: &str, body: &[u8]) {
        let Some(table) = table(body) else {
            return;
        };
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

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        // One name goes in or out at a time, so the set is whole even if a holder died.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The table a body names; of an ARN, the name at its end.
fn table(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let name = body.get("TableName")?.as_str()?;
    Some(name.rsplit('/').next().unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_created_here_may_be_changed() {
        let body = br#"{"TableName": "pets"}"#;
        let arn = br#"{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/pets"}"#;
        let ownership = Ownership::default();
        assert!(ownership.refuses("Scan", body).is_none());
        for operation in ["PutItem", "UpdateItem", "DeleteItem", "DeleteTable"] {
            assert!(ownership.refuses(operation, body).is_some());
            assert!(ownership.refuses(operation, arn).is_some());
        }
        ownership.succeeded("CreateTable", body);
        assert!(ownership.refuses("PutItem", body).is_none());
        assert!(ownership.refuses("PutItem", arn).is_none());
        assert!(ownership.refuses("PutItem", b"{").is_none());
        ownership.succeeded("DeleteTable", body);
        assert!(ownership.refuses("PutItem", body).is_some());
    }
}
