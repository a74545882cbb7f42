//! Strings, small.
//!
//! Most strings of most items are a name, a date, a state. Up to 22 bytes of UTF-8 live inside the value itself, which is no larger
//! for it; longer ones are boxed.
//!
//! ```text
//!   24 bytes   │ tag │ length │ up to 22 bytes of text … │
//!              │ tag │        … │ pointer │ length │         longer texts
//! ```
//!
//! Invariant: the bytes are UTF-8, and a text has one representation (short ones are never boxed).

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use serde::{Serialize, Serializer};

/// The longest text that needs no allocation, in bytes.
const SHORT: usize = 22;

/// UTF-8, ordered by its bytes.
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Box<str>),
}

impl Text {
    /// The short form of a text, or nothing for a longer one.
    fn in_short(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; SHORT];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        let length = u8::try_from(text.len()).ok()?;
        Some(Self(Repr::Short { length, bytes }))
    }

    /// Of bytes that are known to be UTF-8.
    pub(super) fn of_utf8(bytes: &[u8]) -> Self {
        Self::in_short(bytes).unwrap_or_else(|| {
            let text = std::str::from_utf8(bytes).expect("the bytes are UTF-8");
            Self(Repr::Long(text.into()))
        })
    }

    /// The bytes of the short form, with zeros behind them, and how many they are.
    pub(super) fn short(&self) -> Option<(&[u8; SHORT], usize)> {
        match &self.0 {
            Repr::Short { length, bytes } => Some((bytes, usize::from(*length))),
            Repr::Long(_) => None,
        }
    }

    /// Become another text, where it is: a short one is not made elsewhere and moved.
    pub fn assign(&mut self, text: &str) {
        *self = Self::default();
        match &mut self.0 {
            Repr::Short { length, bytes } if text.len() <= SHORT => {
                *length = u8::try_from(text.len()).expect("at most SHORT");
                bytes[..text.len()].copy_from_slice(text.as_bytes());
            }
            _ => *self = text.into(),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        self
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Short { length, bytes } => &bytes[..usize::from(*length)],
            Repr::Long(text) => text.as_bytes(),
        }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for Text {
    fn default() -> Self {
        Self(Repr::Short {
            length: 0,
            bytes: [0; SHORT],
        })
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            Repr::Short { length, bytes } => std::str::from_utf8(&bytes[..usize::from(*length)])
                .expect("a short text was copied from a str"),
            Repr::Long(text) => text,
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::in_short(text.as_bytes()).unwrap_or_else(|| Self(Repr::Long(text.into())))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::in_short(text.as_bytes()).unwrap_or_else(|| Self(Repr::Long(text.into())))
    }
}

impl From<Box<str>> for Text {
    fn from(text: Box<str>) -> Self {
        Self::in_short(text.as_bytes()).unwrap_or(Self(Repr::Long(text)))
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

/// Texts and `str` are ordered and hashed alike, so a map of texts can be asked for one.
impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_texts_keep_their_bytes_and_order() {
        let mut assigned = Text::default();
        for text in [
            "",
            "Rachel",
            "twenty-two bytes, just",
            "twenty-three bytes, long",
            "größer",
        ] {
            assert_eq!(&*Text::from(text), text);
            assert_eq!(Text::from(text.to_owned()), Text::from(text));
            assert_eq!(Text::from(Box::from(text)).len(), text.len());
            assigned.assign(text);
            assert_eq!(assigned, Text::from(text));
        }
        assert!(matches!(
            Text::from("twenty-two bytes, just").0,
            Repr::Short { .. }
        ));
        let [short, long] = ["b", "a text that is longer than the others"].map(Text::from);
        assert!(short > long);
    }
}
