//! Deletes one table, through the guard, and sees that it is gone.
//!
//! ```text
//!   CREATING, UPDATING ─ waits ─→ ACTIVE ─ DeleteTable ─→ DELETING ─ waits ─→ ResourceNotFoundException: gone
//! ```
//!
//! Invariant: only what the service says it does not know counts as gone; waiting is bounded.

use std::time::Duration;

use serde_json::{Value, json};

use super::NotDeleted;
use crate::target::Target;
use crate::target::exchange::{Exchange, Happening, Outcome};
use crate::target::guard::Watch;

/// How often a table is looked at, with waits that double from the first to the longest: some five minutes in all. Most are gone in
/// half a minute.
const POLLS: u32 = 160;
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Deletes a table of ours and waits until it is gone.
pub async fn delete(target: &Target, table: &str, watch: Watch<'_>) -> Result<(), NotDeleted> {
    if until(target, table, watch, |status| !is_busy(status)).await? == Seen::Gone {
        return Ok(());
    }
    let request = body(table);
    let exchange = target.send_watched("DeleteTable", &request, watch).await;
    match exchange.error_code() {
        // It went away between the look and the request, or an earlier try had deleted it.
        Some("ResourceNotFoundException") => return Ok(()),
        // Somebody else is deleting it.
        Some("ResourceInUseException") => {}
        Some("ValidationException") if says_protected(&exchange) => {
            let table = table.to_owned();
            return Err(NotDeleted::Protected { table });
        }
        _ => refused(&exchange)?,
    }
    until(target, table, watch, |_| false).await.map(|_| ())
}

#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Gone,
    There,
}

/// Looks until the table's status is one that was waited for, or there is no table.
async fn until(
    target: &Target,
    table: &str,
    watch: Watch<'_>,
    enough: impl Fn(&str) -> bool,
) -> Result<Seen, NotDeleted> {
    let request = body(table);
    let mut wait = FIRST_WAIT;
    let mut waited = Duration::ZERO;
    let mut status = String::new();
    for _ in 0..POLLS {
        let exchange = target.send_watched("DescribeTable", &request, watch).await;
        if exchange.error_code() == Some("ResourceNotFoundException") {
            return Ok(Seen::Gone);
        }
        refused(&exchange)?;
        status = exchange
            .response_json()
            .and_then(|body| Some(body.pointer("/Table/TableStatus")?.as_str()?.to_owned()))
            .unwrap_or_default();
        if enough(&status) {
            return Ok(Seen::There);
        }
        (watch.tell)(Happening::Waiting {
            table: table.to_owned(),
            status: status.clone(),
            for_: waited,
        });
        if !target.wait(wait, watch).await {
            return Err(NotDeleted::Left { status });
        }
        waited += wait;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    Err(NotDeleted::Slow { status, waited })
}

/// Whether a table can't be deleted just now (`DeleteTable`: only one that is ACTIVE).
fn is_busy(status: &str) -> bool {
    matches!(status, "CREATING" | "UPDATING")
}

fn says_protected(exchange: &Exchange) -> bool {
    matches!(&exchange.outcome, Outcome::ServiceError { message, .. } if message.to_lowercase().contains("protect"))
}

fn refused(exchange: &Exchange) -> Result<(), NotDeleted> {
    let why = match &exchange.outcome {
        Outcome::Success => return Ok(()),
        Outcome::ServiceError { code, message } => format!("{code}: {message}"),
        Outcome::Unanswered { why } | Outcome::NotSent { why } => why.clone(),
    };
    let remark = exchange.remark.as_deref().unwrap_or_default();
    Err(NotDeleted::Refused(
        format!("{why} {remark}").trim_end().to_owned(),
    ))
}

fn body(table: &str) -> Vec<u8> {
    let body: Value = json!({ "TableName": table });
    body.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::simulator::{Settings, Simulator, Timestamp};

    /// Each call takes a second of the simulated table's time, and tables want five for everything.
    fn slow_account() -> Target {
        let settings = Settings {
            table_delay: Duration::from_secs(5),
            ..Settings::default()
        };
        let simulator = Arc::new(Simulator::new(settings));
        let seconds = AtomicU64::new(1_800_000_000);
        let clock = move || Timestamp::from_millis(seconds.fetch_add(1, Ordering::SeqCst) * 1000);
        Target::simulated(simulator, Arc::new(clock))
            .with_waits(Arc::new(|_| Box::pin(std::future::ready(()))))
    }

    async fn make(target: &Target, protected: bool) {
        let request = json!({"TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
            "DeletionProtectionEnabled": protected,
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]});
        let request = request.to_string();
        let made = target.send("CreateTable", request.as_bytes()).await;
        assert!(made.succeeded());
    }

    #[tokio::test]
    async fn a_table_that_is_still_being_made_is_deleted_and_seen_to_be_gone() {
        let target = slow_account();
        make(&target, false).await;
        let told = Mutex::new(Vec::new());
        let watch = Watch {
            tell: &|happening| {
                if let Happening::Waiting { status, .. } = happening {
                    told.lock().unwrap().push(status);
                }
            },
            left: &|| false,
        };
        assert_eq!(delete(&target, "pets", watch).await, Ok(()));
        let mut told = told.into_inner().unwrap();
        told.dedup();
        assert_eq!(told, ["CREATING", "DELETING"]);
        // Again: it is gone already.
        assert_eq!(delete(&target, "pets", Watch::nobody()).await, Ok(()));
    }

    #[tokio::test]
    async fn protection_is_respected_and_leaving_leaves() {
        let target = slow_account();
        make(&target, true).await;
        let left = Watch {
            tell: &|_| {},
            left: &|| true,
        };
        assert_eq!(
            delete(&target, "pets", left).await,
            Err(NotDeleted::Left {
                status: "CREATING".to_owned()
            })
        );
        assert_eq!(
            delete(&target, "pets", Watch::nobody()).await,
            Err(NotDeleted::Protected {
                table: "pets".to_owned()
            })
        );
    }
}
