//! What the presenter's own terminal is told: where the class is, what stands in the notes, what comes next, since when.
//!
//! One JSON object a line. The times are those at which something began, so nothing has to be said while nothing changes.
//! Invariant: two slides are equal when the presenter's terminal would show the same.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::app::key::Action;
use crate::app::lesson::{LessonScreen, Stage};
use crate::app::present::remote;
use crate::app::screen::Screen;
use crate::app::state::{Shared, State};
use crate::lesson::model::{Activity, Page};

/// The form that this program writes and reads.
pub const VERSION: u32 = 1;

/// One state of a presentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slide {
    pub version: u32,
    /// `06 · DynamoDB`.
    pub lesson: String,
    /// `5 · Structure`; empty outside of all sections.
    pub section: String,
    /// Page and pages of the section, from 1.
    pub page: usize,
    pub pages: usize,
    pub title: String,
    /// What the room sees, where that is more than the page.
    pub showing: String,
    /// The page's notes for the presenter.
    pub notes: Vec<String>,
    /// What `PageDown` does.
    pub onward: String,
    /// The page after this one.
    pub next: String,
    /// Milliseconds since the epoch.
    pub begun_at: u64,
    /// As if the class had been nowhere else since; `None` outside of all sections.
    pub section_begun_at: Option<u64>,
    /// Planned minutes of the whole lesson and of the section.
    pub minutes: u32,
    pub section_minutes: Option<u32>,
}

/// What there is to tell now.
#[must_use]
pub fn slide(state: &State) -> Slide {
    let shared = &state.shared;
    let lesson = shared.lesson();
    let screen = state.screens.iter().rev().find_map(|screen| match screen {
        Screen::Lesson(lesson) => Some(lesson.as_ref()),
        _ => None,
    });
    let section = screen.and_then(|screen| screen.section(shared));
    let page = screen.and_then(|screen| screen.page(shared));
    Slide {
        version: VERSION,
        lesson: format!("{} · {}", lesson.session, lesson.title),
        section: section.map_or_else(String::new, |section| {
            format!("{} · {}", section.number, section.title)
        }),
        page: screen.map_or(0, |screen| screen.page + 1),
        pages: section.map_or(0, |section| section.pages.len()),
        title: page.map_or_else(String::new, |page| page.title.clone()),
        showing: showing(state, screen),
        notes: page.map_or_else(Vec::new, |page| page.notes.clone()),
        onward: onward(state, page),
        next: screen.map_or_else(String::new, |screen| next(screen, shared)),
        begun_at: shared.pace.begun_at(),
        section_begun_at: shared.pace.section_begun_at(),
        minutes: lesson.sections.iter().map(|section| section.minutes).sum(),
        section_minutes: section.map(|section| section.minutes),
    }
}

/// What the room sees beyond the page itself.
fn showing(state: &State, screen: Option<&LessonScreen>) -> String {
    let shared = &state.shared;
    if shared.wall.blank {
        return "a blank screen; any key ends it".to_owned();
    }
    let top = state.top();
    if let (Screen::Lesson(_), Some(page)) = (top, screen) {
        return match page.stage(shared) {
            Stage::Asking => "a question: ask the room".to_owned(),
            Stage::Running => "the request is on its way".to_owned(),
            Stage::Ready => "ready to run".to_owned(),
            Stage::Done => String::new(),
        };
    }
    let title = top.component().title(shared);
    let asks = top.component().actions(shared).contains(&Action::DontKnow);
    let mut words = title.text;
    if let Some((at, of)) = title.progress {
        // Writing to a String cannot fail.
        let _ = write!(words, ", {at} of {of}");
    }
    if asks {
        words.push_str(": a question, ask the room");
    }
    words
}

fn onward(state: &State, page: Option<&Page>) -> String {
    let words = match remote::onward(state) {
        None => "",
        Some(Action::PageDown) => "scrolls on",
        Some(Action::DontKnow) => "shows the answer",
        Some(Action::StepForward) => "goes one step on",
        Some(Action::Run) => match page.and_then(|page| page.activity.as_ref()) {
            Some(Activity::Step(step)) => return format!("sends {}", step.request.operation),
            _ => "opens the demonstration",
        },
        Some(_) if matches!(state.top(), Screen::Lesson(_)) => "turns the page",
        Some(_) => "goes back to the page",
    };
    words.to_owned()
}

/// The page after this one, with its section where that is another one.
fn next(screen: &LessonScreen, shared: &Shared) -> String {
    let sections = &shared.lesson().sections;
    let here = sections.get(screen.section);
    if let Some(page) = here.and_then(|section| section.pages.get(screen.page + 1)) {
        return page.title.clone();
    }
    match sections.get(screen.section + 1) {
        Some(section) => {
            let first = section.pages.first().map_or("", |page| &page.title);
            format!(
                "{} · {} ({} min): {first}",
                section.number, section.title, section.minutes
            )
        }
        None => "the end".to_owned(),
    }
}
