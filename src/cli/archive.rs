//! `dynatour archive`: what was put aside, and putting it back.

use std::io::Write as _;

use super::DONE;
use super::arguments::{Archive, ArchiveAction, Common};
use super::failure::Failure;
use super::{clock, session};
use crate::learner::archive::{ArchiveId, Header};
use crate::learner::error::StoreError;
use crate::learner::store::{Keeping, Store};
use crate::printable;
use crate::runner::export::date_and_time;

pub fn archive(arguments: &Archive, common: &Common) -> Result<u8, Failure> {
    let store = session::store(common)?;
    match arguments.action {
        ArchiveAction::List => list(&store),
        ArchiveAction::Restore { id } => restore(&store, ArchiveId(id)),
    }
}

fn list(store: &Store) -> Result<u8, Failure> {
    let mut out = std::io::stdout().lock();
    let archives = store.archives()?;
    if archives.is_empty() {
        writeln!(out, "Nothing was put aside yet.")?;
    }
    for header in &archives {
        writeln!(out, "{}", in_words(header))?;
    }
    out.flush()?;
    Ok(DONE)
}

fn in_words(header: &Header) -> String {
    let tables = if header.tables.is_empty() {
        "no tables".to_owned()
    } else {
        format!("{} ({} items)", header.tables.join(", "), header.items)
    };
    let line = format!(
        "{:>3}  {}  {}: {tables}; {} activities done",
        header.id.to_string(),
        date_and_time(header.at),
        header.why,
        header.done
    );
    printable::line(&line).into_owned()
}

fn restore(store: &Store, id: ArchiveId) -> Result<u8, Failure> {
    if store.keeping() == Keeping::NothingBecauseInUse {
        return Err(Failure::Store(StoreError::InUse {
            path: store.path().to_owned(),
        }));
    }
    let before = store.restore(id, clock::now().millis())?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "Archive {id} is in use again.")?;
    if let Some(before) = before {
        writeln!(out, "What was there before is archive {before}.")?;
    }
    Ok(DONE)
}
