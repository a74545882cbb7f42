//! Sends single requests, and waits where DynamoDB makes one wait.
//!
//! `CreateTable` and `DeleteTable` answer before the work is done; whoever sends the next request at once is refused.
//! Invariant: waiting is bounded.

use std::time::Duration;

use serde_json::{Value, json};

use super::RunError;
use crate::lesson::model::{Request, Seed};
use crate::target::Target;
use crate::target::exchange::{Exchange, Outcome};

/// How often a table's status is asked for, with waits that double from the first to the longest: half a minute in all.
const POLLS: u32 = 64;
const FIRST_WAIT: Duration = Duration::from_millis(10);
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// The body as it goes over the wire.
#[must_use]
pub fn body(request: &Value) -> Vec<u8> {
    serde_json::to_vec(request).expect("JSON with text keys can be written")
}

/// Sends a request as a lesson has it and waits until its tables can be used.
pub async fn send(target: &Target, request: &Request) -> Exchange {
    send_bytes(target, &request.operation, &body(&request.body)).await
}

/// Sends a body as it is, valid or not, and waits until its tables can be used.
pub async fn send_bytes(target: &Target, operation: &str, body: &[u8]) -> Exchange {
    let exchange = target.send(operation, body).await;
    if exchange.succeeded() {
        settle(target, &exchange).await;
    }
    exchange
}

/// Waits until a table that was created or changed is ACTIVE with all its indexes, or one that was deleted is gone.
async fn settle(target: &Target, exchange: &Exchange) {
    let wanted = match exchange.operation.as_str() {
        "CreateTable" | "UpdateTable" => Some("ACTIVE"),
        "DeleteTable" => None,
        _ => return,
    };
    let Some(description) = exchange.response_json() else {
        return;
    };
    if wanted.is_some_and(|wanted| has_status(description.get("TableDescription"), wanted)) {
        return;
    }
    let Some(name) = description
        .pointer("/TableDescription/TableName")
        .and_then(Value::as_str)
    else {
        return;
    };
    let question = body(&json!({ "TableName": name }));
    let mut wait = FIRST_WAIT;
    for _ in 0..POLLS {
        let answer = target.send("DescribeTable", &question).await;
        let settled = match (&answer.outcome, wanted) {
            (Outcome::Success, Some(wanted)) => answer
                .response_json()
                .is_some_and(|body| has_status(body.get("Table"), wanted)),
            // Still there, or not there yet.
            (Outcome::Success, None) | (Outcome::ServiceError { .. }, Some(_)) => false,
            // Gone, or no server any more: the next request will say so.
            (_, None) | (Outcome::Unanswered { .. } | Outcome::NotSent { .. }, Some(_)) => true,
        };
        if settled {
            return;
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Whether a table and each of its global indexes has a status.
fn has_status(table: Option<&Value>, wanted: &str) -> bool {
    let Some(table) = table else { return false };
    let indexes = table
        .get("GlobalSecondaryIndexes")
        .and_then(Value::as_array);
    let of_indexes = indexes
        .into_iter()
        .flatten()
        .filter_map(|index| index.get("IndexStatus"));
    table
        .get("TableStatus")
        .is_some_and(|status| status == wanted)
        && of_indexes.into_iter().all(|status| status == wanted)
}

/// Puts the items a page needs. Putting them again changes nothing.
pub async fn put_seeds(target: &Target, seeds: &[Seed]) -> Result<(), RunError> {
    for seed in seeds {
        for item in &seed.items {
            let request = json!({ "TableName": seed.table, "Item": item });
            let exchange = target.send("PutItem", &body(&request)).await;
            let why = match exchange.outcome {
                Outcome::Success => continue,
                Outcome::ServiceError { code, .. } if code == "ResourceNotFoundException" => {
                    "the table is not there. Run the steps before this one, or open the section anew"
                        .to_owned()
                }
                Outcome::ServiceError { code, message } => format!("{code}: {message}"),
                Outcome::Unanswered { why } | Outcome::NotSent { why } => why,
            };
            return Err(RunError::Seed {
                table: seed.table.clone(),
                why,
            });
        }
    }
    Ok(())
}

/// The names of all tables, asked for page by page.
pub async fn table_names(target: &Target) -> Result<Vec<String>, RunError> {
    /// More pages than any server on this machine has; a server that repeats itself ends here.
    const PAGES: usize = 1_000;
    let mut names: Vec<String> = Vec::new();
    let mut start: Option<String> = None;
    for _ in 0..PAGES {
        let request = match &start {
            Some(start) => json!({ "ExclusiveStartTableName": start }),
            None => json!({}),
        };
        let answer = target.send("ListTables", &body(&request)).await;
        match &answer.outcome {
            Outcome::Success => {}
            Outcome::ServiceError { code, message } => {
                return Err(RunError::Unanswered(format!("{code}: {message}")));
            }
            Outcome::Unanswered { why } | Outcome::NotSent { why } => {
                return Err(RunError::Unanswered(why.clone()));
            }
        }
        let page = answer.response_json().unwrap_or_default();
        let listed = page.get("TableNames").and_then(Value::as_array);
        names.extend(
            listed
                .into_iter()
                .flatten()
                .filter_map(|name| Some(name.as_str()?.to_owned())),
        );
        start = page
            .get("LastEvaluatedTableName")
            .and_then(|name| Some(name.as_str()?.to_owned()));
        if start.is_none() {
            break;
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::lesson::model::OPERATIONS;
    use crate::simulator::{Settings, Simulator, Timestamp};

    #[tokio::test]
    async fn every_operation_of_a_lesson_reaches_the_service() {
        let simulator = Arc::new(Simulator::new(Settings::default()));
        let now = Timestamp::from_millis(1_800_000_000_000);
        let target = Target::simulated(simulator, Arc::new(move || now));
        for operation in OPERATIONS {
            let exchange = target.send(operation, b"{}").await;
            let wanted = format!("DynamoDB_20120810.{operation}");
            let mut sent = exchange.request.headers.iter();
            assert!(
                sent.any(|(name, value)| name == "x-amz-target" && *value == wanted),
                "{operation}: {:?}",
                exchange.request
            );
            assert!(exchange.response.is_some(), "{:?}", exchange.outcome);
        }
    }

    /// With a delay as on AWS, the next request would be refused if nobody waited: each call takes three
    /// seconds of the simulated table's time, and it wants five.
    #[tokio::test]
    async fn a_table_is_waited_for_until_it_can_be_used_and_until_it_is_gone() {
        let settings = Settings {
            table_delay: Duration::from_secs(5),
            ..Settings::default()
        };
        let simulator = Arc::new(Simulator::new(settings));
        let seconds = AtomicU64::new(1_800_000_000);
        let clock = move || Timestamp::from_millis(seconds.fetch_add(3, Ordering::SeqCst) * 1000);
        let target = Target::simulated(simulator, Arc::new(clock));
        let create = json!({"TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]});
        assert!(
            send_bytes(&target, "CreateTable", &body(&create))
                .await
                .succeeded()
        );
        let put = json!({"TableName": "pets", "Item": {"id": {"S": "1"}}});
        assert!(
            send_bytes(&target, "PutItem", &body(&put))
                .await
                .succeeded()
        );
        let delete = json!({"TableName": "pets"});
        assert!(
            send_bytes(&target, "DeleteTable", &body(&delete))
                .await
                .succeeded()
        );
        assert!(
            send_bytes(&target, "CreateTable", &body(&create))
                .await
                .succeeded()
        );
    }
}
