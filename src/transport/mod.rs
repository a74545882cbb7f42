//! What lies under the SDK's client: a function call, plain HTTP to this machine, or HTTPS.
//!
//! ```text
//!   aws-sdk-dynamodb ─┬─ in_process ── Simulator::call      no socket, no credentials
//!                     ├─ endpoint ──── http://127.0.0.1:…   no TLS, no proxy, no redirect
//!                     └─ https ─────── https://dynamodb.us-east-1.amazonaws.com
//! ```
//!
//! Invariant: only `https` can reach another machine, and only a target that is treated like an account uses it.

pub mod endpoint;
pub mod https;
pub mod in_process;
