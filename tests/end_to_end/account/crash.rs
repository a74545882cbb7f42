//! The process is killed at each call to AWS in turn, before the call is carried out and after it, and then cleanup is run: nothing
//! of ours is left, nothing of somebody else is changed, and the ledger knows.
//!
//! The lesson goes without its demonstrations, which send nothing (`whole` holds them to that) and take most of its time.
//! Invariant: positions are counted by the server, so a kill is at the same call on any machine.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use dynatour::account::ledger::State;

use super::learner::{CLEANUP, KEY, LESSON, Learner, REGION, told};
use crate::aws::Aws;
use crate::aws::fault::{Fault, When};
use crate::services::call::Call;

/// They wait more than they compute: for the disk, and for tables to be made and gone. Each has an account of its own.
const AT_ONCE: usize = 12;

fn account() -> Aws {
    let aws = Aws::start();
    aws.foreign_table(REGION, "payroll");
    aws
}

/// Runs `one` for each of these positions and ways to be killed there.
fn each(kills: &[(usize, Fault)], one: impl Fn(usize, Fault) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((position, fault)) = kills.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    one(*position, *fault);
                }
            });
        }
    });
}

/// Every way to be killed at a call: it makes a difference whether it was carried out only if it changes something.
fn kills(position: usize, call: &Call) -> impl Iterator<Item = (usize, Fault)> {
    let changes = call.changes() || call.operation == "CreateTable";
    let after = changes.then_some(Fault::KillAfter);
    let ways = std::iter::once(Fault::KillBefore).chain(after);
    ways.map(move |fault| (position, fault))
}

/// Starts the program and has it killed at this call.
fn killed(aws: &Aws, learner: &Learner, arguments: &[&str], position: usize, fault: Fault) {
    aws.rule(When::Call(position), fault, 1);
    let output = learner.run_mortal(aws, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.signal(),
        Some(9),
        "{position} {fault:?}: {said}"
    );
    aws.heal();
}

/// Whatever happened before: a dry run tells of it, one cleanup deletes it, and the ledger is true.
fn cleans_up(aws: &Aws, learner: &Learner, before: &str, what: &str) {
    let left = aws.made_by(KEY);
    if !left.is_empty() {
        let dry = learner.run(aws, &["cleanup", "--dry-run"]);
        for table in &left {
            let (_, name) = table.split_once(' ').unwrap();
            assert!(dry.out.contains(name), "{what}, {name}: {}", dry.out);
        }
    }
    let mut cleaned = learner.cleanup(aws);
    assert_eq!(aws.made_by(KEY), Vec::<String>::new(), "{what}");
    // A request that was signed may arrive within a quarter of an hour; until then what it asked for is not given up.
    let waited_for = learner.entries_left();
    if !waited_for.is_empty() {
        assert!(
            waited_for
                .iter()
                .all(|entry| entry.state == State::Intended),
            "{waited_for:?}"
        );
        assert_eq!(cleaned.code, 1, "{what}: {}", told(&cleaned));
        learner.ledger_is_from_long_ago();
        cleaned = learner.cleanup(aws);
    }
    assert_eq!(cleaned.code, 0, "{what}: {}", told(&cleaned));
    assert_eq!(learner.entries_left(), vec![], "{what}");
    assert_eq!(aws.dump_of_others(KEY), before, "{what}");
    aws.nobody_trespassed();
}

#[test]
fn a_lesson_that_is_killed_at_any_call_is_cleaned_up() {
    let whole = account();
    let said = Learner::new().lesson(&whole);
    assert_eq!(said.code, 0, "{}", told(&said));
    let calls = whole.calls();
    assert!(calls.len() > 100, "{} calls", calls.len());
    let kills: Vec<_> = calls
        .iter()
        .enumerate()
        .flat_map(|(index, call)| kills(index + 1, call))
        .collect();

    each(&kills, |position, fault| {
        let aws = account();
        let before = aws.dump_of_others(KEY);
        let learner = Learner::new();
        killed(&aws, &learner, &LESSON, position, fault);
        let call = &aws.calls()[position - 1];
        let what = format!("{fault:?} {position}, {} {:?}", call.operation, call.tables);
        cleans_up(&aws, &learner, &before, &what);
    });
}

