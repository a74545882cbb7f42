//! The real terminal: its modes, its input, the one event loop, and the way back to the shell.
//!
//! ```text
//!   guard      raw mode, alternate screen, mouse, paste; given back on every way out
//!   input      events → messages
//!   turn       the loop
//!   world      effects → answers, by the runner
//!   painter    screen → the bytes of what changed
//!   publisher  what a room sees → the presenter's other terminals
//!   follow     one of those terminals
//!   served     what a server was asked → messages
//! ```
//!
//! Invariant: however the program ends (quit, panic, a signal, a closed window), the shell gets its terminal
//! back and what was written is kept.

mod follow;
mod guard;
mod input;
pub mod painter;
mod publisher;
mod served;
mod turn;
mod world;

use std::collections::BTreeMap;
use std::io::{self, Stdout};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::EventStream;
use crossterm::execute;
use futures_util::FutureExt as _;
use futures_util::stream::{self, Stream};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::account::left::{Flags, Left};
use crate::app::effect::workshop::Begin;
use crate::app::hash::HashScreen;
use crate::app::race::RaceScreen;
use crate::app::race::run::RaceRun;
use crate::app::serve::{Invitation, ServeScreen};
use crate::app::state::{Background, Glyphs, Standing, Start};
use crate::app::traffic::TrafficScreen;
use crate::app::workshop::WorkshopScreen;
use crate::app::{self, Message, Moment, State, update};
use crate::lesson::glossary::Term;
use crate::lesson::model::{HashDemo, Lesson, TrafficDemo};
use crate::runner::Runner;
use crate::scene::serve::Arrival;
use crate::simulator::Stopwatch;
use crate::target::exchange::{Picodollars, TargetName};
use crate::ui;
use crate::ui::picture::{self, Palette};
use crate::ui::theme::Theme;
pub use follow::{Following, follow};
use guard::Guard;
use painter::Painter;
use publisher::Publisher;
pub use publisher::SOCKET;
pub use served::{Reporter, Reports, reports};
use turn::{Face, Inputs, Notice};
use world::World;

/// Which screen comes first.
pub enum Opening {
    /// Home, at the lesson with this id or the first one; on top of it the section with this id.
    Lesson {
        lesson: Option<String>,
        section: Option<String>,
    },
    /// One demonstration, and the shell when it is left.
    Hash(HashDemo),
    Traffic(TrafficDemo),
    Race(Box<RaceRun>),
    /// A server's clients.
    Serve(Invitation),
    /// A learner's own handlers.
    Workshop(Box<Begin>),
}

/// What the screen starts with.
pub struct Arguments {
    /// At least one.
    pub lessons: Vec<Lesson>,
    pub glossary: Vec<Term>,
    pub runner: Arc<Runner>,
    pub target: TargetName,
    /// The most that a session may cost on an account, which is looked at first; `None` where steps go elsewhere.
    pub account: Option<Picodollars>,
    /// Flags with which a shell reaches what is left.
    pub flags: Flags,
    /// What earlier runs have left on accounts.
    pub left: Vec<Left>,
    pub standing: Standing,
    pub opening: Opening,
    /// End states only, for learners whom motion disturbs.
    pub reduced_motion: bool,
    /// No glyph outside of ASCII.
    pub ascii: bool,
    /// Where the presenter's other terminals listen; `None` where nobody presents.
    pub presents: Option<PathBuf>,
    /// Begins with large figures for a room that looks at a wall.
    pub projector: bool,
    /// What a server is asked, where this is the screen of one.
    pub reports: Option<Reports<Arrival>>,
    /// Time since the program started.
    pub stopwatch: Stopwatch,
}

