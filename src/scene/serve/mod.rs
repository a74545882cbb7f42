//! A server's requests as they come: where items land, how hot partitions are, who asks for how much.
//!
//! ```text
//!   traces ──Arrival──┐                            ┌── the newest 300, to step back through ──┐
//!                     ├──→ Live ── World now       │ World before them ── step by step ── World then
//!   turned away ──────┘                            └───────────────────────────────────────────┘
//!                                     │
//!            Live + running time ──→ Frame: partitions, items on their way, log, consumers, totals
//! ```
//!
//! A trace is folded into a small [`Arrival`] where it is made, so that nothing of what a client sent is kept longer than
//! the picture needs it. A frame is a function of what came and of the time, so an item on its way, a partition that cools down
//! and a moment that is looked at again are the same code.
//! Invariant: everything here is bounded, whatever clients send: [`KEPT`] requests, a number of tables, clients and names; every
//! text is cut and printable; and what is not kept is counted.

mod arrival;
mod live;
mod window;
pub mod words;
mod world;

pub use arrival::{Arrival, Outcome, Request, Touch};
pub use live::{Entry, Flight, Follow, Frame, KEPT, Known, Live};
pub use window::{SECONDS, Sums};
pub use world::{Client, Partition, Resident, Table, Totals, World};

#[cfg(test)]
pub(crate) mod tests;
