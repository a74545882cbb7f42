//! Where an item lives: the way of a partition key to its partition.
//!
//! ```text
//!   key ─→ bytes ─→ hash ─→ place in the range ─→ partition that owns the place ─→ item
//!   0        1        2            3                          4                     5      Stage
//! ```
//!
//! A script is made of a table's first trace (its empty partitions) and one trace for each put. Items
//! fall into their partitions and stay; a put of a key that is there already replaces its item.
//! Invariant: hashes, ranges, counts and bytes are those of the traces; a frame adds only sums and shares.

use std::collections::BTreeMap;

use super::playhead::{Beat, Position, Timeline};
use super::words::{self, count, percent, plural};
use crate::printable;
use crate::simulator::trace::{Effect, KeyTrace, PartitionId, PartitionState, Trace};

/// The moments of one put, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The key arrives with its attribute and type.
    Key,
    Bytes,
    Hash,
    /// The hash finds its place in the range.
    Place,
    /// The partition that owns the place.
    Owner,
    /// The item falls into the partition and stays.
    Lands,
}

pub const STAGES: [Stage; 6] = [
    Stage::Key,
    Stage::Bytes,
    Stage::Hash,
    Stage::Place,
    Stage::Owner,
    Stage::Lands,
];

impl Stage {
    const fn beat(self) -> Beat {
        match self {
            Self::Key => Beat {
                motion: 150,
                hold: 700,
            },
            Self::Bytes => Beat {
                motion: 200,
                hold: 700,
            },
            Self::Hash => Beat {
                motion: 200,
                hold: 900,
            },
            Self::Place | Self::Lands => Beat {
                motion: 400,
                hold: 900,
            },
            Self::Owner => Beat {
                motion: 250,
                hold: 900,
            },
        }
    }
}

/// One put that reached its partition.
#[derive(Debug, Clone, PartialEq)]
struct Arrival {
    key: KeyTrace,
    effect: Effect,
    /// The table's partitions after it.
    after: Vec<PartitionState>,
    /// The next put with the same primary key, which takes its item's place.
    replaced_by: Option<usize>,
}

/// The whole demonstration for one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    table: String,
    /// The partitions before the first put.
    empty: Vec<PartitionState>,
    arrivals: Vec<Arrival>,
    /// The puts in stored order, so that a frame of ten thousand of them needs no sorting.
    stored: Vec<usize>,
    timeline: Timeline,
}

/// An item that has landed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resident<'a> {
    pub key: &'a KeyTrace,
    /// Index of the put that brought it.
    pub arrival: usize,
}

/// One partition at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionFrame<'a> {
    pub state: &'a PartitionState,
    /// The items in it, in stored order: by hash, then by sort key.
    pub residents: Vec<Resident<'a>>,
    /// The partition that the key on its way belongs to, from [`Stage::Owner`] on.
    pub owner: bool,
}

/// The key on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey<'a> {
    pub key: &'a KeyTrace,
    /// Index of its put.
    pub arrival: usize,
    /// The last stage that has happened or is happening.
    pub stage: Stage,
    /// How far that stage has moved, 0 to 1, eased; 1 once it has happened.
    pub progress: f64,
    pub effect: Effect,
}

impl Journey<'_> {
    /// Whether a stage has begun.
    #[must_use]
    pub fn reached(&self, stage: Stage) -> bool {
        self.stage >= stage
    }

    /// Whether a stage has happened.
    #[must_use]
    pub fn passed(&self, stage: Stage) -> bool {
        self.stage > stage || (self.stage == stage && self.progress >= 1.0)
    }

    /// How much of a stage has happened, 0 to 1.
    #[must_use]
    pub fn part(&self, stage: Stage) -> f64 {
        match self.stage.cmp(&stage) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => self.progress,
            std::cmp::Ordering::Greater => 1.0,
        }
    }
}

/// Everything there is to see at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame<'a> {
    pub table: &'a str,
    /// `None` before the first key.
    pub journey: Option<Journey<'a>>,
    pub partitions: Vec<PartitionFrame<'a>>,
    /// Items in the fullest partition at the end, so that its place is there from the beginning.
    pub fullest: u64,
    /// What is happening, in one or two sentences.
    pub narration: String,
}

