//! The server over real sockets of this machine, each on a port of its own. Its clocks are the test's.

mod busy;
mod class;
mod front;
mod limits;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::simulator;

/// A server, and what its test may turn.
struct Fixture {
    running: Running,
    reports: Reports,
    address: SocketAddr,
    millis: Arc<AtomicU64>,
    /// Bytes of memory that are free.
    free: Arc<AtomicU64>,
}

/// What a test changes of a server's settings.
struct Wish {
    access: Access,
    limits: Limits,
    simulator: simulator::Settings,
    group: Option<Arc<Group>>,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            access: Access::Loopback,
            limits: Limits::loopback(),
            simulator: simulator::Settings::default(),
            group: None,
        }
    }
}

impl Fixture {
    async fn new(wish: Wish) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (watcher, reports) = channel(1000);
        let millis = Arc::new(AtomicU64::new(1_000_000));
        let time = Arc::clone(&millis);
        let free = Arc::new(AtomicU64::new(u64::MAX));
        let memory = Arc::clone(&free);
        let running = start(Settings {
            listeners: vec![listener],
            simulator: Arc::new(Simulator::new(wish.simulator)),
            clock: Arc::new(|| Timestamp::from_millis(1_700_000_000_000)),
            stopwatch: Arc::new(move || Duration::from_millis(time.load(Ordering::Relaxed))),
            access: wish.access,
            limits: wish.limits,
            watcher: Some(watcher),
            group: wish.group,
            memory: Arc::new(move || Some(memory.load(Ordering::Relaxed))),
        })
        .unwrap();
        Self {
            address: running.address(),
            running,
            reports,
            millis,
            free,
        }
    }

    async fn plain() -> Self {
        Self::new(Wish::default()).await
    }

    async fn client(&self) -> Client {
        Client {
            stream: TcpStream::connect(self.address).await.unwrap(),
            read: Vec::new(),
            key: "any".to_owned(),
        }
    }

    /// Let so much time pass at once.
    fn pass(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap();
        self.millis.fetch_add(millis, Ordering::Relaxed);
    }

    async fn served(&mut self) -> Served {
        match self.reports.next().await.unwrap() {
            Report::Served(served) => *served,
            Report::Refused(refused) => panic!("{refused:?}"),
        }
    }

    async fn refused(&mut self) -> Why {
        loop {
            if let Report::Refused(refused) = self.reports.next().await.unwrap() {
                return refused.why;
            }
        }
    }
}

/// A connection.
struct Client {
    stream: TcpStream,
    /// What came and was not looked at yet.
    read: Vec<u8>,
    key: String,
}

/// What came back.
#[derive(Debug)]
struct Got {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Got {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The error's name without its prefix.
    fn error(&self) -> String {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        let name = body["__type"].as_str().unwrap();
        name.rsplit_once('#').unwrap().1.to_owned()
    }

    fn crc32(&self) -> u32 {
        self.headers["x-amz-crc32"].parse().unwrap()
    }
}

/// A head with what every request has.
fn head(method: &str, path: &str, headers: &[(&str, &str)]) -> String {
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head.push_str("Host: localhost\r\n");
    }
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head + "\r\n"
}

impl Client {
    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// The next answer; nothing when the server closed the connection.
    async fn got(&mut self) -> Option<Got> {
        let end = loop {
            let end = self.read.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                break end;
            }
            if !self.more().await {
                return None;
            }
        };
        let head = String::from_utf8(self.read[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap()[9..12].parse().unwrap();
        let headers: HashMap<String, String> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers
            .get("content-length")
            .map_or(0, |length| length.parse().unwrap());
        let all = end + 4 + length;
        while self.read.len() < all {
            assert!(self.more().await, "an answer is cut");
        }
        let body = self.read[end + 4..all].to_vec();
        self.read.drain(..all);
        Some(Got {
            status,
            headers,
            body,
        })
    }

    async fn more(&mut self) -> bool {
        let mut piece = vec![0; 65_536];
        match self.stream.read(&mut piece).await {
            Ok(read) if read > 0 => {
                self.read.extend_from_slice(&piece[..read]);
                true
            }
            _ => false,
        }
    }

    async fn ask(&mut self, request: impl AsRef<[u8]>) -> Got {
        self.send(request).await;
        self.got().await.unwrap()
    }

    fn signed(&self, operation: &str, more: &[(&str, &str)]) -> String {
        let target = format!("DynamoDB_20120810.{operation}");
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/20261126/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=5f",
            self.key
        );
        let mut headers = vec![
            ("Content-Type", "application/x-amz-json-1.0"),
            ("X-Amz-Target", &target),
            ("X-Amz-Date", "20261126T000000Z"),
            ("Authorization", &authorization),
        ];
        headers.extend_from_slice(more);
        head("POST", "/", &headers)
    }

    async fn start(&mut self, operation: &str, body: impl AsRef<[u8]>) {
        let body = body.as_ref();
        let length = body.len().to_string();
        let head = self.signed(operation, &[("Content-Length", &length)]);
        self.send([head.as_bytes(), body].concat()).await;
    }

    async fn call(&mut self, operation: &str, body: impl AsRef<[u8]>) -> Got {
        self.start(operation, body).await;
        self.got().await.unwrap()
    }

    async fn create(&mut self, table: &str) {
        let body = serde_json::json!({
            "TableName": table, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        });
        let got = self.call("CreateTable", body.to_string()).await;
        assert_eq!(got.status, 200, "{}", got.text());
    }

    async fn put(&mut self, table: &str, id: &str) -> Got {
        self.call("PutItem", put(table, id)).await
    }

    async fn get(&mut self, table: &str, id: &str) -> Got {
        self.call("GetItem", get(table, id)).await
    }
}

fn put(table: &str, id: &str) -> String {
    format!(r#"{{"TableName":"{table}","Item":{{"id":{{"S":"{id}"}}}}}}"#)
}

fn get(table: &str, id: &str) -> String {
    format!(r#"{{"TableName":"{table}","Key":{{"id":{{"S":"{id}"}}}}}}"#)
}
