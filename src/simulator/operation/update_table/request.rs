//! What an `UpdateTable` request asks for, and whether it may ask for all of it at once.

use std::collections::HashSet;

use crate::simulator::json::Json;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{flag, given, list, object};
use crate::simulator::wire::text::{self, table as words};

use super::super::table_definition::indexes::name_of;
use super::super::table_definition::options::{self, Encryption};
use super::super::table_definition::throughput::{self, Whose};

/// `BillingMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    PayPerRequest,
    Provisioned,
}

/// One of `GlobalSecondaryIndexUpdates`, with the members of its action.
#[derive(Debug, Clone, Copy)]
pub enum IndexUpdate<'a> {
    Create(&'a Members<'a>),
    Update(&'a Members<'a>),
    Delete(&'a Members<'a>),
}

impl<'a> IndexUpdate<'a> {
    #[must_use]
    pub fn name(self) -> &'a str {
        let (Self::Create(members) | Self::Update(members) | Self::Delete(members)) = self;
        name_of(members)
    }

    /// Whether it makes or deletes an index, of which a table does one at a time.
    #[must_use]
    pub const fn is_online(self) -> bool {
        matches!(self, Self::Create(_) | Self::Delete(_))
    }
}

/// A request that is right in itself.
#[derive(Debug)]
pub struct Request<'a> {
    /// For attribute definitions and what is read against the table.
    pub members: &'a Members<'a>,
    pub mode: Option<Mode>,
    /// `(read, write)`.
    pub throughput: Option<(u64, u64)>,
    pub indexes: Vec<IndexUpdate<'a>>,
    pub class: Option<&'a str>,
    pub encryption: Option<Encryption<'a>>,
    pub protection: Option<bool>,
    /// `StreamSpecification` disables a stream; one that enables it was refused.
    pub disables_stream: bool,
}

fn refuse<T>(why: impl Into<String>) -> Answer<T> {
    Err(ServiceError::validation(why))
}

/// Whether a structure is given with a member in it that it can have; others count for nothing.
fn has_members(members: &Members, name: &str, known: [&str; 2]) -> bool {
    object(members, name).is_some_and(|structure| known.iter().any(|one| given(structure, one)))
}

/// `OnDemandThroughput`.
fn has_limits(members: &Members) -> bool {
    let units = ["MaxReadRequestUnits", "MaxWriteRequestUnits"];
    has_members(members, "OnDemandThroughput", units)
}

/// `WarmThroughput`.
fn has_warm(members: &Members) -> bool {
    let units = ["ReadUnitsPerSecond", "WriteUnitsPerSecond"];
    has_members(members, "WarmThroughput", units)
}

impl<'a> Request<'a> {
    /// # Errors
    /// The first that is wrong with the request whatever its table is like.
    pub fn read(members: &'a Members<'a>) -> Answer<Self> {
        let mode = throughput::mode(members).map(|mode| {
            if mode == "PAY_PER_REQUEST" {
                Mode::PayPerRequest
            } else {
                Mode::Provisioned
            }
        });
        check_something(members)?;
        let throughput = throughput::provisioned(members, Whose::Table)?;
        if mode == Some(Mode::PayPerRequest) && throughput.is_some() {
            return refuse(text::THROUGHPUT_WITH_ON_DEMAND);
        }
        let indexes = read_index_updates(members)?;
        let request = Self {
            members,
            mode,
            throughput,
            indexes,
            class: options::class(members)?,
            encryption: options::encryption(members)?,
            protection: flag(members, "DeletionProtectionEnabled"),
            disables_stream: given(members, "StreamSpecification"),
        };
        request.check_combination()?;
        options::check_stream(
            members,
            words::STREAM_UPDATED_WITHOUT_VIEW,
            words::STREAM_DISABLED_NOW_WITH_VIEW,
        )?;
        options::refuse_what_is_not_offered(members)?;
        Ok(request)
    }

    /// Whether it limits a table on demand.
    #[must_use]
    pub fn has_limits(&self) -> bool {
        has_limits(self.members)
    }

    #[must_use]
    pub fn has_warm(&self) -> bool {
        has_warm(self.members)
    }

