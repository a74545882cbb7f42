//! Where an item lives: the way of a partition key to its partition.
//!
//! ```text
//!   key ─→ bytes ─→ hash ─→ place in the range ─→ partition ─→ place in its collection ─→ item       Stage
//!                                                               with a sort key only
//!
//!   moments   │key│bytes│hash│place│owner│order│lands│key│bytes│ … │lands│ flock │ flock │ … │
//!              ╰──────────── a put that is watched ──╯                    ╰ many puts at once ╯
//! ```
//!
//! A script is made of a table's [`Record`]. A few puts are watched step by step; where there are thousands, the rest
//! arrives in flocks. Items fall into their partitions and stay; a put of a key that is there already replaces its item.
//! Invariant: hashes, ranges, counts, bytes and order are those of the traces; a frame adds only sums and shares, and is a
//! function of script and position alone.

mod frame;
mod narration;
mod record;
mod shares;
mod shelf;
mod stage;

use std::collections::{BTreeMap, BTreeSet};

use super::playhead::{Beat, Position, Timeline};
use crate::simulator::trace::{KeyTrace, PartitionId, PartitionState, Provenance, Trace};
pub use frame::{Frame, Journey, PartitionFrame, Resident};
pub use narration::{narrate, quoted};
pub use record::{Arrival, Record};
pub use shares::{Shares, Spread, column, fraction, idle, share_of_range, shares, shares_in_short};
use shelf::Shelf;
pub use stage::Stage;
use stage::{WITH_SORT_KEY, WITHOUT_SORT_KEY};

/// So many puts are watched one by one; of more, only those that somebody asked for.
pub const FEW: usize = 24;
/// The rest arrives in so many flocks between two watched puts.
const FLOCKS: usize = 8;
/// At most so many single items of a partition are in a frame.
pub const SAMPLE: usize = 64;

const FLOCK: Beat = Beat {
    motion: 400,
    hold: 350,
};

/// What happens between two stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Way {
        arrival: usize,
        stage: Stage,
    },
    /// The puts from the first index to before the second, all at once.
    Flock {
        from: usize,
        to: usize,
    },
}

/// The whole demonstration for one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    record: Record,
    stages: &'static [Stage],
    moments: Vec<Moment>,
    /// The first moment of each watched put.
    ways: BTreeMap<usize, usize>,
    /// One for each partition.
    shelves: Vec<Shelf>,
    /// The partitions after the last put.
    full: Vec<PartitionState>,
    timeline: Timeline,
}

impl Script {
    /// The script of a table's record. Of more than [`FEW`] puts, those in `watched` and the first one are shown step by
    /// step.
    #[must_use]
    pub fn new(record: Record, watched: &BTreeSet<usize>) -> Self {
        let puts = record.arrivals();
        let sorted = puts.iter().any(|put| put.key.sort.is_some());
        let stages = if sorted {
            WITH_SORT_KEY
        } else {
            WITHOUT_SORT_KEY
        };
        let mut moments = Vec::new();
        let mut ways = BTreeMap::new();
        let mut next = 0;
        while next < puts.len() {
            if puts.len() <= FEW || next == 0 || watched.contains(&next) {
                ways.insert(next, moments.len());
                moments.extend(stages.iter().map(|&stage| Moment::Way {
                    arrival: next,
                    stage,
                }));
                next += 1;
                continue;
            }
            let end = watched.range(next..).next().copied();
            let end = end.map_or(puts.len(), |end| end.min(puts.len()));
            let size = (end - next).div_ceil(FLOCKS);
            while next < end {
                let to = (next + size).min(end);
                moments.push(Moment::Flock { from: next, to });
                next = to;
            }
        }
        let beat = |moment: &Moment| match moment {
            Moment::Way { stage, .. } => stage.beat(),
            Moment::Flock { .. } => FLOCK,
        };
        let partitions: Vec<PartitionId> = record.empty().iter().map(|state| state.id).collect();
        let shelves = Shelf::of_all(&partitions, puts);
        let mut script = Self {
            timeline: Timeline::new(moments.iter().map(beat).collect()),
            full: Vec::new(),
            shelves,
            ways,
            moments,
            stages,
            record,
        };
        script.full = script.states(script.record.arrivals().len()).collect();
        script
    }

    /// The script of a table's traces, in the order of the calls. The first one shows the partitions as they
    /// were before any put (`CreateTable` or `DescribeTable`); of the others, successful puts are arrivals
    /// and the rest is left out. `None` when the first trace has no partitions.
    #[must_use]
    pub fn of(traces: &[Trace]) -> Option<Self> {
        Some(Self::new(Record::of(traces)?, &BTreeSet::new()))
    }

    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    #[must_use]
    pub fn table(&self) -> &str {
        self.record.table()
    }

