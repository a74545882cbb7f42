//! An account in this process, with a ledger beside it and a way to it that bends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::json;
use tempfile::TempDir;

use super::super::*;
use crate::account::session::Opening;
use crate::account::tag::RunId;
use crate::simulator::{Settings, Simulator, Timestamp};
use crate::target::Target;
use crate::target::exchange::{Picodollars, Place};
use crate::transport::in_process::InProcess;

/// What happens to a request on its way.
pub(super) type Bend = Arc<dyn Fn(&str, usize) -> Turn + Send + Sync>;

#[derive(Debug, Clone)]
pub(super) enum Turn {
    Through,
    /// It never arrives.
    LostBefore,
    /// It arrives, and its answer doesn't.
    LostAfter,
    /// It never arrives; this comes back.
    Instead(u16, &'static str),
    /// Servers that have no `TableId`.
    NoTableId,
}

/// The simulated table behind a way that bends.
#[derive(Clone)]
struct Bent {
    inner: InProcess,
    bend: Bend,
    calls: Arc<AtomicUsize>,
}

impl std::fmt::Debug for Bent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bent")
    }
}

impl HttpClient for Bent {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Bent {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        let turn = (self.bend)(&operation, call);
        let inner = self.inner.clone();
        let lost = || {
            let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            Err(ConnectorError::io(reset.into()))
        };
        HttpConnectorFuture::new(async move {
            match turn {
                Turn::Through => inner.call(request).await,
                Turn::LostBefore => lost(),
                Turn::LostAfter => {
                    inner.call(request).await?;
                    lost()
                }
                Turn::Instead(status, body) => {
                    let status = status.try_into().unwrap();
                    let mut response = HttpResponse::new(status, SdkBody::from(body));
                    let headers = response.headers_mut();
                    headers.insert("content-type", "application/x-amz-json-1.0");
                    Ok(response)
                }
                Turn::NoTableId => {
                    let response = inner.call(request).await?;
                    let text = String::from_utf8_lossy(response.body().bytes().unwrap());
                    let body = text.replace("\"TableId\"", "\"SomethingElse\"");
                    let mut bent = HttpResponse::new(response.status(), SdkBody::from(body));
                    let headers = bent.headers_mut();
                    headers.insert("content-type", "application/x-amz-json-1.0");
                    Ok(bent)
                }
            }
        })
    }
}

/// An account with a ledger beside it.
pub(super) struct World {
    pub(super) simulator: Arc<Simulator>,
    directory: TempDir,
    pub(super) now: Arc<AtomicU64>,
    pub(super) forgotten: Arc<AtomicUsize>,
}

pub(super) const START: u64 = 1_800_000_000_000;

pub(super) fn place() -> Place {
    Place {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: None,
    }
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            simulator: Arc::new(Simulator::new(Settings::default())),
            directory: tempfile::tempdir().unwrap(),
            now: Arc::new(AtomicU64::new(START)),
            forgotten: Arc::default(),
        }
    }

    pub(super) fn clock(&self) -> crate::transport::in_process::Clock {
        let now = Arc::clone(&self.now);
        Arc::new(move || Timestamp::from_millis(now.load(Ordering::SeqCst)))
    }

    pub(super) fn ledger(&self) -> Ledger {
        Ledger::open(self.directory.path(), START).unwrap().0
    }

    pub(super) fn session(&self, run: u64, ceiling: u64) -> Arc<Session> {
        let forgotten = Arc::clone(&self.forgotten);
        Arc::new(
            Session::new(Opening {
                place: place(),
                run: RunId::from_number(run),
                caller: "arn:aws:iam::123456789012:user/rachel".to_owned(),
                ledger: self.ledger(),
                ceiling: Picodollars(ceiling),
                clock: self.clock(),
                renewal: "aws sso login --profile class".to_owned(),
                forget: Arc::new(move || {
                    forgotten.fetch_add(1, Ordering::SeqCst);
                }),
            })
            .unwrap(),
        )
    }

    pub(super) fn target(&self, session: &Arc<Session>, bend: Bend) -> Target {
        let http = Bent {
            inner: InProcess::new(Arc::clone(&self.simulator), self.clock()),
            bend,
            calls: Arc::default(),
        };
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let guard: Arc<dyn Guard> = Arc::<Session>::clone(session);
        Target::account(place(), &config, http, guard)
            .with_waits(Arc::new(|_| Box::pin(std::future::ready(()))))
    }

    /// Run 7 with ten cents, and nothing in the way.
    pub(super) fn ours(&self) -> Target {
        self.target(&self.session(7, 100_000_000_000), through())
    }

    /// What somebody does with other tools.
    pub(super) fn somebody(&self, operation: &str, request: &Value) -> Value {
        let now = (self.clock())();
        let reply = self
            .simulator
            .call(operation, request.to_string().as_bytes(), now);
        assert_eq!(
            reply.status,
            200,
            "{}",
            String::from_utf8_lossy(&reply.body)
        );
        serde_json::from_slice(&reply.body).unwrap_or_default()
    }

    pub(super) fn table_id(&self, name: &str) -> Option<String> {
        let request = json!({ "TableName": name }).to_string();
        let reply = self
            .simulator
            .call("DescribeTable", request.as_bytes(), (self.clock())());
        let answer: Value = serde_json::from_slice(&reply.body).unwrap();
        Some(answer.pointer("/Table/TableId")?.as_str()?.to_owned())
    }

    pub(super) fn state(&self, name: &str) -> Option<State> {
        let entries = self.ledger().entries().unwrap();
        let mut of_name = entries.into_iter().rev().filter(|entry| entry.name == name);
        of_name.next().map(|entry| entry.state)
    }
}

pub(super) fn through() -> Bend {
    Arc::new(|_, _| Turn::Through)
}

/// The n-th request of an operation takes a turn.
pub(super) fn once(operation: &'static str, turn: Turn) -> Bend {
    let taken = AtomicUsize::new(0);
    Arc::new(move |one, _| {
        if one == operation && taken.fetch_add(1, Ordering::SeqCst) == 0 {
            turn.clone()
        } else {
            Turn::Through
        }
    })
}

pub(super) fn create(name: &str) -> Value {
    json!({ "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }] })
}

pub(super) fn put(name: &str, id: &str) -> Value {
    json!({ "TableName": name, "Item": { "id": { "S": id } } })
}

pub(super) async fn send(target: &Target, operation: &str, request: &Value) -> Exchange {
    target.send(operation, request.to_string().as_bytes()).await
}

pub(super) fn refused(exchange: &Exchange) -> &str {
    match &exchange.outcome {
        Outcome::NotSent { why } => why,
        other => panic!("{}: {other:?}", exchange.operation),
    }
}
