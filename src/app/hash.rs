//! Where an item lives: the learner's own keys on their way to partitions.
//!
//! The keys are put into a scratch table of the simulated DynamoDB; what comes back are exchanges, and their
//! traces are the script. A second table gets the same keys and has partitions of its own.
//! Invariant: the script shows exactly the keys that were put; a key that was refused leaves the picture as it was.

use std::collections::BTreeMap;

use crate::app::demo::{Clocked, Field, Guess, note};
use crate::app::effect::{Answer, Effect, HashRun, RequestId};
use crate::app::key::{Action, Key};
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::Shared;
use crate::learner::progress::Change;
use crate::lesson::model::HashDemo;
use crate::scene::hash::{Script, Stage};
use crate::scene::{Position, plural};
use crate::simulator::trace::Trace;
use crate::target::exchange::{Exchange, Outcome};

/// More keys than anybody watches; a paste beyond it says so.
pub const MOST_KEYS: usize = 1000;
/// A prediction is asked for as long as each partition has a key of the keyboard.
const MOST_CHOICES: usize = 8;

/// Keys on their way to the scratch tables.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    id: RequestId,
    /// All keys, the new ones last.
    keys: Vec<String>,
}

/// The demonstration.
#[derive(Debug)]
pub struct HashScreen {
    pub demo: HashDemo,
    /// The keys in the picture.
    pub keys: Vec<String>,
    /// The first table's script; `None` until it has come back.
    pub script: Option<Script>,
    /// The second table's, with the same keys.
    pub other: Option<Script>,
    /// Whether the second table is shown.
    pub elsewhere: bool,
    pub clock: Clocked,
    /// By index of the put.
    pub guesses: BTreeMap<usize, Guess>,
    /// Where a new key is typed.
    pub field: Option<Field>,
    /// Why the last keys are not in the picture: the service's own words, or ours.
    pub problem: Option<String>,
    asked: Option<Asked>,
    asked_elsewhere: Option<RequestId>,
    /// Puts that a prediction is asked for: the first one, and what the learner typed.
    gated: Vec<usize>,
    done: bool,
}

impl HashScreen {
    /// The author's keys are asked for when the screen is shown.
    #[must_use]
    pub fn new(demo: HashDemo) -> Self {
        Self {
            demo,
            keys: Vec::new(),
            script: None,
            other: None,
            elsewhere: false,
            clock: Clocked::default(),
            guesses: BTreeMap::new(),
            field: None,
            problem: None,
            asked: None,
            asked_elsewhere: None,
            gated: vec![0],
            done: false,
        }
    }

    /// The table in the picture.
    #[must_use]
    pub fn picture(&self) -> Option<&Script> {
        if self.elsewhere {
            self.other.as_ref()
        } else {
            self.script.as_ref()
        }
    }

    #[must_use]
    pub fn position(&self) -> Position {
        self.script
            .as_ref()
            .map(|script| self.clock.playhead.position(script.timeline()))
            .unwrap_or_default()
    }

    /// Whether an answer is on its way.
    #[must_use]
    pub fn working(&self) -> bool {
        self.asked.is_some()
    }

    /// The put whose partition is to be predicted before the picture goes on.
    #[must_use]
    pub fn question(&self) -> Option<usize> {
        let script = self.script.as_ref()?;
        let arrival = script.arrival_at(self.position())?;
        let at = Script::stop(arrival, Stage::Key);
        (self.gate() == Some(at) && self.position() == Position::stop(at)).then_some(arrival)
    }

    /// The stop that can't be passed without a prediction.
    fn gate(&self) -> Option<usize> {
        let script = self.script.as_ref()?;
        if script.partitions().len() > MOST_CHOICES {
            return None;
        }
        let keys = script.keys().len();
        let arrival = self
            .gated
            .iter()
            .copied()
            .find(|arrival| *arrival < keys && !self.guesses.contains_key(arrival))?;
        Some(Script::stop(arrival, Stage::Key))
    }

    /// Name and partitions of the second table.
    #[must_use]
    pub fn second(&self) -> HashDemo {
        let table = if self.demo.table == "pets" {
            "owners"
        } else {
            "pets"
        };
        let partitions = if self.demo.partitions == 2 { 3 } else { 2 };
        HashDemo {
            table: table.to_owned(),
            partitions,
            ..self.demo.clone()
        }
    }

