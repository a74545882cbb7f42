//! `Expected`: the condition of a write, either an operator with values or the older `Exists` with one `Value`.

use super::super::condition::leaf::{Leaf, Operand};
use super::super::condition::{Condition, Join, Term};
use super::super::syntax::Comparator;
use super::conditions::Operator;
use super::{Fault, LegacyError, attribute, text, value_list};
use crate::simulator::item::Value;
use crate::simulator::json::{Json, Object};

/// One entry with its values read.
struct Entry<'e> {
    name: &'e str,
    value: Option<Value>,
    list: Option<Vec<Value>>,
    operator: Option<&'e str>,
    exists: Option<bool>,
}

/// `Expected`, its entries joined by `ConditionalOperator`. `flag` reads a JSON value as the API's readers read a boolean.
///
/// # Errors
/// See [`LegacyError`].
pub fn expected(
    parameter: &Object<'_>,
    join: Join,
    flag: fn(&Json<'_>) -> Option<bool>,
) -> Result<Condition, LegacyError> {
    let mut sorted: Vec<_> = parameter.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    let mut entries = Vec::with_capacity(sorted.len());
    for (name, entry) in sorted {
        let value = entry.get("Value").filter(|value| !value.is_null());
        entries.push(Entry {
            name,
            value: value.map(Value::read).transpose()?,
            list: value_list(entry)?,
            operator: text(entry, "ComparisonOperator"),
            exists: entry.get("Exists").and_then(flag),
        });
    }
    let terms = entries
        .into_iter()
        .map(term)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Condition::of(terms, join))
}

fn term(entry: Entry<'_>) -> Result<Term, LegacyError> {
    let name = || entry.name.to_owned();
    if entry.exists.is_some() && entry.operator.is_some() {
        return Err(Fault::ExistsWithOperator(name()).into());
    }
    if entry.value.is_some() && entry.list.is_some() {
        return Err(Fault::ValueWithList(name()).into());
    }
    if let Some(operator) = entry.operator {
        return operator_term(&entry, operator);
    }
    if entry.list.is_some() {
        return Err(Fault::ListWithoutOperator(name()).into());
    }
    let path = attribute(entry.name);
    match (entry.exists, entry.value) {
        (Some(false), None) => Ok(Term::Is(Leaf::NotExists(path))),
        (Some(false), Some(_)) => Err(Fault::ValueUnexpected(entry.name.to_owned()).into()),
        (Some(true) | None, Some(value)) => Ok(Term::Is(Leaf::Compare(
            Comparator::Equal,
            Operand::Path(path),
            Operand::Value(value),
        ))),
        (exists, None) => Err(Fault::ValueMissing {
            exists: if exists.is_some() { "true" } else { "null" },
            name: entry.name.to_owned(),
        }
        .into()),
    }
}

fn operator_term(entry: &Entry<'_>, name: &str) -> Result<Term, LegacyError> {
    let operator = Operator::named(name).ok_or(Fault::Operator)?;
    let takes_none = matches!(operator, Operator::Null | Operator::NotNull);
    let values: Vec<Value> = match (&entry.list, &entry.value) {
        (Some(list), _) => list.clone(),
        (None, Some(value)) => vec![value.clone()],
        (None, None) if takes_none => Vec::new(),
        (None, None) => {
            return Err(Fault::OperatorWithoutValue {
                operator: operator.name(),
                name: entry.name.to_owned(),
            }
            .into());
        }
    };
    operator.check(&values)?;
    Ok(operator.term(entry.name, values))
}
