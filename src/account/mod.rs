//! Somebody's AWS account: who is asking, what may happen there, what did, and what is left.
//!
//! Invariant: nothing is changed or deleted that we did not create and can prove that we did.

pub mod identity;
pub mod preflight;
pub mod region;
