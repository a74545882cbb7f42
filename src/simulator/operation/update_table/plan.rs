//! From what is asked for and what there is to the table's next definition, and to what its answer shows.

use serde_json::Value;

use crate::simulator::table::definition::{Definition, Status};
use crate::simulator::table::throughput::{Billing, OnDemand, Updated, Updating};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::text::{self, table as words};
use crate::simulator::{Settings, Timestamp};

use super::super::Call;
use super::super::table_definition::options::{self, Encryption};
use super::super::table_definition::throughput::{self, Whose};
use super::indexes;
use super::request::{Mode, Request};

/// What the answer shows besides the table as it is then.
#[derive(Debug, Default)]
pub struct Shown {
    pub status: Option<Status>,
    pub indexes: Vec<(String, Status)>,
    /// The billing mode changed.
    pub billed: bool,
    pub warming: bool,
    pub warming_indexes: Vec<String>,
    /// Members that it shows otherwise.
    pub members: Vec<(&'static str, Value)>,
}

/// When the request came, and when what it changes is over.
#[derive(Debug, Clone, Copy)]
pub struct Times<'a> {
    pub now: Timestamp,
    pub until: Timestamp,
    /// How long a change of a table lasts.
    pub delay: std::time::Duration,
    pub settings: &'a Settings,
}

impl Times<'_> {
    /// When a change is noted: never at the moment at which it began.
    #[must_use]
    pub fn over(&self) -> Timestamp {
        self.until
            .max(self.now.later(std::time::Duration::from_millis(1)))
    }
}

fn refuse<T>(why: impl Into<String>) -> Answer<T> {
    Err(ServiceError::validation(why))
}

/// # Errors
/// The first that doesn't fit the table.
pub fn plan(
    call: &Call<'_>,
    current: &Definition,
    request: &Request<'_>,
) -> Answer<(Definition, Shown)> {
    let settings = call.settings();
    let delay = call.simulator.table_delay();
    let times = Times {
        now: call.now,
        until: call.now.later(delay),
        delay,
        settings,
    };
    let mut next = current.clone();
    let mut shown = Shown::default();
    if current.update_in_progress(call.now).is_none() {
        next.updating = None;
    }
    let billing = billing(current, request, call.now)?;
    if request.disables_stream {
        return refuse(words::no_stream_to_disable(&current.name));
    }
    limit(&mut next, &mut shown, request, billing, times)?;
    throughput_of_table(&mut next, current, request, billing, times)?;
    if request.mode.is_some() || request.throughput.is_some() {
        shown.status = Some(Status::Updating);
    }
    shown.billed = next.billing != current.billing && request.mode.is_some();
    indexes::update(&mut next, &mut shown, current, request, times)?;
    warm(&mut next, &mut shown, request, times)?;
    class(&mut next, &mut shown, request, times)?;
    encrypt(&mut next, &mut shown, request, settings)?;
    if let Some(protection) = request.protection {
        next.deletion_protection = Some(protection);
    }
    Ok((next, shown))
}

/// How the table will be billed.
fn billing(current: &Definition, request: &Request<'_>, now: Timestamp) -> Answer<Billing> {
    let on_the_way = current
        .update_in_progress(now)
        .is_some_and(|update| update.what == Updated::BillingMode);
    match (request.mode, request.throughput, current.billing) {
        (Some(Mode::Provisioned), None, _) => refuse(words::THROUGHPUT_REQUIRED),
        (None, Some(_), Billing::PayPerRequest) => refuse(text::THROUGHPUT_WITH_ON_DEMAND),
        (_, Some((read, write)), _) => Ok(Billing::Provisioned { read, write }),
        // Back while it is on the way to provisioned throughput: DynamoDB accepts that and forgets it.
        (Some(Mode::PayPerRequest), None, Billing::Provisioned { .. }) if on_the_way => {
            Ok(current.billing)
        }
        (Some(Mode::PayPerRequest), None, _) => Ok(Billing::PayPerRequest),
        (None, None, billing) => Ok(billing),
    }
}

fn limit(
    next: &mut Definition,
    shown: &mut Shown,
    request: &Request<'_>,
    billing: Billing,
    times: Times<'_>,
) -> Answer<()> {
    let limits = throughput::limits(request.members);
    let Some((member, _)) = limits.iter().find(|(_, limit)| limit.is_some()) else {
        return Ok(());
    };
    if billing != Billing::PayPerRequest {
        return refuse(words::limit_while_provisioned(member));
    }
    throughput::check_limits(&limits, Whose::Table, true, &times.settings.region)?;
    // The answer repeats the -1 that lifts a limit.
    let mut echo = next.on_demand.describe().unwrap_or_default();
    for (member, limit) in limits {
        if let Some(limit) = limit {
            echo[member] = limit.into();
        }
    }
    shown.members.push(("OnDemandThroughput", echo));
    next.on_demand = throughput::merged(next.on_demand, &limits);
    Ok(())
}

