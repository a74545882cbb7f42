//! Looks through a region for everything that may be ours.
//!
//! ```text
//!   tables.rs   ListTables, page by page ──→ tags of each ─┬─ ours, or a name of the ledger ──→ DescribeTable
//!   things.rs   GetApis            all APIs, with tags     │
//!               ListFunctions      names dynatour-…        ├─→ looked at one by one, with tags
//!               ListRoles          the path /dynatour/     │
//!               DescribeLogGroups  /aws/lambda/dynatour-…  │
//!               the ledger's, whether listed or not ───────┘
//! ```
//!
//! Invariant: only questions are sent, and what could not be looked at or looked for is counted, never passed over in silence.

mod tables;
mod things;

use std::collections::{BTreeMap, BTreeSet};

use crate::account::ledger::{Entry, Kind};
use crate::account::service::Services;
use crate::account::tag::Origin;
use crate::target::Target;
use crate::target::exchange::Place;

pub use tables::arn;

/// A thing as it stands on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    pub kind: Kind,
    pub name: String,
    /// What no other one of its name has: a table's `TableId`, a role's `RoleId`, an API's `ApiId`, a log group's creation time. Not
    /// every server that plays AWS gives one, and a function has none.
    pub id: Option<String>,
    /// What its tags say of where it comes from.
    pub origin: Origin,
    pub detail: Detail,
}

/// What is known of one kind only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    Table {
        status: String,
        items: u64,
        /// As DynamoDB last counted them; it looks about every six hours.
        bytes: u64,
    },
    Api {
        /// Where it is served.
        url: Option<String>,
    },
    Function {
        /// `nodejs24.x`
        runtime: Option<String>,
    },
    Role,
    LogGroup,
}

impl Thing {
    /// By what requests name it.
    #[must_use]
    pub fn key(&self) -> &str {
        match (self.kind, &self.id) {
            (Kind::Api, Some(id)) => id,
            _ => &self.name,
        }
    }
}

/// A kind of things that could not be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    pub kind: Kind,
    /// Whether that is so because the credentials may not ask.
    pub denied: bool,
    /// In one sentence, printable.
    pub why: String,
}

/// All that was found out about a region.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Those with a tag or a name of ours: tables in the order of their names, then the others.
    pub things: Vec<Thing>,
    /// How many there are in all of what was looked through, whoever's they are. Of roles and log groups only those with our path and
    /// prefix are asked for.
    pub counted: BTreeMap<Kind, usize>,
    /// Those whose tags these credentials may not read. What our policies allow covers every name we give.
    pub unreadable: BTreeSet<(Kind, String)>,
    /// Tables that are being made or deleted, so that nobody may read their tags now; the ledger knows none of them.
    pub busy: Vec<String>,
    pub unseen: Vec<Unseen>,
}

/// Why a region could not be looked through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// The account does not use this region, so nothing of it can be there.
    #[error("the region is not switched on for this account")]
    NotEnabled,
    /// The credentials' policy does not allow the question.
    #[error("{0}")]
    Denied(String),
    #[error("{0}")]
    Unanswered(String),
}

/// Told how many of a kind were looked at, of how many.
pub type Report<'r> = &'r (dyn Fn(Kind, usize, usize) + Send + Sync);

/// Looks through one region. `entries` are what the ledger has there.
pub async fn find(
    target: &Target,
    services: &Services,
    place: &Place,
    entries: &[Entry],
    report: Report<'_>,
) -> Result<Found, FindError> {
    let mut found = tables::find(target, place, &names(entries, Kind::Table), report).await?;
    for kind in Kind::DELETED {
        if kind != Kind::Table {
            things::find(services, kind, entries, report, &mut found).await;
        }
    }
    Ok(found)
}

fn names(entries: &[Entry], kind: Kind) -> BTreeSet<String> {
    let of_kind = entries.iter().filter(|entry| entry.kind == kind);
    of_kind.map(|entry| entry.name.clone()).collect()
}
