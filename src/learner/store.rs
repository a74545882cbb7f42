//! The one file that everything a learner made lives in.
//!
//! ```text
//!   state.redb
//!     meta       "format" → 1
//!     tables     table name → its definition           ┐ the simulated tables,
//!     items      (table name, key bytes) → typed JSON  ┘ written by the simulator's journal
//!     progress   lesson → Progress (answers, drafts, notes, marks …)
//!     archives   number → header, tables and progress that were put aside
//! ```
//!
//! Every acknowledged change is one durable transaction (fsync included). Calls are synchronous and
//! may take milliseconds: async code calls them on a blocking thread.
//!
//! One instance at a time may write. A second one reads the file's bytes into memory, works on that copy
//! and says that nothing will be kept.
//! Invariant: a transaction either happened as a whole or not at all, whenever the process dies.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use redb::backends::InMemoryBackend;
use redb::{
    Builder, Database, DatabaseError, ReadTransaction, ReadableDatabase as _, ReadableTable,
    StorageBackend, TableDefinition, WriteTransaction,
};

mod records;

use super::archive::{ArchiveId, Contents, Header, Record};
use super::directory;
use super::error::{StoreError, is_storage_damage};
use super::forget;
use super::progress::{Change as ProgressChange, Progress};
use crate::simulator::journal::{Change, Journal, JournalError};
use records::{Trouble, apply, contents_of, loses};

/// The version of the file's layout that this program writes.
const FORMAT: u64 = 1;
const FILE: &str = "state.redb";
/// The same layout, of which a server uses the tables only; by another name, so that no server works on a learner's state.
const SERVED: &str = "tables.redb";

/// Bytes of the file that are kept in memory: what is in it is there in another form already, and the system caches files, too.
const CACHE: usize = 32 * 1024 * 1024;

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
const TABLES: TableDefinition<&str, &[u8]> = TableDefinition::new("tables");
const ITEMS: TableDefinition<(&str, &[u8]), &[u8]> = TableDefinition::new("items");
const PROGRESS: TableDefinition<&str, &[u8]> = TableDefinition::new("progress");
const ARCHIVES: TableDefinition<u64, &[u8]> = TableDefinition::new("archives");

/// Whether what is written here is there next time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    Durable,
    /// Another instance holds the file; this is a copy in memory.
    NothingBecauseInUse,
}

/// The open store. Shared between threads; transactions wait for each other.
#[derive(Debug)]
pub struct Store {
    /// `None` only while it is opened again, and after that failed.
    database: RwLock<Option<Database>>,
    /// The file, for messages.
    path: PathBuf,
    keeping: Keeping,
    /// Changes that the disk refused, in their order; they are written with the next one.
    unsaved: Mutex<Vec<(String, ProgressChange)>>,
}

