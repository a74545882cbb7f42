//! Whose a table is, whatever it is called.

use std::sync::atomic::Ordering;

use serde_json::json;

use super::super::*;
use super::world::*;
use crate::account::ledger::Identity;
use crate::account::tag::{self, RunId};
use crate::target::Target;

#[tokio::test]
async fn what_we_make_is_tagged_limited_and_in_the_ledger() {
    let world = World::new();
    let target = world.ours();
    let made = send(&target, "CreateTable", &create("pets")).await;
    assert!(made.succeeded(), "{:?}", made.outcome);
    let id = world.table_id("pets");
    let identity = Identity {
        id: id.clone(),
        arn: "arn:aws:dynamodb:us-east-1:123456789012:table/pets".to_owned(),
    };
    assert_eq!(world.state("pets"), Some(State::Made(identity)));
    let description = made.response_json().unwrap();
    assert_eq!(
        description.pointer("/TableDescription/OnDemandThroughput"),
        Some(&json!({ "MaxReadRequestUnits": 300, "MaxWriteRequestUnits": 100 }))
    );
    let arn = description.pointer("/TableDescription/TableArn").unwrap();
    let tags = world.somebody("ListTagsOfResource", &json!({ "ResourceArn": arn }));
    let origin = tag::origin(tags["Tags"].as_array().unwrap());
    assert_eq!(origin.run, Some(RunId::from_number(7)));
    assert_eq!(
        origin.by.as_deref(),
        Some("arn:aws:iam::123456789012:user/rachel")
    );
    // What went out is what is shown.
    assert!(String::from_utf8_lossy(&made.request.body).contains("dynatour:run"));
    assert!(
        send(&target, "PutItem", &put("pets", "1"))
            .await
            .succeeded()
    );
    let deleted = send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
    assert!(deleted.succeeded());
    assert!(matches!(world.state("pets"), Some(State::Deleting(_))));
    let looked = send(&target, "DescribeTable", &json!({ "TableName": "pets" })).await;
    assert_eq!(looked.error_code(), Some("ResourceNotFoundException"));
    assert_eq!(world.state("pets"), Some(State::Gone));
}

/// Every operation that changes something, about a table.
fn changes(name: &str) -> Vec<(&'static str, Value)> {
    let arn = format!("arn:aws:dynamodb:us-east-1:123456789012:table/{name}");
    let key = json!({ "id": { "S": "1" } });
    vec![
        ("PutItem", put(name, "1")),
        ("PutItem", put(&arn, "1")),
        ("UpdateItem", json!({ "TableName": name, "Key": key })),
        ("DeleteItem", json!({ "TableName": name, "Key": key })),
        (
            "BatchWriteItem",
            json!({ "RequestItems": { name: [{ "DeleteRequest": { "Key": key } }] } }),
        ),
        (
            "BatchWriteItem",
            json!({ "RequestItems": { arn.clone(): [{ "DeleteRequest": { "Key": key } }] } }),
        ),
        (
            "TransactWriteItems",
            json!({ "TransactItems": [{ "Put": put(name, "1") }] }),
        ),
        (
            "TransactWriteItems",
            json!({ "TransactItems": [{ "Put": put("ours", "1") },
                { "Delete": { "TableName": name, "Key": key } }] }),
        ),
        ("UpdateTable", json!({ "TableName": name })),
        (
            "UpdateTimeToLive",
            json!({ "TableName": name, "TimeToLiveSpecification": { "AttributeName": "t", "Enabled": true } }),
        ),
        (
            "TagResource",
            json!({ "ResourceArn": arn, "Tags": [{ "Key": "a", "Value": "b" }] }),
        ),
        (
            "UntagResource",
            json!({ "ResourceArn": arn, "TagKeys": ["a"] }),
        ),
        ("DeleteTable", json!({ "TableName": name })),
        ("DeleteTable", json!({ "TableName": arn })),
    ]
}

