//! Where operations ask for capacity: writes between plan and commit, reads before and after.
//!
//! ```text
//!   write   plan ── admit_write ──▶ commit          its cost is known: it is taken with the admission
//!   read    admit_read ──▶ read ──▶ charge_read     its cost is known afterwards, and may leave a debt
//! ```
//!
//! While capacity is not simulated a table has no meter, and each of these is one look at that.
//!
//! Invariant: what is refused here leaves its limits in the trace, and costs nothing.

use std::sync::{MutexGuard, PoisonError};

use crate::simulator::Timestamp;
use crate::simulator::capacity::micro::Micro;
use crate::simulator::capacity::{Access, Demand, TableMeter};
use crate::simulator::table::Table;
use crate::simulator::table::address::Address;
use crate::simulator::table::definition::Definition;
use crate::simulator::table::store::Store;
use crate::simulator::table::throughput::Billing;
use crate::simulator::trace::{CapacityUnits, PartitionId, Throttle, Trace, Visit};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::text;

/// The table's meter, while capacity is simulated.
fn meter(table: &Table) -> Option<MutexGuard<'_, TableMeter>> {
    let meter = table.meter.as_ref()?;
    Some(meter.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Admit a write and take its cost, or refuse it. `demands` is only called while capacity is simulated.
pub(super) fn admit_write<'a, D>(
    trace: &mut Trace,
    table: &Table,
    demands: impl Fn() -> D,
    now: Timestamp,
) -> Answer<()>
where
    D: IntoIterator<Item = Demand<'a>>,
{
    check_write(trace, table, &demands, now)?;
    charge_write(table, demands, now);
    Ok(())
}

/// Refuse a write that can't be admitted, and take nothing: for transactions, which charge when all their items can be.
pub(super) fn check_write<'a, D>(
    trace: &mut Trace,
    table: &Table,
    demands: impl Fn() -> D,
    now: Timestamp,
) -> Answer<()>
where
    D: IntoIterator<Item = Demand<'a>>,
{
    let Some(mut meter) = meter(table) else {
        return Ok(());
    };
    let throttles = meter.refusals(table.definition(), demands().into_iter(), now);
    drop(meter);
    refuse(trace, table, throttles)
}

/// Take the cost of a write that was checked.
pub(super) fn charge_write<'a, D>(table: &Table, demands: impl Fn() -> D, now: Timestamp)
where
    D: IntoIterator<Item = Demand<'a>>,
{
    if let Some(mut meter) = meter(table) {
        meter.charge(table.definition(), demands().into_iter(), now);
    }
}

/// Admit a read that begins at an address of the table, or of the index of that name, or refuse it.
pub(super) fn admit_read(
    trace: &mut Trace,
    table: &Table,
    index: Option<&str>,
    address: &[u8],
    now: Timestamp,
) -> Answer<()> {
    let Some(mut meter) = meter(table) else {
        return Ok(());
    };
    let (index, store) = source(table, index);
    let demand = Demand {
        index,
        partition: store.holding(address).id(),
        access: Access::Read,
        address,
        units: Micro::ZERO,
    };
    let throttles = meter.refusals(table.definition(), std::iter::once(demand), now);
    drop(meter);
    refuse(trace, table, throttles)
}

/// Take what a read of the table, or of the index of that name, cost: from the partitions it went through, each for the bytes
/// that were read there. Both are only worked out while capacity is simulated.
pub(super) fn charge_page<P>(
    table: &Table,
    index: Option<&str>,
    partitions: impl Fn() -> P,
    units: impl Fn() -> CapacityUnits,
    now: Timestamp,
) where
    P: ExactSizeIterator<Item = (PartitionId, u64)>,
{
    let Some(mut meter) = meter(table) else {
        return;
    };
    let (index, _) = source(table, index);
    let demands = shares(partitions, units()).map(|(partition, units)| Demand {
        index,
        partition,
        access: Access::Read,
        address: &[],
        units,
    });
    meter.charge(table.definition(), demands, now);
}

/// The same for a read whose visits are written down already.
pub(super) fn charge_read(
    table: &Table,
    index: Option<&str>,
    visits: &[Visit],
    units: CapacityUnits,
    now: Timestamp,
) {
    let partitions = || visits.iter().map(|visit| (visit.partition, visit.bytes));
    charge_page(table, index, partitions, || units, now);
}

