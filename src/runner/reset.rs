//! Starts a section, or everything, over.
//!
//! Invariant: everything that is cleared is in the archive that the report names; notes stay where they are.

use std::collections::BTreeSet;

use super::section::{find_section, with_own_tables};
use super::{RunError, Runner};
use crate::app::effect::ResetReport;
use crate::learner::progress::Progress;
use crate::learner::store::without_marks;
use crate::lesson::model::{Activity, Section};

impl Runner {
    /// Clears one section of a lesson (its tables become as they are when it begins), or with `None` everything.
    pub async fn reset(
        &self,
        lesson: &str,
        section: Option<&str>,
    ) -> Result<ResetReport, RunError> {
        match section {
            Some(section) => self.reset_section(lesson, section).await,
            None => self.reset_everything().await,
        }
    }

    async fn reset_section(&self, lesson: &str, section: &str) -> Result<ResetReport, RunError> {
        let lesson = self.lesson(lesson)?;
        let section = find_section(lesson, section)?;
        let (needed, _) = self.needed(lesson, section).await?;
        let mut target = self.target.write().await;
        let Some(simulator) = target.simulator().cloned() else {
            return Err(RunError::SimulatedOnly("a reset"));
        };
        let next = with_own_tables(lesson, needed, &simulator.snapshot());
        let why = format!("reset of {}", section.title);
        let (lesson, section) = (lesson.id.clone(), section.clone());
        let archive = self
            .swap(&mut target, next, &why, move |progress| {
                let mut progress = progress.clone();
                if let Some(progress) = progress.get_mut(&lesson) {
                    clear(progress, &section);
                }
                progress
            })
            .await?;
        Ok(ResetReport { archive })
    }

    async fn reset_everything(&self) -> Result<ResetReport, RunError> {
        let mut target = self.target.write().await;
        if target.simulator().is_none() {
            return Err(RunError::SimulatedOnly("a reset"));
        }
        let archive = self
            .swap(
                &mut target,
                Vec::new(),
                "reset of everything",
                without_marks,
            )
            .await?;
        Ok(ResetReport { archive })
    }
}

/// Forgets what was done in a section. Notes and marks for Lambda stay: they are not the section's.
pub(crate) fn clear(progress: &mut Progress, section: &Section) {
    let ids = ids(section);
    progress.done.retain(|id| !ids.contains(id.as_str()));
    progress.answers.retain(|id, _| !ids.contains(id.as_str()));
    progress.drafts.retain(|id, _| !ids.contains(id.as_str()));
    progress.hints.retain(|id, _| !ids.contains(id.as_str()));
    progress.solutions.retain(|id| !ids.contains(id.as_str()));
    progress
        .ticked
        .retain(|(checklist, _)| !ids.contains(checklist.as_str()));
    progress.seen.retain(|page| page.section != section.id);
    if let Some(place) = &mut progress.place
        && place.section == section.id
    {
        place.page = 0;
    }
}

/// The ids of all activities and questions of a section.
fn ids(section: &Section) -> BTreeSet<&str> {
    let mut ids = BTreeSet::new();
    for page in &section.pages {
        ids.extend(page.predict.as_ref().map(|predict| predict.id.as_str()));
        match &page.activity {
            None => {}
            Some(Activity::Step(step)) => {
                ids.insert(step.id.as_str());
            }
            Some(Activity::Hash(demo)) => {
                ids.insert(demo.id.as_str());
            }
            Some(Activity::Race(demo)) => {
                ids.insert(demo.id.as_str());
            }
            Some(Activity::Exercise(exercise)) => {
                ids.insert(exercise.id.as_str());
            }
            Some(Activity::Quiz(quiz)) => {
                ids.insert(quiz.id.as_str());
                ids.extend(quiz.questions.iter().map(|question| question.id.as_str()));
            }
            Some(Activity::Checklist(checklist)) => {
                ids.insert(checklist.id.as_str());
            }
            Some(Activity::Calculator(calculator)) => {
                ids.insert(calculator.id.as_str());
            }
            Some(Activity::Goals { id, .. } | Activity::ParkingLot { id, .. }) => {
                ids.insert(id.as_str());
            }
        }
    }
    ids
}