    fn ask(&mut self, keys: Vec<String>, shared: &mut Shared) {
        let run = HashRun {
            demo: self.demo.clone(),
            keys: keys.clone(),
        };
        let id = shared.request(Effect::RunHash(Box::new(run)));
        self.asked = Some(Asked { id, keys });
    }

    /// Puts the learner's keys besides those that are there.
    fn add(&mut self, new: Vec<String>, shared: &mut Shared) {
        if self.keys.len() + new.len() > MOST_KEYS {
            self.problem = Some(format!(
                "This picture holds {} at most. Those {} were left out.",
                plural(MOST_KEYS as u64, "key"),
                plural(new.len() as u64, "key")
            ));
            return;
        }
        let keys = self.keys.iter().cloned().chain(new).collect();
        self.ask(keys, shared);
    }

    fn take(&mut self, asked: Asked, exchanges: &[Exchange], shared: &mut Shared) {
        if let Some(why) = exchanges
            .iter()
            .find_map(|exchange| refusal(&exchange.outcome))
        {
            self.problem = Some(why);
            // The author's keys always show something: what was refused among them is just left out.
            if self.script.is_some() {
                return;
            }
        }
        let traces: Vec<Trace> = exchanges
            .iter()
            .filter_map(|exchange| exchange.trace.clone())
            .collect();
        let Some(script) = Script::new(&traces) else {
            self.problem
                .get_or_insert_with(|| "The scratch table left no trace to draw.".to_owned());
            return;
        };
        let before = self.keys.len();
        if self.script.is_some() {
            let stop = Script::stop(before, Stage::Key) - 1;
            self.clock.playhead.seek(script.timeline(), stop, None);
            // Among many pasted keys only the first one is asked for.
            self.gated.push(before);
        }
        // The first exchange made the table; then there is one for each key.
        let puts = exchanges.iter().skip(1).map(Exchange::succeeded);
        self.keys = asked
            .keys
            .into_iter()
            .zip(puts)
            .filter_map(|(key, put)| put.then_some(key))
            .collect();
        self.script = Some(script);
        if before > 0 {
            self.forward(shared);
        }
        let run = HashRun {
            demo: self.second(),
            keys: self.keys.clone(),
        };
        self.asked_elsewhere = Some(shared.request(Effect::RunHash(Box::new(run))));
    }

    fn guess(&mut self, guess: Guess, shared: &mut Shared) {
        let Some(arrival) = self.question() else {
            return;
        };
        self.guesses.insert(arrival, guess);
        self.play(shared);
    }

    fn forward(&mut self, shared: &mut Shared) {
        let gate = self.gate();
        if self.question().is_some() {
            shared.say("First say where it will land: a number, or 0 for “I don't know”.");
            return;
        }
        let Some(script) = &self.script else {
            return;
        };
        self.clock.playhead.step_forward(script.timeline(), gate);
        self.after_move(shared);
    }

    fn play(&mut self, shared: &mut Shared) {
        let gate = self.gate();
        if self.question().is_some() {
            shared.say("First say where it will land: a number, or 0 for “I don't know”.");
            return;
        }
        let Some(script) = &self.script else {
            return;
        };
        self.clock.playhead.play_or_pause(script.timeline(), gate);
        self.after_move(shared);
    }

    fn at_end(&self) -> bool {
        self.script
            .as_ref()
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
        if self.script.is_some() {
            self.finish(shared);
        }
        shared.pop();
    }

    fn submit(&mut self, shared: &mut Shared) {
        let Some(field) = self.field.take() else {
            return;
        };
        // An empty key is sent, too: the service has its own words for it.
        self.problem = None;
        self.add(vec![field.text().to_owned()], shared);
    }
}

/// Why a put did not happen, in the service's own words where it said something.
fn refusal(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Success => None,
        Outcome::ServiceError { code, message } => Some(format!("{code}: {message}")),
        Outcome::Unanswered { why } | Outcome::NotSent { why } => Some(why.clone()),
    }
}

