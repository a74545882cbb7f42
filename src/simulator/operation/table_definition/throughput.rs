//! Billing and capacity of a request.

use crate::simulator::table::throughput::{Billing, OnDemand, Warm};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{given, long, object, string};
use crate::simulator::wire::text::{self, table as words};

/// More units than the service can count.
pub const MAX_THROUGHPUT: i64 = 1_000_000_000_000;
/// What an account may have in one table or index, reads and writes alike, unless AWS raised it (service quotas).
const QUOTA: u64 = 40_000;

fn refuse<T>(why: impl Into<String>) -> Answer<T> {
    Err(ServiceError::validation(why))
}

/// Whose capacity it is: the texts name an index, and spell it in more than one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    Table,
    Index(&'a str),
}

impl Whose<'_> {
    /// As most texts about warm throughput spell it.
    fn plain(self) -> String {
        match self {
            Self::Table => "table".to_owned(),
            Self::Index(name) => format!("index {name}"),
        }
    }
}

/// `ProvisionedThroughput` as `(read, write)`; its members were checked.
///
/// # Errors
/// For more units than the service can count.
pub fn provisioned(members: &Members, whose: Whose<'_>) -> Answer<Option<(u64, u64)>> {
    let Some(throughput) = object(members, "ProvisionedThroughput") else {
        return Ok(None);
    };
    let units = |member: &str| {
        let units = long(throughput, member).unwrap_or(0);
        if units > MAX_THROUGHPUT {
            return refuse(match whose {
                Whose::Table => text::out_of_bounds(units, member),
                Whose::Index(name) => words::index_out_of_bounds(units, member, name),
            });
        }
        Ok(u64::try_from(units).unwrap_or(0))
    };
    Ok(Some((
        units("ReadCapacityUnits")?,
        units("WriteCapacityUnits")?,
    )))
}

/// Throughput against the account's quota. It is refused after everything that is wrong in itself.
///
/// # Errors
/// `LimitExceededException`.
pub fn check_quota(units: (u64, u64), whose: Whose<'_>, region: &str) -> Answer<()> {
    for (member, units) in [
        ("ReadCapacityUnits", units.0),
        ("WriteCapacityUnits", units.1),
    ] {
        if units > QUOTA {
            return Err(ServiceError::limit_exceeded(match whose {
                Whose::Table => words::above_table_maximum(member, units, region, QUOTA),
                Whose::Index(name) => {
                    words::above_index_maximum(member, name, units, region, QUOTA)
                }
            }));
        }
    }
    Ok(())
}

/// How a new table is billed; provisioned where nothing is said.
///
/// # Errors
/// Where throughput and billing mode don't go together.
pub fn billing(members: &Members) -> Answer<Billing> {
    if mode(members) == Some("PAY_PER_REQUEST") {
        return match object(members, "ProvisionedThroughput") {
            Some(_) => refuse(text::THROUGHPUT_WITH_ON_DEMAND),
            None => Ok(Billing::PayPerRequest),
        };
    }
    match provisioned(members, Whose::Table)? {
        Some((read, write)) => Ok(Billing::Provisioned { read, write }),
        None => refuse(text::THROUGHPUT_MISSING),
    }
}

/// `BillingMode`, or where it is missing `TableThroughputMode`, which is the same under another name (observed).
#[must_use]
pub fn mode<'m>(members: &'m Members<'_>) -> Option<&'m str> {
    string(members, "BillingMode").or_else(|| string(members, "TableThroughputMode"))
}

