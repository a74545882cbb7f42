//! What becomes of memory and of each call when a table has a thousand times as many items.

use std::hint::black_box;
use std::time::Duration;

use dynatour::simulator::Simulator;
use serde_json::Value;

use super::Sizes;
use super::calls::pick;
use super::measure::{Table, Target, median, resident, shown, time};
use super::sides::{self, Bodies, NOW, ask, fill_oracle, item, oracle, time_warm};

/// A simulator with the large table, and what it takes of memory.
pub fn fill(sizes: Sizes, table: &mut Table) -> Simulator {
    let simulator = sides::simulator();
    let before = resident("self");
    let (loading, loaded) = time(|| simulator.load("pets", (0..sizes.large).map(item), NOW));
    loaded.expect("well-formed items");
    let summary = simulator.describe("pets", NOW).expect("it was made");
    let each = loading / u32::try_from(sizes.large).expect("a million or less");
    println!(
        "{} items of {} bytes loaded in {}, {} each",
        summary.items,
        summary.bytes / summary.items,
        shown(loading),
        shown(each)
    );
    if let (Some(before), Some(after)) = (before, resident("self")) {
        let held = after.saturating_sub(before);
        let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
        table.row(
            &format!("resident memory of {} items / their size", sizes.large),
            &megabytes(held),
            &megabytes(summary.bytes),
            held as f64 / summary.bytes as f64,
            Some(&Target::AtMost(3.0)),
        );
    }
    simulator
}

/// The time of one call in each round; `number` is the item that a call of a round is about.
fn each(
    sizes: Sizes,
    simulator: &Simulator,
    operation: &str,
    body: fn(usize) -> Vec<u8>,
    number: impl Fn(usize, usize) -> usize,
) -> Vec<Duration> {
    (0..=sizes.rounds)
        .map(|round| {
            let bodies: Bodies = (0..sizes.warm + sizes.calls)
                .map(|call| body(number(round, call)))
                .collect();
            let all = time_warm(sizes.warm, bodies.iter(), |body| {
                black_box(ask(simulator, operation, body));
            });
            all / u32::try_from(sizes.calls).expect("a few thousand calls")
        })
        .collect()
}

pub fn run(sizes: Sizes, small: &Simulator, large: &Simulator, table: &mut Table) {
    for (operation, body) in [
        ("GetItem", sides::get as fn(usize) -> Vec<u8>),
        ("Query", sides::query),
    ] {
        let few = |round, call| pick(round, call, sizes.small);
        let among_few = median(each(sizes, small, operation, body, few));
        let mut row = |what: &str, times: Vec<Duration>, target: Option<&Target>| {
            let among_many = median(times);
            let ratio = among_many.as_secs_f64() / among_few.as_secs_f64();
            table.row(what, &shown(among_many), &shown(among_few), ratio, target);
        };
        let many = |round, call| pick(round, call, sizes.large);
        row(
            &format!("{operation} among {} / among {}", sizes.large, sizes.small),
            each(sizes, large, operation, body, many),
            Some(&Target::AtMost(1.5)),
        );
        if operation == "GetItem" {
            // As many items as the small table has, all over the large one, so that they stay in the caches: what the search costs alone.
            let apart = |round, call| few(round, call) * (sizes.large / sizes.small);
            row(
                &format!("  … of {} items of it, again and again", sizes.small),
                each(sizes, large, operation, body, apart),
                None,
            );
        }
    }
    let tenth = sides::filled(sizes.large / 10);
    let of_tenth = median((0..5).map(|_| time(|| scan_all(&tenth)).0).collect()) * 10;
    let of_all = median((0..5).map(|_| time(|| scan_all(large)).0).collect());
    table.row(
        &format!("Scan of {} / ten of {}", sizes.large, sizes.large / 10),
        &shown(of_all),
        &shown(of_tenth),
        of_all.as_secs_f64() / of_tenth.as_secs_f64(),
        Some(&Target::AtMost(1.5)),
    );
}

/// All pages of a counting scan with a filter: how many items passed, and how many pages it took.
pub fn scan_all(simulator: &Simulator) -> (u64, u64) {
    let mut start = None;
    let (mut passed, mut pages) = (0, 0);
    loop {
        let reply = ask(simulator, "Scan", &sides::scan(start));
        let reply: Value = serde_json::from_slice(&reply).expect("a reply is JSON");
        passed += reply["Count"].as_u64().expect("a count");
        pages += 1;
        match reply.get("LastEvaluatedKey") {
            Some(key) => start = Some(key.clone()),
            None => return (passed, pages),
        }
    }
}

/// The same scan on both.
pub fn scan_beside_oracle(sizes: Sizes, large: &Simulator, table: &mut Table) {
    let oracle = oracle();
    fill_oracle(&oracle, sizes.large);
    let oracle_scan = || {
        let mut passed = 0;
        let mut start = None;
        loop {
            let mut request: dynoxide::actions::scan::ScanRequest =
                serde_json::from_slice(&sides::scan(None)).expect("a request of the oracle's");
            request.exclusive_start_key = start;
            let page = oracle.scan(request).expect("a page");
            passed += page.count as u64;
            start = page.last_evaluated_key;
            if start.is_none() {
                return passed;
            }
        }
    };
    // Once for the oracle, which takes a minute and more, between two halves of ours.
    let mut ours: Vec<Duration> = Vec::new();
    let mut scan = || {
        let (took, (passed, _)) = time(|| scan_all(large));
        ours.push(took);
        passed
    };
    let _ = (scan(), scan());
    let (theirs, passed) = time(oracle_scan);
    assert_eq!((scan(), scan()), (passed, passed), "both count the same");
    scan();
    table.faster(
        &format!("COUNT Scan with a filter over {} items", sizes.large),
        median(ours),
        theirs,
        Some(&Target::AtLeast(20.0)),
    );
}
