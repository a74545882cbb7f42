//! `ConditionExpression` and `FilterExpression`: a question about one item.
//!
//! Parsed once for a request and asked for every item a scan examines, so asking copies nothing.
//! Invariant: [`Condition::holds`] has an answer for every item. What an item doesn't have is not equal to anything (`<>` holds) and
//! in no order with anything; values of different types are never equal and never in order.

pub(super) mod leaf;

use super::syntax::{Comparator, Node, Syntax};
use super::{ExpressionError, Kind, Path, Placeholders, Reason};
use crate::simulator::item::{Attributes, Number, Value};
use leaf::{Leaf, Operand};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A condition with its placeholders looked up.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Boxed, because most requests have none and hand that on.
    test: Box<Test>,
}

#[derive(Debug, Clone)]
enum Test {
    Leaf(Leaf),
    And(Box<[Test]>),
    Or(Box<[Test]>),
    Not(Box<Test>),
}

/// Parses a condition or filter; `kind` is what its errors call it.
///
/// # Errors
/// AWS's own, in the order AWS checks.
pub fn parse(
    kind: Kind,
    text: &str,
    placeholders: &mut Placeholders,
) -> Result<Condition, ExpressionError> {
    parse_test(text, placeholders)
        .map(|test| Condition {
            test: Box::new(test),
        })
        .map_err(ExpressionError::because(kind))
}

fn parse_test(text: &str, placeholders: &mut Placeholders) -> Result<Test, Reason> {
    let syntax = Syntax::read(text)?;
    // Everything in a node comes before it, so one pass builds the tree and each test is taken once.
    let mut built: Vec<Option<Test>> = Vec::with_capacity(syntax.nodes.len());
    for (id, node) in syntax.nodes.iter().enumerate() {
        let mut take = |id: usize| {
            built[id]
                .take()
                .expect("a condition is part of one other condition")
        };
        let condition = match node {
            Node::And(terms) => Some(Test::And(terms.iter().map(|id| take(*id)).collect())),
            Node::Or(terms) => Some(Test::Or(terms.iter().map(|id| take(*id)).collect())),
            Node::Not(term) => Some(Test::Not(Box::new(take(*term)))),
            _ => leaf::read(&syntax, id, placeholders)?.map(Test::Leaf),
        };
        built.push(condition);
    }
    Ok(built[syntax.root]
        .take()
        .expect("the grammar's root is a condition"))
}

/// One of the conditions that a legacy parameter is made of.
#[derive(Debug, Clone)]
pub(super) enum Term {
    Is(Leaf),
    /// The attribute is there and not so. (`NOT_CONTAINS`; observed: it does not hold where there is no attribute, unlike `NE`.)
    ThereButNot(Path, Leaf),
}

/// How the entries of a legacy parameter are joined: `ConditionalOperator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Join {
    #[default]
    And,
    Or,
}

impl Condition {
    pub(super) fn of(terms: Vec<Term>, join: Join) -> Self {
        let tests = terms
            .into_iter()
            .map(|term| match term {
                Term::Is(leaf) => Test::Leaf(leaf),
                Term::ThereButNot(path, leaf) => Test::And(Box::new([
                    Test::Leaf(Leaf::Exists(path)),
                    Test::Not(Box::new(Test::Leaf(leaf))),
                ])),
            })
            .collect();
        let test = match join {
            Join::And => Test::And(tests),
            Join::Or => Test::Or(tests),
        };
        Self {
            test: Box::new(test),
        }
    }

    /// Whether the item meets the condition. A missing item is an empty one: `attribute_not_exists` holds.
    #[must_use]
    pub fn holds(&self, item: &impl Attributes) -> bool {
        self.test.holds(item)
    }

    /// Every document path in the condition.
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        let mut paths = Vec::new();
        self.test.collect_paths(&mut paths);
        paths
    }
}

impl Test {
    // Recursion is as deep as the expression, which has at most 300 operators.
    fn holds(&self, item: &impl Attributes) -> bool {
        match self {
            Self::And(tests) => tests.iter().all(|test| test.holds(item)),
            Self::Or(tests) => tests.iter().any(|test| test.holds(item)),
            Self::Not(test) => !test.holds(item),
            Self::Leaf(leaf) => leaf.holds(item),
        }
    }

    fn collect_paths<'c>(&'c self, paths: &mut Vec<&'c Path>) {
        match self {
            Self::And(tests) | Self::Or(tests) => {
                tests.iter().for_each(|test| test.collect_paths(paths));
            }
            Self::Not(test) => test.collect_paths(paths),
            Self::Leaf(leaf) => leaf.collect_paths(paths),
        }
    }
}

