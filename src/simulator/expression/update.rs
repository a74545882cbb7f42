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
mod charge;
mod parse;

pub use parse::parse;

use super::{Path, Projection, UpdateError};
use crate::simulator::item::{Type, Value};

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

impl Source {
    /// Recursion is as deep as the expression, which has at most 300 operators.
    fn given_type(&self) -> Option<Type> {
        match self {
            Self::Path(_) => None,
            Self::Value(value) => Some(value.kind()),
            Self::IfNotExists(_, default) => default.given_type(),
            Self::ListAppend(..) => Some(Type::L),
            Self::Plus(..) | Self::Minus(..) => Some(Type::N),
        }
    }

    fn collect_paths<'s>(&'s self, paths: &mut Vec<&'s Path>) {
        match self {
            Self::Path(path) => paths.push(path),
            Self::Value(_) => {}
            Self::IfNotExists(path, default) => {
                paths.push(path);
                default.collect_paths(paths);
            }
            Self::ListAppend(one, two) | Self::Plus(one, two) | Self::Minus(one, two) => {
                one.collect_paths(paths);
                two.collect_paths(paths);
            }
        }
    }
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

    /// The type that a top-level attribute gets, where the request alone tells it.
    #[must_use]
    pub fn given_type(&self, name: &str) -> Option<Type> {
        let action = self
            .actions
            .iter()
            .find(|action| !action.path.is_nested() && action.path.name().as_str() == name)?;
        match &action.change {
            Change::Set(source) => source.given_type(),
            Change::Remove => None,
            Change::Add(value) | Change::Delete(value) => Some(value.kind()),
        }
    }

    /// Every document path in it, those it reads among them.
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        let mut paths = Vec::new();
        for action in &self.actions {
            paths.push(&action.path);
            if let Change::Set(source) = &action.change {
                source.collect_paths(&mut paths);
            }
        }
        paths
    }

    /// What the request is charged for against the limit of an item, in bytes; the legacy parameter is charged nothing.
    #[must_use]
    pub fn charge(&self) -> u64 {
        match self.misfit {
            UpdateError::AttributeType => 0,
            _ => charge::charge(&self.actions),
        }
    }

    /// Whether it can only take away, so that an item that isn't there stays away, whatever its paths (observed).
    #[must_use]
    pub fn only_takes_away(&self) -> bool {
        !self.actions.is_empty()
            && self
                .actions
                .iter()
                .all(|action| matches!(action.change, Change::Remove | Change::Delete(_)))
    }

    /// What `UPDATED_OLD` and `UPDATED_NEW` return, applied to the item before or after.
    #[must_use]
    pub fn touched(&self) -> Projection {
        Projection::of(self.targets().cloned().collect())
    }
}

#[cfg(test)]
mod tests;
