//! A lesson: Markdown in, [`model::Lesson`] out, with errors that have file, line and column. Pure.
//!
//! ```text
//!   SourceFile ─ front_matter ─ toml, as a tree that knows its places (fields)
//!        │
//!        └ markdown ─ elements: prose, fences, comments
//!                         │        └ directive/*: one file for each
//!                         └ page: elements between two pauses ─ parse: sections, lesson
//! ```
//!
//! Beside it stands `ask`: how a question to a table is written, and the request it becomes.
//!
//! Every text keeps the way back to its bytes in the file (`source::Excerpt`), so an error inside
//! JSON inside TOML inside a fence points at the line an author has in the editor.
//!
//! Invariant: a lesson is returned only when nothing at all was wrong with its files; otherwise
//! every error that can be told apart is returned, in the order of the files.

pub mod ask;
pub mod check;
mod directive;
pub mod error;
pub mod expect;
mod fields;
pub mod find;
mod front_matter;
pub mod glossary;
mod json;
pub mod key;
pub mod library;
mod markdown;
pub mod model;
mod nearest;
mod page;
mod parse;
pub mod plain;
pub mod preset;
pub mod rename;
pub mod source;
pub mod traffic;
pub mod uses;

pub use error::LessonError;
pub use nearest::nearest;
pub use parse::parse;
pub use source::SourceFile;
