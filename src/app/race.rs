//! Query or scan: one question asked both ways on one scratch table, page by page.
//!
//! The table is really built, as large as the learner dials; both ways are then read to the end, and the
//! traces of their pages are the script. Each page keeps the price its exchange had.
//! Invariant: while a new table is being built, the old picture stays and can be played.

use crate::app::demo::{Clocked, Field, Guess, note};
use crate::app::effect::{Answer, Effect, RaceReport, RaceRun, RequestId};
use crate::app::key::{Action, Key};
use crate::app::screen::{Component, Title};
use crate::app::state::Shared;
use crate::learner::progress::Change;
use crate::lesson::model::RaceDemo;
use crate::scene::race::{Script, Way};
use crate::scene::{Position, bytes, plural};
use crate::simulator::trace::Trace;
use crate::target::exchange::{Exchange, Outcome, Picodollars};

/// Table sizes the dial stops at.
pub const SIZES: [u64; 16] = [
    10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000,
    500_000, 1_000_000,
];

/// From this size on the learner is told how much memory a table takes.
const MUCH: u64 = 200_000;
/// Bytes of memory for one stored item, measured with a million of them.
const ITEM_MEMORY: u64 = 600;

/// The ratios a learner can predict.
pub const RATIOS: [u64; 4] = [1, 10, 100, 1_000];

/// A race that has been run.
#[derive(Debug, Clone, PartialEq)]
pub struct Race {
    pub script: Script,
    /// What it was run with.
    pub run: RaceRun,
    /// One price a page.
    query_prices: Vec<Picodollars>,
    scan_prices: Vec<Picodollars>,
}

impl Race {
    fn new(run: RaceRun, report: &RaceReport) -> Option<Self> {
        let traces = |pages: &[Exchange]| -> Vec<Trace> {
            pages
                .iter()
                .filter_map(|exchange| exchange.trace.clone())
                .collect()
        };
        let prices = |pages: &[Exchange]| pages.iter().map(|exchange| exchange.price).collect();
        Some(Self {
            script: Script::new(&traces(&report.query), &traces(&report.scan))?,
            run,
            query_prices: prices(&report.query),
            scan_prices: prices(&report.scan),
        })
    }

    /// What the pages that have come back cost.
    #[must_use]
    pub fn price(&self, way: Way, stop: usize) -> Picodollars {
        let prices = match way {
            Way::Query => &self.query_prices,
            Way::Scan => &self.scan_prices,
        };
        let sum = prices
            .iter()
            .take(stop)
            .fold(0u64, |sum, price| sum.saturating_add(price.0));
        Picodollars(sum)
    }
}

/// A race on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    id: RequestId,
    pub run: RaceRun,
    pub done: u64,
    pub total: u64,
    pub what: String,
}

/// The comparison.
#[derive(Debug)]
pub struct RaceScreen {
    /// The author's data.
    pub demo: RaceDemo,
    /// What is asked for first.
    key: String,
    pub race: Option<Race>,
    pub clock: Clocked,
    pub guess: Option<Guess>,
    pub work: Option<Work>,
    /// Where another key to ask for is typed.
    pub field: Option<Field>,
    pub problem: Option<String>,
    started: bool,
    done: bool,
}

impl RaceScreen {
    #[must_use]
    pub fn new(demo: RaceDemo) -> Self {
        Self {
            key: demo.key.clone(),
            demo,
            race: None,
            clock: Clocked::default(),
            guess: None,
            work: None,
            field: None,
            problem: None,
            started: false,
            done: false,
        }
    }

    /// Asks for another key than the author's first.
    #[must_use]
    pub fn asking_for(mut self, key: String) -> Self {
        self.key = key;
        self
    }

    /// What the picture shows, or will show first.
    #[must_use]
    pub fn run(&self) -> RaceRun {
        match &self.race {
            Some(race) => race.run.clone(),
            None => RaceRun {
                demo: self.demo.clone(),
                key: self.key.clone(),
            },
        }
    }

    #[must_use]
    pub fn position(&self) -> Position {
        self.race
            .as_ref()
            .map(|race| self.clock.playhead.position(race.script.timeline()))
            .unwrap_or_default()
    }

    /// Nothing may be read before the learner has said how many times as much the scan will cost.
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

    fn start(&mut self, run: RaceRun, shared: &mut Shared) {
        if let Some(work) = self.work.take() {
            shared.request(Effect::Cancel(work.id));
        }
        self.problem = None;
        self.started = true;
        let id = shared.request(Effect::RunRace(Box::new(run.clone())));
        self.work = Some(Work {
            id,
            total: run.demo.items,
            run,
            done: 0,
            what: "items".to_owned(),
        });
    }

