//! Items and the values in them: what DynamoDB stores.
//!
//! ```text
//!   Item ─┬─ (Name, Value)      sorted by the bytes of the name, no name twice
//!         ├─ (Name, Value)
//!         └─ (Name, Value) ── Value::M(Item), Value::L([Value]), Value::N(Number), …
//! ```
//!
//! Everything that decides how a value is read, printed, measured, compared and ordered is here, so that
//! tables and expressions never look at JSON. A value takes 24 bytes and a name 16, with nothing
//! on the heap for short names and texts and for numbers. What a table keeps is a [`Stored`]: one piece of memory with the text of the
//! item's answers, read back an attribute at a time. A table of a million items has to fit in a laptop.
//!
//! Invariant: a `Value` that exists is one DynamoDB would have accepted in a request, except for limits that depend
//! on where it is used (the size of an item, the length of a key); a value nests at most [`MAX_NESTING`] levels when it
//! was read from JSON. Sets are sorted and have no member twice.

mod attributes;
pub mod bytes;
mod error;
mod json;
mod key;
mod name;
mod number;
mod older;
mod stored;
mod text;
mod value;
mod written;

pub use attributes::{Attributes, Item};
pub use error::{ErrorClass, ItemError};
pub use key::{KeyRef, KeyType, KeyValue};
pub use name::Name;
pub use number::{Number, NumberError};
pub use older::older_words;
pub use stored::Stored;
pub use text::Text;
pub use value::{MAX_NESTING, Type, Value};
pub(super) use written::write_attribute;

#[cfg(test)]
pub(crate) mod samples;
