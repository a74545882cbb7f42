//! `KeyConditionExpression`: which items of which collection a query reads.
//!
//! It is written in the grammar of conditions, but only `partition = :value` and one comparison of the sort key are allowed.
//! A global index's key may have several attributes in each part:
//!
//! ```text
//!   partition   every attribute with =
//!   sort        = = … and then at most one comparison of another kind, from the left without a gap
//! ```
//!
//! Invariant: a [`KeyCondition`] has a value for every attribute of the partition key, and compares sort key attributes with values of
//! their types.

use super::condition::leaf::{self, Leaf, Operand};
use super::syntax::{Comparator, Node, Syntax};
use super::{ExpressionError, Kind, Path, Placeholders, Reason};
use crate::simulator::item::{KeyType, KeyValue, Value};
use std::ops::Bound;

/// One key attribute of a table or index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyAttribute<'k> {
    pub name: &'k str,
    pub key_type: KeyType,
}

/// What a query reads: the items of one partition key, or those of them whose sort key fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCondition {
    /// A value for each attribute of the partition key, in the key's order.
    pub partition: Vec<KeyValue>,
    /// The values that the first attributes of the sort key must have, in the key's order.
    pub equal: Vec<KeyValue>,
    /// The condition on the attribute after those.
    pub range: Option<SortCondition>,
}

impl KeyCondition {
    /// All values that sort key attributes are compared with.
    pub fn sort_values(&self) -> impl Iterator<Item = &KeyValue> {
        let range = match &self.range {
            None => [None, None],
            Some(SortCondition::Between(lower, upper)) => [Some(lower), Some(upper)],
            Some(
                SortCondition::Less(key)
                | SortCondition::LessOrEqual(key)
                | SortCondition::Greater(key)
                | SortCondition::GreaterOrEqual(key)
                | SortCondition::BeginsWith(key),
            ) => [Some(key), None],
        };
        self.equal.iter().chain(range.into_iter().flatten())
    }

    /// Whether it says anything about the sort key.
    #[must_use]
    pub const fn is_on_sort(&self) -> bool {
        !self.equal.is_empty() || self.range.is_some()
    }
}

/// A condition on one attribute of the sort key, other than equality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortCondition {
    Less(KeyValue),
    LessOrEqual(KeyValue),
    Greater(KeyValue),
    GreaterOrEqual(KeyValue),
    /// Both bounds belong to it; the lower one is never above the upper one.
    Between(KeyValue, KeyValue),
    /// A prefix of type S or B.
    BeginsWith(KeyValue),
}

impl SortCondition {
    /// The range of keys to read. For a prefix it is open above: stop at the first key for which [`SortCondition::holds`] is false.
    #[must_use]
    pub const fn range(&self) -> (Bound<&KeyValue>, Bound<&KeyValue>) {
        match self {
            Self::Less(key) => (Bound::Unbounded, Bound::Excluded(key)),
            Self::LessOrEqual(key) => (Bound::Unbounded, Bound::Included(key)),
            Self::Greater(key) => (Bound::Excluded(key), Bound::Unbounded),
            Self::GreaterOrEqual(key) | Self::BeginsWith(key) => {
                (Bound::Included(key), Bound::Unbounded)
            }
            Self::Between(lower, upper) => (Bound::Included(lower), Bound::Included(upper)),
        }
    }

    #[must_use]
    pub fn holds(&self, key: &KeyValue) -> bool {
        match self {
            Self::Less(than) => key < than,
            Self::LessOrEqual(than) => key <= than,
            Self::Greater(than) => key > than,
            Self::GreaterOrEqual(than) => key >= than,
            Self::Between(lower, upper) => lower <= key && key <= upper,
            Self::BeginsWith(prefix) => match (key, prefix) {
                (KeyValue::S(text), KeyValue::S(prefix)) => text.starts_with(&**prefix),
                (KeyValue::B(bytes), KeyValue::B(prefix)) => bytes.starts_with(prefix),
                _ => false,
            },
        }
    }
}

/// A key condition that hasn't met the key it is for: AWS checks this much before it looks for the table.
#[derive(Debug, Clone)]
pub struct Unbound {
    clauses: Vec<Clause>,
}

#[derive(Debug, Clone)]
pub(super) struct Clause {
    attribute: String,
    compares: Compares,
}

