//! The built program, killed for real again and again in front of moto's server: each run goes on where the one before was killed.
//!
//! Invariant: it is killed right after the first call of each operation that changes something, once each, whatever the run before
//! has left to be done.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt as _;

use super::super::maker::Maker;
use super::world::World;
use crate::account::learner::{CLEANUP, told};
use crate::aws::fault::{Fault, When};
use crate::others::Server;

/// Runs that are killed at most; more would be no progress.
const MOST: usize = 40;

/// Runs it until nothing is left to be killed at; the operations that it was killed after.
fn killed_after_each(world: &World, maker: &Maker, arguments: &[&str]) -> BTreeSet<String> {
    let mut killed = BTreeSet::new();
    for _ in 0..MOST {
        let done = killed.clone();
        world.aws.rule(When::NewChange(done), Fault::KillAfter, 1);
        world.aws.forget();
        let output = maker.run_mortal(&world.aws, arguments);
        world.aws.heal();
        if output.status.signal() != Some(9) {
            let out = String::from_utf8_lossy(&output.stdout);
            let err = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{killed:?}: {out}\n{err}");
            return killed;
        }
        let calls = world.aws.calls();
        let last = calls.last().expect("a call that it was killed at");
        assert!(killed.insert(last.operation.clone()), "{last:?} twice");
    }
    panic!("still killed after {killed:?}");
}

#[test]
fn a_program_that_is_killed_again_and_again_leaves_one_of_each_and_then_nothing() {
    let (Some(maker), Some(server)) = (Maker::ruby(), Server::moto()) else {
        println!("skipped: ruby, or python3 with moto's server, is not installed");
        return;
    };
    let world = World::new(server);
    let deploys = [&maker.deploys()[..], &["--no-requests"]].concat();
    let killed = killed_after_each(&world, &maker, &deploys);
    for operation in [
        "CreateTable",
        "PutItem",
        "CreateLogGroup",
        "PutRetentionPolicy",
        "CreateRole",
        "PutRolePolicy",
        "CreateFunction",
        "CreateApi",
        "CreateIntegration",
        "CreateRoute",
        "CreateStage",
        "AddPermission",
    ] {
        assert!(killed.contains(operation), "{operation}: {killed:?}");
    }
    assert_eq!(world.counts(), [1, 3, 3, 3, 1]);

    let killed = killed_after_each(&world, &maker, &CLEANUP);
    for operation in [
        "DeleteApi",
        "DeleteFunction",
        "DeleteRolePolicy",
        "DeleteRole",
        "DeleteLogGroup",
        "DeleteTable",
    ] {
        assert!(killed.contains(operation), "{operation}: {killed:?}");
    }
    let left = maker.learner.entries_left();
    if !left.is_empty() {
        // What may still arrive is waited for.
        maker.learner.ledger_is_from_long_ago();
        let cleaned = maker.cleanup(&world.aws);
        assert_eq!(cleaned.code, 0, "{}", told(&cleaned));
    }
    assert_eq!(maker.learner.entries_left(), []);
    assert_eq!(world.is_otherwise(), [""; 0]);
}
