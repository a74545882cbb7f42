//! A primary key as an author or a learner writes it, and what a demonstration's table looks like.
//!
//! ```text
//!   table without a sort key    Beeba            partition key Beeba
//!   table with a sort key       Rachel / Beeba   partition key Rachel, sort key Beeba
//!                               Rachel           partition key Rachel, no sort key: the service has words for that
//!                               / Beeba          no partition key
//! ```
//!
//! Invariant: what was written is kept to the letter; only DynamoDB says whether it is a key.

use std::fmt;

/// Between partition key and sort key.
pub const BETWEEN: &str = " / ";

/// The values of a primary key; `None` where an item comes without one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyText {
    pub partition: Option<String>,
    pub sort: Option<String>,
}

impl KeyText {
    /// A partition key alone.
    #[must_use]
    pub fn of(partition: impl Into<String>) -> Self {
        Self {
            partition: Some(partition.into()),
            sort: None,
        }
    }

    #[must_use]
    pub fn with_sort(self, sort: impl Into<String>) -> Self {
        Self {
            sort: Some(sort.into()),
            ..self
        }
    }

    /// Reads a line for a table with (`sorted`) or without a sort key.
    #[must_use]
    pub fn read(line: &str, sorted: bool) -> Self {
        if !sorted {
            return Self::of(line);
        }
        if let Some(sort) = line.strip_prefix(BETWEEN.trim_start()) {
            return Self {
                partition: None,
                sort: Some(sort.to_owned()),
            };
        }
        match line.split_once(BETWEEN) {
            Some((partition, sort)) => Self::of(partition).with_sort(sort),
            None => Self::of(line),
        }
    }
}

impl fmt::Display for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.partition, &self.sort) {
            (None, None) => f.write_str("no key"),
            (Some(partition), None) => f.write_str(partition),
            (Some(partition), Some(sort)) => write!(f, "{partition}{BETWEEN}{sort}"),
            (None, Some(sort)) => write!(f, "{}{sort}", BETWEEN.trim_start()),
        }
    }
}

/// The types a key can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyType {
    #[default]
    S,
    N,
    B,
}

impl KeyType {
    pub const ALL: [Self; 3] = [Self::S, Self::N, Self::B];

    /// As the API writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        }
    }

    /// As a sentence says it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::S => "string",
            Self::N => "number",
            Self::B => "binary",
        }
    }

    /// The next one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::S => Self::N,
            Self::N => Self::B,
            Self::B => Self::S,
        }
    }
}

/// The functions that can stand in for the one that AWS does not publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HashFunction {
    #[default]
    SipHash,
    /// MD5 over `Outliers` and the key's bytes: real tables give string keys back in this order. Observed, not documented.
    Md5,
}

impl HashFunction {
    pub const ALL: [Self; 2] = [Self::SipHash, Self::Md5];

    /// As a lesson and the command line write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SipHash => "siphash",
            Self::Md5 => "md5",
        }
    }

    /// As the screen names it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::SipHash => "SipHash-2-4",
            Self::Md5 => "MD5(\"Outliers\" + key)",
        }
    }

    /// In a word.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::SipHash => "SipHash",
            Self::Md5 => "MD5",
        }
    }

    /// What is known about it, in a sentence.
    #[must_use]
    pub const fn note(self) -> &'static str {
        match self {
            Self::SipHash => "SipHash-2-4 stands in for AWS's own function. AWS publishes none.",
            Self::Md5 => "MD5, the order observed on real tables. AWS publishes no function.",
        }
    }

    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::SipHash => Self::Md5,
            Self::Md5 => Self::SipHash,
        }
    }
}

/// A demonstration's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashTable {
    pub name: String,
    /// Name of the partition key attribute.
    pub attribute: String,
    pub key_type: KeyType,
    /// Name of the sort key attribute, of type S.
    pub sort_key: Option<String>,
    pub partitions: u32,
    pub function: HashFunction,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_key() {
        assert_eq!(KeyText::read("a / b", false), KeyText::of("a / b"));
        let both = KeyText::read("Rachel / Beeba / 2", true);
        assert_eq!(both, KeyText::of("Rachel").with_sort("Beeba / 2"));
        assert_eq!(both.to_string(), "Rachel / Beeba / 2");
        assert_eq!(KeyText::read("Rachel", true), KeyText::of("Rachel"));
        let sort = KeyText::read("/ Beeba", true);
        assert_eq!(
            (&sort.partition, sort.sort.as_deref()),
            (&None, Some("Beeba"))
        );
        assert_eq!(sort.to_string(), "/ Beeba");
        assert_eq!(KeyText::default().to_string(), "no key");
    }

    #[test]
    fn choices_go_round() {
        for kind in KeyType::ALL {
            assert_eq!(kind.next().next().next(), kind);
        }
        for function in HashFunction::ALL {
            assert_ne!(function.next(), function);
            assert_eq!(function.next().next(), function);
        }
    }
}
