//! How far the work is, on one line of a terminal.
//!
//! Invariant: nothing is written where nobody watches, and what was written is wiped away at the end.

use std::io::{IsTerminal as _, Write as _};

use crossterm::cursor::{RestorePosition, SavePosition};
use crossterm::style::Print;
use crossterm::terminal::{Clear, ClearType};
use crossterm::{execute, queue};

use crate::account::ledger::Kind;
use crate::printable;
use crate::target::exchange::{Happening, Place};

/// One line on a terminal that is written over as the work goes on; nothing where nobody watches.
pub struct Progress {
    place: String,
    shown: bool,
}

impl Progress {
    #[must_use]
    pub fn new(place: &Place) -> Self {
        Self {
            place: place.to_string(),
            shown: std::io::stderr().is_terminal(),
        }
    }

    pub fn tell(&self, kind: Kind, done: usize, of: usize) {
        self.line(&format!("{}: {done} of {of} {kind}s looked at", self.place));
    }

    pub fn happens(&self, happening: &Happening) {
        match happening {
            Happening::Waiting { status, for_, .. } => {
                self.line(&format!("{status}, {} s", for_.as_secs()));
            }
            Happening::Retrying {
                attempt, of, why, ..
            } => {
                self.line(&format!("try {attempt} of {of}: {why}"));
            }
        }
    }

    fn line(&self, words: &str) {
        if self.shown {
            let words = printable::line(words);
            // Standard error may be closed; this line is not worth ending for.
            let _ = queue!(
                std::io::stderr(),
                SavePosition,
                Print(words),
                Clear(ClearType::UntilNewLine),
                RestorePosition
            );
            let _ = std::io::stderr().flush();
        }
    }

    pub fn end(&self) {
        if self.shown {
            let _ = execute!(std::io::stderr(), Clear(ClearType::UntilNewLine));
        }
    }
}
