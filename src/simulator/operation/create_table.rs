//! `CreateTable`.
//!
//! Validation in DynamoDB's order: the name alone; then all member errors together; then billing; then all keys against the
//! definitions of their attributes; then local and global indexes one by one; then what is left; then quotas. Streams,
//! replicas and the like are not offered and are refused in words that say so, never ignored.

use serde_json::Value;

use crate::simulator::table::definition::Definition;
use crate::simulator::table::description::Description;
use crate::simulator::table::index::Index;
use crate::simulator::table::throughput::{Billing, Changes, WarmHistory};
use crate::simulator::trace::Effect;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{flag, given};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text::{self, table as words};

use super::describe_table::read_name;
use super::table_definition::indexes::{self, GlobalDraft};
use super::table_definition::keys::{Definitions, Schema, table_key};
use super::table_definition::life::{self, Begins, global_index};
use super::table_definition::member_errors::MemberErrors;
use super::table_definition::options::{self, Encryption};
use super::table_definition::shapes;
use super::table_definition::throughput::{self, Whose};
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
    ("TableThroughputMode", Shape::String),
    ("TableClass", Shape::String),
    ("DeletionProtectionEnabled", Shape::Boolean),
];

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let called = read_name(members)?;
    call.trace.table = called.into();
    check_members(members)?;
    let name = call.simulator.name_of(called).ok_or_else(|| {
        ServiceError::validation(text::not_offered("a table of another region or account"))
    })?;
    let definition = define(call, members, name)?;
    let description = Description::of_new(&definition, call.now).into_json();
    let partitions = call.simulator.create(definition, call.now)?;
    call.trace.partitions = partitions;
    call.trace.effect = Effect::TableCreated;
    Ok(Response::one(
        "TableDescription",
        Value::Object(description),
    ))
}

/// The table that the request asks for.
fn define(call: &Call<'_>, members: &Members, name: &str) -> Answer<Definition> {
    let settings = call.settings();
    let region = &settings.region;
    let billing = throughput::billing(members)?;
    let definitions = Definitions::read(members);
    definitions.check_distinct()?;
    let key = table_key(&Schema::read(members), &definitions)?;
    indexes::check_lists(members)?;
    indexes::check_definitions(members, &key, &definitions)?;
    let active_at = call.now.later(call.simulator.table_delay());
    let mut indexes = indexes::local(members, &key, &definitions)?;
    let drafts = indexes::global(members, &definitions)?;
    check_index_throughput(&drafts, billing)?;
    for draft in drafts {
        let begins = Begins {
            active_at,
            backfill_from: None,
        };
        indexes.push(global_index(draft, billing, begins, settings)?);
    }
    indexes::check_names(&indexes)?;
    indexes::check_included(&indexes)?;
    options::check_stream(
        members,
        words::STREAM_ENABLED_WITHOUT_VIEW,
        text::STREAM_DISABLED_WITH_VIEW,
    )?;
    let class = options::class(members)?;
    let encryption = options::encryption(members)?;
    let on_demand = throughput::new_on_demand(members, Whose::Table, billing, region)?;
    let warm = throughput::new_warm(members, Whose::Table, billing, region)?;
    let tags = tags::of_new_table(members)?;
    options::refuse_what_is_not_offered(members)?;
    check_quotas(billing, &indexes, region)?;
    Ok(Definition {
        name: name.to_owned(),
        id: call.simulator.next_table_id(),
        arn: format!(
            "arn:aws:dynamodb:{region}:{}:table/{name}",
            settings.account
        ),
        attribute_order: definitions.names().map(str::to_owned).collect(),
        key,
        indexes,
        billing,
        throughput_changes: Changes::default(),
        on_demand_since: (billing == Billing::PayPerRequest).then_some(call.now),
        on_demand,
        warm: WarmHistory::new(warm),
        partitions: life::partitions(billing, settings),
        splits: Vec::new(),
        class: class.map(str::to_owned),
        class_changes: Vec::new(),
        deletion_protection: flag(members, "DeletionProtectionEnabled"),
        encryption: match encryption {
            Some(Encryption::Kms(key)) => Some(options::described(
                &options::key_arn(key, settings),
                "ENABLED",
            )),
            Some(Encryption::ByDefault) | None => None,
        },
        tags,
        time_to_live: None,
        created: call.now,
        active_at,
        updating: None,
        gone_at: None,
    })
}

/// Everything the request model itself constrains, in DynamoDB's order.
fn check_members(members: &Members) -> Answer<()> {
    let mut errors = MemberErrors::default();
    errors.billing_mode(members);
    errors.throughput(members, "");
    errors.key_schema(members, "", 2);
    errors.required_definitions(members);
    errors.global_indexes(members);
    errors.local_indexes(members);
    errors.stream(members);
    errors.encryption(members);
    errors.settle()
}

/// An index has throughput of its own where the table is provisioned, and else none.
fn check_index_throughput(drafts: &[GlobalDraft<'_>], billing: Billing) -> Answer<()> {
    for draft in drafts {
        let provisioned = given(draft.members, "ProvisionedThroughput");
        let why = match (billing, provisioned) {
            (Billing::PayPerRequest, true) => words::index_throughput_on_demand(draft.name),
            (Billing::Provisioned { .. }, false) => words::index_throughput_missing(draft.name),
            _ => continue,
        };
        return Err(ServiceError::validation(why));
    }
    Ok(())
}

/// The account's quotas hold for each table and index alone (observed).
fn check_quotas(billing: Billing, indexes: &[Index], region: &str) -> Answer<()> {
    throughput::check_quota(billing.units(), Whose::Table, region)?;
    for index in indexes {
        let units = index.life().and_then(|life| life.throughput);
        throughput::check_quota(units.unwrap_or((0, 0)), Whose::Index(&index.name), region)?;
    }
    Ok(())
}
