//! `ExclusiveStartKey`: where a page begins, and the many ways it can be no such place.
//!
//! ```text
//!   its shape      the attributes of the index's key and of the table's, no more, each of its type, none empty
//!   a Query's      where its key condition could have led: the condition is walked in its order
//! ```

use crate::simulator::expression::KeyCondition;
use crate::simulator::item::{Item, KeyValue};
use crate::simulator::table::definition::KeyAttribute;
use crate::simulator::table::index::Index;
use crate::simulator::table::{Key, PARTITION_KEY_BYTES, SORT_KEY_BYTES};
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::text;

use super::super::key::typed;
use super::Source;

/// A place in a source's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Position {
    /// The values of the source's key.
    pub(super) partition: Vec<KeyValue>,
    pub(super) sort: Vec<KeyValue>,
    /// The key of the table's item, which tells entries with the same index key apart.
    pub(super) base: Key,
}

/// `string` or `binary`, for an empty key.
fn kind(key: &KeyValue) -> &'static str {
    match key {
        KeyValue::B(_) => "binary",
        _ => "string",
    }
}

impl Source {
    /// Read a starting key.
    pub(in super::super) fn start(&self, start: &Item) -> Answer<Position> {
        let invalid = || ServiceError::validation(text::START_KEY_INVALID);
        if start.len() != self.whole_key().count() {
            return Err(invalid());
        }
        let read = |attribute: &KeyAttribute| {
            start
                .get(&attribute.name)
                .and_then(|value| typed(attribute, value))
                .map(|key| key.to_key())
                .ok_or_else(invalid)
        };
        let partition: Vec<KeyValue> = self
            .partition_key()
            .iter()
            .map(read)
            .collect::<Result<_, _>>()?;
        let sort: Vec<KeyValue> = self.sort_key().iter().map(read).collect::<Result<_, _>>()?;
        let table = &self.definition.key;
        let base = Key {
            partition: read(&table.partition)?,
            sort: table.sort.as_ref().map(read).transpose()?,
        };
        let base_values = std::iter::once(&base.partition).chain(&base.sort);
        for (attribute, key) in table.attributes().zip(base_values) {
            if key.is_empty() {
                return Err(ServiceError::validation(text::empty_key(
                    &attribute.name,
                    kind(key),
                )));
            }
        }
        for (attribute, key) in self.key().zip(partition.iter().chain(&sort)) {
            if let (Some(index), true) = (self.index(), key.is_empty()) {
                let message = text::empty_index_key(kind(key), &index.name, &attribute.name);
                return Err(ServiceError::validation(message));
            }
        }
        // No stored key is as long, so such a key could never have been a LastEvaluatedKey.
        let too_long = partition
            .iter()
            .chain([&base.partition])
            .any(|key| key.size() > PARTITION_KEY_BYTES)
            || sort
                .iter()
                .chain(&base.sort)
                .any(|key| key.size() > SORT_KEY_BYTES);
        if too_long {
            return Err(invalid());
        }
        Ok(Position {
            partition,
            sort,
            base,
        })
    }

    /// A `Scan` of a table with indexes, or of an index, names a value of a wrong type ahead of anything else about the starting
    /// key, in the words of index keys (observed in October 2026).
    pub(in super::super) fn check_start_types(&self, start: &Item) -> Answer<()> {
        let indexes = &self.definition.indexes;
        let first = |global: bool| indexes.iter().find(|index| index.is_global() == global);
        let Some(named) = self
            .index()
            .or_else(|| first(true))
            .or_else(|| first(false))
        else {
            return Ok(());
        };
        for name in &self.definition.attribute_order {
            let mut attributes = self.definition.key.attributes().chain(
                indexes
                    .iter()
                    .flat_map(|index: &Index| index.key.attributes()),
            );
            if let Some(attribute) = attributes.find(|attribute| attribute.name == *name)
                && let Some(value) = start.get(name)
                && typed(attribute, value).is_none()
            {
                return Err(ServiceError::validation(text::index_key_type_mismatch(
                    name,
                    attribute.key_type.name(),
                    value.kind().name(),
                    &named.name,
                )));
            }
        }
        Ok(())
    }

    /// Refuse a starting key that this query could not have given: the same on a table, a local and a global index (observed).
    pub(in super::super) fn check_within(
        &self,
        condition: &KeyCondition,
        start: &Position,
    ) -> Answer<()> {
        let refuse = |message| Err(ServiceError::validation(message));
        let last = condition.partition.len().saturating_sub(1);
        if start.partition[..last] != condition.partition[..last] {
            return refuse(text::START_KEY_ONE_ROW);
        }
        let (equal, rest) = start.sort.split_at(condition.equal.len());
        let in_range = match (&condition.range, rest.first()) {
            (Some(range), Some(key)) => range.holds(key),
            _ => true,
        };
        if equal != condition.equal || !in_range {
            return refuse(text::START_KEY_NO_RANGE_MATCH);
        }
        if start.partition == condition.partition {
            return Ok(());
        }
        if condition.is_on_sort() {
            return refuse(text::START_KEY_ONE_ROW);
        }
        if self.index.is_none() && self.sort_key().is_empty() {
            return refuse(text::START_KEY_EXCLUSIVE_INVALID);
        }
        refuse(text::START_KEY_OUTSIDE)
    }
}
