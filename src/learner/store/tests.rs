use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redb::BackendError;
use serde_json::json;

use super::*;
use crate::learner::progress::{Given, Note};

fn put(table: &str, key: u8) -> Change {
    Change::PutItem {
        table: table.into(),
        key: vec![key],
        item: json!({"id": {"N": key.to_string()}}),
    }
}

fn create(table: &str) -> Change {
    Change::PutTable {
        table: table.into(),
        definition: json!({"TableName": table}),
    }
}

fn answer(question: &str) -> ProgressChange {
    ProgressChange::Answered {
        question: question.into(),
        given: Given::DontKnow,
    }
}

fn note(text: &str) -> ProgressChange {
    ProgressChange::Note(Note {
        id: 1,
        text: text.into(),
        place: None,
        written: 7,
    })
}

#[test]
fn what_was_kept_is_there_after_opening_again() {
    let directory = tempfile::tempdir().unwrap();
    let inside = directory.path().join("deep/state");
    {
        let store = Store::open(&inside).unwrap();
        store
            .record(&[create("pets"), put("pets", 1), put("pets", 2)])
            .unwrap();
        store.keep("06", &answer("schema")).unwrap();
    }
    let store = Store::open(&inside).unwrap();
    let contents = store.contents().unwrap();
    assert_eq!(
        contents.tables,
        [create("pets"), put("pets", 1), put("pets", 2)]
    );
    assert_eq!(
        store.progress("06").unwrap().answers["schema"],
        Given::DontKnow
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let file = inside.join(FILE);
        assert_eq!((mode(&inside), mode(&file)), (0o700, 0o600));
        drop(store);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        Store::open(&inside).unwrap();
        assert_eq!(mode(&file), 0o600);
    }
}

#[test]
fn deleting_a_table_takes_its_items_and_no_others() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    store
        .record(&[
            create("pets"),
            put("pets", 1),
            create("petshop"),
            put("petshop", 1),
        ])
        .unwrap();
    store
        .record(&[Change::DeleteTable {
            table: "pets".into(),
        }])
        .unwrap();
    assert_eq!(
        store.contents().unwrap().tables,
        [create("petshop"), put("petshop", 1)]
    );
}

#[test]
fn a_second_instance_works_on_a_copy_and_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let first = Store::open(directory.path()).unwrap();
    first.keep("06", &answer("schema")).unwrap();
    let second = Store::open(directory.path()).unwrap();
    assert_eq!(second.keeping(), Keeping::NothingBecauseInUse);
    assert_eq!(second.progress("06").unwrap().answers.len(), 1);
    second.keep("06", &answer("hash")).unwrap();
    assert_eq!(second.progress("06").unwrap().answers.len(), 2);
    assert_eq!(first.progress("06").unwrap().answers.len(), 1);
    assert!(matches!(
        Store::open_fresh(directory.path(), 1),
        Err(StoreError::InUse { .. })
    ));
}

#[test]
fn a_reset_archives_and_an_archive_comes_back_with_all_notes() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    store.record(&[create("pets"), put("pets", 1)]).unwrap();
    store.keep("06", &answer("schema")).unwrap();
    store.keep("06", &note("why not SQL?")).unwrap();
    drop(store);

    let (store, words) = Store::open_fresh(directory.path(), 1_000).unwrap();
    assert_eq!(
        words.as_deref(),
        Some("What was there is kept as archive 1.")
    );
    let contents = store.contents().unwrap();
    assert_eq!(contents.tables, []);
    assert!(contents.progress["06"].answers.is_empty());
    assert_eq!(contents.progress["06"].notes[&1].text, "why not SQL?");

    let second = ProgressChange::Note(Note {
        id: 2,
        text: "and joins?".into(),
        place: None,
        written: 8,
    });
    store.keep("06", &second).unwrap();
    store.record(&[create("scratch")]).unwrap();
    let before = store.restore(ArchiveId(1), 2_000).unwrap();
    assert_eq!(before, Some(ArchiveId(2)));
    let contents = store.contents().unwrap();
    assert_eq!(contents.tables, [create("pets"), put("pets", 1)]);
    assert_eq!(contents.progress["06"].answers.len(), 1);
    assert_eq!(contents.progress["06"].notes.len(), 2);

    let headers = store.archives().unwrap();
    assert_eq!(headers[0].tables, ["pets"]);
    assert_eq!((headers[0].items, headers[0].at), (1, 1_000));
    assert_eq!(headers[1].tables, ["scratch"]);
    assert!(matches!(
        store.restore(ArchiveId(9), 3_000),
        Err(StoreError::NoArchive { .. })
    ));
}

#[test]
fn a_fresh_start_of_nothing_leaves_no_archive() {
    let directory = tempfile::tempdir().unwrap();
    let (store, words) = Store::open_fresh(directory.path(), 1).unwrap();
    assert_eq!(words, None);
    assert!(store.archives().unwrap().is_empty());
}

#[test]
fn a_damaged_file_is_refused_kept_and_moved_aside_on_request() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(FILE);
    std::fs::write(&path, b"this was never a database").unwrap();
    let error = Store::open(directory.path()).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert!(error.to_string().contains("--fresh"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"this was never a database");

    let (_store, words) = Store::open_fresh(directory.path(), 42).unwrap();
    assert!(words.unwrap().contains("state.redb.damaged-42"));
    let aside = directory.path().join("state.redb.damaged-42");
    assert_eq!(std::fs::read(aside).unwrap(), b"this was never a database");
}