impl Frame<'_> {
    /// Items in all partitions.
    #[must_use]
    pub fn items(&self) -> u64 {
        self.partitions
            .iter()
            .map(|partition| partition.state.items)
            .sum()
    }

    /// Bytes in all partitions.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.partitions
            .iter()
            .map(|partition| partition.state.bytes)
            .sum()
    }
}

impl Script {
    /// The script of a table's traces, in the order of the calls. The first one shows the partitions as they
    /// were before any put (`CreateTable` or `DescribeTable`); of the others, successful puts are arrivals
    /// and the rest is left out. `None` when the first trace has no partitions.
    #[must_use]
    pub fn new(traces: &[Trace]) -> Option<Self> {
        let (first, rest) = traces.split_first()?;
        if first.partitions.is_empty() || first.key.is_some() {
            return None;
        }
        let mut arrivals: Vec<Arrival> = rest
            .iter()
            .filter(|trace| matches!(trace.effect, Effect::Created | Effect::Replaced))
            .filter_map(|trace| {
                let key = trace.key.clone()?;
                Some(Arrival {
                    key,
                    effect: trace.effect,
                    after: trace.partitions.clone(),
                    replaced_by: None,
                })
            })
            .collect();
        let stored = in_stored_order(&mut arrivals);
        let beats = arrivals
            .iter()
            .flat_map(|_| STAGES.map(Stage::beat))
            .collect();
        Some(Self {
            table: first.table.to_string(),
            empty: first.partitions.clone(),
            arrivals,
            stored,
            timeline: Timeline::new(beats),
        })
    }

    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The keys in the order of their puts.
    #[must_use]
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &KeyTrace> {
        self.arrivals.iter().map(|arrival| &arrival.key)
    }

    /// The table's partitions, in order of their range.
    #[must_use]
    pub fn partitions(&self) -> &[PartitionState] {
        self.arrivals.last().map_or(&self.empty, |last| &last.after)
    }

    /// The stop at which a stage of a put has happened.
    #[must_use]
    pub fn stop(arrival: usize, stage: Stage) -> usize {
        arrival * STAGES.len() + stage as usize + 1
    }

    /// The put that a position is in, if any has begun.
    #[must_use]
    pub fn arrival_at(&self, position: Position) -> Option<usize> {
        let moment = position.current().checked_sub(1)?;
        let last = self.arrivals.len().checked_sub(1)?;
        Some((moment / STAGES.len()).min(last))
    }

