//! Applying an update to an item.
//!
//! Everything is read from the item as it was; then sets, additions and deletions are written in the order of their paths, and removals last, the highest
//! list index first, so that every index means what it meant in the old item. An index past the end of a list appends.

use super::super::{Path, Step, UpdateError};
use super::{Change, Source, Update};
use crate::simulator::item::{Item, Number, NumberError, Value};

impl Update {
    /// The item after the update; `old` may be an item of key attributes only, when there was none.
    ///
    /// # Errors
    /// When a path or an operand doesn't fit the item. Nothing has changed then.
    pub fn apply(&self, old: &Item) -> Result<Item, UpdateError> {
        // An ADD or DELETE that doesn't fit what is stored comes before a path that doesn't, whatever the order of sections.
        for action in &self.actions {
            let fits = match (&action.change, action.path.find(old)) {
                (Change::Add(added), Some(stored)) => added.kind() == stored.kind(),
                (Change::Delete(deleted), Some(stored)) => deleted.kind() == stored.kind(),
                _ => true,
            };
            if !fits {
                return Err(self.misfit.clone());
            }
        }
        let mut writes = Vec::new();
        let mut removals = Vec::new();
        for action in &self.actions {
            let path = &action.path;
            match &action.change {
                Change::Set(source) => writes.push((path, source.value(old)?)),
                Change::Add(added) => writes.push((path, add(path.find(old), added)?)),
                Change::Delete(deleted) => {
                    match path.find(old).map(|stored| without(stored, deleted)) {
                        Some(Some(rest)) => writes.push((path, rest)),
                        Some(None) => removals.push(path),
                        None => check_parent(old, path)?,
                    }
                }
                Change::Remove => match path.find(old) {
                    Some(_) => removals.push(path),
                    None => check_parent(old, path)?,
                },
            }
        }
        writes.sort_by_key(|(path, _)| *path);
        removals.sort();
        let mut new = old.clone();
        for (path, value) in writes {
            write(&mut new, path, value)?;
        }
        for path in removals.into_iter().rev() {
            remove(&mut new, path)?;
        }
        if new.iter().any(|(_, value)| value.nests_too_deep()) {
            return Err(UpdateError::TooDeep);
        }
        Ok(new)
    }
}

impl Source {
    /// The value for this item. Recursion is as deep as the expression, which has at most 300 operators.
    fn value(&self, item: &Item) -> Result<Value, UpdateError> {
        match self {
            Self::Value(value) => Ok(value.clone()),
            Self::Path(path) => path
                .find(item)
                .cloned()
                .ok_or(UpdateError::MissingAttribute),
            Self::IfNotExists(path, default) => match path.find(item) {
                Some(value) => Ok(value.clone()),
                None => default.value(item),
            },
            Self::ListAppend(first, second) => match (first.value(item)?, second.value(item)?) {
                (Value::L(first), Value::L(second)) => {
                    let mut list = first.into_vec();
                    list.extend(second);
                    Ok(Value::L(list.into_boxed_slice()))
                }
                _ => Err(UpdateError::OperandType),
            },
            Self::Plus(first, second) => arithmetic(
                &first.value(item)?,
                &second.value(item)?,
                Number::checked_add,
            ),
            Self::Minus(first, second) => arithmetic(
                &first.value(item)?,
                &second.value(item)?,
                Number::checked_sub,
            ),
        }
    }
}

fn arithmetic(
    first: &Value,
    second: &Value,
    operator: fn(Number, Number) -> Result<Number, NumberError>,
) -> Result<Value, UpdateError> {
    match (first, second) {
        (Value::N(first), Value::N(second)) => Ok(Value::N(operator(*first, *second)?)),
        _ => Err(UpdateError::OperandType),
    }
}

