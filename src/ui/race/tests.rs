//! The picture held by snapshots, and whole at any size.

use std::time::Duration;

use super::*;
use crate::app::effect::Answer;
use crate::app::key::{Action, Key};
use crate::app::race::run::{Measured, MeasuredSide, Page, RaceReport, RaceRun, SideReport};
use crate::app::screen::{Component, Screen};
use crate::app::state::Background;
use crate::app::{Message, State, update};
use crate::lesson::model::{Place, RaceDemo};
use crate::scene::race::growth::{Cost, Point};
use crate::scene::race::tests::pages;
use crate::simulator::trace::CapacityUnits;
use crate::simulator::trace::Trace;
use crate::target::exchange::TargetName;
use crate::target::price;
use crate::ui::draw_buffer;
use crate::ui::snapshot::{self, state};
use crate::ui::theme::Depth;

fn demo(items: u64, partitions: u32) -> RaceDemo {
    let mut demo = RaceDemo {
        id: "one-question-two-ways".to_owned(),
        questions: Vec::new(),
        table: "pets_by_person".to_owned(),
        partition_key: "person".to_owned(),
        sort_key: Some("pet".to_owned()),
        partitions,
        items,
        per_key: 3,
        key: "Rachel".to_owned(),
        round_trip: 5,
        place: Place::default(),
    };
    demo.questions = vec![demo.question("Which pets live with Rachel?")];
    demo
}

/// One page after the other, each with its price, two milliseconds apart.
fn side(traces: Vec<Trace>) -> SideReport {
    let rounds = traces
        .into_iter()
        .map(|trace| {
            vec![Page {
                read: trace.read,
                price: price::read_units(trace.read),
                elapsed: Duration::from_micros(2_100),
                trace,
            }]
        })
        .collect();
    SideReport {
        request: r##"{"TableName":"pets_by_person","KeyConditionExpression":"#n1 = :v1"}"##
            .to_owned(),
        rounds,
        refusal: None,
    }
}

/// 10,000 items in four partitions, of which the scan reads the first two pages and then the rest.
fn report() -> RaceReport {
    let held = [2410, 2644, 2533, 2413];
    let query = pages("Query", &held, &[&[(1, 402, 3, &[402, 403, 404])]]);
    let scan = pages(
        "Scan",
        &held,
        &[
            &[(0, 0, 2410, &[]), (1, 0, 1717, &[402, 403, 404])],
            &[(1, 1717, 927, &[]), (2, 0, 2533, &[]), (3, 0, 667, &[])],
            &[(3, 667, 1746, &[])],
        ],
    );
    RaceReport {
        left: side(query),
        right: side(scan),
    }
}

fn shown(columns: u16, rows: u16, demo: RaceDemo, report: RaceReport) -> (State, RaceScreen) {
    let mut state = state(columns, rows);
    let mut screen = RaceScreen::new(RaceRun::of(demo, 0));
    screen.shown(&mut state.shared);
    let ids = state.shared.take_effects();
    assert!(screen.answer(
        ids[0].id,
        &Answer::Race(Box::new(report)),
        &mut state.shared
    ));
    (state, screen)
}

fn drawn(state: &State, depth: Depth) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, state.shared.columns, state.shared.rows));
    let theme = Theme {
        depth,
        background: Background::Dark,
    };
    draw_buffer(state, theme, &mut buffer);
    buffer
}

/// `position`: pages that have come back, and how far the next one is, in thousandths.
fn at(columns: u16, rows: u16, position: (usize, u16)) -> Buffer {
    let (mut state, mut screen) = shown(columns, rows, demo(10_000, 4), report());
    screen.act(Action::Choose(2), &mut state.shared);
    // It plays from the first page on; the clock stands where the position wants it.
    let (stop, permille) = position;
    let script = screen.race.as_ref().unwrap().script.clone();
    screen.act(Action::FirstFrame, &mut state.shared);
    screen.clock.playhead.seek(script.timeline(), stop, None);
    if permille > 0 {
        screen.clock.playhead.step_forward(script.timeline(), None);
        let motion = 400 * u64::from(permille);
        screen
            .clock
            .playhead
            .advance(script.timeline(), motion.min(250_000), None);
        screen
            .clock
            .playhead
            .advance(script.timeline(), motion.saturating_sub(250_000), None);
    }
    state.screens.push(Screen::Race(Box::new(screen)));
    drawn(&state, Depth::TwoFiftySix)
}

