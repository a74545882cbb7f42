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
//! for pages of this machine alone, and others are turned away instead of being answered without its headers.
//!
//! Invariant: a request gets an answer within the time that an integration may take, whatever its handler does.

pub mod answer;
mod cors;
pub mod event;
pub mod listen;
pub mod route;

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Mutex;

use super::Outside;
use super::goal::Goal;
use super::lambda::{Function, Invoked};
use super::table::{Endpoint, Exchanges};
use answer::{Answer, Malformed};

/// How long an integration may take, waiting for its turn included: API Gateway's 30 seconds.
pub const TIME: Duration = Duration::from_secs(30);

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
    /// What the function got, format 2.0; empty where there is none.
    pub event: Bytes,
    pub invoked: Option<Invoked>,
    pub exchanges: Exchanges,
    /// Why the payload is no answer.
    pub malformed: Option<Malformed>,
    pub answer: Answer,
    /// From the whole request read to the answer ready.
    pub took: Duration,
}

/// A function and its way to the table.
pub struct Integration {
    pub function: Function,
    pub endpoint: Endpoint,
}

/// The three routes with what stands behind them.
pub struct Api {
    integrations: [Mutex<Integration>; 3],
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
            integrations: integrations.map(Mutex::new),
            id: outside.ids.short()[..10].to_owned(),
            outside,
            time,
        }
    }

    /// The way of a request from its first byte read to its answer. Requests of one route take turns: there is one environment.
    pub async fn pass(&self, request: &Request) -> Passage {
        let began = (self.outside.stopwatch)();
        let mut passage = self.passed(request).await;
        passage.took = (self.outside.stopwatch)().saturating_sub(began);
        passage
    }

    async fn passed(&self, request: &Request) -> Passage {
        if let Some(answer) = cors::preflight(request) {
            return Passage::without_integration(answer);
        }
        let mut passage = match route::route(&request.method, &request.path) {
            None => Passage::without_integration(Answer::message(404, "Not Found")),
            Some(found) => {
                let integration = &self.integrations[found.goal.index()];
                let made = event::event(request, &found, &self.id, &self.outside);
                let turn =
                    async { integrate(&mut *integration.lock().await, found.goal, made).await };
                match tokio::time::timeout(self.time, turn).await {
                    Ok(passage) => passage,
                    Err(_) => Passage {
                        goal: Some(found.goal),
                        ..Passage::without_integration(Answer::message(503, "Service Unavailable"))
                    },
                }
            }
        };
        cors::add_headers(request, &mut passage.answer);
        passage
    }

    /// The file behind a route was saved.
    pub async fn replace(&self, goal: Goal) {
        let mut integration = self.integrations[goal.index()].lock().await;
        integration.function.replace().await;
    }

    /// Ends the functions and their ways to the table.
    pub async fn end(self) {
        for integration in self.integrations {
            let mut integration = integration.into_inner();
            integration.function.replace().await;
            integration.endpoint.stop().await;
        }
    }
}

/// Hands an event to the function, and makes an answer of what comes back.
pub async fn integrate(integration: &mut Integration, goal: Goal, event: Bytes) -> Passage {
    // What a detached process did after the last answer is nobody's.
    drop(integration.endpoint.take());
    let invoked = integration.function.invoke(event.clone()).await;
    let (answer, malformed) = match &invoked.result {
        Ok(payload) => match Answer::infer(payload) {
            Ok(answer) => (answer, None),
            Err(malformed) => (Answer::internal_error(), Some(malformed)),
        },
        Err(_) => (Answer::internal_error(), None),
    };
    Passage {
        goal: Some(goal),
        event,
        exchanges: integration.endpoint.take(),
        invoked: Some(invoked),
        malformed,
        answer,
        took: Duration::ZERO,
    }
}

impl Passage {
    /// It took a route, and the time was over before the function had an answer.
    #[must_use]
    pub const fn is_unanswered(&self) -> bool {
        self.goal.is_some() && self.invoked.is_none()
    }

    fn without_integration(answer: Answer) -> Self {
        Self {
            goal: None,
            event: Bytes::new(),
            invoked: None,
            exchanges: Exchanges::default(),
            malformed: None,
            answer,
            took: Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests;
