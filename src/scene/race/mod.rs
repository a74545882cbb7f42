//! Query or scan: one question asked in two ways, page by page, over the same partitions.
//!
//! ```text
//!   moment        1              2              3
//!   query     page 1 (last)      ·              ·
//!   scan      page 1         page 2         page 3 (last)
//!   parallel  4 pages        4 pages        2 pages (last)
//! ```
//!
//! A moment is one round trip on each side that still has one: a page, or a page of each segment at once. While it
//! moves, items light up in the order in which they were examined; the figures change when the page is there, since its
//! capacity is only known then.
//! Invariant: figures are sums over the traces of the pages that have come back, and what a filter threw
//! away stays in the picture.

pub mod growth;
mod sentences;

use super::playhead::{Beat, Position, Timeline};
use crate::simulator::trace::{
    CapacityUnits, PartitionId, PartitionState, Provenance, Trace, Visit,
};

pub use sentences::{narrate, times_text};

/// One of the two panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Left,
    Right,
}

impl Side {
    pub const BOTH: [Self; 2] = [Self::Left, Self::Right];
}

/// The round trips of one side, each with the pages that were under way together.
pub type Rounds = Vec<Vec<Trace>>;

/// The pages of both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    left: Rounds,
    right: Rounds,
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
    pub pages: u64,
    /// Pages of a parallel scan that were under way together are one.
    pub round_trips: u64,
    pub read: CapacityUnits,
    /// Of the last page, or the last pages that came together.
    pub last: CapacityUnits,
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
    /// Where the examined items stand that were returned.
    pub hits: Vec<Stretch>,
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
    pub left: SideFrame,
    pub right: SideFrame,
    pub narration: String,
}

impl Frame {
    #[must_use]
    pub fn side(&self, side: Side) -> &SideFrame {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }
}

impl Script {
    /// The script of both sides' round trips. `None` when a side has no page.
    #[must_use]
    pub fn new(left: Rounds, right: Rounds) -> Option<Self> {
        let none = |rounds: &Rounds| rounds.iter().all(Vec::is_empty);
        if none(&left) || none(&right) {
            return None;
        }
        let moments = left.len().max(right.len());
        // The first page is where the two part; a hundred more pages need no time to read each.
        let beats = (0..moments)
            .map(|round| match round {
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
            left,
            right,
            timeline: Timeline::new(beats),
        })
    }

    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The round trips of one side.
    #[must_use]
    pub fn rounds(&self, side: Side) -> &[Vec<Trace>] {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }

    /// The pages of one side, in the order in which they came.
    pub fn pages(&self, side: Side) -> impl Iterator<Item = &Trace> {
        self.rounds(side).iter().flatten()
    }

    /// How many partitions a side's table or index has.
    #[must_use]
    pub fn partitions(&self, side: Side) -> u64 {
        self.pages(side)
            .next()
            .map_or(0, |page| page.partitions.len() as u64)
    }

    /// Whether the pages were computed, and not recorded where they were read.
    #[must_use]
    pub fn modelled(&self) -> bool {
        let both = self.pages(Side::Left).chain(self.pages(Side::Right));
        both.map(|page| page.provenance)
            .any(|provenance| provenance == Provenance::Modelled)
    }

    /// What a side has done when `stop` moments have happened.
    #[must_use]
    pub fn figures(&self, side: Side, stop: usize) -> Figures {
        let rounds = self.rounds(side);
        figures(&rounds[..stop.min(rounds.len())])
    }

    /// The picture at a position.
    #[must_use]
    pub fn frame(&self, position: Position) -> Frame {
        Frame {
            left: side_at(&self.left, position),
            right: side_at(&self.right, position),
            narration: self.sentence(position.current()),
        }
    }

    /// How many times as much the right side has cost so far; `None` while the left one has cost nothing.
    #[must_use]
    pub fn times(&self, stop: usize) -> Option<f64> {
        let left = self.figures(Side::Left, stop).read;
        (left > CapacityUnits::ZERO)
            .then(|| self.figures(Side::Right, stop).read.as_f64() / left.as_f64())
    }
}

fn figures(rounds: &[Vec<Trace>]) -> Figures {
    let pages = || rounds.iter().flatten();
    let mut touched: Vec<PartitionId> = pages()
        .flat_map(|page| page.visits.iter().map(|visit| visit.partition))
        .collect();
    touched.sort_unstable();
    touched.dedup();
    Figures {
        partitions: touched.len() as u64,
        examined: pages().map(Trace::examined).sum(),
        returned: pages().map(Trace::returned).sum(),
        bytes: pages().map(Trace::bytes).sum(),
        pages: pages().count() as u64,
        round_trips: rounds.len() as u64,
        read: pages().map(|page| page.read).sum(),
        last: rounds.last().map_or(CapacityUnits::ZERO, |round| {
            round.iter().map(|page| page.read).sum()
        }),
    }
}

fn side_at(rounds: &[Vec<Trace>], position: Position) -> SideFrame {
    let complete = position.done().min(rounds.len());
    let states: &[PartitionState] = rounds
        .iter()
        .flatten()
        .next()
        .map_or(&[], |page| &page.partitions);
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
    for page in rounds[..complete].iter().flatten() {
        light(&mut lanes, page, page.examined());
        for visit in &page.visits {
            if let Some(lane) = lane_of(&mut lanes, visit) {
                lane.returned += visit.returned;
            }
        }
    }
    if let (Some(round), Some(progress)) = (rounds.get(complete), position.progress())
        && complete == position.done()
    {
        for page in round {
            light(&mut lanes, page, part_of(page.examined(), progress));
        }
    }
    SideFrame {
        lanes,
        figures: figures(&rounds[..complete]),
        pages: rounds.iter().map(|round| round.len() as u64).sum(),
        finished: complete == rounds.len(),
    }
}

fn lane_of<'l>(lanes: &'l mut [Lane], visit: &Visit) -> Option<&'l mut Lane> {
    lanes
        .iter_mut()
        .find(|lane| lane.partition == visit.partition)
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
fn light(lanes: &mut [Lane], page: &Trace, mut budget: u64) {
    for visit in &page.visits {
        let lit = visit.examined.min(budget);
        budget -= lit;
        if lit == 0 {
            continue;
        }
        let Some(lane) = lane_of(lanes, visit) else {
            continue;
        };
        let to = visit.first_rank + lit;
        lane.examined.push(Stretch {
            from: visit.first_rank,
            to,
        });
        light_hits(&mut lane.hits, visit, to);
    }
}

/// Adds where the returned items of a visit stand, up to the rank `to`; neighbours become one stretch.
fn light_hits(hits: &mut Vec<Stretch>, visit: &Visit, to: u64) {
    let from = visit.first_rank;
    if visit.returned == visit.examined {
        hits.push(Stretch { from, to });
        return;
    }
    let listed = (from..)
        .zip(&visit.items)
        .filter_map(|(rank, item)| item.returned.then_some(rank));
    let behind = visit.hits.iter().map(|offset| from + u64::from(*offset));
    for rank in listed.chain(behind).take_while(|rank| *rank < to) {
        match hits.last_mut() {
            Some(last) if last.to == rank => last.to = rank + 1,
            _ => hits.push(Stretch {
                from: rank,
                to: rank + 1,
            }),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
