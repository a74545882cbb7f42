//! An item as it is stored: the text of the answers that give it back.
//!
//! ```text
//!   │ size, 4 │ attributes, 4 │ begin of each, 4 │ {"id":{"S":"1"},"name":{"S":"Rachel"}} │     numbers little-endian
//!                                 0 ↑ … 14 ↑       ↑ 0          ↑ 14
//! ```
//!
//! Items are read far more often than written, and an answer gives back what was written. So the text is made once, and kept in one piece
//! of memory with what is asked of an item without reading all of it: its size, and where each attribute begins. A copy shares it.
//!
//! Invariant: the text is what [`Item::write`] writes, so equal items have equal texts.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value as SerdeJson;

use super::written::{self, write_attribute};
use super::{Attributes, Item, ItemError, KeyValue, MAX_NESTING, Name, Number, Text, Value};
use crate::simulator::json::plain::{first_special, is_plain};
use crate::simulator::json::{self, Arena, Json, Object};

/// Bytes of a number in the head.
const WORD: usize = 4;
/// Bytes before the places of the attributes.
const FIXED: usize = 2 * WORD;

/// A number of the head.
fn number(word: [u8; WORD]) -> usize {
    usize::try_from(u32::from_le_bytes(word)).expect("32 bits fit")
}

/// The text of an attribute: what follows it is a comma or, behind the last, a brace.
fn attribute<'t>(begins: &[[u8; WORD]], text: &'t [u8], at: usize) -> &'t [u8] {
    let end = begins.get(at + 1).map_or(text.len(), |next| number(*next));
    &text[number(begins[at])..end - 1]
}

/// An item as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored(Arc<[u8]>);

impl Stored {
    #[must_use]
    pub fn new(item: &Item) -> Self {
        let mut packer = Packer::new(item.len(), item.len() * 40);
        for (name, value) in item.iter() {
            packer.begin();
            write_attribute(name, value, &mut packer.bytes);
            packer.size += name.len() as u64 + value.size();
        }
        packer.finish()
    }

    /// Read `{"name": {"S": …}, …}` of a request, whose shapes were checked.
    ///
    /// # Errors
    /// As [`Item::read_checked`].
    pub fn read_checked(json: &Object<'_>) -> Result<Self, ItemError> {
        // Of several faults the first in the request's order is told.
        let first_error = |error| Item::read_checked(json).err().unwrap_or(error);
        let length = |(name, value): (&str, &Json<'_>)| {
            let only = value.as_object().and_then(Object::only);
            let text = only.and_then(|(_, content)| content.as_str());
            name.len() + text.map_or(16, str::len) + 16
        };
        let mut packer = Packer::new(json.len(), json.iter().map(length).sum());
        let mut add = |(name, value)| packer.add(name, value).map_err(first_error);
        let names = json.keys();
        if names.is_sorted() {
            json.iter().try_for_each(&mut add)?;
        } else {
            let mut members: Vec<_> = json.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            members.into_iter().try_for_each(&mut add)?;
        }
        Ok(packer.finish())
    }

    /// A number of the head, by its place.
    fn word(&self, place: usize) -> usize {
        let at = place * WORD;
        let bytes = self.0[at..at + WORD].first_chunk();
        number(*bytes.expect("the head has its numbers"))
    }

