//! `TransactWriteItems`: up to 100 items of any tables written together, or none of them.
//!
//! ```text
//!   parse every action ─ token ─ lock the tables ─ two actions for one item? ─ plan every action ─ commit all plans at once
//!                          │                                                      └─ a reason for each: TransactionCanceledException
//!                          └─ known: the same answer again, with what reading would have cost
//! ```
//!
//! What the request alone tells is an error of the whole request; what only the tables tell is a reason to cancel. An empty key
//! value is the exception: it is told by a table's schema, and refuses the request (observed).
//!
//! Invariant: the actions' items are distinct, so their plans don't depend on each other.

use std::collections::HashSet;

use crate::simulator::expression::Kind;
use crate::simulator::item::{Item, Stored};
use crate::simulator::json::Json;
use crate::simulator::table::Table;
use crate::simulator::tokens::{Claim, TableRead};
use crate::simulator::trace::{CapacityUnits, Recording, Trace};
use crate::simulator::wire::body::Members;
use crate::simulator::wire::capacity::{
    Axis, Consumption, Report, consumed_in_transaction, read_units,
};
use crate::simulator::wire::error::{Answer, Reason, ServiceError};
use crate::simulator::wire::java::{Shown, Structure};
use crate::simulator::wire::member::{self, given, object, string};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::transaction::{self, MAX_BYTES, Tables};
use super::write::{self, Action, Applied, Found, Intent, Plan, Rate, Refused};
use super::{Call, ITEM_BYTES, Response, admission};

/// An action that an item may have.
struct ActionKind {
    member: &'static str,
    /// As messages spell it.
    shown: &'static str,
    /// The members it must have, again with their spelling.
    required: &'static [(&'static str, &'static str)],
}

/// In the order in which they are checked.
const ACTIONS: [ActionKind; 4] = [
    ActionKind {
        member: "ConditionCheck",
        shown: "conditionCheck",
        required: &[
            ("Key", "key"),
            ("TableName", "tableName"),
            ("ConditionExpression", "conditionExpression"),
        ],
    },
    ActionKind {
        member: "Put",
        shown: "put",
        required: &[("Item", "item"), ("TableName", "tableName")],
    },
    ActionKind {
        member: "Delete",
        shown: "delete",
        required: &[("Key", "key"), ("TableName", "tableName")],
    },
    ActionKind {
        member: "Update",
        shown: "update",
        required: &[
            ("Key", "key"),
            ("UpdateExpression", "updateExpression"),
            ("TableName", "tableName"),
        ],
    },
];

const SHAPES: &[(&str, Shape)] = &[
    (
        "TransactItems",
        Shape::List(&Shape::Structure {
            class: "TransactWriteItem",
            members: &[
                ("ConditionCheck", action("ConditionCheck", KEYED)),
                ("Put", action("Put", PUT)),
                ("Delete", action("Delete", KEYED)),
                ("Update", action("Update", KEYED)),
            ],
        }),
    ),
    ("ReturnConsumedCapacity", Shape::String),
    ("ReturnItemCollectionMetrics", Shape::String),
    ("ClientRequestToken", Shape::String),
];