    #[must_use]
    pub fn provenance(&self) -> Provenance {
        self.record.provenance()
    }

    /// The keys in the order of their puts.
    #[must_use]
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &KeyTrace> {
        self.record.arrivals().iter().map(|put| &put.key)
    }

    /// The table's partitions after the last put, in order of their range.
    #[must_use]
    pub fn partitions(&self) -> &[PartitionState] {
        &self.full
    }

    /// The stop at which a stage of a put has happened; `None` for a put that nobody watches, or a stage it doesn't have.
    #[must_use]
    pub fn stop(&self, arrival: usize, stage: Stage) -> Option<usize> {
        let first = self.ways.get(&arrival)?;
        let at = self.stages.iter().position(|one| *one == stage)?;
        Some(first + at + 1)
    }

    /// The put that a position is in or has come to, if any has begun.
    #[must_use]
    pub fn arrival_at(&self, position: Position) -> Option<usize> {
        match *self.moment(position)? {
            Moment::Way { arrival, .. } => Some(arrival),
            Moment::Flock { .. } => self.landed(position).checked_sub(1),
        }
    }

    /// The moment under way, or the last one that happened.
    fn moment(&self, position: Position) -> Option<&Moment> {
        let last = self.moments.len().checked_sub(1)?;
        let current = position.current().checked_sub(1)?;
        self.moments.get(current.min(last))
    }

    /// How many puts have landed at a position.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a flock"
    )]
    fn landed(&self, position: Position) -> usize {
        let Some(moment) = self.moment(position) else {
            return 0;
        };
        let part = position.progress().unwrap_or(1.0);
        match *moment {
            Moment::Way { arrival, stage } if stage == Stage::Lands && part >= 1.0 => arrival + 1,
            Moment::Way { arrival, .. } => arrival,
            Moment::Flock { from, to } => from + ((to - from) as f64 * part) as usize,
        }
    }

    /// The partitions after so many puts.
    fn states(&self, landed: usize) -> impl DoubleEndedIterator<Item = PartitionState> {
        let empty = self.record.empty().iter();
        empty.zip(&self.shelves).map(move |(state, shelf)| {
            let (items, bytes) = shelf.level(landed);
            PartitionState {
                items,
                bytes,
                ..state.clone()
            }
        })
    }

    /// The picture at a position.
    #[must_use]
    pub fn frame(&self, position: Position) -> Frame<'_> {
        let journey = self.journey(position);
        let landed = self.landed(position);
        let owner = journey
            .as_ref()
            .filter(|journey| journey.reached(Stage::Owner) && !journey.flock)
            .map(|journey| journey.key.partition);
        let newest = landed.checked_sub(1);
        let partitions = self
            .states(landed)
            .zip(&self.shelves)
            .map(|(state, shelf)| {
                let stretch = shelf.stretch(landed, newest, SAMPLE);
                let resident = |arrival: usize| Resident {
                    key: &self.record.arrivals()[arrival].key,
                    arrival,
                };
                PartitionFrame {
                    owner: owner == Some(state.id),
                    residents: stretch.arrivals.into_iter().map(resident).collect(),
                    before: stretch.before,
                    after: stretch.after,
                    state,
                }
            })
            .collect();
        Frame {
            table: self.table(),
            provenance: self.provenance(),
            journey,
            partitions,
            fullest: self.full.iter().map(|state| state.items).max().unwrap_or(0),
            in_all: self.full.iter().map(|state| state.items).sum(),
            sorted: self.stages.contains(&Stage::Order),
            narration: self.sentence(position),
            script: self,
            landed,
        }
    }

    fn journey(&self, position: Position) -> Option<Journey<'_>> {
        let (arrival, stage, progress, flock) = match *self.moment(position)? {
            Moment::Way { arrival, stage } => {
                let progress = position.progress().unwrap_or(1.0);
                (arrival, stage, progress, false)
            }
            Moment::Flock { .. } => (self.arrival_at(position)?, Stage::Lands, 1.0, true),
        };
        let put = &self.record.arrivals()[arrival];
        Some(Journey {
            key: &put.key,
            arrival,
            stage,
            progress,
            effect: put.effect,
            flock,
        })
    }

    /// The shares at the end: the largest partition and how far it is from even.
    #[must_use]
    pub fn summary(&self) -> String {
        shares(&self.full)
    }
}

#[cfg(test)]
pub(crate) mod tests;
