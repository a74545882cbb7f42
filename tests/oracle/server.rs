//! The oracle behind a socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// The oracle on its own thread, and a connection to it.
pub(crate) struct Oracle {
    connection: BufReader<TcpStream>,
}

impl Oracle {
    pub(crate) fn start() -> Self {
        let (sender, receiver) = std::sync::mpsc::channel::<SocketAddr>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                    .await
                    .expect("a free port");
                sender
                    .send(listener.local_addr().expect("bound"))
                    .expect("the test waits");
                let database = dynoxide::Database::memory().expect("an empty database");
                dynoxide::server::serve_on(listener, database).await;
            });
        });
        let address = receiver.recv().expect("the oracle started");
        let connection = TcpStream::connect(address).expect("the oracle listens");
        connection.set_nodelay(true).expect("a socket");
        Self {
            connection: BufReader::new(connection),
        }
    }

    pub(crate) fn call(&mut self, operation: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n\
             X-Amz-Target: DynamoDB_20120810.{operation}\r\nX-Amz-Date: 20260101T000000Z\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let stream = self.connection.get_mut();
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(body).expect("sent");
        let mut line = String::new();
        self.connection.read_line(&mut line).expect("a status line");
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status");
        let mut length = 0;
        loop {
            let mut header = String::new();
            self.connection.read_line(&mut header).expect("a header");
            let header = header.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.connection.read_exact(&mut body).expect("a body");
        (status, body)
    }
}
