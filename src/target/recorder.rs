//! Writes down what crosses the wire.
//!
//! One recorder per call, hung into the SDK's own pipeline after signing, so that what it holds is what was sent.
//! Invariant: secrets never get into a recording; they are struck out as it is made.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::config_bag::ConfigBag;

use super::exchange::Message;

/// What stands in a recording instead of a secret.
pub const STRUCK_OUT: &str = "(struck out)";

/// Headers that carry credentials or what is derived from them.
const SECRETS: [&str; 2] = ["authorization", "x-amz-security-token"];

/// Both messages of one call, as far as it came.
#[derive(Debug, Clone, Default)]
pub struct Recording {
    pub request: Option<Message>,
    pub response: Option<Message>,
    pub status: Option<u16>,
}

/// How long a call took, beside what came of it.
pub async fn timed<T>(call: impl Future<Output = T>) -> (T, Duration) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one stopwatch: an exchange says how long it took"
    )]
    let start = Instant::now();
    let result = call.await;
    (result, start.elapsed())
}

/// Hands out the recording when the call is over.
#[derive(Debug, Clone, Default)]
pub struct Recorder(Arc<Mutex<Recording>>);

impl Recorder {
    /// What was recorded so far.
    #[must_use]
    pub fn take(&self) -> Recording {
        std::mem::take(&mut *self.lock())
    }

    /// Whether a request was signed and about to be handed to the transport.
    #[must_use]
    pub fn signed(&self) -> bool {
        self.lock().request.is_some()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Recording> {
        // A recording is replaced field by field, so it is whole even if a holder died.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Recorder {
    fn name(&self) -> &'static str {
        "Recorder"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let path = request
            .uri()
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]))
            .unwrap_or("/");
        self.lock().request = Some(Message {
            start: format!("{} {path}", request.method()),
            headers: headers(request.headers()),
            body: request.body().bytes().unwrap_or_default().to_vec(),
        });
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(response) = context.response() else {
            return Ok(());
        };
        let mut recording = self.lock();
        recording.status = Some(response.status().as_u16());
        recording.response = Some(Message {
            start: response.status().as_u16().to_string(),
            headers: headers(response.headers()),
            body: response.body().bytes().unwrap_or_default().to_vec(),
        });
        Ok(())
    }
}

fn headers(headers: &Headers) -> Vec<(String, String)> {
    headers
        .iter_bytes()
        .map(|(name, value)| {
            let secret = SECRETS
                .iter()
                .any(|secret| name.eq_ignore_ascii_case(secret));
            let value = if secret {
                STRUCK_OUT.to_owned()
            } else {
                String::from_utf8_lossy(value).into_owned()
            };
            (name.to_owned(), value)
        })
        .collect()
}
