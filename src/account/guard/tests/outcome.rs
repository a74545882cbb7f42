//! Answers that were lost, money, and what is said.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::json;

use super::super::*;
use super::world::*;
use crate::account::ledger::Identity;
use crate::target::exchange::Picodollars;

#[tokio::test]
async fn an_answer_that_was_lost_is_found_out_with_the_next_try() {
    for turn in [Turn::LostAfter, Turn::LostBefore] {
        let arrived = matches!(turn, Turn::LostAfter);
        let world = World::new();
        let session = world.session(7, 100_000_000_000);
        let target = world.target(&session, once("CreateTable", turn.clone()));
        let lost = send(&target, "CreateTable", &create("pets")).await;
        assert!(matches!(lost.outcome, Outcome::Unanswered { .. }));
        assert!(lost.unsettled && lost.attempts.is_empty());
        assert!(lost.remark.unwrap().contains("Run the step again"));
        assert_eq!(world.state("pets"), Some(State::Intended));
        let again = send(&target, "CreateTable", &create("pets")).await;
        assert_eq!(again.succeeded(), !arrived, "{:?}", again.outcome);
        assert_eq!(again.already_done, arrived);
        assert_eq!(again.remark.is_some(), arrived, "{:?}", again.remark);
        assert!(matches!(world.state("pets"), Some(State::Made(_))));
        assert_eq!(world.ledger().entries().unwrap().len(), 1);

        let target = world.target(&session, once("DeleteTable", turn));
        let delete = json!({ "TableName": "pets" });
        let lost = send(&target, "DeleteTable", &delete).await;
        assert!(matches!(lost.outcome, Outcome::Unanswered { .. }));
        assert!(matches!(world.state("pets"), Some(State::Deleting(_))));
        let again = send(&target, "DeleteTable", &delete).await;
        assert_eq!(again.succeeded(), !arrived, "{:?}", again.outcome);
        assert_eq!(again.already_done, arrived);
        send(&target, "DescribeTable", &delete).await;
        assert_eq!(world.state("pets"), Some(State::Gone));
        // And then it is a request as any other.
        let again = send(&target, "DeleteTable", &delete).await;
        assert_eq!(again.error_code(), Some("ResourceNotFoundException"));
        assert!(!again.already_done);
    }
}

#[tokio::test]
async fn a_write_that_may_have_been_carried_out_says_so_when_it_is_sent_again() {
    let world = World::new();
    let session = world.session(7, 100_000_000_000);
    let target = world.target(&session, once("UpdateItem", Turn::LostAfter));
    send(&target, "CreateTable", &create("pets")).await;
    let add = json!({ "TableName": "pets", "Key": { "id": { "S": "1" } },
        "UpdateExpression": "ADD visits :one", "ExpressionAttributeValues": { ":one": { "N": "1" } } });
    let lost = send(&target, "UpdateItem", &add).await;
    assert!(lost.remark.unwrap().contains("added twice"));
    assert!(lost.price_is_most && lost.price > Picodollars(0));
    let again = send(&target, "UpdateItem", &add).await;
    assert!(again.succeeded());
    assert!(
        again
            .remark
            .unwrap()
            .contains("may have been carried out as well")
    );
    let third = send(&target, "UpdateItem", &add).await;
    assert_eq!(third.remark, None);
}

#[tokio::test]
async fn throttling_and_failures_are_tried_again_and_counted() {
    const SLOW: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"slow down"}"#;
    const FAILED: &str =
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"oh"}"#;
    let world = World::new();
    let session = world.session(7, 100_000_000_000);
    send(
        &world.target(&session, through()),
        "CreateTable",
        &create("pets"),
    )
    .await;
    for (turn, unsettled) in [
        (Turn::Instead(400, SLOW), false),
        (Turn::Instead(500, FAILED), true),
    ] {
        let target = world.target(&session, once("PutItem", turn.clone()));
        let exchange = send(&target, "PutItem", &put("pets", "1")).await;
        assert!(exchange.succeeded());
        assert_eq!(exchange.attempts.len(), 1);
        assert_eq!(exchange.attempts[0].unsettled, unsettled);
        assert_eq!(exchange.price_is_most, unsettled);
        let always = turn.clone();
        let bend: Bend = Arc::new(move |one, _| {
            if one == "PutItem" {
                always.clone()
            } else {
                Turn::Through
            }
        });
        let exchange = send(&world.target(&session, bend), "PutItem", &put("pets", "1")).await;
        assert!(exchange.error_code().is_some());
        assert_eq!(exchange.attempts.len(), 4);
        let most = session.most("PutItem", &exchange.request.body);
        let counted = if unsettled { most * 5 } else { Picodollars(0) };
        assert_eq!(exchange.price, counted);
    }
}

