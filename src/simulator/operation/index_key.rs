//! What a write may give to the key attributes of secondary indexes.
//!
//! ```text
//!   not there        the item has no entry in that index
//!   there            of the key's type, not empty, not too long – or the whole write is refused
//! ```
//!
//! A put names the index and its key. An update has words of its own for what its expression made out of the item, but a
//! value whose type is known from the request alone is refused in the put's words, and before the condition is tried
//! (observed: dynalite's `test/updateItem.js`, the documentation of `CancellationReason`, and a conformance suite's captures).
//!
//! Invariant: an item that passed has, for each index, a key of the index or no entry in it.

use std::borrow::Cow;

use crate::simulator::expression::{Path, Update};
use crate::simulator::item::{Attributes, Item, KeyRef, Name, Stored, Value};
use crate::simulator::table::definition::{Definition, KeyAttribute};
use crate::simulator::table::index::Index;
use crate::simulator::table::{PARTITION_KEY_BYTES, SORT_KEY_BYTES};
use crate::simulator::wire::error::ServiceError;
use crate::simulator::wire::text;

use super::key::typed;

/// Why a write to key attributes is refused: a transaction tells some as a reason of its cancellation, others as an error of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::simulator) enum Refusal {
    /// A key that is not there, or not the table's.
    Key(String),
    /// An attribute of the table's primary key was to be updated.
    PartOfKey(String),
    /// A value of another type than the key's.
    Type(String),
    /// An empty string or binary value: always a validation error of the whole request (observed in transactions).
    Empty(String),
    TooLarge(String),
    /// A path that looks into a key attribute.
    NotScalar(String),
}

impl Refusal {
    pub(super) fn message(&self) -> &str {
        match self {
            Self::Key(message)
            | Self::PartOfKey(message)
            | Self::Type(message)
            | Self::Empty(message)
            | Self::TooLarge(message)
            | Self::NotScalar(message) => message,
        }
    }
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        Self::validation(refusal.message())
    }
}

