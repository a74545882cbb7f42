//! Key schemas, and the attribute definitions that give their attributes types.

use std::collections::HashSet;

use crate::simulator::json::Json;

use crate::simulator::item::KeyType;
use crate::simulator::table::definition::{KeyAttribute, KeySchema};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::list;
use crate::simulator::wire::text::{self, table as words};

use super::text_of;

/// `AttributeDefinitions` in the request's order.
#[derive(Debug)]
pub struct Definitions<'a>(Vec<(&'a str, KeyType)>);

impl<'a> Definitions<'a> {
    #[must_use]
    pub fn read(members: &'a Members) -> Self {
        let defined = list(members, "AttributeDefinitions")
            .into_iter()
            .flatten()
            .filter_map(|one| {
                let key_type = KeyType::named(text_of(one, "AttributeType")?)?;
                Some((text_of(one, "AttributeName")?, key_type))
            })
            .collect();
        Self(defined)
    }

    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(|&(name, _)| name)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Nothing is defined twice, not even alike.
    ///
    /// # Errors
    /// For the first that is.
    pub fn check_distinct(&self) -> Answer<()> {
        let mut seen = HashSet::new();
        match self.names().find(|&name| !seen.insert(name)) {
            Some(name) => Err(ServiceError::validation(words::attribute_defined_twice(
                name,
            ))),
            None => Ok(()),
        }
    }

    /// The attribute with its type.
    #[must_use]
    pub fn typed(&self, name: &str) -> Option<KeyAttribute> {
        self.0
            .iter()
            .find(|(defined, _)| *defined == name)
            .map(|&(_, key_type)| KeyAttribute {
                name: name.to_owned(),
                key_type,
            })
    }
}

/// `KeyType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Hash,
    Range,
}

/// A `KeySchema` whose members were checked.
#[derive(Debug)]
pub struct Schema<'a>(Vec<(&'a str, Role)>);

