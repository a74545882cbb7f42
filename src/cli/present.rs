//! `dynatour present LESSON`: a class on a wall; `dynatour notes LESSON`: the presenter's notes beside it.
//!
//! ```text
//!   present 06 ──socket in the state directory──→ notes 06, in as many terminals as there are
//! ```
//!
//! Invariant: a class uses a state of its own, so that it never changes what its presenter did as a learner.

use std::io::Write as _;

use super::DONE;
use super::arguments::{Common, Notes, Present};
use super::failure::Failure;
use super::run::{self, Manner};
use super::{clock, library, session};
use crate::learner::directory::state_directory;
use crate::lesson::find;
use crate::lesson::model::Lesson;
use crate::printable;
use crate::terminal::{self, Following};

pub fn present(arguments: &Present, common: &Common) -> Result<u8, Failure> {
    let lessons = library::lessons(common)?;
    let lesson = library::named(&lessons, arguments.lesson.as_deref(), "present")?;
    let section = match &arguments.section {
        Some(wanted) => find::section(lesson, wanted)?.id.clone(),
        None => lesson
            .sections
            .first()
            .map_or_else(String::new, |first| first.id.clone()),
    };
    if !run::has_screen() {
        return Err(Failure::Words(
            "a presentation needs a terminal that can be drawn on. `dynatour run LESSON --plain` prints the lesson".to_owned(),
        ));
    }
    let opening = (Some(lesson.id.clone()), Some(section));
    run::screen(common, lessons, opening, Manner::Class)
}

/// The notes of a lesson for its presenter, who named it.
pub fn notes(presented: &str, arguments: &Notes, common: &Common) -> Result<u8, Failure> {
    let lessons = library::lessons(common)?;
    let lesson = find::lesson(&lessons, presented)?;
    if arguments.plain || !run::has_screen() {
        let mut out = std::io::stdout().lock();
        out.write_all(printable::block(&all_notes(lesson)).as_bytes())?;
        out.flush()?;
        return Ok(DONE);
    }
    let following = Following {
        socket: state_directory(common.state.as_deref())?.join(terminal::SOCKET),
        lesson: presented.to_owned(),
        ascii: run::ascii(common),
        now: || clock::now().millis(),
    };
    session::block_on(terminal::follow(following))??;
    Ok(DONE)
}

/// All notes from the first page to the last, as Markdown.
fn all_notes(lesson: &Lesson) -> String {
    use std::fmt::Write as _;
    let mut text = format!("# {}: notes for the presenter\n", lesson.title);
    for section in &lesson.sections {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n## {}. {} ({} min)\n",
            section.number, section.title, section.minutes
        );
        for page in section.pages.iter().filter(|page| !page.notes.is_empty()) {
            let _ = write!(text, "\n### {}\n", page.title);
            for note in &page.notes {
                let _ = write!(text, "\n{note}\n");
            }
        }
    }
    text
}