/// What is wrong with one value.
enum Fault {
    Type,
    /// `string` or `binary`.
    Empty(&'static str),
    /// The text that a table's own key would get.
    TooLarge(&'static str),
}

/// Check an item that is to be put, whose primary key is good already.
pub(super) fn check_put(definition: &Definition, item: &Stored) -> Result<(), Refusal> {
    let Some((index, attribute, value, fault)) =
        first_fault(definition, |name| item.attribute(&Name::new(name)))
    else {
        return Ok(());
    };
    Err(match fault {
        Fault::Type => mismatch(index, attribute, value.kind().name()),
        Fault::Empty(kind) => {
            Refusal::Empty(text::empty_index_key(kind, &index.name, &attribute.name))
        }
        Fault::TooLarge(message) => Refusal::TooLarge(message.to_owned()),
    })
}

/// Check what an update came to: only what it changed is judged, so that an item from before an index can still be updated.
pub(super) fn check_updated(
    definition: &Definition,
    before: &Item,
    after: &Item,
) -> Result<(), Refusal> {
    let changed = |name: &str| {
        let value = after.get(name);
        value
            .filter(|value| before.get(name) != Some(*value))
            .map(Cow::Borrowed)
    };
    match first_fault(definition, changed).map(|(_, _, _, fault)| fault) {
        None => Ok(()),
        Some(Fault::Type) => Err(Refusal::Type(text::INDEX_KEY_UPDATED_TYPE.to_owned())),
        Some(Fault::Empty(kind)) => Err(Refusal::Empty(text::empty_index_key_updated(kind))),
        Some(Fault::TooLarge(_)) => Err(Refusal::TooLarge(text::INDEX_KEY_UPDATED_SIZE.to_owned())),
    }
}

/// Check what an update says of key attributes, before any item is looked at.
pub(super) fn check_update(definition: &Definition, update: &Update) -> Result<(), Refusal> {
    let key = &definition.key;
    if let Some(target) = update.targets().find(|path| key.has(path.name().as_str())) {
        let message = text::key_attribute_updated(target.name().as_str());
        return Err(Refusal::PartOfKey(message));
    }
    for index in by_name(definition) {
        for attribute in index.key.attributes() {
            if let Some(given) = update.given_type(&attribute.name)
                && given != attribute.key_type.value_type()
            {
                return Err(mismatch(index, attribute, given.name()));
            }
        }
    }
    check_scalars(definition, update.paths())
}

/// Refuse paths that lead into a key attribute, of the table or of any index, whichever is read (observed): they are scalars.
pub(super) fn check_scalars<'p>(
    definition: &Definition,
    paths: impl IntoIterator<Item = &'p Path>,
) -> Result<(), Refusal> {
    let nested: Vec<&str> = paths
        .into_iter()
        .filter(|path| path.is_nested())
        .map(|path| path.name().as_str())
        .collect();
    if nested.is_empty() {
        return Ok(());
    }
    let is_nested = |attribute: &&KeyAttribute| nested.contains(&attribute.name.as_str());
    if let Some(attribute) = definition.key.attributes().find(is_nested) {
        return Err(Refusal::NotScalar(text::key_not_scalar(&attribute.name)));
    }
    let mut index_keys = by_name(definition)
        .into_iter()
        .flat_map(|index| index.key.attributes());
    match index_keys.find(is_nested) {
        Some(attribute) => Err(Refusal::NotScalar(text::index_key_not_scalar(
            &attribute.name,
        ))),
        None => Ok(()),
    }
}

/// Several indexes may share an attribute: the first by name is the one that is named (observed).
fn by_name(definition: &Definition) -> Vec<&Index> {
    let mut indexes: Vec<&Index> = definition.indexes.iter().collect();
    indexes.sort_by(|one, two| one.name.cmp(&two.name));
    indexes
}

fn first_fault<'a>(
    definition: &'a Definition,
    value_of: impl Fn(&str) -> Option<Cow<'a, Value>>,
) -> Option<(&'a Index, &'a KeyAttribute, Cow<'a, Value>, Fault)> {
    for index in by_name(definition) {
        let partition = index.key.partition.iter().map(|one| (one, false));
        let sort = index.key.sort.iter().map(|one| (one, true));
        for (attribute, sort) in partition.chain(sort) {
            if let Some(value) = value_of(&attribute.name)
                && let Some(fault) = fault(attribute, &value, sort)
            {
                return Some((index, attribute, value, fault));
            }
        }
    }
    None
}

fn fault(attribute: &KeyAttribute, value: &Value, sort: bool) -> Option<Fault> {
    let Some(key) = typed(attribute, value) else {
        return Some(Fault::Type);
    };
    if key.is_empty() {
        return Some(Fault::Empty(match key {
            KeyRef::B(_) => "binary",
            _ => "string",
        }));
    }
    let (most, message) = if sort {
        (SORT_KEY_BYTES, text::SORT_KEY_TOO_LARGE)
    } else {
        (PARTITION_KEY_BYTES, text::PARTITION_KEY_TOO_LARGE)
    };
    (key.size() > most).then_some(Fault::TooLarge(message))
}

