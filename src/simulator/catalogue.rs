//! The tables of an account and region, and who may touch them when.
//!
//! ```text
//!   Catalogue  RwLock ─ name → Handle ─ RwLock ─ Table
//!   readers of one table share its lock; a writer holds it while the journal takes the change and it is applied
//! ```
//!
//! Locks are taken in that order and the outer one is released before an item is touched. A table that was deleted
//! while a caller held its handle is marked gone, so a late write can't revive it in the journal.
//!
//! Invariant: what the journal refused was not applied; what was applied is in the journal.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::{Map, Value};

use super::item::{Item, Stored};
use super::journal::{Change, JournalError};
use super::table::address::hash_in;
use super::table::definition::{Definition, Status};
use super::table::description::Description;
use super::table::{Key, Table};
use super::trace::{PartitionId, PartitionState};
use super::wire::arn;
use super::wire::error::{Answer, ServiceError};
use super::wire::text::{self, table as words};
use super::{Simulator, Timestamp};

/// A table behind its lock.
#[derive(Debug)]
pub(super) struct Handle(RwLock<Table>);

impl Handle {
    fn new(table: Table) -> Self {
        Self(RwLock::new(table))
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Table> {
        // A panic elsewhere can't have left a table half changed: changes are applied in one step.
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Table> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
pub(super) struct Catalogue(RwLock<BTreeMap<String, Arc<Handle>>>);

impl Catalogue {
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<String, Arc<Handle>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Arc<Handle>>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A table as the browser lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSummary {
    pub name: String,
    /// Name and type (`S`, `N`, `B`) of the partition key.
    pub partition_key: (String, String),
    /// The same of the sort key, where there is one.
    pub sort_key: Option<(String, String)>,
    /// `CREATING`, `ACTIVE` or `DELETING`.
    pub status: String,
    pub items: u64,
    /// Sum of the items' `DynamoDB` sizes.
    pub bytes: u64,
    /// In the order of their hash ranges.
    pub partitions: Vec<PartitionState>,
}

/// A stored item as the browser shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct BrowsedItem {
    /// Hash of its partition key.
    pub hash: u64,
    /// The primary key as a person would write it; foreign text.
    pub key: String,
    /// Typed JSON.
    pub item: Value,
    pub bytes: u64,
}

/// A stretch of a partition in stored order.
#[derive(Debug, Clone, PartialEq)]
pub struct Browsed {
    pub partition: PartitionState,
    /// Rank of the first of `items`.
    pub offset: u64,
    pub items: Vec<BrowsedItem>,
}

impl Simulator {
    pub(super) fn next_table_id(&self) -> String {
        self.ids.table()
    }

    /// The name of a table of this account and region in what a request calls it, its name or its ARN.
    pub(super) fn name_of<'n>(&self, called: &'n str) -> Option<&'n str> {
        let Some(arn) = arn::of_table(called) else {
            return Some(called);
        };
        let settings = &self.settings;
        (arn.region == settings.region && arn.account == settings.account).then_some(arn.name)
    }

    /// A table by name or ARN, whatever its state, without its expired items and its deleted indexes; one whose deletion is over is not there any more.
    pub(super) fn find(&self, name: &str, now: Timestamp) -> Option<Arc<Handle>> {
        Some(self.look(name, now)?.0)
    }

    /// A table by name or ARN as it is, for [`Simulator::reading`] and [`Simulator::writing`].
    pub(super) fn handle(&self, name: &str) -> Answer<Arc<Handle>> {
        let name = self.name_of(name);
        let handle = name.and_then(|name| self.catalogue.read().get(name).cloned());
        handle.ok_or_else(|| ServiceError::not_found(text::NOT_FOUND))
    }

    /// Lock the table of a name for reading, if item operations may use it; without its expired items and its deleted indexes.
    pub(super) fn reading<'h>(
        &self,
        handle: &'h Handle,
        name: &str,
        now: Timestamp,
    ) -> Answer<RwLockReadGuard<'h, Table>> {
        self.usable(|| handle.read(), name, now)
    }

    /// The same for writing.
    pub(super) fn writing<'h>(
        &self,
        handle: &'h Handle,
        name: &str,
        now: Timestamp,
    ) -> Answer<RwLockWriteGuard<'h, Table>> {
        self.usable(|| handle.write(), name, now)
    }

    fn usable<T: Deref<Target = Table>>(
        &self,
        lock: impl Fn() -> T,
        name: &str,
        now: Timestamp,
    ) -> Answer<T> {
        let mut table = lock();
        if self.is_due(&table, now) {
            drop(table);
            self.active(name, now)?;
            table = lock();
        }
        if is_usable(&table, now) {
            return Ok(table);
        }
        Err(ServiceError::not_found(text::NOT_FOUND))
    }

    /// Whether something is over at a table that is still in it, or the table itself.
    fn is_due(&self, table: &Table, now: Timestamp) -> bool {
        let definition = table.definition();
        definition.gone_at.is_some_and(|gone| gone <= now)
            || definition.has_gone_index(now)
            || self.has_expired(table, now)
    }

    /// The same, and whether item operations may use it.
    fn look(&self, name: &str, now: Timestamp) -> Option<(Arc<Handle>, bool)> {
        let name = self.name_of(name)?;
        let handle = self.catalogue.read().get(name).cloned()?;
        let table = handle.read();
        let definition = table.definition();
        let over = definition.gone_at.is_some_and(|gone| gone <= now);
        let changed = definition.has_gone_index(now);
        let expired = self.has_expired(&table, now);
        let usable = is_usable(&table, now);
        drop(table);
        if over {
            let mut tables = self.catalogue.write();
            // In between another call may have forgotten it, and made a new table of that name.
            if tables
                .get(name)
                .is_some_and(|now| Arc::ptr_eq(now, &handle))
            {
                tables.remove(name);
            }
            return None;
        }
        if changed {
            let mut table = handle.write();
            let mut definition = table.definition().clone();
            definition.forget_gone_indexes(now);
            // The journal knows when they are over, so a restored table forgets them too.
            table.redefine(definition);
        }
        if expired {
            self.expire(&handle, now);
        }
        Some((handle, usable))
    }

    /// All tables, those that are going too.
    pub(super) fn handles(&self) -> Vec<Arc<Handle>> {
        self.catalogue.read().values().cloned().collect()
    }

    /// A table that item operations may use.
    pub(super) fn active(&self, name: &str, now: Timestamp) -> Answer<Arc<Handle>> {
        self.look(name, now)
            .filter(|(_, usable)| *usable)
            .map(|(handle, _)| handle)
            .ok_or_else(|| ServiceError::not_found(text::NOT_FOUND))
    }

    pub(super) fn names_after(&self, start: Option<&str>, now: Timestamp) -> Vec<String> {
        self.catalogue
            .read()
            .iter()
            .filter(|(name, _)| start.is_none_or(|start| name.as_str() > start))
            .filter(|(_, handle)| {
                handle
                    .read()
                    .definition()
                    .gone_at
                    .is_none_or(|gone| gone > now)
            })
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Add a table; its partitions come back.
    pub(super) fn create(
        &self,
        definition: Definition,
        now: Timestamp,
    ) -> Answer<Vec<PartitionState>> {
        // Forgets a table of that name whose deletion is over.
        let _ = self.find(&definition.name, now);
        let mut tables = self.catalogue.write();
        if let Some(handle) = tables.get(&definition.name) {
            let name = &definition.name;
            return Err(ServiceError::in_use(
                match handle.read().definition().status(now) {
                    Status::Creating => text::table_being(name, "created"),
                    Status::Active | Status::Updating | Status::Deleting => {
                        text::table_exists(name)
                    }
                },
            ));
        }
        self.record(|| {
            vec![Change::PutTable {
                table: definition.name.clone(),
                definition: definition_to_json(&definition),
            }]
        })?;
        let name = definition.name.clone();
        let mut table = Table::new(definition, self.settings.hash);
        self.realism().apply(&mut table);
        let partitions = table.items().states();
        tables.insert(name, Arc::new(Handle::new(table)));
        Ok(partitions)
    }

    /// Delete a table, at once or after the settings' delay; its last description comes back.
    pub(super) fn delete(&self, name: &str, now: Timestamp) -> Answer<Map<String, Value>> {
        let handle = self
            .find(name, now)
            .ok_or_else(|| ServiceError::not_found(text::table_not_found(name)))?;
        let name = arn::table_in(name);
        let mut tables = self.catalogue.write();
        let mut table = handle.write();
        let definition = table.definition();
        match definition.status(now) {
            Status::Creating => {
                return Err(ServiceError::in_use(text::table_being(name, "created")));
            }
            Status::Deleting => {
                return Err(ServiceError::in_use(text::table_being(name, "deleted")));
            }
            Status::Updating | Status::Active => {}
        }
        if table.gone {
            return Err(ServiceError::not_found(text::table_not_found(name)));
        }
        if definition.deletion_protection == Some(true) {
            return Err(ServiceError::validation(text::DELETION_PROTECTED));
        }
        // An index that changes forbids it also where the table itself is ACTIVE (observed).
        if definition
            .indexes
            .iter()
            .any(|index| index.status(now) != Status::Active)
        {
            return Err(ServiceError::in_use(words::indexes_changing()));
        }
        if definition.status(now) == Status::Updating {
            return Err(ServiceError::in_use(words::table_updating(name)));
        }
        self.record(|| {
            vec![Change::DeleteTable {
                table: name.to_owned(),
            }]
        })?;
        let description = Description::of(&table, now)
            .with_status(Status::Deleting)
            .into_json();
        table.gone = true;
        if self.table_delay().is_zero() {
            tables.remove(name);
        } else {
            table.definition_mut().gone_at = Some(now.later(self.table_delay()));
        }
        Ok(description)
    }

    /// Record another definition of a table, and give it to the table.
    pub(super) fn redefine(&self, table: &mut Table, definition: Definition) -> Answer<()> {
        self.record(|| {
            vec![Change::PutTable {
                table: definition.name.clone(),
                definition: definition_to_json(&definition),
            }]
        })?;
        table.redefine(definition);
        Ok(())
    }

    /// Hand changes to the journal, if there is one; they are only put together for it. Of nothing it hears nothing.
    pub(super) fn record(&self, changes: impl FnOnce() -> Vec<Change>) -> Answer<()> {
        let Some(journal) = &self.settings.journal else {
            return Ok(());
        };
        let changes = changes();
        if changes.is_empty() {
            return Ok(());
        }
        journal
            .record(&changes)
            .map_err(|JournalError(why)| ServiceError::internal(why))
    }

    /// All tables, by name, for the table browser.
    #[must_use]
    pub fn tables(&self, now: Timestamp) -> Vec<TableSummary> {
        self.names_after(None, now)
            .iter()
            .filter_map(|name| self.describe(name, now))
            .collect()
    }

    /// One table, for the table browser.
    #[must_use]
    pub fn describe(&self, name: &str, now: Timestamp) -> Option<TableSummary> {
        let handle = self.find(name, now)?;
        let table = handle.read();
        let definition = table.definition();
        let named = |attribute: &super::table::definition::KeyAttribute| {
            (attribute.name.clone(), attribute.key_type.name().to_owned())
        };
        Some(TableSummary {
            name: definition.name.clone(),
            partition_key: named(&definition.key.partition),
            sort_key: definition.key.sort.as_ref().map(named),
            status: definition.status(now).name().to_owned(),
            items: table.items().items(),
            bytes: table.items().bytes(),
            partitions: table.items().states(),
        })
    }

    /// At most `limit` items of a partition in stored order, from rank `offset` on.
    #[must_use]
    pub fn items_in(
        &self,
        name: &str,
        partition: PartitionId,
        offset: u64,
        limit: usize,
    ) -> Option<Browsed> {
        let handle = self.catalogue.read().get(self.name_of(name)?).cloned()?;
        let table = handle.read();
        let home = table.items().partition(partition)?;
        let items = home
            .from_rank(offset)
            .take(limit)
            .map(|(address, stored)| BrowsedItem {
                hash: hash_in(address).expect("an address begins with its hash"),
                key: table.key_of(stored).person().to_string(),
                item: stored.to_json(),
                bytes: stored.size(),
            })
            .collect();
        Some(Browsed {
            partition: home.state().clone(),
            offset,
            items,
        })
    }

    /// Everything there is, in the forms the journal takes: replayed with [`Simulator::restore`], it is the same state.
    #[must_use]
    pub fn snapshot(&self) -> Vec<Change> {
        let handles: Vec<Arc<Handle>> = self.catalogue.read().values().cloned().collect();
        let mut changes = Vec::new();
        for handle in handles {
            let table = handle.read();
            if table.gone {
                continue;
            }
            let name = &table.definition().name;
            changes.push(Change::PutTable {
                table: name.clone(),
                definition: definition_to_json(table.definition()),
            });
            for partition in table.items().partitions() {
                changes.extend(
                    partition
                        .from_rank(0)
                        .map(|(address, stored)| Change::PutItem {
                            table: name.clone(),
                            key: address.to_vec(),
                            item: stored.to_json(),
                        }),
                );
            }
        }
        changes
    }

    /// Apply changes that a journal kept, in the order it kept them. They are not recorded again.
    ///
    /// # Errors
    /// In words for the learner, when a change can't be read or doesn't fit; the changes before it stay applied.
    pub fn restore(&self, changes: impl IntoIterator<Item = Change>) -> Result<(), JournalError> {
        for change in changes {
            self.restore_one(change)?;
        }
        Ok(())
    }

    fn restore_one(&self, change: Change) -> Result<(), JournalError> {
        match change {
            Change::PutTable {
                table: name,
                definition,
            } => {
                let definition: Definition =
                    serde_json::from_value(definition).map_err(|error| {
                        JournalError(format!("The saved table {name} can't be read: {error}."))
                    })?;
                if let Some(handle) = self.catalogue.read().get(&name) {
                    handle.write().redefine(definition);
                    return Ok(());
                }
                let mut table = Table::new(definition, self.settings.hash);
                self.realism().apply(&mut table);
                self.catalogue
                    .write()
                    .insert(name, Arc::new(Handle::new(table)));
            }
            Change::DeleteTable { table } => {
                self.catalogue.write().remove(&table);
            }
            Change::PutItem {
                table: name, item, ..
            } => {
                let unreadable = |why: &str| {
                    JournalError(format!(
                        "A saved item of the table {name} can't be read: {why}."
                    ))
                };
                let members = item
                    .as_object()
                    .ok_or_else(|| unreadable("it is no JSON object"))?;
                let item =
                    Item::from_json(members).map_err(|error| unreadable(&error.to_string()))?;
                let handle = self.restored(&name)?;
                let mut table = handle.write();
                let key = Key::in_item(table.definition(), &item)
                    .ok_or_else(|| unreadable("its primary key is missing or of another type"))?;
                if key.is_too_large() {
                    return Err(unreadable("its primary key is too large"));
                }
                let address = table.address(&key);
                table.put(&address, Stored::new(&item));
            }
            Change::DeleteItem { table, key } => {
                self.restored(&table)?
                    .write()
                    .remove(&key, Timestamp::default());
            }
        }
        Ok(())
    }

    fn restored(&self, name: &str) -> Result<Arc<Handle>, JournalError> {
        self.catalogue.read().get(name).cloned().ok_or_else(|| {
            JournalError(format!(
                "Saved items name the table {name}, which was not saved."
            ))
        })
    }
}

/// Whether item operations may use a table. One that was deleted while a call waited for it is gone.
fn is_usable(table: &Table, now: Timestamp) -> bool {
    let status = table.definition().status(now);
    !table.gone && matches!(status, Status::Active | Status::Updating)
}

fn definition_to_json(definition: &Definition) -> Value {
    serde_json::to_value(definition).expect("a definition is plain data")
}
