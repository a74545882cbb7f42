//! JSON as it came in: a tree whose texts are the request's own bytes.
//!
//! ```text
//!   {"TableName":"pets","Key":{"owner":{"S":"Rachel"}}}
//!     └─ borrowed ─┘ └──┘                   └────┘       only a text with an escape in it is copied
//! ```
//!
//! A request is read once, looked through and dropped. So its objects are short lists in the order they were written, without a hash for
//! each name, and all of them lie in one [`Arena`] that is emptied as a whole: there is nothing to free one by one. Methods are
//! named as `serde_json`'s are. [`read`] makes a tree of a text.
//!
//! Invariant: an object has no name twice; of two members with one name the last one's value stands in the first one's place.

pub(super) mod plain;
mod read;

use std::collections::HashMap;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value};

pub use bumpalo::Bump as Arena;
use bumpalo::collections::Vec as ArenaVec;
pub use read::read;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number),
    String(&'a str),
    Array(&'a [Json<'a>]),
    Object(Object<'a>),
}

/// A JSON object: its members in the order they were written.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Object<'a>(&'a [(&'a str, Json<'a>)]);

impl<'a> Json<'a> {
    /// The same as a value that was made elsewhere.
    #[must_use]
    pub fn of(value: &'a Value, arena: &'a Arena) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::String(text),
            Value::Array(elements) => {
                let elements = elements.iter().map(|element| Self::of(element, arena));
                Self::Array(arena.alloc_slice_fill_iter(elements))
            }
            Value::Object(members) => Self::Object(Object::of(members, arena)),
        }
    }

    #[must_use]
    pub const fn as_str(&self) -> Option<&'a str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    #[must_use]
    pub const fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_number()?.as_u64()
    }

    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        self.as_number()?.as_f64()
    }

    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    #[must_use]
    pub const fn as_array(&self) -> Option<&'a [Json<'a>]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    #[must_use]
    pub const fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    #[must_use]
    pub const fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    #[must_use]
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }

    #[must_use]
    pub const fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    #[must_use]
    pub const fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    /// The member of an object; nothing for any other value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a Self> {
        self.as_object()?.get(name)
    }
}

impl<'a> Object<'a> {
    /// The same as an object that was made elsewhere.
    #[must_use]
    pub fn of(members: &'a Map<String, Value>, arena: &'a Arena) -> Self {
        let members = members
            .iter()
            .map(|(name, value)| (name.as_str(), Json::of(value, arena)));
        Self(arena.alloc_slice_fill_iter(members))
    }

    /// Of members whose names are all different.
    #[must_use]
    pub fn new(members: &'a [(&'a str, Json<'a>)]) -> Self {
        Self(members)
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a Json<'a>> {
        let mut members = self.0.iter();
        members
            .find(|(here, _)| *here == name)
            .map(|(_, value)| value)
    }

    /// The member of an object that has just one.
    #[must_use]
    pub const fn only(&self) -> Option<(&'a str, &'a Json<'a>)> {
        match self.0 {
            [(name, value)] => Some((name, value)),
            _ => None,
        }
    }

    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'a str, &'a Json<'a>)> + use<'a> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    #[must_use]
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        self.iter().map(|(name, _)| name)
    }

    #[must_use]
    pub fn values(&self) -> impl ExactSizeIterator<Item = &'a Json<'a>> + use<'a> {
        self.iter().map(|(_, value)| value)
    }
}

/// Of members, one for each name: of two the last value, in the first one's place.
fn keep_last<'a>(members: &mut ArenaVec<'a, (&'a str, Json<'a>)>) {
    /// Up to here looking at all pairs is quicker than a hash table.
    const FEW: usize = 16;
    if members.len() > FEW {
        return keep_last_of_many(members);
    }
    for at in (1..members.len()).rev() {
        let name = members[at].0;
        let mut before = members[..at].iter();
        if let Some(first) = before.rposition(|(here, _)| *here == name) {
            members[first].1 = members.remove(at).1;
        }
    }
}

fn keep_last_of_many<'a>(members: &mut ArenaVec<'a, (&'a str, Json<'a>)>) {
    let mut places = HashMap::with_capacity(members.len());
    let mut kept = 0;
    for at in 0..members.len() {
        let place = *places.entry(members[at].0).or_insert(kept);
        members.swap(place, at);
        kept = kept.max(place + 1);
    }
    members.truncate(kept);
}

/// Of a member that is known to be there.
impl<'a> std::ops::Index<&str> for Object<'a> {
    type Output = Json<'a>;

    fn index(&self, name: &str) -> &Json<'a> {
        self.get(name).expect("the member is there")
    }
}

impl<'a> IntoIterator for &Object<'a> {
    type Item = (&'a str, &'a Json<'a>);
    type IntoIter = std::iter::Map<
        std::slice::Iter<'a, (&'a str, Json<'a>)>,
        fn(&'a (&'a str, Json<'a>)) -> Self::Item,
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(name, value)| (*name, value))
    }
}

impl Json<'_> {
    /// For an answer that gives back what the request had.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Number(number) => Value::Number(number.clone()),
            Self::String(text) => Value::from(*text),
            Self::Array(elements) => elements.iter().map(Self::to_value).collect(),
            Self::Object(members) => members.to_value(),
        }
    }
}

impl Object<'_> {
    /// See [`Json::to_value`].
    #[must_use]
    pub fn to_value(&self) -> Value {
        let members = self.iter();
        members
            .map(|(name, value)| (name.to_owned(), value.to_value()))
            .collect()
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => to.serialize_unit(),
            Self::Bool(truth) => to.serialize_bool(*truth),
            Self::Number(number) => number.serialize(to),
            Self::String(text) => to.serialize_str(text),
            Self::Array(elements) => to.collect_seq(*elements),
            Self::Object(members) => to.collect_map(members),
        }
    }
}

impl fmt::Display for Json<'_> {
    /// As JSON, without white space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// Values that a test writes down: they stay until its process ends.
#[cfg(test)]
mod written {
    use super::{Arena, Json, Map, Object, Value};

    impl From<Value> for Json<'static> {
        fn from(value: Value) -> Self {
            Json::of(
                Box::leak(Box::new(value)),
                Box::leak(Box::new(Arena::new())),
            )
        }
    }

    impl From<&Value> for Json<'static> {
        fn from(value: &Value) -> Self {
            value.clone().into()
        }
    }

    impl From<&Map<String, Value>> for Object<'static> {
        fn from(members: &Map<String, Value>) -> Self {
            match Value::Object(members.clone()).into() {
                Json::Object(members) => members,
                other => unreachable!("{other:?} was an object"),
            }
        }
    }
}
