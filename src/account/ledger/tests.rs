use std::fs;

use proptest::prelude::*;

use super::*;
use crate::account::tag::RunId;

fn place() -> Place {
    Place {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: None,
    }
}

fn intention(name: &str) -> Intention {
    Intention {
        run: RunId::from_number(7),
        place: place(),
        kind: Kind::Table,
        name: name.to_owned(),
    }
}

fn identity(id: &str) -> Identity {
    Identity {
        id: Some(id.to_owned()),
        arn: format!("arn:{id}"),
    }
}

fn opened(directory: &Path) -> Ledger {
    let (ledger, words) = Ledger::open(directory, 1).unwrap();
    assert_eq!(words, None);
    ledger
}

#[test]
fn an_entry_goes_its_way_and_is_there_next_time() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = opened(directory.path());
    assert!(ledger.entries().unwrap().is_empty());
    assert!(!ledger.path().exists(), "looking makes nothing");
    let id = ledger.intend(&intention("pets"), 10).unwrap();
    let state = || {
        let entries = opened(directory.path()).entries().unwrap();
        entries.into_iter().find(|entry| entry.id == id).unwrap()
    };
    assert_eq!(state().state, State::Intended);
    ledger.deleting(id, 11).unwrap();
    assert_eq!(state().state, State::Intended, "what it is isn't known");
    ledger.made(id, identity("a"), 12).unwrap();
    assert_eq!(state().state, State::Made(identity("a")));
    assert!(state().is(Some("a")) && !state().is(Some("b")) && !state().is(None));
    ledger.deleting(id, 13).unwrap();
    assert_eq!(state().state, State::Deleting(identity("a")));
    ledger.not_deleted(id, 14).unwrap();
    assert_eq!(state().state, State::Made(identity("a")));
    ledger.spend(id, Picodollars(5)).unwrap();
    ledger.spend(id, Picodollars(60)).unwrap();
    ledger.correct(id, Picodollars(60), Picodollars(6)).unwrap();
    let indexes = Indexes {
        global: 2,
        local: 1,
    };
    ledger.indexes(id, indexes).unwrap();
    let other = ledger.intend(&intention("visits"), 20).unwrap();
    ledger.gone(id, 15).unwrap();
    let gone = state();
    assert_eq!(
        (gone.spent, gone.intended_at, gone.at),
        (Picodollars(11), 10, 15)
    );
    assert_eq!(gone.indexes, indexes);
    let left = ledger.left_in(&place()).unwrap();
    assert_eq!(
        left.iter().map(|entry| entry.id).collect::<Vec<_>>(),
        [other]
    );
    let elsewhere = Place {
        region: "eu-west-1".to_owned(),
        ..place()
    };
    assert!(ledger.left_in(&elsewhere).unwrap().is_empty());
    assert!(matches!(
        ledger.gone(99, 1),
        Err(LedgerError::NoEntry { id: 99, .. })
    ));
}

#[test]
fn several_instances_share_it() {
    let directory = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                // Each its own, as processes have it: only the file's lock is between them.
                let ledger = opened(directory.path());
                for _ in 0..5 {
                    ledger.intend(&intention("pets"), 1).unwrap();
                }
            });
        }
    });
    let entries = opened(directory.path()).entries().unwrap();
    let ids: Vec<u64> = entries.iter().map(|entry| entry.id).collect();
    assert_eq!(ids, (1..=20).collect::<Vec<_>>());
}

/// Bytes of a ledger with one entry.
fn written() -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let ledger = opened(directory.path());
    ledger.intend(&intention("pets"), 10).unwrap();
    fs::read(ledger.path()).unwrap()
}