/// Start, a quarter, half and end, at the three sizes; a quarter is in the middle of the first page.
#[test]
fn every_size_at_every_quarter() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        for (name, position) in [
            ("start", (0, 0)),
            ("quarter", (0, 750)),
            ("half", (1, 500)),
            ("end", (3, 0)),
        ] {
            let drawn = at(columns, rows, position);
            insta::assert_snapshot!(format!("{columns}_{name}"), snapshot::styled(&drawn));
        }
    }
}

#[test]
fn ten_items_can_be_counted() {
    let held = [3, 4, 1, 2];
    let query = pages("Query", &held, &[&[(1, 0, 3, &[0, 1, 2])]]);
    let scan = pages(
        "Scan",
        &held,
        &[&[
            (0, 0, 3, &[]),
            (1, 0, 4, &[0, 1, 2]),
            (2, 0, 1, &[]),
            (3, 0, 2, &[]),
        ]],
    );
    let report = RaceReport {
        left: side(query),
        right: side(scan),
    };
    let (mut state, mut screen) = shown(80, 24, demo(10, 4), report);
    screen.act(Action::Choose(1), &mut state.shared);
    screen.act(Action::LastFrame, &mut state.shared);
    state.screens.push(Screen::Race(Box::new(screen)));
    insta::assert_snapshot!(snapshot::text(&drawn(&state, Depth::None)));
}

/// A finished race with its prediction made.
fn ended(columns: u16, rows: u16) -> (State, RaceScreen) {
    let (mut state, mut screen) = shown(columns, rows, demo(10_000, 4), report());
    screen.act(Action::Choose(2), &mut state.shared);
    screen.act(Action::LastFrame, &mut state.shared);
    state.shared.take_effects();
    (state, screen)
}

fn text_of(mut state: State, screen: RaceScreen) -> String {
    state.screens.push(Screen::Race(Box::new(screen)));
    snapshot::text(&drawn(&state, Depth::None))
}

#[test]
fn the_question_is_changed_below_the_picture() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let (mut state, mut screen) = ended(columns, rows);
        screen.act(Action::EditQuestion, &mut state.shared);
        screen.act(Action::NextField, &mut state.shared);
        assert!(screen.writing());
        screen.key(Key::Char('!'), &mut state.shared);
        screen.act(Action::SubmitLine, &mut state.shared);
        assert!(screen.form.is_none());
        let ids = state.shared.take_effects();
        let mut refused = report();
        refused.right.refusal = Some(
            "ValidationException: Invalid FilterExpression: Syntax error; token: \"!\"".to_owned(),
        );
        screen.answer(
            ids[0].id,
            &Answer::Race(Box::new(refused)),
            &mut state.shared,
        );
        assert!(screen.at_end(), "the picture stays");
        let text = text_of(state, screen);
        insta::assert_snapshot!(format!("form_{columns}"), text);
    }
}

#[test]
fn an_index_is_picked_for_what_the_scan_asks() {
    let (mut state, mut screen) = ended(80, 24);
    screen.act(Action::PickIndex, &mut state.shared);
    screen.act(Action::NextValue, &mut state.shared);
    insta::assert_snapshot!("pick_index", text_of(state, screen));
}

fn growth() -> Vec<Point> {
    let cost = |halves: u64| Cost {
        read: CapacityUnits::from_halves(halves),
        examined: halves,
        round_trips: halves.div_ceil(257),
    };
    [
        (10, 1),
        (100, 4),
        (1_000, 39),
        (10_000, 391),
        (100_000, 3_907),
    ]
    .map(|(items, scan)| Point {
        items,
        left: cost(1),
        right: cost(scan),
        measured: true,
    })
    .to_vec()
}

#[test]
fn a_query_stays_flat_and_a_scan_rises() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let (mut state, mut screen) = ended(columns, rows);
        screen.act(Action::Growth, &mut state.shared);
        let ids = state.shared.take_effects();
        assert!(screen.answer(ids[0].id, &Answer::Growth(growth()), &mut state.shared));
        state.screens.push(Screen::Race(Box::new(screen)));
        let drawn = drawn(&state, Depth::TwoFiftySix);
        insta::assert_snapshot!(format!("growth_{columns}"), snapshot::styled(&drawn));
    }
}

