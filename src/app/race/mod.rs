//! Query or scan: one question asked in two ways on one scratch table, page by page.
//!
//! ```text
//!   mod      the screen: predict, play, dial, ask anew        run       what is asked for and what comes back
//!   work     what is built and read on its way                growing   points for the growth plot
//!   form     both ways, changed in place
//! ```
//!
//! The table is really built, as large as the learner dials; both ways are then read to the end, and the
//! traces of their pages are the script. Each page keeps the price and the time its exchange had.
//! Invariant: while a new table is being built or a question was refused, the old picture stays and can be played.

pub mod form;
mod growing;
pub mod run;
mod work;

use std::time::Duration;

use crate::app::demo::{self, Clocked, Guess, note};
use crate::app::effect::{Answer, Effect, RequestId};
use crate::app::key::{Action, Key};
use crate::app::screen::{Component, Title};
use crate::app::state::Shared;
use crate::learner::progress::Change;
use crate::scene::Position;
use crate::scene::race::growth::{Cost, Point};
use crate::scene::race::{Script, Side};
use crate::target::exchange::{Picodollars, TargetName};

use form::{Form, Slot};
use growing::Growing;
use run::{Measured, MostCost, RaceReport, RaceRun, elapsed};

/// Table sizes the dial stops at.
pub const SIZES: [u64; 16] = [
    10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000,
    500_000, 1_000_000,
];

/// Milliseconds a round trip may be set to: within a rack, a region, a continent, around the world.
pub const ROUND_TRIPS: [u64; 8] = [1, 2, 5, 10, 20, 50, 100, 200];

/// The ratios a learner can predict.
pub const RATIOS: [u64; 4] = [1, 10, 100, 1_000];

/// A race that has been run.
#[derive(Debug, Clone, PartialEq)]
pub struct Race {
    pub script: Script,
    /// What it was run with.
    pub run: RaceRun,
    report: RaceReport,
    /// The same as a server ran it.
    pub measured: Option<Measured>,
}

impl Race {
    fn new(run: RaceRun, report: RaceReport) -> Option<Self> {
        Some(Self {
            script: Script::new(report.left.traces(), report.right.traces())?,
            run,
            report,
            measured: None,
        })
    }

    /// What the pages that have come back cost.
    #[must_use]
    pub fn price(&self, side: Side, stop: usize) -> Picodollars {
        let rounds = self.report.side(side).rounds.iter().take(stop);
        rounds.flatten().map(|page| page.price).sum()
    }

    /// How long the pages that have come back took, here.
    #[must_use]
    pub fn elapsed(&self, side: Side, stop: usize) -> Duration {
        let rounds = &self.report.side(side).rounds;
        elapsed(&rounds[..stop.min(rounds.len())])
    }

    /// What a side sent for its first page.
    #[must_use]
    pub fn request(&self, side: Side) -> &str {
        &self.report.side(side).request
    }

    fn point(&self) -> Point {
        let end = self.script.timeline().moments();
        let cost = |side| Cost::from(self.script.figures(side, end));
        Point {
            items: self.run.demo.items,
            left: cost(Side::Left),
            right: cost(Side::Right),
            measured: true,
        }
    }
}

/// A race on its way.
#[derive(Debug, Clone)]
pub struct Work {
    id: RequestId,
    pub run: RaceRun,
    pub done: u64,
    pub total: u64,
    pub what: String,
    /// The form it was asked from, for the learner to correct.
    form: Option<Box<Form>>,
}

/// The comparison.
#[derive(Debug)]
pub struct RaceScreen {
    /// What is asked first.
    first: RaceRun,
    pub race: Option<Race>,
    pub clock: Clocked,
    pub guess: Option<Guess>,
    pub work: Option<Work>,
    /// The question while it is changed.
    pub form: Option<Box<Form>>,
    pub growing: Growing,
    /// Milliseconds of a modelled round trip.
    pub round_trip: u64,
    /// The most that measuring on the server costs is shown, and waits for a yes.
    pub offered: bool,
    pub problem: Option<String>,
    started: bool,
    done: bool,
}

impl RaceScreen {
    #[must_use]
    pub fn new(first: RaceRun) -> Self {
        Self {
            round_trip: first.demo.round_trip,
            first,
            race: None,
            clock: Clocked::default(),
            guess: None,
            work: None,
            form: None,
            growing: Growing::default(),
            offered: false,
            problem: None,
            started: false,
            done: false,
        }
    }

    /// What the picture shows, or will show first.
    #[must_use]
    pub fn run(&self) -> &RaceRun {
        self.race.as_ref().map_or(&self.first, |race| &race.run)
    }

    #[must_use]
    pub fn position(&self) -> Position {
        self.race
            .as_ref()
            .map(|race| self.clock.playhead.position(race.script.timeline()))
            .unwrap_or_default()
    }

    /// Nothing may be read before the learner has said how many times as much the right side will cost.
    fn gate(&self) -> Option<usize> {
        self.guess.is_none().then_some(0)
    }

