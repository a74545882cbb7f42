//! Whose credentials these are, as STS says.
//!
//! `GetCallerIdentity` needs no permission, so whatever goes wrong is wrong with the credentials, the clock or the way there.
//! Invariant: an identity is of an account of twelve digits, and root is never taken for somebody else.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::timeout::TimeoutConfig;
use aws_sdk_sts::error::{ProvideErrorMetadata as _, SdkError};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;

use crate::printable;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Twelve digits.
    pub account: String,
    /// `arn:aws:sts::123456789012:assumed-role/student/rachel`
    pub arn: String,
    pub caller: Caller,
}

/// What an ARN says of who it is.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The account's owner, whom no policy can limit.
    Root,
    User(String),
    Role {
        role: String,
        session: String,
    },
    Federated(String),
    /// Something that ARNs did not say when this was written.
    Other(String),
}

impl Identity {
    /// Reads what STS told; `None` where that is no account or no ARN.
    #[must_use]
    pub fn read(account: &str, arn: &str) -> Option<Self> {
        let twelve = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let mut fields = arn.splitn(6, ':');
        if !twelve || fields.next() != Some("arn") {
            return None;
        }
        let resource = fields.nth(4)?;
        let safe = |text: &str| printable::line(text).into_owned();
        // A path stands before the name: user/students/rachel.
        let name = |rest: &str| safe(rest.rsplit('/').next().unwrap_or(rest));
        let caller = match resource.split_once('/') {
            None if resource == "root" => Caller::Root,
            Some(("user", rest)) => Caller::User(name(rest)),
            Some(("assumed-role", rest)) => {
                let (role, session) = rest.split_once('/').unwrap_or((rest, ""));
                Caller::Role {
                    role: safe(role),
                    session: safe(session),
                }
            }
            Some(("federated-user", rest)) => Caller::Federated(name(rest)),
            _ => Caller::Other(safe(resource)),
        };
        Some(Self {
            account: account.to_owned(),
            arn: safe(arn),
            caller,
        })
    }

    #[must_use]
    pub fn is_root(&self) -> bool {
        self.caller == Caller::Root
    }
}

impl std::fmt::Display for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Root => f.write_str("the root user"),
            Self::User(name) => write!(f, "the user {name}"),
            Self::Role { role, session } => write!(f, "the role {role} (session {session})"),
            Self::Federated(name) => write!(f, "the federated user {name}"),
            Self::Other(what) => f.write_str(what),
        }
    }
}

/// Why nobody said who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// STS answered with an error, in its own words.
    Refused { code: String, message: String },
    /// Something answered that is no STS.
    Stranger,
    /// No answer.
    Unreachable { why: String },
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub identity: Result<Identity, Unknown>,
    /// The service's clock when it answered, in milliseconds since 1970.
    pub service_time: Option<u64>,
}

/// How long the way there and the answer may take.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(20);

/// Asks STS. `endpoint` is another server than AWS's own.
pub async fn ask(config: &SdkConfig, endpoint: Option<&str>) -> Asked {
    let date = Date::default();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ANSWER)
        .build();
    let mut builder = aws_sdk_sts::config::Builder::from(config)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(2))
        .interceptor(date.clone());
    if let Some(endpoint) = endpoint {
        builder = builder.endpoint_url(endpoint);
    }
    let client = aws_sdk_sts::Client::from_conf(builder.build());
    let identity = match client.get_caller_identity().send().await {
        Ok(told) => Identity::read(
            told.account().unwrap_or_default(),
            told.arn().unwrap_or_default(),
        )
        .ok_or(Unknown::Stranger),
        Err(SdkError::ServiceError(refused)) => Err(match refused.err().code() {
            Some(code) => Unknown::Refused {
                code: printable::line(code).into_owned(),
                message: printable::line(refused.err().message().unwrap_or_default()).into_owned(),
            },
            None => Unknown::Stranger,
        }),
        Err(SdkError::ResponseError(_)) => Err(Unknown::Stranger),
        Err(error) => Err(Unknown::Unreachable {
            why: innermost(&error),
        }),
    };
    Asked {
        identity,
        service_time: date.take(),
    }
}

/// The system's own words below the layers of the client.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        innermost = source.to_string();
        next = source.source();
    }
    printable::line(&innermost).into_owned()
}

/// Writes down the `Date` of an answer, also of one that refuses.
#[derive(Debug, Clone, Default)]
struct Date(Arc<Mutex<Option<u64>>>);

impl Date {
    fn take(&self) -> Option<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Intercept for Date {
    fn name(&self) -> &'static str {
        "Date"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context
            .response()
            .and_then(|response| response.headers().get("date"))
            .and_then(|date| DateTime::from_str(date, Format::HttpDate).ok())
            .and_then(|date| u64::try_from(date.to_millis().ok()?).ok());
        if date.is_some() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_says_who_it_is() {
        for (arn, words) in [
            ("arn:aws:iam::123456789012:root", "the root user"),
            ("arn:aws:iam::123456789012:user/rachel", "the user rachel"),
            (
                "arn:aws:iam::123456789012:user/class/2026/rachel",
                "the user rachel",
            ),
            ("arn:aws:iam::123456789012:user/root", "the user root"),
            (
                "arn:aws-cn:sts::123456789012:assumed-role/student/rachel@example.com",
                "the role student (session rachel@example.com)",
            ),
            (
                "arn:aws:sts::123456789012:federated-user/rachel",
                "the federated user rachel",
            ),
            ("arn:aws:iam::123456789012:robot/\u{1b}[2J", "robot/␛[2J"),
        ] {
            let identity = Identity::read("123456789012", arn).unwrap();
            assert_eq!(identity.caller.to_string(), words);
            assert_eq!(identity.is_root(), words == "the root user");
        }
        for (account, arn) in [
            ("12345678901", "arn:aws:iam::12345678901:root"),
            ("12345678901x", "arn:aws:iam::12345678901x:root"),
            ("123456789012", "root"),
            ("123456789012", "arn:aws:iam"),
            ("", ""),
        ] {
            assert_eq!(Identity::read(account, arn), None);
        }
    }
}
