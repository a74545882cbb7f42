//! Billing and capacity of a request.

use crate::simulator::table::throughput::{Billing, OnDemand, Warm};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{long, object, string};
use crate::simulator::wire::text;

const MAX_THROUGHPUT: i64 = 1_000_000_000_000;

fn refuse<T>(why: impl Into<String>) -> Answer<T> {
    Err(ServiceError::validation(why))
}

/// `ProvisionedThroughput` as `(read, write)`; its members were checked.
///
/// # Errors
/// For more units than anybody has.
pub fn provisioned(members: &Members) -> Answer<Option<(u64, u64)>> {
    let Some(throughput) = object(members, "ProvisionedThroughput") else {
        return Ok(None);
    };
    let units = |member: &str| {
        let units = long(throughput, member).unwrap_or(0);
        if units > MAX_THROUGHPUT {
            return refuse(text::out_of_bounds(units, member));
        }
        Ok(u64::try_from(units).unwrap_or(0))
    };
    Ok(Some((
        units("ReadCapacityUnits")?,
        units("WriteCapacityUnits")?,
    )))
}

/// How a new table is billed; provisioned where nothing is said.
///
/// # Errors
/// Where throughput and billing mode don't go together.
pub fn billing(members: &Members) -> Answer<Billing> {
    if string(members, "BillingMode") == Some("PAY_PER_REQUEST") {
        return match object(members, "ProvisionedThroughput") {
            Some(_) => refuse(text::THROUGHPUT_WITH_ON_DEMAND),
            None => Ok(Billing::PayPerRequest),
        };
    }
    match provisioned(members)? {
        Some((read, write)) => Ok(Billing::Provisioned { read, write }),
        None => refuse(text::THROUGHPUT_MISSING),
    }
}

/// `OnDemandThroughput`; one without members is none at all.
#[must_use]
pub fn on_demand(members: &Members) -> (Option<i64>, Option<i64>) {
    object(members, "OnDemandThroughput").map_or((None, None), |limits| {
        (
            long(limits, "MaxReadRequestUnits"),
            long(limits, "MaxWriteRequestUnits"),
        )
    })
}

/// `OnDemandThroughput` of a new table.
///
/// # Errors
/// On a provisioned table, or for less than one unit (observed).
pub fn new_on_demand(members: &Members, billing: Billing) -> Answer<OnDemand> {
    let (read, write) = on_demand(members);
    let limits = [
        ("MaxReadRequestUnits", read),
        ("MaxWriteRequestUnits", write),
    ];
    if billing != Billing::PayPerRequest
        && let Some((member, _)) = limits.iter().find(|(_, limit)| limit.is_some())
    {
        return refuse(text::new_on_demand_limit_while_provisioned(member));
    }
    for (member, limit) in limits {
        if limit.is_some_and(|limit| limit < 1) {
            return refuse(text::on_demand_limit_out_of_range(member));
        }
    }
    let units = |limit: Option<i64>| limit.and_then(|limit| u64::try_from(limit).ok());
    Ok(OnDemand {
        read: units(read),
        write: units(write),
    })
}

/// `WarmThroughput`, where it is given; a member that isn't keeps what there is without asking.
#[must_use]
pub fn warm(members: &Members, billing: Billing) -> Option<Warm> {
    let asked = object(members, "WarmThroughput")?;
    let own = Warm::without_asking(billing);
    let units = |member: &str, own: u64| {
        long(asked, member)
            .and_then(|units| u64::try_from(units).ok())
            .unwrap_or(own)
    };
    Some(Warm {
        read: units("ReadUnitsPerSecond", own.read),
        write: units("WriteUnitsPerSecond", own.write),
    })
}
