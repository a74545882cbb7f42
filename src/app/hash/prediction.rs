//! What is asked before it can be seen: where a key will land, or how even a preset's keys will lie.
//!
//! Invariant: the picture never goes past an open question, and an answer is never changed afterwards.

use super::HashScreen;
use crate::app::demo::Guess;
use crate::app::state::Shared;
use crate::scene::Position;
use crate::scene::hash::{Shares, Spread, Stage};

/// A prediction is asked for as long as each partition has a key of the keyboard.
const MOST_CHOICES: usize = 8;

/// What the picture waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The partition of the put with this index.
    Owner(usize),
    /// How much the largest partition will hold.
    Spread,
}

impl HashScreen {
    /// The question that is to be answered before the picture goes on.
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        let (question, at) = self.open()?;
        (self.position() == Position::stop(at)).then_some(question)
    }

    /// The next question without an answer, and the stop that can't be passed without one.
    fn open(&self) -> Option<(Question, usize)> {
        let picture = self.picture.as_ref()?;
        let partitions = picture.script.partitions().len();
        if picture.preset.is_some() && self.spread.is_none() && partitions > 1 {
            return Some((Question::Spread, 0));
        }
        if partitions > MOST_CHOICES {
            return None;
        }
        self.gated
            .iter()
            .filter(|arrival| !self.guesses.contains_key(arrival))
            .find_map(|&arrival| {
                let at = picture.script.stop(arrival, Stage::Key)?;
                Some((Question::Owner(arrival), at))
            })
    }

    pub(super) fn gate(&self) -> Option<usize> {
        self.open().map(|(_, at)| at)
    }

    /// The words of the choices; none while nothing is asked.
    #[must_use]
    pub fn choices(&self) -> Vec<String> {
        match (self.question(), self.script()) {
            (Some(Question::Owner(_)), Some(script)) => script
                .partitions()
                .iter()
                .map(|state| format!("P{}", state.id.0))
                .collect(),
            (Some(Question::Spread), _) => {
                Spread::ALL.map(|spread| spread.words().to_owned()).to_vec()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a question is open; then it is said that the answer comes first.
    pub(super) fn asked_first(&self, shared: &mut Shared) -> bool {
        match self.question() {
            Some(Question::Owner(_)) => {
                shared.say("First say where it will land: a number, or 0 for “I don't know”.");
            }
            Some(Question::Spread) => {
                shared.say("First say what you expect: a number, or 0 for “I don't know”.");
            }
            None => return false,
        }
        true
    }

    pub(super) fn guess(&mut self, guess: Guess, shared: &mut Shared) {
        match self.question() {
            Some(Question::Owner(arrival)) => {
                self.guesses.insert(arrival, guess);
            }
            Some(Question::Spread) => self.spread = Some(guess),
            None => return,
        }
        self.play(shared);
    }

    /// How the table lies in the end.
    #[must_use]
    pub fn outcome(&self) -> Option<Spread> {
        let script = self.script()?;
        Shares::of(script.partitions()).map(|shares| shares.spread())
    }
}
