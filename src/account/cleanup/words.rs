//! What was found, in words, with what it has cost.
//!
//! Invariant: each table and each entry of the ledger is told of in a line of its own, and says why it is ours or stays.

use super::plan::{Missing, Others, Ours, Proof};
use super::region::Looked;
use crate::account::region::times_the_price;
use crate::target::exchange::{Picodollars, Place};
use crate::target::price;

/// Writes a time (milliseconds since the epoch) for whoever reads it.
pub type Date = fn(u64) -> String;

/// A line about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The table's.
    pub name: String,
    pub words: String,
    /// Whether it is going to be deleted.
    pub ours: bool,
}

/// Everything about a region, ours first.
#[must_use]
pub fn lines(looked: &Looked, date: Date) -> Vec<Told> {
    let Looked { plan, .. } = looked;
    let mut lines: Vec<Told> = Vec::new();
    for one in &plan.ours {
        lines.push(Told {
            name: one.table.name.clone(),
            words: ours(one, cost(one, &looked.place, looked.at), date),
            ours: true,
        });
    }
    let stays = |name: &str, words: String| Told {
        name: name.to_owned(),
        words,
        ours: false,
    };
    lines.extend(plan.missing.iter().map(|one| {
        let (entry, words) = missing(one, date);
        stays(entry, words)
    }));
    for Others { table, run } in &plan.others {
        let by = table.origin.by.as_deref().unwrap_or("somebody");
        let words = format!(
            "stays: made by {by} with dynatour, in a run that this computer does not know. If it is yours all the same: dynatour cleanup --run {run}"
        );
        lines.push(stays(&table.name, words));
    }
    lines.extend(looked.busy.iter().map(|name| {
        let words = "is just being made or deleted, so its tags can't be read yet: not touched. The ledger doesn't know it; to be sure, look again later";
        stays(name, words.to_owned())
    }));
    lines
}

fn ours(ours: &Ours, cost: Picodollars, date: Date) -> String {
    let made = ours
        .made
        .map_or_else(String::new, |at| format!(", made {}", date(at)));
    let proof = match ours.proof {
        Proof::Id => "its id is in the ledger".to_owned(),
        Proof::Tag(run) => format!("its tags say that you made it, in run {run}"),
        Proof::Maker(run) => format!(
            "its tags say that it was made with these credentials, in run {run}, which this computer does not know: on another one, or by somebody who shares them"
        ),
        Proof::Named(run) => format!("of run {run}, which you named"),
    };
    let items = if ours.table.items == 1 {
        "item"
    } else {
        "items"
    };
    format!(
        "{}, {} {items}{made}, cost so far at most {cost}; {proof}",
        ours.table.status, ours.table.items
    )
}

/// The name of what is missing, and what became of it.
fn missing(missing: &Missing, date: Date) -> (&str, String) {
    match missing {
        Missing::Gone(entry) => (&entry.name, "is gone already, or was never made".to_owned()),
        Missing::MayArrive { entry, until } => (
            &entry.name,
            format!(
                "was asked for a moment ago and is not there. It may still turn up until {}: run dynatour cleanup again then to be sure",
                date(*until)
            ),
        ),
        Missing::Unknown(entry) => (
            &entry.name,
            "may be ours: its tags would say so, and these credentials may not read them (dynamodb:ListTagsOfResource). Not touched; dynatour policy prints what is needed".to_owned(),
        ),
        Missing::Replaced(entry) => (
            &entry.name,
            "ours is gone; another table has its name now and is not touched".to_owned(),
        ),
    }
}

/// What a table has cost at most: its requests, as the ledger has them, and its storage.
fn cost(ours: &Ours, place: &Place, now: u64) -> Picodollars {
    let age = ours.made.map_or(0, |made| now.saturating_sub(made));
    let storage = price::storage(ours.table.items, ours.table.bytes, age);
    ours.spent.unwrap_or_default() + storage * times_the_price(&place.region)
}

/// What everything of ours in a region has cost at most.
#[must_use]
pub fn cost_of_all(looked: &Looked) -> Picodollars {
    let ours = looked.plan.ours.iter();
    ours.map(|one| cost(one, &looked.place, looked.at)).sum()
}
