//! All kinds of a region looked for, deleted in their order, and seen to be gone, beside things of others.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::delete::NotDeleted;
use super::plan::Proof;
use super::region::{Looked, Region};
use super::words::{lines, unlooked};
use crate::account::ledger::{Kind, State};
use crate::account::played::{ANA, ME, RUN, World, of_run, place};
use crate::account::tag;
use crate::target::exchange::Happening;
use crate::target::guard::Watch;

/// Deletes all that a look found to be ours; why each was not.
async fn delete_all(region: &Region, looked: &Looked) -> Vec<Option<NotDeleted>> {
    let mut ended = Vec::new();
    for ours in &looked.plan.ours {
        ended.push(region.delete(ours, Watch::nobody()).await.err());
    }
    ended
}

fn ours(looked: &Looked) -> Vec<(Kind, &str)> {
    let ours = looked.plan.ours.iter();
    ours.map(|one| (one.thing.kind, one.thing.name.as_str()))
        .collect()
}

#[tokio::test]
async fn a_deployment_goes_in_its_order_and_others_stay() {
    let world = World::new();
    world.deployed();
    // Names like ours, and none of them is.
    for (kind, name, id) in [
        (Kind::LogGroup, "/aws/lambda/dynatour-00000000-theirs", "1"),
        (Kind::LogGroup, "/aws/lambda/shop", "2"),
        (Kind::Role, "dynatour-00000000-theirs", "AROA2"),
        (Kind::Function, "dynatour-00000000-theirs", ""),
        (Kind::Function, "shop", ""),
        (Kind::Api, "dynatour-00000000", "a2"),
        (Kind::Api, "shop", "a3"),
    ] {
        world.add(kind, name, id, &[]);
    }
    world.add(
        Kind::Function,
        "dynatour-00000001-get-pets",
        "",
        &of_run(ANA, "arn:aws:iam::123456789012:user/ana"),
    );
    let others = world.there()[4..].to_vec();
    let looked = world.look().await;
    assert_eq!(
        ours(&looked),
        [
            (Kind::Api, "dynatour-00000000"),
            (Kind::Function, "dynatour-00000000-get-pets"),
            (Kind::Role, "dynatour-00000000-get-pets"),
            (Kind::LogGroup, "/aws/lambda/dynatour-00000000-get-pets"),
        ]
    );
    assert!(looked.is_certain());
    assert_eq!(looked.plan.others.len(), 1);
    assert_eq!(looked.plan.missing, []);
    // Pages of two: all of them were read.
    assert_eq!(
        Kind::DELETED.map(|kind| looked.counted[&kind]),
        [3, 4, 2, 2, 0]
    );
    let told: Vec<String> = lines(&looked, |at| at.to_string())
        .into_iter()
        .map(|told| format!("{} | {}", told.title(), told.words))
        .collect();
    insta::assert_snapshot!("told", told.join("\n"));

    let region = world.region();
    assert_eq!(delete_all(&region, &looked).await, [None, None, None, None]);
    assert_eq!(
        world.changes(),
        [
            "DeleteApi a1",
            "DeleteFunction dynatour-00000000-get-pets",
            "DeleteRolePolicy dynatour-00000000-get-pets table",
            "DeleteRole dynatour-00000000-get-pets",
            "DeleteLogGroup /aws/lambda/dynatour-00000000-get-pets",
        ]
    );
    assert_eq!(world.there(), others);
    assert_eq!(world.left(), [] as [String; 0]);
    // Once more, there is nothing to do.
    let again = world.look().await;
    assert!(again.plan.ours.is_empty() && again.is_certain());
}

#[tokio::test]
async fn tags_are_proof_where_the_ledger_is_lost() {
    let world = World::new();
    let tags = of_run(ANA, ME);
    world.add(Kind::Api, "dynatour-00000000", "a1", &tags);
    world.add(Kind::Role, "dynatour-00000000-get-pets", "AROA1", &tags);
    // Half of our tags are nobody's.
    world.add(Kind::Role, "odd", "AROA2", &tags[..1]);
    let looked = world.look().await;
    let proofs: Vec<Proof> = looked.plan.ours.iter().map(|ours| ours.proof).collect();
    assert_eq!(proofs, [Proof::Maker(ANA), Proof::Maker(ANA)]);
    assert_eq!(delete_all(&world.region(), &looked).await, [None, None]);
    assert_eq!(world.there(), ["role odd"]);
    // What was deleted is in the ledger now, as gone.
    assert_eq!(world.states(Kind::Api), [State::Gone]);
}