impl Leaf {
    fn holds(&self, item: &impl Attributes) -> bool {
        match self {
            Self::Compare(by, left, right) => match (left.value(item), right.value(item)) {
                (Some(left), Some(right)) => compare(*by, &left, &right),
                _ => *by == Comparator::NotEqual,
            },
            Self::Between(value, lower, upper) => {
                match (value.value(item), lower.value(item), upper.value(item)) {
                    (Some(value), Some(lower), Some(upper)) => {
                        compare(Comparator::GreaterOrEqual, &value, &lower)
                            && compare(Comparator::LessOrEqual, &value, &upper)
                    }
                    _ => false,
                }
            }
            Self::In(value, list) => value.value(item).is_some_and(|value| {
                list.iter()
                    .any(|one| one.value(item).is_some_and(|one| one == value))
            }),
            Self::Exists(path) => path.find_in(item).is_some(),
            Self::NotExists(path) => path.find_in(item).is_none(),
            Self::TypeIs(value, kind) => {
                value.value(item).is_some_and(|value| value.kind() == *kind)
            }
            Self::BeginsWith(value, prefix) => {
                match (value.value(item).as_deref(), prefix.value(item).as_deref()) {
                    (Some(Value::S(text)), Some(Value::S(prefix))) => text.starts_with(&**prefix),
                    (Some(Value::B(bytes)), Some(Value::B(prefix))) => bytes.starts_with(prefix),
                    _ => false,
                }
            }
            Self::Contains(value, part) => match (value.value(item), part.value(item)) {
                (Some(value), Some(part)) => contains(&value, &part),
                _ => false,
            },
        }
    }

    fn collect_paths<'c>(&'c self, paths: &mut Vec<&'c Path>) {
        match self {
            Self::Compare(_, one, two) | Self::BeginsWith(one, two) | Self::Contains(one, two) => {
                one.collect_path(paths);
                two.collect_path(paths);
            }
            Self::Between(one, two, three) => [one, two, three]
                .into_iter()
                .for_each(|operand| operand.collect_path(paths)),
            Self::In(value, list) => std::iter::once(value)
                .chain(list)
                .for_each(|operand| operand.collect_path(paths)),
            Self::Exists(path) | Self::NotExists(path) => paths.push(path),
            Self::TypeIs(value, _) => value.collect_path(paths),
        }
    }
}

impl Operand {
    /// The operand's value for this item: borrowed, or a size, which needs no allocation.
    fn value<'v>(&'v self, item: &'v impl Attributes) -> Option<Cow<'v, Value>> {
        match self {
            Self::Path(path) => path.find_in(item),
            Self::Value(value) => Some(Cow::Borrowed(value)),
            Self::Size(of) => of
                .value(item)
                .and_then(|value| size(&value))
                .map(|size| Cow::Owned(Value::N(size))),
        }
    }

    fn collect_path<'c>(&'c self, paths: &mut Vec<&'c Path>) {
        match self {
            Self::Path(path) => paths.push(path),
            Self::Size(of) => of.collect_path(paths),
            Self::Value(_) => {}
        }
    }
}

/// What `size` returns: bytes, elements, or UTF-16 units of a string (as observed; the guide says characters). Nothing for the types it doesn't take.
fn size(value: &Value) -> Option<Number> {
    let size = match value {
        Value::S(text) => text.encode_utf16().count(),
        Value::B(bytes) => bytes.len(),
        Value::Ss(set) => set.len(),
        Value::Ns(set) => set.len(),
        Value::Bs(set) => set.len(),
        Value::L(list) => list.len(),
        Value::M(map) => map.len(),
        Value::N(_) | Value::Bool(_) | Value::Null => return None,
    };
    Some(Number::from(size as u64))
}

/// The order of two values: only strings, numbers and bytes have one, each among themselves.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::S(left), Value::S(right)) => Some(left.as_bytes().cmp(right.as_bytes())),
        (Value::N(left), Value::N(right)) => Some(left.cmp(right)),
        (Value::B(left), Value::B(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn compare(by: Comparator, left: &Value, right: &Value) -> bool {
    let ordered = |fits: fn(Ordering) -> bool| order(left, right).is_some_and(fits);
    match by {
        Comparator::Equal => left == right,
        Comparator::NotEqual => left != right,
        Comparator::Less => ordered(Ordering::is_lt),
        Comparator::LessOrEqual => ordered(Ordering::is_le),
        Comparator::Greater => ordered(Ordering::is_gt),
        Comparator::GreaterOrEqual => ordered(Ordering::is_ge),
    }
}

fn contains(value: &Value, part: &Value) -> bool {
    match (value, part) {
        (Value::S(text), Value::S(part)) => text.contains(&**part),
        (Value::B(bytes), Value::B(part)) => {
            part.is_empty() || bytes.windows(part.len()).any(|window| *window == **part)
        }
        (Value::Ss(set), Value::S(part)) => set.binary_search_by(|one| (**one).cmp(part)).is_ok(),
        (Value::Ns(set), Value::N(part)) => set.binary_search(part).is_ok(),
        (Value::Bs(set), Value::B(part)) => set.binary_search(part).is_ok(),
        (Value::L(list), part) => list.contains(part),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
