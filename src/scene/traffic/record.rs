//! What minutes of traffic did to a table, folded out of the traces of its requests.
//!
//! ```text
//!   traces of one slice of time      the slice
//!   ──────────────────────────────   ────────────────────────────────────────────────────────
//!   P0 1 WCU, P2 1 WCU, P2 refused,  asked 5 │ P0 1 WCU │ P1 – │ P2 2 WCU, 1 refused │ P3 1 WCU
//!   P3 1 WCU, P2 1 WCU and a split   refused: TableWriteKeyRangeThroughputExceeded 1 │ P2 split
//! ```
//!
//! Thousands of traces become one [`Slice`] each few seconds, so a record is as large as the picture and not as the traffic.
//! Invariant: every figure is a sum of what traces say, or what the last trace of a slice says; in the units of the simulated
//! table, which [`Record::real`] multiplies by the scale.

use std::collections::BTreeMap;

use crate::simulator::trace::{CapacityUnits, PartitionId, PartitionState, Rate, Split, Trace};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    Read,
    Write,
}

impl Units {
    /// Of capacity.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "RCU",
            Self::Write => "WCU",
        }
    }

    /// Of requests.
    #[must_use]
    pub const fn requests(self) -> &'static str {
        match self {
            Self::Read => "reads",
            Self::Write => "writes",
        }
    }

    const fn of(self, trace: &Trace) -> CapacityUnits {
        match self {
            Self::Read => trace.read,
            Self::Write => trace.written,
        }
    }
}

/// What traces can't say of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setup {
    pub units: Units,
    /// So many requests of real traffic stand behind one of the simulated table, whose partitions serve so many times less.
    pub scale: u64,
    /// Of one slice.
    pub seconds: u64,
    /// Bytes that a partition of the simulated table holds before it is split.
    pub holds: u64,
}

/// One partition in one slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// As it was when the slice ended.
    pub state: PartitionState,
    pub consumed: CapacityUnits,
    /// Requests that were served.
    pub served: u64,
    /// Requests that were refused.
    pub throttled: u64,
    /// The partition key that consumed the most, and how much.
    pub busiest: Option<(String, CapacityUnits)>,
}

/// A split and when it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitAt {
    /// Milliseconds since the traffic began.
    pub millis: u64,
    pub split: Split,
}

/// A few seconds of traffic.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slice {
    /// Partitions in order of their hash range.
    pub lanes: Vec<Lane>,
    /// Requests.
    pub asked: u64,
    /// Requests that were refused, by the reason the error gave.
    pub refused: BTreeMap<String, u64>,
    pub splits: Vec<SplitAt>,
    /// The table's own capacity when the slice ended, where it has a limit besides its partitions'.
    pub table: Option<Rate>,
}

impl Slice {
    /// Requests that were refused.
    #[must_use]
    pub fn throttled(&self) -> u64 {
        self.refused.values().sum()
    }

    #[must_use]
    pub fn lane(&self, partition: PartitionId) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.state.id == partition)
    }

    #[must_use]
    pub fn consumed(&self) -> CapacityUnits {
        self.lanes.iter().map(|lane| lane.consumed).sum()
    }
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub table: String,
    /// Name of the partition key attribute.
    pub attribute: String,
    pub setup: Setup,
    /// What a partition serves in a second.
    pub limit: CapacityUnits,
    /// The partitions before the first request.
    pub start: Vec<PartitionState>,
    /// The table's own capacity before the first request.
    pub saved: Option<Rate>,
    pub slices: Vec<Slice>,
}

impl Record {
    /// Units of the simulated table in the units of the traffic it stands for.
    #[must_use]
    pub fn real(&self, units: CapacityUnits) -> CapacityUnits {
        CapacityUnits::from_halves(units.halves().saturating_mul(self.setup.scale))
    }

    /// Units of a slice as real units a second.
    #[must_use]
    pub fn a_second(&self, units: CapacityUnits) -> u64 {
        per_second(units.halves(), self.setup) / 2
    }

    /// Requests of a slice as real requests a second.
    #[must_use]
    pub fn requests_a_second(&self, requests: u64) -> u64 {
        per_second(requests, self.setup)
    }

    /// What a partition serves in a second, in real units.
    #[must_use]
    pub fn limit_a_second(&self) -> u64 {
        self.real(self.limit).halves() / 2
    }

