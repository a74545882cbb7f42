//! What was made on accounts: written down before the request that makes it, and completed after it.
//!
//! ```text
//!            before CreateTable         its answer              before DeleteTable          seen to be gone
//!   nothing ───────────────────→ Intended ────────→ Made(id) ─────────────────→ Deleting(id) ──────────────→ Gone
//!                                    │ refused, or known not to have arrived                                  ↑
//!                                    └────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! A process that is killed between any two of these leaves an entry that says so, and the next one finds out what became of it.
//!
//! ```text
//!   ledger.redb
//!     meta      "format" → 1, and 2 as soon as there is an entry of anything but a table
//!     entries   number → entry, as JSON
//! ```
//!
//! A program that knows format 1 only can't read entries of other kinds, and must not take them for damage: it sees that the file is
//! newer and sets it aside. The next one that knows format 2 takes up what was set aside so (`taken_up`).
//!
//! The file is opened for the moment of one transaction, so that several instances share it. One that can't be read is set aside
//! under another name; what it lists is then found by its tags. Calls are synchronous and may take milliseconds, or a few seconds
//! where others write: async code calls them on a blocking thread.
//! Invariant: what was acknowledged is on the disk, and no file is ever deleted or written over.

mod aside;
mod entry;
mod error;
mod taken_up;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redb::{
    Builder, Database, DatabaseError, ReadableDatabase as _, ReadableTable, TableDefinition,
    WriteTransaction,
};

pub use aside::Aside;
pub use entry::{Entry, Identity, Indexes, Intention, Kind, State};
pub use error::LedgerError;

use crate::learner::directory;
use crate::target::exchange::{Picodollars, Place};
use aside::Reason;
use error::{Trouble, is_damage};

/// The versions of the file's layout: with tables alone, and with other things, too. This program reads and writes both.
const TABLES_ONLY: u64 = 1;
const FORMAT: u64 = 2;
const FILE: &str = "ledger.redb";

/// How often another instance is waited for, and how long each time: it holds the file for milliseconds.
const TRIES: u32 = 250;
const PAUSE: Duration = Duration::from_millis(20);

/// Bytes of the file that are kept in memory, for the moment it is open.
const CACHE: usize = 1024 * 1024;

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
const ENTRIES: TableDefinition<u64, &[u8]> = TableDefinition::new("entries");

/// The ledger of a state directory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ledger {
    path: PathBuf,
    /// Within a process they need not wait by trying.
    turn: Arc<Mutex<()>>,
}

impl Ledger {
    /// The ledger in `directory`. A file there that can't be read is set aside, which the words say; `now` is in milliseconds
    /// since 1970. Where there is none, none is made: that is done with the first entry.
    ///
    /// # Errors
    /// A directory or a file that can't be used, and another instance that does not let go of it.
    pub fn open(directory: &Path, now: u64) -> Result<(Self, Option<String>), LedgerError> {
        let ledger = Self {
            path: directory.join(FILE),
            turn: Arc::default(),
        };
        let why = match ledger.read(all) {
            Ok(_) => {
                ledger.take_up()?;
                return Ok((ledger, None));
            }
            Err(Trouble::Format(found)) => match found {
                Some(found) if found > FORMAT => Reason::Newer,
                _ => Reason::Older,
            },
            Err(Trouble::Record(_)) => Reason::Damaged,
            Err(Trouble::Database(error)) if is_damage(&error) => Reason::Damaged,
            Err(trouble) => return Err(trouble.at(&ledger.path)),
        };
        let aside = ledger.set_aside(why, now)?;
        ledger.take_up()?;
        let words = format!(
            "the list of what was made on accounts {}. It was set aside as {}, and a new one is begun. What it lists is found on the account by its tags: dynatour cleanup --all-regions",
            why.said(),
            aside.display()
        );
        Ok((ledger, Some(words)))
    }

    /// The file, for messages.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes down that something is going to be made.
    ///
    /// # Errors
    /// Where it is not on the disk.
    pub fn intend(&self, intention: &Intention, now: u64) -> Result<u64, LedgerError> {
        self.write(|transaction| {
            let mut entries = transaction.open_table(ENTRIES)?;
            let id = entries.last()?.map_or(1, |(last, _)| last.value() + 1);
            let entry = Entry {
                id,
                run: intention.run,
                place: intention.place.clone(),
                kind: intention.kind,
                name: intention.name.clone(),
                state: State::Intended,
                last: None,
                intended_at: now,
                at: now,
                spent: Picodollars(0),
                indexes: Indexes::default(),
            };
            put(&mut entries, &entry)?;
            name_format(transaction, entry.kind)?;
            Ok(id)
        })
    }

