//! The operations, one file each, in the same order in each: parse, validate, run, reply.
//!
//! To add one: a file with `run`, a line in `named`, a golden script in `testscripts/`. What several operations
//! read alike is beside them: `expressions` (expression parameters), `key` (keys against the schema), `index_key` (what
//! writes may give to index keys), `write` (what all writes share), `transaction` (what the two transactions share),
//! `admission` (capacity, asked before the work), `table_definition` (what `CreateTable` and `UpdateTable` share), `tags`, `source`
//! (what is read, a table or an index), `read` (what the two page reads share), `layer` (whose words a write's refusal comes in).
//!
//! Invariant: an operation changes a table only after everything was validated and the journal has taken the change.

mod admission;
mod batch_get_item;
mod batch_write_item;
mod create_table;
mod delete_item;
mod delete_table;
mod describe_table;
mod describe_time_to_live;
mod expressions;
mod get_item;
pub(super) mod index_key;
pub(super) mod key;
mod layer;
mod list_tables;
mod list_tags_of_resource;
mod put_item;
mod query;
mod read;
mod scan;
mod source;
mod table_definition;
mod tag_resource;
mod tags;
mod transact_get_items;
mod transact_write_items;
mod transaction;
mod untag_resource;
mod update_item;
mod update_table;
mod update_time_to_live;
mod write;

use std::borrow::Cow;

use serde::Serialize;

use super::expression::Projection;
use super::item::Stored;
use super::trace::Recording;
use super::wire::body::Members;
use super::wire::error::Answer;
use super::{Settings, Simulator, Timestamp};

/// Largest item: 400 KB, names and values (service quotas).
pub(super) const ITEM_BYTES: u64 = 400 * 1024;

/// An item, or the part of one, without attributes, as JSON.
const NO_ATTRIBUTES: &[u8] = b"{}";

/// One call on its way.
pub(super) struct Call<'a> {
    pub(super) simulator: &'a Simulator,
    pub(super) now: Timestamp,
    /// The request's bytes as they came in. The members of a body that was cut lie elsewhere.
    pub(super) sent: &'a [u8],
    /// Filled in as the work is done.
    pub(super) trace: &'a mut Recording,
}

impl Call<'_> {
    fn settings(&self) -> &Settings {
        &self.simulator.settings
    }
}

/// What is given back of an item, as JSON: all of it, or the part that a projection leaves.
fn given_back<'i>(item: &'i Stored, projection: Option<&Projection>) -> Cow<'i, [u8]> {
    match projection {
        Some(projection) => projection.of_stored(item).into(),
        None => item.text().into(),
    }
}

/// The body of a successful answer, whose members are written in the order they are put.
#[derive(Debug)]
pub(super) struct Response(Vec<u8>);

impl Default for Response {
    /// Without members.
    fn default() -> Self {
        let mut body = Vec::with_capacity(512);
        body.extend_from_slice(b"{}");
        Self(body)
    }
}

impl Response {
    /// Of the operations whose success is an HTTP response without a body.
    const fn empty() -> Self {
        Self(Vec::new())
    }

    fn one(name: &'static str, value: impl Serialize) -> Self {
        let mut response = Self::default();
        response.put(name, Some(value));
        response
    }

    /// Write a member; no name is put twice.
    fn put(&mut self, name: &'static str, value: Option<impl Serialize>) {
        let Some(value) = value else { return };
        self.put_with(name, |body| {
            serde_json::to_writer(body, &value)
                .expect("what is shown has a form in JSON, and memory takes what is written");
        });
    }

    /// Of a value that is JSON already.
    fn put_text(&mut self, name: &'static str, json: &[u8]) {
        self.put_with(name, |body| body.extend_from_slice(json));
    }

    /// `bytes` is how many the items have as DynamoDB counts them; their text has about twice as many.
    fn put_items(&mut self, name: &'static str, items: &[Cow<'_, [u8]>], bytes: u64) {
        self.put_with(name, |body| {
            body.reserve(usize::try_from(bytes * 2).unwrap_or(0));
            write_within(*b"[]", items, body);
        });
    }

    /// Write a member, whose value `write` appends; its name is a plain word.
    fn put_with(&mut self, name: &'static str, write: impl FnOnce(&mut Vec<u8>)) {
        let body = &mut self.0;
        body.pop();
        body.extend_from_slice(if body.len() > 1 { b",\"" } else { b"\"" });
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(b"\":");
        write(body);
        body.push(b'}');
    }

    pub(super) fn into_body(self) -> Vec<u8> {
        self.0
    }
}

/// Append a list or an object, as the brackets are, of elements or members that are JSON already.
fn write_within(
    [open, close]: [u8; 2],
    parts: impl IntoIterator<Item: AsRef<[u8]>>,
    to: &mut Vec<u8>,
) {
    to.push(open);
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            to.push(b',');
        }
        to.extend_from_slice(part.as_ref());
    }
    to.push(close);
}

pub(super) type Run = fn(&mut Call<'_>, &Members) -> Answer<Response>;

/// The operation of a name, or nothing for one that is not offered.
#[must_use]
pub(super) fn named(operation: &str) -> Option<Run> {
    Some(match operation {
        "BatchGetItem" => batch_get_item::run,
        "BatchWriteItem" => batch_write_item::run,
        "CreateTable" => create_table::run,
        "DeleteItem" => delete_item::run,
        "DeleteTable" => delete_table::run,
        "DescribeTable" => describe_table::run,
        "DescribeTimeToLive" => describe_time_to_live::run,
        "GetItem" => get_item::run,
        "ListTables" => list_tables::run,
        "ListTagsOfResource" => list_tags_of_resource::run,
        "PutItem" => put_item::run,
        "Query" => query::run,
        "Scan" => scan::run,
        "TransactGetItems" => transact_get_items::run,
        "TransactWriteItems" => transact_write_items::run,
        "TagResource" => tag_resource::run,
        "UntagResource" => untag_resource::run,
        "UpdateItem" => update_item::run,
        "UpdateTable" => update_table::run,
        "UpdateTimeToLive" => update_time_to_live::run,
        _ => return None,
    })
}

#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod index_model_tests;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod plain_tests;
#[cfg(test)]
mod transaction_tests;
