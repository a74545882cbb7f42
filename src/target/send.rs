//! One client, one request, one exchange.
//!
//! Invariant: credentials are made up here and the region is the course's: nothing of the learner's AWS configuration is loaded.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Builder, Credentials, Region, StalledStreamProtectionConfig};
use serde_json::Value;

use super::exchange::{Exchange, Message, Outcome, TargetName};
use super::operation::{self, Failed};
use super::ownership::Ownership;
use super::price;
use super::recorder::{Recorder, Recording};
use crate::simulator::Simulator;
use crate::simulator::trace::{CapacityUnits, Trace};
use crate::transport::endpoint::{self, Loopback};
use crate::transport::in_process::{Clock, InProcess};

/// The region requests are signed for: the one the course works in.
pub const REGION: &str = "us-east-1";

/// How long a server on this machine may take to accept a connection, and to answer.
const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(30);

/// A DynamoDB to talk to. Cheap to clone.
#[derive(Clone)]
pub struct Target {
    name: TargetName,
    client: Client,
    /// Where traces are fetched from.
    simulator: Option<Arc<Simulator>>,
    /// Which tables may be changed, where they are not all ours.
    ownership: Option<Ownership>,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({})", self.name)
    }
}

impl Target {
    /// The simulated table. `clock` tells it the time.
    #[must_use]
    pub fn simulated(simulator: Arc<Simulator>, clock: Clock) -> Self {
        // The SDK would race its own sleeps against an answer from this process; all of that is off.
        let config = config()
            .http_client(InProcess::new(Arc::clone(&simulator), clock))
            .timeout_config(TimeoutConfig::disabled());
        Self {
            name: TargetName::Simulated,
            client: Client::from_conf(config.build()),
            simulator: Some(simulator),
            ownership: None,
        }
    }

    /// A server on this machine.
    #[must_use]
    pub fn endpoint(endpoint: &Loopback) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_timeout(ANSWER)
            .build();
        let config = config()
            .http_client(endpoint::client())
            .endpoint_url(endpoint.url())
            .timeout_config(timeouts);
        Self {
            name: TargetName::Endpoint(endpoint.name().to_owned()),
            client: Client::from_conf(config.build()),
            simulator: None,
            ownership: Some(Ownership::default()),
        }
    }

    #[must_use]
    pub fn name(&self) -> &TargetName {
        &self.name
    }

    /// The simulated table, where the target is one.
    #[must_use]
    pub fn simulator(&self) -> Option<&Arc<Simulator>> {
        self.simulator.as_ref()
    }

    /// Sends one request: `operation` as in the API (`PutItem`), `body` as the bytes on the wire, valid or not.
    pub async fn send(&self, operation: &str, body: &[u8]) -> Exchange {
        let refused = self
            .ownership
            .as_ref()
            .and_then(|ownership| ownership.refuses(operation, body));
        if let Some(why) = refused {
            let result = Err(Failed::NotSent(why));
            return self.exchange(
                operation,
                body,
                result,
                Recording::default(),
                Duration::ZERO,
            );
        }
        let recorder = Recorder::default();
        #[expect(
            clippy::disallowed_methods,
            reason = "the one stopwatch: an exchange says how long it took"
        )]
        let start = Instant::now();
        let result = operation::call(&self.client, operation, body, recorder.clone()).await;
        let elapsed = start.elapsed();
        if let (Ok(()), Some(ownership)) = (&result, &self.ownership) {
            ownership.succeeded(operation, body);
        }
        self.exchange(operation, body, result, recorder.take(), elapsed)
    }

    fn exchange(
        &self,
        operation: &str,
        body: &[u8],
        result: Result<(), Failed>,
        recording: Recording,
        elapsed: Duration,
    ) -> Exchange {
        let Recording {
            request,
            response,
            status,
        } = recording;
        let request_id = response.as_ref().and_then(request_id);
        let trace = self.trace(request_id.as_deref());
        let outcome = self.outcome(result, response.as_ref(), status);
        let (read, written) = capacity(operation, response.as_ref(), trace.as_ref());
        Exchange {
            target: self.name.clone(),
            operation: operation.to_owned(),
            request: request.unwrap_or_else(|| Message {
                body: body.to_vec(),
                ..Message::default()
            }),
            response,
            outcome,
            request_id,
            read,
            written,
            price: price::read_units(read) + price::write_units(written),
            elapsed,
            trace,
        }
    }

    fn trace(&self, request_id: Option<&str>) -> Option<Trace> {
        self.simulator.as_ref()?.trace(request_id?)
    }

    fn outcome(
        &self,
        result: Result<(), Failed>,
        response: Option<&Message>,
        status: Option<u16>,
    ) -> Outcome {
        let unanswered = |why: String| Outcome::Unanswered { why };
        let stranger = || {
            let kind = response
                .and_then(|response| header(response, "content-type"))
                .unwrap_or("no content type");
            let status = status.map_or_else(String::new, |status| format!("status {status}, "));
            unanswered(format!(
                "{} answered, but not as DynamoDB does ({status}{kind}). Is it another server?",
                self.place()
            ))
        };
        match result {
            Ok(()) if response.is_some_and(speaks_dynamodb) => Outcome::Success,
            Ok(()) | Err(Failed::NotDynamoDb) => stranger(),
            Err(Failed::Service { code, message }) => Outcome::ServiceError { code, message },
            Err(Failed::Refused) => unanswered(format!(
                "nothing listens at {}. Is the server running, and is that its port?",
                self.place()
            )),
            Err(Failed::TimedOut) => unanswered(format!(
                "{} gave no answer within {} seconds",
                self.place(),
                ANSWER.as_secs()
            )),
            Err(Failed::Connection(why)) => {
                unanswered(format!("the connection to {} broke: {why}", self.place()))
            }
            Err(Failed::NotSent(why)) => Outcome::NotSent { why },
            Err(Failed::UnknownOperation) => Outcome::NotSent {
                why: "a lesson can't use this operation".to_owned(),
            },
        }
    }

    fn place(&self) -> &str {
        match &self.name {
            TargetName::Simulated => "the simulated table",
            TargetName::Endpoint(address) => address,
        }
    }
}

