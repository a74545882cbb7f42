//! The handlers to AWS, as the screens show it; the account is told of, not there.

use std::time::Duration;

use super::*;
use crate::account::preflight::Preflight;
use crate::account::service::{Called, Service};
use crate::app::account::left::Left;
use crate::app::account::{Books, Purse, Reckoner, Reckoning};
use crate::app::effect::EffectRequest;
use crate::app::key::Key;
use crate::app::workshop::tests::{all_tried, opened, ready, tell, tried};
use crate::app::{Message, State, update};
use crate::deployment::samples::{plan, plan as plan_of};
use crate::deployment::{Address, Progress};
use crate::scene::workshop::tests as ways;
use crate::target::exchange::{self, Exchange, Outcome, Picodollars, TargetName};
use crate::ui::snapshot::{draw_plain, draw_styled};

fn place() -> Place {
    Place {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: None,
    }
}

struct Nothing;

impl Reckoning for Nothing {
    fn most(&self, _: &str, _: &[u8]) -> Picodollars {
        Picodollars(0)
    }

    fn as_sent(&self, _: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        Ok(body.to_vec())
    }
}

fn press(state: &mut State, key: Key) -> Vec<EffectRequest> {
    update(state, Message::Key(key))
}

fn answer(state: &mut State, id: RequestId, answer: Answer) -> Vec<EffectRequest> {
    update(state, Message::Answer(id, answer))
}

/// The order among these effects, with its id.
fn order(effects: &[EffectRequest]) -> Option<(RequestId, &Order)> {
    effects.iter().find_map(|one| match &one.effect {
        Effect::OnAccount { order, .. } => Some((one.id, order)),
        _ => None,
    })
}

/// All goals reached, D pressed, the account looked at and entered, the plan on the screen.
fn planned(columns: u16, rows: u16, goes_on: bool) -> (State, RequestId) {
    let (mut state, stay) = opened(columns, rows);
    ready(&mut state, stay);
    all_tried(&mut state, stay, None);
    let effects = press(&mut state, Key::Char('D'));
    let (look, asked) = order(&effects).unwrap();
    assert_eq!(*asked, Order::LookBefore);
    let preflight = Preflight {
        place: Some(place()),
        ..Preflight::default()
    };
    answer(&mut state, look, Answer::Preflight(Box::new(preflight)));
    let effects = press(&mut state, Key::Enter);
    let (enter, asked) = order(&effects).unwrap();
    assert!(matches!(asked, Order::Enter(_)));
    let entered = Answer::Entered {
        place: place(),
        books: Books {
            purse: Some(Purse {
                spent: Picodollars(0),
                ceiling: Picodollars(100_000_000_000),
            }),
            left: Vec::new(),
        },
        reckoner: Reckoner(std::sync::Arc::new(Nothing)),
    };
    let effects = answer(&mut state, enter, entered);
    let (asked_plan, asked) = order(&effects).unwrap();
    assert_eq!(*asked, Order::Plan);
    assert_eq!(
        state.shared.target,
        TargetName::Simulated,
        "a lesson's steps stay where they are"
    );
    let plan = plan(place(), goes_on);
    answer(&mut state, asked_plan, Answer::Planned(Box::new(plan)));
    (state, stay)
}

fn called(operation: &str, outcome: Outcome) -> Answer {
    let exchange = Exchange {
        target: TargetName::Account(place()),
        operation: operation.to_owned(),
        request: exchange::Message::default(),
        response: None,
        outcome,
        request_id: None,
        read: crate::simulator::trace::CapacityUnits::ZERO,
        written: crate::simulator::trace::CapacityUnits::ZERO,
        price: Picodollars(0),
        elapsed: Duration::from_millis(214),
        trace: None,
        price_is_most: false,
        attempts: Vec::new(),
        unsettled: false,
        remark: None,
        already_done: false,
    };
    let service = Service::Iam;
    let called = Called { service, exchange };
    Answer::Deploying(Box::new(Progress::Called(Box::new(called))))
}

fn part(part: Part, stage: deployment::Stage) -> Answer {
    Answer::Deploying(Box::new(Progress::Part(part, stage)))
}

/// Enter until it is made, and the id of that.
fn made(state: &mut State) -> RequestId {
    for _ in 0..6 {
        press(state, Key::Char(' '));
    }
    match order(&press(state, Key::Enter)) {
        Some((id, Order::Deploy(_))) => id,
        other => panic!("Enter makes it, and not {other:?}"),
    }
}

/// `u`, and the plan is on the page.
fn planned_anew(state: &mut State) {
    let effects = press(state, Key::Char('u'));
    let (id, asked) = order(&effects).expect("a plan is asked for");
    assert_eq!(*asked, Order::Plan);
    let plan = Box::new(plan_of(place(), true));
    answer(state, id, Answer::Planned(plan));
}

fn stands() -> Answer {
    Answer::Deployed(Box::new(Deployed {
        name: plan(place(), false).name,
        address: Address {
            url: "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com".to_owned(),
            host: None,
        },
        changed: Part::all(),
    }))
}

