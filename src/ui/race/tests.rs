//! The picture held by snapshots, and whole at any size.

use std::time::Duration;

use super::*;
use crate::app::effect::{Answer, RaceReport};
use crate::app::key::{Action, Key};
use crate::app::screen::{Component, Screen};
use crate::app::state::Background;
use crate::app::{Message, State, update};
use crate::lesson::model::{Place, RaceDemo};
use crate::scene::race::tests::pages;
use crate::simulator::trace::Trace;
use crate::target::exchange::Exchange;
use crate::target::price;
use crate::ui::draw_buffer;
use crate::ui::snapshot::{self, exchange, state};
use crate::ui::theme::Depth;

fn demo(items: u64, partitions: u32) -> RaceDemo {
    RaceDemo {
        id: "one-question-two-ways".to_owned(),
        question: "Which pets live with Rachel?".to_owned(),
        table: "pets_by_person".to_owned(),
        partition_key: "person".to_owned(),
        sort_key: Some("pet".to_owned()),
        partitions,
        items,
        per_key: 3,
        key: "Rachel".to_owned(),
        place: Place::default(),
    }
}

fn priced(traces: Vec<Trace>) -> Vec<Exchange> {
    traces
        .into_iter()
        .map(|trace| {
            let price = price::read_units(trace.read);
            Exchange {
                price,
                ..exchange(trace)
            }
        })
        .collect()
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
        query: priced(query),
        scan: priced(scan),
    }
}

fn shown(columns: u16, rows: u16, demo: RaceDemo, report: RaceReport) -> (State, RaceScreen) {
    let mut state = state(columns, rows);
    let mut screen = RaceScreen::new(demo);
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

fn at(columns: u16, rows: u16, stop: usize) -> Buffer {
    let (mut state, mut screen) = shown(columns, rows, demo(10_000, 4), report());
    screen.guess = Some(Guess::Choice(1));
    let script = screen.race.as_ref().unwrap().script.clone();
    screen.clock.playhead.seek(script.timeline(), stop, None);
    state.screens.push(Screen::Race(Box::new(screen)));
    drawn(&state, Depth::TwoFiftySix)
}

#[test]
fn at_the_start() {
    insta::assert_snapshot!(snapshot::styled(&at(80, 24, 0)));
}

#[test]
fn after_the_first_page() {
    insta::assert_snapshot!(snapshot::styled(&at(80, 24, 1)));
}

#[test]
fn after_the_second_page() {
    insta::assert_snapshot!(snapshot::styled(&at(80, 24, 2)));
}

#[test]
fn at_the_end() {
    insta::assert_snapshot!(snapshot::styled(&at(80, 24, 3)));
}

#[test]
fn at_the_end_at_120_by_40() {
    insta::assert_snapshot!(snapshot::styled(&at(120, 40, 3)));
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
        query: priced(query),
        scan: priced(scan),
    };
    let (mut state, mut screen) = shown(80, 24, demo(10, 4), report);
    screen.act(Action::Choose(1), &mut state.shared);
    screen.act(Action::LastFrame, &mut state.shared);
    state.screens.push(Screen::Race(Box::new(screen)));
    insta::assert_snapshot!(snapshot::text(&drawn(&state, Depth::None)));
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
                query: priced(query),
                scan: priced(scan),
            };
            let mut odd = demo(1_000_000, partitions);
            odd.key = "\u{1b}[2J👩‍👩‍👧".repeat(100);
            odd.question = "why? ".repeat(60);
            let (mut state, mut screen) = shown(columns, rows, odd, report);
            screen.act(Action::Choose(4), &mut state.shared);
            screen.tick(&mut state.shared);
            state.shared.now.running += Duration::from_millis(200);
            screen.tick(&mut state.shared);
            assert!(screen.position().progress().is_some());
            state.screens.push(Screen::Race(Box::new(screen)));
            let text = snapshot::text(&drawn(&state, Depth::True));
            assert!(!text.contains('\u{1b}'));
            assert!(text.contains("examined"), "{text}");
        }
    }
}
