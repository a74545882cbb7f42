//! The workshop on the screen.
//!
//! Invariant: nothing is run and nothing is sent but by an effect.

pub mod parts;
pub mod reading;
pub mod way;
