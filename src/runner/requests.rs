//! Sends single requests, and waits where DynamoDB makes one wait.
//!
//! `CreateTable` and `DeleteTable` answer before the work is done; whoever sends the next request at once is refused. Whoever
//! waits is told for how long already, and may leave: the service goes on with its work.
//! Invariant: waiting is bounded.

use std::time::Duration;

use serde_json::{Value, json};

use super::RunError;
use crate::lesson::model::{Request, Seed};
use crate::target::Target;
use crate::target::exchange::{Exchange, Happening, Outcome, TargetName};
use crate::target::guard::Watch;

/// How often a table's status is asked for, with waits that double from the first to the longest.
#[derive(Debug, Clone, Copy)]
struct Patience {
    polls: u32,
    first: Duration,
    longest: Duration,
}

/// Half a minute in all: servers on this machine are quick.
const HERE: Patience = Patience {
    polls: 64,
    first: Duration::from_millis(10),
    longest: Duration::from_millis(500),
};

/// Ten minutes in all: a table takes seconds, an index of a table that has items a few minutes.
const ON_AN_ACCOUNT: Patience = Patience {
    polls: 304,
    first: Duration::from_millis(250),
    longest: Duration::from_secs(2),
};

/// The body as it goes over the wire.
#[must_use]
pub fn body(request: &Value) -> Vec<u8> {
    serde_json::to_vec(request).expect("JSON with text keys can be written")
}

/// Sends a request as a lesson has it and waits until its tables can be used.
pub async fn send(target: &Target, request: &Request, watch: Watch<'_>) -> Exchange {
    send_watched(target, &request.operation, &body(&request.body), watch).await
}

/// Sends a body as it is, valid or not, and waits until its tables can be used.
pub async fn send_bytes(target: &Target, operation: &str, body: &[u8]) -> Exchange {
    send_watched(target, operation, body, Watch::nobody()).await
}

/// The same, with somebody who watches.
pub async fn send_watched(
    target: &Target,
    operation: &str,
    body: &[u8],
    watch: Watch<'_>,
) -> Exchange {
    let mut exchange = target.send_watched(operation, body, watch).await;
    if (exchange.succeeded() || exchange.already_done)
        && let Some(remark) = settle(target, &exchange, watch).await
    {
        exchange.remark(&remark);
    }
    exchange
}

/// Waits until a table that was created or changed is ACTIVE with all its indexes, or one that was deleted is gone. Returns what
/// is to be said when it ended before that.
async fn settle(target: &Target, exchange: &Exchange, watch: Watch<'_>) -> Option<String> {
    let wanted = match exchange.operation.as_str() {
        "CreateTable" | "UpdateTable" => Some("ACTIVE"),
        "DeleteTable" => None,
        _ => return None,
    };
    let answer = exchange.response_json().unwrap_or_default();
    let description = answer.get("TableDescription");
    if wanted.is_some_and(|wanted| has_status(description, wanted)) {
        return None;
    }
    let asked: Value = serde_json::from_slice(&exchange.request.body).unwrap_or_default();
    let name = description
        .and_then(|table| table.get("TableName"))
        .or_else(|| asked.get("TableName"))
        .and_then(Value::as_str)?;
    let patience = match target.name() {
        TargetName::Account(_) => ON_AN_ACCOUNT,
        TargetName::Simulated | TargetName::Endpoint(_) => HERE,
    };
    let question = body(&json!({ "TableName": name }));
    let mut so_far = Duration::ZERO;
    let mut wait = patience.first;
    let mut status = status_of(description);
    for _ in 0..patience.polls {
        let answer = target.send_watched("DescribeTable", &question, watch).await;
        match (&answer.outcome, wanted) {
            (Outcome::Success, Some(wanted)) => {
                let body = answer.response_json().unwrap_or_default();
                if has_status(body.get("Table"), wanted) {
                    return None;
                }
                status = status_of(body.get("Table"));
            }
            // Still there.
            (Outcome::Success, None) => {
                let body = answer.response_json().unwrap_or_default();
                status = status_of(body.get("Table"));
            }
            // Gone.
            (Outcome::ServiceError { code, .. }, None) if is_missing(code) => return None,
            // Not there yet: what was just made may be seen a little later.
            (Outcome::ServiceError { code, .. }, Some(_)) if is_missing(code) => {}
            // Refused or no server any more: the next request will say so.
            (
                Outcome::ServiceError { .. } | Outcome::Unanswered { .. } | Outcome::NotSent { .. },
                _,
            ) => {
                return Some(format!(
                    "Whether {name} is ready could not be found out: {}",
                    ended(&answer)
                ));
            }
        }
        (watch.tell)(Happening::Waiting {
            table: name.to_owned(),
            status: status.clone(),
            for_: so_far,
        });
        if !target.wait(wait, watch).await {
            return Some(format!(
                "You left while {name} was {status}. That goes on by itself; a step that comes too soon is told so, and can be run again."
            ));
        }
        so_far += wait;
        wait = (wait * 2).min(patience.longest);
    }
    Some(format!(
        "{name} has been {status} for {} seconds. That goes on by itself; run a step again that comes too soon.",
        so_far.as_secs()
    ))
}

fn is_missing(code: &str) -> bool {
    matches!(code, "ResourceNotFoundException" | "ResourceNotFound")
}

fn ended(answer: &Exchange) -> String {
    let words = match &answer.outcome {
        Outcome::Success => String::new(),
        Outcome::ServiceError { code, message } => format!("{code}: {message}"),
        Outcome::Unanswered { why } | Outcome::NotSent { why } => why.clone(),
    };
    match &answer.remark {
        Some(remark) => format!("{words}. {remark}"),
        None => words,
    }
}

