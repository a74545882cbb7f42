//! The directory of `--data`: the tables of a server, in one file that one server at a time may use.
//!
//! Invariant: what can't be read is refused as it is, and nothing in the directory is changed then.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use super::listen;
use crate::cli::failure::Failure;
use crate::learner::error::StoreError;
use crate::learner::store::Store;
use crate::simulator::Simulator;

/// Opens the directory, which is made where it is missing.
pub(super) fn open(directory: &Path) -> Result<Arc<Store>, Failure> {
    Store::open_served(directory)
        .map(Arc::new)
        .map_err(|error| refusal(&error))
}

/// Puts everything into the simulated table that is kept.
pub(super) fn restore(store: &Store, simulator: &Simulator) -> Result<(), Failure> {
    let mut misfit = None;
    store
        .each_change(|change| {
            if misfit.is_none() {
                misfit = simulator.restore([change]).err();
            }
        })
        .map_err(|error| refusal(&error))?;
    match misfit {
        None => Ok(()),
        Some(why) => Err(damaged(store.path(), &why.to_string())),
    }
}

fn damaged(path: &Path, detail: &str) -> Failure {
    Failure::Words(format!(
        "the tables in {} can't be read: {detail}. Nothing was changed. Move the file aside to keep it, or name another directory with --data DIR",
        path.display()
    ))
}

/// The store's trouble in the words of this command.
fn refusal(error: &StoreError) -> Failure {
    Failure::Words(match error {
        StoreError::Directory { path, source } if is_no_directory(source) => format!(
            "{} is no directory, so no tables can be kept in it. --data names a directory; it is made where it is missing",
            path.display()
        ),
        StoreError::Directory { path, source } => format!(
            "the tables can't be kept in {}: {source}. --data names a directory that can be written to; it is made where it is missing",
            path.display()
        ),
        StoreError::Corrupt { path, detail } => return damaged(path, detail),
        StoreError::Newer { path, found, known } => format!(
            "the tables in {} were written by a newer dynatour (format {found}, this one knows {known}). Use the newer one, or name another directory with --data DIR",
            path.display()
        ),
        StoreError::InUse { path } | StoreError::Locked { path } => {
            let holder = holder(path).unwrap_or_else(|| "another dynatour".to_owned());
            format!(
                "the tables in {} are in use by {holder}. One server at a time can have them: end that one, or name another directory with --data DIR",
                path.display()
            )
        }
        StoreError::Write { path, detail } => format!(
            "the tables can't be written to {}: {detail}. Make room on the disk, or name another directory with --data DIR",
            path.display()
        ),
        StoreError::NoHome | StoreError::NoArchive { .. } => error.to_string(),
    })
}

fn is_no_directory(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory
    )
}

/// The other process that has a file open, where the system tells.
fn holder(path: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    listen::holder(Path::new("/proc"), &path, std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::Settings;

    #[test]
    fn a_second_server_is_told_who_has_the_tables() {
        let directory = tempfile::tempdir().unwrap();
        let first = open(directory.path()).unwrap();
        let words = open(directory.path()).unwrap_err().to_string();
        assert!(words.contains("in use by"), "{words}");
        drop(first);
        assert!(open(directory.path()).is_ok());
    }

    #[test]
    fn what_is_no_directory_of_tables_is_refused_untouched() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        std::fs::write(&file, "mine").unwrap();
        let words = open(&file).unwrap_err().to_string();
        assert!(words.contains("is no directory"), "{words}");
        assert_eq!(std::fs::read(&file).unwrap(), b"mine");

        let tables = directory.path().join("tables.redb");
        std::fs::write(&tables, vec![7; 50_000]).unwrap();
        let words = open(directory.path()).unwrap_err().to_string();
        assert!(words.contains("can't be read"), "{words}");
        assert_eq!(std::fs::read(&tables).unwrap(), vec![7; 50_000]);
    }

    #[test]
    fn what_was_recorded_in_groups_is_there_again() {
        use crate::server::Group;
        use crate::simulator::Timestamp;
        let directory = tempfile::tempdir().unwrap();
        // A learner's state beside it is another file.
        drop(Store::open(directory.path()).unwrap());
        let store = open(directory.path()).unwrap();
        let group = Arc::new(Group::new(Arc::clone(&store) as _).unwrap());
        let simulator = Simulator::new(Settings {
            journal: Some(Arc::clone(&group) as _),
            ..Settings::default()
        });
        let call = |operation: &str, body: serde_json::Value| {
            let body = body.to_string();
            let reply = simulator.call(operation, body.as_bytes(), Timestamp::default());
            assert_eq!(reply.status, 200, "{reply:?}");
        };
        for table in ["Pets", "Gone"] {
            call(
                "CreateTable",
                serde_json::json!({
                    "TableName": table, "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                }),
            );
        }
        for id in 0..50 {
            let item = serde_json::json!({"id": {"S": id.to_string()}, "n": {"N": "1"}});
            for table in ["Pets", "Gone"] {
                let put = serde_json::json!({"TableName": table, "Item": item});
                call("PutItem", put);
            }
        }
        let key = serde_json::json!({"id": {"S": "7"}});
        call(
            "DeleteItem",
            serde_json::json!({"TableName": "Pets", "Key": key}),
        );
        call("DeleteTable", serde_json::json!({"TableName": "Gone"}));
        group.finish().unwrap();
        let before = simulator.snapshot();
        assert_eq!(before.len(), 50);
        drop((simulator, group, store));

        let store = open(directory.path()).unwrap();
        let again = Simulator::new(Settings::default());
        restore(&store, &again).unwrap();
        assert_eq!(again.snapshot(), before);
    }

    #[test]
    fn an_item_that_does_not_fit_its_table_is_refused() {
        use crate::simulator::journal::{Change, Journal as _};
        let directory = tempfile::tempdir().unwrap();
        let store = open(directory.path()).unwrap();
        let change = Change::PutItem {
            table: "Pets".to_owned(),
            key: vec![1],
            item: serde_json::json!({}),
        };
        store.record(&[change]).unwrap();
        let words = restore(&store, &Simulator::new(Settings::default()))
            .unwrap_err()
            .to_string();
        assert!(words.contains("Pets"), "{words}");
        assert!(words.contains("Nothing was changed"), "{words}");
    }
}
