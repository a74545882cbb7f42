//! One message in, the next state and a list of wishes out.
//!
//! Keys go through the key table, text goes to the field that has the focus, answers to the screen that asked.
//! Invariant: `update` never waits and never fails; what can't be done becomes words on the screen.

use crate::app::account;
use crate::app::effect::{Answer, Effect, EffectRequest, RequestId};
use crate::app::glossary::GlossaryScreen;
use crate::app::help::HelpScreen;
use crate::app::key::{self, Action, Key};
use crate::app::present;
use crate::app::screen::Screen;
use crate::app::search::SearchScreen;
use crate::app::sections::SectionsScreen;
use crate::app::state::{Background, Message, Mouse, Navigation, State};
use crate::scene::serve::Arrival;

/// Moves the state on by one message.
pub fn update(state: &mut State, message: Message) -> Vec<EffectRequest> {
    match message {
        Message::Now(moment) => state.shared.now = moment,
        Message::Tick(moment) => tick(state, moment),
        Message::Key(key) => press(state, key),
        Message::Mouse(mouse) => point(state, mouse),
        Message::Paste(text) => paste(state, &text),
        Message::Resize { columns, rows } => resize(state, columns, rows),
        Message::Answer(id, answer) => take(state, id, &answer),
        Message::Progress { lesson, progress } => state.shared.replace_progress(lesson, *progress),
        Message::Served { arrivals, missed } => served(state, arrivals, missed),
        Message::Hangup => quit(state),
    }
    navigate(state);
    keep_pace(state);
    state.shared.take_effects()
}

/// The class is where its lesson is, also while a demonstration or a table lies above it.
fn keep_pace(state: &mut State) {
    let section = state.screens.iter().rev().find_map(|screen| match screen {
        Screen::Lesson(lesson) => Some(lesson.section),
        _ => None,
    });
    state.shared.pace.note(section, state.shared.now);
}

fn tick(state: &mut State, moment: crate::app::state::Moment) {
    state.shared.now = moment;
    for screen in &mut state.screens {
        if screen.component().moving() {
            screen.component_mut().tick(&mut state.shared);
        }
    }
}

/// Whatever lies above it, the screen of the server takes what came.
fn served(state: &mut State, mut arrivals: Vec<Arrival>, missed: u64) {
    for screen in &mut state.screens {
        if let Screen::Serve(serve) = screen {
            serve.take(std::mem::take(&mut arrivals), missed, &mut state.shared);
        }
    }
}

fn top(state: &mut State) -> (&mut Screen, &mut crate::app::Shared) {
    let screen = state
        .screens
        .last_mut()
        .expect("the stack of screens is never empty");
    (screen, &mut state.shared)
}

fn press(state: &mut State, key: Key) {
    state.shared.notice = None;
    if state.shared.wall.blank {
        state.shared.wall.blank = false;
        if key::lookup(key, &[], state.shared.globals()) != Some(Action::Quit) {
            return;
        }
    }
    if state.shared.too_small() {
        // Nobody can see what a key would do; leaving and suspending always work.
        let globals = state.shared.globals();
        if let Some(action @ (Action::Quit | Action::Suspend)) = key::lookup(key, &[], globals) {
            act(state, action, false);
        }
        return;
    }
    if present::remote::press(state, key) {
        return;
    }
    let (screen, shared) = top(state);
    let component = screen.component_mut();
    let writing = component.writing();
    let actions = component.actions(shared);
    if writing {
        if matches!(key, Key::Char(_)) || key::lookup(key, &actions, &[]).is_none() {
            let used = component.key(key, shared);
            if used || matches!(key, Key::Char(_)) {
                return;
            }
        }
        if let Some(action) = key::lookup(
            key,
            &actions,
            &[Action::Help, Action::Quit, Action::Suspend],
        ) {
            let local = actions.contains(&action);
            act(state, action, local);
        }
        return;
    }
    if let Some(action) = key::lookup(key, &actions, state.shared.globals()) {
        let local = actions.contains(&action);
        act(state, action, local);
    }
}

