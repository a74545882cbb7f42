//! An item on its way into one piece of memory.
//!
//! ```text
//!   {"Item": {"name":{"S":"Rachel"}, "age":{"N":"07"}}}      a request
//!             └────────────────────┘  as it would be written: copied;    anything else is written anew
//! ```
//!
//! A thread keeps the memory in which it packs; the item gets as much as it takes.
//!
//! Invariant: what is copied is what would be written.

use std::cell::Cell;

use super::super::written::{self, write_attribute};
use super::super::{ItemError, MAX_NESTING, Name, Number, Value};
use super::{FIXED, Stored, WORD};
use crate::simulator::json::{Json, Object};

/// `"name":{"S":"content"}` as it was sent, or the same of type `N`, if it was sent without white space and escapes.
///
/// A text of the request that has no escapes lies in `sent`; so where the two lie as far from each other as there, nothing but what
/// must be stands between them. Of a body that was cut nothing lies there, and nothing is found.
fn as_sent<'s>(sent: &'s [u8], name: &str, content: &str) -> Option<&'s [u8]> {
    const BETWEEN: usize = r#"":{"S":""#.len();
    let place = |text: &str| text.as_ptr().addr().wrapping_sub(sent.as_ptr().addr());
    let (name_begins, begins) = (place(name), place(content));
    if name_begins.checked_add(name.len() + BETWEEN)? != begins {
        return None;
    }
    let end = begins.checked_add(content.len())?.checked_add(2)?;
    let attribute = sent.get(name_begins.checked_sub(1)?..end)?;
    attribute.ends_with(b"\"}").then_some(attribute)
}

/// Give the members of an object in the order of their names, as long as there is no error.
pub(super) fn in_order<E>(
    json: &Object<'_>,
    mut add: impl FnMut(&str, &Json<'_>) -> Result<(), E>,
) -> Result<(), E> {
    if json.keys().is_sorted() {
        return json.iter().try_for_each(|(name, value)| add(name, value));
    }
    let mut members: Vec<_> = json.iter().collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    members
        .into_iter()
        .try_for_each(|(name, value)| add(name, value))
}

/// The most memory that is kept for the next item on its way.
const KEPT: usize = 64 * 1024;

thread_local! {
    /// The memory of an item on its way, without the item.
    static PACKED: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The pieces of an item on their way.
pub(super) struct Packer {
    pub(super) bytes: Vec<u8>,
    /// Where the text begins.
    text: usize,
    /// How many attributes have begun.
    begun: usize,
    size: u64,
}

impl Packer {
    /// With room for a text about as long as `expected`.
    pub(super) fn new(attributes: usize, expected: usize) -> Self {
        let text = FIXED + attributes * WORD;
        let mut bytes = PACKED.take();
        bytes.clear();
        bytes.reserve(text + expected + 2);
        bytes.resize(text, 0);
        bytes.push(b'{');
        Self {
            bytes,
            text,
            begun: 0,
            size: 0,
        }
    }

    /// With room for the item of a request.
    pub(super) fn for_request(json: &Object<'_>) -> Self {
        let length = |(name, value): (&str, &Json<'_>)| {
            let only = value.as_object().and_then(Object::only);
            let text = only.and_then(|(_, content)| content.as_str());
            name.len() + text.map_or(16, str::len) + 16
        };
        Self::new(json.len(), json.iter().map(length).sum())
    }

    fn set(&mut self, place: usize, word: usize) {
        let word = u32::try_from(word).unwrap_or(u32::MAX).to_le_bytes();
        self.bytes[place * WORD..][..WORD].copy_from_slice(&word);
    }

    /// Another attribute comes, of a size as DynamoDB counts it.
    pub(super) fn begin(&mut self, size: u64) {
        self.size += size;
        if self.begun > 0 {
            self.bytes.push(b',');
        }
        self.set(2 + self.begun, self.bytes.len() - self.text);
        self.begun += 1;
    }

    /// Attributes that begin without a size have this one together.
    pub(super) fn grow(&mut self, size: u64) {
        self.size += size;
    }

    /// An attribute of a request.
    pub(super) fn add(
        &mut self,
        name: &str,
        value: &Json<'_>,
        sent: &[u8],
    ) -> Result<(), ItemError> {
        if self.add_plain(name, value, sent).is_none() {
            let value = Value::read_within(value, MAX_NESTING)?;
            self.begin(name.len() as u64 + value.size());
            write_attribute(&Name::new(name), &value, &mut self.bytes);
        }
        Ok(())
    }

    /// The same of a string, a number or a truth that is as it should be; any other is not added.
    pub(super) fn add_plain(&mut self, name: &str, value: &Json<'_>, sent: &[u8]) -> Option<()> {
        let size = name.len() as u64;
        match value.as_object().and_then(Object::only)? {
            ("S", Json::String(text)) => {
                self.begin(size + text.len() as u64);
                if let Some(attribute) = as_sent(sent, name, text) {
                    self.bytes.extend_from_slice(attribute);
                } else {
                    self.name(name);
                    self.bytes.extend_from_slice(b"{\"S\":\"");
                    written::text(text.as_bytes(), &mut self.bytes);
                    self.bytes.extend_from_slice(b"\"}");
                }
            }
            ("N", Json::String(text)) => {
                let number: Number = text.parse().ok()?;
                self.begin(size + number.size());
                let attribute = as_sent(sent, name, text);
                if let Some(attribute) = attribute.filter(|_| number.is_written_as(text)) {
                    self.bytes.extend_from_slice(attribute);
                } else {
                    self.name(name);
                    self.bytes.extend_from_slice(b"{\"N\":\"");
                    number.write(&mut self.bytes);
                    self.bytes.extend_from_slice(b"\"}");
                }
            }
            ("BOOL", Json::Bool(truth)) => {
                self.begin(size + 1);
                self.name(name);
                self.bytes.extend_from_slice(if *truth {
                    b"{\"BOOL\":true}"
                } else {
                    b"{\"BOOL\":false}"
                });
            }
            _ => return None,
        }
        Some(())
    }

    /// Append `"name":`.
    fn name(&mut self, name: &str) {
        self.bytes.push(b'"');
        written::text(name.as_bytes(), &mut self.bytes);
        self.bytes.extend_from_slice(b"\":");
    }

    pub(super) fn finish(mut self) -> Stored {
        self.bytes.push(b'}');
        self.set(0, usize::try_from(self.size).unwrap_or(usize::MAX));
        self.set(1, self.begun);
        Stored(self.bytes.as_slice().into())
    }
}

impl Drop for Packer {
    fn drop(&mut self) {
        if self.bytes.capacity() <= KEPT {
            PACKED.set(std::mem::take(&mut self.bytes));
        }
    }
}
