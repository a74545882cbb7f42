//! Keys against a table's schema.
//!
//! `PutItem` finds its key inside an item and names what is wrong with it; the operations that are given a `Key` answer
//! one general mismatch (observed). Empty keys and oversized ones are worded alike.

use std::borrow::Borrow;

use crate::simulator::item::{Attributes, Item, KeyRef, Name, Value};
use crate::simulator::json::Json;
use crate::simulator::table::address::Address;
use crate::simulator::table::definition::{Definition, KeyAttribute};
use crate::simulator::table::{PARTITION_KEY_BYTES, SORT_KEY_BYTES, Table};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::Answer;
use crate::simulator::wire::member::object;
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::index_key::Refusal;

/// A `Key` member whose values are right, before it is known which attributes the table's key has.
#[derive(Default)]
pub(super) struct Given<'m> {
    /// How many attributes it has.
    width: usize,
    /// The first two, but for those of types that no key has. Most values stay where they are.
    places: [Option<(&'m str, KeyRef<'m>)>; 2],
}

impl<'m> Given<'m> {
    /// Read the `Key` of a request, the shapes in it right. Filled in where it stays, because moving it takes longer.
    pub(super) fn read(&mut self, members: &'m Members, style: Style) -> Answer<()> {
        let Some(key) = object(members, "Key") else {
            return Ok(());
        };
        self.width = key.len();
        if self.read_short(key).is_none() {
            let item = expressions::attributes(members, "Key", style)?;
            for (place, (name, _)) in self.places.iter_mut().zip(key) {
                let key = item.get(name).and_then(KeyRef::of);
                *place = key.map(|key| (name, key.detached()));
            }
        }
        Ok(())
    }

    /// The same of a key that is in no way wrong; of one that may be, nothing.
    pub(super) fn read_right(&mut self, key: &Members<'m>) -> Option<()> {
        self.width = key.len();
        self.read_short(key)?;
        expressions::has_right_names(key).then_some(())
    }

    /// Nothing for a key that is longer, of other types than strings and numbers, or of wrong values.
    fn read_short(&mut self, key: &Members<'m>) -> Option<()> {
        if key.len() > self.places.len() {
            return None;
        }
        for (place, (name, value)) in self.places.iter_mut().zip(key) {
            let value = match value.as_object()?.only()? {
                ("S", Json::String(text)) => KeyRef::S((*text).as_bytes().into()),
                ("N", Json::String(text)) => KeyRef::N(text.parse().ok()?),
                _ => return None,
            };
            *place = Some((name, value));
        }
        Some(())
    }

    /// The key of the table's that it is.
    pub(super) fn fitting(&self, definition: &Definition) -> Result<Keys<&KeyRef<'m>>, Refusal> {
        exactly(definition, self.width, |attribute| {
            let mut given = self.places.iter().flatten();
            given.find_map(|(name, key)| (*name == attribute.name).then_some(key))
        })
    }
}

/// Where an item lies that is to be put.
pub(in crate::simulator) fn address_of(
    table: &Table,
    item: &impl Attributes,
) -> Result<Address, Refusal> {
    let (partition, sort) = checked(table.definition(), |attribute| {
        item.key_value(&attribute.name)
            .filter(|key| key.key_type() == attribute.key_type)
            .ok_or_else(|| unfit(attribute, item))
    })?;
    Ok(Address::new(
        table.items().hash(),
        &partition,
        sort.as_ref(),
    ))
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

/// Where the item lies that a `Key` member means, which is kept as an item.
pub(super) fn address(table: &Table, given: &Item) -> Result<Address, Refusal> {
    let (partition, sort) = exactly(table.definition(), given.len(), |attribute| {
        KeyRef::of(given.get(&attribute.name)?)
    })?;
    Ok(Address::new(
        table.items().hash(),
        &partition,
        sort.as_ref(),
    ))
}

/// The partition key and the sort key, where the table has one.
pub(super) type Keys<K> = (K, Option<K>);

/// Of the key attributes and no others: of `width` attributes, `value_of` gives the one with an attribute's name.
fn exactly<'k, K: Borrow<KeyRef<'k>>>(
    definition: &Definition,
    width: usize,
    value_of: impl Fn(&KeyAttribute) -> Option<K>,
) -> Result<Keys<K>, Refusal> {
    let mismatch = || Refusal::Key(text::KEY_MISMATCH.to_owned());
    if width != definition.key.width() {
        return Err(mismatch());
    }
    checked(definition, |attribute| {
        value_of(attribute)
            .filter(|key| key.borrow().key_type() == attribute.key_type)
            .ok_or_else(mismatch)
    })
}

/// Of values of the right types, which are checked in the order of the key's attributes.
fn checked<'k, K: Borrow<KeyRef<'k>>>(
    definition: &Definition,
    read: impl Fn(&KeyAttribute) -> Result<K, Refusal>,
) -> Result<Keys<K>, Refusal> {
    let read = |attribute: &KeyAttribute, sort: bool| {
        let key = read(attribute)?;
        check(attribute, key.borrow(), sort)?;
        Ok::<_, Refusal>(key)
    };
    let partition = read(&definition.key.partition, false)?;
    let sort = match &definition.key.sort {
        Some(sort) => Some(read(sort, true)?),
        None => None,
    };
    Ok((partition, sort))
}

/// The value as a key, if it has the attribute's type.
pub(super) fn typed<'v>(attribute: &KeyAttribute, value: &'v Value) -> Option<KeyRef<'v>> {
    KeyRef::of(value).filter(|key| key.key_type() == attribute.key_type)
}

fn check(attribute: &KeyAttribute, key: &KeyRef<'_>, sort: bool) -> Result<(), Refusal> {
    if key.is_empty() {
        let kind = match key {
            KeyRef::B(_) => "binary",
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
            let mut given = Given::default();
            let short = given
                .read(&members, Style::Read)
                .map(|()| given.fitting(table.definition()))
                .map(|fitting| {
                    fitting.map(|(partition, sort)| {
                        Address::new(table.items().hash(), partition, sort)
                    })
                });
            let whole = expressions::attributes(&members, "Key", Style::Read)
                .map(|item| address(&table, &item));
            prop_assert_eq!(short, whole);
        }
    }
}
