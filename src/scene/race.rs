//! Query or scan: one question asked both ways, page by page, over the same partitions.
//!
//! ```text
//!   moment        1              2              3
//!   query     page 1 (last)      ·              ·
//!   scan      page 1         page 2         page 3 (last)
//! ```
//!
//! A moment is one page on each side that still has one. While it moves, items light up in the order in
//! which they were examined; the figures change when the page is there, since its capacity is only known then.
//! Invariant: figures are sums over the traces of the pages that have come back, and what a filter threw
//! away stays in the picture.

use super::playhead::{Beat, Position, Timeline};
use super::words::{count, plural};
use crate::simulator::trace::{CapacityUnits, PartitionId, PartitionState, Trace, Visit};

/// Which way the question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    Query,
    Scan,
}

/// The pages of both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    query: Vec<Trace>,
    scan: Vec<Trace>,
    /// Partition and rank of each item that the query returned.
    answers: Vec<(PartitionId, u64)>,
    timeline: Timeline,
}

/// What one side has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Partitions that were read from.
    pub partitions: u64,
    pub examined: u64,
    pub returned: u64,
    pub bytes: u64,
    /// Round trips.
    pub pages: u64,
    pub read: CapacityUnits,
}

/// Items of a partition by rank, from `from` up to but without `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub from: u64,
    pub to: u64,
}

/// One partition on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    pub partition: PartitionId,
    /// Items in the partition.
    pub items: u64,
    /// What has been examined, in order of the work; the page under way only as far as it has come.
    pub examined: Vec<Stretch>,
    /// Ranks of the examined items that were returned, as far as they are known.
    pub hits: Vec<u64>,
    /// Items returned from here by the pages that have come back.
    pub returned: u64,
}

/// One side at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideFrame {
    pub lanes: Vec<Lane>,
    pub figures: Figures,
    /// Pages in all.
    pub pages: u64,
    /// Its last page has come back.
    pub finished: bool,
}

/// Everything there is to see at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub query: SideFrame,
    pub scan: SideFrame,
    pub narration: String,
}

impl Script {
    /// The script of both sides' pages. `None` when a side has no page.
    #[must_use]
    pub fn new(query: &[Trace], scan: &[Trace]) -> Option<Self> {
        if query.is_empty() || scan.is_empty() {
            return None;
        }
        let moments = query.len().max(scan.len());
        // The first page is where the two part; a hundred more pages need no time to read each.
        let beats = (0..moments)
            .map(|page| match page {
                0 => Beat {
                    motion: 400,
                    hold: 1400,
                },
                1..=3 => Beat {
                    motion: 400,
                    hold: 600,
                },
                4..=15 => Beat {
                    motion: 250,
                    hold: 150,
                },
                _ => Beat {
                    motion: 150,
                    hold: 0,
                },
            })
            .collect();
        Some(Self {
            query: query.to_vec(),
            scan: scan.to_vec(),
            answers: answers(query),
            timeline: Timeline::new(beats),
        })
    }

    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The pages of one side.
    #[must_use]
    pub fn pages(&self, way: Way) -> &[Trace] {
        match way {
            Way::Query => &self.query,
            Way::Scan => &self.scan,
        }
    }

    /// What a side has done when `stop` moments have happened.
    #[must_use]
    pub fn figures(&self, way: Way, stop: usize) -> Figures {
        let pages = self.pages(way);
        figures(&pages[..stop.min(pages.len())])
    }

    /// The picture at a position.
    #[must_use]
    pub fn frame(&self, position: Position) -> Frame {
        Frame {
            query: side(&self.query, &self.answers, position),
            scan: side(&self.scan, &self.answers, position),
            narration: self.sentence(position.current()),
        }
    }

    /// What happens in moment `current`, from 1; 0 is before the first.
    fn sentence(&self, current: usize) -> String {
        let Some(page) = current.checked_sub(1) else {
            return "The same question, asked in two ways. Nothing has been read yet.".to_owned();
        };
        let mut sentences = Vec::new();
        for way in [Way::Query, Way::Scan] {
            if let Some(trace) = self.pages(way).get(page) {
                sentences.push(page_sentence(way, page, trace));
            }
        }
        sentences.join(" ")
    }

    /// How many times as much the scan has cost so far, as a whole number of half units on both sides;
    /// `None` while the query has cost nothing.
    #[must_use]
    pub fn times(&self, stop: usize) -> Option<f64> {
        let query = self.figures(Way::Query, stop).read;
        (query > CapacityUnits::ZERO)
            .then(|| self.figures(Way::Scan, stop).read.as_f64() / query.as_f64())
    }

    /// How much the scan cost beside the query, in words.
    #[must_use]
    pub fn verdict(&self, stop: usize) -> String {
        match self.times(stop) {
            Some(times) => format!("The scan cost {}.", times_text(times)),
            None => "Neither cost anything.".to_owned(),
        }
    }
}

