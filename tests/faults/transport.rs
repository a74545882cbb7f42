//! A transport under the SDK that lets one thing go wrong.
//!
//! ```text
//!   SDK ── request ──→ Faulty ── the n-th call: a fault ──→ an answer that is none, or no answer
//!                        └────── every other call ────────→ the simulated table, or the services that are played; in this process
//! ```
//!
//! Invariant: a fault that says "before" leaves the account untouched, and one that says "after" was carried out by it.

use std::fmt;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use dynatour::transport::in_process::{Clock, InProcess};

use tokio::sync::Notify;

use crate::aws::Services;
use crate::aws::call::{Call, Service};
use crate::aws::message::{Answer, Request};
use crate::aws::refusal::{Common, common};

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    Throttled,
    FailedBefore,
    FailedAfter,
    TimedOutBefore,
    TimedOutAfter,
    LostBefore,
    LostAfter,
    NoConnection,
    Denied,
    Expired,
    ClockWrong,
    MalformedAfter,
    /// The answer of something else: a portal that wants to be logged in to.
    Stranger,
    /// The connection is lost before, and the same call again comes while another change goes on.
    Busy,
    /// The program ends there; the call never arrives.
    KilledBefore,
    /// The program ends when the call was carried out.
    KilledAfter,
}

impl Fault {
    /// Those after which nothing goes on.
    pub const KILLS: [Self; 2] = [Self::KilledBefore, Self::KilledAfter];

    /// Those that the program sees.
    pub const ALL: [Self; 13] = [
        Self::Throttled,
        Self::FailedBefore,
        Self::FailedAfter,
        Self::TimedOutBefore,
        Self::TimedOutAfter,
        Self::LostBefore,
        Self::LostAfter,
        Self::NoConnection,
        Self::Denied,
        Self::Expired,
        Self::ClockWrong,
        Self::MalformedAfter,
        Self::Stranger,
    ];

    /// Those of a URL that anybody may ask.
    pub const OF_A_URL: [Self; 7] = [
        Self::Throttled,
        Self::FailedBefore,
        Self::FailedAfter,
        Self::LostBefore,
        Self::LostAfter,
        Self::MalformedAfter,
        Self::Stranger,
    ];

    /// Whether the call was carried out before it.
    const fn is_after(self) -> bool {
        matches!(
            self,
            Self::FailedAfter
                | Self::TimedOutAfter
                | Self::LostAfter
                | Self::MalformedAfter
                | Self::KilledAfter
        )
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::FailedBefore => "500, nothing done",
            Self::FailedAfter => "500, but done",
            Self::TimedOutBefore => "time-out, not arrived",
            Self::TimedOutAfter => "time-out, but done",
            Self::LostBefore => "connection lost before",
            Self::LostAfter => "connection lost after",
            Self::NoConnection => "no connection",
            Self::Denied => "access denied",
            Self::Expired => "expired token",
            Self::ClockWrong => "clock wrong",
            Self::MalformedAfter => "malformed answer, done",
            Self::Stranger => "answer of a stranger",
            Self::Busy => "lost before, then busy",
            Self::KilledBefore => "killed before",
            Self::KilledAfter => "killed after",
        }
    }

    /// What the message about it has to contain: what it is, or what to do.
    pub fn says(self, service: Service) -> &'static str {
        match (self, service) {
            (Self::Throttled, Service::Iam) => "Throttling",
            (Self::Throttled, Service::Lambda | Service::ApiGateway) => "TooManyRequestsException",
            (Self::Throttled, _) => "ThrottlingException",
            (Self::FailedBefore | Self::FailedAfter, Service::Iam) => "ServiceFailure",
            (Self::FailedBefore | Self::FailedAfter, Service::Lambda) => "ServiceException",
            (Self::FailedBefore | Self::FailedAfter, Service::Logs) => {
                "ServiceUnavailableException"
            }
            (Self::FailedBefore | Self::FailedAfter, _) => "InternalServerError",
            (Self::TimedOutBefore | Self::TimedOutAfter, _) => "no answer within",
            (Self::LostBefore | Self::LostAfter, _) => "broke",
            (Self::NoConnection, _) => "nothing listens",
            (Self::KilledBefore | Self::KilledAfter, _) => KILLED,
            (Self::Busy, Service::Iam) => "ConcurrentModification",
            (Self::Busy, Service::Lambda) => "ResourceConflictException",
            (Self::Busy, Service::ApiGateway) => "ConflictException",
            (Self::Busy, Service::Logs) => "OperationAbortedException",
            (Self::Busy, _) => "ResourceInUseException",
            (Self::Denied, _) => "dynatour policy",
            (Self::Expired, _) => "aws sso login --profile class",
            (Self::ClockWrong, _) => "clock is wrong",
            (Self::MalformedAfter | Self::Stranger, Service::DynamoDb) => "not as DynamoDB does",
            (Self::MalformedAfter | Self::Stranger, Service::Iam) => "not as IAM does",
            (Self::MalformedAfter | Self::Stranger, Service::Lambda) => "not as Lambda does",
            (Self::MalformedAfter | Self::Stranger, Service::ApiGateway) => {
                "not as API Gateway does"
            }
            (Self::MalformedAfter | Self::Stranger, _) => "not as CloudWatch Logs does",
        }
    }
}