    /// `DynamoDB` size in bytes: names and values.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.word(0) as u64
    }

    /// How many attributes.
    fn len(&self) -> usize {
        self.word(1)
    }

    /// The item as JSON: `{"name":{"S":…},…}`.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.0[FIXED + self.len() * WORD..]
    }

    /// Where each attribute begins, and the text.
    fn parts(&self) -> (&[[u8; WORD]], &[u8]) {
        let (head, text) = self.0.split_at(FIXED + self.len() * WORD);
        let (begins, _) = head[FIXED..].as_chunks();
        (begins, text)
    }

    /// The texts of the attributes, `"name":{"S":…}`, in the order of their names.
    fn attributes(&self) -> impl Iterator<Item = &[u8]> {
        let (begins, text) = self.parts();
        (0..begins.len()).map(move |at| attribute(begins, text, at))
    }

    /// The text of an attribute's value, `{"S":…}`.
    fn find(&self, name: &[u8]) -> Option<&[u8]> {
        let escaped;
        let name = if is_plain(name) {
            name
        } else {
            let mut bytes = Vec::with_capacity(name.len() + 8);
            written::text(name, &mut bytes);
            escaped = bytes;
            &escaped
        };
        // Where the name ends is asked first: it tells most others apart.
        let end = 1 + name.len();
        let (begins, text) = self.parts();
        let at = begins.iter().position(|begin| {
            let attribute = &text[number(*begin)..];
            attribute.get(end) == Some(&b'"')
                && attribute.get(end + 1) == Some(&b':')
                && attribute[1..end] == *name
        })?;
        Some(&attribute(begins, text, at)[end + 2..])
    }

    /// The item as values.
    ///
    /// # Panics
    /// Never: the text was written from an item.
    #[must_use]
    pub fn item(&self) -> Item {
        self.attributes()
            .map(|attribute| {
                // A name without escapes ends at the next quotation mark.
                let end = 1 + first_special(&attribute[1..]).expect("a name ends");
                if attribute[end] == b'"' {
                    let name = std::str::from_utf8(&attribute[1..end]).expect("names are UTF-8");
                    return (Name::new(name), value_of(&attribute[end + 2..]));
                }
                let mut name =
                    serde_json::Deserializer::from_slice(attribute).into_iter::<String>();
                let read = name
                    .next()
                    .and_then(Result::ok)
                    .expect("it begins with a string");
                let value = &attribute[name.byte_offset() + 1..];
                (Name::new(&read), value_of(value))
            })
            .collect::<Vec<_>>()
            .into()
    }

    /// The item as typed JSON, as [`Item::to_json`] has it.
    ///
    /// # Panics
    /// Never: the text is JSON.
    #[must_use]
    pub fn to_json(&self) -> SerdeJson {
        serde_json::from_slice(self.text()).expect("the text was written as JSON")
    }
}

impl Attributes for Stored {
    fn attribute(&self, name: &Name) -> Option<Cow<'_, Value>> {
        self.find(name.as_bytes()).map(value_of).map(Cow::Owned)
    }

    fn key_value(&self, name: &str) -> Option<KeyValue> {
        let text = self.find(name.as_bytes())?;
        match plain_scalar(text) {
            Some((b'S', content)) => Some(KeyValue::S(Text::of_utf8(content))),
            Some((_, content)) => Some(KeyValue::N(Number::of_ascii(content))),
            None => KeyValue::of(&value_of(text)),
        }
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes: ", self.size())?;
        f.write_str(&String::from_utf8_lossy(self.text()))
    }
}

/// The type, `S` or `N`, and the content of a text of ours that is a string without escapes or a number, as most are.
fn plain_scalar(text: &[u8]) -> Option<(u8, &[u8])> {
    let [b'{', b'"', kind, b'"', b':', b'"', content @ .., b'"', b'}'] = text else {
        return None;
    };
    match kind {
        b'S' if is_plain(content) => Some((*kind, content)),
        b'N' => Some((*kind, content)),
        _ => None,
    }
}

/// The value that a text of ours is.
fn value_of(text: &[u8]) -> Value {
    match plain_scalar(text) {
        Some((b'S', content)) => return Value::S(Text::of_utf8(content)),
        Some((_, content)) => return Value::N(Number::of_ascii(content)),
        None => {}
    }
    let json = std::str::from_utf8(text).expect("the text is UTF-8");
    let arena = Arena::new();
    let json = json::read(json, &arena).expect("the text is JSON");
    Value::read(&json).expect("a value that was written")
}

/// The pieces of an item on their way.
struct Packer {
    bytes: Vec<u8>,
    /// Where the text begins.
    text: usize,
    /// How many attributes have begun.
    begun: usize,
    size: u64,
}

