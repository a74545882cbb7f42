//! What is known of a request's way, as far as it came.
//!
//! On this machine everything is known. On an account the gateway tells its answer and the function its log; what DynamoDB was asked
//! is not told. So what may be unknown is an `Option`, and `None` never means "nothing".
//!
//! Invariant: texts are printable and cut; whoever makes a [`Way`] makes them with [`Text`] and [`label`](Text::label).

use std::sync::Arc;
use std::time::Duration;

use crate::scene::serve::Arrival;

/// Bytes of a body, a payload or a log line's text that are kept.
const TEXT: usize = 16 * 1024;
/// Characters of a name, a path or a message that are kept.
const LABEL: usize = 400;
/// Lines of a log, and of a stack, that are kept.
const LINES: usize = 200;
/// Exchanges with `DynamoDB` that are kept.
const EXCHANGES: usize = 100;
/// Headers of one message that are kept.
const HEADERS: usize = 40;

/// Where the handlers ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// Processes of this machine, on the simulated table.
    #[default]
    Machine,
    /// Lambda, on somebody's account.
    Account,
}

/// The beginning of a foreign text of several lines, printable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    pub text: Arc<str>,
    /// Of the whole, as it was sent.
    pub bytes: u64,
    /// Whether there was more than is kept.
    pub cut: bool,
}

impl Text {
    /// Of bytes that should be UTF-8; a text that is known to be longer than what is at hand says so in `whole`.
    #[must_use]
    pub fn new(raw: &[u8], whole: Option<u64>) -> Self {
        let length = raw.len() as u64;
        let bytes = whole.unwrap_or(length).max(length);
        let kept = String::from_utf8_lossy(&raw[..raw.len().min(TEXT)]);
        // A character that was cut in two is no part of the text.
        let kept = if raw.len() > TEXT {
            kept.trim_end_matches('\u{fffd}')
        } else {
            &kept
        };
        Self {
            text: Arc::from(crate::printable::block(kept)),
            bytes,
            cut: bytes > TEXT as u64 || bytes > length,
        }
    }

    /// The beginning of a foreign text as one printable line: a name, a path, a message.
    #[must_use]
    pub fn label(text: &str) -> Arc<str> {
        let end = text.char_indices().nth(LABEL).map(|(end, _)| end);
        let start = crate::printable::line(end.map_or(text, |end| &text[..end]));
        match end {
            None => Arc::from(start.as_ref()),
            Some(_) => Arc::from(format!("{start}…")),
        }
    }
}

/// Name and value, printable.
pub type Header = (Arc<str>, Arc<str>);

/// The first headers of a message, printable.
pub fn headers<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Header> {
    let headers = headers.into_iter().take(HEADERS);
    headers
        .map(|(name, value)| (Text::label(name), Text::label(value)))
        .collect()
}

/// What the client sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub method: Arc<str>,
    /// The path, with its query.
    pub target: Arc<str>,
    pub headers: Vec<Header>,
    pub body: Text,
}

impl Sent {
    #[must_use]
    pub fn new(method: &str, target: &str, sent: Vec<Header>, body: &[u8]) -> Self {
        Self {
            method: Text::label(method),
            target: Text::label(target),
            headers: sent,
            body: Text::new(body, None),
        }
    }
}

/// What API Gateway made of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gateway {
    /// It took this route, and the function behind it got an event.
    Routed {
        /// `GET /pets/{id}`
        route: Arc<str>,
        /// Format 2.0; `None` where it is not told.
        event: Option<Text>,
    },
    /// There is no such route: answered 404 without any function.
    NoRoute,
    /// A browser's question whether a page may ask: answered without any function.
    Preflight,
    /// It found the route, and did not get an answer of the function in time.
    TooLate { route: Arc<str> },
    /// It found the route, and the event was too large for the function behind it.
    TooLarge { route: Arc<str> },
    /// The function was at work when its file was saved, and was ended.
    Replaced { route: Arc<str> },
    /// It refused the request itself, as when there are too many.
    Refused { why: Arc<str> },
}

/// Whether an environment had to be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    Cold,
    Warm,
}

/// What a function printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    /// Printable, without line feeds. What Lambda adds (START, END, REPORT) is among them.
    pub lines: Vec<Arc<str>>,
    /// Lines that are not kept.
    pub more: u64,
    /// Bytes that were printed and never kept by the service.
    pub dropped: u64,
}

impl Log {
    #[must_use]
    pub fn new(text: &str, dropped: u64) -> Self {
        let mut lines = text.lines();
        let kept = lines.by_ref().take(LINES);
        let kept = kept
            .map(|line| Text::label(&line.trim_end().replace('\t', "  ")))
            .collect();
        Self {
            lines: kept,
            more: lines.count() as u64,
            dropped,
        }
    }

