//! `PutItem`: a whole item, which replaces what was under its key.

use crate::simulator::expression::Kind;
use crate::simulator::item::Stored;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member;
use crate::simulator::wire::shape;
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::write::{self, Action, Intent, Options, ReturnValues};
use super::{Call, ITEM_BYTES, Response, layer};

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    match plain(members, call.sent) {
        Some((options, stored)) => {
            call.trace.table.assign(options.table);
            let intent = Intent::unconditional(Action::Put(stored));
            put(call, options, &intent)
        }
        None => layer::worded(call, members, run_in),
    }
}

/// The options and the item of a plain request in which nothing can be wrong without a look at the table.
fn plain<'m>(members: &Members<'m>, sent: &[u8]) -> Option<(Options<'m>, Stored)> {
    let plain = member::plain(members, "Item")?;
    let stored = expressions::plain_item(plain.subject, sent)?;
    let options = Options::plain(plain.table, plain.report);
    (stored.size() <= ITEM_BYTES).then_some((options, stored))
}

fn run_in(call: &mut Call<'_>, members: &Members, style: Style) -> Answer<Response> {
    write::check_shapes(members, &[("Item", shape::ATTRIBUTES)])?;
    // In an item that is plainly right no faults need to be looked for.
    let plain =
        member::object(members, "Item").and_then(|item| expressions::plain_item(item, call.sent));
    let doubtful: &[&str] = if plain.is_some() { &[] } else { &["Item"] };
    write::check_value_shapes(members, doubtful)?;
    let options = write::options(members, "Item", style)?;
    call.trace.table.assign(options.table);
    let honoured = matches!(options.returned, ReturnValues::None | ReturnValues::AllOld);
    if style == Style::Older && !honoured {
        return Err(style.refuse(text::RETURN_VALUES_NOT_HONOURED));
    }
    expressions::refuse_empty_names(members, doubtful, style)?;
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
    put(call, options, &intent)
}

/// Carry it out, and answer.
fn put(call: &mut Call<'_>, options: Options<'_>, intent: &Intent) -> Answer<Response> {
    let applied = write::one(call, options.table, intent)?;
    let attributes = applied
        .old
        .as_ref()
        .filter(|_| options.returned == ReturnValues::AllOld)
        .map(Stored::text);
    Ok(write::reply(call, options, &applied, attributes))
}
