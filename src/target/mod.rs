//! Which DynamoDB a request goes to, and what came back.
//!
//! ```text
//!   Target::send(operation, body)
//!     → ownership   on a server, only tables of this run are changed
//!     → operation   the SDK's own call; its body is replaced before it is signed
//!     → recorder    an interceptor writes down the exact bytes both ways, secrets struck out
//!     → transport   the simulated table, or a server on this machine
//!     ← Exchange    request, response, outcome, capacity, price, time, trace
//! ```
//!
//! Invariant: `send` always returns an exchange; whatever went wrong is in its outcome.

pub mod choice;
pub mod exchange;
mod operation;
mod ownership;
pub mod price;
mod recorder;
mod send;

pub use send::Target;
