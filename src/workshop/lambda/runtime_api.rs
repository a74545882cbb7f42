//! Lambda's runtime API, of one environment, on a port of its own.
//!
//! ```text
//!   GET  /2018-06-01/runtime/invocation/next            waits for an event
//!   POST /2018-06-01/runtime/invocation/{id}/response   202
//!   POST /2018-06-01/runtime/invocation/{id}/error      202
//!   POST /2018-06-01/runtime/init/error                 202
//! ```
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.
//!
//! Whoever can reach the port may be the handler, which is not trusted: an answer counts only for the invocation that runs, its size is
//! bounded, and so is the number of connections. What a web page sends (it has an Origin) is refused.
//! Invariant: dropping it closes the port and all connections.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Collected, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue, ORIGIN};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use crate::simulator::Timestamp;

/// Lambda's limit of a payload: 6 MB, and a little.
pub const PAYLOAD: usize = 6_291_556;

/// Bytes of an error that are read; more is no error that anybody could read.
const ERROR: usize = 256 * 1024;

/// Connections at the same time. A runtime client needs one.
const CONNECTIONS: usize = 16;

const PREFIX: &str = "/2018-06-01/runtime/";

/// An event on its way to the handler.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) request_id: String,
    pub(super) deadline: Timestamp,
    pub(super) arn: String,
    pub(super) trace_id: String,
    pub(super) event: Bytes,
}

/// What the runtime client says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    /// It waits for an event: what came before is over.
    Asked,
    Response(Bytes),
    /// The response is larger than a payload may be.
    TooLarge,
    Error(Value),
    InitError(Value),
}

pub(super) struct RuntimeApi {
    pub(super) address: SocketAddr,
    said: mpsc::Receiver<Said>,
    jobs: mpsc::Sender<Job>,
    desk: Arc<Desk>,
    accepting: JoinHandle<()>,
}

/// What all connections share.
struct Desk {
    said: mpsc::Sender<Said>,
    jobs: tokio::sync::Mutex<mpsc::Receiver<Job>>,
    /// The invocation that runs and has no answer yet.
    open: Mutex<Option<String>>,
}

