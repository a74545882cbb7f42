//! The one event loop: input, answers, signals and time in; drawings and wishes out.
//!
//! ```text
//!   keys, mouse, paste ─┐
//!   answers ────────────┼─→ update ─→ effects ─→ world
//!   signals ────────────┤      └────→ draw, once for all that came together
//!   ticks, while moving ┘
//! ```
//!
//! It is generic over its input and its screen, so tests feed it keys and look at what it did.
//! Invariant: when nothing comes in and nothing moves, it neither wakes up nor draws.

use std::io;
use std::time::Duration;

use crossterm::event::Event;
use futures_util::{Stream, StreamExt as _};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::app::effect::{Effect, EffectRequest, Export};
use crate::app::{Message, Moment, State, update};
use crate::terminal::input;

/// Time between two frames while something moves.
const FRAME: Duration = Duration::from_millis(33);

/// What the loop does to the terminal.
pub trait Face {
    fn draw(&mut self, state: &State) -> io::Result<()>;
    fn capture_mouse(&mut self, on: bool) -> io::Result<()>;
    fn copy(&mut self, text: &str) -> io::Result<()>;
    /// The screen as a picture, SVG.
    fn picture(&self, state: &State) -> String;
    /// Leaves the terminal to the shell, stops the process, and takes the terminal again when it goes on.
    fn suspend(&mut self) -> io::Result<()>;
    /// Takes the terminal again after somebody else stopped the process, and draws everything anew.
    fn take_again(&mut self) -> io::Result<()>;
}

/// What the system says to the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Stop for a while (SIGTSTP).
    Stop,
    /// Going on (SIGCONT).
    Continued,
    /// The end (SIGTERM, SIGHUP, SIGINT).
    End,
}

/// Everything that comes in.
pub struct Inputs<E, N> {
    pub events: E,
    pub notices: N,
    pub answers: UnboundedReceiver<Message>,
}

/// How an input turns the loop.
enum Turn {
    Message(Message),
    Notice(Notice),
    Nothing,
    /// The terminal is gone.
    Gone,
}

/// Runs until the app wants to quit or the terminal is gone. Wishes go to `world`, except those that are the terminal's own.
///
/// # Errors
/// When the terminal can't be written any more. The app was told to save before.
pub async fn turn<E, N>(
    state: &mut State,
    mut inputs: Inputs<E, N>,
    face: &mut impl Face,
    world: &mut dyn FnMut(EffectRequest),
    now: &dyn Fn() -> Moment,
) -> io::Result<()>
where
    E: Stream<Item = io::Result<Event>> + Unpin,
    N: Stream<Item = Notice> + Unpin,
{
    if let Err(error) = face.draw(state) {
        hang_up(state, world);
        return Err(error);
    }
    loop {
        let mut next = wait(state, &mut inputs, now).await;
        let mut dirty = false;
        // All that is there already is taken before anything is drawn.
        loop {
            let (flow, changed) = take(next, state, face, world, now);
            dirty |= changed;
            match flow {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => {
                    hang_up(state, world);
                    return Err(error);
                }
            }
            match ready(&mut inputs).await {
                Some(more) => next = more,
                None => break,
            }
        }
        if dirty && let Err(error) = face.draw(state) {
            hang_up(state, world);
            return Err(error);
        }
    }
}

async fn wait<E, N>(state: &State, inputs: &mut Inputs<E, N>, now: &dyn Fn() -> Moment) -> Turn
where
    E: Stream<Item = io::Result<Event>> + Unpin,
    N: Stream<Item = Notice> + Unpin,
{
    let moving = state.moving();
    tokio::select! {
        biased;
        Some(notice) = inputs.notices.next() => Turn::Notice(notice),
        event = inputs.events.next() => of_event(event),
        Some(answer) = inputs.answers.recv() => Turn::Message(answer),
        () = tokio::time::sleep(FRAME), if moving => Turn::Message(Message::Tick(now())),
    }
}

/// What has come in already. It polls with the task's own waker: a stream of terminal events remembers
/// the last waker it saw, and with a throw-away one the next key would wake nobody.
async fn ready<E, N>(inputs: &mut Inputs<E, N>) -> Option<Turn>
where
    E: Stream<Item = io::Result<Event>> + Unpin,
    N: Stream<Item = Notice> + Unpin,
{
    tokio::select! {
        biased;
        Some(notice) = inputs.notices.next() => Some(Turn::Notice(notice)),
        event = inputs.events.next() => Some(of_event(event)),
        Some(answer) = inputs.answers.recv() => Some(Turn::Message(answer)),
        () = std::future::ready(()) => None,
    }
}

fn of_event(event: Option<io::Result<Event>>) -> Turn {
    match event {
        Some(Ok(event)) => input::message(event).map_or(Turn::Nothing, Turn::Message),
        Some(Err(_)) | None => Turn::Gone,
    }
}

/// Whether to go on, and whether something may look different now.
fn take(
    next: Turn,
    state: &mut State,
    face: &mut impl Face,
    world: &mut dyn FnMut(EffectRequest),
    now: &dyn Fn() -> Moment,
) -> (io::Result<bool>, bool) {
    let message = match next {
        Turn::Nothing => return (Ok(true), false),
        Turn::Notice(Notice::Stop) => return (face.suspend().map(|()| true), true),
        Turn::Notice(Notice::Continued) => return (face.take_again().map(|()| true), true),
        Turn::Notice(Notice::End) | Turn::Gone => Message::Hangup,
        Turn::Message(message) => message,
    };
    let mut go_on = true;
    let effects = update(state, Message::Now(now()))
        .into_iter()
        .chain(update(state, message));
    for request in effects {
        let done = match &request.effect {
            Effect::Quit => {
                go_on = false;
                Ok(())
            }
            Effect::CaptureMouse(on) => face.capture_mouse(*on),
            Effect::Suspend => face.suspend(),
            Effect::Picture { name } => {
                let (name, text) = (name.clone(), face.picture(state));
                let effect = Effect::Export(Export::File { name, text });
                world(EffectRequest { effect, ..request });
                Ok(())
            }
            Effect::Copy { text, .. } => {
                let copied = face.copy(text);
                world(request);
                copied
            }
            _ => {
                world(request);
                Ok(())
            }
        };
        if let Err(error) = done {
            return (Err(error), true);
        }
    }
    (Ok(go_on), true)
}

/// The terminal is gone: the last wishes, which keep what was written.
fn hang_up(state: &mut State, world: &mut dyn FnMut(EffectRequest)) {
    for request in update(state, Message::Hangup) {
        if request.effect != Effect::Quit {
            world(request);
        }
    }
}
