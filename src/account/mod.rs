//! Somebody's AWS account: who is asking, what may happen there, what did, and what is left.
//!
//! ```text
//!   before   credentials, identity, region, permission ─→ preflight ─→ door ─→ session     policy: what IAM has to allow
//!   while    guard, which is the session: body, name ─ whose is it? ─ bound ─ budget ─ ledger, tag     claim: one at a time
//!   after    cleanup: find by ledger and tag, plan, delete through the guard
//! ```
//!
//! Invariant: nothing is changed or deleted that we did not create and can prove that we did.

pub mod body;
pub mod bound;
pub mod budget;
pub mod claim;
pub mod cleanup;
pub mod credentials;
pub mod door;
pub mod guard;
pub mod identity;
pub mod ledger;
pub mod name;
pub mod permission;
#[cfg(test)]
mod played;
pub mod policy;
pub mod preflight;
pub mod region;
pub mod service;
pub mod session;
pub mod tag;

pub use session::{Opening, Session};
