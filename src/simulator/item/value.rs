//! A value of one of DynamoDB's ten attribute types.
//!
//! Invariant: sets are sorted (by bytes, numbers by value), are not empty and have no member twice, so set equality
//! without order is plain equality.

use super::{Item, Number, Text};
use std::fmt;

/// Levels a value may nest: a scalar attribute is one level, a scalar in a map two.
pub const MAX_NESTING: usize = 32;

/// An attribute value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// UTF-8, compared by bytes.
    S(Text),
    N(Number),
    /// Raw bytes, not base64.
    B(Box<[u8]>),
    Bool(bool),
    Null,
    Ss(Box<[Box<str>]>),
    Ns(Box<[Number]>),
    Bs(Box<[Box<[u8]>]>),
    L(Box<[Value]>),
    M(Item),
}

/// The type of a value, printed as the wire has it: `S`, `N`, `BOOL`, …
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    S,
    N,
    B,
    Bool,
    Null,
    Ss,
    Ns,
    Bs,
    L,
    M,
}

impl Type {
    pub const ALL: [Self; 10] = [
        Self::S,
        Self::N,
        Self::B,
        Self::Bool,
        Self::Null,
        Self::Ss,
        Self::Ns,
        Self::Bs,
        Self::L,
        Self::M,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
            Self::Bool => "BOOL",
            Self::Null => "NULL",
            Self::Ss => "SS",
            Self::Ns => "NS",
            Self::Bs => "BS",
            Self::L => "L",
            Self::M => "M",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Value {
    #[must_use]
    pub const fn kind(&self) -> Type {
        match self {
            Self::S(_) => Type::S,
            Self::N(_) => Type::N,
            Self::B(_) => Type::B,
            Self::Bool(_) => Type::Bool,
            Self::Null => Type::Null,
            Self::Ss(_) => Type::Ss,
            Self::Ns(_) => Type::Ns,
            Self::Bs(_) => Type::Bs,
            Self::L(_) => Type::L,
            Self::M(_) => Type::M,
        }
    }

    /// The value's own size in bytes, without its name (guide: item sizes and formats).
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            Self::S(text) => text.len() as u64,
            Self::N(number) => number.size(),
            Self::B(bytes) => bytes.len() as u64,
            Self::Bool(_) | Self::Null => 1,
            Self::Ss(set) => set.iter().map(|one| one.len() as u64).sum(),
            Self::Ns(set) => set.iter().map(|one| one.size()).sum(),
            Self::Bs(set) => set.iter().map(|one| one.len() as u64).sum(),
            Self::L(list) => 3 + list.iter().map(|one| 1 + one.size()).sum::<u64>(),
            Self::M(map) => 3 + map.len() as u64 + map.size(),
        }
    }

    /// Whether the value nests more than [`MAX_NESTING`] levels, as an update can make it.
    #[must_use]
    pub fn nests_too_deep(&self) -> bool {
        self.nests_deeper_than(MAX_NESTING)
    }

    fn nests_deeper_than(&self, levels: usize) -> bool {
        let Some(below) = levels.checked_sub(1) else {
            return true;
        };
        match self {
            Self::L(list) => list.iter().any(|one| one.nests_deeper_than(below)),
            Self::M(map) => map.iter().any(|(_, one)| one.nests_deeper_than(below)),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_takes_24_bytes() {
        assert_eq!(size_of::<Value>(), 24);
    }

    #[test]
    fn type_names_lead_back_to_their_types() {
        for one in Type::ALL {
            assert_eq!(Type::named(one.name()), Some(one));
        }
        assert_eq!(Type::named("bool"), None);
    }
}
