//! What the program is doing, as plain data, and how it moves on: `update(&mut State, Message) -> Vec<EffectRequest>`.
//!
//! No I/O, no clock, no randomness: time and answers come in as messages, wishes go out as effects.

pub mod effect;
