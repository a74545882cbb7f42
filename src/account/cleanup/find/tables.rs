//! Looks through a region's tables.
//!
//! ```text
//!   ListTables, page by page ─┬→ each name ─→ ListTagsOfResource ─→ our tags, or a name of the ledger?
//!   names of the ledger ──────┘                                         └─ yes ─→ DescribeTable
//! ```
//!
//! Invariant: only questions are sent, and a table that could not be looked at is counted, never passed over in silence.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Detail, FindError, Found, Report, Thing};
use crate::account::ledger::Kind;
use crate::account::region::{self, Partition};
use crate::account::tag::{self, Origin};
use crate::target::Target;
use crate::target::exchange::{Exchange, Outcome, Place};
use crate::target::guard::Watch;

/// More pages than an account may have tables (10,000 a region by its quota, 100 on a page).
const PAGES: usize = 1_000;
/// Pages of the tags of one table, which can have 50.
const TAG_PAGES: usize = 50;

/// How often a table that is being made or deleted is looked at again, with waits that double: some two minutes in all for one that
/// may be the ledger's, and a few seconds for any other. A restored table may be CREATING for hours.
const POLLS: u32 = 70;
const POLLS_OF_OTHERS: u32 = 6;
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Looks through the tables of a region. `names` are those that the ledger knows there.
pub(super) async fn find(
    target: &Target,
    place: &Place,
    names: &BTreeSet<String>,
    report: Report<'_>,
) -> Result<Found, FindError> {
    let mut listed = table_names(target).await?;
    // The list may be behind: a table that was made a moment ago can be missing from it.
    let unlisted = names.iter().filter(|name| !listed.contains(name));
    listed.extend(unlisted.cloned().collect::<Vec<_>>());
    let mut found = Found::default();
    let mut looked_at = listed.len();
    for (done, name) in listed.iter().enumerate() {
        report(Kind::Table, done, listed.len());
        let read = tags(target, place, name).await?;
        let table = match &read {
            Tags::Read(tags) => {
                let origin = tag::origin(tags);
                if origin.run.is_none() && !names.contains(name) {
                    continue;
                }
                describe(target, name, origin).await?
            }
            // The tags of a table that is being made or deleted can't be read; nor those of one that is not there.
            Tags::Unknown => {
                let polls = if names.contains(name) {
                    POLLS
                } else {
                    POLLS_OF_OTHERS
                };
                match settled(target, place, name, polls).await? {
                    Settled::There(table) => Some(table),
                    Settled::Gone => None,
                    Settled::Busy if names.contains(name) => {
                        return Err(FindError::Unanswered(format!(
                            "the tags of {name} could not be read for minutes: it is being made or deleted. Run the same command again later"
                        )));
                    }
                    Settled::Busy => {
                        found.busy.push(name.clone());
                        continue;
                    }
                }
            }
            Tags::Denied => match describe(target, name, Origin::default()).await {
                // Somebody else's, as far as these credentials go: they may not even look at it.
                Err(FindError::Denied(_)) if !names.contains(name) => {
                    found.unreadable.insert((Kind::Table, name.clone()));
                    continue;
                }
                described => described?,
            },
        };
        let Some(table) = table else {
            looked_at -= 1;
            continue;
        };
        if matches!(read, Tags::Denied) {
            found.unreadable.insert((Kind::Table, name.clone()));
        }
        if table.origin.run.is_some() || names.contains(name) {
            found.things.push(table);
        }
    }
    report(Kind::Table, listed.len(), listed.len());
    found.things.sort_by(|a, b| a.name.cmp(&b.name));
    found.counted.insert(Kind::Table, looked_at);
    Ok(found)
}

async fn table_names(target: &Target) -> Result<Vec<String>, FindError> {
    let mut names: Vec<String> = Vec::new();
    let mut start: Option<String> = None;
    for _ in 0..PAGES {
        let request = match &start {
            Some(start) => json!({ "ExclusiveStartTableName": start }),
            None => json!({}),
        };
        let page = answered(&ask(target, "ListTables", &request).await)?;
        let listed = page.get("TableNames").and_then(Value::as_array);
        names.extend(listed.into_iter().flatten().filter_map(text));
        start = page.get("LastEvaluatedTableName").and_then(text);
        if start.is_none() {
            return Ok(names);
        }
    }
    Err(FindError::Unanswered(format!(
        "the list of tables did not end after {PAGES} pages"
    )))
}

