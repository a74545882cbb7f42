//! Attribute names, small.
//!
//! A table repeats its attribute names in every item. Names of up to 14 bytes, nearly all of them, live inside the
//! item itself; longer ones are boxed.
//! Invariant: the bytes are UTF-8, and a name has one representation (short ones are never boxed), so equality of
//! names is equality of bytes.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The longest name that needs no allocation, in bytes.
const SHORT: usize = 14;

/// The name of an attribute: UTF-8, ordered by its bytes.
#[derive(Clone)]
pub struct Name(Repr);

#[derive(Clone)]
enum Repr {
    Short { length: u8, bytes: [u8; SHORT] },
    // Boxed twice on purpose: one word instead of two keeps a name at 16 bytes.
    Long(Box<Box<str>>),
}

impl Name {
    #[must_use]
    pub fn new(text: &str) -> Self {
        if text.len() > SHORT {
            return Self(Repr::Long(Box::new(text.into())));
        }
        let mut bytes = [0; SHORT];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        let length = u8::try_from(text.len()).expect("a short name has at most 14 bytes");
        Self(Repr::Short { length, bytes })
    }

    /// The short form: its bytes, with zeros behind them, and how many they are.
    pub(super) fn short(&self) -> Option<(&[u8; SHORT], usize)> {
        match &self.0 {
            Repr::Short { length, bytes } => Some((bytes, usize::from(*length))),
            Repr::Long(_) => None,
        }
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Short { length, bytes } => &bytes[..usize::from(*length)],
            Repr::Long(text) => text.as_bytes(),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Short { length, bytes } => std::str::from_utf8(&bytes[..usize::from(*length)])
                .expect("a short name was copied from a str"),
            Repr::Long(text) => text,
        }
    }

    /// Length in UTF-8 bytes, which is what an item's size counts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// The first eight bytes of a short name as a number, and the last eight, which overlap them: numbers are compared in a step.
fn first(bytes: &[u8; SHORT]) -> u64 {
    u64::from_be_bytes(*bytes.first_chunk().expect("14 bytes have 8"))
}

fn last(bytes: &[u8; SHORT]) -> u64 {
    u64::from_be_bytes(*bytes.last_chunk().expect("14 bytes have 8"))
}

impl PartialEq for Name {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self.short(), other.short()) {
            (Some((here, length)), Some((there, other))) => {
                length == other && first(here) == first(there) && last(here) == last(there)
            }
            (None, None) => self.as_bytes() == other.as_bytes(),
            _ => false,
        }
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.short(), other.short()) {
            // Zeros behind a shorter name can make it equal to a longer one: then the lengths decide.
            (Some((here, length)), Some((there, other))) => first(here)
                .cmp(&first(there))
                .then_with(|| last(here).cmp(&last(there)))
                .then_with(|| length.cmp(&other)),
            _ => self.as_bytes().cmp(other.as_bytes()),
        }
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_takes_sixteen_bytes() {
        assert_eq!(size_of::<Name>(), 16);
    }

    #[test]
    fn short_and_long_names_keep_their_text_and_order() {
        for text in [
            "",
            "id",
            "fourteen bytes",
            "fifteen bytes !",
            "größe",
            "a very long attribute name indeed",
        ] {
            assert_eq!(Name::new(text).as_str(), text);
            assert_eq!(Name::new(text).len(), text.len());
        }
        assert!(Name::new("fourteen bytes") < Name::new("fourteen bytes!"));
        assert!(Name::new("zz") > Name::new("a very long attribute name indeed"));
    }

    proptest! {
        #[test]
        fn names_are_in_the_order_of_their_bytes(a in "[a\u{0}é]{0,3}(bcdefghij)?[a\u{0}]{0,5}", b in "[a\u{0}é]{0,3}(bcdefghij)?[a\u{0}]{0,5}") {
            prop_assert_eq!(Name::new(&a).cmp(&Name::new(&b)), a.as_bytes().cmp(b.as_bytes()));
            prop_assert_eq!(Name::new(&a) == Name::new(&b), a == b);
        }
    }
}
