//! `DeleteItem`: one item by its whole primary key; nothing there is no error.

use crate::simulator::expression::Kind;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::shape;
use crate::simulator::wire::text;

use super::expressions::{self, Style};
use super::write::{self, Action, Intent, ReturnValues};
use super::{Call, Response};

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    write::check_shapes(members, &[("Key", shape::ATTRIBUTES)])?;
    write::check_value_shapes(members, "Key")?;
    let options = write::options(members, "Key")?;
    call.trace.table = options.table.into();
    if !matches!(options.returned, ReturnValues::None | ReturnValues::AllOld) {
        return Err(ServiceError::enveloped(text::RETURN_VALUES_NOT_HONOURED));
    }
    expressions::refuse_empty_names(members, &["Key"], Style::Write)?;
    let mut parameters = expressions::parameters(
        members,
        &["Expected", "ConditionalOperator"],
        &["ConditionExpression"],
        Style::Write,
    )?;
    let join = expressions::join(members, "Expected", Style::Write)?;
    let key = expressions::attributes(members, "Key", Style::Write)?;
    let condition = match parameters.condition(members, Kind::Condition)? {
        Some(condition) => Some(condition),
        None => expressions::expected(members, join)?,
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
        .map(|old| old.item.to_json());
    Ok(write::reply(call, options, applied, attributes))
}