    /// Whether the prediction is asked for.
    #[must_use]
    pub fn asking(&self) -> bool {
        self.race.is_some() && self.guess.is_none()
    }

    #[must_use]
    pub fn at_end(&self) -> bool {
        self.race
            .as_ref()
            .is_some_and(|race| self.position().done() >= race.script.timeline().moments())
    }

    /// The most that the race costs on a server: what is written, read and paid.
    #[must_use]
    pub fn offer(&self) -> Option<MostCost> {
        let race = self.race.as_ref().filter(|_| self.offered)?;
        Some(MostCost::of(&race.run, &race.report))
    }

    fn commit(&mut self, guess: Guess, shared: &mut Shared) {
        if self.asking() {
            self.guess = Some(guess);
            self.play(shared);
        }
    }

    fn asked_first(&self, shared: &mut Shared) -> bool {
        if self.asking() {
            shared.say(
                "First say how many times as much it will cost: a number, or 0 for “I don't know”.",
            );
        }
        self.asking()
    }

    fn play(&mut self, shared: &mut Shared) {
        let gate = self.gate();
        if let Some(race) = &self.race {
            self.clock
                .playhead
                .play_or_pause(race.script.timeline(), gate);
            self.after_move(shared);
        }
    }

    /// Plays, or says what has to be answered before.
    fn play_when_asked(&mut self, shared: &mut Shared) {
        if !self.asked_first(shared) {
            self.play(shared);
        }
    }

    fn after_move(&mut self, shared: &mut Shared) {
        self.clock.note(shared.now.running);
        if self.at_end() {
            self.finish(shared);
        }
    }

    fn finish(&mut self, shared: &mut Shared) {
        let id = &self.first.demo.id;
        if !self.done && !id.is_empty() {
            self.done = true;
            shared.save(Change::Done(id.clone()));
        }
    }

    fn leave(&mut self, shared: &mut Shared) {
        self.stop_work(shared);
        if self.race.is_some() {
            self.finish(shared);
        }
        shared.pop();
    }

    fn other_round_trip(&mut self, longer: bool) {
        let now = self.round_trip;
        let next = if longer {
            ROUND_TRIPS.into_iter().find(|trip| *trip > now)
        } else {
            ROUND_TRIPS.into_iter().rev().find(|trip| *trip < now)
        };
        self.round_trip = next.unwrap_or(now);
    }

    /// What can be done while the picture is seen.
    fn picture_actions(&self, shared: &Shared) -> Vec<Action> {
        let play = if self.clock.playhead.plays() {
            Action::Pause
        } else {
            Action::Play
        };
        let mut actions = Vec::new();
        if self.asking() {
            actions.extend([1, 2, 3, 4].map(Action::Choose));
            actions.push(Action::DontKnow);
        }
        let table = [
            Action::Larger,
            Action::Smaller,
            Action::EditQuestion,
            Action::Growth,
            Action::PickIndex,
        ];
        if self.asking() {
            actions.extend(table);
            // They only say that the answer comes first.
            actions.extend([Action::StepForward, Action::StepBack, play]);
        } else {
            actions.push(Action::StepForward);
            // Outside of a lesson nothing comes next; in one, space goes on as it does on every page.
            if self.at_end() && !self.first.demo.id.is_empty() {
                actions.push(Action::Next);
            }
            actions.extend([Action::StepBack, play]);
            actions.extend(table);
        }
        if self.run().demo.questions.len() > 1 {
            actions.push(Action::NextQuestion);
        }
        // On an account nothing is sent but what the lesson's own pages show.
        if matches!(shared.target, TargetName::Endpoint(_)) && self.race.is_some() {
            actions.push(Action::Measure);
        }
        actions.extend([
            Action::LongerTrip,
            Action::ShorterTrip,
            Action::Faster,
            Action::Slower,
            Action::FirstFrame,
            Action::LastFrame,
            Action::Back,
        ]);
        actions
    }

    fn act_in_form(&mut self, action: Action, shared: &mut Shared) {
        let Some(form) = &mut self.form else { return };
        match action {
            Action::NextField => form.next(),
            Action::PreviousField => form.previous(),
            Action::NextValue => form.change(true),
            Action::PreviousValue => form.change(false),
            Action::StopEditing => self.form = None,
            Action::SubmitLine => self.submit(shared),
            _ => {}
        }
    }

    fn move_to(&mut self, action: Action, shared: &mut Shared) {
        let gate = self.gate();
        let Some(race) = &self.race else { return };
        let timeline = race.script.timeline();
        let playhead = &mut self.clock.playhead;
        match action {
            Action::StepForward => playhead.step_forward(timeline, gate),
            Action::StepBack => playhead.step_back(timeline),
            Action::LastFrame => playhead.seek(timeline, usize::MAX, gate),
            _ => playhead.restart(),
        }
        self.after_move(shared);
    }
}