    /// What the handler itself printed.
    pub fn printed(&self) -> impl Iterator<Item = &Arc<str>> {
        self.lines.iter().filter(|line| {
            let of_lambda = ["START RequestId: ", "END RequestId: ", "REPORT RequestId: "];
            let runtime = ["INIT_START ", "INIT_REPORT "];
            let mut prefixes = of_lambda.iter().chain(&runtime);
            !prefixes.any(|prefix| line.starts_with(prefix))
        })
    }
}

/// An error, as Lambda or `DynamoDB` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// `TypeError`, `ValidationException`
    pub name: Arc<str>,
    pub message: Arc<str>,
}

impl Error {
    #[must_use]
    pub fn new(name: &str, message: &str) -> Self {
        Self {
            name: Text::label(name),
            message: Text::label(message),
        }
    }
}

/// How an invocation failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    pub error: Error,
    /// The stack, line by line.
    pub trace: Vec<Arc<str>>,
}

impl Failed {
    #[must_use]
    pub fn new<'a>(error: Error, trace: impl IntoIterator<Item = &'a str>) -> Self {
        let trace = trace.into_iter().take(LINES).map(Text::label).collect();
        Self { error, trace }
    }
}

/// What came of an invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The handler's payload, JSON; `None` where it is not told.
    Returned(Option<Text>),
    Failed(Failed),
    /// It is not told whether it failed.
    Untold,
}

/// One invocation of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// `get-pets`, `dynatour-0f3c21d4-get-pets`
    pub function: Arc<str>,
    /// Lambda's.
    pub request_id: Option<Arc<str>>,
    pub start: Option<Start>,
    /// Of a cold start.
    pub init: Option<Duration>,
    pub duration: Option<Duration>,
    /// In milliseconds.
    pub billed: Option<u64>,
    /// What it may use, and what it used at most, in megabytes.
    pub memory: Option<u32>,
    pub used: Option<u32>,
    pub log: Option<Log>,
    pub result: Outcome,
}

impl Run {
    /// The function's name without its deployment's, which is the same for all of them: `get-pet`.
    #[must_use]
    pub fn name(&self) -> &str {
        let rest = self.function.strip_prefix("dynatour-");
        let rest = rest.and_then(|rest| rest.split_once('-'));
        rest.map_or(&self.function, |(_, name)| name)
    }
}

/// One request of a function to `DynamoDB`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Operation, status, error, capacity, and which partitions and items it touched.
    pub arrival: Arrival,
    pub request: Text,
    /// `None` where it is not told.
    pub answer: Option<Text>,
    /// What it would cost, in millionths of a millionth of a dollar.
    pub picodollars: Option<u64>,
    /// The table's partitions in the order of their hash ranges, and how many items each held; empty where it is not told.
    pub partitions: Vec<(u32, u64)>,
}

/// What a function did at `DynamoDB`, in the order of the answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exchanges {
    pub exchanges: Vec<Exchange>,
    /// Exchanges that are not kept.
    pub more: u64,
    /// Connections and requests that were turned away.
    pub refused: u64,
}

impl Exchanges {
    #[must_use]
    pub fn new(exchanges: Vec<Exchange>, more: u64, refused: u64) -> Self {
        let mut exchanges = exchanges;
        let over = exchanges.len().saturating_sub(EXCHANGES);
        exchanges.truncate(EXCHANGES);
        Self {
            exchanges,
            more: more + over as u64,
            refused,
        }
    }
}

/// What the client got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<Header>,
    pub body: Text,
    /// The payload said no status, so status and type were inferred from it; `None` where it is not told.
    pub inferred: Option<bool>,
}

impl Reply {
    #[must_use]
    pub fn new(status: u16, got: Vec<Header>, body: &[u8], inferred: Option<bool>) -> Self {
        Self {
            status,
            headers: got,
            body: Text::new(body, None),
            inferred,
        }
    }
}

/// The way of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub place: Place,
    pub sent: Sent,
    pub gateway: Gateway,
    /// `None` where no function was asked, or nothing is told of it.
    pub run: Option<Run>,
    /// Why nothing is told of the function, once it is known that nothing will be.
    pub unlogged: Option<Arc<str>>,
    /// `None` where they are not told.
    pub exchanges: Option<Exchanges>,
    /// Why the payload is no answer, so that the client got a 500.
    pub malformed: Option<Arc<str>>,
    /// What the client got, or why it got nothing.
    pub reply: Result<Reply, Arc<str>>,
    /// From the client's first byte to the answer's last one.
    pub latency: Option<Duration>,
}