#[tokio::test]
async fn nothing_is_sent_that_could_pass_the_ceiling_but_deleting_is_always_possible() {
    let world = World::new();
    // One put can cost 400 units, 250,000,000 picodollars; the second one does not fit beside what the first one took.
    let session = world.session(7, 250_500_000);
    let target = world.target(&session, through());
    send(&target, "CreateTable", &create("pets")).await;
    let first = send(&target, "PutItem", &put("pets", "1")).await;
    assert_eq!(
        (first.price, first.price_is_most),
        (Picodollars(625_000), false)
    );
    let before = world.simulator.snapshot();
    let second = send(&target, "PutItem", &put("pets", "2")).await;
    assert!(
        refused(&second).contains("--max-cost"),
        "{}",
        refused(&second)
    );
    assert_eq!(world.simulator.snapshot(), before);
    assert_eq!(session.spending().spent, Picodollars(625_000));
    let entries = world.ledger().entries().unwrap();
    assert_eq!(entries[0].spent, Picodollars(625_000));
    let deleted = send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
    assert!(deleted.succeeded());
    // Retries hold money, too: with enough for one try only, there is no second.
    let world = World::new();
    let session = world.session(7, 250_000_000);
    let failed = r#"{"__type":"x#InternalServerError","message":"oh"}"#;
    let target = world.target(&session, once("PutItem", Turn::Instead(500, failed)));
    send(&target, "CreateTable", &create("pets")).await;
    let exchange = send(&target, "PutItem", &put("pets", "1")).await;
    assert_eq!(exchange.error_code(), Some("InternalServerError"));
    assert!(exchange.remark.unwrap().contains("not tried again"));
    assert_eq!(session.spending().spent, Picodollars(250_000_000));
}

#[tokio::test]
async fn what_the_service_refuses_is_explained() {
    const TYPE: &str = "com.amazon.coral.service#";
    let cases: [(&str, &str, &str); 5] = [
        (
            "ExpiredTokenException",
            "The security token included in the request is expired",
            "aws sso login --profile class",
        ),
        (
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            "aws sso login --profile class",
        ),
        (
            "AccessDeniedException",
            "User: x is not authorized to perform: dynamodb:PutItem",
            "dynatour policy",
        ),
        (
            "InvalidSignatureException",
            "Signature expired: 20260101T000000Z is now earlier than 20261126T000000Z",
            "clock",
        ),
        (
            "RequestTimeTooSkewed",
            "The difference is too large",
            "clock",
        ),
    ];
    for (code, message, part) in cases {
        let world = World::new();
        let session = world.session(7, 100_000_000_000);
        send(
            &world.target(&session, through()),
            "CreateTable",
            &create("pets"),
        )
        .await;
        let body: &'static str = Box::leak(
            json!({ "__type": format!("{TYPE}{code}"), "message": message })
                .to_string()
                .into_boxed_str(),
        );
        // Refused itself: in the service's words, with ours beside them.
        let target = world.target(&session, once("PutItem", Turn::Instead(400, body)));
        let exchange = send(&target, "PutItem", &put("pets", "1")).await;
        assert_eq!(exchange.error_code(), Some(code));
        assert!(
            exchange.remark.as_ref().unwrap().contains(part),
            "{exchange:?}"
        );
        assert_eq!(exchange.price, Picodollars(0));
        // Refused when it is asked whose the table is: in ours.
        let target = world.target(&session, once("DescribeTable", Turn::Instead(400, body)));
        let exchange = send(&target, "PutItem", &put("pets", "1")).await;
        let why = refused(&exchange);
        assert!(
            why.contains(part) && why.contains("nothing was sent"),
            "{why}"
        );
        let forgotten = world.forgotten.load(Ordering::SeqCst);
        assert_eq!(forgotten > 0, part.starts_with("aws sso"), "{code}");
    }
}

