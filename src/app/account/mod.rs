//! Somebody's AWS account on the screen: what it costs, what is left there, and what is said before anything is sent.
//!
//! ```text
//!   cleanup     what is ours there, and deleting it after a typed yes
//!   preflight   what was found out, before the lesson begins
//!   most        the most that a page can cost, before Enter
//!   sending     the lines that stand above Enter
//!   strip       the line under the header of every screen: what is left there, what was spent
//!   left        what is left, in words, with the command that deletes it
//!   trouble     after a failure: what happened, what may have happened, what the next Enter does
//! ```
//!
//! Invariant: nothing is sent to an account from a screen that does not show where it goes and the most it can cost.

pub mod cleanup;
pub mod left;
pub mod most;
pub mod preflight;
pub mod sending;
pub mod strip;
pub mod trouble;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::app::state::Shared;
use crate::lesson::model::Lesson;
use crate::target::exchange::{Picodollars, Place, TargetName};
use left::{Flags, Left};

/// What is known of accounts, as the ledger and this session's budget have it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Books {
    /// Of this session; `None` where none began.
    pub purse: Option<Purse>,
    /// What is left of ours, on every account, the oldest first.
    pub left: Vec<Left>,
}

/// What a session may spend, and what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purse {
    pub spent: Picodollars,
    pub ceiling: Picodollars,
}

/// How the guard of an account reckons, so that a screen shows before Enter just what is held to afterwards.
pub trait Reckoning: Send + Sync {
    /// The most that one request can cost, valid or not.
    fn most(&self, operation: &str, body: &[u8]) -> Picodollars;

    /// The body as it goes out.
    ///
    /// # Errors
    /// Why it is not sent, as far as that is known without asking the account.
    fn as_sent(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, String>;
}

/// The reckoning of the session in hand.
#[derive(Clone)]
pub struct Reckoner(pub Arc<dyn Reckoning>);

impl fmt::Debug for Reckoner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reckoner")
    }
}

impl PartialEq for Reckoner {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What the screens keep of the account they are on, or were on.
#[derive(Debug, Default)]
pub struct Account {
    pub books: Books,
    /// Whether it is still to be decided where steps go.
    pub undecided: bool,
    pub flags: Flags,
    /// The account of this run of the program, also when the steps have gone on with the simulated table since.
    pub place: Option<Place>,
    reckoner: Option<Reckoner>,
    /// The lessons with the names they were written with, where others are used on the account.
    written: Option<Vec<Lesson>>,
}

impl Shared {
    /// The account that steps go to; `None` on the simulated table and on endpoints of this machine.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match &self.target {
            TargetName::Account(place) => Some(place),
            TargetName::Simulated | TargetName::Endpoint(_) => None,
        }
    }

    /// How the guard reckons what goes to the account; `None` where steps go elsewhere.
    #[must_use]
    pub fn reckoning(&self) -> Option<&dyn Reckoning> {
        self.place()?;
        Some(self.account.reckoner.as_ref()?.0.as_ref())
    }

    /// What this run of the program has left on its account.
    pub fn left_here(&self) -> impl Iterator<Item = &Left> {
        let place = self.account.place.as_ref();
        let here = move |left: &&Left| place == Some(&left.place);
        self.account.books.left.iter().filter(here)
    }

    /// Steps go to an account from here on, to tables with these names.
    pub(crate) fn enter_account(
        &mut self,
        place: Place,
        reckoner: Reckoner,
        names: &BTreeMap<String, String>,
    ) {
        if !names.is_empty() {
            let renamed = self.lessons.iter();
            let renamed = renamed
                .map(|lesson| crate::lesson::rename::rename(lesson, names))
                .collect();
            self.account.written = Some(std::mem::replace(&mut self.lessons, renamed));
        }
        self.account.undecided = false;
        self.account.place = Some(place.clone());
        self.account.reckoner = Some(reckoner);
        self.target = TargetName::Account(place);
        self.runs = crate::app::runs::Runs::default();
    }

    /// Steps go to the simulated table from here on, to tables with the names that the lesson was written with.
    pub(crate) fn leave_account(&mut self) {
        if let Some(written) = self.account.written.take() {
            self.lessons = written;
        }
        self.account.undecided = false;
        self.target = TargetName::Simulated;
        self.runs = crate::app::runs::Runs::default();
    }
}

#[cfg(test)]
mod tests;