#[tokio::test]
async fn long_words_are_said_once_in_a_deployment() {
    let world = World::new();
    let tags = of_run(ANA, "ana");
    for name in ["get-pet", "get-pets", "post-pet"] {
        let name = format!("dynatour-00000008-{name}");
        world.add(Kind::Function, &name, "", &tags);
        world.add(Kind::Role, &name, &name, &tags);
    }
    let other = "dynatour-00000009-get-pets";
    world.add(Kind::Function, other, "", &tags);
    let looked = world.look().await;
    let same: Vec<bool> = lines(&looked, |at| at.to_string())
        .into_iter()
        .map(|told| told.words == "the same")
        .collect();
    assert_eq!(same, [false, true, true, true, true, true, false]);
}

#[tokio::test]
async fn one_that_cant_be_deleted_does_not_keep_the_others() {
    let world = World::new();
    world.deployed();
    world.change(Kind::Role, "dynatour-00000000-get-pets", |role| {
        role.held = true;
    });
    world.played.state().denied.insert("DeleteApi");
    let looked = world.look().await;
    let region = world.region();
    let ended = delete_all(&region, &looked).await;
    let why = |at: usize| ended[at].as_ref().unwrap().to_string();
    assert!(
        why(0).contains("AccessDeniedException") && why(0).contains("dynatour policy --workshop"),
        "{}",
        why(0)
    );
    assert!(why(2).contains("list-attached-role-policies"), "{}", why(2));
    assert_eq!((&ended[1], &ended[3]), (&None, &None));
    assert_eq!(
        world.there(),
        ["role dynatour-00000000-get-pets", "API dynatour-00000000"]
    );
    assert_eq!(world.left(), world.there());
    // When that is out of the way, the same again does the rest.
    world.change(Kind::Role, "dynatour-00000000-get-pets", |role| {
        role.held = false;
    });
    world.played.state().denied.clear();
    let looked = world.look().await;
    assert_eq!(delete_all(&region, &looked).await, [None, None]);
    assert_eq!(world.left(), [] as [String; 0]);
}

#[tokio::test]
async fn what_lingers_or_is_busy_is_waited_for() {
    let world = World::new();
    world.deployed();
    for (kind, name) in [
        (Kind::Api, "dynatour-00000000"),
        (Kind::Function, "dynatour-00000000-get-pets"),
        (Kind::Role, "dynatour-00000000-get-pets"),
        (Kind::LogGroup, "/aws/lambda/dynatour-00000000-get-pets"),
    ] {
        world.change(kind, name, |thing| {
            thing.busy = 2;
            thing.lingers = 4;
        });
    }
    let looked = world.look().await;
    let told = Mutex::new(BTreeSet::new());
    let watch = Watch {
        tell: &|happening| {
            if let Happening::Waiting { status, .. } = happening {
                told.lock().unwrap().insert(status);
            }
        },
        left: &|| false,
    };
    let region = world.region();
    for ours in &looked.plan.ours {
        assert_eq!(region.delete(ours, watch).await, Ok(()), "{ours:?}");
    }
    assert_eq!(
        told.into_inner().unwrap().into_iter().collect::<Vec<_>>(),
        ["being deleted", "busy"]
    );
    assert_eq!(world.there(), [] as [String; 0]);
    assert_eq!(world.left(), [] as [String; 0]);
}

