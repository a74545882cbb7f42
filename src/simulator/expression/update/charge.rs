//! What `UpdateItem` charges a request for when it holds it to the 400 KB of an item.
//!
//! ```text
//!   update                 3 + its actions
//!   SET target = source    19 + target + source          ADD target :v       19 + target + size of :v
//!   REMOVE target          1 + target                    DELETE target :v    1 + target
//!
//!   target                 its first name, and 4 + the element for each later one
//!   :v                     the size of the value
//!   path                   1, and 14 + the element for each element
//!   a + b                  34 + a + b                    a - b               37 + a + b
//!   if_not_exists(p, v)    39 + p + v                    list_append(a, b)   37 + a + b
//!   element                bytes of the name, or digits of the index
//! ```
//!
//! Nothing that is stored counts, so an update of a small part of a large item fits, and one that reads much and
//! writes little may not. The figures were measured against AWS by bisection (nubo-db's conformance suite and
//! dynoxide's captures, October 2026); a transaction's updates and the legacy parameter are held to the item's own size only.

use super::super::{Path, Step};
use super::{Action, Change, Source};

const UPDATE: u64 = 3;
const WRITE: u64 = 19;
const CLEARING: u64 = 1;
const TARGET_STEP: u64 = 4;
const READ: u64 = 1;
const READ_STEP: u64 = 14;
const PLUS: u64 = 34;
const MINUS: u64 = 37;
const IF_NOT_EXISTS: u64 = 39;
const LIST_APPEND: u64 = 37;

/// In bytes, to be held against an item's limit.
pub(super) fn charge(actions: &[Action]) -> u64 {
    UPDATE + actions.iter().map(action).sum::<u64>()
}

fn action(action: &Action) -> u64 {
    let target = elements(&action.path, TARGET_STEP) - TARGET_STEP;
    target
        + match &action.change {
            Change::Set(source) => WRITE + read(source),
            Change::Add(value) => WRITE + value.size(),
            Change::Remove | Change::Delete(_) => CLEARING,
        }
}

fn read(source: &Source) -> u64 {
    match source {
        Source::Value(value) => value.size(),
        Source::Path(path) => READ + elements(path, READ_STEP),
        Source::IfNotExists(path, default) => {
            IF_NOT_EXISTS + READ + elements(path, READ_STEP) + read(default)
        }
        Source::ListAppend(first, second) => LIST_APPEND + read(first) + read(second),
        Source::Plus(first, second) => PLUS + read(first) + read(second),
        Source::Minus(first, second) => MINUS + read(first) + read(second),
    }
}

/// The elements of a path, each with what a step costs on top.
fn elements(path: &Path, step: u64) -> u64 {
    let steps = path.steps().iter().map(|element| match element {
        Step::Field(name) => name.len() as u64,
        Step::Index(index) => u64::from(index.checked_ilog10().unwrap_or(0)) + 1,
    });
    std::iter::once(path.name().len() as u64)
        .chain(steps)
        .map(|length| length + step)
        .sum()
}
