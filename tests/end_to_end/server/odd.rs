//! Requests that no SDK sends: each is refused as a whole or done as a whole, and never read as two.
//!
//! Each goes over a connection of its own, which then says that nothing more comes; what the server answers until it closes is what is
//! looked at. Behind each stands a second request, the smuggled one, in the place where a reader with another opinion would find it.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::connection::{Answer, head, whole};
use super::process::Server;
use super::{key, scan, table};

const LIST: &str = "{}";

/// A server with an empty table, and what is sent to it.
struct Odd {
    server: Server,
    host: String,
}

impl Odd {
    fn start() -> Self {
        let server = Server::start();
        server.connect().ask("CreateTable", &table("pets"));
        let host = format!("Host: {}\r\n", server.address);
        Self { server, host }
    }

    /// All answers to these bytes, after which nothing comes.
    fn answers(&self, bytes: &[u8]) -> Vec<Answer> {
        let mut connection = self.server.connect();
        // It may be cut off before it has read everything.
        let _ = connection.write(bytes);
        connection.finish();
        std::iter::from_fn(|| connection.answer()).collect()
    }

    /// Refused, once, and nothing that may follow is read.
    fn is_refused(&self, bytes: &[u8]) {
        let answers = self.answers(bytes);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(600)]);
        assert!(answers.len() <= 1, "{shown}\n{answers:?}");
        for answer in &answers {
            assert!((400..600).contains(&answer.status), "{shown}\n{answer:?}");
            assert!(
                answer.header("access-control-allow-origin").is_none(),
                "{shown}\n{answer:?}"
            );
        }
        self.nothing_was_written();
    }

    fn is_done(&self, bytes: &[u8]) -> Answer {
        let mut answers = self.answers(bytes);
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!(answers.len(), 1, "{shown}\n{answers:?}");
        assert_eq!(answers[0].status, 200, "{shown}\n{answers:?}");
        answers.remove(0)
    }

    fn nothing_was_written(&self) {
        assert_eq!(scan(&mut self.server.connect(), "pets"), [] as [Value; 0]);
    }

    /// A whole request that would write something.
    fn smuggled(&self) -> String {
        let put = json!({"TableName": "pets", "Item": {"id": {"N": "666"}}});
        let bytes = whole(self.server.address, "PutItem", &put.to_string());
        String::from_utf8(bytes).unwrap()
    }

    /// The headers of a request for the list of tables but for its `Host` and its length.
    fn list(&self) -> String {
        let head = head(self.server.address, "ListTables");
        let (_, rest) = head.split_once(&self.host).unwrap();
        rest.to_owned()
    }
}

#[test]
fn a_length_that_could_be_read_in_two_ways_is_refused() {
    let odd = Odd::start();
    let (host, list, smuggled) = (&odd.host, odd.list(), odd.smuggled());
    let framings = [
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: 2, 3",
        "Content-Length: +2",
        "Content-Length: -2",
        "Content-Length: 0x2",
        "Content-Length: 2 2",
        "Content-Length: ",
        "Content-Length: 99999999999999999999999999",
        "Content-Length: 18446744073709551615",
        "Content-Length : 2",
        " Content-Length: 2",
        "Content-Length: 2\r\n folded: 1",
        "Content-Length: 2\r\nX: a\rb",
        "Content-Length: 2\r\nX: a\0b",
        "Content-Length: 2\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip",
        "Transfer-Encoding: \u{b}chunked",
        "Transfer-Encoding: gzip",
        "Content-Length: 2\r\nno colon at all",
        "Content-Length: 2\r\n: no name",
    ];
    for framing in framings {
        let request = format!("POST / HTTP/1.1\r\n{host}{list}{framing}\r\n\r\n{LIST}{smuggled}");
        odd.is_refused(request.as_bytes());
    }
    // Both at once: the chunks count, and the connection ends, so that what follows them is never a request.
    let both = format!(
        "POST / HTTP/1.1\r\n{host}{list}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{LIST}\r\n0\r\n\r\n{smuggled}"
    );
    let answers = odd.answers(both.as_bytes());
    assert!(answers.len() <= 1, "{answers:?}");
    odd.nothing_was_written();
}

