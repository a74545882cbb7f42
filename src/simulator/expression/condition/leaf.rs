//! One comparison or function of a condition, its placeholders looked up and its operands checked.
//!
//! Invariant: a [`Leaf`] has the operands its operator takes: in number, and in type where the type is known before an item is.

use super::super::syntax::{Comparator, Id, Node, Syntax, operand_count};
use super::super::{Path, Placeholders, Reason};
use crate::simulator::item::{Type, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// An operand with its placeholders looked up.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Operand {
    Path(Path),
    Value(Value),
    /// `size` of a path or value.
    Size(Box<Operand>),
}

impl Operand {
    /// The type, where it is known without an item.
    fn kind(&self) -> Option<Type> {
        match self {
            Self::Path(_) => None,
            Self::Value(value) => Some(value.kind()),
            Self::Size(_) => Some(Type::N),
        }
    }
}

/// A condition without AND, OR and NOT.
#[derive(Debug, Clone)]
pub(in super::super) enum Leaf {
    Compare(Comparator, Operand, Operand),
    Between(Operand, Operand, Operand),
    In(Operand, Vec<Operand>),
    Exists(Path),
    NotExists(Path),
    TypeIs(Operand, Type),
    BeginsWith(Operand, Operand),
    Contains(Operand, Operand),
}

/// The leaf that node `id` is, or nothing for an operand, AND, OR and NOT.
///
/// AWS finishes one condition before it looks at the next: all placeholders in it, then the number of operands, then equal operands, then types.
pub(in super::super) fn read(
    syntax: &Syntax<'_>,
    id: Id,
    placeholders: &mut Placeholders,
) -> Result<Option<Leaf>, Reason> {
    let mut resolve = |id: Id| resolve(syntax, id, placeholders);
    let leaf = match &syntax.nodes[id] {
        Node::Compare { by, left, right } => {
            let (left, right) = (resolve(*left)?, resolve(*right)?);
            let (left, right) = (left.operand()?, right.operand()?);
            check_distinct(by.sign(), &left, &right)?;
            if !matches!(by, Comparator::Equal | Comparator::NotEqual) {
                check_ordered(by.sign(), &[&left, &right])?;
            }
            Leaf::Compare(*by, left, right)
        }
        Node::Between {
            value,
            lower,
            upper,
        } => {
            let (value, lower, upper) = (resolve(*value)?, resolve(*lower)?, resolve(*upper)?);
            let (value, lower, upper) = (value.operand()?, lower.operand()?, upper.operand()?);
            check_distinct("BETWEEN", &value, &lower)?;
            check_distinct("BETWEEN", &value, &upper)?;
            check_ordered("BETWEEN", &[&value, &lower, &upper])?;
            check_bounds(&lower, &upper)?;
            Leaf::Between(value, lower, upper)
        }
        Node::In { value, list } => {
            let value = resolve(*value)?;
            let list = list
                .iter()
                .map(|id| resolve(*id))
                .collect::<Result<Vec<_>, _>>()?;
            let value = value.operand()?;
            let list = list
                .into_iter()
                .map(Raw::operand)
                .collect::<Result<Vec<_>, _>>()?;
            list.iter()
                .try_for_each(|other| check_distinct("IN", &value, other))?;
            Leaf::In(value, list)
        }
        Node::Function { name, operands } if *name != "size" => {
            let operands = operands
                .iter()
                .map(|id| resolve(*id))
                .collect::<Result<Vec<_>, _>>()?;
            function(name, operands)?
        }
        _ => return Ok(None),
    };
    Ok(Some(leaf))
}

/// An operand whose functions haven't been checked.
enum Raw {
    Path(Path),
    Value(Value),
    Size(Vec<Raw>),
}

/// Looks up the placeholders of an operand; recursion ends after at most 300 functions.
fn resolve(syntax: &Syntax<'_>, id: Id, placeholders: &mut Placeholders) -> Result<Raw, Reason> {
    match &syntax.nodes[id] {
        Node::Path(path) => path.resolve(placeholders).map(Raw::Path),
        Node::Value(name) => placeholders.value(name).map(Raw::Value),
        Node::Function { operands, .. } => operands
            .iter()
            .map(|id| resolve(syntax, *id, placeholders))
            .collect::<Result<_, _>>()
            .map(Raw::Size),
        _ => unreachable!("the grammar has no condition where an operand stands"),
    }
}

