//! Screens while steps go to an account, driven as a learner drives them, and as pictures in text.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::{Value, json};

use super::left::Left;
use super::trouble::Trouble;
use super::{Books, Purse, Reckoner, Reckoning};
use crate::account::identity::{Caller, Identity};
use crate::account::ledger::Kind;
use crate::account::preflight::{Check, Finding, Preflight, Verdict};
use crate::app::confirm::Purpose;
use crate::app::effect::{
    Answer, Effect, EffectRequest, Failure, RequestId, SectionReport, StepReport,
};
use crate::app::key::Key;
use crate::app::screen::Screen;
use crate::app::tests::{at_step, report, state};
use crate::app::{Message, State, update};
use crate::lesson::model::Activity;
use crate::simulator::trace::CapacityUnits;
use crate::target::exchange::{Attempt, Happening, Outcome, Picodollars, Place, TargetName};
use crate::ui::draw_buffer;
use crate::ui::snapshot::{styled, text};
use crate::ui::theme::{Depth, Theme};

/// Reckons as a guard does, as far as pictures need it: every item as large as an item can be.
struct Largest;

impl Reckoning for Largest {
    fn most(&self, operation: &str, _body: &[u8]) -> Picodollars {
        match operation {
            "PutItem" | "UpdateItem" | "DeleteItem" => Picodollars(250_000_000),
            "GetItem" => Picodollars(6_250_000),
            "Query" | "Scan" => Picodollars(16_000_000),
            _ => Picodollars(0),
        }
    }