#[test]
fn chunks_are_put_together_and_wrong_ones_are_refused() {
    let odd = Odd::start();
    let (host, list, smuggled) = (&odd.host, odd.list(), odd.smuggled());
    let chunked = |chunks: &str| {
        format!("POST / HTTP/1.1\r\n{host}{list}Transfer-Encoding: chunked\r\n\r\n{chunks}")
    };
    for chunks in [
        "2\r\n{}\r\n0\r\n\r\n",
        "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
        "0002;of=what\r\n{}\r\n0\r\nTrailer: of no use\r\n\r\n",
        "4\r\n{  }\r\n0\r\n\r\n",
    ] {
        odd.is_done(chunked(chunks).as_bytes());
    }
    for chunks in [
        "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}0\r\n\r\n",
        "3\r\n{}\r\n0\r\n\r\n",
        "\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}\r\n",
        "2\r\n{",
    ] {
        odd.is_refused((chunked(chunks) + &smuggled).as_bytes());
    }
    // A chunk that looks like a request is a body that is no JSON.
    let inside = format!("{:x}\r\n{smuggled}\r\n0\r\n\r\n", smuggled.len());
    odd.is_refused(chunked(&inside).as_bytes());
}

/// Pages of other sites, and names that were turned to this address, reach nothing.
#[test]
fn a_foreign_host_or_origin_is_refused() {
    let odd = Odd::start();
    let (host, list) = (&odd.host, odd.list());
    let end = "Content-Length: 2\r\n\r\n{}";
    let address = odd.server.address;
    for head in [
        format!("POST / HTTP/1.1\r\n{list}"),
        format!("POST / HTTP/1.1\r\n{host}{host}{list}"),
        format!("POST / HTTP/1.1\r\n{host}Host: evil.example\r\n{list}"),
        format!("POST / HTTP/1.1\r\nHost: evil.example\r\n{list}"),
        format!(
            "POST / HTTP/1.1\r\nHost: evil.example:{}\r\n{list}",
            address.port()
        ),
        format!("POST / HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n{list}"),
        format!("POST / HTTP/1.1\r\nHost: localhost@evil.example\r\n{list}"),
        format!("POST / HTTP/1.1\r\nHost: \r\n{list}"),
        format!("POST http://evil.example/ HTTP/1.1\r\n{host}{list}"),
        format!("POST http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n{list}"),
        format!("POST http://{address}/ HTTP/1.1\r\nHost: evil.example\r\n{list}"),
        format!("POST / HTTP/1.1\r\n{host}Origin: https://evil.example\r\n{list}"),
        format!("POST / HTTP/1.1\r\n{host}Origin: null\r\n{list}"),
        format!(
            "POST / HTTP/1.1\r\n{host}Origin: http://localhost\r\nOrigin: https://evil.example\r\n{list}"
        ),
        "GET / HTTP/1.1\r\nHost: evil.example\r\n".to_owned(),
        format!(
            "OPTIONS / HTTP/1.1\r\n{host}Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n"
        ),
    ] {
        odd.is_refused(format!("{head}{end}").as_bytes());
    }
    // Names of headers are the same in small letters.
    let small = (host.clone() + &list)
        .lines()
        .fold(String::new(), |small, line| {
            let (name, value) = line.split_once(':').unwrap();
            small + &name.to_lowercase() + ":" + value + "\r\n"
        });
    for head in [
        format!(
            "POST / HTTP/1.1\r\nHost: localhost:{}\r\n{list}",
            address.port()
        ),
        format!("POST / HTTP/1.1\r\nHost: LOCALHOST\r\n{list}"),
        format!("POST http://{address}/ HTTP/1.1\r\n{host}{list}"),
        format!("POST / HTTP/1.1\r\n{small}"),
        format!("POST / HTTP/1.1\r\n{host}Origin: http://localhost:3000\r\n{list}"),
    ] {
        odd.is_done(format!("{head}{end}").as_bytes());
    }
}