    /// An entry whose thing may not have been made is tried again: from now on it may come.
    ///
    /// # Errors
    /// Where that is not on the disk.
    pub fn intend_again(&self, id: u64, now: u64) -> Result<(), LedgerError> {
        self.change(id, |entry| {
            if entry.state == State::Intended {
                entry.intended_at = now;
                entry.at = now;
            }
        })
    }

    /// Writes down that something of ours was found which the ledger did not have.
    ///
    /// # Errors
    /// Where it is not on the disk.
    pub fn adopt(
        &self,
        intention: &Intention,
        identity: Identity,
        now: u64,
    ) -> Result<u64, LedgerError> {
        let id = self.intend(intention, now)?;
        self.made(id, identity, now)?;
        Ok(id)
    }

    /// An entry's thing is there.
    ///
    /// # Errors
    /// Where that is not on the disk.
    pub fn made(&self, id: u64, identity: Identity, now: u64) -> Result<(), LedgerError> {
        self.change(id, |entry| {
            entry.last = Some(identity.clone());
            entry.state = State::Made(identity);
            entry.at = now;
        })
    }

    /// An entry's thing is going to be deleted. One whose identity is not known stays as it is.
    ///
    /// # Errors
    /// Where that is not on the disk.
    pub fn deleting(&self, id: u64, now: u64) -> Result<(), LedgerError> {
        self.change(id, |entry| {
            if let State::Made(identity) = &entry.state {
                entry.state = State::Deleting(identity.clone());
                entry.at = now;
            }
        })
    }

    /// An entry's thing was not deleted after all.
    ///
    /// # Errors
    /// Where that is not on the disk.
    pub fn not_deleted(&self, id: u64, now: u64) -> Result<(), LedgerError> {
        self.change(id, |entry| {
            if let State::Deleting(identity) = &entry.state {
                entry.state = State::Made(identity.clone());
                entry.at = now;
            }
        })
    }

    /// An entry's thing was not made after all. One that is there stays.
    ///
    /// # Errors
    /// Where that is not on the disk.
    pub fn not_made(&self, id: u64, now: u64) -> Result<(), LedgerError> {
        self.change(id, |entry| {
            if entry.state == State::Intended {
                entry.state = State::Gone;
                entry.at = now;
            }
        })
    }

    /// It is known that there is none of an entry.
    ///
    /// # Errors
    /// Where that is not on the disk.
    pub fn gone(&self, id: u64, now: u64) -> Result<(), LedgerError> {
        self.change(id, |entry| {
            if entry.state != State::Gone {
                entry.state = State::Gone;
                entry.at = now;
            }
        })
    }

    /// Adds to what an entry's thing has cost.
    ///
    /// # Errors
    /// Where that is not on the disk.
    pub fn spend(&self, id: u64, amount: Picodollars) -> Result<(), LedgerError> {
        self.change(id, |entry| entry.spent = entry.spent + amount)
    }

    /// What was added to what an entry's thing has cost turned out to be this.
    ///
    /// # Errors
    /// Where that is not on the disk.
    pub fn correct(
        &self,
        id: u64,
        counted: Picodollars,
        spent: Picodollars,
    ) -> Result<(), LedgerError> {
        self.change(id, |entry| {
            entry.spent = entry.spent.corrected(counted, spent);
        })
    }

    /// How many indexes an entry's table was seen to have.
    ///
    /// # Errors
    /// Where that is not on the disk.
    pub fn indexes(&self, id: u64, indexes: Indexes) -> Result<(), LedgerError> {
        self.change(id, |entry| entry.indexes = indexes)
    }

