//! Whose a table is.
//!
//! ```text
//!   DescribeTable ── none ─────────────────────────────────────────────→ Missing
//!        │ TableId
//!        ├─ in the ledger, not gone ───────────────────────────────────→ Ours
//!        ↓
//!   ListTagsOfResource ── dynatour:run is a run of ours ── into the ledger → Ours
//!        └─ anything else ─────────────────────────────────────────────→ Foreign
//! ```
//!
//! Tags of a table that was just made are not to be seen at once. Where an entry waits for one, the look at them is repeated for a while.
//! Somebody may have deleted a table of ours and made another of its name: its `TableId` differs, and then ours is gone.
//! Invariant: a name alone never makes a table ours.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::ledger::{Entry, Identity, Indexes, Intention, Kind, Ledger, State};
use super::super::session::Session;
use super::super::tag::{self, Origin, RunId};
use super::{text, words};
use crate::printable;
use crate::target::exchange::{Exchange, Happening, Outcome};
use crate::target::guard::Wire;

/// How long a request that was signed can still be accepted
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html>); what is not there by then was not made.
const SIGNED_FOR: u64 = 15 * 60 * 1000;

/// After how long everybody sees what was made: `DescribeTable` may tell of the time before for some seconds.
const SEEN_BY_ALL: u64 = 60 * 1000;

/// How long tags of a table that may be ours are waited for: a minute in all.
const WAITS: [Duration; 32] = {
    let mut waits = [Duration::from_secs(2); 32];
    waits[0] = Duration::from_millis(250);
    waits[1] = Duration::from_millis(500);
    waits[2] = Duration::from_secs(1);
    waits
};

/// Pages of tags that are read; a table has 50 at most.
const PAGES: usize = 10;

/// What was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    Missing {
        /// What the ledger said until then, if it had it.
        before: Option<State>,
    },
    Ours {
        entry: u64,
        status: String,
        /// What the ledger said until then, if it had it.
        before: Option<State>,
    },
    /// It is not ours: why nothing is sent, and what can be done.
    Foreign(String),
}

/// What one look tells.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Clearly(Standing),
    /// A table of ours may have been made a moment ago, whose tags are not to be seen before it is ACTIVE, or a little later.
    TooSoon {
        status: String,
        /// What holds if nobody waits.
        standing: Standing,
    },
}

/// A table as the service describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Live {
    pub identity: Identity,
    pub status: String,
    pub indexes: Indexes,
}

impl Live {
    /// Reads a description. One without an ARN is none.
    pub(super) fn read(table: Option<&Value>) -> Option<Self> {
        let table = table?;
        let count = |member: &str| {
            let list = table.get(member).and_then(Value::as_array);
            u32::try_from(list.map_or(0, Vec::len)).unwrap_or(u32::MAX)
        };
        Some(Self {
            identity: Identity {
                id: text(table, "TableId").map(str::to_owned),
                arn: text(table, "TableArn")?.to_owned(),
            },
            status: text(table, "TableStatus").unwrap_or_default().to_owned(),
            indexes: Indexes {
                global: count("GlobalSecondaryIndexes"),
                local: count("LocalSecondaryIndexes"),
            },
        })
    }
}

/// Whether a code says that there is no such table; one server that plays AWS leaves the end off.
pub(super) fn is_missing(code: &str) -> bool {
    matches!(code, "ResourceNotFoundException" | "ResourceNotFound")
}

impl Session {
    /// Finds out whose a table is, and puts what is seen into the ledger.
    ///
    /// # Errors
    /// Why it could not be found out, in words for the learner.
    pub(super) async fn standing(&self, wire: &Wire<'_>, name: &str) -> Result<Standing, String> {
        let mut so_far = Duration::ZERO;
        for wait in WAITS {
            match self.seen(wire, name).await? {
                Seen::Clearly(standing) => return Ok(standing),
                Seen::TooSoon { status, standing } => {
                    let happening = Happening::Waiting {
                        table: name.to_owned(),
                        status,
                        for_: so_far,
                    };
                    if !wire.wait(happening, wait).await {
                        return Ok(standing);
                    }
                    so_far += wait;
                }
            }
        }
        match self.seen(wire, name).await? {
            Seen::Clearly(standing) | Seen::TooSoon { standing, .. } => Ok(standing),
        }
    }