fn throughput_of_table(
    next: &mut Definition,
    current: &Definition,
    request: &Request<'_>,
    billing: Billing,
    times: Times<'_>,
) -> Answer<()> {
    if request.throughput.is_none() && billing == current.billing {
        return Ok(());
    }
    let (old, new) = (current.billing.units(), billing.units());
    let provisioned = matches!(current.billing, Billing::Provisioned { .. });
    if provisioned && billing == current.billing {
        return refuse(words::throughput_unchanged(new.0, new.1));
    }
    let mut before = None;
    let mut what = Updated::BillingMode;
    match (current.billing, billing) {
        (Billing::Provisioned { .. }, Billing::Provisioned { .. }) => {
            check_decrease(&current.throughput_changes, old, new, times.now)?;
            let until_then = next
                .throughput_changes
                .note(old, new, times.now, times.over());
            before = Some((old, until_then));
            what = Updated::Throughput;
        }
        (_, Billing::PayPerRequest) => {
            next.on_demand_since = Some(times.over());
            let until_then = current.throughput_changes.given_up(times.now);
            before = Some((new, until_then));
        }
        (Billing::PayPerRequest, Billing::Provisioned { .. }) => {
            next.on_demand = OnDemand::default();
        }
    }
    throughput::check_quota(new, Whose::Table, &times.settings.region)?;
    next.warm.remember(current.billing);
    next.billing = billing;
    next.updating = Some(Updating {
        what,
        until: times.until,
        before,
    });
    Ok(())
}

/// Decreases are limited, of each table and index by itself; less of one and more of the other is one too (observed).
///
/// # Errors
/// `LimitExceededException` with when the next one is allowed.
pub fn check_decrease(
    changes: &crate::simulator::table::throughput::Changes,
    old: (u64, u64),
    new: (u64, u64),
    now: Timestamp,
) -> Answer<()> {
    if new.0 >= old.0 && new.1 >= old.1 {
        return Ok(());
    }
    let Err(next) = changes.may_decrease(now) else {
        return Ok(());
    };
    let last = changes.last_decrease.unwrap_or(now);
    Err(ServiceError::limit_exceeded(words::too_many_decreases(
        changes.decreases_today(now),
        last,
        next,
    )))
}

fn warm(
    next: &mut Definition,
    shown: &mut Shown,
    request: &Request<'_>,
    times: Times<'_>,
) -> Answer<()> {
    let current = next.warm.at(next.billing, times.now);
    let Some(asked) = throughput::warm(request.members, current) else {
        return Ok(());
    };
    throughput::check_warm(asked, current, Whose::Table, &times.settings.region)?;
    next.warm.grow(asked, next.billing, times.now, times.until);
    shown.warming = true;
    Ok(())
}

fn class(
    next: &mut Definition,
    shown: &mut Shown,
    request: &Request<'_>,
    times: Times<'_>,
) -> Answer<()> {
    /// `DynamoDB` changes it twice in thirty days.
    const MOST: usize = 2;
    const PERIOD: u64 = 30 * 24 * 60 * 60 * 1000;
    let Some(class) = request.class else {
        return Ok(());
    };
    shown.status = Some(Status::Updating);
    if next.class.as_deref().unwrap_or("STANDARD") == class {
        return Ok(());
    }
    next.class_changes
        .retain(|change| change.millis() + PERIOD > times.now.millis());
    if next.class_changes.len() >= MOST {
        return Err(ServiceError::limit_exceeded(words::TOO_MANY_CLASS_CHANGES));
    }
    next.class_changes.push(times.over());
    next.class = Some(class.to_owned());
    next.updating = Some(Updating {
        what: Updated::TableClass,
        until: times.until,
        before: None,
    });
    Ok(())
}

/// Another key takes effect at once; the answer alone says that it is on its way.
fn encrypt(
    next: &mut Definition,
    shown: &mut Shown,
    request: &Request<'_>,
    settings: &Settings,
) -> Answer<()> {
    let arn_of = |described: &Value| {
        described["KMSMasterKeyArn"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let current = next.encryption.as_ref().map(arn_of);
    let (described, arn) = match (request.encryption, current) {
        (None, _) => return Ok(()),
        (Some(Encryption::ByDefault), None) => return refuse(words::ENCRYPTED_BY_DEFAULT),
        (Some(Encryption::ByDefault), Some(current)) => (None, current),
        (Some(Encryption::Kms(key)), current) => {
            if key.is_some_and(|key| current.as_deref() == Some(key)) {
                return refuse(words::ENCRYPTED_WITH_THIS_KEY);
            }
            let arn = options::key_arn(key, settings);
            (Some(options::described(&arn, "ENABLED")), arn)
        }
    };
    next.encryption = described;
    shown
        .members
        .push(("SSEDescription", options::described(&arn, "UPDATING")));
    Ok(())
}
