//! `dynatour` and `dynatour run`: the screen, or the lesson without one.

use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::account::{self, yes};
use super::arguments::{Common, Run};
use super::failure::Failure;
use super::json::Json;
use super::plain::Plain;
use super::walk::{self, Reader};
use super::{clock, left, library, session};
use crate::account::budget::Spending;
use crate::app::account::left::Flags;
use crate::app::state::Standing;
use crate::learner::directory::state_directory;
use crate::learner::error::StoreError;
use crate::learner::progress::Change;
use crate::learner::store::{Keeping, Store};
use crate::lesson::find;
use crate::lesson::glossary;
use crate::lesson::model::{Lesson, Section};
use crate::lesson::uses;
use crate::runner::Runner;
use crate::scene::plural;
use crate::target::Target;
use crate::target::choice::Choice;
use crate::target::exchange::TargetName;
use crate::terminal::{self, Opening};

/// `dynatour` alone: the screen at home; without a terminal, the first lesson in plain text.
pub fn home(common: &Common) -> Result<u8, Failure> {
    let lessons = library::lessons(common)?;
    if has_screen() {
        return screen(common, lessons, (None, None), Manner::Alone);
    }
    let first = lessons
        .first()
        .ok_or_else(|| Failure::Words("there are no lessons".to_owned()))?;
    let id = first.id.clone();
    say_why_plain();
    without_screen(common, lessons, &id, None, Form::Plain)
}

/// `dynatour run LESSON`.
pub fn run(arguments: &Run, common: &Common) -> Result<u8, Failure> {
    let lessons = library::lessons(common)?;
    let lesson = library::named(&lessons, arguments.lesson.as_deref(), "run")?;
    let section = match &arguments.section {
        Some(wanted) => Some(find::section(lesson, wanted)?.id.clone()),
        None => None,
    };
    let lesson = lesson.id.clone();
    let form = if arguments.json {
        Form::Json
    } else if arguments.plain {
        Form::Plain
    } else if !has_screen() {
        say_why_plain();
        Form::Plain
    } else {
        return screen(common, lessons, (Some(lesson), section), Manner::Alone);
    };
    without_screen(common, lessons, &lesson, section.as_deref(), form)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Json,
}

/// Whether there is a terminal that can be drawn on.
pub fn has_screen() -> bool {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !dumb && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Beside the text, for somebody who wonders where the screen is.
fn say_why_plain() {
    session::say(
        "there is no terminal here that can be drawn on, so the lesson is printed from beginning to end, as with `run --plain`",
    );
}

fn without_screen(
    common: &Common,
    lessons: Vec<Lesson>,
    lesson: &str,
    section: Option<&str>,
    form: Form,
) -> Result<u8, Failure> {
    let lesson = find::lesson(&lessons, lesson)?.clone();
    let start: Option<Section> = match section {
        Some(section) => Some(find::section(&lesson, section)?.clone()),
        None => None,
    };
    session::block_on(async {
        let choice = session::choice(common).await?;
        if !matches!(choice, Choice::Account(_)) {
            // On an account the preflight says it.
            left::say(common, None);
        }
        // No store: a run without a screen uses tables of its own and keeps nothing.
        if let Choice::Account(wish) = &choice {
            let (entered, lesson) = yes::enter(common, wish, lesson, start.as_ref()).await?;
            let start = match &start {
                Some(start) => Some(find::section(&lesson, &start.id)?.clone()),
                None => None,
            };
            let runner = Runner::on_account(
                vec![lesson.clone()].into(),
                entered.target,
                Arc::clone(&entered.session),
                session::outside(PathBuf::new()),
            );
            // Ended by hand, it still says what is left there.
            let code = tokio::select! {
                code = told(&runner, &lesson, start.as_ref(), form) => code,
                _ = tokio::signal::ctrl_c() => Ok(INTERRUPTED),
            };
            let Spending { spent, ceiling } = entered.session.spending();
            session::say(&format!("this session has spent {spent} of {ceiling}"));
            left::say(common, Some(&entered.place));
            return code;
        }
        left::say(common, None);
        let runner = session::runner(lessons, &choice, None, PathBuf::new())?;
        told(&runner, &lesson, start.as_ref(), form).await
    })?
}

/// What a shell reports for a program that was interrupted.
const INTERRUPTED: u8 = 130;

/// The lesson, told on standard output.
async fn told(
    runner: &Runner,
    lesson: &Lesson,
    start: Option<&Section>,
    form: Form,
) -> Result<u8, Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let mut reader: Box<dyn Reader + '_> = match form {
        Form::Plain => Box::new(Plain::new(&mut out)),
        Form::Json => Box::new(Json::new(&mut out)),
    };
    let code = walk::walk(runner, lesson, start, reader.as_mut()).await;
    drop(reader);
    out.flush()?;
    code
}

/// Whom a lesson is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// One learner, who goes on where they left off.
    Alone,
    /// A class, whose questions are open.
    Class,
}