    /// Most changes must come alone; the first of them that doesn't is named (observed).
    fn check_combination(&self) -> Answer<()> {
        let creates = |update: &IndexUpdate<'_>| matches!(update, IndexUpdate::Create(_));
        let online = self.indexes.iter().any(|update| update.is_online());
        let asked = [
            self.encryption.is_some(),
            self.class.is_some(),
            self.protection.is_some(),
            self.has_warm(),
            self.has_limits(),
            self.disables_stream,
            self.throughput.is_some(),
            self.mode.is_some(),
            !self.indexes.is_empty(),
        ];
        let several = asked.iter().filter(|&&one| one).count() > 1;
        let alone = [
            (self.encryption.is_some(), words::ENCRYPTION_NOT_ALONE),
            (self.class.is_some(), words::CLASS_NOT_ALONE),
            (self.protection.is_some(), words::PROTECTION_NOT_ALONE),
            (
                self.has_warm() && self.indexes.iter().any(creates),
                words::WARM_WITH_NEW_INDEX,
            ),
            (self.has_warm(), words::WARM_NOT_ALONE),
        ];
        if let Some((_, why)) = alone.iter().find(|(asked, _)| several && *asked) {
            return refuse(*why);
        }
        let others = self.disables_stream || self.throughput.is_some() || !self.indexes.is_empty();
        if self.has_limits() && others {
            return refuse(words::LIMIT_NOT_ALONE);
        }
        let iops = self.throughput.is_some() || self.mode == Some(Mode::Provisioned);
        if self.disables_stream && iops {
            return refuse(words::STREAM_WITH_THROUGHPUT);
        }
        if online && self.throughput.is_some() {
            return refuse(words::INDEX_WITH_THROUGHPUT);
        }
        if online && self.disables_stream {
            return refuse(words::INDEX_WITH_STREAM);
        }
        Ok(())
    }
}

/// A request without a change is none, and an empty list of index updates is no change. Neither are attribute definitions
/// alone, nor a consistency of several regions, which the answer then leaves out of what it lists (ack-api-quirks,
/// finding 442).
fn check_something(members: &Members) -> Answer<()> {
    const CHANGES: [&str; 10] = [
        "ProvisionedThroughput",
        "BillingMode",
        "TableThroughputMode",
        "StreamSpecification",
        "SSESpecification",
        "ReplicaUpdates",
        "DeletionProtectionEnabled",
        "TableClass",
        "VectorIndexUpdates",
        "GlobalTableWitnessUpdates",
    ];
    let indexes = list(members, "GlobalSecondaryIndexUpdates");
    let changes = CHANGES.iter().any(|member| given(members, member))
        || has_limits(members)
        || has_warm(members);
    match indexes {
        Some([]) if changes => refuse(words::empty_index_list("GlobalSecondaryIndexUpdates")),
        Some([_, ..]) => Ok(()),
        _ if changes => Ok(()),
        _ if given(members, "MultiRegionConsistency") => {
            refuse(words::NOTHING_TO_UPDATE.replace("MultiRegionConsistency, ", ""))
        }
        _ => refuse(words::NOTHING_TO_UPDATE),
    }
}

fn read_index_updates<'a>(members: &'a Members<'a>) -> Answer<Vec<IndexUpdate<'a>>> {
    let mut updates = Vec::new();
    let mut seen = HashSet::new();
    for entry in list(members, "GlobalSecondaryIndexUpdates")
        .into_iter()
        .flatten()
    {
        // A null among them asks for nothing.
        let action = |name: &str| entry.get(name).and_then(Json::as_object);
        let actions = [
            action("Update").map(IndexUpdate::Update),
            action("Create").map(IndexUpdate::Create),
            action("Delete").map(IndexUpdate::Delete),
        ];
        let mut actions = actions.into_iter().flatten();
        let Some(update) = actions.next() else {
            return refuse(words::NO_INDEX_ACTION);
        };
        if actions.next().is_some() {
            return refuse(words::TWO_INDEX_ACTIONS);
        }
        updates.push(update);
    }
    for update in &updates {
        if !seen.insert(update.name()) {
            return refuse(words::index_updated_twice(update.name()));
        }
        if let IndexUpdate::Update(members) = update
            && given(members, "WarmThroughput")
            && !has_warm(members)
        {
            return refuse(words::index_warm_without_units(update.name()));
        }
    }
    Ok(updates)
}
