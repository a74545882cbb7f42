//! Records folded out of traces that are written down here, and what is seen of them.

use proptest::prelude::*;

use super::*;
use crate::scene::Playhead;
use crate::simulator::trace::{
    CapacityState, KeyTrace, PartitionHeat, PartitionState, Split, SplitCause, Throttle, Trace,
};

/// Of a partition here: 50 units a second.
const LIMIT: u64 = 50;

/// One request.
#[derive(Debug, Clone)]
pub(crate) enum Sent {
    /// To a partition, for a key.
    Served(u32, &'static str),
    Refused(u32),
}

fn rate(limit: u64, left: u64) -> Rate {
    Rate {
        consumed: CapacityUnits::ZERO,
        before: CapacityUnits::ZERO,
        limit: CapacityUnits::whole(limit),
        left: CapacityUnits::whole(left),
    }
}

fn states(partitions: &[u32]) -> Vec<PartitionState> {
    let width = u64::MAX / partitions.len() as u64;
    (0..)
        .zip(partitions)
        .map(|(place, id)| PartitionState {
            id: PartitionId(*id),
            first_hash: place * width,
            last_hash: place * width + (width - 1),
            items: 0,
            bytes: 0,
            begins_inside: false,
            ends_inside: false,
            heat: Some(Box::new(PartitionHeat {
                read: rate(3 * LIMIT, 3 * LIMIT),
                write: rate(LIMIT, LIMIT),
            })),
        })
        .collect()
}

/// A table with these partitions, and so much saved where it is provisioned with 50 units a second.
fn table(operation: &str, partitions: &[u32], saved: Option<u64>) -> Trace {
    Trace {
        table: "orders".into(),
        partitions: states(partitions),
        capacity: saved
            .map(|left| CapacityState {
                index: None,
                read: None,
                write: Some(rate(LIMIT, left)),
            })
            .into_iter()
            .collect(),
        ..Trace::new(operation)
    }
}

fn request(sent: &Sent, partitions: &[u32], saved: Option<u64>) -> Trace {
    let mut trace = table("PutItem", partitions, saved);
    match sent {
        Sent::Served(partition, key) => {
            trace.written = CapacityUnits::whole(1);
            trace.key = Some(KeyTrace {
                attribute: "status".into(),
                key_type: "S",
                text: (*key).into(),
                bytes: key.as_bytes().into(),
                hash: 0,
                partition: PartitionId(*partition),
                sort: None,
                place: None,
            });
        }
        Sent::Refused(partition) => trace.throttles.push(Throttle {
            reason: if saved == Some(0) {
                "TableWriteProvisionedThroughputExceeded"
            } else {
                "TableWriteKeyRangeThroughputExceeded"
            }
            .to_owned(),
            index: None,
            partition: PartitionId(*partition),
            rate: rate(LIMIT, 0),
        }),
    }
    trace
}

/// One slice: what is sent, the partitions after it, what is saved then, and a split at its end.
pub(crate) struct Told<'a> {
    pub sent: &'a [(u64, Sent)],
    pub partitions: &'a [u32],
    pub saved: Option<u64>,
    pub split: Option<Split>,
}

