//! What a table lets be changed while it and its indexes are busy with an earlier change.
//!
//! ```text
//!   busy with            throughput, billing   index made or deleted   its own kind
//!   throughput, billing  in use                in use                  in use
//!   table class          ─                     in use                  in use
//!   an index allocates   in use                limit                   ─
//!   an index backfills   ─                     limit, but it may go    ─
//!   an index goes        in use                limit                   ─
//! ```
//!
//! Deletion protection is always admitted once the table is there. All of it was observed.

use crate::simulator::Timestamp;
use crate::simulator::table::definition::{Definition, Status};
use crate::simulator::table::index::Index;
use crate::simulator::table::throughput::{Billing, Updated};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::text::{self, table as words};

use super::super::table_definition::throughput;
use super::request::{IndexUpdate, Mode, Request};

fn busy<T>(why: impl Into<String>) -> Answer<T> {
    Err(ServiceError::in_use(why))
}

/// # Errors
/// `ResourceInUseException` or `LimitExceededException` with what the table is busy with.
pub fn check(definition: &Definition, request: &Request<'_>, now: Timestamp) -> Answer<()> {
    let table = &definition.name;
    match definition.status(now) {
        Status::Creating => return busy(text::table_being(table, "created")),
        Status::Deleting => return busy(text::table_being(table, "deleted")),
        Status::Updating | Status::Active => {}
    }
    for update in &request.indexes {
        check_updated_index(definition, *update, now)?;
    }
    let progress = definition.update_in_progress(now).map(|update| update.what);
    let iops_progress = matches!(progress, Some(Updated::Throughput | Updated::BillingMode));
    if changes_iops(definition, request, progress) {
        if iops_progress {
            return busy(words::throughput_updating(table));
        }
        if let Some((index, doing)) = busy_index(definition, now) {
            let doing = ["created", "deleted"][usize::from(doing == Status::Deleting)];
            return busy(words::throughput_while_index(table, doing, &index.name));
        }
    }
    if request.has_limits() {
        if progress == Some(Updated::BillingMode) {
            return Err(limit_while_billing(definition, request));
        }
        if progress == Some(Updated::TableClass) {
            let class = definition.class.as_deref().unwrap_or("STANDARD");
            return busy(words::limit_while_class(class));
        }
        if let Some((index, doing)) = busy_index(definition, now) {
            let doing = ["creation", "deletion"][usize::from(doing == Status::Deleting)];
            return busy(words::limit_while_index(doing, &index.name));
        }
    }
    if let (Some(_), Some(Updated::TableClass)) = (request.class, progress) {
        let class = definition.class.as_deref().unwrap_or("STANDARD");
        return busy(words::class_while_class(table, class));
    }
    check_online(definition, request, progress, now)
}

/// An index that is itself changing can't be changed; one that backfills can be deleted.
fn check_updated_index(
    definition: &Definition,
    update: IndexUpdate<'_>,
    now: Timestamp,
) -> Answer<()> {
    let (table, name) = (&definition.name, update.name());
    let index = definition.indexes.iter().find(|index| index.name == name);
    let Some((index, life)) = index.and_then(|index| Some((index, index.life()?))) else {
        return Ok(());
    };
    match update {
        IndexUpdate::Update(_) => match index.status(now) {
            Status::Deleting => busy(words::index_being("deleted", table, name)),
            Status::Updating => busy(words::index_being("updated", table, name)),
            Status::Creating if life.is_allocating(now) => {
                busy(words::index_not_backfilling_yet(table, name))
            }
            Status::Creating | Status::Active => Ok(()),
        },
        IndexUpdate::Delete(_) if life.is_allocating(now) => {
            busy(words::index_allocating(table, name))
        }
        IndexUpdate::Delete(_) | IndexUpdate::Create(_) => Ok(()),
    }
}

/// Whether the request changes what is provisioned. Naming the mode on demand where a table is so doesn't; until a change of mode
/// is done, a table counts as being in the mode it leaves: on the way to provisioned throughput, the way back is accepted and
/// forgotten, and on the way from it, naming on demand again isn't accepted (ack-api-quirks, finding 369).
fn changes_iops(definition: &Definition, request: &Request<'_>, progress: Option<Updated>) -> bool {
    let leaves_on_demand = request.mode == Some(Mode::Provisioned);
    let was_on_demand =
        (definition.billing == Billing::PayPerRequest) != (progress == Some(Updated::BillingMode));
    let becomes_on_demand = request.mode == Some(Mode::PayPerRequest) && !was_on_demand;
    request.throughput.is_some() || leaves_on_demand || becomes_on_demand
}

/// A limit on demand while the mode changes: a table on its way from provisioned throughput still counts as provisioned
/// (ack-api-quirks, finding 369).
fn limit_while_billing(definition: &Definition, request: &Request<'_>) -> ServiceError {
    let limits = throughput::limits(request.members);
    let limited = limits.iter().find(|(_, limit)| limit.is_some());
    match limited {
        Some((member, _)) if definition.billing == Billing::PayPerRequest => {
            ServiceError::validation(words::limit_while_provisioned(member))
        }
        _ => ServiceError::in_use(words::limit_while_billing()),
    }
}

/// An index that keeps its table busy.
fn busy_index(definition: &Definition, now: Timestamp) -> Option<(&Index, Status)> {
    definition
        .indexes
        .iter()
        .find(|index| index.holds_its_table(now))
        .map(|index| (index, index.status(now)))
}

/// A table makes or deletes one index at a time.
fn check_online(
    definition: &Definition,
    request: &Request<'_>,
    progress: Option<Updated>,
    now: Timestamp,
) -> Answer<()> {
    let mut online = request.indexes.iter().filter(|update| update.is_online());
    let Some(update) = online.next() else {
        return Ok(());
    };
    match progress {
        Some(Updated::Throughput | Updated::BillingMode) => {
            return busy(words::index_while_throughput(&definition.name));
        }
        Some(Updated::TableClass) => return busy(words::index_while_class()),
        None => {}
    }
    let deletes =
        |index: &Index| matches!(update, IndexUpdate::Delete(_)) && index.name == update.name();
    let another = definition
        .indexes
        .iter()
        .any(|index| match index.status(now) {
            Status::Creating => !deletes(index),
            Status::Deleting => true,
            Status::Updating | Status::Active => false,
        });
    if another || online.next().is_some() {
        return Err(ServiceError::limit_exceeded(words::ONE_ONLINE_INDEX));
    }
    Ok(())
}
