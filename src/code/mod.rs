//! A DynamoDB request as code to take home: an AWS CLI command, JavaScript, Ruby, Python, Rust.
//!
//! What a learner runs in a lesson is JSON on the wire; what they will write at work is one of
//! these. Both are the same request, so the code is made from the request and from nothing else:
//!
//! ```text
//!                     ┌ shape    what each parameter is
//! request ── JSON ──→ ┤ value    each attribute value
//!                     └ literal  spelled by the language's Syntax ──→ layout ──→ code
//! ```
//!
//! Invariants: for every request, whatever it holds, the code is one complete program that sends
//! this request and does nothing else. No text of an item, a table's name or an expression can end
//! the literal it stands in, and no character that is hidden from the eye is in the code.

mod aws_cli;
mod layout;
mod literal;
mod node;
mod python;
mod ruby;
mod rust;
mod shape;
mod text;
mod value;

use serde_json::Value as Json;

use shape::Shape;
use value::Value;

/// A language that a request can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    AwsCli,
    Node,
    Ruby,
    Python,
    Rust,
}

/// How attribute values are written in a language whose SDK has both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Style {
    /// With their types, as on the wire: `{ S: "Rachel" }`.
    #[default]
    Typed,
    /// As the language's own values, which its SDK types by itself: `"Rachel"`.
    Plain,
}

impl Language {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 5] = [
        Self::AwsCli,
        Self::Node,
        Self::Ruby,
        Self::Python,
        Self::Rust,
    ];

    /// The name a learner reads.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AwsCli => "AWS CLI",
            Self::Node => "Node",
            Self::Ruby => "Ruby",
            Self::Python => "Python",
            Self::Rust => "Rust",
        }
    }

    /// The extension of a file with such code, without a dot; `mjs` because the JavaScript is an
    /// ES module wherever it is saved.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::AwsCli => "sh",
            Self::Node => "mjs",
            Self::Ruby => "rb",
            Self::Python => "py",
            Self::Rust => "rs",
        }
    }

    /// The ways this language's SDK writes attribute values, the first one being what
    /// [`generate`] chooses.
    #[must_use]
    pub fn styles(self) -> &'static [Style] {
        match self {
            Self::Node => &[Style::Typed, Style::Plain],
            Self::AwsCli | Self::Python | Self::Rust => &[Style::Typed],
            Self::Ruby => &[Style::Plain],
        }
    }
}

/// The request as a complete program, ending in a line feed.
///
/// `operation` is the API's name, such as `PutItem`; anything but ASCII letters and digits in it
/// is left out. `request` is the API's own JSON. An operation or parameter that is not known is
/// written all the same, in the most direct way the language has, so that the service (or the SDK)
/// can give its own answer.
#[must_use]
pub fn generate(language: Language, operation: &str, request: &Json) -> String {
    generate_styled(language, Style::default(), operation, request)
}

/// As [`generate`], in a style of the language; a style it doesn't have gives the one it has.
#[must_use]
pub fn generate_styled(
    language: Language,
    style: Style,
    operation: &str,
    request: &Json,
) -> String {
    let operation: String = operation
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    match (language, style) {
        (Language::AwsCli, _) => aws_cli::command(&operation, request),
        (Language::Node, Style::Typed) => node::typed_program(&operation, request),
        (Language::Node, Style::Plain) => node::plain_program(&operation, request),
        (Language::Ruby, _) => ruby::program(&operation, request),
        (Language::Python, _) => python::program(&operation, request),
        (Language::Rust, _) => rust::program(&operation, request),
    }
}

/// Whether every attribute value of a request that fits its operation can be said in a language's
/// own values without losing anything.
fn says_the_same_plainly(operation: &str, request: &Json) -> bool {
    let members = shape::parameters(operation).unwrap_or_default();
    request.as_object().is_some_and(|request| {
        request.iter().all(|(name, json)| {
            shape::member(members, name).is_some_and(|shape| is_plain(shape, json))
        })
    })
}

fn is_plain(shape: &'static Shape, json: &Json) -> bool {
    match (shape, json) {
        (Shape::Value, json) => Value::parse(json).is_some_and(|value| value.is_plain()),
        (Shape::List(element), Json::Array(list)) => {
            list.iter().all(|json| is_plain(element, json))
        }
        (Shape::Map(element), Json::Object(map)) => {
            map.values().all(|json| is_plain(element, json))
        }
        (Shape::Structure(structure), Json::Object(map)) => map.iter().all(|(name, json)| {
            shape::member(structure.members, name).is_some_and(|shape| is_plain(shape, json))
        }),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
