//! What AWS says of expressions it refuses: every text of this room.
//!
//! Texts are the observed ones; AWS rewords them region by region, so they are in one file and nothing compares against them.

use crate::simulator::item::{ErrorClass, ItemError, NumberError};
use std::fmt;

/// Which parameter of a request an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Condition,
    Filter,
    KeyCondition,
    Projection,
    Update,
}

impl Kind {
    /// The name of the parameter.
    #[must_use]
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Condition => "ConditionExpression",
            Self::Filter => "FilterExpression",
            Self::KeyCondition => "KeyConditionExpression",
            Self::Projection => "ProjectionExpression",
            Self::Update => "UpdateExpression",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.parameter())
    }
}

/// An expression that is refused before any item is looked at: always a `ValidationException`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    #[error("Invalid {kind}: {reason}")]
    Invalid { kind: Kind, reason: Reason },
    #[error("Query condition missed key schema element: {0}")]
    MissedKey(String),
    /// Of a key with several attributes: those of the partition key that no clause holds equal to a value.
    #[error("HASH key attributes {0} must have equality conditions specified in the query")]
    PartitionNotEqual(String),
    /// Of a key with several attributes: those of the sort key before one that has a clause, and which have no equality.
    #[error(
        "RANGE key attributes {before} must have equality conditions specified in the query because a condition is present on key attribute {on}"
    )]
    SortNotEqual { before: String, on: String },
    #[error("Query key condition not supported")]
    KeyConditionNotSupported,
    /// The legacy `KeyConditions` with an operator like NULL or CONTAINS.
    #[error("Attempted conditional constraint is not an indexable operation")]
    NotIndexable,
    #[error(
        "The number of query conditions ({given}) exceeds the number of key attributes defined in the schema ({defined})"
    )]
    TooManyKeyConditions { given: usize, defined: usize },
    #[error(
        "One or more parameter values were invalid: Condition parameter type does not match schema type"
    )]
    KeyConditionType,
    /// No key is empty, so AWS refuses to look for one. `kind` is `string` or `binary`.
    #[error(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {kind} value. Key: {name}"
    )]
    EmptyKey { kind: &'static str, name: String },
}

impl ExpressionError {
    /// Longer than an expression may be.
    #[must_use]
    pub const fn is_too_long(&self) -> bool {
        matches!(
            self,
            Self::Invalid {
                reason: Reason::TooLong,
                ..
            }
        )
    }

    /// The same where the newer layer says it in other words: it lists types in their own order and knows some that no client can
    /// send (both seen in tests that were made from AWS's answers).
    #[must_use]
    pub fn in_newer_words(&self) -> Option<String> {
        let Self::Invalid { kind, reason } = self else {
            return None;
        };
        let reason = match reason {
            Reason::TypeOfPath => "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {S,SS,N,NS,B,BS,BOOL,NULL,L,M,HD,DOUBLE,FLOAT,HDS,FS,DOUBLESET,DICT,DECIMAL,INT,DECIMALSET,INTSET}".to_owned(),
            Reason::UnknownType(name) => format!(
                "Invalid attribute type name found; type: {name}, valid types: {{S,SS,N,NS,B,BS,BOOL,NULL,L,M}}"
            ),
            _ => return None,
        };
        Some(format!("Invalid {kind}: {reason}"))
    }

    pub(super) fn because(kind: Kind) -> impl Fn(Reason) -> Self {
        move |reason| Self::Invalid { kind, reason }
    }
}

