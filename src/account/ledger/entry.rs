//! What stands in the ledger.

use serde::{Deserialize, Serialize};

use crate::account::tag::RunId;
use crate::target::exchange::{Picodollars, Place};

/// What sort of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Table,
    /// What a function writes, in `CloudWatch` Logs.
    LogGroup,
    /// What a function may do, in IAM: the account's, in no region.
    Role,
    /// In Lambda.
    Function,
    /// With its routes, integrations and stage, in API Gateway.
    Api,
}

impl Kind {
    /// In the order in which they are deleted, so that nothing is left without what it needs: nobody calls a function whose API is
    /// gone, and a function that still ran would make its log group again.
    pub const DELETED: [Self; 5] = [
        Self::Api,
        Self::Function,
        Self::Role,
        Self::LogGroup,
        Self::Table,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::LogGroup => "log group",
            Self::Role => "role",
            Self::Function => "function",
            Self::Api => "API",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// How a thing is told from another one of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// What no other thing of its name has: a table's `TableId`, a role's `RoleId`, an API's `ApiId`, a log group's `creationTime`.
    /// `None` where the server has none, and for a function, which has none.
    pub id: Option<String>,
    pub arn: String,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// It was going to be made; whether that happened is not known.
    Intended,
    Made(Identity),
    /// It was made, and was going to be deleted; whether that happened is not known.
    Deleting(Identity),
    /// It is known that there is none of it.
    Gone,
}

/// A thing of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    #[serde(skip)]
    pub id: u64,
    pub run: RunId,
    pub place: Place,
    pub kind: Kind,
    pub name: String,
    #[serde(flatten)]
    pub state: State,
    /// By what it was recognized, also when it is gone: what has another identity is another thing.
    #[serde(default)]
    pub last: Option<Identity>,
    /// When it was going to be made, in milliseconds since 1970.
    pub intended_at: u64,
    /// When its state was written down.
    pub at: u64,
    /// What it has cost so far, as far as it was counted.
    pub spent: Picodollars,
    /// Global and local secondary indexes, as they were last seen: each write to the table may also be one to each of them.
    #[serde(default)]
    pub indexes: Indexes,
}

/// How many secondary indexes a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Indexes {
    pub global: u32,
    pub local: u32,
}

impl Entry {
    /// Whether it may still be there.
    #[must_use]
    pub fn is_left(&self) -> bool {
        self.state != State::Gone
    }

    /// By what it is recognized, once it is known.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        match &self.state {
            State::Made(identity) | State::Deleting(identity) => Some(identity),
            State::Intended | State::Gone => None,
        }
    }

    /// Whether it is the thing of this id.
    #[must_use]
    pub fn is(&self, id: Option<&str>) -> bool {
        id.is_some() && self.identity().and_then(|known| known.id.as_deref()) == id
    }
}

/// Something that is going to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intention {
    pub run: RunId,
    pub place: Place,
    pub kind: Kind,
    pub name: String,
}
