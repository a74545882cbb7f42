//! With `--data` what was acknowledged is there after a `kill -9` in the middle of writes, nothing is half there, and a directory that is
//! in use or damaged is left as it is.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};

use serde_json::{Value, json};

use super::connection::Connection;
use super::process::Server;
use super::{key, scan, table};
use crate::program::Said;

const WRITERS: usize = 8;
/// Between the first and the second item of a pair.
const PAIR: usize = 500_000_000;
/// The first writer's counter.
const COUNTERS: usize = 1_000_000_000;

/// What one writer was told is done.
#[derive(Debug, Clone, Copy)]
enum Write {
    /// Two attributes that are the same.
    Item(usize),
    /// Two items in a transaction.
    Pair(usize),
    /// One more on the counter of a writer.
    Counted(usize),
}

fn item(id: usize) -> Value {
    let twice = format!("{id} ").repeat(40);
    json!({"id": {"N": id.to_string()}, "one": {"S": twice}, "other": {"S": twice}})
}

/// Writes, each when the last was acknowledged, until the server is gone.
fn write(connection: &mut Connection, round: usize, writer: usize, done: &Sender<Write>) {
    for number in 0.. {
        let id = (round * WRITERS + writer) * 1_000_000 + number;
        let (operation, request, write) = match number % 4 {
            0 | 1 => (
                "PutItem",
                json!({"TableName": "kept", "Item": item(id)}),
                Write::Item(id),
            ),
            2 => {
                let puts = [id, id + PAIR];
                let puts = puts.map(|id| json!({"Put": {"TableName": "kept", "Item": item(id)}}));
                (
                    "TransactWriteItems",
                    json!({"TransactItems": puts}),
                    Write::Pair(id),
                )
            }
            _ => (
                "UpdateItem",
                json!({
                    "TableName": "kept", "Key": key(COUNTERS + writer), "UpdateExpression": "ADD hits :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}}
                }),
                Write::Counted(writer),
            ),
        };
        if !connection.try_send(operation, &request) {
            return;
        }
        let Some(answer) = connection.answer() else {
            return;
        };
        answer.success();
        if done.send(write).is_err() {
            return;
        }
    }
}

/// Everything that was ever acknowledged is there, and nothing is there that can't be.
fn check(items: &[Value], acknowledged: &[Write], counted_before: &mut [usize], rounds: usize) {
    let id = |item: &Value| item["id"]["N"].as_str().unwrap().parse().unwrap();
    let found: HashMap<usize, &Value> = items.iter().map(|item| (id(item), item)).collect();
    assert_eq!(found.len(), items.len());
    let mut counted = BTreeMap::<usize, usize>::new();
    let mut expected = 0;
    for write in acknowledged {
        match *write {
            Write::Item(id) => {
                assert!(found.contains_key(&id), "{write:?} is lost");
                expected += 1;
            }
            Write::Pair(id) => {
                let both = [id, id + PAIR].map(|id| found.contains_key(&id));
                assert_eq!(both, [true, true], "{write:?} is lost");
                expected += 2;
            }
            Write::Counted(writer) => *counted.entry(writer).or_default() += 1,
        }
    }
    let mut counters = 0;
    for (id, item) in &found {
        if *id >= COUNTERS {
            let hits: usize = item["hits"]["N"].as_str().unwrap().parse().unwrap();
            let writer = id - COUNTERS;
            let told = counted.get(&writer).copied().unwrap_or_default();
            // In each round at most one was under way that nobody was told of.
            assert!((told..=told + rounds).contains(&hits), "{told}, not {hits}");
            assert!(hits >= counted_before[writer], "a count went back");
            counted_before[writer] = hits;
            counters += 1;
            continue;
        }
        let other = if *id >= PAIR { id - PAIR } else { id + PAIR };
        if id % 4 == 2 {
            assert!(found.contains_key(&other), "half a transaction");
        }
        assert_eq!(**item, self::item(*id), "another item");
    }
    let most = expected + 2 * WRITERS * rounds;
    assert!((expected..=most).contains(&(items.len() - counters)));
}

