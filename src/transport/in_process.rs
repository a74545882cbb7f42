//! The simulated table behind the SDK's client, in this process.
//!
//! ```text
//!   SDK ── HTTP request, built and signed as always ──→ InProcess ── operation, body, now ──→ Simulator::call
//!       ←─ HTTP response with AWS's own headers ──────           ←─ Reply ───────────────────
//! ```
//!
//! A call may scan a large table or wait for the disk, so it runs on a blocking thread and never holds up the event loop.
//! Invariant: nothing here opens a socket.

use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use crate::simulator::{Reply, Simulator, Timestamp};

/// Tells the simulated table what time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What stands before the operation's name in `X-Amz-Target`.
const TARGET_PREFIX: &str = "DynamoDB_20120810.";

/// An HTTP client whose every request ends in the simulated table.
#[derive(Clone)]
pub struct InProcess {
    simulator: Arc<Simulator>,
    clock: Clock,
}

impl InProcess {
    #[must_use]
    pub fn new(simulator: Arc<Simulator>, clock: Clock) -> Self {
        Self { simulator, clock }
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpClient for InProcess {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let work = tokio::task::spawn_blocking(move || this.answer(&request));
            work.await
                .map_err(|error| ConnectorError::other(error.into(), None))?
        })
    }
}

impl InProcess {
    fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.strip_prefix(TARGET_PREFIX).unwrap_or(target);
        let body = request.body().bytes().ok_or_else(|| {
            ConnectorError::user("a streamed body can't reach the simulated table".into())
        })?;
        response(self.simulator.call(operation, body, (self.clock)()))
    }
}

fn response(reply: Reply) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(reply.status)
        .map_err(|error| ConnectorError::other(error.into(), None))?;
    let length = reply.body.len().to_string();
    let mut response = HttpResponse::new(status, SdkBody::from(reply.body));
    let headers = response.headers_mut();
    headers.insert("content-type", "application/x-amz-json-1.0");
    headers.insert("x-amzn-requestid", reply.request_id.to_string());
    headers.insert("x-amz-crc32", reply.crc32.to_string());
    headers.insert("content-length", length);
    Ok(response)
}
