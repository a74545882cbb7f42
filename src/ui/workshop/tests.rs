//! The picture held by snapshots at every size and in every look, and whole whatever a request's way holds.

use proptest::prelude::*;

use crate::app::key::Key;
use crate::app::screen::Screen;
use crate::app::state::Glyphs;
use crate::app::workshop::way::{Remark, WayScreen};
use crate::app::{Message, State, update};
use crate::scene::workshop::{Way, tests};
use crate::ui::snapshot::{self, draw, draw_styled, state};
use crate::ui::theme::Depth;

/// The picture of a way, before its first step.
fn open(way: Way, remark: Option<Remark>, columns: u16, rows: u16) -> State {
    let mut state = state(columns, rows);
    state.shared.reduced_motion = true;
    state.begin_at(Screen::Way(Box::new(WayScreen::new(way, remark))));
    update(&mut state, Message::Resize { columns, rows });
    state
}

fn steps(state: &mut State, count: usize) {
    for _ in 0..count {
        update(state, Message::Key(Key::Right));
    }
}

#[test]
fn a_way_that_went_right() {
    let mut state = open(tests::right(), None, 80, 24);
    insta::assert_snapshot!("right_before", draw_styled(&state));
    steps(&mut state, 5);
    insta::assert_snapshot!("right_answered", draw_styled(&state));
    steps(&mut state, 3);
    insta::assert_snapshot!("right_at_the_end", draw_styled(&state));
    let mut state = open(tests::right(), None, 120, 40);
    steps(&mut state, 5);
    insta::assert_snapshot!("right_answered_120", draw_styled(&state));
    steps(&mut state, 3);
    insta::assert_snapshot!("right_at_the_end_120", draw_styled(&state));
}

#[test]
fn a_way_ends_where_it_failed() {
    let mut state = open(tests::thrown(), None, 80, 24);
    steps(&mut state, 5);
    insta::assert_snapshot!("refused_by_the_table", draw_styled(&state));
    steps(&mut state, 4);
    insta::assert_snapshot!("failed_in_lambda", draw_styled(&state));
    let mut state = open(tests::no_route(), None, 80, 24);
    steps(&mut state, 9);
    insta::assert_snapshot!("no_route", draw_styled(&state));
}

#[test]
fn a_check_says_what_is_not_right_yet() {
    let remark = Remark {
        name: "an id that does not exist".to_owned(),
        words: "GET /pets/999 was answered 200. There is no such pet, so say 404.".to_owned(),
    };
    let mut state = open(tests::right(), Some(remark), 80, 24);
    assert!(!snapshot::draw_plain(&state).contains("Not yet"));
    steps(&mut state, 8);
    insta::assert_snapshot!("remark", draw_styled(&state));
}

#[test]
fn what_an_account_does_not_tell_is_said() {
    let mut state = open(tests::on_account(), None, 120, 40);
    steps(&mut state, 4);
    insta::assert_snapshot!("on_account", draw_styled(&state));
    let mut state = open(tests::failed_on_account(), None, 80, 24);
    steps(&mut state, 9);
    insta::assert_snapshot!("failed_on_account", draw_styled(&state));
    let mut state = open(tests::unlogged(), None, 80, 24);
    steps(&mut state, 4);
    insta::assert_snapshot!("unlogged", draw_styled(&state));
}

#[test]
fn in_the_smallest_terminal_no_figure_is_cut() {
    let mut state = open(tests::right(), None, 60, 20);
    steps(&mut state, 8);
    insta::assert_snapshot!("right_at_the_end_60", draw_styled(&state));
    let mut state = open(tests::thrown(), None, 60, 20);
    steps(&mut state, 8);
    insta::assert_snapshot!("failed_in_lambda_60", draw_styled(&state));
}

#[test]
fn in_ascii_and_without_colour() {
    let mut state = open(tests::thrown(), None, 80, 24);
    state.shared.glyphs = Glyphs::Ascii;
    steps(&mut state, 6);
    let buffer = draw(&state, Depth::None);
    let text = snapshot::text(&buffer);
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!("ascii", snapshot::styled(&buffer));
}

