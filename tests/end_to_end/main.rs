//! The built program from outside: what it prints, what it keeps, what it refuses.
//!
//! One binary for all of it, because each one links the whole SDK.

mod endpoint;
mod kill;
mod program;
mod simulated;
mod state;
