//! The workshop for the screen: what its handlers did, as the app shows it.
//!
//! Invariant: what a handler, a client or a server said is printable before it leaves here.

pub mod way;