    /// The next size of the dial in a direction, counted from what is being built already.
    fn resize(&mut self, larger: bool, shared: &mut Shared) {
        let mut run = self
            .work
            .as_ref()
            .map_or_else(|| self.run(), |work| work.run.clone());
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
                if size >= MUCH {
                    shared.say(format!(
                        "{} take about {} of memory until another table is built. Esc stops.",
                        plural(size, "item"),
                        bytes(size * ITEM_MEMORY)
                    ));
                }
            }
            None => shared.say(if larger {
                "This is the largest table that is really built here."
            } else {
                "A smaller table could not hold what is asked for."
            }),
        }
    }

    fn take(&mut self, run: RaceRun, report: &RaceReport, shared: &mut Shared) {
        let pages = report.query.iter().chain(&report.scan);
        if let Some(why) = pages.map(|exchange| &exchange.outcome).find_map(refusal) {
            self.problem = Some(why);
            return;
        }
        let Some(race) = Race::new(run, report) else {
            self.problem = Some("The race left no trace to draw.".to_owned());
            return;
        };
        let again = self.race.is_some();
        self.race = Some(race);
        self.clock.playhead.restart();
        // Whoever turned the dial wants to see what has changed.
        if again && self.guess.is_some() {
            self.play(shared);
        }
        self.clock.note(shared.now.running);
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
        if !self.done && !self.demo.id.is_empty() {
            self.done = true;
            shared.save(Change::Done(self.demo.id.clone()));
        }
    }

    fn leave(&mut self, shared: &mut Shared) {
        if let Some(work) = self.work.take() {
            shared.request(Effect::Cancel(work.id));
        }
        if self.race.is_some() {
            self.finish(shared);
        }
        shared.pop();
    }

    /// Stops what is being built and keeps the picture that was there.
    fn cancel(&mut self, shared: &mut Shared) {
        if let Some(work) = self.work.take() {
            shared.request(Effect::Cancel(work.id));
            shared.say(format!("Stopped at {}.", plural(work.done, "item")));
        }
    }
}

/// Why a page did not come back, in the service's own words where it said something.
fn refusal(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Success => None,
        Outcome::ServiceError { code, message } => Some(format!("{code}: {message}")),
        Outcome::Unanswered { why } | Outcome::NotSent { why } => Some(why.clone()),
    }
}

impl Component for RaceScreen {
    fn title(&self, shared: &Shared) -> Title {
        Title {
            text: "Query or scan".to_owned(),
            note: note(&self.clock, &self.demo.table, shared),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        if self.field.is_some() {
            return vec![Action::SubmitLine, Action::StopEditing];
        }
        let mut actions = Vec::new();
        let play = if self.clock.playhead.plays() {
            Action::Pause
        } else {
            Action::Play
        };
        let table = [Action::Larger, Action::Smaller, Action::EditQuestion];
        if self.asking() {
            actions.extend([1, 2, 3, 4].map(Action::Choose));
            actions.push(Action::DontKnow);
            actions.extend(table);
            // They only say that the answer comes first.
            actions.extend([Action::StepForward, Action::StepBack, play]);
        } else {
            actions.extend([Action::StepForward, Action::StepBack, play]);
            // Outside of a lesson nothing comes next.
            if self.at_end() && !self.demo.id.is_empty() {
                actions.push(Action::Next);
            }
            actions.extend(table);
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

    fn act(&mut self, action: Action, shared: &mut Shared) {
        let gate = self.gate();
        match action {
            Action::StepForward => {
                if !self.asked_first(shared)
                    && let Some(race) = &self.race
                {
                    self.clock
                        .playhead
                        .step_forward(race.script.timeline(), gate);
                    self.after_move(shared);
                }
            }
            Action::StepBack => {
                if let Some(race) = &self.race {
                    self.clock.playhead.step_back(race.script.timeline());
                    self.after_move(shared);
                }
            }
            Action::Play | Action::Pause => self.play_when_asked(shared),
            Action::FirstFrame => {
                self.clock.playhead.restart();
                self.clock.note(shared.now.running);
            }
            Action::LastFrame => {
                if !self.asked_first(shared)
                    && let Some(race) = &self.race
                {
                    self.clock
                        .playhead
                        .seek(race.script.timeline(), usize::MAX, gate);
                    self.after_move(shared);
                }
            }
            Action::Faster => self.clock.playhead.faster(),
            Action::Slower => self.clock.playhead.slower(),
            Action::Choose(number) => {
                self.commit(Guess::Choice(usize::from(number).saturating_sub(1)), shared);
            }
            Action::DontKnow => self.commit(Guess::DontKnow, shared),
            Action::Larger => self.resize(true, shared),
            Action::Smaller => self.resize(false, shared),
            Action::EditQuestion if self.race.is_some() => {
                self.problem = None;
                self.field = Some(Field::new(&self.run().key));
            }
            Action::StopEditing => self.field = None,
            Action::SubmitLine => {
                if let Some(field) = self.field.take() {
                    let run = RaceRun {
                        key: field.text().to_owned(),
                        ..self.run()
                    };
                    self.start(run, shared);
                }
            }
            Action::Back if self.work.is_some() && self.race.is_some() => self.cancel(shared),
            Action::Next | Action::Back => self.leave(shared),
            _ => {}
        }
    }

    fn writing(&self) -> bool {
        self.field.is_some()
    }

    fn key(&mut self, key: Key, _shared: &mut Shared) -> bool {
        self.field.as_mut().is_some_and(|field| field.key(key))
    }

    fn paste(&mut self, text: &str, _shared: &mut Shared) {
        if let (Some(field), Some(line)) = (&mut self.field, text.lines().next()) {
            field.insert(line);
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
            Answer::Race(report) => self.take(work.run, report, shared),
            Answer::Failed { why } => self.problem = Some(why.clone()),
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
            self.start(self.run(), shared);
        }
    }
}
