//! Where an item lives: the learner's own keys on their way to partitions.
//!
//! ```text
//!   author's keys ─┐                                                 ┌→ script of the table
//!   typed, pasted ─┼→ HashRun ─→ runner ─→ records of two tables ─────┴→ script of the second one
//!   a preset ──────┘                         refused keys, measured
//! ```
//!
//! The keys are put into scratch tables of the simulated DynamoDB; what these recorded is the script. Every input can be
//! changed: keys, their type, the sort key, the number of partitions, the hash function.
//! Invariant: the script shows exactly the keys that were put; a key that was refused leaves the picture as it was.

mod inputs;
mod keys;
pub mod picker;
mod prediction;

use std::collections::{BTreeMap, BTreeSet};

use crate::app::demo::{self, Clocked, Field, Guess, note};
use crate::app::effect::{Answer, Effect, HashRun, Measured, RequestId};
use crate::app::key::{Action, Key};
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::{Mouse, Shared};
use crate::learner::progress::Change;
use crate::lesson::key::HashTable;
use crate::lesson::model::{DemoKeys, HashDemo};
use crate::lesson::preset::{Preset, date};
use crate::scene::hash::Script;
use crate::scene::{Playhead, Position, Timeline};
use crate::simulator::trace::Provenance;
pub use inputs::MOST_PARTITIONS;
pub use keys::MOST_KEYS;
use picker::Picker;
pub use prediction::Question;

/// From so many columns on the header names the table besides saying that it is modelled.
const ROOM_FOR_BOTH: u16 = 100;
/// What is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// The keys as they were given, and for which tables. Where the table was changed, some may not fit it.
    pub run: HashRun,
    /// Where the keys come from, if a preset made them and nothing was changed since.
    pub preset: Option<Preset>,
    pub script: Script,
    /// The second table's, with the same keys.
    pub other: Option<Script>,
    pub measured: Option<Measured>,
}

/// Why keys are on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// The author's.
    First,
    /// New ones came to so many that had been given.
    Added(usize),
    /// The same ones, for a table that was changed.
    Changed,
    Preset(Preset),
}

/// Keys on their way to the scratch tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    id: RequestId,
    run: HashRun,
    why: Why,
    pub done: u64,
    pub total: u64,
}

/// The demonstration.
#[derive(Debug)]
pub struct HashScreen {
    /// The author's data.
    pub demo: HashDemo,
    /// `None` until the first keys have been put.
    pub picture: Option<Picture>,
    /// Whether the second table is shown beside the first where there is no room for it, and taken away where there is.
    pub beside: bool,
    pub clock: Clocked,
    /// By index of the put.
    pub guesses: BTreeMap<usize, Guess>,
    /// How even the keys of a preset will lie.
    pub spread: Option<Guess>,
    /// Where a new key is typed.
    pub field: Option<Field>,
    /// Where a preset is chosen.
    pub picker: Option<Picker>,
    /// Why the last keys are not in the picture: the service's own words, or ours.
    pub problem: Option<String>,
    pub work: Option<Work>,
    /// Puts that a prediction is asked for: the first one, and what the learner typed.
    gated: BTreeSet<usize>,
    done: bool,
}

impl HashScreen {
    /// The author's keys are asked for when the screen is shown.
    #[must_use]
    pub fn new(demo: HashDemo) -> Self {
        Self {
            demo,
            picture: None,
            beside: false,
            clock: Clocked::default(),
            guesses: BTreeMap::new(),
            spread: None,
            field: None,
            picker: None,
            problem: None,
            work: None,
            gated: BTreeSet::new(),
            done: false,
        }
    }

    #[must_use]
    pub fn script(&self) -> Option<&Script> {
        self.picture.as_ref().map(|picture| &picture.script)
    }

    #[must_use]
    pub fn position(&self) -> Position {
        self.script()
            .map(|script| self.clock.playhead.position(script.timeline()))
            .unwrap_or_default()
    }

    /// The table that is shown, or the author's while there is none.
    #[must_use]
    pub fn table(&self) -> &HashTable {
        self.picture
            .as_ref()
            .map_or(&self.demo.table, |picture| &picture.run.table)
    }

    /// Moves on, unless a question is open; `how` also gets the stop that can't be passed.
    fn go(
        &mut self,
        shared: &mut Shared,
        how: impl FnOnce(&mut Playhead, &Timeline, Option<usize>),
    ) {
        if self.asked_first(shared) {
            return;
        }
        let gate = self.gate();
        if let Some(picture) = &self.picture {
            how(&mut self.clock.playhead, picture.script.timeline(), gate);
            self.after_move(shared);
        }
    }

    fn forward(&mut self, shared: &mut Shared) {
        self.go(shared, Playhead::step_forward);
    }

    fn play(&mut self, shared: &mut Shared) {
        self.go(shared, Playhead::play_or_pause);
    }

    #[must_use]
    pub fn at_end(&self) -> bool {
        self.script()
            .is_some_and(|script| self.position().done() >= script.timeline().moments())
    }

    /// Starts the clock where something moves; the activity is done once all keys have landed.
    fn after_move(&mut self, shared: &mut Shared) {
        self.clock.note(shared.now.running);
        if self.at_end() {
            self.finish(shared);
        }
    }

    fn finish(&mut self, shared: &mut Shared) {
        if !self.done && !self.demo.id.is_empty() {
            self.done = true;
            shared.save(Change::Done(self.demo.id.clone()));
        }
    }

    fn leave(&mut self, shared: &mut Shared) {
        if self.picture.is_some() {
            self.finish(shared);
        }
        self.cancel(shared);
        shared.pop();
    }

    /// Nobody waits for what is on its way any more.
    fn cancel(&mut self, shared: &mut Shared) {
        if let Some(work) = self.work.take() {
            shared.request(Effect::Cancel(work.id));
        }
    }

