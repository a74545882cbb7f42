//! Ledgers that an older program set aside because it could not read them, and that this one can.
//!
//! ```text
//!   ledger.redb.newer-1800000000000 ── its entries ──→ ledger.redb      and from then on ledger.redb.newer-1800000000000.taken-up
//! ```
//!
//! Invariant: every entry of such a file is in the ledger before the file gets its other name, and is so once.

use std::path::PathBuf;
use std::sync::Arc;

use redb::ReadableTable as _;

use super::aside::Reason;
use super::error::{LedgerError, Trouble};
use super::{ENTRIES, Entry, Ledger, all, entry, name_format, put};

/// What is added to the name of one whose entries are here.
const TAKEN_UP: &str = ".taken-up";

impl Ledger {
    /// Takes up what an older program has set aside. What this one can't read either stays as it is.
    pub(super) fn take_up(&self) -> Result<(), LedgerError> {
        let newer = self
            .aside()
            .into_iter()
            .filter(|aside| aside.reason == Reason::Newer);
        for path in newer.map(|aside| aside.path) {
            let aside = Self {
                path: path.clone(),
                turn: Arc::default(),
            };
            let Ok(Some(entries)) = aside.read(all) else {
                continue;
            };
            self.add(&entries)?;
            let mut name = path.clone().into_os_string();
            name.push(TAKEN_UP);
            // Another instance may have been faster; and one that keeps its name is taken up again, which adds nothing.
            let _ = std::fs::rename(&path, PathBuf::from(name));
        }
        Ok(())
    }

    /// Adds entries, those that are here already left out.
    fn add(&self, others: &[Entry]) -> Result<(), LedgerError> {
        self.write(|transaction| {
            let mut entries = transaction.open_table(ENTRIES)?;
            let mut here: Vec<Entry> = entries
                .iter()?
                .map(|record| {
                    let (id, bytes) = record?;
                    entry(id.value(), bytes.value())
                })
                .collect::<Result<_, Trouble>>()?;
            let mut next = here.last().map_or(1, |last| last.id + 1);
            for other in others {
                if here.iter().any(|one| is_the_same(one, other)) {
                    continue;
                }
                let new = Entry {
                    id: next,
                    ..other.clone()
                };
                put(&mut entries, &new)?;
                name_format(transaction, new.kind)?;
                here.push(new);
                next += 1;
            }
            Ok(())
        })
    }
}

/// Whether two are about the same making of the same thing, however far each is.
fn is_the_same(one: &Entry, other: &Entry) -> bool {
    (one.run, &one.place, one.kind, &one.name, one.intended_at)
        == (
            other.run,
            &other.place,
            other.kind,
            &other.name,
            other.intended_at,
        )
}
