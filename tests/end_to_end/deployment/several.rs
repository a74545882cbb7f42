//! Several people and several programs on one account: each has their own, and nobody touches another's.

use std::process::{Child, Stdio};

use super::maker::Maker;
use crate::account::learner::{Learner, told};
use crate::aws::Aws;
use crate::program::{Said, said};

fn start(aws: &Aws, maker: &Maker, key: &str) -> Child {
    let mut environment = maker.learner.environment(aws);
    environment.push(("AWS_ACCESS_KEY_ID", key.to_owned()));
    let mut command = maker.command_at(environment, &maker.deploys());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn end(child: Child) -> Said {
    said(child.wait_with_output().unwrap())
}

const ANA: &str = "AKIAANA";
const BEN: &str = "AKIABEN";

#[test]
fn two_people_deploy_at_the_same_time_and_each_deletes_their_own() {
    let (Some(ana), Some(ben)) = (Maker::ruby(), Maker::ruby()) else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    aws.belongs(ANA, "ana");
    aws.belongs(BEN, "ben");
    let both = [start(&aws, &ana, ANA), start(&aws, &ben, BEN)];
    for said in both.map(end) {
        assert_eq!(said.code, 0, "{}", told(&said));
    }
    assert_eq!(aws.everything_made_by(ANA).len(), 11);
    let of_ben = aws.everything_made_by(BEN);
    assert_eq!(of_ben.len(), 11);
    let cleanup = |maker: &Maker, key: &str| {
        let mut environment = maker.learner.environment(&aws);
        environment.push(("AWS_ACCESS_KEY_ID", key.to_owned()));
        let mut command = maker.command_at(environment, &crate::account::learner::CLEANUP);
        let said = crate::program::run(&mut command);
        assert_eq!(said.code, 0, "{}", told(&said));
        said
    };
    cleanup(&ana, ANA);
    assert_eq!(aws.everything_made_by(ANA), [""; 0]);
    assert_eq!(aws.everything_made_by(BEN), of_ben);
    cleanup(&ben, BEN);
    assert_eq!(aws.everything_made_by(BEN), [""; 0]);
    aws.nobody_trespassed();
}

/// One person in two terminals: whatever comes of it, nothing is left that is not known.
#[test]
fn two_programs_of_one_person_leave_nothing_unaccounted_for() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let both = [start(&aws, &maker, ANA), start(&aws, &maker, ANA)];
    let said = both.map(end);
    assert!(
        said.iter().any(|said| said.code == 0),
        "{} {}",
        told(&said[0]),
        told(&said[1])
    );
    assert!(said.iter().all(|said| !said.err.contains("panicked")));
    let known = maker.learner.entries_left().len();
    assert_eq!(known, aws.everything_made_by(ANA).len());
    let learner: &Learner = &maker.learner;
    let mut environment = learner.environment(&aws);
    environment.push(("AWS_ACCESS_KEY_ID", ANA.to_owned()));
    let mut command = maker.command_at(environment, &crate::account::learner::CLEANUP);
    let cleaned = crate::program::run(&mut command);
    assert_eq!(cleaned.code, 0, "{}", told(&cleaned));
    assert_eq!(aws.everything_made_by(ANA), [""; 0]);
    assert_eq!(learner.entries_left(), []);
    aws.nobody_trespassed();
}
