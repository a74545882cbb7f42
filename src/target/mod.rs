//! Which DynamoDB a request goes to, and what came back.
//!
//! ```text
//!   Target::send(operation, body)
//!     → ownership   on a server, only tables of this run are changed
//!     → guard       on an account, all its rules; made in the room `account`
//!     → retry       on an account, another try where it is worth one and does no harm
//!     → operation   the SDK's own call; its body is replaced before it is signed
//!     → recorder    an interceptor writes down the exact bytes both ways, secrets struck out
//!     → transport   the simulated table, a server on this machine, or AWS
//!     ← Exchange    request, response, outcome, capacity, price, time, trace
//! ```
//!
//! Invariant: `send` always returns an exchange; whatever went wrong is in its outcome.

pub mod choice;
pub mod exchange;
pub mod failure;
pub mod guard;
mod operation;
mod ownership;
pub mod price;
pub mod recorder;
pub mod retry;
mod send;

pub use failure::NO_CREDENTIALS;
pub use send::{Target, consumed};