/// What ADD makes of what is stored: a sum, a union that stays sorted, or a longer list.
fn add(stored: Option<&Value>, added: &Value) -> Result<Value, UpdateError> {
    Ok(match (stored, added) {
        (None, added) => added.clone(),
        (Some(Value::N(stored)), Value::N(added)) => Value::N(stored.checked_add(*added)?),
        (Some(Value::Ss(stored)), Value::Ss(added)) => Value::Ss(union(stored, added)),
        (Some(Value::Ns(stored)), Value::Ns(added)) => Value::Ns(union(stored, added)),
        (Some(Value::Bs(stored)), Value::Bs(added)) => Value::Bs(union(stored, added)),
        (Some(Value::L(stored)), Value::L(added)) => {
            Value::L(stored.iter().chain(added).cloned().collect())
        }
        _ => return Err(UpdateError::OperandType),
    })
}

fn union<T: Ord + Clone>(one: &[T], two: &[T]) -> Box<[T]> {
    let mut members: Vec<T> = one.iter().chain(two).cloned().collect();
    members.sort();
    members.dedup();
    members.into_boxed_slice()
}

/// The stored set without some members; nothing if none are left, since a set is never empty.
fn without(stored: &Value, deleted: &Value) -> Option<Value> {
    fn rest<T: Ord + Clone>(stored: &[T], deleted: &[T]) -> Option<Box<[T]>> {
        let rest: Box<[T]> = stored
            .iter()
            .filter(|one| deleted.binary_search(one).is_err())
            .cloned()
            .collect();
        (!rest.is_empty()).then_some(rest)
    }
    match (stored, deleted) {
        (Value::Ss(stored), Value::Ss(deleted)) => rest(stored, deleted).map(Value::Ss),
        (Value::Ns(stored), Value::Ns(deleted)) => rest(stored, deleted).map(Value::Ns),
        (Value::Bs(stored), Value::Bs(deleted)) => rest(stored, deleted).map(Value::Bs),
        _ => unreachable!("types were compared before anything was written"),
    }
}

/// Whether a path's last step can be taken, even if nothing is there yet.
fn check_parent(item: &Item, path: &Path) -> Result<(), UpdateError> {
    let Some((last, parents)) = path.steps().split_last() else {
        return Ok(());
    };
    let parent = Path::new(path.name().clone(), parents.into());
    match (parent.find(item), last) {
        (Some(Value::M(_)), Step::Field(_)) | (Some(Value::L(_)), Step::Index(_)) => Ok(()),
        _ => Err(UpdateError::InvalidPath),
    }
}

/// The value that `steps` lead to, for writing.
fn find_mut<'i>(
    item: &'i mut Item,
    path: &Path,
    steps: &[Step],
) -> Result<&'i mut Value, UpdateError> {
    let first = item
        .get_mut(path.name().as_str())
        .ok_or(UpdateError::InvalidPath)?;
    steps.iter().try_fold(first, |value, step| {
        let below = match (step, value) {
            (Step::Field(name), Value::M(map)) => map.get_mut(name.as_str()),
            (Step::Index(index), Value::L(list)) => list.get_mut(*index),
            _ => None,
        };
        below.ok_or(UpdateError::InvalidPath)
    })
}

fn write(item: &mut Item, path: &Path, value: Value) -> Result<(), UpdateError> {
    let Some((last, parents)) = path.steps().split_last() else {
        item.set(path.name().clone(), value);
        return Ok(());
    };
    match (find_mut(item, path, parents)?, last) {
        (Value::M(map), Step::Field(name)) => {
            map.set(name.clone(), value);
        }
        (Value::L(elements), Step::Index(index)) => {
            if let Some(element) = elements.get_mut(*index) {
                *element = value;
            } else {
                let mut longer = std::mem::take(elements).into_vec();
                longer.push(value);
                *elements = longer.into_boxed_slice();
            }
        }
        _ => return Err(UpdateError::InvalidPath),
    }
    Ok(())
}

fn remove(item: &mut Item, path: &Path) -> Result<(), UpdateError> {
    let Some((last, parents)) = path.steps().split_last() else {
        item.remove(path.name().as_str());
        return Ok(());
    };
    match (find_mut(item, path, parents)?, last) {
        (Value::M(map), Step::Field(name)) => {
            map.remove(name.as_str());
        }
        (Value::L(elements), Step::Index(index)) if *index < elements.len() => {
            let mut shorter = std::mem::take(elements).into_vec();
            shorter.remove(*index);
            *elements = shorter.into_boxed_slice();
        }
        _ => {}
    }
    Ok(())
}
