//! A workshop's handlers on an account, without one: the built program, and servers that play AWS.
//!
//! ```text
//!   servers    that each server holds what is put there, and tells it the same way twice
//! ```
//!
//! Invariant: nothing here leaves this machine: every child's endpoint is a server on loopback, and its credentials are made up.

mod servers;
