//! The moments of one put, and how long each of them moves and is read.
//!
//! Invariant: the order of the variants is the order of the moments.

use super::super::playhead::Beat;

/// The moments of one put, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The key arrives with its attribute and type.
    Key,
    Bytes,
    Hash,
    /// The hash finds its place in the range.
    Place,
    /// The partition that owns the place.
    Owner,
    /// Its place in sort-key order among the items with the same partition key; only where there is a sort key.
    Order,
    /// The item falls into the partition and stays.
    Lands,
}

pub(super) const WITHOUT_SORT_KEY: &[Stage] = &[
    Stage::Key,
    Stage::Bytes,
    Stage::Hash,
    Stage::Place,
    Stage::Owner,
    Stage::Lands,
];
pub(super) const WITH_SORT_KEY: &[Stage] = &[
    Stage::Key,
    Stage::Bytes,
    Stage::Hash,
    Stage::Place,
    Stage::Owner,
    Stage::Order,
    Stage::Lands,
];

impl Stage {
    pub(super) const fn beat(self) -> Beat {
        match self {
            Self::Key => Beat {
                motion: 150,
                hold: 700,
            },
            Self::Bytes => Beat {
                motion: 200,
                hold: 700,
            },
            Self::Hash => Beat {
                motion: 200,
                hold: 900,
            },
            Self::Place | Self::Lands => Beat {
                motion: 400,
                hold: 900,
            },
            Self::Owner | Self::Order => Beat {
                motion: 250,
                hold: 900,
            },
        }
    }
}