    fn as_sent(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        if operation != "CreateTable" {
            return Ok(body.to_vec());
        }
        let mut body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        body["OnDemandThroughput"] =
            json!({ "MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 10 });
        body["Tags"] = json!([
            { "Key": "dynatour:run", "Value": "0123456789abcdef" },
            { "Key": "dynatour:made-by", "Value": "dynatour" },
        ]);
        Ok(body.to_string().into_bytes())
    }
}

fn place() -> Place {
    Place {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: None,
    }
}

fn table(name: &str, place: Place) -> Left {
    Left {
        place,
        kind: Kind::Table,
        deployment: None,
        name: name.to_owned(),
        spent: Picodollars(1_250_000),
        certain: true,
    }
}

fn books(tables: &[&str]) -> Books {
    Books {
        purse: Some(Purse {
            spent: Picodollars(3_750_000),
            ceiling: Picodollars(100_000_000_000),
        }),
        left: tables.iter().map(|name| table(name, place())).collect(),
    }
}

fn enter(state: &mut State, place: Place, tables: &[&str]) {
    let names = BTreeMap::new();
    state.shared.account.flags.credentials = " --profile class".to_owned();
    state
        .shared
        .enter_account(place, Reckoner(Arc::new(Largest)), &names);
    state.shared.account.books = books(tables);
}

/// On the page with this activity, whose requests go to an account.
fn at(id: &str, columns: u16, rows: u16, tables: &[&str]) -> State {
    let mut state = at_step(id, columns, rows);
    enter(&mut state, place(), tables);
    update(&mut state, Message::Resize { columns, rows });
    state
}

fn press(state: &mut State, keys: &[Key]) -> Vec<EffectRequest> {
    let presses = keys.iter().map(|key| update(state, Message::Key(*key)));
    presses.flatten().collect()
}

fn answer(state: &mut State, id: RequestId, answer: Answer) -> Vec<EffectRequest> {
    update(state, Message::Answer(id, answer))
}

fn drawn(state: &State) -> Buffer {
    let theme = Theme {
        depth: Depth::True,
        background: state.shared.background,
    };
    let mut buffer = Buffer::empty(Rect::new(0, 0, state.shared.columns, state.shared.rows));
    draw_buffer(state, theme, &mut buffer);
    buffer
}

fn plain(state: &State) -> String {
    text(&drawn(state))
}

fn ids(effects: &[EffectRequest], wanted: fn(&Effect) -> bool) -> Vec<RequestId> {
    let wanted = effects.iter().filter(|request| wanted(&request.effect));
    wanted.map(|request| request.id).collect()
}

fn runs(effects: &[EffectRequest]) -> Vec<RequestId> {
    ids(effects, |effect| matches!(effect, Effect::RunStep { .. }))
}

/// A run of a step that did not do what it says.
fn failed(change: impl FnOnce(&mut StepReport)) -> Answer {
    let failure = Failure {
        because: "The table is made.".to_owned(),
        saw: "the outcome was otherwise".to_owned(),
    };
    let Answer::Step(mut report) = report("CreateTable", "{}", vec![failure]) else {
        unreachable!("a report of a step")
    };
    report.exchange.target = TargetName::Account(place());
    report.exchange.request.body = br#"{"TableName":"people"}"#.to_vec();
    report.exchange.written = CapacityUnits::ZERO;
    report.exchange.price = Picodollars(0);
    change(&mut report);
    Answer::Step(report)
}

fn refused(code: &str, message: &str) -> Answer {
    failed(|report| {
        report.exchange.outcome = Outcome::ServiceError {
            code: code.to_owned(),
            message: message.to_owned(),
        };
    })
}

fn unanswered(unsettled: bool) -> Answer {
    failed(|report| {
        report.exchange.response = None;
        report.exchange.unsettled = unsettled;
        report.exchange.outcome = Outcome::Unanswered {
            why: "the connection to AWS 123456789012 us-east-1 broke: connection reset".to_owned(),
        };
    })
}

fn finding(what: Check, verdict: Verdict, words: &str, next: Option<&str>) -> Finding {
    Finding {
        what,
        verdict,
        words: words.to_owned(),
        next: next.map(str::to_owned),
    }
}

fn looked() -> Preflight {
    Preflight {
        findings: vec![
            finding(
                Check::Region,
                Verdict::Good,
                "us-east-1, US East (N. Virginia)",
                None,
            ),
            finding(
                Check::Credentials,
                Verdict::Good,
                "profile class, from IAM Identity Center",
                None,
            ),
            finding(
                Check::Identity,
                Verdict::Good,
                "account 123456789012, the role student (session rachel)",
                None,
            ),
            finding(Check::Root, Verdict::Good, "not root", None),
            finding(
                Check::Permissions,
                Verdict::Good,
                "all that the lesson needs",
                None,
            ),
            finding(
                Check::Tables,
                Verdict::Warning,
                "pets is there and is not ours, so it is never touched: the lesson uses dynatour-pets",
                None,
            ),
            finding(Check::Leftovers, Verdict::Good, "none", None),
        ],
        identity: Some(Identity {
            account: "123456789012".to_owned(),
            arn: "arn:aws:sts::123456789012:assumed-role/student/rachel".to_owned(),
            caller: Caller::Role {
                role: "student".to_owned(),
                session: "rachel".to_owned(),
            },
        }),
        place: Some(place()),
        names: BTreeMap::from([("pets".to_owned(), "dynatour-pets".to_owned())]),
        ..Preflight::default()
    }
}

/// Before the first step, and the request of the preflight.
fn before(columns: u16, rows: u16, section: Option<&str>) -> (State, RequestId) {
    let mut state = state(columns, rows);
    state.begin_on_account(Picodollars(100_000_000_000), section.map(str::to_owned));
    let asked = update(&mut state, Message::Resize { columns, rows });
    let looks = ids(&asked, |effect| *effect == Effect::Preflight);
    assert_eq!(looks.len(), 1, "it looks once, by itself");
    (state, looks[0])
}

fn entered() -> Answer {
    Answer::Entered {
        place: place(),
        books: books(&[]),
        reckoner: Reckoner(Arc::new(Largest)),
    }
}

#[test]
fn findings_appear_as_they_come() {
    let (mut state, look) = before(80, 24, None);
    for found in looked().findings.into_iter().take(3) {
        answer(&mut state, look, Answer::Finding(found));
    }
    insta::assert_snapshot!(styled(&drawn(&state)));
}

#[test]
fn what_was_found_and_what_the_lesson_will_do() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let (mut state, look) = before(columns, rows, None);
        answer(&mut state, look, Answer::Preflight(Box::new(looked())));
        press(&mut state, &[Key::End]);
        insta::assert_snapshot!(format!("looked_{columns}x{rows}"), styled(&drawn(&state)));
    }
}

#[test]
fn what_stops_says_what_to_type_and_enter_does_nothing() {
    let (mut state, look) = before(80, 24, None);
    let mut preflight = looked();
    preflight.findings.truncate(1);
    preflight.findings.push(finding(
        Check::Credentials,
        Verdict::Stop,
        "the session of profile class has expired",
        Some("aws sso login --profile class"),
    ));
    answer(&mut state, look, Answer::Preflight(Box::new(preflight)));
    insta::assert_snapshot!(styled(&drawn(&state)));
    assert_eq!(press(&mut state, &[Key::Enter]), []);
    assert_eq!(
        press(&mut state, &[Key::Char(':'), Key::Char('b'), Key::Esc]),
        []
    );
    let again = press(&mut state, &[Key::Char('r')]);
    assert_eq!(ids(&again, |effect| *effect == Effect::Preflight).len(), 1);
}

