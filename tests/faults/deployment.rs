//! Every call of a deployment, of an update and of cleaning up × everything that can go wrong with it; of a request with its log, `call`.
//!
//! ```text
//!   for each call of: making it ─ bringing it up to date ─ deleting all of it
//!     for each fault, once and for as long as it runs; and the program ended there, before and after the call was carried out
//!       struck ─────────── said what and what to do? ─ is the ledger true? ─ is what is somebody's as it was?
//!       the program again ─ is it done?               ─ is the ledger true? ─ was nothing made twice?
//!       cleaned up ──────── is nothing left, on the account and in the ledger?
//! ```
//!
//! Many cases leave the account and the ledger the same way. What comes after is done once for each state, which it follows from.
//!
//! Somebody has an API of the very name of ours, which API Gateway allows, and roles and a log group beside.
//!
//! The first call of each operation is struck by all faults. Those after it are the same for another goal, and are struck by those that
//! differ most: done and not told, not done and not told, refused. `DYNATOUR_ALL_FAULTS=1` strikes each by all, which takes minutes.

mod call;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use dynatour::deployment::{Deployed, Plan, deploy};
use dynatour::workshop::lambda::Allowance;
use dynatour::workshop::language::Language;
use tokio::task::JoinSet;

use crate::account::{Account, Moment};
use crate::aws::call::Service;
use crate::pets::{clean_up, handlers};
use crate::transport::{Fault, KILLED, Strike};
use crate::{Row, Rows, strikes, table};

/// What the program does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    Deploy,
    /// With one handler that is another one now, and more time for all.
    Update,
    CleanUp,
}

/// How it ended.
struct Ended {
    done: bool,
    /// All that is read about it.
    words: String,
}

fn allowance(work: Work) -> Allowance {
    let timeout = if work == Work::Update { 10 } else { 3 };
    Allowance {
        timeout,
        ..Allowance::default()
    }
}

async fn make(account: &Account, work: Work) -> Result<Deployed, String> {
    let entered = account.entered();
    let plan = Plan::new(
        &entered,
        Language::Node,
        handlers(work == Work::Update),
        allowance(work),
    )
    .await?;
    let made = deploy(&entered, &plan, &|| false, &|_| {}).await;
    made.map_err(|stopped| stopped.why)
}

async fn run(account: &Account, work: Work) -> Ended {
    let whole = async {
        match work {
            Work::Deploy | Work::Update => make(account, work).await.map(|_| ()),
            Work::CleanUp => clean_up(&account.entered()).await,
        }
    };
    let ended = tokio::select! {
        ended = whole => ended,
        () = account.transport.killed() => Err(KILLED.to_owned()),
    };
    Ended {
        done: ended.is_ok(),
        words: ended.err().unwrap_or_default(),
    }
}

/// An account in which somebody has things, some with the name that ours will have.
fn somebodys() -> Account {
    const TRUST: &str = "%7B%22Statement%22%3A%5B%7B%22Principal%22%3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%7D%5D%7D";
    let account = Account::new();
    let role = |name: &str| {
        let form = format!(
            "Action=CreateRole&RoleName={name}&AssumeRolePolicyDocument={TRUST}&Path=/dynatour/"
        );
        account.somebody_makes("iam", ("POST", "/"), "", &form);
    };
    role("payroll");
    role("dynatour-payroll");
    let group = r#"{"logGroupName":"/aws/lambda/dynatour-payroll","tags":{"team":"payroll"}}"#;
    account.somebody_makes("logs", ("POST", "/"), "Logs_20140328.CreateLogGroup", group);
    for name in ["dynatour-00000007", "payroll", "dynatour-00000007"] {
        let api = format!(r#"{{"name":"{name}","protocolType":"HTTP"}}"#);
        account.somebody_makes("apigateway", ("POST", "/v2/apis"), "", &api);
    }
    account
}

/// What came after a state: whether the program, run again, did it, and everything that was not as it should be.
#[derive(Debug, Clone)]
struct After {
    done: bool,
    wrong: Vec<String>,
}

/// What is known to come after which state.
type Known = Arc<Mutex<BTreeMap<(Work, String), After>>>;

/// Who looks for what is ours is told in the service's own words why not.
fn own_words(service: Service, fault: Fault) -> &'static str {
    match fault {
        Fault::Denied => "AccessDeniedException",
        Fault::Expired => "ExpiredTokenException",
        Fault::ClockWrong => "InvalidSignatureException",
        fault => fault.says(service),
    }
}

