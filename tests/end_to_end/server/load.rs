//! Many at once, and those who are slow, never finish, or send too much: memory stays bounded, the others are served, nothing is lost.
//!
//! Nothing here waits for time to pass: that the others are served is seen from their answers, while the unlucky ones hang.

use serde_json::{Value, json};

use super::connection::{Connection, head, whole};
use super::process::Server;
use super::{key, scan, table};

/// Connections of a large class, with a few for each student.
const MANY: usize = 1_000;
/// Megabytes that a server may hold under any load here: its limits promise 128 for large requests and answers, 32 KB for each
/// connection besides, and what it has of its own and in its tables is less than the rest.
const BOUND: u64 = 256;

/// As many connections as the system lets one process have, up to [`MANY`].
fn many() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // One that the system doesn't raise stays as it was.
    let _ = setrlimit(Resource::Nofile, limit);
    let open = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    // The tests beside this one have connections as well.
    let possible = usize::try_from(open / 2).unwrap_or(MANY);
    possible.min(MANY)
}

fn put(id: usize) -> Value {
    json!({"TableName": "pets", "Item": {"id": {"N": id.to_string()}, "name": {"S": format!("pet {id}")}}})
}

/// A server with an empty table.
fn server() -> Server {
    let server = Server::start();
    server.connect().ask("CreateTable", &table("pets"));
    server
}

/// What somebody else gets done meanwhile: items from 1,000,000 on.
fn others_are_served(server: &Server) {
    let mut other = server.connect();
    for id in 1_000_000..1_000_200 {
        other.ask("PutItem", &put(id));
        let get = json!({"TableName": "pets", "Key": key(id)});
        let item = &other.ask("GetItem", &get)["Item"];
        assert_eq!(item["name"]["S"], format!("pet {id}").as_str());
    }
}

/// Memory, and that it still runs.
fn is_well(server: &mut Server) {
    assert!(server.runs());
    if let Some(most) = server.most_memory() {
        assert!(most <= BOUND, "{most} MB of {BOUND}");
    }
}

#[test]
fn a_thousand_requests_in_flight_on_as_many_connections_are_all_answered() {
    all_are_answered(Server::start());
}

#[test]
fn a_thousand_writes_in_flight_are_all_kept() {
    let data = tempfile::tempdir().unwrap();
    let items = all_are_answered(Server::keeping(data.path()));
    let server = Server::keeping(data.path());
    assert_eq!(scan(&mut server.connect(), "pets").len(), items);
}

/// A thousand puts and a thousand gets at once; how many items there are then.
#[expect(clippy::print_stdout, reason = "says of itself that it did less")]
fn all_are_answered(mut server: Server) -> usize {
    server.connect().ask("CreateTable", &table("pets"));
    let many = many();
    if many < MANY {
        println!("{many} connections instead of {MANY}: the system lets a process open no more");
    }
    let mut connections: Vec<_> = (0..many).map(|_| server.connect()).collect();
    for operation in ["PutItem", "GetItem"] {
        for (id, connection) in connections.iter_mut().enumerate() {
            let get = json!({"TableName": "pets", "Key": key(id)});
            connection.send(
                operation,
                &if operation == "PutItem" { put(id) } else { get },
            );
        }
        others_are_served(&server);
        for (id, connection) in connections.iter_mut().enumerate() {
            let answer = connection.answer().expect("an answer for each").success();
            if operation == "GetItem" {
                assert_eq!(answer["Item"]["name"]["S"], format!("pet {id}").as_str());
            }
        }
    }
    let items = scan(&mut server.connect(), "pets");
    assert_eq!(items.len(), many + 200);
    is_well(&mut server);
    server.kill();
    items.len()
}

