//! The command line: one file for each command.
//!
//! ```text
//!   dynatour                       the screen (plain where there is no terminal)
//!   dynatour run 06                the screen, opened at a lesson
//!   dynatour run 06 --plain|--json the lesson without a screen
//!   dynatour present 06 | notes 06 a class on a wall, and the presenter's notes in another terminal
//!   dynatour hash | race | traffic the demonstrations, on scratch tables
//!   dynatour serve                 the simulated table over HTTP, for any client
//!   dynatour workshop              Lambda functions of a learner's own, run and checked as they are saved
//!   dynatour deploy                a workshop's functions taken to an account, behind a public URL
//!   dynatour doctor | policy       before an account is used
//!   dynatour cleanup               what is left on an account, after it was used
//!   dynatour lessons | notes | archive | reset | check
//! ```
//!
//! Exit status: 0 everything did what it says, 1 something in a lesson did not, 2 it could not be started.
//! Invariant: results go to standard output, everything else to standard error, and a reader that closes
//! the pipe ends the program quietly.

mod account;
mod archive;
mod arguments;
mod check;
mod cleanup;
mod clock;
mod deploy;
mod doctor;
mod failure;
mod hash;
mod help;
mod json;
mod left;
mod lessons_dir;
mod library;
mod memory;
mod notes;
mod picture;
mod plain;
mod policy;
mod present;
mod race;
mod reset;
mod run;
mod serve;
mod session;
mod show;
mod signals;
mod traffic;
mod walk;
mod workshop;

use std::io::Write as _;
use std::process::ExitCode;

use arguments::{Arguments, Command};
use failure::Failure;

/// Everything worked.
const DONE: u8 = 0;
/// It could not be started, or not be gone on with.
const NOT_STARTED: u8 = 2;
/// A reader closed the pipe: what a shell reports for a program that a broken pipe ended.
const BROKEN_PIPE: u8 = 141;

/// Runs the program with the process's own arguments.
#[must_use]
pub fn main() -> ExitCode {
    match help::typed().and_then(dispatch) {
        Ok(code) => ExitCode::from(code),
        Err(Failure::Pipe) => ExitCode::from(BROKEN_PIPE),
        Err(failure) => {
            // Standard error may be closed as well; there is nobody left to tell then.
            // Its words may quote a server, a lesson or a path.
            let words = crate::printable::block(&failure.to_string());
            let _ = writeln!(std::io::stderr(), "{words}");
            ExitCode::from(NOT_STARTED)
        }
    }
}

fn dispatch(arguments: Arguments) -> Result<u8, Failure> {
    let Arguments { command, common } = arguments;
    match command {
        None => run::home(&common),
        Some(Command::Run(run)) => run::run(&run, &common),
        Some(Command::Present(present)) => present::present(&present, &common),
        Some(Command::Lessons) => library::list(&common),
        Some(Command::Check(check)) => check::check(&check, &common),
        Some(Command::Notes(notes)) => notes::notes(&notes, &common),
        Some(Command::Archive(archive)) => archive::archive(&archive, &common),
        Some(Command::Reset(reset)) => reset::reset(&reset, &common),
        Some(Command::Hash(hash)) => hash::hash(&hash, &common),
        Some(Command::Race(race)) => race::race(&race, &common),
        Some(Command::Traffic(traffic)) => traffic::traffic(&traffic, &common),
        Some(Command::Doctor(arguments)) => doctor::doctor(&arguments, &common),
        Some(Command::Policy(policy)) => policy::policy(&policy, &common),
        Some(Command::Serve(serve)) => serve::serve(&serve, &common),
        Some(Command::Workshop(arguments)) => workshop::workshop(&arguments, &common),
        Some(Command::Deploy(deploy)) => deploy::deploy(&deploy, &common),
        Some(Command::Cleanup(cleanup)) => cleanup::cleanup(&cleanup, &common),
    }
}