/// Does an action: the screen's own, or one that works everywhere.
fn act(state: &mut State, action: Action, local: bool) {
    // A screen may name quitting among what it offers; it is the same everywhere.
    if local && action != Action::Quit {
        let (screen, shared) = top(state);
        screen.component_mut().act(action, shared);
        return;
    }
    match action {
        Action::Back if state.screens.len() > 1 => {
            state.shared.pop();
        }
        Action::GoHome => state.shared.go_home(),
        Action::Mouse => {
            let captured = !state.shared.mouse_captured;
            state.shared.mouse_captured = captured;
            state.shared.request(Effect::CaptureMouse(captured));
            state.shared.say(if captured {
                "The mouse works here again."
            } else {
                "The mouse is released: select text as in any terminal; m takes it back."
            });
        }
        Action::Background => {
            state.shared.background = match state.shared.background {
                Background::Dark => Background::Light,
                Background::Light => Background::Dark,
            };
        }
        Action::Projector => {
            state.shared.wall.projector = !state.shared.wall.projector;
            let (screen, shared) = top(state);
            screen.component_mut().shown(shared);
        }
        Action::Blank => state.shared.wall.blank = true,
        Action::Picture => {
            let (screen, shared) = top(state);
            let name = format!("{}.svg", screen.component().title(shared).text);
            shared.request(Effect::Picture { name });
        }
        Action::Suspend => {
            state.shared.request(Effect::Suspend);
        }
        Action::Quit => part(state),
        Action::Help => {
            let (screen, shared) = top(state);
            if !matches!(screen, Screen::Help(_)) {
                let help = HelpScreen::new(screen.component().actions(shared));
                shared.push(Screen::Help(help));
            }
        }
        Action::Search => state.shared.push(Screen::Search(SearchScreen::new())),
        Action::Glossary => {
            let terms = terms_on_screen(state);
            state
                .shared
                .push(Screen::Glossary(GlossaryScreen::new(&terms, &state.shared)));
        }
        Action::Note => state.shared.push(Screen::note(&state.shared)),
        Action::Notes => state.shared.push(Screen::notes(&state.shared)),
        Action::Tables => state.shared.push(Screen::Tables(Box::default())),
        Action::Jump => state
            .shared
            .push(Screen::Sections(SectionsScreen::new(&state.shared))),
        _ => {}
    }
}

/// Glossary terms of the page that can be seen, or lies right below.
fn terms_on_screen(state: &State) -> Vec<String> {
    let lesson = state.screens.iter().rev().find_map(|screen| match screen {
        Screen::Lesson(lesson) => Some(lesson),
        _ => None,
    });
    lesson.map_or_else(Vec::new, |lesson| lesson.terms(&state.shared))
}

/// Ends the program, after asking where something would be lost; who says it twice means it.
fn part(state: &mut State) {
    let screens = state.screens.iter();
    let parting = screens
        .rev()
        .find_map(|screen| screen.component().parting(&state.shared))
        .or_else(|| account::left::parting(&state.shared));
    match parting {
        Some(words) if !matches!(state.top(), Screen::Confirm(_)) => {
            state.shared.push(Screen::confirm_quit(words));
        }
        _ => quit(state),
    }
}

/// Everything that was written is on its way to the store already; the program ends when it has arrived.
fn quit(state: &mut State) {
    for screen in &mut state.screens {
        screen.component_mut().leave(&mut state.shared);
    }
    if !state.shared.quitting {
        state.shared.quitting = true;
        state.shared.request(Effect::Quit);
    }
}

fn point(state: &mut State, mouse: Mouse) {
    if state.shared.too_small() {
        return;
    }
    if let Mouse::Click { column, row } = mouse {
        state.shared.notice = None;
        if row + 1 == state.shared.rows {
            click_footer(state, column);
            return;
        }
    }
    let (screen, shared) = top(state);
    screen.component_mut().mouse(mouse, shared);
}

fn click_footer(state: &mut State, column: u16) {
    let (screen, shared) = top(state);
    let actions = screen.component().actions(shared);
    let entries = footer(screen, shared);
    let hit = entries
        .iter()
        .find(|entry| (entry.column..entry.column + entry.width).contains(&column));
    if let Some(action) = hit.map(|entry| entry.action) {
        let local = actions.contains(&action);
        act(state, action, local);
    }
}

/// The footer's first column.
const FOOTER_COLUMN: u16 = 1;

