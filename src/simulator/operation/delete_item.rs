//! `DeleteItem`: one item by its whole primary key; nothing there is no error.

use crate::simulator::expression::Kind;
use crate::simulator::item::Stored;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::Answer;
use crate::simulator::wire::shape;
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::write::{self, Action, Intent, ReturnValues};
use super::{Call, Response, layer};

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    layer::worded(call, members, run_in)
}

fn run_in(call: &mut Call<'_>, members: &Members, style: Style) -> Answer<Response> {
    write::check_shapes(members, &[("Key", shape::ATTRIBUTES)])?;
    write::check_value_shapes(members, &["Key"])?;
    let options = write::options(members, "Key", style)?;
    call.trace.table.assign(options.table);
    if !matches!(options.returned, ReturnValues::None | ReturnValues::AllOld) {
        return Err(style.refuse(text::RETURN_VALUES_NOT_HONOURED));
    }
    expressions::refuse_empty_names(members, &["Key"], style)?;
    let mut parameters = expressions::parameters(
        members,
        &["Expected", "ConditionalOperator"],
        &["ConditionExpression"],
        style,
    )?;
    let join = expressions::join(members, "Expected", style)?;
    let key = expressions::attributes(members, "Key", style)?;
    let condition = match parameters.condition(members, Kind::Condition)? {
        Some(condition) => Some(condition),
        None => expressions::expected(members, join, style)?,
    };
    parameters.all_used()?;

    let intent = Intent {
        action: Action::Delete { key },
        condition,
        old_on_failure: options.old_on_failure,
    };
    let applied = write::one(call, options.table, &intent)?;

    let attributes = applied
        .old
        .as_ref()
        .filter(|_| options.returned == ReturnValues::AllOld)
        .map(Stored::text);
    Ok(write::reply(call, options, &applied, attributes))
}