#[test]
fn other_versions_and_methods_are_answered_or_refused() {
    let odd = Odd::start();
    let (host, list) = (&odd.host, odd.list());
    let end = "Content-Length: 2\r\n\r\n{}";
    for line in [
        "PRI * HTTP/2.0",
        "POST / HTTP/2.0",
        "POST / HTTP/1.9",
        "POST / HTTP/0.9",
        "POST /",
        "POST / http/1.1",
        "POST  / HTTP/1.1",
        "POST\t/ HTTP/1.1",
        "CONNECT evil.example:443 HTTP/1.1",
        "TRACE / HTTP/1.1",
        "PUT / HTTP/1.1",
        "PO\0ST / HTTP/1.1",
        "POST /../../etc/passwd HTTP/1.1",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}",
        "*1\r\n$4\r\nPING",
    ] {
        odd.is_refused(format!("{line}\r\n{host}{list}{end}").as_bytes());
    }
    // The oldest version that has lengths: one answer, and the connection ends.
    let old = format!("POST / HTTP/1.0\r\n{host}{list}{end}{}", odd.smuggled());
    let answers = odd.answers(old.as_bytes());
    assert_eq!(answers.len(), 1, "{answers:?}");
    odd.nothing_was_written();
    // A browser or a health check that just looks must not be harmed.
    for method in ["GET", "HEAD", "OPTIONS"] {
        let mut connection = odd.server.connect();
        assert!(connection.write(format!("{method} / HTTP/1.1\r\n{host}\r\n").as_bytes()));
        connection.finish();
    }
}

#[test]
fn requests_in_a_row_are_answered_in_their_order_and_none_after_the_end() {
    let odd = Odd::start();
    let address = odd.server.address;
    let put = |id: usize| {
        let put = json!({"TableName": "pets", "Item": {"id": {"N": id.to_string()}}});
        whole(address, "PutItem", &put.to_string())
    };
    let get = |id: usize| {
        let get = json!({"TableName": "pets", "Key": key(id)});
        whole(address, "GetItem", &get.to_string())
    };
    let row: Vec<u8> = (0..50).flat_map(|id| [put(id), get(id)].concat()).collect();
    let answers = odd.answers(&row);
    assert_eq!(answers.len(), 100);
    for (id, answers) in answers.chunks(2).enumerate() {
        assert_eq!(
            answers[1].json()["Item"]["id"]["N"],
            id.to_string().as_str()
        );
    }
    // One byte at a time.
    let mut slowly = odd.server.connect();
    for byte in get(7) {
        assert!(slowly.write(&[byte]));
    }
    let answer = slowly.answer().unwrap();
    let checksum = crc32fast::hash(&answer.body).to_string();
    assert_eq!(answer.header("x-amz-crc32"), Some(checksum.as_str()));
    assert!(answer.header("x-amzn-requestid").is_some());
    assert_eq!(
        answer.header("content-type"),
        Some("application/x-amz-json-1.0")
    );
    assert_eq!(answer.success()["Item"]["id"]["N"], "7");
    // Who says that this is the last gets no more.
    let last = head(address, "ListTables") + "Connection: close\r\nContent-Length: 2\r\n\r\n{}";
    let row = [last.into_bytes(), put(666)].concat();
    assert_eq!(odd.answers(&row).len(), 1);
    assert_eq!(scan(&mut odd.server.connect(), "pets").len(), 50);
}

/// Wherever a byte is another one: what comes back are answers, and the next client finds the server as it was.
#[test]
fn a_wrong_byte_anywhere_does_no_harm() {
    let odd = Odd::start();
    let get = json!({"TableName": "pets", "Key": key(1)}).to_string();
    let sound = whole(odd.server.address, "GetItem", &get);
    let others = [0, b'\r', b'\n', b' ', b':', b'{', b'9', 0x80, 0xFF];
    for at in 0..sound.len() {
        let mut request = sound.clone();
        request[at] = others[at % others.len()];
        // A shorter length leaves a rest, which is a second request and a wrong one.
        let answers = odd.answers(&request);
        assert!(answers.len() <= 2, "{at}: {answers:?}");
        for answer in &answers {
            assert!(matches!(answer.status, 200 | 400..600), "{at}: {answer:?}");
        }
    }
    odd.nothing_was_written();
    odd.is_done(&sound);
}

