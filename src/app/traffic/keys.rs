//! What the keys of the traffic screen do, and what becomes of its answers.
//!
//! Invariant: an answer to a run that nobody waits for any more is not taken.

use super::{Choosing, Setting, TrafficScreen, settings};
use crate::app::demo::{self, Clocked, Guess, note};
use crate::app::effect::{Answer, Effect, RequestId};
use crate::app::key::{Action, Key};
use crate::app::screen::{Component, Title};
use crate::app::state::Shared;
use crate::lesson::traffic::{Load, Spread};
use crate::scene::Position;

impl Component for TrafficScreen {
    fn title(&self, shared: &Shared) -> Title {
        Title {
            text: "Traffic".to_owned(),
            note: note(&self.clock, &self.demo.table, shared),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        if self.field.is_some() {
            return vec![Action::SubmitLine, Action::StopEditing];
        }
        if self.choosing.is_some() {
            let mut actions: Vec<Action> = (1..=5).map(Action::Choose).collect();
            actions.push(Action::Back);
            return actions;
        }
        let play = if self.clock.playhead.plays() {
            Action::Pause
        } else {
            Action::Play
        };
        let settings = [
            Action::KeyDesign,
            Action::Spread,
            Action::EditRate,
            Action::EditCapacity,
            Action::ReadsWrites,
        ];
        let mut actions = Vec::new();
        if self.asking() {
            actions.extend([1, 2, 3, 4].map(Action::Choose));
            actions.push(Action::DontKnow);
            actions.extend(settings);
            // They only say that the answer comes first.
            actions.extend([Action::StepForward, Action::StepBack, play]);
        } else {
            if self.at_end() {
                actions.push(Action::FixIt);
                // Outside of a lesson nothing comes next.
                if !self.demo.id.is_empty() {
                    actions.push(Action::Next);
                }
            }
            // Before there is a picture, nothing moves yet.
            if self.shown.is_some() {
                actions.push(play);
            }
            actions.extend(settings);
            actions.extend([Action::StepForward, Action::StepBack]);
            if self.shown.is_none() {
                actions.push(play);
            } else if !self.at_end() {
                actions.push(Action::FixIt);
            }
        }
        actions.extend([
            Action::Faster,
            Action::Slower,
            Action::FirstFrame,
            Action::LastFrame,
            Action::Back,
        ]);
        actions
    }

    fn idle(&self, _shared: &Shared) -> Vec<Action> {
        if self.field.is_some() || self.choosing.is_some() {
            return Vec::new();
        }
        let at_start = self.position() == Position::default();
        demo::idle(self.asking(), at_start, self.at_end())
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        let gate = self.gate();
        match action {
            Action::StepForward => {
                if !self.asked_first(shared)
                    && let Some(shown) = &self.shown
                {
                    self.clock
                        .playhead
                        .step_forward(shown.script.timeline(), gate);
                    self.after_move(shared);
                }
            }
            Action::StepBack => {
                if let Some(shown) = &self.shown {
                    self.clock.playhead.step_back(shown.script.timeline());
                    self.after_move(shared);
                }
            }
            Action::Play | Action::Pause => self.play_when_asked(shared),
            Action::FirstFrame => {
                self.clock.playhead.restart();
                self.clock.note(shared.now.running);
            }
            Action::LastFrame => self.show_end(shared),
            Action::Faster => self.clock.playhead.faster(),
            Action::Slower => self.clock.playhead.slower(),
            Action::Choose(number) => self.choose(number, shared),
            Action::DontKnow => self.commit(Guess::DontKnow, shared),
            Action::KeyDesign => self.choosing = Some(Choosing::Instead),
            Action::FixIt => self.choosing = Some(Choosing::Beside),
            Action::Spread => {
                let load = self.run().load;
                let spread = settings::next(Spread::ALL, load.spread);
                self.reload(Load { spread, ..load }, shared);
            }
            Action::ReadsWrites => {
                let load = settings::other_access(self.run().load);
                self.reload(load, shared);
            }
            Action::EditRate => self.edit(Setting::Rate),
            Action::EditCapacity => self.edit(Setting::Capacity),
            Action::StopEditing => self.field = None,
            Action::SubmitLine => self.submit(shared),
            Action::Back if self.choosing.is_some() => self.choosing = None,
            Action::Back if self.work.is_some() && self.shown.is_some() => {
                if let Some(work) = self.work.take() {
                    shared.request(Effect::Cancel(work.id));
                    shared.say("Stopped. The picture is the one that was there.");
                }
            }
            Action::Next | Action::Back => self.leave(shared),
            _ => {}
        }
    }

    fn writing(&self) -> bool {
        self.field.is_some()
    }

    fn key(&mut self, key: Key, _shared: &mut Shared) -> bool {
        self.field.as_mut().is_some_and(|(_, field)| field.key(key))
    }

    fn paste(&mut self, text: &str, _shared: &mut Shared) {
        if let (Some((_, field)), Some(line)) = (&mut self.field, text.lines().next()) {
            field.insert(line);
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        let Some(mut work) = self.work.take_if(|work| work.id == id) else {
            return false;
        };
        match answer {
            Answer::Working { done, total, .. } => {
                (work.done, work.total) = (*done, *total);
                self.work = Some(work);
            }
            Answer::Traffic(record) => self.take(work, record, shared),
            Answer::Failed { why } => self.problem = Some(why.clone()),
            _ => {
                self.problem = Some(
                    "The answer was to another question. Change a setting to try again.".to_owned(),
                );
            }
        }
        true
    }

    fn moving(&self) -> bool {
        self.clock.playhead.moves()
    }

    fn tick(&mut self, shared: &mut Shared) {
        let gate = self.gate();
        if let Some(shown) = &self.shown {
            self.clock
                .tick(shown.script.timeline(), shared.now.running, gate);
            self.after_move(shared);
        }
    }

    fn shown(&mut self, shared: &mut Shared) {
        if !self.started {
            self.clock = Clocked::new(shared.reduced_motion);
            self.start(self.run(), None, shared);
        }
    }
}