impl Component for RaceScreen {
    fn title(&self, shared: &Shared) -> Title {
        let modelled = self
            .race
            .as_ref()
            .is_some_and(|race| race.script.modelled());
        let table = note(&self.clock, &self.run().demo.table, shared);
        Title {
            text: "Query or scan".to_owned(),
            note: if modelled {
                Some(table.map_or_else(|| "modelled".to_owned(), |it| format!("modelled ── {it}")))
            } else {
                table
            },
            ..Title::default()
        }
    }

    fn actions(&self, shared: &Shared) -> Vec<Action> {
        if let Some(form) = &self.form {
            let mut actions = vec![Action::SubmitLine];
            if form.choosing() {
                actions.extend([Action::NextValue, Action::PreviousValue]);
            }
            actions.extend([
                Action::NextField,
                Action::PreviousField,
                Action::StopEditing,
            ]);
            return actions;
        }
        if self.offered {
            return vec![Action::Yes, Action::No];
        }
        if self.growing.shown {
            return vec![
                Action::Growth,
                Action::Larger,
                Action::Smaller,
                Action::EditQuestion,
                Action::Back,
            ];
        }
        self.picture_actions(shared)
    }

    fn idle(&self, _shared: &Shared) -> Vec<Action> {
        if self.form.is_some() || self.growing.shown {
            return Vec::new();
        }
        let at_start = self.position() == Position::default();
        demo::idle(self.asking(), at_start, self.at_end())
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        if self.form.is_some() {
            return self.act_in_form(action, shared);
        }
        match action {
            Action::StepForward | Action::LastFrame if self.asked_first(shared) => {}
            Action::StepForward | Action::LastFrame | Action::StepBack | Action::FirstFrame => {
                self.move_to(action, shared);
            }
            Action::Play | Action::Pause => self.play_when_asked(shared),
            Action::Faster => self.clock.playhead.faster(),
            Action::Slower => self.clock.playhead.slower(),
            Action::Choose(number) => {
                self.commit(Guess::Choice(usize::from(number).saturating_sub(1)), shared);
            }
            Action::DontKnow => self.commit(Guess::DontKnow, shared),
            Action::Larger => self.resize(true, shared),
            Action::Smaller => self.resize(false, shared),
            Action::LongerTrip => self.other_round_trip(true),
            Action::ShorterTrip => self.other_round_trip(false),
            Action::Growth => self.toggle_growth(shared),
            Action::NextQuestion => self.next_question(shared),
            Action::EditQuestion if self.race.is_some() => {
                self.problem = None;
                let first = Slot::Way(Side::Left);
                self.form = Some(Box::new(Form::new(self.run().clone(), first)));
            }
            Action::PickIndex if self.race.is_some() => {
                self.problem = None;
                self.form = Some(Box::new(Form::for_index(self.run().clone())));
            }
            Action::Measure if self.race.is_some() => self.offered = true,
            Action::Yes if self.offered => {
                self.offered = false;
                let run = self.run().clone();
                self.work_on(Effect::MeasureRace(Box::new(run.clone())), run, shared);
            }
            Action::No => self.offered = false,
            Action::Back if self.work.is_some() && self.race.is_some() => self.cancel(shared),
            Action::Back if self.growing.shown => self.growing.shown = false,
            Action::Next | Action::Back => self.leave(shared),
            _ => {}
        }
    }

    fn writing(&self) -> bool {
        // No letter means anything but a letter there: who looks for a value to choose doesn't want to end the program.
        self.form.is_some()
    }

    fn key(&mut self, key: Key, _shared: &mut Shared) -> bool {
        self.form.as_mut().is_some_and(|form| form.key(key))
    }

    fn paste(&mut self, text: &str, _shared: &mut Shared) {
        if let Some(form) = &mut self.form {
            form.paste(text);
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        let Some(mut work) = self.work.take_if(|work| work.id == id) else {
            return false;
        };
        match answer {
            Answer::Working { done, total, what } => {
                (work.done, work.total) = (*done, *total);
                work.what.clone_from(what);
                self.work = Some(work);
            }
            Answer::Race(report) => self.take(work, report, shared),
            Answer::Growth(points) => {
                self.growing.add(&work.run, points);
                self.growing.complete = true;
            }
            Answer::MeasuredRace(measured) => {
                if let Some(race) = &mut self.race {
                    race.measured = Some(*measured);
                }
            }
            Answer::Failed { why } => {
                self.refuse(work, why.clone());
            }
            _ => {
                self.problem = Some(
                    "The answer was to another question. Press + or - and try again.".to_owned(),
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
        if let Some(race) = &self.race {
            self.clock
                .tick(race.script.timeline(), shared.now.running, gate);
            self.after_move(shared);
        }
    }

    fn shown(&mut self, shared: &mut Shared) {
        if !self.started {
            self.clock = Clocked::new(shared.reduced_motion);
            self.start(self.first.clone(), shared);
        }
    }
}