#[test]
fn a_server_is_asked_only_after_its_cost_was_seen() {
    let (mut state, mut screen) = ended(80, 24);
    state.shared.target = TargetName::Endpoint("127.0.0.1:8000".to_owned());
    assert!(screen.actions(&state.shared).contains(&Action::Measure));
    screen.act(Action::Measure, &mut state.shared);
    assert!(state.shared.take_effects().is_empty());
    assert_eq!(screen.actions(&state.shared), [Action::Yes, Action::No]);
    state.screens.push(Screen::Race(Box::new(screen)));
    insta::assert_snapshot!("offer", snapshot::text(&drawn(&state, Depth::None)));
    let Some(Screen::Race(mut screen)) = state.screens.pop() else {
        panic!("it was put there");
    };
    screen.act(Action::Yes, &mut state.shared);
    let ids = state.shared.take_effects();
    let measured = MeasuredSide {
        examined: 10_000,
        returned: 3,
        pages: 3,
        read: CapacityUnits::from_halves(491),
        elapsed: Duration::from_millis(38),
    };
    let measured = Measured {
        left: MeasuredSide {
            read: CapacityUnits::from_halves(1),
            pages: 1,
            ..measured
        },
        right: measured,
        written: CapacityUnits::whole(10_000),
    };
    assert!(screen.answer(
        ids[0].id,
        &Answer::MeasuredRace(measured),
        &mut state.shared
    ));
    insta::assert_snapshot!("measured", text_of(state, *screen));
}

#[test]
fn another_question_is_predicted_anew() {
    let (mut state, mut screen) = ended(80, 24);
    screen.act(Action::EditQuestion, &mut state.shared);
    screen.act(Action::NextValue, &mut state.shared);
    screen.act(Action::SubmitLine, &mut state.shared);
    let ids = state.shared.take_effects();
    screen.answer(
        ids[0].id,
        &Answer::Race(Box::new(report())),
        &mut state.shared,
    );
    assert!(screen.asking());
    // A larger table is not another question.
    screen.act(Action::Choose(1), &mut state.shared);
    state.shared.take_effects();
    screen.act(Action::Larger, &mut state.shared);
    let ids = state.shared.take_effects();
    screen.answer(
        ids[0].id,
        &Answer::Race(Box::new(report())),
        &mut state.shared,
    );
    assert!(!screen.asking());
}

#[test]
fn two_questions_are_called_two() {
    let mut different = report();
    let held = [2410, 2644, 2533, 2413];
    different.left = side(pages("Query", &held, &[&[(1, 402, 3, &[])]]));
    let (mut state, mut screen) = shown(80, 24, demo(10_000, 4), different);
    screen.act(Action::Choose(2), &mut state.shared);
    screen.act(Action::LastFrame, &mut state.shared);
    let text = text_of(state, screen);
    assert!(
        text.contains("They are not the same question: 0 items and 3 came back."),
        "{text}"
    );
    assert!(text.contains("It is 490 times as much."), "{text}");
}

#[test]
fn times_are_modelled_at_the_round_trip_that_is_set() {
    let (mut state, mut screen) = ended(80, 24);
    for _ in 0..20 {
        screen.act(Action::LongerTrip, &mut state.shared);
    }
    assert_eq!(screen.round_trip, 200);
    let text = text_of(state, screen);
    assert!(text.contains("600 ms, here 6.3 ms"), "{text}");
}

#[test]
fn the_prediction_comes_first() {
    let (mut state, mut screen) = shown(80, 24, demo(10_000, 4), report());
    screen.act(Action::StepForward, &mut state.shared);
    screen.act(Action::Play, &mut state.shared);
    screen.act(Action::LastFrame, &mut state.shared);
    assert_eq!(screen.position().done(), 0);
    assert!(!screen.moving());
    state.screens.push(Screen::Race(Box::new(screen)));
    let text = snapshot::text(&drawn(&state, Depth::None));
    assert!(
        text.contains("How many times as much as the query will the scan cost?"),
        "{text}"
    );
    assert!(
        !text.contains("4,127"),
        "the result is not on the screen yet"
    );
}

