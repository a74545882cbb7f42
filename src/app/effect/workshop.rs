//! What a workshop's screen asks for, and what it is told.
//!
//! ```text
//!   Effect::OpenWorkshop(Begin) ──→ Told::Folder ─→ Machine, or Missing until it is there ─→ Listening ─→ Trying, Tried, Came, …
//!   Effect::InWorkshop(Order)   ──→ LookAgain, Try: what comes of them is told · Send: Answer::Way
//!   Effect::Cancel              ──→ it ends, and with it every process of a handler
//! ```
//!
//! One request is the whole stay: all that is told has the id of the request that opened the workshop, so that what comes from one that was
//! left is dropped.
//! Invariant: every text here is printable already, whoever it comes from.

use std::path::PathBuf;

use crate::scene::workshop::Way;
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Allowance;
use crate::workshop::language::Language;

/// Where and how to work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    /// It is made where it is missing, and refused where it holds anything else.
    pub folder: PathBuf,
    /// The folder's, or Node, where none is asked for.
    pub language: Option<Language>,
    /// Where the HTTP API listens, on loopback, and nowhere else; 0 takes any port that is free. Where none is named it is 3000, or any
    /// that is free where that is taken.
    pub port: Option<u16>,
    pub allowance: Allowance,
}

/// Something to do in a workshop that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Looks once more for what was missing; what is found is told. While nothing is missing it means nothing.
    LookAgain,
    /// Tries a handler as it stands, as if it had been saved; what comes of it is told.
    Try(Goal),
    /// Sends a request to the API, like a client. Last answer: [`super::Answer::Way`].
    Send(Outgoing),
}

/// A request that the learner wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub method: String,
    /// With its query, if it has one: `/pets/2`.
    pub path: String,
    /// Empty where there is none.
    pub body: String,
}

/// What a workshop tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// The folder is ready.
    Folder {
        path: String,
        language: Language,
        /// The files that were written now.
        written: Vec<&'static str>,
    },
    /// What runs the handlers is there.
    Machine {
        /// `20.11`
        version: String,
        /// Of AWS's SDK.
        sdk: String,
    },
    /// Something is not installed. It is looked for again when a handler is saved, when it is ordered, and every few seconds.
    Missing {
        why: String,
        /// What installs it, line by line, where that is a command.
        commands: Vec<String>,
    },
    /// It was looked for because somebody asked, and is not there yet.
    StillMissing,
    /// The HTTP API takes requests: `http://127.0.0.1:3000`.
    Listening { address: String },
    /// A handler was saved, and is being tried.
    Trying(Goal),
    /// What came of it.
    Tried(Box<Tried>),
    /// A client's request came by.
    Came(Box<Way>),
    /// So many requests of clients came too fast to be told.
    Missed(u64),
}

/// A handler that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    pub goal: Goal,
    /// The trials that were made, in their order; the last one failed if there is a reason.
    pub trials: Vec<Trial>,
    /// Why the goal is not reached; nothing where it is.
    pub reason: Option<Reason>,
}

/// One request that a handler was tried with.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// `GET /pets/2: Rex`
    pub title: &'static str,
    pub way: Way,
}

/// Why a handler is not right yet. The solution is the goal's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A few words, the same for the same mistake.
    pub name: &'static str,
    pub words: String,
    /// Each a little plainer than the one before.
    pub hints: [&'static str; 3],
}
