//! Keys against a table's schema.
//!
//! `PutItem` finds its key inside an item and names what is wrong with it; the operations that are given a `Key` answer
//! one general mismatch (observed). Empty keys and oversized ones are worded alike.

use crate::simulator::item::{Attributes, Item, KeyValue, Name, Value};
use crate::simulator::table::definition::{Definition, KeyAttribute};
use crate::simulator::table::{Key, PARTITION_KEY_BYTES, SORT_KEY_BYTES};
use crate::simulator::wire::text;

use super::index_key::Refusal;

/// The key of an item that is to be put.
pub(in crate::simulator) fn of_item(
    definition: &Definition,
    item: &impl Attributes,
) -> Result<Key, Refusal> {
    let read = |attribute: &KeyAttribute, sort: bool| {
        let value = item
            .attribute(&Name::new(&attribute.name))
            .ok_or_else(|| Refusal::Key(text::missing_key(&attribute.name)))?;
        let key = typed(attribute, &value).ok_or_else(|| {
            Refusal::Type(text::key_type_mismatch(
                &attribute.name,
                attribute.key_type.name(),
                value.kind().name(),
            ))
        })?;
        check(attribute, &key, sort)?;
        Ok::<_, Refusal>(key)
    };
    Ok(Key {
        partition: read(&definition.key.partition, false)?,
        sort: match &definition.key.sort {
            Some(sort) => Some(read(sort, true)?),
            None => None,
        },
    })
}

/// A `Key` member: exactly the key attributes.
pub(super) fn of_key(definition: &Definition, given: &Item) -> Result<Key, Refusal> {
    let mismatch = || Refusal::Key(text::KEY_MISMATCH.to_owned());
    if given.len() != definition.key.width() {
        return Err(mismatch());
    }
    let read = |attribute: &KeyAttribute, sort: bool| {
        let key = given
            .get(&attribute.name)
            .and_then(|value| typed(attribute, value))
            .ok_or_else(mismatch)?;
        check(attribute, &key, sort)?;
        Ok::<_, Refusal>(key)
    };
    Ok(Key {
        partition: read(&definition.key.partition, false)?,
        sort: match &definition.key.sort {
            Some(sort) => Some(read(sort, true)?),
            None => None,
        },
    })
}

/// The value as a key, if it has the attribute's type.
pub(super) fn typed(attribute: &KeyAttribute, value: &Value) -> Option<KeyValue> {
    KeyValue::of(value).filter(|key| key.key_type() == attribute.key_type)
}

fn check(attribute: &KeyAttribute, key: &KeyValue, sort: bool) -> Result<(), Refusal> {
    if key.is_empty() {
        let kind = match key {
            KeyValue::B(_) => "binary",
            _ => "string",
        };
        return Err(Refusal::Empty(text::empty_key(&attribute.name, kind)));
    }
    let (most, message) = if sort {
        (SORT_KEY_BYTES, text::SORT_KEY_TOO_LARGE)
    } else {
        (PARTITION_KEY_BYTES, text::PARTITION_KEY_TOO_LARGE)
    };
    if key.size() > most {
        return Err(Refusal::TooLarge(message.to_owned()));
    }
    Ok(())
}
