//! `dynatour check [DIR]`: everything that is wrong with lessons, in one list.
//!
//! ```text
//!   files ─ read ─ errors, and nothing else can be looked at
//!             └ lesson ─┬ what is written        lesson::check
//!                       ├ what each request does rehearsal, on simulated tables
//!                       └ what fits the screen   the measures of the code that draws
//! ```
//!
//! Invariant: the exit status is 0 only if every kind of check ran over every lesson and found nothing.

mod rehearsal;

use std::io::Write as _;

use super::arguments::{Check, Common};
use super::failure::Failure;
use super::{DONE, clock, library, session};
use crate::app::lesson::page::fits;
use crate::lesson::model::{Activity, Lesson};
use crate::lesson::{LessonError, SourceFile, glossary};
use crate::printable;

/// Something was found.
const FOUND: u8 = 1;

/// Checks the lessons of a directory, or the built-in ones.
pub fn check(check: &Check, common: &Common) -> Result<u8, Failure> {
    let directory = check.directory.as_deref().or(common.lessons.as_deref());
    let files = library::files(directory)?;
    let mut out = std::io::stdout().lock();
    let lessons = match crate::lesson::library::read(&files) {
        Ok(lessons) => lessons,
        Err(errors) => {
            print(&mut out, &errors)?;
            writeln!(
                out,
                "{}, so nothing else could be checked.",
                counted(errors.len(), "error")
            )?;
            return Ok(FOUND);
        }
    };
    let terms = terms();
    let mut total = 0;
    for lesson in &lessons {
        let findings = findings(lesson, &files, &terms)?;
        print(&mut out, &findings)?;
        total += findings.len();
        writeln!(out, "{}", summary(lesson, findings.len()))?;
    }
    out.flush()?;
    Ok(if total == 0 { DONE } else { FOUND })
}

/// What every kind of check finds in one lesson, in the order of its files.
fn findings(
    lesson: &Lesson,
    files: &[SourceFile],
    terms: &[String],
) -> Result<Vec<LessonError>, Failure> {
    let mut findings = crate::lesson::check::check(lesson, files, terms);
    let clock = clock::clock();
    findings.extend(session::block_on(rehearsal::rehearse(
        lesson, files, &clock,
    ))??);
    findings.extend(overflows(lesson, files));
    findings.sort_by(|one, other| {
        let key = |it: &LessonError| (it.place.file.clone(), it.place.line, it.place.column);
        key(one).cmp(&key(other))
    });
    Ok(findings)
}

/// The pages that take more lines at 80×24 than there are, measured by the code that draws them.
fn overflows(lesson: &Lesson, files: &[SourceFile]) -> Vec<LessonError> {
    lesson
        .sections
        .iter()
        .flat_map(|section| &section.pages)
        .filter_map(|page| {
            let overflow = fits(page).err()?;
            let message = format!("the page “{}” does not fit: {overflow}", page.title);
            let help = "say it with fewer words, or begin a new page with <!-- pause -->";
            Some(LessonError::at_place(files, &page.place, message, help))
        })
        .collect()
}

fn print(out: &mut impl std::io::Write, findings: &[LessonError]) -> Result<(), Failure> {
    for finding in findings {
        writeln!(out, "{finding}\n")?;
    }
    Ok(())
}

fn summary(lesson: &Lesson, findings: usize) -> String {
    let pages = || lesson.sections.iter().flat_map(|section| &section.pages);
    let activities = |wanted: fn(&Activity) -> bool| {
        pages()
            .filter_map(|page| page.activity.as_ref())
            .filter(|activity| wanted(activity))
            .count()
    };
    let verdict = match findings {
        0 => "nothing to find".to_owned(),
        many => format!("{} to correct", counted(many, "error")),
    };
    format!(
        "{}: {}, {}, {}, {}: {verdict}",
        printable::line(&lesson.id),
        counted(lesson.sections.len(), "section"),
        counted(pages().count(), "page"),
        counted(activities(|it| matches!(it, Activity::Step(_))), "step"),
        counted(
            activities(|it| matches!(it, Activity::Exercise(_))),
            "exercise"
        ),
    )
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        many => format!("{many} {what}s"),
    }
}

/// Every name that a term of the glossary goes by.
fn terms() -> Vec<String> {
    glossary::built_in()
        .into_iter()
        .flat_map(|term| std::iter::once(term.name).chain(term.also))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glossary_gives_every_name_of_a_term() {
        let terms = terms();
        for name in ["ARN", "Amazon Resource Name", "partition key"] {
            assert!(terms.iter().any(|term| term == name), "{name}");
        }
    }
}