#[test]
fn who_asks_whether_to_go_on_is_told() {
    let odd = Odd::start();
    let head = head(odd.server.address, "ListTables");
    let mut connection = odd.server.connect();
    let asks = format!("{head}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    assert!(connection.write(asks.as_bytes()));
    assert_eq!(connection.answer().unwrap().status, 100);
    assert!(connection.write(b"{}"));
    connection.answer().unwrap().success();
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn packed_bodies_are_unpacked_and_bombs_are_refused() {
    let mut odd = Odd::start();
    let packed = |encoding: &str, body: &[u8]| {
        let head = head(odd.server.address, "ListTables");
        let head = format!(
            "{head}Content-Encoding: {encoding}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    };
    let list = gzip(b"{}");
    for encoding in ["gzip", "GZIP"] {
        assert_eq!(
            odd.is_done(&packed(encoding, &list)).json()["TableNames"][0],
            "pets"
        );
    }
    odd.is_done(&packed("identity", b"{}"));
    // 128 MB of spaces in 128 KB, again within itself, and what is broken, foreign or not packed at all.
    let bomb = gzip(&[&vec![b' '; 1 << 27][..], b"{}"].concat());
    let mut wrong = list.clone();
    let end = wrong.len() - 6;
    wrong[end] ^= 0xFF;
    for (encoding, body) in [
        ("gzip", &bomb[..]),
        ("gzip", &gzip(&bomb)),
        ("gzip", &list[..list.len() - 3]),
        ("gzip", &wrong),
        ("gzip", b"{}"),
        ("gzip", b""),
        ("gzip, gzip", &gzip(&list)),
        ("br", b"{}"),
        ("", &list),
    ] {
        odd.is_refused(&packed(encoding, body));
    }
    if let Some(most) = odd.server.most_memory() {
        assert!(most < 64, "{most} MB");
    }
    assert!(odd.server.runs());
}

/// What the log says is one line for each request, whatever is in it, and nothing that a terminal obeys.
#[test]
fn what_a_client_sends_does_not_move_the_cursor_of_who_watches() {
    let odd = Odd::start();
    let host = &odd.host;
    let evil = "\u{1b}]0;pwned\u{7}\u{1b}[2J\u{202e}猫";
    for head in [
        format!("X-Amz-Target: DynamoDB_20120810.{evil}"),
        format!("X-Amz-Target: {evil}"),
        format!("X-Amz-Target: DynamoDB_20120810.ListTables\r\nUser-Agent: {evil}"),
        format!("X-Amz-Target: DynamoDB_20120810.ListTables\r\nOrigin: {evil}"),
        format!(
            "X-Amz-Target: DynamoDB_20120810.ListTables\r\nAuthorization: AWS4-HMAC-SHA256 Credential={evil}/a/b/c/aws4_request"
        ),
    ] {
        let request = format!("POST / HTTP/1.1\r\n{host}{head}\r\nContent-Length: 2\r\n\r\n{{}}");
        let _ = odd.answers(request.as_bytes());
        // As bytes of their own, which are no UTF-8.
        let latin: Vec<u8> = request
            .chars()
            .map(|c| u8::try_from(c).unwrap_or(0x9B))
            .collect();
        let _ = odd.answers(&latin);
    }
    let _ = odd.answers(format!("POST / HTTP/1.1\r\nHost: {evil}\r\n\r\n").as_bytes());
    let name = json!({"TableName": evil});
    odd.server.connect().call("DescribeTable", &name);
    let said = odd.server.end();
    for text in [&said.out, &said.err] {
        let moves =
            |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!text.contains(moves), "{text:?}");
    }
}
