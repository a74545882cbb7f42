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
//! Invariant: two items have the same address exactly when they have the same primary key.

use crate::simulator::item::{KeyType, KeyValue};

use super::hash::HashChoice;

/// The address of an item, or of a whole collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub hash: u64,
    bytes: Vec<u8>,
    prefix: usize,
}

/// The bytes of a partition key that are hashed: for a number its canonical text, as a person would write it.
#[must_use]
pub fn hashed_bytes(key: &KeyValue) -> Vec<u8> {
    match key {
        KeyValue::S(text) => text.as_bytes().to_vec(),
        KeyValue::N(number) => number.to_string().into_bytes(),
        KeyValue::B(bytes) => bytes.to_vec(),
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
pub fn hash_of(choice: HashChoice, key: &KeyValue) -> u64 {
    match key {
        KeyValue::S(text) => choice.hash(tag(KeyType::S), text.as_bytes()),
        KeyValue::N(number) => choice.hash(tag(KeyType::N), number.to_string().as_bytes()),
        KeyValue::B(bytes) => choice.hash(tag(KeyType::B), bytes),
    }
}

impl Address {
    #[must_use]
    pub fn new(choice: HashChoice, partition: &KeyValue, sort: Option<&KeyValue>) -> Self {
        let hash = hash_of(choice, partition);
        let key = partition.order_bytes();
        let sort = sort.map(KeyValue::order_bytes);
        let mut bytes =
            Vec::with_capacity(10 + key.len() + sort.as_ref().map_or(0, |sort| sort.len()));
        bytes.extend_from_slice(&hash.to_be_bytes());
        let length = u16::try_from(key.len()).expect("a partition key has at most 2048 bytes");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(&key);
        let prefix = bytes.len();
        if let Some(sort) = sort {
            bytes.extend_from_slice(&sort);
        }
        Self {
            hash,
            bytes,
            prefix,
        }
    }

    /// All of it: one item.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The part that a collection shares.
    #[must_use]
    pub fn prefix(&self) -> &[u8] {
        &self.bytes[..self.prefix]
    }

    /// The address of another sort key in the same collection.
    #[must_use]
    pub fn with_sort_bytes(&self, sort: &[u8]) -> Vec<u8> {
        [self.prefix(), sort].concat()
    }
}

/// The hash at the front of an address in bytes.
#[must_use]
pub fn hash_in(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().map(|hash| u64::from_be_bytes(*hash))
}
