//! What is ours on an account, whatever happened to the run that made it.
//!
//! ```text
//!   ledger ─ names, ids, runs ─┐
//!                              ├─→ plan ── ours ──→ deleted through the rules, one by one, and seen to be gone:
//!   find ─── things with tags ─┘     │              APIs ─→ functions ─→ roles ─→ log groups ─→ tables
//!                                    └──── others' and missing: told of, not touched
//! ```
//!
//! Invariant: nothing is deleted that is not in `plan.ours`, and nothing counts as gone that the service still knows.

pub mod delete;
pub mod find;
pub mod group;
pub mod plan;
pub mod region;
pub mod words;

#[cfg(test)]
mod tests;
