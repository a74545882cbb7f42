//! What can go wrong with the state directory, each with its path and what to do about it.

use std::path::{Path, PathBuf};

use redb::StorageError;

/// An error of the store. Its text is complete: what happened, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "no place for the state: the home directory is not known. Name a directory with --state DIR"
    )]
    NoHome,
    #[error(
        "the state can't be kept in {path}: {source}. Make it writable, or name another directory with --state DIR"
    )]
    Directory {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "the state in {path} can't be read: {detail}. Nothing was changed. Start with --fresh: the file is then moved aside, not deleted, and a new one begun"
    )]
    Corrupt { path: PathBuf, detail: String },
    #[error(
        "the state in {path} was written by a newer dynatour (format {found}, this one knows {known}). Use the newer one, or name another directory with --state DIR"
    )]
    Newer {
        path: PathBuf,
        found: u64,
        known: u64,
    },
    #[error(
        "the state in {path} is in use by another dynatour and could not be read beside it. End the other one, or name another directory with --state DIR"
    )]
    Locked { path: PathBuf },
    #[error(
        "the state in {path} is in use by another dynatour, so it can't be changed here. End the other one and try again"
    )]
    InUse { path: PathBuf },
    #[error(
        "make room on the disk, then it is written with the next change. The state could not be written to {path}: {detail}"
    )]
    Write { path: PathBuf, detail: String },
    #[error("there is no archive {id:?}. `dynatour archive list` shows the ones there are")]
    NoArchive { id: String },
}

impl StoreError {
    /// Sorts an error of the database into what a learner can do about it.
    pub(super) fn from_database(path: &Path, error: impl Into<redb::Error>) -> Self {
        let path = path.to_owned();
        match error.into() {
            redb::Error::Corrupted(detail) => Self::Corrupt { path, detail },
            redb::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                Self::Corrupt {
                    path,
                    detail: error.to_string(),
                }
            }
            error @ (redb::Error::UpgradeRequired(_)
            | redb::Error::TableTypeMismatch { .. }
            | redb::Error::TableIsMultimap(_)
            | redb::Error::TypeDefinitionChanged { .. }
            | redb::Error::RepairAborted) => Self::Corrupt {
                path,
                detail: error.to_string(),
            },
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => {
                Self::Locked { path }
            }
            error => Self::Write {
                path,
                detail: error.to_string(),
            },
        }
    }

    /// A record that isn't what was written there.
    pub(super) fn unreadable(path: &Path, error: &serde_json::Error) -> Self {
        Self::Corrupt {
            path: path.to_owned(),
            detail: format!("a record is damaged ({error})"),
        }
    }
}

/// Whether the database says that the file itself is damaged.
pub(super) fn is_storage_damage(error: &StorageError) -> bool {
    match error {
        StorageError::Corrupted(_) => true,
        StorageError::Io(error) => matches!(
            error.kind(),
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof
        ),
        _ => false,
    }
}
