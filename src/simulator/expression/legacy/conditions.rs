//! `QueryFilter`, `ScanFilter` and `KeyConditions`: an operator and its values for each attribute.

use super::super::condition::leaf::{Leaf, Operand};
use super::super::condition::{Condition, Join, Term};
use super::super::key_condition::{Clause, Compares, Unbound};
use super::super::syntax::Comparator;
use super::{Fault, LegacyError, attribute, text, value_list};
use crate::simulator::item::{Type, Value};
use crate::simulator::json::Object;
use std::cmp::Ordering;

/// `ComparisonOperator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Compare(Comparator),
    Between,
    In,
    BeginsWith,
    Contains,
    NotContains,
    Null,
    NotNull,
}

impl Operator {
    /// Names are matched as they are written.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "EQ" => Self::Compare(Comparator::Equal),
            "NE" => Self::Compare(Comparator::NotEqual),
            "LT" => Self::Compare(Comparator::Less),
            "LE" => Self::Compare(Comparator::LessOrEqual),
            "GT" => Self::Compare(Comparator::Greater),
            "GE" => Self::Compare(Comparator::GreaterOrEqual),
            "BETWEEN" => Self::Between,
            "IN" => Self::In,
            "BEGINS_WITH" => Self::BeginsWith,
            "CONTAINS" => Self::Contains,
            "NOT_CONTAINS" => Self::NotContains,
            "NULL" => Self::Null,
            "NOT_NULL" => Self::NotNull,
            _ => return None,
        })
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Compare(Comparator::Equal) => "EQ",
            Self::Compare(Comparator::NotEqual) => "NE",
            Self::Compare(Comparator::Less) => "LT",
            Self::Compare(Comparator::LessOrEqual) => "LE",
            Self::Compare(Comparator::Greater) => "GT",
            Self::Compare(Comparator::GreaterOrEqual) => "GE",
            Self::Between => "BETWEEN",
            Self::In => "IN",
            Self::BeginsWith => "BEGINS_WITH",
            Self::Contains => "CONTAINS",
            Self::NotContains => "NOT_CONTAINS",
            Self::Null => "NULL",
            Self::NotNull => "NOT_NULL",
        }
    }

    const fn takes_count(self, count: usize) -> bool {
        match self {
            Self::Null | Self::NotNull => count == 0,
            Self::Between => count == 2,
            Self::In => count > 0,
            _ => count == 1,
        }
    }

    const fn takes_type(self, kind: Type) -> bool {
        match self {
            Self::Compare(Comparator::Equal | Comparator::NotEqual)
            | Self::Null
            | Self::NotNull => true,
            Self::Compare(_) | Self::Between | Self::In => {
                matches!(kind, Type::S | Type::N | Type::B)
            }
            Self::BeginsWith => matches!(kind, Type::S | Type::B),
            Self::Contains | Self::NotContains => {
                matches!(kind, Type::S | Type::N | Type::B | Type::Bool | Type::Null)
            }
        }
    }

    /// The values' number and types, the same in filters and in `Expected` (observed).
    pub(super) fn check(self, values: &[Value]) -> Result<(), LegacyError> {
        self.check_count(values)?;
        // IN names a type it doesn't take before it compares the types of its values, the others do it the other way round (observed).
        if self == Self::In {
            self.check_types(values)?;
        }
        self.check_alike(values)?;
        self.check_types(values)
    }

    fn check_count(self, values: &[Value]) -> Result<(), LegacyError> {
        if self.takes_count(values.len()) {
            return Ok(());
        }
        Err(Fault::Arguments(self.name()).into())
    }

    fn check_types(self, values: &[Value]) -> Result<(), LegacyError> {
        match values.iter().find(|value| !self.takes_type(value.kind())) {
            Some(value) => Err(Fault::OperandType {
                operator: self.name(),
                found: value.kind(),
            }
            .into()),
            None => Ok(()),
        }
    }

    /// The values among themselves: one type, and bounds the right way round.
    fn check_alike(self, values: &[Value]) -> Result<(), LegacyError> {
        if values
            .windows(2)
            .any(|pair| pair[0].kind() != pair[1].kind())
        {
            return Err(Fault::MixedTypes.into());
        }
        match (self, values) {
            (Self::Between, [lower, upper])
                if super::super::condition::order(lower, upper) == Some(Ordering::Greater) =>
            {
                Err(LegacyError::BetweenReversed)
            }
            _ => Ok(()),
        }
    }

    /// The condition on an attribute; `values` are as many as the operator takes.
    pub(super) fn term(self, name: &str, values: Vec<Value>) -> Term {
        let path = attribute(name);
        let mut values = values.into_iter().map(Operand::Value);
        let mut next = || values.next().expect("the values were counted");
        let leaf = match self {
            Self::Null => Leaf::NotExists(path),
            Self::NotNull => Leaf::Exists(path),
            Self::Compare(by) => Leaf::Compare(by, Operand::Path(path), next()),
            Self::Between => Leaf::Between(Operand::Path(path), next(), next()),
            Self::BeginsWith => Leaf::BeginsWith(Operand::Path(path), next()),
            Self::Contains => Leaf::Contains(Operand::Path(path), next()),
            Self::NotContains => {
                let contains = Leaf::Contains(Operand::Path(path.clone()), next());
                return Term::ThereButNot(path, contains);
            }
            Self::In => Leaf::In(Operand::Path(path), values.collect()),
        };
        Term::Is(leaf)
    }
}

