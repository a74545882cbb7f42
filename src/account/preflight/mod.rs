//! What is looked at before anything happens on an account.
//!
//! ```text
//!   where ─ region ─ credentials ─ who ─ root ─ clock ─ permissions ─ tables ─ leftovers
//!     └──────────── each is reported as soon as it is known ────────────┘
//! ```
//!
//! Invariant: looking changes nothing there, and one [`Verdict::Stop`] means that nothing else is sent.

mod look;
mod tables;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::identity::Identity;
use crate::target::exchange::Place;

pub use look::{Opened, Wanted, leftovers, look};

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Where requests go: AWS, or another server that is treated like it.
    Endpoint,
    Region,
    Credentials,
    /// Who asks, and in which account.
    Identity,
    Root,
    /// This machine's clock against the service's.
    Clock,
    Permissions,
    /// Tables with the lesson's names that are not ours.
    Tables,
    /// What earlier runs left.
    Leftovers,
}

impl Check {
    /// In the order of the work.
    pub const ALL: [Self; 9] = [
        Self::Endpoint,
        Self::Region,
        Self::Credentials,
        Self::Identity,
        Self::Root,
        Self::Clock,
        Self::Permissions,
        Self::Tables,
        Self::Leftovers,
    ];

    /// A word for it, at the beginning of a line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Endpoint => "where",
            Self::Region => "region",
            Self::Credentials => "credentials",
            Self::Identity => "who",
            Self::Root => "root",
            Self::Clock => "clock",
            Self::Permissions => "permissions",
            Self::Tables => "tables",
            Self::Leftovers => "leftovers",
        }
    }
}

/// What it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Good,
    /// It can be gone on with, knowing this.
    Warning,
    /// Nothing is sent any more.
    Stop,
}

/// One thing that was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub what: Check,
    pub verdict: Verdict,
    /// In words for the learner, printable.
    pub words: String,
    /// What to type or do next, where there is something.
    pub next: Option<String>,
}

/// All that was found out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preflight {
    /// In the order in which they were found.
    pub findings: Vec<Finding>,
    pub identity: Option<Identity>,
    /// Where requests go; `None` while that is not known.
    pub place: Option<Place>,
    /// Tables with the lesson's names that an earlier run of ours made; they are used as they are.
    pub ours: BTreeSet<String>,
    /// Other names for the lesson's tables whose names are taken, by the lesson's: `pets` → `dynatour-pets`.
    pub names: BTreeMap<String, String>,
}

impl Preflight {
    /// Whether nothing stands against going on.
    #[must_use]
    pub fn may_start(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.verdict != Verdict::Stop)
    }
}

#[cfg(test)]
mod tests;