    /// The picture at a position.
    #[must_use]
    pub fn frame(&self, position: Position) -> Frame<'_> {
        let journey = self.journey(position);
        let landed = (position.done() / STAGES.len()).min(self.arrivals.len());
        let states = match landed.checked_sub(1) {
            None => &self.empty,
            Some(last) => &self.arrivals[last].after,
        };
        let owner = journey
            .as_ref()
            .filter(|journey| journey.reached(Stage::Owner))
            .map(|journey| journey.key.partition);
        let mut partitions: Vec<PartitionFrame<'_>> = states
            .iter()
            .map(|state| PartitionFrame {
                state,
                residents: Vec::new(),
                owner: owner == Some(state.id),
            })
            .collect();
        self.settle(&mut partitions, landed);
        Frame {
            table: &self.table,
            journey,
            partitions,
            fullest: self
                .partitions()
                .iter()
                .map(|state| state.items)
                .max()
                .unwrap_or(0),
            narration: self.sentence(position),
        }
    }

    fn journey(&self, position: Position) -> Option<Journey<'_>> {
        let arrival = self.arrival_at(position)?;
        let put = &self.arrivals[arrival];
        let moment = position.current() - 1;
        let stage = STAGES[if moment / STAGES.len() > arrival {
            STAGES.len() - 1
        } else {
            moment % STAGES.len()
        }];
        Some(Journey {
            key: &put.key,
            arrival,
            stage,
            progress: position.progress().unwrap_or(1.0),
            effect: put.effect,
        })
    }

    /// Puts into each partition what is stored there after the first `landed` puts, in one pass over all of them.
    fn settle<'a>(&'a self, partitions: &mut [PartitionFrame<'a>], landed: usize) {
        let places: BTreeMap<PartitionId, usize> = partitions
            .iter()
            .enumerate()
            .map(|(place, partition)| (partition.state.id, place))
            .collect();
        for &arrival in &self.stored {
            let put = &self.arrivals[arrival];
            let replaced = put.replaced_by.is_some_and(|later| later < landed);
            if arrival >= landed || replaced {
                continue;
            }
            if let Some(place) = places.get(&put.key.partition) {
                partitions[*place].residents.push(Resident {
                    key: &put.key,
                    arrival,
                });
            }
        }
    }

    /// What happens at a position, in words.
    fn sentence(&self, position: Position) -> String {
        let Some(journey) = self.journey(position) else {
            return self.opening();
        };
        let key = journey.key;
        let put = &self.arrivals[journey.arrival];
        match journey.stage {
            Stage::Key => format!(
                "An item is put. Its partition key {} is {}, of type {}.",
                printable::line(&key.attribute),
                quoted(key),
                printable::line(key.key_type)
            ),
            Stage::Bytes => format!(
                "Only the key counts, as {}: {}.",
                plural(key.bytes.len() as u64, "byte"),
                words::hex(&key.bytes, 16)
            ),
            Stage::Hash => {
                format!(
                    "The hash function turns type and bytes into one number, {:016x}. Always the same one.",
                    key.hash
                )
            }
            Stage::Place => {
                format!(
                    "Of the whole range from 0 to 2⁶⁴, that is {} of the way.",
                    share_of_range(key.hash)
                )
            }
            Stage::Owner => {
                let range = put.after.iter().find(|state| state.id == key.partition);
                let range = range.map_or(String::new(), |state| {
                    format!(
                        " from {} to {}",
                        share_of_range(state.first_hash),
                        share_of_range(state.last_hash)
                    )
                });
                format!(
                    "P{} owns the range{range}, so it owns the item.",
                    key.partition.0
                )
            }
            Stage::Lands => Self::landing(put),
        }
    }

    fn opening(&self) -> String {
        match self.empty.len() {
            1 => "One partition owns the whole range of the hash. It is empty.".to_owned(),
            some => format!(
                "{} partitions share the whole range of the hash, in order. They are empty.",
                count(some as u64)
            ),
        }
    }

    fn landing(put: &Arrival) -> String {
        let id = put.key.partition;
        let Some(state) = put.after.iter().find(|state| state.id == id) else {
            return format!("P{} stores the item.", id.0);
        };
        let how = match put.effect {
            Effect::Replaced => "had an item with this very key: it is replaced. It holds",
            _ => "stores the item. It now holds",
        };
        format!(
            "P{} {how} {}, {}.",
            id.0,
            plural(state.items, "item"),
            words::bytes(state.bytes)
        )
    }

    /// The shares at the end: the largest partition and how far it is from even.
    #[must_use]
    pub fn summary(&self) -> String {
        shares(self.partitions())
    }
}

/// The largest share of items beside an even one, in words.
#[must_use]
pub fn shares(partitions: &[PartitionState]) -> String {
    let total: u64 = partitions.iter().map(|state| state.items).sum();
    // Of equal partitions the first is named.
    let largest = partitions.iter().rev().max_by_key(|state| state.items);
    match largest {
        Some(largest) if total > 0 => format!(
            "largest share P{} {}, even would be {}",
            largest.id.0,
            percent(largest.items, total),
            percent(1, partitions.len() as u64)
        ),
        _ => "no items yet".to_owned(),
    }
}

/// How far along the range a hash is: `62.2 %`.
#[must_use]
pub fn share_of_range(hash: u64) -> String {
    // In whole numbers: a double could not hold the last hash and would call it 2⁶⁴ anyway.
    let tenths = (u128::from(hash) * 1000 + (1 << 63)) >> 64;
    if tenths.is_multiple_of(10) {
        format!("{} %", tenths / 10)
    } else {
        format!("{}.{} %", tenths / 10, tenths % 10)
    }
}

/// How far along the range a hash is, from 0 to 1.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a place on a screen")]
pub fn fraction(hash: u64) -> f64 {
    hash as f64 / 18_446_744_073_709_551_616.0
}