const fn action(class: &'static str, members: &'static [(&'static str, Shape)]) -> Shape {
    Shape::Structure { class, members }
}

const KEYED: &[(&str, Shape)] = &[
    ("Key", shape::ATTRIBUTES),
    ("UpdateExpression", Shape::String),
    ("TableName", Shape::String),
    ("ConditionExpression", Shape::String),
    ("ExpressionAttributeNames", shape::NAMES),
    ("ExpressionAttributeValues", shape::ATTRIBUTES),
    ("ReturnValuesOnConditionCheckFailure", Shape::String),
];

const PUT: &[(&str, Shape)] = &[
    ("Item", shape::ATTRIBUTES),
    ("TableName", Shape::String),
    ("ConditionExpression", Shape::String),
    ("ExpressionAttributeNames", shape::NAMES),
    ("ExpressionAttributeValues", shape::ATTRIBUTES),
    ("ReturnValuesOnConditionCheckFailure", Shape::String),
];

macro_rules! shown_action {
    ($class:literal: $($own:expr),+) => {
        Shown::Structure(&Structure {
            class: $class,
            fields: &[
                $($own,)+
                ("tableName", "TableName", Shown::Text),
                ("conditionExpression", "ConditionExpression", Shown::Text),
                ("expressionAttributeNames", "ExpressionAttributeNames", Shown::Texts),
                ("expressionAttributeValues", "ExpressionAttributeValues", Shown::Attributes),
                (
                    "returnValuesOnConditionCheckFailure",
                    "ReturnValuesOnConditionCheckFailure",
                    Shown::Text,
                ),
                ("workloadProfileName", "", Shown::Text),
            ],
        })
    };
}

/// How an element of the list is shown, as observed.
const SHOWN: Structure = Structure {
    class: "TransactWriteItem",
    fields: &[
        (
            "conditionCheck",
            "ConditionCheck",
            shown_action!("ConditionCheck": ("key", "Key", Shown::Attributes)),
        ),
        (
            "put",
            "Put",
            shown_action!("Put": ("item", "Item", Shown::Attributes)),
        ),
        (
            "delete",
            "Delete",
            shown_action!("Delete": ("key", "Key", Shown::Attributes)),
        ),
        (
            "update",
            "Update",
            shown_action!("Update":
                ("key", "Key", Shown::Attributes),
                ("updateExpression", "UpdateExpression", Shown::Text)
            ),
        ),
    ],
};

/// One action, read as far as it can be without its table.
struct Write<'a> {
    table: &'a str,
    intent: Intent,
    /// What it adds to the transaction's size: its item or key, and the values of its expressions.
    bytes: u64,
}

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let items = transaction::items(members, &SHOWN)?.unwrap_or_default();
    for (_, members) in items.iter().flat_map(actions) {
        for name in ["Item", "Key", "ExpressionAttributeValues"] {
            if let Some(map) = object(members, name) {
                Item::check_shape(map)
                    .map_err(|error| ServiceError::serialization(error.to_string()))?;
            }
        }
    }
    let report = check_members(members, items)?;
    let writes = items.iter().map(only_action).collect::<Answer<Vec<_>>>()?;
    check_table_names(&writes)?;

    let Some(token) = string(members, "ClientRequestToken") else {
        let applied = carry_out(call, &writes)?;
        return Ok(reply(members, report, &applied));
    };
    let turn = match call
        .simulator
        .tokens
        .claim(token, &members["TransactItems"], call.now)
    {
        Claim::Turn(turn) => turn,
        Claim::Replay(reads) => return Ok(replay(call.trace, report, &reads)),
        Claim::Mismatch => return Err(ServiceError::token_mismatch()),
        Claim::Running => return Err(ServiceError::in_progress()),
    };
    let applied = carry_out(call, &writes)?;
    turn.finish(reads(&applied), call.now);
    Ok(reply(members, report, &applied))
}

/// The actions of an item that are there: nothing but a request's mistake makes them more or less than one.
fn actions<'m, 'a>(
    item: &'m Json<'a>,
) -> impl Iterator<Item = (&'static ActionKind, &'m Members<'a>)> {
    ACTIONS
        .iter()
        .filter_map(|kind| Some((kind, item.get(kind.member)?.as_object()?)))
}

