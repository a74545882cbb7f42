//! A lesson's files into a lesson, with everything that is wrong in them.
//!
//! Invariant: ids are unique over all sections, and every step that a goal or a checklist names exists.

use std::collections::{BTreeMap, BTreeSet};

use super::directive::is_id;
use super::error::{LessonError, Problems};
use super::front_matter::{self, LessonMatter};
use super::model::{Activity, Lesson, Link, Place, Section};
use super::nearest::offer;
use super::page::{self, Names};
use super::source::SourceFile;

/// The file that holds a lesson's own front matter.
const LESSON_FILE: &str = "lesson.md";

/// Reads the files of one lesson: `lesson.md` and `NN-name.md` for each section, all in one directory.
///
/// The order of the files does not matter. Returns every error that was found, in the order of the
/// files, when there is any.
pub fn parse(files: &[SourceFile]) -> Result<Lesson, Vec<LessonError>> {
    let mut files: Vec<&SourceFile> = files.iter().collect();
    files.sort_by_key(|file| (name(file) != LESSON_FILE, file.path.as_str()));
    let Some((first, sections)) = files.split_first() else {
        return Err(vec![missing("", "no files")]);
    };
    let directory = directory(first);
    if name(first) != LESSON_FILE {
        return Err(vec![missing(directory, "the lesson has no lesson.md")]);
    }

    let mut read = vec![Read::new(first)];
    let (matter, links) = lesson_matter(&mut read[0]);
    let mut parsed = Vec::new();
    let mut numbers = BTreeMap::new();
    for file in sections {
        let mut reading = Read::new(file);
        if let Some(section) = section(file, &links, &mut numbers, &mut reading) {
            parsed.push(section);
        }
        read.push(reading);
    }
    if sections.is_empty() {
        read[0].problems.report(
            &(0..3),
            "the lesson has no sections",
            "add files beside it that are called 01-name.md, 02-name.md, …",
        );
    }
    unique_ids(&mut read);
    known_references(&mut read);

    let errors: Vec<LessonError> = read
        .into_iter()
        .flat_map(|reading| reading.problems.into_errors())
        .collect();
    match matter {
        Some(matter) if errors.is_empty() => Ok(lesson(directory, matter, parsed)),
        _ => Err(errors),
    }
}

/// One file with what was found in it.
struct Read<'f> {
    problems: Problems<'f>,
    names: Names,
}

impl<'f> Read<'f> {
    fn new(file: &'f SourceFile) -> Self {
        Self {
            problems: Problems::new(file),
            names: Names::default(),
        }
    }
}

fn name(file: &SourceFile) -> &str {
    file.path.rsplit('/').next().unwrap_or(&file.path)
}

fn directory(file: &SourceFile) -> &str {
    file.path.rsplit_once('/').map_or("", |(path, _)| path)
}

fn missing(directory: &str, message: &str) -> LessonError {
    LessonError {
        place: Place {
            file: format!("{directory}/{LESSON_FILE}")
                .trim_start_matches('/')
                .to_owned(),
            line: 1,
            column: 1,
        },
        line: String::new(),
        width: 1,
        message: message.to_owned(),
        help: "a lesson is a directory with lesson.md (title, session, goals) and a file NN-name.md for each section".to_owned(),
    }
}

fn lesson_matter(read: &mut Read) -> (Option<LessonMatter>, BTreeMap<String, Link>) {
    let problems = &mut read.problems;
    let file = problems.file;
    let (fields, _) = front_matter::split(file, "the lesson", problems);
    let Some(fields) = fields else {
        return (None, BTreeMap::new());
    };
    let (mut matter, links) = front_matter::lesson(fields, problems);
    if let Some(matter) = &mut matter {
        read.names.used = std::mem::take(&mut matter.references);
    }
    (matter, links)
}

fn section(
    file: &SourceFile,
    links: &BTreeMap<String, Link>,
    numbers: &mut BTreeMap<String, String>,
    read: &mut Read,
) -> Option<Section> {
    let problems = &mut read.problems;
    let id = section_id(file, numbers, problems);
    let (fields, body) = front_matter::split(file, "the section", problems);
    let matter = fields.and_then(|fields| front_matter::section(fields, problems));
    let title = matter.as_ref().map_or("", |matter| matter.title.as_str());
    let mut pages = page::read(&body, title, links, &mut read.names, problems);
    let matter = matter?;
    for page in &mut pages {
        match &mut page.activity {
            Some(Activity::Step(step)) => step.simulation = matter.simulation,
            Some(Activity::Exercise(exercise)) => exercise.simulation = matter.simulation,
            _ => {}
        }
    }
    Some(Section {
        id: id?,
        number: 0,
        title: matter.title,
        minutes: matter.minutes,
        simulation: matter.simulation,
        pages,
        place: problems.place(&(0..1)),
    })
}

/// The name without its number; two sections can't share either.
fn section_id(
    file: &SourceFile,
    numbers: &mut BTreeMap<String, String>,
    problems: &mut Problems,
) -> Option<String> {
    let file_name = name(file);
    let stem = file_name.strip_suffix(".md").unwrap_or(file_name);
    let parts = stem.split_once('-').filter(|(number, id)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && is_id(id)
    });
    let Some((number, id)) = parts else {
        problems.report(
            &(0..1),
            format!("a section's file can't be called {file_name}"),
            "call it NN-name.md, with small letters, digits and hyphens, as in 03-structure.md",
        );
        return None;
    };
    if let Some(other) = numbers.values().find(|other| *other == id) {
        problems.report(
            &(0..1),
            format!("two sections are called `{other}`"),
            "rename one of the files",
        );
    }
    if let Some(other) = numbers.get(number) {
        problems.report(
            &(0..1),
            format!("the section `{other}` has the number {number} too"),
            "give each file its own number",
        );
    }
    numbers.insert(number.to_owned(), id.to_owned());
    Some(id.to_owned())
}

fn unique_ids(read: &mut [Read]) {
    let mut seen: BTreeMap<String, Place> = BTreeMap::new();
    for reading in read {
        for (id, span) in &reading.names.defined {
            let place = reading.problems.place(span);
            if let Some(first) = seen.get(id) {
                reading.problems.report(
                    span,
                    format!("the id `{id}` is taken"),
                    format!("choose another; it stands in {}:{}", first.file, first.line),
                );
            } else {
                seen.insert(id.clone(), place);
            }
        }
    }
}

fn known_references(read: &mut [Read]) {
    let known: BTreeSet<String> = read
        .iter()
        .flat_map(|reading| reading.names.defined.iter().map(|(id, _)| id.clone()))
        .collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    for reading in read {
        for (id, span) in &reading.names.used {
            if !known.contains(&id.as_str()) {
                reading.problems.report(
                    span,
                    format!("no step is called `{id}`"),
                    offer(id, &known),
                );
            }
        }
    }
}

fn lesson(directory: &str, matter: LessonMatter, mut sections: Vec<Section>) -> Lesson {
    for (index, section) in sections.iter_mut().enumerate() {
        section.number = index + 1;
    }
    Lesson {
        id: directory.rsplit('/').next().unwrap_or(directory).to_owned(),
        session: matter.session,
        title: matter.title,
        summary: matter.summary,
        course: matter.course,
        region: matter.region,
        links: matter.links,
        goals: matter.goals,
        sections,
    }
}

#[cfg(test)]
mod tests;
