//! Whether a table may serve a request now, and what serving it takes.
//!
//! ```text
//!   write   partition of the item      table's capacity       ┐ all of them must have something left:
//!           partition of each entry    its global index's     ┘ a global index without capacity holds its table's writes back
//!   read    partition of the first item met, of the table's capacity or the global index's
//! ```
//!
//! A [`TableMeter`] belongs to one table and lives beside it, behind a lock of its own, because readers share the table.
//!
//! Invariant: a write is charged in full where it was admitted, or nothing of it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::simulator::Timestamp;
use crate::simulator::table::definition::Definition;
use crate::simulator::table::index::IndexKind;
use crate::simulator::table::throughput::Billing;
use crate::simulator::trace::{CapacityState, PartitionHeat, PartitionId, Throttle};

use super::meter::{LimitKind, Meter, Refusal, Supply};
use super::micro::Micro;
use super::{Access, Limits};

/// What a request needs of one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simulator) struct Demand<'a> {
    /// The global index, or nothing for the table. A local index is the table's.
    pub(in crate::simulator) index: Option<&'a str>,
    pub(in crate::simulator) partition: PartitionId,
    pub(in crate::simulator) access: Access,
    /// Where in the partition it goes.
    pub(in crate::simulator) address: &'a [u8],
    /// What it costs, as far as that is known.
    pub(in crate::simulator) units: Micro,
}

/// The capacity of a table and its global indexes.
#[derive(Debug)]
pub struct TableMeter {
    limits: Limits,
    table: Option<Meter>,
    indexes: BTreeMap<String, Meter>,
    /// Partitions that stayed hot, of the table or a global index.
    due: BTreeSet<(Option<String>, PartitionId)>,
}

