//! A request in Python, with boto3's client.
//!
//! The client rather than the table resource: it takes typed JSON, as the wire does, so a learner
//! finds the request again word for word.

use serde_json::Value as Json;

use super::layout::{Brackets, Doc, Layout};
use super::literal::Syntax;
use super::shape;
use super::text::{is_api_name, nothing_special, outside_quotes, quoted, split_words};

const LAYOUT: Layout = Layout { step: 4, chain: 0 };

const PYTHON: Syntax = Syntax {
    text,
    member: key,
    key,
    flags: ["False", "True"],
    null: "None",
    binary,
    plain: None,
    padded_braces: false,
    trailing_commas: true,
};

/// The whole program.
pub(super) fn program(operation: &str, request: &Json) -> String {
    let mut call = format!("response = client.{}(", split_words(operation, '_'));
    let arguments = arguments(operation, request);
    if !arguments.is_empty() {
        for argument in arguments {
            call.push_str("\n    ");
            LAYOUT.write(&mut call, &argument, 4, 1);
            call.push(',');
        }
        call.push('\n');
    }
    call.push(')');
    let base64 = if outside_quotes(&call).contains("base64.b64decode(") {
        "import base64\n\n"
    } else {
        ""
    };
    format!(
        "# pip install boto3\n{base64}import boto3\n\nclient = boto3.client(\"dynamodb\")\n\n\
         {call}\nprint(response)\n"
    )
}

/// Keyword arguments; a parameter that the service doesn't know, and so may be no name in Python
/// either, is handed over in a dictionary.
fn arguments(operation: &str, request: &Json) -> Vec<Doc> {
    let Json::Object(request) = request else {
        return vec![Doc::labelled("**", PYTHON.literal(request, None))];
    };
    let members = shape::parameters(operation).unwrap_or_default();
    let mut arguments = Vec::new();
    let mut others = Vec::new();
    for (name, json) in request {
        let shape = shape::member(members, name);
        let literal = PYTHON.literal(json, shape);
        if shape.is_some() || is_keyword_argument(name) {
            arguments.push(Doc::labelled(format!("{name}="), literal));
        } else {
            others.push(Doc::labelled(key(name), literal));
        }
    }
    if !others.is_empty() {
        arguments.push(Doc::Brackets(Brackets {
            open: "**{".to_owned(),
            items: others,
            close: "}",
            padded: false,
            trailing_comma: true,
        }));
    }
    arguments
}

fn is_keyword_argument(name: &str) -> bool {
    is_api_name(name) && !matches!(name, "None" | "True" | "False")
}

pub(super) fn text(text: &str) -> String {
    quoted(text, escape, nothing_special)
}

fn key(name: &str) -> String {
    format!("{}: ", text(name))
}

fn binary(base64: &str) -> String {
    format!("base64.b64decode({})", text(base64))
}

fn escape(character: char) -> String {
    match u32::from(character) {
        code @ 0..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    }
}