#[test]
fn enter_goes_to_the_account_once_all_was_seen() {
    let (mut state, look) = before(80, 24, Some("structure"));
    answer(&mut state, look, Answer::Preflight(Box::new(looked())));
    let mut effects = press(&mut state, &[Key::Enter]);
    if effects.is_empty() {
        // The first one scrolled to the end.
        effects = press(&mut state, &[Key::Enter]);
    }
    let enters = ids(&effects, |effect| matches!(effect, Effect::EnterAccount(_)));
    assert_eq!(enters.len(), 1);
    assert_eq!(
        state.shared.target,
        TargetName::Simulated,
        "not before the answer"
    );
    answer(&mut state, enters[0], entered());
    assert_eq!(state.shared.target, TargetName::Account(place()));
    let Screen::Lesson(lesson) = state.top() else {
        panic!("{:?}", state.top());
    };
    let section = lesson.section(&state.shared).map(|section| &section.id);
    assert_eq!(section.map(String::as_str), Some("structure"));
    let renamed = state
        .shared
        .lessons
        .iter()
        .flat_map(|lesson| &lesson.sections);
    let creates = renamed.flat_map(|section| &section.pages).any(|page| {
        matches!(&page.activity, Some(Activity::Step(step)) if step.request.body["TableName"] == "dynatour-pets")
    });
    assert!(creates, "the lesson shows the names that are sent");
}

#[test]
fn s_stays_on_the_simulated_table() {
    let (mut state, look) = before(80, 24, None);
    let effects = press(&mut state, &[Key::Char('S')]);
    assert_eq!(
        ids(&effects, |effect| matches!(effect, Effect::Cancel(_))).len(),
        1
    );
    assert!(matches!(state.top(), Screen::Home(_)));
    assert!(plain(&state).contains("SIMULATED"));
    answer(&mut state, look, Answer::Preflight(Box::new(looked())));
    assert_eq!(
        state.shared.target,
        TargetName::Simulated,
        "a late answer changes nothing"
    );
}

#[test]
fn a_step_says_where_it_goes_and_what_it_can_cost() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let state = at("create-people", columns, rows, &[]);
        let name = format!("before_enter_{columns}x{rows}");
        insta::assert_snapshot!(name, styled(&drawn(&state)));
    }
}

#[test]
fn an_exercise_counts_what_stands_in_its_editor() {
    let id = first_exercise();
    let mut state = at(&id, 80, 24, &["people", "pets"]);
    press(&mut state, &[Key::Char('e')]);
    insta::assert_snapshot!(plain(&state));
}

fn first_exercise() -> String {
    let state = state(80, 24);
    let sections = state.shared.lesson().sections.iter();
    let activities = sections.flat_map(|section| &section.pages);
    activities
        .filter_map(|page| page.activity.as_ref())
        .find(|activity| matches!(activity, Activity::Exercise(_)))
        .map(|activity| activity.id().to_owned())
        .expect("the lesson has an exercise")
}

#[test]
fn nothing_is_sent_that_did_not_show_its_cost() {
    // On the smallest terminal the request is longer than the screen.
    let mut state = at("create-people", 60, 18, &[]);
    assert!(!plain(&state).contains("sends it to"));
    assert_eq!(runs(&press(&mut state, &[Key::Enter])), []);
    assert!(plain(&state).contains("sends it to AWS 123456789012 us-east-1"));
    assert_eq!(runs(&press(&mut state, &[Key::Enter])).len(), 1);
}

/// Who pages on with the space bar, or with a remote control, pays for nothing.
#[test]
fn only_enter_sends() {
    for key in [Key::Char(' '), Key::PageDown, Key::Right] {
        let mut state = at("create-people", 80, 24, &[]);
        state.shared.wall.projector = key == Key::PageDown;
        for _ in 0..40 {
            assert_eq!(runs(&press(&mut state, &[key])), [], "{key:?}");
        }
    }
}

#[test]
fn once_more_is_shown_before_it_is_sent_once_more() {
    let mut state = at("create-people", 80, 24, &[]);
    let run = runs(&press(&mut state, &[Key::Enter]))[0];
    answer(&mut state, run, report("CreateTable", "{}", Vec::new()));
    assert_eq!(runs(&press(&mut state, &[Key::Char('r')])), []);
    assert!(plain(&state).contains("Enter sends it to AWS"));
    assert_eq!(runs(&press(&mut state, &[Key::Enter])).len(), 1);
}

