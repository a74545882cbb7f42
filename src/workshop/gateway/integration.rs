//! A route's function, with as many environments as requests come at the same time.
//!
//! ```text
//!   a request ── none is idle: an environment of its own, cold ─┐
//!             ── one is idle: the one that was used last, warm ─┤── invoked ──→ idle again
//!             ── CONCURRENCY are at work: it waits              ┘          │ for IDLE: it ends
//! ```
//!
//! Each environment has its own way to the table, so that what is seen there is known to be its request's.
//!
//! Invariant: an environment works at one request at a time; and when the code was replaced, or the integration has ended, none that has
//! the old code is left, whatever it was doing.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use super::answer::Answer;
use super::{Passage, Unanswered};
use crate::workshop::Outside;
use crate::workshop::goal::Goal;
use crate::workshop::lambda::{Configuration, Function};
use crate::workshop::table::{Endpoint, Tables};

/// Requests to one function that are worked at together; more wait for their turn. AWS gives a new account ten for all functions
/// together, others a thousand, and lets none wait: what is more is throttled, which API Gateway answers with 503.
pub const CONCURRENCY: usize = 4;

/// How long an environment is kept for the next request. Lambda says no figure; some minutes are what is seen.
pub const IDLE: Duration = Duration::from_mins(5);

/// A function behind a route.
pub struct Integration {
    goal: Goal,
    configuration: Configuration,
    tables: Tables,
    outside: Outside,
    idle: Arc<Idle>,
    /// How long one of them is kept.
    keep: Duration,
    turns: Semaphore,
    /// How often the code was replaced.
    code: watch::Sender<u64>,
}

/// Environments that wait for a request. The one that was used last is the last.
#[derive(Default)]
struct Idle(Mutex<Vec<Resting>>);

struct Resting {
    environment: Environment,
    /// Ends it when it has rested for long.
    limit: JoinHandle<()>,
}

impl Idle {
    fn lock(&self) -> MutexGuard<'_, Vec<Resting>> {
        // Environments come and go as a whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resting {
    /// Whoever took it out of the idle ones has it, and nobody else ends it.
    fn woken(self) -> Environment {
        self.limit.abort();
        self.environment
    }
}

/// Ends the environment that has this address on its way to the table, if it is idle all that time.
async fn limit(idle: Weak<Idle>, address: SocketAddr, keep: Duration) {
    tokio::time::sleep(keep).await;
    let over = idle.upgrade().and_then(|idle| {
        let mut idle = idle.lock();
        let is_it = |one: &Resting| one.environment.endpoint.address() == address;
        let at = idle.iter().position(is_it)?;
        Some(idle.remove(at).environment)
    });
    if let Some(environment) = over {
        environment.end().await;
    }
}

/// A function in one environment, and its way to the table.
struct Environment {
    function: Function,
    endpoint: Endpoint,
}

impl Environment {
    async fn end(mut self) {
        self.function.replace().await;
        self.endpoint.stop().await;
    }
}

impl Integration {
    /// Nothing runs before the first request. An environment is kept so long for the next one.
    #[must_use]
    pub fn new(
        goal: Goal,
        configuration: Configuration,
        tables: &Tables,
        outside: Outside,
        keep: Duration,
    ) -> Self {
        Self {
            goal,
            configuration,
            tables: tables.clone(),
            outside,
            idle: Arc::default(),
            keep,
            turns: Semaphore::new(CONCURRENCY),
            code: watch::Sender::new(0),
        }
    }

    /// Hands an event to the function, and makes an answer of what comes back. If nobody waits for it any more, its environment ends.
    pub(super) async fn pass(&self, event: Bytes) -> Passage {
        // It is never closed; and whoever holds a turn gives it back by being dropped.
        let _turn = self.turns.acquire().await;
        let mut code = self.code.subscribe();
        let began_with = *code.borrow_and_update();
        let idle = self.idle.lock().pop().map(Resting::woken);
        let mut environment = match idle {
            Some(environment) => environment,
            None => match self.environment().await {
                Ok(environment) => environment,
                Err(error) => return self.not_started(event, &error),
            },
        };
        let passage = tokio::select! {
            biased;
            // The sender lives as long as this.
            _ = code.changed() => None,
            passage = environment.pass(self.goal, event.clone()) => Some(passage),
        };
        let Some(passage) = passage else {
            environment.end().await;
            return Passage::unanswered(self.goal, event, Unanswered::Replaced);
        };
        if let Some(over) = self.put_back(environment, began_with) {
            over.end().await;
        }
        passage
    }

    /// It is idle again, unless its process has ended or its code is old: then it comes back.
    fn put_back(&self, environment: Environment, began_with: u64) -> Option<Environment> {
        let mut idle = self.idle.lock();
        // Looked at while nobody can replace the code.
        if !environment.function.is_warm() || *self.code.borrow() != began_with {
            return Some(environment);
        }
        let address = environment.endpoint.address();
        let limit = limit(Arc::downgrade(&self.idle), address, self.keep);
        idle.push(Resting {
            environment,
            // It finds it there, since it can't look before this has let go.
            limit: tokio::spawn(limit),
        });
        None
    }

    async fn environment(&self) -> io::Result<Environment> {
        let endpoint = self.tables.serve().await?;
        let function = Function::new(
            self.configuration.clone(),
            endpoint.address(),
            self.outside.clone(),
        );
        Ok(Environment { function, endpoint })
    }

    fn not_started(&self, event: Bytes, error: &io::Error) -> Passage {
        let id = self.outside.ids.uuid();
        Passage {
            goal: Some(self.goal),
            event,
            invoked: Some(self.configuration.not_started(id, error)),
            ..Passage::without_integration(Answer::internal_error())
        }
    }

    /// The code has changed: environments that have the old one end, also those that are at work, and the next request is a cold start.
    pub async fn replace(&self) {
        let idle = {
            let mut idle = self.idle.lock();
            self.code.send_modify(|code| *code += 1);
            std::mem::take(&mut *idle)
        };
        for resting in idle {
            resting.woken().end().await;
        }
    }

    /// Ends all environments.
    pub async fn end(self) {
        self.replace().await;
    }
}

impl Environment {
    async fn pass(&mut self, goal: Goal, event: Bytes) -> Passage {
        // What a detached process did after the last answer is nobody's.
        drop(self.endpoint.take());
        let invoked = self.function.invoke(event.clone()).await;
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
            exchanges: self.endpoint.take(),
            invoked: Some(invoked),
            unanswered: None,
            malformed,
            answer,
            took: Duration::ZERO,
        }
    }
}
