//! The presenter's own terminal: what a presentation in another terminal says, on the screen.
//!
//! ```text
//!   socket ──lines──→ ear ──┐
//!   keys, signals ──────────┼─→ Follower ─→ screen
//!   clock, once a second ───┘
//! ```
//!
//! Slides come by themselves. The clock is there for the seconds that are shown; while no presentation runs, the ear tries the
//! door at the same pace.
//! Invariant: nothing is ever sent to the presentation.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::EventStream;
use futures_util::StreamExt as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::guard::{self, Guard};
use super::painter::Painter;
use super::turn::Notice;
use super::{input, notices};
use crate::app::Message;
use crate::app::present::follow::{Follower, Heard};
use crate::runner::export::time_of_day;
use crate::ui;
use crate::ui::theme::Theme;

/// How often the seconds on the screen change.
const SECOND: Duration = Duration::from_secs(1);
/// No slide is as long as this; whoever sends more is no presentation.
const LONGEST: u64 = 1 << 20;

/// What it starts with.
pub struct Following {
    pub socket: PathBuf,
    /// Number or name of the lesson, as it was typed.
    pub lesson: String,
    pub ascii: bool,
    /// Milliseconds since the epoch.
    pub now: fn() -> u64,
}

/// Shows what a presentation says until somebody wants to leave.
///
/// # Errors
/// When the terminal can't be set up, or can't be written any more.
pub async fn follow(following: Following) -> io::Result<()> {
    let Following {
        socket,
        lesson,
        ascii,
        now,
    } = following;
    let theme = Theme::detect(|name| std::env::var(name).ok());
    let mut notices = notices()?;
    let _guard = Guard::new()?;
    guard::capture_mouse(false)?;
    let mut painter = Painter::new(io::stdout());
    let (columns, rows) = crossterm::terminal::size()?;
    let mut follower = Follower::new(lesson, columns, rows, now());
    let (mouth, mut heard) = unbounded_channel();
    let ear = tokio::spawn(listen(socket, mouth));
    let mut events = EventStream::new();
    let ended = loop {
        let size = (follower.columns, follower.rows);
        let drawn = painter.draw(size, |buffer| {
            ui::follow::draw(&follower, &time_of_day, theme, ascii, buffer);
        });
        if let Err(error) = drawn {
            break Err(error);
        }
        tokio::select! {
            Some(notice) = notices.next() => match notice {
                Notice::End => break Ok(()),
                Notice::Stop => {
                    guard::leave();
                    rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
                    guard::enter(false)?;
                    painter.forget();
                }
                Notice::Continued => {
                    guard::enter(false)?;
                    painter.forget();
                }
            },
            event = events.next() => match event {
                Some(Ok(event)) => match input::message(event) {
                    Some(Message::Key(key)) if follower.key(key) => break Ok(()),
                    Some(Message::Resize { columns, rows }) => follower.resize(columns, rows),
                    _ => {}
                },
                // The terminal is gone.
                Some(Err(_)) | None => break Ok(()),
            },
            Some(said) = heard.recv() => follower.hear(said),
            () = tokio::time::sleep(SECOND) => {}
        }
        follower.now = now();
    };
    ear.abort();
    ended
}

/// Hears one presentation after the other; says so when one has ended.
async fn listen(socket: PathBuf, mouth: UnboundedSender<Heard>) {
    loop {
        if let Ok(stream) = UnixStream::connect(&socket).await {
            hear(stream, &mouth).await;
            // Nobody looks any more once the loop has ended, and this task with it.
            let _ = mouth.send(Heard::Nobody);
        }
        tokio::time::sleep(SECOND).await;
    }
}

async fn hear(stream: UnixStream, mouth: &UnboundedSender<Heard>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        let mut limited = (&mut reader).take(LONGEST);
        if !matches!(limited.read_until(b'\n', &mut line).await, Ok(1..)) {
            return;
        }
        let whole = line.ends_with(b"\n");
        let said = match std::str::from_utf8(&line) {
            Ok(text) if whole => Heard::line(text),
            _ => Heard::Unreadable,
        };
        let _ = mouth.send(said);
        if !whole {
            return;
        }
    }
}
