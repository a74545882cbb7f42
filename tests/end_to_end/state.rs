//! The state directory: notes, archives, resets, and what is wrong with it.

use std::path::Path;

use dynatour::learner::progress::{Change, Given, Note, PageRef};
use dynatour::learner::store::Store;

use crate::program::{Said, program, run};

fn state(home: &Path) -> std::path::PathBuf {
    home.join("state/dynatour")
}

fn said(home: &Path, arguments: &[&str]) -> Said {
    run(program(home).args(arguments))
}

/// A learner who answered, did a step and noted a question.
fn learner(home: &Path) {
    let store = Store::open(&state(home)).unwrap();
    let lesson = "06-dynamodb";
    for change in [
        Change::Done("create-people".into()),
        Change::Answered {
            question: "q".into(),
            given: Given::DontKnow,
        },
        Change::Note(Note {
            id: 1,
            text: "Why \u{1b}[31mno joins?".into(),
            place: Some(PageRef {
                section: "structure".into(),
                page: 2,
            }),
            written: 1_790_000_000_000,
        }),
    ] {
        store.keep(lesson, &change).unwrap();
    }
}

#[test]
fn notes_are_shown_and_exported_without_their_escape_sequences() {
    let home = tempfile::tempdir().unwrap();
    learner(home.path());
    let shown = said(home.path(), &["notes"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(shown.out.contains("Why ␛[31mno joins?"), "{}", shown.out);
    assert!(shown.out.contains("page 3"), "{}", shown.out);

    let file = home.path().join("all.md");
    let path = file.to_str().unwrap();
    assert_eq!(said(home.path(), &["notes", "--export", path]).code, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("## Goals"), "{text}");
    let again = said(home.path(), &["notes", "--export", path]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("all.md"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_reset_archives_keeps_the_notes_and_can_be_undone() {
    let home = tempfile::tempdir().unwrap();
    learner(home.path());
    let reset = said(home.path(), &["reset"]);
    assert_eq!(reset.code, 0, "{}", reset.err);
    assert!(reset.out.contains("archive restore 1"), "{}", reset.out);
    assert!(said(home.path(), &["notes"]).out.contains("no joins?"));
    let done = |home: &Path| {
        let store = Store::open(&state(home)).unwrap();
        store.progress("06-dynamodb").unwrap().done.len()
    };
    assert_eq!(done(home.path()), 0);
    assert!(
        said(home.path(), &["archive", "list"])
            .out
            .contains("reset of everything")
    );
    assert_eq!(said(home.path(), &["archive", "restore", "1"]).code, 0);
    assert_eq!(done(home.path()), 1);
    let none = said(home.path(), &["archive", "restore", "77"]);
    assert_eq!(none.code, 2);
    assert!(none.err.contains("archive list"), "{}", none.err);
}

#[test]
fn a_section_that_begins_anew_has_what_it_needs() {
    let home = tempfile::tempdir().unwrap();
    let reset = said(home.path(), &["reset", "--section", "scan-query"]);
    assert_eq!(reset.code, 0, "{}", reset.err);
    let contents = Store::open(&state(home.path()))
        .unwrap()
        .contents()
        .unwrap();
    assert!(!contents.tables.is_empty());
}

#[test]
fn a_damaged_state_is_refused_and_moved_aside_on_request() {
    let home = tempfile::tempdir().unwrap();
    let directory = state(home.path());
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("state.redb"), b"not a database at all").unwrap();
    let refused = said(home.path(), &["notes"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--fresh"), "{}", refused.err);
    let fresh = said(home.path(), &["notes", "--fresh"]);
    assert_eq!(fresh.code, 0, "{}", fresh.err);
    assert!(fresh.err.contains("was moved to"), "{}", fresh.err);
    let kept = std::fs::read_dir(&directory)
        .unwrap()
        .filter_map(|entry| std::fs::read(entry.unwrap().path()).ok())
        .any(|bytes| bytes == b"not a database at all");
    assert!(kept);
}

#[test]
fn a_directory_that_cannot_be_used_is_named() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "").unwrap();
    let below = file.join("state");
    let refused = said(home.path(), &["notes", "--state", below.to_str().unwrap()]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("file/state"), "{}", refused.err);
    assert!(refused.err.contains("--state DIR"), "{}", refused.err);
}

#[test]
fn a_second_instance_reads_and_does_not_write() {
    let home = tempfile::tempdir().unwrap();
    learner(home.path());
    let _open = Store::open(&state(home.path())).unwrap();
    let notes = said(home.path(), &["notes"]);
    assert_eq!(notes.code, 0);
    assert!(notes.out.contains("no joins?"), "{}", notes.out);
    assert!(notes.err.contains("nothing is kept"), "{}", notes.err);
    for arguments in [
        &["reset"][..],
        &["archive", "restore", "1"],
        &["notes", "--fresh"],
    ] {
        let refused = said(home.path(), arguments);
        assert_eq!(refused.code, 2, "{arguments:?}");
        assert!(refused.err.contains("in use"), "{}", refused.err);
    }
}