/// The attributes whose entry has no `ComparisonOperator`.
pub fn missing_operators<'o>(parameter: &'o Object<'_>) -> impl Iterator<Item = &'o str> {
    parameter
        .iter()
        .filter(|(_, entry)| entry.is_object() && text(entry, "ComparisonOperator").is_none())
        .map(|(name, _)| name)
}

/// One entry, its operator and values checked.
struct Entry<'e> {
    name: &'e str,
    operator: Operator,
    values: Vec<Value>,
}

/// The entries by name: all their values are read before the first operator is judged.
fn read<'o>(parameter: &'o Object<'_>) -> Result<Vec<Entry<'o>>, LegacyError> {
    let mut sorted: Vec<_> = parameter.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    let lists = sorted
        .iter()
        .map(|(_, entry)| value_list(entry).map(Option::unwrap_or_default))
        .collect::<Result<Vec<_>, _>>()?;
    let mut read = Vec::with_capacity(sorted.len());
    for ((name, entry), values) in sorted.into_iter().zip(lists) {
        let operator = text(entry, "ComparisonOperator")
            .and_then(Operator::named)
            .ok_or(Fault::Operator)?;
        operator.check(&values)?;
        read.push(Entry {
            name,
            operator,
            values,
        });
    }
    Ok(read)
}

/// `QueryFilter` or `ScanFilter`, its entries joined by `ConditionalOperator`.
///
/// # Errors
/// See [`LegacyError`].
pub fn conditions(parameter: &Object<'_>, join: Join) -> Result<Condition, LegacyError> {
    let terms = read(parameter)?
        .into_iter()
        .map(|entry| entry.operator.term(entry.name, entry.values))
        .collect();
    Ok(Condition::of(terms, join))
}

/// `KeyConditions`. An operator that no key condition can have is only refused once the table is known.
///
/// # Errors
/// See [`LegacyError`].
pub fn key_conditions(parameter: &Object<'_>) -> Result<Unbound, LegacyError> {
    let clauses = read(parameter)?
        .into_iter()
        .map(|entry| {
            let mut values = entry.values.into_iter();
            let mut next = || values.next().expect("the values were counted");
            let compares = match entry.operator {
                Operator::Compare(Comparator::NotEqual)
                | Operator::In
                | Operator::Contains
                | Operator::NotContains
                | Operator::Null
                | Operator::NotNull => Compares::NotIndexable,
                Operator::Compare(by) => Compares::With(by, next()),
                Operator::Between => Compares::Between(next(), next()),
                Operator::BeginsWith => Compares::BeginsWith(next()),
            };
            Clause::new(entry.name, compares)
        })
        .collect();
    Ok(Unbound::of(clauses))
}
