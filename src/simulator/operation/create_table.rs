//! `CreateTable`.
//!
//! Validation in DynamoDB's order: the name alone; then all member errors together (ten at most); then billing; then the
//! keys against their definitions. Secondary indexes, streams, replicas and the like are not offered yet and are refused
//! in words that say so, never ignored.

use serde_json::Value;

use crate::simulator::item::KeyType;
use crate::simulator::table::definition::{
    Billing, Definition, KeyAttribute, KeySchema, Status, provisioned_partitions,
};
use crate::simulator::table::hash::MAX_PARTITIONS;
use crate::simulator::trace::Effect;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{flag, given, has_name_pattern, list, long, object, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::{Call, Response};

const KEY_SCHEMA: Shape = Shape::List(&Shape::Structure {
    class: "KeySchemaElement",
    members: &[("KeyType", Shape::String), ("AttributeName", Shape::String)],
});
const DEFINITIONS: Shape = Shape::List(&Shape::Structure {
    class: "AttributeDefinition",
    members: &[
        ("AttributeName", Shape::String),
        ("AttributeType", Shape::String),
    ],
});
const THROUGHPUT: Shape = Shape::Structure {
    class: "ProvisionedThroughput",
    members: &[
        ("WriteCapacityUnits", Shape::Long),
        ("ReadCapacityUnits", Shape::Long),
    ],
};
const SHAPES: &[(&str, Shape)] = &[
    ("AttributeDefinitions", DEFINITIONS),
    ("KeySchema", KEY_SCHEMA),
    (
        "LocalSecondaryIndexes",
        Shape::List(&Shape::Structure {
            class: "LocalSecondaryIndex",
            members: &[],
        }),
    ),
    (
        "GlobalSecondaryIndexes",
        Shape::List(&Shape::Structure {
            class: "GlobalSecondaryIndex",
            members: &[],
        }),
    ),
    ("ProvisionedThroughput", THROUGHPUT),
    (
        "Tags",
        Shape::List(&Shape::Structure {
            class: "Tag",
            members: &[("Key", Shape::String), ("Value", Shape::String)],
        }),
    ),
    (
        "StreamSpecification",
        Shape::Structure {
            class: "StreamSpecification",
            members: &[
                ("StreamEnabled", Shape::Boolean),
                ("StreamViewType", Shape::String),
            ],
        },
    ),
    (
        "SSESpecification",
        Shape::Structure {
            class: "SSESpecification",
            members: &[
                ("Enabled", Shape::Boolean),
                ("SSEType", Shape::String),
                ("KMSMasterKeyId", Shape::String),
            ],
        },
    ),
    ("TableName", Shape::String),
    ("BillingMode", Shape::String),
    ("TableClass", Shape::String),
    ("DeletionProtectionEnabled", Shape::Boolean),
];

/// Members of the API that the simulated table does not have; given, they are refused.
const NOT_OFFERED: [(&str, &str); 6] = [
    ("LocalSecondaryIndexes", "a LocalSecondaryIndex"),
    ("GlobalSecondaryIndexes", "a GlobalSecondaryIndex"),
    ("VectorIndexes", "a VectorIndex"),
    ("OnDemandThroughput", "OnDemandThroughput"),
    ("WarmThroughput", "WarmThroughput"),
    ("ResourcePolicy", "ResourcePolicy"),
];

/// DynamoDB lists at most this many member errors.
const MOST_ERRORS: usize = 10;
const MAX_THROUGHPUT: i64 = 1_000_000_000_000;

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let name = read_name(members)?;
    name.clone_into(&mut call.trace.table);
    let errors = member_errors(members);
    if !errors.is_empty() {
        let shown: Vec<&str> = errors
            .iter()
            .take(MOST_ERRORS)
            .map(String::as_str)
            .collect();
        return Err(ServiceError::validation(text::envelope(&shown)));
    }
    let billing = read_billing(members)?;
    let key = read_key(members)?;
    refuse_what_is_not_offered(members)?;

    let partitions = match billing {
        Billing::PayPerRequest => call.settings().partitions_on_demand,
        Billing::Provisioned { read, write } => provisioned_partitions(read, write),
    }
    .clamp(1, MAX_PARTITIONS);
    let settings = call.settings();
    let definition = Definition {
        name: name.to_owned(),
        id: call.simulator.next_table_id(),
        arn: format!(
            "arn:aws:dynamodb:{}:{}:table/{name}",
            settings.region, settings.account
        ),
        attribute_order: list(members, "AttributeDefinitions")
            .into_iter()
            .flatten()
            .filter_map(|one| one.get("AttributeName")?.as_str().map(str::to_owned))
            .collect(),
        key,
        indexes: Vec::new(),
        billing,
        partitions,
        class: string(members, "TableClass").map(str::to_owned),
        deletion_protection: flag(members, "DeletionProtectionEnabled"),
        encryption: encryption(members, &settings.region, &settings.account),
        tags: tags(members),
        created: call.now,
        active_at: call.now.later(settings.table_delay),
        gone_at: None,
    };
    let description = definition.describe(Status::Creating, 0, 0);
    let partitions = call.simulator.create(definition, call.now)?;
    call.trace.partitions = partitions;
    call.trace.effect = Effect::TableCreated;
    Ok(Response::one(
        "TableDescription",
        Value::Object(description),
    ))
}

