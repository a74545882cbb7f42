//! An account in this process, with a ledger beside it, that can be put back to where it was.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use dynatour::account::ledger::{Entry, Ledger, State};
use dynatour::account::tag::RunId;
use dynatour::account::{Opening, Session};
use dynatour::simulator::journal::Change;
use dynatour::simulator::{Settings, Simulator, Timestamp};
use dynatour::target::Target;
use dynatour::target::exchange::{Picodollars, Place};
use dynatour::target::guard::Guard;
use dynatour::transport::in_process::{Clock, InProcess};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::transport::Faulty;

const START: u64 = 1_800_000_000_000;
/// A call takes as long, and a table is CREATING and DELETING for three calls.
const CALL: u64 = 1_000;
const DELAY: Duration = Duration::from_secs(3);

/// A table that was there before, and belongs to somebody.
pub const THEIRS: &str = "theirs";

/// Where an account was.
#[derive(Clone)]
pub struct Moment {
    tables: Vec<Change>,
    ledger: Option<Vec<u8>>,
    now: u64,
}

pub struct Account {
    pub simulator: Arc<Simulator>,
    pub target: Target,
    pub transport: Faulty,
    pub session: Arc<Session>,
    directory: TempDir,
    now: Arc<AtomicU64>,
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
            ledger: None,
            now: START,
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

    /// As it was at a moment; always the same run.
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
                run: RunId::from_number(7),
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
        let transport = Faulty::new(InProcess::new(Arc::clone(&simulator), clock));
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let guard: Arc<dyn Guard> = Arc::<Session>::clone(&session);
        let target = Target::account(place, &config, transport.clone(), guard)
            .with_waits(Arc::new(|_| Box::pin(std::future::ready(()))));
        Self {
            simulator,
            target,
            transport,
            session,
            directory,
            now,
        }
    }

    /// How it is now.
    pub fn moment(&self) -> Moment {
        Moment {
            tables: self.simulator.snapshot(),
            ledger: fs::read(self.directory.path().join("ledger.redb")).ok(),
            now: self.now.load(Ordering::SeqCst),
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

    /// Why the ledger is not true, if it is not.
    pub fn untrue(&self) -> Option<String> {
        let entries = self.session.ledger().left().expect("the ledger");
        let tables = self.tables();
        for (name, (id, _)) in tables.iter().filter(|(name, _)| *name != THEIRS) {
            let known = entries.iter().any(|entry| {
                entry.is(Some(id)) || entry.name == *name && entry.state == State::Intended
            });
            if !known {
                return Some(format!(
                    "{name} is there and not in the ledger: {entries:?}"
                ));
            }
        }
        let there = |entry: &Entry| {
            tables
                .get(&entry.name)
                .is_some_and(|(id, _)| entry.is(Some(id)))
        };
        let made = |entry: &&Entry| matches!(entry.state, State::Made(_));
        let missing = entries.iter().filter(made).find(|entry| !there(entry))?;
        Some(format!("{missing:?} is not there"))
    }

    /// Whether somebody's table is as they left it.
    pub fn theirs_is_as_it_was(&self) -> bool {
        let items = self.somebody("Scan", &json!({ "TableName": THEIRS }));
        items["Items"] == json!([{ "id": { "S": "1" } }])
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
        let tables = self.tables().into_keys().filter(|name| name != THEIRS);
        let tables = tables.map(|name| format!("the table {name}"));
        let entries = self.session.ledger().left().expect("the ledger");
        let entries = entries.iter().map(|entry| format!("the entry {entry:?}"));
        tables.chain(entries).collect()
    }
}
