//! What the keys of a remote control mean while a room is looking.
//!
//! ```text
//!   PageDown   lesson: scroll → reveal → run → next page        demonstration: reveal → step → back to the page
//!   PageUp     lesson: scroll → page before                     demonstration: step back → back to the page
//!   F5, Esc    the one “start” key of most remotes, in turns: play, and pause
//!   .          a blank screen; any key ends it
//! ```
//!
//! The meaning is read from the actions that the screen offers, so a new screen needs nothing here.
//! Invariant: a pop-up or a text field keeps its own keys, and Esc from a remote never ends the program.

use crate::app::key::{Action, Key};
use crate::app::lesson::{LessonScreen, Stage};
use crate::app::screen::{Component as _, Screen};
use crate::app::state::{Shared, State};

/// What a remote control sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remote {
    Onward,
    Backward,
    Start,
    Stop,
}

const fn remote(key: Key) -> Option<Remote> {
    Some(match key {
        Key::PageDown => Remote::Onward,
        Key::PageUp => Remote::Backward,
        Key::F(5) => Remote::Start,
        Key::Esc => Remote::Stop,
        _ => return None,
    })
}

/// What a key of a remote control does on the screen on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Do(Action),
    /// Nothing but these words.
    Say(&'static str),
    Nothing,
    /// The key means what it always does.
    AsEver,
}

const LAST_PAGE: &str = "That was the last page. q ends.";
const FIRST_PAGE: &str = "This is the first page.";
const STAYS: &str = "q ends. PgDn goes on.";

/// Does what a key of a remote control means in the projector layout; false where it means what it always does.
pub fn press(state: &mut State, key: Key) -> bool {
    let Some(remote) = remote(key).filter(|_| state.shared.wall.projector) else {
        return false;
    };
    let base = state.screens.len() == 1;
    let Some(screen) = state.screens.last_mut() else {
        return false;
    };
    let shared = &mut state.shared;
    let component = screen.component_mut();
    if component.writing() || component.popup() {
        return false;
    }
    match meaning(screen, remote, base, shared) {
        Meaning::AsEver => return false,
        Meaning::Nothing => {}
        Meaning::Say(words) => shared.say(words),
        Meaning::Do(action) => {
            let component = screen.component_mut();
            component.act(action, shared);
            let reveals = action == Action::DontKnow;
            if reveals && component.actions(shared).contains(&Action::StepForward) {
                // An answer sets the picture going; whoever holds a remote goes step by step.
                if component.actions(shared).contains(&Action::Pause) {
                    component.act(Action::Pause, shared);
                }
                component.act(Action::StepForward, shared);
            }
        }
    }
    true
}

fn meaning(screen: &Screen, remote: Remote, base: bool, shared: &Shared) -> Meaning {
    if let Screen::Lesson(lesson) = screen {
        return on_page(lesson, remote, shared);
    }
    let actions = screen.component().actions(shared);
    let can = |action: Action| actions.contains(&action);
    if !can(Action::StepForward) {
        return Meaning::AsEver;
    }
    let first = |wanted: &[Action]| wanted.iter().copied().find(|&action| can(action));
    let wanted = match remote {
        Remote::Onward => first(&[Action::DontKnow, Action::Next, Action::StepForward]),
        Remote::Backward if screen.at_start() && base => return Meaning::Nothing,
        Remote::Backward if screen.at_start() => Some(Action::Back),
        Remote::Backward => first(&[Action::StepBack]),
        Remote::Start => first(&[Action::Play]),
        Remote::Stop if !can(Action::Pause) && base => return Meaning::Say(STAYS),
        Remote::Stop => first(&[Action::Pause, Action::Back]),
    };
    wanted.map_or(Meaning::Nothing, Meaning::Do)
}

fn on_page(lesson: &LessonScreen, remote: Remote, shared: &Shared) -> Meaning {
    let presents = shared.wall.presents;
    match remote {
        Remote::Stop if presents => Meaning::Say(STAYS),
        Remote::Stop => Meaning::AsEver,
        _ if lesson.stage(shared) == Stage::Running => Meaning::Nothing,
        Remote::Backward if lesson.above() => Meaning::Do(Action::PageUp),
        Remote::Backward if presents && (lesson.section, lesson.page) == (0, 0) => {
            Meaning::Say(FIRST_PAGE)
        }
        Remote::Backward => Meaning::Do(Action::Previous),
        Remote::Onward if lesson.below(shared) => Meaning::Do(Action::PageDown),
        Remote::Onward | Remote::Start => {
            let actions = lesson.actions(shared);
            let first = [Action::DontKnow, Action::Run]
                .into_iter()
                .find(|action| actions.contains(action));
            match first {
                Some(action) => Meaning::Do(action),
                None if remote == Remote::Start => Meaning::Nothing,
                None if presents && is_last(lesson, shared) => Meaning::Say(LAST_PAGE),
                None => Meaning::Do(Action::Next),
            }
        }
    }
}

fn is_last(lesson: &LessonScreen, shared: &Shared) -> bool {
    let sections = &shared.lesson().sections;
    let pages = sections
        .get(lesson.section)
        .map_or(0, |section| section.pages.len());
    lesson.section + 1 >= sections.len()
        && lesson.page + 1 >= pages
        && !lesson.has_more_questions(shared)
}

/// What `PageDown` does next; `None` where it does nothing.
#[must_use]
pub fn onward(state: &State) -> Option<Action> {
    let screen = state.top();
    match meaning(
        screen,
        Remote::Onward,
        state.screens.len() == 1,
        &state.shared,
    ) {
        Meaning::Do(action) => Some(action),
        _ => None,
    }
}