/// The screen, at home or at a lesson and one of its sections.
pub fn screen(
    common: &Common,
    lessons: Vec<Lesson>,
    (lesson, section): (Option<String>, Option<String>),
    manner: Manner,
) -> Result<u8, Failure> {
    // What is refused is refused before --fresh puts anything aside.
    let choice = session::block_on(ready(common, &lessons))??;
    let (store, presents) = match manner {
        Manner::Alone => (session::store(common)?, None),
        Manner::Class => {
            let socket = state_directory(common.state.as_deref())?.join(terminal::SOCKET);
            (session::class_store(common)?, Some(socket))
        }
    };
    let exports = store
        .path()
        .parent()
        .map_or_else(PathBuf::new, |directory| directory.join("exports"));
    let standing = if store.keeping() == Keeping::NothingBecauseInUse {
        let why =
            "Another dynatour has the state in use: this one works on a copy, and nothing is kept.";
        Standing::ReadOnly(why.to_owned())
    } else {
        Standing::Kept
    };
    session::block_on(async {
        let target = name_of(&choice);
        let runner = session::runner(lessons.clone(), &choice, Some(Arc::clone(&store)), exports)?;
        let (runner, account) = match &choice {
            Choice::Account(wish) => {
                let door = Arc::new(account::door(common, wish)?);
                (runner.with_account(door), Some(common.account.ceiling()))
            }
            // From its workshop, once it is asked for.
            _ => (runner.with_account_later(account::later(common)), None),
        };
        let runner = Arc::new(runner);
        let ended = terminal::run(terminal::Arguments {
            lessons,
            glossary: glossary::built_in(),
            runner: Arc::clone(&runner),
            target,
            account,
            flags: left::flags(common),
            left: left::left(common),
            standing,
            opening: Opening::Lesson { lesson, section },
            reduced_motion: reduced_motion(common),
            ascii: ascii(common),
            presents,
            reports: None,
            projector: manner == Manner::Class,
            stopwatch: clock::stopwatch(),
        })
        .await;
        say_what_is_lost(&store);
        left::say(common, runner.place().as_ref());
        ended?;
        Ok(0)
    })?
}

/// What the disk refused to the end; a note's words are still here to be copied.
fn say_what_is_lost(store: &Store) {
    let Err((lost, error)) = store.settle() else {
        return;
    };
    let why = match &error {
        StoreError::Write { path, detail } => format!("{}: {detail}", path.display()),
        other => other.to_string(),
    };
    session::say(&format!(
        "what you did last is not kept ({}): {why}",
        plural(lost.len() as u64, "change")
    ));
    for change in &lost {
        if let Change::Note(note) = change {
            session::say(&format!("your note: {}", note.text));
        }
    }
}

/// The target, once it is known that the lessons can be worked through on it: a server answers, and has none of their tables.
async fn ready(common: &Common, lessons: &[Lesson]) -> Result<Choice, Failure> {
    let choice = session::choice(common).await?;
    if let Choice::Endpoint(endpoint) = &choice {
        let tables = lessons.iter().flat_map(uses::tables).collect();
        session::refuse_foreign_tables(&Target::endpoint(endpoint), &tables).await?;
    }
    Ok(choice)
}

fn name_of(choice: &Choice) -> TargetName {
    match choice {
        Choice::Simulated { .. } | Choice::Account(_) => TargetName::Simulated,
        Choice::Endpoint(endpoint) => TargetName::Endpoint(endpoint.name().to_owned()),
    }
}

/// One demonstration on the screen, on scratch tables: no state is opened, so nothing is kept. Where items live and what a
/// question costs is measured on a server, as far as it can be, on a table of ours.
pub fn demonstration(common: &Common, opening: Opening) -> Result<u8, Failure> {
    let lessons = library::lessons(common)?;
    session::block_on(async {
        let choice = match &opening {
            Opening::Hash(_) | Opening::Race(_) => session::demonstration_choice(common).await?,
            _ => Choice::Simulated { remark: None },
        };
        let runner = session::runner(lessons.clone(), &choice, None, PathBuf::new())?;
        terminal::run(terminal::Arguments {
            lessons,
            glossary: glossary::built_in(),
            runner: Arc::new(runner),
            target: name_of(&choice),
            account: None,
            flags: Flags::default(),
            left: Vec::new(),
            standing: Standing::Scratch,
            opening,
            reduced_motion: reduced_motion(common),
            ascii: ascii(common),
            presents: None,
            reports: None,
            projector: false,
            stopwatch: clock::stopwatch(),
        })
        .await?;
        Ok(0)
    })?
}

/// Whether end states only are asked for.
pub fn reduced_motion(common: &Common) -> bool {
    common.reduced_motion(|name| std::env::var(name).ok())
}

/// Whether glyphs of ASCII only are asked for.
pub fn ascii(common: &Common) -> bool {
    common.ascii(|name| std::env::var(name).ok())
}
