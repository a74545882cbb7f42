//! The HTTP API's sockets: requests are read, passed on, and answered; on loopback only.
//!
//! Pages of other sites could make a browser send requests here, so a `Host` or an `Origin` that is not of this machine is refused.
//! Invariant: what clients can hold is bounded: connections, the time for a head and a body, their size, and how many bodies are large at
//! one time.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use super::answer::Answer;
use super::{Api, Passage, Request, too_large};
use crate::server::{Access, is_local_origin};

/// API Gateway's limit of a body: 10 MB.
const BODY: usize = 10 * 1024 * 1024;
/// API Gateway's limit of a request's line and headers: 10,240 bytes; hyper needs 8 KB at the least, and takes it as the buffer's size.
const HEAD: usize = 16 * 1024;
/// For a head, and for a body.
const READ_TIME: Duration = Duration::from_secs(10);
const CONNECTIONS: usize = 256;
/// A body that is known to be no larger has to wait for nobody.
const SMALL: u64 = 64 * 1024;
/// So many larger ones are read, and with their events held, at one time; the others wait.
pub(super) const LARGE: usize = 8;

/// An HTTP API that listens, until it is dropped.
pub struct Listening {
    pub address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The way on which passages are told.
#[derive(Clone)]
pub struct Passing {
    sender: mpsc::Sender<(Request, Passage)>,
    missed: Arc<AtomicU64>,
}

/// Where they are heard.
pub struct Passages {
    receiver: mpsc::Receiver<(Request, Passage)>,
    missed: Arc<AtomicU64>,
}

/// A way with room for so many that wait.
#[must_use]
pub fn passages(room: usize) -> (Passing, Passages) {
    let (sender, receiver) = mpsc::channel(room);
    let missed = Arc::new(AtomicU64::new(0));
    let passing = Passing {
        sender,
        missed: Arc::clone(&missed),
    };
    (passing, Passages { receiver, missed })
}

impl Passing {
    /// Nobody may be listening, or too slowly: requests go on.
    fn tell(&self, request: Request, passage: Passage) {
        if self.sender.try_send((request, passage)).is_err() {
            self.missed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Passages {
    /// The next one, and how many before it had no room; nothing when nobody tells any more.
    pub async fn next(&mut self) -> Option<(Request, Passage, u64)> {
        let (request, passage) = self.receiver.recv().await?;
        Some((request, passage, self.missed.swap(0, Ordering::Relaxed)))
    }
}

/// Listens. Each passage is told when its answer goes out; one that finds no room is counted.
///
/// # Errors
/// When the listener has no address.
pub fn listen(listener: TcpListener, api: Arc<Api>, passages: Passing) -> io::Result<Listening> {
    let address = listener.local_addr()?;
    let accepting = tokio::spawn(accept(listener, api, passages));
    Ok(Listening { address, accepting })
}

async fn accept(listener: TcpListener, api: Arc<Api>, passages: Passing) {
    let mut connections = JoinSet::new();
    let large = Arc::new(Semaphore::new(LARGE));
    loop {
        if connections.len() >= CONNECTIONS {
            connections.join_next().await;
            continue;
        }
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                let Ok((stream, peer)) = accepted else {
                    // Out of descriptors: there are more when a connection ends.
                    connections.join_next().await;
                    continue;
                };
                let (api, passages, large) = (Arc::clone(&api), passages.clone(), Arc::clone(&large));
                connections.spawn(async move {
                    let service = service_fn(move |request| {
                        let (api, passages, large) = (Arc::clone(&api), passages.clone(), Arc::clone(&large));
                        async move { Ok::<_, Infallible>(answer(request, peer.ip(), &api, &passages, &large).await) }
                    });
                    // A client that goes away in between is no matter.
                    let _ = http1::Builder::new()
                        .timer(TokioTimer::new())
                        .header_read_timeout(READ_TIME)
                        .max_buf_size(HEAD)
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        }
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    source: IpAddr,
    api: &Api,
    passages: &Passing,
    large: &Semaphore,
) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut request = Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect(),
        body: Bytes::new(),
        source,
    };
    if !is_of_this_machine(&request) {
        return sent(Answer::message(403, "Forbidden"));
    }
    // Until it is answered.
    let mut turn = None;
    if body.size_hint().exact().is_none_or(|bytes| bytes > SMALL) {
        let Ok(Ok(granted)) = tokio::time::timeout(api.time, large.acquire()).await else {
            // Who is still sending would not hear it.
            throw_away(body).await;
            return sent(api.refuse(Answer::message(503, "Service Unavailable")));
        };
        turn = Some(granted);
    }
    let whole = Limited::new(body, BODY).collect();
    match tokio::time::timeout(READ_TIME, whole).await {
        Ok(Ok(body)) => request.body = body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return sent(api.refuse(too_large()));
        }
        _ => return sent(api.refuse(Answer::message(400, "Bad Request"))),
    }
    let passage = api.pass(&request).await;
    let response = sent(passage.answer.clone());
    passages.tell(request, passage);
    drop(turn);
    response
}

/// Reads a body to its end, as far as that comes in time, and keeps nothing of it.
async fn throw_away(mut body: Incoming) {
    let all = async { while let Some(Ok(_)) = body.frame().await {} };
    let _ = tokio::time::timeout(READ_TIME, all).await;
}

/// Whether a program or a page of this machine sent it.
fn is_of_this_machine(request: &Request) -> bool {
    let local = IpAddr::from([127, 0, 0, 1]);
    let mut hosts = request.header("host");
    hosts.all(|host| Access::Loopback.is_ours(host, local))
        && request.header("origin").all(is_local_origin)
}

fn sent(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        // What speaks of the connection is HTTP's, not the handler's.
        let is_framing = matches!(
            name.as_str(),
            "content-length"
                | "transfer-encoding"
                | "connection"
                | "keep-alive"
                | "upgrade"
                | "te"
                | "trailer"
        );
        if is_framing {
            continue;
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
