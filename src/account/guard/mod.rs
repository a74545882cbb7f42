//! The rules of an account, as a target asks for them.
//!
//! ```text
//!   before   read the body ─ its tables are here ─ what goes out ─ are they ours? ─ would the ceiling hold? ─ write it down
//!                │                │                    │               │                  │
//!                └────────────────┴── refused ─────────┴───────────────┴──────────────────┘
//!   after    what it cost ─ what became of it, in the ledger ─ what to do next, beside the service's words
//! ```
//!
//! What costs nothing and changes nothing (`DescribeTable`, `ListTables`, …) is asked without a look at whose it is. What reads items
//! has to be about tables of ours, too: somebody else's may be private, and a full page of them is paid for.
//! Invariant: a request that changes something goes out only for tables whose live `TableId` is in the ledger or that carry a run of
//! ours as a tag, and what makes or deletes one is in the ledger before it goes out.

mod cost;
pub mod outgoing;
mod standing;
pub(super) mod words;

use serde_json::Value;

use super::body;
use super::ledger::{Entry, Intention, Kind, Ledger, LedgerError, State};
use super::name;
use super::session::Session;
use crate::lesson::model::OPERATIONS;
use crate::target::exchange::{Exchange, Outcome};
use crate::target::guard::{Cleared, Guard, Later, Wire};
use crate::target::retry::only_reads;
use standing::{Live, Standing, is_missing};

/// Questions about tables that cost nothing and show nothing of their items.
const ABOUT: [&str; 4] = [
    "DescribeTable",
    "ListTables",
    "DescribeTimeToLive",
    "ListTagsOfResource",
];

impl Guard for Session {
    fn seed(&self) -> u64 {
        self.run.seed()
    }

    fn before<'a>(
        &'a self,
        wire: &'a Wire<'a>,
        operation: &'a str,
        body: &'a [u8],
    ) -> Later<'a, Result<Cleared, String>> {
        Box::pin(self.clear(wire, operation, body))
    }

    fn again(&self, cleared: &mut Cleared) -> Result<(), String> {
        self.budget
            .hold(cleared.most)
            .map_err(|why| format!("It was not tried again: {why}."))?;
        cleared.held = cleared.held + cleared.most;
        Ok(())
    }

    fn after<'a>(
        &'a self,
        wire: &'a Wire<'a>,
        cleared: Cleared,
        exchange: &'a mut Exchange,
    ) -> Later<'a, ()> {
        Box::pin(self.account_for(wire, cleared, exchange))
    }
}

/// How a request ended, for the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Done,
    /// It is known that nothing was done.
    Refused,
    Unknown,
}

fn fate(exchange: &Exchange) -> Fate {
    match &exchange.outcome {
        Outcome::Success => Fate::Done,
        _ if exchange.unsettled => Fate::Unknown,
        _ => Fate::Refused,
    }
}

impl Session {
    async fn clear(
        &self,
        wire: &Wire<'_>,
        operation: &str,
        body: &[u8],
    ) -> Result<Cleared, String> {
        if !OPERATIONS.contains(&operation) {
            return Err("a lesson can't use this operation".to_owned());
        }
        let members = body::read(body)?;
        let names = name::tables(&members, &self.place)?;
        let sent = outgoing::rewrite(operation, body, members, self.run, &self.by)?;
        let mut tables = Vec::new();
        let mut earlier = false;
        for name in names {
            let (entry, unknown) = match operation {
                operation if ABOUT.contains(&operation) => (None, false),
                "CreateTable" => self.before_making(wire, &name).await?,
                operation => self.own(wire, operation, &name).await?,
            };
            tables.push((name, entry));
            earlier |= unknown;
        }
        let most = self.most(operation, &sent);
        self.budget
            .hold(most)
            .map_err(|why| format!("{why}. Nothing was sent"))?;
        let mut cleared = Cleared {
            body: sent,
            tables,
            most,
            held: most,
            earlier,
        };
        if let Err(why) = self.write_down(operation, &mut cleared).await {
            self.budget.settle(cleared.held, cost::NOTHING);
            return Err(why);
        }
        Ok(cleared)
    }

