//! The simulated table for any client: HTTP/1.1 as DynamoDB's endpoint speaks it, on this machine or, for a class, on its network.
//!
//! ```text
//!   listener ─accept─→ clients (limits of an address) ─→ connection ─→ service ─→ Simulator::call
//!                         │ too many: 503                   │             │          │
//!                         │                                 line ←─ sweep │          durable (with a journal)
//!                         └──────────── report ←────────────┴─────────────┘
//! ```
//!
//! `access` says who may send, `signature` what AWS says of credentials, `body` and `answer` are the two directions, `limits` has every
//! limit with its reason. Everything a client sends is untrusted.
//!
//! Invariant: no client, whatever it sends or does not send, stops another one from being served, or takes more memory than `limits` says
//! for its requests, or all but what stays free for its items.

mod access;
mod answer;
mod body;
mod bucket;
mod call;
mod clients;
mod coding;
mod durable;
pub mod invitation;
mod limits;
mod line;
mod report;
mod service;
mod shared;
mod signature;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

pub use access::{Access, JoinCode, is_local_origin};
pub use durable::{Group, Mark};
pub use limits::Limits;
pub use report::{Failure, Refused, Report, Reports, Served, Watcher, Why, channel};

use crate::simulator::{Simulator, Stopwatch, Timestamp};
use body::Room;
use clients::Clients;
use limits::SWEEP;
use line::{Line, Ticks, Watched};
use shared::{Peer, Shared};

/// How long accepting waits after the system refused it, which it does when there are no more file descriptors.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// How long a connection that is turned away is kept, so that its client can read why, and how many of them are at the same time.
const FAREWELL: Duration = Duration::from_secs(1);
const FAREWELLS: usize = 256;