/// The name is judged before anything else, and alone.
fn read_name(members: &Members) -> Answer<&str> {
    let name = string(members, "TableName")
        .ok_or_else(|| ServiceError::validation(text::TABLE_NAME_REQUIRED))?;
    let mut errors = Vec::new();
    if !has_name_pattern(name) {
        errors.push(text::constraint(name, "tableName", text::NAME_PATTERN));
    }
    if name.len() < 3 {
        errors.push(text::constraint(
            name,
            "tableName",
            &text::length_at_least(3),
        ));
    }
    if name.len() > 255 {
        errors.push(text::constraint(
            name,
            "tableName",
            &text::length_at_most(255),
        ));
    }
    if errors.is_empty() {
        return Ok(name);
    }
    let shown: Vec<&str> = errors.iter().map(String::as_str).collect();
    Err(ServiceError::validation(text::envelope(&shown)))
}

/// Everything the request model itself constrains, in DynamoDB's order.
fn member_errors(members: &Members) -> Vec<String> {
    let mut errors = Vec::new();
    let mut one_of = |member: &str, path: &str, values: &[&str], shown: &str| {
        if let Some(given) = string(members, member)
            && !values.contains(&given)
        {
            errors.push(text::constraint(given, path, &text::one_of(shown)));
        }
    };
    one_of(
        "BillingMode",
        "billingMode",
        &["PROVISIONED", "PAY_PER_REQUEST"],
        "PROVISIONED, PAY_PER_REQUEST",
    );
    if let Some(throughput) = object(members, "ProvisionedThroughput") {
        for (member, path) in [
            (
                "WriteCapacityUnits",
                "provisionedThroughput.writeCapacityUnits",
            ),
            (
                "ReadCapacityUnits",
                "provisionedThroughput.readCapacityUnits",
            ),
        ] {
            match long(throughput, member) {
                None => errors.push(text::must_not_be_null(path)),
                Some(units) if units < 1 => {
                    errors.push(text::constraint(
                        &units.to_string(),
                        path,
                        &text::value_at_least(1),
                    ));
                }
                Some(_) => {}
            }
        }
    }
    key_schema_errors(members, &mut errors);
    definition_errors(members, &mut errors);
    let mut one_of = |member: &str, path: &str, values: &[&str], shown: &str| {
        if let Some(given) = string(members, member)
            && !values.contains(&given)
        {
            errors.push(text::constraint(given, path, &text::one_of(shown)));
        }
    };
    one_of(
        "TableClass",
        "tableClass",
        &["STANDARD", "STANDARD_INFREQUENT_ACCESS"],
        "STANDARD, STANDARD_INFREQUENT_ACCESS",
    );
    errors
}

