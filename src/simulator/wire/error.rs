//! Service errors as DynamoDB puts them on the wire.
//!
//! ```text
//!   {"__type":"com.amazon.coral.validate#ValidationException","message":"…"}           400
//!   {"__type":"com.amazon.coral.service#SerializationException","Message":"…"}         400, or no message at all
//!   {"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"…"} 400
//! ```
//!
//! The three prefixes and the capital `Message` are DynamoDB's own (observed, and reproduced by the
//! emulators that were checked against it). The words are in [`super::text`].

use serde_json::{Map, Value};

use super::text;

/// Which of the service's errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Validation,
    ResourceNotFound,
    ResourceInUse,
    ConditionalCheckFailed,
    Serialization,
    UnknownOperation,
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
            Self::ConditionalCheckFailed => {
                "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
            }
            Self::Serialization => "com.amazon.coral.service#SerializationException",
            Self::UnknownOperation => "com.amazon.coral.service#UnknownOperationException",
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
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceError {
    code: Code,
    message: Option<String>,
    /// The item a failed condition found, where the request asked for it.
    item: Option<Value>,
}

/// What an operation answers.
pub type Answer<T> = Result<T, ServiceError>;

impl ServiceError {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: Some(message.into()),
            item: None,
        }
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

    #[must_use]
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::new(Code::Serialization, message)
    }

    /// For a body that is no JSON at all, DynamoDB gives no message.
    #[must_use]
    pub const fn unreadable() -> Self {
        Self {
            code: Code::Serialization,
            message: None,
            item: None,
        }
    }

    #[must_use]
    pub const fn unknown_operation() -> Self {
        Self {
            code: Code::UnknownOperation,
            message: None,
            item: None,
        }
    }

    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Code::ResourceNotFound, message)
    }

    #[must_use]
    pub fn in_use(message: impl Into<String>) -> Self {
        Self::new(Code::ResourceInUse, message)
    }

    /// A condition that did not hold, with the item it was tried on where that was asked for.
    #[must_use]
    pub fn condition_failed(item: Option<Value>) -> Self {
        Self {
            code: Code::ConditionalCheckFailed,
            message: Some(text::CONDITION_FAILED.to_owned()),
            item,
        }
    }

    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Code::InternalServer, message)
    }

    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    #[must_use]
    pub const fn status(&self) -> u16 {
        self.code.status()
    }

    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The response body.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let mut body = Map::new();
        body.insert("__type".to_owned(), self.code.wire().into());
        if let Some(message) = &self.message {
            let key = match self.code {
                Code::Serialization => "Message",
                _ => "message",
            };
            body.insert(key.to_owned(), message.as_str().into());
        }
        if let Some(item) = &self.item {
            body.insert("Item".to_owned(), item.clone());
        }
        Value::Object(body).to_string().into_bytes()
    }
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
