//! A function as Lambda runs it: environments that are started cold, invoked warm, and thrown away when they fail.
//!
//! ```text
//!   Function::invoke(event)
//!      │ none yet, or the last one died: Environment::start ── Init Duration
//!      ↓
//!   Environment ── process     sh → node or ruby, a group of its own, limits, held by a pipe
//!      │          ├ enclosure     a namespace where the machine has them, so that nothing gets away
//!      │          ├ runtime_api   next · response · error · init/error, on a port of its own
//!      │          ├ log           what it prints, bounded
//!      │          └ usage         memory and processes, looked at while it runs
//!      ↓
//!   Invoked: payload or error, log with START, END and REPORT
//! ```
//!
//! A function here has one environment; the gateway takes as many of them as requests come at the same time.
//!
//! What is otherwise than on AWS: the interpreter is this machine's, of its
//! version and speed, and the SDK is the folder's; a response can't be streamed, and callbacks work in every version of Node; what a caller
//! does not wait for any more is ended, not run to its end; where the system shows no processes (other than Linux) memory is bounded by the
//! interpreter alone and not reported. A failed start is not tried a second time.
//!
//! Invariant: an environment that timed out, died or was replaced is gone with all its processes before the next one starts.

mod configuration;
mod enclosure;
mod environment;
mod log;
mod process;
mod report;
mod runtime_api;
mod usage;

pub use configuration::{ACCOUNT, Allowance, Configuration, is_withheld};
pub use enclosure::Enclosure;
pub use log::Log;
pub use report::{Cause, FunctionError, Invoked, Report};
pub use runtime_api::PAYLOAD;

use std::net::SocketAddr;

use bytes::Bytes;

use super::Outside;
use environment::Environment;

/// A deployed function, as it works at one event after the other.
pub struct Function {
    configuration: Configuration,
    /// Where DynamoDB is.
    dynamodb: SocketAddr,
    outside: Outside,
    /// Apart, since a function moves and an environment is large.
    environment: Option<Box<Environment>>,
}

impl Function {
    #[must_use]
    pub const fn new(configuration: Configuration, dynamodb: SocketAddr, outside: Outside) -> Self {
        Self {
            configuration,
            dynamodb,
            outside,
            environment: None,
        }
    }

    /// Hands an event to the handler and waits for what comes of it, at most as long as the function may take.
    pub async fn invoke(&mut self, event: Bytes) -> Invoked {
        let request_id = self.outside.ids.uuid();
        let warm = self.warm().await;
        let is_cold = warm.is_none();
        let mut environment = match warm {
            Some(environment) => environment,
            None => {
                match Environment::start(&self.configuration, self.dynamodb, &self.outside).await {
                    Ok(environment) => Box::new(environment),
                    Err(error) => return self.configuration.not_started(request_id, &error),
                }
            }
        };
        let invoked = environment.invoke(request_id, event, is_cold).await;
        if environment.is_usable() {
            self.environment = Some(environment);
        } else {
            environment.end().await;
        }
        invoked
    }

    /// The environment of the last invocation, unless it has died since.
    async fn warm(&mut self) -> Option<Box<Environment>> {
        let mut environment = self.environment.take()?;
        if environment.is_ready().await {
            return Some(environment);
        }
        environment.end().await;
        None
    }

    /// Whether an environment waits for the next event.
    #[must_use]
    pub const fn is_warm(&self) -> bool {
        self.environment.is_some()
    }

    /// The code has changed: the next invocation is a cold start.
    pub async fn replace(&mut self) {
        if let Some(environment) = self.environment.take() {
            environment.end().await;
        }
    }
}

#[cfg(test)]
mod tests;
