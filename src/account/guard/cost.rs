//! What a request has cost: what its answer tells, or the most it can have been.
//!
//! | how it ended | what is counted |
//! |---|---|
//! | success that tells what was consumed | that |
//! | success that does not tell | the most |
//! | refused before anything was looked at | nothing |
//! | refused because of an item (a condition that does not hold) | the most: refused writes are paid for, and nobody tells how much |
//! | nobody knows how it ended | the most |
//!
//! Each try before the last one that may have been carried out is counted with the most, too.
//! Invariant: what is counted is never less than what AWS charges.

use serde_json::Value;

use super::text;
use crate::account::region::times_the_price;
use crate::target::exchange::{Exchange, Outcome, Picodollars};
use crate::target::guard::Cleared;
use crate::target::{consumed, price};

pub(super) const NOTHING: Picodollars = Picodollars(0);

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cost {
    pub price: Picodollars,
    /// Whether some of it is the most that it can be.
    pub is_most: bool,
    /// By table.
    pub shares: Vec<(String, Picodollars)>,
}

/// Codes of requests that were refused before an item was looked at; AWS charges nothing for them.
const FREE: [&str; 18] = [
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "LimitExceededException",
    "MissingAuthenticationTokenException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeTooSkewed",
    "ResourceInUseException",
    "ResourceNotFound",
    "ResourceNotFoundException",
    "SerializationException",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
];

/// Counts a request.
pub(super) fn of(cleared: &Cleared, exchange: &Exchange, region: &str) -> Cost {
    let factor = times_the_price(region);
    let told = told(exchange);
    let (last, last_is_most) = match &exchange.outcome {
        Outcome::Success if told.is_some() => (exchange.price * factor, false),
        Outcome::NotSent { .. } => (NOTHING, false),
        Outcome::ServiceError { code, .. } if FREE.contains(&code.as_str()) => (NOTHING, false),
        // What is wrong in an update can be found out only beside the item.
        Outcome::ServiceError { code, .. }
            if code == "ValidationException"
                && !matches!(
                    exchange.operation.as_str(),
                    "UpdateItem" | "TransactWriteItems"
                ) =>
        {
            (NOTHING, false)
        }
        Outcome::Unanswered { .. } if !exchange.unsettled => (NOTHING, false),
        _ => (cleared.most, cleared.most > NOTHING),
    };
    let tries = exchange
        .attempts
        .iter()
        .filter(|attempt| attempt.unsettled)
        .count() as u64;
    let before = cleared.most * tries;
    let price = last + before;
    Cost {
        price,
        is_most: last_is_most || before > NOTHING,
        shares: shares(cleared, exchange, price, told.as_ref(), factor),
    }
}

/// The `ConsumedCapacity` of an answer that has one. One that can't be read tells nothing.
fn told(exchange: &Exchange) -> Option<Vec<Value>> {
    if !exchange.succeeded() {
        return None;
    }
    let told = match exchange.response_json()?.get("ConsumedCapacity")? {
        Value::Array(tables) => tables.clone(),
        one => vec![one.clone()],
    };
    // Some servers answer with an empty list, whatever was consumed.
    let readable = |one: &Value| consumed(&exchange.operation, one).is_some();
    (!told.is_empty() && told.iter().all(readable)).then_some(told)
}

/// Which table has cost what: as the answer tells it, and the rest the first one.
fn shares(
    cleared: &Cleared,
    exchange: &Exchange,
    price: Picodollars,
    told: Option<&Vec<Value>>,
    factor: u64,
) -> Vec<(String, Picodollars)> {
    let Some((first, _)) = cleared.tables.first() else {
        return Vec::new();
    };
    let mut rest = price.0;
    let mut shares: Vec<(String, Picodollars)> = Vec::new();
    for (name, _) in cleared.tables.iter().skip(1) {
        let units = told
            .into_iter()
            .flatten()
            .filter(|one| {
                // A name, or an ARN that ends with it.
                text(one, "TableName").and_then(|told| told.rsplit('/').next()) == Some(name)
            })
            .find_map(|one| consumed(&exchange.operation, one));
        if let Some((read, written)) = units {
            let share = (price::read_units(read) + price::write_units(written)) * factor;
            let share = share.0.min(rest);
            rest -= share;
            shares.push((name.clone(), Picodollars(share)));
        }
    }
    shares.push((first.clone(), Picodollars(rest)));
    shares.retain(|(_, share)| *share > NOTHING);
    shares
}

#[cfg(test)]
mod tests;