fn mismatch(index: &Index, attribute: &KeyAttribute, actual: &str) -> Refusal {
    Refusal::Type(text::index_key_type_mismatch(
        &attribute.name,
        attribute.key_type.name(),
        actual,
        &index.name,
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::simulator::expression::{Placeholders, update};

    /// Table `pk`, with the global index `b-index` on `city` + `age` (N) and the local index `a-index` on `city`.
    fn definition() -> Definition {
        let attribute = |name: &str, key_type: &str| json!({"name": name, "key_type": key_type});
        let global = json!({"Global": {"throughput": null, "partitions": 1, "active_at": 0, "backfilled": false, "updated_at": null, "gone_at": null}});
        serde_json::from_value(json!({
            "name": "people", "id": "", "arn": "", "attribute_order": ["pk", "sk", "city", "age"],
            "key": {"partition": attribute("pk", "S"), "sort": attribute("sk", "S")},
            "indexes": [
                {"name": "b-index", "kind": global, "projected": "All", "key": {"partition": [attribute("city", "S")], "sort": [attribute("age", "N")]}},
                {"name": "a-index", "kind": "Local", "projected": "All", "key": {"partition": [attribute("pk", "S")], "sort": [attribute("city", "S")]}},
            ],
            "billing": "PayPerRequest", "partitions": 1, "tags": [], "created": 0, "active_at": 0,
        }))
        .expect("a definition")
    }

    fn item(json: &serde_json::Value) -> Item {
        Item::from_json(json.as_object().expect("an object")).expect("an item")
    }

    fn put(json: &serde_json::Value) -> Result<(), Refusal> {
        check_put(&definition(), &Stored::new(&item(json)))
    }

    fn update_of(text: &str, values: &serde_json::Value) -> Update {
        let mut placeholders =
            Placeholders::of(&serde_json::Value::Null, values).expect("good placeholders");
        update::parse(text, &mut placeholders).expect("a good expression")
    }

    #[test]
    fn a_put_names_the_first_index_by_name() {
        assert_eq!(put(&json!({"city": {"S": "x"}, "age": {"N": "1"}})), Ok(()));
        assert_eq!(put(&json!({"other": {"L": []}})), Ok(()));
        let message =
            |json: serde_json::Value| put(&json).expect_err("refused").message().to_owned();
        assert_eq!(
            message(json!({"city": {"L": []}, "age": {"S": "1"}})),
            "One or more parameter values were invalid: Type mismatch for Index Key city Expected: S Actual: L IndexName: a-index"
        );
        assert_eq!(
            message(json!({"city": {"S": ""}})),
            "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: a-index, IndexKey: city"
        );
        // As the local index's sort key it may have 1,024 bytes, as the global one's partition key it could have more.
        assert!(put(&json!({"city": {"S": "x".repeat(1024)}})).is_ok());
        assert_eq!(
            message(json!({"city": {"S": "x".repeat(1025)}})),
            text::SORT_KEY_TOO_LARGE
        );
    }

    #[test]
    fn an_update_is_judged_by_what_it_changed() {
        let old = item(&json!({"city": {"N": "1"}, "age": {"N": "1"}}));
        let new = item(&json!({"city": {"N": "1"}, "age": {"N": "2"}}));
        assert_eq!(check_updated(&definition(), &old, &new), Ok(()));
        let new = item(&json!({"city": {"N": "1"}, "age": {"S": "2"}}));
        assert_eq!(
            check_updated(&definition(), &old, &new),
            Err(Refusal::Type(text::INDEX_KEY_UPDATED_TYPE.to_owned()))
        );
        let new = item(&json!({"city": {"S": ""}}));
        assert!(matches!(
            check_updated(&definition(), &old, &new),
            Err(Refusal::Empty(message)) if message.ends_with("contain an empty string value.")
        ));
    }

    #[test]
    fn an_update_is_refused_for_what_the_request_alone_tells() {
        let refused = |text: &str, values: serde_json::Value| {
            check_update(&definition(), &update_of(text, &values))
        };
        let number = || json!({":n": {"N": "1"}});
        assert_eq!(
            refused("SET city = another, age = age + :n", number()),
            Ok(())
        );
        assert!(
            matches!(refused("SET city.a = :n, pk = :n", number()), Err(Refusal::PartOfKey(message)) if message.contains("attribute pk"))
        );
        for text in [
            "ADD city :n",
            "SET city = another + :n",
            "SET city = if_not_exists(another, :n)",
            "SET age.x = :n, city = :n",
        ] {
            assert!(
                matches!(refused(text, number()), Err(Refusal::Type(message)) if message.ends_with("Index Key city Expected: S Actual: N IndexName: a-index")),
                "{text}"
            );
        }
        assert_eq!(
            refused("SET another = age[1] + :n", number()),
            Err(Refusal::NotScalar(text::index_key_not_scalar("age")))
        );
        assert_eq!(
            refused("SET another = if_not_exists(sk.a, :n)", number()),
            Err(Refusal::NotScalar(text::key_not_scalar("sk")))
        );
    }
}