/// All that is heard of a program that was killed.
pub const KILLED: &str = "killed";

/// Which calls it strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strike {
    pub fault: Fault,
    /// The call, counted from 0.
    pub at: usize,
    /// Whether it strikes every call from there on.
    pub stays: bool,
}

#[derive(Debug, Default)]
struct State {
    /// The services and operations of all calls.
    asked: Vec<(Service, String)>,
    strike: Option<Strike>,
    /// Those that were struck.
    struck: Vec<(Service, String)>,
}

/// The transport. Clones share their state.
#[derive(Clone)]
pub struct Faulty {
    tables: InProcess,
    services: Arc<Mutex<Services>>,
    clock: Clock,
    killed: Arc<Notify>,
    state: Arc<Mutex<State>>,
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faulty")
    }
}

impl Faulty {
    pub fn new(tables: InProcess, services: Arc<Mutex<Services>>, clock: Clock) -> Self {
        Self {
            tables,
            services,
            clock,
            killed: Arc::default(),
            state: Arc::default(),
        }
    }

    /// From here on calls are counted anew, and one is struck.
    pub fn strike(&self, strike: Option<Strike>) {
        *self.state.lock().unwrap() = State {
            strike,
            ..State::default()
        };
    }

    /// Waits until the program is killed.
    pub async fn killed(&self) {
        self.killed.notified().await;
    }

    pub fn calls(&self) -> usize {
        self.state.lock().unwrap().asked.len()
    }

    /// The services and operations of all calls.
    pub fn asked(&self) -> Vec<(Service, String)> {
        self.state.lock().unwrap().asked.clone()
    }

    /// The services and operations of the calls that were struck.
    pub fn struck(&self) -> Vec<(Service, String)> {
        self.state.lock().unwrap().struck.clone()
    }

    fn next(&self, asked: &Call) -> Option<Fault> {
        let mut state = self.state.lock().unwrap();
        let call = state.asked.len();
        let named = (asked.service, asked.operation.clone());
        state.asked.push(named.clone());
        let strike = state.strike?;
        let is_busy = strike.fault == Fault::Busy && state.struck == [named.clone()];
        if !(call == strike.at || call > strike.at && (strike.stays || is_busy)) {
            return None;
        }
        state.struck.push(named);
        Some(match strike.fault {
            Fault::Busy if !is_busy => Fault::LostBefore,
            fault => fault,
        })
    }
}

impl HttpClient for Faulty {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Faulty {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let message = message(&request);
        let call = Call::of(&message);
        let fault = self.next(&call);
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let Some(fault) = fault else {
                return this.carry_out(request, &call, &message).await;
            };
            if fault.is_after() {
                this.carry_out(request, &call, &message).await?;
            }
            if Fault::KILLS.contains(&fault) {
                this.killed.notify_one();
                // Whoever waits for an answer is dropped meanwhile.
                std::future::pending::<()>().await;
            }
            ended(fault, call.service)
        })
    }
}

