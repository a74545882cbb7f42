//! Real traffic against the simulated table's real limits.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::lesson::traffic::Spread;
use crate::runner::demo::tests::run_now;
use crate::scene::traffic::Slice;
use crate::simulator::trace::SplitCause;

const QUIET: Watch<'static> = Watch {
    report: &|_| {},
    stop: &|| false,
};

fn load(access: Access, rate: u64) -> Load {
    Load {
        access,
        rate,
        spread: Spread::Even,
        provisioned: None,
    }
}

fn sent(design: Design, load: Load) -> Record {
    let run = TrafficRun {
        table: "orders".to_owned(),
        design,
        load,
    };
    run_now(run_traffic(&run, QUIET)).expect("the load is in range")
}

fn throttled(record: &Record) -> u64 {
    record.slices.iter().map(Slice::throttled).sum()
}

/// What holds for any record: no partition serves more than its limit, and all requests are accounted for.
fn check_sums(record: &Record, load: Load) {
    assert_eq!(record.slices.len() as u64, SLICES);
    let most = record.limit.halves() * SLICE_SECONDS;
    for slice in &record.slices {
        let served: u64 = slice.lanes.iter().map(|lane| lane.served).sum();
        let refused: u64 = slice.lanes.iter().map(|lane| lane.throttled).sum();
        assert_eq!(served + refused, slice.asked);
        assert_eq!(refused, slice.throttled());
        for lane in &slice.lanes {
            assert!(lane.consumed.halves() <= most, "{lane:?}");
        }
    }
    let asked: u64 = record.slices.iter().map(|slice| slice.asked).sum();
    assert_eq!(
        asked * load.access.scale(),
        load.rate * SLICES * SLICE_SECONDS
    );
}

#[test]
fn many_keys_share_the_load_and_one_day_does_not() {
    let load = load(Access::Writes, 1_200);
    let spread = sent(Design::User, load);
    check_sums(&spread, load);
    assert_eq!(throttled(&spread), 0);
    let stored: u64 = spread.slices.last().map_or(0, |last| {
        last.lanes.iter().map(|lane| lane.state.items).sum()
    });
    assert_eq!(
        stored * 20,
        1_200 * 600,
        "every write that was served is there"
    );

    let today = sent(Design::Date, load);
    check_sums(&today, load);
    // A partition serves 1,000 of the 1,200.
    assert!(
        throttled(&today).abs_diff(6_000) < 200,
        "{}",
        throttled(&today)
    );
    let splits: Vec<_> = today
        .slices
        .iter()
        .flat_map(|slice| &slice.splits)
        .collect();
    // Times only rise, so no cut would cool it; but it grows too large.
    assert!(splits.iter().all(|at| at.split.cause == SplitCause::Size));
    assert!(splits.first().is_some_and(|at| at.split.inside));
}

#[test]
fn a_hot_status_is_split_by_sort_key_after_five_minutes() {
    let load = load(Access::Writes, 1_500);
    let record = sent(Design::Status, load);
    check_sums(&record, load);
    let splits: Vec<_> = record
        .slices
        .iter()
        .flat_map(|slice| &slice.splits)
        .collect();
    let first = splits.first().expect("it is split");
    assert_eq!(first.split.cause, SplitCause::Heat);
    assert!(first.split.inside, "by sort key");
    assert!(
        (300_000..310_000).contains(&first.millis),
        "{}",
        first.millis
    );
    let half = record.slices.len() / 2;
    let before: u64 = record.slices[..half].iter().map(Slice::throttled).sum();
    let after: u64 = record.slices[half + 6..].iter().map(Slice::throttled).sum();
    assert!(
        before > 2_000 && after < before / 20,
        "{before}, then {after}"
    );
}

#[test]
fn what_was_saved_is_used_up_and_then_what_is_provisioned_is_served() {
    let load = Load {
        provisioned: Some(200),
        ..load(Access::Writes, 400)
    };
    let record = sent(Design::User, load);
    check_sums(&record, load);
    let saved = record.saved.expect("the table is provisioned");
    // 300 seconds of 10 units.
    assert_eq!(saved.left.halves() / 2, 3_000);
    let first = record.slices.iter().position(|slice| slice.throttled() > 0);
    // Ten more than provisioned are taken each second.
    assert!(
        first.is_some_and(|first| (59..=61).contains(&first)),
        "{first:?}"
    );
    let last = record.slices.last().expect("there are slices");
    assert!(
        last.refused
            .contains_key("TableWriteProvisionedThroughputExceeded")
    );
    assert_eq!(last.asked - last.throttled(), 50);
}

#[test]
fn reads_find_their_items_and_meet_their_own_limit() {
    let load = Load {
        spread: Spread::OneKey,
        ..load(Access::Reads, 3_600)
    };
    let record = sent(Design::User, load);
    check_sums(&record, load);
    assert_eq!(record.limit_a_second(), 3_000);
    let stored: u64 = record.start.iter().map(|state| state.items).sum();
    assert_eq!(stored, CUSTOMERS * EACH);
    let first = &record.slices[0];
    assert_eq!(first.asked - first.throttled(), 250, "50 a second");
    assert!(
        first
            .refused
            .contains_key("TableReadKeyRangeThroughputExceeded")
    );
}

#[test]
fn the_same_traffic_can_be_sent_again() {
    let load = Load {
        spread: Spread::Skewed,
        ..load(Access::Writes, 200)
    };
    assert_eq!(sent(Design::Device, load), sent(Design::Device, load));
}

#[test]
fn a_load_that_can_t_be_simulated_is_refused_with_words() {
    for (rate, provisioned) in [(0, None), (1_000_000, None), (2_000, Some(0))] {
        let load = Load {
            provisioned,
            ..load(Access::Writes, rate)
        };
        let run = TrafficRun {
            table: "orders".to_owned(),
            design: Design::User,
            load,
        };
        let words = run_now(run_traffic(&run, QUIET)).unwrap_err().to_string();
        assert!(
            words.ends_with("give a whole number from 20 to 8,000"),
            "{words}"
        );
    }
}

#[test]
fn a_table_that_the_service_refuses_says_why() {
    let run = TrafficRun {
        table: "no table!".to_owned(),
        design: Design::User,
        load: load(Access::Writes, 20),
    };
    let words = run_now(run_traffic(&run, QUIET)).unwrap_err().to_string();
    assert!(words.contains(": ValidationException: "), "{words}");
}

#[test]
fn traffic_can_be_stopped_between_two_slices() {
    let looks = AtomicU64::new(0);
    let stop = || looks.fetch_add(1, Ordering::Relaxed) >= 2;
    let watch = Watch {
        report: &|_| {},
        stop: &stop,
    };
    let run = TrafficRun {
        table: "orders".to_owned(),
        design: Design::User,
        load: load(Access::Writes, 20),
    };
    let stopped = run_now(run_traffic(&run, watch));
    assert!(matches!(stopped, Err(RunError::Stopped)));
}
