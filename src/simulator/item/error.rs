//! What AWS says of attribute values it refuses.
//!
//! All texts of this room but the numbers' own are here, since AWS rewords them region by region. They are the
//! observed ones of the single-item operations, `Query` and `Scan`.

use super::NumberError;

/// A value in a request that DynamoDB refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// A JSON value of a kind that its place can't have: `NUMBER_VALUE cannot be converted to String`.
    #[error("{found} cannot be converted to {wanted}")]
    Conversion {
        found: &'static str,
        wanted: &'static str,
    },
    #[error("Unrecognized collection type {0}")]
    UnrecognizedCollection(&'static str),
    #[error("Start of structure or map found where not expected")]
    UnexpectedStructure,
    #[error("Unexpected field type")]
    UnexpectedFieldType,
    #[error("Unexpected value type in payload")]
    UnexpectedValueType,
    #[error("Unexpected token received from parser")]
    UnexpectedToken,
    #[error("Base64 encoded length is expected a multiple of 4 bytes but found: {0}")]
    Base64Length(usize),
    #[error("Invalid Base64 character: '{0}'")]
    Base64Character(char),
    // The misspelling is AWS's own.
    #[error("Invalid last non-pad Base64 character dectected")]
    Base64LastCharacter,

    #[error(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    )]
    Empty,
    #[error(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
    )]
    SeveralTypes,

    #[error(transparent)]
    Number(#[from] NumberError),
    #[error(
        "One or more parameter values were invalid: Null attribute value types must have the value of true"
    )]
    NullNotTrue,
    #[error("One or more parameter values were invalid: An string set  may not be empty")]
    EmptyStringSet,
    #[error("One or more parameter values were invalid: An number set  may not be empty")]
    EmptyNumberSet,
    #[error("One or more parameter values were invalid: Binary sets should not be empty")]
    EmptyBinarySet,
    #[error(
        "One or more parameter values were invalid: An string set may not have a null string as a member"
    )]
    NullInStringSet,
    /// The members as AWS lists them: quoted, sorted up to the first repeat and as sent from there.
    #[error(
        "One or more parameter values were invalid: Input collection [{0}] contains duplicates."
    )]
    DuplicateStrings(String),
    #[error("One or more parameter values were invalid: Input collection contains duplicates.")]
    DuplicateNumbers,
    #[error(
        "One or more parameter values were invalid: Input collection [{0}]of type BS contains duplicates."
    )]
    DuplicateBinaries(String),
    #[error(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
    )]
    TooDeep,
}

/// Which exception a refusal becomes on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// `SerializationException`: the JSON isn't the shape of the request.
    Serialization,
    /// `ValidationException` with the text as it is.
    Validation,
    /// `ValidationException`; `PutItem`, `UpdateItem` and `DeleteItem` put `1 validation error detected: ` in front, the reading operations don't.
    RequestValidation,
}

impl ItemError {
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Conversion { .. }
            | Self::UnrecognizedCollection(_)
            | Self::UnexpectedStructure
            | Self::UnexpectedFieldType
            | Self::UnexpectedValueType
            | Self::UnexpectedToken
            | Self::Base64Length(_)
            | Self::Base64Character(_)
            | Self::Base64LastCharacter => ErrorClass::Serialization,
            Self::Empty | Self::SeveralTypes => ErrorClass::Validation,
            Self::Number(_)
            | Self::NullNotTrue
            | Self::EmptyStringSet
            | Self::EmptyNumberSet
            | Self::EmptyBinarySet
            | Self::NullInStringSet
            | Self::DuplicateStrings(_)
            | Self::DuplicateNumbers
            | Self::DuplicateBinaries(_)
            | Self::TooDeep => ErrorClass::RequestValidation,
        }
    }
}
