//! `AttributeUpdates`: what becomes of each attribute.

use super::super::update::{Action, Change, Update};
use super::{Fault, LegacyError, attribute, text};
use crate::simulator::item::{Type, Value};
use crate::simulator::json::Object;

/// `AttributeUpdates`; an entry without an action is put.
///
/// # Errors
/// See [`LegacyError`].
pub fn attribute_updates(parameter: &Object<'_>) -> Result<Update, LegacyError> {
    let mut sorted: Vec<_> = parameter.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    let mut entries = Vec::with_capacity(sorted.len());
    for (name, entry) in sorted {
        let value = entry.get("Value").filter(|value| !value.is_null());
        let value = value.map(Value::read).transpose()?;
        entries.push((name, text(entry, "Action").unwrap_or("PUT"), value));
    }
    if entries
        .iter()
        .any(|(_, action, _)| !["ADD", "DELETE", "PUT"].contains(action))
    {
        return Err(LegacyError::Action);
    }
    let actions = entries
        .into_iter()
        .map(|(name, action, value)| {
            let change = change(action, value)?;
            Ok(Action::new(attribute(name), change))
        })
        .collect::<Result<_, LegacyError>>()?;
    Ok(Update::of_attributes(actions))
}

fn change(action: &str, value: Option<Value>) -> Result<Change, LegacyError> {
    let Some(value) = value else {
        return match action {
            "DELETE" => Ok(Change::Remove),
            _ => Err(Fault::OnlyDelete.into()),
        };
    };
    match (action, value.kind()) {
        ("DELETE", Type::Ss | Type::Ns | Type::Bs) => Ok(Change::Delete(value)),
        ("DELETE", other) => Err(Fault::DeleteType(other).into()),
        ("ADD", Type::N | Type::Ss | Type::Ns | Type::Bs | Type::L) => Ok(Change::Add(value)),
        ("ADD", other) => Err(Fault::AddType(other).into()),
        _ => Ok(Change::put(value)),
    }
}