fn key_schema_errors(members: &Members, errors: &mut Vec<String>) {
    let Some(schema) = list(members, "KeySchema") else {
        errors.push(text::must_not_be_null("keySchema"));
        return;
    };
    if schema.is_empty() {
        errors.push(text::constraint(
            "[]",
            "keySchema",
            &text::length_at_least(1),
        ));
    }
    if schema.len() > 2 {
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
        errors.push(text::constraint(
            &format!("[{}]", shown.join(", ")),
            "keySchema",
            &text::length_at_most(2),
        ));
    }
    for (n, element) in schema.iter().enumerate().take(MOST_ERRORS) {
        let path = |member: &str| format!("keySchema.{}.member.{member}", n + 1);
        if text_of(element, "AttributeName").is_none() {
            errors.push(text::must_not_be_null(&path("attributeName")));
        }
        match text_of(element, "KeyType") {
            None => errors.push(text::must_not_be_null(&path("keyType"))),
            Some("HASH" | "RANGE") => {}
            Some(other) => errors.push(text::constraint(
                other,
                &path("keyType"),
                &text::one_of("HASH, RANGE"),
            )),
        }
    }
}

fn definition_errors(members: &Members, errors: &mut Vec<String>) {
    let Some(definitions) = list(members, "AttributeDefinitions") else {
        errors.push(text::must_not_be_null("attributeDefinitions"));
        return;
    };
    for (n, element) in definitions.iter().enumerate().take(MOST_ERRORS) {
        let path = |member: &str| format!("attributeDefinitions.{}.member.{member}", n + 1);
        if text_of(element, "AttributeName").is_none() {
            errors.push(text::must_not_be_null(&path("attributeName")));
        }
        match text_of(element, "AttributeType") {
            None => errors.push(text::must_not_be_null(&path("attributeType"))),
            Some("S" | "N" | "B") => {}
            Some(other) => errors.push(text::constraint(
                other,
                &path("attributeType"),
                &text::one_of("B, N, S"),
            )),
        }
    }
}

fn text_of<'a>(element: &'a Value, member: &str) -> Option<&'a str> {
    element.get(member).and_then(Value::as_str)
}

fn read_billing(members: &Members) -> Answer<Billing> {
    let throughput = object(members, "ProvisionedThroughput");
    if string(members, "BillingMode") == Some("PAY_PER_REQUEST") {
        return match throughput {
            Some(_) => Err(ServiceError::validation(text::THROUGHPUT_WITH_ON_DEMAND)),
            None => Ok(Billing::PayPerRequest),
        };
    }
    let Some(throughput) = throughput else {
        return Err(ServiceError::validation(text::THROUGHPUT_MISSING));
    };
    let units = |member: &str| {
        let units = long(throughput, member).unwrap_or(0);
        if units > MAX_THROUGHPUT {
            return Err(ServiceError::validation(text::out_of_bounds(units, member)));
        }
        Ok(u64::try_from(units).unwrap_or(0))
    };
    Ok(Billing::Provisioned {
        read: units("ReadCapacityUnits")?,
        write: units("WriteCapacityUnits")?,
    })
}

