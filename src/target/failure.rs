//! Why a call gave no success, and what that means: for the learner, and for another try.
//!
//! The same for every service; only its name differs.
//! Invariant: nothing that a program which hands out credentials may have printed is in here.

use std::time::Duration;

use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::exchange::{Message, Outcome, TargetName};
use super::retry::Ended;

/// How long a server on another machine may take to accept a connection.
pub const CONNECT_AWAY: Duration = Duration::from_secs(10);

/// How long any server may take to answer.
pub const ANSWER: Duration = Duration::from_secs(30);

/// What is said where a request could not be signed. Which command helps, the account's rules add.
pub const NO_CREDENTIALS: &str =
    "it could not be signed: there are no credentials, or they could not be renewed";

/// Why a call gave no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// The service answered with an error that names itself.
    Service {
        code: String,
        message: String,
    },
    /// An answer came that is none of the service's.
    Stranger,
    /// Nothing listens there.
    Refused,
    /// No connection could be made, in the system's words; nothing was sent.
    NoConnection(String),
    /// There are no credentials to sign it with, or they could not be renewed; nothing was sent.
    NoCredentials,
    TimedOut,
    /// The connection broke, in the system's words.
    Connection(String),
    /// The SDK refused to send it.
    NotSent(String),
    /// The SDK has no such call, or a lesson may not use it.
    UnknownOperation,
}

/// `signed` is whether it came as far as being signed.
pub fn failed<E>(error: &SdkError<E, HttpResponse>, signed: bool) -> Failed
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(service) => match service.err().code() {
            Some(code) => Failed::Service {
                code: code.to_owned(),
                message: service.err().message().unwrap_or_default().to_owned(),
            },
            None => Failed::Stranger,
        },
        SdkError::ResponseError(_) => Failed::Stranger,
        // What fails before it is signed are the credentials. Their errors can quote what a program of the learner's printed,
        // so nothing of them is handed on.
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) if !signed => {
            Failed::NoCredentials
        }
        SdkError::TimeoutError(_) => Failed::TimedOut,
        SdkError::DispatchFailure(failure) => dispatch_failed(error, failure.is_timeout()),
        error => Failed::NotSent(DisplayErrorContext(error).to_string()),
    }
}

/// Looks for the system's own error below the layers of the client, and for the layer that makes connections.
fn dispatch_failed(error: &(dyn std::error::Error + 'static), timed_out: bool) -> Failed {
    let mut innermost = error.to_string();
    let mut connecting = false;
    let mut next = error.source();
    while let Some(source) = next {
        if let Some(io) = source.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::ConnectionRefused
        {
            return Failed::Refused;
        }
        connecting |= source
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(hyper_util::client::legacy::Error::is_connect);
        innermost = source.to_string();
        next = source.source();
    }
    if connecting {
        Failed::NoConnection(innermost)
    } else if timed_out {
        Failed::TimedOut
    } else {
        Failed::Connection(innermost)
    }
}

/// What came back, beside the call's own result.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    pub from: &'a TargetName,
    /// `DynamoDB`
    pub service: &'a str,
    pub response: Option<&'a Message>,
    pub status: Option<u16>,
    /// Whether the answer looks like one of the service.
    pub speaks: bool,
}

impl Answered<'_> {
    /// How it ended, for the learner and for the next try.
    #[must_use]
    pub fn outcome(&self, result: Result<(), Failed>) -> (Outcome, Ended) {
        let (response, status) = (self.response, self.status);
        let (address, service) = (self.from.address(), self.service);
        let unanswered = |why: String| Outcome::Unanswered { why };
        let failed = status.is_some_and(|status| status >= 500);
        let stranger = || {
            let kind = response
                .and_then(|response| header(response, "content-type"))
                .unwrap_or("no content type");
            let answered = status.map_or_else(String::new, |status| format!("status {status}, "));
            let why = format!(
                "{address} answered, but not as {service} does ({answered}{kind}). Is it another server?"
            );
            let ended = match status {
                Some(status) if failed => Ended::Failed(format!("status {status}")),
                _ => Ended::Unreadable,
            };
            (unanswered(why), ended)
        };
        match result {
            Ok(()) if self.speaks => (Outcome::Success, Ended::Finally),
            Ok(()) | Err(Failed::Stranger) => stranger(),
            Err(Failed::Service { code, message }) => {
                let why = code.clone();
                let outcome = Outcome::ServiceError { code, message };
                let ended = if outcome.is_throttled() {
                    Ended::TooFast(why)
                } else if failed {
                    Ended::Failed(why)
                } else {
                    Ended::Finally
                };
                (outcome, ended)
            }
            Err(Failed::Refused) => {
                let why = format!(
                    "nothing listens at {address}. Is the server running, and is that its port?"
                );
                (
                    unanswered(why),
                    Ended::NoConnection("no connection".to_owned()),
                )
            }
            Err(Failed::NoConnection(why)) => (
                unanswered(format!(
                    "no connection to {address} could be made: {why}. Is this machine connected?"
                )),
                Ended::NoConnection("no connection".to_owned()),
            ),
            Err(Failed::TimedOut) => (
                unanswered(format!(
                    "{} gave no answer within {} seconds",
                    address,
                    ANSWER.as_secs()
                )),
                Ended::Silent("no answer in time".to_owned()),
            ),
            Err(Failed::Connection(why)) => (
                unanswered(format!("the connection to {address} broke: {why}")),
                Ended::Silent("the connection broke".to_owned()),
            ),
            Err(Failed::NoCredentials) => (
                Outcome::NotSent {
                    why: NO_CREDENTIALS.to_owned(),
                },
                Ended::Finally,
            ),
            Err(Failed::NotSent(why)) => (Outcome::NotSent { why }, Ended::Finally),
            Err(Failed::UnknownOperation) => (
                Outcome::NotSent {
                    why: "a lesson can't use this operation".to_owned(),
                },
                Ended::Finally,
            ),
        }
    }
}

/// The first header of that name.
#[must_use]
pub fn header<'m>(message: &'m Message, name: &str) -> Option<&'m str> {
    message
        .headers
        .iter()
        .find(|(one, _)| one.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// By which the service knows the request; API Gateway and Lambda have other names for the header in some answers.
#[must_use]
pub fn request_id(response: &Message) -> Option<String> {
    ["x-amzn-requestid", "x-amz-request-id", "apigw-requestid"]
        .into_iter()
        .find_map(|name| header(response, name))
        .map(str::to_owned)
}
