use std::collections::BTreeMap;
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
use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::account::ledger::Identity;
use crate::account::session::Opening;
use crate::account::tag::{self, RunId};
use crate::simulator::{Settings, Simulator, Timestamp};
use crate::target::Target;
use crate::target::exchange::{Picodollars, Place};
use crate::transport::in_process::InProcess;

/// What happens to a request on its way.
type Bend = Arc<dyn Fn(&str, usize) -> Turn + Send + Sync>;

#[derive(Debug, Clone)]
enum Turn {
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
struct World {
    simulator: Arc<Simulator>,
    directory: TempDir,
    now: Arc<AtomicU64>,
    forgotten: Arc<AtomicUsize>,
}

const START: u64 = 1_800_000_000_000;

fn place() -> Place {
    Place {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: None,
    }
}

impl World {
    fn new() -> Self {
        Self {
            simulator: Arc::new(Simulator::new(Settings::default())),
            directory: tempfile::tempdir().unwrap(),
            now: Arc::new(AtomicU64::new(START)),
            forgotten: Arc::default(),
        }
    }

    fn clock(&self) -> crate::transport::in_process::Clock {
        let now = Arc::clone(&self.now);
        Arc::new(move || Timestamp::from_millis(now.load(Ordering::SeqCst)))
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(self.directory.path(), START).unwrap().0
    }