#[tokio::test]
async fn what_never_goes_is_given_up_and_stays_in_the_ledger() {
    let world = World::new();
    world.deployed();
    world.change(Kind::Api, "dynatour-00000000", |api| api.lingers = u32::MAX);
    world.change(Kind::Function, "dynatour-00000000-get-pets", |function| {
        function.busy = u32::MAX;
    });
    let looked = world.look().await;
    let region = world.region();
    let ended = delete_all(&region, &looked).await;
    assert!(
        matches!(ended[0], Some(NotDeleted::Slow { .. })),
        "{ended:?}"
    );
    assert!(
        matches!(ended[1], Some(NotDeleted::Refused(_))),
        "{ended:?}"
    );
    assert_eq!(
        world.left(),
        [
            "function dynatour-00000000-get-pets",
            "API dynatour-00000000"
        ]
    );
    // Whoever leaves is told what it was.
    let left = Watch {
        tell: &|_| {},
        left: &|| true,
    };
    let api = &looked.plan.ours[0];
    assert!(matches!(
        region.delete(api, left).await,
        Err(NotDeleted::Left { .. })
    ));
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_and_nothing_is_deleted_twice() {
    for (lost, at) in [
        ("DeleteApi", 0),
        ("DeleteFunction", 1),
        ("DeleteRolePolicy", 2),
        ("DeleteRole", 2),
        ("DeleteLogGroup", 3),
    ] {
        let world = World::new();
        world.deployed();
        let looked = world.look().await;
        world.played.state().lost = Some(lost);
        let region = world.region();
        let ours = &looked.plan.ours[at];
        assert_eq!(region.delete(ours, Watch::nobody()).await, Ok(()), "{lost}");
        let sent = world.changes();
        let times = sent
            .iter()
            .filter(|one| one.starts_with(&format!("{lost} ")))
            .count();
        // A policy's place is taken by nobody else's, so that asking again does no harm.
        let most = if lost == "DeleteRolePolicy" { 2 } else { 1 };
        assert_eq!(times, most, "{lost}: {sent:?}");
        assert_eq!(world.left().len(), 3, "{lost}");
    }
}

#[tokio::test]
async fn what_took_the_place_of_ours_is_not_touched() {
    let world = World::new();
    world.deployed();
    let looked = world.look().await;
    // Between the look and the yes, somebody deletes everything and makes their own of the same names.
    {
        let mut state = world.played.state();
        for thing in &mut state.things {
            thing.tags.clear();
            thing.policies.clear();
            if thing.kind != Kind::Function {
                thing.id = match thing.kind {
                    Kind::LogGroup => "1800000000000".to_owned(),
                    _ => "OTHER".to_owned(),
                };
            }
        }
    }
    let before = world.there();
    let ended = delete_all(&world.region(), &looked).await;
    assert_eq!(world.there(), before);
    // An API's id is nobody else's ever, and that one is gone. The others are refused in words.
    assert_eq!(world.changes(), [] as [String; 0]);
    assert_eq!(ended[0], None);
    for why in &ended[1..] {
        let why = why.as_ref().unwrap().to_string();
        assert!(why.contains("was not made by dynatour"), "{why}");
    }
}

#[tokio::test]
async fn services_that_cant_be_asked_are_told_and_nothing_of_theirs_counts_as_gone() {
    let world = World::new();
    world.deployed();
    world
        .played
        .state()
        .denied
        .extend(["ListFunctions", "ListRoles"]);
    let looked = world.look().await;
    assert_eq!(
        ours(&looked),
        [
            (Kind::Api, "dynatour-00000000"),
            (Kind::LogGroup, "/aws/lambda/dynatour-00000000-get-pets"),
        ]
    );
    assert!(!looked.is_certain());
    insta::assert_snapshot!("refused_with_entries", unlooked(&looked).join("\n"));
    world.region().settle(&looked.plan).await.unwrap();
    assert_eq!(world.left().len(), 4);

    // Without an entry it is said, and no more.
    let fresh = World::new();
    fresh.played.state().denied.extend([
        "ListFunctions",
        "ListRoles",
        "GetApis",
        "DescribeLogGroups",
    ]);
    let looked = fresh.look().await;
    assert!(looked.is_certain() && looked.plan.ours.is_empty());
    insta::assert_snapshot!("refused", unlooked(&looked).join("\n"));

    // A server that plays DynamoDB alone.
    let alone = World::new();
    alone.played.state().absent = true;
    let looked = alone.look().await;
    assert!(looked.is_certain());
    insta::assert_snapshot!("no_such_services", unlooked(&looked).join("\n"));
}

#[tokio::test]
async fn tags_that_nobody_may_read_leave_the_id_as_proof() {
    let world = World::new();
    world.deployed();
    world
        .played
        .state()
        .denied
        .extend(["GetFunction", "GetRole", "ListTagsForResource"]);
    let looked = world.look().await;
    assert_eq!(
        ours(&looked),
        [
            (Kind::Api, "dynatour-00000000"),
            (Kind::Role, "dynatour-00000000-get-pets"),
            (Kind::LogGroup, "/aws/lambda/dynatour-00000000-get-pets"),
        ]
    );
    assert_eq!(
        unlooked(&looked),
        ["1 function whose tags these credentials may not read: not touched"]
    );
    // The function has no id, so it may be ours or not.
    assert!(!looked.is_certain());
    let told = lines(&looked, |at| at.to_string());
    let function = told
        .iter()
        .find(|told| told.kind == Kind::Function)
        .unwrap();
    assert!(
        function.words.contains("lambda:ListTags"),
        "{}",
        function.words
    );
}

/// Without the right to list tags, Lambda answers as if there were none.
#[tokio::test]
async fn a_function_whose_tags_are_left_out_is_neither_deleted_nor_forgotten() {
    let world = World::new();
    world.deployed();
    let looked = world.look().await;
    world.played.state().denied.insert("ListTags");
    let function = &looked.plan.ours[1];
    let region = world.region();
    let refused = region.delete(function, Watch::nobody()).await.unwrap_err();
    assert!(
        refused.to_string().contains("tags could not be read"),
        "{refused}"
    );
    let looked = world.look().await;
    assert!(!looked.is_certain());
    region.settle(&looked.plan).await.unwrap();
    let name = "function dynatour-00000000-get-pets".to_owned();
    assert!(world.left().contains(&name) && world.there().contains(&name));
    // When they may be read and are not ours any more, it stays all the same, and says what to do.
    world.played.state().denied.clear();
    world.change(Kind::Function, "dynatour-00000000-get-pets", |function| {
        function.tags.clear();
    });
    let looked = world.look().await;
    region.settle(&looked.plan).await.unwrap();
    assert!(world.left().contains(&name));
    let told = lines(&looked, |at| at.to_string());
    let function = told
        .iter()
        .find(|told| told.kind == Kind::Function)
        .unwrap();
    assert!(
        function.words.contains("aws lambda delete-function"),
        "{}",
        function.words
    );
}

/// What is gone by itself is not asked to be deleted: somebody may make another one in this moment.
#[tokio::test]
async fn what_is_gone_already_is_not_deleted() {
    let world = World::new();
    world.deployed();
    let looked = world.look().await;
    world.played.state().things.clear();
    assert_eq!(
        delete_all(&world.region(), &looked).await,
        [None, None, None, None]
    );
    assert_eq!(world.changes(), [] as [String; 0]);
    assert_eq!(world.left(), [] as [String; 0]);
}

#[tokio::test]
async fn a_role_of_another_region_stays_and_says_where_it_belongs() {
    let world = World::new();
    let mut tags = of_run(RUN, ME);
    tags.push((tag::REGION, "eu-central-1".to_owned()));
    world.add(Kind::Role, "dynatour-00000000-get-pets", "AROA1", &tags);
    world.enter(Kind::Api, "dynatour-00000009", Some("gone"));
    let looked = world.look().await;
    assert!(looked.plan.ours.is_empty());
    let words: Vec<String> = lines(&looked, |at| at.to_string())
        .into_iter()
        .map(|told| told.words)
        .collect();
    assert!(
        words
            .iter()
            .any(|words| words.contains("dynatour cleanup --region eu-central-1")),
        "{words:?}"
    );
    // An entry whose API was deleted elsewhere is settled.
    world.region().settle(&looked.plan).await.unwrap();
    assert_eq!(world.left(), [] as [String; 0]);
    assert_eq!(looked.place, place());
}