/// One case: what was struck, and everything that was not as it should be.
async fn case(row: &mut Row, work: Work, moment: &Moment, strike: Strike, known: &Known) {
    row.cases += 1;
    let account = Account::at(moment);
    let theirs = account.theirs();
    account.transport.strike(Some(strike));
    let first = run(&account, work).await;
    let struck = account.transport.struck();
    account.transport.strike(None);
    let mut wrong = Vec::new();
    let Some((_, operation)) = struck.first().cloned() else {
        let what = format!("{work:?}, call {}: nothing was struck", strike.at);
        row.faults.push(what);
        return;
    };
    // An answer that has nothing in it anyway may be anything; then it is the next call's that is told of.
    let told = struck.iter().any(|&(service, _)| {
        first.words.contains(strike.fault.says(service))
            || work == Work::CleanUp && first.words.contains(own_words(service, strike.fault))
    });
    if !first.done && !told {
        wrong.push(format!("it says only: {}", first.words));
    }
    wrong.extend(account.untrue());
    if account.theirs() != theirs {
        wrong.push("what is somebody's was touched".to_owned());
    }
    let state = (work, account.state());
    let after = known.lock().unwrap().get(&state).cloned();
    let after = if let Some(after) = after {
        after
    } else {
        let after = Box::pin(comes_after(&account, work, &theirs)).await;
        known.lock().unwrap().insert(state, after.clone());
        after
    };
    if first.done {
        row.absorbed += 1;
    } else if after.done {
        row.again += 1;
    }
    wrong.extend(after.wrong);
    let place = |wrong: String| {
        format!(
            "{work:?}, call {} ({operation}), {}, stays {}: {wrong}",
            strike.at,
            strike.fault.name(),
            strike.stays
        )
    };
    row.faults.extend(wrong.into_iter().map(place));
}

/// The program again, as another process, and everything deleted.
async fn comes_after(account: &Account, work: Work, theirs: &[String]) -> After {
    let mut wrong = Vec::new();
    let account = Account::at(&account.moment().next_run());
    let second = run(&account, work).await;
    if !second.done {
        wrong.push(format!("the second time: {}", second.words));
    }
    wrong.extend(account.untrue());
    wrong.extend(account.made_twice());

    // What was asked for may still arrive for a while, and is kept in mind until then.
    let account = Account::at(&account.moment().next_run().much_later());
    if let Err(error) = clean_up(&account.entered()).await {
        wrong.push(format!("cleaning up: {error}"));
    }
    let left = account.left();
    if !left.is_empty() {
        wrong.push(format!("left: {}", left.join(", ")));
    }
    if account.theirs() != theirs || !account.theirs_is_as_it_was() {
        wrong.push("what is somebody's was touched".to_owned());
    }
    After {
        done: second.done,
        wrong,
    }
}

/// What strikes a call that is like an earlier one.
const LIKE_EARLIER: [(Fault, bool); 3] = [
    (Fault::LostAfter, false),
    (Fault::TimedOutBefore, true),
    (Fault::Denied, true),
];

/// What strikes a call.
fn struck_by(all: bool) -> Vec<(Fault, bool)> {
    let mut faults = Vec::new();
    for fault in Fault::ALL {
        faults.extend(strikes(fault).iter().map(|stays| (fault, *stays)));
    }
    faults.retain(|fault| all || LIKE_EARLIER.contains(fault));
    faults.extend(Fault::KILLS.map(|fault| (fault, false)));
    faults
}