/// What is sent to a connection that is one too many. SDKs wait and try again.
const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nserver: Server\r\ncontent-type: application/x-amz-json-1.0\r\nconnection: close\r\ncontent-length: 121\r\n\r\n{\"__type\":\"com.amazon.coral.availability#ServiceUnavailableException\",\"message\":\"Too many connections. Try again later.\"}\n";

/// Everything a server needs from outside.
pub struct Settings {
    /// Bound and listening.
    pub listeners: Vec<TcpListener>,
    pub simulator: Arc<Simulator>,
    /// The time of day, which the simulated table is told.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Measures how long requests take and clients wait.
    pub stopwatch: Stopwatch,
    pub access: Access,
    pub limits: Limits,
    /// Is told of every answer; without one nothing is put together for it.
    pub watcher: Option<Arc<dyn Watcher>>,
    /// The simulator's journal, when it has one: answers wait for it.
    pub group: Option<Arc<Group>>,
    /// Tells how many bytes of memory are free, where that is known.
    pub memory: Arc<dyn Fn() -> Option<u64> + Send + Sync>,
}

/// A server that runs.
pub struct Running {
    addresses: Vec<SocketAddr>,
    shared: Arc<Shared>,
    ends: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// What a server did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Requests that were answered.
    pub answered: u64,
    /// Requests and connections that were turned away.
    pub refused: u64,
    /// Connections that were cut because they did not finish in time.
    pub cut: usize,
}

/// Starts to serve, on the runtime of the caller.
///
/// # Errors
/// When a listener has no address.
pub fn start(settings: Settings) -> io::Result<Running> {
    let Settings {
        listeners,
        simulator,
        clock,
        stopwatch,
        access,
        limits,
        watcher,
        group,
        memory,
    } = settings;
    let addresses = listeners
        .iter()
        .map(TcpListener::local_addr)
        .collect::<io::Result<Vec<_>>>()?;
    let half = limits.bytes_in_flight / 2;
    let shared = Arc::new(Shared {
        waits_for_disk: simulator.settings().journal.is_some() && group.is_none(),
        simulator,
        clock,
        access,
        limits,
        watcher,
        group,
        memory,
        is_full: AtomicBool::new(false),
        clients: Clients::new(&limits),
        lines: Arc::default(),
        ticks: Arc::new(Ticks::new(stopwatch)),
        bodies: Room::new(half, limits.room_time),
        answers: Room::new(half, limits.room_time),
        answered: AtomicU64::new(0),
        refused: AtomicU64::new(0),
        long: AtomicUsize::new(0),
        farewells: Arc::new(Semaphore::new(FAREWELLS)),
    });
    let (ends, ending) = watch::channel(false);
    let mut tasks: Vec<_> = listeners
        .into_iter()
        .map(|listener| tokio::spawn(accept(listener, Arc::clone(&shared), ending.clone())))
        .collect();
    tasks.push(tokio::spawn(keep_watch(Arc::clone(&shared))));
    Ok(Running {
        addresses,
        shared,
        ends,
        tasks,
    })
}

impl Running {
    /// The first address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// Takes no more connections, finishes the requests that run, within a bound, and ends. Whoever watches gets no more reports then.
    pub async fn stop(mut self) -> Stopped {
        // Everybody may have gone already.
        let _ = self.ends.send(true);
        let gone = async {
            loop {
                let changed = self.shared.lines.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if self.shared.lines.len() == 0 {
                    return;
                }
                changed.await;
            }
        };
        let finish = self.shared.limits.finish_time;
        let cut = match tokio::time::timeout(finish, gone).await {
            Ok(()) => 0,
            Err(_) => self.shared.lines.cut(),
        };
        for task in &self.tasks {
            task.abort();
        }
        for task in std::mem::take(&mut self.tasks) {
            // Aborted, or ended by itself.
            let _ = task.await;
        }
        Stopped {
            answered: self.shared.answered.load(Ordering::Relaxed),
            refused: self.shared.refused.load(Ordering::Relaxed),
            cut,
        }
    }
}

impl Drop for Running {
    /// What is dropped takes no more connections; those that it has end with their clients.
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running")
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

/// Takes connections until the end.
async fn accept(listener: TcpListener, shared: Arc<Shared>, mut ending: watch::Receiver<bool>) {
    loop {
        let accepted = tokio::select! {
            biased;
            _ = ending.changed() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => take(stream, peer, &shared, &ending),
            // The connection went away before it was taken, or there is no file descriptor for it.
            Err(_) => tokio::time::sleep(ACCEPT_AGAIN).await,
        }
    }
}

/// Starts a connection's task, or turns it away.
fn take(stream: TcpStream, peer: SocketAddr, shared: &Arc<Shared>, ending: &watch::Receiver<bool>) {
    let address = peer.ip().to_canonical();
    let name: Arc<str> = address.to_string().into();
    let Ok(local) = stream.local_addr() else {
        return;
    };
    // Small answers must not wait for more to come.
    let _ = stream.set_nodelay(true);
    shared.ticks.tick();
    let line = Arc::new(Line::new(&shared.ticks));
    let now = shared.ticks.now();
    let Some(client) = shared.clients.connect(address, now) else {
        turn_away(stream, &name, shared);
        return;
    };
    let most = shared.limits.connections;
    let Some(place) = shared.lines.add(Arc::clone(&line), Arc::clone(&name), most) else {
        Clients::disconnect(&client);
        turn_away(stream, &name, shared);
        return;
    };
    let number = place.number;
    let peer = Arc::new(Peer {
        name,
        local: local.ip(),
        client,
        line,
    });
    let connection = connection(stream, peer, Arc::clone(shared), ending.clone(), place);
    let task = tokio::spawn(connection);
    shared.lines.started(number, task.abort_handle());
}

/// Takes back a client's connection when its task ends, however it ends.
struct Connected(Arc<Peer>);

impl Drop for Connected {
    fn drop(&mut self) {
        Clients::disconnect(&self.0.client);
    }
}

async fn connection(
    stream: TcpStream,
    peer: Arc<Peer>,
    shared: Arc<Shared>,
    mut ending: watch::Receiver<bool>,
    place: line::Place,
) {
    let _connected = Connected(Arc::clone(&peer));
    let _place = place;
    let io = TokioIo::new(Watched {
        stream,
        line: Arc::clone(&peer.line),
        ticks: Arc::clone(&shared.ticks),
    });
    let head_bytes = shared.limits.head_bytes;
    let name = Arc::clone(&peer.name);
    let service = service_fn({
        let shared = Arc::clone(&shared);
        move |request| service::serve(Arc::clone(&shared), Arc::clone(&peer), request)
    });
    let connection = http1::Builder::new()
        // The watchman's work.
        .header_read_timeout(None)
        .max_buf_size(head_bytes)
        // Some send a request, close their half, and wait for the answer.
        .half_close(true)
        .serve_connection(io, service);
    tokio::pin!(connection);
    let served = tokio::select! {
        biased;
        served = connection.as_mut() => served,
        _ = ending.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        if error.is_parse_too_large() {
            shared.refuse(&name, Why::TooLarge);
        } else if error.is_parse() {
            shared.refuse(&name, Why::NoHttp);
        }
        // Anything else is a client that went away.
    }
}

/// Answers a connection that is one too many, and closes it.
fn turn_away(mut stream: TcpStream, name: &Arc<str>, shared: &Shared) {
    shared.refuse(name, Why::Connections);
    // The answer fits into an empty window. Closing at once would take it back from a client that is still sending.
    let Ok(leave) = Arc::clone(&shared.farewells).try_acquire_owned() else {
        return;
    };
    if stream.try_write(TOO_MANY).is_ok() {
        tokio::spawn(async move {
            let _leave = leave;
            // Whether it hears the end is its own affair.
            let _ = tokio::time::timeout(FAREWELL, async {
                let _ = stream.shutdown().await;
                let mut rest = [0; 4096];
                while stream.readable().await.is_ok()
                    && stream.try_read(&mut rest).is_ok_and(|read| read > 0)
                {}
            })
            .await;
        });
    }
}

/// Looks at all connections and at the memory, four times a second while there are any.
async fn keep_watch(shared: Arc<Shared>) {
    loop {
        let changed = shared.lines.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        if shared.lines.len() == 0 {
            changed.await;
        }
        tokio::time::sleep(SWEEP).await;
        shared.ticks.tick();
        let is_full = (shared.memory)().is_some_and(|free| free < shared.limits.spare_memory);
        shared.is_full.store(is_full, Ordering::Relaxed);
        let in_need = shared.bodies.in_need() || shared.answers.in_need();
        for name in shared.lines.sweep(&shared.ticks, &shared.limits, in_need) {
            shared.refuse(&name, Why::TooSlow);
        }
    }
}

#[cfg(test)]
mod tests;
