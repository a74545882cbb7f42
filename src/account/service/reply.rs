//! What services answer, as far as it is used.
//!
//! Invariant: texts are as they came, and pass through `printable` before they are shown.

use super::super::ledger::{Identity, Kind};
use super::super::tag::{self, Origin};

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where it goes on, if it does.
    pub next: Option<String>,
}

/// Key and value.
pub type Tags = Vec<(String, String)>;

/// A thing as its service describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    pub kind: Kind,
    pub name: String,
    pub identity: Identity,
    /// `None` where the answer says nothing of tags.
    pub tags: Option<Tags>,
    pub detail: Detail,
}

/// What is known of one kind only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    Role {
        /// Who may take it: a policy, in JSON.
        trust: Option<String>,
    },
    Function(Box<FunctionDetail>),
    Api {
        /// `https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com`
        endpoint: Option<String>,
        /// Milliseconds since 1970.
        made: Option<u64>,
    },
    LogGroup {
        /// Days.
        retention: Option<i32>,
    },
}

/// How far a function is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FunctionDetail {
    /// In Base64.
    pub code_sha256: Option<String>,
    pub runtime: Option<String>,
    pub handler: Option<String>,
    /// Its role's ARN.
    pub role: Option<String>,
    /// `Pending`, `Active`, `Inactive`, `Failed`
    pub state: Option<String>,
    pub reason: Option<String>,
    /// `Successful`, `InProgress`, `Failed`
    pub update: Option<String>,
    pub update_reason: Option<String>,
    pub timeout: Option<i32>,
    pub memory: Option<i32>,
    /// Its variable `TABLE_NAME`.
    pub table: Option<String>,
}

impl Thing {
    /// What its tags say of where it comes from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        let tags = self.tags.iter().flatten();
        let pairs: Vec<(&str, &str)> = tags
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        tag::origin_of(&pairs)
    }

    #[must_use]
    pub fn function(&self) -> Option<&FunctionDetail> {
        match &self.detail {
            Detail::Function(detail) => Some(detail),
            _ => None,
        }
    }

    /// Who may take a role.
    #[must_use]
    pub fn trust(&self) -> Option<&str> {
        match &self.detail {
            Detail::Role { trust } => trust.as_deref(),
            _ => None,
        }
    }

    /// Where an API is served.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        match &self.detail {
            Detail::Api { endpoint, .. } => endpoint.as_deref(),
            _ => None,
        }
    }

    /// By what calls name it: an API by its id.
    #[must_use]
    pub fn key(&self) -> &str {
        match (self.kind, &self.identity.id) {
            (Kind::Api, Some(id)) => id,
            _ => &self.name,
        }
    }
}

/// How an API reaches a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    pub id: String,
    /// The function's ARN.
    pub uri: Option<String>,
    /// The version of the events that the function is given.
    pub payload_format: Option<String>,
    /// Milliseconds that the function is waited for.
    pub timeout: Option<i32>,
}

/// A route of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `GET /pets`
    pub key: String,
    /// `integrations/abc`
    pub target: Option<String>,
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What tells it from others.
    pub id: Option<String>,
    pub stream: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub message: String,
}

/// What a successful call answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    Done,
    /// Of what makes, changes or describes one.
    Thing(Box<Thing>),
    Things(Page<Thing>),
    Tags(Page<(String, String)>),
    /// Of inline policies.
    Names(Page<String>),
    /// A policy, in JSON.
    Document(String),
    /// An integration was, and is called so from now on.
    Made {
        id: String,
    },
    Integrations(Page<Integration>),
    /// Whether it lets no more through than a stage of ours, and deploys by itself as that does.
    Stage {
        is_as_made: bool,
    },
    Routes(Page<Route>),
    Events(Page<Event>),
}

impl Reply {
    #[must_use]
    pub fn thing(self) -> Option<Thing> {
        match self {
            Self::Thing(thing) => Some(*thing),
            _ => None,
        }
    }
}
