//! What a reset takes out of a learner's progress: the same in the store and on the screen.
//!
//! Invariant: notes stay.

use std::collections::{BTreeMap, BTreeSet};

use crate::learner::progress::Progress;
use crate::lesson::model::{Activity, Section};

/// Progress with everything but the notes cleared: a parking lot outlives every reset.
#[must_use]
pub fn everything(progress: &BTreeMap<String, Progress>) -> BTreeMap<String, Progress> {
    progress
        .iter()
        .filter(|(_, progress)| !progress.notes.is_empty())
        .map(|(lesson, progress)| {
            let kept = Progress {
                notes: progress.notes.clone(),
                ..Progress::default()
            };
            (lesson.clone(), kept)
        })
        .collect()
}

/// Forgets what was done in a section. Notes and marks for Lambda stay: they are not the section's.
pub fn section(progress: &mut Progress, section: &Section) {
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
            Some(Activity::Traffic(demo)) => {
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
            Some(
                Activity::Goals { id, .. }
                | Activity::ParkingLot { id, .. }
                | Activity::Workshop { id, .. },
            ) => {
                ids.insert(id.as_str());
            }
        }
    }
    ids
}
