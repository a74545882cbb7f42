//! Ledgers that were set aside because the program that met them could not read them.
//!
//! ```text
//!   ledger.redb.damaged-1800000000000      ledger.redb.newer-1800000000000      …and not ledger.redb.newer-1800000000000.taken-up
//! ```
//!
//! Invariant: a file is listed for as long as nobody has taken up what it has.

use std::path::{Path, PathBuf};

use super::{FILE, Ledger};

/// Why a ledger was set aside, as its name has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    Newer,
    Older,
    Damaged,
}

impl Reason {
    const ALL: [Self; 3] = [Self::Newer, Self::Older, Self::Damaged];

    const fn word(self) -> &'static str {
        match self {
            Self::Newer => "newer",
            Self::Older => "older",
            Self::Damaged => "damaged",
        }
    }

    /// As it is said.
    pub(super) const fn said(self) -> &'static str {
        match self {
            Self::Newer => "was written by a newer dynatour",
            Self::Older => "is in a format that is no longer known",
            Self::Damaged => "is damaged",
        }
    }

    /// The name of a file that was set aside for it.
    pub(super) fn name(self, at: u64) -> String {
        format!("{FILE}.{}-{at}", self.word())
    }
}

/// A ledger that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    pub path: PathBuf,
    /// Milliseconds since 1970: what it lists was made before.
    pub at: u64,
    pub(super) reason: Reason,
}

impl Ledger {
    /// Those that lie beside it and were not taken up, the oldest first.
    #[must_use]
    pub fn aside(&self) -> Vec<Aside> {
        let directory = self.path.parent().unwrap_or(Path::new("."));
        let files = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let mut found: Vec<Aside> = files
            .filter_map(|file| {
                let (reason, at) = read(file.file_name().to_str()?)?;
                let path = file.path();
                Some(Aside { path, at, reason })
            })
            .collect();
        found.sort_by_key(|aside| aside.at);
        found
    }
}

fn read(name: &str) -> Option<(Reason, u64)> {
    let end = name.strip_prefix(FILE)?.strip_prefix('.')?;
    let (word, at) = end.split_once('-')?;
    let reason = Reason::ALL.into_iter().find(|one| one.word() == word)?;
    let is_time = at.bytes().all(|byte| byte.is_ascii_digit());
    Some((reason, at.parse().ok().filter(|_| is_time)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_given() {
        for reason in Reason::ALL {
            assert_eq!(read(&reason.name(17)), Some((reason, 17)));
        }
        for name in [
            FILE,
            "ledger.redb.newer-17.taken-up",
            "ledger.redb.lost-17",
            "ledger.redb.damaged-",
            "ledger.redb.damaged-+17",
            "ledger.redb.damaged-99999999999999999999999",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
