//! What the services' error codes say of a thing.
//!
//! Sources: the API references of IAM, Lambda, API Gateway V2 and `CloudWatch` Logs.

/// Whether a code says that there is no such thing.
#[must_use]
pub fn is_missing(code: &str) -> bool {
    matches!(
        code,
        "NoSuchEntity"
            | "NoSuchEntityException"
            | "ResourceNotFoundException"
            | "NotFoundException"
    )
}

/// Whether a code says that there is one of that name already, or that something else is under way with it.
#[must_use]
pub fn is_there(code: &str) -> bool {
    matches!(
        code,
        "EntityAlreadyExists"
            | "EntityAlreadyExistsException"
            | "ResourceConflictException"
            | "ResourceAlreadyExistsException"
            | "ConflictException"
    )
}
