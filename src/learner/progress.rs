//! A learner's way through one lesson, as plain data.
//!
//! The screen and the store hold the same [`Progress`] and move it only by [`Change`]s: the screen
//! applies a change at once and hands it over to be kept, the store applies the same change to what is on disk.
//! Invariant: applying a change twice is the same as applying it once.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// What was answered to a predict or quiz question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// Index into the question's choices.
    Choice(usize),
    DontKnow,
}

/// A question for the parking lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Never used twice within a lesson; in order of writing.
    pub id: u64,
    pub text: String,
    /// Section id and page (from 0) where it was written; `None` at home.
    pub place: Option<PageRef>,
    /// Milliseconds since the epoch.
    pub written: u64,
}

/// A page of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PageRef {
    /// The section's id.
    pub section: String,
    /// From 0.
    pub page: usize,
}

/// Everything kept for one lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Where the learner was last.
    pub place: Option<PageRef>,
    /// Pages that were open at least once and left forwards.
    pub seen: BTreeSet<PageRef>,
    /// Ids of steps, demonstrations, exercises and quizzes that succeeded.
    pub done: BTreeSet<String>,
    /// The first answer to each question, by the question's id.
    pub answers: BTreeMap<String, Given>,
    /// Ticked items, as (checklist id, item id).
    pub ticked: BTreeSet<(String, String)>,
    /// Goals (ids) that were also reached from Lambda.
    pub from_lambda: BTreeSet<String>,
    /// What stands in an exercise's editor, by the exercise's id.
    pub drafts: BTreeMap<String, String>,
    /// How many hints of an exercise were shown.
    pub hints: BTreeMap<String, usize>,
    /// Exercises whose solution was shown.
    pub solutions: BTreeSet<String>,
    pub notes: BTreeMap<u64, Note>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Opened(PageRef),
    Seen(PageRef),
    Done(String),
    /// Only the first answer counts; later ones are ignored.
    Answered {
        question: String,
        given: Given,
    },
    Ticked {
        checklist: String,
        item: String,
        on: bool,
    },
    FromLambda {
        goal: String,
        on: bool,
    },
    Draft {
        exercise: String,
        text: String,
    },
    Hints {
        exercise: String,
        shown: usize,
    },
    SolutionShown(String),
    /// A new note or a changed one.
    Note(Note),
    NoteRemoved(u64),
}

impl Progress {
    /// Nothing done yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            place: None,
            seen: BTreeSet::new(),
            done: BTreeSet::new(),
            answers: BTreeMap::new(),
            ticked: BTreeSet::new(),
            from_lambda: BTreeSet::new(),
            drafts: BTreeMap::new(),
            hints: BTreeMap::new(),
            solutions: BTreeSet::new(),
            notes: BTreeMap::new(),
        }
    }

    /// Moves on by one change.
    pub fn apply(&mut self, change: &Change) {
        match change.clone() {
            Change::Opened(page) => self.place = Some(page),
            Change::Seen(page) => {
                self.seen.insert(page);
            }
            Change::Done(id) => {
                self.done.insert(id);
            }
            Change::Answered { question, given } => {
                self.answers.entry(question).or_insert(given);
            }
            Change::Ticked {
                checklist,
                item,
                on: true,
            } => {
                self.ticked.insert((checklist, item));
            }
            Change::Ticked {
                checklist,
                item,
                on: false,
            } => {
                self.ticked.remove(&(checklist, item));
            }
            Change::FromLambda { goal, on: true } => {
                self.from_lambda.insert(goal);
            }
            Change::FromLambda { goal, on: false } => {
                self.from_lambda.remove(&goal);
            }
            Change::Draft { exercise, text } => {
                self.drafts.insert(exercise, text);
            }
            Change::Hints { exercise, shown } => {
                let most = self.hints.entry(exercise).or_default();
                *most = shown.max(*most);
            }
            Change::SolutionShown(exercise) => {
                self.solutions.insert(exercise);
            }
            Change::Note(note) => {
                self.notes.insert(note.id, note);
            }
            Change::NoteRemoved(id) => {
                self.notes.remove(&id);
            }
        }
    }

    /// The id for the next note.
    #[must_use]
    pub fn next_note(&self) -> u64 {
        self.notes.last_key_value().map_or(1, |(last, _)| last + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_answer_counts() {
        let mut progress = Progress::default();
        for given in [Given::DontKnow, Given::Choice(1)] {
            progress.apply(&Change::Answered {
                question: "schema".into(),
                given,
            });
        }
        assert_eq!(progress.answers["schema"], Given::DontKnow);
    }

    #[test]
    fn hints_once_shown_stay_shown() {
        let mut progress = Progress::default();
        for shown in [2, 1] {
            progress.apply(&Change::Hints {
                exercise: "first".into(),
                shown,
            });
        }
        assert_eq!(progress.hints["first"], 2);
    }
}
