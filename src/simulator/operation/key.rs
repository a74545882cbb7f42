//! Keys against a table's schema.
//!
//! `PutItem` finds its key inside an item and names what is wrong with it; the operations that are given a `Key` answer
//! one general mismatch (observed). Empty keys and oversized ones are worded alike.

use crate::simulator::item::{Attributes, Item, KeyValue, Name, Value};
use crate::simulator::json::Json;
use crate::simulator::table::definition::{Definition, KeyAttribute};
use crate::simulator::table::{Key, PARTITION_KEY_BYTES, SORT_KEY_BYTES};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::Answer;
use crate::simulator::wire::member::object;
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::index_key::Refusal;

/// A `Key` member whose values are right, before it is known which attributes the table's key has.
pub(super) enum Given<'m> {
    /// At most two strings or numbers, as nearly every key is: it needs no place of its own.
    Short([Option<(&'m str, KeyValue)>; 2]),
    Other(Item),
}

impl<'m> Given<'m> {
    /// The `Key` of a request that has one, the shapes in it right.
    pub(super) fn read(members: &'m Members, style: Style) -> Answer<Self> {
        match object(members, "Key").and_then(Self::short) {
            Some(short) => Ok(short),
            None => expressions::attributes(members, "Key", style).map(Self::Other),
        }
    }

    /// Nothing for a key that is longer, of another type, or in any way wrong.
    fn short(key: &Members<'m>) -> Option<Self> {
        let mut short = [None, None];
        if key.len() > short.len() {
            return None;
        }
        for (place, (name, value)) in short.iter_mut().zip(key) {
            let value = match value.as_object()?.only()? {
                ("S", Json::String(text)) => KeyValue::S((*text).into()),
                ("N", Json::String(text)) => KeyValue::N(text.parse().ok()?),
                _ => return None,
            };
            *place = Some((name, value));
        }
        Some(Self::Short(short))
    }

    /// The key of the table's that it is.
    pub(super) fn fitting(self, definition: &Definition) -> Result<Key, Refusal> {
        match self {
            Self::Short(mut short) => {
                let width = short.iter().flatten().count();
                exactly(definition, width, |attribute| {
                    let named = |place: &&mut Option<(&str, KeyValue)>| matches!(place, Some((name, _)) if *name == attribute.name);
                    let (_, key) = short.iter_mut().find(named)?.take()?;
                    (key.key_type() == attribute.key_type).then_some(key)
                })
            }
            Self::Other(item) => of_key(definition, &item),
        }
    }
}

/// The key of an item that is to be put.
pub(in crate::simulator) fn of_item(
    definition: &Definition,
    item: &impl Attributes,
) -> Result<Key, Refusal> {
    let read = |attribute: &KeyAttribute, sort: bool| {
        let key = item
            .key_value(&attribute.name)
            .filter(|key| key.key_type() == attribute.key_type)
            .ok_or_else(|| unfit(attribute, item))?;
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

/// Why an item has no key attribute of the right type.
fn unfit(attribute: &KeyAttribute, item: &impl Attributes) -> Refusal {
    match item.attribute(&Name::new(&attribute.name)) {
        None => Refusal::Key(text::missing_key(&attribute.name)),
        Some(value) => Refusal::Type(text::key_type_mismatch(
            &attribute.name,
            attribute.key_type.name(),
            value.kind().name(),
        )),
    }
}

/// A `Key` member that is kept as an item.
pub(super) fn of_key(definition: &Definition, given: &Item) -> Result<Key, Refusal> {
    exactly(definition, given.len(), |attribute| {
        typed(attribute, given.get(&attribute.name)?)
    })
}

/// The key attributes and no others: of `width` attributes, `value_of` gives one that has its attribute's type.
fn exactly(
    definition: &Definition,
    width: usize,
    mut value_of: impl FnMut(&KeyAttribute) -> Option<KeyValue>,
) -> Result<Key, Refusal> {
    let mismatch = || Refusal::Key(text::KEY_MISMATCH.to_owned());
    if width != definition.key.width() {
        return Err(mismatch());
    }
    let mut read = |attribute: &KeyAttribute, sort: bool| {
        let key = value_of(attribute).ok_or_else(mismatch)?;
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as SerdeJson, json};

    use super::*;
    use crate::simulator::item::samples;
    use crate::simulator::{Settings, Simulator, Timestamp};

    fn value() -> impl Strategy<Value = SerdeJson> {
        prop_oneof![
            "[a-c]{0,3}".prop_map(|text| json!({ "S": text })),
            samples::number().prop_map(|number| json!({"N": number.to_string()})),
            Just(json!({"N": "1e999"})),
            Just(json!({"N": "one"})),
            Just(json!({"B": "YQ=="})),
            Just(json!({"BOOL": true})),
            Just(json!({})),
            Just(json!({"S": "x", "N": "1"})),
        ]
    }

    proptest! {
        /// Read in the short way or as an item, a key is the same, or refused alike.
        #[test]
        fn a_short_key_is_the_key_of_its_item(
            key in prop::collection::btree_map("[nop]", value(), 0..4),
            sort in any::<bool>(),
        ) {
            let simulator = Simulator::new(Settings::default());
            let attributes = [("o", "S", "HASH"), ("n", "N", "RANGE")];
            let attributes = &attributes[..if sort { 2 } else { 1 }];
            let create = json!({
                "TableName": "pets",
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": attributes.iter().map(|(name, key_type, _)| json!({"AttributeName": name, "AttributeType": key_type})).collect::<Vec<_>>(),
                "KeySchema": attributes.iter().map(|(name, _, role)| json!({"AttributeName": name, "KeyType": role})).collect::<Vec<_>>(),
            });
            let now = Timestamp::default();
            simulator.call("CreateTable", create.to_string().as_bytes(), now);
            let handle = simulator.active("pets", now).expect("it was made");
            let table = handle.read();
            let request = json!({ "Key": key });
            let members: Members = request.as_object().expect("an object").into();
            let short = Given::read(&members, Style::Read)
                .map(|given| given.fitting(table.definition()));
            let whole = expressions::attributes(&members, "Key", Style::Read)
                .map(|item| of_key(table.definition(), &item));
            prop_assert_eq!(short, whole);
        }
    }
}
