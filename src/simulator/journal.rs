//! How a change becomes durable before it is acknowledged.
//!
//! The simulated table does no I/O. Whoever wants its tables to live on gives it a [`Journal`]; each
//! operation hands over its changes while it holds the table and applies them only when the
//! journal has taken them.
//! Invariant: a change that the journal refused is in neither place, and the caller gets an `InternalServerError`.

use serde_json::Value;

/// One change, in the forms of the API itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A table was created or its description changed; `definition` restores it (see `Simulator::restore`).
    PutTable {
        table: String,
        definition: Value,
    },
    DeleteTable {
        table: String,
    },
    /// `key` identifies the item within the table (canonical bytes); `item` is typed JSON.
    PutItem {
        table: String,
        key: Vec<u8>,
        item: Value,
    },
    DeleteItem {
        table: String,
        key: Vec<u8>,
    },
}

/// The journal could not keep a change; the text says why in words a learner can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JournalError(pub String);

/// Takes changes, all of them or none, and returns once they are durable.
pub trait Journal: Send + Sync {
    /// # Errors
    /// When the changes could not be made durable; none of them may be kept then.
    fn record(&self, changes: &[Change]) -> Result<(), JournalError>;
}
