//! What there is at a moment: tables with their partitions, the newest items in each, and who has consumed how much.
//!
//! Invariant: the same entries in the same order make the same world, and it stays bounded however many they are.

use std::collections::btree_map::Entry as Place;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::arrival::{Layout, Outcome, Touch};
use super::live::{Entry, Follow, Known};
use super::window::{Sums, Window};
use crate::simulator::trace::{CapacityUnits, Effect, PartitionId, PartitionState};

/// Tables that are remembered; the one that nobody asked for the longest gives way.
const MOST_TABLES: usize = 64;
/// Clients that are told apart; the smallest is added to the others.
const MOST_CLIENTS: usize = 500;
/// Names of a partition's newest items.
const MOST_NAMES: usize = 48;
/// Names of all partitions of a table together.
const MOST_NAMES_OF_TABLE: usize = 2_048;
/// What a partition of AWS serves in a second, where no other limit is simulated.
const READ_LIMIT: CapacityUnits = CapacityUnits::whole(3_000);
const WRITE_LIMIT: CapacityUnits = CapacityUnits::whole(1_000);

/// An item that came while somebody looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resident {
    pub name: Arc<str>,
    pub hash: u64,
    /// The entry that wrote it last.
    pub order: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    pub state: PartitionState,
    /// The newest first.
    pub residents: VecDeque<Resident>,
    window: Window,
}

impl Partition {
    fn new(state: PartitionState) -> Self {
        Self {
            state,
            residents: VecDeque::new(),
            window: Window::default(),
        }
    }

    /// What was done in the last seconds.
    #[must_use]
    pub fn busy(&self, now: Duration) -> Sums {
        self.window.sum(now)
    }

    /// What it may serve in a second: read units, write units.
    #[must_use]
    pub fn limits(&self) -> (CapacityUnits, CapacityUnits) {
        match &self.state.heat {
            Some(heat) => (heat.read.limit, heat.write.limit),
            None => (READ_LIMIT, WRITE_LIMIT),
        }
    }

    fn owns(&self, hash: u64) -> bool {
        (self.state.first_hash..=self.state.last_hash).contains(&hash)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: Arc<str>,
    /// The name of the partition key, once somebody gave one.
    pub attribute: Option<Arc<str>>,
    /// In order of their hash range.
    pub partitions: Vec<Partition>,
    /// The last entry that asked for it.
    pub last: u64,
    window: Window,
}

impl Table {
    fn new(name: Arc<str>) -> Self {
        Self {
            name,
            attribute: None,
            partitions: Vec::new(),
            last: 0,
            window: Window::default(),
        }
    }

    #[must_use]
    pub fn busy(&self, now: Duration) -> Sums {
        self.window.sum(now)
    }

    #[must_use]
    pub fn items(&self) -> u64 {
        self.partitions.iter().map(|one| one.state.items).sum()
    }

    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.partitions.iter().map(|one| one.state.bytes).sum()
    }

    fn partition_mut(&mut self, id: PartitionId) -> Option<&mut Partition> {
        self.partitions.iter_mut().find(|one| one.state.id == id)
    }

    /// Whether these are the same partitions, whatever is in them.
    pub(super) fn has_ranges(&self, states: &[PartitionState]) -> bool {
        let range = |state: &PartitionState| (state.id, state.first_hash, state.last_hash);
        let known = self.partitions.iter().map(|one| range(&one.state));
        known.eq(states.iter().map(range))
    }

