//! What stands between a step and somebody's account.
//!
//! ```text
//!   Target::send ─→ Guard::before ─ refused ──────────────→ Outcome::NotSent, in the guard's words
//!                        │ the body as it goes out
//!                        ↓
//!                   first try ─→ worth another? ─→ Guard::again ─→ next try …        (retry)
//!                        │
//!                        ↓
//!                   Guard::after: what became of it is written down; remarks ──→ Exchange
//! ```
//!
//! The rules themselves are made in the room `account`; here is only what a target has to know of them.
//! Invariant: a target with a guard sends no request that its guard has not cleared.

use std::pin::Pin;

use super::exchange::{Exchange, Happening, Picodollars};
pub use super::send::Wire;

/// Work that is waited for, where a trait can't be `async` itself.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The rules of an account.
pub trait Guard: Send + Sync {
    /// What the jitter of waits follows from.
    fn seed(&self) -> u64;

    /// Before a request is sent: the body as it goes out, or why it is not sent. May ask through `wire`.
    fn before<'a>(
        &'a self,
        wire: &'a Wire<'a>,
        operation: &'a str,
        body: &'a [u8],
    ) -> Later<'a, Result<Cleared, String>>;

    /// Before one more try of a cleared request; the one before may have been carried out, and paid for.
    ///
    /// # Errors
    /// Why there is no other try.
    fn again(&self, cleared: &mut Cleared) -> Result<(), String>;

    /// After the last try.
    fn after<'a>(
        &'a self,
        wire: &'a Wire<'a>,
        cleared: Cleared,
        exchange: &'a mut Exchange,
    ) -> Later<'a, ()>;
}

/// A request that may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleared {
    /// As it goes out.
    pub body: Vec<u8>,
    /// The tables it is about, those that stand in the guard's books with their entries there.
    pub tables: Vec<(String, Option<u64>)>,
    /// The most that one try of it can cost.
    pub most: Picodollars,
    /// What is held back of the budget for it, all tries together.
    pub held: Picodollars,
    /// Whether an earlier try of the same got no answer, so that it may have been carried out.
    pub earlier: bool,
}

/// Who is told what goes on while a request is under way, and who may leave it.
#[derive(Clone, Copy)]
pub struct Watch<'w> {
    pub tell: &'w (dyn Fn(Happening) + Send + Sync),
    /// Whether nobody waits any more. Looked at between tries and polls, never in the middle of a request.
    pub left: &'w (dyn Fn() -> bool + Send + Sync),
}

impl Watch<'_> {
    /// Nobody is told and nobody leaves.
    #[must_use]
    pub fn nobody() -> Self {
        Self {
            tell: &|_| {},
            left: &|| false,
        }
    }
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}