#[test]
fn a_write_is_not_followed_by_a_scan_that_nobody_saw() {
    let mut state = at("put-rachel", 80, 24, &["people"]);
    press(&mut state, &[Key::Char('1')]);
    let run = runs(&press(&mut state, &[Key::Enter]))[0];
    let after = answer(&mut state, run, report("PutItem", "{}", Vec::new()));
    assert!(
        after
            .iter()
            .all(|request| matches!(request.effect, Effect::Save { .. })),
        "{after:?}"
    );
}

#[test]
fn what_was_done_elsewhere_is_not_done_here() {
    let mut state = at_step("create-people", 80, 24);
    let run = runs(&press(&mut state, &[Key::Enter]))[0];
    answer(&mut state, run, report("CreateTable", "{}", Vec::new()));
    enter(&mut state, place(), &[]);
    update(
        &mut state,
        Message::Resize {
            columns: 80,
            rows: 24,
        },
    );
    assert_eq!(runs(&press(&mut state, &[Key::Enter])).len(), 1);
}

#[test]
fn a_wait_is_shown_and_can_be_left() {
    let mut state = at("create-people", 80, 24, &[]);
    let run = runs(&press(&mut state, &[Key::Enter]))[0];
    let retrying = Happening::Retrying {
        attempt: 2,
        of: 5,
        why: "ThrottlingException".to_owned(),
        wait: Duration::from_millis(100),
    };
    answer(&mut state, run, Answer::Happening(retrying));
    assert!(plain(&state).contains("ThrottlingException: try 2 of 5 follows in 100 ms"));
    let waiting = Happening::Waiting {
        table: "people".to_owned(),
        status: "CREATING".to_owned(),
        for_: Duration::from_millis(4_200),
    };
    answer(&mut state, run, Answer::Happening(waiting));
    insta::assert_snapshot!(styled(&drawn(&state)));
    let left = press(&mut state, &[Key::Esc]);
    assert_eq!(left[0].effect, Effect::Cancel(run));
    assert!(matches!(state.top(), Screen::Lesson(_)), "the page stays");
    assert!(plain(&state).contains("goes on on the account"));
}

#[test]
fn retries_remarks_and_the_real_cost_stand_under_the_answer() {
    let mut state = at("put-rachel", 80, 24, &["people"]);
    press(&mut state, &[Key::Char('1')]);
    let run = runs(&press(&mut state, &[Key::Enter]))[0];
    let Answer::Step(mut done) = report("PutItem", "{}", Vec::new()) else {
        unreachable!("a report of a step")
    };
    done.exchange.target = TargetName::Account(place());
    done.exchange.attempts = vec![
        Attempt {
            why: "ThrottlingException".to_owned(),
            waited: Duration::from_millis(40),
            unsettled: false,
        };
        2
    ];
    done.exchange
        .remark("An earlier try had stored it; its answer was lost.");
    answer(&mut state, run, Answer::Step(done));
    insta::assert_snapshot!(styled(&drawn(&state)));
    press(&mut state, &[Key::Char('x')]);
    let exchange = plain(&state);
    assert!(
        exchange.contains("2 retries: ThrottlingException, waited 80 ms"),
        "{exchange}"
    );
    assert!(exchange.contains("its answer was lost"), "{exchange}");
}

#[test]
fn what_nobody_told_is_at_most() {
    let mut state = at("put-rachel", 80, 24, &["people"]);
    press(&mut state, &[Key::Char('1')]);
    let run = runs(&press(&mut state, &[Key::Enter]))[0];
    let Answer::Step(mut done) = report("PutItem", "{}", Vec::new()) else {
        unreachable!("a report of a step")
    };
    done.exchange.price_is_most = true;
    done.exchange.price = Picodollars(250_000_000);
    answer(&mut state, run, Answer::Step(done));
    assert!(plain(&state).contains("at most $0.00025"));
}

