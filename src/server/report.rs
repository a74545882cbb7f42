//! What the server tells whoever watches: one report for each answered request, and one for each that was turned away.
//!
//! ```text
//!   connection ──→ Watcher::served ──try_send──→ [ bounded channel ] ──→ the screen, or the log of --plain
//!                                        │ full
//!                                        └──→ a count: "12 not shown"
//! ```
//!
//! Everything in a report came from outside: whoever shows it passes it through `printable` first.
//! Invariant: the server never waits for a watcher, and what a watcher did not get is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::simulator::Timestamp;
use crate::simulator::trace::Trace;

/// One request that was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Served {
    /// Counts from 1, in the order of the answers.
    pub number: u64,
    /// When the request had come.
    pub at: Timestamp,
    /// Who sent it: the name behind the join code, or else the peer's address.
    pub client: Arc<str>,
    /// As the request named it, without its prefix; for a request that named none, its method and path.
    pub operation: Arc<str>,
    pub status: u16,
    /// What the answer says where its status is an error's.
    pub error: Option<Failure>,
    /// From the whole request read to the answer ready, with the time a write took to become durable.
    pub elapsed: Duration,
    /// Of the request's body, as it came.
    pub request_bytes: usize,
    /// The body itself, unpacked; empty where the watcher keeps none so long.
    pub request: Bytes,
    /// Of the answer's body, as it went.
    pub reply_bytes: usize,
    /// The body's beginning, unpacked: as much of it as the watcher keeps.
    pub reply: Bytes,
    /// What the simulated table did; nothing for a request that never reached it.
    pub trace: Option<Trace>,
}

/// An error as its answer tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `ConditionalCheckFailedException`, without its prefix.
    pub name: String,
    pub message: String,
}

/// A connection or a request that was turned away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub at: Timestamp,
    /// The peer's address.
    pub client: Arc<str>,
    pub why: Why,
}

/// Why something was turned away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The `Host` that a request named is not this server.
    Host(String),
    /// A page of another site sent it.
    Origin(String),
    /// A class's join code was wrong or missing.
    JoinCode,
    /// Too many wrong join codes; none is compared for a while.
    Guessing,
    /// Too many requests a second.
    Requests,
    /// Too many connections, in all or of this client.
    Connections,
    /// The memory for requests and answers is in use.
    Memory,
    /// A head or a body was too large.
    TooLarge,
    /// A head, a body or the reading of an answer took too long.
    TooSlow,
    /// What came is no HTTP/1.1.
    NoHttp,
}

impl std::fmt::Display for Why {
    /// A few words, with what a client sent as it sent it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Host(host) => write!(f, "foreign Host {host}"),
            Self::Origin(origin) => write!(f, "foreign Origin {origin}"),
            Self::JoinCode => f.write_str("wrong join code"),
            Self::Guessing => f.write_str("too many wrong join codes"),
            Self::Requests => f.write_str("too many requests a second"),
            Self::Connections => f.write_str("too many connections"),
            Self::Memory => f.write_str("too many bytes in flight"),
            Self::TooLarge => f.write_str("too large"),
            Self::TooSlow => f.write_str("too slow"),
            Self::NoHttp => f.write_str("no HTTP/1.1"),
        }
    }
}

/// Is told what the server does. Called on the server's own threads: it must return at once.
pub trait Watcher: Send + Sync {
    fn served(&self, served: Served);
    fn refused(&self, refused: Refused);

    /// Up to how many bytes of a request, and of its answer, are put into its report. They take memory that no limit counts.
    fn keeps(&self) -> usize {
        0
    }
}

/// One of the two.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    Served(Box<Served>),
    Refused(Refused),
}

/// A watcher, and the end where its reports come out; `room` of them wait for being taken.
#[must_use]
pub fn channel(room: usize) -> (Arc<dyn Watcher>, Reports) {
    let (sender, receiver) = mpsc::channel(room.max(1));
    let missed = Arc::new(AtomicU64::new(0));
    let reporter = Reporter {
        sender,
        missed: Arc::clone(&missed),
    };
    (Arc::new(reporter), Reports { receiver, missed })
}

struct Reporter {
    sender: mpsc::Sender<Report>,
    missed: Arc<AtomicU64>,
}

impl Reporter {
    fn send(&self, report: Report) {
        if self.sender.try_send(report).is_err() {
            self.missed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Watcher for Reporter {
    fn served(&self, served: Served) {
        self.send(Report::Served(Box::new(served)));
    }

    fn refused(&self, refused: Refused) {
        self.send(Report::Refused(refused));
    }
}

/// Where reports come out, in their order.
#[derive(Debug)]
pub struct Reports {
    receiver: mpsc::Receiver<Report>,
    missed: Arc<AtomicU64>,
}

impl Reports {
    #[cfg(test)]
    pub(super) async fn next(&mut self) -> Option<Report> {
        self.receiver.recv().await
    }

    /// The next report; nothing when the server has ended and all were taken. Blocks: for a thread that does nothing else.
    pub fn wait(&mut self) -> Option<Report> {
        self.receiver.blocking_recv()
    }

    /// One that is there already.
    pub fn ready(&mut self) -> Option<Report> {
        self.receiver.try_recv().ok()
    }

    /// How many did not fit since this was last asked.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.missed.swap(0, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(client: &str) -> Refused {
        Refused {
            at: Timestamp::from_millis(7),
            client: client.into(),
            why: Why::JoinCode,
        }
    }

    #[tokio::test]
    async fn what_does_not_fit_is_counted_and_nobody_waits() {
        let (watcher, mut reports) = channel(2);
        for client in ["a", "b", "c", "d"] {
            watcher.refused(refused(client));
        }
        assert_eq!(reports.missed(), 2);
        assert_eq!(reports.missed(), 0);
        assert_eq!(reports.next().await, Some(Report::Refused(refused("a"))));
        assert_eq!(reports.ready(), Some(Report::Refused(refused("b"))));
        assert_eq!(reports.ready(), None);
        drop(watcher);
        assert_eq!(reports.next().await, None);
    }
}
