//! Every step on an account, without one: the built program, and servers that play AWS.
//!
//! ```text
//!   server     that the server in this process is what it seems to be
//!   whole      the lesson and its cleanup, beside tables of somebody else
//!   crash      killed at each call in turn, then cleaned up
//!   names      tables of the same names that are somebody else's
//!   refused    what is asked for or found that is not right
//!   screen     the same in a terminal, by hand
//!   secrets    planted, and looked for everywhere
//!   encrypted  the same over TLS, with an authority that is trusted or not
//!   others     moto's server and ministack
//! ```
//!
//! Invariant: nothing here leaves this machine: every child's endpoint is a server on loopback, and its credentials are made up.

mod crash;
mod encrypted;
pub mod learner;
mod lesson;
mod names;
mod others;
mod refused;
mod screen;
pub mod secrets;
mod server;
mod whole;