#[test]
fn an_end_under_load_loses_nothing_that_was_acknowledged() {
    let data = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    let mut counted = [0; WRITERS];
    // Killed, but for one orderly end.
    for (round, writes) in [1, 40, 300, 7, 150].into_iter().enumerate() {
        let server = Server::keeping(data.path());
        if round == 0 {
            server.connect().ask("CreateTable", &table("kept"));
        }
        let (done, told) = channel();
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let mut connection = server.connect();
                let done = done.clone();
                scope.spawn(move || write(&mut connection, round, writer, &done));
            }
            drop(done);
            acknowledged.extend(told.iter().take(writes));
            if writes == 7 {
                let said = server.end();
                assert_eq!(said.code, 0, "{}{}", said.out, said.err);
            } else {
                server.kill();
            }
            // What was acknowledged until the very end counts as well.
            acknowledged.extend(told.iter());
        });
        let server = Server::keeping(data.path());
        let items = scan(&mut server.connect(), "kept");
        check(&items, &acknowledged, &mut counted, round + 1);
        server.kill();
    }
    assert!(acknowledged.len() > 498);
}

#[test]
fn what_is_kept_is_there_after_an_orderly_end() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::keeping(data.path());
    let mut connection = server.connect();
    connection.ask("CreateTable", &table("kept"));
    for id in 0..20 {
        let put = json!({"TableName": "kept", "Item": item(id)});
        connection.ask("PutItem", &put);
    }
    connection.ask("DeleteItem", &json!({"TableName": "kept", "Key": key(0)}));
    let said = server.end();
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let server = Server::keeping(data.path());
    assert_eq!(scan(&mut server.connect(), "kept").len(), 19);
}

/// A server with this directory, or what it said instead.
fn try_keeping(data: &Path) -> Result<Server, Said> {
    Server::try_start(&["--port", "0", "--data", data.to_str().unwrap()])
}

/// What a server says that doesn't start with this directory.
fn refused(data: &Path) -> Said {
    let Err(said) = try_keeping(data) else {
        panic!("it started");
    };
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    assert!(said.err.contains(data.to_str().unwrap()), "{}", said.err);
    said
}

#[test]
fn a_directory_in_use_is_refused_to_a_second_server() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::keeping(data.path());
    let mut connection = server.connect();
    connection.ask("CreateTable", &table("kept"));
    let said = refused(data.path());
    assert!(said.err.contains("in use"), "{}", said.err);
    let put = json!({"TableName": "kept", "Item": item(1)});
    connection.ask("PutItem", &put);
    server.kill();
    let server = Server::keeping(data.path());
    assert_eq!(scan(&mut server.connect(), "kept").len(), 1);
}

/// Every file of a directory with its bytes.
fn files(directory: &Path) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(directory).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect()
}

#[test]
fn what_can_be_no_directory_is_named() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    refused(&file);
    refused(&file.join("below"));
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
}

#[test]
fn a_damaged_file_is_refused_and_stays_as_it_is() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::keeping(data.path());
    let mut connection = server.connect();
    connection.ask("CreateTable", &table("kept"));
    for id in 0..300 {
        let put = json!({"TableName": "kept", "Item": item(id)});
        connection.ask("PutItem", &put);
    }
    server.end();
    let sound = files(data.path());
    let (file, bytes) = sound
        .iter()
        .max_by_key(|(_, bytes)| bytes.len())
        .expect("tables are in a file");
    let foreign = b"not a database at all".to_vec();
    let beginning = [&[0; 64], &bytes[64..]].concat();
    let short = bytes[..bytes.len() / 2 + 100].to_vec();
    for damaged in [foreign, beginning, short] {
        std::fs::write(file, &damaged).unwrap();
        let before = files(data.path());
        let said = refused(data.path());
        assert!(said.err.contains("can't be read"), "{}", said.err);
        assert!(files(data.path()) == before, "a damaged file was changed");
    }
    // Wherever a page is lost: it held nothing, or the file is refused.
    let mut refusals = 0;
    for page in (1..bytes.len() / 4096).step_by(bytes.len() / 4096 / 24 + 1) {
        let mut damaged = bytes.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0xA5);
        std::fs::write(file, &damaged).unwrap();
        let before = files(data.path());
        match try_keeping(data.path()) {
            Ok(server) => {
                let items = scan(&mut server.connect(), "kept");
                assert_eq!(items.len(), 300, "page {page}");
                assert!((0..300).all(|id| items.contains(&item(id))), "page {page}");
            }
            Err(said) => {
                assert_eq!(said.code, 2, "page {page}: {}", said.err);
                assert!(files(data.path()) == before, "page {page} was changed");
                refusals += 1;
            }
        }
    }
    assert!(refusals > 0, "no page held anything");
}
