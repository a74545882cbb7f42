//! What this program has left on accounts, from its ledger: said when it begins and when it ends, without asking any account.
//!
//! Invariant: saying it never stops a run, and a ledger that can't be read is said instead.

use super::arguments::Common;
use super::{clock, session};
use crate::account::ledger::Ledger;
use crate::app::account::left::{Flags, Left, said};
use crate::learner::directory::state_directory;
use crate::runner::account;
use crate::target::exchange::Place;

/// All that may still be there, on every account, the oldest first.
pub fn left(common: &Common) -> Vec<Left> {
    // A state directory that can't be used is said by what works in it.
    let Ok(directory) = state_directory(common.state.as_deref()) else {
        return Vec::new();
    };
    let left = Ledger::open(&directory, clock::now().millis()).and_then(|(ledger, words)| {
        if let Some(words) = words {
            session::say(&words);
        }
        ledger.left()
    });
    match left {
        Ok(entries) => entries.iter().map(account::left).collect(),
        Err(error) => {
            session::say(&error.to_string());
            Vec::new()
        }
    }
}

/// Flags that reach the same ledger and the same credentials from a shell.
pub fn flags(common: &Common) -> Flags {
    let flag = |name: &str, value: &str| format!(" {name} {}", in_shell(value));
    let state = common.state.as_ref();
    let profile = common.account.profile.as_ref();
    Flags {
        ledger: state.map_or_else(String::new, |path| {
            flag("--state", &path.display().to_string())
        }),
        credentials: profile.map_or_else(String::new, |name| flag("--profile", name)),
    }
}

/// A word as a shell takes it.
fn in_shell(word: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || "-_./:@%+=".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Says it, a line for each place, on standard error. `here` is the account of this run.
pub fn say(common: &Common, here: Option<&Place>) {
    for said in said(&left(common), here, &flags(common)) {
        session::say(&said.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_a_shell_would_split_is_quoted() {
        assert_eq!(in_shell("class-2026"), "class-2026");
        assert_eq!(in_shell("my profile"), "'my profile'");
        assert_eq!(in_shell("it's"), r"'it'\''s'");
        assert_eq!(in_shell(""), "''");
    }
}
