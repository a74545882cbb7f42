//! Service errors as DynamoDB puts them on the wire.
//!
//! ```text
//!   {"__type":"com.amazon.coral.validate#ValidationException","message":"…"}           400
//!   {"__type":"com.amazon.coral.service#SerializationException","Message":"…"}         400, or no message at all
//!   {"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"…"} 400
//! ```
//!
//! The three prefixes and the capital `Message` (also of a cancelled transaction) are DynamoDB's own (observed, and reproduced by the
//! emulators that were checked against it). The words are in [`super::text`].

use serde_json::{Map, Value, json};

use super::text;

/// Which of the service's errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Validation,
    ResourceNotFound,
    ResourceInUse,
    LimitExceeded,
    ConditionalCheckFailed,
    ItemCollectionSizeLimitExceeded,
    /// A provisioned table, or a global index of one, is throttled.
    ProvisionedThroughputExceeded,
    /// A table on demand, or a global index of one, is throttled.
    Throttling,
    Serialization,
    UnknownOperation,
    TransactionCanceled,
    TransactionInProgress,
    IdempotentParameterMismatch,
    AccessDenied,
    InternalServer,
}

impl Code {
    /// The `__type` member, prefix included.
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Validation => "com.amazon.coral.validate#ValidationException",
            Self::ResourceNotFound => "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
            Self::ResourceInUse => "com.amazonaws.dynamodb.v20120810#ResourceInUseException",
            Self::LimitExceeded => "com.amazonaws.dynamodb.v20120810#LimitExceededException",
            Self::ConditionalCheckFailed => {
                "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
            }
            Self::ItemCollectionSizeLimitExceeded => {
                "com.amazonaws.dynamodb.v20120810#ItemCollectionSizeLimitExceededException"
            }
            Self::ProvisionedThroughputExceeded => {
                "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
            }
            // The prefix was observed by others, in dynein's issue 195 and in dynalite's tests.
            Self::Throttling => "com.amazon.coral.availability#ThrottlingException",
            Self::Serialization => "com.amazon.coral.service#SerializationException",
            Self::UnknownOperation => "com.amazon.coral.service#UnknownOperationException",
            Self::TransactionCanceled => {
                "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
            }
            Self::TransactionInProgress => {
                "com.amazonaws.dynamodb.v20120810#TransactionInProgressException"
            }
            Self::IdempotentParameterMismatch => {
                "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException"
            }
            Self::AccessDenied => "com.amazon.coral.service#AccessDeniedException",
            Self::InternalServer => "com.amazonaws.dynamodb.v20120810#InternalServerError",
        }
    }

    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InternalServer => 500,
            _ => 400,
        }
    }
}

/// An answer that is an error: data for the learner, never a failure of the simulator.
///
/// Boxed, so that every [`Answer`] on the way of a request that is right is hardly larger than what it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceError(Box<Told>);

/// What the error tells.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    code: Code,
    message: Option<String>,
    /// What the error has besides its message: the item that a failed condition found, the reasons of a cancellation.
    further: Vec<(&'static str, Value)>,
}

/// What an operation answers.
pub type Answer<T> = Result<T, ServiceError>;

impl ServiceError {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self::of(code, Some(message.into()))
    }

    fn of(code: Code, message: Option<String>) -> Self {
        let further = Vec::new();
        Self(Box::new(Told {
            code,
            message,
            further,
        }))
    }

    #[must_use]
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(Code::Validation, message)
    }

    /// A validation error inside DynamoDB's envelope, `1 validation error detected: …`.
    #[must_use]
    pub fn enveloped(message: impl AsRef<str>) -> Self {
        Self::validation(text::envelope(&[message.as_ref()]))
    }

    /// A collection of a table with local indexes would become larger than a partition holds.
    #[must_use]
    pub fn collection_too_large() -> Self {
        Self::new(
            Code::ItemCollectionSizeLimitExceeded,
            text::COLLECTION_TOO_LARGE,
        )
    }

    #[must_use]
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::new(Code::Serialization, message)
    }

    /// For a body that is no JSON at all, DynamoDB gives no message.
    #[must_use]
    pub fn unreadable() -> Self {
        Self::of(Code::Serialization, None)
    }

    #[must_use]
    pub fn unknown_operation() -> Self {
        Self::of(Code::UnknownOperation, None)
    }

    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Code::ResourceNotFound, message)
    }

    #[must_use]
    pub fn in_use(message: impl Into<String>) -> Self {
        Self::new(Code::ResourceInUse, message)
    }

    /// Too much at once, or too much altogether.
    #[must_use]
    pub fn limit_exceeded(message: impl Into<String>) -> Self {
        Self::new(Code::LimitExceeded, message)
    }

    /// A condition that did not hold, with the item it was tried on where that was asked for.
    #[must_use]
    pub fn condition_failed(item: Option<Value>) -> Self {
        let mut error = Self::new(Code::ConditionalCheckFailed, text::CONDITION_FAILED);
        error.0.further.extend(item.map(|item| ("Item", item)));
        error
    }

    /// A transaction that was cancelled, with a reason for each of its items.
    #[must_use]
    pub fn cancelled(reasons: Vec<Reason>) -> Self {
        let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.name()).collect();
        let mut error = Self::new(Code::TransactionCanceled, text::cancelled(&codes));
        let reasons = reasons.into_iter().map(Reason::into_json).collect();
        error.0.further.push(("CancellationReasons", reasons));
        error
    }

    #[must_use]
    pub fn in_progress() -> Self {
        Self::new(Code::TransactionInProgress, text::TRANSACTION_IN_PROGRESS)
    }

    #[must_use]
    pub fn token_mismatch() -> Self {
        Self::new(Code::IdempotentParameterMismatch, text::TOKEN_MISMATCH)
    }

    /// For a resource of another account.
    #[must_use]
    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new(Code::AccessDenied, message)
    }

    /// A provisioned table is throttled, for these reasons, each with the ARN of its table or index.
    #[must_use]
    pub fn throughput_exceeded(message: impl Into<String>, reasons: Vec<(String, String)>) -> Self {
        let mut error = Self::new(Code::ProvisionedThroughputExceeded, message);
        let reasons = throttling_reasons(reasons);
        error.0.further.push(("ThrottlingReasons", reasons));
        error
    }

    /// A table on demand is throttled, for these reasons; the service's model spells their member in another way than the
    /// other error's.
    #[must_use]
    pub fn throttling(message: impl Into<String>, reasons: Vec<(String, String)>) -> Self {
        let mut error = Self::new(Code::Throttling, message);
        let reasons = throttling_reasons(reasons);
        error.0.further.push(("throttlingReasons", reasons));
        error
    }

    /// Whether a request was found to be wrong, before anything was done.
    #[must_use]
    pub fn is_validation(&self) -> bool {
        matches!(self.0.code, Code::Validation)
    }

    /// Whether a request was throttled, so that it may be tried again.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        matches!(
            self.0.code,
            Code::ProvisionedThroughputExceeded | Code::Throttling
        )
    }

    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Code::InternalServer, message)
    }

    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.code.status()
    }

    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The response body.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let mut body = Map::new();
        body.insert("__type".to_owned(), self.0.code.wire().into());
        if let Some(message) = &self.0.message {
            let key = match self.0.code {
                Code::Serialization | Code::TransactionCanceled | Code::AccessDenied => "Message",
                _ => "message",
            };
            body.insert(key.to_owned(), message.as_str().into());
        }
        for (name, member) in &self.0.further {
            body.insert((*name).to_owned(), member.clone());
        }
        Value::Object(body).to_string().into_bytes()
    }
}

