//! `dynatour workshop`: handlers that run and are checked as they are saved, and an HTTP API in front of them.
//!
//! ```text
//!   --once           each handler once, one after the other
//!   --export         one request's way, as a picture
//!   --plain          what happens, line by line           ┐ both are told by
//!   on a terminal    a screen                             ┘ runner::workshop::work
//! ```
//!
//! Invariant: nothing is written outside the folder, and when the command ends no process of a handler is left.

pub mod arguments;
mod lines;
mod picture;
mod plain;
mod screen;
pub(super) mod words;

use std::fmt::Write as _;
use std::io::Write as _;

use self::arguments::Workshop;
use super::DONE;
use super::arguments::Common;
use super::failure::Failure;
use super::run::has_screen;
use super::session;
use super::signals::Signals;
use crate::printable;
use crate::runner::workshop::work::{surroundings, workplace};
use crate::workshop::check::Workplace;
use crate::workshop::folder::{self, Folder};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;
use crate::workshop::machine::Machine;

/// Not all handlers are right, with `--once`.
const OPEN: u8 = 1;

pub fn workshop(arguments: &Workshop, common: &Common) -> Result<u8, Failure> {
    if let Some(file) = &arguments.picture.export {
        picture::export(file, arguments, common)
    } else if arguments.once {
        session::block_on(once(arguments))?
    } else if !arguments.plain && has_screen() {
        session::block_on(screen::show(arguments, common))?
    } else {
        session::block_on(plain::run(arguments))?
    }
}

fn signals() -> Result<Signals, Failure> {
    Signals::new().map_err(|error| Failure::Words(format!("signals can't be heard: {error}")))
}

/// The folder, ready.
fn prepare(arguments: &Workshop) -> Result<Folder, Failure> {
    folder::prepare(&arguments.folder(), arguments.language())
        .map_err(|error| Failure::Words(error.to_string()))
}

/// Prints, or ends the command when nobody reads any more.
fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

fn opening(folder: &Folder) -> String {
    let Folder {
        path,
        language,
        written,
    } = folder;
    let place = printable::line(&path.display().to_string()).into_owned();
    let what = match written.len() {
        0 => format!("The workshop in {} at {place}", language.title()),
        _ => format!(
            "The workshop in {} at {place}, with {}",
            language.title(),
            written.join(", ")
        ),
    };
    let mut text = format!("{what}.\n\nOpen in your editor:\n");
    for goal in Goal::ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:<14}  {}", goal.file(*language), goal.route_key());
    }
    text.push('\n');
    text
}

/// What runs the handlers.
fn runs(language: Language, machine: &Machine) -> String {
    format!(
        "{} {}, {} {}\n",
        language.title(),
        machine.version,
        language.packages()[0],
        printable::line(&machine.sdk)
    )
}

/// Where the folder's handlers run, and what runs them.
async fn opened(folder: &Folder, arguments: &Workshop) -> Result<(Workplace, Machine), Failure> {
    let outside = session::outside(std::path::PathBuf::new());
    let surroundings = surroundings(&outside)?;
    let allowance = arguments.allowed.allowance();
    let installed = workplace(folder, &surroundings, &outside.memory, allowance);
    installed
        .await
        .map_err(|missing| Failure::Words(words::missing(&missing)))
}

/// Each handler once, or until a signal comes: it is then not known of all that they are right.
async fn once(arguments: &Workshop) -> Result<u8, Failure> {
    let mut signals = signals()?;
    let folder = prepare(arguments)?;
    say(&opening(&folder))?;
    let (place, machine) = opened(&folder, arguments).await?;
    say(&runs(folder.language, &machine))?;
    tokio::select! {
        code = Box::pin(try_all(&place)) => code,
        () = signals.any() => Ok(OPEN),
    }
}

/// Each handler, one after the other.
async fn try_all(place: &Workplace) -> Result<u8, Failure> {
    let mut reached = [false; 3];
    for goal in Goal::ALL {
        let verdict = place.check(goal).await;
        reached[goal.index()] = verdict.reason.is_none();
        say(&format!("\n{}", words::verdict(&verdict, place.language)))?;
    }
    say(&format!(
        "\n{}\n",
        words::standing(reached, place.language, None)
    ))?;
    Ok(if reached == [true; 3] { DONE } else { OPEN })
}
