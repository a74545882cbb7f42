//! The lessons: built in, or read from a directory; and their list.

use std::io::Write as _;
use std::path::Path;

use super::DONE;
use super::arguments::Common;
use super::failure::Failure;
use crate::lesson::model::Lesson;
use crate::lesson::{SourceFile, library};
use crate::printable;

/// All lessons that `--lessons` names, or the built-in ones.
pub fn lessons(common: &Common) -> Result<Vec<Lesson>, Failure> {
    let files = match &common.lessons {
        Some(directory) => files_in(directory)?,
        None => library::built_in(),
    };
    library::read(&files).map_err(Failure::Lesson)
}

/// The Markdown files of a directory of lessons, or of one lesson's own directory.
pub fn files_in(directory: &Path) -> Result<Vec<SourceFile>, Failure> {
    let failed = |path: &Path, error: &std::io::Error| {
        Failure::Words(format!(
            "the lessons in {} can't be read: {error}. --lessons takes a directory that holds one directory for each lesson",
            path.display()
        ))
    };
    let mut files = Vec::new();
    if directory.join("lesson.md").is_file() {
        let whole = directory
            .canonicalize()
            .map_err(|error| failed(directory, &error))?;
        push_lesson(&mut files, &whole).map_err(|error| failed(directory, &error))?;
    } else {
        let entries = std::fs::read_dir(directory).map_err(|error| failed(directory, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| failed(directory, &error))?.path();
            if path.join("lesson.md").is_file() {
                push_lesson(&mut files, &path).map_err(|error| failed(&path, &error))?;
            }
        }
    }
    if files.is_empty() {
        return Err(Failure::Words(format!(
            "there is no lesson in {}: a lesson is a directory with a lesson.md in it",
            directory.display()
        )));
    }
    Ok(files)
}

fn push_lesson(files: &mut Vec<SourceFile>, directory: &Path) -> std::io::Result<()> {
    let name = directory
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") && path.is_file() {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            files.push(SourceFile::new(
                format!("{name}/{file}"),
                std::fs::read_to_string(&path)?,
            ));
        }
    }
    Ok(())
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