/// What is the same for all targets: made-up credentials, no retries, one region.
fn config() -> Builder {
    aws_sdk_dynamodb::Config::builder()
        .behavior_version_latest()
        .region(Region::from_static(REGION))
        .credentials_provider(Credentials::new(
            "DYNATOUR",
            "not-a-secret",
            None,
            None,
            "made up by dynatour",
        ))
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
}

fn header<'m>(message: &'m Message, name: &str) -> Option<&'m str> {
    message
        .headers
        .iter()
        .find(|(one, _)| one.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

fn request_id(response: &Message) -> Option<String> {
    header(response, "x-amzn-requestid").map(str::to_owned)
}

/// A success of DynamoDB is a JSON object in its own content type; `TagResource` and its like have no body at all.
fn speaks_dynamodb(response: &Message) -> bool {
    header(response, "content-type").is_some_and(|kind| {
        kind.to_ascii_lowercase()
            .starts_with("application/x-amz-json")
    }) && (response.body.is_empty()
        || serde_json::from_slice::<Value>(&response.body).is_ok_and(|body| body.is_object()))
}

/// Consumed (read, written) units: what the response says, or what the trace measured where the request did not ask.
fn capacity(
    operation: &str,
    response: Option<&Message>,
    trace: Option<&Trace>,
) -> (CapacityUnits, CapacityUnits) {
    let body = response.and_then(|response| serde_json::from_slice::<Value>(&response.body).ok());
    let said = body.as_ref().and_then(|body| body.get("ConsumedCapacity"));
    let of_tables = match said {
        // Batches and transactions list one for each table.
        Some(Value::Array(tables)) => tables.iter().map(|one| of_table(operation, one)).collect(),
        Some(one) => of_table(operation, one).map(|units| vec![units]),
        None => None,
    };
    match of_tables {
        Some(tables) => (
            tables.iter().map(|(read, _)| *read).sum(),
            tables.iter().map(|(_, written)| *written).sum(),
        ),
        None => trace.map_or_else(Default::default, |trace| (trace.read, trace.written)),
    }
}

/// One `ConsumedCapacity`. A transaction tells reads from writes: one that was carried out before under its token only reads.
fn of_table(operation: &str, consumed: &Value) -> Option<(CapacityUnits, CapacityUnits)> {
    let told = |name| consumed.get(name).and_then(units);
    match (told("ReadCapacityUnits"), told("WriteCapacityUnits")) {
        (None, None) => {
            let all = told("CapacityUnits")?;
            Some(match operation {
                "GetItem" | "Query" | "Scan" | "BatchGetItem" | "TransactGetItems" => {
                    (all, CapacityUnits::ZERO)
                }
                _ => (CapacityUnits::ZERO, all),
            })
        }
        (read, written) => Some((read.unwrap_or_default(), written.unwrap_or_default())),
    }
}

/// A number of the wire in half units. Servers write 1, 1.0 and 0.5.
fn units(value: &Value) -> Option<CapacityUnits> {
    let halves = (value.as_f64()? * 2.0).round();
    if !(0.0..=1e15).contains(&halves) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a whole number from 0 to 10^15"
    )]
    Some(CapacityUnits::from_halves(halves as u64))
}

#[cfg(test)]
mod tests;