impl Packer {
    /// With room for a text about as long as `expected`.
    fn new(attributes: usize, expected: usize) -> Self {
        let text = FIXED + attributes * WORD;
        let mut bytes = Vec::with_capacity(text + expected + 2);
        bytes.resize(text, 0);
        bytes.push(b'{');
        Self {
            bytes,
            text,
            begun: 0,
            size: 0,
        }
    }

    fn set(&mut self, place: usize, word: usize) {
        let word = u32::try_from(word).unwrap_or(u32::MAX).to_le_bytes();
        self.bytes[place * WORD..][..WORD].copy_from_slice(&word);
    }

    /// Another attribute comes.
    fn begin(&mut self) {
        if self.begun > 0 {
            self.bytes.push(b',');
        }
        self.set(2 + self.begun, self.bytes.len() - self.text);
        self.begun += 1;
    }

    /// An attribute of a request.
    fn add(&mut self, name: &str, value: &Json<'_>) -> Result<(), ItemError> {
        self.begin();
        self.size += name.len() as u64;
        let to = &mut self.bytes;
        if let Some(("S", Json::String(text))) = value.as_object().and_then(Object::only) {
            to.push(b'"');
            written::text(name.as_bytes(), to);
            to.extend_from_slice(b"\":{\"S\":\"");
            written::text(text.as_bytes(), to);
            to.extend_from_slice(b"\"}");
            self.size += text.len() as u64;
            return Ok(());
        }
        if let Some(("N", Json::String(text))) = value.as_object().and_then(Object::only) {
            let number: Number = text.parse()?;
            to.push(b'"');
            written::text(name.as_bytes(), to);
            to.extend_from_slice(b"\":{\"N\":\"");
            number.write(to);
            to.extend_from_slice(b"\"}");
            self.size += number.size();
            return Ok(());
        }
        let value = Value::read_within(value, MAX_NESTING)?;
        self.size += value.size();
        write_attribute(&Name::new(name), &value, to);
        Ok(())
    }

    fn finish(mut self) -> Stored {
        self.bytes.push(b'}');
        self.set(0, usize::try_from(self.size).unwrap_or(usize::MAX));
        self.set(1, self.begun);
        Stored(self.bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn name() -> impl Strategy<Value = String> {
        "\\PC{0,4}|[a-c]{1,3}|\"|\\\\|\n|fifteen bytes !"
    }

    proptest! {
        #[test]
        fn an_item_is_what_it_was(attributes in prop::collection::vec((name(), samples::value()), 0..8), other in name()) {
            let item: Item = attributes.iter().map(|(name, value)| (name.as_str().into(), value.clone())).collect();
            let stored = Stored::new(&item);
            prop_assert_eq!(stored.size(), item.size());
            prop_assert_eq!(stored.to_json(), item.to_json());
            let mut written = Vec::new();
            item.write(&mut written);
            prop_assert_eq!(stored.text(), written);
            prop_assert_eq!(&stored.item(), &item);
            for name in attributes.iter().map(|(name, _)| name).chain([&other]) {
                prop_assert_eq!(stored.key_value(name), item.key_value(name));
                let name = Name::new(name);
                let found = stored.attribute(&name);
                prop_assert_eq!(found.as_deref(), item.get_name(&name));
            }
            let json = item.to_json();
            let read = Object::from(json.as_object().expect("an object"));
            prop_assert_eq!(Stored::read_checked(&read), Ok(stored));
        }
    }

    #[test]
    fn a_request_in_any_order_is_read_as_an_item_is() {
        for request in [
            json!({}),
            json!({"b": {"S": "1"}, "a": {"N": "1.0"}, "é\"": {"BOOL": "yes"}}),
            json!({"b": {"S": null, "N": "7"}, "a": {"S": "tab\t"}}),
            json!({"z": {"N": "x"}, "a": {"SS": []}}),
            json!({"a": {"NULL": false}, "b": {}}),
            json!({"b": {"S": "1", "N": "1"}, "a": {"NS": ["1", "1.0"]}}),
        ] {
            let json = Object::from(request.as_object().expect("an object"));
            let item = Item::read_checked(&json);
            assert_eq!(
                Stored::read_checked(&json),
                item.map(|item| Stored::new(&item)),
                "{request}"
            );
        }
    }
}
