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

/// How often and how long a table's status is asked for: 30 seconds in all.
const POLLS: u32 = 150;
const BETWEEN_POLLS: Duration = Duration::from_millis(200);

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

/// Waits until a table that was created is ACTIVE, or one that was deleted is gone.
async fn settle(target: &Target, exchange: &Exchange) {
    let wanted = match exchange.operation.as_str() {
        "CreateTable" => Some("ACTIVE"),
        "DeleteTable" => None,
        _ => return,
    };
    let Some(description) = exchange.response_json() else {
        return;
    };
    let status = description.pointer("/TableDescription/TableStatus");
    if wanted.is_some() && status.and_then(Value::as_str) == wanted {
        return;
    }
    let Some(name) = description
        .pointer("/TableDescription/TableName")
        .and_then(Value::as_str)
    else {
        return;
    };
    let question = body(&json!({ "TableName": name }));
    for _ in 0..POLLS {
        let answer = target.send("DescribeTable", &question).await;
        let settled = match (&answer.outcome, wanted) {
            (Outcome::Success, Some(wanted)) => answer
                .response_json()
                .is_some_and(|body| body.pointer("/Table/TableStatus") == Some(&json!(wanted))),
            // Still there, or not there yet.
            (Outcome::Success, None) | (Outcome::ServiceError { .. }, Some(_)) => false,
            // Gone, or no server any more: the next request will say so.
            (_, None) | (Outcome::Unanswered { .. } | Outcome::NotSent { .. }, Some(_)) => true,
        };
        if settled {
            return;
        }
        tokio::time::sleep(BETWEEN_POLLS).await;
    }
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