#[test]
fn each_failure_says_what_happened_and_what_enter_does() {
    let mut all = String::new();
    for failure in [
        failed(|report| {
            report.exchange.response = None;
            report.exchange.outcome = Outcome::NotSent {
                why: "it could cost $0.00025, and only $0.0001 are left of the ceiling".to_owned(),
            };
        }),
        unanswered(true),
        unanswered(false),
        refused(
            "ExpiredTokenException",
            "The security token included in the request is expired",
        ),
        refused(
            "AccessDeniedException",
            "User: … is not authorized to perform: dynamodb:CreateTable",
        ),
        refused(
            "ThrottlingException",
            "Rate of requests exceeds the allowed throughput.",
        ),
        refused("InternalServerError", "Internal server error"),
        refused("ResourceNotFoundException", "Requested resource not found"),
        refused("ResourceInUseException", "Table already exists: people"),
        refused(
            "ValidationException",
            "One or more parameter values were invalid",
        ),
    ] {
        let mut state = at("create-people", 80, 24, &[]);
        let run = runs(&press(&mut state, &[Key::Enter]))[0];
        let Answer::Step(report) = &failure else {
            unreachable!("a report of a step")
        };
        let trouble = Trouble::of(report).expect("it failed");
        answer(&mut state, run, failure.clone());
        let picture = plain(&state);
        let lines: Vec<&str> = picture.lines().collect();
        let from = lines
            .iter()
            .position(|line| line.contains("DynamoDB did"))
            .unwrap_or(0);
        let shown = lines[from..22].join("\n");
        let _ = writeln!(all, "-- {trouble:?}\n{}", shown.trim_end());
        let sends = runs(&press(&mut state, &[Key::Enter])).len();
        assert_eq!(sends == 1, trouble.again(), "{trouble:?}");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn that_the_last_try_did_nothing_says_nothing_of_those_before() {
    let first = |unsettled| Attempt {
        why: "status 500".to_owned(),
        waited: Duration::from_millis(200),
        unsettled,
    };
    for (failure, alone) in [
        (unanswered(false), Trouble::Unreached),
        (refused("ThrottlingException", ""), Trouble::Throttled),
        (refused("ExpiredTokenException", ""), Trouble::Credentials),
        (refused("AccessDeniedException", ""), Trouble::Denied),
    ] {
        let Answer::Step(mut report) = failure else {
            unreachable!("a report of a step")
        };
        report.exchange.attempts = vec![first(false)];
        assert_eq!(Trouble::of(&report), Some(alone));
        report.exchange.attempts = vec![first(true), first(false)];
        assert_eq!(Trouble::of(&report), Some(Trouble::Unsettled));
    }
}

#[test]
fn an_expired_session_in_the_middle() {
    let mut state = at("create-people", 80, 24, &[]);
    let run = runs(&press(&mut state, &[Key::Enter]))[0];
    let expired = refused(
        "ExpiredTokenException",
        "The security token included in the request is expired",
    );
    answer(&mut state, run, expired);
    insta::assert_snapshot!(styled(&drawn(&state)));
}

#[test]
fn one_key_goes_on_here_with_the_simulated_table() {
    let mut state = at("put-rachel", 80, 24, &["people"]);
    press(&mut state, &[Key::Char('1')]);
    let run = runs(&press(&mut state, &[Key::Enter]))[0];
    answer(&mut state, run, unanswered(true));
    let effects = press(&mut state, &[Key::Char('S')]);
    let goes: Vec<&Effect> = effects.iter().map(|request| &request.effect).collect();
    let [Effect::GoOnSimulated { section, page, .. }] = goes.as_slice() else {
        panic!("{goes:?}");
    };
    let (section, page) = (section.clone(), *page);
    let ready = SectionReport {
        section: section.clone(),
        replayed: 2,
        archive: None,
    };
    answer(&mut state, effects[0].id, Answer::SectionReady(ready));
    assert_eq!(state.shared.target, TargetName::Simulated);
    let Screen::Lesson(lesson) = state.top() else {
        panic!("{:?}", state.top());
    };
    assert_eq!(lesson.page, page, "the same place");
    insta::assert_snapshot!(styled(&drawn(&state)));
    // What is on the account stays known to the end.
    press(&mut state, &[Key::Char('q')]);
    assert!(plain(&state).contains("dynatour cleanup --profile class --region us-east-1"));
}

#[test]
fn without_trouble_it_asks_first() {
    let mut state = at("create-people", 80, 24, &[]);
    assert_eq!(press(&mut state, &[Key::Char('S')]), []);
    let Screen::Confirm(confirm) = state.top() else {
        panic!("{:?}", state.top());
    };
    assert!(matches!(confirm.purpose, Purpose::GoOnSimulated { .. }));
    insta::assert_snapshot!(plain(&state));
    press(&mut state, &[Key::Char('n')]);
    assert_eq!(state.shared.target, TargetName::Account(place()));
}

#[test]
fn whoever_quits_is_told_what_is_left() {
    let mut state = at("put-rachel", 80, 24, &["people", "visits"]);
    let effects = press(&mut state, &[Key::Char('q')]);
    assert!(effects.iter().all(|request| request.effect != Effect::Quit));
    insta::assert_snapshot!(styled(&drawn(&state)));
    let effects = press(&mut state, &[Key::Char('q')]);
    assert!(
        effects.iter().any(|request| request.effect == Effect::Quit),
        "twice means it"
    );
}

#[test]
fn whoever_quits_in_the_middle_of_a_request_is_told_so() {
    let mut state = at("create-people", 80, 24, &[]);
    assert_eq!(runs(&press(&mut state, &[Key::Enter])).len(), 1);
    press(&mut state, &[Key::Char('q')]);
    let picture = plain(&state);
    assert!(picture.contains("with a request under way?"), "{picture}");
    assert!(
        picture.contains("dynatour cleanup --profile class"),
        "{picture}"
    );
}

#[test]
fn the_next_start_says_it_again() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut state = state(columns, rows);
        let elsewhere = Place {
            region: "eu-central-1".to_owned(),
            ..place()
        };
        state.shared.account.books.left = vec![table("people", place()), table("old", elsewhere)];
        insta::assert_snapshot!(format!("next_start_{columns}x{rows}"), plain(&state));
    }
}