    fn settle(&mut self, states: &[PartitionState], whole: bool) {
        if !whole || self.has_ranges(states) {
            for state in states {
                if let Some(partition) = self.partition_mut(state.id) {
                    partition.state.clone_from(state);
                }
            }
            return;
        }
        // Other partitions than before: items stay where their hash belongs.
        let mut before = std::mem::take(&mut self.partitions);
        let residents: Vec<Resident> = before
            .iter_mut()
            .flat_map(|partition| std::mem::take(&mut partition.residents))
            .collect();
        self.partitions = states.iter().cloned().map(Partition::new).collect();
        for partition in &mut self.partitions {
            let same = before.iter().find(|one| one.state.id == partition.state.id);
            if let Some(same) = same {
                partition.window = same.window.clone();
            }
        }
        for resident in residents {
            let home = self
                .partitions
                .iter_mut()
                .find(|one| one.owns(resident.hash));
            if let Some(home) = home {
                home.residents.push_back(resident);
            }
        }
        for partition in &mut self.partitions {
            let newest_first = |a: &Resident, b: &Resident| b.order.cmp(&a.order);
            partition.residents.make_contiguous().sort_by(newest_first);
        }
    }

    fn touch(&mut self, touch: &Touch, first: bool, order: u64, second: u64) {
        let sums = Sums {
            requests: 1,
            throttled: u64::from(touch.throttled),
            read: touch.read,
            written: touch.written,
        };
        // A request that touched several partitions is one of the table's.
        let requests = u64::from(first);
        self.window.add(second, &Sums { requests, ..sums });
        let most = MOST_NAMES
            .min(MOST_NAMES_OF_TABLE / self.partitions.len().max(1))
            .max(1);
        let Some(partition) = self.partition_mut(touch.partition) else {
            return;
        };
        partition.window.add(second, &sums);
        let Some((name, hash)) = &touch.key else {
            return;
        };
        let lands = touch.lands();
        if lands || touch.effect == Effect::Deleted {
            let is_other = |one: &Resident| one.hash != *hash || one.name != *name;
            partition.residents.retain(is_other);
        }
        if lands {
            partition.residents.truncate(most - 1);
            partition.residents.push_front(Resident {
                name: Arc::clone(name),
                hash: *hash,
                order,
            });
        }
    }
}

/// One who asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    pub requests: u64,
    pub throttled: u64,
    /// Refused for other reasons, or turned away.
    pub refused: u64,
    pub read: CapacityUnits,
    pub written: CapacityUnits,
}

impl Client {
    /// Read and written units together.
    #[must_use]
    pub fn units(&self) -> CapacityUnits {
        self.read + self.written
    }

    fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.throttled += other.throttled;
        self.refused += other.refused;
        self.read = self.read + other.read;
        self.written = self.written + other.written;
    }
}

/// Everybody together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    pub all: Client,
    pub turned_away: u64,
    window: Window,
}