/// A record of slices of five seconds at 1:20; each request is sent so many times.
pub(crate) fn record(slices: &[Told<'_>]) -> Record {
    let setup = Setup {
        units: Units::Write,
        scale: 20,
        seconds: 5,
        holds: 3 * 1024 * 1024,
    };
    let first = &slices[0];
    let saved = first.saved.map(|_| 300 * LIMIT);
    let mut fold = Fold::new(
        &table("CreateTable", first.partitions, saved),
        "status",
        setup,
    )
    .expect("the table shows its limits");
    for slice in slices {
        let requests = slice
            .sent
            .iter()
            .flat_map(|(times, sent)| (0..*times).map(move |_| sent));
        let all: u64 = slice.sent.iter().map(|(times, _)| times).sum();
        for (number, sent) in (1..).zip(requests) {
            let mut trace = request(sent, slice.partitions, slice.saved);
            if number == all {
                trace.splits.extend(slice.split.clone());
            }
            fold.take(&trace, 0);
        }
        fold.close();
    }
    fold.finish()
}

pub(crate) fn split(partition: u32, upper: u32, cause: SplitCause, inside: bool) -> Split {
    Split {
        index: None,
        partition: PartitionId(partition),
        upper: PartitionId(upper),
        at_hash: 0,
        inside,
        cause,
    }
}

/// A hot key in P0 until it is split for heat, and P1 with little to do.
pub(crate) fn hot(before: usize, after: usize) -> Record {
    let hot = [
        (250, Sent::Served(0, "OPEN")),
        (150, Sent::Refused(0)),
        (100, Sent::Served(1, "DONE")),
    ];
    let cool = [
        (200, Sent::Served(0, "OPEN")),
        (200, Sent::Served(2, "OPEN")),
        (100, Sent::Served(1, "DONE")),
    ];
    let mut slices: Vec<Told<'_>> = (0..before)
        .map(|_| Told {
            sent: &hot,
            partitions: &[0, 1],
            saved: None,
            split: None,
        })
        .collect();
    if let Some(last) = slices.last_mut() {
        last.partitions = &[0, 2, 1];
        last.split = Some(split(0, 2, SplitCause::Heat, true));
    }
    slices.extend((0..after).map(|_| Told {
        sent: &cool,
        partitions: &[0, 2, 1],
        saved: None,
        split: None,
    }));
    let mut record = record(&slices);
    record.start = states(&[0, 1]);
    record
}

/// The same traffic on four partitions that share it.
pub(crate) fn even(slices: usize) -> Record {
    let sent = [
        (130, Sent::Served(0, "customer-007")),
        (120, Sent::Served(1, "customer-001")),
        (140, Sent::Served(2, "customer-002")),
        (110, Sent::Served(3, "customer-003")),
    ];
    let slices: Vec<Told<'_>> = (0..slices)
        .map(|_| Told {
            sent: &sent,
            partitions: &[0, 1, 2, 3],
            saved: None,
            split: None,
        })
        .collect();
    record(&slices)
}

/// Provisioned capacity whose reserve is used up in the third of four slices.
pub(crate) fn drained() -> Record {
    let sent = [
        (245, Sent::Served(0, "OPEN")),
        (205, Sent::Served(1, "DONE")),
    ];
    let dry = [
        (150, Sent::Served(0, "OPEN")),
        (100, Sent::Served(1, "DONE")),
        (95, Sent::Refused(0)),
        (105, Sent::Refused(1)),
    ];
    let slices = [
        (&sent[..], 10_000),
        (&sent[..], 5_000),
        (&dry[..], 0),
        (&dry[..], 0),
    ];
    let slices: Vec<Told<'_>> = slices
        .into_iter()
        .map(|(sent, saved)| Told {
            sent,
            partitions: &[0, 1],
            saved: Some(saved),
            split: None,
        })
        .collect();
    record(&slices)
}

#[test]
fn a_slice_has_the_sums_of_its_traces() {
    let record = hot(2, 1);
    let slice = &record.slices[0];
    assert_eq!((slice.asked, slice.throttled()), (500, 150));
    assert_eq!(slice.refused["TableWriteKeyRangeThroughputExceeded"], 150);
    let lane = slice.lane(PartitionId(0)).expect("P0 was there");
    assert_eq!((lane.served, lane.throttled), (250, 150));
    assert_eq!(
        lane.busiest,
        Some(("OPEN".to_owned(), CapacityUnits::whole(250)))
    );
    // 250 units in five seconds at 1:20.
    assert_eq!(record.a_second(lane.consumed), 1_000);
    assert_eq!(record.limit_a_second(), 1_000);
    assert_eq!(
        record.partitions(),
        [
            (PartitionId(0), None),
            (PartitionId(2), Some(1)),
            (PartitionId(1), None)
        ]
    );
}

#[test]
fn without_limits_there_is_nothing_to_fold() {
    let mut trace = table("CreateTable", &[0], None);
    trace.partitions[0].heat = None;
    let setup = even(1).setup;
    assert!(Fold::new(&trace, "status", setup).is_none());
    trace.partitions.clear();
    assert!(Fold::new(&trace, "status", setup).is_none());
}

#[test]
fn the_narration_tells_what_changes() {
    let told = [hot(3, 8), even(2), drained()].map(|record| narrate(&record).join("\n"));
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn a_hot_partition_is_lent_what_the_others_leave() {
    let slice = Told {
        sent: &[
            (200, Sent::Served(0, "OPEN")),
            (40, Sent::Served(1, "DONE")),
        ],
        partitions: &[0, 1],
        saved: Some(15_000),
        split: None,
    };
    let told = narrate(&record(&[slice])).join("\n");
    assert!(
        told.contains("P0, serves 800 of the 1,000 WCU a second that it may. That is more than its even share of 500: adaptive capacity"),
        "{told}"
    );
}

#[test]
fn a_partition_is_drawn_from_its_birth_on() {
    let script = Script::new(None, hot(2, 2));
    let at = |stop| script.picture(Position::stop(stop)).after;
    assert!(!at(1).has(PartitionId(2)) && at(2).has(PartitionId(2)));
    let cell = at(4)
        .cell(PartitionId(2), 1..2)
        .expect("it was there by then");
    assert!(cell.born && cell.permille == 0);
    assert_eq!(at(4).cell(PartitionId(2), 0..1), None);
    let hot = at(4).cell(PartitionId(0), 0..1).expect("it was there");
    assert_eq!(
        (hot.permille, hot.throttled, hot.noticeable()),
        (1000, 150, true)
    );
    let cool = at(4).cell(PartitionId(0), 2..4).expect("it was there");
    assert_eq!((cool.permille, cool.noticeable()), (800, false));
}

#[test]
fn the_busiest_lanes_are_kept_where_room_is_short() {
    let script = Script::new(None, hot(2, 3));
    let end = script.picture(Position::stop(5)).after;
    assert_eq!(end.lanes(9).len(), 3);
    assert_eq!(end.lanes(2), [PartitionId(0), PartitionId(2)]);
    assert_eq!(end.lanes(1), [PartitionId(0)]);
}

#[test]
fn a_partition_has_no_lane_before_its_split() {
    let script = Script::new(None, hot(2, 3));
    let lanes = |slice| script.picture(Position::stop(slice)).after.lanes(9);
    assert_eq!(lanes(0), [PartitionId(0), PartitionId(1)]);
    assert_eq!(lanes(1), lanes(0));
    assert_eq!(lanes(5), [PartitionId(0), PartitionId(2), PartitionId(1)]);
}

#[test]
fn a_reserve_drains() {
    let script = Script::new(None, drained());
    let end = script.picture(Position::stop(4)).after;
    let saved: Vec<_> = (0..4).map(|slice| end.saved(slice..slice + 1)).collect();
    assert_eq!(saved, [Some(666), Some(333), Some(0), Some(0)]);
    let on_demand = Script::new(None, even(1));
    assert_eq!(on_demand.picture(Position::stop(1)).after.saved(0..1), None);
}

#[test]
fn a_share_is_never_nothing_where_something_was_refused() {
    let totals = |throttled| Totals {
        asked: 1_200_000,
        throttled,
        ..Totals::default()
    };
    assert_eq!(share(&totals(0)), "0 %");
    assert_eq!(share(&totals(40)), "under 0.1 %");
    assert_eq!(share(&totals(300_000)), "25 %");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Seeking to n shows what n steps show, there and back, and what has not passed is not in it.
    #[test]
    fn seeking_is_stepping(before in 1usize..6, after in 0usize..6, wanted in 0usize..14, beside in any::<bool>()) {
        let script = Script::new(beside.then(|| even(before + after)), hot(before, after));
        let timeline = script.timeline();
        let rest = |playhead: &mut Playhead| while playhead.moves() {
            playhead.advance(timeline, 40_000, None);
        };
        let mut stepped = Playhead::new(false);
        for _ in 0..wanted {
            stepped.step_forward(timeline, None);
            rest(&mut stepped);
        }
        let mut back = Playhead::new(false);
        back.seek(timeline, usize::MAX, None);
        for _ in wanted..timeline.moments() {
            back.step_back(timeline);
            rest(&mut back);
        }
        let mut sought = Playhead::new(false);
        sought.seek(timeline, wanted, None);
        let expected = script.picture(sought.position(timeline));
        prop_assert_eq!(script.picture(stepped.position(timeline)), expected.clone());
        prop_assert_eq!(script.picture(back.position(timeline)), expected.clone());
        let done = wanted.min(before + after);
        prop_assert_eq!(expected.after.done, done);
        let asked: u64 = script.after().slices[..done].iter().map(|slice| slice.asked).sum();
        prop_assert_eq!(expected.after.totals.asked, asked * 20);
        for later in done..before + after {
            prop_assert_eq!(expected.after.cell(PartitionId(0), later..later + 1), None);
        }
    }

    /// The cells of a strip share the slices, whatever its width.
    #[test]
    fn cells_cover_all_slices_once(slices in 1usize..130, cells in 1usize..200) {
        let mut record = even(1);
        record.slices = vec![record.slices[0].clone(); slices];
        let script = Script::new(None, record);
        let side = script.picture(Position::stop(slices)).after;
        let mut next = 0;
        for cell in 0..cells {
            let span = side.span(cell, cells);
            prop_assert_eq!(span.start, next);
            next = span.end;
        }
        prop_assert_eq!(next, slices);
    }
}
