//! How long a `PutItem` waits while a scan runs, measured in pages of that scan.
//!
//! A count would need to stop the clock inside the table; so this is a time over a time: the longest puts over the median time of one
//! page, lock and judging together. That a put can't wait for more than the page that is being collected is proved by a test, which needs no
//! clock; here is what it comes to on a machine with other things to do.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use dynatour::simulator::Simulator;

use super::Sizes;
use super::growth::scan_all;
use super::measure::{Table, Target, median, shown, time};
use super::sides::{ask, put};

pub fn run(sizes: Sizes, large: &Simulator, table: &mut Table) {
    let (whole, (_, pages)) = time(|| scan_all(large));
    let page = whole / u32::try_from(pages).expect("a few hundred pages");
    let bodies: Vec<_> = (0..sizes.calls).map(put).collect();
    let stop = AtomicBool::new(false);
    let mut waits: Vec<Duration> = thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                scan_all(large);
            }
        });
        let waits = (0..sizes.rounds)
            .flat_map(|_| &bodies)
            .map(|body| time(|| ask(large, "PutItem", body)).0)
            .collect();
        stop.store(true, Ordering::Relaxed);
        waits
    });
    waits.sort_unstable();
    println!(
        "PutItem beside a scan: median {}, longest {}; a page of the scan takes {}",
        shown(median(waits.clone())),
        shown(waits[waits.len() - 1]),
        shown(page)
    );
    // One in a thousand meets the machine's scheduler rather than the scan.
    let long = waits[waits.len() * 999 / 1000];
    table.row(
        "PutItem beside a scan, 99.9 % take less / one page",
        &shown(long),
        &shown(page),
        long.as_secs_f64() / page.as_secs_f64(),
        Some(&Target::AtMost(1.0)),
    );
}