impl RuntimeApi {
    pub(super) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (say, said) = mpsc::channel(CONNECTIONS);
        let (jobs, waiting) = mpsc::channel(1);
        let desk = Arc::new(Desk {
            said: say,
            jobs: tokio::sync::Mutex::new(waiting),
            open: Mutex::new(None),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&desk)));
        Ok(Self {
            address,
            said,
            jobs,
            desk,
            accepting,
        })
    }

    /// Puts an event where the next question for one finds it.
    pub(super) fn give(&self, job: Job) {
        *self.desk.open() = Some(job.request_id.clone());
        // There is room: an event is given when the one before is over.
        let _ = self.jobs.try_send(job);
    }

    /// No answer counts any more.
    pub(super) fn close(&self) {
        *self.desk.open() = None;
    }

    pub(super) async fn said(&mut self) -> Said {
        match self.said.recv().await {
            Some(said) => said,
            // The desk holds a sender for as long as this does.
            None => std::future::pending().await,
        }
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    let mut connections = JoinSet::new();
    loop {
        if connections.len() >= CONNECTIONS {
            connections.join_next().await;
            continue;
        }
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                // Out of descriptors, say: the handler runs into its time-out.
                let Ok((stream, _)) = accepted else { return };
                let desk = Arc::clone(&desk);
                connections.spawn(async move {
                    let service = service_fn(move |request| {
                        let desk = Arc::clone(&desk);
                        async move { Ok::<_, Infallible>(desk.answer(request).await) }
                    });
                    // A client that goes away in between is no matter.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        }
    }
}

type Answer = Response<Full<Bytes>>;

impl Desk {
    fn open(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(&self, request: Request<Incoming>) -> Answer {
        if request.headers().contains_key(ORIGIN) {
            return refused(
                StatusCode::FORBIDDEN,
                "Forbidden",
                "Web pages are not answered",
            );
        }
        let path = request.uri().path().to_owned();
        let what = path.strip_prefix(PREFIX).unwrap_or_default();
        let parts: Vec<&str> = what.split('/').collect();
        match (request.method(), parts.as_slice()) {
            (&Method::GET, ["invocation", "next"]) => self.next().await,
            (&Method::POST, ["invocation", id, "response"]) => {
                if !self.take(id) {
                    return unknown_id();
                }
                match body(request, PAYLOAD).await {
                    Ok(payload) => self.accept(Said::Response(payload)).await,
                    // Whoever sent it is gone, and is told nothing any more.
                    Err(error) if !error.is::<LengthLimitError>() => refused(
                        StatusCode::BAD_REQUEST,
                        "BadRequest",
                        "The body ended early",
                    ),
                    Err(_) => {
                        // Whoever waits hears of it before the handler does.
                        let _ = self.said.send(Said::TooLarge).await;
                        refused(
                            StatusCode::PAYLOAD_TOO_LARGE,
                            "RequestEntityTooLarge",
                            &format!("Exceeded maximum allowed payload size ({PAYLOAD} bytes)."),
                        )
                    }
                }
            }
            (&Method::POST, ["invocation", id, "error"]) => {
                if !self.take(id) {
                    return unknown_id();
                }
                let error = error(request).await;
                self.accept(Said::Error(error)).await
            }
            (&Method::POST, ["init", "error"]) => {
                let error = error(request).await;
                self.accept(Said::InitError(error)).await
            }
            _ => refused(StatusCode::NOT_FOUND, "NotFound", "404 page not found"),
        }
    }

    async fn next(&self) -> Answer {
        // Only while the environment is there is anybody to hear it.
        let _ = self.said.send(Said::Asked).await;
        let Some(job) = self.jobs.lock().await.recv().await else {
            return refused(StatusCode::GONE, "Gone", "The environment has ended");
        };
        let mut answer = Response::new(Full::new(job.event));
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let texts = [
            ("lambda-runtime-aws-request-id", job.request_id),
            (
                "lambda-runtime-deadline-ms",
                job.deadline.millis().to_string(),
            ),
            ("lambda-runtime-invoked-function-arn", job.arn),
            ("lambda-runtime-trace-id", job.trace_id),
        ];
        for (name, text) in texts {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        }
        answer
    }

    /// Whether this is the invocation that runs, and has no answer yet. From now on it has.
    fn take(&self, id: &str) -> bool {
        let mut open = self.open();
        let is_it = open.as_deref() == Some(id);
        if is_it {
            *open = None;
        }
        is_it
    }

    async fn accept(&self, said: Said) -> Answer {
        // Only while the environment is there is anybody to hear it.
        let _ = self.said.send(said).await;
        json_answer(StatusCode::ACCEPTED, &json!({"status": "OK"}))
    }
}

/// A body of at most so many bytes.
async fn body(
    request: Request<Incoming>,
    most: usize,
) -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
    let limited = Limited::new(request.into_body(), most);
    limited.collect().await.map(Collected::to_bytes)
}

/// What a runtime client says of an error. One that can't be read is told as what its header says.
async fn error(request: Request<Incoming>) -> Value {
    let kind = request
        .headers()
        .get("lambda-runtime-function-error-type")
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("Runtime.Unknown")
        .to_owned();
    let body = body(request, ERROR).await.unwrap_or_default();
    match serde_json::from_slice(&body) {
        Ok(error @ Value::Object(_)) => error,
        _ => json!({"errorType": kind, "errorMessage": "the error could not be read"}),
    }
}

fn unknown_id() -> Answer {
    refused(
        StatusCode::BAD_REQUEST,
        "InvalidRequestID",
        "Invalid request ID",
    )
}

fn refused(status: StatusCode, kind: &str, message: &str) -> Answer {
    json_answer(status, &json!({"errorMessage": message, "errorType": kind}))
}

fn json_answer(status: StatusCode, body: &Value) -> Answer {
    let mut answer = Response::new(Full::new(body.to_string().into()));
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}
