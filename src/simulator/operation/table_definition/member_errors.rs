//! What the request model itself constrains about table definitions; all violations are told together, ten at most.
//!
//! The order is that of DynamoDB's own answers, not of the request.

use crate::simulator::json::Json;

use crate::simulator::table::index::MAX_KEY_ATTRIBUTES;
use crate::simulator::wire::arn;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{given, has_name_pattern, list, long, object, string};
use crate::simulator::wire::text;

use super::text_of;

/// `DynamoDB` lists at most this many, and looks at no more elements of a list.
const MOST: usize = 10;
/// Attributes that one index may name for `INCLUDE`.
const LONGEST_INCLUDE: usize = 20;
/// Partition key and sort key attributes of a global index.
const LONGEST_GLOBAL_KEY: usize = 2 * MAX_KEY_ATTRIBUTES;

/// The violations of one request.
#[derive(Debug, Default)]
pub struct MemberErrors(Vec<String>);

impl MemberErrors {
    /// # Errors
    /// All violations in one message, if there is any.
    pub fn settle(self) -> Answer<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let shown: Vec<&str> = self.0.iter().take(MOST).map(String::as_str).collect();
        Err(ServiceError::validation(text::envelope(&shown)))
    }

    fn null(&mut self, path: &str) {
        self.0.push(text::must_not_be_null(path));
    }

    fn violated(&mut self, value: &str, path: &str, constraint: &str) {
        self.0.push(text::constraint(value, path, constraint));
    }

    /// A string that must be one of a few; `shown` is the set in DynamoDB's order.
    pub fn one_of(&mut self, members: &Members, member: &str, path: &str, shown: &str) {
        if let Some(given) = string(members, member)
            && !shown.split(", ").any(|value| value == given)
        {
            self.violated(given, path, &text::one_of(shown));
        }
    }

    /// How the table is billed, under either name.
    pub fn billing_mode(&mut self, members: &Members) {
        for (member, path) in [
            ("BillingMode", "billingMode"),
            ("TableThroughputMode", "tableThroughputMode"),
        ] {
            self.one_of(members, member, path, "PROVISIONED, PAY_PER_REQUEST");
        }
    }

    /// `ProvisionedThroughput` under `path`, where it is given.
    pub fn throughput(&mut self, members: &Members, path: &str) {
        let Some(throughput) = object(members, "ProvisionedThroughput") else {
            return;
        };
        for (member, name) in [
            ("WriteCapacityUnits", "writeCapacityUnits"),
            ("ReadCapacityUnits", "readCapacityUnits"),
        ] {
            let path = format!("{path}provisionedThroughput.{name}");
            match long(throughput, member) {
                None => self.null(&path),
                Some(units) if units < 1 => {
                    self.violated(&units.to_string(), &path, &text::value_at_least(1));
                }
                Some(_) => {}
            }
        }
    }

    /// `KeySchema` under `path`, of at most `longest` elements.
    ///
    /// A schema that is too long is told under the bare name `keySchema`, an index's too (observed).
    pub fn key_schema(&mut self, members: &Members, path: &str, longest: usize) {
        let path = format!("{path}keySchema");
        let Some(schema) = list(members, "KeySchema") else {
            self.null(&path);
            return;
        };
        if schema.is_empty() {
            self.violated("[]", &path, &text::length_at_least(1));
        }
        if schema.len() > longest {
            // The value as Java's toString shows it.
            let shown: Vec<String> = schema
                .iter()
                .map(|element| {
                    format!(
                        "KeySchemaElement(attributeName={}, keyType={})",
                        text_of(element, "AttributeName").unwrap_or_default(),
                        text_of(element, "KeyType").unwrap_or_default()
                    )
                })
                .collect();
            self.violated(
                &format!("[{}]", shown.join(", ")),
                "keySchema",
                &text::length_at_most(longest),
            );
        }
        for (n, element) in schema.iter().enumerate().take(MOST) {
            let path = |member: &str| format!("{path}.{}.member.{member}", n + 1);
            self.attribute_name(element, &path("attributeName"));
            match text_of(element, "KeyType") {
                None => self.null(&path("keyType")),
                Some("HASH" | "RANGE") => {}
                Some(other) => {
                    self.violated(other, &path("keyType"), &text::one_of("HASH, RANGE"));
                }
            }
        }
    }

    /// `AttributeName` of a key: 1 to 255 characters, where other attributes may have 64 KB.
    fn attribute_name(&mut self, element: &Json<'_>, path: &str) {
        match text_of(element, "AttributeName") {
            None => self.null(path),
            Some(name) => self.key_name(name, path),
        }
    }

    /// What names of key attributes and of projected ones have in common (API reference).
    fn key_name(&mut self, name: &str, path: &str) {
        if name.is_empty() {
            self.violated(name, path, &text::length_at_least(1));
        }
        if name.len() > 255 {
            self.violated(name, path, &text::length_at_most(255));
        }
    }

    /// `AttributeDefinitions`: an attribute's type is looked at before its name (ack-api-quirks, finding 457).
    fn definitions(&mut self, definitions: &[Json<'_>]) {
        for (n, element) in definitions.iter().enumerate().take(MOST) {
            let path = |member: &str| format!("attributeDefinitions.{}.member.{member}", n + 1);
            match text_of(element, "AttributeType") {
                None => self.null(&path("attributeType")),
                Some("S" | "N" | "B") => {}
                Some(other) => {
                    self.violated(other, &path("attributeType"), &text::one_of("B, N, S"));
                }
            }
            self.attribute_name(element, &path("attributeName"));
        }
    }

    /// `AttributeDefinitions` where they are given.
    pub fn given_definitions(&mut self, members: &Members) {
        self.definitions(list(members, "AttributeDefinitions").unwrap_or_default());
    }

    /// `AttributeDefinitions` where they must be given.
    pub fn required_definitions(&mut self, members: &Members) {
        match list(members, "AttributeDefinitions") {
            Some(definitions) => self.definitions(definitions),
            None => self.null("attributeDefinitions"),
        }
    }

    /// `LocalSecondaryIndexes`.
    pub fn local_indexes(&mut self, members: &Members) {
        for (n, index) in elements(members, "LocalSecondaryIndexes") {
            let path = format!("localSecondaryIndexes.{n}.member.");
            self.index_name(&index, &path);
            self.key_schema(&index, &path, 2);
            self.projection(&index, &path);
        }
    }

    /// `GlobalSecondaryIndexes`.
    pub fn global_indexes(&mut self, members: &Members) {
        for (n, index) in elements(members, "GlobalSecondaryIndexes") {
            let path = format!("globalSecondaryIndexes.{n}.member.");
            self.key_schema(&index, &path, LONGEST_GLOBAL_KEY);
            self.projection(&index, &path);
            self.index_name(&index, &path);
            self.throughput(&index, &path);
        }
    }

    /// `IndexName` under `path`.
    pub fn index_name(&mut self, members: &Members, path: &str) {
        let path = format!("{path}indexName");
        let Some(name) = string(members, "IndexName") else {
            self.null(&path);
            return;
        };
        self.name(name, &path);
    }

    /// A table's name, or its ARN.
    pub fn table_name(&mut self, name: &str) {
        if arn::of_table(name).is_none() {
            self.name(name, "tableName");
        }
    }

    /// A name of a table or index: its length, then its pattern (ack-api-quirks, finding 457).
    pub fn name(&mut self, name: &str, path: &str) {
        if name.len() < 3 {
            self.violated(name, path, &text::length_at_least(3));
        }
        if name.len() > 255 {
            self.violated(name, path, &text::length_at_most(255));
        }
        if !has_name_pattern(name) {
            self.violated(name, path, text::NAME_PATTERN);
        }
    }

    /// `Projection` under `path`.
    pub fn projection(&mut self, members: &Members, path: &str) {
        let path = format!("{path}projection");
        let Some(projection) = object(members, "Projection") else {
            self.null(&path);
            return;
        };
        self.one_of(
            projection,
            "ProjectionType",
            &format!("{path}.projectionType"),
            "ALL, INCLUDE, KEYS_ONLY",
        );
        let Some(names) = list(projection, "NonKeyAttributes") else {
            return;
        };
        let path = format!("{path}.nonKeyAttributes");
        let constraint = match names.len() {
            0 => Some(text::length_at_least(1)),
            1..=LONGEST_INCLUDE => None,
            _ => Some(text::length_at_most(LONGEST_INCLUDE)),
        };
        if let Some(constraint) = constraint {
            let shown: Vec<&str> = names.iter().filter_map(Json::as_str).collect();
            self.violated(&format!("[{}]", shown.join(", ")), &path, &constraint);
        }
        for (n, name) in names.iter().filter_map(Json::as_str).enumerate() {
            self.key_name(name, &format!("{path}.{}.member", n + 1));
        }
    }

    /// `StreamSpecification`.
    pub fn stream(&mut self, members: &Members) {
        let Some(stream) = object(members, "StreamSpecification") else {
            return;
        };
        if !given(stream, "StreamEnabled") {
            self.null("streamSpecification.streamEnabled");
        }
        self.one_of(
            stream,
            "StreamViewType",
            "streamSpecification.streamViewType",
            "OLD_IMAGE, KEYS_ONLY, NEW_AND_OLD_IMAGES, NEW_IMAGE",
        );
    }

    /// `SSESpecification`.
    pub fn encryption(&mut self, members: &Members) {
        if let Some(encryption) = object(members, "SSESpecification") {
            self.one_of(
                encryption,
                "SSEType",
                "sSESpecification.sSEType",
                "AES256, KMS",
            );
            if string(encryption, "KMSMasterKeyId") == Some("") {
                let path = "sSESpecification.kMSMasterKeyId";
                self.violated("", path, &text::length_at_least(1));
            }
        }
    }

    /// `GlobalSecondaryIndexUpdates`.
    pub fn index_updates(&mut self, members: &Members) {
        for (n, update) in elements(members, "GlobalSecondaryIndexUpdates") {
            let path = |action: &str| format!("globalSecondaryIndexUpdates.{n}.member.{action}.");
            if let Some(changed) = object(&update, "Update") {
                let path = path("update");
                self.index_name(changed, &path);
                self.throughput(changed, &path);
            }
            if let Some(created) = object(&update, "Create") {
                let path = path("create");
                self.key_schema(created, &path, LONGEST_GLOBAL_KEY);
                self.projection(created, &path);
                self.index_name(created, &path);
                self.throughput(created, &path);
            }
            if let Some(deleted) = object(&update, "Delete") {
                self.index_name(deleted, &path("delete"));
            }
        }
    }
}

/// The structures in a list, with their places from one. A null among them is a structure that lacks everything.
fn elements<'a>(
    members: &'a Members<'a>,
    name: &str,
) -> impl Iterator<Item = (usize, Members<'a>)> + use<'a> {
    list(members, name)
        .unwrap_or_default()
        .iter()
        .enumerate()
        .take(MOST)
        .map(|(n, element)| (n + 1, element.as_object().copied().unwrap_or_default()))
}
