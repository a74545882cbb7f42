//! DynamoDB in memory.
//!
//! Bottom up: `item` (values, numbers, sizes, order), `expression`, `table` (partitions), `operation`
//! (one file for each API operation), `wire` (JSON and error texts). All of it is synchronous; the
//! time, the hash key and request ids are arguments or settings.

pub mod item;
pub mod journal;
pub mod trace;
