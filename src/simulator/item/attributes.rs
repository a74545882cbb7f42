//! Attributes by name: an item, and a map inside one.
//!
//! One sorted slice instead of a tree or a hash table: an item has few attributes, is read far more often than
//! written, and there may be a million of them.
//! Invariant: sorted by the bytes of the name, no name twice.

use std::borrow::Cow;

use super::{KeyRef, Name, Value};

/// Up to here looking at all names is quicker than a search.
const FEW: usize = 12;

/// A set of named values: an item, or the content of an `M` value.
///
/// A clone copies every value; share whole items as `Arc<Item>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item(Box<[(Name, Value)]>);

/// What has attributes by name: an item, or one as it is stored.
pub trait Attributes {
    /// Borrowed where it is there as a value already.
    fn attribute(&self, name: &Name) -> Option<Cow<'_, Value>>;

    /// An attribute that may be a key: nothing where it is not there, or of a type that no key has.
    fn key_value(&self, name: &str) -> Option<KeyRef<'_>>;
}

impl Attributes for Item {
    fn attribute(&self, name: &Name) -> Option<Cow<'_, Value>> {
        self.get_name(name).map(Cow::Borrowed)
    }

    fn key_value(&self, name: &str) -> Option<KeyRef<'_>> {
        KeyRef::of(self.get(name)?)
    }
}

impl Item {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn position(&self, name: &Name) -> Result<usize, usize> {
        self.0.binary_search_by(|(here, _)| here.cmp(name))
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        if self.0.len() > FEW {
            return self.get_name(&Name::new(name));
        }
        let name = name.as_bytes();
        let mut attributes = self.iter();
        attributes
            .find(|(here, _)| here.as_bytes() == name)
            .map(|(_, value)| value)
    }

    /// As [`Item::get`], for a name already in this room's form.
    #[must_use]
    pub fn get_name(&self, name: &Name) -> Option<&Value> {
        if self.0.len() <= FEW {
            let mut attributes = self.iter();
            return attributes
                .find(|(here, _)| *here == name)
                .map(|(_, value)| value);
        }
        self.position(name).ok().map(|at| &self.0[at].1)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.position(&Name::new(name))
            .ok()
            .map(|at| &mut self.0[at].1)
    }

    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.position(&Name::new(name)).is_ok()
    }

    /// Puts a value under a name and returns what was there.
    pub fn set(&mut self, name: impl Into<Name>, value: Value) -> Option<Value> {
        let name = name.into();
        match self.position(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                let mut attributes = std::mem::take(&mut self.0).into_vec();
                attributes.reserve_exact(1);
                attributes.insert(at, (name, value));
                self.0 = attributes.into_boxed_slice();
                None
            }
        }
    }

    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.position(&Name::new(name)).ok()?;
        let mut attributes = std::mem::take(&mut self.0).into_vec();
        let (_, value) = attributes.remove(at);
        self.0 = attributes.into_boxed_slice();
        Some(value)
    }

    /// How many attributes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The attributes in the order of their names' bytes.
    #[must_use = "an iterator does nothing until it is used"]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Name, &Value)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// The item's size in bytes as DynamoDB counts it: names and values. The 400 KB limit, capacity and pages rest on it.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.iter()
            .map(|(name, value)| name.len() as u64 + value.size())
            .sum()
    }
}

impl From<Vec<(Name, Value)>> for Item {
    /// Of attributes whose names are all different.
    fn from(mut attributes: Vec<(Name, Value)>) -> Self {
        if !attributes.is_sorted_by(|(a, _), (b, _)| a <= b) {
            attributes.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        }
        debug_assert!(attributes.is_sorted_by(|(a, _), (b, _)| a < b));
        Self(attributes.into_boxed_slice())
    }
}

impl FromIterator<(Name, Value)> for Item {
    /// Where a name comes twice, the last one stays.
    fn from_iter<I: IntoIterator<Item = (Name, Value)>>(attributes: I) -> Self {
        let mut attributes: Vec<_> = attributes.into_iter().collect();
        attributes.reverse();
        attributes.sort_by(|(a, _), (b, _)| a.cmp(b));
        attributes.dedup_by(|(a, _), (b, _)| a == b);
        Self(attributes.into_boxed_slice())
    }
}

impl IntoIterator for Item {
    type Item = (Name, Value);
    type IntoIter = std::vec::IntoIter<(Name, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_vec().into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> Value {
        Value::S(text.into())
    }

    #[test]
    fn attributes_are_found_replaced_and_removed_by_name() {
        let mut item = Item::new();
        assert_eq!(item.set("b", string("1")), None);
        assert_eq!(item.set("a", string("2")), None);
        assert_eq!(item.set("a rather long attribute name", string("3")), None);
        assert_eq!(item.set("b", string("4")), Some(string("1")));
        let names: Vec<_> = item.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "a rather long attribute name", "b"]);
        assert_eq!(item.get("b"), Some(&string("4")));
        assert_eq!(item.remove("a"), Some(string("2")));
        assert_eq!(item.remove("a"), None);
        assert_eq!(item.len(), 2);
    }

    #[test]
    fn of_two_attributes_with_one_name_the_last_stays() {
        let item: Item = [("a", "1"), ("b", "2"), ("a", "3")]
            .map(|(name, text)| (Name::new(name), string(text)))
            .into_iter()
            .collect();
        assert_eq!(item.get("a"), Some(&string("3")));
        assert_eq!(item.len(), 2);
    }
}