#[test]
fn everything_is_shown_before_enter_makes_it() {
    let (mut state, _) = planned(80, 24, false);
    insta::assert_snapshot!("planned", draw_styled(&state));
    // All of it has to be seen first, page by page.
    let mut pages = 1;
    while draw_plain(&state).contains("Space reads on") {
        assert!(
            order(&press(&mut state, Key::Enter)).is_none(),
            "nothing is made before it was read"
        );
        assert!(order(&press(&mut state, Key::Char(' '))).is_none());
        pages += 1;
    }
    assert!(pages > 2, "nothing is passed over");
    insta::assert_snapshot!("planned_to_its_end", draw_styled(&state));
    for key in [Key::Char(' '), Key::Right, Key::Char('y'), Key::PageDown] {
        assert!(
            order(&press(&mut state, key)).is_none(),
            "{key:?} makes nothing"
        );
    }
    let effects = press(&mut state, Key::Enter);
    assert!(matches!(order(&effects), Some((_, Order::Deploy(_)))));
    let (state, _) = planned(120, 40, false);
    insta::assert_snapshot!("planned_120", draw_styled(&state));
}

#[test]
fn no_word_of_what_it_costs_is_passed_over_on_a_low_and_wide_terminal() {
    for (columns, rows) in [(112, 24), (120, 24), (120, 30), (200, 24), (60, 18)] {
        let (mut state, _) = planned(columns, rows, false);
        let mut seen = draw_plain(&state);
        for _ in 0..20 {
            if draw_plain(&state).contains("Space reads on") {
                press(&mut state, Key::Char(' '));
                seen.push_str(&draw_plain(&state));
            }
        }
        assert!(draw_plain(&state).contains("Enter makes all"));
        for words in ["an hour of strangers", "AWSServiceRole", "costs nothing."] {
            assert!(seen.contains(words), "{columns}×{rows}: {words}\n{seen}");
        }
    }
}

#[test]
fn what_is_saved_after_the_plan_is_said_until_it_is_planned_anew() {
    let (mut state, stay) = planned(80, 24, false);
    tell(&mut state, stay, tried(Goal::GetOne, None));
    let text = draw_plain(&state);
    assert!(text.contains("get-pet.mjs was saved since"), "{text}");
    let id = made(&mut state);
    tell(&mut state, stay, tried(Goal::Post, None));
    answer(&mut state, id, stands());
    let text = draw_plain(&state);
    for file in ["get-pet.mjs", "post-pet.mjs"] {
        assert!(text.contains(&format!("{file} was saved")), "{text}");
    }
    planned_anew(&mut state);
    press(&mut state, Key::End);
    assert!(!draw_plain(&state).contains("was saved"));
}

#[test]
fn the_calls_that_read_a_log_are_in_the_list() {
    let (mut state, _) = planned(80, 24, true);
    let id = made(&mut state);
    answer(&mut state, id, stands());
    press(&mut state, Key::Char('e'));
    let effects = press(&mut state, Key::Enter);
    let (call, _) = order(&effects).unwrap();
    answer(
        &mut state,
        call,
        called("FilterLogEvents", Outcome::Success),
    );
    answer(&mut state, call, Answer::Way(Box::new(ways::on_account())));
    press(&mut state, Key::Esc);
    assert!(draw_plain(&state).contains("FilterLogEvents"));
}

#[test]
fn each_call_is_shown_as_it_happens_and_opens() {
    let (mut state, _) = planned(120, 40, false);
    let id = made(&mut state);
    answer(&mut state, id, part(Part::Table, deployment::Stage::Kept));
    answer(
        &mut state,
        id,
        part(Part::Role(Goal::GetAll), deployment::Stage::Begun),
    );
    answer(&mut state, id, called("CreateRole", Outcome::Success));
    let refused = Outcome::ServiceError {
        code: "InvalidParameterValueException".to_owned(),
        message: "The role defined for the function cannot be assumed by Lambda.".to_owned(),
    };
    answer(&mut state, id, called("CreateFunction", refused));
    insta::assert_snapshot!("deploying_120", draw_styled(&state));
    press(&mut state, Key::Enter);
    assert!(matches!(state.top(), Screen::Exchange(_)));
    assert!(draw_plain(&state).contains("AWS 123456789012 us-east-1"));
}

#[test]
fn what_stopped_says_why_and_what_goes_on() {
    let (mut state, _) = planned(80, 24, false);
    let id = made(&mut state);
    answer(&mut state, id, part(Part::Table, deployment::Stage::Made));
    let stopped = Stopped {
        part: Part::Role(Goal::GetAll),
        why: "IAM refused CreateRole: AccessDenied. Give yourself the rights that `dynatour policy --workshop` prints.".to_owned(),
        left: false,
    };
    answer(&mut state, id, Answer::Stopped(Box::new(stopped)));
    insta::assert_snapshot!("stopped", draw_styled(&state));
    let effects = press(&mut state, Key::Char('u'));
    assert!(
        matches!(order(&effects), Some((_, Order::Plan))),
        "shown once more first"
    );
}

