//! Everything that can go wrong with any operation of a deployment, an update and a cleanup, in front of moto's server.
//!
//! ```text
//!   the program, in this process ── HTTP, loopback ──▶ aws::Aws ── the n-th call: a fault, or the program is killed
//!   (its own clients, ledger on disk)                     └─────── every other call ──▶ moto, a process of its own
//!
//!   one round:  made ─ struck ─ again  ▶  brought up to date ─ struck ─ again  ▶  deleted ─ struck ─ again  ▶  as it was before?
//!                        │        └ done? one of each, none twice?                                               byte for byte
//!                        └ said what? is the ledger true?
//! ```
//!
//! Each round strikes one call of each of the three, so that what comes after one case is the ground of the next. Whoever owns the
//! account has things there with names like ours, an API of the very name of ours, and things with the tags of another's run.
//!
//! What runs always strikes the first call of each operation with those faults that differ most, and has the program killed after it
//! where it changes something.
//! The built program is killed in `killed`, with the signal.
//! `DYNATOUR_ALL_FAULTS=1` strikes each operation with every fault, and has the program killed before and after each call.
//!
//! Invariant: waits are none, calls are counted by the server, and a round ends with the account as it was.

mod killed;
mod program;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::aws::fault::{Fault, When};
use crate::others::Server;
use crate::services::call::{Call, Service};
use program::{Ended, KILLED, State};
use world::World;

/// Rounds that go on at the same time, each with a server of its own.
const AT_ONCE: usize = 2;

/// What the program does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    Deploy,
    /// With one handler that is another one now.
    Update,
    CleanUp,
}

impl Work {
    const ALL: [Self; 3] = [Self::Deploy, Self::Update, Self::CleanUp];
}

/// What goes wrong.
#[derive(Debug, Clone, Copy)]
struct Strike {
    fault: Fault,
    /// Whether it goes on going wrong.
    stays: bool,
}

/// What goes wrong with which call.
#[derive(Debug, Clone)]
struct Case {
    /// The first is 1.
    call: usize,
    service: Service,
    operation: String,
    strike: Strike,
}

/// Those after which the program goes on in ways that differ most: told nothing, refused; and where something is changed, done and
/// not told, or ended with it done.
const TELLING: [Strike; 4] = [
    once(Fault::Empty),
    always(Fault::AccessDenied),
    once(Fault::DropAfter),
    once(Fault::KillAfter),
];
/// As many of them strike what only reads.
const TELLING_READS: usize = 3;

/// All of them, without those that end the program: they strike every call, not every operation.
const ALL: [Strike; 12] = [
    once(Fault::Throttle),
    always(Fault::Throttle),
    once(Fault::InternalError),
    always(Fault::InternalError),
    always(Fault::AccessDenied),
    always(Fault::ExpiredToken),
    once(Fault::Malformed),
    always(Fault::Malformed),
    once(Fault::Empty),
    once(Fault::DropBefore),
    always(Fault::DropBefore),
    once(Fault::DropAfter),
];

const KILLS: [Strike; 2] = [once(Fault::KillBefore), once(Fault::KillAfter)];

const fn once(fault: Fault) -> Strike {
    Strike {
        fault,
        stays: false,
    }
}

const fn always(fault: Fault) -> Strike {
    Strike { fault, stays: true }
}

/// What is struck of a work whose calls these are.
fn cases(calls: &[Call], all: bool) -> Vec<Case> {
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        let is_first = seen.insert((call.service, call.operation.clone()));
        let mut strikes = Vec::new();
        if is_first {
            let changes = call.changes() || call.makes();
            strikes.extend(match (all, changes) {
                (true, _) => &ALL[..],
                (false, true) => &TELLING,
                // Ended after it, the account is as if it had ended before the next.
                (false, false) => &TELLING[..TELLING_READS],
            });
        }
        if all {
            strikes.extend(KILLS);
        }
        cases.extend(strikes.into_iter().map(|strike| Case {
            call: index + 1,
            service: call.service,
            operation: call.operation.clone(),
            strike,
        }));
    }
    cases
}

/// What a fault is called where it is told of.
fn is_said(fault: Fault, words: &str) -> bool {
    let any: &[&str] = match fault {
        Fault::Throttle => &["Throttl", "TooManyRequests"],
        Fault::InternalError => &[
            "ServiceFailure",
            "ServiceException",
            "ServiceUnavailable",
            "InternalServerError",
        ],
        Fault::AccessDenied => &["AccessDenied", "dynatour policy"],
        Fault::ExpiredToken => &["ExpiredToken", "aws sso login --profile class"],
        Fault::Malformed => &["answered, but not as"],
        // Tags that are not told are none, and moto's tables have no id to go by.
        Fault::Empty => &["answered, but not as", "was not made by dynatour"],
        Fault::DropBefore | Fault::DropAfter => &["broke"],
        Fault::KillBefore | Fault::KillAfter => &[KILLED],
        Fault::WrongClock | Fault::Hang | Fault::Unseen => &[],
    };
    any.iter().any(|one| words.contains(one))
}

/// How cases of one kind went.
#[derive(Debug, Default)]
struct Row {
    cases: usize,
    /// It was done all the same.
    absorbed: usize,
    /// The program, run again, did it.
    again: usize,
    wrong: Vec<String>,
}

impl Row {
    fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.absorbed += other.absorbed;
        self.again += other.again;
        self.wrong.extend(other.wrong);
    }
}

type Rows = BTreeMap<(Work, String), Row>;

