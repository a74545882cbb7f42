//! `dynatour reset`: a section, or everything, from its beginning.

use std::io::Write as _;

use super::DONE;
use super::arguments::{Common, Reset};
use super::failure::Failure;
use super::{library, session};
use crate::learner::error::StoreError;
use crate::learner::store::Keeping;
use crate::lesson::find;
use crate::target::choice::Choice;

pub fn reset(arguments: &Reset, common: &Common) -> Result<u8, Failure> {
    let lessons = library::lessons(common)?;
    let lesson = find::lesson(&lessons, &arguments.lesson)?;
    let section = match &arguments.section {
        Some(wanted) => Some(find::section(lesson, wanted)?.id.clone()),
        None => None,
    };
    let lesson = lesson.id.clone();
    let store = session::store(common)?;
    if store.keeping() == Keeping::NothingBecauseInUse {
        return Err(Failure::Store(StoreError::InUse {
            path: store.path().to_owned(),
        }));
    }
    let simulated = Choice::Simulated { remark: None };
    let runner = session::runner(lessons, &simulated, Some(store), std::path::PathBuf::new())?;
    let report = session::block_on(async { runner.reset(&lesson, section.as_deref()).await })??;
    let mut out = std::io::stdout().lock();
    match section {
        Some(section) => writeln!(out, "The section {section} begins anew.")?,
        None => writeln!(out, "Everything begins anew. Your notes are still there.")?,
    }
    if let Some(archive) = report.archive {
        writeln!(
            out,
            "What was there is archive {archive}: dynatour archive restore {archive}"
        )?;
    }
    Ok(DONE)
}
