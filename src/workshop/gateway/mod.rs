//! An HTTP API as API Gateway has it, in front of the functions: routes, events, answers, CORS, errors.
//!
//! ```text
//!   Request ── cors: a preflight? ── route ── event (format 2.0) ── Function ── answer: inferred from the payload
//!                                      │ none                          │ failed         │ malformed
//!                                      404 Not Found                   500              500 Internal Server Error
//! ```
//!
//! [`Api::pass`] does all of it without a socket, for requests that are made up as well as for those that [`listen`] reads. What happened
//! on the way is a [`Passage`].
//!
//! What is otherwise than on AWS: plain HTTP on loopback, told to the handler as HTTPS; no stages, authorizers, custom domains or throttling; CORS is
//! for pages of this machine alone, and others are turned away instead of being answered without its headers; requests that are more than
//! [`CONCURRENCY`] for one function wait instead of being throttled, as do large bodies that are more than a few;
//! and one that is at work when its handler is saved is ended (503), where AWS lets it come to its end with the old code.
//!
//! Invariant: a request gets an answer within the time that an integration may take, whatever its handler does.

pub mod answer;
mod cors;
pub mod event;
mod integration;
pub mod listen;
pub mod route;

use std::time::Duration;

use bytes::Bytes;

use super::Outside;
use super::goal::Goal;
use super::lambda::{Invoked, PAYLOAD};
use super::table::Exchanges;
use answer::{Answer, Malformed};
pub use integration::{CONCURRENCY, IDLE, Integration};

/// How long an integration may take, waiting for its turn included: API Gateway's 30 seconds.
pub const TIME: Duration = Duration::from_secs(30);

/// In each answer, and in the event.
const REQUEST_ID: &str = "apigw-requestid";

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// As it was sent, with its percent signs.
    pub path: String,
    /// Without the question mark.
    pub query: String,
    /// In their order, names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    pub source: std::net::IpAddr,
}

impl Request {
    /// The values of a header, in their order.
    pub fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The way of one request, as far as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// The route that it took; nothing where there is none.
    pub goal: Option<Goal>,
    /// What the function got or would have got, format 2.0; empty where there is none.
    pub event: Bytes,
    pub invoked: Option<Invoked>,
    /// Why the function behind a route has nothing to tell; nothing where it has, and where there is no route.
    pub unanswered: Option<Unanswered>,
    pub exchanges: Exchanges,
    /// Why the payload is no answer.
    pub malformed: Option<Malformed>,
    pub answer: Answer,
    /// From the whole request read to the answer ready.
    pub took: Duration,
}

/// What kept a function from answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// It was not asked, since its event would be larger than Lambda takes.
    TooLarge,
    /// The time of an integration was over.
    TooLate,
    /// Its file was saved while it was at work, which ends it here.
    Replaced,
}

/// The three routes with what stands behind them.
pub struct Api {
    integrations: [Integration; 3],
    outside: Outside,
    /// Of one API, in its events.
    id: String,
    time: Duration,
}

impl Api {
    /// In the order of [`Goal::ALL`]. A request's integration may take [`TIME`], or as long as it is said here.
    #[must_use]
    pub fn new(integrations: [Integration; 3], outside: Outside, time: Duration) -> Self {
        Self {
            integrations,
            id: outside.ids.short()[..10].to_owned(),
            outside,
            time,
        }
    }

    /// The way of a request from its first byte read to its answer. Requests of one route run side by side, [`CONCURRENCY`] at the most.
    pub async fn pass(&self, request: &Request) -> Passage {
        let began = (self.outside.stopwatch)();
        let mut passage = self.passed(request).await;
        passage.took = (self.outside.stopwatch)().saturating_sub(began);
        passage
    }

    async fn passed(&self, request: &Request) -> Passage {
        let id = self.outside.ids.request();
        let mut passage = self.routed(request, &id).await;
        passage.answer.headers.push((REQUEST_ID.to_owned(), id));
        passage
    }

    /// An answer of the API's own, to what it does not look at further.
    fn refuse(&self, mut answer: Answer) -> Answer {
        let id = self.outside.ids.request();
        answer.headers.push((REQUEST_ID.to_owned(), id));
        answer
    }

    async fn routed(&self, request: &Request, id: &str) -> Passage {
        if let Some(answer) = cors::preflight(request) {
            return Passage::without_integration(answer);
        }
        let mut passage = match route::route(&request.method, &request.path) {
            None => Passage::without_integration(Answer::message(404, "Not Found")),
            Some(found) => {
                let integration = &self.integrations[found.goal.index()];
                let made = event::event(request, &found, &self.id, id, &self.outside);
                if made.len() > PAYLOAD {
                    Passage::unanswered(found.goal, made, Unanswered::TooLarge)
                } else {
                    let passed = integration.pass(made.clone());
                    match tokio::time::timeout(self.time, passed).await {
                        Ok(passage) => passage,
                        Err(_) => Passage::unanswered(found.goal, made, Unanswered::TooLate),
                    }
                }
            }
        };
        cors::add_headers(request, &mut passage.answer);
        passage
    }

    /// The file behind a route was saved.
    pub async fn replace(&self, goal: Goal) {
        self.integrations[goal.index()].replace().await;
    }

    /// Ends the functions and their ways to the table.
    pub async fn end(self) {
        for integration in self.integrations {
            integration.end().await;
        }
    }
}

/// To a body that API Gateway does not take, or an event that Lambda does not.
fn too_large() -> Answer {
    Answer::message(413, "Request Entity Too Large")
}

impl Passage {
    /// It took a route, and API Gateway answers for the function.
    fn unanswered(goal: Goal, event: Bytes, why: Unanswered) -> Self {
        let answer = match why {
            Unanswered::TooLarge => too_large(),
            Unanswered::TooLate | Unanswered::Replaced => {
                Answer::message(503, "Service Unavailable")
            }
        };
        Self {
            goal: Some(goal),
            event,
            unanswered: Some(why),
            ..Self::without_integration(answer)
        }
    }

    fn without_integration(answer: Answer) -> Self {
        Self {
            goal: None,
            event: Bytes::new(),
            invoked: None,
            unanswered: None,
            exchanges: Exchanges::default(),
            malformed: None,
            answer,
            took: Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests;
