//! Builds what a section needs, so that any section opens directly.
//!
//! ```text
//!   steps before the section ─→ a fresh simulated table ─ snapshot ─→ what is needed
//!                                                                        │ compared with
//!   the learner's tables ────────────────────────────────────────────────┤
//!                           all there: nothing happens                   │
//!                           something missing: archived ←── one transaction ──→ built
//! ```
//!
//! Tables that the lesson doesn't know are the learner's own and stay.
//! Invariant: the learner's tables are as they were, or archived and replaced as a whole; never half built.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::requests::table_names;
use super::step::run_step;
use super::{RunError, Runner, settings, simulated_target};
use crate::app::effect::SectionReport;
use crate::learner::archive::Contents;
use crate::learner::progress::Progress;
use crate::lesson::model::{Activity, Lesson, Section, Simulation, Step};
use crate::lesson::uses;
use crate::simulator::Simulator;
use crate::simulator::journal::Change;
use crate::target::Target;
use crate::target::exchange::TargetName;
use crate::target::guard::Watch;

impl Runner {
    /// Makes sure that what the section needs is there.
    pub async fn open_section(
        &self,
        lesson: &str,
        section: &str,
    ) -> Result<SectionReport, RunError> {
        let lesson = self.lesson(lesson)?;
        let section = find_section(lesson, section)?;
        let (needed, replayed) = self.needed(lesson, section).await?;

        // From here on nobody else sends: the tables that are compared are the ones that are replaced.
        let mut target = self.target.write().await;
        let Some(simulator) = target.simulator().cloned() else {
            return on_server(&target, section, &needed).await;
        };
        let progress = self.progress(&lesson.id).await?;
        let live = simulator.snapshot();
        if !lacks(section, &progress, &needed, &live) {
            return Ok(report(section, 0, None));
        }
        let next = with_own_tables(lesson, needed, &live);
        let why = format!("{} was opened", section.title);
        let archive = self.swap(&mut target, next, &why, Clone::clone).await?;
        Ok(report(section, replayed, archive))
    }

    /// What the section needs, as changes that build it from nothing, and how many steps made it.
    pub(super) async fn needed(
        &self,
        lesson: &Lesson,
        section: &Section,
    ) -> Result<(Vec<Change>, usize), RunError> {
        let simulator = Arc::new(Simulator::new(settings(&self.outside, None)));
        let target = Target::simulated(Arc::clone(&simulator), Arc::clone(&self.outside.clock));
        let replayed = replay_before(&target, lesson, section).await?;
        Ok((simulator.snapshot(), replayed))
    }

    /// Puts other tables and progress in the place of what is there, archiving that, all in one transaction.
    pub(super) async fn swap(
        &self,
        target: &mut Target,
        next: Vec<Change>,
        why: &str,
        progress: impl FnOnce(&BTreeMap<String, Progress>) -> BTreeMap<String, Progress>
        + Send
        + 'static,
    ) -> Result<Option<String>, RunError> {
        // The new table is complete before anything is written; only then does the store take it.
        let replacement = simulated_target(&self.outside, self.store.as_ref(), next.clone())?;
        let at = (self.outside.clock)().millis();
        let why = why.to_owned();
        let archive = self
            .with_store(move |store| {
                store.replace(at, &why, |now| Contents {
                    tables: next,
                    progress: progress(&now.progress),
                })
            })
            .await?
            .flatten();
        *target = replacement;
        Ok(archive.map(|id| id.to_string()))
    }

    pub(super) async fn progress(&self, lesson: &str) -> Result<Progress, RunError> {
        let lesson = lesson.to_owned();
        let progress = self
            .with_store(move |store| store.progress(&lesson))
            .await?;
        Ok(progress.unwrap_or_default())
    }
}

pub(super) fn find_section<'l>(lesson: &'l Lesson, id: &str) -> Result<&'l Section, RunError> {
    lesson
        .sections
        .iter()
        .find(|section| section.id == id)
        .ok_or_else(|| RunError::NoSection(id.to_owned()))
}

/// Runs every step of the sections before this one, with its seeds. Returns how many steps there were.
pub async fn replay_before(
    target: &Target,
    lesson: &Lesson,
    section: &Section,
) -> Result<usize, RunError> {
    replay_until(target, lesson, section, 0).await
}