    /// Looks once.
    async fn seen(&self, wire: &Wire<'_>, name: &str) -> Result<Seen, String> {
        let question = json!({ "TableName": name }).to_string();
        let answer = wire.ask("DescribeTable", question.as_bytes()).await;
        let entries = self.entries_of(name).await?;
        match &answer.outcome {
            Outcome::Success => {}
            // A name that can't be one has no table either; the request itself is told so by the service.
            Outcome::ServiceError { code, .. }
                if is_missing(code) || code == "ValidationException" =>
            {
                let before = entries.first().map(|entry| entry.state.clone());
                self.missing(entries).await?;
                return Ok(Seen::Clearly(Standing::Missing { before }));
            }
            _ => return Err(self.not_found_out(name, &answer)),
        }
        let live = answer
            .response_json()
            .and_then(|answer| Live::read(answer.get("Table")))
            .ok_or_else(|| self.not_found_out(name, &answer))?;
        let id = live.identity.id.as_deref();
        if let Some(entry) = entries.iter().find(|entry| entry.is(id)) {
            let before = Some(entry.state.clone());
            let ours = self.ours(name, entry.id, before, live).await?;
            return Ok(Seen::Clearly(ours));
        }
        let entries = self.replaced(&entries, &live).await?;
        let now = self.now();
        let awaited = |entry: &Entry| entry.state == State::Intended && !is_late(entry, now);
        let awaited = entries.iter().any(awaited);
        // A description may be older than what was made last.
        let stale = entries
            .iter()
            .any(|entry| differs(entry, &live) && is_fresh(entry, now));
        if awaited && live.status == "CREATING" {
            let standing = Standing::Foreign(format!(
                "{} is still being made, and whose it is can be seen only afterwards. Run the step again in a moment",
                printable::line(name)
            ));
            let status = live.status;
            return Ok(Seen::TooSoon { status, standing });
        }
        let origin = self.origin(wire, name, &live.identity.arn).await?;
        if let Some(run) = origin.run
            && self.is_of_ours(run).await?
            && !self.is_of_another(run, name, &live).await?
        {
            let ours = self.recognized(name, run, &entries, live).await?;
            return Ok(Seen::Clearly(ours));
        }
        self.too_late(&entries).await?;
        let standing = Standing::Foreign(self.foreign(name, &origin));
        Ok(if stale || awaited && origin == Origin::default() {
            Seen::TooSoon {
                status: live.status,
                standing,
            }
        } else {
            Seen::Clearly(standing)
        })
    }

    async fn ours(
        &self,
        name: &str,
        entry: u64,
        before: Option<State>,
        live: Live,
    ) -> Result<Standing, String> {
        self.learn(name, live.indexes);
        self.book(move |ledger| ledger.indexes(entry, live.indexes))
            .await?;
        Ok(Standing::Ours {
            entry,
            status: live.status,
            before,
        })
    }

    /// A table that carries a run of ours: the entry that was waiting for it, or a new one.
    async fn recognized(
        &self,
        name: &str,
        run: RunId,
        entries: &[Entry],
        live: Live,
    ) -> Result<Standing, String> {
        let now = self.now();
        let identity = live.identity.clone();
        // Servers that have no TableId leave only the tags to go by.
        let known = entries
            .iter()
            .find(|entry| entry.identity() == Some(&live.identity));
        if let Some(entry) = known {
            return self
                .ours(name, entry.id, Some(entry.state.clone()), live)
                .await;
        }
        let intended = |entry: &&Entry| entry.state == State::Intended;
        let waiting = entries
            .iter()
            .filter(intended)
            .find(|entry| entry.run == run)
            .or_else(|| entries.iter().find(intended));
        let before = waiting.map(|entry| entry.state.clone());
        let entry = if let Some(entry) = waiting {
            let id = entry.id;
            self.book(move |ledger| ledger.made(id, identity, now))
                .await?;
            id
        } else {
            let intention = Intention {
                run,
                place: self.place.clone(),
                kind: Kind::Table,
                name: name.to_owned(),
            };
            self.book(move |ledger| ledger.adopt(&intention, identity, now))
                .await?
        };
        self.ours(name, entry, before, live).await
    }

    /// There is no table of that name: what was being deleted is gone, and so is what nothing can bring back any more.
    pub(in crate::account) async fn missing(&self, entries: Vec<Entry>) -> Result<(), String> {
        let now = self.now();
        self.book(move |ledger| {
            entries
                .iter()
                .filter(|entry| matches!(entry.state, State::Deleting(_)) || is_late(entry, now))
                .try_for_each(|entry| ledger.gone(entry.id, now))
        })
        .await
    }

