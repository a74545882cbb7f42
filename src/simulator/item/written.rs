//! Items as the bytes of an answer, without a tree in between.
//!
//! Invariant: what is written is what `to_json` prints, byte for byte.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Item, Number, Value};

impl Item {
    /// Append `{"name":{"S":…},…}`.
    pub fn write(&self, to: &mut Vec<u8>) {
        to.push(b'{');
        for (at, (name, value)) in self.iter().enumerate() {
            if at > 0 {
                to.push(b',');
            }
            text(name.as_bytes(), to);
            to.push(b':');
            value.write(to);
        }
        to.push(b'}');
    }
}

impl Value {
    // As deep as an item nests: 32 levels.
    fn write(&self, to: &mut Vec<u8>) {
        // Texts of a known length are copied in a step or two, so each type has its own.
        match self {
            Self::S(content) => {
                to.extend_from_slice(b"{\"S\":");
                text(content.as_bytes(), to);
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
                list(set, |one, to| text(one.as_bytes(), to), to);
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

/// A JSON string of UTF-8 bytes. Hardly any has something to escape.
fn text(bytes: &[u8], to: &mut Vec<u8>) {
    if is_plain(bytes) {
        to.reserve(bytes.len() + 2);
        to.push(b'"');
        to.extend_from_slice(bytes);
        to.push(b'"');
        return;
    }
    let text = std::str::from_utf8(bytes).expect("names and strings are UTF-8");
    serde_json::to_writer(to, text).expect("memory takes what is written");
}

/// Whether no byte has to be escaped, asked of eight at a time.
fn is_plain(bytes: &[u8]) -> bool {
    /// The lowest bit of each byte, and the highest.
    const LOW: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = LOW << 7;
    // Where a byte is below `limit` its highest bit comes out set. A borrow spoils only bytes above one that is below, and one is enough;
    // bytes that have their highest bit set themselves are never below.
    let has_below =
        |eight: u64, limit: u8| eight.wrapping_sub(LOW * u64::from(limit)) & !eight & HIGH;
    let has = |eight: u64, byte: u8| has_below(eight ^ (LOW * u64::from(byte)), 1);
    let has_fault = |eight: [u8; 8]| {
        let eight = u64::from_le_bytes(eight);
        has_below(eight, b' ') | has(eight, b'"') | has(eight, b'\\') != 0
    };
    // The last eight bytes may overlap those before, and so may the halves of fewer than eight.
    if let Some(last) = bytes.last_chunk() {
        let (eights, _) = bytes.as_chunks();
        return !has_fault(*last) && !eights.iter().any(|eight| has_fault(*eight));
    }
    if let (Some([a, b, c, d]), Some([e, f, g, h])) = (bytes.first_chunk(), bytes.last_chunk()) {
        return !has_fault([*a, *b, *c, *d, *e, *f, *g, *h]);
    }
    bytes
        .iter()
        .all(|byte| *byte >= b' ' && *byte != b'"' && *byte != b'\\')
}

fn number(number: &Number, to: &mut Vec<u8>) {
    to.push(b'"');
    number.write(to);
    to.push(b'"');
}

fn binary(bytes: &[u8], to: &mut Vec<u8>) {
    text(STANDARD.encode(bytes).as_bytes(), to);
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_escaped_is_found_wherever_it_stands() {
        for length in 0..40 {
            let mut bytes = vec![b'a'; length];
            assert!(is_plain(&bytes), "{length}");
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    bytes[at] = byte;
                    let plain = byte >= b' ' && byte != b'"' && byte != b'\\';
                    assert_eq!(is_plain(&bytes), plain, "{byte} at {at} of {length}");
                }
                bytes[at] = b'a';
            }
        }
    }

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
