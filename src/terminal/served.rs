//! What a server was asked, on its way to the screen: never waited for, and never more often than there are frames.
//!
//! ```text
//!   server's threads ──Reporter::tell──→ [ so many at most ] ──Reports──→ one message a frame ──→ the loop
//!                             │ full
//!                             └──→ a count: "12 not shown"
//! ```
//!
//! Invariant: telling returns at once; what had no room is counted; and while nothing is told, nothing wakes up.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::stream::{self, Stream};
use tokio::sync::mpsc;

use crate::app::Message;
use crate::scene::serve::Arrival;
use crate::terminal::turn::FRAME;

/// Reports that wait for the next frame at most: a frame's share of sixty thousand requests a second.
const ROOM: usize = 2_048;

/// The end where a server tells. Clones tell the same screen.
#[derive(Debug, Clone)]
pub struct Reporter {
    sender: mpsc::Sender<Arrival>,
    missed: Arc<AtomicU64>,
}

/// The end where the screen hears.
#[derive(Debug)]
pub struct Reports {
    receiver: mpsc::Receiver<Arrival>,
    missed: Arc<AtomicU64>,
}

/// A way from a server to a screen.
#[must_use]
pub fn reports() -> (Reporter, Reports) {
    let (sender, receiver) = mpsc::channel(ROOM);
    let missed = Arc::new(AtomicU64::new(0));
    let reporter = Reporter {
        sender,
        missed: Arc::clone(&missed),
    };
    (reporter, Reports { receiver, missed })
}

impl Reporter {
    /// Hands one request over, or counts it where there is no room.
    pub fn tell(&self, arrival: Arrival) {
        if self.sender.try_send(arrival).is_err() {
            self.missed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

type Messages = Pin<Box<dyn Stream<Item = Message> + Send>>;

/// What came, as messages; after each of them a frame's time passes.
pub(super) fn messages(reports: Option<Reports>) -> Messages {
    match reports {
        Some(reports) => paced(reports, || tokio::time::sleep(FRAME)),
        None => Box::pin(stream::pending()),
    }
}

fn paced<F: Future<Output = ()> + Send>(
    reports: Reports,
    pause: impl Fn() -> F + Send + 'static,
) -> Messages {
    Box::pin(stream::unfold(
        (reports, pause, false),
        |(mut reports, pause, later)| async move {
            if later {
                pause().await;
            }
            let mut arrivals = Vec::new();
            if reports.receiver.recv_many(&mut arrivals, ROOM).await == 0 {
                // The server has ended, and the screen stays as it is.
                return None;
            }
            let missed = reports.missed.swap(0, Ordering::Relaxed);
            Some((Message::Served { arrivals, missed }, (reports, pause, true)))
        },
    ))
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt as _, StreamExt as _};

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
        let mut messages = paced(reports, || std::future::ready(()));
        assert_eq!(ready(&mut messages), None);
        for _ in 0..ROOM + 5 {
            reporter.tell(turned_away("ana"));
        }
        assert_eq!(ready(&mut messages), Some((ROOM, 5)));
        assert_eq!(ready(&mut messages), None);
        reporter.tell(turned_away("ben"));
        assert_eq!(ready(&mut messages), Some((1, 0)));
    }

    #[test]
    fn what_comes_before_a_frame_is_over_waits() {
        let (reporter, reports) = reports();
        let mut messages = paced(reports, std::future::pending);
        reporter.tell(turned_away("ana"));
        assert_eq!(ready(&mut messages), Some((1, 0)));
        reporter.tell(turned_away("ben"));
        assert_eq!(ready(&mut messages), None);
    }

    #[test]
    fn without_a_server_nothing_comes() {
        assert_eq!(messages(None).next().now_or_never(), None);
    }
}