impl Store {
    /// Opens the state in `directory`, making both where they are missing.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        let path = file_in(directory, FILE)?;
        match builder().create(&path) {
            Ok(database) => Self::prepared(database, path, Keeping::Durable),
            Err(DatabaseError::DatabaseAlreadyOpen) => Self::copy(path),
            Err(error) => Err(opening_failed(path, error)),
        }
    }

    /// Opens the tables that a server keeps in `directory`, making both where they are missing. A second instance is refused instead of
    /// working on a copy: its clients could not see that nothing is kept.
    pub fn open_served(directory: &Path) -> Result<Self, StoreError> {
        let path = file_in(directory, SERVED)?;
        match builder().create(&path) {
            Ok(database) => Self::prepared(database, path, Keeping::Durable),
            Err(DatabaseError::DatabaseAlreadyOpen) => Err(StoreError::InUse { path }),
            Err(error) => Err(opening_failed(path, error)),
        }
    }

    /// Opens the state anew: what was there is archived, and a damaged file is moved aside. Returns what became of it, in words.
    /// `at` is in milliseconds since the epoch.
    pub fn open_fresh(directory: &Path, at: u64) -> Result<(Self, Option<String>), StoreError> {
        match Self::open(directory) {
            Ok(store) => {
                if store.keeping == Keeping::NothingBecauseInUse {
                    return Err(StoreError::InUse { path: store.path });
                }
                let archive = store.replace(at, "fresh start", |now| Contents {
                    tables: Vec::new(),
                    progress: forget::everything(&now.progress),
                })?;
                let words = archive.map(|id| format!("What was there is kept as archive {id}."));
                Ok((store, words))
            }
            Err(StoreError::Corrupt { path, .. }) => {
                let aside = directory.join(format!("{FILE}.damaged-{at}"));
                std::fs::rename(&path, &aside).map_err(|source| StoreError::Directory {
                    path: directory.to_owned(),
                    source,
                })?;
                let words = format!("The damaged file was moved to {}.", aside.display());
                Ok((Self::open(directory)?, Some(words)))
            }
            Err(error) => Err(error),
        }
    }

    /// A copy of a file that another instance holds. The other may be in the middle of a write, so
    /// a torn copy is read again.
    fn copy(path: PathBuf) -> Result<Self, StoreError> {
        const TRIES: usize = 5;
        for _ in 0..TRIES {
            let Ok(bytes) = std::fs::read(&path) else {
                continue;
            };
            let backend = InMemoryBackend::new();
            let length = bytes.len() as u64;
            if backend.set_len(length).is_err() || backend.write(0, &bytes).is_err() {
                continue;
            }
            let Ok(database) = builder().create_with_backend(backend) else {
                continue;
            };
            return Self::prepared(database, path, Keeping::NothingBecauseInUse);
        }
        Err(StoreError::Locked { path })
    }

    /// Checks the format and makes the tables, so that reading never meets a missing one.
    fn prepared(database: Database, path: PathBuf, keeping: Keeping) -> Result<Self, StoreError> {
        let store = Self {
            database: RwLock::new(Some(database)),
            path,
            keeping,
            unsaved: Mutex::default(),
        };
        store.write(|transaction| {
            transaction.open_table(TABLES)?;
            transaction.open_table(ITEMS)?;
            transaction.open_table(PROGRESS)?;
            transaction.open_table(ARCHIVES)?;
            let mut meta = transaction.open_table(META)?;
            let found = meta.get("format")?.map(|found| found.value());
            match found {
                Some(found) if found > FORMAT => Err(Trouble::Newer(found)),
                Some(_) => Ok(()),
                None => {
                    meta.insert("format", FORMAT)?;
                    Ok(())
                }
            }
        })?;
        Ok(store)
    }

    #[must_use]
    pub fn keeping(&self) -> Keeping {
        self.keeping
    }

    /// The file everything is in.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The progress of one lesson; empty where there is none.
    pub fn progress(&self, lesson: &str) -> Result<Progress, StoreError> {
        let read = || -> Result<Progress, Trouble> {
            let transaction = self.reading()?;
            let table = transaction.open_table(PROGRESS)?;
            Ok(match table.get(lesson)? {
                Some(bytes) => serde_json::from_slice(bytes.value())?,
                None => Progress::default(),
            })
        };
        read().map_err(|trouble| self.explain(trouble))
    }

    /// Keeps one change of a lesson's progress; durable on return. What the disk refuses stays in memory and is
    /// written with the next change.
    pub fn keep(&self, lesson: &str, change: &ProgressChange) -> Result<(), StoreError> {
        let mut unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        unsaved.push((lesson.to_owned(), change.clone()));
        self.keep_all(&mut unsaved)
    }

    /// A last attempt for what the disk refused before. Returns the changes that can't be kept, and why.
    pub fn settle(&self) -> Result<(), (Vec<ProgressChange>, StoreError)> {
        let mut unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner);
        if unsaved.is_empty() {
            return Ok(());
        }
        self.keep_all(&mut unsaved).map_err(|error| {
            let lost = unsaved.iter().map(|(_, change)| change.clone()).collect();
            (lost, error)
        })
    }

    fn keep_all(&self, changes: &mut Vec<(String, ProgressChange)>) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut table = transaction.open_table(PROGRESS)?;
            for (lesson, change) in changes.iter() {
                let mut progress: Progress = match table.get(lesson.as_str())? {
                    Some(bytes) => serde_json::from_slice(bytes.value())?,
                    None => Progress::default(),
                };
                progress.apply(change);
                table.insert(lesson.as_str(), serde_json::to_vec(&progress)?.as_slice())?;
            }
            Ok(())
        })?;
        changes.clear();
        Ok(())
    }

    /// Everything that is in use now: tables and progress.
    pub fn contents(&self) -> Result<Contents, StoreError> {
        let read = || -> Result<Contents, Trouble> {
            let transaction = self.reading()?;
            contents_of(
                &transaction.open_table(TABLES)?,
                &transaction.open_table(ITEMS)?,
                &transaction.open_table(PROGRESS)?,
            )
        };
        read().map_err(|trouble| self.explain(trouble))
    }

    /// What makes the simulated tables again, one change after the other: there may be too many to hold them all.
    pub fn each_change(&self, take: impl FnMut(Change)) -> Result<(), StoreError> {
        let read = || -> Result<(), Trouble> {
            let transaction = self.reading()?;
            records::each_change(
                &transaction.open_table(TABLES)?,
                &transaction.open_table(ITEMS)?,
                take,
            )
        };
        read().map_err(|trouble| self.explain(trouble))
    }

    /// Archives what is in use and puts something else in its place, in one transaction. Returns the
    /// archive's id, or `None` where nothing goes out of use by it.
    pub fn replace(
        &self,
        at: u64,
        why: &str,
        next: impl FnOnce(&Contents) -> Contents,
    ) -> Result<Option<ArchiveId>, StoreError> {
        self.write(|transaction| {
            let mut tables = transaction.open_table(TABLES)?;
            let mut items = transaction.open_table(ITEMS)?;
            let mut progress = transaction.open_table(PROGRESS)?;
            let now = contents_of(&tables, &items, &progress)?;
            let next = next(&now);

            let mut archived = None;
            if loses(&now, &next) {
                let mut put_aside = transaction.open_table(ARCHIVES)?;
                let last = put_aside.last()?.map_or(0, |(id, _)| id.value());
                let id = ArchiveId(last + 1);
                let record = Record::new(now.header(id, at, why), now);
                put_aside.insert(id.0, serde_json::to_vec(&record)?.as_slice())?;
                archived = Some(id);
            }

            tables.retain(|_, _| false)?;
            items.retain(|_, _| false)?;
            progress.retain(|_, _| false)?;
            for change in &next.tables {
                apply(&mut tables, &mut items, change)?;
            }
            for (lesson, one) in &next.progress {
                progress.insert(lesson.as_str(), serde_json::to_vec(one)?.as_slice())?;
            }
            Ok(archived)
        })
    }

    /// The archives, oldest first.
    pub fn archives(&self) -> Result<Vec<Header>, StoreError> {
        let read = || -> Result<Vec<Header>, Trouble> {
            let transaction = self.reading()?;
            let archives = transaction.open_table(ARCHIVES)?;
            let mut headers = Vec::new();
            for entry in archives.iter()? {
                let (_, bytes) = entry?;
                headers.push(serde_json::from_slice::<Record>(bytes.value())?.header);
            }
            Ok(headers)
        };
        read().map_err(|trouble| self.explain(trouble))
    }

    /// Puts an archive back. What is in use is archived before; notes of both are kept.
    /// Returns the id of that new archive.
    pub fn restore(&self, id: ArchiveId, at: u64) -> Result<Option<ArchiveId>, StoreError> {
        let archived = self.archived(id)?;
        self.replace(at, &format!("before archive {id} was put back"), |now| {
            let mut next = archived;
            for (lesson, progress) in &now.progress {
                add_notes(next.progress.entry(lesson.clone()).or_default(), progress);
            }
            next
        })
    }

    /// What an archive holds.
    pub fn archived(&self, id: ArchiveId) -> Result<Contents, StoreError> {
        let read = || -> Result<Option<Contents>, Trouble> {
            let transaction = self.reading()?;
            let archives = transaction.open_table(ARCHIVES)?;
            let Some(bytes) = archives.get(id.0)? else {
                return Ok(None);
            };
            let record: Record = serde_json::from_slice(bytes.value())?;
            Ok(Some(record.into_contents()))
        };
        read()
            .map_err(|trouble| self.explain(trouble))?
            .ok_or_else(|| StoreError::NoArchive { id: id.to_string() })
    }

    /// One durable transaction: everything in it or nothing.
    fn write<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        let is_closed = self
            .database
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none();
        if is_closed {
            self.open_again();
        }
        let attempt = || -> Result<T, Trouble> {
            let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
            let transaction = database.as_ref().ok_or_else(closed)?.begin_write()?;
            // Dropping the transaction on an error takes everything back.
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        attempt().map_err(|trouble| {
            if trouble.is_of_the_disk() {
                self.open_again();
            }
            self.explain(trouble)
        })
    }

    fn reading(&self) -> Result<ReadTransaction, Trouble> {
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        Ok(database.as_ref().ok_or_else(closed)?.begin_read()?)
    }

    /// After an error of the disk the database refuses everything until it is opened again; there may be room by then.
    fn open_again(&self) {
        if self.keeping == Keeping::NothingBecauseInUse {
            return;
        }
        let mut database = self
            .database
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // The old one holds the file's lock.
        *database = None;
        *database = builder().create(&self.path).ok();
    }

    fn explain(&self, trouble: Trouble) -> StoreError {
        match trouble {
            Trouble::Database(error) => StoreError::from_database(&self.path, *error),
            Trouble::Record(error) => StoreError::unreadable(&self.path, &error),
            Trouble::Newer(found) => StoreError::Newer {
                path: self.path.clone(),
                found,
                known: FORMAT,
            },
        }
    }
}

