//! What is in the file, and how the simulator's changes and a learner's progress get in and out.
//!
//! Invariant: a record that can't be read is an error, never an empty record.

use std::collections::BTreeMap;

use redb::ReadableTable;

use crate::learner::archive::Contents;
use crate::learner::progress::Progress;
use crate::simulator::journal::Change;

/// What can happen within a transaction.
pub(super) enum Trouble {
    Database(Box<redb::Error>),
    Record(serde_json::Error),
    Newer(u64),
}

impl Trouble {
    /// Whether the disk refused something: it may be full.
    pub(super) fn is_of_the_disk(&self) -> bool {
        matches!(self, Self::Database(error)
            if matches!(**error, redb::Error::Io(_) | redb::Error::PreviousIo))
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self::Record(error)
    }
}

macro_rules! trouble_from {
    ($($error:ty),*) => {
        $(impl From<$error> for Trouble {
            fn from(error: $error) -> Self {
                Self::Database(Box::new(error.into()))
            }
        })*
    };
}
trouble_from!(
    redb::StorageError,
    redb::TableError,
    redb::TransactionError,
    redb::CommitError
);

pub(super) type Tables<'t> = redb::Table<'t, &'static str, &'static [u8]>;
pub(super) type Items<'t> = redb::Table<'t, (&'static str, &'static [u8]), &'static [u8]>;

/// Makes one change of the simulated tables.
pub(super) fn apply(
    tables: &mut Tables<'_>,
    items: &mut Items<'_>,
    change: &Change,
) -> Result<(), Trouble> {
    match change {
        Change::PutTable { table, definition } => {
            tables.insert(table.as_str(), serde_json::to_vec(definition)?.as_slice())?;
        }
        Change::DeleteTable { table } => {
            tables.remove(table.as_str())?;
            items.retain(|(owner, _), _| owner != table)?;
        }
        Change::PutItem { table, key, item } => {
            items.insert(
                (table.as_str(), key.as_slice()),
                serde_json::to_vec(item)?.as_slice(),
            )?;
        }
        Change::DeleteItem { table, key } => {
            items.remove((table.as_str(), key.as_slice()))?;
        }
    }
    Ok(())
}

/// What makes the simulated tables again: each table, then each item.
pub(super) fn each_change(
    tables: &impl ReadableTable<&'static str, &'static [u8]>,
    items: &impl ReadableTable<(&'static str, &'static [u8]), &'static [u8]>,
    mut take: impl FnMut(Change),
) -> Result<(), Trouble> {
    for entry in tables.iter()? {
        let (table, definition) = entry?;
        take(Change::PutTable {
            table: table.value().to_owned(),
            definition: serde_json::from_slice(definition.value())?,
        });
    }
    for entry in items.iter()? {
        let (key, item) = entry?;
        let (table, key) = key.value();
        take(Change::PutItem {
            table: table.to_owned(),
            key: key.to_vec(),
            item: serde_json::from_slice(item.value())?,
        });
    }
    Ok(())
}

/// Everything that is in use, tables before their items.
pub(super) fn contents_of(
    tables: &impl ReadableTable<&'static str, &'static [u8]>,
    items: &impl ReadableTable<(&'static str, &'static [u8]), &'static [u8]>,
    progress: &impl ReadableTable<&'static str, &'static [u8]>,
) -> Result<Contents, Trouble> {
    let mut contents = Contents::default();
    each_change(tables, items, |change| contents.tables.push(change))?;
    for entry in progress.iter()? {
        let (lesson, bytes) = entry?;
        contents.progress.insert(
            lesson.value().to_owned(),
            serde_json::from_slice(bytes.value())?,
        );
    }
    Ok(contents)
}

/// Whether something that is in use now would not be there afterwards.
pub(super) fn loses(now: &Contents, next: &Contents) -> bool {
    let key = |change: &Change| match change {
        Change::PutTable { table, .. } | Change::DeleteTable { table } => (table.clone(), None),
        Change::PutItem { table, key, .. } | Change::DeleteItem { table, key } => {
            (table.clone(), Some(key.clone()))
        }
    };
    let kept: BTreeMap<_, _> = next.tables.iter().map(|one| (key(one), one)).collect();
    let tables = now
        .tables
        .iter()
        .any(|one| kept.get(&key(one)) != Some(&one));
    let progress = now.progress.iter().any(|(lesson, progress)| {
        *progress != Progress::default() && next.progress.get(lesson) != Some(progress)
    });
    tables || progress
}
