//! What was found, as lines of text.
//!
//! Invariant: names and tags are an account's, so they are made printable.

use std::io::Write;

use crate::account::cleanup::plan::Plan;
use crate::account::cleanup::region::Looked;
use crate::account::cleanup::words::lines;
use crate::cli::failure::Failure;
use crate::printable;
use crate::runner::export::date_and_time;
use crate::scene::plural;

/// Where nothing was found, and among how many tables.
pub fn nothing(looked: &[&Looked]) -> String {
    let tables: usize = looked.iter().map(|region| region.tables).sum();
    let places = match looked {
        [] => "no region".to_owned(),
        [one] => one.place.to_string(),
        [first, ..] => format!("{} regions of AWS {}", looked.len(), first.place.account),
    };
    format!(
        "Nothing of yours to delete in {places} ({} looked at).",
        plural(tables as u64, "table")
    )
}

/// Says what a region has.
pub fn show(out: &mut impl Write, looked: &Looked) -> Result<(), Failure> {
    if looked.plan == Plan::default() && looked.unreadable.is_empty() && looked.busy.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", looked.place)?;
    for told in lines(looked, date_and_time) {
        let line = format!("{}  {}", told.name, told.words);
        writeln!(out, "  {}", printable::line(&line))?;
    }
    if !looked.unreadable.is_empty() {
        writeln!(
            out,
            "  {} whose tags these credentials may not read: not touched",
            plural(looked.unreadable.len() as u64, "table")
        )?;
    }
    Ok(())
}
