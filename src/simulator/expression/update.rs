//! `UpdateExpression`: how an item changes.
//!
//! ```text
//!   SET path = value, …   REMOVE path, …   ADD path :value, …   DELETE path :set, …      each section once, in any order
//!   value   := operand | operand + operand | operand - operand
//!   operand := path | :value | if_not_exists ( path , operand ) | list_append ( operand , operand ) | ( value )
//! ```
//!
//! Invariant: no two paths of an [`Update`] overlap, so the order of its actions doesn't matter; every value is computed from the item as
//! it was before. Operands whose types are known without an item fit their operators.

mod apply;
mod parse;

pub use parse::parse;

use super::{Path, Projection, UpdateError};
use crate::simulator::item::Value;

/// A parsed update with its placeholders looked up; see [`Update::apply`].
#[derive(Debug, Clone)]
pub struct Update {
    actions: Vec<Action>,
    /// What an ADD or DELETE that doesn't fit the stored attribute is called: the legacy parameter has words of its own.
    misfit: UpdateError,
}

#[derive(Debug, Clone)]
pub(super) struct Action {
    path: Path,
    change: Change,
}

impl Action {
    pub(super) const fn new(path: Path, change: Change) -> Self {
        Self { path, change }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Change {
    Set(Source),
    Remove,
    /// A number or a set; in the legacy parameter also a list, which is appended.
    Add(Value),
    /// A set.
    Delete(Value),
}

impl Change {
    pub(super) const fn put(value: Value) -> Self {
        Self::Set(Source::Value(value))
    }
}

/// Where a value of SET comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Path(Path),
    Value(Value),
    IfNotExists(Path, Box<Source>),
    ListAppend(Box<Source>, Box<Source>),
    Plus(Box<Source>, Box<Source>),
    Minus(Box<Source>, Box<Source>),
}

impl Update {
    /// The legacy parameter's: each action is on a top-level attribute of its own.
    pub(super) const fn of_attributes(actions: Vec<Action>) -> Self {
        Self {
            actions,
            misfit: UpdateError::AttributeType,
        }
    }

    /// The paths it writes, in the order they were written: for the check that none is part of the key.
    pub fn targets(&self) -> impl Iterator<Item = &Path> {
        self.actions.iter().map(|action| &action.path)
    }

    /// What `UPDATED_OLD` and `UPDATED_NEW` return, applied to the item before or after.
    #[must_use]
    pub fn touched(&self) -> Projection {
        Projection::of(self.targets().cloned().collect())
    }
}

#[cfg(test)]
mod tests;
