//! Global indexes that `UpdateTable` makes, changes and deletes.

use crate::simulator::table::definition::{Definition, KeyAttribute, Status};
use crate::simulator::table::index::{GlobalLife, Index, IndexKeySchema, IndexKind};
use crate::simulator::table::throughput::{Billing, OnDemand, Updated, Updating};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{given, long, object};
use crate::simulator::wire::text::table as words;

use super::super::table_definition::indexes::{MOST_GLOBAL, check_included, global_one};
use super::super::table_definition::keys::{Definitions, Schema};
use super::super::table_definition::life::{Begins, global_index};
use super::super::table_definition::throughput::{self, Whose};
use super::plan::{Shown, Times, check_decrease};
use super::request::{IndexUpdate, Request};

fn refuse<T>(why: impl Into<String>) -> Answer<T> {
    Err(ServiceError::validation(why))
}

/// Carry out what the request wants of indexes, and what a new billing mode does to them. `next` is billed as it will be.
pub fn update(
    next: &mut Definition,
    shown: &mut Shown,
    current: &Definition,
    request: &Request<'_>,
    times: Times<'_>,
) -> Answer<()> {
    let provisioned = |billing| matches!(billing, Billing::Provisioned { .. });
    let (was, is) = (provisioned(current.billing), provisioned(next.billing));
    if is && !was {
        check_all_get_throughput(next, request)?;
    }
    for update in &request.indexes {
        match update {
            IndexUpdate::Create(members) => create(next, shown, request, members, times)?,
            IndexUpdate::Update(members) => change(next, shown, members, times)?,
            IndexUpdate::Delete(_) => delete(next, shown, update.name(), times)?,
        }
    }
    for index in &mut next.indexes {
        let IndexKind::Global(life) = &mut index.kind else {
            continue;
        };
        if was && !is {
            life.warm.remember(life.billing());
            life.throughput = None;
        }
        if is && !was {
            life.on_demand = OnDemand::default();
        }
    }
    Ok(())
}

/// Nothing is chosen for an index when its table becomes provisioned.
fn check_all_get_throughput(next: &Definition, request: &Request<'_>) -> Answer<()> {
    let gets = |index: &Index| {
        request.indexes.iter().any(|update| match update {
            IndexUpdate::Update(members) => {
                update.name() == index.name && given(members, "ProvisionedThroughput")
            }
            IndexUpdate::Delete(_) | IndexUpdate::Create(_) => false,
        })
    };
    let without: Vec<&str> = next
        .indexes
        .iter()
        .filter(|index| index.is_global() && !gets(index))
        .map(|index| index.name.as_str())
        .collect();
    if without.is_empty() {
        return Ok(());
    }
    refuse(words::index_throughput_required(&without))
}

fn create(
    next: &mut Definition,
    shown: &mut Shown,
    request: &Request<'_>,
    members: &Members,
    times: Times<'_>,
) -> Answer<()> {
    let name = IndexUpdate::Create(members).name();
    if next.indexes.iter().any(|index| index.name == name) {
        return refuse(words::INDEX_EXISTS);
    }
    let definitions = Definitions::read(request.members);
    if definitions.is_empty() {
        return refuse(words::definitions_missing_for(name));
    }
    definitions.check_distinct()?;
    Schema::read(members).check_defined(&definitions)?;
    let draft = global_one(members, &definitions)?;
    check_not_redefined(next, &draft.key)?;
    match (next.billing, given(members, "ProvisionedThroughput")) {
        (Billing::PayPerRequest, true) => return refuse(words::index_units_on_demand(name)),
        (Billing::Provisioned { .. }, false) => return refuse(words::index_units_required(name)),
        _ => {}
    }
    let begins = Begins {
        active_at: times.until.later(times.delay),
        backfill_from: Some(times.until),
    };
    let index = global_index(draft, next.billing, begins, times.settings)?;
    if let Some(units) = index.life().and_then(|life| life.throughput) {
        throughput::check_quota(units, Whose::Index(name), &times.settings.region)?;
    }
    if next.indexes.iter().filter(|one| one.is_global()).count() >= MOST_GLOBAL {
        return Err(ServiceError::limit_exceeded(words::TOO_MANY_INDEXES));
    }
    for attribute in index.key.attributes() {
        if !next.attribute_order.contains(&attribute.name) {
            next.attribute_order.push(attribute.name.clone());
        }
    }
    next.indexes.push(index);
    check_included(&next.indexes)?;
    shown.status = Some(Status::Updating);
    shown.indexes.push((name.to_owned(), Status::Creating));
    Ok(())
}