/// The key as the API tells its type: text in quotes, numbers bare.
#[must_use]
pub fn quoted(key: &KeyTrace) -> String {
    let text = printable::line(&key.text);
    let text = shortened(&text, 40);
    if key.key_type == "S" {
        format!("\"{text}\"")
    } else {
        text
    }
}

/// At most `limit` characters, the last of them `…` when something was cut.
fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars()
        .take(limit - 1)
        .chain(std::iter::once('…'))
        .collect()
}

/// The puts in stored order: by hash, then by sort key. Each learns which later put replaces its item: only one with the
/// same type, bytes and sort key.
fn in_stored_order(arrivals: &mut [Arrival]) -> Vec<usize> {
    let mut stored: Vec<usize> = (0..arrivals.len()).collect();
    let order = |arrival: &usize| {
        let key = &arrivals[*arrival].key;
        (
            key.hash,
            key.sort_text.as_ref(),
            key.key_type,
            &key.bytes,
            *arrival,
        )
    };
    stored.sort_by(|a, b| order(a).cmp(&order(b)));
    for pair in 1..stored.len() {
        let (before, after) = (stored[pair - 1], stored[pair]);
        let (a, b) = (&arrivals[before].key, &arrivals[after].key);
        if a.key_type == b.key_type && a.bytes == b.bytes && a.sort_text == b.sort_text {
            arrivals[before].replaced_by = Some(after);
        }
    }
    stored
}

