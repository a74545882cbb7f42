//! Doing what the page is about: running its step or exercise, opening its demonstration, asking for help with it.
//!
//! Invariant: nothing is run before the page's question was answered.

use crate::app::account::trouble::Trouble;
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::hash::HashScreen;
use crate::app::key::Action;
use crate::app::lesson::{LessonScreen, Stage, Work, exercise};
use crate::app::race::RaceScreen;
use crate::app::race::run::RaceRun;
use crate::app::screen::{Component as _, Screen};
use crate::app::state::Shared;
use crate::app::traffic::TrafficScreen;
use crate::learner::progress::Change;
use crate::lesson::model::Activity;

impl LessonScreen {
    pub(super) fn run(&mut self, shared: &mut Shared) {
        if matches!(self.stage(shared), Stage::Asking | Stage::Running) {
            return;
        }
        if !self.sees_sending(shared) {
            shared.say("This is what it sends and what that can cost. Once more, and it is sent.");
            return self.show_sending(shared);
        }
        let Some(page) = self.page(shared) else {
            return;
        };
        let seeds = page.seeds.clone();
        let predicted = page.predict.is_some();
        match page.activity.clone() {
            Some(Activity::Step(step)) => {
                self.unfolded = false;
                self.again = false;
                shared.run_step(seeds, step);
            }
            Some(Activity::Exercise(exercise)) => {
                self.keep_draft(shared);
                if let Work::Exercise(work) = &mut self.work {
                    let body = work.editor.text();
                    work.editing = false;
                    shared.run_exercise(seeds, exercise, body);
                }
            }
            Some(activity @ (Activity::Hash(_) | Activity::Race(_) | Activity::Traffic(_))) => {
                open_demo(&activity, predicted, shared);
            }
            _ => {}
        }
        self.settle(shared);
    }

    /// Leaves a wait; what is waited for goes on.
    pub(super) fn stop_waiting(shared: &mut Shared) {
        for id in shared.runs.under_way() {
            shared.request(Effect::Cancel(id));
        }
        shared.say("Not waiting any more. What was sent goes on on the account.");
    }

    /// Whether the last run of this page's activity failed in a way that concerns the account.
    pub(super) fn troubled(&self, shared: &Shared) -> bool {
        let Some(activity) = self.activity(shared) else {
            return false;
        };
        let id = activity.id();
        let runs = &shared.runs;
        let step = runs.reports.get(id).and_then(Trouble::of).is_some();
        let tried = runs.tries.get(id).is_some_and(|report| {
            !report.failures.is_empty() && Trouble::of_exchange(&report.exchange).again()
        });
        step || tried || runs.failed.contains_key(id)
    }

    /// Hands over what stands in the exercise's editor to be kept.
    pub(super) fn keep_draft(&self, shared: &mut Shared) {
        if let (Work::Exercise(work), Some(Activity::Exercise(exercise))) =
            (&self.work, self.activity(shared))
        {
            let text = work.editor.text();
            let known = shared.progress().drafts.get(&exercise.id);
            if known.map_or_else(
                || text != exercise::first_text(exercise),
                |known| *known != text,
            ) {
                let exercise = exercise.id.clone();
                shared.save(Change::Draft { exercise, text });
            }
        }
    }

    pub(super) fn hint(&mut self, shared: &mut Shared) {
        let Some(Activity::Exercise(exercise)) = self.activity(shared) else {
            return;
        };
        let shown = shared
            .progress()
            .hints
            .get(&exercise.id)
            .copied()
            .unwrap_or(0);
        if shown >= exercise.hints.len() {
            return shared.say("That was the last hint. After a try, s shows a solution.");
        }
        let exercise = exercise.id.clone();
        shared.save(Change::Hints {
            exercise,
            shown: shown + 1,
        });
        self.show_hint(shared);
    }

    pub(super) fn solution(&mut self, shared: &mut Shared) {
        let Some(Activity::Exercise(exercise)) = self.activity(shared) else {
            return;
        };
        if exercise::tried(exercise, shared) {
            let id = exercise.id.clone();
            shared.save(Change::SolutionShown(id));
            self.act(Action::Bottom, shared);
        } else {
            shared.say("Try it first: send your own request with Ctrl-R, then s shows a solution.");
        }
    }

    pub(super) fn start_over(&mut self, shared: &mut Shared) {
        let Some(Activity::Exercise(exercise)) = self.activity(shared) else {
            return;
        };
        let editor = Editor::new(&exercise::first_text(exercise));
        if let Work::Exercise(work) = &mut self.work {
            work.editor = editor;
        }
        self.keep_draft(shared);
    }
}

/// Puts a demonstration's own screen on top; `predicted` where the page has asked what comes of it.
fn open_demo(activity: &Activity, predicted: bool, shared: &mut Shared) {
    match activity {
        Activity::Hash(demo) => shared.push(Screen::Hash(Box::new(HashScreen::new(demo.clone())))),
        Activity::Race(demo) => shared.push(Screen::Race(Box::new(RaceScreen::new(RaceRun::of(
            demo.clone(),
            0,
        ))))),
        Activity::Traffic(demo) => {
            let traffic = TrafficScreen::new(demo.clone());
            let traffic = if predicted {
                traffic.predicted()
            } else {
                traffic
            };
            shared.push(Screen::Traffic(Box::new(traffic)));
        }
        _ => {}
    }
}
