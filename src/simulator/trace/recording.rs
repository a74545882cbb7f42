//! A trace that is being written, of a call that nobody has looked at yet.
//!
//! Most traces are never fetched. So what takes time to tell is left until one is, and a trace that nobody fetched leaves its memory to a
//! later call's.

use std::ops::{Deref, DerefMut};

use super::{
    CapacityUnits, Effect, ItemVisit, KeyTrace, PartitionId, PartitionState, Provenance, Trace,
    Visit,
};
use crate::simulator::item::Text;
use crate::simulator::table::Key;
use crate::simulator::table::address::{self, Address, KeyTypes};
use crate::simulator::table::hash::HashChoice;

/// What a [`KeyTrace`] of a table's key is made of when the trace is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simulator) struct Way {
    pub(in crate::simulator) attribute: Text,
    pub(in crate::simulator) address: Address,
    pub(in crate::simulator) types: KeyTypes,
    pub(in crate::simulator) function: HashChoice,
    pub(in crate::simulator) partition: PartitionId,
    pub(in crate::simulator) place: Option<(u64, u64)>,
}

impl From<Way> for KeyTrace {
    fn from(way: Way) -> Self {
        let Key { partition, sort } = address::key_in(way.address.bytes(), way.types);
        Self {
            attribute: way.attribute,
            key_type: partition.key_type().name(),
            text: partition.person(),
            bytes: address::hashed_bytes(way.function, &partition),
            hash: way.address.hash,
            partition: way.partition,
            sort,
            place: way.place,
        }
    }
}

/// A trace on its way.
#[derive(Debug, Default, PartialEq)]
pub(in crate::simulator) struct Recording {
    trace: Trace,
    /// Becomes [`Trace::key`], in which nothing stands before then but an index's key.
    pub(in crate::simulator) way: Option<Way>,
    /// The memory of the items of an earlier call's visit, none of them in it.
    spare: Vec<ItemVisit>,
}

impl Deref for Recording {
    type Target = Trace;

    fn deref(&self) -> &Trace {
        &self.trace
    }
}

impl DerefMut for Recording {
    fn deref_mut(&mut self) -> &mut Trace {
        &mut self.trace
    }
}

impl Recording {
    /// Of a call that has done nothing yet.
    pub(in crate::simulator) fn new(operation: &str) -> Self {
        Self {
            trace: Trace::new(operation),
            ..Self::default()
        }
    }

    /// Make it one of a call that has done nothing yet; the memory of its lists stays.
    pub(in crate::simulator) fn begin(&mut self, operation: &str) {
        self.way = None;
        // By name, so that no member can be forgotten.
        let Trace {
            provenance,
            operation: its_operation,
            table,
            index,
            partitions,
            key,
            visits,
            effect,
            read,
            written,
            index_writes,
            stored,
            parts,
            throttles,
            splits,
            capacity,
            more,
            unlisted,
            elapsed,
        } = &mut self.trace;
        *provenance = Provenance::Measured;
        its_operation.assign(operation);
        *table = Text::default();
        *index = None;
        partitions.clear();
        *key = None;
        if let Some(visit) = visits.pop() {
            self.spare = visit.items;
            self.spare.clear();
        }
        visits.clear();
        *effect = Effect::None;
        *read = CapacityUnits::ZERO;
        *written = CapacityUnits::ZERO;
        index_writes.clear();
        *stored = None;
        parts.clear();
        throttles.clear();
        splits.clear();
        capacity.clear();
        *more = false;
        *unlisted = 0;
        *elapsed = None;
    }

    /// A visit of the one item that was looked for, which may not be there.
    pub(in crate::simulator) fn visit_one(
        &mut self,
        partition: &PartitionState,
        first_rank: u64,
        found: Option<ItemVisit>,
    ) {
        let mut visit = Visit {
            partition: partition.id,
            examined: 0,
            returned: 0,
            bytes: 0,
            first_rank,
            partition_items: partition.items,
            items: std::mem::take(&mut self.spare),
            hits: Vec::new(),
        };
        if let Some(item) = found {
            visit.examined = 1;
            visit.returned = u64::from(item.returned);
            visit.bytes = item.bytes;
            visit.items.push(item);
        }
        self.trace.visits.push(visit);
    }

    /// Ready for whoever looks at it.
    pub(in crate::simulator) fn told(self) -> Trace {
        let mut trace = self.trace;
        trace.key = self.way.map(KeyTrace::from).or(trace.key);
        trace
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CapacityState, IndexWrite, Rate, Split, SplitCause, Throttle};
    use super::*;
    use crate::simulator::item::{KeyRef, KeyType};
    use std::time::Duration;

    #[test]
    fn a_trace_that_was_another_call_s_is_as_good_as_new() {
        let partition = PartitionState {
            id: PartitionId(0),
            first_hash: 0,
            last_hash: u64::MAX,
            items: 1,
            bytes: 9,
            begins_inside: false,
            ends_inside: false,
            heat: None,
        };
        let rate = Rate {
            consumed: CapacityUnits::whole(1),
            before: CapacityUnits::ZERO,
            limit: CapacityUnits::whole(1),
            left: CapacityUnits::ZERO,
        };
        let found = ItemVisit {
            key: "Rachel".into(),
            bytes: 9,
            returned: true,
        };
        let way = Way {
            attribute: "owner".into(),
            address: Address::new(
                HashChoice::default(),
                &KeyRef::S(b"Rachel"[..].into()),
                None,
            ),
            types: KeyTypes {
                partition: KeyType::S,
                sort: None,
            },
            function: HashChoice::default(),
            partition: PartitionId(0),
            place: None,
        };
        let trace = Trace {
            provenance: Provenance::Modelled,
            operation: "Query".into(),
            table: "pets".into(),
            index: Some("by-name".to_owned()),
            key: Some(KeyTrace {
                attribute: "owner".into(),
                key_type: "S",
                text: "Rachel".into(),
                bytes: b"Rachel"[..].into(),
                hash: 7,
                partition: PartitionId(0),
                sort: None,
                place: None,
            }),
            visits: Vec::new(),
            partitions: Vec::new(),
            effect: Effect::Updated,
            read: CapacityUnits::whole(1),
            written: CapacityUnits::whole(2),
            index_writes: vec![IndexWrite {
                index: "by-name".to_owned(),
                global: true,
                old: None,
                new: None,
                written: CapacityUnits::whole(1),
            }],
            stored: Some(9),
            parts: vec![Trace::new("PutItem")],
            throttles: vec![Throttle {
                reason: "TableReadProvisionedThroughputExceeded".to_owned(),
                index: None,
                partition: PartitionId(0),
                rate,
            }],
            splits: vec![Split {
                index: None,
                partition: PartitionId(0),
                upper: PartitionId(1),
                at_hash: 7,
                inside: false,
                cause: SplitCause::Size,
            }],
            capacity: vec![CapacityState {
                index: None,
                read: Some(rate),
                write: None,
            }],
            more: true,
            unlisted: 3,
            elapsed: Some(Duration::from_secs(1)),
        };
        let mut used = Recording {
            trace,
            way: Some(way),
            spare: Vec::new(),
        };
        used.visit_one(&partition, 0, Some(found));
        used.partitions.push(partition);
        used.begin("GetItem");
        assert_eq!(used, Recording::new("GetItem"));
    }
}