/// The whole demonstration in words, one line a moment; what is read without a screen.
#[must_use]
pub fn narrate(traces: &[Trace]) -> Vec<String> {
    let Some(script) = Script::new(traces) else {
        return Vec::new();
    };
    let stops = 0..=script.timeline.moments();
    let mut lines: Vec<String> = stops
        .map(|stop| script.sentence(Position::stop(stop)))
        .collect();
    if !script.arrivals.is_empty() {
        let items: u64 = script.partitions().iter().map(|state| state.items).sum();
        lines.push(format!(
            "In all {}: {}.",
            plural(items, "item"),
            script.summary()
        ));
    }
    lines
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::simulator::trace::CapacityUnits;

    /// Traces as a table with `partitions` equal ranges leaves them, for keys with given hashes.
    pub(crate) fn traces(partitions: u32, keys: &[(&str, u64)]) -> Vec<Trace> {
        let width = u64::MAX / u64::from(partitions)
            + u64::from(partitions.is_power_of_two() && partitions > 1);
        let mut states: Vec<PartitionState> = (0..partitions)
            .map(|id| PartitionState {
                id: PartitionId(id),
                first_hash: u64::from(id) * width,
                last_hash: if id + 1 == partitions {
                    u64::MAX
                } else {
                    u64::from(id + 1) * width - 1
                },
                items: 0,
                bytes: 0,
                begins_inside: false,
                ends_inside: false,
                heat: None,
            })
            .collect();
        let blank = Trace {
            table: "pets".into(),
            partitions: states.clone(),
            effect: Effect::TableCreated,
            ..Trace::new("CreateTable")
        };
        let mut all = vec![blank.clone()];
        let mut seen: Vec<&str> = Vec::new();
        for (text, hash) in keys {
            let state = states
                .iter_mut()
                .find(|state| state.last_hash >= *hash)
                .unwrap();
            let replaced = seen.contains(text);
            if !replaced {
                seen.push(text);
                state.items += 1;
                state.bytes += text.len() as u64 + 50;
            }
            let partition = state.id;
            all.push(Trace {
                operation: "PutItem".into(),
                partitions: states.clone(),
                key: Some(KeyTrace {
                    attribute: "id".into(),
                    key_type: "S",
                    text: (*text).into(),
                    bytes: text.as_bytes().to_vec(),
                    hash: *hash,
                    partition,
                    sort_text: None,
                    place: Some((0, 1)),
                }),
                effect: if replaced {
                    Effect::Replaced
                } else {
                    Effect::Created
                },
                written: CapacityUnits::whole(1),
                ..blank.clone()
            });
        }
        all
    }

    #[test]
    fn the_narration_tells_the_whole_way() {
        let traces = traces(
            4,
            &[
                ("Beeba", 0x9f3c_21d4_77ab_0e15),
                ("Beeba", 0x9f3c_21d4_77ab_0e15),
            ],
        );
        insta::assert_snapshot!(narrate(&traces).join("\n"), @r#"
        4 partitions share the whole range of the hash, in order. They are empty.
        An item is put. Its partition key id is "Beeba", of type S.
        Only the key counts, as 5 bytes: 42 65 65 62 61.
        The hash function turns type and bytes into one number, 9f3c21d477ab0e15. Always the same one.
        Of the whole range from 0 to 2⁶⁴, that is 62.2 % of the way.
        P2 owns the range from 50 % to 75 %, so it owns the item.
        P2 stores the item. It now holds 1 item, 55 B.
        An item is put. Its partition key id is "Beeba", of type S.
        Only the key counts, as 5 bytes: 42 65 65 62 61.
        The hash function turns type and bytes into one number, 9f3c21d477ab0e15. Always the same one.
        Of the whole range from 0 to 2⁶⁴, that is 62.2 % of the way.
        P2 owns the range from 50 % to 75 %, so it owns the item.
        P2 had an item with this very key: it is replaced. It holds 1 item, 55 B.
        In all 1 item: largest share P2 100 %, even would be 25 %.
        "#);
    }

    #[test]
    fn a_script_needs_its_empty_partitions_first() {
        let traces = traces(4, &[("Beeba", 1)]);
        assert!(Script::new(&[]).is_none());
        assert!(Script::new(&traces[1..]).is_none());
        assert_eq!(narrate(&traces[1..]), Vec::<String>::new());
    }

    #[test]
    fn control_characters_never_reach_the_narration() {
        let traces = traces(2, &[("a\u{1b}[2J\u{202e}b", 5)]);
        let text = narrate(&traces).concat();
        assert!(!text.contains(char::is_control));
        assert!(text.contains('␛'));
    }

    #[test]
    fn items_stay_where_they_fell() {
        let traces = traces(2, &[("b", 9), ("a", 3), ("c", u64::MAX)]);
        let script = Script::new(&traces).unwrap();
        let frame = script.frame(Position::stop(script.timeline().moments()));
        let stored: Vec<Vec<&str>> = frame
            .partitions
            .iter()
            .map(|partition| {
                partition
                    .residents
                    .iter()
                    .map(|resident| resident.key.text.as_str())
                    .collect()
            })
            .collect();
        assert_eq!(stored, [vec!["a", "b"], vec!["c"]]);
    }

    #[test]
    fn both_ends_of_the_range_have_a_share() {
        assert_eq!(share_of_range(0), "0 %");
        assert_eq!(share_of_range(u64::MAX), "100 %");
        assert_eq!(share_of_range(1 << 63), "50 %");
        assert_eq!(share_of_range(0x9f3c_21d4_77ab_0e15), "62.2 %");
    }

    proptest! {
        /// At each moment the residents drawn are as many as the trace counted, in the partition that owns their hash.
        #[test]
        fn the_picture_never_disagrees_with_the_traces(
            partitions in 1u32..9,
            keys in prop::collection::vec(("[a-f]{1,2}", any::<u64>()), 0..12),
            permille in 0u16..1000,
        ) {
            let mut by_text = BTreeMap::new();
            let keys: Vec<(&str, u64)> =
                keys.iter().map(|(text, hash)| (text.as_str(), *by_text.entry(text).or_insert(*hash))).collect();
            let traces = traces(partitions, &keys);
            let script = Script::new(&traces).unwrap();
            for stop in 0..=script.timeline().moments() {
                let frame = script.frame(Position::within(stop, permille));
                for partition in &frame.partitions {
                    prop_assert_eq!(partition.residents.len() as u64, partition.state.items);
                    for resident in &partition.residents {
                        let hash = resident.key.hash;
                        prop_assert!(partition.state.first_hash <= hash && hash <= partition.state.last_hash);
                    }
                }
                let landed = stop / STAGES.len();
                prop_assert_eq!(frame.items(), traces[landed].partitions.iter().map(|state| state.items).sum::<u64>());
                prop_assert_eq!(frame.bytes(), traces[landed].partitions.iter().map(|state| state.bytes).sum::<u64>());
            }
        }
    }
}
