//! Everything that came so far, and the place in it that is looked at.
//!
//! ```text
//!                 ╭────────── the newest, kept one by one ──────────╮
//!   World before ─┤ 812  813  814  815  816  817  818  819  820  821 ├─ World now
//!                 ╰──────────────────────────────────────────────────╯
//!   paused:         812  813  814 ▸815◂ 816  817         kept as they were; "4 more came"
//! ```
//!
//! Pausing takes the requests that are kept at that moment aside, so that none of them goes away while somebody reads; what comes
//! meanwhile goes on being counted, and resuming shows it.
//! Invariant: the world at a place is the world before the requests that are kept, and those up to the place, whatever way led there.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::super::playhead::ease;
use super::arrival::{Arrival, Touch};
use super::window::SECONDS;
use super::world::{Table, World};
use crate::simulator::trace::{Effect, PartitionId, PartitionState};

/// So many requests can be stepped back through.
pub const KEPT: usize = 300;
/// How long an item is on its way into its partition.
const WAY: Duration = Duration::from_millis(350);
/// More items at once are there without a way: nobody could follow them.
const MOST_FLIGHTS: usize = 12;

/// Which table's partitions are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Follow {
    /// The one that consumes the most now.
    #[default]
    Busiest,
    /// The one that was asked last.
    Newest,
    /// This one, as long as it is there.
    Pinned(Arc<str>),
}

/// A request and when it was seen, in the program's running time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub arrival: Arrival,
    pub seen: Duration,
    /// From 1, without gaps.
    pub order: u64,
}

/// A table as the simulated `DynamoDB` has it, whether or not anybody asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub name: Arc<str>,
    /// The name of the partition key.
    pub attribute: Arc<str>,
    pub partitions: Vec<PartitionState>,
}

/// What somebody looks at.
#[derive(Debug, Clone)]
struct Paused {
    before: World,
    entries: VecDeque<Arc<Entry>>,
    /// Index of the entry that is looked at.
    at: usize,
    /// After that entry.
    world: World,
    /// When it was stepped on to, so that what it did can be seen.
    stepped: Option<Duration>,
}

impl Paused {
    fn order(&self) -> u64 {
        self.entries.get(self.at).map_or(0, |entry| entry.order)
    }

    /// Goes to an entry, forwards by one or from the beginning.
    fn go(&mut self, at: usize) {
        if at == self.at + 1 {
            if let Some(entry) = self.entries.get(at) {
                self.world.apply(entry);
            }
        } else {
            self.world = self.before.clone();
            for entry in self.entries.iter().take(at + 1) {
                self.world.apply(entry);
            }
        }
        self.at = at;
    }
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Live {
    /// Before the oldest entry that is kept.
    before: World,
    entries: VecDeque<Arc<Entry>>,
    world: World,
    /// Entries so far.
    came: u64,
    /// Reports that had no room on their way here.
    missed: u64,
    paused: Option<Paused>,
}

/// An item on its way from its place in the hash range into its partition.
#[derive(Debug, Clone, PartialEq)]
pub struct Flight<'a> {
    pub touch: &'a Touch,
    /// The entry that it belongs to.
    pub order: u64,
    /// From 0 to 1, eased.
    pub progress: f64,
}

/// Everything there is to see at a moment.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    pub world: &'a World,
    pub table: Option<&'a Table>,
    /// The time for which the last seconds are summed up.
    pub now: Duration,
    pub entries: &'a VecDeque<Arc<Entry>>,
    /// Index of the entry that was chosen, while paused.
    pub chosen: Option<usize>,
    /// The entry that is spoken of: the chosen one, or the newest.
    pub current: Option<&'a Entry>,
    pub flights: Vec<Flight<'a>>,
    /// Entries that came since the pause began.
    pub more: u64,
    /// Reports that had no room on their way here.
    pub missed: u64,
}

impl Frame<'_> {
    /// Whether the current request touched this partition of the table that is shown.
    #[must_use]
    pub fn touches(&self, partition: PartitionId) -> bool {
        let Some((entry, table)) = self.current.zip(self.table) else {
            return false;
        };
        let here = |touch: &Touch| touch.partition == partition && touch.table == table.name;
        let mut touches = entry.arrival.touches.iter();
        touches.any(|touch| here(touch) && touch.index.is_none())
    }
}

impl Live {
    /// Takes what came, at the program's running time.
    pub fn push(&mut self, arrival: Arrival, seen: Duration) {
        self.came += 1;
        let mut entry = Entry {
            arrival,
            seen,
            order: self.came,
        };
        // Of partitions that are the same as before only those are kept that the request touched.
        let created = entry.arrival.effect == Effect::TableCreated;
        for layout in &mut entry.arrival.layouts {
            let known = self.world.table(&layout.table).filter(|_| !created);
            layout.whole &= !known.is_some_and(|table| table.has_ranges(&layout.states));
        }
        self.world.apply(&entry);
        let touches = &entry.arrival.touches;
        let changed = |state: &PartitionState| touches.iter().any(|one| one.partition == state.id);
        for layout in &mut entry.arrival.layouts {
            if !layout.whole {
                layout.states.retain(changed);
            }
        }
        self.entries.push_back(Arc::new(entry));
        if self.entries.len() > KEPT
            && let Some(oldest) = self.entries.pop_front()
        {
            self.before.apply(&oldest);
        }
    }

    /// Counts reports that had no room on their way here.
    pub fn miss(&mut self, reports: u64) {
        self.missed += reports;
    }

    /// Takes the tables as they were after so many entries: also what no trace told, such as items from before, and those that
    /// expired. What came since about a table is newer.
    pub fn know(&mut self, known: &[Known], came: u64) {
        if self.entries.is_empty() {
            self.before.know(known, came);
        }
        self.world.know(known, came);
    }