enum Tags {
    Read(Vec<Value>),
    /// The service does not know the table, or not yet, or no longer.
    Unknown,
    Denied,
}

enum Settled {
    There(Thing),
    Gone,
    /// It is still being made or deleted.
    Busy,
}

/// A table once it is no longer being made or deleted, with its tags.
async fn settled(
    target: &Target,
    place: &Place,
    name: &str,
    polls: u32,
) -> Result<Settled, FindError> {
    let mut wait = FIRST_WAIT;
    for _ in 0..polls {
        let Some(table) = describe(target, name, Origin::default()).await? else {
            return Ok(Settled::Gone);
        };
        if let Tags::Read(tags) = tags(target, place, name).await? {
            let origin = tag::origin(&tags);
            return Ok(Settled::There(Thing { origin, ..table }));
        }
        target.wait(wait, Watch::nobody()).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    Ok(Settled::Busy)
}

async fn tags(target: &Target, place: &Place, name: &str) -> Result<Tags, FindError> {
    let arn = arn(place, name);
    let mut tags = Vec::new();
    let mut next: Option<String> = None;
    for _ in 0..TAG_PAGES {
        let mut request = json!({ "ResourceArn": arn });
        if let Some(next) = &next {
            request["NextToken"] = json!(next);
        }
        let exchange = ask(target, "ListTagsOfResource", &request).await;
        match exchange.error_code() {
            Some("ResourceNotFoundException") => return Ok(Tags::Unknown),
            Some("AccessDeniedException") => return Ok(Tags::Denied),
            _ => {}
        }
        let page = answered(&exchange)?;
        let listed = page.get("Tags").and_then(Value::as_array);
        tags.extend(listed.into_iter().flatten().cloned());
        next = page.get("NextToken").and_then(text);
        if next.is_none() {
            return Ok(Tags::Read(tags));
        }
    }
    Err(FindError::Unanswered(format!(
        "the list of tags of {name} did not end after {TAG_PAGES} pages"
    )))
}

async fn describe(target: &Target, name: &str, origin: Origin) -> Result<Option<Thing>, FindError> {
    let exchange = ask(target, "DescribeTable", &json!({ "TableName": name })).await;
    if exchange.error_code() == Some("ResourceNotFoundException") {
        return Ok(None);
    }
    let body = answered(&exchange)?;
    let table = body.get("Table");
    let member = |name: &str| table.and_then(|table| table.get(name));
    let count = |name: &str| member(name).and_then(Value::as_u64).unwrap_or(0);
    Ok(Some(Thing {
        kind: Kind::Table,
        name: name.to_owned(),
        id: member("TableId").and_then(text),
        origin,
        detail: Detail::Table {
            status: member("TableStatus").and_then(text).unwrap_or_default(),
            items: count("ItemCount"),
            bytes: count("TableSizeBytes"),
        },
    }))
}

/// `arn:aws:dynamodb:us-east-1:123456789012:table/pets`
#[must_use]
pub fn arn(place: &Place, table: &str) -> String {
    // A server that is treated like an account may have regions of its own.
    let partition = region::region(&place.region).map_or(Partition::Standard, |one| one.partition);
    let partition = partition.id();
    let Place {
        account, region, ..
    } = place;
    format!("arn:{partition}:dynamodb:{region}:{account}:table/{table}")
}

async fn ask(target: &Target, operation: &str, request: &Value) -> Exchange {
    target.send(operation, request.to_string().as_bytes()).await
}

/// The answer's body, or why there is none.
fn answered(exchange: &Exchange) -> Result<Value, FindError> {
    match &exchange.outcome {
        Outcome::Success => Ok(exchange.response_json().unwrap_or_default()),
        // Credentials of an account are not known in a region that it has not switched on.
        Outcome::ServiceError { code, .. }
            if exchange.operation == "ListTables" && code == "UnrecognizedClientException" =>
        {
            Err(FindError::NotEnabled)
        }
        Outcome::ServiceError { code, message } => {
            let mut words = format!("{}: {code}: {message}", exchange.operation);
            // What it means here, and what to do next.
            if let Some(remark) = &exchange.remark {
                words = format!("{}. {remark}", words.trim_end_matches(['.', ' ', ':']));
            }
            Err(if code == "AccessDeniedException" {
                FindError::Denied(words)
            } else {
                FindError::Unanswered(words)
            })
        }
        Outcome::Unanswered { why } | Outcome::NotSent { why } => {
            Err(FindError::Unanswered(why.clone()))
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::account::tag::RunId;
    use crate::simulator::{Settings, Simulator, Timestamp};

    const RUN: RunId = RunId::from_number(7);

    fn here() -> Place {
        let settings = Settings::default();
        Place {
            account: "123456789012".to_owned(),
            region: settings.region,
            endpoint: None,
        }
    }

    fn account() -> Target {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let simulator = Simulator::new(Settings::default());
        Target::simulated(Arc::new(simulator), Arc::new(move || now))
    }

    async fn make(target: &Target, name: &str, tags: &[Value]) {
        let request = json!({"TableName": name, "BillingMode": "PAY_PER_REQUEST", "Tags": tags,
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]});
        let made = ask(target, "CreateTable", &request).await;
        assert!(made.succeeded(), "{:?}", made.outcome);
    }

    #[tokio::test]
    async fn tagged_tables_and_names_of_the_ledger_are_found_among_many() {
        let target = account();
        for number in 0..205 {
            make(&target, &format!("theirs-{number:03}"), &[]).await;
        }
        let ours = tag::of_run(RUN, "me");
        make(&target, "pets", &ours).await;
        make(&target, "zebras", &ours[..1]).await;
        make(&target, "people", &[]).await;
        let names = BTreeSet::from(["people".to_owned(), "gone".to_owned()]);
        let told = std::sync::Mutex::new(Vec::new());
        let report = |_, done, of| told.lock().unwrap().push((done, of));
        let found = find(&target, &here(), &names, &report).await.unwrap();
        let seen: Vec<(&str, Option<RunId>)> = found
            .things
            .iter()
            .map(|table| (table.name.as_str(), table.origin.run))
            .collect();
        // A tag alone that others could have put there makes nothing ours.
        assert_eq!(seen, [("people", None), ("pets", Some(RUN))]);
        assert!(found.things.iter().all(|table| table.id.is_some()));
        assert_eq!(
            (found.counted[&Kind::Table], found.unreadable.len()),
            (208, 0)
        );
        assert_eq!(told.lock().unwrap().last(), Some(&(209, 209)));
    }

    /// A table that is restored may be CREATING for hours, and its tags can't be read so long.
    #[tokio::test]
    async fn somebodys_table_that_is_long_in_the_making_holds_up_nothing() {
        let settings = Settings {
            table_delay: Duration::from_hours(1),
            ..Settings::default()
        };
        let now = Timestamp::from_millis(1_800_000_000_000);
        let slow = Target::simulated(Arc::new(Simulator::new(settings)), Arc::new(move || now))
            .with_waits(Arc::new(|_| Box::pin(std::future::ready(()))));
        make(&slow, "restored", &[]).await;
        let found = find(&slow, &here(), &BTreeSet::new(), &|_, _, _| ())
            .await
            .unwrap();
        assert_eq!(found.busy, ["restored"]);
        assert!(found.things.is_empty() && found.unreadable.is_empty());
        // One of a name of the ledger has to be known.
        let names = BTreeSet::from(["restored".to_owned()]);
        let failed = find(&slow, &here(), &names, &|_, _, _| ())
            .await
            .unwrap_err();
        assert!(
            failed.to_string().contains("Run the same command again"),
            "{failed}"
        );
    }

    #[test]
    fn an_arn_names_the_part_of_aws_that_its_region_is_in() {
        let arn = |region: &str| {
            let region = region.to_owned();
            arn(&Place { region, ..here() }, "pets")
        };
        assert_eq!(
            arn("eu-central-1"),
            "arn:aws:dynamodb:eu-central-1:123456789012:table/pets"
        );
        assert!(arn("cn-north-1").starts_with("arn:aws-cn:dynamodb:"));
        assert!(arn("local").starts_with("arn:aws:dynamodb:local:"));
    }
}