impl Journal for Store {
    fn record(&self, changes: &[Change]) -> Result<(), JournalError> {
        self.write(|transaction| {
            let mut tables = transaction.open_table(TABLES)?;
            let mut items = transaction.open_table(ITEMS)?;
            changes
                .iter()
                .try_for_each(|change| apply(&mut tables, &mut items, change))
        })
        .map_err(|error| JournalError(error.to_string()))
    }
}

/// Adds the notes of `from` that `to` lacks; one whose id is taken gets a new one.
fn add_notes(to: &mut Progress, from: &Progress) {
    for note in from.notes.values() {
        let known = to
            .notes
            .values()
            .any(|one| one.written == note.written && one.text == note.text);
        if known {
            continue;
        }
        let mut note = note.clone();
        if to.notes.contains_key(&note.id) {
            note.id = to.next_note();
        }
        to.notes.insert(note.id, note);
    }
}

/// What is said of a database that could not be opened again.
fn closed() -> Trouble {
    redb::StorageError::PreviousIo.into()
}

/// The path of a file in the directory, both made where they are missing.
fn file_in(directory: &Path, name: &str) -> Result<PathBuf, StoreError> {
    directory::make(directory)?;
    let path = directory.join(name);
    match directory::make_file(&path) {
        Ok(()) => Ok(path),
        Err(source) => Err(StoreError::Directory { path, source }),
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    // A file that was changed from outside is then refused at once instead of being trusted.
    builder.set_check_integrity_on_open(true);
    builder.set_cache_size(CACHE);
    builder
}

fn opening_failed(path: PathBuf, error: DatabaseError) -> StoreError {
    match error {
        DatabaseError::Storage(storage) if is_storage_damage(&storage) => StoreError::Corrupt {
            path,
            detail: storage.to_string(),
        },
        DatabaseError::Storage(redb::StorageError::Io(source)) => {
            StoreError::Directory { path, source }
        }
        error => StoreError::from_database(&path, error),
    }
}

#[cfg(test)]
mod tests;
