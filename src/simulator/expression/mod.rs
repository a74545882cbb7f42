//! Expressions: conditions, filters, key conditions, projections and updates.
//!
//! ```text
//!   text ─token→ tokens ─parse→ syntax ─check, resolve #n and :v→ Condition, KeyCondition, Projection, Update
//!                                                                    │ once for each request
//!                                                                    ↓
//!                                                           holds(&Item), apply(&Item)   millions of times
//! ```
//!
//! All five share one tokenizer, one form of document path, one table of placeholders (`#n`, `:v`) and one file of error texts. Checks
//! come in the order in which AWS was observed to make them: syntax, parentheses, functions, reserved words, placeholders, operands.
//! The parameters that expressions replaced are read into the same trees, by [`legacy`].
//! Invariant: a parsed expression holds everything it needs; evaluating it copies nothing and can't fail, except for an
//! update that doesn't fit its item. No input makes the stack grow without bound: expressions have at most 4 KB, groups are kept
//! on an explicit stack, and what is evaluated recursively has at most 300 operators.

pub mod condition;
mod error;
pub mod key_condition;
pub mod legacy;
mod path;
mod placeholders;
pub mod projection;
mod reserved;
mod syntax;
mod token;
pub mod update;

pub use condition::{Condition, Join};
pub use error::{ExpressionError, Kind, PlaceholderError, Reason, UpdateError};
pub use key_condition::{KeyCondition, SortCondition};
pub use legacy::LegacyError;
pub use path::{Path, Step};
pub use placeholders::Placeholders;
pub use projection::Projection;
pub use update::Update;

/// The longest expression, in bytes as sent.
const MAX_BYTES: usize = 4096;
/// The most operators and functions in one expression.
const MAX_OPERATORS: usize = 300;
/// The most operands of one `IN`.
const MAX_IN_OPERANDS: usize = 100;
/// The most levels of one document path.
const MAX_PATH_LEVELS: usize = 32;

/// What is wrong with an expression before it is read.
fn check_length(text: &str) -> Result<(), Reason> {
    if text.is_empty() {
        return Err(Reason::Empty);
    }
    if text.len() > MAX_BYTES {
        return Err(Reason::TooLong);
    }
    Ok(())
}
