//! An account in this process, with a ledger beside it, that can be put back to where it was.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use dynatour::account::door::Entered;
use dynatour::account::ledger::{Entry, Ledger, State};
use dynatour::account::service::Services;
use dynatour::account::tag::RunId;
use dynatour::account::{Opening, Session};
use dynatour::simulator::journal::Change;
use dynatour::simulator::{Settings, Simulator, Timestamp};
use dynatour::target::Target;
use dynatour::target::exchange::{Picodollars, Place};
use dynatour::target::guard::Guard;
use dynatour::transport::https::Web;
use dynatour::transport::in_process::{Clock, InProcess};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::aws::call::Call as Asked;
use crate::aws::message::Request;
use crate::aws::{self, Lag};
use crate::transport::Faulty;

const START: u64 = 1_800_000_000_000;
/// A call takes as long, and a table is CREATING and DELETING for three calls.
const CALL: u64 = 1_000;
const DELAY: Duration = Duration::from_secs(3);

/// Each new role and function is not ready at once.
const LAG: Lag = Lag {
    role: 1,
    function: 1,
};

/// Where APIs are served.
const SERVED: (&str, &str) = ("https", "execute-api.us-east-1.amazonaws.com");

/// A table that was there before, and belongs to somebody.
pub const THEIRS: &str = "theirs";

/// The access keys of whoever takes the lesson, and of somebody else.
const OURS: &str = "AKIDEXAMPLE";
const SOMEBODY: &str = "AKIASOMEBODYELSE";

/// Where an account was.
#[derive(Clone)]
pub struct Moment {
    tables: Vec<Change>,
    services: aws::Services,
    ledger: Option<Vec<u8>>,
    now: u64,
    /// Of the program's run that begins there.
    run: u64,
}

impl Moment {
    /// The program has ended, and was started again.
    pub fn next_run(mut self) -> Self {
        self.run += 1;
        self
    }

    /// After everything that was under way has arrived or is lost.
    pub fn much_later(mut self) -> Self {
        self.now += 24 * 60 * 60 * 1_000;
        self
    }
}

pub struct Account {
    pub simulator: Arc<Simulator>,
    pub target: Target,
    pub transport: Faulty,
    pub session: Arc<Session>,
    pub services: Services,
    played: Arc<Mutex<aws::Services>>,
    directory: TempDir,
    now: Arc<AtomicU64>,
    run: u64,
}

/// In memory where the system has a place for that: what a disk does is not the subject here.
fn directory() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a directory")
}

