//! One lesson at a time works on a region of an account from one state directory.
//!
//! The ledger is the state directory's, so two lessons that share it would take each other's tables for their own. Each place has a
//! file there, locked for as long as a process works on it; the system lets go of the lock when the process ends, however it ends.
//! Invariant: of all processes with one state directory, at most one holds a place.

use std::fs::TryLockError;
use std::path::Path;

use crate::learner::directory;
use crate::target::exchange::Place;

/// A place that nobody else with this state directory works on, until this is dropped.
#[derive(Debug)]
pub struct Claim {
    place: Place,
    _locked: Option<std::fs::File>,
}

impl Claim {
    /// Takes a place.
    ///
    /// # Errors
    /// Somebody else has it, or the state directory can't be used: in words for the learner.
    pub fn of(place: &Place, state: &Path) -> Result<Self, String> {
        let name: String = place
            .to_string()
            .chars()
            .map(|character| match character {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '.' => character,
                _ => '-',
            })
            .collect();
        let path = state.join(format!("{name}.lock"));
        let unusable = |why: String| format!("{} can't be used: {why}", path.display());
        directory::make(state).map_err(|error| error.to_string())?;
        directory::make_file(&path).map_err(|error| unusable(error.to_string()))?;
        let file = std::fs::File::open(&path).map_err(|error| unusable(error.to_string()))?;
        let locked = match file.try_lock() {
            Ok(()) => Some(file),
            Err(TryLockError::WouldBlock) => {
                return Err(format!(
                    "another dynatour with this state directory works on {place} just now, and its tables would be taken for this one's. Nothing was created or changed. End that one first, or give this one a directory of its own: --state DIR"
                ));
            }
            // Some network file systems know no locks; then nothing is known of others.
            Err(TryLockError::Error(_)) => None,
        };
        Ok(Self {
            place: place.clone(),
            _locked: locked,
        })
    }

    #[must_use]
    pub fn is_of(&self, place: &Place) -> bool {
        self.place == *place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(region: &str) -> Place {
        Place {
            account: "123456789012".to_owned(),
            region: region.to_owned(),
            endpoint: Some("http://127.0.0.1:8000/../x".to_owned()),
        }
    }

    #[test]
    fn a_place_is_held_by_one_until_it_lets_go() {
        let state = tempfile::tempdir().unwrap();
        let here = place("us-east-1");
        let held = Claim::of(&here, state.path()).unwrap();
        assert!(held.is_of(&here));
        let refused = Claim::of(&here, state.path()).unwrap_err();
        assert!(
            refused.contains("123456789012") && refused.contains("--state"),
            "{refused}"
        );
        // Elsewhere, or with another directory, nobody is in the way.
        Claim::of(&place("eu-central-1"), state.path()).unwrap();
        Claim::of(&here, tempfile::tempdir().unwrap().path()).unwrap();
        drop(held);
        Claim::of(&here, state.path()).unwrap();
        // The name of a place leads nowhere else.
        assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 2);
    }
}
