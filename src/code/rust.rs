//! A request in Rust, with the AWS SDK's builders.
//!
//! A request that the builders can't say (an unknown parameter, a malformed value) is sent as the
//! body it is, the way every step of a lesson is sent: through the SDK's own call for the
//! operation, with the body replaced before it is signed.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::layout::{Brackets, Doc, Layout, new_line};
use super::shape::{self, Shape, Structure};
use super::text::{
    braced_escape, is_api_name, nothing_special, outside_quotes, quoted, split_words,
};
use super::value::{Binary, Value};

const LAYOUT: Layout = Layout { step: 4, chain: 60 };
/// How far the calls on the client are indented.
const INDENT: usize = 8;
/// Columns that a line of imported names takes.
const IMPORT_WIDTH: usize = 66;

/// The whole program.
pub(super) fn program(operation: &str, request: &Json) -> String {
    let calls = calls(operation, request).unwrap_or_else(|| raw_calls(operation, request));
    let mut chain = format!("client\n        .{}()", split_words(operation, '_'));
    for call in calls {
        new_line(&mut chain, INDENT);
        LAYOUT.write(&mut chain, &call, INDENT, 0);
    }
    let code = outside_quotes(&chain);
    let types = imported_types(&code);
    let collections = if code.contains("HashMap::") {
        "use std::collections::HashMap;\n\n"
    } else {
        ""
    };
    let blob = if code.contains("Blob::new(") {
        "use aws_sdk_dynamodb::primitives::Blob;\n"
    } else {
        ""
    };
    format!(
        "// cargo add aws-config aws-sdk-dynamodb\n// cargo add tokio --features full\n\
         {collections}use aws_config::BehaviorVersion;\nuse aws_sdk_dynamodb::Client;\n{blob}{types}\n\
         #[tokio::main]\n\
         async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let config = aws_config::load_defaults(BehaviorVersion::latest()).await;\n    \
             let client = Client::new(&config);\n\n    \
             let response = {chain}\n        \
                 .send()\n        \
                 .await?;\n    \
             println!(\"{{response:#?}}\");\n    \
             Ok(())\n}}\n"
    )
}

/// The builder's calls, one for each parameter, entry or element; `None` where it has none.
fn calls(operation: &str, request: &Json) -> Option<Vec<Doc>> {
    if !shape::fits_request(operation, request) {
        return None;
    }
    let members = shape::parameters(operation)?;
    let mut calls = Vec::new();
    for (name, json) in request.as_object()? {
        add_calls(&mut calls, name, shape::member(members, name)?, json)?;
    }
    Some(calls)
}

/// The calls that set one member of a builder: one, or one for each entry of a map or list.
fn add_calls(calls: &mut Vec<Doc>, name: &str, shape: &Shape, json: &Json) -> Option<()> {
    let setter = split_words(name, '_');
    let call = |arguments: Vec<Doc>| brackets(format!(".{setter}("), arguments, ")");
    match (shape, json) {
        (Shape::Map(element), Json::Object(map)) if !map.is_empty() => {
            for (key, json) in map {
                calls.push(call(vec![Doc::token(text(key)), argument(element, json)?]));
            }
        }
        (Shape::List(element), Json::Array(list)) if !list.is_empty() => {
            for json in list {
                calls.push(call(vec![argument(element, json)?]));
            }
        }
        // Nothing to call for, yet an empty map or list is not the same as none.
        (Shape::Map(_), Json::Object(_)) => {
            calls.push(Doc::token(format!(".set_{setter}(Some(HashMap::new()))")));
        }
        (Shape::List(_), Json::Array(_)) => {
            calls.push(Doc::token(format!(".set_{setter}(Some(vec![]))")));
        }
        (shape, json) => calls.push(call(vec![argument(shape, json)?])),
    }
    Some(())
}

fn argument(shape: &Shape, json: &Json) -> Option<Doc> {
    Some(match (shape, json) {
        (Shape::Text, Json::String(content)) => Doc::token(text(content)),
        (Shape::Integer | Shape::Long, Json::Number(number)) => Doc::token(number.to_string()),
        (Shape::Flag, Json::Bool(flag)) => Doc::token(flag.to_string()),
        (Shape::Enumeration(name, values), Json::String(value)) => {
            Doc::token(if values.contains(&value.as_str()) {
                format!("{name}::{}", variant(value))
            } else {
                format!("{name}::from({})", text(value))
            })
        }
        (Shape::Value, json) => attribute_value(&Value::parse(json)?),
        (Shape::Structure(structure), Json::Object(map)) => build(structure, map)?,
        // A list or a map inside another one is handed over whole.
        (Shape::List(element), Json::Array(list)) => brackets(
            "vec![",
            list.iter()
                .map(|json| whole(element, json))
                .collect::<Option<_>>()?,
            "]",
        ),
        (Shape::Map(_), Json::Object(map)) if map.is_empty() => Doc::token("HashMap::new()"),
        (Shape::Map(element), Json::Object(map)) => brackets(
            "HashMap::from([",
            map.iter()
                .map(|(key, json)| {
                    let entry = vec![Doc::token(owned(key)), whole(element, json)?];
                    Some(brackets("(", entry, ")"))
                })
                .collect::<Option<_>>()?,
            "])",
        ),
        _ => return None,
    })
}

/// As [`argument`], where nothing converts a text into the `String` that is wanted.
fn whole(shape: &Shape, json: &Json) -> Option<Doc> {
    match (shape, json) {
        (Shape::Text, Json::String(content)) => Some(Doc::token(owned(content))),
        _ => argument(shape, json),
    }
}

