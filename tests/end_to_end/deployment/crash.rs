//! The process is killed at the first call of each operation that changes something, before or after it is carried out. Then it is run
//! again, or all of it is cleaned up at once: nothing is there twice, nothing of ours is left, nothing of somebody else is changed, and
//! the ledger knows. With `DYNATOUR_ALL_FAULTS=1` it is killed at each call, before and after, which takes minutes. (At every call it is
//! also ended in the tests of faults, where a run takes a tenth of the time.)
//!
//! Invariant: positions are counted by the server, so a kill is at the same call on any machine.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use dynatour::account::ledger::State;

use super::maker::Maker;
use crate::account::learner::{CLEANUP, KEY, REGION, told};
use crate::aws::Aws;
use crate::aws::fault::{Fault, When};
use crate::aws::tables::SOMEBODY;
use crate::owner::Owner;
use crate::services::call::Call;

/// They wait more than they compute: for the disk, and for things to be made and gone. Each has an account of its own.
const AT_ONCE: usize = 12;

/// Somebody's account, with things of somebody else, some where ours will be.
fn account() -> Aws {
    let aws = Aws::start();
    let owner = Owner::new(aws.address(), SOMEBODY);
    owner.plant(REGION, "payroll");
    owner.plant_role("/dynatour/", "dynatour-payroll");
    owner.plant_group(REGION, "/aws/lambda/dynatour-payroll");
    aws
}

/// Runs `one` for each of these.
fn each<T: Sync>(all: &[T], one: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(item) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    one(item);
                }
            });
        }
    });
}

/// Where to be killed among these calls, of which the first has this number: after the first one of each operation that changes
/// something, and before the first one of each service that does; or before and after each, where that is asked for.
fn kills(calls: &[Call], first: usize) -> Vec<(usize, Fault)> {
    if std::env::var_os("DYNATOUR_ALL_FAULTS").is_some_and(|value| value == "1") {
        let each = (first..).take(calls.len());
        let both = |at| [(at, Fault::KillBefore), (at, Fault::KillAfter)];
        return each.flat_map(both).collect();
    }
    let (mut operations, mut services) = (BTreeSet::new(), BTreeSet::new());
    let mut kills = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        let changes = (call.changes() || call.makes()) && !call.probes();
        if changes && services.insert(call.service) {
            kills.push((first + index, Fault::KillBefore));
        }
        if changes && operations.insert(&call.operation) {
            kills.push((first + index, Fault::KillAfter));
        }
    }
    kills
}

/// Starts the program and has it killed at this call; at which, in words.
fn killed(aws: &Aws, maker: &Maker, arguments: &[&str], kill: (usize, Fault)) -> String {
    let (position, fault) = kill;
    aws.rule(When::Call(position), fault, 1);
    let output = maker.run_mortal(aws, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.signal(), Some(9), "{kill:?}: {said}");
    aws.heal();
    let call = &aws.calls()[position - 1];
    format!(
        "{fault:?} {position}, {:?} {}",
        call.service, call.operation
    )
}

/// Whatever happened before: cleaning up deletes all of it, and the ledger is true.
fn cleans_up(aws: &Aws, maker: &Maker, before: &str, what: &str) {
    let mut cleaned = maker.cleanup(aws);
    assert_eq!(
        aws.everything_made_by(KEY),
        [""; 0],
        "{what}: {}",
        told(&cleaned)
    );
    // A request that was signed may arrive within a quarter of an hour; until then what it asked for is not given up.
    let waited_for = maker.learner.entries_left();
    if !waited_for.is_empty() {
        let intended = |state: &State| *state == State::Intended;
        assert!(
            waited_for.iter().all(|entry| intended(&entry.state)),
            "{what}: {waited_for:?}"
        );
        assert_eq!(cleaned.code, 1, "{what}: {}", told(&cleaned));
        maker.learner.ledger_is_from_long_ago();
        cleaned = maker.cleanup(aws);
    }
    assert_eq!(cleaned.code, 0, "{what}: {}", told(&cleaned));
    assert_eq!(maker.learner.entries_left(), [], "{what}");
    assert_eq!(aws.dump_of_others(KEY), before, "{what}");
    aws.nobody_trespassed();
}

