//! What the screen asks the world for, and what becomes of the answers: tables, reads, sizes, measurements.
//!
//! Invariant: one work is on its way at most; whatever starts another one cancels it first.

use super::run::{RaceReport, RaceRun};
use super::{Race, RaceScreen, SIZES, Work};
use crate::app::effect::Effect;
use crate::app::state::Shared;
use crate::scene::{bytes, plural};

/// From this size on, what a table takes is said before it is built.
const MUCH: u64 = 100_000;

impl RaceScreen {
    pub(super) fn work_on(&mut self, effect: Effect, run: RaceRun, shared: &mut Shared) {
        self.stop_work(shared);
        self.problem = None;
        let id = shared.request(effect);
        self.work = Some(Work {
            id,
            total: run.demo.items,
            run,
            done: 0,
            what: "items".to_owned(),
            form: None,
        });
    }

    pub(super) fn start(&mut self, run: RaceRun, shared: &mut Shared) {
        self.started = true;
        self.offered = false;
        let same_table = self
            .race
            .as_ref()
            .is_some_and(|race| race.run.demo == run.demo);
        if !same_table && run.demo.items >= MUCH {
            shared.say(format!(
                "{} take about {} of memory until another table is built. Esc stops.",
                plural(run.demo.items, "item"),
                bytes(run.memory())
            ));
        }
        self.work_on(Effect::RunRace(Box::new(run.clone())), run, shared);
    }

    pub(super) fn stop_work(&mut self, shared: &mut Shared) {
        if let Some(work) = self.work.take() {
            shared.request(Effect::Cancel(work.id));
        }
    }

    /// The next size of the dial in a direction, counted from what is being built already.
    pub(super) fn resize(&mut self, larger: bool, shared: &mut Shared) {
        let mut run = self
            .work
            .as_ref()
            .map_or_else(|| self.run().clone(), |work| work.run.clone());
        let items = run.demo.items;
        let next = if larger {
            SIZES.iter().copied().find(|size| *size > items)
        } else {
            SIZES
                .iter()
                .rev()
                .copied()
                .find(|size| *size < items && *size >= run.demo.per_key)
        };
        match next {
            Some(size) => {
                run.demo.items = size;
                self.start(run, shared);
            }
            None => shared.say(if larger {
                "This is the largest table that is really built here. g shows what lies beyond."
            } else {
                "A smaller table could not hold what is asked for."
            }),
        }
    }

    pub(super) fn take(&mut self, work: Work, report: &RaceReport, shared: &mut Shared) {
        if let Some(why) = report.refusal() {
            return self.refuse(work, why.to_owned());
        }
        let Some(race) = Race::new(work.run, report.clone()) else {
            self.problem = Some("The race left no trace to draw.".to_owned());
            return;
        };
        let before = self.race.replace(race);
        let Some(race) = &self.race else { return };
        self.growing.add(&race.run, &[race.point()]);
        // Another question is predicted anew; whoever only turned the dial wants to see what has changed.
        let another = before
            .as_ref()
            .is_some_and(|before| !before.run.asks_as(&race.run));
        if another {
            self.guess = None;
        }
        self.clock.playhead.restart();
        if before.is_some() && self.guess.is_some() {
            self.play(shared);
        }
        self.clock.note(shared.now.running);
    }

    /// The question was refused: its form comes back with what was typed, and the picture stays.
    pub(super) fn refuse(&mut self, work: Work, why: String) {
        match work.form {
            Some(mut form) => {
                form.refusal = Some(why);
                self.form = Some(form);
            }
            None => self.problem = Some(why),
        }
    }

    pub(super) fn submit(&mut self, shared: &mut Shared) {
        let Some(mut form) = self.form.take() else {
            return;
        };
        match form.submit() {
            Err(why) => {
                form.refusal = Some(why);
                self.form = Some(form);
            }
            Ok(run) => {
                form.refusal = None;
                self.growing.shown = false;
                self.start(run, shared);
                if let Some(work) = &mut self.work {
                    work.form = Some(form);
                }
            }
        }
    }

    /// The author's next question, of the table as it stands.
    pub(super) fn next_question(&mut self, shared: &mut Shared) {
        let mut demo = self.run().demo.clone();
        let now = demo
            .questions
            .iter()
            .position(|question| {
                let run = self.run();
                question.left == run.left && question.right == run.right
            })
            .map_or(0, |now| (now + 1) % demo.questions.len());
        demo.items = demo.items.max(demo.per_key);
        self.start(RaceRun::of(demo, now), shared);
    }

    /// Stops what is being built and keeps the picture that was there.
    pub(super) fn cancel(&mut self, shared: &mut Shared) {
        if let Some(done) = self.work.as_ref().map(|work| work.done) {
            self.stop_work(shared);
            shared.say(format!("Stopped at {}.", plural(done, "item")));
        }
    }

    /// The growth plot, or the picture again. The first time, several sizes are really run.
    pub(super) fn toggle_growth(&mut self, shared: &mut Shared) {
        if self.asked_first(shared) {
            return;
        }
        self.growing.shown = !self.growing.shown;
        if self.growing.shown && !self.growing.complete && self.work.is_none() {
            let run = self.run().clone();
            self.work_on(Effect::RunGrowth(Box::new(run.clone())), run, shared);
        }
    }
}