    /// All entries, the oldest first, also those whose thing is gone.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn entries(&self) -> Result<Vec<Entry>, LedgerError> {
        let entries = self.read(all).map_err(|trouble| trouble.at(&self.path))?;
        Ok(entries.unwrap_or_default())
    }

    /// What may still be there, in every account and region.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn left(&self) -> Result<Vec<Entry>, LedgerError> {
        let mut entries = self.entries()?;
        entries.retain(Entry::is_left);
        Ok(entries)
    }

    /// What may still be there, in one place.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn left_in(&self, place: &Place) -> Result<Vec<Entry>, LedgerError> {
        let mut entries = self.left()?;
        entries.retain(|entry| entry.place == *place);
        Ok(entries)
    }

    fn change(&self, id: u64, change: impl FnOnce(&mut Entry)) -> Result<(), LedgerError> {
        self.write(|transaction| {
            let mut entries = transaction.open_table(ENTRIES)?;
            let found = entries.get(id)?.map(|bytes| entry(id, bytes.value()));
            let before = found.ok_or(Trouble::NoEntry(id))??;
            let mut after = before.clone();
            change(&mut after);
            if after != before {
                put(&mut entries, &after)?;
            }
            Ok(())
        })
    }

    /// One durable transaction.
    fn write<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, Trouble>,
    ) -> Result<T, LedgerError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let directory_failed = |source: std::io::Error| LedgerError::Directory {
            path: self.path.clone(),
            why: source.to_string(),
        };
        let directory = self.path.parent().unwrap_or(Path::new("."));
        directory::make(directory).map_err(|error| LedgerError::Directory {
            path: directory.to_owned(),
            why: error.to_string(),
        })?;
        directory::make_file(&self.path).map_err(directory_failed)?;
        let transact = || -> Result<T, Trouble> {
            let database = self.database()?;
            let transaction = database.begin_write()?;
            {
                let mut meta = transaction.open_table(META)?;
                let found = meta.get("format")?.map(|found| found.value());
                match found {
                    Some(TABLES_ONLY..=FORMAT) => {}
                    // A file that was just made has nothing in it at all.
                    None if transaction.list_tables()?.count() == 1 => {
                        meta.insert("format", TABLES_ONLY)?;
                    }
                    other => return Err(Trouble::Format(other)),
                }
            }
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        transact().map_err(|trouble| trouble.at(&self.path))
    }

    /// `None` where there is no file, or one that nothing was ever written to.
    fn read<T>(
        &self,
        work: impl FnOnce(&redb::ReadTransaction) -> Result<T, Trouble>,
    ) -> Result<Option<T>, Trouble> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        match std::fs::metadata(&self.path) {
            Ok(found) if found.len() > 0 => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(redb::Error::Io(error).into()),
        }
        let database = self.database()?;
        let transaction = database.begin_read()?;
        if transaction.list_tables()?.next().is_none() {
            return Ok(None);
        }
        let format = match transaction.open_table(META) {
            Ok(meta) => meta.get("format")?.map(|found| found.value()),
            Err(redb::TableError::TableDoesNotExist(_)) => None,
            Err(error) => return Err(error.into()),
        };
        if !matches!(format, Some(TABLES_ONLY..=FORMAT)) {
            return Err(Trouble::Format(format));
        }
        match work(&transaction) {
            // The first entry was not committed.
            Err(Trouble::Database(redb::Error::TableDoesNotExist(_))) => Ok(None),
            other => other.map(Some),
        }
    }

    /// The file, opened; others are waited for, but not for ever.
    #[expect(
        clippy::disallowed_methods,
        reason = "the lock of another process can't be waited for otherwise"
    )]
    fn database(&self) -> Result<Database, DatabaseError> {
        let mut tries = 1;
        loop {
            let mut builder = Builder::new();
            builder.set_cache_size(CACHE);
            // The file is small, and one that was changed from outside is to be found out before it is believed.
            builder.set_check_integrity_on_open(true);
            match builder.create(&self.path) {
                Err(DatabaseError::DatabaseAlreadyOpen) if tries < TRIES => {
                    std::thread::sleep(PAUSE);
                    tries += 1;
                }
                opened => return opened,
            }
        }
    }

    /// Gives the file another name, one that no file has.
    fn set_aside(&self, why: Reason, now: u64) -> Result<PathBuf, LedgerError> {
        let failed = |why: String| LedgerError::Directory {
            path: self.path.clone(),
            why,
        };
        let aside = (now..now.saturating_add(1_000))
            .map(|at| self.path.with_file_name(why.name(at)))
            .find(|path| !path.exists())
            .ok_or_else(|| failed("it could not be set aside: no name is free".to_owned()))?;
        std::fs::rename(&self.path, &aside)
            .map_err(|error| failed(format!("it could not be set aside: {error}")))?;
        Ok(aside)
    }
}

fn all(transaction: &redb::ReadTransaction) -> Result<Vec<Entry>, Trouble> {
    let entries = transaction.open_table(ENTRIES)?;
    entries
        .iter()?
        .map(|record| {
            let (id, bytes) = record?;
            entry(id.value(), bytes.value())
        })
        .collect()
}

fn entry(id: u64, bytes: &[u8]) -> Result<Entry, Trouble> {
    let entry: Entry = serde_json::from_slice(bytes)
        .map_err(|error| Trouble::Record(format!("entry {id} is damaged ({error})")))?;
    Ok(Entry { id, ..entry })
}

/// The file's format is the oldest one that has entries of this kind, too.
fn name_format(transaction: &WriteTransaction, kind: Kind) -> Result<(), Trouble> {
    if kind != Kind::Table {
        transaction.open_table(META)?.insert("format", FORMAT)?;
    }
    Ok(())
}

fn put(entries: &mut redb::Table<'_, u64, &[u8]>, entry: &Entry) -> Result<(), Trouble> {
    let bytes = serde_json::to_vec(entry).map_err(|error| Trouble::Record(error.to_string()))?;
    entries.insert(entry.id, bytes.as_slice())?;
    Ok(())
}

#[cfg(test)]
mod tests;