/// A ratio as `203 times as much`, with one digit after the point below ten.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rounded positive ratio of capacities"
)]
pub fn times_text(times: f64) -> String {
    let tenths = (times * 10.0).round() as u64;
    match tenths {
        10 => "just as much".to_owned(),
        20 => "twice as much".to_owned(),
        0..100 if !tenths.is_multiple_of(10) => {
            format!("{}.{} times as much", tenths / 10, tenths % 10)
        }
        _ => format!("{} times as much", count(times.round() as u64)),
    }
}

fn page_sentence(way: Way, page: usize, trace: &Trace) -> String {
    let visited: Vec<String> = trace
        .visits
        .iter()
        .filter(|visit| visit.examined > 0)
        .map(|visit| format!("P{}", visit.partition.0))
        .collect();
    let examined = plural(trace.examined(), "item");
    let returned = count(trace.returned());
    let units = format!("{} RCU", trace.read);
    match (way, visited.as_slice()) {
        (Way::Query, []) => format!("The query finds no item with this key: {units}."),
        (Way::Query, _) if page == 0 => {
            let place = listed(&visited);
            format!(
                "The query goes straight to {place}: {examined} read, {returned} returned, {units}."
            )
        }
        (Way::Query, _) => {
            format!(
                "The query reads on in {}: {examined} read, {returned} returned, {units}.",
                listed(&visited)
            )
        }
        (Way::Scan, _) => {
            let number = count(page as u64 + 1);
            let places = if visited.is_empty() {
                String::new()
            } else {
                format!(" in {}", listed(&visited))
            };
            format!("Scan page {number}: {examined} read{places}, {returned} returned, {units}.")
        }
    }
}

/// `P0`, `P0 and P1`, `P0 to P3`: a page reads partitions that are neighbours.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, .., last] => format!("{first} to {last}"),
    }
}

fn figures(pages: &[Trace]) -> Figures {
    let mut touched: Vec<PartitionId> = pages
        .iter()
        .flat_map(|page| page.visits.iter().map(|visit| visit.partition))
        .collect();
    touched.sort_unstable();
    touched.dedup();
    Figures {
        partitions: touched.len() as u64,
        examined: pages.iter().map(Trace::examined).sum(),
        returned: pages.iter().map(Trace::returned).sum(),
        bytes: pages.iter().map(Trace::bytes).sum(),
        pages: pages.len() as u64,
        read: pages.iter().map(|page| page.read).sum(),
    }
}

