//! API Gateway → Lambda → DynamoDB on this machine: handlers that a learner writes, run as AWS runs them.
//!
//! ```text
//!   client ──HTTP──→ gateway ──event──→ lambda ──runtime API──→ node or ruby: the learner's file
//!     ↑               routes            one process group            │  AWS's own SDK
//!     └──── answer ←── infers ←─payload── logs, REPORT               ↓
//!                                        table: the simulator behind HTTP, each exchange kept with its trace
//!
//!   watch ──a file was saved──→ check: the same way with requests of its own ──→ a verdict, its reason, three hints, a solution
//! ```
//!
//! Bottom up: [`language`] and [`goal`] say what there is to write, [`folder`] makes it, [`machine`] looks what is installed, [`lambda`]
//! runs handlers, [`gateway`] puts HTTP in front, [`table`] DynamoDB behind, [`check`] tries what was written, [`watch`] sees a save.
//!
//! Invariant: a handler is a process group of its own, with limits, and none of it outlives this process.

pub mod check;
pub mod folder;
pub mod gateway;
pub mod goal;
mod ids;
pub mod lambda;
pub mod language;
pub mod machine;
pub mod table;
pub mod watch;

pub use ids::Ids;

#[cfg(test)]
mod samples;

use std::sync::Arc;

use crate::simulator::{Stopwatch, Timestamp};

/// The time of day.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What comes from outside: time and chance.
#[derive(Clone)]
pub struct Outside {
    pub clock: Clock,
    pub stopwatch: Stopwatch,
    pub ids: Arc<Ids>,
}
