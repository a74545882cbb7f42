//! Just enough HTTP/1.1 for an SDK: requests with a length, connections that are kept; and asking another server.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::services::message::{Answer, Request};

/// How long another server's answer may take. Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_mins(1);

/// The next request, or nothing when the client has gone.
pub fn read(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let (line, headers) = head(stream)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut request = Request {
        method,
        path,
        headers,
        body: Vec::new(),
    };
    let length = request.header("content-length").unwrap_or("0");
    request.body.resize(length.parse().ok()?, 0);
    stream.read_exact(&mut request.body).ok()?;
    Some(request)
}

/// The first line, and the headers.
fn head(stream: &mut BufReader<TcpStream>) -> Option<(String, Vec<(String, String)>)> {
    let mut first = String::new();
    stream.read_line(&mut first).ok()?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    (!first.is_empty()).then_some((first, headers))
}

/// Whether the client took the answer.
pub fn write(stream: &mut TcpStream, answer: &Answer) -> bool {
    let mut head = format!("HTTP/1.1 {} Answer\r\n", answer.status);
    for (name, value) in &answer.headers {
        write!(head, "{name}: {value}\r\n").expect("a String takes everything");
    }
    write!(head, "content-length: {}\r\n\r\n", answer.body.len())
        .expect("a String takes everything");
    let whole = [head.as_bytes(), &answer.body].concat();
    stream.write_all(&whole).is_ok()
}

/// The same request to another server, on a connection of its own, in a version of HTTP whose answers end with the connection.
pub fn ask(address: SocketAddr, request: &Request) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = format!("{} {} HTTP/1.0\r\n", request.method, request.path);
    for (name, value) in &request.headers {
        // Those are about the connection, and this is another one.
        if !["connection", "content-length"].contains(&name.as_str()) {
            write!(head, "{name}: {value}\r\n").expect("a String takes everything");
        }
    }
    write!(head, "content-length: {}\r\n\r\n", request.body.len())
        .expect("a String takes everything");
    stream.write_all(&[head.as_bytes(), &request.body].concat())?;
    let mut stream = BufReader::new(stream);
    let gone = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let (line, mut headers) = self::head(&mut stream).ok_or_else(gone)?;
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, length)| length.parse().ok());
    headers.retain(|(name, _)| {
        !["connection", "content-length", "transfer-encoding"].contains(&name.as_str())
    });
    let mut body = Vec::new();
    stream
        .take(length.unwrap_or(u64::MAX))
        .read_to_end(&mut body)?;
    Ok(Answer {
        status: status.ok_or_else(gone)?,
        headers,
        body,
    })
}