impl Account {
    /// With a table of somebody's, and nothing of ours.
    pub fn new() -> Self {
        let account = Self::at(&Moment {
            tables: Vec::new(),
            services: aws::Services::new("123456789012", SERVED, LAG),
            ledger: None,
            now: START,
            run: 7,
        });
        let create = json!({ "TableName": THEIRS, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }] });
        account.somebody("CreateTable", &create);
        account.now.fetch_add(60_000, Ordering::SeqCst);
        let put = json!({ "TableName": THEIRS, "Item": { "id": { "S": "1" } } });
        account.somebody("PutItem", &put);
        account
    }

    /// As it was at a moment; always the same run then.
    pub fn at(moment: &Moment) -> Self {
        let settings = Settings {
            table_delay: DELAY,
            // Each account makes other ids than the one before it, as two tables have on AWS.
            seed: moment.now,
            ..Settings::default()
        };
        let simulator = Arc::new(Simulator::new(settings));
        simulator.restore(moment.tables.clone()).expect("tables");
        let directory = directory();
        if let Some(bytes) = &moment.ledger {
            fs::write(directory.path().join("ledger.redb"), bytes).expect("a ledger");
        }
        let now = Arc::new(AtomicU64::new(moment.now));
        let ticking = Arc::clone(&now);
        let clock: Clock =
            Arc::new(move || Timestamp::from_millis(ticking.fetch_add(CALL, Ordering::SeqCst)));
        let reading = Arc::clone(&now);
        let place = Place {
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: None,
        };
        let (ledger, words) = Ledger::open(directory.path(), moment.now).expect("a ledger");
        assert_eq!(words, None);
        let session = Arc::new(
            Session::new(Opening {
                place: place.clone(),
                run: RunId::from_number((moment.run << 32) + moment.run),
                caller: "arn:aws:iam::123456789012:user/rachel".to_owned(),
                ledger,
                // What nobody tells is counted with the most it can be, and here many answers are lost.
                ceiling: Picodollars(1_000_000_000_000),
                clock: Arc::new(move || Timestamp::from_millis(reading.load(Ordering::SeqCst))),
                renewal: "aws sso login --profile class".to_owned(),
                forget: Arc::new(|| {}),
            })
            .expect("a session"),
        );
        let played = Arc::new(Mutex::new(moment.services.clone()));
        let tables = InProcess::new(Arc::clone(&simulator), Arc::clone(&clock));
        let transport = Faulty::new(tables, Arc::clone(&played), clock);
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let http = SharedHttpClient::new(transport.clone());
        let services = Services::new(&place, &config, &http, Arc::clone(&session))
            .with_waits(Arc::new(|_| Box::pin(std::future::ready(()))));
        let guard: Arc<dyn Guard> = Arc::<Session>::clone(&session);
        let target = Target::account(place, &config, transport.clone(), guard)
            .with_waits(Arc::new(|_| Box::pin(std::future::ready(()))));
        Self {
            simulator,
            target,
            transport,
            session,
            services,
            played,
            directory,
            now,
            run: moment.run,
        }
    }

    /// As the account's door hands it out.
    pub fn entered(&self) -> Entered {
        Entered {
            place: self.session.place().clone(),
            target: self.target.clone(),
            services: self.services.clone(),
            // It asks URLs on loopback, and nothing else here.
            web: Arc::new(Web::new(&|_| None)),
            session: Arc::clone(&self.session),
        }
    }

    /// How it is now.
    pub fn moment(&self) -> Moment {
        Moment {
            tables: self.simulator.snapshot(),
            services: self.played.lock().unwrap().clone(),
            ledger: fs::read(self.directory.path().join("ledger.redb")).ok(),
            now: self.now.load(Ordering::SeqCst),
            run: self.run,
        }
    }

    fn somebody(&self, operation: &str, request: &Value) -> Value {
        let now = Timestamp::from_millis(self.now.load(Ordering::SeqCst));
        let body = request.to_string();
        let reply = self.simulator.call(operation, body.as_bytes(), now);
        serde_json::from_slice(&reply.body).unwrap_or_default()
    }

    /// All tables that are there, with their ids, and whether they are being deleted.
    fn tables(&self) -> BTreeMap<String, (String, bool)> {
        let names = self.somebody("ListTables", &json!({}));
        let names = names["TableNames"].as_array().cloned().unwrap_or_default();
        let described = names.iter().filter_map(|name| {
            let table = self.somebody("DescribeTable", &json!({ "TableName": name }));
            let id = table.pointer("/Table/TableId")?.as_str()?.to_owned();
            let deleting = table.pointer("/Table/TableStatus")? == "DELETING";
            Some((name.as_str()?.to_owned(), (id, deleting)))
        });
        described.collect()
    }

    /// All things of ours beside tables: kind, name, and what tells it from another one of that name.
    fn things(&self) -> Vec<(&'static str, String, Option<String>)> {
        self.played.lock().unwrap().things_of(OURS)
    }

    /// Why the ledger is not true, if it is not.
    pub fn untrue(&self) -> Option<String> {
        let entries = self.session.ledger().left().expect("the ledger");
        let tables = self.tables().into_iter();
        let tables = tables.filter(|(name, _)| name != THEIRS);
        let mut there: Vec<_> = tables
            .map(|(name, (id, _))| ("table", name, Some(id)))
            .collect();
        there.extend(self.things());
        let is = |entry: &Entry, kind: &str, name: &str, id: &Option<String>| {
            let known = entry.identity().and_then(|known| known.id.as_ref());
            let same = known.is_none() || id.is_none() || known == id.as_ref();
            entry.kind.name() == kind && entry.name == name && same
        };
        for (kind, name, id) in &there {
            if !entries.iter().any(|entry| is(entry, kind, name, id)) {
                return Some(format!(
                    "the {kind} {name} is there and not in the ledger: {entries:?}"
                ));
            }
        }
        let made = |entry: &&Entry| matches!(entry.state, State::Made(_));
        let missing = entries.iter().filter(made).find(|entry| {
            let mut there = there.iter();
            !there.any(|(kind, name, id)| is(entry, kind, name, id))
        })?;
        Some(format!("{missing:?} is not there"))
    }

    /// What there is of ours, and what the ledger has, without when and without a table's id: what is done next follows from it.
    pub fn state(&self) -> String {
        let entries = self.session.ledger().left().expect("the ledger");
        let entries: Vec<_> = entries
            .iter()
            .map(|entry| {
                (
                    entry.kind,
                    &entry.name,
                    std::mem::discriminant(&entry.state),
                )
            })
            .collect();
        let tables: Vec<_> = self
            .tables()
            .into_iter()
            .map(|(name, (_, deleting))| (name, deleting))
            .collect();
        let things = self.played.lock().unwrap().made_by(OURS);
        format!("{tables:?} {things:?} {entries:?}")
    }

    /// Things of ours that are there more than once.
    pub fn made_twice(&self) -> Option<String> {
        let mut names = BTreeMap::new();
        for (kind, name, _) in self.things() {
            *names.entry((kind, name)).or_insert(0) += 1;
        }
        let ((kind, name), count) = names.into_iter().find(|(_, count)| *count > 1)?;
        Some(format!("the {kind} {name} is there {count} times"))
    }

    /// Whether somebody's table is as they left it.
    pub fn theirs_is_as_it_was(&self) -> bool {
        let items = self.somebody("Scan", &json!({ "TableName": THEIRS }));
        items["Items"] == json!([{ "id": { "S": "1" } }])
    }

    /// What somebody has beside tables, byte for byte; nobody else may have changed it.
    pub fn theirs(&self) -> Vec<String> {
        let played = self.played.lock().unwrap();
        assert_eq!(played.trespasses(), [""; 0]);
        played.dump_of_others(OURS)
    }

    /// Somebody makes something with a service beside DynamoDB.
    pub fn somebody_makes(&self, service: &str, asked: (&str, &str), target: &str, body: &str) {
        let signature = format!(
            "AWS4-HMAC-SHA256 Credential={SOMEBODY}/20260101/us-east-1/{service}/aws4_request"
        );
        let (method, path) = asked;
        let headers = [
            ("authorization", signature.as_str()),
            ("x-amz-target", target),
        ];
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            body: body.as_bytes().to_vec(),
        };
        let call = Asked::of(&request);
        let answer = self.played.lock().unwrap().call(&call, &request);
        let said = String::from_utf8_lossy(&answer.body);
        assert!(answer.status < 300, "{call:?}: {said}");
    }

    /// What is left of ours, on the account and in the ledger.
    pub fn left(&self) -> Vec<String> {
        let tables = self.tables().into_keys().filter(|name| name != THEIRS);
        let tables = tables.map(|name| format!("the table {name}"));
        let things = self.things().into_iter();
        let things = things.map(|(kind, name, _)| format!("the {kind} {name}"));
        let entries = self.session.ledger().left().expect("the ledger");
        let entries = entries.iter().map(|entry| format!("the entry {entry:?}"));
        tables.chain(things).chain(entries).collect()
    }

    /// Deletes what the ledger has, as cleaning up does, and says what is left.
    pub async fn delete_all(&self) -> Vec<String> {
        self.transport.strike(None);
        for entry in self.session.ledger().left().expect("the ledger") {
            let body = json!({ "TableName": entry.name }).to_string();
            // While a table is CREATING it can't be deleted, and it is DELETING for a while; each look takes a second.
            for _ in 0..8 {
                self.target.send("DeleteTable", body.as_bytes()).await;
                let looked = self.target.send("DescribeTable", body.as_bytes()).await;
                if looked.error_code() == Some("ResourceNotFoundException") {
                    break;
                }
            }
        }
        self.left()
    }
}