/// The members' constraints, which come all together: those of the items in the request's order, then the request's own.
fn check_members(members: &Members, items: &[Json<'_>]) -> Answer<Report> {
    let mut errors = Vec::new();
    if !given(members, "TransactItems") {
        errors.push(text::must_not_be_null("transactItems"));
    }
    for (place, item) in items.iter().enumerate() {
        for (kind, members) in actions(item) {
            let missing = transaction::missing(place, kind.shown, members, kind.required);
            errors.extend(missing);
            errors.extend(on_failure_error(place, kind.shown, members));
        }
    }
    let token = string(members, "ClientRequestToken").unwrap_or("-");
    if token.is_empty() {
        errors.push(text::constraint(
            token,
            "clientRequestToken",
            &text::length_at_least(1),
        ));
    } else if token.encode_utf16().count() > 36 {
        errors.push(text::constraint(
            token,
            "clientRequestToken",
            &text::length_at_most(36),
        ));
    }
    let report = member::report(members);
    errors.extend(report.clone().err());
    errors.extend(write::metrics_error(members));
    transaction::all(&errors)?;
    report.map_err(ServiceError::enveloped)
}

fn on_failure_error(place: usize, action: &str, members: &Members) -> Option<String> {
    string(members, "ReturnValuesOnConditionCheckFailure")
        .filter(|given| !["ALL_OLD", "NONE"].contains(given))
        .map(|given| {
            text::constraint(
                given,
                &transaction::path(place, action, "returnValuesOnConditionCheckFailure"),
                &text::one_of("ALL_OLD, NONE"),
            )
        })
}

/// The one action that an item has.
fn only_action<'m, 'a>(item: &'m Json<'a>) -> Answer<(&'static ActionKind, &'m Members<'a>)> {
    let mut actions = actions(item);
    let only = actions
        .next()
        .ok_or_else(|| ServiceError::validation(text::NO_ACTION))?;
    match actions.next() {
        None => Ok(only),
        Some(_) => Err(ServiceError::validation(text::SEVERAL_ACTIONS)),
    }
}

fn table_of<'m>(members: &'m Members<'_>) -> &'m str {
    string(members, "TableName").unwrap_or_default()
}

fn check_table_names(actions: &[(&ActionKind, &Members)]) -> Answer<()> {
    let errors: Vec<String> = actions
        .iter()
        .enumerate()
        .flat_map(|(place, (kind, members))| {
            let path = transaction::path(place, kind.shown, "tableName");
            transaction::table_name_errors(table_of(members), &path)
        })
        .collect();
    transaction::all(&errors)
}

/// One action after the other, so that the first one's fault is told first; in each its own attributes' names, an item, the
/// expressions, and a key last (observed).
fn parse<'a>(member: &str, members: &'a Members) -> Answer<Write<'a>> {
    let is_put = member == "Put";
    let subject = if is_put { "Item" } else { "Key" };
    expressions::refuse_empty_own_names(members, subject, Style::Older)?;
    let item = is_put
        .then(|| item(members))
        .transpose()?
        .map(|item| Stored::new(&item));
    expressions::refuse_empty_names(members, &[], Style::Older)?;
    let mut parameters = expressions::older_parameters(members)?;
    let is_update = member == "Update";
    let update = if is_update {
        parameters.update(members)?
    } else {
        None
    };
    let condition = parameters.condition(members, Kind::Condition)?;
    // Values without an expression are left alone (observed); names too.
    if condition.is_some() || is_update {
        parameters.all_used()?;
    }
    let (action, given) = if let Some(stored) = item {
        if stored.size() > ITEM_BYTES {
            return Err(ServiceError::validation(text::ITEM_TOO_LARGE));
        }
        let size = stored.size();
        (Action::Put(stored), size)
    } else {
        let key = expressions::attributes(members, "Key", Style::Older)?;
        expressions::refuse_empty_names(members, &["Key"], Style::Older)?;
        let size = key.size();
        let action = match member {
            "Update" => Action::Update { key, update },
            "Delete" => Action::Delete { key },
            _ => Action::Check { key },
        };
        (action, size)
    };
    Ok(Write {
        table: table_of(members),
        intent: Intent {
            action,
            condition,
            old_on_failure: string(members, "ReturnValuesOnConditionCheckFailure")
                == Some("ALL_OLD"),
        },
        bytes: given + parameters.value_bytes(),
    })
}

/// What a `Put` puts, with the names inside its documents.
fn item(members: &Members) -> Answer<Item> {
    let item = expressions::attributes(members, "Item", Style::Older)?;
    expressions::refuse_empty_names(members, &["Item"], Style::Older)?;
    Ok(item)
}

