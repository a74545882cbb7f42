//! What `CreateTable` and `UpdateTable` read alike: the definition of a table and its indexes.
//!
//! ```text
//!   shapes          JSON types of the members                        ──→ SerializationException
//!   member_errors   what the request model constrains, all together  ──→ N validation errors detected: …
//!   throughput      billing, provisioned units, limits on demand     ┐
//!   keys            key schemas against attribute definitions        ├─→ ValidationException, the first alone
//!   indexes         local and global secondary indexes               │
//!   options         encryption, table class, streams                 ┘
//!   life            what a global index begins with
//! ```
//!
//! Invariant: what comes out of `keys` and `indexes` fits together: every key attribute is defined, and has one type.

pub(super) mod indexes;
pub(super) mod keys;
pub(super) mod life;
pub(super) mod member_errors;
pub(super) mod options;
pub(super) mod shapes;
pub(super) mod throughput;

use crate::simulator::json::Json;

/// A string member of a structure in a list.
fn text_of<'a>(element: &'a Json<'_>, member: &str) -> Option<&'a str> {
    element.get(member).and_then(Json::as_str)
}
