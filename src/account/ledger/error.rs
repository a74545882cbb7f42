//! What can go wrong with the ledger, each with what to do about it.

use std::path::{Path, PathBuf};

/// An error of the ledger. Its text is complete: what happened, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    #[error(
        "the list of what was made on accounts can't be kept in {path}: {why}. Make it writable, or name another directory with --state DIR; without it nothing is made on an account"
    )]
    Directory { path: PathBuf, why: String },
    #[error(
        "another dynatour has been writing to {path} for longer than it should take. Try again; if that doesn't help, end the other one"
    )]
    Busy { path: PathBuf },
    #[error(
        "the list of what was made on accounts, {path}, can't be read: {why}. Start dynatour again: the file is then set aside, not deleted, and what it lists is found by its tags"
    )]
    Unreadable { path: PathBuf, why: String },
    #[error(
        "make room on the disk and try again. The list of what was made on accounts could not be written to {path}: {why}"
    )]
    Write { path: PathBuf, why: String },
    #[error("{path} has no entry {id}")]
    NoEntry { path: PathBuf, id: u64 },
}

/// What a transaction met.
#[derive(Debug)]
pub(super) enum Trouble {
    Database(redb::Error),
    /// A record that isn't what was written there.
    Record(String),
    /// It is not in this program's format, but in that.
    Format(Option<u64>),
    NoEntry(u64),
}

impl<E: Into<redb::Error>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Database(error.into())
    }
}

/// Whether a database's error means that the file itself is none, damaged, or in a format of redb's own that it no longer reads.
pub(super) fn is_damage(error: &redb::Error) -> bool {
    use std::io::ErrorKind;
    match error {
        redb::Error::Io(error) => matches!(
            error.kind(),
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof
        ),
        redb::Error::Corrupted(_)
        | redb::Error::UpgradeRequired(_)
        | redb::Error::TableTypeMismatch { .. }
        | redb::Error::TableIsMultimap(_)
        | redb::Error::TableIsNotMultimap(_)
        | redb::Error::TypeDefinitionChanged { .. }
        | redb::Error::RepairAborted => true,
        _ => false,
    }
}

impl Trouble {
    /// What is said of it.
    pub(super) fn at(self, path: &Path) -> LedgerError {
        let path = path.to_owned();
        match self {
            Self::NoEntry(id) => LedgerError::NoEntry { path, id },
            Self::Record(why) => LedgerError::Unreadable { path, why },
            Self::Format(found) => LedgerError::Unreadable {
                path,
                why: match found {
                    Some(found) => format!("it is in format {found}"),
                    None => "it names no format".to_owned(),
                },
            },
            Self::Database(redb::Error::DatabaseAlreadyOpen) => LedgerError::Busy { path },
            Self::Database(error) if is_damage(&error) => LedgerError::Unreadable {
                path,
                why: error.to_string(),
            },
            Self::Database(redb::Error::Io(error))
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::PermissionDenied
                        | std::io::ErrorKind::NotFound
                        | std::io::ErrorKind::NotADirectory
                        | std::io::ErrorKind::ReadOnlyFilesystem
                ) =>
            {
                LedgerError::Directory {
                    path,
                    why: error.to_string(),
                }
            }
            Self::Database(error) => LedgerError::Write {
                path,
                why: error.to_string(),
            },
        }
    }
}
