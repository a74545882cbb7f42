//! The screen in a real pseudo-terminal: what a learner presses, sees, and finds again.

use portable_pty::CommandBuilder;
use rustix::process::{Pid, Signal, kill_process};

use crate::program::{program, run};
use crate::pty::Terminal;

const ENTER: &str = "\r";
const CONTROL_C: &str = "\u{3}";
const CONTROL_Z: &str = "\u{1a}";

/// The structure section, as a student would open it.
fn structure(state: &std::path::Path) -> Terminal {
    Terminal::start(80, 24, state, &["run", "06", "--section", "structure"])
}

#[test]
fn a_power_cut_loses_no_answer_no_note_and_no_table() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = structure(home.path());
    screen.until("No database to create").press(" ");
    screen.until("A table for the neighbors").press(ENTER);
    screen.until("made the table").press(" ");
    screen.until("The first item").press(ENTER);
    screen.until("stored it: a new item").press("n");
    screen.until("What would you like to ask later?");
    screen.press("Is there a join?").until("Is there a join?");
    screen.press(ENTER).until("Kept in the parking lot");
    screen.press(" ").until("Typed JSON").press(" ");
    screen.until("What happens?").press("2");
    screen.until("You said").press(ENTER);
    screen.until("stored it: a new item");
    screen.kill();

    let mut screen = Terminal::start(80, 24, home.path(), &[]);
    screen.until("Go on: 5").until("1 note").press(" ");
    screen.until("Mike has no pets");
    screen.until("it is stored; missing attributes become null");
    screen.press("b").until("people").until("2 items");
    screen.press("q");
    assert!(screen.end().success());

    let notes = run(program(home.path())
        .arg("notes")
        .arg("--state")
        .arg(home.path()));
    assert!(notes.out.contains("Is there a join?"), "{}", notes.out);
}

#[test]
fn every_way_out_gives_the_terminal_back() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = structure(home.path());
    screen.until("No database to create").press("q");
    assert!(screen.end().success());
    assert!(screen.is_as_before());

    let mut screen = structure(home.path());
    screen.until("No database to create").press(CONTROL_C);
    screen.end();
    assert!(screen.is_as_before());

    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut screen = structure(home.path());
        screen.until("No database to create");
        let process = i32::try_from(screen.process_id()).unwrap();
        kill_process(Pid::from_raw(process).unwrap(), signal).unwrap();
        screen.end();
        assert!(screen.is_as_before(), "{signal:?}");
    }
}

#[test]
fn control_z_leaves_the_screen_to_the_shell_and_fg_brings_it_back() {
    let home = tempfile::tempdir().unwrap();
    let mut shell = CommandBuilder::new("sh");
    shell.arg("-i");
    let mut screen = Terminal::run(80, 24, home.path(), shell);
    // The shell's own prompt: `$ ` for a user, `# ` for root.
    let prompt = |text: &str| text.trim_end().ends_with(['$', '#']);
    screen.until_screen("a prompt", prompt);
    let program = env!("CARGO_BIN_EXE_dynatour");
    let state = home.path().display();
    screen.press(&format!(
        "set -m; {program} run 06 --section structure --state {state}\r"
    ));
    screen.until("No database to create").press(CONTROL_Z);
    screen.until("Stopped");
    assert!(screen.is_as_before());
    screen.press("fg\r");
    screen.until("No database to create").press(" ");
    screen.until("A table for the neighbors").press("q");
    screen.until_screen("the prompt again", prompt);
    screen.press("exit\r");
    screen.end();
    assert!(screen.is_as_before());
}

#[test]
fn a_terminal_too_small_says_so_and_goes_on_when_it_is_enlarged() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = structure(home.path());
    screen.until("No database to create").resize(50, 12);
    screen.until("60").resize(120, 40);
    screen.until("No database to create").press("q");
    assert!(screen.end().success());
}

#[test]
fn pasted_control_characters_never_reach_the_terminal() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = structure(home.path());
    screen.until("No database to create").press("n");
    screen.until("What would you like to ask later?");
    screen.press("\u{1b}[200~why\u{7}\u{1b}]0;owned\u{7}not\u{1b}[201~");
    screen.until("why").until("not").press(ENTER);
    screen.until("Kept in the parking lot").press("N");
    screen.until("owned").press("q");
    assert!(screen.end().success());
    let title = b"\x1b]0;owned";
    assert!(
        !screen
            .written
            .windows(title.len())
            .any(|part| part == title)
    );
}

#[test]
fn a_second_screen_on_the_same_state_says_that_it_keeps_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut first = structure(home.path());
    first.until("No database to create");
    let mut second = structure(home.path());
    second.until("READ-ONLY").press("q");
    second.end();
    first
        .press(" ")
        .until("A table for the neighbors")
        .press("q");
    assert!(first.end().success());
}