/// The faults at one call.
async fn cases(work: Work, moment: Moment, at: usize, all: bool, known: Known) -> Rows {
    let mut rows = Rows::new();
    for (fault, stays) in struck_by(all) {
        let row = rows.entry((fault, stays)).or_default();
        let strike = Strike { fault, at, stays };
        Box::pin(case(row, work, &moment, strike, &known)).await;
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_with_any_call_of_a_deployment_it_can_be_done_again_and_deleted() {
    let each_by_all = std::env::var_os("DYNATOUR_ALL_FAULTS").is_some_and(|value| value == "1");
    let account = somebodys();
    let empty = account.moment();
    let deployed = make(&account, Work::Deploy).await;
    assert!(deployed.is_ok(), "{deployed:?}");
    let stands = account.moment().next_run();
    let mut faults = Vec::new();
    for work in [Work::Deploy, Work::Update, Work::CleanUp] {
        let moment = if work == Work::Deploy {
            &empty
        } else {
            &stands
        };
        let account = Account::at(moment);
        let done = run(&account, work).await;
        assert!(done.done, "{work:?}: {}", done.words);
        let calls = account.transport.asked();
        let known = Known::default();
        let mut seen = BTreeSet::new();
        let mut under_way = JoinSet::new();
        for (at, call) in calls.iter().enumerate() {
            let all = seen.insert(call) || each_by_all;
            under_way.spawn(cases(work, moment.clone(), at, all, Arc::clone(&known)));
        }
        let mut rows = Rows::new();
        for of_call in under_way.join_all().await {
            for (key, row) in of_call {
                rows.entry(key).or_default().add(row);
            }
        }
        println!(
            "{work:?}: {} calls, {} operations, {} states\n{}",
            calls.len(),
            seen.len(),
            known.lock().unwrap().len(),
            table(&rows)
        );
        faults.extend(rows.into_values().flat_map(|row| row.faults));
    }
    assert!(
        faults.is_empty(),
        "{} faults, the first of them: {:#?}",
        faults.len(),
        &faults[..faults.len().min(200)]
    );
}

/// What is looked up by the rules before it is called done.
const CHANGES: [&str; 7] = [
    "PutRetentionPolicy",
    "PutRolePolicy",
    "UpdateFunctionConfiguration",
    "UpdateFunctionCode",
    "CreateRoute",
    "AddPermission",
    "CreateStage",
];

/// The codes of "there is one already" and "another change goes on" are the same, so a change counts as done only where it was seen.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_lost_and_then_came_too_early_is_not_taken_for_done() {
    let account = somebodys();
    let empty = account.moment();
    let deployed = make(&account, Work::Deploy).await;
    assert!(deployed.is_ok(), "{deployed:?}");
    let stands = account.moment().next_run();
    let mut seen = BTreeSet::new();
    for (work, moment) in [(Work::Deploy, &empty), (Work::Update, &stands)] {
        let account = Account::at(moment);
        assert!(run(&account, work).await.done);
        let calls = account.transport.asked();
        for (at, (_, operation)) in calls.iter().enumerate() {
            if !CHANGES.contains(&operation.as_str()) {
                continue;
            }
            seen.insert(operation.clone());
            let account = Account::at(moment);
            let fault = Fault::Busy;
            let stays = false;
            account.transport.strike(Some(Strike { fault, at, stays }));
            let first = make(&account, work).await;
            let struck = account.transport.struck();
            account.transport.strike(None);
            assert_eq!(struck.len(), 2, "{operation}: {struck:?}");
            assert!(first.is_ok(), "{operation}: {first:?}");
            // All of it is there: nothing is left to be made or changed.
            let again = make(&account, work).await;
            let changed = again.map(|deployed| deployed.changed);
            assert_eq!(changed, Ok(Vec::new()), "{work:?}, call {at}: {operation}");
        }
    }
    assert_eq!(seen.len(), CHANGES.len(), "{seen:?}");
}
