//! A workshop's handlers on an account, without one: the built program, and servers that play AWS.
//!
//! ```text
//!   servers    that each server holds what is put there, and tells it the same way twice
//!   whole      made, called, brought up to date, deleted, beside things of somebody else
//!   moto       whatever can go wrong with each operation, in front of moto's server
//!   crash      killed, then run again or cleaned up
//!   ceiling    a lesson and its workshop, which share what may be spent
//!   ledger     the list of what was made, lost, damaged or older
//!   several    two people, and two programs of one person
//!   refused    what is asked for or found that is not right
//!   typed      in a terminal, by hand
//!   secrets    planted, and looked for everywhere
//! ```
//!
//! Invariant: nothing here leaves this machine: every child's endpoint is a server on loopback, and its credentials are made up.

mod ceiling;
mod crash;
mod ledger;
mod maker;
mod moto;
mod refused;
mod secrets;
mod servers;
mod several;
mod typed;
mod whole;
