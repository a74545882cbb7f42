//! A request as a command of the AWS CLI, version 2, for any POSIX shell.
//!
//! Invariant: the command is made of bare words (letters, digits, `-`, `_`, `.`) and of text
//! between single quotes that itself holds no single quote and no pair of backslashes. So there is
//! nothing in it for a shell to expand, and no quote to break out of, in `sh`, `bash`, `zsh` and
//! `fish` alike. What would need more than that is written as JSON, where a quote can be `\u0027`.

use serde_json::{Map, Value as Json};

use super::layout::{Doc, Layout};
use super::literal::Syntax;
use super::shape::{self, Shape};
use super::text::{is_hidden, nothing_special, quoted, split_words, utf16_escape};

const LAYOUT: Layout = Layout { step: 4, chain: 0 };
/// How far options are indented, and a line's ` \`.
const INDENT: usize = 4;
const CONTINUATION: usize = 3;

const JSON: Syntax = Syntax {
    text: json_text,
    member: json_key,
    key: json_key,
    flags: ["false", "true"],
    null: "null",
    binary: json_text,
    plain: None,
    padded_braces: false,
    trailing_commas: false,
};

/// The command, one option a line.
pub(super) fn command(operation: &str, request: &Json) -> String {
    let mut code = format!("aws dynamodb {}", split_words(operation, '-'));
    if let Some(options) = options(operation, request) {
        for (option, argument) in options {
            start_option(&mut code, &option);
            match argument {
                Argument::None => {}
                Argument::Word(word) => {
                    code.push(' ');
                    code.push_str(&word);
                }
                Argument::Json(doc) => write_json(&mut code, &doc),
            }
        }
    } else {
        start_option(&mut code, "cli-input-json");
        write_json(&mut code, &JSON.literal(request, None));
    }
    // The CLI would go on page by page by itself; a lesson's request is one page, as in the API.
    if matches!(
        operation,
        "Query" | "Scan" | "ListTables" | "ListTagsOfResource"
    ) {
        start_option(&mut code, "no-paginate");
    }
    // Version 2 can be set up to take bytes as they are; the request holds them as Base64.
    if holds_binary(request) {
        start_option(&mut code, "cli-binary-format");
        code.push_str(" base64");
    }
    code.push('\n');
    code
}

enum Argument {
    None,
    Word(String),
    Json(Doc),
}

/// The request as options; `None` where one of them can't be said as an option.
fn options(operation: &str, request: &Json) -> Option<Vec<(String, Argument)>> {
    if !shape::fits_request(operation, request) {
        return None;
    }
    let members = shape::parameters(operation)?;
    let request: &Map<String, Json> = request.as_object()?;
    request
        .iter()
        .map(|(name, json)| {
            let shape = shape::member(members, name)?;
            let option = split_words(name, '-');
            Some(match (shape, json) {
                (Shape::Flag, Json::Bool(true)) => (option, Argument::None),
                (Shape::Flag, Json::Bool(false)) => (format!("no-{option}"), Argument::None),
                (_, Json::String(text)) => (option, Argument::Word(word(text)?)),
                (_, Json::Number(number)) => (option, Argument::Word(number.to_string())),
                (shape, json) => (option, Argument::Json(JSON.literal(json, Some(shape)))),
            })
        })
        .collect()
}

/// A text as one word of the shell. `None` for a text that the CLI or a shell could take for
/// something else: an option, a file or address to read, a quote, an escape.
fn word(text: &str) -> Option<String> {
    let read_from_elsewhere = text.contains("://");
    if text.starts_with('-') || read_from_elsewhere {
        return None;
    }
    if text.contains(['\'', '\\']) || text.chars().any(is_hidden) {
        return None;
    }
    let bare = !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    Some(if bare {
        text.to_owned()
    } else {
        format!("'{text}'")
    })
}

fn start_option(code: &mut String, option: &str) {
    code.push_str(" \\\n    --");
    code.push_str(option);
}

fn write_json(code: &mut String, doc: &Doc) {
    code.push_str(" '");
    LAYOUT.write(code, doc, INDENT, CONTINUATION);
    code.push('\'');
}

/// A text as JSON that can stand between single quotes: neither quotes nor backslashes are
/// written as they are.
fn json_text(text: &str) -> String {
    quoted(text, utf16_escape, nothing_special)
        .replace('\'', "\\u0027")
        .replace("\\\\", "\\u005c")
}

fn json_key(text: &str) -> String {
    format!("{}: ", json_text(text))
}

/// Whether a binary attribute value is anywhere in the request.
fn holds_binary(json: &Json) -> bool {
    match json {
        Json::Object(map) => map.iter().any(|(name, inner)| {
            matches!(
                (name.as_str(), inner),
                ("B", Json::String(_)) | ("BS", Json::Array(_))
            ) || holds_binary(inner)
        }),
        Json::Array(list) => list.iter().any(holds_binary),
        _ => false,
    }
}
