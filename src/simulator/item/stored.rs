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

mod packer;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::Value as SerdeJson;

use packer::{Packer, in_order};

use super::written::{self, write_attribute};
use super::{Attributes, Item, ItemError, KeyRef, Name, Number, Text, Value};
use crate::simulator::json::plain::{first_special, is_plain};
use crate::simulator::json::{self, Arena, Object};

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
            packer.begin(name.len() as u64 + value.size());
            write_attribute(name, value, &mut packer.bytes);
        }
        packer.finish()
    }

    /// Read `{"name": {"S": …}, …}` of a request, whose shapes were checked. Attributes that `sent`, the request's bytes, has as they are
    /// written here are copied from there.
    ///
    /// # Errors
    /// As [`Item::read_checked`].
    pub fn read_checked(json: &Object<'_>, sent: &[u8]) -> Result<Self, ItemError> {
        // Of several faults the first in the request's order is told.
        let first_error = |error| Item::read_checked(json).err().unwrap_or(error);
        let mut packer = Packer::for_request(json);
        in_order(json, |name, value| {
            packer.add(name, value, sent).map_err(first_error)
        })?;
        Ok(packer.finish())
    }

    /// The same, quicker, of strings, numbers and truths that are as they should be, whatever else may be wrong with the request;
    /// nothing for any other item.
    #[must_use]
    pub fn of_plain(json: &Object<'_>, sent: &[u8]) -> Option<Self> {
        let mut packer = Packer::for_request(json);
        in_order(json, |name, value| {
            packer.add_plain(name, value, sent).ok_or(())
        })
        .ok()?;
        Some(packer.finish())
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

    /// Ask for its memory, of a large item for the beginning, at once: what is in no cache comes side by side, and is there when it is
    /// copied.
    pub fn fetch(&self) {
        /// Bytes that a processor fetches together.
        const LINE: usize = 64;
        /// As many as it fetches at a time.
        const MOST: usize = 12;
        let lines = self.0.iter().step_by(LINE).take(MOST);
        std::hint::black_box(lines.fold(0, |all, byte| all | byte));
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
        self.find_attribute(name).map(|(_, value)| value)
    }

    /// The text of an attribute, `"name":{"S":…}`.
    #[must_use]
    pub fn attribute_text(&self, name: &Name) -> Option<&[u8]> {
        self.find_attribute(name.as_bytes())
            .map(|(attribute, _)| attribute)
    }

    /// The text of an attribute, and that of its value, which ends it.
    fn find_attribute(&self, name: &[u8]) -> Option<(&[u8], &[u8])> {
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
        let attribute = attribute(begins, text, at);
        Some((attribute, &attribute[end + 2..]))
    }

    /// The item as values.
    ///
    /// # Panics
    /// Never: the text was written from an item.
    #[must_use]
    pub fn item(&self) -> Item {
        self.attributes()
            .map(|attribute| {
                let (name, value) = named(attribute);
                (name, value_of(value))
            })
            .collect::<Vec<_>>()
            .into()
    }

    /// The attributes with some names as values, of those that are there.
    #[must_use]
    pub fn some<'n>(&self, names: impl Iterator<Item = &'n Name>) -> Item {
        let attribute = |name: &'n Name| {
            let value = self.find(name.as_bytes())?;
            Some((name.clone(), value_of(value)))
        };
        names.filter_map(attribute).collect()
    }

    /// The item with `after` in the place of `before`, which is [`Self::some`] of it.
    #[must_use]
    pub fn with(&self, before: &Item, after: &Item) -> Self {
        let mut packer = Packer::new(self.len() + after.len() - before.len(), self.text().len());
        let mut new = after.iter().peekable();
        let put = |packer: &mut Packer, name: &Name, value: &Value| {
            packer.begin(name.len() as u64 + value.size());
            write_attribute(name, value, &mut packer.bytes);
        };
        for attribute in self.attributes() {
            let (name, _) = named(attribute);
            while let Some((first, value)) = new.next_if(|(first, _)| **first < name) {
                put(&mut packer, first, value);
            }
            if let Some((same, value)) = new.next_if(|(first, _)| **first == name) {
                put(&mut packer, same, value);
            } else if before.get_name(&name).is_none() {
                packer.begin(0);
                packer.bytes.extend_from_slice(attribute);
            }
        }
        new.for_each(|(name, value)| put(&mut packer, name, value));
        packer.grow(self.size() - before.size());
        packer.finish()
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

    fn key_value(&self, name: &str) -> Option<KeyRef<'_>> {
        let text = self.find(name.as_bytes())?;
        match plain_scalar(text) {
            Some((b'S', content)) => Some(KeyRef::S(content.into())),
            Some((_, content)) => Some(KeyRef::N(Number::of_ascii(content))),
            None => KeyRef::of(&value_of(text)).map(KeyRef::detached),
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

/// The name of an attribute, and the text of its value.
fn named(attribute: &[u8]) -> (Name, &[u8]) {
    // A name without escapes ends at the next quotation mark.
    let end = 1 + first_special(&attribute[1..]).expect("a name ends");
    if attribute[end] == b'"' {
        let name = std::str::from_utf8(&attribute[1..end]).expect("names are UTF-8");
        return (Name::new(name), &attribute[end + 2..]);
    }
    let mut name = serde_json::Deserializer::from_slice(attribute).into_iter::<String>();
    let read = name
        .next()
        .and_then(Result::ok)
        .expect("it begins with a string");
    (Name::new(&read), &attribute[name.byte_offset() + 1..])
}

/// The value that a text of ours is.
fn value_of(text: &[u8]) -> Value {
    match (plain_scalar(text), text) {
        (Some((b'S', content)), _) => return Value::S(Text::of_utf8(content)),
        (Some((_, content)), _) => return Value::N(Number::of_ascii(content)),
        (None, br#"{"BOOL":true}"#) => return Value::Bool(true),
        (None, br#"{"BOOL":false}"#) => return Value::Bool(false),
        (None, _) => {}
    }
    let json = std::str::from_utf8(text).expect("the text is UTF-8");
    let arena = Arena::new();
    let json = json::read(json, &arena).expect("the text is JSON");
    Value::read(&json).expect("a value that was written")
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::simulator::json::Json;
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
            let named = Name::new(&other);
            let names: Vec<&Name> = attributes.iter().step_by(2).filter_map(|(name, _)| item.iter().find(|(there, _)| there.as_str() == name)).map(|(name, _)| name).chain([&named]).collect();
            let before = stored.some(names.into_iter());
            for after in [Item::new(), before.clone(), [(named.clone(), Value::Null)].into_iter().collect()] {
                let rest = item.iter().filter(|(name, _)| before.get_name(name).is_none());
                let whole: Item = rest.chain(after.iter()).map(|(name, value)| (name.clone(), value.clone())).collect();
                prop_assert_eq!(stored.with(&before, &after), Stored::new(&whole));
            }
            let json = item.to_json();
            let read = Object::from(json.as_object().expect("an object"));
            prop_assert_eq!(Stored::read_checked(&read, b""), Ok(stored));
        }
    }

    /// Text that has what JSON may have between its tokens, and escapes where none are needed.
    fn sent() -> impl Strategy<Value = String> {
        let attribute = (name(), samples::value(), 0..6).prop_map(|(name, value, how)| {
            let (name, value) = (json!(name).to_string(), value.to_json().to_string());
            match how {
                0 => format!("{name} :{value}"),
                1 => format!("{name}:{}", value.replacen(':', ": ", 1)),
                2 => format!("{name}:{}", value.replacen('}', "\t}", 1)),
                3 => format!("{name}:{}", value.replacen('a', "\\u0061", 1)),
                4 => format!("{name}:{}", value.replacen('1', "01.0", 1)),
                _ => format!("{name}:{value}"),
            }
        });
        prop::collection::vec(attribute, 0..6)
            .prop_map(|attributes| format!("{{{}}}", attributes.join(",")))
    }

    proptest! {
        #[test]
        fn what_is_copied_from_a_request_is_what_would_be_written(sent in sent()) {
            let arena = Arena::new();
            let json = json::read(&sent, &arena);
            prop_assume!(json.is_some());
            let json = json.as_ref().and_then(Json::as_object).expect("an object");
            let written = Stored::read_checked(json, b"");
            if let Some(plain) = Stored::of_plain(json, sent.as_bytes()) {
                prop_assert_eq!(Item::check_shape(json), Ok(()));
                prop_assert_eq!(Ok(&plain), written.as_ref());
            }
            prop_assert_eq!(Stored::read_checked(json, sent.as_bytes()), written);
        }
    }

    #[test]
    fn what_is_plain_is_copied_or_written_as_it_must_be() {
        for (sent, stored) in [
            (
                r#"{"b":{"S":"x"},"a":{"N":"12"}}"#,
                Some(r#"{"a":{"N":"12"},"b":{"S":"x"}}"#),
            ),
            (r#"{"a" : {"S":"x"}}"#, Some(r#"{"a":{"S":"x"}}"#)),
            (r#"{"a":{"S":"x"} }"#, Some(r#"{"a":{"S":"x"}}"#)),
            (
                r#"{"\u0061":{"\u0053":"\u0078"}}"#,
                Some(r#"{"a":{"S":"x"}}"#),
            ),
            (
                r#"{"a":{"S":"x"},"a":{"S":"y"}}"#,
                Some(r#"{"a":{"S":"y"}}"#),
            ),
            (r#"{"a":{"S":"x","S":"y"}}"#, Some(r#"{"a":{"S":"y"}}"#)),
            (
                r#"{"a":{"N":"01.0"},"b":{"N":"-0"},"c":{"N":"1e2"}}"#,
                Some(r#"{"a":{"N":"1"},"b":{"N":"0"},"c":{"N":"100"}}"#),
            ),
            (
                r#"{"a":{"N":"0.5"},"b":{"BOOL":false}}"#,
                Some(r#"{"a":{"N":"0.5"},"b":{"BOOL":false}}"#),
            ),
            (
                r#"{"a":{"S":""},"b":{"S":"\""}}"#,
                Some(r#"{"a":{"S":""},"b":{"S":"\""}}"#),
            ),
            (r#"{"a":{"N":"one"}}"#, None),
            (r#"{"a":{"BOOL":"true"}}"#, None),
            (r#"{"a":{"S":"x","N":"1"}}"#, None),
            (r#"{"a":{"L":[]}}"#, None),
            (r#"{"a":null}"#, None),
        ] {
            let arena = Arena::new();
            let json = json::read(sent, &arena).expect("JSON");
            let json = json.as_object().expect("an object");
            let plain = Stored::of_plain(json, sent.as_bytes());
            assert_eq!(
                plain.as_ref().map(Stored::text),
                stored.map(str::as_bytes),
                "{sent}"
            );
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
                Stored::read_checked(&json, b""),
                item.map(|item| Stored::new(&item)),
                "{request}"
            );
        }
    }
}
