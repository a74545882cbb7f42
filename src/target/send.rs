//! One client, one request, one exchange.
//!
//! Invariant: for the simulated table and for servers on this machine, credentials are made up here and the region is the course's:
//! nothing of the learner's AWS configuration is loaded. An account's comes from outside, and no request goes there past its guard.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Builder, Credentials, Region, StalledStreamProtectionConfig};
use aws_smithy_runtime_api::client::http::HttpClient;
use serde_json::Value;

use super::exchange::{Exchange, Happening, Message, Place, TargetName};
use super::failure::{ANSWER, Answered, CONNECT_AWAY, Failed, header, request_id};
use super::guard::{Guard, Watch};
use super::operation;
use super::ownership::Ownership;
use super::price;
use super::recorder::{Recorder, Recording, timed};
use super::retry::{self, Ended, Twice, Waits};
use crate::simulator::Simulator;
use crate::simulator::trace::{CapacityUnits, Trace};
use crate::transport::endpoint::{self, Loopback};
use crate::transport::in_process::{Clock, InProcess};

/// The region requests are signed for: the one the course works in.
pub const REGION: &str = "us-east-1";

/// How long a server on this machine may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(3);

/// A DynamoDB to talk to. Cheap to clone.
#[derive(Clone)]
pub struct Target {
    line: Arc<Line>,
    rules: Rules,
}

/// What is asked before a request is sent.
#[derive(Clone)]
enum Rules {
    /// Everything there is the learner's own.
    None,
    /// Which tables of a server may be changed.
    Ownership(Ownership),
    Guard(Arc<dyn Guard>),
}

/// The way to a DynamoDB: sends single requests and writes down what crosses it.
struct Line {
    name: TargetName,
    client: Client,
    /// Where traces are fetched from.
    simulator: Option<Arc<Simulator>>,
    waits: Waits,
}

/// What a guard may ask with: requests that change nothing, past the guard itself.
pub struct Wire<'w> {
    line: &'w Line,
    seed: u64,
    watch: Watch<'w>,
}

impl Wire<'_> {
    /// Asks, with other tries where they are worth it. A request that would change something is not sent.
    pub async fn ask(&self, operation: &str, body: &[u8]) -> Exchange {
        if !retry::only_reads(operation) {
            let why = format!("{operation} changes something, and was asked as a question");
            return self.line.not_sent(operation, body, why);
        }
        let allowed = || Ok(());
        let one = || self.line.once(operation, body);
        retry::tries(
            Twice::of(operation),
            &self.line.waits,
            self.seed,
            self.watch,
            allowed,
            one,
        )
        .await
    }

    /// Waits between two questions, and says for what; returns early, and `false`, when nobody waits any more.
    pub async fn wait(&self, happening: Happening, duration: Duration) -> bool {
        (self.watch.tell)(happening);
        retry::wait(&self.line.waits, duration, self.watch).await
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({})", self.line.name)
    }
}

impl Target {
    /// The simulated table. `clock` tells it the time.
    #[must_use]
    pub fn simulated(simulator: Arc<Simulator>, clock: Clock) -> Self {
        // The SDK would race its own sleeps against an answer from this process; all of that is off.
        let config = made_up()
            .http_client(InProcess::new(Arc::clone(&simulator), clock))
            .timeout_config(TimeoutConfig::disabled());
        Self::new(TargetName::Simulated, config, Some(simulator), Rules::None)
    }

    /// A server on this machine.
    #[must_use]
    pub fn endpoint(endpoint: &Loopback) -> Self {
        let config = made_up()
            .http_client(endpoint::client())
            .endpoint_url(endpoint.url())
            .timeout_config(timeouts(CONNECT));
        Self::new(
            TargetName::Endpoint(endpoint.name().to_owned()),
            config,
            None,
            Rules::Ownership(Ownership::default()),
        )
    }

    /// An AWS account, or a server that is treated like one. Region, credentials and clock are `config`'s; the address is
    /// `place`'s, whatever `config` says.
    #[must_use]
    pub fn account(
        place: Place,
        config: &SdkConfig,
        http: impl HttpClient + 'static,
        guard: Arc<dyn Guard>,
    ) -> Self {
        let mut builder = common(Builder::from(config))
            .region(Region::new(place.region.clone()))
            .http_client(http)
            .timeout_config(timeouts(CONNECT_AWAY));
        builder.set_endpoint_url(place.endpoint.clone());
        Self::new(
            TargetName::Account(place),
            builder,
            None,
            Rules::Guard(guard),
        )
    }

    fn new(
        name: TargetName,
        config: Builder,
        simulator: Option<Arc<Simulator>>,
        rules: Rules,
    ) -> Self {
        Self {
            line: Arc::new(Line {
                name,
                client: Client::from_conf(config.build()),
                simulator,
                waits: retry::real_waits(),
            }),
            rules,
        }
    }

