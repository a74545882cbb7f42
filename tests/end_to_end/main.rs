//! The built program from outside: what it prints, what it keeps, what it refuses.
//!
//! One binary for all of it, because each one links the whole SDK.

#![expect(
    clippy::unwrap_used,
    reason = "what fails here fails the test, in functions of tests as well"
)]

mod account;
mod credentials;
mod endpoint;
#[path = "../installed/mod.rs"]
mod installed;
mod kill;
mod present;
mod program;
mod pty;
mod screen;
mod server;
mod simulated;
mod state;
mod traffic;
mod workshop;
