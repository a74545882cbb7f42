//! Deletes one thing of ours, past the rules, and sees that it is gone.
//!
//! ```text
//!   table.rs   DeleteTable, waited for
//!   thing.rs   an API, a function, a role with its inline policies, a log group
//! ```
//!
//! The rules look once more whether it is ours, at the moment it is deleted.
//! Invariant: only what the service says it does not know counts as gone; waiting is bounded.

mod table;
mod thing;

use std::time::Duration;

use super::find::Thing;
use crate::account::ledger::Kind;
use crate::account::service::Services;
use crate::target::Target;
use crate::target::guard::Watch;

/// Deletes a thing of ours and waits until it is gone. One that is new may not be known everywhere yet.
pub async fn delete(
    target: &Target,
    services: &Services,
    thing: &Thing,
    is_new: bool,
    watch: Watch<'_>,
) -> Result<(), NotDeleted> {
    match thing.kind {
        Kind::Table => table::delete(target, &thing.name, watch).await,
        Kind::Api | Kind::Function | Kind::Role | Kind::LogGroup => {
            thing::delete(services, thing, is_new, watch).await
        }
    }
}

/// Why something is still there, or may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotDeleted {
    #[error(
        "its deletion protection is on, and was not switched on by dynatour. If it may be deleted, switch that off first: aws dynamodb update-table --table-name {table} --no-deletion-protection-enabled"
    )]
    Protected { table: String },
    #[error("{0}")]
    Refused(String),
    #[error("it is still {status} after {} seconds. Run the same command again later", .waited.as_secs())]
    Slow { status: String, waited: Duration },
    #[error(
        "nobody waited any more, and it was {status}. Run the same command again to see that it is gone"
    )]
    Left { status: String },
    #[error("it is gone, but that could not be written down: {0}")]
    NotWrittenDown(String),
}
