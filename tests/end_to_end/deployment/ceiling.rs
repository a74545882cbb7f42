//! A lesson and its workshop on one account have one session, and with it one ceiling of costs, whichever goes there first.
//!
//! What works on an account reads its environment, which a test can't change for its own process alone: so this program runs itself,
//! with an environment for the one test that is left out otherwise.

use std::process::Command;
use std::sync::Arc;

use dynatour::account::door::{Door, Frame};
use dynatour::account::preflight::Preflight;
use dynatour::account::tag::RunId;
use dynatour::app::account::{Purse, Reckoner};
use dynatour::app::effect::deployment::Order;
use dynatour::app::effect::{Answer, Effect, EffectRequest, RequestId};
use dynatour::lesson::library;
use dynatour::runner::{Outside, Runner};
use dynatour::simulator::Timestamp;
use dynatour::target::choice::AccountWish;
use dynatour::target::exchange::{Outcome, Picodollars};
use serde_json::json;

use crate::account::learner::{KEY, Learner};
use crate::aws::Aws;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
/// The most that one put may cost is 250,000,000, and what it does cost less than a million.
const CEILING: Picodollars = Picodollars(260_000_000);

/// Who goes to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Lesson,
    Workshop,
}

#[test]
fn whoever_goes_to_the_account_first_a_lesson_and_its_workshop_share_the_ceiling() {
    let aws = Aws::start();
    let learner = Learner::thorough();
    let this = std::env::current_exe().unwrap();
    let said = Command::new(this)
        .args(["--exact", "--ignored", "--test-threads=1"])
        .arg("deployment::ceiling::both_orders")
        .env_clear()
        .env("HOME", learner.home())
        .envs(learner.environment(&aws))
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&said.stdout);
    let err = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{out}\n{err}");
    assert!(out.contains("1 passed"), "{out}");
    // It was this server that was asked.
    assert!(
        aws.made_by(KEY)
            .iter()
            .any(|table| table.ends_with("-pets"))
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, with an environment of its own"]
async fn both_orders() {
    for (run, order) in [[Who::Lesson, Who::Workshop], [Who::Workshop, Who::Lesson]]
        .into_iter()
        .enumerate()
    {
        let state = tempfile::tempdir().unwrap();
        let runner = runner(state.path(), run as u64 + 7);
        let first = enter(&runner, order[0]).await;
        let second = enter(&runner, order[1]).await;
        assert!(Arc::ptr_eq(&first.0, &second.0), "{order:?}");

        // What one of them spends is spent for the other, too.
        let before = spent(&runner);
        let table = format!("dynatour-{run}-pets");
        let create = json!({
            "TableName": table, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
        });
        let put = json!({ "TableName": table, "Item": { "id": { "S": "1" } } });
        let target = runner.target().await;
        let made = target
            .send("CreateTable", create.to_string().as_bytes())
            .await;
        assert_eq!(made.error_code(), None, "{made:?}");
        // It is there after a few looks.
        let name = json!({ "TableName": table }).to_string();
        let mut is_there = false;
        for _ in 0..50 {
            let look = target.send("DescribeTable", name.as_bytes()).await;
            let answer = look.response.map(|answer| answer.body).unwrap_or_default();
            is_there |= String::from_utf8_lossy(&answer).contains("ACTIVE");
        }
        assert!(is_there, "{order:?}");
        let first_put = target.send("PutItem", put.to_string().as_bytes()).await;
        assert_eq!(first_put.outcome, Outcome::Success, "{order:?}");
        assert!(spent(&runner) > before, "{order:?}");

        // Going in once more begins no other account of costs.
        let after = spent(&runner);
        for who in order {
            let again = enter(&runner, who).await;
            assert!(Arc::ptr_eq(&first.0, &again.0), "{order:?}, {who:?} again");
            assert_eq!(spent(&runner), after, "{order:?}, {who:?} again");
        }
        // The ceiling holds for all of it: so many more are not sent.
        let mut refused = false;
        for _ in 0..30 {
            let put = target.send("PutItem", put.to_string().as_bytes()).await;
            refused |= matches!(put.outcome, Outcome::NotSent { .. });
        }
        assert!(refused && spent(&runner) <= CEILING, "{order:?}");
    }
}

fn spent(runner: &Runner) -> Picodollars {
    let Purse { spent, ceiling } = runner.purse().expect("a session");
    assert_eq!(ceiling, CEILING);
    spent
}

fn runner(state: &std::path::Path, run: u64) -> Runner {
    let door = Door::new(Frame {
        wish: AccountWish {
            profile: None,
            region: None,
            endpoint_url: None,
        },
        flags: String::new(),
        allow_root: false,
        ceiling: CEILING,
        state: state.to_owned(),
        run: RunId::from_number(run << 32),
        variable: Arc::new(|name| std::env::var(name).ok()),
        clock: Arc::new(now),
    });
    let outside = Outside {
        clock: Arc::new(|| NOW),
        stopwatch: None,
        memory: Arc::new(|| None),
        chance: Arc::new(|| Ok([7; 16])),
        exports: state.to_owned(),
    };
    let lessons = library::read(&library::built_in()).unwrap();
    let runner = Runner::simulated(lessons.into(), None, outside).unwrap();
    runner.with_account(Arc::new(door))
}

/// The server compares it with its own.
#[expect(
    clippy::disallowed_methods,
    reason = "the server's clock is this machine's"
)]
fn now() -> Timestamp {
    let now = jiff::Timestamp::now().as_millisecond();
    Timestamp::from_millis(now.unsigned_abs())
}

/// Looks at the account and goes in, as the lesson's screens or the workshop's ask for it.
async fn enter(runner: &Runner, who: Who) -> Reckoner {
    let ask = async |effect| {
        let id = RequestId(1);
        runner
            .carry_out(EffectRequest { id, effect }, &|_| {})
            .await
    };
    let in_workshop = |order| Effect::OnAccount {
        workshop: RequestId(2),
        order,
    };
    let look = match who {
        Who::Lesson => Effect::Preflight,
        Who::Workshop => in_workshop(Order::LookBefore),
    };
    let Some(Answer::Preflight(preflight)) = ask(look).await else {
        panic!("{who:?}: no preflight");
    };
    let preflight: Box<Preflight> = preflight;
    assert!(preflight.may_start(), "{:?}", preflight.findings);
    let go = match who {
        Who::Lesson => Effect::EnterAccount(preflight),
        Who::Workshop => in_workshop(Order::Enter(preflight)),
    };
    match ask(go).await {
        Some(Answer::Entered { reckoner, .. }) => reckoner,
        other => panic!("{who:?}: {other:?}"),
    }
}
