//! What came of an invocation, in Lambda's own words.
//!
//! The lines are those of the logs in `CloudWatch`. Since August 2025 the time of a cold start is billed as well.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::configuration::Configuration;
use super::log::Log;

/// Why there is an error and no payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The handler threw, or its promise was rejected.
    Thrown,
    /// The file could not be loaded.
    Init,
    /// It took too long.
    TimedOut,
    /// The process ended.
    Exited,
    /// Its processes held more memory than the function has.
    OutOfMemory,
    /// The answer is larger than Lambda takes.
    TooLarge,
    /// No process could be started; nothing of Lambda's, but of this machine.
    NotStarted,
}

/// An error as Lambda reports it.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionError {
    pub cause: Cause,
    /// `{"errorType": …, "errorMessage": …, "trace": […]}`; Ruby's has `stackTrace`.
    pub payload: Value,
}

impl FunctionError {
    pub(super) fn new(cause: Cause, kind: &str, message: &str) -> Self {
        Self {
            cause,
            payload: json!({"errorType": kind, "errorMessage": message}),
        }
    }

    fn member(&self, name: &str) -> &str {
        self.payload
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// `TypeError`, `Runtime.UserCodeSyntaxError`, `Function<NoMethodError>`
    #[must_use]
    pub fn kind(&self) -> &str {
        self.member("errorType")
    }

    #[must_use]
    pub fn message(&self) -> &str {
        self.member("errorMessage")
    }

    /// The message without the request's id, which Lambda puts before its own.
    #[must_use]
    pub fn words(&self) -> &str {
        let message = self.message();
        let own = message.strip_prefix("RequestId: ");
        let own = own.and_then(|own| own.split_once(" Error: "));
        own.map_or(message, |(_, words)| words)
    }

    /// The stack, line by line.
    #[must_use]
    pub fn trace(&self) -> Vec<&str> {
        let lines = self
            .payload
            .get("trace")
            .or_else(|| self.payload.get("stackTrace"));
        let lines = lines.and_then(Value::as_array);
        lines
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }
}

/// The figures of an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    pub duration: Duration,
    /// Of a cold start, until the handler was loaded.
    pub init: Option<Duration>,
    /// In megabytes.
    pub memory: u32,
    /// The most that its processes held together since the cold start, in megabytes; nothing where the system doesn't tell.
    pub used: Option<u32>,
    pub cause: Option<Cause>,
}

impl Report {
    /// In milliseconds, of which each that began counts.
    #[must_use]
    pub fn billed(&self) -> u64 {
        let took = self.duration + self.init.unwrap_or_default();
        u64::try_from(took.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Report {
    /// Behind `REPORT RequestId: …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
        write!(
            f,
            "Duration: {:.2} ms\tBilled Duration: {} ms\tMemory Size: {} MB",
            millis(self.duration),
            self.billed(),
            self.memory
        )?;
        if let Some(used) = self.used {
            write!(f, "\tMax Memory Used: {used} MB")?;
        }
        if let Some(init) = self.init {
            write!(f, "\tInit Duration: {:.2} ms", millis(init))?;
        }
        match self.cause {
            Some(Cause::TimedOut) => f.write_str("\tStatus: timeout"),
            Some(Cause::Exited) => f.write_str("\tStatus: error\tError Type: Runtime.ExitError"),
            Some(Cause::OutOfMemory) => {
                f.write_str("\tStatus: error\tError Type: Runtime.OutOfMemory")
            }
            _ => Ok(()),
        }
    }
}

/// One invocation, when it is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Invoked {
    pub request_id: String,
    /// The payload as the handler gave it (JSON), or the error.
    pub result: Result<Bytes, FunctionError>,
    pub log: Log,
    pub report: Report,
}

impl Invoked {
    /// Where not even a process could be started.
    pub(super) fn not_started(
        request_id: String,
        configuration: &Configuration,
        error: &std::io::Error,
    ) -> Self {
        let message = format!("no process could be started on this machine: {error}");
        let mut log = Log::default();
        log.say(&message);
        Self {
            request_id,
            result: Err(FunctionError::new(
                Cause::NotStarted,
                "Runtime.NotStarted",
                &message,
            )),
            log,
            report: Report {
                duration: Duration::ZERO,
                init: None,
                memory: configuration.memory,
                used: None,
                cause: Some(Cause::NotStarted),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_cloudwatchs() {
        let warm = Report {
            duration: Duration::from_micros(3_124),
            init: None,
            memory: 128,
            used: Some(72),
            cause: None,
        };
        assert_eq!(
            warm.to_string(),
            "Duration: 3.12 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 72 MB"
        );
        let cold = Report {
            init: Some(Duration::from_micros(100_500)),
            ..warm
        };
        assert_eq!(
            cold.to_string(),
            "Duration: 3.12 ms\tBilled Duration: 104 ms\tMemory Size: 128 MB\tMax Memory Used: 72 MB\tInit Duration: 100.50 ms"
        );
        let late = Report {
            duration: Duration::from_secs(3),
            used: None,
            cause: Some(Cause::TimedOut),
            ..warm
        };
        assert_eq!(
            late.to_string(),
            "Duration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tStatus: timeout"
        );
    }

    #[test]
    fn errors_of_both_languages_are_read() {
        let error = FunctionError {
            cause: Cause::Thrown,
            payload: json!({"errorType": "Function<NoMethodError>", "errorMessage": "undefined method", "stackTrace": ["a", 1, "b"]}),
        };
        assert_eq!(
            (error.kind(), error.message()),
            ("Function<NoMethodError>", "undefined method")
        );
        assert_eq!(error.trace(), ["a", "b"]);
        assert_eq!(error.words(), "undefined method");
        let late = FunctionError::new(
            Cause::TimedOut,
            "Sandbox.Timedout",
            "RequestId: 1 Error: Task timed out",
        );
        assert_eq!(late.words(), "Task timed out");
        let odd = FunctionError {
            cause: Cause::Thrown,
            payload: json!("text"),
        };
        assert_eq!((odd.kind(), odd.message()), ("", ""));
        assert!(odd.trace().is_empty());
    }
}