/// A member of `OnDemandThroughput`, by its name.
type Limit = (&'static str, Option<i64>);

/// `OnDemandThroughput`, read before write.
#[must_use]
pub fn limits(members: &Members) -> [Limit; 2] {
    let limits = object(members, "OnDemandThroughput");
    ["MaxReadRequestUnits", "MaxWriteRequestUnits"]
        .map(|member| (member, limits.and_then(|limits| long(limits, member))))
}

/// A limit is at least one unit, or -1 where it may be lifted.
///
/// # Errors
/// For the first that isn't; `LimitExceededException` for more than the account's quota.
pub fn check_limits(
    limits: &[Limit; 2],
    whose: Whose<'_>,
    liftable: bool,
    region: &str,
) -> Answer<()> {
    let allowed = |limit: i64| limit >= 1 || (liftable && limit == -1);
    for &(member, limit) in limits {
        if limit.is_some_and(|limit| !allowed(limit)) {
            return refuse(match whose {
                Whose::Table => words::on_demand_limit_out_of_range(member),
                Whose::Index(name) => words::index_limit_out_of_range(member, name),
            });
        }
    }
    for (&(member, limit), quota) in limits
        .iter()
        .zip(["TableMaxReadCapacityUnits", "TableMaxWriteCapacityUnits"])
    {
        if limit.is_some_and(|limit| u64::try_from(limit).is_ok_and(|limit| limit > QUOTA)) {
            let what = match whose {
                Whose::Table => "OnDemandThroughput for table".to_owned(),
                Whose::Index(name) => format!("OnDemandThroughput for index : {name}"),
            };
            return Err(ServiceError::limit_exceeded(words::above_quota(
                member, &what, quota, region,
            )));
        }
    }
    Ok(())
}

/// `OnDemandThroughput` of a new table or index.
///
/// # Errors
/// On a provisioned table, or for less than one unit (observed).
pub fn new_on_demand(
    members: &Members,
    whose: Whose<'_>,
    billing: Billing,
    region: &str,
) -> Answer<OnDemand> {
    let limits = limits(members);
    if billing != Billing::PayPerRequest
        && let Some((member, _)) = limits.iter().find(|(_, limit)| limit.is_some())
    {
        return refuse(match whose {
            Whose::Table => words::new_on_demand_limit_while_provisioned(member),
            Whose::Index(name) => words::new_index_limit_while_provisioned(member, name),
        });
    }
    check_limits(&limits, whose, false, region)?;
    Ok(merged(OnDemand::default(), &limits))
}

/// Limits over those there were; -1 lifts one.
#[must_use]
pub fn merged(old: OnDemand, limits: &[Limit; 2]) -> OnDemand {
    let member = |old: Option<u64>, limit: Option<i64>| match limit {
        None => old,
        Some(limit) => u64::try_from(limit).ok(),
    };
    OnDemand {
        read: member(old.read, limits[0].1),
        write: member(old.write, limits[1].1),
    }
}

/// `WarmThroughput` where it is given; a member that isn't is what there is already.
#[must_use]
pub fn warm(members: &Members, current: Warm) -> Option<Warm> {
    let asked = object(members, "WarmThroughput")?;
    if !given(asked, "ReadUnitsPerSecond") && !given(asked, "WriteUnitsPerSecond") {
        return None;
    }
    let units = |member: &str, current: u64| {
        long(asked, member).map_or(current, |units| u64::try_from(units).unwrap_or(0))
    };
    Some(Warm {
        read: units("ReadUnitsPerSecond", current.read),
        write: units("WriteUnitsPerSecond", current.write),
    })
}

/// The members of warm throughput: by name, what is asked for, what there is, what it belongs to, and its quota.
fn warm_members(
    asked: Warm,
    current: Warm,
) -> [(&'static str, u64, u64, &'static str, &'static str); 2] {
    [
        (
            "ReadUnitsPerSecond",
            asked.read,
            current.read,
            "ReadCapacityUnits",
            "TableMaxReadCapacityUnits",
        ),
        (
            "WriteUnitsPerSecond",
            asked.write,
            current.write,
            "WriteCapacityUnits",
            "TableMaxWriteCapacityUnits",
        ),
    ]
}

/// `WarmThroughput` of a new table or index: not less than it has anyway.
///
/// # Errors
/// For the first member that is less; `LimitExceededException` for more than the account's quota.
pub fn new_warm(
    members: &Members,
    whose: Whose<'_>,
    billing: Billing,
    region: &str,
) -> Answer<Option<Warm>> {
    let own = Warm::without_asking(billing);
    let Some(asked) = warm(members, own) else {
        return Ok(None);
    };
    for (member, asked, own, units, _) in warm_members(asked, own) {
        if asked < own {
            return refuse(match billing {
                Billing::PayPerRequest => words::warm_below_on_demand(member, &whose.plain()),
                Billing::Provisioned { .. } => {
                    words::warm_below_provisioned(member, &whose.plain(), units)
                }
            });
        }
    }
    check_warm_quota(asked, own, whose, region)?;
    Ok(Some(asked))
}

/// Warm throughput that replaces another.
///
/// # Errors
/// For the first member that is less; `LimitExceededException` for more than the account's quota.
pub fn check_warm(asked: Warm, current: Warm, whose: Whose<'_>, region: &str) -> Answer<()> {
    for (member, asked, current, ..) in warm_members(asked, current) {
        if asked < current {
            return refuse(words::warm_decreased(member, &whose.plain()));
        }
    }
    check_warm_quota(asked, current, whose, region)
}

fn check_warm_quota(asked: Warm, current: Warm, whose: Whose<'_>, region: &str) -> Answer<()> {
    for (member, asked, current, _, quota) in warm_members(asked, current) {
        if asked > QUOTA.max(current) {
            return Err(ServiceError::limit_exceeded(words::above_quota(
                member,
                &format!("WarmThroughput for {}", whose.plain()),
                quota,
                region,
            )));
        }
    }
    Ok(())
}
