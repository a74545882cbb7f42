//! What the screens of a deployment ask for: the account looked at, a plan, its parts made, the public URL called.
//!
//! ```text
//!   LookBefore ──Finding, …──→ Preflight ── Enter ──→ Entered ── Plan ──→ Planned
//!   Deploy ──Deploying, …──→ Deployed, or Stopped          Call ──WaySoFar──→ Way
//! ```
//!
//! Invariant: nothing is made, changed or called on an account but by `Deploy` and `Call`.

use crate::account::preflight::Preflight;
use crate::app::effect::workshop::Outgoing;
use crate::deployment::{Deployed, Plan};

/// Something to do with the handlers of a workshop that is open.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Looks at the account as for the lesson, and at the rights that a deployment needs. Each finding is an
    /// [`super::Answer::Finding`]; last answer: [`super::Answer::Preflight`].
    LookBefore,
    /// Begins a session on the account that was looked at; the steps of a lesson stay where they are. Last answer:
    /// [`super::Answer::Entered`].
    Enter(Box<Preflight>),
    /// What taking the handlers there as they are now makes, and what that can cost. Last answer: [`super::Answer::Planned`].
    Plan,
    /// Makes what is missing of a plan, and brings up to date what is there. Each thing that happens is an
    /// [`super::Answer::Deploying`]; last answer: [`super::Answer::Deployed`] or [`super::Answer::Stopped`].
    Deploy(Box<Plan>),
    /// Sends a request to the public URL. An [`super::Answer::WaySoFar`] as soon as there is an answer; last answer:
    /// [`super::Answer::Way`], with the function's log where it came in time.
    Call {
        plan: Box<Plan>,
        deployed: Box<Deployed>,
        outgoing: Outgoing,
    },
}
