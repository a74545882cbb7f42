//! What a reset, a jump or a fresh start put aside: tables and progress as they stood.
//!
//! Invariant: an archive is written in the same transaction that takes its content out of use, and is never deleted by the program.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::progress::Progress;
use crate::simulator::journal::Change;

/// Which archive; written as `7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ArchiveId(pub u64);

impl std::fmt::Display for ArchiveId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What a list of archives shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub id: ArchiveId,
    /// Milliseconds since the epoch.
    pub at: u64,
    /// In words: `reset of section structure`.
    pub why: String,
    /// Names of the tables in it.
    pub tables: Vec<String>,
    pub items: u64,
    /// Steps, exercises and demonstrations that were done, over all lessons.
    pub done: u64,
}

/// Everything that can be put aside and put back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contents {
    /// The tables, as changes that build them from nothing.
    pub tables: Vec<Change>,
    /// By lesson.
    pub progress: BTreeMap<String, Progress>,
}

impl Contents {
    pub(super) fn header(&self, id: ArchiveId, at: u64, why: &str) -> Header {
        let mut tables = Vec::new();
        let mut items = 0;
        for change in &self.tables {
            match change {
                Change::PutTable { table, .. } => tables.push(table.clone()),
                Change::PutItem { .. } => items += 1,
                Change::DeleteTable { .. } | Change::DeleteItem { .. } => {}
            }
        }
        Header {
            id,
            at,
            why: why.to_owned(),
            tables,
            items,
            done: self
                .progress
                .values()
                .map(|progress| progress.done.len() as u64)
                .sum(),
        }
    }
}

/// An archive as it is written.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    pub header: Header,
    tables: Vec<TableRecord>,
    progress: BTreeMap<String, Progress>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TableRecord {
    Table {
        name: String,
        definition: Value,
    },
    Item {
        table: String,
        key: Vec<u8>,
        item: Value,
    },
}

impl Record {
    pub(super) fn new(header: Header, contents: Contents) -> Self {
        let tables = contents
            .tables
            .into_iter()
            .filter_map(|change| match change {
                Change::PutTable { table, definition } => Some(TableRecord::Table {
                    name: table,
                    definition,
                }),
                Change::PutItem { table, key, item } => {
                    Some(TableRecord::Item { table, key, item })
                }
                // A description of what is there has no deletions.
                Change::DeleteTable { .. } | Change::DeleteItem { .. } => None,
            })
            .collect();
        Self {
            header,
            tables,
            progress: contents.progress,
        }
    }

    pub(super) fn into_contents(self) -> Contents {
        let tables = self
            .tables
            .into_iter()
            .map(|record| match record {
                TableRecord::Table { name, definition } => Change::PutTable {
                    table: name,
                    definition,
                },
                TableRecord::Item { table, key, item } => Change::PutItem { table, key, item },
            })
            .collect();
        Contents {
            tables,
            progress: self.progress,
        }
    }
}
