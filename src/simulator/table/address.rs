//! Where an item lives: the bytes that order a partition.
//!
//! ```text
//!   ┌────────────┬───────────┬──────────────────┬──────────────────────────┐
//!   │ hash, 8 BE │ length, 2 │ partition key    │ sort key, in order bytes │
//!   └────────────┴───────────┴──────────────────┴──────────────────────────┘
//!   └──────────── prefix: one item collection ──┘
//! ```
//!
//! Compared as bytes, items lie by hash, the items of one partition key lie together, and within them in
//! sort-key order. The length keeps a partition key from running into a sort key.
//!
//! An index's entries have addresses of the same form. Their sort part is the index's sort key and then the table's primary
//! key, because several items may share an index key; each component is escaped and ended, so that a short one sorts
//! before a longer one that begins with it, whatever follows. Entries of a global index with the same index key lie by the hash of
//! the whole primary key (observed):
//!
//! ```text
//!   sort part of an entry   │ index sort key ␀ │ … │ hash, 8 BE │ partition key ␀ │ sort key ␀ │   ␀ = 00 01, a 00 inside = 00 FF
//!                                                  └── global ──┘
//! ```
//!
//! Invariant: two items have the same address exactly when they have the same primary key; two entries of an index, when they have
//! the same index key and the same primary key.

use crate::simulator::item::bytes::Bytes;
use crate::simulator::item::{KeyRef, KeyType, KeyValue};

use super::Key;
use super::definition::KeySchema;
use super::hash::HashChoice;
use super::index::{Index, IndexKey};

/// Bytes of the hash at the front of an address.
pub const HASH_BYTES: usize = 8;

/// Ends a component of an index's sort part.
pub const END: [u8; 2] = [0, 1];

/// Appends a component of an index's sort part without its end: all addresses that begin with it have that component or
/// one that begins with it.
pub fn push_escaped(bytes: &mut Vec<u8>, component: &[u8]) {
    for &byte in component {
        bytes.push(byte);
        if byte == 0 {
            bytes.push(u8::MAX);
        }
    }
}

/// The address of an item, or of a whole collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub hash: u64,
    bytes: Bytes,
    prefix: usize,
}

/// The bytes of a partition key that are hashed: for a number its canonical text, as a person would write it, or the pairs of
/// digits that the observed function takes.
#[must_use]
pub fn hashed_bytes(choice: HashChoice, key: &KeyValue) -> Bytes {
    match key {
        KeyValue::S(text) => text.as_bytes().into(),
        KeyValue::N(number) if choice == HashChoice::Md5Outliers => (&*number.pair_bytes()).into(),
        KeyValue::N(number) => number.text().as_bytes().into(),
        KeyValue::B(bytes) => (&**bytes).into(),
    }
}

/// The byte that is hashed before the key's own bytes.
const fn tag(key_type: KeyType) -> u8 {
    match key_type {
        KeyType::S => b'S',
        KeyType::N => b'N',
        KeyType::B => b'B',
    }
}

/// The hash of a partition key.
#[must_use]
pub fn hash_of(choice: HashChoice, key: &KeyRef<'_>) -> u64 {
    match (key, choice) {
        (KeyRef::S(bytes) | KeyRef::B(bytes), _) => choice.hash(tag(key.key_type()), bytes),
        (KeyRef::N(number), HashChoice::Md5Outliers) => {
            choice.hash(tag(KeyType::N), &number.pair_bytes())
        }
        (KeyRef::N(number), _) => choice.hash(tag(KeyType::N), number.text().as_bytes()),
    }
}

/// The hash of a whole primary key, by which entries with the same key of a global index lie.
fn hash_of_key(choice: HashChoice, key: &Key) -> u64 {
    let mut bytes = hashed_bytes(choice, &key.partition).to_vec();
    if let Some(sort) = &key.sort {
        bytes.extend_from_slice(&hashed_bytes(choice, sort));
    }
    choice.hash(b'K', &bytes)
}

impl Address {
    #[must_use]
    pub fn new(choice: HashChoice, partition: &KeyRef<'_>, sort: Option<&KeyRef<'_>>) -> Self {
        let hash = hash_of(choice, partition);
        let key = partition.order_bytes();
        let length = u16::try_from(key.len()).expect("a partition key has at most 2048 bytes");
        let sort = sort.map(KeyRef::order_bytes);
        let sort = sort.as_deref().unwrap_or_default();
        Self {
            hash,
            bytes: Bytes::joined([&hash.to_be_bytes(), &length.to_be_bytes(), &key, sort]),
            prefix: HASH_BYTES + 2 + key.len(),
        }
    }