/// Each asks for far more than it reads: all answers together would be 3 GB.
#[test]
fn who_does_not_read_holds_up_nobody_and_gets_everything_later() {
    let mut server = server();
    let note = "x".repeat(100_000);
    server.connect().ask("CreateTable", &table("notes"));
    for id in 0..12 {
        let item = json!({"id": {"N": id.to_string()}, "note": {"S": note}});
        let put = json!({"TableName": "notes", "Item": item});
        server.connect().ask("PutItem", &put);
    }
    let scan = whole(server.address, "Scan", r#"{"TableName": "notes"}"#).repeat(200);
    let mut slow: Vec<_> = (0..16).map(|_| server.connect()).collect();
    for connection in &mut slow {
        assert!(connection.write(&scan));
    }
    others_are_served(&server);
    for connection in &mut slow {
        for _ in 0..2 {
            let page = connection.answer().expect("it was asked for").success();
            // The eleventh begins within the first megabyte.
            assert_eq!(page["Count"], 11);
        }
    }
    // With many more of them there is no room for all: then some of them are cut, and the others get their large answers.
    slow.extend((0..100).map(|_| {
        let mut connection = server.connect();
        assert!(connection.write(&scan));
        connection
    }));
    let whole_table = json!({"TableName": "notes"});
    for _ in 0..20 {
        let page = server.connect().ask("Scan", &whole_table);
        assert_eq!(page["Count"], 11);
    }
    others_are_served(&server);
    is_well(&mut server);
}

#[test]
fn half_a_request_holds_up_nobody_and_is_done_when_it_is_whole() {
    let mut server = server();
    let requests = (0..200).map(|id| whole(server.address, "PutItem", &put(id).to_string()));
    let requests: Vec<_> = requests.collect();
    let mut halves: Vec<_> = requests.iter().map(|_| server.connect()).collect();
    // Some end within the head, some within the body, some at the very last byte.
    let cut = |id: usize, request: &[u8]| match id % 4 {
        0 => 17,
        1 => request.len() / 2,
        2 => request.len() - 20,
        _ => request.len() - 1,
    };
    for (id, (half, request)) in halves.iter_mut().zip(&requests).enumerate() {
        assert!(half.write(&request[..cut(id, request)]));
    }
    others_are_served(&server);
    assert_eq!(scan(&mut server.connect(), "pets").len(), 200);
    // Half of them never go on: hanging up is all they do.
    let rest = halves.split_off(100);
    drop(rest);
    for (id, (half, request)) in halves.iter_mut().zip(&requests).enumerate() {
        assert!(half.write(&request[cut(id, request)..]));
        half.answer().expect("it is whole").success();
    }
    let mut found: Vec<usize> = scan(&mut server.connect(), "pets")
        .iter()
        .map(|item| item["id"]["N"].as_str().unwrap().parse().unwrap())
        .filter(|id| *id < 1_000_000)
        .collect();
    found.sort_unstable();
    assert_eq!(found, (0..100).collect::<Vec<_>>());
    is_well(&mut server);
}

/// Whether it was told that this is too much, or just cut off.
fn is_refused(connection: &mut Connection) {
    if let Some(answer) = connection.answer() {
        assert!((400..500).contains(&answer.status), "{answer:?}");
    }
}

#[test]
fn bodies_of_100_megabytes_are_refused() {
    let mut server = server();
    let head = head(server.address, "PutItem");
    // Who asks first is told that it need not come.
    let mut polite = server.connect();
    let asks = format!("{head}Expect: 100-continue\r\nContent-Length: 104857600\r\n\r\n");
    assert!(polite.write(asks.as_bytes()));
    assert_eq!(polite.answer().expect("an answer").status, 413);
    // Some announce it and some don't.
    let megabyte = vec![b' '; 1 << 20];
    let chunk = [b"100000\r\n", &megabyte[..], b"\r\n"].concat();
    let length = "Content-Length: 104857600\r\n\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n\r\n";
    for (announced, part, end) in [(length, &megabyte, ""), (chunked, &chunk, "0\r\n\r\n")] {
        let mut connection = server.connect();
        assert!(connection.write(format!("{head}{announced}").as_bytes()));
        // It may be cut off in the middle.
        let _ = (0..100).all(|_| connection.write(part)) && connection.write(end.as_bytes());
        is_refused(&mut connection);
    }
    others_are_served(&server);
    is_well(&mut server);
}

/// All of them together would be a gigabyte, and none of them ends.
#[test]
fn many_bodies_that_never_end_wait_for_room_and_hold_up_nobody() {
    let mut server = server();
    let head = head(server.address, "PutItem");
    let head = format!("{head}Content-Length: 10485760\r\n\r\n");
    let megabyte = vec![b' '; 1 << 20];
    let mut greedy: Vec<_> = (0..100).map(|_| server.connect()).collect();
    for connection in &mut greedy {
        assert!(connection.write(head.as_bytes()));
        connection.may_wait_to_write(false);
    }
    // In turns, as far as the server takes it.
    for _ in 0..10 {
        for connection in &mut greedy {
            connection.write(&megabyte);
        }
    }
    others_are_served(&server);
    is_well(&mut server);
    drop(greedy);
    // The room is free again for a body of 8 MB, most of which is space between two words.
    let spacious = format!(
        r#"{{"TableName": "pets",{}"Key": {{"id": {{"N": "1"}}}}}}"#,
        " ".repeat(8 << 20)
    );
    let mut connection = server.connect();
    assert!(connection.write(&whole(server.address, "GetItem", &spacious)));
    connection.answer().expect("an answer").success();
}

#[test]
fn floods_of_headers_are_refused() {
    let mut server = server();
    let line = "X-Flood: 0123456789012345678901234567890123456789\r\n";
    let floods = [
        // Many, one without an end, and a target without an end.
        format!(
            "{}{}",
            head(server.address, "PutItem"),
            line.repeat(200_000)
        ),
        format!("POST / HTTP/1.1\r\nX-Flood: {}", "a".repeat(10_000_000)),
        format!("POST /{} HTTP/1.1\r\n\r\n", "a".repeat(10_000_000)),
        "\r\n".repeat(5_000_000),
        "A".repeat(10_000_000),
    ];
    for flood in &floods {
        for _ in 0..4 {
            let mut connection = server.connect();
            // It may be cut off in the middle.
            let _ = connection.write(flood.as_bytes());
            is_refused(&mut connection);
        }
    }
    others_are_served(&server);
    is_well(&mut server);
}

/// Some rest, some are in the middle of a request, and some don't read; none of them says goodbye.
#[test]
fn an_end_does_not_wait_for_who_is_silent() {
    let server = server();
    let put = whole(server.address, "PutItem", &put(1).to_string());
    let mut silent: Vec<_> = (0..60).map(|_| server.connect()).collect();
    for (number, connection) in silent.iter_mut().enumerate() {
        match number % 3 {
            0 => assert!(connection.write(&put[..put.len() - 1])),
            1 => assert!(connection.write(&put[..20])),
            _ => {
                connection.ask("ListTables", &json!({}));
            }
        }
    }
    others_are_served(&server);
    let said = server.end();
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    for connection in &mut silent {
        assert!(connection.answer().is_none(), "half a request was answered");
    }
}