impl Faulty {
    async fn carry_out(
        &self,
        request: HttpRequest,
        call: &Call,
        message: &Request,
    ) -> Result<HttpResponse, ConnectorError> {
        if call.service == Service::DynamoDb {
            return self.tables.call(request).await;
        }
        Ok(response(self.play(call, message)))
    }

    fn play(&self, call: &Call, message: &Request) -> Answer {
        let mut services = self.services.lock().unwrap();
        services.now = (self.clock)().millis();
        services.call(call, message)
    }

    /// A request to an API's URL, which is no call of the SDK: the answer, or the fault after which there is none.
    pub fn url(&self, message: &Request) -> Result<Answer, Fault> {
        let call = Call::of(message);
        let Some(fault) = self.next(&call) else {
            return Ok(self.play(&call, message));
        };
        if fault.is_after() {
            self.play(&call, message);
        }
        // API Gateway's own answers.
        let own = |status, words: &str| {
            let body = format!("{{\"message\":\"{words}\"}}");
            Ok(Answer::new(status, "application/json", body).with("apigw-requestid", "own="))
        };
        match fault {
            Fault::Throttled => own(429, "Too Many Requests"),
            Fault::FailedBefore | Fault::FailedAfter => own(500, "Internal Server Error"),
            Fault::Stranger => Ok(Answer::new(200, "text/html", "<html>Please log in</html>")),
            // Of two lengths, one is wrong.
            Fault::MalformedAfter => own(200, "").map(|own| own.with("content-length", "7")),
            fault => {
                if Fault::KILLS.contains(&fault) {
                    self.killed.notify_one();
                }
                Err(fault)
            }
        }
    }
}

fn message(request: &HttpRequest) -> Request {
    // Of an absolute address, what comes after the host.
    let uri = request.uri();
    let path = uri.split_once("://").map_or(uri, |(_, rest)| {
        rest.find('/').map_or("/", |start| &rest[start..])
    });
    let headers = request.headers().iter();
    Request {
        method: request.method().to_owned(),
        path: path.to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: request.body().bytes().unwrap_or_default().to_vec(),
    }
}

fn ended(fault: Fault, service: Service) -> Result<HttpResponse, ConnectorError> {
    let io = |kind: ErrorKind| Err(ConnectorError::io(std::io::Error::from(kind).into()));
    let denied =
        "User: arn:aws:iam::123456789012:user/rachel is not authorized to perform this action";
    let error = |what| Ok(response(common(service, what, denied)));
    let odd = |kind: &str, body: &str| Ok(response(Answer::new(200, kind, body)));
    match fault {
        Fault::Throttled => error(Common::Throttled),
        Fault::FailedBefore | Fault::FailedAfter => error(Common::Failed),
        Fault::TimedOutBefore | Fault::TimedOutAfter => Err(ConnectorError::timeout(
            std::io::Error::from(ErrorKind::TimedOut).into(),
        )),
        Fault::LostBefore | Fault::LostAfter => io(ErrorKind::ConnectionReset),
        Fault::NoConnection => io(ErrorKind::ConnectionRefused),
        Fault::Busy => error(Common::Busy),
        Fault::Denied => error(Common::Denied),
        Fault::Expired => error(Common::Expired),
        Fault::ClockWrong => error(Common::WrongClock),
        Fault::MalformedAfter if service == Service::Iam => odd("text/xml", "<CreateRoleRespo"),
        Fault::MalformedAfter => odd("application/x-amz-json-1.0", "{\"TableDescr"),
        Fault::Stranger => odd("text/html", "<html>Please log in</html>"),
        Fault::KilledBefore | Fault::KilledAfter => unreachable!("nobody hears of it"),
    }
}

fn response(answer: Answer) -> HttpResponse {
    let status = answer.status.try_into().expect("a status");
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    for (name, value) in answer.headers {
        response.headers_mut().insert(name, value);
    }
    response
}
