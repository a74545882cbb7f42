//! The list of what was made is lost, damaged, or of an older program: what it had is found by its tags.

use std::fs;

use super::maker::Maker;
use crate::account::learner::{KEY, LESSON, REGION, told};
use crate::aws::Aws;
use crate::aws::fault::{Fault, When};
use crate::aws::tables::SOMEBODY;
use crate::owner::Owner;

fn deployed() -> Option<(Aws, Maker)> {
    let maker = Maker::ruby()?;
    let aws = Aws::start();
    Owner::new(aws.address(), SOMEBODY).plant(REGION, "payroll");
    let said = maker.deploy(&aws);
    assert_eq!(said.code, 0, "{}", told(&said));
    assert_eq!(aws.everything_made_by(KEY).len(), 11);
    Some((aws, maker))
}

fn is_deleted_to_the_last(aws: &Aws, maker: &Maker, before: &str) {
    let cleaned = maker.cleanup(aws);
    assert_eq!(cleaned.code, 0, "{}", told(&cleaned));
    assert_eq!(aws.everything_made_by(KEY), [""; 0], "{}", told(&cleaned));
    assert_eq!(aws.dump_of_others(KEY), before);
    assert_eq!(maker.learner.entries_left(), []);
    aws.nobody_trespassed();
}

#[test]
fn a_lost_list_is_made_anew_from_tags() {
    let Some((aws, maker)) = deployed() else {
        return;
    };
    let before = aws.dump_of_others(KEY);
    fs::remove_file(maker.learner.state().join("ledger.redb")).unwrap();
    is_deleted_to_the_last(&aws, &maker, &before);
}

#[test]
fn a_damaged_list_is_set_aside() {
    let Some((aws, maker)) = deployed() else {
        return;
    };
    let before = aws.dump_of_others(KEY);
    let ledger = maker.learner.state().join("ledger.redb");
    let mut bytes = fs::read(&ledger).unwrap();
    bytes[..4096].fill(0xAB);
    fs::write(&ledger, &bytes).unwrap();
    let said = maker.run(&aws, &["cleanup", "--dry-run"]);
    assert!(told(&said).contains("set aside"), "{}", told(&said));
    is_deleted_to_the_last(&aws, &maker, &before);
    let kept = fs::read_dir(maker.learner.state()).unwrap().flatten();
    let kept = kept.filter(|entry| fs::read(entry.path()).is_ok_and(|found| found == bytes));
    assert_eq!(kept.count(), 1, "what was set aside is kept as it was");
}

/// The file that was set aside very likely has the deployment that stands, so no second public URL is made beside it.
#[test]
fn nothing_is_begun_beside_what_a_list_that_was_set_aside_may_have() {
    let Some((aws, maker)) = deployed() else {
        return;
    };
    let before = aws.dump_of_others(KEY);
    let ledger = maker.learner.state().join("ledger.redb");
    fs::write(&ledger, [0xAB; 4096]).unwrap();
    for _ in 0..2 {
        let said = maker.deploy(&aws);
        let words = told(&said);
        assert_ne!(said.code, 0, "{words}");
        for told in [
            "stands in",
            "set aside",
            "dynatour cleanup",
            "ledger.redb.damaged-",
        ] {
            assert!(words.contains(told), "{told}: {words}");
        }
        assert_eq!(aws.everything_made_by(KEY).len(), 11, "{words}");
    }
    is_deleted_to_the_last(&aws, &maker, &before);
    let said = maker.deploy(&aws);
    assert_eq!(said.code, 0, "{}", told(&said));
    is_deleted_to_the_last(&aws, &maker, &before);
}

/// Another deployment is begun where nobody knows of the first; both are deleted.
#[test]
fn what_was_made_before_the_list_was_lost_is_deleted_with_what_came_after() {
    let Some((aws, maker)) = deployed() else {
        return;
    };
    let before = aws.dump_of_others(KEY);
    fs::remove_file(maker.learner.state().join("ledger.redb")).unwrap();
    let said = maker.deploy(&aws);
    assert_eq!(said.code, 0, "{}", told(&said));
    // Whose the first one is nothing tells, so it is said before the yes and not touched.
    let words = told(&said);
    assert!(
        words.contains("stands already, made with these credentials"),
        "{words}"
    );
    assert_eq!(aws.everything_made_by(KEY).len(), 22);
    is_deleted_to_the_last(&aws, &maker, &before);
}

/// A list that has tables of a lesson alone is what an older program writes; it is gone on with.
#[test]
fn a_lesson_and_a_deployment_share_the_list() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let before = aws.dump_of_others(KEY);
    // A lesson that ends before it deletes its tables.
    aws.rule(When::Operation("DeleteTable"), Fault::KillBefore, 1);
    maker.learner.run_mortal(&aws, &LESSON);
    aws.heal();
    let tables = aws.everything_made_by(KEY).len();
    assert!(tables >= 3);
    let said = maker.deploy(&aws);
    assert_eq!(said.code, 0, "{}", told(&said));
    assert_eq!(aws.everything_made_by(KEY).len(), tables + 11);
    is_deleted_to_the_last(&aws, &maker, &before);
}
