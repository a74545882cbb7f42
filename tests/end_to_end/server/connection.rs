//! One connection, byte for byte: what is sent is what a test says, whole or not.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// How long an answer, or a server's end, may take. Only a failing test waits this long.
pub const PATIENCE: Duration = Duration::from_mins(1);

pub struct Connection {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

/// An answer, read to its end and no further.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, wanted: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The error's name, without what stands before it.
    pub fn error(&self) -> String {
        let error = self.json();
        let named = error["__type"].as_str().unwrap_or_default();
        named.rsplit('#').next().unwrap_or_default().to_owned()
    }

    /// The body of a success.
    pub fn success(self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }
}

impl Connection {
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self {
            address,
            stream: BufReader::new(stream),
        }
    }

    /// Sends these bytes; whether the server took them.
    pub fn write(&mut self, bytes: &[u8]) -> bool {
        self.stream.get_mut().write_all(bytes).is_ok()
    }

    /// Whether a write waits while the server doesn't read.
    pub fn may_wait_to_write(&mut self, waits: bool) {
        self.stream.get_ref().set_nonblocking(!waits).unwrap();
    }

    /// Says that nothing more will be sent.
    pub fn finish(&self) {
        // A connection that the server has closed needs no end.
        let _ = self.stream.get_ref().shutdown(std::net::Shutdown::Write);
    }

    /// Sends a request; whether the server took it.
    pub fn try_send(&mut self, operation: &str, request: &Value) -> bool {
        self.write(&whole(self.address, operation, &request.to_string()))
    }

    pub fn send(&mut self, operation: &str, request: &Value) {
        assert!(self.try_send(operation, request), "the server hung up");
    }

    /// The next answer, or nothing if the server hung up before its end.
    pub fn answer(&mut self) -> Option<Answer> {
        let mut line = String::new();
        self.stream.read_line(&mut line).ok()?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer {
            status,
            headers,
            body: Vec::new(),
        };
        // No body goes with these, whatever is said of its length.
        if status >= 200 && status != 204 {
            let length = answer.header("content-length")?.parse().ok()?;
            answer.body.resize(length, 0);
            self.stream.read_exact(&mut answer.body).ok()?;
        }
        Some(answer)
    }

    pub fn call(&mut self, operation: &str, request: &Value) -> Answer {
        self.send(operation, request);
        self.answer().expect("the server answers")
    }

    /// What a call that succeeds gives.
    pub fn ask(&mut self, operation: &str, request: &Value) -> Value {
        self.call(operation, request).success()
    }
}

/// The lines of a request before its body's length, in the words of an SDK.
pub fn head(address: SocketAddr, operation: &str) -> String {
    head_of("AKIDLOCAL", address, operation)
}

/// The same of somebody with this access key.
pub fn head_of(access_key: &str, address: SocketAddr, operation: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Target: DynamoDB_20120810.{operation}\r\nX-Amz-Date: 20260101T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={access_key}/20260101/us-east-1/dynamodb/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature={:064}\r\n",
        0
    )
}

pub fn whole(address: SocketAddr, operation: &str, body: &str) -> Vec<u8> {
    let head = head(address, operation);
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}
