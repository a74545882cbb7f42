//! What is on the wire: reading a request's JSON, the shapes of the API's members, and every error's words.
//!
//! ```text
//!   body bytes ─ body::read ─→ JSON object ─ shape::check ─→ members of the right type ─→ operation
//!                                                                    error::ServiceError ←─┘
//! ```
//!
//! Invariant: past [`shape::check`] a member that is present and not null has the JSON type the API
//! gives it, so operations read it without asking again.

pub mod arn;
pub mod body;
pub mod capacity;
pub mod date;
pub mod error;
pub mod java;
pub mod member;
pub mod shape;
pub mod text;
