//! The way of one request through API Gateway, Lambda and DynamoDB and back.
//!
//! ```text
//!   client ── API Gateway ── Lambda ── DynamoDB        stations
//!     ●─────────●─────────────●───────────●            GET /pets/2, the event, a request
//!     ●─────────●─────────────●───────────●            and back: items, the payload, 200
//! ```
//!
//! [`Way`] is what is known of it, whether it went through handlers on this machine or on an account.
//!
//! Invariant: nothing is shown that did not happen or is not known; every text is printable and bounded.

mod way;

pub use way::{
    Error, Exchange, Exchanges, Failed, Gateway, Header, Log, Outcome, Place, Reply, Run, Sent,
    Start, Text, Way, headers,
};