/// A key attribute has one type in all keys of a table.
fn check_not_redefined(next: &Definition, key: &IndexKeySchema) -> Answer<()> {
    let shown = |partition: &[&KeyAttribute], sort: &[&KeyAttribute]| {
        let of = |attributes: &[&KeyAttribute], role: &str| {
            attributes
                .iter()
                .map(|one| {
                    format!(
                        "SchemaElement: key{{{}:{}:{role}}}",
                        one.name,
                        one.key_type.name()
                    )
                })
                .collect::<Vec<_>>()
        };
        [of(partition, "HASH"), of(sort, "RANGE")]
            .concat()
            .join(", ")
    };
    let conflicts = |existing: &[&KeyAttribute]| {
        existing.iter().any(|old| {
            key.attributes()
                .any(|new| new.name == old.name && new.key_type != old.key_type)
        })
    };
    let table: (Vec<_>, Vec<_>) = (vec![&next.key.partition], next.key.sort.iter().collect());
    let indexes = next.indexes.iter().map(|index| {
        let (partition, sort) = (&index.key.partition, &index.key.sort);
        (partition.iter().collect(), sort.iter().collect())
    });
    for (partition, sort) in std::iter::once(table).chain(indexes) {
        if conflicts(&partition) || conflicts(&sort) {
            let new: (Vec<_>, Vec<_>) = (key.partition.iter().collect(), key.sort.iter().collect());
            return refuse(words::attribute_redefined(
                &shown(&partition, &sort),
                &shown(&new.0, &new.1),
            ));
        }
    }
    Ok(())
}

/// The global index of a name, to be changed.
fn find<'d>(next: &'d mut Definition, name: &str, doing: &str) -> Answer<&'d mut GlobalLife> {
    let table = &next.name;
    match next.indexes.iter_mut().find(|index| index.name == name) {
        None => Err(ServiceError::not_found(words::no_index_of_table(
            name, table,
        ))),
        Some(index) => match &mut index.kind {
            IndexKind::Local => refuse(words::index_is_local(doing, name)),
            IndexKind::Global(life) => Ok(life),
        },
    }
}

fn change(
    next: &mut Definition,
    shown: &mut Shown,
    members: &Members,
    times: Times<'_>,
) -> Answer<()> {
    let name = IndexUpdate::Update(members).name();
    let whose = Whose::Index(name);
    let region = &times.settings.region;
    if is_blocked(members) {
        return refuse(words::INDEX_UPDATE_BLOCKED);
    }
    let billing = next.billing;
    let life = find(next, name, "update")?;
    let limits = throughput::limits(members);
    let limited = limits.iter().find(|(_, limit)| limit.is_some());
    let warm = throughput::warm(members, life.warm.at(life.billing(), times.now));
    let units = throughput::provisioned(members, whose)?;
    if billing == Billing::PayPerRequest {
        if units.is_some() || (limited.is_none() && warm.is_none()) {
            return refuse(words::index_update_on_demand(name));
        }
    } else if let Some((member, _)) = limited {
        return refuse(words::index_limit_while_provisioned(member, name));
    } else if units.is_none() && warm.is_none() {
        return refuse(words::index_units_required(name));
    }
    if let Some(new) = units {
        provision(life, name, new, times)?;
        throughput::check_quota(new, whose, region)?;
    }
    if limited.is_some() {
        throughput::check_limits(&limits, whose, true, region)?;
        life.on_demand = throughput::merged(life.on_demand, &limits);
        life.updating = Some(updating(times, None));
    }
    if units.is_some() || limited.is_some() {
        shown.indexes.push((name.to_owned(), Status::Updating));
    }
    if let Some(asked) = warm {
        let current = life.warm.at(life.billing(), times.now);
        throughput::check_warm(asked, current, whose, region)?;
        life.warm
            .grow(asked, life.billing(), times.now, times.until);
        shown.warming_indexes.push(name.to_owned());
    }
    Ok(())
}

/// Units that nobody has are refused in words of their own, whether or not there is such an index (observed).
fn is_blocked(members: &Members) -> bool {
    object(members, "ProvisionedThroughput").is_some_and(|units| {
        ["ReadCapacityUnits", "WriteCapacityUnits"]
            .iter()
            .any(|member| {
                long(units, member).is_some_and(|units| units > throughput::MAX_THROUGHPUT)
            })
    })
}

fn updating(
    times: Times<'_>,
    before: Option<((u64, u64), crate::simulator::table::throughput::Changes)>,
) -> Updating {
    Updating {
        what: Updated::Throughput,
        until: times.until,
        before,
    }
}

/// Give an index other units, or its first when its table becomes provisioned.
fn provision(life: &mut GlobalLife, name: &str, new: (u64, u64), times: Times<'_>) -> Answer<()> {
    let before = match life.throughput {
        Some(old) if old == new => {
            return refuse(words::index_throughput_unchanged(name, new.0, new.1));
        }
        Some(old) => {
            check_decrease(&life.throughput_changes, old, new, times.now)?;
            let until_then = life
                .throughput_changes
                .note(old, new, times.now, times.over());
            Some((old, until_then))
        }
        None => None,
    };
    life.warm.remember(life.billing());
    life.throughput = Some(new);
    life.updating = Some(updating(times, before));
    Ok(())
}

fn delete(next: &mut Definition, shown: &mut Shown, name: &str, times: Times<'_>) -> Answer<()> {
    let life = find(next, name, "delete")?;
    life.gone_at = Some(times.until);
    shown.status = Some(Status::Updating);
    shown.indexes.push((name.to_owned(), Status::Deleting));
    Ok(())
}