impl Totals {
    /// What was done in the last seconds.
    #[must_use]
    pub fn busy(&self, now: Duration) -> Sums {
        self.window.sum(now)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct World {
    tables: BTreeMap<Arc<str>, Table>,
    clients: BTreeMap<Arc<str>, Client>,
    /// Of clients that gave way.
    others: Client,
    others_number: u64,
    pub totals: Totals,
}

impl World {
    /// By name.
    #[must_use]
    pub fn tables(&self) -> impl ExactSizeIterator<Item = &Table> {
        self.tables.values()
    }

    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// Clients that are told apart, and those that are not any more.
    #[must_use]
    pub fn clients(&self) -> u64 {
        self.clients.len() as u64 + self.others_number
    }

    /// The largest consumers, the largest first.
    #[must_use]
    pub fn consumers(&self, most: usize) -> Vec<(&str, &Client)> {
        let mut all: Vec<(&str, &Client)> = self
            .clients
            .iter()
            .map(|(name, client)| (name.as_ref(), client))
            .collect();
        all.sort_by(|(a, first), (b, second)| {
            let size = |one: &Client| (one.units(), one.requests);
            size(second).cmp(&size(first)).then(a.cmp(b))
        });
        all.truncate(most);
        all
    }

    /// The table that is to be shown.
    #[must_use]
    pub fn choose(&self, follow: &Follow, now: Duration) -> Option<&Table> {
        if let Follow::Pinned(name) = follow
            && let Some(table) = self.tables.get(name)
        {
            return Some(table);
        }
        let tables = self.tables.values();
        match follow {
            Follow::Newest => tables.max_by_key(|table| table.last),
            // Where nobody asks for anything, the last one that was asked for.
            _ => tables.max_by_key(|table| (table.busy(now).weight(), table.last)),
        }
    }

    /// Takes tables as they were after so many entries; those that were asked for since are as the entries say.
    pub(super) fn know(&mut self, known: &[Known], came: u64) {
        let is_known = |table: &Table| known.iter().any(|one| one.name == table.name);
        self.tables
            .retain(|_, table| table.last > came || is_known(table));
        for one in known {
            let room = self.tables.len() < MOST_TABLES;
            let table = match self.tables.entry(Arc::clone(&one.name)) {
                Place::Occupied(there) => there.into_mut(),
                Place::Vacant(free) if room => free.insert(Table::new(Arc::clone(&one.name))),
                Place::Vacant(_) => continue,
            };
            if table.last <= came {
                table.attribute = Some(Arc::clone(&one.attribute));
                table.settle(&one.partitions, true);
            }
        }
    }

    pub(super) fn apply(&mut self, entry: &Entry) {
        let arrival = &entry.arrival;
        let second = entry.seen.as_secs();
        let one = Client {
            requests: u64::from(arrival.number > 0),
            throttled: u64::from(arrival.throttled()),
            refused: u64::from(!arrival.served() && !arrival.throttled()),
            read: arrival.read,
            written: arrival.written,
        };
        self.totals.all.add(&one);
        self.totals.turned_away += u64::from(matches!(arrival.outcome, Outcome::TurnedAway { .. }));
        let sums = Sums {
            requests: one.requests,
            throttled: one.throttled,
            read: one.read,
            written: one.written,
        };
        self.totals.window.add(second, &sums);
        self.client(&arrival.client).add(&one);
        match arrival.effect {
            Effect::TableDeleted => {
                if let Some(name) = &arrival.table {
                    self.tables.remove(name);
                }
                return;
            }
            Effect::TableCreated => {
                if let Some(name) = &arrival.table {
                    self.tables.remove(name);
                }
            }
            _ => {}
        }
        for layout in &arrival.layouts {
            self.settle(layout, entry.order);
        }
        let mut touched: Vec<&Arc<str>> = Vec::new();
        for touch in arrival.touches.iter().filter(|one| one.index.is_none()) {
            if let Some(table) = self.tables.get_mut(&touch.table) {
                let first = !touched.contains(&&touch.table);
                if first {
                    touched.push(&touch.table);
                }
                table.last = entry.order;
                table.touch(touch, first, entry.order, second);
            }
        }
        if let (Some(attribute), Some(name)) = (&arrival.attribute, &arrival.table)
            && arrival.index.is_none()
            && let Some(table) = self.tables.get_mut(name)
            && table.attribute.is_none()
        {
            table.attribute = Some(Arc::clone(attribute));
        }
    }

    fn settle(&mut self, layout: &Layout, order: u64) {
        if !self.tables.contains_key(&layout.table) {
            if !layout.whole {
                return;
            }
            if self.tables.len() >= MOST_TABLES {
                let oldest = self.tables.values().min_by_key(|table| table.last);
                if let Some(name) = oldest.map(|table| Arc::clone(&table.name)) {
                    self.tables.remove(&name);
                }
            }
            let table = Table::new(Arc::clone(&layout.table));
            self.tables.insert(Arc::clone(&layout.table), table);
        }
        if let Some(table) = self.tables.get_mut(&layout.table) {
            table.last = order;
            table.settle(&layout.states, layout.whole);
        }
    }

    fn client(&mut self, name: &Arc<str>) -> &mut Client {
        if !self.clients.contains_key(name) && self.clients.len() >= MOST_CLIENTS {
            let smallest = self
                .clients
                .iter()
                .min_by_key(|(_, client)| (client.units(), client.requests))
                .map(|(name, _)| Arc::clone(name));
            if let Some(gone) = smallest.and_then(|name| self.clients.remove(&name)) {
                self.others.add(&gone);
                self.others_number += 1;
            }
        }
        self.clients.entry(Arc::clone(name)).or_default()
    }
}
