//! Traffic: minutes of reads or writes against a table's limits, and the same traffic again on a better key.
//!
//! ```text
//!   setting changed ──→ run it ──→ predict ──→ watch ──┬─ another setting: a new picture
//!                                                      └─ fix it: the same traffic beside this one
//! ```
//!
//! A run is sent as a whole to a scratch table and comes back as a record; what moves is only how much of it is drawn.
//! Invariant: while a run is on its way, and when one is refused, the picture that was there stays; two runs stand side by side
//! only where they are the same traffic.

mod keys;
pub mod settings;

use crate::app::demo::{Clocked, Field, Guess};
use crate::app::effect::{Effect, RequestId, TrafficRun};
use crate::app::state::Shared;
use crate::learner::progress::Change;
use crate::lesson::model::{Place, TrafficDemo};
use crate::lesson::traffic::{Access, Design, Load, Spread};
use crate::scene::Position;
use crate::scene::traffic::{Record, Script, Side, Totals};
use crate::target::exchange::Picodollars;
use crate::target::price;

/// How much will be refused: what a learner can predict.
pub const CHOICES: [&str; 4] = ["under 1 %", "up to 10 %", "up to half", "more than half"];

/// Which of the choices came true.
#[must_use]
pub fn outcome(totals: &Totals) -> usize {
    let (refused, all) = (totals.throttled, totals.asked);
    if refused * 100 < all {
        0
    } else if refused * 10 <= all {
        1
    } else if refused * 2 <= all {
        2
    } else {
        3
    }
}

/// The demonstration outside of any lesson.
#[must_use]
pub fn demo(table: &str) -> TrafficDemo {
    TrafficDemo {
        id: String::new(),
        table: table.to_owned(),
        design: Design::Status,
        load: Load {
            access: Access::Writes,
            rate: 2_000,
            spread: Spread::Even,
            provisioned: None,
        },
        place: Place::default(),
    }
}

/// What is in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub script: Script,
    pub run: TrafficRun,
    /// The design that the same traffic was sent to before.
    pub before: Option<Design>,
}

/// A run on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    id: RequestId,
    pub run: TrafficRun,
    /// What it will be shown beside.
    before: Option<(Design, Record)>,
    pub done: u64,
    pub total: u64,
}

/// What is being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    Rate,
    Capacity,
}

/// For what a key design is being chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choosing {
    /// In place of the one that is shown.
    Instead,
    /// Beside it.
    Beside,
}

#[derive(Debug)]
pub struct TrafficScreen {
    pub demo: TrafficDemo,
    pub shown: Option<Shown>,
    pub clock: Clocked,
    pub guess: Option<Guess>,
    pub work: Option<Work>,
    pub field: Option<(Setting, Field)>,
    pub choosing: Option<Choosing>,
    pub problem: Option<String>,
    /// The page that it was opened from has asked what comes of the first run: the same is not asked twice.
    answered: bool,
    started: bool,
    done: bool,
}

impl TrafficScreen {
    #[must_use]
    pub fn new(demo: TrafficDemo) -> Self {
        Self {
            demo,
            shown: None,
            clock: Clocked::default(),
            guess: None,
            work: None,
            field: None,
            choosing: None,
            problem: None,
            answered: false,
            started: false,
            done: false,
        }
    }

    /// The same where what comes of the first run was predicted already.
    #[must_use]
    pub fn predicted(self) -> Self {
        Self {
            answered: true,
            ..self
        }
    }

    /// What is shown, or on its way, or comes first: what a change begins from.
    #[must_use]
    pub fn run(&self) -> TrafficRun {
        let latest = self.work.as_ref().map(|work| &work.run);
        latest
            .or(self.shown.as_ref().map(|shown| &shown.run))
            .cloned()
            .unwrap_or_else(|| TrafficRun::from(&self.demo))
    }

    #[must_use]
    pub fn position(&self) -> Position {
        self.shown
            .as_ref()
            .map(|shown| self.clock.playhead.position(shown.script.timeline()))
            .unwrap_or_default()
    }

    /// Nothing is sent before the learner has said how much will be refused.
    fn gate(&self) -> Option<usize> {
        (self.guess.is_none() && !self.answered).then_some(0)
    }

    /// Whether the prediction is asked for.
    #[must_use]
    pub fn asking(&self) -> bool {
        self.shown.is_some() && self.gate().is_some()
    }

    #[must_use]
    pub fn at_end(&self) -> bool {
        self.shown
            .as_ref()
            .is_some_and(|shown| self.position().done() >= shown.script.timeline().moments())
    }