fn build(structure: &Structure, map: &serde_json::Map<String, Json>) -> Option<Doc> {
    let mut calls = Vec::new();
    for (name, json) in map {
        let (_, shape) = structure.members.iter().find(|(known, _)| known == name)?;
        add_calls(&mut calls, name, shape, json)?;
    }
    calls.push(Doc::token(if structure.fallible {
        ".build()?"
    } else {
        ".build()"
    }));
    Some(Doc::Chain {
        head: format!("{}::builder()", structure.name),
        calls,
    })
}

fn attribute_value(value: &Value) -> Doc {
    let of_texts = |open: &str, texts: &[&str]| {
        brackets(
            open,
            texts.iter().map(|one| Doc::token(owned(one))).collect(),
            "])",
        )
    };
    match value {
        Value::S(content) => Doc::token(format!("AttributeValue::S({})", owned(content))),
        Value::N(number) => Doc::token(format!("AttributeValue::N({})", owned(number))),
        Value::B(binary) => Doc::token(format!("AttributeValue::B({})", blob(binary))),
        Value::Bool(flag) => Doc::token(format!("AttributeValue::Bool({flag})")),
        Value::Null(flag) => Doc::token(format!("AttributeValue::Null({flag})")),
        Value::Ss(set) => of_texts("AttributeValue::Ss(vec![", set),
        Value::Ns(set) => of_texts("AttributeValue::Ns(vec![", set),
        Value::Bs(set) => brackets(
            "AttributeValue::Bs(vec![",
            set.iter().map(|one| Doc::token(blob(one))).collect(),
            "])",
        ),
        Value::L(list) => brackets(
            "AttributeValue::L(vec![",
            list.iter().map(attribute_value).collect(),
            "])",
        ),
        Value::M(map) if map.is_empty() => Doc::token("AttributeValue::M(HashMap::new())"),
        Value::M(map) => brackets(
            "AttributeValue::M(HashMap::from([",
            map.iter()
                .map(|(name, one)| {
                    let entry = vec![Doc::token(owned(name)), attribute_value(one)];
                    brackets("(", entry, ")")
                })
                .collect(),
            "]))",
        ),
    }
}

/// The request as it is, put in the place of what the SDK would send.
fn raw_calls(operation: &str, request: &Json) -> Vec<Doc> {
    let mut calls = Vec::new();
    // The SDK's endpoint rules read the table's name before the body is replaced.
    let named = shape::parameters(operation)
        .is_some_and(|members| shape::member(members, "TableName").is_some());
    if let (true, Some(Json::String(table))) = (named, request.get("TableName")) {
        calls.push(Doc::token(format!(".table_name({})", text(table))));
    }
    let body = text(&request.to_string());
    calls.push(Doc::token(".customize()"));
    calls.push(Doc::token(format!(
        ".mutate_request(|request| {{\n            \
             // The builder has no words for this request, so its body goes as it is.\n            \
             let body = {body};\n            \
             let length = body.len().to_string();\n            \
             request.headers_mut().insert(\"content-length\", length);\n            \
             *request.body_mut() = body.into();\n        \
         }})"
    )));
    calls
}

/// The types of the SDK that a program names, as one `use`.
fn imported_types(code: &str) -> String {
    let names: BTreeSet<&str> = code
        .split(|c: char| !c.is_ascii_alphanumeric() && c != ':' && c != '_')
        .filter_map(|path| path.split_once("::"))
        .map(|(name, _)| name)
        .filter(|name| is_api_name(name) && !matches!(*name, "HashMap" | "Blob"))
        .collect();
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => format!("use aws_sdk_dynamodb::types::{name};\n"),
        names => {
            let mut list = String::new();
            let mut column = 0;
            for name in names {
                // The list is filled line by line, as rustfmt does it.
                if column + name.len() + 1 > IMPORT_WIDTH {
                    list.push_str("\n    ");
                    column = 0;
                } else if column > 0 {
                    list.push(' ');
                }
                list.push_str(name);
                list.push(',');
                column += name.len() + 2;
            }
            if list.contains('\n') {
                format!("use aws_sdk_dynamodb::types::{{\n    {list}\n}};\n")
            } else {
                let list = list.trim_end_matches(',');
                format!("use aws_sdk_dynamodb::types::{{{list}}};\n")
            }
        }
    }
}

fn brackets(open: impl Into<String>, items: Vec<Doc>, close: &'static str) -> Doc {
    Doc::Brackets(Brackets {
        open: open.into(),
        items,
        close,
        padded: false,
        trailing_comma: true,
    })
}

/// `PAY_PER_REQUEST` is `PayPerRequest`, `S` stays `S`.
fn variant(value: &str) -> String {
    value
        .split('_')
        .flat_map(|word| {
            word.chars().enumerate().map(|(index, letter)| {
                if index == 0 {
                    letter
                } else {
                    letter.to_ascii_lowercase()
                }
            })
        })
        .collect()
}

pub(super) fn text(text: &str) -> String {
    quoted(text, braced_escape, nothing_special)
}

fn owned(content: &str) -> String {
    format!("{}.into()", text(content))
}

/// Bytes as a byte string: printable ASCII as it is, the rest as `\x00`.
fn blob(binary: &Binary) -> String {
    let bytes: String = binary
        .bytes
        .iter()
        .flat_map(|&byte| std::ascii::escape_default(byte))
        .map(char::from)
        .collect();
    format!("Blob::new(b\"{bytes}\")")
}
