//! The way of one request through API Gateway, Lambda and DynamoDB and back.
//!
//! ```text
//!   Way ── Script ── Playhead ── Frame: stations reached, what moves between two of them, where it ended and why
//!
//!   client ──→ API Gateway ──→ Lambda ──→ DynamoDB
//!          ←──             ←──        ←──
//! ```
//!
//! A [`Way`] is what is known of it, whether it went through handlers on this machine or on an account. A [`Script`] is the same in
//! time, so that it can be gone step by step, forwards and back.
//!
//! Invariant: nothing is shown that did not happen or is not known; a way that failed ends where it failed; every text is printable
//! and bounded.

mod frame;
mod script;
mod way;
mod words;

pub use frame::{Frame, Moving};
pub use script::{Failure, Moment, Script, Station};
pub use way::{
    Error, Exchange, Exchanges, Failed, Gateway, Header, Log, Outcome, Place, Reply, Run, Sent,
    Start, Text, Way, headers,
};
pub use words::{figures, request, status, time, units};

#[cfg(test)]
pub(crate) mod tests;
