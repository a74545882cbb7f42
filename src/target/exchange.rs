//! One request and what came back, as recorded on the wire.
//!
//! Invariant: bodies are the exact bytes that were sent and received; `Authorization` and session
//! tokens were struck out as they were recorded.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::simulator::trace::{CapacityUnits, Trace};

/// Which DynamoDB; the header of every screen says it in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetName {
    /// The simulated table in this process: no credentials, no sockets.
    Simulated,
    /// A loopback endpoint, as `host:port`.
    Endpoint(String),
    /// An AWS account, under all its rules.
    Account(Place),
}

/// Where an account's requests go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Twelve digits.
    pub account: String,
    pub region: String,
    /// The address of another server that is treated like an account, as it was given: `http://127.0.0.1:8000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

impl std::fmt::Display for Place {
    /// `AWS 123456789012 us-east-1`, and ` at host:port` for another server.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AWS {} {}", self.account, self.region)?;
        let Some(endpoint) = &self.endpoint else {
            return Ok(());
        };
        let host = endpoint
            .split_once("://")
            .map_or(endpoint.as_str(), |(_, host)| host);
        write!(f, " at {}", host.trim_end_matches('/'))
    }
}

impl std::fmt::Display for TargetName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Simulated => f.write_str("SIMULATED"),
            Self::Endpoint(address) => write!(f, "ENDPOINT {address}"),
            Self::Account(place) => place.fmt(f),
        }
    }
}

impl TargetName {
    /// What stands in a message about it.
    #[must_use]
    pub fn address(&self) -> String {
        match self {
            Self::Simulated => "the simulated table".to_owned(),
            Self::Endpoint(address) => address.clone(),
            Self::Account(place) => place.to_string(),
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
    /// Whether the service refused the request because it came too fast (API references: common errors of the item operations, of IAM,
    /// Lambda, API Gateway and `CloudWatch` Logs).
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        matches!(
            self,
            Self::ServiceError { code, .. } if matches!(
                code.as_str(),
                "ProvisionedThroughputExceededException"
                    | "ThrottlingException"
                    | "Throttling"
                    | "TooManyRequestsException"
                    | "RequestLimitExceeded"
            )
        )
    }
}

/// Money in trillionths of a US dollar, so that half a read unit is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Picodollars(pub u64);

/// A try of a request that was followed by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Why it was not the last one: `ThrottlingException`, or what happened to the connection.
    pub why: String,
    /// How long was waited before the next.
    pub waited: Duration,
    /// Whether it may have been carried out all the same.
    pub unsettled: bool,
}

/// What goes on while a request's answer is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A try failed in a way that is worth another one, after a wait.
    Retrying {
        /// The try that comes after the wait, counted from 1.
        attempt: u32,
        of: u32,
        why: String,
        wait: Duration,
    },
    /// A table is not yet as it shall be.
    Waiting {
        table: String,
        /// `CREATING`, in the service's word.
        status: String,
        /// For how long it has been waited.
        for_: Duration,
    },
}

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
    /// On-demand price of those units in the lesson's region; what it would have cost on AWS. On an account, what was
    /// counted against the ceiling.
    pub price: Picodollars,
    /// Whether nobody told what was consumed, so that the price is the most it can be.
    pub price_is_most: bool,
    /// From handing the call to the SDK until its answer.
    pub elapsed: Duration,
    pub trace: Option<Trace>,
    /// The tries before this one.
    pub attempts: Vec<Attempt>,
    /// No answer came that settles whether the request was carried out: it may have been.
    pub unsettled: bool,
    /// Ours, where the service's answer alone would mislead: "an earlier try had made it; its answer was lost".
    pub remark: Option<String>,
    /// What was asked for had been done by an earlier try whose answer was lost. The service's refusal says only that, so
    /// the step is done.
    pub already_done: bool,
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

    /// The service's code, where it answered with an error.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::ServiceError { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Puts one of our sentences under the answer, after those that stand there.
    pub fn remark(&mut self, words: &str) {
        match &mut self.remark {
            Some(remark) => {
                remark.push(' ');
                remark.push_str(words);
            }
            None => self.remark = Some(words.to_owned()),
        }
    }
}
