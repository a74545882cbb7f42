//! One request and what came back, as recorded on the wire.
//!
//! Invariant: bodies are the exact bytes that were sent and received; `Authorization` and session
//! tokens were struck out as they were recorded.

use std::time::Duration;

use crate::simulator::trace::{CapacityUnits, Trace};

/// Which DynamoDB; the header of every screen says it in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetName {
    /// The simulated table in this process: no credentials, no sockets.
    Simulated,
    /// A loopback endpoint, as `host:port`.
    Endpoint(String),
}

impl std::fmt::Display for TargetName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Simulated => f.write_str("SIMULATED"),
            Self::Endpoint(address) => write!(f, "ENDPOINT {address}"),
        }
    }
}

/// One HTTP message as it was on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// `POST /` or the status code.
    pub start: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// How a call ended. Three kinds of errors that are never mixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Success,
    /// The service answered with an error: data for the learner, in the service's own words.
    ServiceError {
        code: String,
        message: String,
    },
    /// No answer that could be read: refused connection, time-out, something that is no DynamoDB.
    Unanswered {
        why: String,
    },
    /// Found on our side before anything was sent; labelled as ours.
    NotSent {
        why: String,
    },
}

impl Outcome {
    /// Whether the service refused the request because it came too fast (API reference: common errors of the item operations).
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        matches!(
            self,
            Self::ServiceError { code, .. } if matches!(
                code.as_str(),
                "ProvisionedThroughputExceededException" | "ThrottlingException" | "RequestLimitExceeded"
            )
        )
    }
}

/// Money in trillionths of a US dollar, so that half a read unit is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Picodollars(pub u64);

/// One request and what came back.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    pub target: TargetName,
    pub operation: String,
    pub request: Message,
    /// `None` when nothing came back.
    pub response: Option<Message>,
    pub outcome: Outcome,
    pub request_id: Option<String>,
    pub read: CapacityUnits,
    pub written: CapacityUnits,
    /// On-demand price of those units in the lesson's region; what it would have cost on AWS.
    pub price: Picodollars,
    /// From handing the call to the SDK until its answer.
    pub elapsed: Duration,
    pub trace: Option<Trace>,
}

impl Exchange {
    /// The response body as JSON, where there is one.
    #[must_use]
    pub fn response_json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.response.as_ref()?.body).ok()
    }

    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.outcome == Outcome::Success
    }
}