#[tokio::test]
async fn a_server_without_table_ids_is_gone_by_the_tags() {
    let world = World::new();
    let session = world.session(7, 100_000_000_000);
    let target = world.target(&session, Arc::new(|_, _| Turn::NoTableId));
    let made = send(&target, "CreateTable", &create("pets")).await;
    assert!(made.succeeded(), "{:?}", made.outcome);
    let identity = Identity {
        id: None,
        arn: "arn:aws:dynamodb:us-east-1:123456789012:table/pets".to_owned(),
    };
    assert_eq!(world.state("pets"), Some(State::Made(identity)));
    assert!(
        send(&target, "PutItem", &put("pets", "1"))
            .await
            .succeeded()
    );
    assert_eq!(world.ledger().entries().unwrap().len(), 1);
    world.somebody("DeleteTable", &json!({ "TableName": "pets" }));
    world.somebody("CreateTable", &create("pets"));
    let exchange = send(&target, "PutItem", &put("pets", "1")).await;
    assert!(refused(&exchange).contains("not made by dynatour"));
    world.somebody("DeleteTable", &json!({ "TableName": "pets" }));
    assert!(
        send(&target, "CreateTable", &create("pets"))
            .await
            .succeeded()
    );
    assert!(
        send(&target, "DeleteTable", &json!({ "TableName": "pets" }))
            .await
            .succeeded()
    );
    send(&target, "DescribeTable", &json!({ "TableName": "pets" })).await;
    assert!(world.ledger().left().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_elsewhere_or_not_readable_is_not_sent() {
    let world = World::new();
    let target = world.ours();
    for (operation, body, part) in [
        (
            "PutItem",
            r#"{"TableName": "arn:aws:dynamodb:eu-west-1:123456789012:table/pets"}"#,
            "region eu-west-1",
        ),
        (
            "DescribeTable",
            r#"{"TableName": "arn:aws:dynamodb:us-east-1:999999999999:table/pets"}"#,
            "account 999999999999",
        ),
        (
            "PutItem",
            r#"{"TableName": "ours", "TableName": "pets"}"#,
            "given twice",
        ),
        ("Scan", "{", "can't be read as JSON"),
        ("CreateBackup", "{}", "can't use this operation"),
        (
            "CreateTable",
            r#"{"TableName": "pets", "WarmThroughput": {}}"#,
            "WarmThroughput",
        ),
    ] {
        let exchange = target.send(operation, body.as_bytes()).await;
        let why = refused(&exchange);
        assert!(why.contains(part), "{operation} {body}: {why}");
    }
    assert!(world.ledger().entries().unwrap().is_empty());
    // What is wrong in itself the service says, and the ledger knows that nothing was made.
    let mut wrong = create("pets");
    wrong["KeySchema"] = json!([]);
    let exchange = send(&target, "CreateTable", &wrong).await;
    assert_eq!(exchange.error_code(), Some("ValidationException"));
    assert_eq!(world.state("pets"), Some(State::Gone));
    let exchange = send(&target, "PutItem", &put("a", "1")).await;
    assert!(exchange.error_code().is_some(), "a name that can't be one");
}

#[tokio::test]
async fn two_instances_work_on_the_same_tables() {
    let world = World::new();
    let (one, other) = (
        world.session(1, 1_000_000_000),
        world.session(2, 1_000_000_000),
    );
    let first = world.target(&one, through());
    let second = world.target(&other, through());
    assert!(
        send(&first, "CreateTable", &create("pets"))
            .await
            .succeeded()
    );
    assert!(
        send(&second, "PutItem", &put("pets", "1"))
            .await
            .succeeded()
    );
    assert!(
        send(&second, "DeleteTable", &json!({ "TableName": "pets" }))
            .await
            .succeeded()
    );
    send(&first, "DescribeTable", &json!({ "TableName": "pets" })).await;
    assert!(world.ledger().left().unwrap().is_empty());
    assert!(
        send(&second, "CreateTable", &create("pets"))
            .await
            .succeeded()
    );
    let entries = world.ledger().left().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].run, other.run());
}

#[tokio::test]
async fn a_ledger_that_cant_be_written_lets_nothing_be_made() {
    let world = World::new();
    let target = world.ours();
    let path = world.ledger().path().to_owned();
    std::fs::write(&path, "not a ledger any more").unwrap();
    let exchange = send(&target, "CreateTable", &create("pets")).await;
    assert!(
        refused(&exchange).contains("ledger.redb"),
        "{}",
        refused(&exchange)
    );
    assert_eq!(world.table_id("pets"), None);
    assert_eq!(std::fs::read(&path).unwrap(), b"not a ledger any more");
}