#[test]
fn account_region_and_cost_are_on_every_screen() {
    let long = Place {
        account: "123456789012".to_owned(),
        region: "ap-southeast-2".to_owned(),
        endpoint: Some("http://192.168.100.200:8000".to_owned()),
    };
    for place in [place(), long] {
        for (columns, rows) in [(80, 24), (60, 18), (120, 40)] {
            for key in [
                None,
                Some('?'),
                Some('g'),
                Some('n'),
                Some('N'),
                Some(':'),
                Some('/'),
                Some('c'),
                Some('b'),
            ] {
                let mut state = at_step("put-rachel", columns, rows);
                enter(&mut state, place.clone(), &["people"]);
                press(
                    &mut state,
                    &key.map(Key::Char).into_iter().collect::<Vec<_>>(),
                );
                let picture = plain(&state);
                assert!(picture.contains(&place.to_string()), "{key:?}\n{picture}");
                assert!(
                    picture.contains("spent $0.00000375 of $0.10"),
                    "{key:?}\n{picture}"
                );
            }
        }
    }
}

#[test]
fn a_demonstration_is_modelled_and_sends_nothing() {
    let state = state(80, 24);
    let demos = state.shared.lesson().sections.iter();
    let demos = demos.flat_map(|section| &section.pages);
    let demos: Vec<String> = demos
        .filter_map(|page| page.activity.as_ref())
        .filter(|activity| {
            matches!(
                activity,
                Activity::Hash(_) | Activity::Race(_) | Activity::Traffic(_)
            )
        })
        .map(|activity| activity.id().to_owned())
        .collect();
    assert!(!demos.is_empty());
    for id in demos {
        for projector in [false, true] {
            let mut state = at(&id, 80, 24, &[]);
            state.shared.wall.projector = projector;
            press(&mut state, &[Key::Char('0'), Key::Enter]);
            let picture = plain(&state);
            assert!(!matches!(state.top(), Screen::Lesson(_)), "{id}\n{picture}");
            assert!(
                picture.contains("spent $0.00000375 of $0.10"),
                "{id}\n{picture}"
            );
            assert!(
                picture.contains("MODELLED · AWS 123456789012"),
                "{id}
{picture}"
            );
            assert!(
                projector || picture.contains("nothing is sent"),
                "{id}
{picture}"
            );
            assert_eq!(
                press(&mut state, &[Key::Char('M')]),
                [],
                "{id} offers no measuring"
            );
        }
    }
}

#[test]
fn a_section_whose_tables_are_not_there_says_where_they_are_made() {
    let mut state = state(80, 24);
    enter(&mut state, place(), &["people"]);
    let sections = &state.shared.lesson().sections;
    let scan = sections
        .iter()
        .position(|section| section.id == "scan-query");
    super::super::sections::open(scan.expect("the section"), &mut state.shared);
    update(
        &mut state,
        Message::Resize {
            columns: 80,
            rows: 24,
        },
    );
    let notice = state
        .shared
        .notice
        .as_ref()
        .map(|notice| notice.text.clone());
    insta::assert_snapshot!(notice.unwrap_or_default(), @"Not on the account yet: visits. visits is made in 5 · Structure: tables, items, keys, page 13.");
}
