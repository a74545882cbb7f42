//! What is known of a workshop: its folder, what runs its handlers, the goals with what came of them, and who asked.
//!
//! Invariant: hints of the same mistake go on where they were; of another one they begin anew.

use std::collections::VecDeque;

use crate::app::effect::workshop::{Reason, Told, Tried};
use crate::scene::workshop::Way;
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

/// Requests that are kept; the oldest goes.
const KEPT: usize = 60;

/// A goal, as far as it is.
#[derive(Debug, Default)]
pub struct Worked {
    pub tried: Option<Tried>,
    /// A handler was saved, and is being tried.
    pub trying: bool,
    /// Hints that were given for this mistake.
    pub hints: usize,
}

impl Worked {
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.tried.as_ref()?.reason.as_ref()
    }

    #[must_use]
    pub fn is_reached(&self) -> bool {
        self.tried
            .as_ref()
            .is_some_and(|tried| tried.reason.is_none())
    }

    fn take(&mut self, tried: Tried) {
        let before = self.reason().map(|reason| reason.name);
        self.tried = Some(tried);
        self.trying = false;
        if before != self.reason().map(|reason| reason.name) {
            self.hints = 0;
        }
    }
}

/// What runs the handlers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Machine {
    #[default]
    Unknown,
    Ready {
        version: String,
        sdk: String,
    },
    /// Why nothing can be run, and what installs it.
    Missing {
        why: String,
        commands: Vec<String>,
        /// It was looked for again, and is not there yet.
        still: bool,
    },
}

#[derive(Debug)]
pub struct Bench {
    pub path: Option<String>,
    pub language: Language,
    pub machine: Machine,
    /// Where the HTTP API takes requests.
    pub address: Option<String>,
    goals: [Worked; 3],
    /// The newest first.
    pub came: VecDeque<Way>,
    pub missed: u64,
}

impl Bench {
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self {
            path: None,
            language,
            machine: Machine::default(),
            address: None,
            goals: Default::default(),
            came: VecDeque::new(),
            missed: 0,
        }
    }

    #[must_use]
    pub fn goal(&self, goal: Goal) -> &Worked {
        &self.goals[goal.index()]
    }

    pub(super) fn goal_mut(&mut self, goal: Goal) -> &mut Worked {
        &mut self.goals[goal.index()]
    }

    #[must_use]
    pub fn reached(&self) -> usize {
        self.goals.iter().filter(|goal| goal.is_reached()).count()
    }

    /// The goals that are not reached.
    pub fn open(&self) -> impl Iterator<Item = Goal> {
        Goal::ALL
            .into_iter()
            .filter(|goal| !self.goal(*goal).is_reached())
    }

    #[must_use]
    pub fn is_ready(&self) -> bool {
        matches!(self.machine, Machine::Ready { .. })
    }

    /// Keeps a request that came by.
    pub fn keep(&mut self, way: Way) {
        self.came.push_front(way);
        self.came.truncate(KEPT);
    }

    /// Takes what is told; the goal to look at now comes back, where that is another one.
    pub fn take(&mut self, told: &Told) -> Option<Goal> {
        match told {
            Told::Folder { path, language, .. } => {
                self.path = Some(path.clone());
                self.language = *language;
            }
            Told::Machine { version, sdk } => {
                self.machine = Machine::Ready {
                    version: version.clone(),
                    sdk: sdk.clone(),
                };
            }
            Told::Missing { why, commands } => {
                self.machine = Machine::Missing {
                    why: why.clone(),
                    commands: commands.clone(),
                    still: false,
                };
            }
            Told::StillMissing => {
                if let Machine::Missing { still, .. } = &mut self.machine {
                    *still = true;
                }
            }
            Told::Listening { address } => self.address = Some(address.clone()),
            Told::Trying(goal) => self.goal_mut(*goal).trying = true,
            Told::Tried(tried) => {
                let goal = tried.goal;
                let is_first = self.goal(goal).tried.is_none();
                self.goal_mut(goal).take(Tried::clone(tried));
                // At the beginning all are tried, and the first that is open is looked at; later, what was saved.
                let first_open = self.open().next();
                return match (is_first, first_open) {
                    (false, _) => Some(goal),
                    (true, Some(open)) if self.goal(open).tried.is_some() => Some(open),
                    (true, _) => None,
                };
            }
            Told::Came(way) => self.keep(Way::clone(way)),
            Told::Missed(count) => self.missed += count,
        }
        None
    }
}
