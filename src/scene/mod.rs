//! Moving pictures: what a trace shows at a moment, as plain data.
//!
//! ```text
//!   traces ──Script──┐
//!                    ├──→ frame: boxes, marks, figures, one sentence ──→ ui draws it
//!   Playhead ────────┘
//! ```
//!
//! A frame is a pure function of the script and a [`Position`]: it can be drawn again at any time, so
//! pause, stepping back and a snapshot test are the same code. Every number in a frame was recorded in
//! a trace or is a sum or share of such numbers.
//! Invariant: nothing here knows the clock; time comes in as elapsed microseconds, and only the playhead moves.

pub mod hash;
pub mod playhead;
pub mod race;
pub mod serve;
pub mod traffic;
mod words;
pub mod workshop;

pub use playhead::{Playhead, Position, Speed, Timeline};
pub use words::{bytes, count, hex, percent, plural};