/// Why one expression is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error("The expression can not be empty;")]
    Empty,
    #[error("Expression size has exceeded the maximum allowed size;")]
    TooLong,
    /// `near` reaches from the token before the offending one to the token after it.
    #[error("Syntax error; token: \"{token}\", near: \"{near}\"")]
    Syntax { token: String, near: String },
    #[error("The expression has redundant parentheses;")]
    RedundantParentheses,
    #[error("Attribute name is a reserved keyword; reserved keyword: {0}")]
    Reserved(String),
    /// AWS stops counting at the first one too many.
    #[error("The expression contains too many operators; operator count: 301")]
    TooManyOperators,
    #[error("The IN operator is provided with too many operands; number of operands: {0}")]
    TooManyInOperands(usize),
    #[error("Invalid function name; function: {0}")]
    UnknownFunction(String),
    #[error("The function is not allowed to be used this way in an expression; function: {0}")]
    MisusedFunction(String),
    #[error("The function is not allowed in an update expression; function: {0}")]
    NotForUpdates(String),
    #[error("The function is not allowed in a condition expression; function: {0}")]
    NotForConditions(String),
    #[error(
        "An expression attribute name used in the document path is not defined; attribute name: {0}"
    )]
    UndefinedName(String),
    #[error(
        "An expression attribute value used in expression is not defined; attribute value: {0}"
    )]
    UndefinedValue(String),
    #[error(
        "Incorrect number of operands for operator or function; operator or function: {operator}, number of operands: {count}"
    )]
    OperandCount { operator: String, count: usize },
    #[error(
        "Incorrect operand type for operator or function; operator or function: {operator}, operand type: {found}"
    )]
    OperandType {
        operator: &'static str,
        found: &'static str,
    },
    #[error(
        "Incorrect operand type for operator or function; operator: {section}, operand type: {found}, typeSet: ALLOWED_FOR_ADD_OPERAND"
    )]
    SectionOperandType {
        section: &'static str,
        found: &'static str,
    },
    /// A path where `attribute_type` takes the name of a type: it may be of any.
    #[error(
        "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {{NS,SS,L,BS,N,M,B,BOOL,NULL,S}}"
    )]
    TypeOfPath,
    #[error("Operator or function requires a document path; operator or function: {0}")]
    NeedsPath(&'static str),
    #[error(
        "The first operand must be distinct from the remaining operands for this operator or function; operator: {operator}, first operand: {path}"
    )]
    SameOperands {
        operator: &'static str,
        path: String,
    },
    #[error(
        "Invalid attribute type name found; type: {0}, valid types: {{N,BS,L,B,NULL,M,S,SS,NS,BOOL}}"
    )]
    UnknownType(String),
    #[error(
        "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {{{lower}}}, upper bound operand: AttributeValue: {{{upper}}}"
    )]
    BetweenTypes { lower: String, upper: String },
    #[error(
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {{{lower}}}, upper bound operand: AttributeValue: {{{upper}}}"
    )]
    BetweenReversed { lower: String, upper: String },
    #[error("List index is not within the allowable range; index: [{0}]")]
    ListIndex(String),
    #[error("The document path has too many nesting levels; nesting levels: {0}")]
    PathTooDeep(usize),
    #[error(
        "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: {one}, path two: {two}"
    )]
    PathsOverlap { one: String, two: String },
    #[error(
        "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: {one}, path two: {two}"
    )]
    PathsConflict { one: String, two: String },
    #[error("The \"{0}\" section can only be used once in an update expression;")]
    SectionTwice(&'static str),

    #[error("Invalid operator used in KeyConditionExpression: {0}")]
    KeyOperator(&'static str),
    #[error("KeyConditionExpressions cannot contain nested operations")]
    KeyNestedOperation,
    #[error("KeyConditionExpressions cannot have conditions on nested attributes")]
    KeyNestedAttribute,
    #[error("KeyConditionExpressions must only contain one condition per key")]
    KeyTwice,
    #[error(
        "Invalid condition in KeyConditionExpression: {0} operator must have the key attribute as its first operand"
    )]
    KeyNotFirst(&'static str),
    #[error(
        "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
    )]
    KeySeveralNames,
    #[error("Invalid condition in KeyConditionExpression: No key attribute specified")]
    KeyNoName,
}

/// `ExpressionAttributeNames` or `ExpressionAttributeValues` that are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceholderError {
    #[error("{0} must not be empty")]
    Empty(&'static str),
    #[error("{parameter} contains invalid key: Syntax error; key: \"{key}\"")]
    Key {
        parameter: &'static str,
        key: String,
    },
    #[error(
        "{parameter} contains invalid key: The expression attribute map contains a key that is too long; size of key: {size}"
    )]
    KeyTooLong {
        parameter: &'static str,
        size: usize,
    },
    /// A name that isn't text: the same words as for any other string of a request.
    #[error(transparent)]
    Shape(ItemError),
    /// A value without exactly one type names its key; other refusals of values don't (as observed on the single-item operations).
    #[error("ExpressionAttributeValues contains invalid value: {error} for key {key}")]
    NamedValue { error: ItemError, key: String },
    #[error(transparent)]
    Value(ItemError),
    #[error("Value provided in {parameter} unused in expressions: keys: {{{}}}", keys.join(", "))]
    Unused {
        parameter: &'static str,
        keys: Vec<String>,
    },
    #[error("ExpressionAttributeNames can only be specified when using expressions")]
    NamesWithoutExpression,
    /// Which parameters could have used them: `FilterExpression is null`.
    #[error("ExpressionAttributeValues can only be specified when using expressions: {0}")]
    ValuesWithoutExpression(&'static str),
}

impl PlaceholderError {
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Shape(error) | Self::Value(error) => error.class(),
            _ => ErrorClass::Validation,
        }
    }
}

/// An update that doesn't fit the item it meets: a `ValidationException`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpdateError {
    #[error("The document path provided in the update expression is invalid for update")]
    InvalidPath,
    #[error("An operand in the update expression has an incorrect data type")]
    OperandType,
    /// The legacy `AttributeUpdates`.
    #[error("Type mismatch for attribute to update")]
    AttributeType,
    #[error("The provided expression refers to an attribute that does not exist in the item")]
    MissingAttribute,
    #[error(transparent)]
    Number(NumberError),
    #[error("Nesting Levels have exceeded supported limits")]
    TooDeep,
}

impl From<NumberError> for UpdateError {
    /// What a sum came to. One with too many digits is an overflow, too (observed); the operands themselves were read before.
    fn from(error: NumberError) -> Self {
        Self::Number(match error {
            NumberError::TooManyDigits => NumberError::Overflow,
            error => error,
        })
    }
}
