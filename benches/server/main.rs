//! How fast `dynatour serve` is, how soon it answers and how much memory it holds, beside the oracle's server: `cargo bench --bench server`.
//!
//! ```text
//!   this process                      ╭── 16 kept connections ──▶  dynatour serve --plain --port 0      both on loopback, both optimised,
//!   one client, requests made before ─┤                                                                  each in a process of its own,
//!   the clock starts                  ╰── 16 kept connections ──▶  this program again, as the oracle     asked the same in turns
//! ```
//!
//! Each server is a process, because memory and the time until the first answer are a process's. Ours is the program that a learner
//! starts; the oracle has no program in its crate's library, so this one runs itself again with [`AS_ORACLE`] and does what the oracle's
//! own `main` does: a runtime of tokio's with its defaults and `serve_on`.
//!
//! The client is one thread that writes bytes made beforehand and reads as little of the answers as can be checked, so that the servers
//! are what is measured; how much of the machine it takes all the same is printed beside each figure.
//! Without `--bench`, as `cargo test --all-targets` runs it, every size is small, and nothing but that it works is learned.
//!
//! Invariant: every answer is checked, and a target that was missed is printed as missed.

#![expect(clippy::print_stdout, reason = "the table it prints is what it is for")]
#![expect(
    clippy::cast_precision_loss,
    reason = "figures for people, of few digits"
)]

mod client;
#[path = "../measure/mod.rs"]
mod measure;
#[path = "../pets/mod.rs"]
mod pets;
mod server;

use std::time::Duration;

use client::Client;
use measure::{Table, Target, median, resident, shown, time};
use server::{AS_ORACLE, Server};

/// How much is done.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    /// Rounds that a median is taken of.
    rounds: usize,
    /// Items that are put, over all rounds.
    items: usize,
    /// Other calls in a round.
    calls: usize,
}

/// Nothing that a person notices.
const AT_ONCE: Duration = Duration::from_millis(10);

fn main() {
    if std::env::args().any(|argument| argument == AS_ORACLE) {
        return server::be_the_oracle();
    }
    let measured = std::env::args().any(|argument| argument == "--bench");
    let sizes = if measured {
        Sizes {
            rounds: 5,
            items: 100_000,
            calls: 20_000,
        }
    } else {
        Sizes {
            rounds: 2,
            items: 2_000,
            calls: 100,
        }
    };
    let mut table = Table::new();
    starts(sizes, &mut table);
    let (ours, oracle) = (Server::ours(), Server::oracle());
    let mut both = [Side::new(ours), Side::new(oracle)];
    let each = sizes.items / sizes.rounds;
    turns("PutItem/s", sizes, &mut table, &mut both, |round| {
        (round * each..(round + 1) * each)
            .map(|number| ("PutItem", pets::put(anywhere(number, sizes.items))))
            .collect()
    });
    memory(sizes, &mut table, &both);
    let calls = |operation: &'static str, body: fn(usize) -> Vec<u8>| {
        move |round: usize| {
            (round * sizes.calls..(round + 1) * sizes.calls)
                .map(|number| (operation, body(anywhere(number, sizes.items))))
                .collect()
        }
    };
    turns(
        "GetItem/s",
        sizes,
        &mut table,
        &mut both,
        calls("GetItem", pets::get),
    );
    turns(
        "Query/s, 10 items each",
        sizes,
        &mut table,
        &mut both,
        calls("Query", pets::query),
    );
    scans(sizes, &mut table, &mut both);
    durable(sizes, &mut table, &mut both[1]);
    table.finish();
}

/// All numbers below `items` once, in no order that a cache or a tree would like.
fn anywhere(number: usize, items: usize) -> usize {
    number * 104_729 % items
}

/// A server and the client's connections to it.
struct Side {
    server: Server,
    client: Client,
}

impl Side {
    fn new(server: Server) -> Self {
        let mut client = Client::connect(server.address);
        let create = pets::create("pets").to_string().into_bytes();
        client.all(&[("CreateTable", create)]);
        Self { server, client }
    }
}

