//! What all connections of a server share, and how it tells whoever watches.
//!
//! Invariant: nothing here waits; what can be full or refused is asked and answered at once.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::access::Access;
use super::answer::Answer;
use super::body::Room;
use super::clients::{Client, Clients};
use super::durable::Group;
use super::limits::Limits;
use super::line::{Line, Lines, Ticks};
use super::report::{Failure, Refused, Served, Watcher, Why};
use crate::simulator::{Simulator, Timestamp};

/// What all connections share.
pub(super) struct Shared {
    pub(super) simulator: Arc<Simulator>,
    pub(super) clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(super) access: Access,
    pub(super) limits: Limits,
    pub(super) watcher: Option<Arc<dyn Watcher>>,
    pub(super) group: Option<Arc<Group>>,
    pub(super) memory: Arc<dyn Fn() -> Option<u64> + Send + Sync>,
    /// There is hardly any memory left, as it was found last.
    pub(super) is_full: AtomicBool,
    pub(super) clients: Clients,
    pub(super) lines: Arc<Lines>,
    pub(super) ticks: Arc<Ticks>,
    /// Room for large bodies, and for large answers.
    pub(super) bodies: Room,
    pub(super) answers: Room,
    /// Requests that were answered.
    pub(super) answered: AtomicU64,
    /// Requests and connections that were turned away.
    pub(super) refused: AtomicU64,
    /// Whether a write waits for its journal while it holds its table.
    pub(super) waits_for_disk: bool,
    /// Long calls that run.
    pub(super) long: AtomicUsize,
    /// How many connections that were turned away may still hear why.
    pub(super) farewells: Arc<Semaphore>,
}

/// The other end of a connection.
pub(super) struct Peer {
    /// Without a port: a client is an address.
    pub(super) name: Arc<str>,
    /// The address the connection came in by.
    pub(super) local: IpAddr,
    pub(super) client: Arc<Client>,
    pub(super) line: Arc<Line>,
}

/// What is known of a request when its answer is ready, for the report.
pub(super) struct Asked {
    pub(super) at: Timestamp,
    pub(super) began: Duration,
    /// The name behind the join code.
    pub(super) name: Option<Arc<str>>,
    pub(super) operation: Arc<str>,
    pub(super) request_bytes: usize,
    /// The body, where the watcher keeps it.
    pub(super) request: Bytes,
    /// The beginning of an answer that was packed afterwards.
    pub(super) reply: Option<Bytes>,
    /// Whether the simulated table was called, so that there is a trace.
    pub(super) was_called: bool,
}

/// As much of a body as is kept, which does not hold the rest.
pub(super) fn beginning(body: &Bytes, most: usize) -> Bytes {
    if body.len() <= most {
        body.clone()
    } else {
        Bytes::copy_from_slice(&body[..most])
    }
}

impl Shared {
    /// Tell whoever watches of an answer.
    pub(super) fn report(&self, peer: &Peer, answer: &Answer, asked: Asked) {
        let number = self.answered.fetch_add(1, Ordering::Relaxed) + 1;
        let Some(watcher) = &self.watcher else {
            return;
        };
        let trace = asked
            .was_called
            .then(|| self.simulator.trace(&answer.request_id))
            .flatten();
        watcher.served(Served {
            number,
            at: asked.at,
            client: asked.name.unwrap_or_else(|| Arc::clone(&peer.name)),
            operation: asked.operation,
            status: answer.status.as_u16(),
            error: failure(answer),
            elapsed: self.ticks.now().saturating_sub(asked.began),
            request_bytes: asked.request_bytes,
            request: asked.request,
            reply_bytes: answer.body.len(),
            reply: asked
                .reply
                .unwrap_or_else(|| beginning(&answer.body, watcher.keeps())),
            trace,
        });
    }

    /// Count what was turned away, and tell whoever watches.
    pub(super) fn refuse(&self, client: &Arc<str>, why: Why) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        if let Some(watcher) = &self.watcher {
            watcher.refused(Refused {
                at: (self.clock)(),
                client: Arc::clone(client),
                why,
            });
        }
    }
}

/// The error that an answer tells.
fn failure(answer: &Answer) -> Option<Failure> {
    if answer.status.as_u16() < 400 {
        return None;
    }
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let member = |name: &str| body.get(name).and_then(|value| value.as_str());
    let name = member("__type").unwrap_or("UnknownOperationException");
    let name = name.rsplit_once('#').map_or(name, |(_, name)| name);
    Some(Failure {
        name: name.to_owned(),
        message: member("message")
            .or_else(|| member("Message"))
            .unwrap_or_default()
            .to_owned(),
    })
}