/// The same, and then the steps of its own pages before this one (by its index).
pub(super) async fn replay_until(
    target: &Target,
    lesson: &Lesson,
    section: &Section,
    page: usize,
) -> Result<usize, RunError> {
    let mut replayed = 0;
    let before = lesson
        .sections
        .iter()
        .filter(|one| one.number < section.number);
    let before = before.flat_map(|section| &section.pages);
    for page in before.chain(section.pages.iter().take(page)) {
        let Some(Activity::Step(step)) = &page.activity else {
            // A page without a step can have seeds all the same, for what a learner writes there.
            super::simulation::arrange(target, &Simulation::default());
            super::requests::put_seeds(target, &page.seeds, Watch::nobody()).await?;
            continue;
        };
        let report = run_step(target, &page.seeds, step, Watch::nobody()).await?;
        if let Some(failure) = report.failures.first() {
            return Err(RunError::Replay {
                step: step.id.clone(),
                why: failure.saw.clone(),
            });
        }
        replayed += 1;
    }
    Ok(replayed)
}

fn report(section: &Section, replayed: usize, archive: Option<String>) -> SectionReport {
    SectionReport {
        section: section.id.clone(),
        replayed,
        archive,
    }
}

/// A server's tables are not ours to build: what is missing is said.
async fn on_server(
    target: &Target,
    section: &Section,
    needed: &[Change],
) -> Result<SectionReport, RunError> {
    let there: BTreeSet<String> = table_names(target).await?.into_iter().collect();
    let missing: Vec<String> = table_set(needed)
        .into_iter()
        .filter(|table| !there.contains(*table))
        .map(str::to_owned)
        .collect();
    if missing.is_empty() {
        return Ok(report(section, 0, None));
    }
    Err(match target.name() {
        TargetName::Account(place) => RunError::NotOnAccount {
            missing,
            place: place.to_string(),
        },
        TargetName::Simulated | TargetName::Endpoint(_) => RunError::NotOnServer { missing },
    })
}

/// Whether the section can't be worked through with what is there.
///
/// Somebody who was in the section before may have changed or deleted what it began with, that is its
/// purpose; then only a missing table counts, unless the section itself is where it was deleted.
fn lacks(section: &Section, progress: &Progress, needed: &[Change], live: &[Change]) -> bool {
    let there = table_set(live);
    let deleted_here: BTreeSet<&str> = steps(section)
        .filter(|step| step.request.operation == "DeleteTable" && progress.done.contains(&step.id))
        .flat_map(|step| step.request.tables())
        .collect();
    let table_missing = table_set(needed)
        .into_iter()
        .any(|table| !there.contains(table) && !deleted_here.contains(table));
    if table_missing {
        return true;
    }
    let was_here = progress.seen.iter().any(|page| page.section == section.id)
        || steps(section).any(|step| progress.done.contains(&step.id));
    if was_here {
        return false;
    }
    let live = items(live);
    items(needed)
        .iter()
        .any(|(key, item)| live.get(key) != Some(item))
}

/// What is needed, and the learner's tables that no step of the lesson uses.
pub(super) fn with_own_tables(
    lesson: &Lesson,
    needed: Vec<Change>,
    live: &[Change],
) -> Vec<Change> {
    let of_the_lesson = uses::tables(lesson);
    let built: BTreeSet<String> = table_set(&needed).into_iter().map(str::to_owned).collect();
    let own = live.iter().filter(|change| {
        let table = table_name(change);
        !of_the_lesson.contains(table) && !built.contains(table)
    });
    let own: Vec<Change> = own.cloned().collect();
    needed.into_iter().chain(own).collect()
}

pub(super) fn steps(section: &Section) -> impl Iterator<Item = &Step> {
    section
        .pages
        .iter()
        .filter_map(|page| match &page.activity {
            Some(Activity::Step(step)) => Some(step),
            _ => None,
        })
}

fn table_name(change: &Change) -> &str {
    match change {
        Change::PutTable { table, .. }
        | Change::DeleteTable { table }
        | Change::PutItem { table, .. }
        | Change::DeleteItem { table, .. } => table,
    }
}

pub(super) fn table_set(changes: &[Change]) -> BTreeSet<&str> {
    changes
        .iter()
        .filter_map(|change| match change {
            Change::PutTable { table, .. } => Some(table.as_str()),
            _ => None,
        })
        .collect()
}

pub(super) fn items(changes: &[Change]) -> BTreeMap<(&str, &[u8]), &Value> {
    changes
        .iter()
        .filter_map(|change| match change {
            Change::PutItem { table, key, item } => Some(((table.as_str(), key.as_slice()), item)),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests;