/// Note another address that a read went to, for when its partition has to be split.
pub(super) fn touch_read(
    table: &Table,
    index: Option<&str>,
    address: impl Fn() -> Option<Address>,
    now: Timestamp,
) {
    let Some(mut meter) = meter(table) else {
        return;
    };
    let (index, store) = source(table, index);
    if let Some(address) = address() {
        let partition = store.home(&address).id();
        meter.touch(index, partition, address.bytes(), now);
    }
}

/// Whose capacity a read of an index spends, and where it reads. A local index spends the table's.
fn source<'a>(table: &'a Table, index: Option<&'a str>) -> (Option<&'a str>, &'a Store) {
    match index.and_then(|name| table.index(name)) {
        Some((index, store)) if index.is_global() => (Some(index.name.as_str()), store),
        Some((_, store)) => (None, store),
        None => (None, table.items()),
    }
}

/// What each partition pays: what rounding leaves over is paid by a later one, so that all of them together pay all of it.
fn shares<P>(
    partitions: impl Fn() -> P,
    units: CapacityUnits,
) -> impl Iterator<Item = (PartitionId, Micro)>
where
    P: ExactSizeIterator<Item = (PartitionId, u64)>,
{
    let all: u64 = partitions().map(|(_, bytes)| bytes).sum();
    let partitions = partitions();
    let last = partitions.len().saturating_sub(1);
    let units = Micro::from(units);
    let (mut read, mut paid) = (0u64, Micro::ZERO);
    partitions
        .enumerate()
        .map(move |(place, (partition, bytes))| {
            read += bytes;
            let until = if place == last {
                units
            } else {
                units.share(read, all)
            };
            let part = until - paid;
            paid = until;
            (partition, part)
        })
}

/// Note the limits in the trace, and answer with the error of the first.
fn refuse(trace: &mut Trace, table: &Table, throttles: Vec<Throttle>) -> Answer<()> {
    let Some(first) = throttles.first() else {
        return Ok(());
    };
    let definition = table.definition();
    let index = first.index.is_some();
    let maximum = first.reason.ends_with("MaxOnDemandThroughputExceeded");
    let write = first.reason.contains("Write");
    let mut reasons: Vec<(String, String)> = throttles
        .iter()
        .map(|throttle| (throttle.reason.clone(), arn(definition, throttle)))
        .collect();
    reasons.dedup();
    let error = match definition.billing {
        Billing::Provisioned { .. } => ServiceError::throughput_exceeded(
            if index {
                text::PROVISIONED_INDEX_EXCEEDED
            } else {
                text::PROVISIONED_EXCEEDED
            },
            reasons,
        ),
        Billing::PayPerRequest => ServiceError::throttling(
            match (maximum, index && write) {
                (true, _) => text::MAX_ON_DEMAND_EXCEEDED,
                (false, true) => text::ON_DEMAND_INDEX_EXCEEDED,
                (false, false) => text::ON_DEMAND_EXCEEDED,
            },
            reasons,
        ),
    };
    trace.throttles.extend(throttles);
    Err(error)
}

/// The resource of a throttling reason.
fn arn(definition: &Definition, throttle: &Throttle) -> String {
    match &throttle.index {
        None => definition.arn.clone(),
        Some(index) => format!("{}/index/{index}", definition.arn),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_pay_for_the_bytes_read_in_them_and_together_for_all() {
        let paid = |read: &[(u32, u64)], units: u64| -> Vec<Micro> {
            let partitions = || read.iter().map(|(id, bytes)| (PartitionId(*id), *bytes));
            shares(partitions, CapacityUnits::whole(units))
                .map(|(_, part)| part)
                .collect()
        };
        assert_eq!(
            paid(&[(0, 100), (1, 300), (2, 0)], 8),
            [Micro::units(2), Micro::units(6), Micro::ZERO]
        );
        // A read that found nothing still costs where it looked.
        assert_eq!(paid(&[(7, 0)], 1), [Micro::units(1)]);
        let thirds = paid(&[(0, 1), (1, 1), (2, 1)], 1);
        let all = thirds.into_iter().fold(Micro::ZERO, |all, one| all + one);
        assert_eq!(all, Micro::units(1));
    }
}