#[test]
fn what_stands_is_asked_and_its_log_comes_later() {
    let (mut state, stay) = planned(80, 24, true);
    let id = made(&mut state);
    answer(&mut state, id, called("GetApi", Outcome::Success));
    answer(&mut state, id, stands());
    tell(&mut state, stay, tried(Goal::GetOne, None));
    insta::assert_snapshot!("stands", draw_styled(&state));
    press(&mut state, Key::Char('e'));
    press(&mut state, Key::Down);
    insta::assert_snapshot!("calling", draw_styled(&state));
    let effects = press(&mut state, Key::Enter);
    let (call, asked) = order(&effects).unwrap();
    assert!(matches!(asked, Order::Call { .. }));
    let mut early = ways::on_account();
    early.run = None;
    answer(&mut state, call, Answer::WaySoFar(Box::new(early)));
    assert!(matches!(state.top(), Screen::Way(_)));
    press(&mut state, Key::End);
    assert!(draw_plain(&state).contains("no log yet"));
    answer(&mut state, call, Answer::Way(Box::new(ways::on_account())));
    let text = draw_plain(&state);
    assert!(
        text.contains("cold 312 ms") && text.contains("AWS 123456789012"),
        "{text}"
    );
    press(&mut state, Key::Esc);
    let Screen::Deploy(screen) = state.top() else {
        panic!("the deployment is on top");
    };
    assert_eq!(
        screen.list.came.len(),
        1,
        "the same request, of which more is known"
    );
    insta::assert_snapshot!("asked", draw_styled(&state));
    // Another one's log does not come, and the list says so.
    answer(&mut state, call, Answer::Way(Box::new(ways::unlogged())));
    let text = draw_plain(&state);
    assert!(
        text.contains("no log ") && !text.contains("no log yet"),
        "{text}"
    );
}

#[test]
fn what_stands_is_there_again_after_a_plan_or_a_look_that_changed_nothing() {
    let (mut state, _) = planned(80, 24, true);
    let id = made(&mut state);
    answer(&mut state, id, stands());
    let before = draw_plain(&state);
    planned_anew(&mut state);
    assert!(draw_plain(&state).contains("There is a deployment of yours"));
    assert!(press(&mut state, Key::Esc).is_empty());
    assert_eq!(draw_plain(&state), before);
    press(&mut state, Key::Char('C'));
    assert!(matches!(state.top(), Screen::Cleanup(_)));
    let effects = press(&mut state, Key::Esc);
    assert!(order(&effects).is_none(), "nothing is planned anew");
    assert_eq!(draw_plain(&state), before);
}

#[test]
fn what_is_gone_is_planned_anew_even_where_that_is_known_late() {
    let api = Left {
        place: place(),
        kind: Kind::Api,
        deployment: None,
        name: "dynatour-0f3c21d4".to_owned(),
        spent: Picodollars(0),
        certain: true,
    };
    let stood = || {
        let (mut state, _) = planned(80, 24, true);
        let id = made(&mut state);
        state.shared.account.books.left = vec![api.clone()];
        answer(&mut state, id, stands());
        press(&mut state, Key::Char('C'));
        (state, id)
    };
    let (mut state, _) = stood();
    state.shared.account.books.left.clear();
    let effects = press(&mut state, Key::Esc);
    assert!(matches!(order(&effects), Some((_, Order::Plan))));
    // The cleanup screen was left while the API was being deleted.
    let (mut state, id) = stood();
    let effects = press(&mut state, Key::Esc);
    assert!(order(&effects).is_none(), "it still stands");
    let purse = state.shared.account.books.purse;
    let left = Vec::new();
    let effects = update(
        &mut state,
        Message::Answer(id, Answer::Books(Books { purse, left })),
    );
    assert!(matches!(order(&effects), Some((_, Order::Plan))));
}

#[test]
fn what_aws_does_not_have_yet_is_said_after_a_plan_that_was_left() {
    let (mut state, stay) = planned(80, 24, true);
    let id = made(&mut state);
    answer(&mut state, id, stands());
    tell(&mut state, stay, tried(Goal::GetOne, None));
    assert!(draw_plain(&state).contains("get-pet.mjs was saved"));
    planned_anew(&mut state);
    assert!(
        !draw_plain(&state).contains("was saved"),
        "it is in this plan"
    );
    tell(&mut state, stay, tried(Goal::Post, None));
    press(&mut state, Key::Esc);
    let text = draw_plain(&state);
    for file in ["get-pet.mjs", "post-pet.mjs"] {
        assert!(text.contains(&format!("{file} was saved")), "{text}");
    }
}

#[test]
fn staying_away_changes_nothing() {
    let (mut state, stay) = opened(80, 24);
    ready(&mut state, stay);
    all_tried(&mut state, stay, None);
    press(&mut state, Key::Char('D'));
    let effects = press(&mut state, Key::Char('S'));
    assert!(matches!(state.top(), Screen::Workshop(_)));
    assert!(order(&effects).is_none());
    assert!(
        !effects.iter().any(|one| one.effect == Effect::Cancel(stay)),
        "the workshop goes on"
    );
}