#[test]
fn a_larger_table_is_built_while_the_old_picture_stays() {
    let (mut state, mut screen) = shown(80, 24, demo(10_000, 4), report());
    screen.act(Action::DontKnow, &mut state.shared);
    screen.act(Action::LastFrame, &mut state.shared);
    state.shared.take_effects();
    screen.act(Action::Larger, &mut state.shared);
    let ids = state.shared.take_effects();
    let working = Answer::Working {
        done: 12_500,
        total: 20_000,
        what: "items put".to_owned(),
    };
    assert!(screen.answer(ids[0].id, &working, &mut state.shared));
    assert!(screen.at_end());
    // An answer to the table before is nobody's any more.
    let old = crate::app::effect::RequestId(1);
    assert!(!screen.answer(old, &Answer::Race(Box::new(report())), &mut state.shared));
    state.screens.push(Screen::Race(Box::new(screen)));
    let text = snapshot::text(&drawn(&state, Depth::None));
    assert!(text.contains("12,500 of 20,000 items put"), "{text}");
    assert!(text.contains("62.5 %   Esc stops"), "{text}");
}

/// A dial beyond the memory there is: the picture stays, and says what is wrong.
#[test]
fn a_table_that_can_not_be_built_leaves_the_picture() {
    let (mut state, mut screen) = ended(80, 24);
    screen.act(Action::Larger, &mut state.shared);
    let ids = state.shared.take_effects();
    let why = "1,000,000 items take about 495.9 MB of memory, and this machine has 100.0 MB free";
    let failed = Answer::Failed {
        why: why.to_owned(),
    };
    assert!(screen.answer(ids[0].id, &failed, &mut state.shared));
    assert!(screen.at_end());
    assert_eq!(screen.run().demo.items, 10_000);
    let text = text_of(state, screen);
    assert!(text.contains("1,000,000 items take about"), "{text}");
    assert!(text.contains("10,000 ScannedCount"), "{text}");
}

#[test]
fn nothing_wakes_up_while_nothing_moves() {
    let (mut state, screen) = shown(80, 24, demo(10_000, 4), report());
    state.screens.push(Screen::Race(Box::new(screen)));
    assert!(!state.moving(), "a prediction is waited for");
    let press = |state: &mut State, key| {
        update(state, Message::Key(key));
    };
    press(&mut state, Key::Char('2'));
    assert!(state.moving(), "it plays");
    press(&mut state, Key::Char(' '));
    assert!(!state.moving(), "it is paused");
    press(&mut state, Key::End);
    assert!(!state.moving(), "it has ended");
    press(&mut state, Key::Left);
    for _ in 0..100 {
        state.shared.now.running += Duration::from_millis(33);
        let now = state.shared.now;
        update(&mut state, Message::Tick(now));
    }
    assert!(!state.moving(), "the step has arrived");
}

#[test]
fn whole_at_any_size() {
    for partitions in [1u32, 4, 16, 40] {
        let held = vec![250u64; partitions as usize];
        let all: Vec<(u32, u64, u64, &[u64])> = (0..partitions)
            .map(|id| (id, 0, 250, &[] as &[u64]))
            .collect();
        for (columns, rows) in [
            (60, 18),
            (61, 19),
            (80, 24),
            (100, 30),
            (120, 40),
            (200, 60),
            (300, 20),
        ] {
            let query = pages("Query", &held, &[&[(0, 0, 1, &[0])]]);
            let scan = pages("Scan", &held, &[&all]);
            let report = RaceReport {
                left: side(query),
                right: side(scan),
            };
            let mut odd = demo(1_000_000, partitions);
            odd.key = "\u{1b}[2J👩‍👩‍👧".repeat(100);
            odd.questions = vec![odd.question(&"why? ".repeat(60))];
            let (mut state, mut screen) = shown(columns, rows, odd, report);
            screen.act(Action::Choose(4), &mut state.shared);
            screen.tick(&mut state.shared);
            state.shared.now.running += Duration::from_millis(200);
            screen.tick(&mut state.shared);
            assert!(screen.position().progress().is_some());
            for action in [Action::EditQuestion, Action::PickIndex, Action::Growth] {
                screen.act(action, &mut state.shared);
                state.screens.push(Screen::Race(Box::new(screen)));
                let text = snapshot::text(&drawn(&state, Depth::True));
                assert!(!text.contains('\u{1b}'));
                let Some(Screen::Race(back)) = state.screens.pop() else {
                    panic!("it was put there");
                };
                screen = *back;
                screen.form = None;
            }
            screen.growing.shown = false;
            state.screens.push(Screen::Race(Box::new(screen)));
            let text = snapshot::text(&drawn(&state, Depth::True));
            assert!(!text.contains('\u{1b}'));
            assert!(text.contains("examined"), "{text}");
        }
    }
}
