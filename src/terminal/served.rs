//! What comes without being asked for, on its way to the screen: never waited for, and never more often than there are frames.
//!
//! ```text
//!   server's threads ──────────Reporter::tell──→ [ so many at most ] ──Reports──→ once a frame ──→ the loop
//!   a workshop's clients ─ World ─┘    │ full
//!                                      └──→ a count: "12 not shown"
//! ```
//!
//! Invariant: telling returns at once; what had no room is counted; and while nothing is told, nothing wakes up.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::stream::{self, Stream, StreamExt as _};
use tokio::sync::mpsc;

use crate::app::Message;
use crate::app::effect::workshop::Told;
use crate::app::effect::{Answer, RequestId};
use crate::scene::serve::Arrival;
use crate::terminal::turn::FRAME;

/// Requests of a server that wait for the next frame at most: a frame's share of sixty thousand a second.
const ARRIVALS: usize = 2_048;
/// Requests of a workshop's clients that do: as many as its screen keeps, since each may have much to show.
const WAYS: usize = 64;

/// The end where it is told. Clones tell the same screen.
#[derive(Debug)]
pub struct Reporter<T> {
    sender: mpsc::Sender<T>,
    missed: Arc<AtomicU64>,
}

impl<T> Clone for Reporter<T> {
    fn clone(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            missed: Arc::clone(&self.missed),
        }
    }
}

/// The end where the screen hears.
#[derive(Debug)]
pub struct Reports<T> {
    receiver: mpsc::Receiver<T>,
    missed: Arc<AtomicU64>,
}

/// A request of a workshop's client, and the request that opened the workshop.
pub(super) type Came = (RequestId, Box<Told>);

/// A way from a server to a screen.
#[must_use]
pub fn reports() -> (Reporter<Arrival>, Reports<Arrival>) {
    with_room(ARRIVALS)
}

/// A way from workshops to a screen.
pub(super) fn came() -> (Reporter<Came>, Reports<Came>) {
    with_room(WAYS)
}

fn with_room<T>(room: usize) -> (Reporter<T>, Reports<T>) {
    let (sender, receiver) = mpsc::channel(room);
    let missed = Arc::new(AtomicU64::new(0));
    let reporter = Reporter {
        sender,
        missed: Arc::clone(&missed),
    };
    (reporter, Reports { receiver, missed })
}

impl<T> Reporter<T> {
    /// Hands one request over, or counts it where there is no room.
    pub fn tell(&self, one: T) {
        if self.sender.try_send(one).is_err() {
            self.miss(1);
        }
    }

    /// Counts what had no room on its way here.
    pub(super) fn miss(&self, count: u64) {
        self.missed.fetch_add(count, Ordering::Relaxed);
    }
}

pub(super) type Messages = Pin<Box<dyn Stream<Item = Message> + Send>>;

/// What came, as messages; after those of a frame its time passes.
pub(super) fn messages(reports: Option<Reports<Arrival>>, came: Reports<Came>) -> Messages {
    let pause = || tokio::time::sleep(FRAME);
    let ways = paced(came, pause, ways);
    match reports {
        Some(reports) => Box::pin(stream::select(paced(reports, pause, arrivals), ways)),
        None => ways,
    }
}

fn arrivals(arrivals: Vec<Arrival>, missed: u64) -> Vec<Message> {
    vec![Message::Served { arrivals, missed }]
}

fn ways(came: Vec<Came>, missed: u64) -> Vec<Message> {
    let last = came.last().filter(|_| missed > 0);
    let missed = last.map(|(id, _)| (*id, Box::new(Told::Missed(missed))));
    came.into_iter()
        .chain(missed)
        .map(|(id, told)| Message::Answer(id, Answer::Workshop(told)))
        .collect()
}

fn paced<T: Send + 'static, F: Future<Output = ()> + Send>(
    reports: Reports<T>,
    pause: impl Fn() -> F + Send + 'static,
    message: fn(Vec<T>, u64) -> Vec<Message>,
) -> Messages {
    let batches = stream::unfold(
        (reports, pause, false),
        move |(mut reports, pause, later)| async move {
            if later {
                pause().await;
            }
            let mut all = Vec::new();
            let room = reports.receiver.max_capacity();
            if reports.receiver.recv_many(&mut all, room).await == 0 {
                // Nobody tells any more, and the screen stays as it is.
                return None;
            }
            let missed = reports.missed.swap(0, Ordering::Relaxed);
            let messages = stream::iter(message(all, missed));
            Some((messages, (reports, pause, true)))
        },
    );
    Box::pin(batches.flatten())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn turned_away(client: &str) -> Arrival {
        Arrival::turned_away(0, client, "wrong join code")
    }

    /// How many came and how many had no room, if a message is there already.
    fn ready(messages: &mut Messages) -> Option<(usize, u64)> {
        match messages.next().now_or_never()? {
            Some(Message::Served { arrivals, missed }) => Some((arrivals.len(), missed)),
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn all_that_came_in_a_frame_is_one_message_and_the_rest_is_counted() {
        let (reporter, reports) = reports();
        let mut messages = paced(reports, || std::future::ready(()), arrivals);
        assert_eq!(ready(&mut messages), None);
        for _ in 0..ARRIVALS + 5 {
            reporter.tell(turned_away("ana"));
        }
        assert_eq!(ready(&mut messages), Some((ARRIVALS, 5)));
        assert_eq!(ready(&mut messages), None);
        reporter.tell(turned_away("ben"));
        assert_eq!(ready(&mut messages), Some((1, 0)));
    }

    #[test]
    fn what_comes_before_a_frame_is_over_waits() {
        let (reporter, reports) = reports();
        let mut messages = paced(reports, std::future::pending, arrivals);
        reporter.tell(turned_away("ana"));
        assert_eq!(ready(&mut messages), Some((1, 0)));
        reporter.tell(turned_away("ben"));
        assert_eq!(ready(&mut messages), None);
    }

    #[test]
    fn what_clients_of_a_workshop_send_while_nothing_is_drawn_is_counted() {
        let (reporter, reports) = came();
        let mut messages = paced(reports, || std::future::ready(()), ways);
        let id = RequestId(7);
        for _ in 0..WAYS + 5 {
            reporter.tell((id, Box::new(Told::StillMissing)));
        }
        reporter.miss(3);
        let mut told = Vec::new();
        while let Some(Some(message)) = messages.next().now_or_never() {
            match message {
                Message::Answer(to, Answer::Workshop(one)) if to == id => told.push(*one),
                other => unreachable!("{other:?}"),
            }
        }
        assert_eq!(told.pop(), Some(Told::Missed(8)));
        assert_eq!(told.len(), WAYS);
        assert!(told.iter().all(|one| *one == Told::StillMissing));
    }

    #[tokio::test]
    async fn while_nobody_tells_nothing_comes() {
        let (_reporter, reports) = came();
        assert_eq!(messages(None, reports).next().now_or_never(), None);
    }
}