/// Flipped bytes and cut ends anywhere: either nothing that matters was hit, or it is a clear refusal; never a panic.
#[test]
fn damage_anywhere_is_an_error_and_never_a_panic() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(FILE);
    {
        let store = Store::open(directory.path()).unwrap();
        for key in 0..40 {
            store.record(&[create("pets"), put("pets", key)]).unwrap();
        }
        store.keep("06", &note("why?")).unwrap();
    }
    let good = std::fs::read(&path).unwrap();
    let mut refused = 0;
    for place in (0..64).chain((64..good.len()).step_by(good.len() / 60)) {
        let mut bad = good.clone();
        for byte in bad.iter_mut().skip(place).take(64) {
            *byte = !*byte;
        }
        std::fs::write(&path, &bad).unwrap();
        match Store::open(directory.path()).and_then(|store| store.contents()) {
            Ok(contents) => assert_eq!(contents.tables.len(), 41, "at {place}"),
            Err(StoreError::Corrupt { .. }) => refused += 1,
            Err(error) => panic!("at {place}: {error}"),
        }
    }
    for length in [0, 1, 100, good.len() / 2, good.len() - 1] {
        std::fs::write(&path, &good[..length]).unwrap();
        match Store::open(directory.path()) {
            Ok(_) => assert_eq!(length, 0, "only an empty file is a new one"),
            Err(error) => assert!(matches!(error, StoreError::Corrupt { .. }), "{error}"),
        }
    }
    assert!(refused > 0);
}

#[test]
fn a_newer_format_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    {
        let store = Store::open(directory.path()).unwrap();
        store
            .write(|transaction| {
                transaction.open_table(META)?.insert("format", FORMAT + 1)?;
                Ok(())
            })
            .unwrap();
    }
    assert!(matches!(
        Store::open(directory.path()),
        Err(StoreError::Newer { found: 2, .. })
    ));
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Store::open(&file.join("state")).unwrap_err();
    assert!(matches!(error, StoreError::Directory { .. }));
    assert!(error.to_string().contains("--state"), "{error}");
}

/// A disk that is full from some moment on.
#[derive(Debug)]
struct Full {
    inner: InMemoryBackend,
    full: Arc<AtomicBool>,
}

impl Full {
    fn check(&self) -> Result<(), BackendError> {
        if self.full.load(Ordering::SeqCst) {
            return Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into());
        }
        Ok(())
    }
}

impl StorageBackend for Full {
    fn len(&self) -> Result<u64, std::io::Error> {
        self.inner.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), std::io::Error> {
        self.inner.read(offset, out)
    }
    fn set_len(&self, len: u64) -> Result<(), std::io::Error> {
        self.check()?;
        self.inner.set_len(len)
    }
    fn sync_data(&self) -> Result<(), std::io::Error> {
        self.check()?;
        self.inner.sync_data()
    }
    fn write(&self, offset: u64, data: &[u8]) -> Result<(), std::io::Error> {
        self.check()?;
        self.inner.write(offset, data)
    }
}

#[test]
fn a_full_disk_acknowledges_nothing() {
    let full = Arc::new(AtomicBool::new(false));
    let backend = Full {
        inner: InMemoryBackend::new(),
        full: Arc::clone(&full),
    };
    let database = builder().create_with_backend(backend).unwrap();
    let store = Store::prepared(database, "/full/state.redb".into(), Keeping::Durable).unwrap();
    store.record(&[create("pets")]).unwrap();
    full.store(true, Ordering::SeqCst);
    let error = store.record(&[put("pets", 1)]).unwrap_err();
    assert!(error.0.contains("/full/state.redb"), "{error}");
    assert!(error.0.contains("room on the disk"), "{error}");
    let kept = store.contents().map(|contents| contents.tables);
    // After a failed write the database may refuse to be read; it never shows the refused item.
    assert!(kept.is_err() || kept.is_ok_and(|tables| tables == [create("pets")]));
}

/// The disk is full for a while: what it refused comes with the next change, once there is room.
#[test]
fn what_a_full_disk_refused_is_written_with_the_next_change() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(FILE);
    let full = Arc::new(AtomicBool::new(false));
    let backend = Full {
        inner: InMemoryBackend::new(),
        full: Arc::clone(&full),
    };
    let database = builder().create_with_backend(backend).unwrap();
    let store = Store::prepared(database, path.clone(), Keeping::Durable).unwrap();
    full.store(true, Ordering::SeqCst);
    // Opening the real file again stands for the room that is made.
    assert!(store.keep("06", &note("first")).is_err());
    assert!(store.settle().is_ok());
    store.keep("06", &answer("later")).unwrap();
    drop(store);
    let progress = Store::open(directory.path())
        .unwrap()
        .progress("06")
        .unwrap();
    assert_eq!(progress.notes[&1].text, "first");
    assert!(progress.answers.contains_key("later"));
}

#[test]
fn what_can_not_be_kept_to_the_end_is_given_back() {
    let full = Arc::new(AtomicBool::new(false));
    let backend = Full {
        inner: InMemoryBackend::new(),
        full: Arc::clone(&full),
    };
    let database = builder().create_with_backend(backend).unwrap();
    let nowhere = Path::new("/nowhere/state.redb").to_owned();
    let store = Store::prepared(database, nowhere, Keeping::Durable).unwrap();
    full.store(true, Ordering::SeqCst);
    assert!(store.keep("06", &note("precious")).is_err());
    assert!(store.keep("06", &answer("q")).is_err());
    let (lost, error) = store.settle().unwrap_err();
    assert_eq!(lost, [note("precious"), answer("q")]);
    assert!(error.to_string().contains("room on the disk"), "{error}");
}