    /// The last thing before it goes out.
    async fn write_down(&self, operation: &str, cleared: &mut Cleared) -> Result<(), String> {
        let now = self.now();
        for (name, entry) in &mut cleared.tables {
            match (operation, *entry) {
                ("CreateTable", None) => {
                    let intention = self.intention(name);
                    *entry = Some(
                        self.book(move |ledger| ledger.intend(&intention, now))
                            .await?,
                    );
                }
                ("CreateTable", Some(id)) => {
                    self.book(move |ledger| ledger.intend_again(id, now))
                        .await?;
                }
                ("DeleteTable", Some(id)) => {
                    self.book(move |ledger| ledger.deleting(id, now)).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The entry of a table that a `CreateTable` names, where there is one, and whether an earlier try may have made it.
    async fn before_making(
        &self,
        wire: &Wire<'_>,
        name: &str,
    ) -> Result<(Option<u64>, bool), String> {
        let entries = self.entries_of(name).await?;
        if entries.is_empty() {
            return Ok((None, false));
        }
        match self.standing(wire, name).await? {
            Standing::Ours { entry, before, .. } => {
                Ok((Some(entry), before == Some(State::Intended)))
            }
            Standing::Missing { .. } => {
                // Another run's entry stays its own: its table would carry that run's tag.
                let own = self
                    .entries_of(name)
                    .await?
                    .into_iter()
                    .find(|entry| entry.state == State::Intended && entry.run == self.run);
                Ok((own.as_ref().map(|entry| entry.id), own.is_some()))
            }
            Standing::Foreign(words) => Err(words),
        }
    }

    /// The entry of a table of ours, `None` where there is no such table, and whether an earlier try may have deleted it.
    async fn own(
        &self,
        wire: &Wire<'_>,
        operation: &str,
        name: &str,
    ) -> Result<(Option<u64>, bool), String> {
        if only_reads(operation) {
            // A read does no harm to what took the place of a table of ours; asking each time would double its time.
            let entries = self.entries_of(name).await?;
            let made = |entry: &&Entry| matches!(entry.state, State::Made(_));
            if let Some(entry) = entries.iter().find(made) {
                return Ok((Some(entry.id), false));
            }
        }
        let deleting = |state: Option<State>| matches!(state, Some(State::Deleting(_)));
        match self.standing(wire, name).await? {
            Standing::Ours { entry, before, .. } => Ok((Some(entry), deleting(before))),
            Standing::Missing { before } => Ok((None, deleting(before))),
            Standing::Foreign(words) => Err(words),
        }
    }

    async fn account_for(&self, wire: &Wire<'_>, cleared: Cleared, exchange: &mut Exchange) {
        let cost = cost::of(&cleared, exchange, &self.place.region);
        self.budget.settle(cleared.held, cost.price);
        exchange.price = cost.price;
        exchange.price_is_most = cost.is_most;
        let mut kept = Ok(());
        for (name, amount) in cost.shares {
            self.spent_on(&name, amount);
            let of_name = cleared.tables.iter().find(|(one, _)| *one == name);
            if let Some((_, Some(id))) = of_name {
                let id = *id;
                kept = kept.and(self.book(move |ledger| ledger.spend(id, amount)).await);
            }
        }
        let said = match exchange.operation.as_str() {
            "CreateTable" => self.after_making(wire, &cleared, exchange).await,
            "DeleteTable" => self.after_deleting(wire, &cleared, exchange).await,
            "DescribeTable" => self.after_describing(&cleared, exchange).await,
            "UpdateTable" => self.after_changing(&cleared, exchange).await,
            _ => Ok(()),
        };
        self.after_items(&cleared, exchange);
        if let Some(advice) = words::advice(self, exchange) {
            exchange.remark(&advice);
        }
        if let Err(why) = kept.and(said) {
            exchange.remark(&why);
        }
    }

    async fn after_making(
        &self,
        wire: &Wire<'_>,
        cleared: &Cleared,
        exchange: &mut Exchange,
    ) -> Result<(), String> {
        let Some((name, Some(id))) = cleared.tables.first().cloned() else {
            return Ok(());
        };
        let unknown = may_have_happened(cleared, exchange);
        let in_use = exchange.error_code() == Some("ResourceInUseException");
        match fate(exchange) {
            Fate::Done => {
                let answer = exchange.response_json().unwrap_or_default();
                match Live::read(answer.get("TableDescription")) {
                    Some(live) => self.made(&name, id, live).await?,
                    None => exchange.remark(&format!(
                        "The answer does not say which table it made, so {name} stays in the list of what has to be looked for.",
                    )),
                }
            }
            Fate::Refused if in_use => {
                // Then nothing waits any more for a table of that name.
                if !unknown {
                    self.not_made(id).await?;
                }
                match self.standing(wire, &name).await {
                    Ok(Standing::Ours { entry, .. }) => {
                        if entry != id {
                            self.not_made(id).await?;
                        }
                        if unknown {
                            exchange.already_done = true;
                            exchange.remark(&format!(
                                "{name} is there because an earlier try made it; only its answer was lost. So the step is done."
                            ));
                        }
                    }
                    Ok(Standing::Missing { .. }) => {}
                    Ok(Standing::Foreign(words)) => exchange.remark(&capitalized(&words)),
                    Err(why) => exchange.remark(&format!(
                        "Whose it is could not be found out: {why} It stays in the list of what has to be looked for."
                    )),
                }
            }
            Fate::Refused if !unknown => self.not_made(id).await?,
            Fate::Refused | Fate::Unknown => exchange.remark(&format!(
                "Whether {name} was made is not known. Run the step again: it is looked up first, and nothing is made twice. `dynatour cleanup` finds it, too."
            )),
        }
        Ok(())
    }

    /// A table of ours is there. Another one of its name can't be.
    async fn made(&self, name: &str, id: u64, live: Live) -> Result<(), String> {
        let now = self.now();
        self.learn(name, live.indexes);
        let others = self.entries_of(name).await?;
        self.book(move |ledger| {
            ledger.indexes(id, live.indexes)?;
            ledger.made(id, live.identity, now)?;
            others
                .iter()
                .filter(|other| other.id != id && other.identity().is_some())
                .try_for_each(|other| ledger.gone(other.id, now))
        })
        .await
    }

    async fn not_made(&self, id: u64) -> Result<(), String> {
        let now = self.now();
        self.book(move |ledger| ledger.not_made(id, now)).await
    }

    async fn after_deleting(
        &self,
        wire: &Wire<'_>,
        cleared: &Cleared,
        exchange: &mut Exchange,
    ) -> Result<(), String> {
        let Some((name, entry)) = cleared.tables.first().cloned() else {
            return Ok(());
        };
        let now = self.now();
        let unknown = may_have_happened(cleared, exchange);
        let missing = exchange.error_code().is_some_and(is_missing);
        let in_use = exchange.error_code() == Some("ResourceInUseException");
        match (fate(exchange), entry) {
            // Whether it is gone is seen by looking.
            (Fate::Done, _) => {}
            (Fate::Refused, None) if !missing => {}
            (Fate::Refused, entry) if missing => {
                if let Some(id) = entry {
                    self.book(move |ledger| ledger.gone(id, now)).await?;
                }
                if unknown {
                    exchange.already_done = true;
                    exchange.remark(&format!(
                        "{name} is gone because an earlier try deleted it; only its answer was lost. So the step is done."
                    ));
                }
            }
            (Fate::Refused, Some(_)) if in_use && unknown => {
                let standing = self.standing(wire, &name).await?;
                let goes = match &standing {
                    Standing::Missing { .. } => true,
                    Standing::Ours { status, .. } => status == "DELETING",
                    Standing::Foreign(_) => false,
                };
                if goes {
                    exchange.already_done = true;
                    exchange.remark(&format!(
                        "{name} is being deleted because of an earlier try, whose answer was lost. So the step is done."
                    ));
                }
            }
            (Fate::Refused, Some(id)) if !unknown => {
                self.book(move |ledger| ledger.not_deleted(id, now)).await?;
            }
            (Fate::Refused | Fate::Unknown, _) => exchange.remark(&format!(
                "Whether {name} was deleted is not known. Run the step again: it is looked up first, and nothing else of that name is deleted."
            )),
        }
        Ok(())
    }

    /// What anybody learns of a table by looking goes into the ledger.
    async fn after_describing(&self, cleared: &Cleared, exchange: &Exchange) -> Result<(), String> {
        let Some((name, _)) = cleared.tables.first() else {
            return Ok(());
        };
        let entries = self.entries_of(name).await?;
        if entries.is_empty() {
            return Ok(());
        }
        if exchange.error_code().is_some_and(is_missing) {
            self.missing(entries).await?;
        } else if let Some(live) = exchange
            .response_json()
            .and_then(|answer| Live::read(answer.get("Table")))
        {
            self.replaced(&entries, &live).await?;
        }
        Ok(())
    }

    async fn after_changing(
        &self,
        cleared: &Cleared,
        exchange: &mut Exchange,
    ) -> Result<(), String> {
        let Some((name, Some(id))) = cleared.tables.first().cloned() else {
            return Ok(());
        };
        let answer = exchange.response_json().unwrap_or_default();
        if let Some(live) = Live::read(answer.get("TableDescription")) {
            self.learn(&name, live.indexes);
            self.book(move |ledger| ledger.indexes(id, live.indexes))
                .await?;
        }
        Ok(())
    }

    /// What is said where it is not known whether something was written.
    fn after_items(&self, cleared: &Cleared, exchange: &mut Exchange) {
        let operation = exchange.operation.clone();
        if only_reads(&operation) || matches!(operation.as_str(), "CreateTable" | "DeleteTable") {
            return;
        }
        let twice = match operation.as_str() {
            "UpdateItem" | "TransactWriteItems" => {
                "what it adds would then be added twice, so look at the item first if that matters"
            }
            _ => "done twice, it has the same result",
        };
        let recalled = self.recall(&operation, &cleared.body);
        match fate(exchange) {
            Fate::Unknown => {
                self.remember(&operation, &cleared.body);
                exchange.remark(&format!(
                    "Whether it was carried out is not known. Run the step again: {twice}."
                ));
            }
            _ if recalled || exchange.attempts.iter().any(|attempt| attempt.unsettled) => {
                exchange.remark("An earlier try of the same request may have been carried out as well; its answer was lost. If something is there already, that is why.");
            }
            _ => {}
        }
        let waits = exchange
            .error_code()
            .is_some_and(|code| is_missing(code) || code == "ResourceInUseException");
        let ours = cleared.tables.iter().find(|(_, entry)| entry.is_some());
        if let (true, Some((name, _))) = (waits, ours) {
            exchange.remark(&format!(
                "{name} was made, and is not yet ready, or is being changed or deleted. Wait some seconds and run the step again."
            ));
        }
    }

    fn intention(&self, name: &str) -> Intention {
        Intention {
            run: self.run,
            place: self.place.clone(),
            kind: Kind::Table,
            name: name.to_owned(),
        }
    }

    /// What may be left of a name here, the newest first.
    async fn entries_of(&self, name: &str) -> Result<Vec<Entry>, String> {
        let place = self.place.clone();
        let mut entries = self.book(move |ledger| ledger.left_in(&place)).await?;
        entries.retain(|entry| entry.kind == Kind::Table && entry.name == name);
        entries.reverse();
        Ok(entries)
    }

    /// The ledger waits for the disk, so it is asked on a blocking thread.
    pub(in crate::account) async fn book<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Ledger) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, String> {
        let ledger = self.ledger.clone();
        tokio::task::spawn_blocking(move || work(&ledger))
            .await
            .map_err(|error| format!("the work was ended from outside: {error}"))?
            .map_err(|error| error.to_string())
    }
}

/// Whether a try before the last one can have been carried out.
fn may_have_happened(cleared: &Cleared, exchange: &Exchange) -> bool {
    cleared.earlier || exchange.attempts.iter().any(|attempt| attempt.unsettled)
}

fn capitalized(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// A member that is a text.
fn text<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member).and_then(Value::as_str)
}

#[cfg(test)]
mod tests;
