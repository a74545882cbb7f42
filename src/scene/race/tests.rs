//! The script held against hand-made traces, and its figures against their sums.

use proptest::prelude::*;

use super::*;
use crate::scene::playhead::Playhead;
use crate::simulator::trace::ItemVisit;

/// Partition, first rank, how many were examined, and the ranks that were returned.
pub(crate) type Read<'a> = (u32, u64, u64, &'a [u64]);

/// One page after the other.
pub(crate) fn alone(pages: &[Trace]) -> Rounds {
    pages.iter().map(|page| vec![page.clone()]).collect()
}

/// Pages of a table with `held` items of 200 bytes in each partition; each page is a list of reads.
pub(crate) fn pages(operation: &str, held: &[u64], pages: &[&[Read<'_>]]) -> Vec<Trace> {
    let width = u64::MAX / held.len() as u64;
    let states: Vec<PartitionState> = held
        .iter()
        .zip(0u32..)
        .map(|(items, id)| PartitionState {
            id: PartitionId(id),
            first_hash: u64::from(id) * width,
            last_hash: u64::from(id) * width + (width - 1),
            items: *items,
            bytes: items * 200,
            begins_inside: false,
            ends_inside: false,
            heat: None,
        })
        .collect();
    let last = pages.len() - 1;
    pages
        .iter()
        .enumerate()
        .map(|(index, visits)| {
            let visits: Vec<Visit> = visits
                .iter()
                .map(|(partition, first_rank, examined, hits)| Visit {
                    partition: PartitionId(*partition),
                    examined: *examined,
                    returned: hits.len() as u64,
                    bytes: examined * 200,
                    first_rank: *first_rank,
                    partition_items: held[*partition as usize],
                    items: (*first_rank..first_rank + examined)
                        .map(|rank| ItemVisit {
                            key: format!("k{rank}").as_str().into(),
                            bytes: 200,
                            returned: hits.contains(&rank),
                        })
                        .collect(),
                    hits: Vec::new(),
                })
                .collect();
            let read: u64 = visits.iter().map(|visit| visit.bytes).sum();
            Trace {
                table: "pets".into(),
                partitions: states.clone(),
                visits,
                read: CapacityUnits::from_halves(read.div_ceil(4096)),
                more: index < last,
                ..Trace::new(operation)
            }
        })
        .collect()
}

fn example() -> (Vec<Trace>, Vec<Trace>) {
    let held = [40, 60, 50, 30];
    let query = pages("Query", &held, &[&[(1, 12, 3, &[12, 13, 14])]]);
    let scan = pages(
        "Scan",
        &held,
        &[
            &[(0, 0, 40, &[]), (1, 0, 14, &[12, 13])],
            &[(1, 14, 46, &[14]), (2, 0, 50, &[]), (3, 0, 30, &[])],
        ],
    );
    (query, scan)
}

#[test]
fn the_narration_goes_page_by_page() {
    let (query, scan) = example();
    insta::assert_snapshot!(narrate(&alone(&query), &alone(&scan)).join("\n"), @r#"
    The same question, asked in two ways. Nothing has been read yet.
    The query goes straight to P1: 3 items read, 3 returned, 0.5 RCU. Scan page 1: 54 items read in P0 and P1, 2 returned, 1.5 RCU.
    Scan page 2: 126 items read in P1 to P3, 1 returned, 3.5 RCU.
    The scan cost 10 times as much.
    "#);
}

#[test]
fn a_side_without_pages_is_no_race() {
    let (query, _) = example();
    assert!(Script::new(alone(&query), Vec::new()).is_none());
    assert_eq!(narrate(&Vec::new(), &alone(&query)), Vec::<String>::new());
}

#[test]
fn a_finished_query_waits_for_the_scan() {
    let (query, scan) = example();
    let script = Script::new(alone(&query), alone(&scan)).unwrap();
    let frame = script.frame(Position::within(1, 500));
    assert!(frame.left.finished);
    assert!(!frame.right.finished);
    assert_eq!(frame.left.figures.examined, 3);
    assert_eq!(
        frame.right.figures.examined, 54,
        "a page counts when it has come back"
    );
    let lit: u64 = frame
        .right
        .lanes
        .iter()
        .flat_map(|lane| &lane.examined)
        .map(|stretch| stretch.to - stretch.from)
        .sum();
    assert_eq!(lit, 54 + 63);
}

#[test]
fn what_the_filter_threw_away_stays() {
    let (query, scan) = example();
    let script = Script::new(alone(&query), alone(&scan)).unwrap();
    let end = script.frame(Position::stop(2));
    assert_eq!(end.right.lanes[0].examined, [Stretch { from: 0, to: 40 }]);
    assert_eq!(end.right.lanes[0].returned, 0);
    assert_eq!(end.right.lanes[1].hits, [Stretch { from: 12, to: 15 }]);
    assert_eq!(end.left.lanes[1].examined, [Stretch { from: 12, to: 15 }]);
}

#[test]
fn hits_behind_the_listed_items_stand_where_they_were_found() {
    let (query, mut scan) = example();
    let whole = Script::new(alone(&query), alone(&scan)).unwrap();
    for page in &mut scan {
        for visit in &mut page.visits {
            let listed = visit.items.len().min(2);
            page.unlisted += (visit.items.len() - listed) as u64;
            visit.hits = (0u32..)
                .zip(&visit.items)
                .skip(listed)
                .filter_map(|(offset, item)| item.returned.then_some(offset))
                .collect();
            visit.items.truncate(listed);
        }
    }
    let bounded = Script::new(alone(&query), alone(&scan)).unwrap();
    for stop in 0..=2 {
        let position = Position::stop(stop);
        assert_eq!(bounded.frame(position), whole.frame(position));
    }
}

#[test]
fn segments_are_read_at_the_same_time() {
    let held = [4, 6];
    let query = pages("GetItem", &held, &[&[(1, 2, 1, &[2])]]);
    let first = pages("Scan", &held, &[&[(0, 0, 4, &[])]]);
    let second = pages("Scan", &held, &[&[(1, 0, 3, &[2])], &[(1, 3, 3, &[])]]);
    let rounds = vec![
        vec![first[0].clone(), second[0].clone()],
        vec![second[1].clone()],
    ];
    let script = Script::new(alone(&query), rounds.clone()).unwrap();
    let end = script.figures(Side::Right, 2);
    assert_eq!((end.pages, end.round_trips, end.examined), (3, 2, 10));
    let half = script.frame(Position::within(0, 500));
    assert_eq!(half.right.lanes[0].examined, [Stretch { from: 0, to: 2 }]);
    assert_eq!(half.right.lanes[1].examined, [Stretch { from: 0, to: 1 }]);
    insta::assert_snapshot!(narrate(&alone(&query), &rounds).join("\n"), @r##"
The same question, asked in two ways. Nothing has been read yet.
The get goes straight to P1 and takes one item: 0.5 RCU. Parallel scan, 2 pages at once: 7 items read in P0 and P1, 1 returned, 1 RCU.
Parallel scan, 1 page at once: 3 items read in P1, 0 returned, 0.5 RCU.
The parallel scan cost 3 times as much.
"##);
}

#[test]
fn two_scans_are_told_apart_by_their_side() {
    let held = [3];
    let scan = pages("Scan", &held, &[&[(0, 0, 3, &[1])]]);
    let all = pages("Scan", &held, &[&[(0, 0, 3, &[0, 1, 2])]]);
    insta::assert_snapshot!(narrate(&alone(&scan), &alone(&all)).join("\n"), @r##"
The same question, asked in two ways. Nothing has been read yet.
Left side page 1: 3 items read in P0, 1 returned, 0.5 RCU. Right side page 1: 3 items read in P0, 3 returned, 0.5 RCU.
The right side cost just as much. They are not the same question: 1 item and 3 came back.
"##);
}

#[test]
fn ratios_have_as_many_digits_as_they_mean() {
    assert_eq!(times_text(203.0), "203 times as much");
    assert_eq!(times_text(9.04), "9 times as much");
    assert_eq!(times_text(1.0), "just as much");
    assert_eq!(times_text(0.5), "0.5 times as much");
    assert_eq!(times_text(0.01), "a 100th as much");
    assert_eq!(times_text(1.5), "1.5 times as much");
    assert_eq!(times_text(12_345.6), "12,346 times as much");
}

proptest! {
    /// Whatever way the playhead came, the frame is the one of its stop.
    #[test]
    fn seeking_shows_what_stepping_shows(forward in 0usize..5, back in 0usize..5) {
        let (query, scan) = example();
        let script = Script::new(alone(&query), alone(&scan)).unwrap();
        let timeline = script.timeline();
        let mut stepped = Playhead::new(true);
        for _ in 0..forward {
            stepped.step_forward(timeline, None);
        }
        for _ in 0..back {
            stepped.step_back(timeline);
        }
        let mut sought = Playhead::new(false);
        sought.seek(timeline, forward.min(timeline.moments()).saturating_sub(back), None);
        prop_assert_eq!(script.frame(stepped.position(timeline)), script.frame(sought.position(timeline)));
    }

    #[test]
    fn figures_are_sums_of_the_traces(
        held in prop::collection::vec(1u64..40, 1..6),
        cuts in prop::collection::vec(1u64..30, 1..6),
        stop in 0usize..9,
        permille in 0u16..1000,
    ) {
        // A scan of everything, cut into pages of the given sizes.
        let mut scan_pages: Vec<Vec<Read<'_>>> = vec![Vec::new()];
        let mut room = cuts[0];
        let mut next = 1;
        for (partition, items) in (0u32..).zip(&held) {
            let mut rank = 0;
            while rank < *items {
                if room == 0 {
                    room = cuts[next % cuts.len()];
                    next += 1;
                    scan_pages.push(Vec::new());
                }
                let take = room.min(items - rank);
                scan_pages.last_mut().unwrap().push((partition, rank, take, &[]));
                rank += take;
                room -= take;
            }
        }
        let borrowed: Vec<&[Read<'_>]> = scan_pages.iter().map(Vec::as_slice).collect();
        let scan = pages("Scan", &held, &borrowed);
        let query = pages("Query", &held, &[&[(0, 0, 1, &[0])]]);
        let script = Script::new(alone(&query), alone(&scan)).unwrap();
        let frame = script.frame(Position::within(stop, permille));
        let done = stop.min(scan.len());
        prop_assert_eq!(frame.right.figures.examined, scan[..done].iter().map(Trace::examined).sum::<u64>());
        prop_assert_eq!(frame.right.figures.bytes, scan[..done].iter().map(Trace::bytes).sum::<u64>());
        let lit: u64 = frame.right.lanes.iter().flat_map(|lane| &lane.examined).map(|s| s.to - s.from).sum();
        prop_assert!(lit >= frame.right.figures.examined);
        prop_assert!(lit <= held.iter().sum::<u64>());
        for lane in &frame.right.lanes {
            prop_assert!(lane.examined.iter().all(|stretch| stretch.to <= lane.items));
        }
    }
}
