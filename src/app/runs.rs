//! The requests that pages have sent, and what came of them.
//!
//! ```text
//!   page ──run──→ waiting ──answer──→ report, mark, grid
//!                    └─ the page may be left and come back to meanwhile
//! ```
//!
//! They live beside the screens and not in them, so that an answer is kept also when nobody looks at its page any more.
//! Invariant: an activity has at most one request on its way; a request that was forgotten or answered takes no answer.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::effect::{Answer, Effect, ExerciseReport, GridView, RequestId, StepReport};
use crate::app::lesson::step;
use crate::app::state::Shared;
use crate::learner::progress::Change;
use crate::lesson::model::{Exercise, Seed, Step};
use crate::target::exchange::Happening;

/// How many items of a table are fetched for the grid under a step.
const GRID_ITEMS: usize = 20;

/// What a request was for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    lesson: String,
    /// Id of the step or exercise.
    activity: String,
    /// The table that a write will have changed.
    writes: Option<String>,
    /// Not the activity itself, only the table after it.
    grid: bool,
    waiting: bool,
}

#[derive(Debug, Default)]
pub struct Runs {
    asked: BTreeMap<RequestId, Asked>,
    /// What came of the steps run since the program started, by step id.
    pub reports: BTreeMap<String, StepReport>,
    /// The last try at each exercise, by exercise id.
    pub tries: BTreeMap<String, ExerciseReport>,
    /// Why the last run of an activity could not even be tried, by activity id.
    pub failed: BTreeMap<String, String>,
    /// What goes on while an activity is waited for, by activity id.
    pub happening: BTreeMap<String, Happening>,
    /// Tables as they were last fetched for a grid, by name.
    pub grids: BTreeMap<String, GridView>,
    /// Ids of the sections whose needs were built since the program started.
    pub built: BTreeSet<String>,
}

impl Runs {
    /// Whether an activity's request is on its way.
    #[must_use]
    pub fn running(&self, activity: &str) -> bool {
        self.asked
            .values()
            .any(|asked| asked.waiting && !asked.grid && asked.activity == activity)
    }

    /// The requests that are on their way.
    #[must_use]
    pub fn under_way(&self) -> Vec<RequestId> {
        let waiting = self.asked.iter().filter(|(_, asked)| asked.waiting);
        waiting.map(|(id, _)| *id).collect()
    }

    /// The activity that a request was for.
    #[must_use]
    pub fn activity(&self, id: RequestId) -> Option<&str> {
        self.asked.get(&id).map(|asked| asked.activity.as_str())
    }

    fn ask(&mut self, id: RequestId, asked: Asked) {
        if !asked.grid {
            self.failed.remove(&asked.activity);
        }
        self.asked.insert(id, asked);
    }
}

impl Shared {
    /// Sends a step of the lesson in hand, unless it is on its way.
    pub fn run_step(&mut self, seeds: Vec<Seed>, step: Step) {
        if self.runs.running(&step.id) {
            return;
        }
        let table = step::table(&step.request).filter(|_| step::writes(&step.request.operation));
        let asked = Asked {
            lesson: self.lesson().id.clone(),
            activity: step.id.clone(),
            writes: table.map(str::to_owned),
            grid: false,
            waiting: true,
        };
        let id = self.request(Effect::RunStep {
            lesson: asked.lesson.clone(),
            seeds,
            step: Box::new(step),
        });
        self.runs.ask(id, asked);
    }

    /// Sends what stands in an exercise's editor, unless a try is on its way.
    pub fn run_exercise(&mut self, seeds: Vec<Seed>, exercise: Exercise, body: String) {
        if self.runs.running(&exercise.id) {
            return;
        }
        let asked = Asked {
            lesson: self.lesson().id.clone(),
            activity: exercise.id.clone(),
            writes: None,
            grid: false,
            waiting: true,
        };
        let id = self.request(Effect::RunExercise {
            lesson: asked.lesson.clone(),
            seeds,
            exercise: Box::new(exercise),
            body,
        });
        self.runs.ask(id, asked);
    }

    /// Keeps what a run came to, whichever page is open.
    pub(crate) fn keep(&mut self, id: RequestId, answer: &Answer) {
        let Some(asked) = self.runs.asked.get_mut(&id).filter(|asked| asked.waiting) else {
            return;
        };
        if let Answer::Happening(happening) = answer {
            let activity = asked.activity.clone();
            self.runs.happening.insert(activity, happening.clone());
            return;
        }
        asked.waiting = matches!(answer, Answer::Working { .. });
        let asked = asked.clone();
        if !asked.waiting {
            self.runs.happening.remove(&asked.activity);
        }
        match answer {
            Answer::Step(report) => {
                let exchange = &report.exchange;
                let did = exchange.response.is_some() && report.failures.is_empty();
                if did || exchange.already_done {
                    self.save_in(&asked.lesson, Change::Done(asked.activity.clone()));
                }
                self.runs
                    .reports
                    .insert(asked.activity.clone(), (**report).clone());
                // On an account nothing is sent that its page did not show, not even a look at the table.
                let looks = asked.writes.clone().filter(|_| self.place().is_none());
                if let Some(table) = looks {
                    let count = GRID_ITEMS;
                    let grid = self.request(Effect::Grid { table, count });
                    self.runs.ask(
                        grid,
                        Asked {
                            grid: true,
                            waiting: true,
                            ..asked
                        },
                    );
                }
            }
            Answer::Exercise(report) => {
                if report.failures.is_empty() {
                    self.save_in(&asked.lesson, Change::Done(asked.activity.clone()));
                }
                self.runs.tries.insert(asked.activity, (**report).clone());
            }
            Answer::Grid(view) => {
                self.runs.grids.insert(view.table.clone(), view.clone());
            }
            // Without its grid a step is as good as with it.
            Answer::Failed { why } if !asked.grid => {
                self.runs.failed.insert(asked.activity, why.clone());
            }
            _ => {}
        }
    }
}
