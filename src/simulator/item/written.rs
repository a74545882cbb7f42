//! Items as the bytes of an answer, without a tree in between.
//!
//! Invariant: what is written is what `to_json` prints, byte for byte.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Item, Name, Number, Text, Value};
use crate::simulator::json::plain::is_plain;

impl Item {
    /// Append `{"name":{"S":…},…}`.
    pub fn write(&self, to: &mut Vec<u8>) {
        if self.is_empty() {
            to.extend_from_slice(b"{}");
            return;
        }
        for (at, (name, value)) in self.iter().enumerate() {
            to.push(if at == 0 { b'{' } else { b',' });
            write_attribute(name, value, to);
        }
        to.push(b'}');
    }
}

/// Append `"name":{"S":…}`.
pub fn write_attribute(name: &Name, value: &Value, to: &mut Vec<u8>) {
    to.push(b'"');
    match name.short() {
        Some((bytes, length)) => short(bytes, length, to),
        None => text(name.as_bytes(), to),
    }
    to.extend_from_slice(b"\":");
    value.write(to);
}

impl Value {
    // As deep as an item nests: 32 levels.
    fn write(&self, to: &mut Vec<u8>) {
        // Texts of a known length are copied in a step or two, so each type has its own.
        match self {
            Self::S(content) => {
                to.extend_from_slice(b"{\"S\":\"");
                string(content, to);
                to.push(b'"');
            }
            Self::N(content) => {
                to.extend_from_slice(b"{\"N\":");
                number(content, to);
            }
            Self::B(content) => {
                to.extend_from_slice(b"{\"B\":");
                binary(content, to);
            }
            Self::Bool(true) => to.extend_from_slice(b"{\"BOOL\":true"),
            Self::Bool(false) => to.extend_from_slice(b"{\"BOOL\":false"),
            Self::Null => to.extend_from_slice(b"{\"NULL\":true"),
            Self::Ss(set) => {
                to.extend_from_slice(b"{\"SS\":");
                list(set, |one, to| quoted(one.as_bytes(), to), to);
            }
            Self::Ns(set) => {
                to.extend_from_slice(b"{\"NS\":");
                list(set, number, to);
            }
            Self::Bs(set) => {
                to.extend_from_slice(b"{\"BS\":");
                list(set, |one, to| binary(one, to), to);
            }
            Self::L(elements) => {
                to.extend_from_slice(b"{\"L\":");
                list(elements, Self::write, to);
            }
            Self::M(attributes) => {
                to.extend_from_slice(b"{\"M\":");
                attributes.write(to);
            }
        }
        to.push(b'}');
    }
}

fn list<T>(elements: &[T], write: impl Fn(&T, &mut Vec<u8>), to: &mut Vec<u8>) {
    to.push(b'[');
    for (at, element) in elements.iter().enumerate() {
        if at > 0 {
            to.push(b',');
        }
        write(element, to);
    }
    to.push(b']');
}

/// What stands between the quotation marks of a JSON string of UTF-8 bytes. Hardly any has something to escape.
pub(super) fn text(bytes: &[u8], to: &mut Vec<u8>) {
    if is_plain(bytes) {
        to.extend_from_slice(bytes);
        return;
    }
    let text = std::str::from_utf8(bytes).expect("names and strings are UTF-8");
    let mut escaped = Vec::with_capacity(bytes.len() + 8);
    serde_json::to_writer(&mut escaped, text).expect("memory takes what is written");
    to.extend_from_slice(&escaped[1..escaped.len() - 1]);
}

/// The same for the first `length` bytes of an array: all of it is copied, which takes a step or two where a length that varies takes
/// a call, and what is too much is cut off again.
fn short<const ROOM: usize>(bytes: &[u8; ROOM], length: usize, to: &mut Vec<u8>) {
    if is_plain(&bytes[..length]) {
        let end = to.len() + length;
        to.extend_from_slice(bytes);
        to.truncate(end);
    } else {
        text(&bytes[..length], to);
    }
}

fn string(content: &Text, to: &mut Vec<u8>) {
    match content.short() {
        Some((bytes, length)) => short(bytes, length, to),
        None => text(content.as_bytes(), to),
    }
}

fn quoted(bytes: &[u8], to: &mut Vec<u8>) {
    to.push(b'"');
    text(bytes, to);
    to.push(b'"');
}

fn number(number: &Number, to: &mut Vec<u8>) {
    to.push(b'"');
    number.write(to);
    to.push(b'"');
}

fn binary(bytes: &[u8], to: &mut Vec<u8>) {
    quoted(STANDARD.encode(bytes).as_bytes(), to);
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_the_tree_printed(name in "\\PC{0,20}|\"\\\\\n", value in samples::value()) {
            let item = Item::from_iter([(name.as_str().into(), value), ("tab\t\"".into(), Value::S("\u{1}é\\".into()))]);
            let mut written = Vec::new();
            item.write(&mut written);
            prop_assert_eq!(String::from_utf8(written).expect("UTF-8"), item.to_json().to_string());
        }
    }
}
