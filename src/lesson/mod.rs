//! A lesson: Markdown in, [`model::Lesson`] out, with file:line:column errors. Pure.

pub mod model;
