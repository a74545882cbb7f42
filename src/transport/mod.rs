//! What lies under the SDK's client: a function call, or plain HTTP to this machine.
//!
//! ```text
//!   aws-sdk-dynamodb ─┬─ in_process ── Simulator::call      no socket, no credentials
//!                     └─ endpoint ──── http://127.0.0.1:…   no TLS, no proxy, no redirect
//! ```
//!
//! Invariant: no transport in this room can reach another machine.

pub mod endpoint;
pub mod in_process;