    /// What works while nothing is typed and nothing chosen.
    fn playing_actions(&self) -> Vec<Action> {
        let mut actions = Vec::new();
        let play = if self.clock.playhead.plays() {
            Action::Pause
        } else {
            Action::Play
        };
        let inputs = [Action::EditKeys, Action::Presets, Action::OtherTable];
        let choices = self.choices();
        if choices.is_empty() {
            actions.push(Action::StepForward);
            // Outside of a lesson nothing comes next; in one, space goes on as it does on every page.
            if self.at_end() && !self.demo.id.is_empty() {
                actions.push(Action::Next);
            }
            actions.extend([Action::StepBack, play]);
            actions.extend(inputs);
        } else {
            let choices = u8::try_from(choices.len()).unwrap_or(u8::MAX);
            actions.extend((1..=choices).map(Action::Choose));
            actions.push(Action::DontKnow);
            actions.extend(inputs);
            // They only say that the answer comes first.
            actions.extend([Action::StepForward, Action::StepBack, play]);
        }
        actions.extend([
            Action::MorePartitions,
            Action::FewerPartitions,
            Action::KeyType,
            Action::SortKey,
            Action::HashFunction,
            Action::StartOver,
            Action::Traffic,
            Action::Faster,
            Action::Slower,
            Action::FirstFrame,
            Action::LastFrame,
            Action::Back,
        ]);
        actions
    }
}

/// The date that presets are made for.
fn today(shared: &Shared) -> String {
    date(shared.now.wall)
}

impl Component for HashScreen {
    fn title(&self, shared: &Shared) -> Title {
        let progress = self.script().and_then(|script| {
            let arrival = script.arrival_at(self.position())?;
            Some((arrival + 1, script.keys().len()))
        });
        let table = &self.table().name;
        let modelled = self
            .script()
            .is_some_and(|script| script.provenance() == Provenance::Modelled);
        let table = match (modelled, shared.columns >= ROOM_FOR_BOTH) {
            (true, true) => format!("{table}, modelled"),
            (true, false) => "modelled".to_owned(),
            (false, _) => table.clone(),
        };
        Title {
            text: "Where an item lives".to_owned(),
            progress,
            note: note(&self.clock, &table, shared),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        if self.field.is_some() {
            return vec![Action::SubmitLine, Action::StopEditing];
        }
        if self.picker.is_some() {
            return Picker::actions();
        }
        self.playing_actions()
    }

    fn idle(&self, _shared: &Shared) -> Vec<Action> {
        if self.field.is_some() || self.picker.is_some() {
            return Vec::new();
        }
        let at_start = self.position() == Position::default();
        demo::idle(!self.choices().is_empty(), at_start, self.at_end())
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        if self.picker.is_some() {
            return self.pick(action, shared);
        }
        match action {
            Action::StepForward => self.forward(shared),
            Action::StepBack => {
                if let Some(picture) = &self.picture {
                    self.clock.playhead.step_back(picture.script.timeline());
                    self.after_move(shared);
                }
            }
            Action::Play | Action::Pause => self.play(shared),
            Action::FirstFrame => {
                self.clock.playhead.restart();
                self.clock.note(shared.now.running);
            }
            Action::LastFrame => self.go(shared, |playhead, timeline, gate| {
                playhead.seek(timeline, usize::MAX, gate);
            }),
            Action::Faster => self.clock.playhead.faster(),
            Action::Slower => self.clock.playhead.slower(),
            Action::Choose(number) => {
                let choice = usize::from(number).saturating_sub(1);
                self.guess(Guess::Choice(choice), shared);
            }
            Action::DontKnow => self.guess(Guess::DontKnow, shared),
            Action::StopEditing => self.field = None,
            Action::SubmitLine => self.submit(shared),
            Action::Back if self.work.is_some() && self.picture.is_some() => {
                self.cancel(shared);
                shared.say("Stopped. The picture is as it was.");
            }
            Action::Traffic => shared.push(Screen::traffic("orders")),
            Action::Next | Action::Back => self.leave(shared),
            input => self.change_input(input, shared),
        }
    }

    fn writing(&self) -> bool {
        self.field.is_some()
    }

    fn takes_paste(&self) -> bool {
        self.picture.is_some() && self.picker.is_none()
    }

    fn key(&mut self, key: Key, _shared: &mut Shared) -> bool {
        self.field.as_mut().is_some_and(|field| field.key(key))
    }

    fn paste(&mut self, text: &str, shared: &mut Shared) {
        self.paste_keys(text, shared);
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        self.pick_by_mouse(mouse, shared);
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
            Answer::Hash(report) => self.take(work.run, work.why, report, shared),
            Answer::Failed { why } => self.problem = Some(why.clone()),
            _ => {
                self.problem =
                    Some("The answer was to another question. Press e and try again.".to_owned());
            }
        }
        true
    }

    fn moving(&self) -> bool {
        self.clock.playhead.moves()
    }

    fn tick(&mut self, shared: &mut Shared) {
        let gate = self.gate();
        if let Some(picture) = &self.picture {
            self.clock
                .tick(picture.script.timeline(), shared.now.running, gate);
            self.after_move(shared);
        }
    }

    fn shown(&mut self, shared: &mut Shared) {
        if self.picture.is_none() && self.work.is_none() && self.problem.is_none() {
            self.clock = Clocked::new(shared.reduced_motion);
            self.begin(shared);
        }
    }
}

/// Which preset the author chose, if one.
const fn preset_of(demo: &HashDemo) -> Option<Preset> {
    match &demo.keys {
        DemoKeys::Listed(_) => None,
        DemoKeys::Preset { preset, .. } => Some(*preset),
    }
}
