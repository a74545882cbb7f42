//! dynatour: an interactive terminal classroom for Amazon DynamoDB.
//!
//! The library holds everything; `main.rs` only hands over to [`cli`]. Rooms may use
//! the rooms below them and nothing else (ARCHITECTURE.md draws the map, `tests/layers.rs` holds it).

pub mod account;
pub mod app;
pub mod cli;
pub mod code;
pub mod deployment;
pub mod learner;
pub mod lesson;
pub mod printable;
pub mod runner;
pub mod scene;
pub mod server;
pub mod simulator;
pub mod target;
pub mod terminal;
pub mod transport;
pub mod ui;
pub mod workshop;
