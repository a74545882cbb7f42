//! What the program is doing, as plain data, and how it moves on: `update(&mut State, Message) -> Vec<EffectRequest>`.
//!
//! ```text
//!              Message                        EffectRequest
//!   terminal ───────────→ update(&mut State) ───────────────→ runner
//!      ↑                        │                               │
//!      └────── draw ←───────────┴──────── Message::Answer ──────┘
//! ```
//!
//! A stack of screens; each is a [`screen::Component`] and sees what they share as [`state::Shared`].
//! No I/O, no clock, no randomness: time and answers come in as messages, wishes go out as effects.

pub mod account;
pub mod code;
pub mod confirm;
pub mod demo;
pub mod editor;
pub mod effect;
pub mod exchange;
pub mod figures;
pub mod glossary;
pub mod grid;
pub mod hash;
pub mod help;
pub mod home;
pub mod json;
pub mod key;
pub mod layout;
pub mod lesson;
pub mod notes;
pub mod paper;
pub mod present;
pub mod prose;
pub mod race;
pub mod reader;
pub mod runs;
pub mod screen;
pub mod search;
pub mod sections;
pub mod serve;
pub mod state;
pub mod storage;
pub mod tables;
pub mod traffic;
pub mod update;
pub mod workshop;

#[cfg(test)]
pub(crate) mod tests;

pub use state::{Message, Moment, Mouse, Shared, State};
pub use update::update;