#[test]
fn what_cant_be_read_is_set_aside_and_never_thrown_away() {
    let good = written();
    let middle = good.len() / 2;
    let mut cut = good.clone();
    cut.truncate(middle);
    for damaged in [b"no ledger at all".to_vec(), vec![0; 5000], cut] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        fs::write(&path, &damaged).unwrap();
        // One of that name is there already: it stays, too.
        let taken = directory.path().join("ledger.redb.damaged-5");
        fs::write(&taken, "another").unwrap();
        let (ledger, words) = Ledger::open(directory.path(), 5).unwrap();
        let words = words.unwrap();
        assert!(words.contains("by its tags"), "{words}");
        let aside = directory.path().join("ledger.redb.damaged-6");
        assert!(words.contains("ledger.redb.damaged-6"), "{words}");
        assert_eq!(fs::read(aside).unwrap(), damaged);
        assert_eq!(fs::read(taken).unwrap(), b"another");
        ledger.intend(&intention("pets"), 10).unwrap();
        assert_eq!(ledger.entries().unwrap().len(), 1);
    }
}

#[test]
fn other_formats_are_set_aside() {
    for (format, suffix) in [(Some(3), "newer"), (Some(0), "older"), (None, "older")] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        let database = Database::create(&path).unwrap();
        let transaction = database.begin_write().unwrap();
        {
            let mut meta = transaction.open_table(META).unwrap();
            if let Some(format) = format {
                meta.insert("format", format).unwrap();
            }
            let mut other: redb::Table<'_, &str, &str> = transaction
                .open_table(TableDefinition::new("something"))
                .unwrap();
            other.insert("kept", "yes").unwrap();
        }
        transaction.commit().unwrap();
        drop(database);
        // Something that has it open already neither reads nor writes it.
        let unlooked = Ledger {
            path: path.clone(),
            turn: Arc::default(),
        };
        let error = unlooked.intend(&intention("pets"), 1).unwrap_err();
        assert!(matches!(error, LedgerError::Unreadable { .. }), "{error}");
        let (_, words) = Ledger::open(directory.path(), 5).unwrap();
        assert!(words.unwrap().contains(&format!("{suffix}-5")));
        let aside = directory.path().join(format!("ledger.redb.{suffix}-5"));
        let database = Database::open(aside).unwrap();
        let transaction = database.begin_read().unwrap();
        let kept = transaction
            .open_table(TableDefinition::<&str, &str>::new("something"))
            .unwrap();
        assert_eq!(kept.get("kept").unwrap().unwrap().value(), "yes");
    }
}

/// The format that the file names.
fn format(ledger: &Ledger) -> Option<u64> {
    let database = Database::open(ledger.path()).unwrap();
    let transaction = database.begin_read().unwrap();
    let meta = transaction.open_table(META).unwrap();
    meta.get("format").unwrap().map(|found| found.value())
}

#[test]
fn a_file_with_tables_alone_stays_one_that_older_programs_read() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = opened(directory.path());
    let id = ledger.intend(&intention("pets"), 10).unwrap();
    ledger.made(id, identity("a"), 11).unwrap();
    assert_eq!(format(&ledger), Some(TABLES_ONLY));
    for (number, kind) in Kind::DELETED.into_iter().enumerate() {
        let other = Intention {
            kind,
            ..intention("dynatour-0000002a")
        };
        let id = ledger.intend(&other, 12).unwrap();
        assert_eq!(id, number as u64 + 2);
        assert_eq!(format(&ledger), Some(FORMAT), "{kind}");
    }
    // It goes on to be read, and each kind is what it was.
    let kinds: Vec<Kind> = opened(directory.path())
        .entries()
        .unwrap()
        .iter()
        .map(|entry| entry.kind)
        .collect();
    assert_eq!(kinds[0], Kind::Table);
    assert_eq!(kinds[1..], Kind::DELETED);
    let words: Vec<String> = Kind::DELETED
        .map(|kind| serde_json::to_string(&kind).unwrap())
        .to_vec();
    assert_eq!(
        words,
        [
            "\"api\"",
            "\"function\"",
            "\"role\"",
            "\"log-group\"",
            "\"table\""
        ]
    );
}