    /// The address of an index's entry for the item with the primary key `base`.
    #[must_use]
    pub fn in_index(choice: HashChoice, index: &Index, key: &IndexKey, base: &Key) -> Self {
        let collection = Self::of_index_collection(choice, &key.partition);
        let mut bytes = collection.bytes.to_vec();
        let push = |bytes: &mut Vec<u8>, component: &KeyValue| {
            push_escaped(bytes, &component.order_bytes());
            bytes.extend_from_slice(&END);
        };
        for component in &key.sort {
            push(&mut bytes, component);
        }
        if index.is_global() {
            let hash = hash_of_key(choice, base);
            bytes.extend_from_slice(&hash.to_be_bytes());
        }
        for component in std::iter::once(&base.partition).chain(&base.sort) {
            push(&mut bytes, component);
        }
        Self {
            bytes: bytes.into(),
            ..collection
        }
    }

    /// The part that all entries with one index partition key share, whose attributes' values are given in order.
    #[must_use]
    pub fn of_index_collection(choice: HashChoice, partition: &[KeyValue]) -> Self {
        if let [only] = partition {
            return Self::new(choice, &only.by_ref(), None);
        }
        // Several attributes are hashed together, each with its type and length, so that ("a", "bc") is not ("ab", "c").
        let mut key = Vec::new();
        for one in partition {
            let bytes = one.order_bytes();
            key.push(tag(one.key_type()));
            let length =
                u16::try_from(bytes.len()).expect("a key attribute has at most 2048 bytes");
            key.extend_from_slice(&length.to_be_bytes());
            key.extend_from_slice(&bytes);
        }
        let hash = choice.hash(b'M', &key);
        let length =
            u16::try_from(key.len()).expect("four key attributes have at most 8,204 bytes");
        Self {
            hash,
            bytes: Bytes::joined([&hash.to_be_bytes(), &length.to_be_bytes(), &key]),
            prefix: HASH_BYTES + 2 + key.len(),
        }
    }

    /// Of an item's primary key.
    #[must_use]
    pub fn of(choice: HashChoice, key: &Key) -> Self {
        let sort = key.sort.as_ref().map(KeyValue::by_ref);
        Self::new(choice, &key.partition.by_ref(), sort.as_ref())
    }

    /// All of it: one item.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Whether it has no sort part: a collection of one item, or a whole one.
    #[must_use]
    pub fn is_collection(&self) -> bool {
        self.prefix == self.bytes.len()
    }

    /// The part that a collection shares.
    #[must_use]
    pub fn prefix(&self) -> &[u8] {
        &self.bytes[..self.prefix]
    }

    /// The partition key in the prefix; of several attributes the bytes that are hashed.
    #[must_use]
    pub fn partition_key_bytes(&self) -> &[u8] {
        &self.prefix()[10..]
    }
}

/// The types of a table's key attributes: with them an address can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTypes {
    pub partition: KeyType,
    pub sort: Option<KeyType>,
}

impl From<&KeySchema> for KeyTypes {
    fn from(schema: &KeySchema) -> Self {
        Self {
            partition: schema.partition.key_type,
            sort: schema.sort.as_ref().map(|sort| sort.key_type),
        }
    }
}

/// The primary key of the item that has an address in bytes.
///
/// # Panics
/// Of bytes that are not the address of an item whose key has these types.
#[must_use]
pub fn key_in(address: &[u8], types: KeyTypes) -> Key {
    let (length, rest) = address[HASH_BYTES..]
        .split_first_chunk()
        .expect("behind the hash is the length of the partition key");
    let (partition, sort) = rest.split_at(usize::from(u16::from_be_bytes(*length)));
    Key {
        partition: KeyValue::of_order(types.partition, partition),
        sort: types
            .sort
            .map(|key_type| KeyValue::of_order(key_type, sort)),
    }
}

/// The hash at the front of an address in bytes.
#[must_use]
pub fn hash_in(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().map(|hash| u64::from_be_bytes(*hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::item::samples;
    use proptest::prelude::*;

    /// The order of a Scan of a real table with numbers for keys, as dynalite has it.
    #[test]
    fn numbers_lie_in_the_observed_order() {
        let texts = [
            "7", "999.9", "8", "3", "2", "-999.9", "9", "4", "-0.09", "6", "1", "0", "0.012345",
            "5",
        ];
        let hashes = texts.map(|text| {
            let number = text.parse().expect("a number");
            hash_of(HashChoice::Md5Outliers, &KeyRef::N(number))
        });
        assert!(hashes.is_sorted(), "{hashes:x?}");
    }

    fn key_value() -> impl Strategy<Value = KeyValue> {
        prop_oneof![
            "\\PC{1,40}".prop_map(|text| KeyValue::S(text.into())),
            samples::number().prop_map(KeyValue::N),
            prop::collection::vec(any::<u8>(), 1..40).prop_map(|bytes| KeyValue::B(bytes.into())),
        ]
    }

    proptest! {
        #[test]
        fn an_address_is_read_back(partition in key_value(), sort in prop::option::of(key_value())) {
            let sort_ref = sort.as_ref().map(KeyValue::by_ref);
            let address = Address::new(HashChoice::default(), &partition.by_ref(), sort_ref.as_ref());
            let types = KeyTypes {
                partition: partition.key_type(),
                sort: sort.as_ref().map(KeyValue::key_type),
            };
            prop_assert_eq!(key_in(address.bytes(), types), Key { partition, sort });
        }
    }
}
