//! Golden code for every language and operation, and hostile texts in all of them.
//!
//! That the code really sends its request is proved by the SDKs themselves, in `tests/clients.rs`.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::{Language, Style, generate, generate_styled, shape, text};

fn requests() -> Vec<(String, Json)> {
    serde_json::from_str(include_str!("requests.json")).expect("requests are JSON")
}

#[test]
fn golden_code() {
    for (operation, request) in requests() {
        let mut all = String::new();
        for language in Language::ALL {
            for style in language.styles() {
                let code = generate_styled(language, *style, &operation, &request);
                writeln!(all, "──── {} · {style:?}\n{code}", language.name()).expect("a String");
            }
        }
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(operation, all);
        });
    }
}

#[test]
fn the_requests_cover_all_operations_in_their_own_words() {
    for (operation, request) in requests() {
        assert!(shape::fits_request(&operation, &request), "{operation}");
    }
    let mut names: Vec<_> = requests().into_iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 20);
}

#[test]
fn an_unknown_parameter_is_still_sent() {
    let request = json!({"TableName": "pets", "Colour": {"a-b": "it's"}});
    insta::assert_snapshot!(generate(Language::AwsCli, "GetItem", &request), @r#"
    aws dynamodb get-item \
        --cli-input-json '{
            "TableName": "pets",
            "Colour": {"a-b": "it\u0027s"}
        }'
    "#);
    let rust = generate(Language::Rust, "GetItem", &request);
    assert!(
        rust.contains(r#"let body = "{\"TableName\":\"pets\",\"Colour\""#),
        "{rust}"
    );
    let python = generate(Language::Python, "GetItem", &json!({"x y": 1, "None": 2}));
    assert!(python.contains(r#"**{"x y": 1, "None": 2},"#), "{python}");
}

#[test]
fn a_malformed_value_is_sent_as_it_is() {
    let request = json!({"TableName": "pets", "Item": {"id": {"S": 1}, "n": {"N": "many"}}});
    let ruby = generate(Language::Ruby, "PutItem", &request);
    assert!(ruby.contains("simple_attributes: false"), "{ruby}");
    assert!(generate(Language::Rust, "PutItem", &request).contains(".mutate_request("));
    let not_a_number = json!({"TableName": "pets", "Item": {"n": {"N": "many"}}});
    let node = generate_styled(Language::Node, Style::Plain, "PutItem", &not_a_number);
    assert!(node.contains(r#"n: { N: "many" }"#), "{node}");
}

#[test]
fn numbers_keep_every_digit() {
    let long = "0.12345678901234567890123456789012345678";
    let request =
        json!({"TableName": "t", "Item": {"n": {"N": long}, "big": {"N": "9007199254740993"}}});
    for language in Language::ALL {
        assert!(generate(language, "PutItem", &request).contains(long));
    }
    let node = generate_styled(Language::Node, Style::Plain, "PutItem", &request);
    assert!(
        node.contains(r#"NumberValue.from("9007199254740993")"#),
        "{node}"
    );
}

#[test]
fn words_inside_texts_import_nothing() {
    let request =
        json!({"TableName": "t", "Item": {"a": {"S": "Foo::bar Set[ base64.b64decode("}}});
    assert!(!generate(Language::Rust, "PutItem", &request).contains("types::Foo"));
    assert!(!generate(Language::Ruby, "PutItem", &request).contains("require \"set\""));
    assert!(!generate(Language::Python, "PutItem", &request).contains("import base64"));
}

#[test]
fn texts_that_the_cli_would_read_from_elsewhere_go_as_json() {
    for text in [
        "file:///etc/passwd",
        "fileb://x",
        "https://example.com",
        "--query",
        "it's",
    ] {
        let code = generate(
            Language::AwsCli,
            "DescribeTable",
            &json!({"TableName": text}),
        );
        assert!(code.contains("--cli-input-json '{"), "{code}");
    }
}

#[test]
fn an_operation_is_letters_and_digits() {
    for language in Language::ALL {
        let code = generate(language, "PutItem; rm -rf ~", &json!({}));
        assert!(!code.contains("rm -rf"), "{code}");
    }
}

/// The words of a command as a POSIX shell reads them, or what in it a shell would act on.
fn shell_words(command: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut characters = command.chars().peekable();
    while let Some(&first) = characters.peek() {
        match first {
            ' ' => {
                characters.next();
            }
            '\\' => {
                characters.next();
                if characters.next() != Some('\n') {
                    return Err("a backslash that continues no line".into());
                }
            }
            '\n' => {
                characters.next();
                if characters.peek().is_some() {
                    return Err("a second command".into());
                }
            }
            _ => {
                let mut word = String::new();
                while let Some(&character) = characters.peek() {
                    match character {
                        ' ' | '\n' => break,
                        '\'' => {
                            characters.next();
                            loop {
                                match characters.next().ok_or("an open quote")? {
                                    '\'' => break,
                                    quoted => word.push(quoted),
                                }
                            }
                        }
                        c if c.is_ascii_alphanumeric() || "-_.".contains(c) => {
                            characters.next();
                            word.push(c);
                        }
                        c => return Err(format!("{c:?} outside quotes")),
                    }
                }
                words.push(word);
            }
        }
    }
    Ok(words)
}

/// The request that a command sends, read back from its words.
fn request_of(words: &[String], names: &[&str]) -> Json {
    let mut request = Map::new();
    let mut words = words[3..].iter().peekable();
    while let Some(option) = words.next() {
        let option = option.strip_prefix("--").expect("an option");
        if option == "no-paginate" {
            continue;
        }
        if option == "cli-input-json" {
            return serde_json::from_str(words.next().expect("JSON")).expect("JSON");
        }
        if option == "cli-binary-format" {
            words.next();
            continue;
        }
        let parameter_of = |option: &str| {
            names
                .iter()
                .find(|name| text::split_words(name, '-') == option)
                .copied()
        };
        // What such a parameter is given is its text, whatever it looks like.
        let is_text = parameter_of(option)
            .is_some_and(|name| name == "TableName" || name.ends_with("Expression"));
        let value = match words.peek().filter(|next| !next.starts_with("--")) {
            Some(word) if word.starts_with(['{', '[']) && !is_text => {
                serde_json::from_str(word).expect("JSON")
            }
            Some(word) => match (parameter_of(option), word.parse::<i64>()) {
                (Some("Limit" | "Segment" | "TotalSegments"), Ok(number)) => json!(number),
                _ => json!(word),
            },
            None => json!(!option.starts_with("no-")),
        };
        if words.peek().is_some_and(|next| !next.starts_with("--")) {
            words.next();
        }
        let name = parameter_of(option).or_else(|| parameter_of(option.strip_prefix("no-")?));
        request.insert(name.expect("a parameter of the request").to_owned(), value);
    }
    Json::Object(request)
}

#[test]
fn the_shell_reads_the_request_back() {
    for (operation, request) in requests() {
        let code = generate(Language::AwsCli, &operation, &request);
        let words = shell_words(&code).expect("nothing for a shell to act on");
        assert_eq!(words[..2], ["aws", "dynamodb"]);
        let names: Vec<&str> = request
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(request_of(&words, &names), request, "{code}");
    }
}

#[test]
fn the_shell_reader_of_these_tests_sees_an_injection() {
    assert!(shell_words("aws dynamodb $(x)").is_err());
    assert!(shell_words("aws 'a'; rm").is_err());
    assert!(shell_words("aws 'a\n").is_err());
    assert!(shell_words("aws\nrm").is_err());
}

/// A text literal read back as its language reads it; `None` where it ends early.
fn read_back(literal: &str) -> Option<String> {
    let mut rest = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut units: Vec<u16> = Vec::new();
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        let code = match first {
            '"' => return None,
            '\\' => {
                let kind = rest.chars().next()?;
                rest = &rest[1..];
                match kind {
                    'n' => 0x0a,
                    'r' => 0x0d,
                    't' => 0x09,
                    '"' | '\\' | '#' => u32::from(kind),
                    'u' | 'U' => {
                        let (digits, after) = match (kind, rest.strip_prefix('{')) {
                            ('U', _) => rest.split_at_checked(8)?,
                            (_, Some(braced)) => braced.split_once('}')?,
                            (_, None) => rest.split_at_checked(4)?,
                        };
                        rest = after;
                        u32::from_str_radix(digits, 16).ok()?
                    }
                    _ => return None,
                }
            }
            other => u32::from(other),
        };
        match char::from_u32(code) {
            Some(character) => units.extend_from_slice(character.encode_utf16(&mut [0; 2])),
            // One half of a character beyond the basic plane.
            None => units.push(u16::try_from(code).ok()?),
        }
    }
    String::from_utf16(&units).ok()
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("'".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("\\'".to_owned()),
        Just("#{exit}".to_owned()),
        Just("#$0".to_owned()),
        Just("${x}`id`$(id)".to_owned()),
        Just("'; rm -rf ~; '".to_owned()),
        Just("\n\r\t\u{0}\u{1b}[2J".to_owned()),
        Just("\u{202e}\u{2028}\u{9b}\u{feff}\u{e0001}".to_owned()),
        Just("*/ --> // {} __proto__ file://x".to_owned()),
        Just("-".to_owned()),
        Just("猫é".to_owned()),
        "[ -~]{0,6}",
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_hostile_text_stays_a_text(name in hostile(), value in hostile(), table in hostile(), condition in hostile()) {
        let request = json!({
            "TableName": table,
            "Item": {name.clone(): {"S": value.clone()}, "m": {"M": {value: {"S": name.clone()}}}},
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#n": name},
        });
        let names = ["TableName", "Item", "ConditionExpression", "ExpressionAttributeNames"];
        let command = generate(Language::AwsCli, "PutItem", &request);
        let words = shell_words(&command).map_err(|why| TestCaseError::fail(format!("{why}: {command}")))?;
        prop_assert_eq!(request_of(&words, &names), request.clone());
        for language in Language::ALL {
            for style in [Style::Typed, Style::Plain] {
                let code = generate_styled(language, style, "PutItem", &request);
                prop_assert!(!code.chars().any(|c| c != '\n' && text::is_hidden(c)), "{}", code);
                // Outside its texts, the code holds nothing but what this room writes itself.
                let outside = text::outside_quotes(&code);
                if language != Language::AwsCli {
                    prop_assert!(!outside.contains(['\'', '\\', '`', '$']), "{}", code);
                }
            }
        }
    }

    #[test]
    fn every_literal_reads_back(value in hostile()) {
        for literal in [
            text::quoted(&value, text::utf16_escape, text::nothing_special),
            super::python::text(&value),
            super::ruby::text(&value),
            super::rust::text(&value),
            super::node::text(&value),
        ] {
            prop_assert_eq!(read_back(&literal), Some(value.clone()), "{}", literal);
        }
        let evaluated = super::ruby::text(&value).replace("\\#", "").contains("#{");
        prop_assert!(!evaluated);
    }
}
