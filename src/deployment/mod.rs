//! A workshop's handlers on an account: what is made for them, made, called, looked at, and brought up to date.
//!
//! ```text
//!   handlers that are right ──→ Plan (pure: names, parts, rights, what it can cost) ──shown, agreed to──→ deploy
//!                                                                                                           │ part by part:
//!        table ─ pets ─ log groups ─ roles ─ functions ─ API ─ integrations, routes ─ permissions ─ stage   │ there? ours? made
//!                                                                                                           ↓
//!   request ── call ──→ the public URL ──→ API Gateway ─ Lambda ─ DynamoDB ──→ answer, and its log ──→ scene::workshop::Way
//! ```
//!
//! Everything is asked and made through [`crate::account::service`] and [`crate::target`], past the account's rules; nothing here decides
//! whose a thing is. What is made is deleted by `account::cleanup`.
//!
//! Invariant: `deploy` can be stopped between any two calls and done again: what is there and ours is kept, and nothing is made twice.

mod address;
mod answer;
mod archive;
mod before;
mod call;
mod cost;
mod handler;
mod logs;
mod make;
mod name;
mod part;
mod plan;
mod progress;
mod rights;
#[cfg(test)]
pub(crate) mod samples;

pub use address::Address;
pub use archive::Archive;
pub use before::Unknown;
pub use call::{Called, Caller, Request};
pub use cost::{AGAIN, Cost};
pub use handler::{Handler, HandlerError};
pub use make::deploy;
pub use name::Name;
pub use part::Part;
pub use plan::{Plan, Planned};
pub use progress::{Deployed, Progress, Stage, Stopped};
