//! What a demonstration's table recorded, kept small: the way of every key, and what its partition held afterwards.
//!
//! ```text
//!   Trace of CreateTable ──→ empty partitions
//!   Trace of PutItem     ──→ KeyTrace, created or replaced, items and bytes of the one partition that changed
//! ```
//!
//! A trace names every partition of its table; with thousands of puts only what a put changed is worth its memory.
//! Invariant: every number was in a trace. The table never splits: its capacity is not simulated.

use crate::simulator::trace::{Effect, KeyTrace, PartitionState, Provenance, Trace};

/// One put that reached its partition.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    pub key: KeyTrace,
    pub effect: Effect,
    /// What its partition held after it.
    pub items: u64,
    pub bytes: u64,
}

/// The puts of one table, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    table: String,
    provenance: Provenance,
    /// The partitions before the first put, in order of their range.
    empty: Vec<PartitionState>,
    arrivals: Vec<Arrival>,
}

impl Record {
    /// Of a table as its first trace shows it (`CreateTable` or `DescribeTable`); `None` when that has no partitions.
    #[must_use]
    pub fn begin(trace: &Trace) -> Option<Self> {
        if trace.partitions.is_empty() || trace.key.is_some() {
            return None;
        }
        Some(Self {
            table: trace.table.to_string(),
            provenance: trace.provenance,
            empty: trace.partitions.clone(),
            arrivals: Vec::new(),
        })
    }

    /// Takes a put's trace; false if it stored nothing, and then the record stays as it was.
    pub fn put(&mut self, trace: Trace) -> bool {
        let Trace {
            key: Some(key),
            effect: effect @ (Effect::Created | Effect::Replaced),
            partitions,
            ..
        } = trace
        else {
            return false;
        };
        let Some(home) = partitions.iter().find(|state| state.id == key.partition) else {
            return false;
        };
        self.arrivals.push(Arrival {
            items: home.items,
            bytes: home.bytes,
            key,
            effect,
        });
        true
    }

    /// All of a table's traces at once, its first one first.
    #[must_use]
    pub fn of(traces: &[Trace]) -> Option<Self> {
        let (first, rest) = traces.split_first()?;
        let mut record = Self::begin(first)?;
        for trace in rest {
            record.put(trace.clone());
        }
        Some(record)
    }

    /// The same record as the picture of a table whose storage can't be seen.
    #[must_use]
    pub fn modelled(self) -> Self {
        Self {
            provenance: Provenance::Modelled,
            ..self
        }
    }

    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    #[must_use]
    pub fn provenance(&self) -> Provenance {
        self.provenance
    }

    #[must_use]
    pub fn empty(&self) -> &[PartitionState] {
        &self.empty
    }

    #[must_use]
    pub fn arrivals(&self) -> &[Arrival] {
        &self.arrivals
    }
}