fn read_key(members: &Members) -> Answer<KeySchema> {
    let definitions: Vec<(&str, KeyType)> = list(members, "AttributeDefinitions")
        .into_iter()
        .flatten()
        .filter_map(|one| {
            let key_type = match text_of(one, "AttributeType")? {
                "N" => KeyType::N,
                "B" => KeyType::B,
                _ => KeyType::S,
            };
            Some((text_of(one, "AttributeName")?, key_type))
        })
        .collect();
    let schema: Vec<(&str, &str)> = list(members, "KeySchema")
        .into_iter()
        .flatten()
        .filter_map(|one| Some((text_of(one, "AttributeName")?, text_of(one, "KeyType")?)))
        .collect();
    let typed = |name: &str| {
        definitions
            .iter()
            .find(|(defined, _)| *defined == name)
            .map(|&(_, key_type)| KeyAttribute {
                name: name.to_owned(),
                key_type,
            })
    };
    let same_name = schema.len() == 2 && schema[0].0 == schema[1].0;
    let missing: Vec<&str> = schema
        .iter()
        .map(|&(name, _)| name)
        .filter(|name| typed(name).is_none())
        .collect();
    if same_name || !missing.is_empty() {
        if same_name || definitions.is_empty() || schema.len() > 1 {
            return Err(ServiceError::validation(text::KEY_WITHOUT_DEFINITION));
        }
        let defined: Vec<&str> = definitions.iter().map(|&(name, _)| name).collect();
        return Err(ServiceError::validation(text::key_not_defined(
            &missing.join(", "),
            &defined.join(", "),
        )));
    }
    if schema[0].1 != "HASH" {
        return Err(ServiceError::validation(text::FIRST_KEY_NOT_HASH));
    }
    if schema.get(1).is_some_and(|&(_, role)| role != "RANGE") {
        return Err(ServiceError::validation(text::SECOND_KEY_NOT_RANGE));
    }
    for (member, kind) in [
        ("LocalSecondaryIndexes", "LocalSecondaryIndexes"),
        ("GlobalSecondaryIndexes", "GlobalSecondaryIndexes"),
    ] {
        if list(members, member).is_some_and(<[Value]>::is_empty) {
            return Err(ServiceError::validation(text::invalid(&format!(
                "List of {kind} is empty"
            ))));
        }
    }
    // Attributes that only an index would use are part of the refusal of indexes, not of this count.
    let has_index =
        given(members, "LocalSecondaryIndexes") || given(members, "GlobalSecondaryIndexes");
    if definitions.len() != schema.len() && !has_index {
        return Err(ServiceError::validation(text::DEFINITIONS_DO_NOT_MATCH));
    }
    let partition = typed(schema[0].0).expect("no key attribute is missing its definition");
    Ok(KeySchema {
        partition,
        sort: schema.get(1).and_then(|&(name, _)| typed(name)),
    })
}

fn refuse_what_is_not_offered(members: &Members) -> Answer<()> {
    if let Some((_, what)) = NOT_OFFERED
        .iter()
        .find(|(member, _)| given(members, member))
    {
        return Err(ServiceError::validation(text::not_offered(what)));
    }
    let Some(stream) = object(members, "StreamSpecification") else {
        return Ok(());
    };
    if flag(stream, "StreamEnabled") == Some(true) {
        return Err(ServiceError::validation(text::not_offered("a stream")));
    }
    if given(stream, "StreamViewType") {
        return Err(ServiceError::validation(text::STREAM_DISABLED_WITH_VIEW));
    }
    Ok(())
}

/// `SSEDescription`: encryption at rest is always on; with `Enabled` it uses a KMS key, AWS's own unless one is named.
fn encryption(members: &Members, region: &str, account: &str) -> Option<Value> {
    let specification = object(members, "SSESpecification")?;
    if flag(specification, "Enabled") != Some(true) {
        return None;
    }
    let key = string(specification, "KMSMasterKeyId").unwrap_or("alias/aws/dynamodb");
    let arn = if key.starts_with("arn:") {
        key.to_owned()
    } else {
        let resource = if key.starts_with("alias/") {
            key.to_owned()
        } else {
            format!("key/{key}")
        };
        format!("arn:aws:kms:{region}:{account}:{resource}")
    };
    Some(serde_json::json!({
        "Status": "ENABLED",
        "SSEType": string(specification, "SSEType").unwrap_or("KMS"),
        "KMSMasterKeyArn": arn,
    }))
}

fn tags(members: &Members) -> Vec<(String, String)> {
    list(members, "Tags")
        .into_iter()
        .flatten()
        .filter_map(|tag| {
            Some((
                text_of(tag, "Key")?.to_owned(),
                text_of(tag, "Value")?.to_owned(),
            ))
        })
        .collect()
}