/// What shows items.
fn reads(name: &str) -> Vec<(&'static str, Value)> {
    let key = json!({ "id": { "S": "1" } });
    vec![
        ("GetItem", json!({ "TableName": name, "Key": key })),
        ("Scan", json!({ "TableName": name })),
        (
            "BatchGetItem",
            json!({ "RequestItems": { name: { "Keys": [key] } } }),
        ),
        (
            "TransactGetItems",
            json!({ "TransactItems": [{ "Get": { "TableName": name, "Key": key } }] }),
        ),
    ]
}

async fn nothing_of_it_is_changed(world: &World, target: &Target, words: &str) {
    all_are_refused(world, target, words, changes("pets")).await;
}

async fn nothing_of_it_is_touched(world: &World, target: &Target, words: &str) {
    nothing_of_it_is_changed(world, target, words).await;
    all_are_refused(world, target, words, reads("pets")).await;
}

async fn all_are_refused(
    world: &World,
    target: &Target,
    words: &str,
    requests: Vec<(&'static str, Value)>,
) {
    let before = world.simulator.snapshot();
    for (operation, request) in requests {
        let exchange = send(target, operation, &request).await;
        let why = refused(&exchange);
        assert!(
            why.contains("pets") && why.contains(words),
            "{operation}: {why}"
        );
    }
    assert_eq!(world.simulator.snapshot(), before);
}

#[tokio::test]
async fn a_table_of_somebody_else_is_neither_changed_nor_read() {
    let world = World::new();
    let target = world.ours();
    send(&target, "CreateTable", &create("ours")).await;
    world.somebody("CreateTable", &create("pets"));
    nothing_of_it_is_touched(&world, &target, "not made by dynatour").await;
    // To ask what it is like costs nothing and shows nothing of its items.
    let looked = send(&target, "DescribeTable", &json!({ "TableName": "pets" })).await;
    assert!(looked.succeeded());
    let made = send(&target, "CreateTable", &create("pets")).await;
    assert_eq!(made.error_code(), Some("ResourceInUseException"));
    assert!(made.remark.unwrap().contains("not made by dynatour"));
    assert!(!made.already_done);
    assert_eq!(world.state("pets"), Some(State::Gone));
    nothing_of_it_is_touched(&world, &target, "not made by dynatour").await;
}

/// A name is no proof, and neither is that it was ours once.
#[tokio::test]
async fn what_took_the_place_of_ours_is_not_ours() {
    let world = World::new();
    let target = world.ours();
    send(&target, "CreateTable", &create("ours")).await;
    send(&target, "CreateTable", &create("pets")).await;
    send(&target, "PutItem", &put("pets", "1")).await;
    let before = world.table_id("pets");
    world.somebody("DeleteTable", &json!({ "TableName": "pets" }));
    world.somebody("CreateTable", &create("pets"));
    assert_ne!(world.table_id("pets"), before);
    // For a minute a description may be of the time before, so the ledger keeps what it has; nothing is changed on its word.
    nothing_of_it_is_changed(&world, &target, "not made by dynatour").await;
    world.now.fetch_add(61_000, Ordering::SeqCst);
    let exchange = send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
    assert!(refused(&exchange).contains("not made by dynatour"));
    assert_eq!(world.state("pets"), Some(State::Gone), "ours is gone");
    nothing_of_it_is_touched(&world, &target, "not made by dynatour").await;
}

/// The ARN of a table is that of the one before it, and tags are asked for by ARN: for a while they may be told as they were.
#[tokio::test]
async fn tags_of_the_table_before_do_not_make_the_next_one_ours() {
    let world = World::new();
    let target = world.ours();
    let made = send(&target, "CreateTable", &create("pets")).await;
    send(&target, "CreateTable", &create("ours")).await;
    assert!(made.succeeded());
    world.somebody("DeleteTable", &json!({ "TableName": "pets" }));
    let mut request = create("pets");
    request["Tags"] = json!(tag::of_run(RunId::from_number(7), "arn"));
    world.somebody("CreateTable", &request);
    for seconds in [0, 61, 1_000] {
        world.now.fetch_add(seconds * 1_000, Ordering::SeqCst);
        nothing_of_it_is_changed(&world, &target, "pets").await;
        let again = send(&target, "CreateTable", &create("pets")).await;
        assert!(!again.succeeded() && !again.already_done);
    }
    assert_eq!(world.state("pets"), Some(State::Gone));
}

/// Tags that somebody copied from one of our tables to theirs are believed only for a run of ours, as a person would.
#[tokio::test]
async fn another_runs_table_is_left_alone_until_it_is_named() {
    let world = World::new();
    let run = RunId::from_number(99);
    let mut request = create("pets");
    request["Tags"] = json!(tag::of_run(run, "arn:aws:iam::123456789012:user/mike"));
    world.somebody("CreateTable", &request);
    let session = world.session(7, 100_000_000_000);
    let target = world.target(&session, through());
    send(&target, "CreateTable", &create("ours")).await;
    nothing_of_it_is_touched(
        &world,
        &target,
        "another run of dynatour (0000000000000063)",
    )
    .await;
    session.count_as_ours(run);
    let deleted = send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
    assert!(deleted.succeeded(), "{:?}", deleted.outcome);
    assert_eq!(world.table_id("pets"), None);
}

/// The next process finds out what became of a request whose answer nobody saw.
#[tokio::test]
async fn a_run_that_was_killed_in_the_middle_of_making_is_taken_up() {
    let world = World::new();
    let killed = RunId::from_number(3);
    let intention = Intention {
        run: killed,
        place: place(),
        kind: Kind::Table,
        name: "pets".to_owned(),
    };
    world.ledger().intend(&intention, START).unwrap();
    let mut request = create("pets");
    request["Tags"] = json!(tag::of_run(killed, "arn"));
    world.somebody("CreateTable", &request);
    let target = world.ours();
    assert!(
        send(&target, "PutItem", &put("pets", "1"))
            .await
            .succeeded()
    );
    assert!(matches!(world.state("pets"), Some(State::Made(_))));
    let entries = world.ledger().entries().unwrap();
    assert_eq!(
        entries.len(),
        1,
        "the entry that was waiting for it: {entries:?}"
    );
    assert_eq!(entries[0].run, killed);
    // Made again: the service says that it is there, and that the answer was lost is not to be told twice.
    let again = send(&target, "CreateTable", &create("pets")).await;
    assert_eq!(again.error_code(), Some("ResourceInUseException"));
    assert!(!again.already_done);
    assert!(matches!(world.state("pets"), Some(State::Made(_))));
}

#[tokio::test]
async fn a_run_that_was_killed_before_making_leaves_a_name_that_may_be_taken() {
    let world = World::new();
    let intention = Intention {
        run: RunId::from_number(3),
        place: place(),
        kind: Kind::Table,
        name: "pets".to_owned(),
    };
    let id = world.ledger().intend(&intention, START).unwrap();
    let left = || world.ledger().left().unwrap();
    let target = world.ours();
    // Somebody takes the name. That an entry waits for one proves nothing.
    world.somebody("CreateTable", &create("pets"));
    let refusal = send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
    assert!(refused(&refusal).contains("not made by dynatour"));
    assert_eq!(left().len(), 1, "it may still arrive");
    world.somebody("DeleteTable", &json!({ "TableName": "pets" }));
    assert!(
        send(&target, "PutItem", &put("pets", "1"))
            .await
            .error_code()
            .is_some()
    );
    assert_eq!(left().len(), 1);
    world.now.fetch_add(15 * 60 * 1000 + 1, Ordering::SeqCst);
    send(&target, "DescribeTable", &json!({ "TableName": "pets" })).await;
    assert!(left().is_empty(), "a signature is not accepted any more");
    assert_eq!(world.ledger().entries().unwrap()[0].id, id);
}