/// Why one item of a transaction had it cancelled, or didn't (API reference of `CancellationReason`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonCode {
    /// Nothing was wrong with this item.
    None,
    ConditionalCheckFailed,
    ItemCollectionSizeLimitExceeded,
    TransactionConflict,
    ProvisionedThroughputExceeded,
    ThrottlingError,
    ValidationError,
}

impl ReasonCode {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::ConditionalCheckFailed => "ConditionalCheckFailed",
            Self::ItemCollectionSizeLimitExceeded => "ItemCollectionSizeLimitExceeded",
            Self::TransactionConflict => "TransactionConflict",
            Self::ProvisionedThroughputExceeded => "ProvisionedThroughputExceeded",
            Self::ThrottlingError => "ThrottlingError",
            Self::ValidationError => "ValidationError",
        }
    }
}

/// One of `CancellationReasons`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    pub code: ReasonCode,
    pub message: Option<String>,
    /// Typed JSON.
    pub item: Option<Value>,
}

impl Reason {
    #[must_use]
    pub const fn none() -> Self {
        Self {
            code: ReasonCode::None,
            message: None,
            item: None,
        }
    }

    #[must_use]
    pub fn of(code: ReasonCode, message: &str) -> Self {
        Self {
            code,
            message: Some(message.to_owned()),
            item: None,
        }
    }

    /// What an operation on that item alone would have answered, as a reason.
    #[must_use]
    pub fn from_error(error: &ServiceError) -> Self {
        let code = match error.code() {
            Code::ConditionalCheckFailed => ReasonCode::ConditionalCheckFailed,
            Code::ItemCollectionSizeLimitExceeded => ReasonCode::ItemCollectionSizeLimitExceeded,
            Code::ProvisionedThroughputExceeded => ReasonCode::ProvisionedThroughputExceeded,
            Code::Throttling => ReasonCode::ThrottlingError,
            _ => ReasonCode::ValidationError,
        };
        let item = error.0.further.iter().find(|(name, _)| *name == "Item");
        Self {
            code,
            message: error.0.message.clone(),
            item: item.map(|(_, item)| item.clone()),
        }
    }

    fn into_json(self) -> Value {
        let mut members = Map::new();
        members.insert("Code".to_owned(), self.code.name().into());
        if let Some(message) = self.message {
            members.insert("Message".to_owned(), message.into());
        }
        if let Some(item) = self.item {
            members.insert("Item".to_owned(), item);
        }
        Value::Object(members)
    }
}

/// `ThrottlingReasonList`, from reasons and the ARNs of what they are about.
fn throttling_reasons(reasons: Vec<(String, String)>) -> Value {
    reasons
        .into_iter()
        .map(|(reason, resource)| json!({"reason": reason, "resource": resource}))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_its_prefix_and_key_case() {
        let body = |error: ServiceError| String::from_utf8(error.body()).expect("JSON is UTF-8");
        assert_eq!(
            body(ServiceError::validation("no")),
            r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}"#
        );
        assert_eq!(
            body(ServiceError::serialization("no")),
            r#"{"__type":"com.amazon.coral.service#SerializationException","Message":"no"}"#
        );
        assert_eq!(
            body(ServiceError::unreadable()),
            r#"{"__type":"com.amazon.coral.service#SerializationException"}"#
        );
        assert_eq!(ServiceError::internal("disk full").status(), 500);
    }
}