    fn start(&mut self, run: TrafficRun, before: Option<(Design, Record)>, shared: &mut Shared) {
        if let Some(work) = self.work.take() {
            shared.request(Effect::Cancel(work.id));
        }
        self.problem = None;
        self.started = true;
        let id = shared.request(Effect::RunTraffic(Box::new(run.clone())));
        self.work = Some(Work {
            id,
            run,
            before,
            done: 0,
            total: 1,
        });
    }

    /// The same table under another load; what was beside it was another traffic.
    fn reload(&mut self, load: Load, shared: &mut Shared) {
        let run = TrafficRun { load, ..self.run() };
        self.start(run, None, shared);
    }

    fn redesign(&mut self, choosing: Choosing, design: Design, shared: &mut Shared) {
        let Some(shown) = &self.shown else {
            let run = TrafficRun {
                design,
                ..self.run()
            };
            self.start(run, None, shared);
            return;
        };
        let before = match choosing {
            Choosing::Beside => Some((shown.run.design, shown.script.after().clone())),
            Choosing::Instead => shown.before.zip(shown.script.before().cloned()),
        };
        // Beside it only the same traffic may stand, whatever is on its way.
        let run = TrafficRun {
            design,
            ..match choosing {
                Choosing::Beside => shown.run.clone(),
                Choosing::Instead => self.run(),
            }
        };
        let before = before.filter(|_| run.load == shown.run.load);
        self.start(run, before, shared);
    }

    fn take(&mut self, work: Work, record: &Record, shared: &mut Shared) {
        self.answered &= self.shown.is_none();
        let (before, other) = work.before.unzip();
        self.shown = Some(Shown {
            script: Script::new(other, record.clone()),
            run: work.run,
            before,
        });
        self.guess = None;
        self.clock.playhead.restart();
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
            shared.say("First say how much will be refused: a number, or 0 for “I don't know”.");
        }
        self.asking()
    }

    fn play(&mut self, shared: &mut Shared) {
        let gate = self.gate();
        if let Some(shown) = &self.shown {
            self.clock
                .playhead
                .play_or_pause(shown.script.timeline(), gate);
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
        if self.shown.is_some() {
            self.finish(shared);
        }
        shared.pop();
    }

    fn edit(&mut self, setting: Setting) {
        let load = self.run().load;
        let text = match setting {
            Setting::Rate => load.rate.to_string(),
            Setting::Capacity => load
                .provisioned
                .map_or_else(String::new, |units| units.to_string()),
        };
        self.problem = None;
        self.field = Some((setting, Field::new(&text)));
    }

    /// Takes what was typed; what can't be simulated is answered in words, and the picture stays.
    fn submit(&mut self, shared: &mut Shared) {
        let Some((setting, field)) = self.field.take() else {
            return;
        };
        let load = self.run().load;
        let changed = match setting {
            Setting::Rate => {
                settings::figure(field.text(), load.access).map(|rate| Load { rate, ..load })
            }
            Setting::Capacity => {
                settings::capacity(field.text(), load.access).map(|provisioned| Load {
                    provisioned,
                    ..load
                })
            }
        };
        match changed {
            Ok(load) => self.reload(load, shared),
            Err(why) => self.problem = Some(why),
        }
    }

    fn choose(&mut self, number: u8, shared: &mut Shared) {
        let index = usize::from(number).saturating_sub(1);
        match self.choosing.take() {
            Some(choosing) => {
                if let Some(design) = Design::ALL.get(index) {
                    self.redesign(choosing, *design, shared);
                }
            }
            None if index < CHOICES.len() => self.commit(Guess::Choice(index), shared),
            None => {}
        }
    }

    /// Jumps to the end, or says what has to be answered before.
    fn show_end(&mut self, shared: &mut Shared) {
        if self.asked_first(shared) {
            return;
        }
        if let Some(shown) = &self.shown {
            let timeline = shown.script.timeline();
            self.clock.playhead.seek(timeline, timeline.moments(), None);
            self.after_move(shared);
        }
    }
}

/// What a side has cost so far: each unit that was consumed on demand, or the time for which capacity was provisioned.
#[must_use]
pub fn cost(side: &Side<'_>, load: Load) -> Picodollars {
    let Some(provisioned) = load.provisioned else {
        return match load.access {
            Access::Reads => price::read_units(side.totals.consumed),
            Access::Writes => price::write_units(side.totals.consumed),
        };
    };
    let prices = price::prices();
    let hour = match load.access {
        Access::Reads => prices.provisioned_read,
        Access::Writes => prices.provisioned_write,
    };
    let seconds = side.done as u64 * side.record.setup.seconds;
    let hour = u128::from(hour.0) * u128::from(provisioned);
    Picodollars(u64::try_from(hour * u128::from(seconds) / 3600).unwrap_or(u64::MAX))
}
