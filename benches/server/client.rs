//! One thread, sixteen kept connections, requests as bytes; of an answer the status, the length and no more.

use std::net::SocketAddr;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

const CONNECTIONS: usize = 16;

pub struct Client {
    runtime: Runtime,
    address: SocketAddr,
    connections: Vec<Connection>,
}

/// A connection, and the answer that was last read from it.
struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Client {
    /// A client with one connection; it opens more when it has more to send.
    pub fn connect(address: SocketAddr) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
            .expect("a runtime");
        let connections = vec![runtime.block_on(Connection::open(address))];
        Self {
            runtime,
            address,
            connections,
        }
    }

    /// Sends these over all connections; each must be answered with success.
    pub fn all(&mut self, requests: &[(&str, Vec<u8>)]) {
        let requests = self.prepare(requests);
        self.send(&requests);
    }

    /// The bytes of whole requests, as an SDK sends them; more than one at once need all connections.
    pub fn prepare(&mut self, requests: &[(&str, Vec<u8>)]) -> Vec<Vec<u8>> {
        while self.connections.len() < CONNECTIONS.min(requests.len()) {
            let another = self.runtime.block_on(Connection::open(self.address));
            self.connections.push(another);
        }
        requests
            .iter()
            .map(|(operation, body)| request(self.address, operation, body))
            .collect()
    }

    /// Each connection sends its share, one after the other, and waits for each answer.
    pub fn send(&mut self, requests: &[Vec<u8>]) {
        let width = self.connections.len();
        let shares = self.connections.iter_mut().enumerate();
        let shares: FuturesUnordered<_> = shares
            .map(|(first, connection)| async move {
                for request in requests.iter().skip(first).step_by(width) {
                    connection.call(request).await;
                }
            })
            .collect();
        self.runtime.block_on(shares.collect::<()>());
    }

    /// All pages; how many items came.
    pub fn scan(&mut self, table: &str) -> usize {
        let mut items = 0;
        let mut start = String::new();
        loop {
            let body = format!(r#"{{"TableName":"{table}"{start}}}"#);
            let request = request(self.address, "Scan", body.as_bytes());
            let connection = &mut self.connections[0];
            let page = self.runtime.block_on(connection.call(&request));
            items += number_after(page, b"\"Count\":").expect("a page has a count");
            let Some(key) = object_after(page, b"\"LastEvaluatedKey\":") else {
                return items;
            };
            start = format!(r#","ExclusiveStartKey":{key}"#);
        }
    }
}

fn request(address: SocketAddr, operation: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-amz-json-1.0\r\n\
         x-amz-target: DynamoDB_20120810.{operation}\r\nx-amz-date: 20260101T000000Z\r\n\
         authorization: AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20260101/us-east-1/dynamodb/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={:064}\r\n\
         user-agent: a-client/1.0\r\ncontent-length: {}\r\n\r\n",
        0,
        body.len()
    );
    [head.as_bytes(), body].concat()
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address)
            .await
            .expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        Self {
            stream,
            answer: Vec::with_capacity(1 << 16),
        }
    }

    /// One request and its whole answer's body.
    async fn call(&mut self, request: &[u8]) -> &[u8] {
        self.stream
            .write_all(request)
            .await
            .expect("the server reads");
        self.answer.clear();
        let (head, whole) = loop {
            self.read().await;
            if let Some(head) = find(&self.answer, b"\r\n\r\n") {
                let head = head + 4;
                break (head, head + self.length(head));
            }
        };
        // Room for all of it at once, however long.
        self.answer.reserve(whole.saturating_sub(self.answer.len()));
        while self.answer.len() < whole {
            self.read().await;
        }
        assert_eq!(self.answer.len(), whole, "one answer to one request");
        &self.answer[head..]
    }

    async fn read(&mut self) {
        let length = self.stream.read_buf(&mut self.answer).await;
        assert_ne!(length.expect("the server answers"), 0, "the server hung up");
    }

    /// The length of the body of an answer that says success.
    fn length(&self, head: usize) -> usize {
        let head = std::str::from_utf8(&self.answer[..head]).expect("a head is text");
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let named = name.eq_ignore_ascii_case("content-length");
            named.then(|| value.trim().parse().ok())?
        });
        length.unwrap_or_else(|| panic!("an answer tells its length: {head}"))
    }
}

/// Where `wanted` first is. Heads are short.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|some| some == wanted)
}

/// What follows the last `name`, which both servers write behind or before all items, never among them.
fn after<'page>(page: &'page [u8], name: &[u8]) -> Option<&'page str> {
    let at = page.windows(name.len()).rposition(|some| some == name)?;
    std::str::from_utf8(&page[at + name.len()..]).ok()
}

fn number_after(page: &[u8], name: &[u8]) -> Option<usize> {
    let text = after(page, name)?.trim_start();
    let end = text.find(|character: char| !character.is_ascii_digit());
    text[..end?].parse().ok()
}

/// An object whose own strings hold no braces, as the keys of pets don't.
fn object_after<'page>(page: &'page [u8], name: &[u8]) -> Option<&'page str> {
    let text = after(page, name)?;
    let mut depth = 0;
    let end = text.bytes().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        depth == 0 && byte == b'}'
    })?;
    Some(&text[..=end])
}
