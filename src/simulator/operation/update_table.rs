//! `UpdateTable`: capacity, billing, global indexes, protection, class and encryption of a table that exists.
//!
//! ```text
//!   request     the request alone: its members, what may be combined          ──→ ValidationException
//!   admission   what the table and its indexes are doing at the moment         ──→ ResourceInUseException, LimitExceededException
//!   plan        what is asked for against what there is: the next definition   ──→ ValidationException, ResourceNotFoundException
//! ```
//!
//! Nearly every change has to come alone. What it changes takes effect at once, also for capacity; while it lasts, descriptions
//! show the state and, of provisioned throughput, the old units (observed). A new index is filled when it is made,
//! but may be read only when the time is over that its resources and its backfilling take.

mod admission;
mod indexes;
mod plan;
mod request;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::simulator::table::definition::Status;
use crate::simulator::table::description::Description;
use crate::simulator::trace::Effect;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::describe_table::read_name;
use super::table_definition::member_errors::MemberErrors;
use super::table_definition::shapes;
use super::{Call, Response};

use plan::Shown;
use request::Request;

const NAMED: &[(&str, Shape)] = &[("IndexName", Shape::String)];
const INDEX_UPDATES: Shape = Shape::List(&Shape::Structure {
    class: "GlobalSecondaryIndexUpdate",
    members: &[
        (
            "Update",
            Shape::Structure {
                class: "UpdateGlobalSecondaryIndexAction",
                members: &[
                    ("IndexName", Shape::String),
                    ("ProvisionedThroughput", shapes::THROUGHPUT),
                    ("OnDemandThroughput", shapes::ON_DEMAND),
                    ("WarmThroughput", shapes::WARM),
                ],
            },
        ),
        (
            "Create",
            Shape::Structure {
                class: "CreateGlobalSecondaryIndexAction",
                members: shapes::GLOBAL_INDEX,
            },
        ),
        (
            "Delete",
            Shape::Structure {
                class: "DeleteGlobalSecondaryIndexAction",
                members: NAMED,
            },
        ),
    ],
});
const SHAPES: &[(&str, Shape)] = &[
    ("GlobalSecondaryIndexUpdates", INDEX_UPDATES),
    ("ProvisionedThroughput", shapes::THROUGHPUT),
    ("AttributeDefinitions", shapes::DEFINITIONS),
    ("StreamSpecification", shapes::STREAM),
    ("SSESpecification", shapes::ENCRYPTION),
    ("OnDemandThroughput", shapes::ON_DEMAND),
    ("WarmThroughput", shapes::WARM),
    ("BillingMode", Shape::String),
    ("TableThroughputMode", Shape::String),
    ("TableClass", Shape::String),
    ("DeletionProtectionEnabled", Shape::Boolean),
];

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let name = read_name(members)?;
    call.trace.table = name.into();
    check_members(members)?;
    let request = Request::read(members)?;
    let not_found = || ServiceError::not_found(text::table_not_found(name));
    let handle = call.simulator.find(name, call.now).ok_or_else(not_found)?;
    let mut table = handle.write();
    if table.gone && table.definition().status(call.now) != Status::Deleting {
        return Err(not_found());
    }
    admission::check(table.definition(), &request, call.now)?;
    let (definition, shown) = plan::plan(call, table.definition(), &request)?;
    if definition != *table.definition() {
        call.simulator.redefine(&mut table, definition)?;
        call.trace.effect = Effect::TableUpdated;
    }
    call.trace.partitions = table.items().states();
    let description = describe(Description::of(&table, call.now), shown);
    Ok(Response::one("TableDescription", description))
}

/// Everything the request model itself constrains, in DynamoDB's order.
fn check_members(members: &Members) -> Answer<()> {
    let mut errors = MemberErrors::default();
    errors.billing_mode(members);
    errors.throughput(members, "");
    errors.given_definitions(members);
    errors.index_updates(members);
    errors.stream(members);
    errors.encryption(members);
    errors.settle()
}

fn describe(mut description: Description<'_>, shown: Shown) -> Value {
    if let Some(status) = shown.status {
        description = description.with_status(status);
    }
    for (index, status) in &shown.indexes {
        description = description.with_index_status(index, *status);
    }
    for index in &shown.warming_indexes {
        description = description.index_warming(index);
    }
    if shown.billed {
        description = description.billed_now();
    }
    if shown.warming {
        description = description.warming();
    }
    let mut described = description.into_json();
    for (member, value) in shown.members {
        described.insert(member.to_owned(), value);
    }
    Value::Object(described)
}