/// One work of a round: struck, and again.
fn struck(world: &World, state: &State, work: Work, case: &Case) -> (Row, String) {
    let Strike { fault, stays } = case.strike;
    let (when, times) = if stays {
        (When::From(case.call), usize::MAX)
    } else {
        (When::Call(case.call), 1)
    };
    world.aws.forget();
    world.aws.rule(when, fault, times);
    let first = state.run(&world.aws, work);
    world.aws.heal();

    let mut row = Row {
        cases: 1,
        ..Row::default()
    };
    let struck = world.aws.calls().get(case.call - 1).cloned();
    if struck
        .as_ref()
        .is_none_or(|call| call.operation != case.operation)
    {
        row.wrong.push(format!("struck was {struck:?}"));
    }
    if first.done {
        row.absorbed = 1;
        row.wrong.extend(wrong_after(world, state, work, &first));
    } else {
        if !is_said(fault, &first.words) {
            row.wrong.push(format!("it says only: {}", first.words));
        }
        row.wrong.extend(state.untrue(world));
        let again = state.run(&world.aws, work);
        row.again = usize::from(again.done);
        row.wrong.extend(wrong_after(world, state, work, &again));
    }
    let name = format!("{fault:?}, {}", if stays { "always" } else { "once" });
    let place = format!(
        "{work:?}, call {} ({:?} {}), {name}",
        case.call, case.service, case.operation
    );
    for wrong in &mut row.wrong {
        *wrong = format!("{place}: {wrong}");
    }
    (row, name)
}

/// One work of a round that nothing strikes.
fn undisturbed(world: &World, state: &State, work: Work) -> (Row, String) {
    let ended = state.run(&world.aws, work);
    let wrong = wrong_after(world, state, work, &ended).into_iter();
    let row = Row {
        wrong: wrong
            .map(|wrong| format!("{work:?}, not struck: {wrong}"))
            .collect(),
        ..Row::default()
    };
    (row, "nothing".to_owned())
}

/// What is not as it should be after a run that nothing struck.
fn wrong_after(world: &World, state: &State, work: Work, ended: &Ended) -> Vec<String> {
    let mut wrong = Vec::new();
    if !ended.done {
        wrong.push(format!("not done: {}", ended.words));
    }
    wrong.extend(state.untrue(world));
    match work {
        Work::Deploy | Work::Update => wrong.extend(world.is_not_whole(work)),
        Work::CleanUp => wrong.extend(world.is_left(state)),
    }
    wrong
}

/// One of each, struck or not. What follows a case is the ground of the next, and is not gone on with where it is not sound.
fn round(world: &mut World, cases: [Option<&Case>; 3], rows: &Mutex<Rows>) {
    let state = State::new();
    for (work, case) in Work::ALL.into_iter().zip(cases) {
        if work == Work::CleanUp {
            // What was asked for and is not there is kept in mind for as long as it could still arrive.
            state.much_later();
        }
        let (row, name) = match case {
            Some(case) => struck(world, &state, work, case),
            // It would be the same each time.
            None if work == Work::Update => continue,
            None => undisturbed(world, &state, work),
        };
        let is_sound = row.wrong.is_empty();
        let mut rows = rows.lock().unwrap();
        rows.entry((work, name)).or_default().add(row);
        drop(rows);
        if !is_sound {
            return world.renew();
        }
    }
}

/// The calls of each work, undisturbed.
fn calls(world: &World) -> [Vec<Call>; 3] {
    let state = State::new();
    Work::ALL.map(|work| {
        world.aws.forget();
        let (row, _) = undisturbed(world, &state, work);
        assert!(row.wrong.is_empty(), "{:?}", row.wrong);
        world.aws.calls()
    })
}

#[test]
fn whatever_goes_wrong_in_front_of_moto_it_can_be_done_again_and_deleted() {
    let all = std::env::var_os("DYNATOUR_ALL_FAULTS").is_some_and(|value| value == "1");
    let Some(first) = Server::moto() else {
        println!("skipped: python3 with moto's server is not installed");
        return;
    };
    let mut first = World::new(first);
    let calls = calls(&first);
    let cases: [Vec<Case>; 3] = std::array::from_fn(|work| cases(&calls[work], all));
    for (work, calls) in Work::ALL.iter().zip(&calls) {
        let operations: BTreeSet<_> = calls
            .iter()
            .map(|call| (call.service, &call.operation))
            .collect();
        println!(
            "{work:?}: {} calls, {} operations",
            calls.len(),
            operations.len()
        );
        assert!(operations.len() > 10, "{operations:?}");
    }
    let rounds = cases.iter().map(Vec::len).max().unwrap_or_default();
    let next = AtomicUsize::new(0);
    let rows = Mutex::new(Rows::new());
    let goes_round = |world: &mut World| {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= rounds {
                return;
            }
            round(world, [0, 1, 2].map(|work| cases[work].get(index)), &rows);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..AT_ONCE {
            let goes_round = &goes_round;
            scope.spawn(move || {
                goes_round(&mut World::new(
                    Server::moto().expect("it was there before"),
                ));
            });
        }
        goes_round(&mut first);
    });
    let rows = rows.into_inner().unwrap();
    let struck: usize = rows.values().map(|row| row.cases).sum();
    let wrong: Vec<&String> = rows.values().flat_map(|row| &row.wrong).collect();
    println!("{struck} cases in {rounds} rounds");
    for ((work, name), row) in &rows {
        println!(
            "{:<8} {name:<24} {:>5} cases {:>5} absorbed {:>5} done again {:>5} wrong",
            format!("{work:?}"),
            row.cases,
            row.absorbed,
            row.again,
            row.wrong.len()
        );
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
    assert_eq!(struck, cases.iter().map(Vec::len).sum::<usize>());
}