/// One of each, and none twice.
fn stands(aws: &Aws, what: &str) {
    let made = aws.everything_made_by(KEY);
    let count = |kind: &str| made.iter().filter(|line| line.starts_with(kind)).count();
    let counts = ["us-east-1 ", "role ", "function ", "api ", "log group "].map(count);
    assert_eq!(counts, [1, 3, 3, 1, 3], "{what}: {made:#?}");
    let api = made.iter().find(|line| line.starts_with("api ")).unwrap();
    let routes = ["GET /pets\"", "GET /pets/{id}\"", "POST /pets\""];
    assert!(
        routes.iter().all(|route| api.contains(route)),
        "{what}: {api}"
    );
}

#[test]
fn a_deployment_that_is_killed_is_gone_on_with_or_deleted() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let whole = account();
    let first = whole.calls().len() + 1;
    let said = maker.deploy(&whole);
    assert_eq!(said.code, 0, "{}", told(&said));
    stands(&whole, "undisturbed");
    let kills = kills(&whole.calls()[first - 1..], first);
    assert!(kills.len() > 15, "{kills:?}");

    each(&kills, |kill| {
        let aws = account();
        let before = aws.dump_of_others(KEY);
        let maker = Maker::ruby().unwrap();
        let what = killed(&aws, &maker, &maker.deploys(), *kill);
        // Every other one simply starts again.
        if kill.0 % 2 == 0 {
            let again = maker.deploy(&aws);
            assert_eq!(again.code, 0, "{what}: {}", told(&again));
            stands(&aws, &what);
        }
        cleans_up(&aws, &maker, &before, &what);
    });
}

#[test]
fn an_update_that_is_killed_is_done_by_the_next() {
    let changed = || {
        let maker = Maker::ruby()?;
        let aws = account();
        let said = maker.deploy(&aws);
        assert_eq!(said.code, 0, "{}", told(&said));
        maker.save_again("get-pet");
        maker.save_again("post-pet");
        Some((aws, maker))
    };
    let Some((aws, maker)) = changed() else {
        return;
    };
    let first = aws.calls().len() + 1;
    let said = maker.deploy(&aws);
    assert_eq!(said.code, 0, "{}", told(&said));
    let calls = &aws.calls()[first - 1..];
    let updates = calls
        .iter()
        .filter(|call| call.operation == "UpdateFunctionCode");
    assert_eq!(updates.count(), 2, "{calls:?}");
    let code = codes(&aws);
    let kills = kills(calls, first);
    assert!(kills.len() > 1, "{kills:?}");

    each(&kills, |kill| {
        let (aws, maker) = changed().unwrap();
        let before = aws.dump_of_others(KEY);
        let what = killed(&aws, &maker, &maker.deploys(), *kill);
        let again = maker.deploy(&aws);
        assert_eq!(again.code, 0, "{what}: {}", told(&again));
        stands(&aws, &what);
        assert_eq!(codes(&aws), code, "{what}");
        cleans_up(&aws, &maker, &before, &what);
    });
}

/// The digests of all functions' code.
fn codes(aws: &Aws) -> Vec<String> {
    let made = aws.everything_made_by(KEY).into_iter();
    let functions = made.filter(|line| line.starts_with("function "));
    functions
        .map(|line| {
            let (_, digest) = line.split_once("\"CodeSha256\":\"").unwrap();
            digest.split('"').next().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn a_cleanup_that_is_killed_is_finished_by_the_next() {
    let deployed = || {
        let maker = Maker::ruby()?;
        let aws = account();
        let said = maker.deploy(&aws);
        assert_eq!(said.code, 0, "{}", told(&said));
        Some((aws, maker))
    };
    let Some((aws, maker)) = deployed() else {
        return;
    };
    let first = aws.calls().len() + 1;
    let cleaned = maker.cleanup(&aws);
    assert_eq!(cleaned.code, 0, "{}", told(&cleaned));
    assert_eq!(aws.everything_made_by(KEY), [""; 0]);
    let kills = kills(&aws.calls()[first - 1..], first);
    assert!(kills.len() > 8, "{kills:?}");

    each(&kills, |kill| {
        let (aws, maker) = deployed().unwrap();
        let before = aws.dump_of_others(KEY);
        let what = killed(&aws, &maker, &CLEANUP, *kill);
        cleans_up(&aws, &maker, &before, &format!("{what} of cleanup"));
    });
}
