//! Whose credentials these are, as STS says.
//!
//! Invariant: an identity is of an account of twelve digits, and root is never taken for somebody else.

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Twelve digits.
    pub account: String,
    /// `arn:aws:sts::123456789012:assumed-role/student/rachel`
    pub arn: String,
    pub caller: Caller,
}

/// What an ARN says of who it is.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The account's owner, whom no policy can limit.
    Root,
    User(String),
    Role {
        role: String,
        session: String,
    },
    Federated(String),
    /// Something that ARNs did not say when this was written.
    Other(String),
}

impl Identity {
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.caller == Caller::Root
    }
}

impl std::fmt::Display for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Root => f.write_str("the root user"),
            Self::User(name) => write!(f, "the user {name}"),
            Self::Role { role, session } => write!(f, "the role {role} (session {session})"),
            Self::Federated(name) => write!(f, "the federated user {name}"),
            Self::Other(what) => f.write_str(what),
        }
    }
}