fn side(pages: &[Trace], answers: &[(PartitionId, u64)], position: Position) -> SideFrame {
    let complete = position.done().min(pages.len());
    let states: &[PartitionState] = pages.first().map_or(&[], |page| &page.partitions);
    let mut lanes: Vec<Lane> = states
        .iter()
        .map(|state| Lane {
            partition: state.id,
            items: state.items,
            examined: Vec::new(),
            hits: Vec::new(),
            returned: 0,
        })
        .collect();
    for page in &pages[..complete] {
        light(&mut lanes, page, answers, page.examined());
        for visit in &page.visits {
            if let Some(lane) = lanes
                .iter_mut()
                .find(|lane| lane.partition == visit.partition)
            {
                lane.returned += visit.returned;
            }
        }
    }
    if let (Some(page), Some(progress)) = (pages.get(complete), position.progress())
        && complete == position.done()
    {
        light(
            &mut lanes,
            page,
            answers,
            part_of(page.examined(), progress),
        );
    }
    SideFrame {
        lanes,
        figures: figures(&pages[..complete]),
        pages: pages.len() as u64,
        finished: complete == pages.len(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "how far a light has moved; the figures never use it"
)]
fn part_of(whole: u64, progress: f64) -> u64 {
    ((whole as f64 * progress) as u64).min(whole)
}

/// Lights the first `budget` items that a page examined, in the order of its visits.
fn light(lanes: &mut [Lane], page: &Trace, answers: &[(PartitionId, u64)], mut budget: u64) {
    for visit in &page.visits {
        let lit = visit.examined.min(budget);
        budget -= lit;
        if lit == 0 {
            continue;
        }
        let Some(lane) = lanes
            .iter_mut()
            .find(|lane| lane.partition == visit.partition)
        else {
            continue;
        };
        let to = visit.first_rank + lit;
        lane.examined.push(Stretch {
            from: visit.first_rank,
            to,
        });
        let hits = returned_ranks(visit, answers);
        lane.hits.extend(hits.into_iter().filter(|rank| *rank < to));
    }
}

/// The ranks that a visit returned. A trace lists only so many items of a page one by one; behind them, what the query
/// returned from the same partition is what the scan's filter let through, if there are just as many.
fn returned_ranks(visit: &Visit, answers: &[(PartitionId, u64)]) -> Vec<u64> {
    let mut ranks: Vec<u64> = (visit.first_rank..)
        .zip(&visit.items)
        .filter_map(|(rank, item)| item.returned.then_some(rank))
        .collect();
    let unlisted = visit.first_rank + visit.items.len() as u64..visit.first_rank + visit.examined;
    let missing = visit.returned.saturating_sub(ranks.len() as u64);
    if missing == 0 || unlisted.is_empty() {
        return ranks;
    }
    if visit.returned == visit.examined {
        ranks.extend(unlisted);
        return ranks;
    }
    let known = answers
        .iter()
        .filter(|(partition, rank)| *partition == visit.partition && unlisted.contains(rank))
        .map(|(_, rank)| *rank);
    if known.clone().count() as u64 == missing {
        ranks.extend(known);
    }
    ranks
}

/// Where the items stand that the query returned.
fn answers(query: &[Trace]) -> Vec<(PartitionId, u64)> {
    query
        .iter()
        .flat_map(|page| &page.visits)
        .flat_map(|visit| {
            let ranks = returned_ranks(visit, &[]);
            ranks.into_iter().map(|rank| (visit.partition, rank))
        })
        .collect()
}

/// The whole race in words, one line a moment; what is read without a screen.
#[must_use]
pub fn narrate(query: &[Trace], scan: &[Trace]) -> Vec<String> {
    let Some(script) = Script::new(query, scan) else {
        return Vec::new();
    };
    let end = script.timeline.moments();
    (0..=end)
        .map(|stop| script.sentence(stop))
        .chain(std::iter::once(script.verdict(end)))
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::simulator::trace::{ItemVisit, Visit};

    /// Partition, first rank, how many were examined, and the ranks that were returned.
    pub(crate) type Read<'a> = (u32, u64, u64, &'a [u64]);

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
                        first_key: None,
                        last_key: None,
                        items: (*first_rank..first_rank + examined)
                            .map(|rank| ItemVisit {
                                key: format!("k{rank}").as_str().into(),
                                bytes: 200,
                                returned: hits.contains(&rank),
                            })
                            .collect(),
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
        insta::assert_snapshot!(narrate(&query, &scan).join("\n"), @r#"
        The same question, asked in two ways. Nothing has been read yet.
        The query goes straight to P1: 3 items read, 3 returned, 0.5 RCU. Scan page 1: 54 items read in P0 and P1, 2 returned, 1.5 RCU.
        Scan page 2: 126 items read in P1 to P3, 1 returned, 3.5 RCU.
        The scan cost 10 times as much.
        "#);
    }

    #[test]
    fn a_side_without_pages_is_no_race() {
        let (query, _) = example();
        assert!(Script::new(&query, &[]).is_none());
        assert_eq!(narrate(&[], &query), Vec::<String>::new());
    }

    #[test]
    fn a_finished_query_waits_for_the_scan() {
        let (query, scan) = example();
        let script = Script::new(&query, &scan).unwrap();
        let frame = script.frame(Position::within(1, 500));
        assert!(frame.query.finished);
        assert!(!frame.scan.finished);
        assert_eq!(frame.query.figures.examined, 3);
        assert_eq!(
            frame.scan.figures.examined, 54,
            "a page counts when it has come back"
        );
        let lit: u64 = frame
            .scan
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
        let script = Script::new(&query, &scan).unwrap();
        let end = script.frame(Position::stop(2));
        assert_eq!(end.scan.lanes[0].examined, [Stretch { from: 0, to: 40 }]);
        assert_eq!(end.scan.lanes[0].returned, 0);
        assert_eq!(end.scan.lanes[1].hits, [12, 13, 14]);
        assert_eq!(end.query.lanes[1].examined, [Stretch { from: 12, to: 15 }]);
    }

    #[test]
    fn hits_behind_the_listed_items_stand_where_the_query_found_them() {
        let (query, mut scan) = example();
        let whole = Script::new(&query, &scan).unwrap();
        for page in &mut scan {
            for visit in &mut page.visits {
                let listed = visit.items.len().min(2);
                page.unlisted += (visit.items.len() - listed) as u64;
                visit.items.truncate(listed);
            }
        }
        let bounded = Script::new(&query, &scan).unwrap();
        for stop in 0..=2 {
            let position = Position::stop(stop);
            assert_eq!(bounded.frame(position), whole.frame(position));
        }
    }

    #[test]
    fn ratios_have_as_many_digits_as_they_mean() {
        assert_eq!(times_text(203.0), "203 times as much");
        assert_eq!(times_text(9.04), "9 times as much");
        assert_eq!(times_text(1.0), "just as much");
        assert_eq!(times_text(1.5), "1.5 times as much");
        assert_eq!(times_text(12_345.6), "12,346 times as much");
    }

    proptest! {
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
            let script = Script::new(&query, &scan).unwrap();
            let frame = script.frame(Position::within(stop, permille));
            let done = stop.min(scan.len());
            prop_assert_eq!(frame.scan.figures.examined, scan[..done].iter().map(Trace::examined).sum::<u64>());
            prop_assert_eq!(frame.scan.figures.bytes, scan[..done].iter().map(Trace::bytes).sum::<u64>());
            let lit: u64 = frame.scan.lanes.iter().flat_map(|lane| &lane.examined).map(|s| s.to - s.from).sum();
            prop_assert!(lit >= frame.scan.figures.examined);
            prop_assert!(lit <= held.iter().sum::<u64>());
            for lane in &frame.scan.lanes {
                prop_assert!(lane.examined.iter().all(|stretch| stretch.to <= lane.items));
            }
        }
    }
}