impl TableMeter {
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self {
            limits,
            table: None,
            indexes: BTreeMap::new(),
            due: BTreeSet::new(),
        }
    }

    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The meter of the table or a global index, supplied with what the definition says now.
    fn of(&mut self, definition: &Definition, index: Option<&str>, now: Timestamp) -> &mut Meter {
        let supply = supply(definition, index);
        // What nobody used since the table is there was saved.
        let since = definition.created.min(now);
        let fresh = || Meter::new(supply, since);
        let meter = match index {
            None => self.table.get_or_insert_with(fresh),
            Some(name) => self.indexes.entry(name.to_owned()).or_insert_with(fresh),
        };
        meter.resupply(supply, now, &self.limits);
        meter
    }

    /// The limits that refuse a request which needs all this; none where it can be served.
    pub(in crate::simulator) fn refusals<'a>(
        &mut self,
        definition: &Definition,
        demands: impl Iterator<Item = Demand<'a>>,
        now: Timestamp,
    ) -> Vec<Throttle> {
        let limits = self.limits;
        let mut throttles = Vec::new();
        for demand in demands {
            let refused = self.of(definition, demand.index, now).admit(
                demand.partition,
                demand.access,
                demand.address,
                now,
                &limits,
            );
            self.watch(demand.index, demand.partition);
            for Refusal { limit, rate } in refused {
                let throttle = Throttle {
                    reason: reason(demand.index.is_some(), demand.access, limit),
                    index: demand.index.map(str::to_owned),
                    partition: demand.partition,
                    rate,
                };
                if !throttles.contains(&throttle) {
                    throttles.push(throttle);
                }
            }
        }
        throttles
    }

    /// Take what was demanded.
    pub(in crate::simulator) fn charge<'a>(
        &mut self,
        definition: &Definition,
        demands: impl Iterator<Item = Demand<'a>>,
        now: Timestamp,
    ) {
        let limits = self.limits;
        for demand in demands {
            self.of(definition, demand.index, now).charge(
                demand.partition,
                demand.access,
                demand.units,
                now,
                &limits,
            );
            self.watch(demand.index, demand.partition);
        }
    }

    /// Note another address that a read went to, of a table or index that admitted it before.
    pub(in crate::simulator) fn touch(
        &mut self,
        index: Option<&str>,
        partition: PartitionId,
        address: &[u8],
        now: Timestamp,
    ) {
        if let Some(meter) = self.meter_mut(index) {
            meter.touch(partition, address, Access::Read, now);
        }
    }

    fn existing(&self, index: Option<&str>) -> Option<&Meter> {
        match index {
            None => self.table.as_ref(),
            Some(name) => self.indexes.get(name),
        }
    }

    /// Note a partition that stayed at its limit.
    fn watch(&mut self, index: Option<&str>, partition: PartitionId) {
        let due = self
            .existing(index)
            .is_some_and(|meter| meter.is_due(partition, &self.limits));
        if due {
            self.due.insert((index.map(str::to_owned), partition));
        }
    }

    /// A partition that stayed at its limit, of the table or a global index; it is not told again until it did so anew.
    pub(super) fn next_due(&mut self) -> Option<(Option<String>, PartitionId)> {
        self.due.pop_first()
    }

    /// Whether [`TableMeter::next_due`] has one.
    pub(super) fn has_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// The meter of the table or a global index, as soon as it was asked for something.
    pub(super) fn meter_mut(&mut self, index: Option<&str>) -> Option<&mut Meter> {
        match index {
            None => self.table.as_mut(),
            Some(name) => self.indexes.get_mut(name),
        }
    }

    /// How many partitions the table or a global index should have.
    pub(super) fn partitions_wanted(
        &mut self,
        definition: &Definition,
        index: Option<&str>,
        now: Timestamp,
    ) -> u64 {
        let limits = self.limits;
        self.of(definition, index, now)
            .partitions_wanted(now, &limits)
    }

    /// What a partition consumes, of the table or a global index.
    pub(super) fn heat(
        &self,
        index: Option<&str>,
        partition: PartitionId,
        now: Timestamp,
    ) -> Option<PartitionHeat> {
        Some(self.existing(index)?.heat(partition, now, &self.limits))
    }

    /// Of the table, and of the global indexes that were asked for something.
    pub(super) fn states(&self, now: Timestamp) -> Vec<CapacityState> {
        let table = self.table.iter().map(|meter| (None, meter));
        let indexes = self
            .indexes
            .iter()
            .map(|(name, meter)| (Some(name.clone()), meter));
        table
            .chain(indexes)
            .map(|(index, meter)| CapacityState {
                index,
                read: meter.rate(Access::Read, now, &self.limits),
                write: meter.rate(Access::Write, now, &self.limits),
            })
            .collect()
    }
}

/// What the owner gave the table, or a global index of it.
fn supply(definition: &Definition, index: Option<&str>) -> Supply {
    let life = index.and_then(|name| {
        let index = definition.indexes.iter().find(|one| one.name == name)?;
        match &index.kind {
            IndexKind::Global(life) => Some(life),
            IndexKind::Local => None,
        }
    });
    match (definition.billing, life) {
        (Billing::PayPerRequest, None) => Supply::OnDemand {
            most_read: definition.on_demand.read,
            most_write: definition.on_demand.write,
        },
        (Billing::PayPerRequest, Some(life)) => Supply::OnDemand {
            most_read: life.on_demand.read,
            most_write: life.on_demand.write,
        },
        (Billing::Provisioned { read, write }, life) => {
            let (read, write) = life
                .and_then(|life| life.throughput)
                .unwrap_or((read, write));
            Supply::Provisioned { read, write }
        }
    }
}

/// `<ResourceType><OperationType><LimitType>` (`throttling-diagnosing-workflow`).
fn reason(index: bool, access: Access, limit: LimitKind) -> String {
    let resource = if index { "Index" } else { "Table" };
    let operation = match access {
        Access::Read => "Read",
        Access::Write => "Write",
    };
    let limit = match limit {
        LimitKind::KeyRange => "KeyRangeThroughputExceeded",
        LimitKind::Provisioned => "ProvisionedThroughputExceeded",
        LimitKind::MaxOnDemand => "MaxOnDemandThroughputExceeded",
    };
    format!("{resource}{operation}{limit}")
}
