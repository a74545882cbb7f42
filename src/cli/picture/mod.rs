//! `dynatour hash … --export FILE.svg`, `dynatour workshop … --export FILE.svg`: the screen as a picture, without a terminal.
//!
//! ```text
//!   demonstration → its requests, carried out here → the moment asked for → drawn → FILE.svg
//! ```
//!
//! The README's pictures are made by this. It is the screen's own state and drawing, so a picture can't show what the program doesn't.
//! Invariant: a file is written whole or not at all, and none that is there is replaced.

pub mod arguments;

use std::collections::{BTreeMap, VecDeque};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::arguments::Common;
use super::failure::Failure;
use super::{DONE, library, run, session};
use crate::app::effect::EffectRequest;
use crate::app::hash::HashScreen;
use crate::app::race::RaceScreen;
use crate::app::screen::Screen;
use crate::app::state::{Background, Glyphs, Standing, Start};
use crate::app::traffic::TrafficScreen;
use crate::app::{Message, State, update};
use crate::lesson::glossary;
use crate::runner::Runner;
use crate::runner::export::write_whole;
use crate::scene::plural;
use crate::target::choice::Choice;
use crate::target::exchange::TargetName;
use crate::terminal::Opening;
use crate::ui::picture::{self, Palette};
use crate::ui::theme::{Depth, Theme};
use arguments::{At, Picture};

/// The service refused something that the picture was to show.
const REFUSED: u8 = 1;

/// Writes the picture of a demonstration to the file.
pub fn export(
    opening: Opening,
    file: &Path,
    wanted: &Picture,
    common: &Common,
) -> Result<u8, Failure> {
    let screen = match opening {
        Opening::Hash(demo) => Screen::Hash(Box::new(HashScreen::new(demo))),
        Opening::Race(run) => Screen::Race(Box::new(RaceScreen::new(*run))),
        Opening::Traffic(demo) => Screen::Traffic(Box::new(TrafficScreen::new(demo))),
        Opening::Lesson { .. } | Opening::Serve(_) | Opening::Workshop(_) => {
            return Err(Failure::Words(
                "only a demonstration has a picture to export".to_owned(),
            ));
        }
    };
    of_screen(screen, file, wanted, common)
}

/// Writes the picture of a screen to the file, once it has what it asks for.
pub fn of_screen(
    screen: Screen,
    file: &Path,
    wanted: &Picture,
    common: &Common,
) -> Result<u8, Failure> {
    let lessons = library::lessons(common)?;
    let choice = Choice::Simulated { remark: None };
    let runner = session::runner(lessons.clone(), &choice, None, PathBuf::new())?;
    let (columns, rows) = wanted.size();
    let mut state = State::new(Start {
        lessons,
        lesson: 0,
        progress: BTreeMap::new(),
        glossary: glossary::built_in(),
        target: TargetName::Simulated,
        standing: Standing::default(),
        background: if wanted.light {
            Background::Light
        } else {
            Background::Dark
        },
        // A picture stands still.
        reduced_motion: true,
        columns,
        rows,
    });
    state.shared.glyphs = Glyphs::new(run::ascii(common));
    state.shared.wall.projector = wanted.projector;
    state.begin_at(screen);
    let asked = update(&mut state, Message::Resize { columns, rows });
    session::block_on(settle(&mut state, asked, &runner))?;
    let refused = state.top().problem().map(str::to_owned);
    let Some(moments) = state.top().moments() else {
        let why = refused.unwrap_or_else(|| "nothing came back to be drawn".to_owned());
        return Err(Failure::Words(why));
    };
    let stop = match wanted.at {
        None | Some(At::End) => moments,
        Some(At::Stop(stop)) if stop <= moments => stop,
        Some(At::Stop(stop)) => {
            return Err(Failure::Words(format!(
                "--at {stop}: this picture has {}. Give a number up to that, or `end`",
                plural(moments as u64, "moment")
            )));
        }
    };
    if let Some(screen) = state.screens.last_mut() {
        screen.seek(stop);
    }
    write(&drawn(&state), file)?;
    if let Some(why) = refused {
        session::say(&why);
        return Ok(REFUSED);
    }
    Ok(DONE)
}

/// Carries out what the screen asks for until it asks for nothing more.
async fn settle(state: &mut State, asked: Vec<EffectRequest>, runner: &Runner) {
    let mut queue = VecDeque::from(asked);
    while let Some(request) = queue.pop_front() {
        let id = request.id;
        if let Some(answer) = runner.carry_out(request, &|_| {}).await {
            queue.extend(update(state, Message::Answer(id, answer)));
        }
    }
}

fn drawn(state: &State) -> String {
    let background = state.shared.background;
    let theme = Theme {
        depth: Depth::True,
        background,
    };
    let palette = match background {
        Background::Dark => Palette::DARK,
        Background::Light => Palette::LIGHT,
    };
    let area = Rect::new(0, 0, state.shared.columns, state.shared.rows);
    let mut buffer = Buffer::empty(area);
    crate::ui::draw_buffer(state, theme, &mut buffer);
    let title = state.top().component().title(&state.shared).text;
    picture::svg(&buffer, &palette, &title)
}

/// Says before any work is done that a picture would replace a file.
pub fn free(file: &Path) -> Result<(), Failure> {
    if file.exists() {
        let path = file.display();
        return Err(Failure::Words(format!(
            "{path} is there already. Name a file that is not there yet"
        )));
    }
    Ok(())
}

fn write(svg: &str, file: &Path) -> Result<(), Failure> {
    write_whole(file, svg.as_bytes()).map_err(|error| {
        let what_to_do = match error.kind() {
            ErrorKind::AlreadyExists => "Name a file that is not there yet",
            _ => "Name a file in a directory that can be written to",
        };
        let path = file.display();
        Failure::Words(format!(
            "{path} could not be written: {error}. {what_to_do}"
        ))
    })?;
    writeln!(std::io::stdout(), "Written to {}", file.display())?;
    Ok(())
}
