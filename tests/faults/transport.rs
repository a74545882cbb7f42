//! A transport under the SDK that lets one thing go wrong.
//!
//! ```text
//!   SDK ── request ──→ Faulty ── the n-th call: a fault ──→ an answer that is none, or no answer
//!                        └────── every other call ────────→ the simulated table, in this process
//! ```
//!
//! Invariant: a fault that says "before" leaves the simulated table untouched, and one that says "after" was carried out by it.

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
use dynatour::transport::in_process::InProcess;

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
}

impl Fault {
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
        }
    }

    /// What the message about it has to contain: what it is, or what to do.
    pub const fn says(self) -> &'static [&'static str] {
        match self {
            Self::Throttled => &["ThrottlingException"],
            Self::FailedBefore | Self::FailedAfter => &["InternalServerError"],
            Self::TimedOutBefore | Self::TimedOutAfter => &["no answer within"],
            Self::LostBefore | Self::LostAfter => &["broke"],
            Self::NoConnection => &["nothing listens"],
            Self::Denied => &["dynatour policy"],
            Self::Expired => &["aws sso login --profile class"],
            Self::ClockWrong => &["clock is wrong"],
            Self::MalformedAfter | Self::Stranger => &["not as DynamoDB does"],
        }
    }
}

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
    calls: usize,
    strike: Option<Strike>,
    /// Operations that were struck.
    struck: Vec<String>,
}

/// The transport. Clones share their state.
#[derive(Clone)]
pub struct Faulty {
    inner: InProcess,
    state: Arc<Mutex<State>>,
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faulty")
    }
}

impl Faulty {
    pub fn new(inner: InProcess) -> Self {
        Self {
            inner,
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

    pub fn calls(&self) -> usize {
        self.state.lock().unwrap().calls
    }

    /// The operations of the calls that were struck.
    pub fn struck(&self) -> Vec<String> {
        self.state.lock().unwrap().struck.clone()
    }

    fn next(&self, operation: &str) -> Option<Fault> {
        let mut state = self.state.lock().unwrap();
        let call = state.calls;
        state.calls += 1;
        let strike = state
            .strike
            .filter(|strike| call == strike.at || strike.stays && call > strike.at)?;
        state.struck.push(operation.to_owned());
        Some(strike.fault)
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
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let fault = self.next(&operation);
        let inner = self.inner.clone();
        HttpConnectorFuture::new(async move {
            let Some(fault) = fault else {
                return inner.call(request).await;
            };
            if matches!(
                fault,
                Fault::FailedAfter
                    | Fault::TimedOutAfter
                    | Fault::LostAfter
                    | Fault::MalformedAfter
            ) {
                inner.call(request).await?;
            }
            ended(fault)
        })
    }
}

fn ended(fault: Fault) -> Result<HttpResponse, ConnectorError> {
    let io = |kind: ErrorKind| Err(ConnectorError::io(std::io::Error::from(kind).into()));
    let error = |status, code: &str, message: &str| {
        let body =
            format!(r#"{{"__type":"com.amazon.coral.service#{code}","message":"{message}"}}"#);
        Ok(response(status, "application/x-amz-json-1.0", &body))
    };
    match fault {
        Fault::Throttled => error(400, "ThrottlingException", "Rate exceeded"),
        Fault::FailedBefore | Fault::FailedAfter => error(
            500,
            "InternalServerError",
            "The request processing has failed",
        ),
        Fault::TimedOutBefore | Fault::TimedOutAfter => Err(ConnectorError::timeout(
            std::io::Error::from(ErrorKind::TimedOut).into(),
        )),
        Fault::LostBefore | Fault::LostAfter => io(ErrorKind::ConnectionReset),
        Fault::NoConnection => io(ErrorKind::ConnectionRefused),
        Fault::Denied => error(
            400,
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/rachel is not authorized to perform this action",
        ),
        Fault::Expired => error(
            400,
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        Fault::ClockWrong => error(
            400,
            "InvalidSignatureException",
            "Signature expired: 20260101T000000Z is now earlier than 20261126T000000Z",
        ),
        Fault::MalformedAfter => Ok(response(200, "application/x-amz-json-1.0", "{\"TableDescr")),
        Fault::Stranger => Ok(response(200, "text/html", "<html>Please log in</html>")),
    }
}

fn response(status: u16, kind: &'static str, body: &str) -> HttpResponse {
    let status = status.try_into().expect("a status");
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response.headers_mut().insert("content-type", kind);
    response
}