#[test]
fn what_an_older_program_set_aside_is_taken_up_once() {
    let directory = tempfile::tempdir().unwrap();
    let newer = directory.path().join("ledger.redb.newer-77");
    let function = Intention {
        kind: Kind::Function,
        ..intention("dynatour-0000002a-get")
    };
    {
        let ledger = opened(directory.path());
        let id = ledger.intend(&intention("pets"), 10).unwrap();
        ledger.made(id, identity("a"), 11).unwrap();
        ledger.intend(&function, 12).unwrap();
        // What an older program does with it, and then goes on with one of its own.
        fs::rename(ledger.path(), &newer).unwrap();
        ledger.intend(&intention("visits"), 20).unwrap();
        assert_eq!(format(&ledger), Some(TABLES_ONLY));
    }
    // One that nobody can read stays as it is.
    let strange = directory.path().join("ledger.redb.newer-78");
    fs::write(&strange, "no ledger").unwrap();
    for _ in 0..2 {
        let ledger = opened(directory.path());
        let found: Vec<(u64, String, State)> = ledger
            .entries()
            .unwrap()
            .into_iter()
            .map(|entry| (entry.id, entry.name, entry.state))
            .collect();
        assert_eq!(
            found,
            [
                (1, "visits".to_owned(), State::Intended),
                (2, "pets".to_owned(), State::Made(identity("a"))),
                (3, function.name.clone(), State::Intended),
            ]
        );
        assert_eq!(format(&ledger), Some(FORMAT));
        assert!(!newer.exists() && strange.exists());
        assert!(
            directory
                .path()
                .join("ledger.redb.newer-77.taken-up")
                .exists()
        );
    }
    // One whose new name could not be given is read again, and adds nothing.
    fs::rename(
        directory.path().join("ledger.redb.newer-77.taken-up"),
        &newer,
    )
    .unwrap();
    assert_eq!(opened(directory.path()).entries().unwrap().len(), 3);
}

#[test]
fn a_record_that_is_none_is_told_and_kept() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = opened(directory.path());
    ledger.intend(&intention("pets"), 10).unwrap();
    ledger
        .write(|transaction| {
            let mut entries = transaction.open_table(ENTRIES)?;
            entries.insert(2, b"{}".as_slice())?;
            Ok(())
        })
        .unwrap();
    let error = ledger.entries().unwrap_err();
    assert!(error.to_string().contains("entry 2"), "{error}");
    let (fresh, words) = Ledger::open(directory.path(), 5).unwrap();
    assert!(words.unwrap().contains("damaged-5"));
    assert!(fresh.entries().unwrap().is_empty());
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let inside = directory.path().join("state");
    let ledger = opened(&inside);
    ledger.intend(&intention("pets"), 10).unwrap();
    for path in [inside.as_path(), ledger.path()] {
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

#[test]
fn a_directory_that_cant_be_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = match Ledger::open(&file, 1) {
        Ok((ledger, _)) => ledger.intend(&intention("pets"), 1).unwrap_err(),
        Err(error) => error,
    };
    assert!(error.to_string().contains("--state"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Against damage anywhere: either it is read as it was, or it is set aside whole; never a panic, never half.
    #[test]
    fn damage_anywhere_is_found_or_harmless(at in 0_usize..4_096, bit in 0_u8..8) {
        let good = written();
        let mut bytes = good.clone();
        let at = at * good.len() / 4_096;
        bytes[at] ^= 1 << bit;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        fs::write(&path, &bytes).unwrap();
        let (ledger, words) = Ledger::open(directory.path(), 5).unwrap();
        if words.is_some() {
            let asides = ["damaged", "older", "newer"]
                .map(|suffix| directory.path().join(format!("ledger.redb.{suffix}-5")));
            let aside = asides.into_iter().find(|path| path.exists()).unwrap();
            prop_assert_eq!(fs::read(aside).unwrap().len(), bytes.len());
        } else {
            // What was hit is not in use, or an older root of the file is.
            let entries = ledger.entries().unwrap();
            prop_assert!(entries.len() <= 1);
            prop_assert!(entries.iter().all(|entry| entry.name == "pets"));
        }
    }
}
