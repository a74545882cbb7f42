//! The simulated table and what must hold of it for any input, without the SDK.
//!
//! ```text
//!   fuzz_targets/*.rs ──bytes──▶ expressions, numbers, requests ──▶ simulator (the package's own sources)
//!   tests/corpus.rs  ──seeds───▶ the same functions                 in every `cargo test`
//! ```
//!
//! The sources are included by their path: the simulator uses nothing of the rooms above it (`tests/layers.rs` holds that), and
//! a build of the whole package with coverage counters would take minutes and count the SDK's code too.

#[path = "../../src/printable.rs"]
pub mod printable;
#[path = "../../src/simulator/mod.rs"]
pub mod simulator;

pub mod expressions;
pub mod grammar;
pub mod numbers;
pub mod requests;
