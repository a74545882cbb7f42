//! In front of a class: the layout for a projector, the keys of a remote control, the time, and what a second screen says.
//!
//! ```text
//!   remote control ── PgDn ──→ onward ──→ the action that goes on: scroll, reveal, run, step, next page
//!                                             │
//!   pace: minutes spent, section by section ──┴──→ slide: what the presenter's own terminal shows
//! ```
//!
//! `PageDown` alone goes through a whole lesson: a question that nobody answered is revealed as “I don't know”.
//! Invariant: whatever the screen, a remote control can go on and back, and nothing it sends ends the presentation.

pub mod follow;
pub mod pace;
pub mod remote;
pub mod slide;

pub use pace::Pace;
pub use slide::Slide;

#[cfg(test)]
mod tests;
