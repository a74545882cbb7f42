//! DynamoDB behind the handlers: the simulated table over HTTP on loopback, where each function has a port of its own, so that every
//! exchange is known to be that function's.
//!
//! Invariant: of one invocation at most `KEPT` exchanges are kept; the others are counted.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Outside;
use crate::server::{Access, Limits, Refused, Running, Served, Settings, Watcher, start};
use crate::simulator::item::Item;
use crate::simulator::{self, HashChoice, LoadError, Simulator};

/// Exchanges that are kept until they are taken.
const KEPT: usize = 100;

/// Connections of one function at the same time: what several functions and their clients may hold together stays below the descriptors
/// that a process usually has. The SDKs take 50.
const CONNECTIONS: usize = 128;

/// Bytes of a request that are kept with its exchange.
const REQUEST: usize = 16 * 1024;

/// The table's name, which handlers find in `TABLE_NAME`.
pub const NAME: &str = "pets";

/// The simulated DynamoDB with the table of the workshop.
#[derive(Clone)]
pub struct Tables {
    simulator: Arc<Simulator>,
    outside: Outside,
    memory: Arc<dyn Fn() -> Option<u64> + Send + Sync>,
}

/// A pet as the table has it: `id`, `name` and `kind`.
pub type Pet = [&'static str; 3];

/// Who lives in the street at the beginning.
pub const STREET: [Pet; 3] = [
    ["1", "Beeba", "kitten"],
    ["2", "Rex", "dog"],
    ["3", "Milo", "tortoise"],
];

impl Tables {
    /// With the table and the pets of the street in it. `memory` tells how many bytes are free, where that is known.
    #[must_use]
    pub fn new(outside: Outside, memory: Arc<dyn Fn() -> Option<u64> + Send + Sync>) -> Self {
        let simulator = Simulator::new(simulator::Settings {
            hash: HashChoice::Md5Outliers,
            stopwatch: Some(Arc::clone(&outside.stopwatch)),
            traces_kept: 256,
            ..simulator::Settings::default()
        });
        let tables = Self {
            simulator: Arc::new(simulator),
            outside,
            memory,
        };
        tables.call(
            "CreateTable",
            &json!({
                "TableName": NAME, "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            }),
        );
        for pet in STREET {
            tables.call("PutItem", &json!({"TableName": NAME, "Item": typed(pet)}));
        }
        tables
    }

    /// One request, past HTTP. The body of its answer comes back.
    fn call(&self, operation: &str, body: &Value) -> Value {
        let now = (self.outside.clock)();
        let reply = self
            .simulator
            .call(operation, body.to_string().as_bytes(), now);
        serde_json::from_slice(&reply.body).unwrap_or_default()
    }

    /// The item with this id, in typed JSON, if there is one.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<Value> {
        let key = json!({"id": {"S": id}});
        let body = json!({"TableName": NAME, "Key": key, "ConsistentRead": true});
        self.call("GetItem", &body).get("Item").cloned()
    }

    /// Many items at once.
    ///
    /// # Errors
    /// When an item would not be taken.
    pub fn load(&self, items: impl IntoIterator<Item = Item>) -> Result<u64, LoadError> {
        self.simulator.load(NAME, items, (self.outside.clock)())
    }

    /// Serves it to one function, on a port that the system chooses.
    ///
    /// # Errors
    /// When there is no port to be had.
    pub async fn serve(&self) -> io::Result<Endpoint> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let recorder = Arc::new(Recorder::default());
        let running = start(Settings {
            listeners: vec![listener],
            simulator: Arc::clone(&self.simulator),
            clock: Arc::clone(&self.outside.clock),
            stopwatch: Arc::clone(&self.outside.stopwatch),
            access: Access::Loopback,
            limits: Limits {
                connections: CONNECTIONS,
                connections_each: CONNECTIONS,
                ..Limits::loopback()
            },
            watcher: Some(Arc::clone(&recorder) as _),
            group: None,
            memory: Arc::clone(&self.memory),
        })?;
        Ok(Endpoint { running, recorder })
    }
}

/// An item of a pet, in typed JSON.
#[must_use]
pub fn typed([id, name, kind]: Pet) -> Value {
    json!({"id": {"S": id}, "name": {"S": name}, "kind": {"S": kind}})
}

/// A pet as a handler answers it.
#[must_use]
pub fn plain([id, name, kind]: Pet) -> Value {
    json!({"id": id, "name": name, "kind": kind})
}

/// One function's way to the table.
pub struct Endpoint {
    running: Running,
    recorder: Arc<Recorder>,
}

/// What a function did at the table, in the order of the answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exchanges {
    pub served: Vec<Served>,
    /// How many came after those.
    pub missed: u64,
    /// Requests and connections that the server turned away.
    pub refused: u64,
}

impl Endpoint {
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// What was done since this was last asked.
    #[must_use]
    pub fn take(&self) -> Exchanges {
        std::mem::take(&mut self.recorder.exchanges())
    }

    /// Takes no more requests.
    pub async fn stop(self) {
        self.running.stop().await;
    }
}

#[derive(Default)]
struct Recorder(Mutex<Exchanges>);

impl Recorder {
    fn exchanges(&self) -> std::sync::MutexGuard<'_, Exchanges> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher for Recorder {
    fn served(&self, served: Served) {
        let mut exchanges = self.exchanges();
        if exchanges.served.len() < KEPT {
            exchanges.served.push(served);
        } else {
            exchanges.missed += 1;
        }
    }

    /// Whoever looks at a request wants to see it, and a pet is short.
    fn keeps(&self) -> usize {
        REQUEST
    }

    fn refused(&self, _: Refused) {
        self.exchanges().refused += 1;
    }
}