impl Clause {
    pub(super) fn new(attribute: &str, compares: Compares) -> Self {
        Self {
            attribute: attribute.to_owned(),
            compares,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Compares {
    With(Comparator, Value),
    Between(Value, Value),
    BeginsWith(Value),
    /// An operator that only the legacy parameter can ask for, and no key has an order for.
    NotIndexable,
}

/// Parses a key condition and checks everything that needs no table.
///
/// # Errors
/// AWS's own, in the order AWS checks.
pub fn parse(text: &str, placeholders: &mut Placeholders) -> Result<Unbound, ExpressionError> {
    parse_clauses(text, placeholders)
        .map(|clauses| Unbound { clauses })
        .map_err(ExpressionError::because(Kind::KeyCondition))
}

fn parse_clauses(text: &str, placeholders: &mut Placeholders) -> Result<Vec<Clause>, Reason> {
    let syntax = Syntax::read(text)?;
    let ids = 0..syntax.nodes.len();
    let leaves = ids
        .filter_map(|id| leaf::read(&syntax, id, placeholders).transpose())
        .collect::<Result<Vec<_>, _>>()?;
    // What isn't a leaf must be an AND or an operand.
    let operator = syntax.nodes.iter().find_map(|node| match node {
        Node::Or(_) => Some("OR"),
        Node::Not(_) => Some("NOT"),
        Node::In { .. } => Some("IN"),
        Node::Compare {
            by: Comparator::NotEqual,
            ..
        } => Some("<>"),
        _ => None,
    });
    if let Some(operator) = operator {
        return Err(Reason::KeyOperator(operator));
    }
    let mut clauses: Vec<Clause> = Vec::new();
    for leaf in leaves {
        let clause = clause(leaf)?;
        if clauses
            .iter()
            .any(|earlier| earlier.attribute == clause.attribute)
        {
            return Err(Reason::KeyTwice);
        }
        clauses.push(clause);
    }
    Ok(clauses)
}

fn clause(leaf: Leaf) -> Result<Clause, Reason> {
    // Operands are judged from left to right (observed).
    let (path, compares) = match leaf {
        Leaf::Exists(_) => return Err(Reason::KeyOperator("attribute_exists")),
        Leaf::NotExists(_) => return Err(Reason::KeyOperator("attribute_not_exists")),
        Leaf::TypeIs(..) => return Err(Reason::KeyOperator("attribute_type")),
        Leaf::Contains(..) => return Err(Reason::KeyOperator("contains")),
        Leaf::In(..) => return Err(Reason::KeyOperator("IN")),
        Leaf::Between(of, lower, upper) => {
            let path = first_operand("BETWEEN", of)?;
            (path, Compares::Between(value(lower)?, value(upper)?))
        }
        Leaf::BeginsWith(of, prefix) => {
            let path = first_operand("begins_with", of)?;
            (path, Compares::BeginsWith(value(prefix)?))
        }
        Leaf::Compare(by, Operand::Path(path), other) => {
            (top_level(path)?, Compares::With(by, value(other)?))
        }
        Leaf::Compare(by, other, Operand::Path(path)) => {
            let other = value(other)?;
            (top_level(path)?, Compares::With(flipped(by), other))
        }
        Leaf::Compare(_, Operand::Size(_), _) | Leaf::Compare(_, _, Operand::Size(_)) => {
            return Err(Reason::KeyNestedOperation);
        }
        Leaf::Compare(..) => return Err(Reason::KeyNoName),
    };
    Ok(Clause {
        attribute: path.name().as_str().to_owned(),
        compares,
    })
}

fn first_operand(operator: &'static str, operand: Operand) -> Result<Path, Reason> {
    match operand {
        Operand::Path(path) => top_level(path),
        Operand::Size(_) => Err(Reason::KeyNestedOperation),
        Operand::Value(_) => Err(Reason::KeyNotFirst(operator)),
    }
}

fn top_level(path: Path) -> Result<Path, Reason> {
    if path.is_nested() {
        return Err(Reason::KeyNestedAttribute);
    }
    Ok(path)
}

fn value(operand: Operand) -> Result<Value, Reason> {
    match operand {
        Operand::Value(value) => Ok(value),
        Operand::Path(_) => Err(Reason::KeySeveralNames),
        Operand::Size(_) => Err(Reason::KeyNestedOperation),
    }
}

/// `:low <= sk` is `sk >= :low`.
const fn flipped(by: Comparator) -> Comparator {
    match by {
        Comparator::Less => Comparator::Greater,
        Comparator::LessOrEqual => Comparator::GreaterOrEqual,
        Comparator::Greater => Comparator::Less,
        Comparator::GreaterOrEqual => Comparator::LessOrEqual,
        Comparator::Equal | Comparator::NotEqual => by,
    }
}

impl Unbound {
    pub(super) const fn of(clauses: Vec<Clause>) -> Self {
        Self { clauses }
    }

    /// Matches the clauses with the key of the table or index that is queried: its partition key attributes and its sort key
    /// attributes, in order.
    ///
    /// # Errors
    /// When a partition key attribute has no equality, the sort key's conditions have a gap, a clause is on something else, or a
    /// value isn't of its attribute's type.
    pub fn bind(
        &self,
        partition: &[KeyAttribute<'_>],
        sort: &[KeyAttribute<'_>],
    ) -> Result<KeyCondition, ExpressionError> {
        let (given, defined) = (self.clauses.len(), partition.len() + sort.len());
        if given > defined {
            return Err(ExpressionError::TooManyKeyConditions { given, defined });
        }
        let clause_on = |attribute: &KeyAttribute<'_>| {
            self.clauses
                .iter()
                .find(|clause| clause.attribute == attribute.name)
        };
        let is_equality = |attribute: &&KeyAttribute<'_>| {
            clause_on(attribute).is_some_and(|clause| {
                matches!(clause.compares, Compares::With(Comparator::Equal, _))
            })
        };
        let names = |attributes: Vec<&KeyAttribute<'_>>| {
            let names: Vec<&str> = attributes.iter().map(|attribute| attribute.name).collect();
            names.join(", ")
        };
        let missed = |name: &str| ExpressionError::MissedKey(name.to_owned());
        // A key of several attributes has words of its own, even for a part of it that has only one.
        if partition.len() > 1 || sort.len() > 1 {
            let unequal: Vec<_> = partition.iter().filter(|one| !is_equality(one)).collect();
            if !unequal.is_empty() {
                return Err(ExpressionError::PartitionNotEqual(names(unequal)));
            }
        }
        if let Some(without) = partition.iter().find(|one| clause_on(one).is_none()) {
            return Err(missed(without.name));
        }
        let on_key = |clause: &Clause| {
            let mut attributes = partition.iter().chain(sort);
            attributes.any(|attribute| attribute.name == clause.attribute)
        };
        // A clause on something outside the key leaves an attribute of the sort key without one: there are no more clauses than
        // attributes.
        if !self.clauses.iter().all(on_key) {
            let without = sort.iter().find(|one| clause_on(one).is_none());
            return Err(missed(without.map_or("", |one| one.name)));
        }
        let partition = partition
            .iter()
            .filter_map(|attribute| Some((attribute, clause_on(attribute)?)))
            .map(
                |(attribute, clause)| match compares(&clause.compares, *attribute)? {
                    Compared::Equal(key) => Ok(key),
                    Compared::Other(_) => Err(ExpressionError::KeyConditionNotSupported),
                },
            )
            .collect::<Result<_, _>>()?;
        let conditions = sort.iter().rposition(|one| clause_on(one).is_some());
        let (first, last) = match conditions {
            None => (&sort[..0], None),
            Some(last) => (&sort[..last], Some(&sort[last])),
        };
        if let Some(last) = last {
            let unequal: Vec<_> = first.iter().filter(|one| !is_equality(one)).collect();
            if !unequal.is_empty() {
                return Err(ExpressionError::SortNotEqual {
                    before: names(unequal),
                    on: last.name.to_owned(),
                });
            }
        }
        let (mut equal, mut range) = (Vec::new(), None);
        for attribute in first.iter().chain(last) {
            let Some(clause) = clause_on(attribute) else {
                continue;
            };
            match compares(&clause.compares, *attribute)? {
                Compared::Equal(key) => equal.push(key),
                Compared::Other(condition) => range = Some(condition),
            }
        }
        Ok(KeyCondition {
            partition,
            equal,
            range,
        })
    }
}

/// A clause with its values as keys.
enum Compared {
    Equal(KeyValue),
    Other(SortCondition),
}

fn compares(compares: &Compares, attribute: KeyAttribute<'_>) -> Result<Compared, ExpressionError> {
    let key = |value| key(value, attribute);
    Ok(Compared::Other(match compares {
        Compares::NotIndexable => return Err(ExpressionError::NotIndexable),
        Compares::With(by, value) => {
            let key = key(value)?;
            match by {
                Comparator::Equal => return Ok(Compared::Equal(key)),
                Comparator::Less => SortCondition::Less(key),
                Comparator::LessOrEqual => SortCondition::LessOrEqual(key),
                Comparator::Greater => SortCondition::Greater(key),
                Comparator::GreaterOrEqual => SortCondition::GreaterOrEqual(key),
                Comparator::NotEqual => return Err(ExpressionError::KeyConditionNotSupported),
            }
        }
        Compares::Between(lower, upper) => SortCondition::Between(key(lower)?, key(upper)?),
        Compares::BeginsWith(prefix) => SortCondition::BeginsWith(key(prefix)?),
    }))
}

fn key(value: &Value, attribute: KeyAttribute<'_>) -> Result<KeyValue, ExpressionError> {
    let key = KeyValue::of(value)
        .filter(|key| key.key_type() == attribute.key_type)
        .ok_or(ExpressionError::KeyConditionType)?;
    if key.is_empty() {
        return Err(ExpressionError::EmptyKey {
            kind: match key {
                KeyValue::B(_) => "binary",
                _ => "string",
            },
            name: attribute.name.to_owned(),
        });
    }
    Ok(key)
}

#[cfg(test)]
#[path = "key_condition/tests.rs"]
mod tests;