/// From the start of the process to the first answer.
fn starts(sizes: Sizes, table: &mut Table) {
    let start = |server: fn() -> Server| {
        let first_answer = || {
            let server = server();
            Client::connect(server.address).all(&[("ListTables", b"{}".to_vec())]);
            server
        };
        time(first_answer).0
    };
    let (ours, oracles): (Vec<_>, Vec<_>) = (0..2 * sizes.rounds)
        .map(|_| (start(Server::ours), start(Server::oracle)))
        .unzip();
    let (ours, oracles) = (median(ours), median(oracles));
    table.faster("from start to first answer", ours, oracles, None);
    table.row(
        "  … beside what nobody notices",
        &shown(ours),
        &shown(AT_ONCE),
        ours.as_secs_f64() / AT_ONCE.as_secs_f64(),
        Some(&Target::AtMost(1.0)),
    );
}

/// Rounds of the same requests to both, over 16 connections each.
fn turns(
    what: &str,
    sizes: Sizes,
    table: &mut Table,
    both: &mut [Side; 2],
    requests: impl Fn(usize) -> Vec<(&'static str, Vec<u8>)>,
) {
    let mut times = [Vec::new(), Vec::new()];
    let mut shares = [(0, 0); 2];
    let mut calls = 0;
    for round in 0..sizes.rounds {
        let requests = requests(round);
        calls = requests.len();
        for ((side, times), share) in both.iter_mut().zip(&mut times).zip(&mut shares) {
            let requests = side.client.prepare(&requests);
            let before = (server::busy("self"), side.server.busy());
            times.push(time(|| side.client.send(&requests)).0);
            share.0 += server::busy("self") - before.0;
            share.1 += side.server.busy() - before.1;
        }
    }
    let [ours, oracles] = times.map(|times| calls as f64 / median(times).as_secs_f64());
    table.row(
        what,
        &format!("{ours:.0}"),
        &format!("{oracles:.0}"),
        ours / oracles,
        Some(&Target::AtLeast(2.0)),
    );
    let [beside_ours, beside_oracle] =
        shares.map(|(client, server)| 100.0 * client as f64 / (client + server).max(1) as f64);
    let requests = (calls * sizes.rounds) as f64;
    let [ours, oracles] =
        shares.map(|(_, server)| shown(server::TICK.mul_f64(server as f64 / requests)));
    println!(
        "  … of the processor's time the client took {beside_ours:.0} % beside ours, {beside_oracle:.0} % beside the oracle; \
         a request took the servers {ours} and {oracles} of it"
    );
}

/// Puts that are answered when they are on the disk, beside the oracle's in memory, which an end takes with it.
fn durable(sizes: Sizes, table: &mut Table, oracle: &mut Side) {
    let data = tempfile::tempdir().expect("a scratch directory");
    let mut ours = Side::new(Server::keeping(data.path()));
    let puts: Vec<_> = (0..sizes.calls)
        .map(|number| ("PutItem", pets::put(anywhere(number, sizes.items))))
        .collect();
    let [ours, oracles] = [&mut ours, oracle].map(|side| {
        let puts = side.client.prepare(&puts);
        sizes.calls as f64 / time(|| side.client.send(&puts)).0.as_secs_f64()
    });
    table.row(
        "PutItem/s with --data / in the oracle's memory",
        &format!("{ours:.0}"),
        &format!("{oracles:.0}"),
        ours / oracles,
        None,
    );
}

fn memory(sizes: Sizes, table: &mut Table, both: &[Side; 2]) {
    let [Some(ours), Some(oracles)] = [0, 1].map(|side| resident(&both[side].server.process()))
    else {
        return;
    };
    let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    table.row(
        &format!("resident memory with {} items", sizes.items),
        &megabytes(ours),
        &megabytes(oracles),
        ours as f64 / oracles as f64,
        Some(&Target::AtMost(1.0)),
    );
}

/// All items by one client, page after page, as a paginator asks for them.
fn scans(sizes: Sizes, table: &mut Table, both: &mut [Side; 2]) {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..sizes.rounds {
        for (side, times) in both.iter_mut().zip(&mut times) {
            let (took, items) = time(|| side.client.scan("pets"));
            assert_eq!(items, sizes.items, "every item once");
            times.push(took);
        }
    }
    let [ours, oracles] = times.map(median);
    table.faster(
        &format!("Scan of {} items, all pages", sizes.items),
        ours,
        oracles,
        Some(&Target::AtLeast(2.0)),
    );
}
