//! Starts a section, or everything, over.
//!
//! Invariant: everything that is cleared is in the archive that the report names; notes stay where they are.

use super::section::{find_section, with_own_tables};
use super::{RunError, Runner};
use crate::app::effect::ResetReport;
use crate::learner::forget::{everything, section as forget_section};

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
                    forget_section(progress, &section);
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
            .swap(&mut target, Vec::new(), "reset of everything", everything)
            .await?;
        Ok(ResetReport { archive })
    }
}
