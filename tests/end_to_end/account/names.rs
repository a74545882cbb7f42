//! A name is no proof: tables of the same names that are somebody else's.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use super::learner::{KEY, LESSON, Learner, REGION, told};
use crate::aws::Aws;
use crate::aws::fault::{Fault, When};
use crate::program::run;

/// How long a call may take to come. Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the learner made in the console, under the lesson's name, stays as it is; the lesson uses another.
#[test]
fn a_table_that_the_learner_made_is_left_alone_and_another_name_is_used() {
    let aws = Aws::start();
    for taken in ["pets", "visits", "dynatour-visits"] {
        aws.foreign_table(REGION, taken);
    }
    let before = aws.dump_of_others(KEY);
    let learner = Learner::new();
    let said = learner.lesson(&aws);
    assert_eq!(said.code, 0, "{}", told(&said));
    let made: Vec<String> = aws
        .calls()
        .into_iter()
        .filter(|call| call.operation == "CreateTable" && call.status == Some(200))
        .map(|call| call.tables[0].clone())
        .collect();
    assert!(made.contains(&"dynatour-pets".to_owned()), "{made:?}");
    assert!(made.contains(&"dynatour-visits-2".to_owned()), "{made:?}");
    assert!(made.contains(&"people".to_owned()), "{made:?}");
    assert_eq!(learner.cleanup(&aws).code, 0);
    assert_eq!(aws.made_by(KEY), Vec::<String>::new());
    assert_eq!(aws.dump_of_others(KEY), before);
    aws.nobody_trespassed();
}

/// Ours was deleted by somebody, who then made one of the same name: that one is not in the ledger, and stays.
#[test]
fn a_table_that_was_made_again_by_somebody_else_is_not_deleted() {
    let aws = Aws::start();
    let learner = Learner::new();
    learner.broken_off(&aws);
    let ours = aws.id(REGION, "pets").expect("the lesson made it");
    aws.somebody(REGION, "DeleteTable", &json!({"TableName": "pets"}));
    while aws.id(REGION, "pets").is_some() {
        aws.somebody(REGION, "ListTables", &json!({}));
    }
    aws.foreign_table(REGION, "pets");
    assert_ne!(aws.id(REGION, "pets"), Some(ours));
    let before = aws.dump_of_others(KEY);
    for _ in 0..2 {
        let said = learner.cleanup(&aws);
        assert_eq!(said.code, 0, "{}", told(&said));
        assert_eq!(aws.made_by(KEY), Vec::<String>::new());
        assert_eq!(aws.dump_of_others(KEY), before);
    }
    aws.nobody_trespassed();
}

/// While one instance is at work, a second one with the same state directory is told so, and does nothing.
#[test]
fn a_second_instance_on_one_account_is_told_and_changes_nothing() {
    /// A second access key of the same user, so that the server can tell the two apart.
    const SECOND: &str = "AKIASTUDENTSECOND";
    let aws = Aws::start();
    let learner = Learner::new();
    // The first one waits for an answer, with a table made.
    let seen = aws.watch("PutItem");
    aws.rule(When::Operation("PutItem"), Fault::Hang, 1);
    let mut first = aws.spawn(
        learner
            .command(&aws, &LESSON)
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    // Once for the probe, which is answered.
    seen.recv_timeout(PATIENCE).unwrap();
    while aws.made_by(KEY).is_empty() {
        aws.watch("PutItem").recv_timeout(PATIENCE).unwrap();
    }
    let second = || {
        let mut command = learner.command(&aws, &LESSON);
        command.env("AWS_ACCESS_KEY_ID", SECOND);
        run(&mut command)
    };
    let said = second();
    assert_eq!(said.code, 2, "{}", told(&said));
    for part in ["another dynatour", "--state"] {
        assert!(told(&said).contains(part), "{}", told(&said));
    }
    let changes = aws.changing_calls();
    assert!(
        changes.iter().all(|call| call.access_key == KEY),
        "{changes:?}"
    );

    // It ends, however it ends, and the way is free.
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(learner.cleanup(&aws).code, 0);
    assert_eq!(aws.made_by(KEY), Vec::<String>::new());
    let said = second();
    assert_eq!(said.code, 0, "{}", told(&said));
    aws.nobody_trespassed();
    assert_eq!(aws.made_by(SECOND), Vec::<String>::new());
}

/// Two people with accesses of their own to one account, as a class has it.
#[test]
fn two_people_on_one_account_leave_each_others_tables_alone() {
    let aws = Aws::start();
    let (one, other) = (Learner::with_key("AKIAONE"), Learner::with_key("AKIAOTHER"));
    aws.belongs("AKIAONE", "one");
    aws.belongs("AKIAOTHER", "other");
    one.broken_off(&aws);
    let of_one = aws.dump_of_others("AKIAOTHER");
    let said = other.lesson(&aws);
    assert_eq!(said.code, 0, "{}", told(&said));
    assert_eq!(other.cleanup(&aws).code, 0);
    assert_eq!(aws.made_by("AKIAOTHER"), Vec::<String>::new());
    assert_eq!(aws.dump_of_others("AKIAOTHER"), of_one);
    assert_eq!(one.cleanup(&aws).code, 0);
    assert_eq!(aws.made_by("AKIAONE"), Vec::<String>::new());
    aws.nobody_trespassed();
}

/// What was made in another region is found there when it is asked for.
#[test]
fn cleanup_finds_what_is_in_other_regions() {
    let aws = Aws::start();
    aws.foreign_table("eu-central-1", "payroll");
    let before = aws.dump_of_others(KEY);
    let learner = Learner::new();
    aws.rule(When::Operation("DeleteTable"), Fault::KillBefore, 1);
    learner.run_mortal(&aws, &[&LESSON[..], &["--region", "eu-central-1"]].concat());
    aws.heal();
    let left = aws.made_by(KEY);
    assert!(
        left.len() >= 3 && left.iter().all(|table| table.starts_with("eu-central-1 ")),
        "{left:?}"
    );
    // Without the ledger only a look into every region finds them.
    std::fs::remove_file(learner.state().join("ledger.redb")).unwrap();
    assert_eq!(learner.cleanup(&aws).code, 0);
    assert_eq!(aws.made_by(KEY), left);
    let said = learner.run(&aws, &["cleanup", "--yes", "--all-regions"]);
    assert_eq!(said.code, 0, "{}", told(&said));
    assert_eq!(aws.made_by(KEY), Vec::<String>::new());
    assert_eq!(aws.dump_of_others(KEY), before);
    aws.nobody_trespassed();
}
