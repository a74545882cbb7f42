//! What the five languages share about text: which characters are never written as they are, and
//! how the API's words are respelled.
//!
//! Invariant: a character that can steer a terminal, end a line or reorder what is read never
//! appears in generated code; it is always written as an escape sequence. So what a learner sees
//! is what the code does, and pasting it into a shell types nothing else.

use std::fmt::Write as _;

/// Whether a character must be written as an escape sequence.
pub(super) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// A text between double quotes: backslash and quote escaped as all five languages do, hidden
/// characters as `escape` spells them, and `special` deciding about any other character by what
/// follows it.
pub(super) fn quoted(
    text: &str,
    escape: fn(char) -> String,
    special: fn(char, Option<char>) -> bool,
) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' | '\\' => literal.extend(['\\', character]),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            hidden if is_hidden(hidden) => literal.push_str(&escape(hidden)),
            other => {
                if special(other, characters.peek().copied()) {
                    literal.push('\\');
                }
                literal.push(other);
            }
        }
    }
    literal.push('"');
    literal
}

/// Code without what stands between its double quotes, to look for what the code itself uses.
pub(super) fn outside_quotes(code: &str) -> String {
    let mut outside = String::with_capacity(code.len());
    let mut characters = code.chars();
    let mut inside = false;
    while let Some(character) = characters.next() {
        match character {
            '"' => inside = !inside,
            // An escape is two characters at least, and the second is never a closing quote.
            '\\' if inside => {
                characters.next();
            }
            other if !inside => outside.push(other),
            _ => {}
        }
    }
    outside
}

/// For [`quoted`]: no character but the usual ones is special.
pub(super) fn nothing_special(_: char, _: Option<char>) -> bool {
    false
}

/// `\u001b`, in two halves beyond the basic plane, as JSON and JavaScript write it.
pub(super) fn utf16_escape(character: char) -> String {
    let mut units = [0; 2];
    let mut escape = String::with_capacity(12);
    for unit in character.encode_utf16(&mut units) {
        write!(escape, "\\u{unit:04x}").expect("writing to a String never fails");
    }
    escape
}

/// `\u{1b}`, as Rust and Ruby write it.
pub(super) fn braced_escape(character: char) -> String {
    format!("\\u{{{:x}}}", u32::from(character))
}

/// `SSESpecification` with `_` becomes `sse_specification`, with `-` `sse-specification`: the way
/// the SDKs and the AWS CLI respell the API's names.
pub(super) fn split_words(name: &str, separator: char) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut split = String::with_capacity(name.len() + 4);
    for (index, letter) in letters.iter().enumerate() {
        let after_small = index > 0 && !letters[index - 1].is_ascii_uppercase();
        let before_small = letters.get(index + 1).is_some_and(char::is_ascii_lowercase);
        if index > 0 && letter.is_ascii_uppercase() && (after_small || before_small) {
            split.push(separator);
        }
        split.push(letter.to_ascii_lowercase());
    }
    split
}

/// Whether a name is one of the API's form, letters and digits beginning with a capital, and so
/// can't be anything but a name in any of the languages.
pub(super) fn is_api_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_as_the_sdks_do() {
        for (name, snake) in [
            ("TableName", "table_name"),
            ("SSESpecification", "sse_specification"),
            ("SSEType", "sse_type"),
            ("KMSMasterKeyId", "kms_master_key_id"),
            ("PutItem", "put_item"),
            ("S", "s"),
            ("BOOL", "bool"),
            (
                "ReturnValuesOnConditionCheckFailure",
                "return_values_on_condition_check_failure",
            ),
        ] {
            assert_eq!(split_words(name, '_'), snake);
        }
    }

    #[test]
    fn what_stands_in_quotes_is_left_out() {
        assert_eq!(outside_quotes(r#"a("b\"c\\")d"#), "a()d");
    }

    #[test]
    fn quoted_text_holds_no_hidden_character() {
        let hostile = "a\"b\\c\n\r\t\u{0}\u{1b}\u{7f}\u{9b}\u{202e}\u{feff}é猫";
        let literal = quoted(hostile, utf16_escape, nothing_special);
        assert_eq!(
            literal,
            r#""a\"b\\c\n\r\t\u0000\u001b\u007f\u009b\u202e\ufeffé猫""#
        );
    }
}
