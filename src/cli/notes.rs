//! `dynatour notes`: the parking lot, or with `--export FILE` everything a learner made; with a lesson, what its presenter is told.

use std::io::{ErrorKind, Write as _};

use super::DONE;
use super::arguments::{Common, Notes};
use super::failure::Failure;
use super::{library, present, session};
use crate::learner::export;
use crate::lesson::find;
use crate::lesson::model::Lesson;
use crate::printable;
use crate::runner::export::{date_and_time, write_whole};

pub fn notes(arguments: &Notes, common: &Common) -> Result<u8, Failure> {
    if let Some(presented) = &arguments.presented {
        return present::notes(presented, arguments, common);
    }
    let lessons = library::lessons(common)?;
    let chosen: Vec<&Lesson> = match &arguments.lesson {
        Some(wanted) => vec![find::lesson(&lessons, wanted)?],
        None => lessons.iter().collect(),
    };
    let store = session::store(common)?;
    let contents = store.contents()?;
    let mut text = String::new();
    for lesson in chosen {
        let Some(progress) = contents.progress.get(&lesson.id) else {
            continue;
        };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&match arguments.export {
            Some(_) => export::progress(lesson, progress, &date_and_time),
            None => export::notes(lesson, progress, &date_and_time),
        });
    }
    let mut out = std::io::stdout().lock();
    if text.is_empty() {
        writeln!(out, "There is nothing yet. On the screen, n writes a note.")?;
        return Ok(DONE);
    }
    let Some(path) = &arguments.export else {
        out.write_all(printable::block(&text).as_bytes())?;
        out.flush()?;
        return Ok(DONE);
    };
    write_whole(path, text.as_bytes()).map_err(|error| {
        let what_to_do = match error.kind() {
            ErrorKind::AlreadyExists => "Name a file that is not there yet",
            _ => "Name a file in a directory that can be written to",
        };
        let path = path.display();
        Failure::Words(format!(
            "{path} could not be written: {error}. {what_to_do}"
        ))
    })?;
    writeln!(out, "Written to {}", path.display())?;
    Ok(DONE)
}
