//! `CreateTable`.
//!
//! Validation in DynamoDB's order: the name alone; then all member errors together; then billing; then the keys against
//! their definitions; then local and global indexes. Streams, replicas and the like are not offered and are refused in words
//! that say so, never ignored.

use serde_json::Value;

use crate::simulator::table::definition::{Definition, KeySchema, provisioned_partitions};
use crate::simulator::table::description::Description;
use crate::simulator::table::hash::MAX_PARTITIONS;
use crate::simulator::table::index::{GlobalLife, Index, IndexKind};
use crate::simulator::table::throughput::{Billing, Changes, OnDemand};
use crate::simulator::trace::Effect;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{flag, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::table_definition::indexes::{self, GlobalDraft};
use super::table_definition::keys::{
    Definitions, Schema, default_hash_order, sized_hash_order, table_key,
};
use super::table_definition::member_errors::MemberErrors;
use super::table_definition::{options, shapes, throughput};
use super::{Call, Response, tags};

const SHAPES: &[(&str, Shape)] = &[
    ("AttributeDefinitions", shapes::DEFINITIONS),
    ("KeySchema", shapes::KEY_SCHEMA),
    ("LocalSecondaryIndexes", shapes::LOCAL_INDEXES),
    ("GlobalSecondaryIndexes", shapes::GLOBAL_INDEXES),
    ("ProvisionedThroughput", shapes::THROUGHPUT),
    ("Tags", shapes::TAGS),
    ("StreamSpecification", shapes::STREAM),
    ("SSESpecification", shapes::ENCRYPTION),
    ("OnDemandThroughput", shapes::ON_DEMAND),
    ("WarmThroughput", shapes::WARM),
    ("TableName", Shape::String),
    ("BillingMode", Shape::String),
    ("TableClass", Shape::String),
    ("DeletionProtectionEnabled", Shape::Boolean),
];

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let name = read_name(members)?;
    name.clone_into(&mut call.trace.table);
    check_members(members)?;
    let billing = throughput::billing(members)?;
    let definitions = Definitions::read(members);
    let schema = Schema::read(members);
    let key = table_key(&schema, &definitions)?;
    indexes::check_lists(members)?;
    let mut indexes = indexes::local(members, &key, &definitions)?;
    let drafts = indexes::global(members, &definitions)?;
    check_index_throughput(&drafts, billing)?;
    for draft in drafts {
        indexes.push(global_index(call, draft, billing)?);
    }
    indexes::check_names(&indexes)?;
    check_definitions_used(&key, &indexes, &definitions)?;
    indexes::check_included(&indexes)?;
    options::refuse_what_is_not_offered(members)?;
    let on_demand = throughput::new_on_demand(members, billing)?;
    let tags = tags::of_new_table(members)?;

    let settings = call.settings();
    let definition = Definition {
        name: name.to_owned(),
        id: call.simulator.next_table_id(),
        arn: format!(
            "arn:aws:dynamodb:{}:{}:table/{name}",
            settings.region, settings.account
        ),
        attribute_order: definitions.names().map(str::to_owned).collect(),
        key,
        indexes,
        billing,
        billing_before: None,
        throughput_changes: Changes::default(),
        on_demand_since: (billing == Billing::PayPerRequest).then_some(call.now),
        on_demand,
        warm: throughput::warm(members, billing),
        partitions: partitions(call, billing),
        splits: Vec::new(),
        class: string(members, "TableClass").map(str::to_owned),
        deletion_protection: flag(members, "DeletionProtectionEnabled"),
        encryption: options::encryption(members, settings),
        tags,
        time_to_live: None,
        created: call.now,
        active_at: call.now.later(settings.table_delay),
        updated_at: None,
        gone_at: None,
    };
    let description = Description::of_new(&definition, call.now).into_json();
    let partitions = call.simulator.create(definition, call.now)?;
    call.trace.partitions = partitions;
    call.trace.effect = Effect::TableCreated;
    Ok(Response::one(
        "TableDescription",
        Value::Object(description),
    ))
}

/// The name is judged before anything else, and alone.
fn read_name<'m>(members: &'m Members<'_>) -> Answer<&'m str> {
    let name = string(members, "TableName")
        .ok_or_else(|| ServiceError::validation(text::TABLE_NAME_REQUIRED))?;
    let mut errors = MemberErrors::default();
    errors.name(name, "tableName");
    errors.settle()?;
    Ok(name)
}

/// Everything the request model itself constrains, in DynamoDB's order.
fn check_members(members: &Members) -> Answer<()> {
    let mut errors = MemberErrors::default();
    errors.one_of(
        members,
        "BillingMode",
        "billingMode",
        "PROVISIONED, PAY_PER_REQUEST",
    );
    errors.throughput(members, "");
    errors.key_schema(members, "", 2);
    errors.required_definitions(members);
    errors.global_indexes(members);
    errors.local_indexes(members);
    errors.one_of(
        members,
        "TableClass",
        "tableClass",
        "STANDARD, STANDARD_INFREQUENT_ACCESS",
    );
    errors.settle()
}

/// An index has throughput of its own where the table is provisioned, and else none.
fn check_index_throughput(drafts: &[GlobalDraft<'_>], billing: Billing) -> Answer<()> {
    for draft in drafts {
        let provisioned = throughput::provisioned(draft.members)?;
        let why = match (billing, provisioned) {
            (Billing::PayPerRequest, Some(_)) => text::index_throughput_on_demand(draft.name),
            (Billing::Provisioned { .. }, None) => text::index_throughput_missing(draft.name),
            _ => continue,
        };
        return Err(ServiceError::validation(why));
    }
    Ok(())
}

fn global_index(call: &Call<'_>, draft: GlobalDraft<'_>, billing: Billing) -> Answer<Index> {
    let throughput = throughput::provisioned(draft.members)?;
    let own = throughput.map_or(billing, |(read, write)| Billing::Provisioned {
        read,
        write,
    });
    Ok(Index {
        name: draft.name.to_owned(),
        kind: IndexKind::Global(GlobalLife {
            throughput,
            throughput_before: None,
            throughput_changes: Changes::default(),
            on_demand: OnDemand::default(),
            warm: throughput::warm(draft.members, own),
            partitions: partitions(call, own),
            active_at: call.now.later(call.settings().table_delay),
            backfill_from: None,
            updated_at: None,
            gone_at: None,
        }),
        key: draft.key,
        projected: draft.projected,
    })
}

fn partitions(call: &Call<'_>, billing: Billing) -> u32 {
    match billing {
        Billing::PayPerRequest => call.settings().partitions_on_demand,
        Billing::Provisioned { read, write } => provisioned_partitions(read, write),
    }
    .clamp(1, MAX_PARTITIONS)
}

/// Every attribute that is defined is in a key.
fn check_definitions_used(
    key: &KeySchema,
    indexes: &[Index],
    definitions: &Definitions<'_>,
) -> Answer<()> {
    let table = key.attributes().map(|attribute| attribute.name.as_str());
    let in_indexes = indexes
        .iter()
        .flat_map(|index| index.key.attributes())
        .map(|attribute| attribute.name.as_str());
    let used = default_hash_order(table.chain(in_indexes));
    if definitions.names().count() == used.len() {
        return Ok(());
    }
    Err(ServiceError::validation(if indexes.is_empty() {
        text::DEFINITIONS_DO_NOT_MATCH.to_owned()
    } else {
        text::definitions_not_used(
            &sized_hash_order(definitions.names()).join(", "),
            &used.join(", "),
        )
    }))
}
