//! Somebody's AWS account: who is asking, what may happen there, what did, and what is left.
//!
//! Invariant: nothing is changed or deleted that we did not create and can prove that we did.

pub mod budget;
pub mod cleanup;
pub mod credentials;
pub mod identity;
pub mod ledger;
pub mod preflight;
pub mod region;
pub mod tag;
