//! The one event loop: input, answers, signals and time in; drawings and wishes out.
//!
//! ```text
//!   keys, mouse, paste ─┐
//!   answers ────────────┼─→ update ─→ effects ─→ world
//!   signals ────────────┤      └────→ draw, once for all that came together
//!   served ─────────────┤
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
use crate::terminal::served::Messages;

/// Time between two frames while something moves.
pub const FRAME: Duration = Duration::from_millis(33);

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
    /// What a server or a workshop was asked, not more often than there are frames.
    pub served: Messages,
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
    let (moving, rest) = (state.moving(), state.rests_for());
    tokio::select! {
        biased;
        Some(notice) = inputs.notices.next() => Turn::Notice(notice),
        event = inputs.events.next() => of_event(event),
        Some(answer) = inputs.answers.recv() => Turn::Message(answer),
        Some(served) = inputs.served.next() => Turn::Message(served),
        () = tokio::time::sleep(FRAME), if moving => Turn::Message(Message::Tick(now())),
        () = tokio::time::sleep(rest.unwrap_or_default()), if !moving && rest.is_some() => {
            Turn::Message(Message::Tick(now()))
        }
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
        Some(served) = inputs.served.next() => Some(Turn::Message(served)),
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::pin::pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Wake, Waker};

    use crossterm::event::{KeyCode, KeyEvent};
    use futures_util::stream;
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::app::screen::Screen;
    use crate::app::serve::{Invitation, ServeScreen};
    use crate::app::state::{Background, Standing, Start};
    use crate::lesson::{glossary, library};
    use crate::scene::serve::Arrival;
    use crate::target::exchange::TargetName;

    /// A terminal that only counts.
    #[derive(Default)]
    struct Counted {
        draws: usize,
        copies: usize,
    }

    impl Face for Counted {
        fn picture(&self, _state: &State) -> String {
            String::new()
        }

        fn draw(&mut self, _state: &State) -> io::Result<()> {
            self.draws += 1;
            Ok(())
        }

        fn capture_mouse(&mut self, _on: bool) -> io::Result<()> {
            Ok(())
        }

        fn copy(&mut self, _text: &str) -> io::Result<()> {
            self.copies += 1;
            Ok(())
        }

        fn suspend(&mut self) -> io::Result<()> {
            Ok(())
        }

        fn take_again(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// How often the loop asked to be woken up.
    #[derive(Default)]
    struct Alarm(AtomicUsize);

    impl Wake for Alarm {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn state() -> State {
        State::new(Start {
            lessons: library::read(&library::built_in()).expect("the lessons inside can be read"),
            lesson: 0,
            progress: BTreeMap::new(),
            glossary: glossary::built_in(),
            target: TargetName::Simulated,
            standing: Standing::default(),
            background: Background::Dark,
            reduced_motion: false,
            columns: 80,
            rows: 24,
        })
    }

    fn keys(text: &str) -> Vec<io::Result<Event>> {
        text.chars()
            .map(|letter| Ok(Event::Key(KeyEvent::from(KeyCode::Char(letter)))))
            .collect()
    }

    /// Polls the loop as a runtime would, `turns` times; says whether it ended, and how often it asked to be woken.
    fn polled(
        state: &mut State,
        face: &mut Counted,
        events: Vec<io::Result<Event>>,
        stays: bool,
        turns: usize,
    ) -> (bool, usize, Vec<Effect>) {
        let served = Box::pin(stream::pending());
        polled_with(state, face, events, served, stays, turns)
    }

    fn polled_with(
        state: &mut State,
        face: &mut Counted,
        events: Vec<io::Result<Event>>,
        served: Messages,
        stays: bool,
        turns: usize,
    ) -> (bool, usize, Vec<Effect>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime for its clock");
        let _inside = runtime.enter();
        let (_answers, incoming) = unbounded_channel();
        let events = stream::iter(events).chain(if stays {
            stream::pending().left_stream()
        } else {
            stream::empty().right_stream()
        });
        let inputs = Inputs {
            events,
            notices: stream::pending(),
            answers: incoming,
            served,
        };
        let mut wishes = Vec::new();
        let mut world = |request: EffectRequest| wishes.push(request.effect);
        let alarm = Arc::new(Alarm::default());
        let waker = Waker::from(alarm.clone());
        let ended = {
            let mut running = pin!(turn(state, inputs, face, &mut world, &Moment::default));
            let mut context = Context::from_waker(&waker);
            (0..turns).any(|_| matches!(running.as_mut().poll(&mut context), Poll::Ready(Ok(()))))
        };
        (ended, alarm.0.load(Ordering::Relaxed), wishes)
    }

    #[test]
    fn when_nothing_comes_in_nothing_is_drawn() {
        let (mut state, mut face) = (state(), Counted::default());
        let (ended, woken, _) = polled(&mut state, &mut face, keys("  "), true, 50);
        assert!(!ended);
        assert_eq!(
            (face.draws, woken),
            (2, 0),
            "the first screen, and both keys at once; then it sleeps for good"
        );
    }

    #[test]
    fn what_changes_nothing_is_not_drawn() {
        let (mut state, mut face) = (state(), Counted::default());
        polled(&mut state, &mut face, vec![Ok(Event::FocusGained)], true, 3);
        assert_eq!(face.draws, 1);
    }

    #[test]
    fn however_much_a_server_is_asked_keys_come_first_and_it_is_drawn_once() {
        let (mut state, mut face) = (state(), Counted::default());
        state.begin_at(Screen::Serve(Box::new(ServeScreen::new(
            Invitation::default(),
        ))));
        let messages = (0..50).map(|number| Message::Served {
            arrivals: vec![Arrival::turned_away(0, &number.to_string(), "too fast"); 20],
            missed: 0,
        });
        let served = stream::iter(messages.collect::<Vec<_>>()).chain(stream::pending());
        let (ended, ..) = polled_with(&mut state, &mut face, keys("q"), Box::pin(served), true, 3);
        assert!(ended, "the key was not kept waiting");
        assert_eq!(face.draws, 1);

        let (mut state, mut face) = (self::state(), Counted::default());
        state.begin_at(Screen::Serve(Box::new(ServeScreen::new(
            Invitation::default(),
        ))));
        let message = Message::Served {
            arrivals: vec![Arrival::turned_away(0, "ana", "too fast"); 1_000],
            missed: 3,
        };
        let served = stream::once(std::future::ready(message)).chain(stream::pending());
        polled_with(&mut state, &mut face, Vec::new(), Box::pin(served), true, 3);
        assert_eq!(face.draws, 2, "the first screen, and all that came at once");
    }

    #[test]
    fn a_terminal_that_goes_away_ends_the_loop_and_what_was_written_is_kept() {
        let (mut state, mut face) = (state(), Counted::default());
        let (ended, _, wishes) = polled(&mut state, &mut face, keys("nwhy"), false, 1);
        assert!(ended);
        let kept = |effect: &Effect| matches!(effect, Effect::Save { .. });
        assert!(wishes.iter().any(kept), "{wishes:?}");
    }
}
