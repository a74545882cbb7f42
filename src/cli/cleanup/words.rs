//! What was found, in words, with what it has cost.
//!
//! Invariant: names and tags are an account's, so they are made printable.

use std::io::Write;

use super::Looked;
use crate::account::cleanup::plan::{Missing, Others, Ours, Plan, Proof};
use crate::account::region::times_the_price;
use crate::cli::clock;
use crate::cli::failure::Failure;
use crate::printable;
use crate::runner::export::date_and_time;
use crate::scene::plural;
use crate::target::exchange::{Picodollars, Place};
use crate::target::price;

/// Where nothing was found, and among how many tables.
pub fn nothing(looked: &[Looked]) -> String {
    let tables: usize = looked.iter().map(|region| region.tables).sum();
    let places = match looked {
        [] => "no region".to_owned(),
        [one] => one.entered.place.to_string(),
        [first, ..] => format!(
            "{} regions of AWS {}",
            looked.len(),
            first.entered.place.account
        ),
    };
    format!(
        "Nothing of yours to delete in {places} ({} looked at).",
        plural(tables as u64, "table")
    )
}

/// Says what a region has, and returns what ours has cost at most.
pub fn show(out: &mut impl Write, looked: &Looked) -> Result<Picodollars, Failure> {
    let Looked {
        entered,
        plan,
        unreadable,
        busy,
        ..
    } = looked;
    let mut sum = Picodollars(0);
    if *plan == Plan::default() && *unreadable + *busy == 0 {
        return Ok(sum);
    }
    writeln!(out, "\n{}", entered.place)?;
    let now = clock::now().millis();
    for ours in &plan.ours {
        let cost = cost(ours, &entered.place, now);
        sum = sum + cost;
        writeln!(out, "  {}", printable::line(&in_words(ours, cost)))?;
    }
    for missing in &plan.missing {
        writeln!(out, "  {}", printable::line(&missed(missing)))?;
    }
    for Others { table, run } in &plan.others {
        let by = table.origin.by.as_deref().unwrap_or("somebody");
        let words = format!(
            "{}  stays: made by {by} with dynatour, in a run that this computer does not know. If it is yours all the same: --run {run}",
            table.name
        );
        writeln!(out, "  {}", printable::line(&words))?;
    }
    if *unreadable > 0 {
        writeln!(
            out,
            "  {} whose tags these credentials may not read: not touched",
            plural(*unreadable as u64, "table")
        )?;
    }
    if *busy > 0 {
        writeln!(
            out,
            "  {} just being made or deleted, so their tags can't be read yet: not touched. The ledger knows none of them; to be sure, run this again later",
            plural(*busy as u64, "table")
        )?;
    }
    Ok(sum)
}

fn in_words(ours: &Ours, cost: Picodollars) -> String {
    let Ours {
        table, proof, made, ..
    } = ours;
    let made = made.map_or_else(String::new, |at| format!(", made {}", date_and_time(at)));
    let proof = match proof {
        Proof::Id => "its id is in the ledger".to_owned(),
        Proof::Tag(run) => format!("its tags say that you made it, in run {run}"),
        Proof::Maker(run) => format!(
            "its tags say that it was made with these credentials, in run {run}, which this computer does not know: on another one, or by somebody who shares them"
        ),
        Proof::Named(run) => format!("of run {run}, which you named"),
    };
    format!(
        "{}  {}, {}{made}, cost so far at most {cost}; {proof}",
        table.name,
        table.status,
        plural(table.items, "item"),
    )
}

fn missed(missing: &Missing) -> String {
    match missing {
        Missing::Gone(entry) => format!("{}  is gone already, or was never made", entry.name),
        Missing::MayArrive { entry, until } => format!(
            "{}  was asked for a moment ago and is not there. It may still turn up until {}: run this again then to be sure",
            entry.name,
            date_and_time(*until)
        ),
        Missing::Unknown(entry) => format!(
            "{}  may be ours: its tags would say so, and these credentials may not read them (dynamodb:ListTagsOfResource). Not touched; `dynatour policy` prints what is needed",
            entry.name
        ),
        Missing::Replaced(entry) => format!(
            "{}  ours is gone; another table has its name now and is not touched",
            entry.name
        ),
    }
}

/// What a table has cost at most: its requests, as the ledger has them, and its storage.
fn cost(ours: &Ours, place: &Place, now: u64) -> Picodollars {
    let age = ours.made.map_or(0, |made| now.saturating_sub(made));
    let factor = times_the_price(&place.region);
    let storage = price::storage(ours.table.items, ours.table.bytes, age) * factor;
    ours.spent.unwrap_or_default() + storage
}
