//! What was found, as lines of text.
//!
//! Invariant: names and tags are an account's, so they are made printable.

use std::collections::BTreeMap;
use std::io::Write;

use crate::account::cleanup::plan::Plan;
use crate::account::cleanup::region::Looked;
use crate::account::cleanup::words::{counted, lines, unlooked};
use crate::account::ledger::Kind;
use crate::cli::failure::Failure;
use crate::printable;
use crate::runner::export::date_and_time;
use crate::scene::plural;

/// Where nothing was found, and among how much.
pub fn nothing(looked: &[&Looked]) -> String {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for (kind, count) in looked.iter().flat_map(|region| &region.counted) {
        let all = counts.entry(*kind).or_default();
        // Roles are the account's, and every region has seen the same.
        *all = if *kind == Kind::Role {
            (*all).max(*count)
        } else {
            *all + count
        };
    }
    let places = match looked {
        [] => "no region".to_owned(),
        [one] => one.place.to_string(),
        [first, ..] => format!("{} regions of AWS {}", looked.len(), first.place.account),
    };
    format!(
        "Nothing of yours to delete in {places} ({} looked at).",
        counted(&counts)
    )
}

/// Says what each region has. What could not be looked for in regions that have nothing is said once.
pub fn show(out: &mut impl Write, looked: &[&Looked]) -> Result<(), Failure> {
    let mut said: Vec<Vec<String>> = Vec::new();
    let mut more = 0_u64;
    for looked in looked {
        let unlooked = unlooked(looked);
        if looked.plan == Plan::default() && looked.busy.is_empty() {
            if unlooked.is_empty() {
                continue;
            }
            if said.contains(&unlooked) {
                more += 1;
                continue;
            }
            said.push(unlooked.clone());
        }
        writeln!(out, "\n{}", looked.place)?;
        show_things(out, looked)?;
        for sentence in unlooked {
            writeln!(out, "  {}", printable::line(&sentence))?;
        }
    }
    if more > 0 {
        writeln!(out, "\nThe same in {}.", plural(more, "more region"))?;
    }
    Ok(())
}

/// The things of a region, those of a deployment under its name.
fn show_things(out: &mut impl Write, looked: &Looked) -> Result<(), Failure> {
    let mut group: Option<String> = None;
    for told in lines(looked, date_and_time) {
        if let Some(deployment) = &told.deployment
            && told.deployment != group
        {
            writeln!(out, "  {deployment}, of the workshop")?;
        }
        let indent = if told.deployment.is_some() { 4 } else { 2 };
        let line = format!("{}  {}", told.title(), told.words);
        writeln!(out, "{:indent$}{}", "", printable::line(&line))?;
        group = told.deployment;
    }
    Ok(())
}
