//! A class on a wall and the presenter's notes beside it, each in a pseudo-terminal of its own.

use rustix::process::{Pid, Signal, kill_process};

use crate::program::{program, run};
use crate::pty::Terminal;

const PAGE_DOWN: &str = "\u{1b}[6~";
const PAGE_UP: &str = "\u{1b}[5~";
const ESCAPE: &str = "\u{1b}";

fn wall(state: &std::path::Path) -> Terminal {
    let arguments = ["present", "06", "--section", "structure"];
    let mut wall = Terminal::start(80, 24, state, &arguments);
    wall.until("section 0 of");
    wall
}

fn notes(state: &std::path::Path) -> Terminal {
    Terminal::start(80, 24, state, &["notes", "06"])
}

#[test]
fn notes_follow_a_class_that_is_driven_by_a_remote_control() {
    let home = tempfile::tempdir().unwrap();
    let mut lectern = notes(home.path());
    lectern.until("No presentation runs").until("present 06");
    let mut wall = wall(home.path());
    lectern
        .until("5 · Structure")
        .until("page 1 of")
        .until("turns the page")
        .until("of 120 min")
        .until("since ");
    wall.press(PAGE_DOWN);
    lectern.until("page 2 of").until("sends CreateTable");
    wall.press(PAGE_DOWN).until("made the table");
    lectern.until("turns the page");

    // Another terminal that comes late sees the same.
    let mut late = notes(home.path());
    late.until("page 2 of");

    wall.press(".");
    lectern.until("a blank screen");
    // Any key shows it again, and does nothing else.
    wall.press(PAGE_DOWN).until("made the table");
    // What most remotes send in turns on one key never ends the class.
    wall.press(ESCAPE).until("q ends");
    // Up to the page's top, then to the page before.
    wall.press(PAGE_UP).press(PAGE_UP);
    for follower in [&mut lectern, &mut late] {
        follower.until("page 1 of");
        follower.press("q");
        assert!(follower.end().success());
        assert!(follower.is_as_before());
    }
    wall.press("q");
    assert!(wall.end().success());
    assert!(wall.is_as_before());
}

#[test]
fn notes_find_the_next_presentation_after_one_that_was_cut_off() {
    let home = tempfile::tempdir().unwrap();
    let mut first = wall(home.path());
    let mut lectern = notes(home.path());
    lectern.until("page 1 of");
    let process = i32::try_from(first.process_id()).unwrap();
    kill_process(Pid::from_raw(process).unwrap(), Signal::KILL).unwrap();
    first.end();
    lectern.until("No presentation runs");
    // The socket that was left behind is no obstacle.
    assert!(home.path().join("presenter.sock").exists());
    let mut second = wall(home.path());
    second.press(PAGE_DOWN);
    lectern.until("page 2 of").press("q");
    assert!(lectern.end().success());
    second.press("q");
    assert!(second.end().success());
    assert!(!home.path().join("presenter.sock").exists());
}

#[test]
fn a_class_changes_nothing_of_what_its_presenter_did_as_a_learner() {
    let home = tempfile::tempdir().unwrap();
    let arguments = ["run", "06", "--section", "structure"];
    let mut learner = Terminal::start(80, 24, home.path(), &arguments);
    learner.until("No database to create").press(" ");
    learner.until("A table for the neighbors").press("q");
    assert!(learner.end().success());
    let mut class = wall(home.path());
    for _ in 0..2 {
        class.press(PAGE_DOWN);
    }
    class.until("made the table").press("n");
    class.until("What would you like to ask later?");
    class
        .press("From the room")
        .until("From the room")
        .press("\r");
    class.until("Kept in the parking lot").press("q");
    assert!(class.end().success());

    let mut learner = Terminal::start(80, 24, home.path(), &[]);
    learner.until("page 2 of").until("0 notes").press("q");
    assert!(learner.end().success());
    let kept = run(program(home.path())
        .args(["notes", "--state"])
        .arg(home.path().join("presentation")));
    assert!(kept.out.contains("From the room"), "{}", kept.out);
}

#[test]
fn without_a_terminal_notes_are_printed_and_a_presentation_says_why_not() {
    let home = tempfile::tempdir().unwrap();
    let printed = run(program(home.path()).args(["notes", "06"]));
    assert_eq!(printed.code, 0, "{}", printed.err);
    assert!(printed.out.contains("## 5. Structure"), "{}", printed.out);
    assert!(printed.out.contains("minute"), "{}", printed.out);
    let refused = run(program(home.path()).args(["present", "06"]));
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("needs a terminal"), "{}", refused.err);
}

#[test]
fn a_picture_is_written_whole_once_and_says_what_is_wrong() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("hash.svg");
    let export = |more: &[&str]| {
        let mut command = program(home.path());
        command
            .args(["hash", "Beeba", "Rex", "--export"])
            .arg(&file);
        run(command.args(more))
    };
    for wrong in [
        &["--size", "10x10"][..],
        &["--at", "13"],
        &["--at", "never"],
    ] {
        let said = export(wrong);
        assert_eq!(said.code, 2, "{wrong:?}");
        assert!(!file.exists(), "{wrong:?} {}", said.err);
    }
    let said = export(&["--size", "120x40", "--at", "5"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let picture = std::fs::read_to_string(&file).unwrap();
    assert!(picture.starts_with("<svg") && picture.contains("Beeba"));
    let again = export(&[]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("not there yet"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), picture);
}