    /// The same, with other waits.
    #[must_use]
    pub fn with_waits(self, waits: Waits) -> Self {
        Self {
            line: Arc::new(Line {
                name: self.line.name.clone(),
                client: self.line.client.clone(),
                simulator: self.line.simulator.clone(),
                waits,
            }),
            rules: self.rules,
        }
    }

    #[must_use]
    pub fn name(&self) -> &TargetName {
        &self.line.name
    }

    /// The simulated table, where the target is one.
    #[must_use]
    pub fn simulator(&self) -> Option<&Arc<Simulator>> {
        self.line.simulator.as_ref()
    }

    /// Waits between two questions; returns early, and `false`, when nobody waits any more.
    pub async fn wait(&self, duration: Duration, watch: Watch<'_>) -> bool {
        retry::wait(&self.line.waits, duration, watch).await
    }

    /// Sends one request: `operation` as in the API (`PutItem`), `body` as the bytes on the wire, valid or not.
    pub async fn send(&self, operation: &str, body: &[u8]) -> Exchange {
        self.send_watched(operation, body, Watch::nobody()).await
    }

    /// The same, with somebody who is told of other tries and can leave between them.
    pub async fn send_watched(&self, operation: &str, body: &[u8], watch: Watch<'_>) -> Exchange {
        match &self.rules {
            Rules::None => self.line.once(operation, body).await.0,
            Rules::Ownership(ownership) => {
                if let Some(why) = ownership.refuses(operation, body) {
                    return self.line.not_sent(operation, body, why);
                }
                let (exchange, _) = self.line.once(operation, body).await;
                if exchange.succeeded() {
                    ownership.succeeded(operation, body);
                }
                exchange
            }
            Rules::Guard(guard) => self.guarded(guard.as_ref(), operation, body, watch).await,
        }
    }

    async fn guarded(
        &self,
        guard: &dyn Guard,
        operation: &str,
        body: &[u8],
        watch: Watch<'_>,
    ) -> Exchange {
        let line = self.line.as_ref();
        let seed = guard.seed();
        let wire = Wire { line, seed, watch };
        let mut cleared = match guard.before(&wire, operation, body).await {
            Ok(cleared) => cleared,
            Err(why) => return line.not_sent(operation, body, why),
        };
        let sent = cleared.body.clone();
        let again = || guard.again(&mut cleared);
        let one = || line.once(operation, &sent);
        let mut exchange =
            retry::tries(Twice::of(operation), &line.waits, seed, watch, again, one).await;
        guard.after(&wire, cleared, &mut exchange).await;
        exchange
    }
}

impl Line {
    /// One try of one request.
    async fn once(&self, operation: &str, body: &[u8]) -> (Exchange, Ended) {
        let recorder = Recorder::default();
        let call = operation::call(&self.client, operation, body, recorder.clone());
        let (result, elapsed) = timed(call).await;
        self.exchange(operation, body, result, recorder.take(), elapsed)
    }

    /// What is refused on our side.
    fn not_sent(&self, operation: &str, body: &[u8], why: String) -> Exchange {
        let result = Err(Failed::NotSent(why));
        let nothing = Recording::default();
        self.exchange(operation, body, result, nothing, Duration::ZERO)
            .0
    }

    fn exchange(
        &self,
        operation: &str,
        body: &[u8],
        result: Result<(), Failed>,
        recording: Recording,
        elapsed: Duration,
    ) -> (Exchange, Ended) {
        let Recording {
            request,
            response,
            status,
        } = recording;
        let request_id = response.as_ref().and_then(request_id);
        let trace = self.trace(request_id.as_deref());
        let speaks = response.as_ref().is_some_and(speaks_dynamodb);
        let (outcome, ended) = Answered {
            from: &self.name,
            service: "DynamoDB",
            response: response.as_ref(),
            status,
            speaks,
        }
        .outcome(result);
        let (read, written) = capacity(operation, response.as_ref(), trace.as_ref());
        let exchange = Exchange {
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
            price_is_most: false,
            elapsed,
            trace,
            attempts: Vec::new(),
            unsettled: ended.unsettled(),
            remark: None,
            already_done: false,
        };
        (exchange, ended)
    }

    fn trace(&self, request_id: Option<&str>) -> Option<Trace> {
        self.simulator.as_ref()?.trace(request_id?)
    }
}

/// For what needs no credentials: made-up ones, in the course's region.
fn made_up() -> Builder {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version_latest()
        .region(Region::from_static(REGION))
        .credentials_provider(Credentials::new(
            "DYNATOUR",
            "not-a-secret",
            None,
            None,
            "made up by dynatour",
        ));
    common(config)
}

/// What is the same for all targets: tries are ours, not the SDK's.
fn common(config: Builder) -> Builder {
    config
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
}

fn timeouts(connect: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(connect)
        .operation_timeout(ANSWER)
        .build()
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
        Some(Value::Array(tables)) => tables.iter().map(|one| consumed(operation, one)).collect(),
        Some(one) => consumed(operation, one).map(|units| vec![units]),
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
#[must_use]
pub fn consumed(operation: &str, consumed: &Value) -> Option<(CapacityUnits, CapacityUnits)> {
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
