//! The table, and the pets in it, through the target and its guard.

use std::time::Duration;

use serde_json::{Value, json};

use super::{End, WAITS, Work};
use crate::account::ledger::{Entry, Kind, State};
use crate::deployment::part::Part;
use crate::deployment::progress::{Progress, Stage};
use crate::printable;
use crate::target::exchange::{Exchange, Outcome};

impl Work<'_> {
    /// The table, ready, with the pets where nobody has had it before.
    pub(super) async fn table(&mut self) -> Result<(), End> {
        let entries = self.left().await?;
        // Somebody who uses it may have deleted a pet.
        let stands = entries
            .iter()
            .any(|entry| entry.kind == Kind::Api && matches!(entry.state, State::Made(_)));
        self.begin(Part::Table)?;
        let (is_new, id) = self.ready_table().await?;
        self.end(if is_new { Stage::Made } else { Stage::Kept });
        self.begin(Part::Pets)?;
        let known = entries
            .iter()
            .any(|entry| entry.kind == Kind::Table && entry.is(id.as_deref()));
        if stands && known && !is_new {
            self.end(Stage::Kept);
            return Ok(());
        }
        let mut put = false;
        for (key, body) in self.plan.keys().iter().zip(self.plan.puts()) {
            // A look costs far less than a put that is refused.
            if !is_new && self.is_there(key).await? {
                continue;
            }
            let exchange = self.send("PutItem", &body).await?;
            match exchange.error_code() {
                None if exchange.succeeded() => put = true,
                Some("ConditionalCheckFailedException") => {}
                _ => return Err(self.stopped_at_table(&exchange)),
            }
        }
        self.end(if put { Stage::Made } else { Stage::Kept });
        Ok(())
    }

    /// Whether there is an item of this key. What can't be read is put, which tells why.
    async fn is_there(&self, key: &Value) -> Result<bool, End> {
        let exchange = self.send("GetItem", key).await?;
        let answer = exchange.response_json().unwrap_or_default();
        Ok(exchange.succeeded() && answer.get("Item").is_some())
    }

    /// Whether it was made now, and its id.
    async fn ready_table(&self) -> Result<(bool, Option<String>), End> {
        let name = self.plan.name.table();
        let question = json!({ "TableName": name });
        let mut is_new = false;
        let mut so_far = Duration::ZERO;
        for wait in WAITS {
            let found = self.send("DescribeTable", &question).await?;
            let status = match found.error_code() {
                Some("ResourceNotFoundException" | "ResourceNotFound") if !is_new => {
                    let made = self.send("CreateTable", &self.plan.create_table()).await?;
                    if !made.succeeded() && !made.already_done {
                        return Err(self.stopped_at_table(&made));
                    }
                    is_new = true;
                    let answer = made.response_json().unwrap_or_default();
                    if let Some(table) = ready(answer.get("TableDescription")) {
                        return Ok((true, table));
                    }
                    "CREATING".to_owned()
                }
                // What was just made is not to be seen everywhere at once.
                Some("ResourceNotFoundException" | "ResourceNotFound") => "CREATING".to_owned(),
                _ if !found.succeeded() => return Err(self.stopped_at_table(&found)),
                _ => {
                    let answer = found.response_json().unwrap_or_default();
                    let table = answer.get("Table");
                    if let Some(id) = ready(table) {
                        return Ok((is_new, id));
                    }
                    let status = table.and_then(|table| table.get("TableStatus")?.as_str());
                    status.unwrap_or("unknown").to_owned()
                }
            };
            self.not_ready(&name, &status, &mut so_far, wait).await?;
        }
        Err(End::Stopped(format!(
            "{name} was not ready after three minutes. Deploy again: it goes on with what is there."
        )))
    }

    async fn send(&self, operation: &str, body: &Value) -> Result<Exchange, End> {
        if (self.watch.left)() {
            return Err(End::Left);
        }
        let body = body.to_string();
        let target = &self.entered.target;
        let exchange = target
            .send_watched(operation, body.as_bytes(), self.watch)
            .await;
        (self.tell)(Progress::Exchange(Box::new(exchange.clone())));
        Ok(exchange)
    }

    /// What the ledger has of this place.
    pub(super) async fn left(&self) -> Result<Vec<Entry>, End> {
        let session = std::sync::Arc::clone(&self.entered.session);
        let read = move || session.ledger().left_in(session.place());
        let entries = tokio::task::spawn_blocking(read).await;
        let entries = entries.map_err(|error| error.to_string())?;
        let mut entries = entries.map_err(|error| error.to_string())?;
        let name = &self.plan.name;
        entries.retain(|entry| {
            crate::deployment::Name::of_part(entry.kind, &entry.name).as_ref() == Some(name)
        });
        Ok(entries)
    }
}

/// The id of a table that can be used; some servers have none.
#[expect(
    clippy::option_option,
    reason = "a table that is not ready, one without an id, and one with an id"
)]
fn ready(table: Option<&Value>) -> Option<Option<String>> {
    let table = table?;
    let is_active = table
        .get("TableStatus")
        .is_some_and(|status| status == "ACTIVE");
    let id = table.get("TableId").and_then(Value::as_str);
    is_active.then(|| id.map(str::to_owned))
}

/// Why a request to the table is none of what was asked for, in complete sentences, printable.
pub(super) fn trouble(exchange: &Exchange) -> String {
    let operation = &exchange.operation;
    let said = match &exchange.outcome {
        Outcome::Success => format!("DynamoDB answered {operation} with something else"),
        Outcome::ServiceError { code, message } => {
            format!("DynamoDB answered {operation} with {code}: {message}")
        }
        Outcome::Unanswered { why } => format!("{operation}: {why}"),
        Outcome::NotSent { why } => format!("{operation} was not sent: {why}"),
    };
    let mut said = printable::line(said.trim_end_matches(['.', ' ', ':'])).into_owned();
    said.push('.');
    if let Some(remark) = &exchange.remark {
        said.push(' ');
        said.push_str(&printable::line(remark));
    }
    said
}
