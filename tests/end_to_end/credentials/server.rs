//! A server on this machine that hands out credentials and says whose they are, as AWS's own services do.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// A request, as text: its first line and headers, and its body.
pub struct Request {
    pub head: String,
    pub body: String,
}

impl Request {
    pub fn has(&self, text: &str) -> bool {
        self.head.contains(text) || self.body.contains(text)
    }

    /// Which action of STS it asks for.
    fn action(&self) -> &str {
        let rest = self.body.split("Action=").nth(1).unwrap_or_default();
        rest.split('&').next().unwrap_or_default()
    }
}

/// What is answered: status, type and text.
pub struct Answer {
    pub status: u16,
    pub kind: &'static str,
    pub body: String,
    pub more: String,
}

impl Answer {
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            kind: "application/x-amz-json-1.0",
            body: body.into(),
            more: String::new(),
        }
    }

    pub fn xml(status: u16, body: impl Into<String>) -> Self {
        Self {
            kind: "text/xml",
            ..Self::json(status, body)
        }
    }

    pub fn with(mut self, header: &str) -> Self {
        self.more.push_str(header);
        self.more.push_str("\r\n");
        self
    }
}

/// STS refuses.
pub fn refusal(code: &str, message: &str) -> Answer {
    Answer::xml(
        403,
        format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        ),
    )
}

/// STS says who it is.
pub fn caller(arn: &str) -> Answer {
    Answer::xml(
        200,
        format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>{arn}</Arn><UserId>U</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
        ),
    )
}

/// STS hands out a role's credentials.
pub fn role(action: &str) -> Answer {
    Answer::xml(
        200,
        format!(
            "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><AssumedRoleUser><AssumedRoleId>A:b</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/student/rachel</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>planted-role</SecretAccessKey><SessionToken>planted-token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></{action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>"
        ),
    )
}

/// What is answered where a test says nothing else: a caller who is a user, and a DynamoDB without tables.
fn usual(request: &Request) -> Answer {
    match request.action() {
        "GetCallerIdentity" => caller("arn:aws:iam::123456789012:user/rachel"),
        action @ ("AssumeRole" | "AssumeRoleWithWebIdentity") => role(action),
        _ if request.has("DynamoDB_20120810.ListTables") => {
            Answer::json(200, r#"{"TableNames":[]}"#)
        }
        _ if request.has("DynamoDB_20120810.") => Answer::json(
            400,
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}"#,
        ),
        _ => Answer::json(404, "{}"),
    }
}

/// The server, for as long as it is held.
pub struct Server {
    address: SocketAddr,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// `special` answers what it wants to; the rest is as usual.
    pub fn start(special: impl Fn(&Request) -> Option<Answer> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let ends = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ends);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if told.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                // A client that goes away in the middle is no failure of this side.
                let _ = serve(stream, &special);
            }
        });
        Self {
            address,
            ends,
            thread: Some(thread),
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(
    mut stream: TcpStream,
    special: &impl Fn(&Request) -> Option<Answer>,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let head = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let length: usize = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.trim().parse().unwrap());
    while bytes.len() < head + length {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    }
    let request = Request {
        head: text,
        body: String::from_utf8_lossy(&bytes[head..]).into_owned(),
    };
    let answer = special(&request).unwrap_or_else(|| usual(&request));
    write!(
        stream,
        "HTTP/1.1 {} X\r\ncontent-type: {}\r\ncontent-length: {}\r\nconnection: close\r\n{}\r\n{}",
        answer.status,
        answer.kind,
        answer.body.len(),
        answer.more,
        answer.body
    )
}