/// What works everywhere and is worth a word where the footer has room.
const EXTRAS: [Action; 4] = [Action::Glossary, Action::Note, Action::Search, Action::Jump];

/// The footer of a screen: what works there, then what works everywhere.
#[must_use]
pub fn footer(screen: &Screen, shared: &crate::app::Shared) -> Vec<key::FooterEntry> {
    let component = screen.component();
    if shared.wall.projector && !component.popup() {
        // What the keys do is nothing for the wall, but how to find out is.
        return key::footer(
            &[],
            &[],
            component.writing(),
            shared.glyphs.ascii(),
            FOOTER_COLUMN,
            shared.columns,
        );
    }
    let mut actions = component.actions(shared);
    let idle = component.idle(shared);
    if !component.writing() && !component.popup() {
        let globals = shared.globals();
        actions.extend(EXTRAS.into_iter().filter(|extra| globals.contains(extra)));
    }
    let end = footer_end(screen, shared);
    key::footer(
        &actions,
        &idle,
        component.writing(),
        shared.glyphs.ascii(),
        FOOTER_COLUMN,
        end,
    )
}

/// The column where the footer's keys must end, because the planned minutes stand behind it.
#[must_use]
fn footer_end(screen: &Screen, shared: &crate::app::Shared) -> u16 {
    let minutes = if screen.component().title(shared).minutes.is_some() {
        8
    } else {
        0
    };
    shared.columns.saturating_sub(1 + minutes)
}

fn paste(state: &mut State, text: &str) {
    let text = crate::printable::block(&text.replace("\r\n", "\n").replace('\r', "\n"));
    let (screen, shared) = top(state);
    if screen.component().takes_paste() && !shared.too_small() {
        screen.component_mut().paste(&text, shared);
    }
}

fn resize(state: &mut State, columns: u16, rows: u16) {
    state.shared.columns = columns;
    state.shared.rows = rows;
    for screen in &mut state.screens {
        screen.component_mut().shown(&mut state.shared);
    }
}

fn take(state: &mut State, id: RequestId, answer: &Answer) {
    if let Answer::Books(books) = answer {
        state.shared.account.books.clone_from(books);
        let (screen, shared) = top(state);
        screen.component_mut().booked(shared);
        return;
    }
    if state.shared.settle(id, answer) {
        return;
    }
    state.shared.keep(id, answer);
    for screen in state.screens.iter_mut().rev() {
        if screen.component_mut().answer(id, answer, &mut state.shared) {
            return;
        }
    }
}

/// Screens that a shown screen may open at once, so that opening can't go on for ever.
const MOST_OPENINGS: usize = 8;

fn navigate(state: &mut State) {
    for _ in 0..MOST_OPENINGS {
        let moves = state.shared.take_navigation();
        if moves.is_empty() {
            return;
        }
        for navigation in moves {
            match navigation {
                Navigation::Push(screen) => state.screens.push(*screen),
                // Nothing lies below the first screen but the shell. One Esc too many in a picture is no wish to go there.
                Navigation::Pop if state.screens.len() == 1 => match state.top().moments() {
                    Some(_) => state
                        .shared
                        .say("This is the first screen. q ends the program."),
                    None => quit(state),
                },
                Navigation::Pop => close(state, state.screens.len() - 1),
                Navigation::Replace(screen) => {
                    close(state, state.screens.len().saturating_sub(1));
                    state.screens.push(*screen);
                }
                Navigation::Restart(screen) => {
                    close(state, 1);
                    state.screens.push(*screen);
                }
                Navigation::Begin(screen) => {
                    close(state, 1);
                    for old in &mut state.screens {
                        old.component_mut().leave(&mut state.shared);
                    }
                    state.screens = vec![*screen];
                }
                Navigation::Home => close(state, 1),
                Navigation::Quit => quit(state),
            }
        }
        let (screen, shared) = top(state);
        screen.component_mut().shown(shared);
    }
}

/// Takes screens away until so many are left, one at least; each may still hand over what was written.
fn close(state: &mut State, left: usize) {
    while state.screens.len() > left.max(1) {
        if let Some(mut screen) = state.screens.pop() {
            screen.component_mut().leave(&mut state.shared);
        }
    }
}
