//! The built program from outside: what it prints, what it keeps, what it refuses.
//!
//! One binary for all of it, because each one links the whole SDK.

#![expect(
    clippy::unwrap_used,
    reason = "what fails here fails the test, in functions of tests as well"
)]

mod account;
mod aws;
mod credentials;
mod deployment;
mod endpoint;
#[path = "../installed/mod.rs"]
mod installed;
mod kill;
mod others;
mod owner;
#[path = "../pets/mod.rs"]
mod pets;
mod present;
mod program;
mod pty;
mod screen;
mod server;
#[expect(dead_code, reason = "the tests of faults use more of it")]
#[path = "../aws/mod.rs"]
mod services;
mod simulated;
mod state;
mod traffic;
mod workshop;