impl<'a> Schema<'a> {
    #[must_use]
    pub fn read(members: &'a Members) -> Self {
        let elements = list(members, "KeySchema")
            .into_iter()
            .flatten()
            .filter_map(|one: &Json<'_>| {
                let role = match text_of(one, "KeyType")? {
                    "HASH" => Role::Hash,
                    _ => Role::Range,
                };
                Some((text_of(one, "AttributeName")?, role))
            })
            .collect();
        Self(elements)
    }

    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(|&(name, _)| name)
    }

    /// The attributes of one role, in order, with their types.
    #[must_use]
    pub fn attributes(&self, role: Role, definitions: &Definitions<'_>) -> Vec<KeyAttribute> {
        self.0
            .iter()
            .filter(|(_, one)| *one == role)
            .filter_map(|(name, _)| definitions.typed(name))
            .collect()
    }

    /// One partition key attribute, and perhaps one sort key attribute: tables and local indexes.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn check_pair(&self) -> Answer<()> {
        let refuse = |why: &str| Err(ServiceError::validation(why));
        if self.0.first().is_some_and(|first| first.1 != Role::Hash) {
            return refuse(text::FIRST_KEY_NOT_HASH);
        }
        if self.0.len() == 2 && self.0[0].0 == self.0[1].0 {
            return refuse(words::SAME_KEY_TWICE);
        }
        if self.0.get(1).is_some_and(|second| second.1 != Role::Range) {
            return refuse(text::SECOND_KEY_NOT_RANGE);
        }
        Ok(())
    }

    /// Up to four attributes of each role, partition key first: global indexes.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn check_multiple(&self) -> Answer<()> {
        let refuse = |why: String| Err(ServiceError::validation(why));
        if self.0.first().is_some_and(|first| first.1 != Role::Hash) {
            return refuse(text::FIRST_KEY_NOT_HASH.to_owned());
        }
        if let [hash, range] = self.0[..]
            && range.1 == Role::Range
            && hash.0 == range.0
        {
            return refuse(words::SAME_KEY_TWICE.to_owned());
        }
        let mut seen = HashSet::new();
        if !self.names().all(|name| seen.insert(name)) {
            return refuse(words::KEY_ATTRIBUTE_TWICE.to_owned());
        }
        if self
            .0
            .windows(2)
            .any(|two| two[0].1 == Role::Range && two[1].1 == Role::Hash)
        {
            return refuse(words::HASH_AFTER_RANGE.to_owned());
        }
        for (role, name) in [(Role::Hash, "HASH"), (Role::Range, "RANGE")] {
            let attributes = self.0.iter().filter(|(_, one)| *one == role).count();
            if attributes > crate::simulator::table::index::MAX_KEY_ATTRIBUTES {
                return refuse(words::too_many_key_attributes(name));
            }
        }
        Ok(())
    }

    /// Every attribute must be defined.
    ///
    /// # Errors
    /// The lists of both, or a shorter text where there are fewer definitions than key attributes (observed).
    pub fn check_defined(&self, definitions: &Definitions<'_>) -> Answer<()> {
        if self.names().all(|name| definitions.typed(name).is_some()) {
            return Ok(());
        }
        let keys = sized_hash_order(self.names());
        let defined: Vec<&str> = definitions.names().collect();
        Err(ServiceError::validation(if defined.len() < keys.len() {
            text::KEY_WITHOUT_DEFINITION.to_owned()
        } else {
            text::key_not_defined(
                &keys.join(", "),
                &sized_hash_order(defined.into_iter()).join(", "),
            )
        }))
    }

    /// The element in front, and whether there is another.
    #[must_use]
    pub fn first(&self) -> Option<&'a str> {
        self.0.first().map(|&(name, _)| name)
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// The table's own key.
///
/// # Errors
/// What is wrong with it, in DynamoDB's order: attributes without a definition before the form.
pub fn table_key(schema: &Schema<'_>, definitions: &Definitions<'_>) -> Answer<KeySchema> {
    // One definition for an attribute that is named twice is one too few; where there are two, the form is what is wrong (observed).
    let too_few = definitions.0.len() < schema.len();
    let undefined = schema.names().any(|name| definitions.typed(name).is_none());
    if schema.len() > 1 && (too_few || undefined) {
        return Err(ServiceError::validation(text::KEY_WITHOUT_DEFINITION));
    }
    schema.check_defined(definitions)?;
    schema.check_pair()?;
    let mut partition = schema.attributes(Role::Hash, definitions);
    Ok(KeySchema {
        partition: partition.remove(0),
        sort: schema.attributes(Role::Range, definitions).pop(),
    })
}

/// Names in the order of a Java hash table that was made for as many as there are.
///
/// `DynamoDB` lists names in its complaints as such tables give them: buckets by `String.hashCode()`, folded, names of
/// one bucket as they came. Observed for lists of one to sixteen names, and reproduced by an emulator that was
/// checked against it (dynoxide).
#[must_use]
pub fn sized_hash_order<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let names = unique(names);
    let buckets = names.len().max(1).next_power_of_two();
    hash_order(names, buckets)
}

/// The same of a table that was made without a size: sixteen buckets.
#[must_use]
pub fn default_hash_order<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    hash_order(unique(names), 16)
}

fn unique<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    names.filter(|&name| seen.insert(name)).collect()
}

fn hash_order(mut names: Vec<&str>, mut buckets: usize) -> Vec<&str> {
    // A table doubles when it is more than three quarters full.
    while names.len() * 4 > buckets * 3 {
        buckets *= 2;
    }
    names.sort_by_key(|name| {
        let hash = name.encode_utf16().fold(0_u32, |hash, unit| {
            hash.wrapping_mul(31).wrapping_add(u32::from(unit))
        });
        (hash ^ (hash >> 16)) as usize & (buckets - 1)
    });
    names
}