    /// How many entries there were so far.
    #[must_use]
    pub fn came(&self) -> u64 {
        self.came
    }

    /// Whether anything ever came.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.came == 0
    }

    /// As it is now, whatever is looked at.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    #[must_use]
    pub fn paused(&self) -> bool {
        self.paused.is_some()
    }

    /// Stops at the newest request; false where there is none.
    pub fn pause(&mut self) -> bool {
        let Some(last) = self.entries.len().checked_sub(1) else {
            return false;
        };
        if self.paused.is_none() {
            self.paused = Some(Paused {
                before: self.before.clone(),
                entries: self.entries.clone(),
                at: last,
                world: self.world.clone(),
                stepped: None,
            });
        }
        true
    }

    pub fn resume(&mut self) {
        self.paused = None;
    }

    /// One request back; pauses first. False at the oldest that is kept.
    pub fn step_back(&mut self, now: Duration) -> bool {
        if self.paused.is_none() {
            return self.pause();
        }
        let Some(paused) = &mut self.paused else {
            return false;
        };
        let Some(at) = paused.at.checked_sub(1) else {
            return false;
        };
        paused.go(at);
        paused.stepped = Some(now);
        true
    }

    /// One request on, also to those that came since; false where nothing is paused, or nothing came.
    pub fn step_forward(&mut self, now: Duration) -> bool {
        let Some(paused) = &mut self.paused else {
            return false;
        };
        if paused.at + 1 < paused.entries.len() {
            paused.go(paused.at + 1);
            paused.stepped = Some(now);
            return true;
        }
        let order = paused.order();
        let Some(at) = self.entries.iter().position(|entry| entry.order > order) else {
            return false;
        };
        // What was taken aside ends here, and what is kept now begins with the next one, or with the oldest there is.
        let mut next = Paused {
            before: self.before.clone(),
            entries: self.entries.clone(),
            at: usize::MAX - 1,
            world: World::default(),
            stepped: Some(now),
        };
        next.go(at);
        self.paused = Some(next);
        true
    }

    /// To an entry that is kept, by its index; pauses first.
    pub fn choose(&mut self, at: usize, now: Duration) {
        self.pause();
        if let Some(paused) = &mut self.paused {
            let at = at.min(paused.entries.len().saturating_sub(1));
            if at != paused.at {
                paused.go(at);
                paused.stepped = Some(now);
            }
        }
    }

    /// Whether an item is on its way at this time.
    #[must_use]
    pub fn moves(&self, now: Duration) -> bool {
        let since = match &self.paused {
            Some(paused) => paused.stepped,
            None => self.entries.back().map(|entry| entry.seen),
        };
        since.is_some_and(|since| now < since + WAY)
    }

    /// When a figure of the last seconds changes although nothing comes; nothing once all of them are zero.
    #[must_use]
    pub fn changes_in(&self, now: Duration) -> Option<Duration> {
        let newest = self.entries.back().filter(|_| self.paused.is_none())?;
        let cools = now.as_secs() < newest.seen.as_secs() + SECONDS;
        cools.then(|| Duration::from_secs(now.as_secs() + 1).saturating_sub(now))
    }

    /// The picture at a time; with `still` nothing is on its way.
    #[must_use]
    pub fn frame(&self, follow: &Follow, now: Duration, still: bool) -> Frame<'_> {
        let (world, entries, chosen) = match &self.paused {
            Some(paused) => (&paused.world, &paused.entries, Some(paused.at)),
            None => (&self.world, &self.entries, None),
        };
        let current = match chosen {
            Some(at) => entries.get(at),
            None => entries.back(),
        };
        let current = current.map(Arc::as_ref);
        // A moment that is looked at again is as hot as it was.
        let then = match (chosen, current) {
            (Some(_), Some(entry)) => entry.seen,
            _ => now,
        };
        let table = world.choose(follow, then);
        let flights = if still {
            Vec::new()
        } else {
            self.flights(table, now)
        };
        let last = entries.back().map_or(0, |entry| entry.order);
        Frame {
            world,
            table,
            now: then,
            entries,
            chosen,
            current,
            flights,
            more: self.came - last,
            missed: self.missed,
        }
    }

    /// The newest items that are on their way into a table.
    fn flights(&self, table: Option<&Table>, now: Duration) -> Vec<Flight<'_>> {
        let Some(table) = table else {
            return Vec::new();
        };
        let on_way = |since: Duration| now < since + WAY;
        let entries: Vec<(&Entry, Duration)> = match &self.paused {
            Some(paused) => paused
                .entries
                .get(paused.at)
                .zip(paused.stepped)
                .map(|(entry, since)| (entry.as_ref(), since))
                .into_iter()
                .filter(|(_, since)| on_way(*since))
                .collect(),
            None => self
                .entries
                .iter()
                .rev()
                .map(|entry| (entry.as_ref(), entry.seen))
                .take_while(|(_, since)| on_way(*since))
                .collect(),
        };
        let lands = |touch: &&Touch| touch.lands() && touch.table == table.name;
        let mut flights = Vec::new();
        for (entry, since) in entries {
            let gone = now.saturating_sub(since).as_secs_f64() / WAY.as_secs_f64();
            for touch in entry.arrival.touches.iter().rev().filter(lands) {
                if flights.len() == MOST_FLIGHTS {
                    return flights;
                }
                flights.push(Flight {
                    touch,
                    order: entry.order,
                    progress: ease(gone.clamp(0.0, 1.0)),
                });
            }
        }
        flights
    }
}
