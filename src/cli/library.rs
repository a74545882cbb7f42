//! The lessons: built in, or read from a directory; and their list.

use std::io::Write as _;
use std::path::Path;

use super::DONE;
use super::arguments::Common;
use super::failure::Failure;
use super::lessons_dir;
use crate::lesson::model::Lesson;
use crate::lesson::{SourceFile, library};
use crate::printable;

/// All lessons that `--lessons` names, or the built-in ones.
pub fn lessons(common: &Common) -> Result<Vec<Lesson>, Failure> {
    library::read(&files(common.lessons.as_deref())?).map_err(Failure::Lesson)
}

/// The files of the lessons in a directory, or of the built-in ones.
pub fn files(directory: Option<&Path>) -> Result<Vec<SourceFile>, Failure> {
    match directory {
        Some(directory) => {
            lessons_dir::read(directory).map_err(|error| Failure::Words(error.to_string()))
        }
        None => Ok(library::built_in()),
    }
}

/// `dynatour lessons`.
pub fn list(common: &Common) -> Result<u8, Failure> {
    let mut out = std::io::stdout().lock();
    for lesson in lessons(common)? {
        let minutes: u32 = lesson.sections.iter().map(|section| section.minutes).sum();
        writeln!(
            out,
            "{}  {} ({minutes} minutes)",
            printable::line(&lesson.session),
            printable::line(&lesson.title)
        )?;
        writeln!(out, "    {}\n", printable::line(&lesson.summary))?;
        let widest = lesson
            .sections
            .iter()
            .map(|section| section.id.len())
            .max()
            .unwrap_or(0);
        for section in &lesson.sections {
            writeln!(
                out,
                "    {:>2}  {:<widest$}  {} ({} min)",
                section.number,
                printable::line(&section.id),
                printable::line(&section.title),
                section.minutes
            )?;
        }
        writeln!(out)?;
    }
    out.flush()?;
    Ok(DONE)
}
