//! The lessons: built in, or read from a directory; and their list.

use std::io::Write as _;
use std::path::Path;

use super::DONE;
use super::arguments::Common;
use super::failure::Failure;
use super::lessons_dir;
use crate::lesson::model::Lesson;
use crate::lesson::{SourceFile, find, library};
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

/// The lesson that a command was given. If it was given none, what there is and how the first one is opened.
pub fn named<'a>(
    lessons: &'a [Lesson],
    wanted: Option<&str>,
    command: &str,
) -> Result<&'a Lesson, Failure> {
    if let Some(wanted) = wanted {
        return Ok(find::lesson(lessons, wanted)?);
    }
    let Some(first) = lessons.first() else {
        return Err(Failure::Words("there are no lessons".to_owned()));
    };
    let all: String = lessons.iter().map(entry).collect();
    Err(Failure::Words(format!(
        "which lesson? There {}:\n\n{all}\n`dynatour {command} {}` opens the first one; `dynatour lessons` lists their sections.",
        if lessons.len() == 1 { "is" } else { "are" },
        printable::line(&first.session)
    )))
}

/// A line of the list.
fn entry(lesson: &Lesson) -> String {
    let minutes: u32 = lesson.sections.iter().map(|section| section.minutes).sum();
    format!(
        "{}  {} ({minutes} minutes)\n",
        printable::line(&lesson.session),
        printable::line(&lesson.title)
    )
}

/// `dynatour lessons`.
pub fn list(common: &Common) -> Result<u8, Failure> {
    let mut out = std::io::stdout().lock();
    for lesson in lessons(common)? {
        write!(out, "{}", entry(&lesson))?;
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
