//! The workshop in a real pseudo-terminal: goals reached from an empty folder, a request sent and gone through, and what is left afterwards.

use std::path::Path;

use portable_pty::CommandBuilder;
use rustix::process::{Pid, Signal, kill_process};

use super::process::{left_in, nothing_is_left_in, wait_until};
use super::{FILES, node_folder, save, solution};
use crate::account::learner::{KEY, Learner};
use crate::aws::Aws;
use crate::pty::Terminal;

const ENTER: &str = "\r";
const ESCAPE: &str = "\u{1b}";
const RIGHT: &str = "\u{1b}[C";

/// The workshop's screen in a folder, its API anywhere.
fn workshop(home: &Path, pets: &Path) -> Terminal {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_dynatour"));
    command.args(["workshop", "node"]);
    command.arg(pets);
    command.args(["--port", "0", "--reduced-motion", "--state"]);
    command.arg(home.join("state"));
    Terminal::run(100, 40, home, command)
}

#[test]
fn node_from_an_empty_folder_to_three_goals_on_the_screen() {
    let home = tempfile::tempdir().unwrap();
    let Some(pets) = node_folder(home.path()) else {
        println!("skipped: node is not installed, or DYNATOUR_NODE_MODULES is not set");
        return;
    };
    let mut screen = workshop(home.path(), &pets);
    screen.until("0 of 3 goals").until("http://127.0.0.1:");
    screen.until_screen("three handlers that were tried", |text| {
        text.matches("not written yet").count() >= 3
    });

    save(
        &pets,
        "get-pet.mjs",
        "export const handler = async () => {\n  return {;\n};\n",
    );
    screen.until("SyntaxError");
    for (file, goals) in FILES
        .into_iter()
        .zip(["1 of 3 goals", "2 of 3 goals", "3 of 3 goals"])
    {
        save(&pets, file, &solution("node", file, &[]));
        screen.until(goals);
    }

    // A pet is posted from the screen, and its way is gone through to the end.
    screen.press("e").until("Send a request");
    screen.until("Luna").press(ENTER);
    screen.until(" client ").until(" DynamoDB ");
    for _ in 0..12 {
        screen.press(RIGHT);
    }
    screen.until("PutItem").until("201");
    screen.press(ESCAPE).until("3 of 3 goals");

    #[cfg(target_os = "linux")]
    assert!(!left_in(&pets).is_empty(), "warm functions");
    screen.press("q");
    assert!(screen.end().success());
    assert!(screen.is_as_before());
    nothing_is_left_in(&pets);
}

#[cfg(target_os = "linux")]
#[test]
fn a_handler_that_loops_goes_with_the_screen_however_it_ends() {
    let loops = "import { spawn } from 'node:child_process';\nexport const handler = async () => { spawn('sleep', ['100000']); for (;;) {} };\n";
    for signal in [None, Some(Signal::TERM), Some(Signal::HUP)] {
        let home = tempfile::tempdir().unwrap();
        let Some(pets) = node_folder(home.path()) else {
            println!("skipped: node is not installed, or DYNATOUR_NODE_MODULES is not set");
            return;
        };
        let mut screen = workshop(home.path(), &pets);
        screen.until_screen("three handlers that were tried", |text| {
            text.matches("not written yet").count() >= 3
        });
        save(&pets, "post-pet.mjs", loops);
        wait_until(|| {
            left_in(&pets)
                .iter()
                .any(|command| command.contains("100000"))
        });
        match signal {
            Some(signal) => {
                let process = i32::try_from(screen.process_id()).unwrap();
                kill_process(Pid::from_raw(process).unwrap(), signal).unwrap();
            }
            None => {
                screen.press("q");
            }
        }
        screen.end();
        assert!(screen.is_as_before(), "{signal:?}");
        nothing_is_left_in(&pets);
    }
}

#[test]
fn without_an_interpreter_the_screen_says_what_to_install() {
    let home = tempfile::tempdir().unwrap();
    let pets = home.path().join("pets");
    let mut command = CommandBuilder::new("/usr/bin/env");
    command.arg("PATH=/no/such/directory");
    command.arg(env!("CARGO_BIN_EXE_dynatour"));
    command.args(["workshop", "node"]);
    command.arg(&pets);
    command.args(["--port", "0", "--state"]);
    command.arg(home.path().join("state"));
    let mut screen = Terminal::run(80, 24, home.path(), command);
    screen
        .until("Node.js is not installed")
        .until("https://nodejs.org");
    assert!(pets.join(FILES[0]).is_file());
    screen.press("q");
    assert!(screen.end().success());
    assert!(screen.is_as_before());
}

#[test]
fn the_lessons_page_names_the_folder_opens_the_workshop_and_is_there_again() {
    let home = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_dynatour"));
    command.args(["run", "06", "--section", "workshop", "--state"]);
    command.arg(home.path().join("state"));
    command.cwd(home.path());
    let mut screen = Terminal::run(80, 24, home.path(), command);
    screen.until("open it as things are").press("o");
    for page in [
        "What we build",
        "Why not straight from the browser?",
        "Just enough permission",
    ] {
        screen.until(page).press(RIGHT);
    }
    screen
        .until("On your own machine first")
        .until("./pets-node");
    let pets = home.path().join("pets-node");
    assert!(!pets.exists());
    screen.press(ENTER).until("Workshop · Node.js");
    wait_until(|| pets.join(FILES[2]).is_file());
    screen.press(ESCAPE).until("On your own machine first");
    screen.press("q");
    assert!(screen.end().success());
    assert!(screen.is_as_before());
    nothing_is_left_in(&pets);
}

#[test]
fn the_handlers_go_to_an_account_and_are_deleted_there_from_the_screen() {
    let (aws, learner) = (Aws::start(), Learner::new());
    let home = learner.home();
    let Some(pets) = node_folder(home) else {
        println!("skipped: node is not installed, or DYNATOUR_NODE_MODULES is not set");
        return;
    };
    let mut command = CommandBuilder::new("env");
    for (name, value) in learner.environment(&aws) {
        command.arg(format!("{name}={value}"));
    }
    command.arg(env!("CARGO_BIN_EXE_dynatour"));
    command.args(["workshop", "node"]);
    command.arg(&pets);
    command.args(["--port", "0", "--reduced-motion", "--state"]);
    command.arg(learner.state());
    let mut screen = Terminal::run(110, 60, home, command);
    screen.until_screen("three handlers that were tried", |text| {
        text.matches("not written yet").count() >= 3
    });
    for file in FILES {
        save(&pets, file, &solution("node", file, &[]));
    }
    screen.until("3 of 3 goals").press("D");
    screen.until("Enter   AWS 111122223333 us-east-1");
    assert!(aws.changing_calls().is_empty(), "looking changes nothing");
    screen.press(ENTER).until("Enter makes all of this");
    assert!(aws.changing_calls().is_empty(), "a plan changes nothing");
    screen.press(ENTER).until("It stands");
    let made = aws.everything_made_by(KEY);
    for function in ["get-pets", "get-pet", "post-pet"] {
        assert!(
            made.iter().any(|one| one.contains(function)),
            "{function} is not in {made:?}"
        );
    }

    // Who leaves is told what is left; a no stays.
    screen
        .press("q")
        .until("Still on AWS 111122223333")
        .press("n");
    screen.until("It stands").press("C").until("Type yes");
    screen.press("yes\r").until("Nothing of yours to delete");
    assert_eq!(aws.everything_made_by(KEY), Vec::<String>::new());
    aws.nobody_trespassed();
    screen.press("q");
    screen.end();
    assert!(screen.is_as_before());
    nothing_is_left_in(&pets);
}
