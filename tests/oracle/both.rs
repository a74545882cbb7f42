//! One request to both, and the answers side by side.

use dynatour::simulator::{Settings, Simulator, Timestamp};
use serde_json::Value;

use super::explained::explained;
use super::server::Oracle;

pub(crate) struct Both {
    oracle: Oracle,
    simulator: Simulator,
    compared: usize,
    differences: Vec<String>,
}

impl Both {
    pub(crate) fn new() -> Self {
        Self {
            oracle: Oracle::start(),
            simulator: Simulator::new(Settings::default()),
            compared: 0,
            differences: Vec::new(),
        }
    }

    /// A request whose answers another test compares.
    pub(crate) fn prepare(&mut self, operation: &str, request: &Value) {
        let body = request.to_string();
        let (status, _) = self.oracle.call(operation, body.as_bytes());
        let reply = self.simulator.call(
            operation,
            body.as_bytes(),
            Timestamp::from_millis(1_767_225_600_000),
        );
        assert_eq!((status, reply.status), (200, 200), "{operation} {body}");
    }

    pub(crate) fn call(&mut self, operation: &str, request: &Value) -> Value {
        self.raw(operation, request.to_string().as_bytes())
    }

    pub(crate) fn raw(&mut self, operation: &str, body: &[u8]) -> Value {
        let (status, answer) = self.oracle.call(operation, body);
        let reply = self
            .simulator
            .call(operation, body, Timestamp::from_millis(1_767_225_600_000));
        assert!(self.simulator.trace(&reply.request_id).is_some());
        let theirs = normal(
            operation,
            serde_json::from_slice(&answer).unwrap_or(Value::Null),
        );
        let ours = normal(
            operation,
            serde_json::from_slice(&reply.body).unwrap_or(Value::Null),
        );
        self.compared += 1;
        if operation == "UpdateItem" && status == 200 && reply.status == 200 {
            self.forget_ghost(body);
        }
        let request = String::from_utf8_lossy(body).into_owned();
        if (status, &theirs) != (reply.status, &ours)
            && explained(operation, &request, &ours, &theirs).is_none()
        {
            let short: String = request.chars().take(600).collect();
            self.differences.push(format!(
                "{operation} {short}\n  ours   {} {ours}\n  theirs {status} {theirs}",
                reply.status
            ));
        }
        ours
    }

    /// Takes away from the oracle an item that only it made, of an update that only takes away: "DELETE: Nothing happens; there is
    /// no attribute to delete", says the API reference of items that aren't there, and `ScyllaDB`'s suite observed the same of `REMOVE`.
    fn forget_ghost(&mut self, update: &[u8]) {
        let Ok(mut request) = serde_json::from_slice::<Value>(update) else {
            return;
        };
        let Some(members) = request.as_object_mut() else {
            return;
        };
        members.retain(|name, _| ["TableName", "Key"].contains(&name.as_str()));
        let body = request.to_string();
        let ours = self.simulator.call(
            "GetItem",
            body.as_bytes(),
            Timestamp::from_millis(1_767_225_600_000),
        );
        if ours.body == b"{}" {
            self.oracle.call("DeleteItem", body.as_bytes());
        }
    }

    pub(crate) fn finish(self, at_least: usize) {
        assert!(self.compared >= at_least, "{} requests", self.compared);
        assert!(
            self.differences.is_empty(),
            "{} of {} differ:\n{}",
            self.differences.len(),
            self.compared,
            self.differences.join("\n")
        );
    }
}

/// What can't be equal is taken out, and what has no order is sorted.
fn normal(operation: &str, mut answer: Value) -> Value {
    for name in ["TableDescription", "Table"] {
        if let Some(table) = answer.get_mut(name).and_then(Value::as_object_mut) {
            for member in ["TableId", "TableArn", "CreationDateTime", "WarmThroughput"] {
                table.remove(member);
            }
            if let Some(summary) = table
                .get_mut("BillingModeSummary")
                .and_then(Value::as_object_mut)
            {
                summary.remove("LastUpdateToPayPerRequestDateTime");
            }
        }
    }
    if let Some(names) = answer.get_mut("TableNames").and_then(Value::as_array_mut) {
        names.sort_by_key(Value::to_string);
    }
    let mut answer = sorted(answer, operation == "Scan");
    if operation == "Scan"
        && let Some(items) = answer.get_mut("Items").and_then(Value::as_array_mut)
    {
        items.sort_by_key(Value::to_string);
    }
    answer
}

/// Members by name; for a `Scan` also number sets, which AWS and the oracle return in the order of a Java hash set there.
fn sorted(value: Value, number_sets: bool) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members
                .into_iter()
                .map(|(name, value)| {
                    let mut value = sorted(value, number_sets);
                    if let ("NS", true, Value::Array(set)) =
                        (name.as_str(), number_sets, &mut value)
                    {
                        set.sort_by_key(Value::to_string);
                    }
                    (name, value)
                })
                .collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(elements) => elements
            .into_iter()
            .map(|element| sorted(element, number_sets))
            .collect(),
        other => other,
    }
}
