//! `UpdateItem`: change attributes of one item, or make the item if it is not there.

use crate::simulator::expression::Kind;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::write::{self, Action, Intent, ReturnValues};
use super::{Call, Response};

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
    call.trace.table = options.table.into();
    expressions::refuse_empty_names(members, &["Key"], Style::Write)?;
    let mut parameters = expressions::parameters(
        members,
        &["AttributeUpdates", "Expected", "ConditionalOperator"],
        &["UpdateExpression", "ConditionExpression"],
        Style::Write,
    )?;
    let join = expressions::join(members, "Expected", Style::Write)?;
    let key = expressions::attributes(members, "Key", Style::Write)?;
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

    // Which attributes UPDATED_OLD and UPDATED_NEW show.
    let touched = match (options.returned, &update) {
        (ReturnValues::UpdatedOld | ReturnValues::UpdatedNew, Some(update)) => {
            Some(update.touched())
        }
        _ => None,
    };
    let intent = Intent {
        action: Action::Update { key, update },
        condition,
        old_on_failure: options.old_on_failure,
    };
    let applied = write::one(call, options.table, &intent)?;

    // An item that the update made has no old image but its key (observed with ALL_OLD: none at all).
    let shown = match options.returned {
        ReturnValues::None => None,
        ReturnValues::AllOld | ReturnValues::UpdatedOld => applied.old.as_ref(),
        ReturnValues::AllNew | ReturnValues::UpdatedNew => applied.new.as_ref(),
    };
    let attributes = match options.returned {
        ReturnValues::UpdatedOld | ReturnValues::UpdatedNew => shown
            .zip(touched)
            .map(|(shown, touched)| touched.apply(&shown.item))
            .filter(|shown| !shown.is_empty())
            .map(|shown| shown.to_json()),
        _ => shown.map(|shown| shown.item.to_json()),
    };
    Ok(write::reply(call, options, applied, attributes))
}
