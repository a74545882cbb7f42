//! What is told while a deployment is made, and how it ends.

use super::address::Address;
use super::name::Name;
use super::part::Part;
use crate::account::service::Called;
use crate::scene::workshop::Way;
use crate::target::exchange::{Exchange, Happening};

/// How far a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Begun,
    /// It was there already, and ours.
    Kept,
    Made,
    /// It was there, and is now as the plan has it.
    Changed,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    Part(Part, Stage),
    /// A call to another service than DynamoDB, with its answer.
    Called(Box<Called>),
    /// A request to DynamoDB, with its answer.
    Exchange(Box<Exchange>),
    /// The answer to a request to the URL, before its log is there.
    Answered(Box<Way>),
    /// Another try, or something that is not ready yet.
    Happening(Happening),
}

/// What stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployed {
    pub name: Name,
    pub address: Address,
    /// Parts that were made or changed, in their order; none where all was there and as it should be.
    pub changed: Vec<Part>,
}

/// Why it does not stand as planned. What was made so far stays, is in the ledger, and is gone on with next time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// What was being made.
    pub part: Part,
    /// Complete sentences, printable: what happened and what to do.
    pub why: String,
    /// Whether whoever waited for it has left.
    pub left: bool,
}