/// What a table is doing: its own status, or where that is ACTIVE that of an index.
fn status_of(table: Option<&Value>) -> String {
    let status = table
        .and_then(|table| table.get("TableStatus"))
        .and_then(Value::as_str)
        .unwrap_or("CREATING");
    if status != "ACTIVE" {
        return status.to_owned();
    }
    let indexes = table
        .and_then(|table| table.get("GlobalSecondaryIndexes"))
        .and_then(Value::as_array);
    let mut of_indexes = indexes
        .into_iter()
        .flatten()
        .filter_map(|index| index.get("IndexStatus")?.as_str());
    of_indexes
        .find(|status| *status != "ACTIVE")
        .unwrap_or(status)
        .to_owned()
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

/// Puts the items a page needs. Putting them again changes nothing. Whoever leaves has the rest not put.
pub async fn put_seeds(target: &Target, seeds: &[Seed], watch: Watch<'_>) -> Result<(), RunError> {
    for seed in seeds {
        for item in &seed.items {
            goes_on(watch)?;
            let request = json!({ "TableName": seed.table, "Item": item });
            let exchange = target.send_watched("PutItem", &body(&request), watch).await;
            let remark = exchange.remark;
            let why = match exchange.outcome {
                Outcome::Success => continue,
                Outcome::ServiceError { code, .. } if code == "ResourceNotFoundException" => {
                    "the table is not there. A step before this page makes it; on simulated tables R starts the section over and builds all it needs"
                        .to_owned()
                }
                Outcome::ServiceError { code, message } => format!("{code}: {message}"),
                Outcome::Unanswered { why } | Outcome::NotSent { why } => why,
            };
            return Err(RunError::Seed {
                table: seed.table.clone(),
                why: match remark {
                    Some(remark) => format!("{}. {remark}", why.trim_end_matches('.')),
                    None => why,
                },
            });
        }
    }
    Ok(())
}

/// Between two requests of one effect: what was not yet sent when somebody left is not sent any more.
///
/// # Errors
/// [`RunError::Stopped`] where nobody waits any more.
pub(super) fn goes_on(watch: Watch<'_>) -> Result<(), RunError> {
    if (watch.left)() {
        return Err(RunError::Stopped);
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

    #[tokio::test]
    async fn whoever_leaves_has_nothing_more_sent() {
        let simulator = Arc::new(Simulator::new(Settings::default()));
        let now = Timestamp::from_millis(1_800_000_000_000);
        let target = Target::simulated(Arc::clone(&simulator), Arc::new(move || now));
        let create = json!({"TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]});
        let made = send_bytes(&target, "CreateTable", &body(&create)).await;
        assert!(made.succeeded());
        let items = (0..9).map(|id| json!({"id": {"S": id.to_string()}}));
        let seed = Seed {
            table: "pets".to_owned(),
            items: items.collect(),
            place: crate::lesson::model::Place::default(),
        };
        let looked = AtomicU64::new(0);
        let watch = Watch {
            tell: &|_| {},
            left: &|| looked.fetch_add(1, Ordering::SeqCst) >= 3,
        };
        let stopped = put_seeds(&target, &[seed], watch).await;
        assert!(matches!(stopped, Err(RunError::Stopped)), "{stopped:?}");
        let there = simulator.describe("pets", now).map(|table| table.items);
        assert_eq!(there, Some(3));
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

    /// A table that takes five seconds, with a server that takes one for each answer.
    fn slow() -> Target {
        let settings = Settings {
            table_delay: Duration::from_secs(5),
            ..Settings::default()
        };
        let seconds = AtomicU64::new(1_800_000_000);
        let clock = move || Timestamp::from_millis(seconds.fetch_add(1, Ordering::SeqCst) * 1000);
        Target::simulated(Arc::new(Simulator::new(settings)), Arc::new(clock))
            .with_waits(Arc::new(|_| Box::pin(std::future::ready(()))))
    }

    #[tokio::test]
    async fn whoever_waits_for_a_table_is_told_and_can_leave() {
        let create = body(
            &json!({"TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}),
        );
        let told = std::sync::Mutex::new(Vec::new());
        let watch = Watch {
            tell: &|happening| told.lock().unwrap().push(happening),
            left: &|| false,
        };
        let made = send_watched(&slow(), "CreateTable", &create, watch).await;
        assert!(made.succeeded());
        assert_eq!(made.remark, None);
        let told = told.into_inner().unwrap();
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(
            told.iter()
                .all(|one| matches!(one, Happening::Waiting { table, status, .. }
            if table == "pets" && status == "CREATING"))
        );
        assert!(matches!(&told[3], Happening::Waiting { for_, .. } if *for_ > Duration::ZERO));

        let target = slow();
        let watch = Watch {
            tell: &|_| {},
            left: &|| true,
        };
        let left = send_watched(&target, "CreateTable", &create, watch).await;
        assert!(left.succeeded(), "the table is being made all the same");
        assert!(
            left.remark
                .unwrap()
                .contains("You left while pets was CREATING")
        );
        // A step that comes too soon is told so by the service, and can be run again.
        let put = body(&json!({"TableName": "pets", "Item": {"id": {"S": "1"}}}));
        let early = target.send("PutItem", &put).await;
        assert_eq!(early.error_code(), Some("ResourceNotFoundException"));
        for _ in 0..5 {
            table_names(&target).await.unwrap();
        }
        assert!(target.send("PutItem", &put).await.succeeded());
    }
}