#[test]
fn a_room_sees_what_matters_at_the_moment_in_large_figures() {
    let mut state = open(tests::right(), None, 80, 24);
    state.shared.wall.projector = true;
    for _ in 0..5 {
        update(&mut state, Message::Key(Key::PageDown));
    }
    insta::assert_snapshot!("projector_answered", draw_styled(&state));
    for _ in 0..3 {
        update(&mut state, Message::Key(Key::PageDown));
    }
    insta::assert_snapshot!("projector_at_the_end", draw_styled(&state));
    update(&mut state, Message::Key(Key::PageUp));
    let Screen::Way(screen) = state.top() else {
        panic!("the way is on top");
    };
    assert_eq!(screen.position().done(), 7);
}

#[test]
fn something_is_on_its_way_between_two_stations() {
    let mut state = state(80, 24);
    state.begin_at(Screen::Way(Box::new(WayScreen::new(tests::right(), None))));
    update(
        &mut state,
        Message::Resize {
            columns: 80,
            rows: 24,
        },
    );
    assert!(state.moving(), "it goes its way at once");
    let at = |state: &mut State, millis: u64| {
        let running = std::time::Duration::from_millis(millis);
        let moment = crate::app::Moment { running, wall: 0 };
        update(state, Message::Tick(moment));
        snapshot::draw_plain(state)
    };
    let start = at(&mut state, 1);
    let middle = at(&mut state, 201);
    assert!(!start.contains('●') || start != middle);
    assert!(middle.contains("─●"), "{middle}");
    assert!(
        !middle.contains("which route?"),
        "it is not there yet: {middle}"
    );
    let there = at(&mut state, 440);
    assert!(
        there.contains('▸') && there.contains("which route?"),
        "{there}"
    );
}

/// A picture that is written without a terminal shows the moment that was asked for.
#[test]
fn any_moment_of_a_way_can_be_sought() {
    let mut state = open(tests::right(), None, 80, 24);
    let moments = state.top().moments().unwrap();
    for stop in [moments, 3, 0] {
        state.screens.last_mut().unwrap().seek(stop);
        let Screen::Way(screen) = state.top() else {
            panic!("the way is on top");
        };
        assert_eq!(screen.position().done(), stop);
    }
}

/// Of a request to an account the log comes while its picture plays already.
#[test]
fn what_plays_goes_on_when_more_is_known() {
    let place = crate::target::exchange::Place {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: None,
    };
    for (more, ends_at) in [
        (tests::on_account(), 6),
        (tests::failed_on_account(), 4),
        (tests::unlogged(), 6),
    ] {
        let id = crate::app::effect::RequestId(7);
        let early = Way {
            run: None,
            reply: more.reply.clone(),
            ..tests::on_account()
        };
        let mut state = state(80, 24);
        let way = WayScreen::on_account(early, place.clone(), Some(id));
        state.begin_at(Screen::Way(Box::new(way)));
        update(
            &mut state,
            Message::Resize {
                columns: 80,
                rows: 24,
            },
        );
        let mut running = std::time::Duration::from_millis(1);
        let mut tick = |state: &mut State| {
            running += std::time::Duration::from_millis(100);
            let moment = crate::app::Moment { running, wall: 0 };
            update(state, Message::Tick(moment));
        };
        for _ in 0..10 {
            tick(&mut state);
        }
        let answer = crate::app::effect::Answer::Way(Box::new(more));
        update(&mut state, Message::Answer(id, answer));
        assert!(state.moving(), "it plays on");
        for _ in 0..300 {
            tick(&mut state);
        }
        let Screen::Way(screen) = state.top() else {
            panic!("the way is on top");
        };
        assert_eq!(screen.position().done(), ends_at);
        assert!(!state.moving());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn it_is_whole_at_every_size(columns in 60u16..200, rows in 18u16..60, step in 0usize..10, kind in 0usize..4) {
        let way = [tests::right, tests::thrown, tests::no_route, tests::on_account][kind]();
        let mut state = open(way, None, columns, rows);
        steps(&mut state, step);
        let text = snapshot::draw_plain(&state);
        prop_assert!(text.contains("Lambda") && text.contains("DynamoDB"), "{text}");
        prop_assert!(text.contains("Gateway"), "{text}");
    }
}