/// Somebody who is thrown out and simply starts again, at one call of each kind: what is left is said, with the command, and nothing
/// is done beside it; after that command the lesson goes through.
#[test]
fn a_lesson_that_was_killed_says_what_is_left_when_it_is_started_again() {
    let whole = account();
    assert_eq!(Learner::new().lesson(&whole).code, 0);
    let calls = whole.calls();
    let mut seen = BTreeSet::new();
    let kinds: Vec<_> = calls
        .iter()
        .enumerate()
        .filter(|(_, call)| !call.probes() && seen.insert(&call.operation))
        .flat_map(|(index, call)| kills(index + 1, call))
        .collect();
    each(&kinds, |position, fault| {
        let what = format!("{fault:?} {position}");
        let aws = account();
        let before = aws.dump_of_others(KEY);
        let learner = Learner::new();
        killed(&aws, &learner, &LESSON, position, fault);
        let left = aws.made_by(KEY);
        let changes = aws.changing_calls().len();
        let again = learner.lesson(&aws);
        if left.is_empty() {
            assert_eq!(again.code, 0, "{what}: {}", told(&again));
        } else {
            assert_eq!(again.code, 2, "{what}: {}", told(&again));
            assert!(
                told(&again).contains("dynatour cleanup"),
                "{what}: {}",
                told(&again)
            );
            assert_eq!(aws.changing_calls().len(), changes, "{what}");
            cleans_up(&aws, &learner, &before, &what);
            let again = learner.lesson(&aws);
            assert_eq!(again.code, 0, "{what}: {}", told(&again));
        }
        cleans_up(&aws, &learner, &before, &what);
    });
}

#[test]
fn a_cleanup_that_is_killed_at_any_call_is_finished_by_the_next() {
    // A lesson that ended before its own cleanup.
    let broken_off = || {
        let aws = account();
        let learner = Learner::new();
        learner.broken_off(&aws);
        (aws, learner)
    };
    let (aws, learner) = broken_off();
    let calls_before = aws.calls().len();
    assert!(aws.made_by(KEY).len() >= 3);
    let cleaned = learner.cleanup(&aws);
    assert_eq!(cleaned.code, 0, "{}", told(&cleaned));
    let calls = &aws.calls()[calls_before..];
    assert!(calls.len() > 6, "{calls:?}");
    let kills: Vec<_> = calls
        .iter()
        .enumerate()
        .flat_map(|(index, call)| kills(index + 1, call))
        .collect();

    each(&kills, |position, fault| {
        let what = format!("{fault:?} {position} of cleanup");
        let (aws, learner) = broken_off();
        let before = aws.dump_of_others(KEY);
        killed(&aws, &learner, &CLEANUP, calls_before + position, fault);
        cleans_up(&aws, &learner, &before, &what);
    });
}

/// On AWS a new table and its tags may be seen late. Killed right after it was made, it is not there when cleanup looks: that is
/// no proof, and the ledger keeps it until it shows up.
#[test]
fn a_table_that_shows_up_late_is_not_forgotten() {
    for lag in [1, 3, 10] {
        let aws = account();
        let before = aws.dump_of_others(KEY);
        let learner = Learner::new();
        aws.lag(lag);
        aws.rule(When::Operation("CreateTable"), Fault::KillAfter, 1);
        learner.run_mortal(&aws, &LESSON);
        aws.heal();
        let made = aws.made_by(KEY);
        assert_eq!(made.len(), 1);
        // Each one is some calls later; the last finds nothing to do.
        let mut codes = Vec::new();
        while !aws.made_by(KEY).is_empty() {
            assert!(codes.len() < 10, "never found: {codes:?}");
            let said = learner.cleanup(&aws);
            let words = told(&said);
            // It is told of as long as it is not gone.
            assert!(
                words.contains(made[0].rsplit(' ').next().unwrap()),
                "{words}"
            );
            codes.push(said.code);
        }
        assert_eq!(codes.last(), Some(&0), "{codes:?}");
        assert_eq!(aws.dump_of_others(KEY), before);
        aws.nobody_trespassed();
    }
}

/// The lesson itself waits for what it made.
#[test]
fn a_lesson_goes_through_though_tables_show_up_late() {
    let aws = account();
    aws.lag(3);
    let learner = Learner::new();
    let said = learner.lesson(&aws);
    assert_eq!(said.code, 0, "{}", told(&said));
    assert_eq!(learner.cleanup(&aws).code, 0);
    assert_eq!(aws.made_by(KEY), Vec::<String>::new());
}