impl Raw {
    fn operand(self) -> Result<Operand, Reason> {
        let operands = match self {
            Self::Path(path) => return Ok(Operand::Path(path)),
            Self::Value(value) => return Ok(Operand::Value(value)),
            Self::Size(operands) => operands,
        };
        let [operand] = exactly::<1>("size", operands)?;
        match operand.kind() {
            Some(kind @ (Type::N | Type::Bool | Type::Null)) => Err(Reason::OperandType {
                operator: "size",
                found: kind.name(),
            }),
            _ => Ok(Operand::Size(Box::new(operand))),
        }
    }
}

fn exactly<const COUNT: usize>(name: &str, operands: Vec<Raw>) -> Result<[Operand; COUNT], Reason> {
    let count = operands.len();
    let operands = operands
        .into_iter()
        .map(Raw::operand)
        .collect::<Result<Vec<_>, _>>()?;
    <[Operand; COUNT]>::try_from(operands).map_err(|_| Reason::OperandCount {
        operator: name.to_owned(),
        count,
    })
}

fn function(name: &str, operands: Vec<Raw>) -> Result<Leaf, Reason> {
    if operand_count(name) == Some(1) {
        let [operand] = exactly::<1>(name, operands)?;
        let (name, leaf): (_, fn(Path) -> Leaf) = match name {
            "attribute_exists" => ("attribute_exists", Leaf::Exists),
            _ => ("attribute_not_exists", Leaf::NotExists),
        };
        return match operand {
            Operand::Path(path) => Ok(leaf(path)),
            _ => Err(Reason::NeedsPath(name)),
        };
    }
    let [first, second] = exactly::<2>(name, operands)?;
    match name {
        "attribute_type" => {
            check_distinct("attribute_type", &first, &second)?;
            type_is(first, &second)
        }
        "begins_with" => {
            check_distinct("begins_with", &first, &second)?;
            check_types("begins_with", &[&first, &second], |kind| {
                matches!(kind, Type::S | Type::B)
            })?;
            Ok(Leaf::BeginsWith(first, second))
        }
        _ => {
            check_distinct("contains", &first, &second)?;
            Ok(Leaf::Contains(first, second))
        }
    }
}

fn type_is(first: Operand, second: &Operand) -> Result<Leaf, Reason> {
    match second {
        Operand::Value(Value::S(name)) => {
            let kind = Type::named(name).ok_or_else(|| Reason::UnknownType(name.to_string()))?;
            Ok(Leaf::TypeIs(first, kind))
        }
        other => Err(other
            .kind()
            .map_or(Reason::TypeOfPath, |kind| Reason::OperandType {
                operator: "attribute_type",
                found: kind.name(),
            })),
    }
}

fn check_distinct(operator: &'static str, first: &Operand, second: &Operand) -> Result<(), Reason> {
    match (first, second) {
        (Operand::Path(path), Operand::Path(other)) if path == other => Err(Reason::SameOperands {
            operator,
            path: path.to_string(),
        }),
        _ => Ok(()),
    }
}

fn check_ordered(operator: &'static str, operands: &[&Operand]) -> Result<(), Reason> {
    check_types(operator, operands, |kind| {
        matches!(kind, Type::S | Type::N | Type::B)
    })
}

fn check_types(
    operator: &'static str,
    operands: &[&Operand],
    fits: fn(Type) -> bool,
) -> Result<(), Reason> {
    match operands
        .iter()
        .filter_map(|operand| operand.kind())
        .find(|kind| !fits(*kind))
    {
        Some(kind) => Err(Reason::OperandType {
            operator,
            found: kind.name(),
        }),
        None => Ok(()),
    }
}

fn check_bounds(lower: &Operand, upper: &Operand) -> Result<(), Reason> {
    let (Operand::Value(low), Operand::Value(high)) = (lower, upper) else {
        return Ok(());
    };
    if low.kind() != high.kind() {
        let (lower, upper) = (shown(low), shown(high));
        return Err(Reason::BetweenTypes { lower, upper });
    }
    if super::order(low, high) == Some(std::cmp::Ordering::Greater) {
        let (lower, upper) = (shown(low), shown(high));
        return Err(Reason::BetweenReversed { lower, upper });
    }
    Ok(())
}

/// A value as AWS shows it in an error: `S:text`.
fn shown(value: &Value) -> String {
    let content = match value {
        Value::S(text) => text.to_string(),
        Value::N(number) => number.to_string(),
        Value::B(bytes) => STANDARD.encode(bytes),
        Value::Bool(truth) => truth.to_string(),
        Value::Null => "true".to_owned(),
        Value::Ss(_) | Value::Ns(_) | Value::Bs(_) | Value::L(_) | Value::M(_) => {
            value.to_json()[value.kind().name()].to_string()
        }
    };
    format!("{}:{content}", value.kind())
}