/// The screen, from the first drawing to the last.
///
/// # Errors
/// When the terminal can't be set up, or can't be written any more.
pub async fn run(mut arguments: Arguments) -> io::Result<()> {
    let Arguments {
        runner, stopwatch, ..
    } = &arguments;
    let (clock, stopwatch) = (runner.outside().clock.clone(), stopwatch.clone());
    let now = move || Moment {
        running: stopwatch(),
        wall: clock().millis(),
    };
    let (mut world, answers, came) = World::new(runner.clone());

    let theme = Theme::detect(|name| std::env::var(name).ok());
    let notices = notices()?;
    let _guard = Guard::new()?;
    let reports = arguments.reports.take();
    let publisher = arguments.presents.clone().map(Publisher::new);
    let mut state = start(arguments, theme, crossterm::terminal::size()?);
    let publisher = match publisher {
        Some(Err(error)) => {
            state
                .shared
                .complain(format!("No other terminal can follow: {}", unheard(&error)));
            None
        }
        Some(Ok(publisher)) => Some(publisher),
        None => None,
    };
    let mut face = Screen {
        painter: Painter::new(io::stdout()),
        publisher,
        theme,
        mouse: true,
    };
    for request in open(&mut state, now()) {
        world.carry_out(request);
    }

    let inputs = Inputs {
        events: EventStream::new(),
        notices,
        answers,
        served: served::messages(reports, came),
    };
    let mut wishes = |request| world.carry_out(request);
    let ended = AssertUnwindSafe(turn::turn(&mut state, inputs, &mut face, &mut wishes, &now))
        .catch_unwind()
        .await;
    world.finish().await;
    match ended {
        Ok(ended) => ended,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn start(arguments: Arguments, theme: Theme, (columns, rows): (u16, u16)) -> State {
    let progress: BTreeMap<_, _> = arguments
        .lessons
        .iter()
        .filter_map(|lesson| {
            let store = arguments.runner.store()?;
            Some((lesson.id.clone(), store.progress(&lesson.id).ok()?))
        })
        .collect();
    let wanted = match &arguments.opening {
        Opening::Lesson { lesson, .. } => lesson.as_ref(),
        Opening::Hash(_)
        | Opening::Race(_)
        | Opening::Traffic(_)
        | Opening::Serve(_)
        | Opening::Workshop(_) => None,
    };
    let wanted = |lesson: &Lesson| Some(&lesson.id) == wanted;
    let lesson = arguments.lessons.iter().position(wanted).unwrap_or(0);
    let mut state = State::new(Start {
        lessons: arguments.lessons,
        lesson,
        progress,
        glossary: arguments.glossary,
        target: arguments.target,
        standing: arguments.standing,
        background: theme.background,
        reduced_motion: arguments.reduced_motion,
        columns,
        rows,
    });
    state.shared.glyphs = Glyphs::new(arguments.ascii);
    state.shared.wall.presents = arguments.presents.is_some();
    state.shared.wall.projector = arguments.projector;
    state.shared.account.books.left = arguments.left;
    state.shared.account.flags = arguments.flags;
    match arguments.opening {
        Opening::Lesson { section, .. } => {
            if let Some(ceiling) = arguments.account {
                state.begin_on_account(ceiling, section);
            } else if let Some(section) = section {
                state.open_section(&section);
            }
        }
        Opening::Hash(demo) => {
            state.begin_at(app::screen::Screen::Hash(Box::new(HashScreen::new(demo))));
        }
        Opening::Race(run) => {
            let race = RaceScreen::new(*run);
            state.begin_at(app::screen::Screen::Race(Box::new(race)));
        }
        Opening::Traffic(demo) => {
            let traffic = TrafficScreen::new(demo);
            state.begin_at(app::screen::Screen::Traffic(Box::new(traffic)));
        }
        Opening::Serve(invitation) => {
            let serve = ServeScreen::new(invitation);
            state.begin_at(app::screen::Screen::Serve(Box::new(serve)));
        }
        Opening::Workshop(begin) => {
            let workshop = WorkshopScreen::new(*begin);
            state.begin_at(app::screen::Screen::Workshop(Box::new(workshop)));
        }
    }
    state
}

/// Why the presenter's other terminals hear nothing, and what to do.
fn unheard(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another presentation runs with the same state. End it, or use another --state."
                .to_owned()
        }
        // A socket's path has room for about a hundred bytes.
        io::ErrorKind::InvalidInput => {
            "the path of the state directory is too long. Use a shorter --state.".to_owned()
        }
        _ => error.to_string(),
    }
}

/// Lets the first screen ask for what it needs.
fn open(state: &mut State, now: Moment) -> Vec<app::effect::EffectRequest> {
    let (columns, rows) = (state.shared.columns, state.shared.rows);
    let mut asked = update(state, Message::Now(now));
    asked.extend(update(state, Message::Resize { columns, rows }));
    asked
}

/// The terminal as the loop sees it.
struct Screen {
    painter: Painter<Stdout>,
    publisher: Option<Publisher>,
    theme: Theme,
    mouse: bool,
}

impl Face for Screen {
    fn draw(&mut self, state: &State) -> io::Result<()> {
        let size = (state.shared.columns, state.shared.rows);
        self.painter
            .draw(size, |buffer| ui::draw_buffer(state, self.theme, buffer))?;
        if let Some(publisher) = &mut self.publisher {
            publisher.tell(app::present::slide::slide(state));
        }
        Ok(())
    }

    fn capture_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        guard::capture_mouse(on)
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    fn picture(&self, state: &State) -> String {
        let (columns, rows) = (state.shared.columns, state.shared.rows);
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        ui::draw_buffer(state, self.theme, &mut buffer);
        let palette = match state.shared.background {
            Background::Dark => Palette::DARK,
            Background::Light => Palette::LIGHT,
        };
        picture::svg(&buffer, &palette, "dynatour")
    }

    fn suspend(&mut self) -> io::Result<()> {
        guard::leave();
        // The whole job stops, `cargo run` included, so that the shell comes back.
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        self.take_again()
    }

    fn take_again(&mut self) -> io::Result<()> {
        guard::enter(self.mouse)?;
        self.painter.forget();
        Ok(())
    }
}

/// The signals that concern a screen, as one stream.
fn notices() -> io::Result<Pin<Box<dyn Stream<Item = Notice> + Send>>> {
    let stop = SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw());
    let go_on = SignalKind::from_raw(rustix::process::Signal::CONT.as_raw());
    let all = [
        (SignalKind::terminate(), Notice::End),
        (SignalKind::hangup(), Notice::End),
        (SignalKind::interrupt(), Notice::End),
        (stop, Notice::Stop),
        (go_on, Notice::Continued),
    ];
    let mut streams = Vec::new();
    for (kind, notice) in all {
        streams.push(Box::pin(of_signal(signal(kind)?, notice)));
    }
    Ok(Box::pin(stream::select_all(streams)))
}

fn of_signal(signal: Signal, notice: Notice) -> impl Stream<Item = Notice> + Send {
    stream::unfold(signal, move |mut signal| async move {
        signal.recv().await.map(|()| (notice, signal))
    })
}
