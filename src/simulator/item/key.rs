//! The values a key may have: strings, numbers and bytes, in key order. A [`KeyValue`] is kept, a [`KeyRef`] is where a request or an item
//! has it.
//!
//! Invariant: within one type, `Ord` is the order in which DynamoDB keeps a collection's items: strings by their UTF-8 bytes, numbers
//! by value, binary by unsigned bytes. [`KeyValue::order_bytes`] sorts the same way.

use std::borrow::Cow;
use std::ops::Deref;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::bytes::Bytes;
use super::{Number, Text, Type, Value};

/// The type of a key attribute, as `AttributeDefinitions` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyType {
    S,
    N,
    B,
}

impl KeyType {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::S, Self::N, Self::B]
            .into_iter()
            .find(|one| one.name() == name)
    }

    #[must_use]
    pub const fn value_type(self) -> Type {
        match self {
            Self::S => Type::S,
            Self::N => Type::N,
            Self::B => Type::B,
        }
    }
}

/// See [`KeyValue::order_bytes`].
#[derive(Debug)]
pub enum OrderBytes<'k> {
    /// The key's own.
    Its(&'k [u8]),
    Made(Bytes),
}

impl Deref for OrderBytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Its(bytes) => bytes,
            Self::Made(bytes) => bytes,
        }
    }
}

/// The value of a partition key or sort key.
///
/// `Ord` between values of different types is only there so that a map can hold them: a key attribute has one type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyValue {
    S(Text),
    N(Number),
    B(Box<[u8]>),
}

/// The value of a key where it lies, in a request, an item or a [`KeyValue`]: most are only looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyRef<'k> {
    /// UTF-8: whoever makes one of bytes has them of a text.
    S(Cow<'k, [u8]>),
    N(Number),
    B(Cow<'k, [u8]>),
}

impl<'k> KeyRef<'k> {
    /// The key that a value is, or nothing if its type can't be a key's.
    #[must_use]
    pub fn of(value: &'k Value) -> Option<Self> {
        match value {
            Value::S(text) => Some(Self::S(text.as_bytes().into())),
            Value::N(number) => Some(Self::N(*number)),
            Value::B(bytes) => Some(Self::B((&**bytes).into())),
            _ => None,
        }
    }

    /// The same, that needs nothing else to be there.
    #[must_use]
    pub fn detached(self) -> KeyRef<'static> {
        match self {
            Self::S(text) => KeyRef::S(text.into_owned().into()),
            Self::N(number) => KeyRef::N(number),
            Self::B(bytes) => KeyRef::B(bytes.into_owned().into()),
        }
    }

    /// The same, to be kept.
    #[must_use]
    pub fn to_key(&self) -> KeyValue {
        match self {
            Self::S(text) => KeyValue::S(Text::of_utf8(text)),
            Self::N(number) => KeyValue::N(*number),
            Self::B(bytes) => KeyValue::B((&**bytes).into()),
        }
    }

    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        match self {
            Self::S(_) => KeyType::S,
            Self::N(_) => KeyType::N,
            Self::B(_) => KeyType::B,
        }
    }

    /// As [`KeyValue::order_bytes`].
    #[must_use]
    pub fn order_bytes(&self) -> OrderBytes<'_> {
        match self {
            Self::S(bytes) | Self::B(bytes) => OrderBytes::Its(bytes),
            Self::N(number) => OrderBytes::Made(number.order_bytes()),
        }
    }

    /// Length in bytes as the limits on keys count it (2048 for a partition key, 1024 for a sort key).
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            Self::S(bytes) | Self::B(bytes) => bytes.len() as u64,
            Self::N(number) => number.size(),
        }
    }

    /// Whether it is an empty string or empty binary value, which no key may be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::S(bytes) | Self::B(bytes) => bytes.is_empty(),
            Self::N(_) => false,
        }
    }
}

impl KeyValue {
    /// The key that a value is, or nothing if its type can't be a key's.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        KeyRef::of(value).map(|key| key.to_key())
    }

    /// The same, where it is.
    #[must_use]
    pub fn by_ref(&self) -> KeyRef<'_> {
        match self {
            Self::S(text) => KeyRef::S(text.as_bytes().into()),
            Self::N(number) => KeyRef::N(*number),
            Self::B(bytes) => KeyRef::B((&**bytes).into()),
        }
    }

    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            Self::S(text) => Value::S(text.clone()),
            Self::N(number) => Value::N(*number),
            Self::B(bytes) => Value::B(bytes.clone()),
        }
    }

    #[must_use]
    pub fn key_type(&self) -> KeyType {
        self.by_ref().key_type()
    }

    /// Bytes that sort as the keys of one type do, the same for equal keys (`1` and `1.0`): for hashing, for ordered
    /// storage and for the journal. They carry no type tag.
    #[must_use]
    pub fn order_bytes(&self) -> OrderBytes<'_> {
        match self {
            Self::S(text) => OrderBytes::Its(text.as_bytes()),
            Self::N(number) => OrderBytes::Made(number.order_bytes()),
            Self::B(bytes) => OrderBytes::Its(bytes),
        }
    }

    /// The key of a type that has these [`KeyValue::order_bytes`].
    ///
    /// # Panics
    /// Of bytes that no key of the type has.
    #[must_use]
    pub fn of_order(key_type: KeyType, bytes: &[u8]) -> Self {
        match key_type {
            KeyType::S => Self::S(Text::of_utf8(bytes)),
            KeyType::N => Self::N(Number::of_order(bytes)),
            KeyType::B => Self::B(bytes.into()),
        }
    }

    /// As [`KeyRef::size`].
    #[must_use]
    pub fn size(&self) -> u64 {
        self.by_ref().size()
    }

    /// As [`KeyRef::is_empty`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_ref().is_empty()
    }

    /// The key as a person would write it: text, number, or base64. Foreign text: pass it through `printable` before it is drawn.
    #[must_use]
    pub fn person(&self) -> Text {
        match self {
            Self::S(text) => text.clone(),
            Self::N(number) => number.text(),
            Self::B(bytes) => STANDARD.encode(bytes).into(),
        }
    }
}