    /// Whether tags of a run can be those of an earlier table of this name: they are asked for by ARN, which is the same for both,
    /// and may be told for a while after it is gone. Where the run waits for a table of that name, they are this one's.
    async fn is_of_another(&self, run: RunId, name: &str, live: &Live) -> Result<bool, String> {
        let entries = self.book(Ledger::entries).await?;
        let mut of_run = entries.iter().filter(|entry| {
            entry.kind == Kind::Table
                && entry.run == run
                && entry.name == name
                && entry.place == self.place
        });
        let other = |entry: &Entry| {
            let last = entry.last.as_ref().and_then(|last| last.id.as_ref());
            last.is_some() && live.identity.id.is_some() && last != live.identity.id.as_ref()
        };
        let waits = of_run.clone().any(|entry| entry.state == State::Intended);
        Ok(!waits && of_run.any(other))
    }

    /// What had another `TableId` is gone, unless it was made so lately that the description may be older. Returns the entries that
    /// are not gone.
    pub(super) async fn replaced(
        &self,
        entries: &[Entry],
        live: &Live,
    ) -> Result<Vec<Entry>, String> {
        let now = self.now();
        let (gone, stay): (Vec<Entry>, Vec<Entry>) = entries
            .iter()
            .cloned()
            .partition(|entry| differs(entry, live) && !is_fresh(entry, now));
        self.book(move |ledger| gone.iter().try_for_each(|entry| ledger.gone(entry.id, now)))
            .await?;
        Ok(stay)
    }

    /// Another table has the name: what was intended and has not come by now does not come any more.
    async fn too_late(&self, entries: &[Entry]) -> Result<(), String> {
        let now = self.now();
        let late: Vec<u64> = entries
            .iter()
            .filter(|entry| entry.state == State::Intended && is_late(entry, now))
            .map(|entry| entry.id)
            .collect();
        self.book(move |ledger| late.iter().try_for_each(|id| ledger.gone(*id, now)))
            .await
    }

    /// Whether a run is this one, one that somebody named, or one that the ledger has in this place.
    pub(in crate::account) async fn is_of_ours(&self, run: RunId) -> Result<bool, String> {
        if self.counts_as_ours(run) {
            return Ok(true);
        }
        let entries = self.book(Ledger::entries).await?;
        Ok(entries
            .iter()
            .any(|entry| entry.run == run && entry.place == self.place))
    }

    async fn origin(&self, wire: &Wire<'_>, name: &str, arn: &str) -> Result<Origin, String> {
        let mut tags: Vec<Value> = Vec::new();
        let mut next: Option<String> = None;
        for _ in 0..PAGES {
            let mut question = json!({ "ResourceArn": arn });
            if let Some(next) = &next {
                question["NextToken"] = json!(next);
            }
            let question = question.to_string();
            let answer = wire.ask("ListTagsOfResource", question.as_bytes()).await;
            // Of a table that is being made or deleted they can't be listed; then there is nothing to go by yet.
            if answer.error_code().is_some_and(is_missing) {
                return Ok(Origin::default());
            }
            if !answer.succeeded() {
                return Err(self.not_found_out(name, &answer));
            }
            let page = answer.response_json().unwrap_or_default();
            let found = page.get("Tags").and_then(Value::as_array);
            tags.extend(found.into_iter().flatten().cloned());
            next = text(&page, "NextToken").map(str::to_owned);
            if next.is_none() {
                break;
            }
        }
        Ok(tag::origin(&tags))
    }

    fn not_found_out(&self, name: &str, answer: &Exchange) -> String {
        let name = printable::line(name);
        format!(
            "whether {name} is ours could not be found out, so nothing was sent. {} ended with {}",
            answer.operation,
            words::trouble(self, answer)
        )
    }

    fn foreign(&self, name: &str, origin: &Origin) -> String {
        let name = printable::line(name);
        match origin.run {
            Some(run) => format!(
                "{name} in {} was made by another run of dynatour ({run}) that this state directory knows nothing of, so it is neither read nor changed. `dynatour cleanup` lists it and can delete it; or start the lesson again, with another name",
                self.place
            ),
            None => format!(
                "{name} in {} was not made by dynatour: it is yours or somebody else's, and is neither read nor changed. Start the lesson again, and it takes another name",
                self.place
            ),
        }
    }
}

/// Whether an entry is known to be of another table than the one described.
fn differs(entry: &Entry, live: &Live) -> bool {
    let known = entry.identity().and_then(|known| known.id.as_deref());
    known.is_some() && live.identity.id.is_some() && known != live.identity.id.as_deref()
}

fn is_fresh(entry: &Entry, now: u64) -> bool {
    now.saturating_sub(entry.at) <= SEEN_BY_ALL
}

fn is_late(entry: &Entry, now: u64) -> bool {
    now.saturating_sub(entry.at) > SIGNED_FOR
}