impl Component for HashScreen {
    fn title(&self, shared: &Shared) -> Title {
        let table = if self.elsewhere {
            self.second().table
        } else {
            self.demo.table.clone()
        };
        let progress = self.script.as_ref().and_then(|script| {
            let arrival = script.arrival_at(self.position())?;
            Some((arrival + 1, script.keys().len()))
        });
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
        let mut actions = Vec::new();
        let play = if self.clock.playhead.plays() {
            Action::Pause
        } else {
            Action::Play
        };
        let keys = [Action::EditKeys, Action::OtherTable];
        if let Some(script) = self.question().and(self.script.as_ref()) {
            let choices = u8::try_from(script.partitions().len()).unwrap_or(u8::MAX);
            actions.extend((1..=choices).map(Action::Choose));
            actions.push(Action::DontKnow);
            actions.extend(keys);
            // They only say that the answer comes first.
            actions.extend([Action::StepForward, Action::StepBack, play]);
        } else {
            actions.extend([Action::StepForward, Action::StepBack, play]);
            // Outside of a lesson nothing comes next.
            if self.at_end() && !self.demo.id.is_empty() {
                actions.push(Action::Next);
            }
            actions.extend(keys);
        }
        actions.extend([Action::Traffic, Action::Faster, Action::Slower]);
        actions.extend([Action::FirstFrame, Action::LastFrame, Action::Back]);
        actions
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::StepForward => self.forward(shared),
            Action::StepBack => {
                if let Some(script) = &self.script {
                    self.clock.playhead.step_back(script.timeline());
                    self.after_move(shared);
                }
            }
            Action::Play | Action::Pause => self.play(shared),
            Action::FirstFrame => {
                self.clock.playhead.restart();
                self.clock.note(shared.now.running);
            }
            Action::LastFrame => {
                let gate = self.gate();
                if let Some(script) = &self.script {
                    self.clock
                        .playhead
                        .seek(script.timeline(), usize::MAX, gate);
                    self.after_move(shared);
                }
            }
            Action::Faster => self.clock.playhead.faster(),
            Action::Slower => self.clock.playhead.slower(),
            Action::Choose(number) => {
                let choice = usize::from(number).saturating_sub(1);
                self.guess(Guess::Choice(choice), shared);
            }
            Action::DontKnow => self.guess(Guess::DontKnow, shared),
            Action::EditKeys if self.script.is_some() => {
                self.problem = None;
                self.field = Some(Field::default());
            }
            Action::StopEditing => self.field = None,
            Action::SubmitLine => self.submit(shared),
            Action::OtherTable if self.other.is_some() => self.elsewhere = !self.elsewhere,
            Action::Traffic => {
                shared.push(Screen::traffic("orders"));
            }
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

    fn paste(&mut self, text: &str, shared: &mut Shared) {
        let mut lines = text.lines().filter(|line| !line.is_empty());
        let (Some(first), more) = (lines.next(), lines.next()) else {
            return;
        };
        let Some(second) = more else {
            if let Some(field) = &mut self.field {
                field.insert(first);
            }
            return;
        };
        // Several lines are several keys.
        let keys: Vec<String> = [first, second]
            .into_iter()
            .chain(lines)
            .map(str::to_owned)
            .collect();
        self.field = None;
        self.problem = None;
        self.add(keys, shared);
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        if self.asked_elsewhere == Some(id) {
            match answer {
                Answer::Hash(exchanges) => {
                    let traces: Vec<Trace> = exchanges
                        .iter()
                        .filter_map(|exchange| exchange.trace.clone())
                        .collect();
                    self.other = Script::new(&traces);
                }
                Answer::Working { .. } => return true,
                _ => self.other = None,
            }
            self.asked_elsewhere = None;
            return true;
        }
        let Some(asked) = self.asked.take_if(|asked| asked.id == id) else {
            return false;
        };
        match answer {
            Answer::Working { .. } => self.asked = Some(asked),
            Answer::Hash(exchanges) => self.take(asked, exchanges, shared),
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
        if let Some(script) = &self.script {
            self.clock.tick(script.timeline(), shared.now.running, gate);
            self.after_move(shared);
        }
    }

    fn shown(&mut self, shared: &mut Shared) {
        if self.script.is_none() && self.asked.is_none() && self.problem.is_none() {
            self.clock = Clocked::new(shared.reduced_motion);
            self.ask(self.demo.keys.clone(), shared);
        }
    }
}
