//! What a function is deployed with, and the environment variables that follow from it.

use std::ffi::{OsStr, OsString};
use std::io;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use super::enclosure::Enclosure;
use super::report::Invoked;
use crate::workshop::goal::Goal;
use crate::workshop::language::{Language, Version};

/// The account and the Region of this machine's functions; the simulated table's.
pub const ACCOUNT: &str = "123456789012";
pub const REGION: &str = "us-east-1";

/// Lambda's own limit of processes in an environment.
pub(super) const PROCESSES: u32 = 1_024;

/// How much time and memory a handler may have. Lambda's limits: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// In seconds.
    pub timeout: u16,
    /// In megabytes. What the processes of an environment hold together may not be more.
    pub memory: u32,
}

impl Allowance {
    /// In seconds.
    pub const TIMEOUTS: RangeInclusive<u16> = 1..=900;
    /// In megabytes.
    pub const MEMORIES: RangeInclusive<u32> = 128..=10_240;

    #[must_use]
    pub const fn time(self) -> Duration {
        Duration::from_secs(self.timeout as u64)
    }
}

impl Default for Allowance {
    /// Lambda's own default of time, and twice that of memory: the SDKs load in half the time then.
    fn default() -> Self {
        Self {
            timeout: 3,
            memory: 256,
        }
    }
}

/// A function's settings.
#[derive(Debug, Clone)]
pub struct Configuration {
    pub name: String,
    /// `FILE.FUNCTION`
    pub handler: String,
    /// Where the code is.
    pub root: PathBuf,
    /// The interpreter and its arguments, which speak to the runtime API.
    pub command: Vec<OsString>,
    /// `AWS_Lambda_nodejs20.x`
    pub execution: String,
    /// How long the handler may take.
    pub timeout: Duration,
    /// How long it may take before it asks for the first event. Lambda gives ten seconds.
    pub init_timeout: Duration,
    /// In megabytes. What its processes hold together may not be more.
    pub memory: u32,
    pub table_name: String,
    pub enclosure: Enclosure,
}

impl Configuration {
    /// The function behind a route.
    #[must_use]
    pub fn of(
        goal: Goal,
        language: Language,
        version: Version,
        root: PathBuf,
        allowance: Allowance,
        enclosure: Enclosure,
    ) -> Self {
        let memory = allowance.memory;
        Self {
            name: goal.function_name().to_owned(),
            handler: goal.handler(language).to_owned(),
            root,
            command: command(language, memory),
            execution: match language {
                Language::Node => format!("AWS_Lambda_nodejs{}.x", version.major),
                Language::Ruby => format!("AWS_Lambda_ruby{version}"),
            },
            timeout: allowance.time(),
            init_timeout: Duration::from_secs(10),
            memory,
            table_name: "pets".to_owned(),
            enclosure,
        }
    }

    pub(super) fn arn(&self) -> String {
        format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{}", self.name)
    }

    /// What came of an invocation when there was nothing to invoke.
    #[must_use]
    pub fn not_started(&self, request_id: String, error: &io::Error) -> Invoked {
        Invoked::not_started(request_id, self, error)
    }

    /// What the handler finds in its environment besides what this process has.
    pub(super) fn variables(&self, place: &Place) -> Vec<(&'static str, OsString)> {
        let text = |text: &str| OsString::from(text);
        let endpoint = OsString::from(format!("http://{}", place.dynamodb));
        vec![
            (
                "AWS_LAMBDA_RUNTIME_API",
                place.runtime_api.to_string().into(),
            ),
            ("_HANDLER", text(&self.handler)),
            ("LAMBDA_TASK_ROOT", self.root.clone().into()),
            ("AWS_LAMBDA_FUNCTION_NAME", text(&self.name)),
            ("AWS_LAMBDA_FUNCTION_VERSION", text("$LATEST")),
            (
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                self.memory.to_string().into(),
            ),
            (
                "AWS_LAMBDA_LOG_GROUP_NAME",
                format!("/aws/lambda/{}", self.name).into(),
            ),
            ("AWS_LAMBDA_LOG_STREAM_NAME", text(&place.log_stream)),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", text("on-demand")),
            ("AWS_EXECUTION_ENV", text(&self.execution)),
            ("AWS_REGION", text(REGION)),
            ("AWS_DEFAULT_REGION", text(REGION)),
            // Made up: the simulated table takes any.
            ("AWS_ACCESS_KEY_ID", text("ASIAMADEUP")),
            ("AWS_SECRET_ACCESS_KEY", text("made-up")),
            ("AWS_SESSION_TOKEN", text("made-up")),
            ("AWS_ENDPOINT_URL_DYNAMODB", endpoint.clone()),
            // Other services aren't here, and must not be asked in earnest.
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_EC2_METADATA_DISABLED", text("true")),
            ("AWS_CONFIG_FILE", text("/dev/null")),
            ("AWS_SHARED_CREDENTIALS_FILE", text("/dev/null")),
            // What is old here is told before anything runs.
            (
                "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED",
                text("true"),
            ),
            ("TABLE_NAME", text(&self.table_name)),
            ("TZ", text(":UTC")),
            (MARKER, text(&place.marker)),
        ]
    }
}

/// What differs from environment to environment of a function.
pub(super) struct Place {
    pub(super) runtime_api: SocketAddr,
    /// Where DynamoDB is.
    pub(super) dynamodb: SocketAddr,
    /// Names the environment.
    pub(super) marker: String,
    pub(super) log_stream: String,
}

/// Names the environment that a process belongs to, wherever it went.
pub(super) const MARKER: &str = "DYNATOUR_ENVIRONMENT";

/// Whether a variable of this process is kept from handlers: credentials and settings of AWS tools, and what would change the
/// interpreter.
#[must_use]
pub fn is_withheld(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    name.starts_with("AWS_")
        || name.starts_with("_X_AMZN")
        || name.starts_with("LAMBDA_")
        || name.to_ascii_lowercase().ends_with("_proxy")
        || matches!(name, "NODE_OPTIONS" | "RUBYOPT")
}

/// The interpreter with the runtime client as its program.
fn command(language: Language, memory: u32) -> Vec<OsString> {
    let mut command = vec![OsString::from(language.program())];
    match language {
        Language::Node => {
            // As Lambda does it, the heap is held below what the function has.
            command.push(format!("--max-old-space-size={}", memory * 9 / 10).into());
            command.extend(["--input-type=module", "-e"].map(OsString::from));
        }
        Language::Ruby => command.push("-e".into()),
    }
    command.push(language.runtime().into());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_of_this_process_are_withheld() {
        for name in [
            "AWS_PROFILE",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "NODE_OPTIONS",
            "https_proxy",
            "HTTP_PROXY",
        ] {
            assert!(is_withheld(OsStr::new(name)), "{name}");
        }
        for name in ["PATH", "HOME", "GEM_HOME", "LANG", "NODE_PATH"] {
            assert!(!is_withheld(OsStr::new(name)), "{name}");
        }
    }
}
