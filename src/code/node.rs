//! A request in JavaScript for Node, with version 3 of the AWS SDK, as an ES module.
//!
//! Two forms: the client that takes typed JSON as the wire does, and the document client, which
//! takes JavaScript's own values and types them by itself.

use serde_json::Value as Json;

use super::layout::{Brackets, Doc, Layout};
use super::literal::{Plain, Syntax};
use super::shape;
use super::text::{nothing_special, outside_quotes, quoted, utf16_escape};
use super::value::is_whole;

const LAYOUT: Layout = Layout { step: 2, chain: 0 };

const TYPED: Syntax = Syntax {
    text,
    member: key,
    key,
    flags: ["false", "true"],
    null: "null",
    binary,
    plain: None,
    padded_braces: true,
    trailing_commas: true,
};

const PLAIN: Syntax = Syntax {
    plain: Some(Plain {
        number: plain_number,
        set: ("new Set([", "])"),
    }),
    ..TYPED
};

/// Where the document client comes from.
const LIBRARY: &str = " from \"@aws-sdk/lib-dynamodb\";";

/// The largest whole number that JavaScript holds exactly.
const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;

/// The program with typed JSON.
pub(super) fn typed_program(operation: &str, request: &Json) -> String {
    format!(
        "// npm install @aws-sdk/client-dynamodb\n\
         import {{ DynamoDBClient, {operation}Command }} from \"@aws-sdk/client-dynamodb\";\n\n\
         const client = new DynamoDBClient({{}});\n\n\
         {}",
        send(&format!("{operation}Command"), operation, request, &TYPED)
    )
}

/// Whether some key is `__proto__`, which the document client loses on its way.
fn names_prototype(json: &Json) -> bool {
    match json {
        Json::Object(map) => map
            .iter()
            .any(|(name, inner)| name == "__proto__" || names_prototype(inner)),
        Json::Array(list) => list.iter().any(names_prototype),
        _ => false,
    }
}

/// The program with plain values; typed where the document client has no such command or plain
/// values can't say the same.
pub(super) fn plain_program(operation: &str, request: &Json) -> String {
    let Some(verb) = document_verb(operation) else {
        return typed_program(operation, request);
    };
    if names_prototype(request)
        || !shape::fits_request(operation, request)
        || !super::says_the_same_plainly(operation, request)
    {
        return typed_program(operation, request);
    }
    let sending = send(&format!("{verb}Command"), operation, request, &PLAIN);
    let mut names = vec![
        "DynamoDBDocumentClient".to_owned(),
        format!("{verb}Command"),
    ];
    if outside_quotes(&sending).contains("NumberValue.from(") {
        names.push("NumberValue".to_owned());
    }
    let names = PLAIN.braces(names.into_iter().map(Doc::token).collect());
    let mut imports = "import ".to_owned();
    LAYOUT.write(&mut imports, &names, 0, LIBRARY.len());
    imports.push_str(LIBRARY);
    format!(
        "// npm install @aws-sdk/client-dynamodb @aws-sdk/lib-dynamodb\n\
         import {{ DynamoDBClient }} from \"@aws-sdk/client-dynamodb\";\n\
         {imports}\n\n\
         const client = DynamoDBDocumentClient.from(new DynamoDBClient({{}}));\n\n\
         {sending}"
    )
}

/// What the document client calls an operation; it has none for those that hold no items.
fn document_verb(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "PutItem" => "Put",
        "GetItem" => "Get",
        "UpdateItem" => "Update",
        "DeleteItem" => "Delete",
        "Query" => "Query",
        "Scan" => "Scan",
        "BatchGetItem" => "BatchGet",
        "BatchWriteItem" => "BatchWrite",
        "TransactGetItems" => "TransactGet",
        "TransactWriteItems" => "TransactWrite",
        _ => return None,
    })
}

fn send(command: &str, operation: &str, request: &Json, syntax: &Syntax) -> String {
    let input = match request {
        Json::Object(request) => syntax.braces(syntax.parameters(operation, request)),
        other => syntax.literal(other, None),
    };
    let input = match input {
        // The input is always broken, a parameter a line: that is how it is read beside the wire.
        Doc::Brackets(brackets) if !brackets.items.is_empty() => broken(&brackets),
        other => {
            let mut code = String::new();
            LAYOUT.write(&mut code, &other, 2, 2);
            code
        }
    };
    format!(
        "const response = await client.send(\n  new {command}({input}),\n);\nconsole.log(response);\n"
    )
}

fn broken(brackets: &Brackets) -> String {
    let mut code = brackets.open.clone();
    for item in &brackets.items {
        code.push_str("\n    ");
        LAYOUT.write(&mut code, item, 4, 1);
        code.push(',');
    }
    code.push_str("\n  ");
    code.push_str(brackets.close);
    code
}

/// A number as JavaScript's own where that is exact to the last digit.
fn plain_number(number: &str) -> String {
    let safe = is_whole(number)
        && number
            .parse::<i64>()
            .is_ok_and(|n| n.abs() <= MAX_SAFE_INTEGER);
    if safe || is_exact_decimal(number) {
        number.to_owned()
    } else {
        format!("NumberValue.from({})", text(number))
    }
}

/// Whether a short decimal such as `12.5` is what JavaScript prints for it again: without
/// exponent, without needless zeros, and of few enough digits for a double (15 always survive).
fn is_exact_decimal(number: &str) -> bool {
    let Some((whole, fraction)) = number.split_once('.') else {
        return false;
    };
    let digits = fraction.bytes().all(|b| b.is_ascii_digit());
    let small = whole.starts_with('0') || whole.starts_with("-0");
    let not_tiny = !small || !fraction.starts_with("00000");
    (is_whole(whole) || whole == "-0")
        && digits
        && not_tiny
        && !fraction.is_empty()
        && !fraction.ends_with('0')
        && whole.trim_start_matches('-').len() + fraction.len() <= 15
}

pub(super) fn text(text: &str) -> String {
    quoted(text, utf16_escape, nothing_special)
}

/// A key of an object. `__proto__` would set the object's prototype unless it is computed.
fn key(name: &str) -> String {
    let identifier = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if name == "__proto__" {
        "[\"__proto__\"]: ".to_owned()
    } else if identifier {
        format!("{name}: ")
    } else {
        format!("{}: ", text(name))
    }
}

fn binary(base64: &str) -> String {
    format!("Buffer.from({}, \"base64\")", text(base64))
}