    /// Every partition there is in the end, in order of the hash range, and the slice it came into being in; those that were
    /// there from the beginning have none.
    #[must_use]
    pub fn partitions(&self) -> Vec<(PartitionId, Option<usize>)> {
        let states: Vec<PartitionId> = match self.slices.last() {
            Some(last) => last.lanes.iter().map(|lane| lane.state.id).collect(),
            None => self.start.iter().map(|state| state.id).collect(),
        };
        let born = |id| {
            let upper = |slice: &Slice| slice.splits.iter().any(|at| at.split.upper == id);
            self.slices.iter().position(upper)
        };
        states.into_iter().map(|id| (id, born(id))).collect()
    }
}

fn per_second(amount: u64, setup: Setup) -> u64 {
    let seconds = setup.seconds.max(1);
    (amount.saturating_mul(setup.scale) + seconds / 2) / seconds
}

/// What one partition has done in the slice under way.
#[derive(Debug, Default)]
struct Doing {
    consumed: CapacityUnits,
    served: u64,
    throttled: u64,
    by_key: BTreeMap<String, CapacityUnits>,
}

/// Takes traces one after the other and keeps sums.
#[derive(Debug)]
pub struct Fold {
    record: Record,
    slice: Slice,
    doing: BTreeMap<PartitionId, Doing>,
    /// As the last trace showed them.
    states: Vec<PartitionState>,
}

impl Fold {
    /// Begins with a trace that shows the table before the traffic; nothing where it shows no partitions with limits.
    #[must_use]
    pub fn new(first: &Trace, attribute: &str, setup: Setup) -> Option<Self> {
        let heat = first.partitions.first()?.heat.as_ref()?;
        let limit = match setup.units {
            Units::Read => heat.read.limit,
            Units::Write => heat.write.limit,
        };
        Some(Self {
            record: Record {
                table: first.table.to_string(),
                attribute: attribute.to_owned(),
                setup,
                limit,
                start: first.partitions.clone(),
                saved: table_rate(first, setup.units),
                slices: Vec::new(),
            },
            slice: Slice::default(),
            doing: BTreeMap::new(),
            states: first.partitions.clone(),
        })
    }

    /// Adds a request, so many milliseconds after the traffic began.
    pub fn take(&mut self, trace: &Trace, millis: u64) {
        let units = self.record.setup.units;
        self.slice.asked += 1;
        if let Some(first) = trace.throttles.first() {
            // A request counts once, by the reason that decided its error.
            *self.slice.refused.entry(first.reason.clone()).or_default() += 1;
            self.doing.entry(first.partition).or_default().throttled += 1;
        } else if let Some(key) = &trace.key {
            let doing = self.doing.entry(key.partition).or_default();
            let spent = units.of(trace);
            doing.consumed = doing.consumed + spent;
            doing.served += 1;
            let of_key = doing.by_key.entry(key.text.to_string()).or_default();
            *of_key = *of_key + spent;
        }
        let splits = trace.splits.iter().cloned();
        self.slice
            .splits
            .extend(splits.map(|split| SplitAt { millis, split }));
        self.states.clone_from(&trace.partitions);
        self.slice.table = table_rate(trace, units);
    }

    /// Ends the slice.
    pub fn close(&mut self) {
        let mut doing = std::mem::take(&mut self.doing);
        let mut slice = std::mem::take(&mut self.slice);
        slice.lanes = self
            .states
            .iter()
            .map(|state| {
                let done = doing.remove(&state.id).unwrap_or_default();
                // Of equal keys the first one in order is named.
                let busiest = done
                    .by_key
                    .into_iter()
                    .rev()
                    .max_by_key(|(_, spent)| *spent);
                Lane {
                    state: state.clone(),
                    consumed: done.consumed,
                    served: done.served,
                    throttled: done.throttled,
                    busiest,
                }
            })
            .collect();
        self.record.slices.push(slice);
    }

    #[must_use]
    pub fn finish(self) -> Record {
        self.record
    }
}

fn table_rate(trace: &Trace, units: Units) -> Option<Rate> {
    let state = trace.capacity.iter().find(|state| state.index.is_none())?;
    match units {
        Units::Read => state.read,
        Units::Write => state.write,
    }
}
