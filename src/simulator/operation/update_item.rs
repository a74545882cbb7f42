//! `UpdateItem`: change attributes of one item, or make the item if it is not there.

use crate::simulator::expression::Kind;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::Answer;
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::write::{self, Action, Intent, ReturnValues};
use super::{Call, NO_ATTRIBUTES, Response, given_back, layer};

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
    layer::worded(call, members, run_in)
}

fn run_in(call: &mut Call<'_>, members: &Members, style: Style) -> Answer<Response> {
    write::check_shapes(members, SHAPES)?;
    write::check_value_shapes(members, &["Key"])?;
    let options = write::update_options(members, style)?;
    call.trace.table.assign(options.table);
    expressions::refuse_empty_names(members, &["Key"], style)?;
    let mut parameters = expressions::parameters(
        members,
        &["AttributeUpdates", "Expected", "ConditionalOperator"],
        &["UpdateExpression", "ConditionExpression"],
        style,
    )?;
    let join = expressions::join(members, "Expected", style)?;
    let key = expressions::attributes(members, "Key", style)?;
    let updates = expressions::attribute_updates(members, style)?;
    let expected = expressions::expected(members, join, style)?;
    // The condition is read first: empty ones (observed) and functions out of place (seen in tests that were made from AWS's
    // answers) are told of it and not of the update. What the older layer reads is told of the update first, as in transactions.
    for kind in [Kind::Condition, Kind::Update] {
        if crate::simulator::wire::member::string(members, kind.parameter()) == Some("") {
            return Err(style.refuse(text::expression_empty(kind.parameter())));
        }
    }
    let (update, condition) = if style == Style::Older {
        let update = parameters.update(members)?;
        (update, parameters.condition(members, Kind::Condition)?)
    } else {
        let condition = parameters.condition(members, Kind::Condition)?;
        (parameters.update(members)?, condition)
    };
    let (update, condition) = (update.or(updates), condition.or(expected));
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
            .map(|(shown, touched)| given_back(shown, Some(&touched)))
            .filter(|shown| **shown != *NO_ATTRIBUTES),
        _ => shown.map(|shown| given_back(shown, None)),
    };
    Ok(write::reply(call, options, &applied, attributes.as_deref()))
}
