//! A request in Ruby, with the AWS SDK's client.
//!
//! Ruby's SDK takes Ruby's own values and types them by itself: strings, integers, `BigDecimal`
//! for other numbers so that each digit stays, `Set`, `StringIO` for bytes. A request that they
//! can't say (a malformed value, a set that holds something twice) is written as on the wire, for
//! a client that doesn't type values (`simple_attributes: false`).

use serde_json::Value as Json;

use super::layout::Layout;
use super::literal::{Plain, Syntax};
use super::shape;
use super::text::{braced_escape, is_api_name, outside_quotes, quoted, split_words};
use super::value::is_whole;

const LAYOUT: Layout = Layout { step: 2, chain: 0 };

const TYPED: Syntax = Syntax {
    text,
    member,
    key,
    flags: ["false", "true"],
    null: "nil",
    binary,
    plain: None,
    padded_braces: true,
    trailing_commas: true,
};

const PLAIN: Syntax = Syntax {
    plain: Some(Plain {
        number: plain_number,
        set: ("Set[", "]"),
    }),
    ..TYPED
};

/// The whole program.
pub(super) fn program(operation: &str, request: &Json) -> String {
    let plain =
        shape::fits_request(operation, request) && super::says_the_same_plainly(operation, request);
    let (syntax, client) = if plain {
        (PLAIN, "Aws::DynamoDB::Client.new")
    } else {
        (TYPED, "Aws::DynamoDB::Client.new(simple_attributes: false)")
    };
    let arguments = match request {
        Json::Object(request) => syntax.parameters(operation, request),
        other => vec![syntax.literal(other, None)],
    };
    let mut call = format!("response = client.{}", split_words(operation, '_'));
    if !arguments.is_empty() {
        call.push('(');
        for argument in arguments {
            call.push_str("\n  ");
            LAYOUT.write(&mut call, &argument, 2, 1);
            call.push(',');
        }
        call.push_str("\n)");
    }
    let code = outside_quotes(&call);
    let mut libraries = String::new();
    for (use_of, library) in [
        ("BigDecimal(", "bigdecimal"),
        ("Set[", "set"),
        ("StringIO.new(", "stringio"),
    ] {
        if code.contains(use_of) {
            libraries.extend(["require \"", library, "\"\n"]);
        }
    }
    format!(
        "# gem install aws-sdk-dynamodb\nrequire \"aws-sdk-dynamodb\"\n{libraries}\n\
         client = {client}\n\n{call}\npp response.to_h\n"
    )
}

fn plain_number(number: &str) -> String {
    if is_whole(number) {
        number.to_owned()
    } else {
        format!("BigDecimal({})", text(number))
    }
}

/// A double-quoted text; `#` is escaped where Ruby would begin to evaluate what follows.
pub(super) fn text(text: &str) -> String {
    quoted(text, braced_escape, |character, next| {
        character == '#' && matches!(next, Some('{' | '$' | '@'))
    })
}

fn key(name: &str) -> String {
    format!("{} => ", text(name))
}

/// A symbol for a word of the API. The Ruby SDK respells those words; a type tag is one of them.
fn member(name: &str) -> String {
    if is_api_name(name) {
        format!("{}: ", split_words(name, '_'))
    } else {
        key(name)
    }
}

fn binary(base64: &str) -> String {
    format!("StringIO.new({}.unpack1(\"m0\"))", text(base64))
}
