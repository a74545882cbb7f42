//! `UpdateItem`: change attributes of one item, or make the item if it is not there.

use std::sync::Arc;

use crate::simulator::expression::{Kind, Update};
use crate::simulator::item::Item;
use crate::simulator::table::definition::Definition;
use crate::simulator::table::{Key, Stored};
use crate::simulator::trace::Effect;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::write::{self, Outcome, ReturnValues};
use super::{Call, ITEM_BYTES, Response, key};

const SHAPES: &[(&str, Shape)] = &[
    (
        "AttributeUpdates",
        Shape::Map(&Shape::Structure {
            class: "AttributeValueUpdate",
            members: &[("Action", Shape::String), ("Value", Shape::AttributeValue)],
        }),
    ),
    ("Key", shape::ATTRIBUTES),
];

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    write::check_shapes(members, SHAPES)?;
    write::check_value_shapes(members, "Key")?;
    let options = write::update_options(members)?;
    options.table.clone_into(&mut call.trace.table);
    expressions::refuse_empty_names(members, &["Key"], Style::Write)?;
    let mut parameters = expressions::parameters(
        members,
        &["AttributeUpdates", "Expected", "ConditionalOperator"],
        &["UpdateExpression", "ConditionExpression"],
        Style::Write,
    )?;
    let join = expressions::join(members, "Expected", Style::Write)?;
    let given = expressions::attributes(members, "Key", Style::Write)?;
    let updates = expressions::attribute_updates(members)?;
    let expected = expressions::expected(members, join)?;
    // An empty condition is reported ahead of an empty update (observed), anything else about them the other way round.
    for kind in [Kind::Condition, Kind::Update] {
        if crate::simulator::wire::member::string(members, kind.parameter()) == Some("") {
            return Err(ServiceError::enveloped(text::expression_empty(
                kind.parameter(),
            )));
        }
    }
    let update = parameters.update(members)?.or(updates);
    let condition = parameters.condition(members, Kind::Condition)?.or(expected);
    parameters.all_used()?;

    let handle = call.simulator.active(options.table, call.now)?;
    let mut table = handle.write();
    write::check_present(&table)?;
    let key = key::of_key(table.definition(), &given)?;
    let address = table.address(&key);
    let existing = table.get(&address).cloned();
    write::check_condition(
        call,
        &table,
        &key,
        &address,
        existing.as_ref(),
        condition.as_ref(),
        options,
    )?;
    let fresh;
    let before = if let Some(existing) = &existing {
        &existing.item
    } else {
        fresh = key_item(table.definition(), &key);
        &fresh
    };
    let after = match &update {
        Some(update) => updated(table.definition(), update, before)?,
        None => before.clone(),
    };
    let stored = Arc::new(Stored::new(after));
    if stored.size() > ITEM_BYTES {
        return Err(ServiceError::validation(text::UPDATED_ITEM_TOO_LARGE));
    }
    let effect = match existing {
        Some(_) => Effect::Updated,
        None => Effect::Created,
    };
    let outcome = Outcome::Put(Arc::clone(&stored));
    let applied = write::apply(call, &mut table, &key, &address, outcome, effect)?;
    drop(table);

    // An item that the update made has no old image but its key (observed with ALL_OLD: none at all).
    let touched = |item: &Item| {
        let update = update.as_ref()?;
        Some(update.touched().apply(item)).filter(|touched| !touched.is_empty())
    };
    let attributes = match options.returned {
        ReturnValues::None => None,
        ReturnValues::AllOld => existing.map(|existing| existing.item.clone()),
        ReturnValues::AllNew => Some(stored.item.clone()),
        ReturnValues::UpdatedOld => existing
            .as_ref()
            .and_then(|existing| touched(&existing.item)),
        ReturnValues::UpdatedNew => touched(&stored.item),
    };
    Ok(write::reply(
        call,
        options,
        &applied.consumption,
        attributes.map(|item| item.to_json()),
    ))
}

/// The item that an update starts from when there is none: its key alone.
fn key_item(definition: &Definition, key: &Key) -> Item {
    let values = std::iter::once(&key.partition).chain(key.sort.as_ref());
    definition
        .key
        .attributes()
        .zip(values)
        .map(|(attribute, value)| (attribute.name.as_str().into(), value.to_value()))
        .collect()
}

fn updated(definition: &Definition, update: &Update, before: &Item) -> Answer<Item> {
    if let Some(path) = update
        .targets()
        .find(|path| definition.key.has(path.name().as_str()))
    {
        return Err(ServiceError::validation(text::key_attribute_updated(
            path.name().as_str(),
        )));
    }
    update
        .apply(before)
        .map_err(|error| ServiceError::validation(error.to_string()))
}