/// All writes of a transaction, and their tables.
struct Done<'a> {
    writes: Vec<Write<'a>>,
    applied: Vec<Applied>,
}

fn carry_out<'a>(call: &mut Call<'_>, actions: &[(&ActionKind, &'a Members)]) -> Answer<Done<'a>> {
    let writes = actions
        .iter()
        .map(|(kind, members)| parse(kind.member, members))
        .collect::<Answer<Vec<_>>>()?;
    let tables = Tables::find(call, writes.iter().map(|write| write.table))?;
    call.trace.table = tables.only().unwrap_or_default().into();
    let mut locked = tables.lock(|handle| handle.write())?;
    let places: Vec<usize> = writes
        .iter()
        .map(|write| tables.place(write.table))
        .collect();

    let found: Vec<Result<Found, Refused>> = writes
        .iter()
        .zip(&places)
        .map(|(write, place)| write::find(&locked[*place], &write.intent.action))
        .collect();
    let mut seen = HashSet::new();
    for (found, place) in found.iter().zip(&places) {
        if let Ok(found) = found
            && !seen.insert((*place, found.address()))
        {
            return Err(ServiceError::validation(text::SAME_ITEM));
        }
    }
    if writes.iter().map(|write| write.bytes).sum::<u64>() > MAX_BYTES {
        return Err(ServiceError::validation(text::TRANSACTION_TOO_LARGE));
    }
    let found = fitting(found, &writes, &places, &locked)?;
    let planned: Vec<Result<Plan, Refused>> = found
        .into_iter()
        .zip(&writes)
        .zip(&places)
        .map(|((found, write), place)| {
            write::plan_fitting(&locked[*place], found, &write.intent, Rate::Transaction)
        })
        .collect();
    let plans = judge(call, &writes, &places, &locked, planned)?;
    let applied = write::commit(call, &mut locked, plans)?;
    Ok(Done { writes, applied })
}

/// What was found, if every action fits its table's keys. The first one that doesn't is the only reason told: no condition is
/// looked at then, and no other action (observed).
fn fitting<T: std::ops::Deref<Target = Table>>(
    found: Vec<Result<Found, Refused>>,
    writes: &[Write<'_>],
    places: &[usize],
    tables: &[T],
) -> Answer<Vec<Found>> {
    let mut fitting = Vec::with_capacity(found.len());
    let mut misfit = None;
    for (at, found) in found.into_iter().enumerate() {
        let checked = found.and_then(|found| {
            write::check_index_keys(&tables[places[at]], &writes[at].intent.action).map(|()| found)
        });
        match checked {
            Ok(found) => fitting.push(found),
            Err(Refused::Request(error)) => return Err(error),
            Err(Refused::Misfit(error)) => misfit = misfit.or(Some((at, error))),
            Err(Refused::Condition(_)) => {}
        }
    }
    match misfit {
        None => Ok(fitting),
        Some((at, error)) => Err(transaction::cancelled_by(at, &error, writes.len())),
    }
}

/// The plans, if all are good; or else the reasons why not, and what was looked at in the trace.
fn judge<T: std::ops::Deref<Target = Table>>(
    call: &mut Call<'_>,
    writes: &[Write<'_>],
    places: &[usize],
    tables: &[T],
    mut planned: Vec<Result<Plan, Refused>>,
) -> Answer<Vec<(usize, Plan)>> {
    // Before anything is charged: such a request was never a transaction.
    if let Some(at) = planned
        .iter()
        .position(|one| matches!(one, Err(Refused::Request(_))))
        && let Err(Refused::Request(error)) = planned.swap_remove(at)
    {
        return Err(error);
    }
    for (one, place) in planned.iter_mut().zip(places) {
        if let Ok(plan) = one
            && let Err(throttled) =
                admission::check_write(call.trace, &tables[*place], || plan.demands(), call.now)
        {
            *one = Err(Refused::Misfit(throttled));
        }
    }
    if planned.iter().all(Result::is_ok) {
        for (plan, place) in planned.iter().flatten().zip(places) {
            admission::charge_write(&tables[*place], || plan.demands(), call.now);
        }
        let plans = planned.into_iter().flatten();
        return Ok(places.iter().copied().zip(plans).collect());
    }
    let mut reasons = Vec::with_capacity(planned.len());
    let mut parts = Vec::with_capacity(planned.len());
    for ((planned, write), place) in planned.into_iter().zip(writes).zip(places) {
        let table = &tables[*place];
        let mut part = Recording::new(&call.trace.operation);
        part.table = table.definition().name.as_str().into();
        reasons.push(match planned {
            Err(Refused::Request(error) | Refused::Misfit(error)) => Reason::from_error(&error),
            Err(Refused::Condition(found)) => {
                let demands = || [found.demand(table, Rate::Transaction)];
                admission::charge_write(table, demands, call.now);
                Reason::from_error(&write::condition_failed(
                    &mut part,
                    table,
                    &found,
                    &write.intent,
                    Rate::Transaction,
                ))
            }
            Ok(plan) => {
                let demands = || [plan.demand_if_cancelled(table, Rate::Transaction)];
                admission::charge_write(table, demands, call.now);
                plan.leave(table, &mut part, Rate::Transaction);
                Reason::none()
            }
        });
        parts.push(part.told());
    }
    call.trace.written = parts.iter().map(|part| part.written).sum();
    call.trace.parts = parts;
    Err(ServiceError::cancelled(reasons))
}

/// What the writes consumed, by table, in the order of the tables' names.
fn by_table(done: &Done<'_>) -> Vec<(String, Consumption)> {
    let mut tables: Vec<(String, Consumption)> = Vec::new();
    for (write, applied) in done.writes.iter().zip(&done.applied) {
        let consumption = applied.consumption.clone();
        match tables.binary_search_by(|(name, _)| name.as_str().cmp(write.table)) {
            Ok(at) => {
                let before = std::mem::take(&mut tables[at].1);
                tables[at].1 = before.and(consumption);
            }
            Err(at) => tables.insert(at, (write.table.to_owned(), consumption)),
        }
    }
    tables
}

/// What a repetition will report: the read of each item's larger image, doubled (observed).
fn reads(done: &Done<'_>) -> Vec<TableRead> {
    let mut tables: Vec<TableRead> = Vec::new();
    for (write, applied) in done.writes.iter().zip(&done.applied) {
        let size = |stored: &Option<Stored>| stored.as_ref().map_or(0, Stored::size);
        let larger = size(&applied.old).max(size(&applied.new));
        let units = Rate::Transaction.of(read_units(larger, true));
        match tables.binary_search_by(|(name, _)| name.as_str().cmp(write.table)) {
            Ok(at) => tables[at].1 = tables[at].1 + units,
            Err(at) => tables.insert(at, (write.table.to_owned(), units)),
        }
    }
    tables
}

fn reply(members: &Members, report: Report, done: &Done<'_>) -> Response {
    let mut response = Response::default();
    if report != Report::None {
        let tables = by_table(done);
        let consumed: Vec<_> = tables
            .iter()
            .filter_map(|(table, consumption)| {
                consumed_in_transaction(report, Axis::Write, table, consumption)
            })
            .collect();
        response.put("ConsumedCapacity", Some(consumed));
    }
    if string(members, "ReturnItemCollectionMetrics") == Some("SIZE") {
        let tables = done.writes.iter().map(|write| write.table);
        let collections = write::collections(tables.zip(&done.applied));
        response.put("ItemCollectionMetrics", collections);
    }
    response
}

fn replay(trace: &mut Trace, report: Report, reads: &[TableRead]) -> Response {
    trace.read = reads.iter().map(|(_, units)| *units).sum::<CapacityUnits>();
    let mut response = Response::default();
    if report != Report::None {
        let consumed: Vec<_> = reads
            .iter()
            .filter_map(|(table, units)| {
                let consumption = Consumption::of_table(*units);
                consumed_in_transaction(report, Axis::Read, table, consumption)
            })
            .collect();
        response.put("ConsumedCapacity", Some(consumed));
    }
    response
}
