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

/// Where nothing was found, and among how much.
pub fn nothing(looked: &[&Looked]) -> String {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for (kind, count) in looked.iter().flat_map(|region| &region.counted) {
        *counts.entry(*kind).or_default() += count;
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

/// Says what a region has.
pub fn show(out: &mut impl Write, looked: &Looked) -> Result<(), Failure> {
    let unlooked = unlooked(looked);
    if looked.plan == Plan::default() && unlooked.is_empty() && looked.busy.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", looked.place)?;
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
    for sentence in unlooked {
        writeln!(out, "  {}", printable::line(&sentence))?;
    }
    Ok(())
}
