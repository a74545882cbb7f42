//! `PutItem`: a whole item, which replaces what was under its key.

use crate::simulator::expression::Kind;
use crate::simulator::item::Stored;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::shape;
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::write::{self, Action, Intent, ReturnValues};
use super::{Call, ITEM_BYTES, Response, layer};

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    layer::worded(call, members, run_in)
}

fn run_in(call: &mut Call<'_>, members: &Members, style: Style) -> Answer<Response> {
    // A plain item, as most are, is known to be right, so nothing is asked that looks for faults in one; whatever else may be wrong with
    // the request is told in the same order.
    let plain = expressions::plain_item(members, "Item", call.sent);
    let (shapes, maps) = match plain {
        Some(_) => (&[][..], &[][..]),
        None => (&[("Item", shape::ATTRIBUTES)][..], &["Item"][..]),
    };
    write::check_shapes(members, shapes)?;
    write::check_value_shapes(members, maps)?;
    let options = write::options(members, "Item", style)?;
    call.trace.table.assign(options.table);
    let honoured = matches!(options.returned, ReturnValues::None | ReturnValues::AllOld);
    if style == Style::Older && !honoured {
        return Err(style.refuse(text::RETURN_VALUES_NOT_HONOURED));
    }
    expressions::refuse_empty_names(members, maps, style)?;
    let stored = match plain {
        Some(stored) => stored,
        None => expressions::read_attributes(members, "Item", style, |item| {
            Stored::read_checked(item, call.sent)
        })?,
    };
    let mut parameters = expressions::parameters(
        members,
        &["Expected", "ConditionalOperator"],
        &["ConditionExpression"],
        style,
    )?;
    let join = expressions::join(members, "Expected", style)?;
    let condition = parameters.condition(members, Kind::Condition)?;
    if !honoured {
        return Err(style.refuse(text::RETURN_VALUES_NOT_HONOURED));
    }
    let condition = match condition {
        Some(condition) => Some(condition),
        None => expressions::expected(members, join, style)?,
    };
    if stored.size() > ITEM_BYTES {
        return Err(ServiceError::validation(text::ITEM_TOO_LARGE));
    }
    parameters.all_used()?;

    let intent = Intent {
        action: Action::Put(stored),
        condition,
        old_on_failure: options.old_on_failure,
    };
    let applied = write::one(call, options.table, &intent)?;

    let attributes = applied
        .old
        .as_ref()
        .filter(|_| options.returned == ReturnValues::AllOld)
        .map(Stored::to_json);
    Ok(write::reply(call, options, applied, attributes))
}