    fn session(&self, run: u64, ceiling: u64) -> Arc<Session> {
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

    fn target(&self, session: &Arc<Session>, bend: Bend) -> Target {
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
    fn ours(&self) -> Target {
        self.target(&self.session(7, 100_000_000_000), through())
    }

    /// What somebody does with other tools.
    fn somebody(&self, operation: &str, request: &Value) -> Value {
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

    fn table_id(&self, name: &str) -> Option<String> {
        let request = json!({ "TableName": name }).to_string();
        let reply = self
            .simulator
            .call("DescribeTable", request.as_bytes(), (self.clock())());
        let answer: Value = serde_json::from_slice(&reply.body).unwrap();
        Some(answer.pointer("/Table/TableId")?.as_str()?.to_owned())
    }

    fn state(&self, name: &str) -> Option<State> {
        let entries = self.ledger().entries().unwrap();
        let mut of_name = entries.into_iter().rev().filter(|entry| entry.name == name);
        of_name.next().map(|entry| entry.state)
    }
}

fn through() -> Bend {
    Arc::new(|_, _| Turn::Through)
}

/// The n-th request of an operation takes a turn.
fn once(operation: &'static str, turn: Turn) -> Bend {
    let taken = AtomicUsize::new(0);
    Arc::new(move |one, _| {
        if one == operation && taken.fetch_add(1, Ordering::SeqCst) == 0 {
            turn.clone()
        } else {
            Turn::Through
        }
    })
}

fn create(name: &str) -> Value {
    json!({ "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }] })
}

fn put(name: &str, id: &str) -> Value {
    json!({ "TableName": name, "Item": { "id": { "S": id } } })
}

async fn send(target: &Target, operation: &str, request: &Value) -> Exchange {
    target.send(operation, request.to_string().as_bytes()).await
}

fn refused(exchange: &Exchange) -> &str {
    match &exchange.outcome {
        Outcome::NotSent { why } => why,
        other => panic!("{}: {other:?}", exchange.operation),
    }
}

#[tokio::test]
async fn what_we_make_is_tagged_limited_and_in_the_ledger() {
    let world = World::new();
    let target = world.ours();
    let made = send(&target, "CreateTable", &create("pets")).await;
    assert!(made.succeeded(), "{:?}", made.outcome);
    let id = world.table_id("pets");
    let identity = Identity {
        id: id.clone(),
        arn: "arn:aws:dynamodb:us-east-1:123456789012:table/pets".to_owned(),
    };
    assert_eq!(world.state("pets"), Some(State::Made(identity)));
    let description = made.response_json().unwrap();
    assert_eq!(
        description.pointer("/TableDescription/OnDemandThroughput"),
        Some(&json!({ "MaxReadRequestUnits": 300, "MaxWriteRequestUnits": 100 }))
    );
    let arn = description.pointer("/TableDescription/TableArn").unwrap();
    let tags = world.somebody("ListTagsOfResource", &json!({ "ResourceArn": arn }));
    let origin = tag::origin(tags["Tags"].as_array().unwrap());
    assert_eq!(origin.run, Some(RunId::from_number(7)));
    assert_eq!(
        origin.by.as_deref(),
        Some("arn:aws:iam::123456789012:user/rachel")
    );
    // What went out is what is shown.
    assert!(String::from_utf8_lossy(&made.request.body).contains("dynatour:run"));
    assert!(
        send(&target, "PutItem", &put("pets", "1"))
            .await
            .succeeded()
    );
    let deleted = send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
    assert!(deleted.succeeded());
    assert!(matches!(world.state("pets"), Some(State::Deleting(_))));
    let looked = send(&target, "DescribeTable", &json!({ "TableName": "pets" })).await;
    assert_eq!(looked.error_code(), Some("ResourceNotFoundException"));
    assert_eq!(world.state("pets"), Some(State::Gone));
}

/// Every operation that changes something, about a table.
fn changes(name: &str) -> Vec<(&'static str, Value)> {
    let arn = format!("arn:aws:dynamodb:us-east-1:123456789012:table/{name}");
    let key = json!({ "id": { "S": "1" } });
    vec![
        ("PutItem", put(name, "1")),
        ("PutItem", put(&arn, "1")),
        ("UpdateItem", json!({ "TableName": name, "Key": key })),
        ("DeleteItem", json!({ "TableName": name, "Key": key })),
        (
            "BatchWriteItem",
            json!({ "RequestItems": { name: [{ "DeleteRequest": { "Key": key } }] } }),
        ),
        (
            "BatchWriteItem",
            json!({ "RequestItems": { arn.clone(): [{ "DeleteRequest": { "Key": key } }] } }),
        ),
        (
            "TransactWriteItems",
            json!({ "TransactItems": [{ "Put": put(name, "1") }] }),
        ),
        (
            "TransactWriteItems",
            json!({ "TransactItems": [{ "Put": put("ours", "1") },
                { "Delete": { "TableName": name, "Key": key } }] }),
        ),
        ("UpdateTable", json!({ "TableName": name })),
        (
            "UpdateTimeToLive",
            json!({ "TableName": name, "TimeToLiveSpecification": { "AttributeName": "t", "Enabled": true } }),
        ),
        (
            "TagResource",
            json!({ "ResourceArn": arn, "Tags": [{ "Key": "a", "Value": "b" }] }),
        ),
        (
            "UntagResource",
            json!({ "ResourceArn": arn, "TagKeys": ["a"] }),
        ),
        ("DeleteTable", json!({ "TableName": name })),
        ("DeleteTable", json!({ "TableName": arn })),
    ]
}

/// What shows items.
fn reads(name: &str) -> Vec<(&'static str, Value)> {
    let key = json!({ "id": { "S": "1" } });
    vec![
        ("GetItem", json!({ "TableName": name, "Key": key })),
        ("Scan", json!({ "TableName": name })),
        (
            "BatchGetItem",
            json!({ "RequestItems": { name: { "Keys": [key] } } }),
        ),
        (
            "TransactGetItems",
            json!({ "TransactItems": [{ "Get": { "TableName": name, "Key": key } }] }),
        ),
    ]
}

async fn nothing_of_it_is_touched(world: &World, target: &Target, words: &str) {
    let before = world.simulator.snapshot();
    for (operation, request) in changes("pets").into_iter().chain(reads("pets")) {
        let exchange = send(target, operation, &request).await;
        let why = refused(&exchange);
        assert!(
            why.contains("pets") && why.contains(words),
            "{operation}: {why}"
        );
    }
    assert_eq!(world.simulator.snapshot(), before);
}

#[tokio::test]
async fn a_table_of_somebody_else_is_neither_changed_nor_read() {
    let world = World::new();
    let target = world.ours();
    send(&target, "CreateTable", &create("ours")).await;
    world.somebody("CreateTable", &create("pets"));
    nothing_of_it_is_touched(&world, &target, "not made by dynatour").await;
    // To ask what it is like costs nothing and shows nothing of its items.
    let looked = send(&target, "DescribeTable", &json!({ "TableName": "pets" })).await;
    assert!(looked.succeeded());
    let made = send(&target, "CreateTable", &create("pets")).await;
    assert_eq!(made.error_code(), Some("ResourceInUseException"));
    assert!(made.remark.unwrap().contains("not made by dynatour"));
    assert!(!made.already_done);
    assert_eq!(world.state("pets"), Some(State::Gone));
    nothing_of_it_is_touched(&world, &target, "not made by dynatour").await;
}

/// A name is no proof, and neither is that it was ours once.
#[tokio::test]
async fn what_took_the_place_of_ours_is_not_ours() {
    let world = World::new();
    let target = world.ours();
    send(&target, "CreateTable", &create("ours")).await;
    send(&target, "CreateTable", &create("pets")).await;
    send(&target, "PutItem", &put("pets", "1")).await;
    let before = world.table_id("pets");
    world.somebody("DeleteTable", &json!({ "TableName": "pets" }));
    world.somebody("CreateTable", &create("pets"));
    assert_ne!(world.table_id("pets"), before);
    let exchange = send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
    assert!(refused(&exchange).contains("not made by dynatour"));
    assert_eq!(world.state("pets"), Some(State::Gone), "ours is gone");
    nothing_of_it_is_touched(&world, &target, "not made by dynatour").await;
}

/// Tags that somebody copied from one of our tables to theirs are believed only for a run of ours, as a person would.
#[tokio::test]
async fn another_runs_table_is_left_alone_until_it_is_named() {
    let world = World::new();
    let run = RunId::from_number(99);
    let mut request = create("pets");
    request["Tags"] = json!(tag::of_run(run, "arn:aws:iam::123456789012:user/mike"));
    world.somebody("CreateTable", &request);
    let session = world.session(7, 100_000_000_000);
    let target = world.target(&session, through());
    send(&target, "CreateTable", &create("ours")).await;
    nothing_of_it_is_touched(
        &world,
        &target,
        "another run of dynatour (0000000000000063)",
    )
    .await;
    session.count_as_ours(run);
    let deleted = send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
    assert!(deleted.succeeded(), "{:?}", deleted.outcome);
    assert_eq!(world.table_id("pets"), None);
}

/// The next process finds out what became of a request whose answer nobody saw.
#[tokio::test]
async fn a_run_that_was_killed_in_the_middle_of_making_is_taken_up() {
    let world = World::new();
    let killed = RunId::from_number(3);
    let intention = Intention {
        run: killed,
        place: place(),
        kind: Kind::Table,
        name: "pets".to_owned(),
    };
    world.ledger().intend(&intention, START).unwrap();
    let mut request = create("pets");
    request["Tags"] = json!(tag::of_run(killed, "arn"));
    world.somebody("CreateTable", &request);
    let target = world.ours();
    assert!(
        send(&target, "PutItem", &put("pets", "1"))
            .await
            .succeeded()
    );
    assert!(matches!(world.state("pets"), Some(State::Made(_))));
    let entries = world.ledger().entries().unwrap();
    assert_eq!(
        entries.len(),
        1,
        "the entry that was waiting for it: {entries:?}"
    );
    assert_eq!(entries[0].run, killed);
    // Made again: the service says that it is there, and that the answer was lost is not to be told twice.
    let again = send(&target, "CreateTable", &create("pets")).await;
    assert_eq!(again.error_code(), Some("ResourceInUseException"));
    assert!(!again.already_done);
    assert!(matches!(world.state("pets"), Some(State::Made(_))));
}

#[tokio::test]
async fn a_run_that_was_killed_before_making_leaves_a_name_that_may_be_taken() {
    let world = World::new();
    let intention = Intention {
        run: RunId::from_number(3),
        place: place(),
        kind: Kind::Table,
        name: "pets".to_owned(),
    };
    let id = world.ledger().intend(&intention, START).unwrap();
    let left = || world.ledger().left().unwrap();
    let target = world.ours();
    // Somebody takes the name. That an entry waits for one proves nothing.
    world.somebody("CreateTable", &create("pets"));
    let refusal = send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
    assert!(refused(&refusal).contains("not made by dynatour"));
    assert_eq!(left().len(), 1, "it may still arrive");
    world.somebody("DeleteTable", &json!({ "TableName": "pets" }));
    assert!(
        send(&target, "PutItem", &put("pets", "1"))
            .await
            .error_code()
            .is_some()
    );
    assert_eq!(left().len(), 1);
    world.now.fetch_add(15 * 60 * 1000 + 1, Ordering::SeqCst);
    send(&target, "DescribeTable", &json!({ "TableName": "pets" })).await;
    assert!(left().is_empty(), "a signature is not accepted any more");
    assert_eq!(world.ledger().entries().unwrap()[0].id, id);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_found_out_with_the_next_try() {
    for turn in [Turn::LostAfter, Turn::LostBefore] {
        let arrived = matches!(turn, Turn::LostAfter);
        let world = World::new();
        let session = world.session(7, 100_000_000_000);
        let target = world.target(&session, once("CreateTable", turn.clone()));
        let lost = send(&target, "CreateTable", &create("pets")).await;
        assert!(matches!(lost.outcome, Outcome::Unanswered { .. }));
        assert!(lost.unsettled && lost.attempts.is_empty());
        assert!(lost.remark.unwrap().contains("Run the step again"));
        assert_eq!(world.state("pets"), Some(State::Intended));
        let again = send(&target, "CreateTable", &create("pets")).await;
        assert_eq!(again.succeeded(), !arrived, "{:?}", again.outcome);
        assert_eq!(again.already_done, arrived);
        assert_eq!(again.remark.is_some(), arrived, "{:?}", again.remark);
        assert!(matches!(world.state("pets"), Some(State::Made(_))));
        assert_eq!(world.ledger().entries().unwrap().len(), 1);

        let target = world.target(&session, once("DeleteTable", turn));
        let delete = json!({ "TableName": "pets" });
        let lost = send(&target, "DeleteTable", &delete).await;
        assert!(matches!(lost.outcome, Outcome::Unanswered { .. }));
        assert!(matches!(world.state("pets"), Some(State::Deleting(_))));
        let again = send(&target, "DeleteTable", &delete).await;
        assert_eq!(again.succeeded(), !arrived, "{:?}", again.outcome);
        assert_eq!(again.already_done, arrived);
        send(&target, "DescribeTable", &delete).await;
        assert_eq!(world.state("pets"), Some(State::Gone));
        // And then it is a request as any other.
        let again = send(&target, "DeleteTable", &delete).await;
        assert_eq!(again.error_code(), Some("ResourceNotFoundException"));
        assert!(!again.already_done);
    }
}

#[tokio::test]
async fn a_write_that_may_have_been_carried_out_says_so_when_it_is_sent_again() {
    let world = World::new();
    let session = world.session(7, 100_000_000_000);
    let target = world.target(&session, once("UpdateItem", Turn::LostAfter));
    send(&target, "CreateTable", &create("pets")).await;
    let add = json!({ "TableName": "pets", "Key": { "id": { "S": "1" } },
        "UpdateExpression": "ADD visits :one", "ExpressionAttributeValues": { ":one": { "N": "1" } } });
    let lost = send(&target, "UpdateItem", &add).await;
    assert!(lost.remark.unwrap().contains("added twice"));
    assert!(lost.price_is_most && lost.price > Picodollars(0));
    let again = send(&target, "UpdateItem", &add).await;
    assert!(again.succeeded());
    assert!(
        again
            .remark
            .unwrap()
            .contains("may have been carried out as well")
    );
    let third = send(&target, "UpdateItem", &add).await;
    assert_eq!(third.remark, None);
}

#[tokio::test]
async fn throttling_and_failures_are_tried_again_and_counted() {
    const SLOW: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}"#;
    const FAILED: &str =
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"oh"}"#;
    let world = World::new();
    let session = world.session(7, 100_000_000_000);
    send(
        &world.target(&session, through()),
        "CreateTable",
        &create("pets"),
    )
    .await;
    for (turn, unsettled) in [
        (Turn::Instead(400, SLOW), false),
        (Turn::Instead(500, FAILED), true),
    ] {
        let target = world.target(&session, once("PutItem", turn.clone()));
        let exchange = send(&target, "PutItem", &put("pets", "1")).await;
        assert!(exchange.succeeded());
        assert_eq!(exchange.attempts.len(), 1);
        assert_eq!(exchange.attempts[0].unsettled, unsettled);
        assert_eq!(exchange.price_is_most, unsettled);
        let always = turn.clone();
        let bend: Bend = Arc::new(move |one, _| {
            if one == "PutItem" {
                always.clone()
            } else {
                Turn::Through
            }
        });
        let exchange = send(&world.target(&session, bend), "PutItem", &put("pets", "1")).await;
        assert!(exchange.error_code().is_some());
        assert_eq!(exchange.attempts.len(), 4);
        let most = session.most("PutItem", &exchange.request.body);
        let counted = if unsettled { most * 5 } else { Picodollars(0) };
        assert_eq!(exchange.price, counted);
    }
}

#[tokio::test]
async fn nothing_is_sent_that_could_pass_the_ceiling_but_deleting_is_always_possible() {
    let world = World::new();
    // One put can cost 400 units, 250,000,000 picodollars; the second one does not fit beside what the first one took.
    let session = world.session(7, 250_500_000);
    let target = world.target(&session, through());
    send(&target, "CreateTable", &create("pets")).await;
    let first = send(&target, "PutItem", &put("pets", "1")).await;
    assert_eq!(
        (first.price, first.price_is_most),
        (Picodollars(625_000), false)
    );
    let before = world.simulator.snapshot();
    let second = send(&target, "PutItem", &put("pets", "2")).await;
    assert!(
        refused(&second).contains("--max-cost"),
        "{}",
        refused(&second)
    );
    assert_eq!(world.simulator.snapshot(), before);
    assert_eq!(session.spending().spent, Picodollars(625_000));
    let entries = world.ledger().entries().unwrap();
    assert_eq!(entries[0].spent, Picodollars(625_000));
    let deleted = send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
    assert!(deleted.succeeded());
    // Retries hold money, too: with enough for one try only, there is no second.
    let world = World::new();
    let session = world.session(7, 250_000_000);
    let failed = r#"{"__type":"x#InternalServerError","message":"oh"}"#;
    let target = world.target(&session, once("PutItem", Turn::Instead(500, failed)));
    send(&target, "CreateTable", &create("pets")).await;
    let exchange = send(&target, "PutItem", &put("pets", "1")).await;
    assert_eq!(exchange.error_code(), Some("InternalServerError"));
    assert!(exchange.remark.unwrap().contains("not tried again"));
    assert_eq!(session.spending().spent, Picodollars(250_000_000));
}

#[tokio::test]
async fn what_the_service_refuses_is_explained() {
    const TYPE: &str = "com.amazon.coral.service#";
    let cases: [(&str, &str, &str); 5] = [
        (
            "ExpiredTokenException",
            "The security token included in the request is expired",
            "aws sso login --profile class",
        ),
        (
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            "aws sso login --profile class",
        ),
        (
            "AccessDeniedException",
            "User: x is not authorized to perform: dynamodb:PutItem",
            "dynatour policy",
        ),
        (
            "InvalidSignatureException",
            "Signature expired: 20260101T000000Z is now earlier than 20261126T000000Z",
            "clock",
        ),
        (
            "RequestTimeTooSkewed",
            "The difference is too large",
            "clock",
        ),
    ];
    for (code, message, part) in cases {
        let world = World::new();
        let session = world.session(7, 100_000_000_000);
        send(
            &world.target(&session, through()),
            "CreateTable",
            &create("pets"),
        )
        .await;
        let body: &'static str = Box::leak(
            json!({ "__type": format!("{TYPE}{code}"), "message": message })
                .to_string()
                .into_boxed_str(),
        );
        // Refused itself: in the service's words, with ours beside them.
        let target = world.target(&session, once("PutItem", Turn::Instead(400, body)));
        let exchange = send(&target, "PutItem", &put("pets", "1")).await;
        assert_eq!(exchange.error_code(), Some(code));
        assert!(
            exchange.remark.as_ref().unwrap().contains(part),
            "{exchange:?}"
        );
        assert_eq!(exchange.price, Picodollars(0));
        // Refused when it is asked whose the table is: in ours.
        let target = world.target(&session, once("DescribeTable", Turn::Instead(400, body)));
        let exchange = send(&target, "PutItem", &put("pets", "1")).await;
        let why = refused(&exchange);
        assert!(
            why.contains(part) && why.contains("nothing was sent"),
            "{why}"
        );
        let forgotten = world.forgotten.load(Ordering::SeqCst);
        assert_eq!(forgotten > 0, part.starts_with("aws sso"), "{code}");
    }
}

#[tokio::test]
async fn a_server_without_table_ids_is_gone_by_the_tags() {
    let world = World::new();
    let session = world.session(7, 100_000_000_000);
    let target = world.target(&session, Arc::new(|_, _| Turn::NoTableId));
    let made = send(&target, "CreateTable", &create("pets")).await;
    assert!(made.succeeded(), "{:?}", made.outcome);
    let identity = Identity {
        id: None,
        arn: "arn:aws:dynamodb:us-east-1:123456789012:table/pets".to_owned(),
    };
    assert_eq!(world.state("pets"), Some(State::Made(identity)));
    assert!(
        send(&target, "PutItem", &put("pets", "1"))
            .await
            .succeeded()
    );
    assert_eq!(world.ledger().entries().unwrap().len(), 1);
    world.somebody("DeleteTable", &json!({ "TableName": "pets" }));
    world.somebody("CreateTable", &create("pets"));
    let exchange = send(&target, "PutItem", &put("pets", "1")).await;
    assert!(refused(&exchange).contains("not made by dynatour"));
    world.somebody("DeleteTable", &json!({ "TableName": "pets" }));
    assert!(
        send(&target, "CreateTable", &create("pets"))
            .await
            .succeeded()
    );
    assert!(
        send(&target, "DeleteTable", &json!({ "TableName": "pets" }))
            .await
            .succeeded()
    );
    send(&target, "DescribeTable", &json!({ "TableName": "pets" })).await;
    assert!(world.ledger().left().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_elsewhere_or_not_readable_is_not_sent() {
    let world = World::new();
    let target = world.ours();
    for (operation, body, part) in [
        (
            "PutItem",
            r#"{"TableName": "arn:aws:dynamodb:eu-west-1:123456789012:table/pets"}"#,
            "region eu-west-1",
        ),
        (
            "DescribeTable",
            r#"{"TableName": "arn:aws:dynamodb:us-east-1:999999999999:table/pets"}"#,
            "account 999999999999",
        ),
        (
            "PutItem",
            r#"{"TableName": "ours", "TableName": "pets"}"#,
            "given twice",
        ),
        ("Scan", "{", "can't be read as JSON"),
        ("CreateBackup", "{}", "can't use this operation"),
        (
            "CreateTable",
            r#"{"TableName": "pets", "WarmThroughput": {}}"#,
            "WarmThroughput",
        ),
    ] {
        let exchange = target.send(operation, body.as_bytes()).await;
        let why = refused(&exchange);
        assert!(why.contains(part), "{operation} {body}: {why}");
    }
    assert!(world.ledger().entries().unwrap().is_empty());
    // What is wrong in itself the service says, and the ledger knows that nothing was made.
    let mut wrong = create("pets");
    wrong["KeySchema"] = json!([]);
    let exchange = send(&target, "CreateTable", &wrong).await;
    assert_eq!(exchange.error_code(), Some("ValidationException"));
    assert_eq!(world.state("pets"), Some(State::Gone));
    let exchange = send(&target, "PutItem", &put("a", "1")).await;
    assert!(exchange.error_code().is_some(), "a name that can't be one");
}

#[tokio::test]
async fn two_instances_work_on_the_same_tables() {
    let world = World::new();
    let (one, other) = (
        world.session(1, 1_000_000_000),
        world.session(2, 1_000_000_000),
    );
    let first = world.target(&one, through());
    let second = world.target(&other, through());
    assert!(
        send(&first, "CreateTable", &create("pets"))
            .await
            .succeeded()
    );
    assert!(
        send(&second, "PutItem", &put("pets", "1"))
            .await
            .succeeded()
    );
    assert!(
        send(&second, "DeleteTable", &json!({ "TableName": "pets" }))
            .await
            .succeeded()
    );
    send(&first, "DescribeTable", &json!({ "TableName": "pets" })).await;
    assert!(world.ledger().left().unwrap().is_empty());
    assert!(
        send(&second, "CreateTable", &create("pets"))
            .await
            .succeeded()
    );
    let entries = world.ledger().left().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].run, other.run());
}

#[tokio::test]
async fn a_ledger_that_cant_be_written_lets_nothing_be_made() {
    let world = World::new();
    let target = world.ours();
    let path = world.ledger().path().to_owned();
    std::fs::write(&path, "not a ledger any more").unwrap();
    let exchange = send(&target, "CreateTable", &create("pets")).await;
    assert!(
        refused(&exchange).contains("ledger.redb"),
        "{}",
        refused(&exchange)
    );
    assert_eq!(world.table_id("pets"), None);
    assert_eq!(std::fs::read(&path).unwrap(), b"not a ledger any more");
}

#[derive(Debug, Clone, Copy)]
enum Act {
    WeCreate(bool),
    WePut,
    WeDelete(bool),
    WeLook,
    /// A new process with the same ledger.
    WeStartAnew,
    TheyCreate,
    TheyPut,
    TheyDelete,
    TimePasses,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        any::<bool>().prop_map(Act::WeCreate),
        Just(Act::WePut),
        any::<bool>().prop_map(Act::WeDelete),
        Just(Act::WeLook),
        Just(Act::WeStartAnew),
        Just(Act::TheyCreate),
        Just(Act::TheyPut),
        Just(Act::TheyDelete),
        Just(Act::TimePasses),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// Whatever we and somebody else do with a name, in whatever order, and whichever answers are lost: their tables stay as they
    /// left them, and every table of ours is in the ledger.
    #[test]
    fn theirs_stays_theirs_and_ours_is_in_the_ledger(acts in proptest::collection::vec(act(), 1..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new();
            let mut run = 1;
            // The TableIds of their tables, with what they have in them; those of ours are all others.
            let mut theirs: BTreeMap<String, Value> = BTreeMap::new();
            let scan = || world.somebody("Scan", &json!({ "TableName": "pets" }))["Items"].clone();
            for act in acts {
                let lose = |lost| if lost { Turn::LostAfter } else { Turn::Through };
                let session = world.session(run, 100_000_000_000);
                match act {
                    Act::WeCreate(lost) => {
                        let target = world.target(&session, once("CreateTable", lose(lost)));
                        send(&target, "CreateTable", &create("pets")).await;
                    }
                    Act::WePut => { send(&world.target(&session, through()), "PutItem", &put("pets", "we")).await; }
                    Act::WeDelete(lost) => {
                        let target = world.target(&session, once("DeleteTable", lose(lost)));
                        send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
                    }
                    Act::WeLook => {
                        let request = json!({ "TableName": "pets" });
                        send(&world.target(&session, through()), "DescribeTable", &request).await;
                    }
                    Act::WeStartAnew => run += 1,
                    Act::TheyCreate => {
                        if world.table_id("pets").is_none() {
                            world.somebody("CreateTable", &create("pets"));
                            theirs.insert(world.table_id("pets").unwrap(), json!([]));
                        }
                    }
                    Act::TheyPut => {
                        if let Some(id) = world.table_id("pets") && theirs.contains_key(&id) {
                            world.somebody("PutItem", &put("pets", "they"));
                            theirs.insert(id, scan());
                        }
                    }
                    Act::TheyDelete => {
                        if let Some(id) = world.table_id("pets") {
                            theirs.remove(&id);
                            world.somebody("DeleteTable", &json!({ "TableName": "pets" }));
                        }
                    }
                    Act::TimePasses => { world.now.fetch_add(16 * 60 * 1000, Ordering::SeqCst); }
                }
                let live = world.table_id("pets");
                for (id, items) in &theirs {
                    assert_eq!(live.as_ref(), Some(id), "{act:?} deleted theirs");
                    assert_eq!(&scan(), items, "{act:?} changed theirs");
                }
                let left = world.ledger().left().unwrap();
                if let Some(id) = live && !theirs.contains_key(&id) {
                    let known = left.iter().any(|entry| entry.is(Some(&id)) || entry.state == State::Intended);
                    assert!(known, "{act:?}: {left:?}");
                }
                for id in theirs.keys() {
                    assert!(!left.iter().any(|entry| entry.is(Some(id))), "{act:?}: {left:?}");
                }
            }
        });
    }
}
