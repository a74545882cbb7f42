use std::time::Duration;

use serde_json::json;

use super::*;
use crate::simulator::trace::CapacityUnits;
use crate::target::exchange::{Attempt, Message, TargetName};

const MOST: Picodollars = Picodollars(1_000_000_000);

fn cleared(tables: &[&str]) -> Cleared {
    Cleared {
        body: Vec::new(),
        tables: tables
            .iter()
            .map(|name| ((*name).to_owned(), Some(1)))
            .collect(),
        most: MOST,
        held: MOST,
        earlier: false,
    }
}

fn exchange(operation: &str, outcome: Outcome, answer: &Value) -> Exchange {
    Exchange {
        target: TargetName::Simulated,
        operation: operation.to_owned(),
        request: Message::default(),
        response: Some(Message {
            body: answer.to_string().into_bytes(),
            ..Message::default()
        }),
        outcome,
        request_id: None,
        read: CapacityUnits::ZERO,
        written: CapacityUnits::ZERO,
        price: Picodollars(0),
        price_is_most: false,
        elapsed: Duration::ZERO,
        trace: None,
        attempts: Vec::new(),
        unsettled: false,
        remark: None,
        already_done: false,
    }
}

fn error(code: &str) -> Outcome {
    Outcome::ServiceError {
        code: code.to_owned(),
        message: String::new(),
    }
}

#[test]
fn what_is_told_counts_and_otherwise_the_most() {
    let told = json!({ "ConsumedCapacity": { "TableName": "pets", "CapacityUnits": 1.0 } });
    let mut put = exchange("PutItem", Outcome::Success, &told);
    put.price = Picodollars(625_000);
    let cost = of(&cleared(&["pets"]), &put, "us-east-1");
    assert_eq!((cost.price, cost.is_most), (Picodollars(625_000), false));
    // Elsewhere a unit may cost more.
    let cost = of(&cleared(&["pets"]), &put, "eu-west-1");
    assert_eq!(cost.price, Picodollars(1_250_000));
    for silent in [
        json!({}),
        json!({ "ConsumedCapacity": [] }),
        json!({ "ConsumedCapacity": "x" }),
        json!({ "ConsumedCapacity": {} }),
        json!({ "ConsumedCapacity": { "CapacityUnits": -1 } }),
        json!({ "ConsumedCapacity": [{ "CapacityUnits": 1.0 }, { "CapacityUnits": "many" }] }),
    ] {
        let put = exchange("TransactWriteItems", Outcome::Success, &silent);
        let cost = of(&cleared(&["pets"]), &put, "us-east-1");
        assert_eq!((cost.price, cost.is_most), (MOST, true), "{silent}");
    }
}

#[test]
fn refusals_are_free_where_no_item_was_looked_at() {
    let counted = |operation: &str, outcome: Outcome| {
        of(
            &cleared(&["pets"]),
            &exchange(operation, outcome, &json!({})),
            "us-east-1",
        )
        .price
    };
    for code in [
        "ThrottlingException",
        "ResourceNotFoundException",
        "AccessDeniedException",
        "ValidationException",
    ] {
        assert_eq!(counted("PutItem", error(code)), NOTHING, "{code}");
    }
    for (operation, code) in [
        ("PutItem", "ConditionalCheckFailedException"),
        ("TransactWriteItems", "TransactionCanceledException"),
        ("UpdateItem", "ValidationException"),
        ("PutItem", "SomethingNewException"),
    ] {
        assert_eq!(counted(operation, error(code)), MOST, "{code}");
    }
    assert_eq!(
        counted("PutItem", Outcome::NotSent { why: String::new() }),
        NOTHING
    );
    assert_eq!(
        counted("PutItem", Outcome::Unanswered { why: String::new() }),
        NOTHING
    );
}

#[test]
fn each_try_that_may_have_been_carried_out_counts() {
    let mut lost = exchange(
        "PutItem",
        Outcome::Unanswered { why: String::new() },
        &json!({}),
    );
    lost.unsettled = true;
    lost.attempts = [true, false, true]
        .map(|unsettled| Attempt {
            why: String::new(),
            waited: Duration::ZERO,
            unsettled,
        })
        .to_vec();
    let cost = of(&cleared(&["pets"]), &lost, "us-east-1");
    assert_eq!((cost.price, cost.is_most), (MOST * 3, true));
}

#[test]
fn each_table_has_cost_what_it_is_told_to() {
    let told = json!({ "ConsumedCapacity": [
        { "TableName": "arn:aws:dynamodb:us-east-1:123456789012:table/visits", "CapacityUnits": 2.0 },
        { "TableName": "mypets", "CapacityUnits": 4.0 },
        { "TableName": "pets", "CapacityUnits": 1.0 }] });
    let mut batch = exchange("BatchWriteItem", Outcome::Success, &told);
    batch.price = Picodollars(7 * 625_000);
    let cost = of(&cleared(&["mypets", "pets", "visits"]), &batch, "us-east-1");
    let mut shares = cost.shares;
    shares.sort();
    let units = |name: &str, units: u64| (name.to_owned(), Picodollars(units * 625_000));
    assert_eq!(
        shares,
        [units("mypets", 4), units("pets", 1), units("visits", 2)]
    );
}
