//! One request to both, and the answers side by side.

use dynatour::simulator::{Settings, Simulator, Timestamp};
use serde_json::Value;

use super::explained::{explained, only_takes_away};
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
            // The oracle's own account, so that both know the same ARNs.
            simulator: Simulator::new(Settings {
                account: "000000000000".to_owned(),
                ..Settings::default()
            }),
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

    /// A table taken away from whoever has it.
    pub(crate) fn clear(&mut self, table: &str) {
        let body = serde_json::json!({"TableName": table}).to_string();
        let now = Timestamp::from_millis(1_767_225_600_000);
        self.oracle.call("DeleteTable", body.as_bytes());
        self.simulator.call("DeleteTable", body.as_bytes(), now);
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
        let (theirs, ours) = if status == 200 && reply.status == 200 {
            self.whole_reads(operation, body, theirs, ours)
        } else {
            (theirs, ours)
        };
        self.compared += 1;
        let updates = matches!(operation, "UpdateItem" | "TransactWriteItems");
        if updates && status == 200 {
            self.forget_ghosts(body);
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

    /// Of a scan or of a query through an index that shows a part, all its parts together: each side has an order of its own for
    /// partitions and for entries with the same index key, so only those can be equal.
    fn whole_reads(
        &mut self,
        operation: &str,
        body: &[u8],
        theirs: Value,
        ours: Value,
    ) -> (Value, Value) {
        let Ok(request) = serde_json::from_slice::<Value>(body) else {
            return (theirs, ours);
        };
        let has = |member: &str| request.get(member).is_some_and(|value| !value.is_null());
        let partial = has("Limit") || has("ExclusiveStartKey") || has("Segment");
        let unordered = operation == "Scan" || operation == "Query" && has("IndexName");
        if !unordered {
            return (theirs, ours);
        }
        if !partial {
            return (with_sorted_items(theirs), with_sorted_items(ours));
        }
        let theirs = whole_read(operation, &request, |body| {
            self.oracle.call(operation, body).1
        });
        let ours = whole_read(operation, &request, |body| {
            let now = Timestamp::from_millis(1_767_225_600_000);
            self.simulator.call(operation, body, now).body
        });
        (theirs, ours)
    }

    /// Takes away from the oracle the items that only it made, of updates that only take away: "DELETE: Nothing happens; there is
    /// no attribute to delete", says the API reference of items that aren't there, and `ScyllaDB`'s suite observed the same of `REMOVE`.
    fn forget_ghosts(&mut self, request: &[u8]) {
        let Ok(request) = serde_json::from_slice::<Value>(request) else {
            return;
        };
        let in_transaction = request["TransactItems"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|action| &action["Update"])
            .filter(|update| {
                update["UpdateExpression"]
                    .as_str()
                    .is_some_and(only_takes_away)
            });
        for update in std::iter::once(&request).chain(in_transaction) {
            let item = serde_json::json!({"TableName": update["TableName"], "Key": update["Key"]});
            let body = item.to_string();
            let now = Timestamp::from_millis(1_767_225_600_000);
            if self.simulator.call("GetItem", body.as_bytes(), now).body == b"{}" {
                self.oracle.call("DeleteItem", body.as_bytes());
            }
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

/// The items and counts of all segments and pages of a read, from its start.
fn whole_read(operation: &str, request: &Value, mut send: impl FnMut(&[u8]) -> Vec<u8>) -> Value {
    let segments = request["TotalSegments"]
        .as_i64()
        .unwrap_or(1)
        .clamp(1, 1_000);
    let (mut items, mut count, mut scanned) = (Vec::new(), 0, 0);
    for segment in 0..segments {
        let mut request = request.clone();
        if request.get("Segment").is_some() {
            request["Segment"] = segment.into();
        }
        if let Some(members) = request.as_object_mut() {
            members.remove("ExclusiveStartKey");
        }
        loop {
            let page: Value =
                serde_json::from_slice(&send(request.to_string().as_bytes())).expect("JSON");
            items.extend(page["Items"].as_array().cloned().unwrap_or_default());
            count += page["Count"].as_u64().unwrap_or_default();
            scanned += page["ScannedCount"].as_u64().unwrap_or_default();
            match page.get("LastEvaluatedKey") {
                Some(key) => request["ExclusiveStartKey"] = key.clone(),
                None => break,
            }
        }
    }
    with_sorted_items(normal(
        operation,
        serde_json::json!({"Items": items, "Count": count, "ScannedCount": scanned}),
    ))
}

fn with_sorted_items(mut answer: Value) -> Value {
    if let Some(items) = answer.get_mut("Items").and_then(Value::as_array_mut) {
        items.sort_by_key(Value::to_string);
    }
    answer
}

/// What can't be equal is taken out, and what has no order is sorted.
fn normal(operation: &str, mut answer: Value) -> Value {
    for name in ["TableDescription", "Table"] {
        if let Some(table) = answer.get_mut(name).and_then(Value::as_object_mut) {
            for member in ["TableId", "TableArn", "CreationDateTime", "WarmThroughput"] {
                table.remove(member);
            }
            for indexes in ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"] {
                let indexes = table.get_mut(indexes).and_then(Value::as_array_mut);
                for index in indexes
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_object_mut)
                {
                    index.remove("IndexArn");
                    index.remove("WarmThroughput");
                }
            }
            if let Some(summary) = table
                .get_mut("BillingModeSummary")
                .and_then(Value::as_object_mut)
            {
                summary.remove("LastUpdateToPayPerRequestDateTime");
            }
        }
    }
    // Tags are changed without an answer (observed): no body at all, where the oracle sends an empty object.
    if matches!(operation, "TagResource" | "UntagResource") && answer.is_null() {
        answer = serde_json::json!({});
    }
    if let Some(names) = answer.get_mut("TableNames").and_then(Value::as_array_mut) {
        names.sort_by_key(Value::to_string);
    }
    if let Some(tags) = answer.get_mut("Tags").and_then(Value::as_array_mut) {
        tags.sort_by_key(Value::to_string);
    }
    // Of several tables in one transaction, in no order that is written down anywhere.
    if let Some(tables) = answer
        .get_mut("ConsumedCapacity")
        .and_then(Value::as_array_mut)
    {
        tables.sort_by_key(|table| table["TableName"].to_string());
    }
    sorted(answer, operation == "Scan")
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
